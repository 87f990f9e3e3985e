//! The two kinds of capture file, cut into packets.
//!
//! Source: draft-ietf-opsawg-pcap (classic), draft-ietf-opsawg-pcapng.

use super::error::CaptureError;
use crate::words::{Plain, capture as w};
use pcap_parser::pcapng::{
    Block, InterfaceDescriptionBlock, OptionCode, parse_block_be, parse_block_le,
};
use pcap_parser::{parse_pcap_frame, parse_pcap_frame_be, parse_pcap_frame_modified};
use pcap_parser::{parse_pcap_header, parse_sectionheaderblock};

/// Longest packet that a capture can hold, in bytes: what the capture programs take at most.
pub(super) const FRAME_BYTES_MAX: usize = 256 << 10;
/// Longest pcapng block whose inside is looked at: a packet and as much again of options.
const BLOCK_BYTES_MAX: usize = 2 * FRAME_BYTES_MAX;
/// Most interfaces in a section of a pcapng file.
const INTERFACES_MAX: usize = 4_096;

/// Bytes before the first packet of a classic file.
const CLASSIC_HEADER: usize = 24;
const SECTION_HEADER: u32 = 0x0a0d_0d0a;
const INTERFACE_DESCRIPTION: u32 = 1;
const OLD_PACKET: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const ENHANCED_PACKET: u32 = 6;

const NANOS: i128 = 1_000_000_000;

/// A packet as it stands in the file.
pub(super) struct Frame<'a> {
    /// What its bytes begin with, by the registry of link types.
    pub link: u32,
    /// When it was seen, in nanoseconds since 1970; `None` if the file does not say.
    pub nanos: Option<i128>,
    /// How many bytes it had on the wire.
    pub wire_len: u32,
    /// What was captured of it.
    pub data: &'a [u8],
}

