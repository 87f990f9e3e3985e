//! The fields of IP and layer 4 headers, as tables.

use super::bytes::Key;
use crate::engine::addr::{Addr, L3};
use crate::engine::extract::L4Header;
use crate::engine::tuple::ipproto;
use crate::view::inspector::tcp_flags;
use crate::view::names;
use crate::words::{Plain, lens as w, tell};

/// A field of a header.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HeaderField {
    /// Whose field: `IPv4`, `TCP`.
    pub header: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its value in words; what is missing of it, if it is cut off.
    pub value: String,
    /// Offset of its first byte, from the IP header.
    pub offset: u32,
    /// Its bytes; two fields may share one.
    pub len: u32,
    /// The part of the tuple that it goes into.
    pub key: Option<Key>,
    /// Not all of it is there.
    pub cut: bool,
}

/// How the bytes of a field are read.
#[derive(Clone, Copy)]
enum How {
    Number,
    Hex,
    /// The upper four bits.
    High,
    /// The lower four bits, in units of four bytes.
    Words,
    /// The upper four bits, in units of four bytes.
    HighWords,
    Addr(L3),
    Proto,
    /// DF and MF.
    IpFlags,
    /// In units of eight bytes, without the flags.
    Fragment,
    TcpFlags,
    Icmp,
    Icmpv6,
    /// Nothing but bytes.
    Bytes,
}

type Row = (Plain, u8, u8, How, Option<Key>);

use How::{
    Addr as Ip, Bytes, Fragment, Hex, High, HighWords, Icmp, Icmpv6, IpFlags, Number, Proto,
    TcpFlags, Words,
};

/// RFC 791.
const IPV4: [Row; 12] = [
    (w::VERSION, 0, 1, High, None),
    (w::HEADER_LENGTH, 0, 1, Words, None),
    (w::DSCP_ECN, 1, 1, Hex, None),
    (w::TOTAL_LENGTH, 2, 2, Number, None),
    (w::IDENTIFICATION, 4, 2, Number, None),
    (w::FLAGS, 6, 1, IpFlags, None),
    (w::FRAGMENT_OFFSET, 6, 2, Fragment, None),
    (w::TIME_TO_LIVE, 8, 1, Number, None),
    (w::PROTOCOL_2, 9, 1, Proto, Some(Key::L4)),
    (w::HEADER_CHECKSUM, 10, 2, Hex, None),
    (w::SRC_ADDRESS, 12, 4, Ip(L3::Ipv4), Some(Key::SrcAddr)),
    (w::DST_ADDRESS, 16, 4, Ip(L3::Ipv4), Some(Key::DstAddr)),
];

/// RFC 8200.
const IPV6: [Row; 8] = [
    (w::VERSION, 0, 1, High, None),
    (w::TRAFFIC_CLASS, 0, 2, Hex, None),
    (w::FLOW_LABEL, 1, 3, Hex, None),
    (w::PAYLOAD_LENGTH, 4, 2, Number, None),
    (w::NEXT_HEADER, 6, 1, Proto, None),
    (w::HOP_LIMIT, 7, 1, Number, None),
    (w::SRC_ADDRESS, 8, 16, Ip(L3::Ipv6), Some(Key::SrcAddr)),
    (w::DST_ADDRESS, 24, 16, Ip(L3::Ipv6), Some(Key::DstAddr)),
];

const SPORT: Row = (w::SRC_PORT, 0, 2, Number, Some(Key::SrcPart));
const DPORT: Row = (w::DST_PORT, 2, 2, Number, Some(Key::DstPart));

/// RFC 9293.
const TCP: [Row; 9] = [
    SPORT,
    DPORT,
    (w::SEQUENCE_NUMBER, 4, 4, Number, None),
    (w::ACKNOWLEDGMENT, 8, 4, Number, None),
    (w::DATA_OFFSET, 12, 1, HighWords, None),
    (w::FLAGS, 13, 1, TcpFlags, None),
    (w::WINDOW, 14, 2, Number, None),
    (w::CHECKSUM, 16, 2, Hex, None),
    (w::URGENT_POINTER, 18, 2, Number, None),
];

/// RFC 768.
const UDP: [Row; 4] = [
    SPORT,
    DPORT,
    (w::LENGTH, 4, 2, Number, None),
    (w::CHECKSUM, 6, 2, Hex, None),
];

