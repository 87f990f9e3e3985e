//! Packets, through a machine with rules, NAT, helpers and interfaces.
//!
//! An input is a scenario, so that a finding is a file that anybody can read and step through.

use crate::change;
use crate::corpus;
use crate::harness::Target;
use crate::play::{empty, play};
use crate::rng::Rng;
use crate::seen::Seen;
use ctscope::engine::addr::L3;
use ctscope::engine::checksum::{crc32c, internet_checksum, l4_checksum};
use ctscope::engine::command::{Command, Inject};
use ctscope::engine::config::{Config, Profile};
use ctscope::engine::extract::get_l4proto;
use ctscope::engine::hooks::Station;
use ctscope::engine::router::IfName;
use ctscope::engine::skb::Path;
use ctscope::engine::sysctl::SYSCTLS;
use ctscope::engine::time::Hz;
use ctscope::engine::tuple::ipproto;
use ctscope::scenario::{Context, Line, Scenario, parse_command};
use std::sync::Arc;

/// The target.
#[derive(Clone, Debug)]
pub struct Packets {
    packets: Vec<Vec<u8>>,
}

/// Commands; `@` and a letter stand for something random, see [`filled`].
const COMMANDS: [&str; 71] = [
    "iface a @4/24 @6/64",
    "iface b @4/24 @6/64 route 0.0.0.0/0 route ::/0 mtu @m",
    "iface @i @4/24 @6/64 route @4/8",
    "hold @h",
    "hold off",
    "release s@n",
    "release s@n",
    "release s@n",
    "drop s@n",
    "advance next",
    "advance @nj",
    "advance @ns",
    "advance 130s",
    "advance @s0s",
    "advance 5d",
    "gc",
    "gc sweep",
    "gc manual",
    "gc auto",
    "delete c@n",
    "delete proto=udp",
    "delete src=@4",
    "update src=@4 mark=@n",
    "flush",
    "resize @n",
    "events slow",
    "events on",
    "events off",
    "netns blue",
    "netns init",
    "cpu 1",
    "cpu 0",
    "nft flush",
    "nft @d tcp dport 21 ct helper set ftp",
    "nft @d tcp dport @p ct helper set ftp",
    "nft @d udp dport 69 ct helper set tftp",
    "nft @d ct helper set tftp",
    "nft @d ct original zone set @n",
    "nft @d ct reply zone set @n",
    "nft @d ct zone set @n",
    "nft @d iif @i ct zone set @n",
    "nft @h ct state @c ct mark set @n",
    "nft @h ct mark @n drop",
    "nft @h ct state @c drop",
    "nft @h ct state @c accept",
    "nft @h ct state @c reject",
    "nft @h tcp dport @p reject with tcp reset",
    "nft @d tcp dport @p ct timeout set syn_sent=@n,established=@s",
    "nft @d meta l4proto udp ct timeout set unreplied=@n,replied=@s",
    "nft @o snat to @4",
    "nft @o snat to @4:@p",
    "nft @o tcp sport @p snat to @4:5000-5003",
    "nft @o udp dport @p snat to @4:1-3 random",
    "nft @o snat to 198.51.100.1-198.51.100.3 persistent",
    "nft @o oif @i snat to [@6]:@p",
    "nft @o snat to @6",
    "nft @o masquerade",
    "nft @o oif b masquerade",
    "nft @o masquerade to :1024-1026",
    "nft @d dnat to @4",
    "nft @d dnat to @4:@p",
    "nft @d tcp dport @p dnat to 10.0.0.5-10.0.0.9",
    "nft @d dnat to @6",
    "nft @d redirect",
    "nft @d udp dport @p redirect to :@p",
    "nft @d ip saddr @4 notrack",
    "nft @d notrack",
    "sysctl nf_conntrack_max=@n",
    "sysctl nf_conntrack_expect_max=@n",
    "sysctl @k=@n",
    "sysctl @k=@x",
];

