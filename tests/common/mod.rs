//! Random commands for laws: plausible packets of few hosts and ports, so that they meet.
#![allow(dead_code)]

use ctscope::engine::Command;
use ctscope::engine::command::Inject;
use ctscope::engine::hooks::Station;
use ctscope::engine::skb::Path;
use ctscope::scenario::{Context, Line, Scenario, parse_command};
use proptest::prelude::*;
use proptest::sample::select;

/// A command from a line of the scenario language.
#[track_caller]
pub fn command(line: &str) -> Command {
    match parse_command(line, Context::default()) {
        Ok(line) => line.command,
        Err(error) => panic!("{line}: {error}"),
    }
}

/// A line of a scenario.
#[track_caller]
pub fn line(text: &str) -> Line {
    Line::from(command(text))
}

/// A whole scenario.
#[track_caller]
pub fn scenario(text: &str) -> Scenario {
    match Scenario::parse(text) {
        Ok(scenario) => scenario,
        Err(error) => panic!("{error}"),
    }
}

/// A scenario that no link can hold, because it hardly gets shorter by being packed.
pub fn too_long_for_a_link() -> String {
    let mut seed = 1_u64;
    (0..2_000).fold(String::new(), |mut text, _| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let (host, port) = (seed >> 60, seed >> 48);
        text += &format!("udp 10.0.0.{host}:{port} > 10.1.0.1:53\n");
        text
    })
}

/// The link with this text inside, whatever it says.
pub fn deflated(text: &str) -> String {
    use base64::Engine as _;
    let bytes = miniz_oxide::deflate::compress_to_vec(text.as_bytes(), 9);
    let data = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
    format!("v1.{data}")
}

const HOSTS: [&str; 3] = ["10.0.0.1", "10.0.0.2", "192.0.2.7"];
/// Words that cut a packet, or leave it few hops.
const CUTS: [&str; 7] = [
    "",
    " ipid=7 frag=0/16",
    " ipid=7 frag=1/16",
    " ipid=7 frag=2/16",
    " ipid=7 mf",
    " ttl=1",
    " df len=1400",
];
const HOSTS6: [&str; 2] = ["2001:db8::1", "2001:db8::2"];
const PORTS: [u16; 4] = [53, 80, 4000, 4001];
const FLAGS: [&str; 9] = ["S", "SA", "A", "PA", "FA", "R", "RA", "SF", "-"];
const STATIONS: [&str; 6] = [
    "prerouting",
    "input",
    "forward",
    "output",
    "postrouting",
    "queue",
];

/// Two different hosts of a family.
fn hosts() -> BoxedStrategy<(bool, &'static str, &'static str)> {
    let four =
        (0..3usize, 1..3usize).prop_map(|(a, by)| (false, HOSTS[a], HOSTS[(a + by) % HOSTS.len()]));
    let six = (0..2usize).prop_map(|a| (true, HOSTS6[a], HOSTS6[1 - a]));
    prop_oneof![8 => four, 1 => six].boxed()
}

fn ends() -> BoxedStrategy<(bool, String)> {
    (hosts(), select(&PORTS[..]), select(&PORTS[..]))
        .prop_map(|((six, a, b), sport, dport)| {
            let ends = if six {
                format!("[{a}]:{sport} > [{b}]:{dport}")
            } else {
                format!("{a}:{sport} > {b}:{dport}")
            };
            (six, ends)
        })
        .boxed()
}

fn tcp() -> BoxedStrategy<String> {
    let numbers = select(&[0_u32, 1, 1000, 1001, 5000, 5001, u32::MAX][..]);
    (
        ends(),
        select(&FLAGS[..]),
        numbers.clone(),
        numbers,
        0..3_u32,
    )
        .prop_map(|((_, ends), flags, seq, ack, len)| {
            let ack = if flags.contains('A') {
                format!(" ack={ack}")
            } else {
                String::new()
            };
            format!(
                "tcp {ends} {flags} seq={seq}{ack} win=1000 len={}",
                len * 50
            )
        })
        .boxed()
}

fn udp() -> BoxedStrategy<String> {
    (ends(), 0..40_u32)
        .prop_map(|((_, ends), len)| format!("udp {ends} len={len}"))
        .boxed()
}

fn icmp() -> BoxedStrategy<String> {
    let kind = select(&["echo-request", "echo-reply"][..]);
    let echo = (hosts(), kind, 0..3_u16).prop_map(|((six, a, b), kind, id)| {
        let proto = if six { "icmp6" } else { "icmp" };
        format!("{proto} {a} > {b} {kind} id={id} seq=1")
    });
    let error = (hosts(), prop_oneof![tcp(), udp()]).prop_map(|((six, a, b), inner)| {
        let proto = if six { "icmp6" } else { "icmp" };
        format!("{proto} {a} > {b} unreach code=3 inner={{{inner}}}")
    });
    prop_oneof![3 => echo, 1 => error].boxed()
}

/// The way of a packet and what becomes of it there, as the words behind it.
fn way() -> BoxedStrategy<String> {
    let path = select(
        &[
            ("", Path::Forward),
            (" path=input", Path::Input),
            (" path=output", Path::Output),
        ][..],
    );
    let way =
        (path, select(&["hold", "drop"][..]), 0..24_usize).prop_map(|((word, path), verb, at)| {
            // Most packets just pass.
            match Station::of(path).get(at) {
                Some(station) => format!("{word} {verb}={}", station.name().to_lowercase()),
                None => word.to_owned(),
            }
        });
    let by = select(&["a", "b"][..]).prop_map(|iface| format!(" in={iface}"));
    prop_oneof![3 => Just(String::new()), 2 => way, 2 => by].boxed()
}

