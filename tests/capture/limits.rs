//! A file is never larger in memory than it may be.

use crate::build::{Order, Packet, RAW, classic, ip, packet, read};
use ctscope::engine::Command;
use ctscope::scenario::COMMANDS_MAX;
use ctscope::scenario::capture::{
    CaptureError, FILE_BYTES_MAX, Import, Options, PACKETS_MAX, Progress, import,
};

const SHORT: &str = "udp 10.0.0.10:5000 > 192.0.2.53:53 len=0";

#[test]
fn a_file_over_the_limit_is_refused_unread() {
    let file = vec![0; FILE_BYTES_MAX + 1];
    let error = import(&file, &Options::default()).unwrap_err();
    assert_eq!(error, CaptureError::TooLarge(FILE_BYTES_MAX + 1));
    assert_eq!(
        error.to_string(),
        "this file has 67108865 bytes, and at most 67108864 are read; capture less, or cut it \
         into pieces"
    );
}

#[test]
fn packets_over_the_limit_are_left_out() {
    let not_ip = packet(0, vec![0]);
    let packets = vec![not_ip; PACKETS_MAX as usize + 1];
    let (lines, warnings) = read(&classic(Order::Little, false, RAW, &packets));
    assert_eq!(lines.len(), 0);
    let expected = [
        "packet 1: 200000 packets from here on are not IP and are left out",
        "packet 200001: no more than 200000 packets are read; the rest is left out",
    ];
    assert_eq!(warnings, expected);
}

#[test]
fn a_scenario_that_is_full_ends_the_reading() {
    // Two commands for each packet: it enters, and time passes.
    let at = |n: usize| packet(n as u64 * 1000, ip(SHORT));
    let packets: Vec<Packet> = (0..COMMANDS_MAX / 2 + 10).map(at).collect();
    let (lines, warnings) = read(&classic(Order::Little, false, RAW, &packets));
    assert_eq!(lines.len(), COMMANDS_MAX - 1);
    let expected =
        ["packet 100001: the scenario is full; this packet and what follows is left out"];
    assert_eq!(warnings, expected);
}

#[test]
fn packets_that_are_filled_up_count_with_their_full_length() {
    let mut data = ip("tcp 10.0.0.10:40000 > 192.0.2.20:80 S len=60000");
    let wire_len = Some(data.len() as u32);
    data.truncate(68);
    let packets: Vec<Packet> = (0..2000)
        .map(|_| Packet {
            at: 0,
            wire_len,
            data: data.clone(),
        })
        .collect();
    let file = classic(Order::Little, false, RAW, &packets);
    let (scenario, warnings) = import(&file, &Options::default()).unwrap();
    let bytes: usize = scenario
        .lines
        .iter()
        .map(|line| match &line.command {
            Command::Inject(inject) => inject.bytes.len(),
            _ => 0,
        })
        .sum();
    assert!(bytes <= FILE_BYTES_MAX, "{bytes}");
    assert_eq!(scenario.lines.len(), FILE_BYTES_MAX / 60_040);
    assert!(warnings.iter().any(|warning| {
        warning.sentence == "the scenario is full; this packet and what follows is left out"
    }));
}

#[test]
fn an_import_can_pause_after_every_packet() {
    let packets = vec![packet(0, ip(SHORT)); 3];
    let file = classic(Order::Little, false, RAW, &packets);
    let mut import = Import::new(file.clone(), &Options::default()).unwrap();
    let each = (file.len() - 24) / 3;
    for n in 1..=3 {
        assert_eq!(import.read(1), Progress::At(24 + n * each));
    }
    assert_eq!(import.read(1), Progress::Done);
    assert_eq!(import.read(1), Progress::Done);
    let (scenario, warnings) = import.finish().unwrap();
    assert_eq!(scenario.lines.len(), 3);
    assert_eq!(warnings, []);
}
