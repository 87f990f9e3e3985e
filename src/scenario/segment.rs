//! Layer 4 of a packet line: headers, options, chunks and checksums.

use super::names::{DCCP, Proto, TCP_FLAGS, number_of};
use super::packet::{self, Fields, Flow, INNER_MAX, hex_bytes};
use super::words::{Fault, Word, cut};
use crate::engine::checksum::{crc32c, internet_checksum};
use crate::words::{scenario as w, tell};
use std::net::IpAddr;

/// What `badcsum` does to a checksum.
pub(super) const BAD: u16 = 0x5a5a;

/// The segment of a line; `depth` packets quote this one.
pub(super) fn build(f: &Fields<'_>, flow: &Flow, depth: u32) -> Result<Vec<u8>, Fault> {
    match f.proto {
        Proto::Tcp => tcp(f, flow),
        Proto::Udp => udp(f, flow),
        Proto::Udplite => udplite(f, flow),
        Proto::Dccp => dccp(f, flow),
        Proto::Sctp => sctp(f, flow),
        Proto::Gre => gre(f),
        Proto::Icmp | Proto::Icmp6 => icmp(f, flow, depth),
        Proto::Ip => payload(f),
    }
}

/// Adds the 4 or 16 bytes of an address.
pub(super) fn extend_addr(bytes: &mut Vec<u8>, addr: IpAddr) {
    match addr {
        IpAddr::V4(addr) => bytes.extend(addr.octets()),
        IpAddr::V6(addr) => bytes.extend(addr.octets()),
    }
}

/// The byte that stands at a place of the filler.
pub(super) const fn filler(at: usize) -> u8 {
    b'a' + (at % 26) as u8
}

fn payload(f: &Fields<'_>) -> Result<Vec<u8>, Fault> {
    if f.has("data") {
        return f.value("data").map_or(Ok(Vec::new()), unescaped);
    }
    let len = f.u16_or("len", 0)?;
    Ok((0..usize::from(len)).map(filler).collect())
}

/// The bytes of `"text\r\n"`.
fn unescaped(word: Word<'_>) -> Result<Vec<u8>, Fault> {
    let (text, base) = match word.text.strip_prefix('"') {
        Some(rest) => (rest.strip_suffix('"').unwrap_or(rest), word.at + 1),
        None => (word.text, word.at),
    };
    let mut bytes = Vec::with_capacity(text.len());
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        if c != '\\' {
            bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            continue;
        }
        let rest = chars.as_str();
        let digits = |n: usize, radix: u32| {
            let digits = rest.get(1..1 + n)?;
            let good = digits.chars().all(|c| c.is_digit(radix));
            good.then(|| u8::from_str_radix(digits, radix).ok())?
        };
        let simple = match rest.as_bytes().first() {
            Some(b'r') => Some(b'\r'),
            Some(b'n') => Some(b'\n'),
            Some(b't') => Some(b'\t'),
            Some(b'0') => Some(0),
            Some(b'x') => digits(2, 16),
            Some(c @ (b'\\' | b'"' | b'\'')) => Some(*c),
            _ => None,
        };
        let Some(byte) = simple else {
            let expected = w::AN_ESCAPE.text();
            return Err(Fault::new(base + at, w::THIS_IS_NO_ESCAPE.text(), expected));
        };
        bytes.push(byte);
        let skip = if rest.starts_with('x') { 3 } else { 1 };
        chars.by_ref().take(skip).for_each(drop);
    }
    Ok(bytes)
}

/// Writes the checksum over the pseudo header and the first `cover` bytes at `at`.
fn seal(
    f: &Fields<'_>,
    flow: &Flow,
    mut segment: Vec<u8>,
    at: usize,
    cover: usize,
) -> Result<Vec<u8>, Fault> {
    let number = f.u8_or("sumproto", flow.protonum)?;
    let mut sum = internet_checksum(&[
        &pseudo_header(flow, number, segment.len()),
        &segment[..cover.min(segment.len())],
    ]);
    if sum == 0 && matches!(f.proto, Proto::Udp | Proto::Udplite) {
        sum = 0xffff;
    }
    let sum = stated(f, sum)?;
    segment[at..at + 2].copy_from_slice(&sum.to_be_bytes());
    Ok(segment)
}

