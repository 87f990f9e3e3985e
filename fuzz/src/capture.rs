//! Capture files, pcap and pcapng.

use crate::change;
use crate::corpus;
use crate::harness::Target;
use crate::play::play;
use crate::rng::Rng;
use crate::seen::Seen;
use ctscope::engine::{Config, Profile};
use ctscope::scenario::capture::{Import, Options, Progress, import, two_sides};
use ctscope::scenario::{Scenario, parse_network};
use std::sync::Arc;

/// The target.
#[derive(Clone, Copy, Debug)]
pub struct Captures;

/// Packets that a portion has.
const PORTION: u32 = 3;

/// Link types that are understood, and some that are not: Ethernet, raw, "cooked" of two
/// versions, loopback, 802.11.
const LINKS: [u32; 9] = [1, 101, 113, 276, 0, 108, 228, 229, 105];

/// What a capture cannot say: nothing is known, a router of 6.18, a host.
fn options() -> [Options; 3] {
    let networks = |texts: &[&str]| -> Vec<_> {
        let networks = texts.iter().map(|text| parse_network(text));
        networks.filter_map(Result::ok).collect()
    };
    let own = networks(&["10.0.0.1", "192.0.2.1"]);
    let sides = two_sides(&networks(&["10.0.0.0/8", "fd00::/8"]), &own);
    let config = Config {
        profile: Profile::V6_18,
        ..Config::default()
    };
    [
        Options::default(),
        Options {
            config: Some(config),
            ifaces: sides.unwrap_or_default(),
            ..Options::default()
        },
        Options {
            local: own,
            ..Options::default()
        },
    ]
}

/// The same packets as pcapng, in this byte order.
fn as_pcapng(pcap: &[u8], link: u32, big: bool) -> Vec<u8> {
    let u16 = |n: u16| {
        if big {
            n.to_be_bytes()
        } else {
            n.to_le_bytes()
        }
    };
    let u32 = |n: u32| {
        if big {
            n.to_be_bytes()
        } else {
            n.to_le_bytes()
        }
    };
    let mut file = Vec::new();
    let mut block = |kind: u32, body: &[u8]| {
        let padding = vec![0; body.len().next_multiple_of(4) - body.len()];
        let len = u32((12 + body.len() + padding.len()) as u32);
        let parts = [&u32(kind), &len, body, &padding, &len];
        file.extend(parts.concat());
    };
    let section = [&u32(0x1a2b_3c4d)[..], &u16(1), &u16(0), &[0xff; 8]].concat();
    block(0x0a0d_0d0a, &section);
    // Times in nanoseconds.
    let option = [&u16(9)[..], &u16(1), &[9, 0, 0, 0], &[0; 4]].concat();
    block(
        1,
        &[&u16(link as u16)[..], &[0; 2], &u32(0), &option].concat(),
    );
    for (nth, packet) in (0..).zip(packets(pcap)) {
        let len = u32(packet.len() as u32);
        let head = [u32(0), u32(0), u32(nth * 1_000_000), len, len].concat();
        match nth % 5 {
            4 => block(3, &[&len[..], packet].concat()),
            _ => block(6, &[&head, packet].concat()),
        }
    }
    file
}

/// Packets of a pcap file in this machine's order, as they are on their link.
fn packets(pcap: &[u8]) -> Vec<&[u8]> {
    let mut rest = pcap.get(24..).unwrap_or_default();
    let mut found = Vec::new();
    while let Some((head, data)) = rest.split_at_checked(16) {
        let len = u32::from_le_bytes([head[8], head[9], head[10], head[11]]) as usize;
        let Some((packet, after)) = data.split_at_checked(len) else {
            break;
        };
        found.push(packet);
        rest = after;
    }
    found
}

fn pcap(link: u32, packets: &[Vec<u8>], big: bool) -> Vec<u8> {
    let u32 = |n: u32| {
        if big {
            n.to_be_bytes()
        } else {
            n.to_le_bytes()
        }
    };
    let head = [0xa1b2_c3d4, 0x0004_0002, 0, 0, 65_535, link];
    let mut file = head.map(u32).concat();
    if big {
        file[4..8].copy_from_slice(&[0, 2, 0, 4]);
    }
    for (nth, packet) in (0..).zip(packets) {
        let len = packet.len() as u32;
        file.extend([nth, 7 * nth, len, len].map(u32).concat());
        file.extend(packet);
    }
    file
}