/// RFC 3828.
const UDPLITE: [Row; 4] = [
    SPORT,
    DPORT,
    (w::CHECKSUM_COVERAGE, 4, 2, Number, None),
    (w::CHECKSUM, 6, 2, Hex, None),
];

/// RFC 9260.
const SCTP: [Row; 5] = [
    SPORT,
    DPORT,
    (w::VERIFICATION_TAG, 4, 4, Hex, None),
    (w::CHECKSUM, 8, 4, Hex, None),
    (w::TYPE_OF_THE_FIRST, 12, 1, Number, None),
];

/// RFC 4340.
const DCCP: [Row; 5] = [
    SPORT,
    DPORT,
    (w::DATA_OFFSET, 4, 1, Number, None),
    (w::CHECKSUM, 6, 2, Hex, None),
    (w::TYPE_AND_X, 8, 1, Hex, None),
];

/// RFC 792; the two bytes of the identifier are read whatever the type.
const ICMP: [Row; 5] = [
    (w::TYPE, 0, 1, Icmp, Some(Key::DstPart)),
    (w::CODE, 1, 1, Number, Some(Key::DstPart)),
    (w::CHECKSUM, 2, 2, Hex, None),
    (w::IDENTIFIER, 4, 2, Number, Some(Key::SrcPart)),
    (w::SEQUENCE_NUMBER, 6, 2, Number, None),
];

/// RFC 4443.
const ICMPV6: [Row; 5] = [
    (w::TYPE, 0, 1, Icmpv6, Some(Key::DstPart)),
    (w::CODE, 1, 1, Number, Some(Key::DstPart)),
    (w::CHECKSUM, 2, 2, Hex, None),
    (w::IDENTIFIER, 4, 2, Number, Some(Key::SrcPart)),
    (w::SEQUENCE_NUMBER, 6, 2, Number, None),
];

/// RFC 2637: the enhanced header of PPTP.
const GRE: [Row; 4] = [
    (w::FLAGS_AND_VERSION, 0, 2, Hex, None),
    (w::PROTOCOL_TYPE, 2, 2, Hex, None),
    (w::PAYLOAD_LENGTH, 4, 2, Number, None),
    (w::CALL_ID, 6, 2, Number, Some(Key::DstPart)),
];

/// The fields of a packet's headers, in their order.
pub fn fields(bytes: &[u8], l4: Option<L4Header>) -> Vec<HeaderField> {
    let mut fields = Vec::new();
    let version = bytes.first().map_or(0, |first| first >> 4);
    let (name, rows, fixed): (_, &[Row], usize) = match version {
        4 => ("IPv4", &IPV4, 20),
        6 => ("IPv6", &IPV6, 40),
        _ => (w::NO_IP.text(), &IPV4[..1], 1),
    };
    add(&mut fields, name, rows, bytes, 0);
    let Some(l4) = l4 else {
        return fields;
    };
    if l4.l3 == L3::Ipv4 && l4.offset > fixed {
        let len = (l4.offset - fixed) as u8;
        add(
            &mut fields,
            name,
            &[(w::OPTIONS, 0, len, Bytes, None)],
            bytes,
            fixed,
        );
    }
    if l4.l3 == L3::Ipv6 {
        extension_headers(&mut fields, bytes, &l4);
    }
    let segment = bytes.get(..l4.end).unwrap_or(bytes);
    let (name, rows): (_, &[Row]) = match l4.protonum {
        ipproto::TCP => ("TCP", &TCP),
        ipproto::UDP => ("UDP", &UDP),
        ipproto::UDPLITE => ("UDP-Lite", &UDPLITE),
        ipproto::SCTP => ("SCTP", &SCTP),
        ipproto::DCCP => ("DCCP", &DCCP),
        // Only the version of PPTP has a call ID.
        ipproto::GRE if segment.get(l4.offset + 1).is_some_and(|it| it & 7 == 1) => ("GRE", &GRE),
        ipproto::GRE => ("GRE", &GRE[..2]),
        ipproto::ICMP => ("ICMP", &ICMP),
        ipproto::ICMPV6 => ("ICMPv6", &ICMPV6),
        _ => return fields,
    };
    add(&mut fields, name, rows, segment, l4.offset);
    if l4.protonum == ipproto::TCP
        && let Some(words) = segment.get(l4.offset + 12)
    {
        let end = l4.offset + usize::from(words >> 4) * 4;
        if end > l4.offset + 20 {
            let len = (end - l4.offset - 20) as u8;
            let options = [(w::OPTIONS, 0, len, Bytes, None)];
            add(&mut fields, name, &options, segment, l4.offset + 20);
        }
    }
    fields
}

