//! Short names and numbers as text, the same ones everywhere on the page.

use crate::engine::addr::L3;
use crate::engine::conn::{EventMask, Owner, Place, Status, Timeout};
use crate::engine::extract::{L4Header, get_l4proto};
use crate::engine::hooks::Station;
use crate::engine::nulls::ListId;
use crate::engine::proto::Reason;
use crate::engine::proto::sctp::{DATA, SctpChunk};
use crate::engine::proto::tcp::{Bound, PacketKind};
use crate::engine::skb::Path;
use crate::engine::step::Phase;
use crate::engine::time::{Hz, Jiffies, Ticks};
use crate::engine::tuple::{Dir, Tuple, TupleField, ipproto};
use crate::engine::{Command, Listen, Span};
use crate::words::{Plain, names as w, tell};

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
        _ if secs < 10 * MINUTE && tenths > 0 => {
            tell!(w::SECONDS_TENTHS, whole = secs, tenth = tenths)
        }
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

/// `first`, `second`, …, `tenth`, `11th`, `22nd`; in German `1.`.
pub fn ordinal(n: u32) -> String {
    const WORDS: [Plain; 11] = [
        w::ORDINAL_0,
        w::ORDINAL_1,
        w::ORDINAL_2,
        w::ORDINAL_3,
        w::ORDINAL_4,
        w::ORDINAL_5,
        w::ORDINAL_6,
        w::ORDINAL_7,
        w::ORDINAL_8,
        w::ORDINAL_9,
        w::ORDINAL_10,
    ];
    if let Some(word) = WORDS.get(n as usize) {
        return word.text().to_owned();
    }
    match (n % 100, n % 10) {
        (11..=13, _) => tell!(w::ORDINAL_TH, n),
        (_, 1) => tell!(w::ORDINAL_ST, n),
        (_, 2) => tell!(w::ORDINAL_ND, n),
        (_, 3) => tell!(w::ORDINAL_RD, n),
        _ => tell!(w::ORDINAL_TH, n),
    }
}

/// Packets and bytes: `1 packet, 40 bytes`.
pub fn traffic(packets: u64, bytes: u64) -> String {
    format!(
        "{}, {}",
        tell!(w::N_PACKETS, n = packets),
        tell!(w::N_BYTES, n = bytes)
    )
}

/// The same sentence part with its first letter as a capital.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

/// A list in a sentence, without its article: `unconfirmed list of CPU 0`.
pub fn list(list: ListId) -> String {
    match list {
        ListId::Bucket(bucket) => tell!(w::LIST_BUCKET, bucket),
        ListId::Unconfirmed { cpu, .. } => tell!(w::LIST_UNCONFIRMED, cpu),
        ListId::Dying { cpu, .. } => tell!(w::LIST_DYING, cpu),
        ListId::Undelivered { .. } => w::LIST_UNDELIVERED.text().to_owned(),
    }
}

/// `original` or `reply`, in a sentence; for data see `stage::dir_word`.
pub fn dir(dir: Dir) -> &'static str {
    match dir {
        Dir::Original => w::ORIGINAL.text(),
        Dir::Reply => w::REPLY.text(),
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
        format!(
            "{src} → {dst} keys {u} {u2}",
            u = tuple.src.u,
            u2 = tuple.dst.u
        )
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
        other => tell!(w::PROTOCOL_OTHER, other),
    }
}

/// A field of a tuple: `src address`, `dst port`; ICMP and other protocols have other words.
pub fn field(field: TupleField, tuple: &Tuple) -> &'static str {
    match field {
        TupleField::SrcAddr => w::SRC_ADDRESS.text(),
        TupleField::SrcPart if tuple.is_icmp() => "id",
        TupleField::SrcPart if tuple.has_gre_keys() => w::SRC_KEY.text(),
        TupleField::SrcPart => w::SRC_PORT.text(),
        TupleField::L3 => "layer 3 protocol",
        TupleField::DstAddr => w::DST_ADDRESS.text(),
        TupleField::DstPart if tuple.is_icmp() => w::TYPE_AND_CODE.text(),
        TupleField::DstPart if tuple.has_gre_keys() => w::DST_KEY.text(),
        TupleField::DstPart => w::DST_PORT.text(),
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
pub fn path(path: Path) -> &'static str {
    match path {
        Path::Forward => w::FORWARDED_PREROUTING.text(),
        Path::Input => w::FOR_THIS_MACHINE.text(),
        Path::Output => w::FROM_THIS_MACHINE_OUTPUT.text(),
    }
}