/// A packet line.
pub fn any_packet() -> BoxedStrategy<String> {
    let other = hosts().prop_map(|(_, a, b)| format!("ip {a} > {b} proto=99 len=20"));
    let packet = prop_oneof![6 => tcp(), 4 => udp(), 2 => icmp(), 1 => other];
    let cut = prop_oneof![9 => Just(""), 4 => select(&CUTS[..])];
    (packet, cut, way())
        .prop_map(|(packet, cut, way)| {
            // A key stands once on a line.
            let at = packet.find(" len=").filter(|_| cut.contains(" len="));
            match at {
                Some(_) if packet.contains("inner") => format!("{packet}{way}"),
                Some(at) => format!("{}{cut}{way}", &packet[..at]),
                None => format!("{packet}{cut}{way}"),
            }
        })
        .boxed()
}

/// Bytes that need not be a packet at all.
fn nonsense() -> BoxedStrategy<Command> {
    proptest::collection::vec(any::<u8>(), 1..80)
        .prop_map(|mut bytes| {
            let len = bytes.len();
            bytes[0] = bytes[0] & 0xf | 0x40;
            Command::Inject(Inject {
                bytes,
                path: Path::Forward,
                iif: None,
                hold_at: None,
                // Not on its way: refused.
                drop_at: (len % 4 == 0).then_some(Station::Input),
            })
        })
        .boxed()
}

/// A line that is no packet.
pub fn any_setting() -> BoxedStrategy<String> {
    let number = 1..8_u32;
    prop_oneof![
        4 => number.clone().prop_map(|n| format!("release s{n}")),
        2 => number.clone().prop_map(|n| format!("drop s{n}")),
        2 => select(&STATIONS[..]).prop_map(|at| format!("hold {at}")),
        2 => Just("hold off".to_owned()),
        3 => (1..400_u32).prop_map(|n| format!("advance {n}j")),
        3 => (1..700_u32).prop_map(|n| format!("advance {n}s")),
        3 => Just("advance next".to_owned()),
        3 => select(&["gc", "gc sweep", "gc auto", "gc manual", "flush"][..])
            .prop_map(str::to_owned),
        2 => number.clone().prop_map(|n| format!("delete c{n}")),
        1 => (1..40_u32).prop_map(|n| format!("resize {n}")),
        1 => select(&["on", "off", "slow"][..]).prop_map(|mode| format!("events {mode}")),
        1 => (1..9_u32).prop_map(|n| format!("flood {n} udp 10.0.0.1:65530 > 192.0.2.7:53 len=4")),
        1 => (1..9_u32).prop_map(|n| format!("flood {n} tcp 10.0.0.2:4000 > 192.0.2.7:80 S")),
        1 => select(&["init", "blue", "red"][..]).prop_map(|name| format!("netns {name}")),
        1 => (0..2_u32).prop_map(|cpu| format!("cpu {cpu}")),
        1 => (0..12_u32).prop_map(|max| format!("sysctl nf_conntrack_max={max}")),
        2 => select(&[
            "nf_conntrack_acct=1",
            "nf_conntrack_timestamp=1",
            "nf_conntrack_events=0",
            "nf_conntrack_checksum=0",
            "nf_conntrack_tcp_loose=0",
            "nf_conntrack_udp_timeout=1",
        ][..])
        .prop_map(|setting| format!("sysctl {setting}")),
    ]
    .boxed()
}

/// Any command at all.
pub fn any_command() -> BoxedStrategy<Command> {
    let filter = (
        select(&[None, Some(6_u8), Some(17)][..]),
        select(&[None, Some(80_u16)][..]),
    )
        .prop_map(|(protonum, dport)| {
            Command::DeleteMatching(ctscope::engine::command::TupleFilter {
                protonum,
                dport,
                ..Default::default()
            })
        });
    let rule = select(RULES).prop_map(command);
    prop_oneof![
        24 => any_packet().prop_map(|text| command(&text)),
        2 => nonsense(),
        14 => any_setting().prop_map(|text| command(&text)),
        1 => filter,
        1 => select(&["update all mark=7", "update proto=udp mark=0"][..]).prop_map(command),
        1 => rule,
    ]
    .boxed()
}

/// Rules of every kind, and the interfaces that some of them name.
const RULES: &[&str] = &[
    "nft flush",
    "nft flush",
    "nft forward ct state new drop",
    "nft forward ct state established accept",
    "nft forward ct state invalid accept",
    "nft prerouting udp dport 53 notrack",
    "nft prerouting tcp dport 80 ct zone set 3",
    "nft prerouting ct original zone set 5",
    "nft prerouting udp dport 53 ct mark set 7",
    "nft postrouting snat to 203.0.113.5:5000-5001",
    "nft postrouting oif b masquerade",
    "nft postrouting tcp dport 80 snat to 203.0.113.5:6000-6000",
    "nft postrouting snat to 203.0.113.5-203.0.113.9",
    "nft postrouting snat to 2001:db8:c::5 random",
    "nft output dnat to 192.0.2.7",
    "nft input snat to 192.0.2.7",
    "nft prerouting udp dport 53 dnat to 192.0.2.80:5353",
    "nft prerouting tcp dport 80 redirect to :8080",
    "nft forward udp dport 80 reject",
    "nft forward meta l4proto tcp reject with tcp reset",
    "nft input reject",
    "nft output reject",
    "nft prerouting tcp dport 80 ct timeout set syn_sent=5,established=500",
    "nft prerouting udp dport 53 ct timeout set unreplied=3",
    "iface a 10.0.0.254/24 2001:db8::254/64",
    "iface a 10.0.0.2/24 2001:db8::2/64 mtu 600",
    "iface b 192.0.2.254/24 route 0.0.0.0/0 mtu 68",
    "iface b 192.0.2.7/24 route 0.0.0.0/0",
];
