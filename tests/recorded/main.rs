//! What a real kernel did with the same packets. Each recording is a scenario as data, played on
//! Linux 6.18; here are those in which 5.10 does the same. `CTSCOPE_RECORDINGS` names another
//! folder, which is played on 6.18; of it, `CTSCOPE_ONLY` picks names that contain this text.

use ctscope::engine::command::{Inject, Span};
use ctscope::engine::conn::{NfConn, Place, ProtoState, Status};
use ctscope::engine::event::EventKind;
use ctscope::engine::hooks::Station;
use ctscope::engine::profile::Profile;
use ctscope::engine::skb::{CtInfo, Path};
use ctscope::engine::stats::Counter;
use ctscope::engine::sysctl::Sysctl;
use ctscope::engine::tuple::{Dir, Tuple};
use ctscope::engine::{Command, Config, Conntrack, Fate, Listen, NoProbe, Outcome};
use serde_json::Value;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

/// A jump that the recording's clock made while nothing else happened, in milliseconds.
fn advance(ct: &mut Conntrack, millis: u64) {
    let millis = u32::try_from(millis).expect("a recording is short");
    ct.apply(&Command::Advance(Span::Millis(millis)), &mut NoProbe);
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2)
        .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).expect("hex digits"))
        .collect()
}

/// The state as the recorder's rules saw it, right behind conntrack.
fn seen_state(outcome: &Outcome) -> (&'static str, Option<&'static str>) {
    match outcome.ctinfo {
        None => ("invalid", None),
        Some(CtInfo::Untracked) => ("untracked", None),
        Some(CtInfo::New) => ("new", Some("original")),
        Some(CtInfo::Established) => ("established", Some("original")),
        Some(CtInfo::EstablishedReply) => ("established", Some("reply")),
        Some(CtInfo::Related) => ("related", Some("original")),
        Some(CtInfo::RelatedReply) => ("related", Some("reply")),
    }
}

fn tuple_text(tuple: &Tuple) -> String {
    let l3 = tuple.src.l3num;
    let (src, dst) = (tuple.src.u3.show(l3), tuple.dst.u3.show(l3));
    if tuple.has_ports() {
        format!("{src}:{} > {dst}:{}", tuple.src.u, tuple.dst.u)
    } else if tuple.is_icmp() {
        let (kind, code, id) = (tuple.icmp_type(), tuple.icmp_code(), tuple.src.u);
        format!("{src} > {dst} type {kind} code {code} id {id}")
    } else {
        format!("{src} > {dst}")
    }
}

fn recorded_tuple(tuple: &Value) -> String {
    let text = |key: &str| tuple[key].as_str().unwrap_or("?").to_owned();
    let (src, dst) = (text("src"), text("dst"));
    match (tuple["sport"].as_u64(), tuple["type"].as_u64()) {
        (Some(sport), _) => format!("{src}:{sport} > {dst}:{}", tuple["dport"]),
        (_, Some(kind)) => {
            format!(
                "{src} > {dst} type {kind} code {} id {}",
                tuple["code"], tuple["id"]
            )
        }
        _ => format!("{src} > {dst}"),
    }
}

/// The state, and for TCP the scale and the flags of each side.
fn proto_text(proto: &ProtoState) -> String {
    match proto {
        ProtoState::Tcp(tcp) => format!(
            "{} wscale {:?} flags {:?}",
            tcp.state.name(),
            tcp.seen.map(|side| side.td_scale),
            tcp.seen.map(|side| side.flags.bits()),
        ),
        ProtoState::None | ProtoState::Udp { .. } => "-".to_owned(),
    }
}

fn recorded_proto(entry: &Value) -> String {
    let pair = |key: &str| {
        let of = |side: usize| entry[key][side].as_u64().unwrap_or(0);
        [of(0), of(1)]
    };
    match entry["state"].as_str() {
        Some(state) if entry["proto"] == "tcp" => format!(
            "{state} wscale {:?} flags {:?}",
            pair("wscale"),
            pair("tcp_flags"),
        ),
        Some(state) => state.to_owned(),
        None => "-".to_owned(),
    }
}

