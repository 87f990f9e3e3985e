//! The machine as a router, against what a real kernel did with the same packets.
//!
//! A recording in `tests/data/router` is a list of lines: `: ` a line of a scenario, `< IFACE HEX`
//! a packet that comes in, `= STATE…` how conntrack saw it and what the router sent because of
//! it, `> IFACE HEX` what came out.

use crate::{Checked, Run, run};
use ctscope::engine::command::Inject;
use ctscope::engine::router::IfName;
use ctscope::engine::skb::{CtInfo, Path};
use ctscope::engine::{Command, Config, Conntrack, Outcome, Profile};
use ctscope::scenario::{Context, parse_command};
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2)
        .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).expect("hex digits"))
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("text can grow");
        text
    })
}

/// Without what a kernel draws by chance: identifications of its own packets, the checksum over
/// them, and flow labels.
fn without_chance(mut packet: Vec<u8>, own: bool) -> Vec<u8> {
    match packet.first().map(|first| first >> 4) {
        Some(4) if own => {
            packet[4..6].fill(0);
            packet[10..12].fill(0);
        }
        Some(6) => {
            if packet[6] == 44 {
                packet[44..48].fill(0);
            } else if packet[6] == 0 && packet[40] == 44 {
                packet[52..56].fill(0);
            }
            if own {
                packet[1] &= 0xf0;
                packet[2..4].fill(0);
            }
        }
        _ => {}
    }
    packet
}

fn state(ctinfo: Option<CtInfo>) -> &'static str {
    match ctinfo {
        None => "invalid",
        Some(CtInfo::Untracked) => "untracked",
        Some(CtInfo::New) => "new/original",
        Some(CtInfo::Established) => "established/original",
        Some(CtInfo::EstablishedReply) => "established/reply",
        Some(CtInfo::Related) => "related/original",
        Some(CtInfo::RelatedReply) => "related/reply",
    }
}

/// What an outcome is in the words of a recording; `side`: where the packet came in.
fn told(outcome: &Outcome, side: &str) -> String {
    let mut text = String::new();
    let states: Vec<_> = outcome.seen.iter().map(|seen| state(seen.ctinfo)).collect();
    if !states.is_empty() {
        writeln!(text, "= {}", states.join(" ")).expect("text can grow");
    }
    for sent in &outcome.sent {
        let own = sent.oif.as_str() == side;
        let packet = without_chance(sent.bytes.clone(), own);
        writeln!(text, "> {} {}", sent.oif, hex(&packet)).expect("text can grow");
    }
    text
}

/// Plays a recording; every packet that went otherwise, with both stories.
fn play(recording: &str) -> String {
    let mut ct = Conntrack::new(&Config {
        profile: Profile::V6_18,
        ..Config::default()
    });
    let mut differs = String::new();
    let mut lines = recording.lines().enumerate().peekable();
    while let Some((nth, line)) = lines.next() {
        let Some((kind, rest)) = line.split_once(' ') else {
            continue;
        };
        let command = match kind {
            ":" => {
                parse_command(rest, Context::default())
                    .unwrap_or_else(|error| panic!("{rest}: {error}"))
                    .command
            }
            "<" => {
                let (side, packet) = rest.split_once(' ').expect("side and bytes");
                Command::Inject(Inject {
                    bytes: bytes(packet),
                    path: Path::Forward,
                    iif: IfName::new(side),
                    hold_at: None,
                    drop_at: None,
                })
            }
            _ => continue,
        };
        let outcome = ct.apply(&command, &mut Checked::default());
        assert_eq!(outcome.refused, None, "{line}");
        let mut kernel = String::new();
        let side = rest.split(' ').next().unwrap_or_default();
        while let Some((_, line)) = lines.next_if(|(_, line)| line.starts_with(['=', '>'])) {
            let line = match line
                .strip_prefix("> ")
                .and_then(|line| line.split_once(' '))
            {
                Some((out, packet)) => {
                    let packet = without_chance(bytes(packet), out == side);
                    format!("> {out} {}", hex(&packet))
                }
                None => line.to_owned(),
            };
            writeln!(kernel, "{line}").expect("text can grow");
        }
        let here = told(&outcome, side);
        if kernel != here {
            writeln!(
                differs,
                "line {}: {:.120}\nkernel:\n{kernel}here ({:?}):\n{here}",
                nth + 1,
                line,
                outcome.fate
            )
            .expect("text can grow");
        }
    }
    differs
}

