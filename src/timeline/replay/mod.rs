//! A recorder's scenario played on the machine, step by step, in the recorder's own terms.

mod compare;
mod entry;

pub use compare::{Difference, differences};

use crate::engine::command::{Listen, Span, TupleFilter};
use crate::engine::hooks::Station;
use crate::engine::skb::{CtInfo, Path};
use crate::engine::sysctl::SYSCTLS;
use crate::engine::time::{TICKS_MAX, Ticks};
use crate::engine::{Command, Conntrack, Fate, NoProbe, Outcome, Profile, Seen};
use crate::scenario::packet::assemble;
use crate::scenario::packet_print::disassemble;
use crate::scenario::recorder::{Injected, Record, Recording, Side, Step, arrival, describe, hex};
use crate::scenario::{Line, Scenario, ShownCommand};
use entry::Names;
use serde_json::{Map, Value, json};

/// A recording being played.
#[derive(Debug)]
pub struct Player<'r> {
    recording: &'r Recording,
    /// The machine.
    pub ct: Conntrack,
    listed: Record,
    times_ms: Vec<u64>,
    next: usize,
    names: Names,
    /// Listing the table kills what is expired in it.
    kills_expired: bool,
    /// Events told.
    heard: u32,
    /// Counters as they were told.
    counted: [u32; crate::engine::stats::Counter::ALL.len()],
}

impl<'r> Player<'r> {
    /// A fresh machine of this kernel, before the first step.
    pub fn new(recording: &'r Recording, profile: Profile) -> Player<'r> {
        let mut ct = Conntrack::new(&recording.config(profile));
        ct.apply(&Command::Listen(Listen::On), &mut NoProbe);
        // The topology was checked when the recording was read.
        for command in recording.setup().unwrap_or_default() {
            ct.apply(&command, &mut NoProbe);
        }
        Player {
            recording,
            ct,
            listed: recording.listed(),
            times_ms: recording.times_ms(),
            next: 0,
            names: Names::default(),
            kills_expired: true,
            heard: 0,
            counted: Default::default(),
        }
    }

    /// The clock goes to this time, cut off to whole jiffies.
    fn advance_to(&mut self, at_ms: u64) {
        let due = at_ms.saturating_mul(self.ct.hz().per_second().into()) / 1000;
        while self.ct.uptime < due {
            let left = u32::try_from(due - self.ct.uptime).unwrap_or(u32::MAX);
            let by = Ticks(left).min(TICKS_MAX);
            self.apply(&Command::Advance(Span::Jiffies(by)));
        }
    }

    fn apply(&mut self, command: &Command) -> Outcome {
        self.ct.apply(command, &mut NoProbe)
    }

    /// Does what the step says, and tells what can be seen then.
    fn step(&mut self, nth: usize, step: &Step, at_ms: u64) -> Map<String, Value> {
        self.advance_to(at_ms);
        let mut seen = Map::new();
        // Everything was checked when the recording was read.
        for command in step.commands(nth).unwrap_or_default() {
            match (&command, &step.inject) {
                (Command::Advance(_), _) => {
                    self.advance_to(at_ms + u64::from(step.advance_ms.unwrap_or(0)));
                }
                (Command::Inject(_), Some(inject)) => self.inject(inject, &command, &mut seen),
                _ => {
                    let outcome = self.apply(&command);
                    let changed = match command {
                        Command::DeleteMatching(_) => Some(outcome.deleted),
                        Command::Update(..) => Some(outcome.updated),
                        _ => None,
                    };
                    if let Some(changed) = changed {
                        seen.insert("rc".to_owned(), i32::from(changed == 0).into());
                    }
                }
            }
        }
        if let Some(nft) = step.loaded_rules() {
            seen.insert("nft".to_owned(), nft.into());
        }
        if let Some(fill) = &step.fill {
            for (side, line) in fill.packets() {
                if let Ok(bytes) = assemble(&line) {
                    self.apply(&arrival(side, bytes));
                }
            }
        }
        if let Some(prefix) = &step.read_sysctl {
            seen.insert("values".to_owned(), self.values(prefix).into());
        }
        self.look(&mut seen);
        seen
    }

    /// A packet arrives and goes its way through the router.
    fn inject(&mut self, inject: &Injected, command: &Command, seen: &mut Map<String, Value>) {
        let side = inject.side;
        let outcome = self.apply(command);
        let out: Vec<(Side, Vec<u8>)> = outcome
            .sent
            .iter()
            .filter_map(|sent| {
                let at = [Side::A, Side::B]
                    .into_iter()
                    .find(|at| at.iface() == Some(sent.oif))?;
                Some((at, sent.bytes.clone()))
            })
            .collect();
        path_of(&outcome, seen);
        let verdict = if out.iter().any(|(at, _)| *at != side) {
            "accept"
        } else if out.is_empty() {
            "drop"
        } else {
            "answered"
        };
        seen.insert("verdict".to_owned(), verdict.into());
        let masked = self.recording.known_ports.is_some();
        let told = |(at, bytes): (Side, Vec<u8>)| {
            let mut told = Map::new();
            told.insert("side".to_owned(), at.name().into());
            if !masked {
                told.insert("packet".to_owned(), describe(&bytes).into());
            }
            if !masked && self.listed.hex {
                let bytes = steady(bytes, at == side);
                told.insert("hex".to_owned(), hex(&bytes).into());
            }
            Value::from(told)
        };
        let out: Vec<Value> = out.into_iter().map(told).collect();
        seen.insert("out".to_owned(), out.into());
    }

    fn values(&self, prefix: &str) -> Map<String, Value> {
        let ct = &self.ct;
        let settings = SYSCTLS
            .iter()
            .filter(|info| info.exists_in(ct.profile()))
            .map(|info| (info.name, ct.sysctl(ct.net, info.key).to_string()));
        let own = [
            ("nf_conntrack_buckets", ct.table.size().to_string()),
            ("nf_conntrack_count", ct.count().to_string()),
        ];
        let mut values: Vec<_> = settings
            .chain(own)
            .filter(|(name, _)| name.starts_with(prefix))
            .collect();
        values.sort();
        values
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect()
    }
}

impl Iterator for Player<'_> {
    type Item = Map<String, Value>;