/// An entry without its timeout, and the timeout in seconds.
fn ours(ct: &Conntrack, conn: &NfConn) -> (String, u64) {
    let status: Vec<&str> = conn.status.iter_names().map(|(name, _)| name).collect();
    let text = format!(
        "{} | {} | {} | {}",
        tuple_text(conn.tuple(Dir::Original)),
        tuple_text(conn.tuple(Dir::Reply)),
        proto_text(&conn.proto),
        status.join("|"),
    );
    (text, u64::from(ct.hz().secs(conn.nf_ct_expires(ct.now)).0))
}

fn theirs(entry: &Value) -> (String, u64) {
    let text = format!(
        "{} | {} | {} | {}",
        recorded_tuple(&entry["orig"]),
        recorded_tuple(&entry["reply"]),
        recorded_proto(entry),
        entry["status"].as_str().unwrap_or(""),
    );
    (text, entry["timeout"].as_u64().unwrap_or(0))
}

/// Counters that hang on the hash seed.
const UNCOMPARED: [&str; 2] = ["found", "early_drop"];

/// Every counter of the namespace, all CPUs together.
fn counters(ct: &Conntrack) -> [u32; Counter::COUNT] {
    let pcpu = &ct.nets[usize::from(ct.net)].pcpu;
    Counter::ALL.map(|counter| pcpu.iter().map(|cpu| cpu.stats.value(counter)).sum())
}