/// Headers between the fixed IPv6 header and layer 4; the last one names the protocol.
fn extension_headers(fields: &mut Vec<HeaderField>, bytes: &[u8], l4: &L4Header) {
    let (mut kind, mut at) = (bytes.get(6).copied().unwrap_or(59), 40);
    let mut named = fields
        .iter()
        .position(|field| field.name == w::NEXT_HEADER.text());
    while at < l4.offset {
        let (Some(&next), Some(&length)) = (bytes.get(at), bytes.get(at + 1)) else {
            break;
        };
        let (name, len) = match kind {
            0 => (w::HOP_BY_HOP_OPTIONS.text(), (usize::from(length) + 1) * 8),
            43 => (w::ROUTING_HEADER.text(), (usize::from(length) + 1) * 8),
            44 => (w::FRAGMENT_HEADER.text(), 8),
            51 => (
                w::AUTHENTICATION_HEADER.text(),
                (usize::from(length) + 2) * 4,
            ),
            _ => (w::DESTINATION_OPTIONS.text(), (usize::from(length) + 1) * 8),
        };
        named = Some(fields.len());
        add(
            fields,
            name,
            &[(w::NEXT_HEADER, 0, 1, Proto, None)],
            bytes,
            at,
        );
        let rest = (len - 1).min(255) as u8;
        add(
            fields,
            name,
            &[(w::THE_REST_OF_IT, 0, rest, Bytes, None)],
            bytes,
            at + 1,
        );
        (kind, at) = (next, at + len);
    }
    if let Some(field) = named.and_then(|at| fields.get_mut(at)) {
        field.key = Some(Key::L4);
    }
}

fn add(
    fields: &mut Vec<HeaderField>,
    header: &'static str,
    rows: &[Row],
    bytes: &[u8],
    base: usize,
) {
    for &(name, offset, len, how, key) in rows {
        let from = base + usize::from(offset);
        let all = bytes.get(from..from + usize::from(len));
        let there = bytes.len().saturating_sub(from);
        fields.push(HeaderField {
            header,
            name: name.text(),
            value: all.map_or_else(
                || tell!(w::CUT_OFF_THERE_OF, there, len),
                |bytes| value(how, bytes),
            ),
            offset: from as u32,
            len: len.into(),
            key,
            cut: all.is_none(),
        });
    }
}

fn value(how: How, bytes: &[u8]) -> String {
    let number = bytes
        .iter()
        .take(8)
        .fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    let first = bytes.first().copied().unwrap_or(0);
    let known = |name: Option<&str>| match name {
        Some(name) => format!("{number} {name}"),
        None => number.to_string(),
    };
    match how {
        Number => names::grouped(number),
        Hex => format!("0x{number:0width$x}", width = 2 * bytes.len()),
        High => (first >> 4).to_string(),
        Words => tell!(w::FIRST_BYTES, first = (first & 0xf) * 4),
        HighWords => tell!(w::FIRST_BYTES, first = (first >> 4) * 4),
        Ip(l3) => {
            let mut addr = Addr::default();
            addr.0[..bytes.len()].copy_from_slice(bytes);
            addr.show(l3).to_string()
        }
        Proto => known(Some(&names::proto(first))),
        IpFlags => match (first & 0x40, first & 0x20) {
            (0, 0) => w::NONE.text(),
            (0, _) => w::MF_MORE_FRAGMENTS.text(),
            (_, 0) => w::DF_DO_NOT_FRAGMENT.text(),
            _ => "DF MF",
        }
        .to_owned(),
        Fragment => tell!(w::NUMBER_BYTES, number = (number & 0x1fff) * 8),
        TcpFlags => tcp_flags(first),
        Icmp => known(names::icmp_type(first)),
        Icmpv6 => known(names::icmpv6_type(first)),
        Bytes => tell!(w::N_BYTES, n = bytes.len() as u64),
    }
}
