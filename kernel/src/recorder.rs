//! Plays a scenario on this kernel and writes down, step by step, what it did.

use crate::Result;
use crate::ctnetlink::{Entry, Stats};
use crate::router::{self, Router};
use ctscope::scenario::packet::assemble;
use ctscope::scenario::recorder::{describe, flat, hex};
use serde_json::{Map, Value, json as value};
use std::collections::BTreeMap;
use std::fs;
use std::net::Ipv4Addr;
use std::thread;
use std::time::{Duration, Instant};

/// Seconds by which timeouts of two recordings may differ.
pub const TOLERANCE_S: u64 = 2;
/// Every step of a recording has its slot, so that two recordings see the same times.
const SLOT_MS: f64 = 20.0;
/// The same for a step that has to run a program.
const SLOT_COMMAND_MS: f64 = 80.0;
/// A recording with a step later than this says little about timeouts.
pub const LATE_MS: u64 = 60;

/// How time passes between steps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pace {
    /// In slots, for a recording that is to be kept.
    Slots,
    /// As fast as it goes.
    Fast,
}

/// Plays steps on a router.
#[derive(Debug)]
pub struct Recorder {
    /// The machine.
    pub router: Router,
    pace: Pace,
    with_entries: bool,
    with_events: bool,
    with_hex: bool,
    known_ports: Option<Vec<u64>>,
    ids: BTreeMap<u64, String>,
    named: u32,
    last_stats: Stats,
    /// Settings that were changed, as they were.
    changed: BTreeMap<String, String>,
    has_rules: bool,
    start: Instant,
    due_ms: f64,
    /// How far the latest step fell behind its time, in milliseconds.
    pub late_ms: u64,
}

/// The topology of a scenario: what it says, and the default for the rest.
pub fn topology_of(scenario: &Value) -> Value {
    let mut topology = router::default_topology();
    for (side, config) in scenario["topology"].as_object().into_iter().flatten() {
        topology[side] = config.clone();
    }
    topology
}

impl Recorder {
    /// A fresh router for a scenario.
    pub fn new(scenario: &Value, pace: Pace) -> Result<Recorder> {
        let mut router = Router::new(&topology_of(scenario))?;
        let wants = |key: &str| scenario["record"][key].as_bool().unwrap_or(true);
        let last_stats = router.stats()?;
        router.take()?;
        Ok(Recorder {
            router,
            pace,
            with_entries: wants("entries"),
            with_events: wants("events"),
            with_hex: wants("hex"),
            known_ports: known_ports(scenario),
            ids: BTreeMap::new(),
            named: 0,
            last_stats,
            changed: BTreeMap::new(),
            has_rules: false,
            start: Instant::now(),
            due_ms: 0.0,
            late_ms: 0,
        })
    }

    /// Forgets the run so far, on the same router: the table is emptied, rules and settings are as
    /// they were, and time starts anew.
    pub fn start_again(&mut self, scenario: &Value) -> Result<()> {
        if std::mem::take(&mut self.has_rules) {
            self.router.unload_rules()?;
        }
        for (path, value) in std::mem::take(&mut self.changed) {
            router::set(&path, &value)?;
        }
        self.router.flush()?;
        self.router.events()?;
        self.router.forget_log()?;
        self.router.take()?;
        self.known_ports = known_ports(scenario);
        self.ids.clear();
        self.named = 0;
        self.last_stats = self.router.stats()?;
        self.start = Instant::now();
        self.due_ms = 0.0;
        self.late_ms = 0;
        Ok(())
    }

    fn elapsed_ms(&self) -> f64 {
        self.start.elapsed().as_secs_f64() * 1000.0
    }

    fn sleep_until(&self, ms: f64) {
        let left = (ms - self.elapsed_ms()).max(0.0);
        thread::sleep(Duration::from_secs_f64(left / 1000.0));
    }

