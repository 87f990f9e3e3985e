//! What holds for every text, every link and every packet.

mod rules;

use ctscope::engine::addr::{Addr, L3};
use ctscope::engine::command::{
    Command, EntryState, Flood, Inject, Listen, NetName, NewEntry, Span, TupleFilter,
};
use ctscope::engine::config::Profile;
use ctscope::engine::config::{BUCKETS_MAX, Config};
use ctscope::engine::conn::Counted;
use ctscope::engine::flood::FLOOD_MAX;
use ctscope::engine::hooks::Station;
use ctscope::engine::router::IfName;
use ctscope::engine::rules::HelperName;
use ctscope::engine::skb::{Path, SkbId};
use ctscope::engine::sysctl::{SYSCTLS, SysctlInfo};
use ctscope::engine::time::{Hz, Secs, Ticks};
use ctscope::engine::tuple::{Dir, Dst, Man, Tuple};
use ctscope::engine::zone::Zone;
use ctscope::scenario::link::{Looked, Position, decode, encode};
use ctscope::scenario::packet::assemble;
use ctscope::scenario::packet_print::disassemble;
use ctscope::scenario::{Context, Line, PRESETS, Scenario, parse_command};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// Bytes that are almost a packet: recorded ones with some bytes changed, cut or added.
fn packet() -> impl Strategy<Value = Vec<u8>> {
    let recorded: Vec<Vec<u8>> = include_str!("../data/packets.txt")
        .lines()
        .filter_map(|line| line.rsplit_once(" | "))
        .map(|(line, _)| assemble(line).expect("a recorded line is good"))
        .collect();
    let near = (
        select(recorded),
        vec((any::<usize>(), any::<u8>()), 0..4),
        any::<usize>(),
    )
        .prop_map(|(mut bytes, changes, len)| {
            for (at, byte) in changes {
                let at = at % bytes.len();
                bytes[at] = byte;
            }
            if len % 3 == 0 {
                bytes.truncate(1 + len / 3 % bytes.len());
            }
            bytes
        });
    prop_oneof![4 => near, 1 => vec(any::<u8>(), 1..120)]
}

fn port() -> impl Strategy<Value = Option<u16>> {
    option::of(any::<u16>())
}

fn address() -> impl Strategy<Value = (L3, Addr)> {
    prop_oneof![
        any::<[u8; 4]>().prop_map(|octets| (L3::Ipv4, Addr::v4(octets))),
        any::<[u8; 16]>().prop_map(|octets| (L3::Ipv6, Addr(octets))),
        Just((L3::Ipv6, Addr([0; 16]))),
    ]
}

fn filter() -> impl Strategy<Value = TupleFilter> {
    let protonum = option::of(prop_oneof![Just(6), Just(17), any::<u8>()]);
    (
        protonum,
        option::of(address()),
        option::of(address()),
        port(),
        port(),
        port(),
        option::of(any::<u32>()),
    )
        .prop_map(
            |(protonum, src, dst, sport, dport, zone, mark)| TupleFilter {
                protonum,
                src,
                dst,
                sport,
                dport,
                zone,
                mark,
            },
        )
}