/// The checksum that the line states: that of `csum`, the wrong one, or the right one.
fn stated(f: &Fields<'_>, right: u16) -> Result<u16, Fault> {
    let bad = if f.has("badcsum") { BAD } else { 0 };
    f.u16_or("csum", right ^ bad)
}

fn pseudo_header(flow: &Flow, protonum: u8, len: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(40);
    extend_addr(&mut bytes, flow.src);
    extend_addr(&mut bytes, flow.dst);
    if flow.src.is_ipv6() {
        bytes.extend((len as u32).to_be_bytes());
        bytes.extend([0, 0, 0, protonum]);
    } else {
        bytes.extend([0, protonum]);
        bytes.extend((len as u16).to_be_bytes());
    }
    bytes
}

fn ports(flow: &Flow) -> Vec<u8> {
    [flow.sport.to_be_bytes(), flow.dport.to_be_bytes()].concat()
}

/// TCP options in the order in which the line's keys write them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct TcpOptions {
    pub mss: Option<u16>,
    pub sackok: bool,
    pub ts: Option<(u32, u32)>,
    pub wscale: Option<u8>,
    pub sack: Vec<(u32, u32)>,
    pub raw: Vec<u8>,
}

impl TcpOptions {
    /// No-operations up to a multiple of 4, then the options.
    pub fn bytes(&self) -> Vec<u8> {
        let TcpOptions {
            mss,
            sackok,
            ts,
            wscale,
            sack,
            raw,
        } = self;
        let mut options = Vec::new();
        if let Some(mss) = mss {
            options.extend([2, 4]);
            options.extend(mss.to_be_bytes());
        }
        if *sackok {
            options.extend([4, 2]);
        }
        if let Some((value, echo)) = ts {
            options.extend([8, 10]);
            options.extend(value.to_be_bytes());
            options.extend(echo.to_be_bytes());
        }
        if let Some(wscale) = wscale {
            options.extend([3, 3, *wscale]);
        }
        if !sack.is_empty() {
            options.extend([5, (2 + 8 * sack.len()) as u8]);
            for (from, to) in sack {
                options.extend(from.to_be_bytes());
                options.extend(to.to_be_bytes());
            }
        }
        options.extend(raw);
        let mut bytes = vec![1; options.len().next_multiple_of(4) - options.len()];
        bytes.append(&mut options);
        bytes
    }
}

/// Two numbers with a sign between them.
fn pair(word: Word<'_>, sign: char, what: &str) -> Result<(u32, u32), Fault> {
    let Some((left, right)) = word.text.split_once(sign) else {
        return Err(word.unknown(what, tell!(w::TWO_NUMBERS_WITH_SIGN, sign)));
    };
    let right_at = word.at + left.len() + 1;
    let number = |at, text| Word { at, text }.number(what, 0..=u64::from(u32::MAX));
    Ok((
        number(word.at, left)? as u32,
        number(right_at, right)? as u32,
    ))
}

/// A sequence number; a negative one wraps.
fn sequence(f: &Fields<'_>, key: &str) -> Result<u32, Fault> {
    match f.value(key) {
        Some(Word { at, text }) if text.starts_with('-') => {
            let size = Word {
                at: at + 1,
                text: &text[1..],
            }
            .number(key, 0..=1 << 31)?;
            Ok((size as u32).wrapping_neg())
        }
        _ => f.u32_or(key, 0),
    }
}

