//! A packet line made into bytes.
//!
//! ```text
//! PROTO SRC > DST [word | key=value] ...
//!
//! tcp 10.0.0.10:40000 > 192.0.2.20:80 SA seq=1 ack=2 win=64240 len=100 mss=1460 wscale=7
//! udp [2001:db8:a::10]:5000 > [2001:db8:b::20]:53 data="hello\r\n"
//! icmp 10.0.0.10 > 192.0.2.20 echo-request id=1 seq=1 len=8
//! icmp 192.0.2.20 > 10.0.0.10 unreach code=3 inner={udp 10.0.0.10:5000 > 192.0.2.20:53 len=4}
//! ip 10.0.0.10 > 192.0.2.20 proto=99 len=20
//! hex 4500001c…
//! ```
//!
//! This is the recorder's notation, and the same line gives the same bytes there and here. Its keys
//! for every packet are `len data ttl ipid df badcsum trunc sumproto frag`. Added here are
//!
//! | key | on | meaning |
//! |---|---|---|
//! | `csum=N` | all | the checksum of layer 4 as it stands in the packet |
//! | `tos=N`, `flow=N` | all | type of service or traffic class; IPv6 flow label |
//! | `off=N`, `mf` | all | the packet is a fragment: its offset in bytes, more follow |
//! | `urg=N` | tcp | the urgent pointer |
//! | `ack=N` | dccp | the low 32 bits of the acknowledgement number |
//! | `hex …` | | a whole packet as it is |

use super::ParseError;
use super::names::{BARE_KEYS, COMMON_KEYS, PROTOS, Proto, TCP_FLAGS};
use super::segment;
use super::words::{Fault, Word, cut};
use crate::engine::checksum::internet_checksum;
use crate::engine::command::PACKET_BYTES_MAX;
use crate::words::{scenario as w, tell};
use std::net::IpAddr;

/// How deep packets can quote packets.
pub(super) const INNER_MAX: u32 = 4;

/// The bytes of a packet line, from the IP header on.
pub fn assemble(line: &str) -> Result<Vec<u8>, ParseError> {
    assemble_words(line).map_err(|fault| fault.located(1, line))
}

pub(super) fn assemble_words(line: &str) -> Result<Vec<u8>, Fault> {
    build(&cut(line, 0)?.words, 0)
}

/// A packet line without its addresses: protocol, words and keys.
pub(super) struct Fields<'a> {
    pub proto: Proto,
    pub pairs: Vec<(Word<'a>, Option<Word<'a>>)>,
    /// The destination, where a missing key is complained of.
    pub end: Word<'a>,
}

/// What layer 4 needs to know of layer 3.
pub(super) struct Flow {
    pub src: IpAddr,
    pub dst: IpAddr,
    pub sport: u16,
    pub dport: u16,
    pub protonum: u8,
}

impl<'a> Fields<'a> {
    /// The value of a key.
    pub fn value(&self, key: &str) -> Option<Word<'a>> {
        self.pairs
            .iter()
            .rev()
            .find(|(word, v)| v.is_some() && word.split().0 == key)?
            .1
    }

    /// `true` if the key is there.
    pub fn has(&self, key: &str) -> bool {
        self.pairs.iter().any(|(word, _)| word.split().0 == key)
    }

    /// The value of a key as a number up to `max`, `None` if the key is not there.
    pub fn number(&self, key: &str, max: u32) -> Result<Option<u32>, Fault> {
        let read = |word: Word<'_>| word.number(key, 0..=u64::from(max)).map(|n| n as u32);
        self.value(key).map(read).transpose()
    }

    pub fn u32_or(&self, key: &str, default: u32) -> Result<u32, Fault> {
        Ok(self.number(key, u32::MAX)?.unwrap_or(default))
    }

    pub fn u16_or(&self, key: &str, default: u16) -> Result<u16, Fault> {
        Ok(self
            .number(key, u16::MAX.into())?
            .map_or(default, |n| n as u16))
    }

    pub fn u8_or(&self, key: &str, default: u8) -> Result<u8, Fault> {
        Ok(self
            .number(key, u8::MAX.into())?
            .map_or(default, |n| n as u8))
    }
}