/// What comes next in a file.
pub(super) enum Item<'a> {
    /// A packet.
    Frame(Frame<'a>),
    /// Something else, which needs no word.
    Other,
    /// A packet that cannot be used, and why; the next one is in order.
    Lost(&'static str),
    /// Nothing more: the file is over, or why no more can be read.
    End(Option<&'static str>),
}

/// A file, read up to a place.
pub(super) struct Container {
    /// Bytes read so far.
    pub at: usize,
    kind: Kind,
}

enum Kind {
    Classic {
        order: Order,
        nanos_per_unit: i128,
        link: u32,
    },
    Ng {
        big_endian: bool,
        interfaces: Vec<Interface>,
    },
}

#[derive(Clone, Copy)]
enum Order {
    Little,
    Big,
    /// With eight more bytes in a packet's header, as some kernels of 2000 wrote it.
    Modified,
}

struct Interface {
    link: u32,
    snap_len: u32,
    /// Resolution of its clock: a power of 10, or of 2 if the top bit is set.
    resolution: u8,
    /// Seconds to be added.
    offset: i64,
}

impl Container {
    /// Reads the header of a file.
    pub fn open(bytes: &[u8]) -> Result<Container, CaptureError> {
        match bytes {
            [] => return Err(CaptureError::Empty),
            [0x1f, 0x8b, ..] => return Err(CaptureError::Compressed("gunzip")),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => return Err(CaptureError::Compressed("unzstd")),
            [0xfd, b'7', b'z', b'X', b'Z', ..] => return Err(CaptureError::Compressed("unxz")),
            [0x0a, 0x0d, 0x0d, 0x0a, ..] => {
                let kind = Kind::Ng {
                    big_endian: false,
                    interfaces: Vec::new(),
                };
                let mut container = Container { at: 0, kind };
                return match container.next(bytes) {
                    Item::Other => Ok(container),
                    _ => Err(CaptureError::Header),
                };
            }
            _ => {}
        }
        let magic = bytes.first_chunk().map(|&magic| u32::from_le_bytes(magic));
        let (order, nanos_per_unit) = match magic {
            Some(0xa1b2_c3d4) => (Order::Little, 1_000),
            Some(0xd4c3_b2a1) => (Order::Big, 1_000),
            Some(0xa1b2_3c4d) => (Order::Little, 1),
            Some(0x4d3c_b2a1) => (Order::Big, 1),
            Some(0xa1b2_cd34) => (Order::Modified, 1_000),
            _ => return Err(CaptureError::NotACapture),
        };
        let (rest, header) = parse_pcap_header(bytes).map_err(|_| CaptureError::Header)?;
        let kind = Kind::Classic {
            order,
            nanos_per_unit,
            // The upper half says whether a frame's own checksum follows it.
            link: header.network.0 as u32 & 0xffff,
        };
        Ok(Container {
            at: bytes.len() - rest.len(),
            kind,
        })
    }

    /// `true` if enough of the beginning of a file is there to say whether it is a capture, and to
    /// open it.
    pub fn can_open(bytes: &[u8]) -> bool {
        let Some(magic) = bytes.first_chunk::<4>() else {
            return false;
        };
        if *magic == SECTION_HEADER.to_be_bytes() {
            return match (bytes.get(8..12), bytes.get(4..8)) {
                (Some(order), Some(&[a, b, c, d])) => {
                    let length = match order {
                        [0x1a, 0x2b, 0x3c, 0x4d] => u32::from_be_bytes([a, b, c, d]),
                        _ => u32::from_le_bytes([a, b, c, d]),
                    };
                    length as usize > BLOCK_BYTES_MAX || bytes.len() >= length as usize
                }
                _ => false,
            };
        }
        let classic = [
            0xa1b2_c3d4,
            0xd4c3_b2a1,
            0xa1b2_3c4d,
            0x4d3c_b2a1,
            0xa1b2_cd34,
        ];
        !classic.contains(&u32::from_le_bytes(*magic)) || bytes.len() >= CLASSIC_HEADER
    }

    /// `true` if the next thing in the file is there as a whole, or is known to be damaged.
    pub fn is_whole(&self, bytes: &[u8]) -> bool {
        let rest = bytes.get(self.at..).unwrap_or_default();
        let word = |at: usize, big: bool| -> Option<u32> {
            let bytes = *rest.get(at..)?.first_chunk()?;
            Some(match big {
                true => u32::from_be_bytes(bytes),
                false => u32::from_le_bytes(bytes),
            })
        };
        let needs = match &self.kind {
            Kind::Classic { order, .. } => {
                let header = match order {
                    Order::Modified => 24,
                    Order::Little | Order::Big => 16,
                };
                match word(8, matches!(order, Order::Big)) {
                    Some(length) if length as usize > FRAME_BYTES_MAX => Some(0),
                    length => length.map(|length| header + length as usize),
                }
            }
            Kind::Ng { big_endian, .. } => {
                let section = rest.starts_with(&SECTION_HEADER.to_be_bytes());
                let big = match section {
                    true => word(8, true) == Some(0x1a2b_3c4d),
                    false => *big_endian,
                };
                // The order of a section's bytes is told behind its length.
                let told = rest.len() >= 12;
                word(4, big).filter(|_| told).map(|length| match length {
                    n if n < 12 || !n.is_multiple_of(4) => 0,
                    n => n as usize,
                })
            }
        };
        needs.is_some_and(|needs| rest.len() >= needs)
    }

    /// The next thing in the file, which must be the one that was opened.
    pub fn next<'a>(&mut self, bytes: &'a [u8]) -> Item<'a> {
        let rest = bytes.get(self.at..).unwrap_or_default();
        if rest.is_empty() {
            return Item::End(None);
        }
        let (item, left) = match &mut self.kind {
            &mut Kind::Classic {
                order,
                nanos_per_unit,
                link,
            } => classic(rest, order, nanos_per_unit, link),
            Kind::Ng {
                big_endian,
                interfaces,
            } => ng(rest, big_endian, interfaces),
        };
        self.at = match item {
            Item::End(_) => bytes.len(),
            _ => bytes.len() - left.len(),
        };
        item
    }
}

const CUT_OFF: Plain = w::THE_FILE_ENDS_IN;
const DAMAGED: Plain = w::THE_FILE_IS_DAMAGED;

fn classic(rest: &[u8], order: Order, nanos_per_unit: i128, link: u32) -> (Item<'_>, &[u8]) {
    let length = rest.get(8..12).and_then(|length| length.first_chunk());
    let Some(&length) = length else {
        return (Item::End(Some(CUT_OFF.text())), rest);
    };
    let length = match order {
        Order::Big => u32::from_be_bytes(length),
        Order::Little | Order::Modified => u32::from_le_bytes(length),
    };
    if length as usize > FRAME_BYTES_MAX {
        return (Item::End(Some(DAMAGED.text())), rest);
    }
    let parsed = match order {
        Order::Little => parse_pcap_frame(rest),
        Order::Big => parse_pcap_frame_be(rest),
        Order::Modified => parse_pcap_frame_modified(rest),
    };
    let Ok((left, frame)) = parsed else {
        return (Item::End(Some(CUT_OFF.text())), rest);
    };
    let nanos = i128::from(frame.ts_sec) * NANOS + i128::from(frame.ts_usec) * nanos_per_unit;
    let frame = Frame {
        link,
        nanos: Some(nanos),
        wire_len: frame.origlen,
        data: frame.data,
    };
    (Item::Frame(frame), left)
}

