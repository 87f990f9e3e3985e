//! Short names and numbers as text, the same ones everywhere on the page.

use crate::engine::addr::L3;
use crate::engine::conn::{EventMask, Owner, Place, Status, Timeout};
use crate::engine::extract::{L4Header, get_l4proto};
use crate::engine::hooks::Station;
use crate::engine::proto::Reason;
use crate::engine::proto::sctp::{DATA, SctpChunk};
use crate::engine::proto::tcp::{Bound, PacketKind};
use crate::engine::skb::Path;
use crate::engine::step::Phase;
use crate::engine::time::{Hz, Jiffies, Ticks};
use crate::engine::tuple::{Dir, Tuple, TupleField, ipproto};
use crate::engine::{Command, Listen, Span};

/// The blank between groups of digits: narrow, and no place to break a line.
pub const GROUP: char = '\u{202f}';

/// Digits in groups of three: `4 294 937 296`.
pub fn grouped(n: u64) -> String {
    groups(&n.to_string(), 3)
}

/// 32 bits in hexadecimal, in groups of four: `7680 361f`.
pub fn hex32(n: u32) -> String {
    groups(&format!("{n:08x}"), 4)
}

fn groups(digits: &str, size: usize) -> String {
    let mut out = String::with_capacity(digits.len() * 2);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(size) {
            out.push(GROUP);
        }
        out.push(digit);
    }
    out
}

/// An instant as the counter shows it.
pub fn jiffies(at: Jiffies) -> String {
    grouped(u64::from(at.0))
}

/// A length of time: `4 ms`, `117.6 s`, `2 h 5 min`, `5 d`; cut off, never rounded up.
pub fn ticks(length: Ticks, hz: Hz) -> String {
    duration(hz.millis(length))
}

/// A length of time in milliseconds as text, see [`ticks`].
pub fn duration(millis: u64) -> String {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    let (secs, tenths) = (millis / 1000, millis % 1000 / 100);
    match secs {
        0 if millis == 0 => "0 s".to_owned(),
        0 => format!("{millis} ms"),
        _ if secs < 10 * MINUTE && tenths > 0 => format!("{secs}.{tenths} s"),
        _ if secs < 10 * MINUTE => format!("{secs} s"),
        _ if secs < 2 * HOUR => parts(secs, MINUTE, "min", 1, "s"),
        _ if secs < 2 * DAY => parts(secs, HOUR, "h", MINUTE, "min"),
        _ => parts(secs, DAY, "d", HOUR, "h"),
    }
}

fn parts(secs: u64, unit: u64, name: &str, small: u64, small_name: &str) -> String {
    let (whole, rest) = (secs / unit, secs % unit / small);
    if rest == 0 {
        format!("{whole} {name}")
    } else {
        format!("{whole} {name} {rest} {small_name}")
    }
}

/// `first`, `second`, …, `tenth`, `11th`, `22nd`.
pub fn ordinal(n: u32) -> String {
    const WORDS: [&str; 11] = [
        "zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth",
        "ninth", "tenth",
    ];
    if let Some(word) = WORDS.get(n as usize) {
        return (*word).to_owned();
    }
    let ending = match (n % 100, n % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{n}{ending}")
}

/// A number and its noun: `no nodes`, `1 node`, `4 nodes`.
pub fn counted(n: u64, one: &str, many: &str) -> String {
    match n {
        0 => format!("no {many}"),
        1 => format!("1 {one}"),
        _ => format!("{} {many}", grouped(n)),
    }
}

/// Packets and bytes: `1 packet, 40 bytes`.
pub fn traffic(packets: u64, bytes: u64) -> String {
    format!(
        "{}, {}",
        counted(packets, "packet", "packets"),
        counted(bytes, "byte", "bytes")
    )
}

/// The same sentence part with its first letter as a capital.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

/// `original` or `reply`.
pub const fn dir(dir: Dir) -> &'static str {
    match dir {
        Dir::Original => "original",
        Dir::Reply => "reply",
    }
}