const HOSTS: [&str; 9] = [
    "10.0.0.10",
    "10.0.0.1",
    "192.0.2.20",
    "192.0.2.1",
    "198.51.100.9",
    "203.0.113.5",
    "0.0.0.0",
    "255.255.255.255",
    "127.0.0.1",
];
const HOSTS6: [&str; 6] = [
    "2001:db8:a::10",
    "2001:db8:a::1",
    "2001:db8:b::20",
    "2001:db8:b::1",
    "::",
    "ff02::1",
];
const PORTS: [&str; 9] = ["21", "69", "53", "80", "40000", "5000", "0", "65535", "1"];
const STATES: [&str; 6] = [
    "new",
    "established",
    "related",
    "invalid",
    "untracked",
    "new,related",
];

/// A command of the list with something in every open place.
fn filled(rng: &mut Rng, command: &str) -> String {
    let mut parts = command.split('@');
    let mut line = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (letter, rest) = part.split_at(1);
        let word = match letter {
            "4" => (*rng.pick(&HOSTS)).to_owned(),
            "6" => (*rng.pick(&HOSTS6)).to_owned(),
            "p" => (*rng.pick(&PORTS)).to_owned(),
            "n" => rng.below(9).to_string(),
            "s" => rng.below(900).to_string(),
            "m" => rng.pick(&[68_u16, 576, 1280, 1500]).to_string(),
            "x" => rng.number().to_string(),
            "i" => (*rng.pick(&["a", "b"])).to_owned(),
            "d" => (*rng.pick(&["prerouting", "output"])).to_owned(),
            "o" => (*rng.pick(&["postrouting", "postrouting", "input"])).to_owned(),
            "h" => rng.pick(&Station::ALL[..5]).name().to_lowercase(),
            "c" => (*rng.pick(&STATES)).to_owned(),
            _ => rng.pick(SYSCTLS).name.to_owned(),
        };
        line += &word;
        line += rest;
    }
    line
}

/// Lengths and checksums as they should be, as far as there is a header.
fn repair(bytes: &mut [u8]) {
    let len = bytes.len() as u16;
    match bytes.first().map(|first| first >> 4) {
        Some(4) if bytes.len() >= 20 => {
            bytes[2..4].copy_from_slice(&len.to_be_bytes());
            bytes[10..12].fill(0);
            let header = usize::from(bytes[0] & 15) * 4;
            let sum = internet_checksum(&[&bytes[..header.min(bytes.len())]]);
            bytes[10..12].copy_from_slice(&sum.to_be_bytes());
        }
        Some(6) if bytes.len() >= 40 => {
            bytes[4..6].copy_from_slice(&(len - 40).to_be_bytes());
        }
        _ => return,
    }
    let Ok(l4) = get_l4proto(bytes) else {
        return;
    };
    let at = match l4.protonum {
        ipproto::TCP => 16,
        ipproto::UDP => 6,
        ipproto::ICMP | ipproto::ICMPV6 => 2,
        132 => {
            if let Some(field) = bytes.get_mut(l4.offset + 8..l4.offset + 12) {
                field.fill(0);
                let sum = crc32c(&[&bytes[l4.offset..l4.end]]).to_le_bytes();
                bytes[l4.offset + 8..l4.offset + 12].copy_from_slice(&sum);
            }
            return;
        }
        33 | 136 => 6,
        _ => return,
    };
    if l4.protonum == ipproto::UDP
        && let Some(field) = bytes.get_mut(l4.offset + 4..l4.offset + 6)
    {
        field.copy_from_slice(&((l4.end - l4.offset) as u16).to_be_bytes());
    }
    let at = l4.offset + at;
    if at + 2 <= l4.end {
        bytes[at..at + 2].fill(0);
        let sum = l4_checksum(bytes, &l4).to_be_bytes();
        bytes[at..at + 2].copy_from_slice(&sum);
    }
}

