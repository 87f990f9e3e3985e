//! The injected packets as a capture file.

use super::common::scenario;
use ctscope::engine::Command;
use ctscope::scenario::capture::{Options, PACKETS_MAX, import};
use ctscope::scenario::{PRESETS, Scenario};
use ctscope::view::out::{packets, pcap};
use std::io::Write;
use std::process::{Command as Program, Stdio};

/// The bytes of each injected packet, and the milliseconds between it and the one before.
fn injected(scenario: &Scenario) -> Vec<Vec<u8>> {
    let bytes = |line: &ctscope::scenario::Line| match &line.command {
        Command::Inject(inject) => Some(inject.bytes.clone()),
        _ => None,
    };
    scenario.lines.iter().filter_map(bytes).collect()
}

#[test]
fn exported_packets_are_imported_again_as_they_were() {
    for preset in PRESETS.iter().filter(|preset| preset.name != "flood") {
        let first = scenario(preset.text);
        let file = pcap(&first);
        let (again, warnings) = import(&file, &Options::default()).expect("it is a capture");
        assert_eq!(injected(&again), injected(&first), "{}", preset.name);
        assert!(warnings.is_empty(), "{}: {warnings:?}", preset.name);
        assert_eq!(pcap(&again)[24..40], file[24..40], "{}", preset.name);
    }
}

#[test]
fn captures_of_real_programs_survive_the_way_out_and_in() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/captures");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).expect("there are captures") {
        let path = entry.expect("a folder can be read").path();
        if path.extension().is_none_or(|it| it != "pcap") {
            continue;
        }
        let bytes = std::fs::read(&path).expect("a capture can be read");
        let (first, _) = import(&bytes, &Options::default()).expect("it is a capture");
        let file = pcap(&first);
        let (again, _) = import(&file, &Options::default()).expect("it is a capture");
        assert_eq!(injected(&again), injected(&first), "{}", path.display());
        assert_eq!(pcap(&again), file, "{}", path.display());
        seen += injected(&first).len();
    }
    assert!(seen > 100, "{seen}");
}

#[test]
fn times_are_those_of_the_machine() {
    let text = "udp 10.0.0.1:1 > 10.0.0.2:2\nadvance 1500ms\nudp 10.0.0.1:1 > 10.0.0.2:2\n\
                advance 2s\nudp 10.0.0.2:2 > 10.0.0.1:1\n";
    let (again, _) = import(&pcap(&scenario(text)), &Options::default()).unwrap();
    let printed = again.to_string();
    let waits: Vec<&str> = printed
        .lines()
        .filter(|line| line.starts_with("advance"))
        .collect();
    assert_eq!(waits, ["advance 1500ms", "advance 2s"]);
}

#[test]
fn a_flood_is_all_its_packets_and_what_does_not_fit_is_counted() {
    let small = scenario("config buckets=64\nflood 300 udp 10.0.0.1:65400 > 10.0.0.2:53\n");
    let made = packets(&small, 1);
    assert_eq!((made.count, made.left_out), (300, 0));
    let (again, _) = import(&made.file, &Options::default()).unwrap();
    let all = injected(&again);
    assert_eq!(all.len(), 300);
    // Behind port 65535 comes the next address, twice.
    assert_eq!(all[299][12..16], [10, 0, 0, 3]);
    let none = packets(&small, 0);
    assert_eq!((none.count, none.file.len()), (0, 24));
    let lines = "config buckets=262144\nflood 150000 udp 10.0.0.1:1 > 10.0.0.2:53\n\
                 flood 100000 udp 10.9.0.1:1 > 10.0.0.2:53\n";
    let made = packets(&scenario(lines), 2);
    assert_eq!((made.count, made.left_out), (PACKETS_MAX, 50_000));
}

/// What `tshark` reads in a file, a line a packet; `None` where it is not installed. `cargo xtask
/// test` installs it first, and sets `CTSCOPE_TSHARK` so that it cannot be missed.
fn tshark(file: &[u8], fields: &[&str]) -> Option<Vec<String>> {
    let mut program = Program::new("tshark");
    program.args(["-r", "-", "-n", "-T", "fields", "-E", "separator=|"]);
    program.args([
        "-o",
        "tcp.check_checksum:TRUE",
        "-o",
        "udp.check_checksum:TRUE",
    ]);
    program.args([
        "-o",
        "ip.check_checksum:TRUE",
        "-o",
        "tcp.relative_sequence_numbers:FALSE",
    ]);
    program.args(fields.iter().flat_map(|field| ["-e", field]));
    program
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = match program.spawn() {
        Ok(child) => child,
        Err(error) => {
            let needed = std::env::var_os("CTSCOPE_TSHARK").is_some();
            assert!(!needed, "tshark cannot be started: {error}");
            eprintln!("tshark is not installed, so it was not asked: {error}");
            return None;
        }
    };
    let mut input = child.stdin.take().expect("it has an input");
    input.write_all(file).expect("it reads");
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    let text = String::from_utf8(output.stdout).expect("it prints text");
    Some(text.lines().map(str::to_owned).collect())
}

#[test]
fn tshark_shows_the_same_addresses_ports_and_flags() {
    let text = "tcp 192.168.1.2:47562 > 10.0.0.2:80 S seq=1000 mss=1460 wscale=7\n\
                advance 40ms\n\
                tcp 10.0.0.2:80 > 192.168.1.2:47562 SA seq=5000 ack=1001 mss=1460\n\
                advance 1s\n\
                tcp 192.168.1.2:47562 > 10.0.0.2:80 PA seq=1001 ack=5001 len=12\n\
                tcp 192.168.1.2:47562 > 10.0.0.2:80 R seq=1013 badcsum\n";
    let fields = [
        "frame.time_epoch",
        "ip.src",
        "tcp.srcport",
        "ip.dst",
        "tcp.dstport",
        "tcp.flags.str",
        "tcp.seq",
        "tcp.len",
        "ip.checksum.status",
        "tcp.checksum.status",
    ];
    let Some(lines) = tshark(&pcap(&scenario(text)), &fields) else {
        return;
    };
    // Newer versions print the time as a date.
    let rest = |line: &String| line.split_once('|').map(|(_, rest)| rest.to_owned());
    let seen: Vec<String> = lines.iter().filter_map(rest).collect();
    assert_eq!(
        seen,
        [
            "192.168.1.2|47562|10.0.0.2|80|··········S·|1000|0|1|1",
            "10.0.0.2|80|192.168.1.2|47562|·······A··S·|5000|0|1|1",
            "192.168.1.2|47562|10.0.0.2|80|·······AP···|1001|12|1|1",
            "192.168.1.2|47562|10.0.0.2|80|·········R··|1013|0|1|0",
        ]
    );
}

#[test]
fn tshark_reads_every_packet_of_every_scenario() {
    for preset in PRESETS.iter().filter(|preset| preset.name != "flood") {
        let run = scenario(preset.text);
        let Some(lines) = tshark(&pcap(&run), &["frame.protocols", "frame.len"]) else {
            return;
        };
        let all = injected(&run);
        assert_eq!(lines.len(), all.len(), "{}", preset.name);
        for (line, bytes) in lines.iter().zip(&all) {
            let (protocols, length) = line.split_once('|').expect("two fields");
            let family = if bytes[0] >> 4 == 6 {
                "raw:ipv6"
            } else {
                "raw:ip"
            };
            assert!(protocols.starts_with(family), "{}: {line}", preset.name);
            assert_eq!(length, bytes.len().to_string());
        }
    }
}