    /// Does a step and gives it back with everything that followed.
    pub fn step(&mut self, step: &Value) -> Result<Value> {
        let mut out = step.as_object().ok_or("a step is an object")?.clone();
        if self.pace == Pace::Slots {
            let late = self.elapsed_ms() - self.due_ms;
            self.sleep_until(self.due_ms);
            self.late_ms = self.late_ms.max(late.max(0.0).round() as u64);
        }
        out.insert("t_ms".into(), (self.elapsed_ms().round() as u64).into());
        let light = ["inject", "advance_ms", "sysctl"];
        let light = light.iter().any(|key| !step[*key].is_null());
        let advance = step["advance_ms"].as_f64().unwrap_or(0.0);
        self.due_ms += advance + if light { SLOT_MS } else { SLOT_COMMAND_MS };
        if let Some(inject) = step.get("inject") {
            self.inject(inject, &mut out)?;
        } else if !step["advance_ms"].is_null() {
            match self.pace {
                Pace::Slots => self.sleep_until(self.due_ms - SLOT_MS),
                Pace::Fast => self.sleep_until(self.elapsed_ms() + advance),
            }
        } else if let Some(settings) = step["sysctl"].as_object() {
            for (name, value) in settings {
                let path = match name.contains('.') {
                    true => name.replace('.', "/"),
                    false => format!("net/netfilter/{name}"),
                };
                let text = value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned);
                let before = router::read(&path)?;
                self.changed.entry(path.clone()).or_insert(before);
                router::set(&path, &text)?;
            }
        } else if let Some(rules) = step["rules"].as_array() {
            self.has_rules = true;
            out.insert("nft".into(), self.router.set_rules(rules)?.into());
        } else if let Some(nft) = step["nft"].as_str() {
            self.has_rules = true;
            self.router.load_rules(nft)?;
        } else if let Some(filter) = step["delete"].as_object() {
            out.insert("rc".into(), conntrack("-D", filter)?.into());
        } else if let Some(change) = step["update"].as_object() {
            out.insert("rc".into(), conntrack("-U", change)?.into());
        } else if step["flush"].as_bool() == Some(true) {
            self.router.flush()?;
        } else if let Some(fill) = step.get("fill") {
            self.fill(fill)?;
            self.due_ms = self.elapsed_ms() + SLOT_COMMAND_MS;
        } else if let Some(prefix) = step["read_sysctl"].as_str() {
            out.insert("values".into(), settings(prefix)?);
        } else {
            return Err(format!("a step that is none: {}", flat(step)).into());
        }
        self.snapshot(&mut out)?;
        Ok(Value::Object(out))
    }

    fn inject(&mut self, inject: &Value, out: &mut Map<String, Value>) -> Result<()> {
        let bytes = bytes_of(inject)?;
        let side_name = inject["side"].as_str().ok_or("inject.side is missing")?;
        let line = match inject["packet"].as_str() {
            Some(line) => line.to_owned(),
            None => describe(&bytes),
        };
        let side = self.router.side(side_name)?;
        let what = value!({"side": side_name, "packet": line, "hex": hex(&bytes)});
        out.insert("inject".into(), what);
        let observed = self.router.inject(side, &bytes)?;

        let first = observed.seen.iter().find(|seen| seen.hook == Some(0));
        out.insert("state".into(), first.map(|seen| seen.state.clone()).into());
        out.insert("dir".into(), first.and_then(|seen| seen.dir.clone()).into());
        if observed.seen.len() > 1 {
            let path = observed.seen.iter().map(|seen| {
                let mut at = Map::new();
                let hook = match seen.hook {
                    Some(0) => "prerouting".into(),
                    Some(3) => "output".into(),
                    other => value!(other),
                };
                at.insert("hook".into(), hook);
                at.insert("state".into(), seen.state.clone().into());
                if let Some(dir) = &seen.dir {
                    at.insert("dir".into(), dir.clone().into());
                }
                Value::Object(at)
            });
            out.insert("ct_path".into(), path.collect());
        }
        if !observed.words.is_empty() {
            out.insert("log_invalid".into(), observed.words.into());
        }
        let verdict = match &observed.out[..] {
            [] => "drop",
            left if left.iter().any(|(it, _)| *it != side) => "accept",
            _ => "answered",
        };
        out.insert("verdict".into(), verdict.into());
        let left = observed.out.iter().map(|(it, bytes)| {
            let mut packet = value!({"side": self.router.side_name(*it)});
            if self.known_ports.is_none() {
                packet["packet"] = describe(bytes).into();
                if self.with_hex {
                    packet["hex"] = hex(&without_random(bytes, *it == side)).into();
                }
            }
            packet
        });
        out.insert("out".into(), left.collect());
        Ok(())
    }

    /// The table and everything else that can be asked.
    fn snapshot(&mut self, out: &mut Map<String, Value>) -> Result<()> {
        if self.with_entries {
            let (entries, events) = self.entries_and_events()?;
            let mut entries: Vec<Value> = entries.into_iter().map(|e| self.named(e)).collect();
            entries.sort_by_cached_key(|entry| {
                let l3 = entry["l3"].as_str().unwrap_or_default().to_owned();
                let zone = entry["zone"].as_u64();
                (
                    l3,
                    entry["protonum"].as_u64(),
                    sorted_text(&entry["orig"]),
                    zone,
                )
            });
            out.insert("entries".into(), self.masked(entries.into()));
            if self.with_events {
                out.insert("events".into(), self.masked(events.into()));
            }
            let mut expectations = if self.pace == Pace::Slots || self.has_rules {
                self.router.expectations()?
            } else {
                // Without a rule no helper is there to expect anything.
                Vec::new()
            };
            if !expectations.is_empty() {
                expectations.sort_by_cached_key(sorted_text);
                out.insert("expectations".into(), expectations.into());
            }
        }
        out.insert("count".into(), self.router.count()?.into());
        let now = self.router.stats()?;
        let changed = now.iter().zip(&self.last_stats);
        let changed = changed.filter(|((_, now), (_, before))| now != before);
        let changed = changed.map(|((name, now), (_, before))| {
            ((*name).to_owned(), Value::from(now.wrapping_sub(*before)))
        });
        out.insert("stats".into(), Value::Object(changed.collect()));
        self.last_stats = now;
        Ok(())
    }

    /// An entry with our name for the kernel's number of it, at the front.
    fn named(&mut self, mut entry: Map<String, Value>) -> Value {
        let Some(raw) = entry.shift_remove("id").and_then(|id| id.as_u64()) else {
            return entry.into();
        };
        let mut out = Map::new();
        let name = self.ids.entry(raw).or_insert_with(|| {
            self.named += 1;
            format!("c{}", self.named)
        });
        out.insert("id".into(), name.as_str().into());
        out.extend(entry);
        out.into()
    }

    /// The table, and the events until it was read; their names are given first.
    fn entries_and_events(&mut self) -> Result<(Vec<Entry>, Vec<Value>)> {
        if self.pace == Pace::Slots {
            let entries = self.router.entries()?;
            return Ok((entries, self.named_events()?));
        }
        let mut events = self.named_events()?;
        let entries = self.router.known_entries()?;
        events.extend(self.named_events()?);
        Ok((entries, events))
    }

    fn named_events(&mut self) -> Result<Vec<Value>> {
        let mut out = Vec::new();
        for (kind, body) in self.router.events()? {
            let raw = body.get("id").and_then(Value::as_u64);
            if let ("NEW", Some(raw)) = (kind, raw) {
                self.ids.remove(&raw);
            }
            let mut event = Map::new();
            event.insert("event".into(), kind.into());
            if kind.starts_with("EXP") {
                event.extend(body);
            } else if let Value::Object(entry) = self.named(body) {
                event.extend(entry);
            }
            out.push(Value::Object(event));
            if let ("DESTROY", Some(raw)) = (kind, raw) {
                self.ids.remove(&raw);
            }
        }
        // Entries that go together go in the order of the hash, which no run repeats.
        let destroyed = |event: &Value| event["event"] == "DESTROY";
        for group in out.chunk_by_mut(|a, b| destroyed(a) && destroyed(b)) {
            group.sort_by_key(|event| {
                let name = event["id"].as_str().unwrap_or_default();
                name.get(1..).and_then(|number| number.parse::<u32>().ok())
            });
        }
        Ok(out)
    }

    /// With `known_ports`, every other port is `*`: NAT drew it at random.
    fn masked(&self, value: Value) -> Value {
        match &self.known_ports {
            Some(known) => masked(value, known),
            None => value,
        }
    }

    /// Puts many flows through the router quickly.
    fn fill(&mut self, fill: &Value) -> Result<()> {
        let n = fill["n"].as_u64().ok_or("fill.n is missing")?;
        let max = router::read("net/netfilter/nf_conntrack_max")?;
        if max != n.to_string() {
            return Err(format!("nf_conntrack_max is {max}, so {n} flows do not fill it").into());
        }
        let first: Ipv4Addr = fill["first_src"]
            .as_str()
            .ok_or("fill.first_src")?
            .parse()?;
        let dst = fill["dst"].as_str().ok_or("fill.dst is missing")?;
        let (a, b) = (self.router.side("a")?, self.router.side("b")?);
        for i in 0..n {
            let src = Ipv4Addr::from(u32::from(first) + (i / 50_000) as u32);
            let sport = 10_000 + i % 50_000;
            if fill["kind"] == "tcp_assured" {
                let go = assembled(&format!("tcp {src}:{sport} > {dst} A seq=1 ack=1"))?;
                let back = assembled(&format!("tcp {dst} > {src}:{sport} A seq=1 ack=1"))?;
                self.router.push(a, &go)?;
                self.router.push(b, &back)?;
                self.router.push(a, &go)?;
            } else {
                let go = assembled(&format!("udp {src}:{sport} > {dst}"))?;
                self.router.push(a, &go)?;
            }
            if i % 200 == 0 {
                self.router.take()?;
            }
        }
        self.router.take()?;
        self.router.forget_log()
    }

    /// The table in the words of `/proc` and of `conntrack -L`.
    fn last_words(&self) -> Result<Value> {
        if !self.with_entries || self.known_ports.is_some() {
            return Ok(value!({}));
        }
        let sorted = |text: &str| {
            let mut lines: Vec<String> = text.lines().map(|l| l.trim_end().to_owned()).collect();
            lines.sort();
            lines
        };
        let proc = fs::read_to_string("/proc/thread-self/net/nf_conntrack").unwrap_or_default();
        let list = ["-L", "-o", "extended"];
        let mut listed = sorted(&router::run("conntrack", &list, "")?);
        let six = [&list[..], &["-f", "ipv6"]].concat();
        listed.extend(sorted(&router::run("conntrack", &six, "")?));
        Ok(value!({"proc_net_nf_conntrack": sorted(&proc), "conntrack_L": listed}))
    }
}