/// A tuple in one line: `10.0.0.1:4000 → 10.0.0.2:80`, `10.0.0.1 → 10.0.0.2 type 8 code 0 id 42`.
pub fn tuple(tuple: &Tuple) -> String {
    let l3 = tuple.src.l3num;
    let (src, dst) = (tuple.src.u3.show(l3), tuple.dst.u3.show(l3));
    if tuple.has_ports() {
        let (sport, dport) = (tuple.src.u, tuple.dst.u);
        match l3 {
            L3::Ipv4 => format!("{src}:{sport} → {dst}:{dport}"),
            L3::Ipv6 => format!("[{src}]:{sport} → [{dst}]:{dport}"),
        }
    } else if tuple.is_icmp() {
        let (kind, code, id) = (tuple.icmp_type(), tuple.icmp_code(), tuple.src.u);
        format!("{src} → {dst} type {kind} code {code} id {id}")
    } else if tuple.has_gre_keys() {
        format!("{src} → {dst} keys {} {}", tuple.src.u, tuple.dst.u)
    } else {
        format!("{src} → {dst}")
    }
}

/// The name of a layer 4 protocol in a sentence: `TCP`, `protocol 50`.
pub fn proto(protonum: u8) -> String {
    match protonum {
        ipproto::TCP => "TCP".to_owned(),
        ipproto::UDP => "UDP".to_owned(),
        ipproto::ICMP => "ICMP".to_owned(),
        ipproto::ICMPV6 => "ICMPv6".to_owned(),
        ipproto::UDPLITE => "UDP-Lite".to_owned(),
        ipproto::SCTP => "SCTP".to_owned(),
        ipproto::DCCP => "DCCP".to_owned(),
        ipproto::GRE => "GRE".to_owned(),
        other => format!("protocol {other}"),
    }
}

/// A field of a tuple: `src address`, `dst port`; ICMP and other protocols have other words.
pub fn field(field: TupleField, tuple: &Tuple) -> &'static str {
    match field {
        TupleField::SrcAddr => "src address",
        TupleField::SrcPart if tuple.is_icmp() => "id",
        TupleField::SrcPart if tuple.has_gre_keys() => "src key",
        TupleField::SrcPart => "src port",
        TupleField::L3 => "layer 3 protocol",
        TupleField::DstAddr => "dst address",
        TupleField::DstPart if tuple.is_icmp() => "type and code",
        TupleField::DstPart if tuple.has_gre_keys() => "dst key",
        TupleField::DstPart => "dst port",
        TupleField::L4 => "protocol",
    }
}

/// The value of a field of a tuple.
pub fn field_value(field: TupleField, tuple: &Tuple) -> String {
    let l3 = tuple.src.l3num;
    match field {
        TupleField::SrcAddr => tuple.src.u3.show(l3).to_string(),
        TupleField::SrcPart => tuple.src.u.to_string(),
        TupleField::L3 => (l3 as u16).to_string(),
        TupleField::DstAddr => tuple.dst.u3.show(l3).to_string(),
        TupleField::DstPart if tuple.is_icmp() => {
            format!("{} {}", tuple.icmp_type(), tuple.icmp_code())
        }
        TupleField::DstPart => tuple.dst.u.to_string(),
        TupleField::L4 => proto(tuple.dst.protonum),
    }
}

/// How a node differs from what is looked for: `≠ dst port 47617`.
pub fn differs(by: TupleField, node: Option<&Tuple>) -> String {
    match node {
        Some(node) => format!("≠ {} {}", field(by, node), field_value(by, node)),
        None => format!("≠ {}", field(by, &Tuple::default())),
    }
}

