//! Bytes made into a packet line. A line is given only if it makes exactly the same bytes again, so
//! the worst that can happen is `hex …`.

use super::names::{DCCP, Proto, TCP_FLAGS, name_of};
use super::packet::{INNER_MAX, assemble_words};
use super::segment::{TcpOptions, dccp_tail, filler};
use core::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// More text than this, in bytes beyond that of `hex …`, is not worth its words.
const WORDS_MAX: usize = 4_096;

/// The line that makes these bytes: [`super::packet::assemble`] of it gives them back.
pub fn disassemble(bytes: &[u8]) -> String {
    let line = line_of(bytes, 0).filter(|line| line.len() <= 2 * bytes.len() + WORDS_MAX);
    line.unwrap_or_else(|| format!("hex {}", Hex(bytes)))
}

struct Hex<'a>(&'a [u8]);

impl core::fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// An IP packet taken apart.
struct Ip<'a> {
    src: IpAddr,
    dst: IpAddr,
    protonum: u8,
    ttl: u8,
    /// The words for everything else in the IP header.
    words: String,
    /// A later piece of a fragmented packet.
    later: bool,
    segment: &'a [u8],
    /// Length of the segment as the header says it.
    declared: usize,
}

fn be16(bytes: &[u8], at: usize) -> u16 {
    bytes
        .get(at..at + 2)
        .map_or(0, |b| u16::from_be_bytes([b[0], b[1]]))
}

fn be32(bytes: &[u8], at: usize) -> u32 {
    u32::from(be16(bytes, at)) << 16 | u32::from(be16(bytes, at + 2))
}

/// Adds ` key=value`, unless the value is the default.
fn key<T: PartialEq + core::fmt::Display>(words: &mut String, key: &str, value: T, default: T) {
    if value != default {
        let _ = write!(words, " {key}={value}");
    }
}

fn flag(words: &mut String, word: &str, set: bool) {
    if set {
        let _ = write!(words, " {word}");
    }
}

fn ip_of(bytes: &[u8]) -> Option<Ip<'_>> {
    let mut words = String::new();
    match bytes.first()? {
        0x45 if bytes.len() >= 20 => {
            let place = be16(bytes, 6);
            let later = place & 0x1fff != 0;
            key(&mut words, "tos", bytes[1], 0);
            key(&mut words, "ipid", be16(bytes, 4), 1);
            flag(&mut words, "df", place & 0x4000 != 0);
            key(&mut words, "off", u32::from(place & 0x1fff) * 8, 0);
            flag(&mut words, "mf", place & 0x2000 != 0);
            let addr = |at: usize| {
                IpAddr::V4(Ipv4Addr::new(
                    bytes[at],
                    bytes[at + 1],
                    bytes[at + 2],
                    bytes[at + 3],
                ))
            };
            Some(Ip {
                src: addr(12),
                dst: addr(16),
                protonum: bytes[9],
                ttl: bytes[8],
                words,
                later,
                segment: &bytes[20..],
                declared: usize::from(be16(bytes, 2)).checked_sub(20)?,
            })
        }
        0x60..=0x6f if bytes.len() >= 40 => {
            let mut ip = Ip {
                src: v6_addr(bytes, 8)?,
                dst: v6_addr(bytes, 24)?,
                protonum: bytes[6],
                ttl: bytes[7],
                words,
                later: false,
                segment: &bytes[40..],
                declared: be16(bytes, 4).into(),
            };
            key(&mut ip.words, "tos", (be16(bytes, 0) >> 4) as u8, 0);
            key(&mut ip.words, "flow", be32(bytes, 0) & 0xf_ffff, 0);
            if ip.protonum == 44 && ip.segment.len() >= 8 {
                let (header, rest) = ip.segment.split_at(8);
                let place = be16(header, 2);
                ip.protonum = header[0];
                ip.later = place & 0xfff8 != 0;
                ip.segment = rest;
                ip.declared = ip.declared.checked_sub(8)?;
                key(&mut ip.words, "ipid", be32(header, 4), 1);
                let _ = write!(ip.words, " off={}", place & 0xfff8);
                flag(&mut ip.words, "mf", place & 1 != 0);
            }
            Some(ip)
        }
        _ => None,
    }
}

fn v6_addr(bytes: &[u8], at: usize) -> Option<IpAddr> {
    let octets: [u8; 16] = bytes.get(at..at + 16)?.try_into().ok()?;
    Some(IpAddr::V6(Ipv6Addr::from(octets)))
}