/// The ports that a scenario names.
fn known_ports(scenario: &Value) -> Option<Vec<u64>> {
    let list = scenario["known_ports"].as_array()?;
    Some(list.iter().filter_map(Value::as_u64).collect())
}

fn masked(value: Value, known: &[u64]) -> Value {
    match value {
        Value::Object(map) => {
            let mask = |(key, value): (String, Value)| {
                let drawn = ["sport", "dport", "id"].contains(&key.as_str())
                    && value.as_u64().is_some_and(|port| !known.contains(&port));
                let value = if drawn {
                    "*".into()
                } else {
                    masked(value, known)
                };
                (key, value)
            };
            map.into_iter().map(mask).collect()
        }
        Value::Array(list) => list.into_iter().map(|it| masked(it, known)).collect(),
        other => other,
    }
}

/// A value as text whose keys are in alphabetical order, to sort by.
fn sorted_text(value: &Value) -> String {
    let mut value = value.clone();
    value.sort_all_objects();
    flat(&value)
}

/// Bytes of a packet line.
pub fn assembled(line: &str) -> Result<Vec<u8>> {
    assemble(line).map_err(|error| format!("{line}: {error}").into())
}

/// The bytes of an `inject`.
pub fn bytes_of(inject: &Value) -> Result<Vec<u8>> {
    match (inject["hex"].as_str(), inject["packet"].as_str()) {
        (Some(hex), _) => assembled(&format!("hex {hex}")),
        (None, Some(line)) => assembled(line),
        (None, None) => Err("inject has neither packet nor hex".into()),
    }
}