/// The stations of a way, as the reader would say them.
pub const fn path(path: Path) -> &'static str {
    match path {
        Path::Forward => "forwarded: PREROUTING, FORWARD, POSTROUTING",
        Path::Input => "for this machine: PREROUTING, INPUT, a socket",
        Path::Output => "from this machine: OUTPUT, POSTROUTING",
    }
}

/// Where a packet stands, in words.
pub const fn station(station: Station) -> &'static str {
    match station {
        Station::Queue => "the queue behind the last hook",
        other => other.name(),
    }
}

/// Where a connection stands in its life, as in `data-place`.
pub const fn place(place: Place) -> &'static str {
    match place {
        Place::Unconfirmed => "unconfirmed",
        Place::Table => "in the table",
        Place::Dying => "dying",
        Place::Nowhere => "in no list",
    }
}

/// An owner as the subject of a sentence; `skb` is the packet at hand, if it is known.
pub fn owner(owner: Owner, skb: Option<&str>) -> String {
    match owner {
        Owner::Lookup => "the lookup",
        Owner::Skb => return skb.map_or_else(|| "a packet".to_owned(), str::to_owned),
        Owner::Table => "the table",
        Owner::Child => "a child connection",
        Owner::Gc => "nf_ct_gc_expired",
        Owner::EarlyDrop => "early_drop",
        Owner::Flush => "the flush",
        Owner::Netlink => "the netlink request",
        Owner::EventRetry => "the event worker",
    }
    .to_owned()
}

/// Status bits by name: `SEEN_REPLY CONFIRMED`; `none` if there are none.
pub fn status(status: Status) -> String {
    let names: Vec<_> = status.iter_names().map(|(name, _)| name).collect();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(" ")
    }
}

/// Event bits by name: `NEW+PROTOINFO`; `none` if there are none.
pub fn events(bits: EventMask) -> String {
    let names: Vec<_> = bits.iter_names().map(|(name, _)| name).collect();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join("+")
    }
}

/// A timeout with its meaning: `120 s, relative`, `117.6 s left`, `expired`.
pub fn timeout(timeout: Timeout, now: Jiffies, hz: Hz) -> String {
    match timeout {
        Timeout::Relative(length) => format!("{}, relative", ticks(length, hz)),
        Timeout::Absolute(at) if at.is_after(now) => {
            format!("{} left", ticks(at.left(now), hz))
        }
        Timeout::Absolute(_) => "expired".to_owned(),
    }
}

/// A TCP packet's kind as people write it.
pub const fn kind(kind: PacketKind) -> &'static str {
    match kind {
        PacketKind::Syn => "SYN",
        PacketKind::SynAck => "SYN-ACK",
        PacketKind::Fin => "FIN",
        PacketKind::Ack => "ACK",
        PacketKind::Rst => "RST",
        PacketKind::None => "packet without flags",
    }
}

/// A phase, as the middle crumb.
pub const fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Arrive => "arrive",
        Phase::Tuple => "build the tuple",
        Phase::Hash => "hash",
        Phase::Walk => "walk the bucket",
        Phase::Create => "create",
        Phase::Attach => "attach",
        Phase::Tracker => "layer 4 tracker",
        Phase::Rules => "rules",
        Phase::Nat => "NAT",
        Phase::Confirm => "confirm",
        Phase::Insert => "insert",
        Phase::Events => "events",
        Phase::Leave => "leave",
        Phase::Delete => "delete",
        Phase::Destroy => "destroy",
        Phase::Clock => "clock",
        Phase::Gc => "gc",
        Phase::EarlyDrop => "early drop",
        Phase::Flood => "flood",
        Phase::Resize => "resize",
        Phase::Settings => "settings",
    }
}

/// A chunk of SCTP, by its type: `INIT`, `DATA`, `of type 3`.
pub fn sctp_chunk(kind: u8) -> String {
    match SctpChunk::of(kind) {
        Some(chunk) => chunk.name().to_owned(),
        None if kind == DATA => "DATA".to_owned(),
        None => format!("of type {kind}"),
    }
}