/// The bytes of the packet that the words describe; `depth` packets quote it.
pub(super) fn build(words: &[Word<'_>], depth: u32) -> Result<Vec<u8>, Fault> {
    let Some((first, rest)) = words.split_first() else {
        return Err(Fault::new(0, w::THERE_IS_NO_PACKET.text(), proto_names()));
    };
    if first.text == "hex" {
        return hex_packet(*first, rest);
    }
    let Some(proto) = Proto::by_name(first.text) else {
        return Err(first.unknown(w::A_PROTOCOL_OF_A.text(), proto_names()));
    };
    let (flow, fields) = fields(*first, proto, rest)?;
    let segment = segment::build(&fields, &flow, depth)?;
    if segment.len() > PACKET_BYTES_MAX {
        return Err(too_long(fields.end, segment.len()));
    }
    seal_ip(&fields, &flow, segment)
}

pub(super) fn proto_names() -> String {
    let mut names: Vec<&str> = PROTOS.iter().map(|info| info.name).collect();
    names.push("hex");
    names.join(", ")
}

fn hex_packet(first: Word<'_>, rest: &[Word<'_>]) -> Result<Vec<u8>, Fault> {
    let digits = w::AN_EVEN_NUMBER_OF.text();
    let mut bytes = Vec::new();
    for word in rest {
        bytes.extend(hex_bytes(*word)?);
    }
    if bytes.is_empty() {
        return Err(Fault::new(
            first.at + first.text.len(),
            w::THE_PACKET_HAS_NO.text(),
            digits,
        ));
    }
    if bytes.len() > PACKET_BYTES_MAX {
        return Err(too_long(rest[0], bytes.len()));
    }
    Ok(bytes)
}

/// Pairs of hexadecimal digits as bytes.
pub(super) fn hex_bytes(word: Word<'_>) -> Result<Vec<u8>, Fault> {
    let nibble = |c: u8| (c as char).to_digit(16).map(|n| n as u8);
    let pair = |pair: &[u8]| match pair {
        [high, low] => Some(nibble(*high)? << 4 | nibble(*low)?),
        _ => None,
    };
    let bytes: Option<Vec<u8>> = word.text.as_bytes().chunks(2).map(pair).collect();
    bytes.ok_or_else(|| {
        word.unknown(
            w::BYTES_IN_HEXADECIMAL.text(),
            w::AN_EVEN_NUMBER_OF_THE.text(),
        )
    })
}

fn too_long(at: Word<'_>, len: usize) -> Fault {
    at.fault(
        tell!(w::THIS_PACKET_HAS_LEN, len),
        tell!(w::AT_MOST_PACKET_BYTES, packet_bytes_max = PACKET_BYTES_MAX),
    )
}

fn fields<'a>(
    first: Word<'a>,
    proto: Proto,
    rest: &[Word<'a>],
) -> Result<(Flow, Fields<'a>), Fault> {
    let at_end = |word: Word<'_>| word.at + word.text.len();
    let shape = if proto.has_ports() {
        w::AN_ADDRESS_AND_PORT.text()
    } else {
        w::AN_ADDRESS.text()
    };
    let missing =
        |word: Word<'_>, what: &str| Fault::new(at_end(word), w::THE_LINE_ENDS_HERE.text(), what);
    let [src_word, rest @ ..] = rest else {
        return Err(missing(first, shape));
    };
    let (src, sport) = endpoint(*src_word, proto)?;
    let [arrow, rest @ ..] = rest else {
        return Err(missing(*src_word, w::AND_THE_DESTINATION.text()));
    };
    if arrow.text != ">" {
        return Err(arrow.unknown(w::THE_ARROW.text(), w::BETWEEN_SOURCE_AND.text()));
    }
    let [dst_word, rest @ ..] = rest else {
        return Err(missing(*arrow, shape));
    };
    let (dst, dport) = endpoint(*dst_word, proto)?;
    if src.is_ipv4() != dst.is_ipv4() {
        let family = if src.is_ipv4() {
            w::AN_IPV4_ADDRESS.text()
        } else {
            w::AN_IPV6_ADDRESS.text()
        };
        return Err(dst_word.fault(
            tell!(w::QUOTED_IS_NOT_OF, quoted = dst_word.quoted()),
            family,
        ));
    }
    let mut fields = Fields {
        proto,
        pairs: Vec::with_capacity(rest.len()),
        end: *dst_word,
    };
    for word in rest {
        let pair = known(proto, *word, &fields)?;
        fields.pairs.push(pair);
    }
    let flow = Flow {
        src,
        dst,
        sport,
        dport,
        protonum: proto.info().number,
    };
    let protonum = match proto {
        Proto::Ip => fields.u8_or("proto", 0)?,
        _ => flow.protonum,
    };
    Ok((Flow { protonum, ..flow }, fields))
}