/// Blanks what the router draws at random: IPv6 fragment ids, and the IPv4 id (so the checksum) of
/// its own answers.
fn without_random(packet: &[u8], answer: bool) -> Vec<u8> {
    let mut packet = packet.to_vec();
    let six = packet.first().is_some_and(|byte| byte >> 4 == 6);
    let ranges: &[(usize, usize)] = match (six, answer) {
        (true, _) if packet.get(6) == Some(&44) => &[(44, 48)],
        (false, true) => &[(4, 6), (10, 12)],
        _ => &[],
    };
    for (from, to) in ranges {
        if let Some(bytes) = packet.get_mut(*from..*to) {
            bytes.fill(0);
        }
    }
    packet
}

/// Runs `conntrack -D` or `-U` and gives its exit status.
fn conntrack(verb: &str, filter: &Map<String, Value>) -> Result<i32> {
    let mut args = vec![verb.to_owned()];
    let text = |value: &Value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    let ends = [filter.get("src"), filter.get("dst")];
    if ends
        .iter()
        .flatten()
        .next()
        .is_some_and(|end| text(end).contains(':'))
    {
        args.extend(["-f".into(), "ipv6".into()]);
    }
    for (key, value) in filter {
        let flag = match key.as_str() {
            "src" => "-s",
            "dst" => "-d",
            "proto" => "-p",
            "reply_src" => "-r",
            "reply_dst" => "-q",
            "sport" => "--sport",
            "dport" => "--dport",
            "zone" => "--zone",
            "mark" => "--mark",
            "state" => "--state",
            "timeout" => "--timeout",
            other => return Err(format!("conntrack has no option for {other:?}").into()),
        };
        args.extend([flag.to_owned(), text(value)]);
    }
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    Ok(router::attempt("conntrack", &args, "")?.0)
}