/// Why a packet was refused, as the end of a sentence.
pub const fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::BadIpHeader => "its IP header is cut off or contradicts itself",
        Reason::Fragment => "it is a later fragment and has no layer 4 header",
        Reason::BadHeader => "its layer 4 header is cut off or contradicts itself",
        Reason::BadChecksum => "its checksum is wrong",
        Reason::BadFlags => "nobody sends this combination of TCP flags",
        Reason::InvalidState => "the state table has no transition for it",
        Reason::BadChunks => "its chunks may not stand so, or may not open an association",
        Reason::BadTag => "its verification tag is not this association's",
        Reason::NotARouter => "it does not come from a router of this link",
        Reason::NotLoose => "it opens in the middle, and nf_conntrack_tcp_loose is 0",
        Reason::BadIcmpType => "its ICMP type is unknown",
        Reason::NotARequest => "a flow cannot begin with this ICMP type",
        Reason::InnerUnreadable => "the packet that it quotes cannot be read or answered",
        Reason::InnerUnknown => "no connection knows the packet that it quotes",
        Reason::InnerElsewhere => "it goes elsewhere than the connection that it quotes",
        Reason::NoTuple => "no tuple can be read out of it",
        Reason::NotInvertible => "its tuple has no inverse, so there can be no reply",
        Reason::StaleReset => "only a stranger would send this reset",
        Reason::OutOfWindow(bound) => self::bound(bound),
    }
}

/// Why a TCP segment is outside the window, as the end of a sentence.
pub const fn bound(bound: Bound) -> &'static str {
    match bound {
        Bound::DataAbove => "it begins beyond what the other side has room for",
        Bound::DataBelow => "it ends before what the other side may still want",
        Bound::AckAbove => "it acknowledges what was never sent",
        Bound::AckBelow => "its acknowledgement is too old",
    }
}

/// A packet in two or three words: `SYN`, `SYN-ACK`, `data 100 bytes`, `UDP 12 bytes`,
/// `echo request`.
pub fn packet(bytes: &[u8]) -> String {
    match get_l4proto(bytes) {
        Ok(l4) => layer4(bytes, &l4),
        Err(Reason::Fragment) => "fragment".to_owned(),
        // Its bytes went on without it.
        Err(_) if bytes.is_empty() => "packet".to_owned(),
        Err(_) => "broken packet".to_owned(),
    }
}

fn layer4(bytes: &[u8], l4: &L4Header) -> String {
    let segment = bytes.get(l4.offset..l4.end).unwrap_or_default();
    match (l4.l3, l4.protonum) {
        (_, ipproto::TCP) => tcp(segment),
        (_, ipproto::UDP) => match segment.len().checked_sub(8) {
            Some(payload) => format!("UDP {}", counted(payload as u64, "byte", "bytes")),
            None => "broken UDP".to_owned(),
        },
        (_, ipproto::SCTP) => match segment.get(12) {
            Some(&kind) => format!("SCTP {}", sctp_chunk(kind)),
            None => "broken SCTP".to_owned(),
        },
        (L3::Ipv4, ipproto::ICMP) => icmp("ICMP", segment, icmp_type),
        (L3::Ipv6, ipproto::ICMPV6) => icmp("ICMPv6", segment, icmpv6_type),
        (_, other) => proto(other),
    }
}

fn tcp(segment: &[u8]) -> String {
    let (Some(&flags), Some(&offset)) = (segment.get(13), segment.get(12)) else {
        return "broken TCP".to_owned();
    };
    let payload = segment.len().saturating_sub(usize::from(offset >> 4) * 4);
    let has = |bit: u8| flags & bit != 0;
    let (fin, syn, rst, ack) = (has(0x01), has(0x02), has(0x04), has(0x10));
    let name = match (rst, syn, fin, ack) {
        (true, false, false, _) => "RST",
        (false, true, false, true) => "SYN-ACK",
        (false, true, false, false) => "SYN",
        (false, false, true, true) => "FIN",
        (false, false, false, true) if payload > 0 => {
            return format!("data {}", counted(payload as u64, "byte", "bytes"));
        }
        (false, false, false, true) => "ACK",
        (false, false, false, false) => "TCP without flags",
        _ => "TCP with odd flags",
    };
    name.to_owned()
}