/// A packet as these links carry it.
fn framed(link: u32, packet: &[u8]) -> Vec<u8> {
    let kind: [u8; 2] = match packet.first().map(|first| first >> 4) {
        Some(6) => [0x86, 0xdd],
        _ => [8, 0],
    };
    match link {
        1 => [&[2; 12], &kind[..], packet].concat(),
        113 => [
            &[0, 0, 0, 1, 0, 6, 2, 2, 2, 2, 2, 2, 0, 0],
            &kind[..],
            packet,
        ]
        .concat(),
        276 => {
            let rest = [0, 0, 0, 0, 0, 1, 0, 1, 4, 6, 2, 2, 2, 2, 2, 2, 0, 0];
            [&kind[..], &rest, packet].concat()
        }
        0 | 108 => [&[2, 0, 0, 0], packet].concat(),
        _ => packet.to_vec(),
    }
}

impl Target for Captures {
    type Input = Vec<u8>;
    const NAME: &'static str = "capture";
    const ENDING: &'static str = "pcap";

    fn seeds(&self) -> Vec<Vec<u8>> {
        let recorded = corpus::files("tests/data/captures", "pcap");
        let mut all = Vec::new();
        for (_, file) in &recorded {
            let link = file.get(20).copied().unwrap_or_default().into();
            all.push(as_pcapng(file, link, all.len() % 2 == 0));
            all.push(file.clone());
        }
        let packets = corpus::packets();
        for (nth, packets) in packets.chunks(12).enumerate() {
            let link = LINKS[nth % LINKS.len()];
            let framed: Vec<_> = packets.iter().map(|bytes| framed(link, bytes)).collect();
            all.push(pcap(link, &framed, nth % 3 == 0));
        }
        all.retain(|file| file.len() <= change::LEN_MAX);
        all
    }

    fn load(&self, file: &[u8]) -> Option<Vec<u8>> {
        Some(file.to_vec())
    }

    fn save(&self, input: &Vec<u8>) -> Vec<u8> {
        input.clone()
    }

    fn change(&self, rng: &mut Rng, pool: &[Arc<Vec<u8>>], input: &mut Vec<u8>) {
        // Magic numbers, block types and options.
        const WORDS: [&[u8]; 12] = [
            &[0xd4, 0xc3, 0xb2, 0xa1],
            &[0xa1, 0xb2, 0x3c, 0x4d],
            &[0x0a, 0x0d, 0x0d, 0x0a],
            &[0x4d, 0x3c, 0x2b, 0x1a],
            &[1, 0, 0, 0],
            &[2, 0, 0, 0],
            &[3, 0, 0, 0],
            &[6, 0, 0, 0],
            &[9, 0, 1, 0],
            &[14, 0, 8, 0],
            &[0x81, 0, 0, 1],
            &[0x88, 0x64],
        ];
        if rng.percent(10) && input.len() > 24 {
            // Another link type, in either order.
            let link = rng.pick(&LINKS).to_le_bytes();
            input[20..24].copy_from_slice(&link);
            if rng.percent(50) {
                input[20..24].reverse();
            }
        }
        for _ in 0..=rng.below(5) {
            let other = rng.pick(pool).clone();
            change::bytes(rng, input, &other, &WORDS);
        }
    }

    fn run(&self, input: &Vec<u8>, seen: &mut Seen) -> Result<(), String> {
        for (nth, options) in options().iter().enumerate() {
            let whole = import(input, options);
            let portions = Import::new(input, options).and_then(|mut import| {
                while import.read(PORTION) != Progress::Done {}
                import.finish()
            });
            if whole != portions {
                return Err("portions: they read otherwise than the whole".to_owned());
            }
            let (scenario, warnings) = match whole {
                Ok(read) => read,
                Err(error) => {
                    seen.sentence("error", &error.to_string());
                    continue;
                }
            };
            for warning in &warnings {
                seen.sentence("warning", &warning.sentence);
                if warning.sentence.is_empty() {
                    return Err("warning: it says nothing".to_owned());
                }
            }
            let text = scenario.to_string();
            match Scenario::parse(&text) {
                Ok(again) if again == scenario => {}
                Ok(_) => return Err(format!("print: it is read as another: {text}")),
                Err(error) => return Err(format!("print: it cannot be read: {error}")),
            }
            play(&scenario, nth == 1 && seen.strict(input.len()), seen)?;
        }
        Ok(())
    }

    fn simpler(&self, input: &Vec<u8>) -> Vec<Vec<u8>> {
        change::simpler_bytes(input)
    }
}