/// Where a packet stands, in words.
pub fn station(station: Station) -> &'static str {
    match station {
        Station::Queue => w::THE_QUEUE_BEHIND_THE.text(),
        other => other.name(),
    }
}

/// Where a connection stands in its life, as in `data-place`.
pub fn place(place: Place) -> &'static str {
    match place {
        Place::Unconfirmed => w::UNCONFIRMED.text(),
        Place::Table => w::IN_THE_TABLE.text(),
        Place::Dying => w::DYING.text(),
        Place::Nowhere => w::IN_NO_LIST.text(),
    }
}

/// An owner as the subject of a sentence; `skb` is the packet at hand, if it is known.
pub fn owner(owner: Owner, skb: Option<&str>) -> String {
    match owner {
        Owner::Lookup => w::THE_LOOKUP.text(),
        Owner::Skb => return skb.map_or_else(|| w::A_PACKET.text().to_owned(), str::to_owned),
        Owner::Table => w::THE_TABLE.text(),
        Owner::Child => w::A_CHILD_CONNECTION.text(),
        Owner::Gc => "nf_ct_gc_expired",
        Owner::EarlyDrop => "early_drop",
        Owner::Flush => w::THE_FLUSH.text(),
        Owner::Netlink => w::THE_NETLINK_REQUEST.text(),
        Owner::EventRetry => w::THE_EVENT_WORKER.text(),
    }
    .to_owned()
}

/// Status bits by name: `SEEN_REPLY CONFIRMED`; `none` if there are none.
pub fn status(status: Status) -> String {
    let names: Vec<_> = status.iter_names().map(|(name, _)| name).collect();
    if names.is_empty() {
        w::NONE.text().to_owned()
    } else {
        names.join(" ")
    }
}

/// Event bits by name: `NEW+PROTOINFO`; `none` if there are none.
pub fn events(bits: EventMask) -> String {
    let names: Vec<_> = bits.iter_names().map(|(name, _)| name).collect();
    if names.is_empty() {
        w::NONE.text().to_owned()
    } else {
        names.join("+")
    }
}

/// A timeout with its meaning: `120 s, relative`, `117.6 s left`, `expired`.
pub fn timeout(timeout: Timeout, now: Jiffies, hz: Hz) -> String {
    match timeout {
        Timeout::Relative(length) => tell!(w::TICKS_RELATIVE, ticks = ticks(length, hz)),
        Timeout::Absolute(at) if at.is_after(now) => {
            tell!(w::TICKS_LEFT, ticks = ticks(at.left(now), hz))
        }
        Timeout::Absolute(_) => w::EXPIRED.text().to_owned(),
    }
}

/// A TCP packet's kind as people write it.
pub fn kind(kind: PacketKind) -> &'static str {
    match kind {
        PacketKind::Syn => "SYN",
        PacketKind::SynAck => "SYN-ACK",
        PacketKind::Fin => "FIN",
        PacketKind::Ack => "ACK",
        PacketKind::Rst => "RST",
        PacketKind::None => w::PACKET_WITHOUT_FLAGS.text(),
    }
}

/// A phase, as the middle crumb.
pub fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Arrive => w::ARRIVE.text(),
        Phase::Tuple => w::BUILD_THE_TUPLE.text(),
        Phase::Hash => w::HASH.text(),
        Phase::Walk => w::WALK_THE_BUCKET.text(),
        Phase::Create => w::CREATE.text(),
        Phase::Attach => w::ATTACH.text(),
        Phase::Tracker => w::LAYER_4_TRACKER.text(),
        Phase::Rules => w::RULES.text(),
        Phase::Nat => "NAT",
        Phase::Confirm => w::CONFIRM.text(),
        Phase::Insert => w::INSERT.text(),
        Phase::Events => "events",
        Phase::Leave => w::LEAVE.text(),
        Phase::Delete => "delete",
        Phase::Destroy => "destroy",
        Phase::Clock => w::CLOCK.text(),
        Phase::Gc => "gc",
        Phase::EarlyDrop => w::EARLY_DROP.text(),
        Phase::Flood => "flood",
        Phase::Resize => "resize",
        Phase::Settings => w::SETTINGS.text(),
    }
}