/// Plays a recording and says where the machine and the kernel differ.
fn play(recording: &Value, profile: Profile) -> String {
    let mut diff = String::new();
    let mut ct = Conntrack::new(&Config {
        profile,
        buckets: 256,
        ..Config::default()
    });
    ct.apply(&Command::Listen(Listen::On), &mut NoProbe);
    let mut now = 0;
    let mut heard = 0;
    let mut counted = counters(&ct);
    for (nth, step) in (1..).zip(recording["steps"].as_array().expect("a list of steps")) {
        let at = step["t_ms"].as_u64().expect("a time");
        advance(&mut ct, at.saturating_sub(now));
        now = now.max(at);
        let mut say = |what: &str, kernel: String, here: String| {
            if kernel != here {
                writeln!(diff, "step {nth} {what}: kernel {kernel}, here {here}").unwrap();
            }
        };
        if let Some(inject) = step.get("inject") {
            let path = if step["ct_path"].is_null() {
                Path::Forward
            } else {
                Path::Input
            };
            let command = Command::Inject(Inject {
                bytes: bytes(inject["hex"].as_str().expect("bytes")),
                path,
                iif: None,
                hold_at: None,
                drop_at: None,
            });
            let outcome = ct.apply(&command, &mut NoProbe);
            let (state, dir) = seen_state(&outcome);
            say(
                "state",
                step["state"].as_str().unwrap_or("none").into(),
                state.into(),
            );
            say(
                "direction",
                step["dir"].as_str().unwrap_or("-").into(),
                dir.unwrap_or("-").into(),
            );
            let verdict = match outcome.fate {
                Some(Fate::Dropped(Station::Prerouting, _)) => "drop",
                _ => "accept",
            };
            say(
                "verdict",
                step["verdict"].as_str().unwrap_or("-").into(),
                verdict.into(),
            );
        }
        if let Some(settings) = step.get("sysctl").and_then(Value::as_object) {
            for (name, value) in settings {
                let value = value
                    .as_u64()
                    .and_then(|n| u32::try_from(n).ok())
                    .expect("a number");
                let Some(key) = Sysctl::by_name(name) else {
                    say("setting", name.clone(), "unknown".into());
                    continue;
                };
                ct.apply(&Command::SetSysctl(key, value), &mut NoProbe);
            }
        }
        if step.get("flush").is_some() {
            ct.apply(&Command::Flush, &mut NoProbe);
        }
        if let Some(millis) = step["advance_ms"].as_u64() {
            advance(&mut ct, millis);
            now += millis;
        }
        // The recorder lists the table after each step, which kills what is expired.
        let nothing = ctscope::engine::command::TupleFilter {
            protonum: Some(255),
            ..Default::default()
        };
        ct.apply(&Command::DeleteMatching(nothing), &mut NoProbe);
        let mut here: Vec<_> = ct
            .conns
            .iter()
            .filter(|conn| conn.place() == Place::Table && !conn.status.contains(Status::DYING))
            .map(|conn| ours(&ct, conn))
            .collect();
        let mut kernel: Vec<_> = step["entries"]
            .as_array()
            .into_iter()
            .flatten()
            .map(theirs)
            .collect();
        here.sort();
        kernel.sort();
        say("count", step["count"].to_string(), ct.count().to_string());
        let names = |list: &[(String, u64)]| {
            list.iter()
                .map(|(name, _)| name.as_str())
                .collect::<Vec<_>>()
                .join("; ")
        };
        say("entries", names(&kernel), names(&here));
        for ((name, kernel), (_, here)) in kernel.iter().zip(&here) {
            if kernel.abs_diff(*here) > 2 {
                say(
                    &format!("timeout of {name}"),
                    kernel.to_string(),
                    here.to_string(),
                );
            }
        }
        let events: Vec<String> = ct
            .listener
            .heard
            .iter()
            .filter(|event| event.seq > heard)
            .map(|event| {
                let kind = match event.kind {
                    EventKind::New => "NEW",
                    EventKind::Update => "UPDATE",
                    EventKind::Destroy => "DESTROY",
                };
                format!("{kind} {}", tuple_text(&event.tuples[0]))
            })
            .collect();
        heard = ct.listener.sent;
        let stats = counters(&ct);
        let raised: Vec<String> = Counter::ALL
            .into_iter()
            .zip(stats.iter().zip(&counted))
            .filter(|(counter, (now, was))| now != was && !UNCOMPARED.contains(&counter.name()))
            .map(|(counter, (now, was))| format!("{} {}", counter.name(), now - was))
            .collect();
        counted = stats;
        let recorded = Counter::ALL
            .into_iter()
            .map(Counter::name)
            .filter(|name| !UNCOMPARED.contains(name))
            .filter_map(|name| Some(format!("{name} {}", step["stats"].get(name)?)));
        say(
            "counters",
            recorded.collect::<Vec<_>>().join(", "),
            raised.join(", "),
        );
        let recorded: Vec<String> = step["events"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|event| {
                format!(
                    "{} {}",
                    event["event"].as_str().unwrap_or("?"),
                    recorded_tuple(&event["orig"])
                )
            })
            .collect();
        say("events", recorded.join("; "), events.join("; "));
    }
    diff
}

#[test]
fn every_recording_here_is_what_the_machine_does() {
    let (folder, profile) = match std::env::var_os("CTSCOPE_RECORDINGS") {
        Some(other) => (PathBuf::from(other), Profile::V6_18),
        None => (
            PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/recorded"),
            Profile::V5_10,
        ),
    };
    let only = std::env::var("CTSCOPE_ONLY").unwrap_or_default();
    let mut files: Vec<_> = fs::read_dir(&folder)
        .expect("the recordings are there")
        .map(|entry| entry.expect("a folder can be read").path())
        .filter(|file| file.to_string_lossy().contains(&only))
        .collect();
    files.sort();
    assert!(
        files.len() >= 20 || !only.is_empty(),
        "{} recordings",
        files.len()
    );
    let mut differs = Vec::new();
    for file in &files {
        let text = fs::read_to_string(file).expect("a recording is text");
        let recording: Value = serde_json::from_str(&text).expect("a recording is JSON");
        let diff = play(&recording, profile);
        if !diff.is_empty() {
            differs.push(format!("{}\n{diff}", file.display()));
        }
    }
    println!("{} of {} agree", files.len() - differs.len(), files.len());
    assert!(differs.is_empty(), "{}", differs.join("\n"));
}