fn tcp(f: &Fields<'_>, flow: &Flow) -> Result<Vec<u8>, Fault> {
    let mut flags = 0_u8;
    let word = f
        .pairs
        .iter()
        .find(|(w, v)| v.is_none() && packet::is_flag_word(w.text));
    for (at, c) in word.map_or("-", |(w, _)| w.text).char_indices() {
        let bit = TCP_FLAGS.find(c).map_or(0, |n| 1 << n);
        if flags & bit != 0 {
            let at = word.map_or(0, |(w, _)| w.at + at);
            return Err(Fault::new(
                at,
                tell!(w::THE_FLAG_C_IS, c),
                w::EACH_FLAG_ONCE.text(),
            ));
        }
        flags |= bit;
    }
    let mut sack = Vec::new();
    if let Some(word) = f.value("sack") {
        let mut at = word.at;
        for text in word.text.split(',') {
            sack.push(pair(Word { at, text }, '-', w::A_BLOCK_OF_SACK.text())?);
            at += text.len() + 1;
        }
        if sack.len() > 31 {
            return Err(word.fault(w::THESE_ARE_TOO_MANY.text(), w::AT_MOST_31.text()));
        }
    }
    let options = TcpOptions {
        mss: f.number("mss", 65535)?.map(|n| n as u16),
        sackok: f.has("sackok"),
        ts: f
            .value("ts")
            .map(|word| pair(word, ':', w::TIME_STAMPS.text()))
            .transpose()?,
        wscale: f.number("wscale", 255)?.map(|n| n as u8),
        sack,
        raw: f.value("rawopt").map_or(Ok(Vec::new()), hex_bytes)?,
    };
    let options = options.bytes();
    let doff = match f.number("doff", 15)? {
        Some(doff) => doff as u8,
        None if options.len() <= 40 => 5 + (options.len() / 4) as u8,
        None => {
            let problem = tell!(w::THE_OPTIONS_TAKE_OPTIONS, options = options.len());
            return Err(f.end.fault(problem, "at most 40, or doff="));
        }
    };
    let mut segment = ports(flow);
    segment.extend(sequence(f, "seq")?.to_be_bytes());
    segment.extend(sequence(f, "ack")?.to_be_bytes());
    segment.extend([doff << 4, flags]);
    segment.extend(f.u16_or("win", 64240)?.to_be_bytes());
    segment.extend([0, 0]);
    segment.extend(f.u16_or("urg", 0)?.to_be_bytes());
    segment.extend(options);
    segment.extend(payload(f)?);
    seal(f, flow, segment, 16, usize::MAX)
}

fn udp(f: &Fields<'_>, flow: &Flow) -> Result<Vec<u8>, Fault> {
    let payload = payload(f)?;
    let mut segment = ports(flow);
    segment.extend(f.u16_or("ulen", (8 + payload.len()) as u16)?.to_be_bytes());
    segment.extend([0, 0]);
    segment.extend(payload);
    if f.has("nocsum") {
        Ok(segment)
    } else {
        seal(f, flow, segment, 6, usize::MAX)
    }
}

fn udplite(f: &Fields<'_>, flow: &Flow) -> Result<Vec<u8>, Fault> {
    let cscov = f.u16_or("cscov", 0)?;
    let mut segment = ports(flow);
    segment.extend(cscov.to_be_bytes());
    segment.extend([0, 0]);
    segment.extend(payload(f)?);
    let cover = if cscov == 0 { usize::MAX } else { cscov.into() };
    seal(f, flow, segment, 6, cover)
}

/// Bytes between the fixed header of a DCCP packet and its data.
pub(super) const fn dccp_tail(kind: u8) -> usize {
    match kind {
        0 => 4,
        1 => 12,
        2 => 0,
        _ => 8,
    }
}