/// A chunk of SCTP, by its type: `INIT`, `DATA`, `of type 3`.
pub fn sctp_chunk(kind: u8) -> String {
    match SctpChunk::of(kind) {
        Some(chunk) => chunk.name().to_owned(),
        None if kind == DATA => "DATA".to_owned(),
        None => tell!(w::OF_TYPE_KIND, kind),
    }
}

/// Why a packet was refused, as the end of a sentence.
pub fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::BadIpHeader => w::ITS_IP_HEADER_IS.text(),
        Reason::Fragment => w::IT_IS_A_LATER.text(),
        Reason::BadHeader => w::ITS_LAYER_4_HEADER.text(),
        Reason::BadChecksum => w::ITS_CHECKSUM_IS_WRONG.text(),
        Reason::BadFlags => w::NOBODY_SENDS_THIS.text(),
        Reason::InvalidState => w::THE_STATE_TABLE_HAS.text(),
        Reason::BadChunks => w::ITS_CHUNKS_MAY_NOT.text(),
        Reason::BadTag => w::ITS_VERIFICATION_TAG_IS.text(),
        Reason::NotARouter => w::IT_DOES_NOT_COME.text(),
        Reason::NotLoose => w::IT_OPENS_IN_THE.text(),
        Reason::BadIcmpType => w::ITS_ICMP_TYPE_IS.text(),
        Reason::NotARequest => w::A_FLOW_CANNOT_BEGIN.text(),
        Reason::InnerUnreadable => w::THE_PACKET_THAT_IT.text(),
        Reason::InnerUnknown => w::NO_CONNECTION_KNOWS_THE.text(),
        Reason::InnerElsewhere => w::IT_GOES_ELSEWHERE_THAN.text(),
        Reason::NoTuple => w::NO_TUPLE_CAN_BE.text(),
        Reason::NotInvertible => w::ITS_TUPLE_HAS_NO.text(),
        Reason::StaleReset => w::ONLY_A_STRANGER_WOULD.text(),
        Reason::OutOfWindow(bound) => self::bound(bound),
    }
}

/// Why a TCP segment is outside the window, as the end of a sentence.
pub fn bound(bound: Bound) -> &'static str {
    match bound {
        Bound::DataAbove => w::IT_BEGINS_BEYOND_WHAT.text(),
        Bound::DataBelow => w::IT_ENDS_BEFORE_WHAT.text(),
        Bound::AckAbove => w::IT_ACKNOWLEDGES_WHAT_WAS.text(),
        Bound::AckBelow => w::ITS_ACKNOWLEDGEMENT_IS_TOO.text(),
    }
}

/// A packet in two or three words: `SYN`, `SYN-ACK`, `data 100 bytes`, `UDP 12 bytes`,
/// `echo request`.
pub fn packet(bytes: &[u8]) -> String {
    match get_l4proto(bytes) {
        Ok(l4) => layer4(bytes, &l4),
        Err(Reason::Fragment) => w::FRAGMENT.text().to_owned(),
        // Its bytes went on without it.
        Err(_) if bytes.is_empty() => w::PACKET.text().to_owned(),
        Err(_) => w::BROKEN_PACKET.text().to_owned(),
    }
}

fn layer4(bytes: &[u8], l4: &L4Header) -> String {
    let segment = bytes.get(l4.offset..l4.end).unwrap_or_default();
    match (l4.l3, l4.protonum) {
        (_, ipproto::TCP) => tcp(segment),
        (_, ipproto::UDP) => match segment.len().checked_sub(8) {
            Some(payload) => tell!(w::UDP_PAYLOAD, payload = payload as u64),
            None => w::BROKEN_UDP.text().to_owned(),
        },
        (_, ipproto::SCTP) => match segment.get(12) {
            Some(&kind) => tell!(w::SCTP_SCTP_CHUNK, sctp_chunk = sctp_chunk(kind)),
            None => w::BROKEN_SCTP.text().to_owned(),
        },
        (L3::Ipv4, ipproto::ICMP) => icmp("ICMP", segment, icmp_type),
        (L3::Ipv6, ipproto::ICMPV6) => icmp("ICMPv6", segment, icmpv6_type),
        (_, other) => proto(other),
    }
}