/// The line of a whole packet, which `depth` others quote.
fn line_of(bytes: &[u8], depth: u32) -> Option<String> {
    let ip = ip_of(bytes)?;
    if ip.declared != ip.segment.len() {
        return None;
    }
    let same = |made: &[u8]| made == bytes;
    let header = Proto::by_number(ip.protonum).map_or(0, |proto| proto.info().header);
    let cut = ip.segment.len() < header;
    let mut segment = ip.segment.to_vec();
    complete(&mut segment, ip.protonum, header);
    let trunc = if cut {
        format!(" trunc={}", ip.segment.len())
    } else {
        String::new()
    };
    if let Some(line) = line_with_words(&ip, &segment, &trunc, depth, &same) {
        return Some(line);
    }
    let mut words = payload_words(ip.segment);
    key(&mut words, "ttl", ip.ttl, 64);
    let Ip {
        src,
        dst,
        protonum,
        words: more,
        ..
    } = &ip;
    let plain = format!("ip {src} > {dst} proto={protonum}{words}{more}");
    makes(&plain, &same).then_some(plain)
}

fn makes(line: &str, fits: &dyn Fn(&[u8]) -> bool) -> bool {
    assemble_words(line).is_ok_and(|made| fits(&made))
}

/// The line with the words of its protocol, whose segment is whole or was completed.
fn line_with_words(
    ip: &Ip<'_>,
    segment: &[u8],
    trunc: &str,
    depth: u32,
    fits: &dyn Fn(&[u8]) -> bool,
) -> Option<String> {
    let proto = Proto::by_number(ip.protonum).filter(|_| !ip.later)?;
    if segment.len() < proto.info().header || (proto.has_ports() && ip.segment.len() < 4) {
        return None;
    }
    let mut words = match proto {
        Proto::Tcp => tcp(segment),
        Proto::Udp => udp(segment),
        Proto::Udplite => udplite(segment),
        Proto::Dccp => dccp(segment)?,
        Proto::Sctp => sctp(segment)?,
        Proto::Gre => gre(segment),
        Proto::Icmp | Proto::Icmp6 => icmp(proto, segment, ip, depth)?,
        Proto::Ip => return None,
    };
    let quotes = words.contains(" inner={");
    key(
        &mut words,
        "ttl",
        ip.ttl,
        if proto == Proto::Icmp6 && !quotes {
            255
        } else {
            64
        },
    );
    let end = |addr: IpAddr, at: usize| match addr {
        addr if !proto.has_ports() => addr.to_string(),
        IpAddr::V4(addr) => format!("{addr}:{}", be16(segment, at)),
        IpAddr::V6(addr) => format!("[{addr}]:{}", be16(segment, at)),
    };
    let (src, dst) = (end(ip.src, 0), end(ip.dst, 2));
    let stem = format!(
        "{} {src} > {dst}{words}{}{trunc}",
        proto.info().name,
        ip.words
    );
    let stated = match proto {
        Proto::Tcp => format!(" csum={:#06x}", be16(segment, 16)),
        Proto::Icmp | Proto::Icmp6 => format!(" csum={:#06x}", be16(segment, 2)),
        Proto::Sctp => format!(" csum={:#010x}", be32(segment, 8).swap_bytes()),
        _ => format!(" csum={:#06x}", be16(segment, 6)),
    };
    let sums: &[&str] = match proto {
        Proto::Udp => &["", " badcsum", " nocsum", &stated],
        Proto::Udplite => &["", " badcsum", " sumproto=17", &stated],
        Proto::Gre => &[""],
        _ => &["", " badcsum", &stated],
    };
    sums.iter()
        .map(|sum| format!("{stem}{sum}"))
        .find(|line| makes(line, fits))
}

/// Fills a cut-off segment up to `len` bytes: a header as by default, then filler.
fn complete(segment: &mut Vec<u8>, protonum: u8, len: usize) {
    const TCP: [u8; 20] = {
        let mut header = [0; 20];
        header[12] = 5 << 4;
        [header[14], header[15]] = 64_240_u16.to_be_bytes();
        header
    };
    let header = Proto::by_number(protonum).map_or(0, |proto| proto.info().header);
    for at in segment.len()..len {
        segment.push(match protonum {
            6 if at < header => TCP.get(at).copied().unwrap_or(0),
            17 if at == 4 || at == 5 => (len as u16).to_be_bytes()[at - 4],
            _ if at < header => 0,
            _ => filler(at - header),
        });
    }
}

