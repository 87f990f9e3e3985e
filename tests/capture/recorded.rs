//! Captures of a real kernel's traffic, replayed, against the table that this kernel had.
//!
//! `make.py` beside this file recorded them.

use ctscope::engine::command::{Span, TupleFilter};
use ctscope::engine::config::{Config, Profile};
use ctscope::engine::conn::{NfConn, Place, Status};
use ctscope::engine::rules::Prefix;
use ctscope::engine::tuple::{Dir, Tuple};
use ctscope::engine::{Command, Conntrack, NoProbe};
use ctscope::scenario::capture::{Options, import, two_sides};
use ctscope::scenario::{Context, Scenario, parse_command, parse_network};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

/// The sessions in tests/data/captures that are replayed.
const SESSIONS: [&str; 9] = [
    "ftp_active",
    "ftp_masquerade",
    "ftp_passive",
    "dns",
    "http",
    "http_ipv6",
    "masquerade",
    "ping",
    "states",
];

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/captures")
        .join(name)
}

fn apply(ct: &mut Conntrack, command: &Command) {
    let outcome = ct.apply(command, &mut NoProbe);
    assert_eq!(outcome.refused, None, "{command:?}");
}

/// The table after the capture, at the time when the kernel's was listed.
fn replay(name: &str, recorded: &Value) -> Conntrack {
    let texts = |key: &str| -> Vec<&str> {
        let list = recorded[key].as_array().expect("a list");
        list.iter()
            .map(|text| text.as_str().expect("text"))
            .collect()
    };
    let networks = |key: &str| -> Vec<Prefix> {
        let parse = |text| parse_network(text).expect("a network");
        texts(key).into_iter().map(parse).collect()
    };
    let options = Options {
        config: Some(Config {
            profile: Profile::V6_18,
            buckets: 64,
            ..Config::default()
        }),
        ifaces: two_sides(&networks("side_a"), &networks("own")).expect("few"),
        ..Options::default()
    };
    let bytes = fs::read(file(&format!("{name}.pcap"))).expect("the capture is there");
    let (scenario, warnings) = import(&bytes, &options).expect("a capture");
    assert_eq!(warnings, [], "{name}");
    let mut ct = Conntrack::new(&scenario.config);
    let (ifaces, lines) = scenario.lines.split_at(options.ifaces.len());
    for iface in ifaces {
        apply(&mut ct, &iface.command);
    }
    for rule in texts("rules") {
        let line = parse_command(rule, Context::from(&scenario.config)).expect("a command");
        apply(&mut ct, &line.command);
    }
    let listed = recorded["listed_ms"].as_u64().expect("a time");
    let mut left = u32::try_from(listed).expect("a session is short");
    for line in lines {
        if let Command::Advance(Span::Millis(millis)) = line.command {
            // tcpdump stops a little later.
            let Some(rest) = left.checked_sub(millis) else {
                break;
            };
            left = rest;
        }
        apply(&mut ct, &line.command);
    }
    apply(&mut ct, &Command::Advance(Span::Millis(left)));
    // Whoever lists the table removes what is expired.
    let nothing = TupleFilter {
        protonum: Some(255),
        ..TupleFilter::default()
    };
    ct.apply(&Command::DeleteMatching(nothing), &mut NoProbe);
    ct
}

/// An entry without its timeout, and the timeout in seconds.
type Entry = (String, u64);

fn here(ct: &Conntrack) -> Vec<Entry> {
    let tuple = |tuple: &Tuple| {
        let (src, dst) = (tuple.src.u3, tuple.dst.u3);
        let (src, dst) = (src.show(tuple.src.l3num), dst.show(tuple.src.l3num));
        match tuple.is_icmp() {
            true => {
                let (kind, code) = (tuple.icmp_type(), tuple.icmp_code());
                format!("{src} > {dst} type {kind} code {code} id {}", tuple.src.u)
            }
            false => format!("{src}:{} > {dst}:{}", tuple.src.u, tuple.dst.u),
        }
    };
    let entry = |conn: &NfConn| {
        let status: Vec<&str> = conn.status.iter_names().map(|(name, _)| name).collect();
        let text = format!(
            "{} {} | {} | {} | {}",
            conn.tuple(Dir::Original).dst.protonum,
            tuple(conn.tuple(Dir::Original)),
            tuple(conn.tuple(Dir::Reply)),
            conn.proto.name().unwrap_or("-"),
            status.join("|"),
        );
        (text, u64::from(ct.hz().secs(conn.nf_ct_expires(ct.now)).0))
    };
    let listed =
        |conn: &&NfConn| conn.place() == Place::Table && !conn.status.contains(Status::DYING);
    let mut entries: Vec<Entry> = ct.conns.iter().filter(listed).map(entry).collect();
    entries.sort();
    entries
}

fn there(recorded: &Value) -> Vec<Entry> {
    let tuple = |tuple: &Value| {
        let (src, dst) = (
            &tuple["src"].as_str().unwrap(),
            &tuple["dst"].as_str().unwrap(),
        );
        match &tuple["type"] {
            Value::Null => format!("{src}:{} > {dst}:{}", tuple["sport"], tuple["dport"]),
            kind => {
                let (code, id) = (&tuple["code"], &tuple["id"]);
                format!("{src} > {dst} type {kind} code {code} id {id}")
            }
        }
    };
    let entry = |entry: &Value| {
        let text = format!(
            "{} {} | {} | {} | {}",
            entry["protonum"],
            tuple(&entry["orig"]),
            tuple(&entry["reply"]),
            entry["state"].as_str().unwrap_or("-"),
            entry["status"].as_str().unwrap(),
        );
        (text, entry["timeout"].as_u64().unwrap())
    };
    let entries = recorded["entries"].as_array().expect("a list of entries");
    let mut entries: Vec<Entry> = entries.iter().map(entry).collect();
    entries.sort();
    entries
}

#[test]
fn a_replayed_capture_gives_the_entries_that_the_kernel_had() {
    for name in SESSIONS {
        let text = fs::read_to_string(file(&format!("{name}.json"))).expect("it is there");
        let recorded: Value = serde_json::from_str(&text).expect("JSON");
        let ct = replay(name, &recorded);
        let (here, there) = (here(&ct), there(&recorded));
        let names = |entries: &[Entry]| -> Vec<String> {
            entries.iter().map(|(text, _)| text.clone()).collect()
        };
        assert_eq!(names(&here), names(&there), "{name}");
        let tolerance = recorded["tolerance_s"].as_u64().expect("seconds");
        for ((text, here), (_, there)) in here.iter().zip(&there) {
            assert!(
                here.abs_diff(*there) <= tolerance,
                "{name}: timeout of {text}: kernel {there}, here {here}"
            );
        }
    }
}

#[test]
fn a_capture_written_as_text_is_the_same_scenario() {
    let folder = fs::read_dir(file("")).expect("the folder is there");
    let mut captures = 0;
    for entry in folder {
        let path = entry.expect("a folder can be read").path();
        if path.extension().is_none_or(|ending| ending != "pcap") {
            continue;
        }
        captures += 1;
        let bytes = fs::read(&path).expect("a file");
        let (scenario, _) = import(&bytes, &Options::default()).expect("a capture");
        let text = scenario.to_string();
        assert_eq!(Scenario::parse(&text), Ok(scenario), "{}", path.display());
    }
    assert_eq!(captures, SESSIONS.len(), "captures, all of them replayed");
}