    /// What was seen after the next step, in the order of a recording, without its time.
    fn next(&mut self) -> Option<Map<String, Value>> {
        let recording = self.recording;
        let step = recording.steps.get(self.next)?;
        let (nth, at_ms) = (self.next, self.times_ms[self.next]);
        self.next += 1;
        Some(self.step(nth, step, at_ms))
    }
}

/// The whole recording as JSON, as this machine would have been recorded; the machine as it is at
/// the end.
pub fn replay(recording: &Recording, profile: Profile) -> (Map<String, Value>, Conntrack) {
    let mut player = Player::new(recording, profile);
    let seen: Vec<_> = player.by_ref().collect();
    let steps = recording.steps.iter().zip(player.times_ms).zip(seen);
    let steps: Vec<Value> = steps
        .map(|((step, at_ms), seen)| {
            let mut told = step.doing();
            told.insert("t_ms".to_owned(), at_ms.into());
            told.extend(seen);
            told.into()
        })
        .collect();
    let mut told = recording.head(profile.name());
    told.insert("steps".to_owned(), steps.into());
    (told, player.ct)
}

/// A scenario told in the same way. What the recorder has no word for is a `command`; a packet that
/// comes in by no interface has the `path` that it was given instead of a side. Looking changes
/// nothing here: expired entries stay until conntrack itself finds them.
pub fn replay_scenario(scenario: &Scenario) -> Map<String, Value> {
    let recording = Recording::default();
    let mut player = Player::new(&recording, scenario.config.profile);
    player.ct = Conntrack::new(&scenario.config);
    player.kills_expired = false;
    player.apply(&Command::Listen(Listen::On));
    let steps: Vec<Value> = scenario
        .lines
        .iter()
        .map(|line| player.line(line).into())
        .collect();
    let mut told = Map::new();
    told.insert("kernel".to_owned(), scenario.config.profile.name().into());
    told.insert("steps".to_owned(), steps.into());
    told
}