/// The word, if it is one of this protocol's and not there twice.
fn known<'a>(
    proto: Proto,
    word: Word<'a>,
    so_far: &Fields<'a>,
) -> Result<(Word<'a>, Option<Word<'a>>), Fault> {
    let (key, value) = word.split();
    let info = proto.info();
    let kind = proto.kinds().iter().any(|(name, _)| *name == key);
    if proto == Proto::Sctp && kind {
        return Ok((word, value));
    }
    if value.is_none() && (kind || (proto == Proto::Tcp && is_flag_word(key))) {
        let other = |(word, value): &(Word<'_>, Option<Word<'_>>)| {
            let bare = word.text;
            value.is_none() && (is_flag_word(bare) || proto.kinds().iter().any(|k| k.0 == bare))
        };
        if so_far.pairs.iter().any(other) {
            let what = if kind {
                w::A_SECOND_KIND_OF.text()
            } else {
                w::A_SECOND_WORD_OF.text()
            };
            return Err(word.fault(
                tell!(w::QUOTED_IS_WHAT, quoted = word.quoted(), what),
                w::ONLY_ONE.text(),
            ));
        }
        return Ok((word, None));
    }
    if !COMMON_KEYS.contains(&key) && !info.keys.contains(&key) {
        let article = if info.name.starts_with(['i', 's']) {
            w::AN.text()
        } else {
            w::A.text()
        };
        return Err(word.fault(
            tell!(
                w::QUOTED_IS_NOT_A_KEY,
                quoted = super::words::quoted(key),
                article,
                info = info.name
            ),
            key_list(proto),
        ));
    }
    match (BARE_KEYS.contains(&key), value) {
        (true, Some(value)) => {
            return Err(value.fault(tell!(w::KEY_HAS_NO_VALUE, key), tell!(w::KEY_ALONE, key)));
        }
        (false, None) => {
            let expected = tell!(w::KEY_AND_ITS_VALUE, key);
            return Err(word.fault(tell!(w::KEY_HAS_NO_VALUE_HERE, key), expected));
        }
        _ => {}
    }
    if so_far.has(key) {
        return Err(word.fault(
            tell!(w::KEY_IS_GIVEN_TWICE, key),
            w::EVERY_KEY_ONLY_ONCE.text(),
        ));
    }
    Ok((word, value))
}

fn key_list(proto: Proto) -> String {
    let mut list: Vec<&str> = Vec::new();
    if proto == Proto::Tcp {
        list.push(w::A_WORD_OF_THE.text());
    }
    list.extend(proto.kinds().iter().map(|(name, _)| name));
    list.extend(proto.info().keys);
    list.extend(COMMON_KEYS);
    list.extend(["path", "hold", "drop"]);
    list.join(", ")
}

pub(super) fn is_flag_word(word: &str) -> bool {
    word == "-" || (!word.is_empty() && word.chars().all(|c| TCP_FLAGS.contains(c)))
}

/// An address, with a port for the protocols that have ports.
fn endpoint(word: Word<'_>, proto: Proto) -> Result<(IpAddr, u16), Fault> {
    let name = proto.info().name;
    if !proto.has_ports() {
        return Ok((address(word)?, 0));
    }
    let parts = match word.text.strip_prefix('[') {
        Some(inside) => inside.split_once("]:").map(|(addr, port)| (1, addr, port)),
        None => word
            .text
            .rsplit_once(':')
            .map(|(addr, port)| (0, addr, port)),
    };
    let shapes = "192.0.2.1:80 or [2001:db8::1]:80";
    let Some((skip, addr, port)) = parts else {
        return Err(word.unknown(
            format_args!("{}", tell!(w::AN_ADDRESS_AND_PORT_OF, name)),
            shapes,
        ));
    };
    let port_at = word.at + word.text.len() - port.len();
    let addr = address(Word {
        at: word.at + skip,
        text: addr,
    })?;
    if addr.is_ipv4() != (skip == 0) {
        return Err(word.unknown(
            format_args!("{}", tell!(w::AN_ADDRESS_AND_PORT_OF, name)),
            shapes,
        ));
    }
    let port = Word {
        at: port_at,
        text: port,
    }
    .number(w::A_PORT.text(), 0..=65535)?;
    Ok((addr, port as u16))
}

/// An IPv4 or IPv6 address.
pub(super) fn address(word: Word<'_>) -> Result<IpAddr, Fault> {
    word.text
        .parse()
        .map_err(|_| word.unknown(w::AN_ADDRESS.text(), "192.0.2.1 or 2001:db8::1"))
}