/// ` len=` for the filler, ` data=` for anything else.
fn payload_words(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        String::new()
    } else if bytes
        .iter()
        .enumerate()
        .all(|(at, byte)| *byte == filler(at))
    {
        format!(" len={}", bytes.len())
    } else {
        format!(" data={}", escaped(bytes))
    }
}

fn escaped(bytes: &[u8]) -> String {
    let mut text = String::from("\"");
    for byte in bytes {
        let _ = match byte {
            b'\r' => write!(text, "\\r"),
            b'\n' => write!(text, "\\n"),
            b'\t' => write!(text, "\\t"),
            b'\\' => write!(text, "\\\\"),
            b'"' | 0..=0x1f | 0x7f.. => write!(text, "\\x{byte:02x}"),
            _ => write!(text, "{}", *byte as char),
        };
    }
    text.push('"');
    text
}

fn tcp(segment: &[u8]) -> String {
    let doff = segment[12] >> 4;
    let header = usize::from(doff) * 4;
    let good = (20..=segment.len()).contains(&header);
    let (options, payload) = segment[20..].split_at(if good { header - 20 } else { 0 });
    let set = |n: &usize| segment[13] & 1 << n != 0;
    let flags: String = TCP_FLAGS
        .chars()
        .enumerate()
        .filter(|(n, _)| set(n))
        .map(|(_, c)| c)
        .collect();
    let mut words = format!(" {}", if flags.is_empty() { "-" } else { &flags });
    key(&mut words, "seq", be32(segment, 4), 0);
    key(&mut words, "ack", be32(segment, 8), 0);
    key(&mut words, "win", be16(segment, 14), 64240);
    key(&mut words, "urg", be16(segment, 18), 0);
    words += &options_words(options);
    if !good {
        let _ = write!(words, " doff={doff}");
    }
    words + &payload_words(payload)
}

fn options_words(bytes: &[u8]) -> String {
    let mut words = String::new();
    match options_of(bytes).filter(|options| options.bytes() == bytes) {
        Some(TcpOptions {
            mss,
            sackok,
            ts,
            wscale,
            sack,
            raw: _,
        }) => {
            if let Some(mss) = mss {
                let _ = write!(words, " mss={mss}");
            }
            flag(&mut words, "sackok", sackok);
            if let Some((value, echo)) = ts {
                let _ = write!(words, " ts={value}:{echo}");
            }
            if let Some(wscale) = wscale {
                let _ = write!(words, " wscale={wscale}");
            }
            for (n, (from, to)) in sack.iter().enumerate() {
                let before = if n == 0 { " sack=" } else { "," };
                let _ = write!(words, "{before}{from}-{to}");
            }
        }
        None => {
            let _ = write!(words, " rawopt={}", Hex(bytes));
        }
    }
    words
}

/// The options, as far as they are known; the caller sees whether that was all.
fn options_of(mut rest: &[u8]) -> Option<TcpOptions> {
    let mut options = TcpOptions::default();
    while let Some((kind, tail)) = rest.split_first() {
        if *kind == 1 {
            rest = tail;
            continue;
        }
        let len = usize::from(*tail.first()?);
        let body = rest.get(2..len)?;
        match (kind, body.len()) {
            (2, 2) => options.mss = Some(be16(body, 0)),
            (3, 1) => options.wscale = Some(body[0]),
            (4, 0) => options.sackok = true,
            (8, 8) => options.ts = Some((be32(body, 0), be32(body, 4))),
            (5, _) if body.len() % 8 == 0 => {
                let blocks = body.chunks_exact(8);
                options.sack = blocks
                    .map(|block| (be32(block, 0), be32(block, 4)))
                    .collect();
            }
            _ => return None,
        }
        rest = &rest[len..];
    }
    Some(options)
}

fn udp(segment: &[u8]) -> String {
    let mut words = String::new();
    key(
        &mut words,
        "ulen",
        usize::from(be16(segment, 4)),
        segment.len(),
    );
    words + &payload_words(&segment[8..])
}

fn udplite(segment: &[u8]) -> String {
    let mut words = String::new();
    key(&mut words, "cscov", be16(segment, 4), 0);
    words + &payload_words(&segment[8..])
}