impl Player<'_> {
    /// A command of a scenario, and what can be seen after it.
    fn line(&mut self, line: &Line) -> Map<String, Value> {
        let mut told = Map::new();
        if let Some(note) = &line.note {
            told.insert("note".to_owned(), note.as_str().into());
        }
        let hz = u64::from(self.ct.hz().per_second());
        let at_ms = self.ct.uptime * 1000 / hz;
        match &line.command {
            Command::Inject(inject) => {
                let mut packet = Map::new();
                match inject.iif {
                    Some(side) => packet.insert("side".to_owned(), side.as_str().into()),
                    None => packet.insert("path".to_owned(), path_name(inject.path).into()),
                };
                packet.insert("packet".to_owned(), disassemble(&inject.bytes).into());
                packet.insert("hex".to_owned(), hex(&inject.bytes).into());
                told.insert("inject".to_owned(), packet.into());
            }
            other => {
                let text = ShownCommand(other).to_string();
                told.insert("command".to_owned(), text.into());
            }
        }
        told.insert("t_ms".to_owned(), at_ms.into());
        let outcome = self.apply(&line.command);
        if outcome.refused.is_some() {
            told.insert("refused".to_owned(), true.into());
        }
        if let Command::Inject(_) = line.command {
            path_of(&outcome, &mut told);
        }
        if let Some(fate) = outcome.fate {
            let verdict = match fate {
                Fate::Accepted => "accept",
                Fate::Dropped(..) => "drop",
                Fate::Held(_) => "held",
                Fate::Queued => "queued",
            };
            told.insert("verdict".to_owned(), verdict.into());
            let out = outcome.sent.iter().map(|sent| {
                json!({
                    "side": sent.oif.as_str(),
                    "packet": describe(&sent.bytes),
                    "hex": hex(&sent.bytes),
                })
            });
            told.insert("out".to_owned(), out.collect());
        }
        self.look(&mut told);
        told
    }
}

const fn path_name(path: Path) -> &'static str {
    match path {
        Path::Forward => "forward",
        Path::Input => "input",
        Path::Output => "output",
    }
}

/// The state of a packet at the first hook, and at all of them if there were several.
fn path_of(outcome: &Outcome, seen: &mut Map<String, Value>) {
    let hops: Vec<_> = outcome.seen.iter().map(hop).collect();
    let first = hops.iter().find(|hop| hop["hook"] == "prerouting");
    for key in ["state", "dir"] {
        let value = first.and_then(|hop| hop.get(key)).cloned();
        seen.insert(key.to_owned(), value.unwrap_or_default());
    }
    if hops.len() > 1 {
        seen.insert("ct_path".to_owned(), hops.into());
    }
}

/// What a rule right behind the main conntrack hook sees.
fn hop(seen: &Seen) -> Map<String, Value> {
    let (state, dir) = match seen.ctinfo {
        None => ("invalid", None),
        Some(CtInfo::Untracked) => ("untracked", None),
        Some(CtInfo::New) => ("new", Some("original")),
        Some(CtInfo::Established) => ("established", Some("original")),
        Some(CtInfo::EstablishedReply) => ("established", Some("reply")),
        Some(CtInfo::Related) => ("related", Some("original")),
        Some(CtInfo::RelatedReply) => ("related", Some("reply")),
    };
    let mut hop = Map::new();
    let hook = match seen.hook {
        Station::Output => "output",
        _ => "prerouting",
    };
    hop.insert("hook".to_owned(), hook.into());
    hop.insert("state".to_owned(), state.into());
    if let Some(dir) = dir {
        hop.insert("dir".to_owned(), dir.into());
    }
    hop
}

/// What a router draws at random is blanked: fragment ids of IPv6; id, and with it the checksum,
/// of an IPv4 packet that goes back.
fn steady(mut bytes: Vec<u8>, answer: bool) -> Vec<u8> {
    match bytes.first().map(|first| first >> 4) {
        Some(6) if bytes.len() >= 48 && bytes[6] == 44 => bytes[44..48].fill(0),
        Some(4) if answer && bytes.len() >= 12 => {
            bytes[4..6].fill(0);
            bytes[10..12].fill(0);
        }
        _ => {}
    }
    bytes
}

/// A filter that no entry fits: protocol 255 has no ports.
pub(super) fn fits_nothing() -> TupleFilter {
    TupleFilter {
        protonum: Some(255),
        sport: Some(0),
        ..TupleFilter::default()
    }
}