fn dccp(f: &Fields<'_>, flow: &Flow) -> Result<Vec<u8>, Fault> {
    let kind = match f.value("type") {
        None => 0,
        Some(word) => DCCP
            .iter()
            .position(|name| *name == word.text)
            .ok_or_else(|| word.unknown(w::A_TYPE_OF_DCCP.text(), DCCP.join(", ")))?
            as u8,
    };
    let mut tail = vec![0; dccp_tail(kind)];
    let ack = f.u32_or("ack", 0)?;
    if tail.len() >= 8 {
        tail[4..8].copy_from_slice(&ack.to_be_bytes());
    }
    let service = f.u32_or("service", 0)?;
    if kind < 2 {
        let at = tail.len() - 4;
        tail[at..].copy_from_slice(&service.to_be_bytes());
    }
    let mut segment = ports(flow);
    segment.extend([
        ((16 + tail.len()) / 4) as u8,
        0,
        0,
        0,
        kind << 1 | 1,
        0,
        0,
        0,
    ]);
    segment.extend(f.u32_or("seq", 0)?.to_be_bytes());
    segment.extend(tail);
    segment.extend(payload(f)?);
    seal(f, flow, segment, 6, usize::MAX)
}

fn sctp(f: &Fields<'_>, flow: &Flow) -> Result<Vec<u8>, Fault> {
    let payload = if f.has("data") {
        payload(f)?
    } else {
        Vec::new()
    };
    let mut segment = ports(flow);
    segment.extend(f.u32_or("vtag", 0)?.to_be_bytes());
    segment.extend([0; 4]);
    for (word, value) in &f.pairs {
        let (name, _) = word.split();
        let Some(kind) = number_of(f.proto.kinds(), name) else {
            continue;
        };
        let body = match name {
            "data" => [&[0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0][..], &payload].concat(),
            "init" | "init-ack" => {
                let tag = value.unwrap_or(Word {
                    at: word.at + name.len(),
                    text: "",
                });
                let tag = tag.number(w::AN_INITIATE_TAG.text(), 0..=u64::from(u32::MAX))? as u32;
                [
                    &tag.to_be_bytes()[..],
                    &[0, 0, 255, 255, 0, 1, 0, 1, 0, 0, 0, 1],
                ]
                .concat()
            }
            "sack" => vec![0, 0, 0, 1, 0, 0, 255, 255, 0, 0, 0, 0],
            "shutdown" => vec![0, 0, 0, 1],
            "heartbeat" | "heartbeat-ack" => vec![0, 1, 0, 4],
            "cookie-echo" => b"cook".to_vec(),
            _ => Vec::new(),
        };
        let flags = match (name, value) {
            ("data", _) => 3,
            ("init" | "init-ack", _) | (_, None) => 0,
            (_, Some(value)) if value.text == "T" => 1,
            (_, Some(value)) => {
                return Err(value.unknown(
                    format_args!("{}", tell!(w::A_VALUE_OF_NAME, name)),
                    w::T_OR_NO_VALUE.text(),
                ));
            }
        };
        segment.extend([kind, flags]);
        segment.extend(((4 + body.len()) as u16).to_be_bytes());
        segment.extend(body);
        segment.resize(segment.len().next_multiple_of(4), 0);
        if segment.len() > 2 * usize::from(u16::MAX) {
            return Err(word.fault(w::THE_PACKET_IS_LONGER.text(), "less"));
        }
    }
    let bad = if f.has("badcsum") { u32::from(BAD) } else { 0 };
    let sum = f.u32_or("csum", crc32c(&[&segment]) ^ bad)?;
    segment[8..12].copy_from_slice(&sum.to_le_bytes());
    Ok(segment)
}