/// An entry as a line can say it; whether it is possible, the machine says.
fn entry() -> impl Strategy<Value = NewEntry> {
    let protonum = select(vec![1, 6, 17, 33, 47, 58, 99, 132, 136_u8]);
    let half = || (address(), any::<u16>(), any::<u16>());
    let zone = (1..=u16::MAX, 1..=3_u8);
    let rest = (
        any::<u32>(),
        option::of(zone),
        option::of(any::<[u64; 4]>()),
    );
    let more = (option::of(any::<u32>()), any::<[bool; 2]>(), any::<usize>());
    (protonum, half(), half(), any::<u32>(), rest, more).prop_map(
        |(protonum, (src, a, b), (dst, c, d), secs, (mark, zone, counted), (age, told, state))| {
            let parts = |u: u16, v: u16| match protonum {
                99 => (0, 0),
                _ => (u, v),
            };
            let tuple = |dir: Dir, (src_u, dst_u): (u16, u16)| Tuple {
                src: Man {
                    u3: src.1,
                    u: src_u,
                    l3num: src.0,
                },
                dst: Dst {
                    u3: if src.0 == dst.0 { dst.1 } else { src.1 },
                    u: dst_u,
                    protonum,
                    dir,
                },
            };
            let states = EntryState::all_of(protonum);
            NewEntry {
                original: tuple(Dir::Original, parts(a, b)),
                reply: tuple(Dir::Reply, parts(c, d)),
                timeout: Secs(secs),
                state: (!states.is_empty()).then(|| states[state % states.len()]),
                seen_reply: told[0],
                assured: told[1],
                mark,
                zone: zone.map_or_else(Zone::default, |(id, dirs)| Zone { id, dirs }),
                counted: counted.map(|[a, b, c, d]| {
                    [(a, b), (c, d)].map(|(packets, bytes)| Counted { packets, bytes })
                }),
                age,
                helper: (protonum == 6 && mark % 2 == 0).then_some(HelperName::Ftp),
            }
        },
    )
}

fn inject() -> impl Strategy<Value = Inject> {
    let paths = select(vec![
        (Path::Forward, None),
        (Path::Input, None),
        (Path::Output, None),
        (Path::Forward, IfName::new("eth0")),
    ]);
    (packet(), paths, 0..8_usize, 0..8_usize).prop_map(|(bytes, (path, iif), hold, drop)| {
        let stations = Station::of_inject(path, iif.is_some());
        let station = |n: usize| stations.get(n).copied();
        Inject {
            bytes,
            path,
            iif,
            hold_at: station(hold),
            drop_at: station(drop),
        }
    })
}

fn command() -> impl Strategy<Value = Command> {
    let there = |info: &SysctlInfo| info.exists_in(Profile::V5_10);
    let known: Vec<SysctlInfo> = SYSCTLS.iter().copied().filter(there).collect();
    let sysctl = (select(known), any::<u32>()).prop_map(|(info, n)| {
        let (min, max) = info.range(Profile::V5_10).into_inner();
        Command::SetSysctl(info.key, min + n % (max - min + 1))
    });
    let plain = vec![
        Command::Hold(None),
        Command::Advance(Span::NextDeadline),
        Command::Gc,
        Command::GcSweep,
        Command::GcAuto(true),
        Command::GcAuto(false),
        Command::Flush,
        Command::FlushRules,
        Command::Listen(Listen::Off),
        Command::Listen(Listen::On),
        Command::Listen(Listen::Slow),
    ];
    let name = |name: String| Command::Netns(NetName::new(&name).expect("a good name"));
    prop_oneof![
        6 => inject().prop_map(Command::Inject),
        1 => (1..=FLOOD_MAX, inject())
            .prop_map(|(count, inject)| Command::Flood(Flood { count, inject })),
        2 => select(plain),
        1 => select(Station::ALL.to_vec()).prop_map(|station| Command::Hold(Some(station))),
        1 => any::<u32>().prop_map(|n| Command::Release(SkbId(n))),
        1 => any::<u32>().prop_map(|n| Command::Drop(SkbId(n))),
        1 => (0..1_u32 << 31).prop_map(|n| Command::Advance(Span::Jiffies(Ticks(n)))),
        1 => (0..1_u32 << 31).prop_map(|n| Command::Advance(Span::Millis(n))),
        1 => (0..2_147_483_u32).prop_map(|n| Command::Advance(Span::Millis(n * 1000))),
        1 => any::<u32>().prop_map(Command::Delete),
        1 => entry().prop_map(|entry| Command::Entry(Box::new(entry))),
        1 => filter().prop_map(Command::DeleteMatching),
        1 => (filter(), any::<u32>()).prop_map(|(filter, mark)| {
            // A line says one mark, and that is the new one.
            Command::Update(TupleFilter { mark: None, ..filter }, mark)
        }),
        1 => (1..=BUCKETS_MAX).prop_map(Command::Resize),
        1 => sysctl,
        1 => "[a-z0-9_-]{1,15}".prop_map(name),
        1 => (0..1_u8).prop_map(Command::Cpu),
        2 => rules::rule().prop_map(Command::AddRule),
        1 => rules::iface().prop_map(Command::Iface),
    ]
}