fn dccp(segment: &[u8]) -> Option<String> {
    let kind = segment[8] >> 1 & 15;
    let name = DCCP.get(usize::from(kind))?;
    let header = 16 + dccp_tail(kind);
    let mut words = format!(" type={name}");
    key(&mut words, "seq", be32(segment, 12), 0);
    if dccp_tail(kind) >= 8 && segment.len() >= 24 {
        key(&mut words, "ack", be32(segment, 20), 0);
    }
    if kind < 2 {
        key(&mut words, "service", be32(segment, header - 4), 0);
    }
    Some(words + &payload_words(segment.get(header..)?))
}

fn sctp(segment: &[u8]) -> Option<String> {
    let mut words = format!(" vtag={:#x}", be32(segment, 4));
    let mut rest = &segment[12..];
    while !rest.is_empty() {
        let (kind, flags) = (*rest.first()?, *rest.get(1)?);
        let name = name_of(Proto::Sctp.kinds(), kind)?;
        let len = usize::from(be16(rest, 2));
        let body = rest.get(4..len)?;
        flag(&mut words, name, true);
        match name {
            "data" => match body.get(12..)? {
                [] => {}
                payload => words += &format!("={}", escaped(payload)),
            },
            "init" | "init-ack" => words += &format!("={:#x}", be32(body, 0)),
            _ if flags == 1 => words += "=T",
            _ => {}
        }
        rest = rest.get(len.next_multiple_of(4)..)?;
    }
    Some(words)
}

fn gre(segment: &[u8]) -> String {
    let mut words = String::new();
    if be32(segment, 0) == 0x3001_880b && segment.len() >= 12 {
        words += " ver=1";
        key(&mut words, "callid", be16(segment, 6), 0);
        key(&mut words, "seq", be32(segment, 8), 0);
        return words + &payload_words(&segment[12..]);
    }
    key(&mut words, "ptype", be16(segment, 2), 0x800);
    match segment.get(8..) {
        Some(payload) if be16(segment, 0) == 0x2000 => {
            let _ = write!(words, " key={:#x}", be32(segment, 4));
            words + &payload_words(payload)
        }
        _ => words + &payload_words(&segment[4..]),
    }
}

fn icmp(proto: Proto, segment: &[u8], ip: &Ip<'_>, depth: u32) -> Option<String> {
    let (kind, code, rest) = (segment[0], segment[1], be32(segment, 4));
    let payload = &segment[8..];
    let mut words = match name_of(proto.kinds(), kind) {
        Some(name) => format!(" {name}"),
        None => format!(" type={kind}"),
    };
    key(&mut words, "code", code, 0);
    let error = match proto {
        Proto::Icmp6 => matches!(kind, 1..=4 | 137),
        _ => matches!(kind, 3 | 4 | 5 | 11 | 12),
    };
    if let Some((inner, len)) = error.then(|| inner_of(payload, depth)).flatten() {
        if kind == 5 && proto == Proto::Icmp {
            key(
                &mut words,
                "gw",
                Ipv4Addr::from(rest),
                Ipv4Addr::UNSPECIFIED,
            );
        } else {
            key(&mut words, "mtu", rest, 0);
        }
        let _ = write!(words, " inner={{{inner}}}");
        if let Some(len) = len {
            let _ = write!(words, " innerlen={len}");
        }
        return Some(words);
    }
    if proto == Proto::Icmp6 && matches!(kind, 135 | 136) {
        let target = v6_addr(payload, 0)?;
        key(&mut words, "target", target, ip.dst);
        return Some(words);
    }
    key(&mut words, "id", be16(segment, 4), 0);
    key(&mut words, "seq", be16(segment, 6), 0);
    if !matches!(kind, 13 | 14 | 17 | 18) {
        words += &payload_words(payload);
    }
    Some(words)
}

/// The line of a quoted packet, and how much of it is quoted if that is not all.
fn inner_of(bytes: &[u8], depth: u32) -> Option<(String, Option<usize>)> {
    if depth + 1 > INNER_MAX {
        return None;
    }
    let ip = ip_of(bytes)?;
    if ip.declared <= ip.segment.len() {
        return line_of(bytes, depth + 1).map(|line| (line, None));
    }
    let mut segment = ip.segment.to_vec();
    complete(&mut segment, ip.protonum, ip.declared);
    let same = |made: &[u8]| made.starts_with(bytes);
    line_with_words(&ip, &segment, "", depth + 1, &same).map(|line| (line, Some(bytes.len())))
}
