//! The ready-made scenarios: they can be read, and the machine does what they say.

use ctscope::engine::addr::{Addr, L3};
use ctscope::engine::hash::{HashKey, hash_conntrack_raw};
use ctscope::engine::tuple::{Dir, Dst, Man, Tuple, ipproto};
use ctscope::engine::{Config, Conntrack, NoProbe};
use ctscope::scenario::link::encode;
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
        assert!(!title.is_empty() && about.ends_with('.'), "{name}");
        assert!(
            Preset::by_name(name).is_some_and(|preset| preset.text == text),
            "{name}"
        );
        assert!(encode(&scenario, None, None).is_ok(), "{name}");
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