fn scenario() -> impl Strategy<Value = Scenario> {
    let max = option::of(0..=i32::MAX as u32);
    let numbers = (1..=BUCKETS_MAX, any::<u32>(), any::<u32>(), 1..=8_u8, max);
    let config = (select(Hz::ALL.to_vec()), numbers).prop_map(
        |(hz, (buckets, seed, hash_mix, cpus, max))| Config {
            hz,
            buckets,
            seed,
            hash_mix,
            cpus,
            max,
            ..Config::default()
        },
    );
    let config = prop_oneof![Just(Config::default()), config];
    let note = option::of("\\PC{0,30}").prop_map(|note| {
        note.map(|note| note.trim().to_owned())
            .filter(|note| !note.is_empty())
    });
    let line = (command(), note).prop_map(|(command, note)| Line { command, note });
    (config, vec(line, 0..12)).prop_map(|(config, lines)| Scenario { config, lines })
}

/// Text made of pieces that mean something.
fn almost_text() -> impl Strategy<Value = String> {
    let words: Vec<&'static str> = PRESETS
        .iter()
        .flat_map(|preset| preset.text.split([' ', '=', '>']))
        .chain(
            include_str!("../data/packets.txt")
                .split([' ', '|'])
                .filter(|word| word.len() < 40),
        )
        .chain([
            "{", "}", "\"", "#", "=", "\n", "\\", "0x", "hex", "nft", "inner={", "data=", "é",
        ])
        .collect();
    let gap = select(vec![" ", " ", "=", "", "\n"]);
    vec((select(words), gap), 0..30).prop_map(|parts| {
        parts
            .into_iter()
            .flat_map(|(word, gap)| [word, gap])
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_printed_scenario_is_read_as_it_was(scenario in scenario()) {
        let text = scenario.to_string();
        prop_assert_eq!(Scenario::parse(&text), Ok(scenario), "{}", text);
    }

    #[test]
    fn bytes_survive_the_way_through_text(bytes in packet()) {
        let line = disassemble(&bytes);
        prop_assert_eq!(assemble(&line), Ok(bytes), "{}", line);
    }

    #[test]
    fn a_linked_scenario_is_read_as_it_was(
        scenario in scenario(),
        at in option::of((any::<u32>(), option::of(any::<u32>()))),
        names in vec(option::of("[a-z0-9:._-]{1,32}"), 5),
    ) {
        let at = at.map(|(command, step)| Position { command, step });
        let [selected, view, tab, grain, depth] = names.try_into().unwrap();
        let looked = Looked { at, selected, view, tab, grain, depth };
        if let Ok(text) = encode(&scenario, &looked) {
            let link = decode(&text).unwrap();
            prop_assert_eq!((link.scenario, link.looked), (scenario, looked));
        }
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in prop_oneof![any::<String>(), almost_text()]) {
        if let Ok(scenario) = Scenario::parse(&text) {
            let printed = scenario.to_string();
            prop_assert_eq!(Scenario::parse(&printed), Ok(scenario), "{}", printed);
        }
        for line in text.lines() {
            if let Ok(line) = parse_command(line, Context::default()) {
                let printed = line.to_string();
                prop_assert_eq!(parse_command(&printed, Context::default()), Ok(line));
            }
            let _ = assemble(line);
        }
    }

    #[test]
    fn no_link_makes_the_decoder_panic(
        text in any::<String>(),
        deflated in vec(any::<u8>(), 0..200),
        cut in any::<usize>(),
    ) {
        use base64::Engine as _;
        let _ = decode(&text);
        let _ = decode(&format!("v1.{text}"));
        let data = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&deflated);
        let _ = decode(&format!("v1.{data}&{text}"));
        let good = encode(&Scenario::parse(PRESETS[0].text).unwrap(), &Looked::default()).unwrap();
        let _ = decode(&good[..cut % good.len()]);
    }
}