/// Settings of netfilter by prefix, in alphabetical order.
fn settings(prefix: &str) -> Result<Value> {
    let mut names = Vec::new();
    for entry in fs::read_dir("/proc/sys/net/netfilter")? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.starts_with(prefix) {
            names.push(name);
        }
    }
    names.sort();
    let mut out = Map::new();
    for name in names {
        let text = router::read(&format!("net/netfilter/{name}"))?;
        out.insert(name, text.into());
    }
    Ok(out.into())
}

/// A recording without what was seen; a scenario stays as it is.
pub fn bare(recording: &Value) -> Value {
    const STEP: [&str; 10] = [
        "note",
        "inject",
        "advance_ms",
        "sysctl",
        "rules",
        "delete",
        "update",
        "flush",
        "fill",
        "read_sysctl",
    ];
    let mut out = recording.clone();
    let Some(head) = out.as_object_mut() else {
        return out;
    };
    for key in ["kernel", "late_ms", "tolerance_s", "final"] {
        head.shift_remove(key);
    }
    for step in head
        .get_mut("steps")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        if let Some(step) = step.as_object_mut() {
            let loaded = step.contains_key("rules");
            step.retain(|key, _| STEP.contains(&key.as_str()) || (key == "nft" && !loaded));
        }
    }
    out
}

/// Records a whole scenario.
pub fn record(scenario: &Value) -> Result<Value> {
    let mut recorder = Recorder::new(scenario, Pace::Slots)?;
    let steps = scenario["steps"]
        .as_array()
        .ok_or("the scenario has no steps")?;
    let mut done = Vec::new();
    for step in steps {
        done.push(recorder.step(step)?);
    }
    let mut out = scenario
        .as_object()
        .ok_or("a scenario is an object")?
        .clone();
    out.shift_remove("steps");
    let kernel = router::read("kernel/osrelease")?;
    let topology = topology_of(scenario);
    for (key, value) in [
        ("kernel", kernel.into()),
        ("late_ms", recorder.late_ms.into()),
        ("tolerance_s", TOLERANCE_S.into()),
        ("topology", topology),
        ("steps", done.into()),
        ("final", recorder.last_words()?),
    ] {
        out.insert(key.into(), value);
    }
    Ok(out.into())
}
