//! The work that is measured is the work that the rows name.

use ctscope::engine::checksum::internet_checksum;
use ctscope::engine::{Command, NoProbe, Profile};
use ctscope_benches::bound::Bound;
use ctscope_benches::commands;
use ctscope_benches::machine::{Counting, Machine};
use ctscope_benches::packets::{Template, scattered, whole_tcp};

#[test]
fn a_scenario_has_as_many_commands_as_it_says() {
    let scenario = commands::scenario(5, 64);
    assert_eq!(scenario.lines.len() as u32, 5 + commands::COMMANDS);
    let mut machine = Machine::new(Profile::V5_10, 64);
    machine.replay(&commands::scenario(0, 64), &mut NoProbe);
    assert_eq!(machine.ct.count(), commands::NEW);
    machine.delete(commands::left_behind());
    assert_eq!(machine.ct.count(), 0);
}

#[test]
fn every_flow_is_a_connection_of_its_own() {
    let flows = 70_000;
    assert_eq!(Machine::filled(1 << 16, flows).ct.count(), flows);
}

#[test]
fn a_changed_packet_keeps_its_checksums() {
    for template in whole_tcp()
        .iter()
        .chain([&Template::new("udp", "len=10", true)])
    {
        for flow in [0, 1, 59_999, 60_000, 999_999] {
            let mut packet = template.inject();
            template.write(flow, &mut packet);
            let bytes = &packet.bytes[..];
            assert_eq!(internet_checksum(&[&bytes[..20]]), 0, "IP, flow {flow}");
            let length = (bytes.len() as u16 - 20).to_be_bytes();
            let pseudo = [0, bytes[9], length[0], length[1]];
            let sum = internet_checksum(&[&bytes[12..20], &pseudo, &bytes[20..]]);
            assert_eq!(sum, 0, "layer 4, flow {flow}");
        }
    }
}

#[test]
fn a_whole_connection_ends_in_time_wait() {
    let mut machine = Machine::new(Profile::V5_10, 64);
    machine.whole_connections(&whole_tcp(), 3, &mut NoProbe);
    let mut states: Vec<String> = machine
        .ct
        .conns
        .iter()
        .map(|conn| format!("{:?}", conn.proto))
        .collect();
    states.retain(|state| state.contains("TimeWait"));
    assert_eq!(states.len(), 3);
}

#[test]
fn a_probe_sees_the_steps() {
    let mut machine = Machine::filled(64, 1);
    let packet = Template::new("udp", "len=10", false);
    machine.choose(&packet);
    let mut probe = Counting::default();
    machine.send(&packet, 0, &mut probe);
    assert!(probe.0 > 5, "{} steps", probe.0);
}

#[test]
fn the_bound_finds_what_is_in_it_and_nothing_else() {
    let (there, back) = (
        Template::new("udp", "len=10", false),
        Template::new("udp", "len=10", true),
    );
    let mut bound = Bound::new(16, 100);
    for flow in 0..100 {
        bound.insert(&there.tuple(flow), &back.tuple(flow));
        // A second time it is there.
        bound.insert(&there.tuple(flow), &back.tuple(flow));
    }
    assert_eq!(bound.len(), 100);
    for flow in 0..200 {
        assert_eq!(bound.hit(&there.tuple(flow), 1), flow < 100);
        assert_eq!(bound.hit(&back.tuple(flow), 1), flow < 100);
    }
    // Both tuples of each object are met once in a walk over all chains.
    assert_eq!(bound.sweep(), 200);
}

#[test]
fn scattered_numbers_differ() {
    let mut numbers: Vec<u32> = (0..10_000).map(scattered).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 10_000);
}

#[test]
fn gc_frees_what_expired() {
    let mut machine = Machine::filled(64, 100);
    machine.sweep(&mut NoProbe);
    assert_eq!(machine.ct.count(), 100);
    machine.advance(31_000);
    machine.ct.apply(&Command::GcSweep, &mut NoProbe);
    assert_eq!(machine.ct.count(), 0);
}