fn ng<'a>(
    rest: &'a [u8],
    big_endian: &mut bool,
    interfaces: &mut Vec<Interface>,
) -> (Item<'a>, &'a [u8]) {
    let end = |why| (Item::End(Some(why)), rest);
    if rest.starts_with(&SECTION_HEADER.to_be_bytes()) {
        *big_endian = rest.get(8..12) == Some(&[0x1a, 0x2b, 0x3c, 0x4d]);
    }
    let word = |at: usize| -> Option<u32> {
        let bytes = *rest.get(at..)?.first_chunk()?;
        Some(match *big_endian {
            true => u32::from_be_bytes(bytes),
            false => u32::from_le_bytes(bytes),
        })
    };
    let (Some(kind), Some(length)) = (word(0), word(4)) else {
        return end(CUT_OFF.text());
    };
    let length = length as usize;
    if length < 12 || !length.is_multiple_of(4) {
        return end(DAMAGED.text());
    }
    let Some((block, left)) = rest.split_at_checked(length) else {
        let told = length <= BLOCK_BYTES_MAX;
        return end(if told { CUT_OFF.text() } else { DAMAGED.text() });
    };
    if word(length - 4) != Some(length as u32) {
        return end(DAMAGED.text());
    }
    let known = [
        SECTION_HEADER,
        INTERFACE_DESCRIPTION,
        SIMPLE_PACKET,
        ENHANCED_PACKET,
    ];
    if kind == OLD_PACKET {
        let why = w::IT_IS_IN_A.text();
        return (Item::Lost(why), left);
    }
    if !known.contains(&kind) {
        return (Item::Other, left);
    }
    if length > BLOCK_BYTES_MAX {
        return end(DAMAGED.text());
    }
    if kind == SECTION_HEADER {
        if parse_sectionheaderblock(block).is_err() {
            return end(DAMAGED.text());
        }
        interfaces.clear();
        return (Item::Other, left);
    }
    let parsed = match *big_endian {
        true => parse_block_be(block),
        false => parse_block_le(block),
    };
    let (interface, ticks, wire_len, data) = match parsed {
        Ok((_, Block::InterfaceDescription(described))) => {
            if interfaces.len() == INTERFACES_MAX {
                return end(w::THE_FILE_NAMES_MORE.text());
            }
            interfaces.push(Interface::new(&described, *big_endian));
            return (Item::Other, left);
        }
        Ok((_, Block::EnhancedPacket(packet))) => {
            let ticks = u64::from(packet.ts_high) << 32 | u64::from(packet.ts_low);
            let data = packet.data.get(..packet.caplen as usize);
            (packet.if_id, Some(ticks), packet.origlen, data)
        }
        Ok((_, Block::SimplePacket(packet))) => {
            let snap_len = match interfaces.first().map_or(0, |first| first.snap_len) {
                0 => u32::MAX,
                some => some,
            };
            let captured = packet.origlen.min(snap_len) as usize;
            (0, None, packet.origlen, packet.data.get(..captured))
        }
        _ => return end(DAMAGED.text()),
    };
    let Some(interface) = interfaces.get(interface as usize) else {
        return (Item::Lost(w::IT_NAMES_AN_INTERFACE.text()), left);
    };
    let Some(data) = data.filter(|data| data.len() <= FRAME_BYTES_MAX) else {
        return end(DAMAGED.text());
    };
    let frame = Frame {
        link: interface.link,
        nanos: ticks.and_then(|ticks| interface.nanos(ticks)),
        wire_len,
        data,
    };
    (Item::Frame(frame), left)
}

impl Interface {
    fn new(block: &InterfaceDescriptionBlock<'_>, big_endian: bool) -> Interface {
        let option = |code| block.options.iter().find(|option| option.code == code);
        let offset = option(OptionCode::IfTsoffset).and_then(|option| option.value.first_chunk());
        Interface {
            link: block.linktype.0 as u32 & 0xffff,
            snap_len: block.snaplen,
            resolution: block.if_tsresol,
            offset: match (offset, big_endian) {
                (None, _) => 0,
                (Some(&bytes), true) => i64::from_be_bytes(bytes),
                (Some(&bytes), false) => i64::from_le_bytes(bytes),
            },
        }
    }

    /// A reading of its clock in nanoseconds, if its resolution is one that a clock can have.
    fn nanos(&self, ticks: u64) -> Option<i128> {
        let power = u32::from(self.resolution & 0x7f);
        let base: i128 = if self.resolution & 0x80 == 0 { 10 } else { 2 };
        let per_second = base.checked_pow(power)?;
        let whole = i128::from(ticks).checked_mul(NANOS)? / per_second;
        Some(whole + i128::from(self.offset) * NANOS)
    }
}