fn gre(f: &Fields<'_>) -> Result<Vec<u8>, Fault> {
    let payload = payload(f)?;
    let mut segment = Vec::new();
    if f.number("ver", 1)? == Some(1) {
        segment.extend([0x30, 0x01, 0x88, 0x0b]);
        segment.extend((payload.len() as u16).to_be_bytes());
        segment.extend(f.u16_or("callid", 0)?.to_be_bytes());
        segment.extend(f.u32_or("seq", 0)?.to_be_bytes());
    } else {
        let key = f.number("key", u32::MAX)?;
        segment.extend([if key.is_some() { 0x20 } else { 0 }, 0]);
        segment.extend(f.u16_or("ptype", 0x800)?.to_be_bytes());
        segment.extend(key.map_or(Vec::new(), |key| key.to_be_bytes().to_vec()));
    }
    segment.extend(payload);
    Ok(segment)
}

fn icmp(f: &Fields<'_>, flow: &Flow, depth: u32) -> Result<Vec<u8>, Fault> {
    let named = f.pairs.iter().find_map(|(w, v)| {
        if v.is_none() {
            number_of(f.proto.kinds(), w.text)
        } else {
            None
        }
    });
    let Some(kind) = f.number("type", 255)?.map(|n| n as u8).or(named) else {
        let kinds: Vec<&str> = f.proto.kinds().iter().map(|(name, _)| *name).collect();
        let expected = format!("{} or type=", kinds.join(", "));
        return Err(f.end.fault(w::THE_MESSAGE_HAS_NO.text(), expected));
    };
    let pair = || -> Result<Vec<u8>, Fault> {
        Ok([
            f.u16_or("id", 0)?.to_be_bytes(),
            f.u16_or("seq", 0)?.to_be_bytes(),
        ]
        .concat())
    };
    let (rest, payload) = if let Some(word) = f.value("inner") {
        let mut inner = inner(word, depth)?;
        inner.truncate(usize::from(f.u16_or("innerlen", u16::MAX)?));
        let mut rest = f.u32_or("mtu", 0)?.to_be_bytes().to_vec();
        if let Some(word) = f.value("gw") {
            rest.clear();
            extend_addr(&mut rest, packet::address(word)?);
        }
        (rest, inner)
    } else if f.proto == Proto::Icmp6 && matches!(kind, 135 | 136) {
        let target = f.value("target").map_or(Ok(flow.dst), packet::address)?;
        let mut payload = Vec::new();
        extend_addr(&mut payload, target);
        (vec![0; 4], payload)
    } else if matches!(kind, 13 | 14 | 17 | 18) {
        (pair()?, vec![0; if kind < 15 { 12 } else { 4 }])
    } else {
        (pair()?, payload(f)?)
    };
    let mut segment = vec![kind, f.u8_or("code", 0)?, 0, 0];
    segment.extend(rest);
    segment.extend(payload);
    let number = f.u8_or("sumproto", flow.protonum)?;
    let pseudo = match flow.src {
        IpAddr::V6(_) => pseudo_header(flow, number, segment.len()),
        IpAddr::V4(_) => Vec::new(),
    };
    let sum = stated(f, internet_checksum(&[&pseudo, &segment]))?;
    segment[2..4].copy_from_slice(&sum.to_be_bytes());
    Ok(segment)
}

/// The packet that an error message quotes.
fn inner(word: Word<'_>, depth: u32) -> Result<Vec<u8>, Fault> {
    if depth == INNER_MAX {
        let problem = w::PACKETS_QUOTE_PACKETS_TOO.text();
        return Err(word.fault(problem, tell!(w::AT_MOST_INNER_MAX, inner_max = INNER_MAX)));
    }
    let line = word
        .text
        .strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'));
    let Some(line) = line else {
        return Err(word.unknown(w::A_QUOTED_PACKET.text(), w::A_PACKET_LINE_BETWEEN.text()));
    };
    let base = word.at + 1;
    let cut = cut(line, base)?;
    if cut.words.is_empty() || cut.note.is_some() {
        return Err(Fault::new(
            base,
            w::THERE_IS_NO_PACKET_BETWEEN.text(),
            packet::proto_names(),
        ));
    }
    packet::build(&cut.words, depth + 1)
}