/// The packet's answer: addresses and ports the other way round, TCP's numbers as they follow.
fn reversed(rng: &mut Rng, bytes: &mut [u8]) {
    let Ok(l4) = get_l4proto(bytes) else {
        return;
    };
    let (at, len) = match l4.l3 {
        L3::Ipv4 => (12, 4),
        L3::Ipv6 => (8, 16),
    };
    bytes[at..at + 2 * len].rotate_left(len);
    let segment = &mut bytes[l4.offset..l4.end];
    match l4.protonum {
        ipproto::ICMP if !segment.is_empty() => segment[0] ^= 8,
        ipproto::ICMPV6 if !segment.is_empty() => segment[0] ^= 1,
        ipproto::TCP if segment.len() >= 20 => {
            segment[..4].rotate_left(2);
            segment[4..12].rotate_left(4);
            let number = u32::from_be_bytes([segment[8], segment[9], segment[10], segment[11]]);
            let ack = number.wrapping_add(rng.below(3) as u32);
            segment[8..12].copy_from_slice(&ack.to_be_bytes());
            segment[13] = *rng.pick(&[0x12, 0x10, 0x18, 0x11, 0x04, 0x14, 0x02, segment[13]]);
        }
        ipproto::UDP | 132 | 33 | 136 if segment.len() >= 4 => segment[..4].rotate_left(2),
        _ => {}
    }
}

/// An ICMP error about a packet, sent by someone.
fn error_about(rng: &mut Rng, about: &[u8]) -> Option<Vec<u8>> {
    let inner = &about[..about.len().min(8 + rng.below(600))];
    let v4 = match about.first()? >> 4 {
        4 if about.len() >= 20 => true,
        6 if about.len() >= 40 => false,
        _ => return None,
    };
    let kind = if v4 {
        *rng.pick(&[3, 3, 11, 12, 4, 5])
    } else {
        *rng.pick(&[1, 1, 2, 3, 4, 137])
    };
    let mut packet = if v4 {
        let sender = if rng.percent(50) { 16..20 } else { 12..16 };
        [
            &[0x45, 0, 0, 0, 0, 1, 0, 0, 64, 1, 0, 0],
            &about[sender],
            &about[12..16],
        ]
        .concat()
    } else {
        [
            &[0x60, 0, 0, 0, 0, 0, 58, 64],
            &about[24..40],
            &about[8..24],
        ]
        .concat()
    };
    packet.extend([kind, rng.below(16) as u8, 0, 0, 0, 0, 5, 120]);
    packet.extend(inner);
    repair(&mut packet);
    Some(packet)
}

/// The packet as a piece of a datagram, or behind another header.
fn cut_or_wrapped(rng: &mut Rng, bytes: &mut Vec<u8>) {
    let field = rng.below(12) as u16 * u16::from(rng.percent(70));
    match bytes.first().map(|first| first >> 4) {
        Some(4) if bytes.len() >= 20 => {
            let more = if rng.percent(50) { 0x2000 } else { 0 };
            bytes[6..8].copy_from_slice(&(field | more).to_be_bytes());
        }
        Some(6) if bytes.len() >= 40 => {
            let kind = *rng.pick(&[44, 44, 44, 0, 43, 60, 51]);
            let field = (field << 3 | u16::from(rng.percent(50))).to_be_bytes();
            let header = [bytes[6], 0, field[0], field[1], 0, 0, 0, 7];
            bytes[6] = kind;
            bytes.splice(40..40, header);
        }
        _ => {}
    }
}

const WORDS: [&[u8]; 20] = [
    b"PORT 10,0,0,10,4,1\r\n",
    b"PORT 10,0,0,10,255,255\r\n",
    b"PORT 256,0,0,10,4,1\r\n",
    b"EPRT |1|10.0.0.10|1025|\r\n",
    b"EPRT |2|2001:db8:a::10|1025|\r\n",
    b"227 Entering Passive Mode (192,0,2,20,4,1).\r\n",
    b"229 Entering Extended Passive Mode (|||1025|)\r\n",
    b"\r\n",
    b",",
    b"|",
    &[0, 1],
    &[0, 1, b'x', 0, b'o', b'c', b't', b'e', b't', 0],
    &[2, 4, 5, 0xb4],
    &[3, 3, 14],
    &[5, 10, 0, 0, 0, 1, 0, 0, 0, 9],
    &[8, 10, 0, 0, 0, 1, 0, 0, 0, 2],
    &[1, 0, 0, 20, 0, 0, 0, 5, 0, 0, 16, 0, 0, 1, 0, 1, 0, 0, 0, 1],
    &[0x30, 0x81, 0x88, 0x0b],
    &[0, 0, 0, 0],
    &[255, 255, 255, 255],
];

