//! Large tables: a flood is so many single packets, copies share memory, and what the page makes
//! of 100,000 connections is as much as it makes of ten.

mod common;

use common::{command, scenario};
use ctscope::engine::{Check, Command, Config, Conntrack, NoProbe};
use ctscope::timeline::{Grain, Recorder, Timeline};

/// Connections of a large table.
const MANY: u32 = 100_000;
const BUCKETS: u32 = 65_536;

fn flooded(buckets: u32, count: u32) -> Conntrack {
    let mut machine = Conntrack::new(&Config {
        buckets,
        max: Some(1 << 20),
        ..Config::default()
    });
    let line = format!("flood {count} udp 10.0.0.1:1024 > 192.0.2.53:53 len=10");
    let outcome = machine.apply(&command(&line), &mut NoProbe);
    assert_eq!(outcome.refused, None);
    machine
}

#[test]
fn a_flood_is_so_many_single_packets() {
    for (line, ports) in [
        ("udp 10.0.0.1:65533 > 192.0.2.53:53 len=10", 65_533..65_536),
        (
            "tcp [2001:db8::1]:65534 > [2001:db8::2]:80 S",
            65_534..65_536,
        ),
        (
            "udp 10.0.0.255:65535 > 192.0.2.53:53 len=3 path=input",
            65_535..65_536,
        ),
    ] {
        let mut whole = Conntrack::new(&Config::default());
        let mut steps = Recorder::default();
        let outcome = whole.apply(&command(&format!("flood 7 {line}")), &mut steps);
        assert_eq!(outcome.refused, None);
        let mut single = Conntrack::new(&Config::default());
        for nth in 0..7 {
            let (from, rest) = line.split_once(" > ").unwrap();
            let (head, _) = from.rsplit_once(':').unwrap();
            let (port, addr) = (nth % ports.len(), nth / ports.len());
            let head = match head.strip_prefix("udp ") {
                Some("10.0.0.1") => format!("udp 10.0.0.{}", 1 + addr),
                Some(_) => format!("udp 10.0.{}.{}", (255 + addr) / 256, (255 + addr) % 256),
                None => format!("tcp [2001:db8::{}]", 1 + addr),
            };
            let line = format!("{head}:{} > {rest}", ports.start + port as u32);
            single.apply(&command(&line), &mut NoProbe);
        }
        assert_eq!(whole.count(), 7);
        assert_eq!(whole.digest(), single.digest(), "{line}");
        assert_eq!(steps.finish().steps.len(), 7);
    }
}

#[test]
fn a_flood_that_cannot_be_is_refused_and_changes_nothing() {
    let mut machine = Conntrack::new(&Config::default());
    machine.apply(&command("hold postrouting"), &mut NoProbe);
    let before = machine.digest();
    for line in [
        "flood 3 udp 10.0.0.1:1 > 10.0.0.2:2",
        "flood 3 ip 10.0.0.1 > 10.0.0.2 proto=99 len=20",
    ] {
        assert!(
            machine
                .apply(&command(line), &mut NoProbe)
                .refused
                .is_some()
        );
        machine.apply(&command("hold off"), &mut NoProbe);
        let at_rest = machine.digest();
        machine.apply(
            &command("flood 3 ip 10.0.0.1 > 10.0.0.2 proto=99 len=20"),
            &mut NoProbe,
        );
        assert_eq!(machine.digest(), at_rest);
        machine.apply(&command("hold postrouting"), &mut NoProbe);
        assert_eq!(machine.digest(), before);
    }
    let Command::Flood(mut flood) = command("flood 3 udp 10.0.0.1:1 > 10.0.0.2:2") else {
        panic!("a flood is a flood");
    };
    flood.count = 0;
    let none = machine.apply(&Command::Flood(flood), &mut NoProbe);
    assert!(none.refused.is_some());
}

#[test]
fn a_copy_of_a_large_machine_shares_its_memory() {
    let machine = flooded(BUCKETS, MANY);
    assert!(machine.bytes_beside(None) > MANY as usize * 200);
    let mut copy = machine.clone();
    assert!(copy.bytes_beside(Some(&machine)) < 64 << 10);
    let line = "udp 10.9.0.1:1024 > 192.0.2.53:53 len=10";
    copy.apply(&command(line), &mut NoProbe);
    assert_eq!((machine.count(), copy.count()), (MANY, MANY + 1));
    let own = copy.bytes_beside(Some(&machine));
    assert!(own < 1 << 20, "{own} bytes");
}

#[test]
fn a_look_around_finds_what_a_look_at_everything_does() {
    let mut machine = flooded(64, 200);
    assert_eq!(machine.check_invariants(), []);
    assert_eq!(machine.check_around(machine.conns.iter().map(|c| c.id)), []);
    machine.nets[0].count += 1;
    let found = machine.check_around([]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].check(), Check::Memory);
}

#[test]
fn snapshots_of_a_large_machine_stay_within_their_budget() {
    let mut text = format!("config buckets={BUCKETS} max=1000000\n");
    text.push_str("flood 100000 udp 10.0.0.1:1024 > 192.0.2.53:53 len=10\n");
    for port in 0..2_000 {
        text.push_str(&format!(
            "udp 10.9.0.1:{} > 192.0.2.53:53 len=10\n",
            1024 + port
        ));
    }
    let mut timeline = Timeline::new(Config::default(), "");
    timeline.load(scenario(&text), "").unwrap();
    let (kept, bytes) = timeline.cache_size();
    assert!(kept >= 3, "{kept} are kept");
    assert!(bytes <= 64 << 20, "{bytes} bytes");
    // The end of the flood is there, whatever its number.
    timeline.seek_command(2);
    let state = timeline.moment(Grain::Change).state;
    assert_eq!(state.conns.len() as u32, MANY);
}