#[test]
fn the_router_does_with_each_packet_what_a_kernel_did() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/router");
    let mut files: Vec<_> = fs::read_dir(&folder)
        .expect("the recordings are there")
        .map(|entry| entry.expect("a folder can be read").path())
        .collect();
    files.sort();
    assert!(files.len() >= 12, "{} recordings", files.len());
    let mut differs = String::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a recording is text");
        let difference = play(&text);
        if !difference.is_empty() {
            let name = file.file_stem().unwrap_or_default().to_string_lossy();
            writeln!(differs, "{name}\n{difference}").expect("text can grow");
        }
    }
    assert!(differs.is_empty(), "{differs}");
}

const ROUTER: &str = "config profile=6.18
iface a 10.0.0.1/24
iface b 192.0.2.1/24 route 0.0.0.0/0
";

/// Timeout in seconds and protocol state of the only connection.
#[track_caller]
fn only_conn(run: &Run) -> (u32, &'static str) {
    assert_eq!(run.ct.count(), 1);
    let conn = run.ct.conns.iter().next().expect("one connection");
    let left = run.ct.hz().secs(conn.nf_ct_expires(run.ct.now)).0;
    (left, conn.proto.name().unwrap_or("-"))
}

#[test]
fn a_rule_that_resets_closes_the_entry_at_once() {
    let reset = run(&format!(
        "{ROUTER}tcp 10.0.0.10:9 > 192.0.2.20:80 S seq=5 in=a
nft forward tcp sport 80 reject with tcp reset
tcp 192.0.2.20:80 > 10.0.0.10:9 SA seq=99 ack=6 in=b"
    ));
    assert_eq!(only_conn(&reset), (10, "CLOSE"));
}

#[test]
fn a_timeout_policy_stands_in_for_the_namespace() {
    const SYN: &str = "tcp 10.0.0.10:9 > 192.0.2.20:80 S seq=5 win=1000";
    const RULE: &str = "nft prerouting tcp dport 80 ct timeout set syn_sent=5,established=500";
    let opened = format!("{ROUTER}{RULE}\n{SYN}");
    assert_eq!(only_conn(&run(&opened)), (5, "SYN_SENT"));
    let answered = format!(
        "{opened}\ntcp 192.0.2.20:80 > 10.0.0.10:9 SA seq=99 ack=6 win=1000
sysctl nf_conntrack_tcp_timeout_syn_recv=33"
    );
    // What the policy does not give is what the namespace had when the rule was made.
    assert_eq!(only_conn(&run(&answered)), (60, "SYN_RECV"));
    let established =
        format!("{answered}\ntcp 10.0.0.10:9 > 192.0.2.20:80 A seq=6 ack=100 win=1000");
    assert_eq!(only_conn(&run(&established)), (500, "ESTABLISHED"));
}

#[test]
fn a_timeout_policy_is_for_new_entries_of_its_protocol() {
    const UDP: &str = "udp 10.0.0.10:9 > 192.0.2.20:80 len=1";
    let rule = "nft prerouting meta l4proto udp ct timeout set unreplied=3";
    let late = run(&format!("{ROUTER}{UDP}\n{rule}\n{UDP}"));
    assert_eq!(only_conn(&late).0, 30);
    let other = run(&format!(
        "{ROUTER}{rule}\nip 10.0.0.10 > 192.0.2.20 proto=99 len=4"
    ));
    assert_eq!(only_conn(&other).0, 600);
    let its = run(&format!("{ROUTER}{rule}\n{UDP}"));
    assert_eq!(only_conn(&its).0, 3);
}