const PACKET_MAX: usize = 3_000;
const LINES_MAX: usize = 80;

impl Packets {
    /// With the packets of the tests' data.
    #[allow(clippy::new_without_default)] // it reads files
    pub fn new() -> Packets {
        Packets {
            packets: corpus::packets(),
        }
    }

    fn change_packet(&self, rng: &mut Rng, bytes: &mut Vec<u8>) {
        match rng.below(8) {
            0 => reversed(rng, bytes),
            1 => cut_or_wrapped(rng, bytes),
            2 => {
                if let Some(error) = error_about(rng, bytes) {
                    *bytes = error;
                }
            }
            3 => bytes.clone_from(rng.pick(&self.packets)),
            4 => {
                // What an application says, at the end of its packet.
                let word = *rng.pick(&WORDS);
                if rng.percent(30) {
                    bytes.truncate(20 + rng.below(60));
                }
                bytes.extend(word);
            }
            _ => {
                let other = rng.pick(&self.packets);
                for _ in 0..=rng.below(3) {
                    change::bytes(rng, bytes, other, &WORDS);
                }
            }
        }
        if rng.percent(75) {
            repair(bytes);
        }
        if bytes.is_empty() {
            bytes.push(0x45);
        }
        bytes.truncate(PACKET_MAX);
    }

    fn change_way(rng: &mut Rng, inject: &mut Inject) {
        match rng.below(4) {
            0 => inject.path = *rng.pick(&[Path::Forward, Path::Input, Path::Output]),
            1 => {
                inject.iif = IfName::new(if rng.percent(50) { "a" } else { "b" });
                inject.path = Path::Forward;
            }
            2 => inject.hold_at = rng.percent(70).then(|| *rng.pick(&Station::ALL)),
            _ => inject.drop_at = rng.percent(70).then(|| *rng.pick(&Station::ALL)),
        }
    }
}

/// Another machine.
fn change_config(rng: &mut Rng, config: &mut Config) {
    match rng.below(7) {
        0 | 1 => config.profile = *rng.pick(&Profile::ALL),
        2 => config.hz = *rng.pick(&[Hz::Hz100, Hz::Hz250, Hz::Hz300, Hz::Hz1000]),
        3 => config.buckets = 1 + rng.below(12) as u32,
        4 => config.seed = rng.number() as u32,
        5 => config.cpus = 2 + rng.below(3) as u8,
        _ => config.max = rng.percent(60).then(|| rng.below(9) as u32),
    }
}

fn a_command(rng: &mut Rng, config: &Config) -> Option<Line> {
    let command = rng.pick(&COMMANDS);
    let line = filled(rng, command);
    parse_command(&line, Context::from(config)).ok()
}

impl Target for Packets {
    type Input = Scenario;
    const NAME: &'static str = "packet";
    const ENDING: &'static str = "ct";

    fn seeds(&self) -> Vec<Scenario> {
        let mut all = corpus::scenarios();
        // Every packet by itself, in both machines.
        for (nth, packets) in self.packets.chunks(20).enumerate() {
            let inject = |bytes: &Vec<u8>| {
                Line::from(Command::Inject(Inject {
                    bytes: bytes.clone(),
                    path: Path::default(),
                    iif: None,
                    hold_at: None,
                    drop_at: None,
                }))
            };
            all.push(Scenario {
                config: Config {
                    profile: Profile::ALL[nth % 2],
                    ..Config::default()
                },
                lines: packets.iter().map(inject).collect(),
            });
        }
        all
    }

    fn load(&self, file: &[u8]) -> Option<Scenario> {
        Scenario::parse(core::str::from_utf8(file).ok()?).ok()
    }

