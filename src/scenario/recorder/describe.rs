//! A packet in one line, as the recorder sums it up: for people, less than the packet line.

use crate::scenario::names::{ICMP, ICMP6, Proto, SCTP, TCP_FLAGS, name_of};
use core::fmt::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// How deep quoted packets are described.
const DEPTH_MAX: u32 = 8;

/// The summary of a packet, or the count of its bytes if it cannot be read.
pub fn describe(bytes: &[u8]) -> String {
    summary(bytes, 0).unwrap_or_else(|| format!("unparsed {} bytes", bytes.len()))
}

fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    let pair = bytes.get(at..at + 2)?;
    Some(u16::from_be_bytes([pair[0], pair[1]]))
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    let word = bytes.get(at..at + 4)?;
    Some(u32::from_be_bytes([word[0], word[1], word[2], word[3]]))
}

fn v6(bytes: &[u8], at: usize) -> Option<IpAddr> {
    let octets: [u8; 16] = bytes.get(at..at + 16)?.try_into().ok()?;
    Some(IpAddr::V6(Ipv6Addr::from(octets)))
}

/// Layer 3 taken off.
struct Layer4<'a> {
    src: IpAddr,
    dst: IpAddr,
    protonum: u8,
    ttl: u8,
    /// ` frag=…` of the first piece.
    piece: String,
    bytes: &'a [u8],
}

fn summary(bytes: &[u8], depth: u32) -> Option<String> {
    if depth > DEPTH_MAX {
        return None;
    }
    let mut piece = String::new();
    let (src, dst, mut protonum, ttl, mut rest);
    if bytes.first()? >> 4 == 6 {
        (src, dst) = (v6(bytes, 8)?, v6(bytes, 24)?);
        (protonum, ttl, rest) = (*bytes.get(6)?, *bytes.get(7)?, bytes.get(40..)?);
        if protonum == 44 {
            let place = be16(rest, 2)?;
            let more = if place & 1 == 1 { "+" } else { "" };
            piece = format!(" frag={}{more}", place & 0xfff8);
            (protonum, rest) = (*rest.first()?, rest.get(8..)?);
            if place & 0xfff8 != 0 {
                let len = rest.len();
                return Some(format!("{protonum} {src} > {dst}{piece} len={len}"));
            }
        }
    } else {
        let header = usize::from(bytes.first()? & 15) * 4;
        let v4 = |at: usize| Some(IpAddr::V4(Ipv4Addr::from_bits(be32(bytes, at)?)));
        (src, dst) = (v4(12)?, v4(16)?);
        let end = usize::from(be16(bytes, 2)?).min(bytes.len());
        (protonum, ttl) = (*bytes.get(9)?, *bytes.get(8)?);
        rest = bytes.get(header..end).unwrap_or_default();
        let place = be16(bytes, 6)?;
        if place & 0x3fff != 0 {
            let more = if place & 0x2000 != 0 { "+" } else { "" };
            piece = format!(" frag={}{more}", u32::from(place & 0x1fff) * 8);
            if place & 0x1fff != 0 {
                let len = rest.len();
                return Some(format!("{protonum} {src} > {dst}{piece} len={len}"));
            }
        }
    }
    let layer4 = Layer4 {
        src,
        dst,
        protonum,
        ttl,
        piece,
        bytes: rest,
    };
    of_layer4(&layer4, depth)
}

fn of_layer4(packet: &Layer4, depth: u32) -> Option<String> {
    let Layer4 {
        src,
        dst,
        protonum,
        ttl,
        piece,
        bytes,
    } = packet;
    let tail = format!("ttl={ttl}{piece}");
    let name = Proto::by_number(*protonum).map_or_else(
        || format!("proto{protonum}"),
        |proto| proto.info().name.to_owned(),
    );
    let ends = || {
        let src = SocketAddr::new(*src, be16(bytes, 0)?);
        let dst = SocketAddr::new(*dst, be16(bytes, 2)?);
        Some(format!("{src} > {dst}"))
    };
    match *protonum {
        6 => {
            let (ends, seq, ack) = (ends()?, be32(bytes, 4)?, be32(bytes, 8)?);
            let (doff, flags, win) = (bytes.get(12)?, bytes.get(13)?, be16(bytes, 14)?);
            let letters: String = TCP_FLAGS
                .chars()
                .zip(0..)
                .filter(|(_, bit)| flags >> bit & 1 == 1)
                .map(|(letter, _)| letter)
                .collect();
            let letters = if letters.is_empty() { "-" } else { &letters };
            let len = bytes.len() as i64 - i64::from(doff >> 4) * 4;
            Some(format!(
                "tcp {ends} {letters} seq={seq} ack={ack} win={win} len={len} {tail}"
            ))
        }
        132 => {
            let (ends, vtag) = (ends()?, be32(bytes, 4)?);
            let mut text = format!("sctp {ends} vtag={vtag:#x} ");
            for (nth, chunk) in chunks(bytes).enumerate() {
                text.push_str(if nth == 0 { "" } else { " " });
                match name_of(&SCTP, chunk) {
                    Some(name) => text.push_str(name),
                    None => {
                        // Writing into a string cannot fail.
                        let _ = write!(text, "{chunk}");
                    }
                }
            }
            Some(format!("{text} {tail}"))
        }
        17 | 33 | 136 => {
            let len = bytes.len() as i64 - 8;
            Some(format!("{name} {} len={len} {tail}", ends()?))
        }
        1 | 58 => {
            let (types, errors): (_, &[u8]) = if *protonum == 58 {
                (&ICMP6[..], &[1, 2, 3, 4, 137])
            } else {
                (&ICMP[..], &[3, 4, 5, 11, 12])
            };
            let (kind, code) = (*bytes.first()?, *bytes.get(1)?);
            let (id, seq) = (be16(bytes, 4)?, be16(bytes, 6)?);
            let word = name_of(types, kind).map_or_else(|| format!("type={kind}"), str::to_owned);
            let head = format!("{name} {src} > {dst} {word} code={code}");
            if errors.contains(&kind) {
                let inner = bytes.get(8..).unwrap_or_default();
                let inner = summary(inner, depth + 1)
                    .unwrap_or_else(|| format!("unparsed {} bytes", inner.len()));
                return Some(format!("{head} inner={{{inner}}} {tail}"));
            }
            Some(format!("{head} id={id} seq={seq} {tail}"))
        }
        _ => Some(format!("{name} {src} > {dst} len={} {tail}", bytes.len())),
    }
}

/// The types of the chunks of an SCTP packet.
fn chunks(bytes: &[u8]) -> impl Iterator<Item = u8> {
    let mut at = 12;
    core::iter::from_fn(move || {
        let kind = *bytes.get(at)?;
        let len = usize::from(be16(bytes, at + 2)?).next_multiple_of(4);
        at += if len == 0 { 4 } else { len };
        Some(kind)
    })
}