fn tcp(segment: &[u8]) -> String {
    let (Some(&flags), Some(&offset)) = (segment.get(13), segment.get(12)) else {
        return w::BROKEN_TCP.text().to_owned();
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
            return tell!(w::DATA_PAYLOAD, payload = payload as u64);
        }
        (false, false, false, true) => "ACK",
        (false, false, false, false) => w::TCP_WITHOUT_FLAGS.text(),
        _ => w::TCP_WITH_ODD_FLAGS.text(),
    };
    name.to_owned()
}

fn icmp(name: &str, segment: &[u8], known: fn(u8) -> Option<&'static str>) -> String {
    match segment.first() {
        Some(&kind) => {
            known(kind).map_or_else(|| tell!(w::NAME_TYPE_KIND, name, kind), str::to_owned)
        }
        None => tell!(w::BROKEN_NAME, name),
    }
}

/// The name of an ICMP type (IANA).
pub fn icmp_type(kind: u8) -> Option<&'static str> {
    Some(match kind {
        0 => w::ECHO_REPLY.text(),
        3 => w::DESTINATION_UNREACHABLE.text(),
        4 => w::SOURCE_QUENCH.text(),
        5 => w::REDIRECT.text(),
        8 => w::ECHO_REQUEST.text(),
        11 => w::TIME_EXCEEDED.text(),
        12 => w::PARAMETER_PROBLEM.text(),
        13 => w::TIMESTAMP_REQUEST.text(),
        14 => w::TIMESTAMP_REPLY.text(),
        15 => w::INFORMATION_REQUEST.text(),
        16 => w::INFORMATION_REPLY.text(),
        17 => w::ADDRESS_MASK_REQUEST.text(),
        18 => w::ADDRESS_MASK_REPLY.text(),
        _ => return None,
    })
}

/// The name of an ICMPv6 type (IANA).
pub fn icmpv6_type(kind: u8) -> Option<&'static str> {
    Some(match kind {
        1 => w::DESTINATION_UNREACHABLE.text(),
        2 => w::PACKET_TOO_BIG.text(),
        3 => w::TIME_EXCEEDED.text(),
        4 => w::PARAMETER_PROBLEM.text(),
        128 => w::ECHO_REQUEST.text(),
        129 => w::ECHO_REPLY.text(),
        133 => w::ROUTER_SOLICITATION.text(),
        134 => w::ROUTER_ADVERTISEMENT.text(),
        135 => w::NEIGHBOUR_SOLICITATION.text(),
        136 => w::NEIGHBOUR_ADVERTISEMENT.text(),
        139 => w::NODE_INFORMATION_QUERY.text(),
        140 => w::NODE_INFORMATION_RESPONSE.text(),
        _ => return None,
    })
}

/// A command in two or three words, for the packet lane and the crumbs.
pub fn command(command: &Command, hz: Hz) -> String {
    let length = |length: Ticks| ticks(length, hz);
    match command {
        Command::Inject(inject) => packet(&inject.bytes),
        Command::Flood(flood) => tell!(w::FLOOD_OF_FLOOD, flood = grouped(flood.count.into())),
        Command::Hold(Some(at)) => format!("hold {at}", at = at.name()),
        Command::Hold(None) => "hold off".to_owned(),
        Command::Release(skb) => format!("release {skb}"),
        Command::Drop(skb) => format!("drop {skb}"),
        Command::Advance(Span::Jiffies(by)) => format!("+{}", length(*by)),
        Command::Advance(Span::Millis(by)) => format!("+{}", duration((*by).into())),
        Command::Advance(Span::NextDeadline) => w::NEXT_DEADLINE.text().to_owned(),
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
        Command::Netns(name) => format!("netns {name}", name = name.as_str()),
        Command::Cpu(cpu) => format!("cpu {cpu}"),
        Command::Iface(iface) => format!("iface {iface}", iface = iface.name),
        Command::AddRule(_) => w::ADD_RULE.text().to_owned(),
        Command::FlushRules => w::FLUSH_RULES.text().to_owned(),
    }
}
