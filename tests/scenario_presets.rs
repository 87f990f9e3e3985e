//! The ready-made scenarios: they can be read, and the machine does what they say.

use ctscope::engine::addr::{Addr, L3};
use ctscope::engine::conn::{Place, Status};
use ctscope::engine::hash::{HashKey, hash_conntrack_raw};
use ctscope::engine::nulls::ListId;
use ctscope::engine::tuple::{Dir, Dst, Man, Tuple, ipproto};
use ctscope::engine::{Config, Conntrack, NfConn, NoProbe};
use ctscope::scenario::link::{Looked, encode};
use ctscope::scenario::{PRESETS, Preset, Scenario};

#[test]
fn every_preset_is_read_and_printed_the_same() {
    for Preset {
        name,
        title,
        about,
        text,
    } in PRESETS
    {
        let scenario = Scenario::parse(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let printed = scenario.to_string();
        assert_eq!(Scenario::parse(&printed).as_ref(), Ok(&scenario), "{name}");
        assert!(
            scenario.lines.iter().all(|line| line.note.is_some()),
            "{name}: a line lacks a note"
        );
        let (title, about) = (title.text(), about.text());
        assert!(!title.is_empty() && about.ends_with('.'), "{name}");
        assert!(
            Preset::by_name(name).is_some_and(|preset| preset.text == text),
            "{name}"
        );
        assert!(encode(&scenario, &Looked::default()).is_ok(), "{name}");
        assert!(!printed.contains("hex "), "{name}: a packet has no words");
    }
}

#[test]
fn the_flows_of_the_collision_preset_share_their_buckets() {
    let config = Config::default();
    let buckets = |port: u16| {
        let (client, server) = (Addr::v4([10, 0, 0, 10]), Addr::v4([192, 0, 2, 20]));
        let bucket = |src, sport, dst, dport| {
            let src = Man {
                u3: src,
                u: sport,
                l3num: L3::Ipv4,
            };
            let dst = Dst {
                u3: dst,
                u: dport,
                protonum: ipproto::TCP,
                dir: Dir::Original,
            };
            let seed = config.seed ^ config.hash_mix;
            hash_conntrack_raw(&Tuple { src, dst }, HashKey::Jhash { seed }).scale(config.buckets)
        };
        (
            bucket(client, port, server, 80),
            bucket(server, 80, client, port),
        )
    };
    assert_eq!([40020, 40024, 40036].map(buckets), [(7, 6); 3]);
    assert_eq!(buckets(40027), (5, 5));
}

#[test]
fn no_preset_has_a_command_that_the_machine_refuses() {
    for Preset { name, text, .. } in PRESETS {
        let scenario = Scenario::parse(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut machine = Conntrack::new(&scenario.config);
        for line in &scenario.lines {
            let outcome = machine.apply(&line.command, &mut NoProbe);
            assert_eq!(outcome.refused, None, "{name}: {line}");
            assert_eq!(machine.check_invariants(), [], "{name}: {line}");
        }
    }
}

/// The machine after the first `lines` commands of a preset.
fn after(name: &str, lines: usize) -> Conntrack {
    let preset = Preset::by_name(name).expect("there is such a preset");
    let scenario = Scenario::parse(preset.text).expect("it can be read");
    let mut machine = Conntrack::new(&scenario.config);
    for line in scenario.lines.iter().take(lines) {
        machine.apply(&line.command, &mut NoProbe);
    }
    machine
}

/// The reply tuple of a connection, in words.
fn reply(machine: &Conntrack, number: u32) -> String {
    let conn = machine.conns.by_number(number).expect("it lives");
    conn.tuple(Dir::Reply).to_string()
}

#[test]
fn nat_gives_two_hosts_one_address_and_two_ports() {
    let machine = after("nat", 7);
    assert_eq!(reply(&machine, 1), "192.0.2.20:80 > 203.0.113.5:40000");
    let second = reply(&machine, 2);
    let port = second.strip_prefix("192.0.2.20:80 > 203.0.113.5:");
    assert!(port.is_some_and(|port| port != "40000"), "{second}");
    let answered = machine.conns.by_number(1).expect("it lives").proto.name();
    assert_eq!(answered, Some("ESTABLISHED"));
}

#[test]
fn the_data_connection_of_ftp_is_expected_and_then_a_child() {
    let waiting = after("ftp-expectation", 8);
    let expected: Vec<String> = waiting
        .expects
        .iter()
        .map(|it| it.tuple.to_string())
        .collect();
    assert_eq!(expected, ["192.0.2.20:0 > 10.0.0.10:50000"]);
    let come = after("ftp-expectation", 9);
    assert!(come.expects.is_empty());
    let child = come.conns.by_number(2).expect("it lives");
    assert_eq!(child.master.map(|master| master.number), Some(1));
}

#[test]
fn fragments_make_one_connection_when_the_last_one_comes() {
    let pieces = |lines: usize| -> usize {
        let machine = after("fragments", lines);
        machine.nets[0]
            .frags
            .iter()
            .map(|queue| queue.pieces())
            .sum()
    };
    assert_eq!([1, 2, 3, 4, 5].map(pieces), [1, 2, 0, 1, 0]);
    assert_eq!(after("fragments", 2).conns.len(), 0);
    assert_eq!(after("fragments", 3).conns.len(), 1);
}

#[test]
fn zones_keep_equal_tuples_apart() {
    let machine = after("zones", 10);
    let conns: Vec<_> = machine.conns.iter().collect();
    assert_eq!(conns.len(), 2);
    assert!(
        conns[0]
            .tuple(Dir::Original)
            .nf_ct_tuple_equal(conns[1].tuple(Dir::Original))
    );
    let replied = |conn: &&NfConn| conn.status.contains(Status::SEEN_REPLY);
    assert!(conns.iter().all(replied));
}

#[test]
fn the_newer_kernel_has_one_list_and_only_for_undelivered_events() {
    let held = after("in-6-18", 1);
    let conn = held.conns.by_number(1).expect("it lives");
    assert_eq!(
        (conn.place(), conn.list(Dir::Original)),
        (Place::Unconfirmed, None)
    );
    let undelivered = after("in-6-18", 6);
    let conn = undelivered.conns.by_number(1).expect("it lives");
    assert_eq!(
        conn.list(Dir::Original),
        Some(ListId::Undelivered { net: 0 })
    );
    assert!(!conn.status.contains(Status::ASSURED));
    assert_eq!(after("in-6-18", 9).conns.len(), 0);
}