    fn save(&self, input: &Scenario) -> Vec<u8> {
        input.to_string().into_bytes()
    }

    fn change(&self, rng: &mut Rng, pool: &[Arc<Scenario>], input: &mut Scenario) {
        for _ in 0..=rng.below(8) {
            let Scenario { config, lines } = input;
            let len = lines.len();
            let at = rng.below(len + 1);
            match rng.below(20) {
                0 => drop(lines.drain(rng.range(len))),
                1 if len > 0 => {
                    let line = rng.pick(lines).clone();
                    lines.insert(at, line);
                }
                2 if len > 0 => lines.swap(rng.below(len), at.min(len - 1)),
                3 | 4 => {
                    let other = rng.pick(pool);
                    let range = rng.range(other.lines.len());
                    lines.splice(at..at, other.lines[range].iter().cloned());
                }
                5 => change_config(rng, config),
                6..9 => {
                    if let Some(line) = a_command(rng, config) {
                        // Rules and interfaces matter to what follows.
                        let at = if rng.percent(30) { 0 } else { at };
                        lines.insert(at, line);
                    }
                }
                // A packet, changed in its place or behind it.
                _ => {
                    let Some(found) = (0..len)
                        .map(|by| (at + by) % len)
                        .find(|&nth| matches!(lines[nth].command, Command::Inject(_)))
                    else {
                        continue;
                    };
                    let mut line = lines[found].clone();
                    if let Command::Inject(inject) = &mut line.command {
                        if rng.percent(12) {
                            Packets::change_way(rng, inject);
                        } else {
                            self.change_packet(rng, &mut inject.bytes);
                        }
                    }
                    if rng.percent(50) {
                        lines[found] = line;
                    } else {
                        let last = if rng.percent(50) { found + 1 } else { len };
                        lines.insert(last.min(len), line);
                    }
                }
            }
            lines.truncate(LINES_MAX);
        }
        // What another machine does not have cannot be printed and read again.
        let context = Context::from(&input.config);
        input.lines.retain(|line| {
            let text = ctscope::scenario::ShownCommand(&line.command).to_string();
            matches!(line.command, Command::Inject(_)) || parse_command(&text, context).is_ok()
        });
    }

    fn run(&self, input: &Scenario, seen: &mut Seen) -> Result<(), String> {
        // A part of all inputs, but the same each time.
        let bytes: usize = input.lines.iter().map(|line| size_of(&line.command)).sum();
        let mut ct = play(input, seen.strict(bytes), seen)?;
        empty(&mut ct)
    }

    fn simpler(&self, input: &Scenario) -> Vec<Scenario> {
        let with = |lines: Vec<Line>| Scenario {
            config: input.config.clone(),
            lines,
        };
        let without = |cut: core::ops::Range<usize>| {
            with([&input.lines[..cut.start], &input.lines[cut.end..]].concat())
        };
        let mut all: Vec<_> = change::cuts(input.lines.len())
            .into_iter()
            .map(without)
            .collect();
        for (nth, line) in input.lines.iter().enumerate() {
            let Command::Inject(inject) = &line.command else {
                continue;
            };
            let mut changed = |change: &dyn Fn(&mut Inject)| {
                let mut new = inject.clone();
                change(&mut new);
                if new != *inject && !new.bytes.is_empty() {
                    let mut lines = input.lines.clone();
                    lines[nth] = Command::Inject(new).into();
                    all.push(with(lines));
                }
            };
            changed(&|inject| inject.hold_at = None);
            changed(&|inject| inject.drop_at = None);
            for by in [2, 4, 8] {
                changed(&|inject| {
                    inject
                        .bytes
                        .truncate(inject.bytes.len() - inject.bytes.len() / by);
                    repair(&mut inject.bytes);
                });
            }
            changed(&|inject| repair(&mut inject.bytes));
        }
        all
    }
}

fn size_of(command: &Command) -> usize {
    match command {
        Command::Inject(inject) => inject.bytes.len(),
        _ => 1,
    }
}