fn icmp(name: &str, segment: &[u8], known: fn(u8) -> Option<&'static str>) -> String {
    match segment.first() {
        Some(&kind) => known(kind).map_or_else(|| format!("{name} type {kind}"), str::to_owned),
        None => format!("broken {name}"),
    }
}

/// The name of an ICMP type (IANA).
pub const fn icmp_type(kind: u8) -> Option<&'static str> {
    Some(match kind {
        0 => "echo reply",
        3 => "destination unreachable",
        4 => "source quench",
        5 => "redirect",
        8 => "echo request",
        11 => "time exceeded",
        12 => "parameter problem",
        13 => "timestamp request",
        14 => "timestamp reply",
        15 => "information request",
        16 => "information reply",
        17 => "address mask request",
        18 => "address mask reply",
        _ => return None,
    })
}

/// The name of an ICMPv6 type (IANA).
pub const fn icmpv6_type(kind: u8) -> Option<&'static str> {
    Some(match kind {
        1 => "destination unreachable",
        2 => "packet too big",
        3 => "time exceeded",
        4 => "parameter problem",
        128 => "echo request",
        129 => "echo reply",
        133 => "router solicitation",
        134 => "router advertisement",
        135 => "neighbour solicitation",
        136 => "neighbour advertisement",
        139 => "node information query",
        140 => "node information response",
        _ => return None,
    })
}

/// A command in two or three words, for the packet lane and the crumbs.
pub fn command(command: &Command, hz: Hz) -> String {
    let length = |length: Ticks| ticks(length, hz);
    match command {
        Command::Inject(inject) => packet(&inject.bytes),
        Command::Flood(flood) => format!("flood of {}", grouped(flood.count.into())),
        Command::Hold(Some(at)) => format!("hold {}", at.name()),
        Command::Hold(None) => "hold off".to_owned(),
        Command::Release(skb) => format!("release {skb}"),
        Command::Drop(skb) => format!("drop {skb}"),
        Command::Advance(Span::Jiffies(by)) => format!("+{}", length(*by)),
        Command::Advance(Span::Millis(by)) => format!("+{}", duration((*by).into())),
        Command::Advance(Span::NextDeadline) => "next deadline".to_owned(),
        Command::Gc => "gc".to_owned(),
        Command::GcSweep => "gc sweep".to_owned(),
        Command::GcAuto(true) => "gc auto".to_owned(),
        Command::GcAuto(false) => "gc manual".to_owned(),
        Command::Delete(number) => format!("-D c{number}"),
        Command::DeleteMatching(_) => "conntrack -D".to_owned(),
        Command::Update(..) => "conntrack -U".to_owned(),
        Command::Entry(_) => "conntrack -I".to_owned(),
        Command::Flush => "conntrack -F".to_owned(),
        Command::Resize(buckets) => format!("resize {buckets}"),
        Command::SetSysctl(..) => "sysctl".to_owned(),
        Command::Listen(Listen::On) => "events on".to_owned(),
        Command::Listen(Listen::Off) => "events off".to_owned(),
        Command::Listen(Listen::Slow) => "events slow".to_owned(),
        Command::Netns(name) => format!("netns {}", name.as_str()),
        Command::Cpu(cpu) => format!("cpu {cpu}"),
        Command::Iface(iface) => format!("iface {}", iface.name),
        Command::AddRule(_) => "add rule".to_owned(),
        Command::FlushRules => "flush rules".to_owned(),
    }
}