/// The IP header, and the segment or the piece of it that the line asks for.
fn seal_ip(fields: &Fields<'_>, flow: &Flow, mut segment: Vec<u8>) -> Result<Vec<u8>, Fault> {
    if let Some(trunc) = fields.number("trunc", 65535)? {
        segment.truncate(trunc as usize);
    }
    let ttl_default = if fields.proto == Proto::Icmp6 && !fields.has("inner") {
        255
    } else {
        64
    };
    let ttl = fields.u8_or("ttl", ttl_default)?;
    let tos = fields.u8_or("tos", 0)?;
    let label = fields.number("flow", 0xf_ffff)?.unwrap_or(0);
    let v6 = flow.src.is_ipv6();
    let ident = fields
        .number("ipid", if v6 { u32::MAX } else { 65535 })?
        .unwrap_or(1);
    let piece = piece(fields, &mut segment)?;
    let header = if v6 {
        40 + if piece.is_some() { 8 } else { 0 }
    } else {
        20
    };
    if header + segment.len() > PACKET_BYTES_MAX {
        return Err(too_long(fields.end, header + segment.len()));
    }
    let mut packet = Vec::with_capacity(header + segment.len());
    match (flow.src, flow.dst) {
        (IpAddr::V6(src), IpAddr::V6(dst)) => {
            let next = if piece.is_some() { 44 } else { flow.protonum };
            packet.extend((6 << 28 | u32::from(tos) << 20 | label).to_be_bytes());
            packet.extend(((header - 40 + segment.len()) as u16).to_be_bytes());
            packet.extend([next, ttl]);
            packet.extend(src.octets());
            packet.extend(dst.octets());
            if let Some((offset, more)) = piece {
                packet.extend([flow.protonum, 0]);
                packet.extend((offset | u16::from(more)).to_be_bytes());
                packet.extend(ident.to_be_bytes());
            }
        }
        (src, dst) => {
            let (offset, more) = piece.unwrap_or((0, false));
            let df = if fields.has("df") { 0x4000 } else { 0 };
            let more = if more { 0x2000 } else { 0 };
            packet.extend([0x45, tos]);
            packet.extend(((20 + segment.len()) as u16).to_be_bytes());
            packet.extend((ident as u16).to_be_bytes());
            packet.extend((df | more | (offset / 8)).to_be_bytes());
            packet.extend([ttl, flow.protonum, 0, 0]);
            segment::extend_addr(&mut packet, src);
            segment::extend_addr(&mut packet, dst);
            let sum = internet_checksum(&[&packet]);
            packet[10..12].copy_from_slice(&sum.to_be_bytes());
        }
    }
    packet.append(&mut segment);
    Ok(packet)
}

/// Offset and more-follow bit of a fragment, and the segment cut down to it.
fn piece(fields: &Fields<'_>, segment: &mut Vec<u8>) -> Result<Option<(u16, bool)>, Fault> {
    let own = fields.has("off") || fields.has("mf");
    let Some(word) = fields.value("frag") else {
        let off = fields.u16_or("off", 0)?;
        if off % 8 != 0 {
            let word = fields.value("off").unwrap_or(fields.end);
            return Err(word.fault(w::A_FRAGMENT_BEGINS_AT.text(), w::N_0_8_16.text()));
        }
        return Ok(own.then_some((off, fields.has("mf"))));
    };
    if own {
        return Err(word.fault(w::FRAG_STANDS_BESIDE_OFF.text(), w::ONE_OF_THE_TWO.text()));
    }
    let parts = word.text.split_once('/').map(|(index, size)| {
        let size_at = word.at + index.len() + 1;
        (
            Word {
                at: word.at,
                text: index,
            },
            Word {
                at: size_at,
                text: size,
            },
        )
    });
    let Some((index, size)) = parts else {
        return Err(word.unknown(w::A_FRAGMENT.text(), w::INDEX_SIZE_SUCH_AS.text()));
    };
    let index = index.number(w::THE_INDEX_OF_A.text(), 0..=65535)?;
    let size = size.number(w::THE_SIZE_OF_A.text(), 0..=65535)?;
    let from = index * size;
    let Ok(offset) = u16::try_from(from) else {
        return Err(word.fault(
            w::THE_FRAGMENT_LIES_BEYOND.text(),
            w::A_SMALLER_INDEX_OR.text(),
        ));
    };
    let to = (from + size) as usize;
    let more = segment.len() > to;
    segment.truncate(to);
    segment.drain(..(from as usize).min(segment.len()));
    Ok(Some((offset, more)))
}
