//! From packet bytes to a tuple, and from a tuple to its inverse. [Figure 1]

use super::addr::{Addr, L3};
use super::profile::{Difference, Profile};
use super::proto::gre::{self, GreKey};
use super::proto::{Reason, icmp};
use super::tuple::{Dst, Man, Tuple, ipproto};

/// Where the layer 4 header of a packet is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct L4Header {
    /// The protocol below it.
    pub l3: L3,
    /// IP protocol number.
    pub protonum: u8,
    /// Bytes from the start of the IP header to the layer 4 header; at most `end`.
    pub offset: usize,
    /// Where the packet ends by its own header, without link padding; at most the bytes there are.
    pub end: usize,
}

/// What a tuple depends on besides its packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Reading<'a> {
    /// The kernel: only 5.10 reads the ports of DCCP.
    pub profile: Profile,
    /// Keys of PPTP tunnels in the packet's namespace.
    pub gre_keys: &'a [GreKey],
}

/// Bytes of an IPv4 header without options.
const IPV4_HEADER: usize = 20;
/// Bytes of the fixed IPv6 header.
const IPV6_HEADER: usize = 40;

/// Headers that may stand between the IPv6 header and layer 4 (IANA protocol numbers).
mod exthdr {
    pub const HOP_BY_HOP: u8 = 0;
    pub const ROUTING: u8 = 43;
    pub const FRAGMENT: u8 = 44;
    pub const AUTHENTICATION: u8 = 51;
    pub const NONE: u8 = 59;
    pub const DESTINATION: u8 = 60;
}

/// Finds the layer 4 header. A packet whose IP header contradicts itself fails here, and so does
/// a later fragment.
/// Kernel: `get_l4proto`, net/netfilter/nf_conntrack_core.c, v5.10.19.
/// Differs: version, header length and total length are looked at here, for there is no IP layer
/// before this one; the checksum of the IPv4 header is not.
pub fn get_l4proto(bytes: &[u8]) -> Result<L4Header, Reason> {
    match bytes.first().map(|first| first >> 4) {
        Some(4) => {
            let header = usize::from(bytes[0] & 0xf) * 4;
            let total = be16(bytes, 2).ok_or(Reason::BadIpHeader)?;
            let packet = bytes.get(..usize::from(total)).ok_or(Reason::BadIpHeader)?;
            if header < IPV4_HEADER || packet.len() < header {
                return Err(Reason::BadIpHeader);
            }
            ipv4_get_l4proto(packet)
        }
        Some(6) => {
            let payload = be16(bytes, 4).ok_or(Reason::BadIpHeader)?;
            let total = IPV6_HEADER + usize::from(payload);
            ipv6_get_l4proto(bytes.get(..total).ok_or(Reason::BadIpHeader)?)
        }
        _ => Err(Reason::BadIpHeader),
    }
}

/// The tuple of a packet that an ICMP error quotes, as it was sent. A quote may be cut off, so
/// the lengths in it say nothing. `None` if it is too short, or of a later fragment.
/// Kernel: `nf_ct_get_tuplepr`, net/netfilter/nf_conntrack_core.c, v5.10.19.
pub(super) fn nf_ct_get_tuplepr(quoted: &[u8], l3: L3, reading: Reading<'_>) -> Option<Tuple> {
    nf_ct_get_tuple(quoted, &quoted_l4proto(quoted, l3).ok()?, reading)
}

/// Finds the layer 4 header of a quoted packet.
pub(super) fn quoted_l4proto(quoted: &[u8], l3: L3) -> Result<L4Header, Reason> {
    match l3 {
        L3::Ipv4 => ipv4_get_l4proto(quoted),
        L3::Ipv6 => ipv6_get_l4proto(quoted),
    }
}

/// Kernel: `ipv4_get_l4proto`, net/netfilter/nf_conntrack_core.c, v5.10.19.
fn ipv4_get_l4proto(packet: &[u8]) -> Result<L4Header, Reason> {
    let header = packet.get(..IPV4_HEADER).ok_or(Reason::BadIpHeader)?;
    let fragment = u16::from_be_bytes([header[6], header[7]]);
    if fragment & 0x1fff != 0 {
        return Err(Reason::Fragment);
    }
    let l4 = L4Header {
        l3: L3::Ipv4,
        protonum: header[9],
        offset: usize::from(header[0] & 0xf) * 4,
        end: packet.len(),
    };
    if l4.offset > l4.end {
        Err(Reason::BadIpHeader)
    } else {
        Ok(l4)
    }
}

/// Walks the extension headers.
/// Kernel: `ipv6_get_l4proto`, net/netfilter/nf_conntrack_core.c, and `ipv6_skip_exthdr`,
/// net/ipv6/exthdrs_core.c, v5.10.19.
/// Differs: an extension header that reaches beyond the packet is refused here, the kernel leaves
/// it to layer 4.
fn ipv6_get_l4proto(packet: &[u8]) -> Result<L4Header, Reason> {
    let header = packet.get(..IPV6_HEADER).ok_or(Reason::BadIpHeader)?;
    let mut protonum = header[6];
    let mut offset = IPV6_HEADER;
    loop {
        // Extension headers begin with the next one's number and their own length, whose unit
        // depends on the kind.
        let field = |i: usize| packet.get(offset + i).copied().ok_or(Reason::BadIpHeader);
        let length = match protonum {
            exthdr::HOP_BY_HOP | exthdr::ROUTING | exthdr::DESTINATION => {
                (usize::from(field(1)?) + 1) * 8
            }
            exthdr::AUTHENTICATION => (usize::from(field(1)?) + 2) * 4,
            exthdr::FRAGMENT => {
                // The low three bits are no part of the offset.
                if u16::from_be_bytes([field(2)?, field(3)?]) & !7 != 0 {
                    return Err(Reason::Fragment);
                }
                8
            }
            exthdr::NONE => return Err(Reason::BadIpHeader),
            _ => break,
        };
        protonum = field(0)?;
        offset += length;
    }
    let l4 = L4Header {
        l3: L3::Ipv6,
        protonum,
        offset,
        end: packet.len(),
    };
    if l4.offset > l4.end {
        Err(Reason::BadIpHeader)
    } else {
        Ok(l4)
    }
}

/// [Figure 3, (1)] Reads the tuple of the original direction out of a packet. `None` if the part
/// of the layer 4 header that goes into it is not there.
/// Kernel: `nf_ct_get_tuple`, net/netfilter/nf_conntrack_core.c, v5.10.19.
pub fn nf_ct_get_tuple(bytes: &[u8], l4: &L4Header, reading: Reading<'_>) -> Option<Tuple> {
    let (src, dst) = match l4.l3 {
        L3::Ipv4 => (addr(bytes.get(12..16)?), addr(bytes.get(16..20)?)),
        L3::Ipv6 => (addr(bytes.get(8..24)?), addr(bytes.get(24..40)?)),
    };
    let segment = bytes.get(l4.offset..l4.end)?;
    let call_id = gre::call_id(segment).ok();
    let (src_u, dst_u) = match l4.protonum {
        ipproto::DCCP if reading.profile.since(Difference::DccpGeneric) => (0, 0),
        ipproto::TCP | ipproto::UDP | ipproto::UDPLITE | ipproto::SCTP | ipproto::DCCP => {
            (be16(segment, 0)?, be16(segment, 2)?)
        }
        ipproto::ICMP | ipproto::ICMPV6 => {
            let header = segment.get(..icmp::HEADER)?;
            (
                u16::from_be_bytes([header[4], header[5]]),
                u16::from_be_bytes([header[0], header[1]]),
            )
        }
        // Its source key is looked up below, once the rest is known.
        ipproto::GRE => (0, call_id?.unwrap_or(0)),
        _ => (0, 0),
    };
    let mut tuple = Tuple {
        src: Man {
            u3: src,
            u: src_u,
            l3num: l4.l3,
        },
        dst: Dst {
            u3: dst,
            u: dst_u,
            protonum: l4.protonum,
            dir: Default::default(),
        },
    };
    if l4.protonum == ipproto::GRE && call_id.flatten().is_some() {
        tuple.src.u = gre::gre_keymap_lookup(reading.gre_keys, &tuple);
    }
    Some(tuple)
}

/// [Figure 4, (2)] The tuple of the other direction, or `None` if there can be no answer.
/// Kernel: `nf_ct_invert_tuple`, net/netfilter/nf_conntrack_core.c, v5.10.19.
pub fn nf_ct_invert_tuple(tuple: &Tuple) -> Option<Tuple> {
    let Tuple {
        src: Man {
            u3: src,
            u: src_u,
            l3num,
        },
        dst,
    } = *tuple;
    let Dst {
        u3: dst,
        u: dst_u,
        protonum,
        dir,
    } = dst;
    let (u, inverse_u) = match protonum {
        // Both ways share the identifier and the code; only the type turns round.
        ipproto::ICMP | ipproto::ICMPV6 => {
            let kind = icmp::inverse_type(protonum, tuple.icmp_type())?;
            (src_u, u16::from_be_bytes([kind, tuple.icmp_code()]))
        }
        _ => (dst_u, src_u),
    };
    Some(Tuple {
        src: Man { u3: dst, u, l3num },
        dst: Dst {
            u3: src,
            u: inverse_u,
            protonum,
            dir: dir.other(),
        },
    })
}

/// The destination address of a packet, if its IP header is there.
pub fn destination(bytes: &[u8]) -> Option<(L3, Addr)> {
    match bytes.first()? >> 4 {
        4 => Some((L3::Ipv4, addr(bytes.get(16..20)?))),
        6 => Some((L3::Ipv6, addr(bytes.get(24..40)?))),
        _ => None,
    }
}

/// The source address of a packet, likewise.
pub fn source(bytes: &[u8]) -> Option<(L3, Addr)> {
    match bytes.first()? >> 4 {
        4 => Some((L3::Ipv4, addr(bytes.get(12..16)?))),
        6 => Some((L3::Ipv6, addr(bytes.get(8..24)?))),
        _ => None,
    }
}

/// Where the fragment header of an IPv6 packet begins, if it has one.
pub(super) fn fragment_header(packet: &[u8]) -> Option<usize> {
    let (mut number, mut offset) = (*packet.get(6)?, IPV6_HEADER);
    loop {
        let unit = match number {
            exthdr::FRAGMENT => return packet.get(offset..offset + 8).and(Some(offset)),
            exthdr::HOP_BY_HOP | exthdr::ROUTING | exthdr::DESTINATION => 8,
            exthdr::AUTHENTICATION => 4,
            _ => return None,
        };
        let length = usize::from(*packet.get(offset + 1)?);
        number = *packet.get(offset)?;
        offset += if unit == 4 {
            (length + 2) * 4
        } else {
            (length + 1) * 8
        };
    }
}

/// Where a fragment header is put in an IPv6 packet: behind the headers that every router on the
/// way looks at.
/// Kernel: `ip6_find_1stfragopt`, net/ipv6/output_core.c, v5.10.19.
pub(super) fn first_fragment_option(packet: &[u8]) -> usize {
    let mut number = packet.get(6).copied().unwrap_or(exthdr::NONE);
    let (mut offset, mut routed) = (IPV6_HEADER, false);
    loop {
        match number {
            exthdr::HOP_BY_HOP => {}
            exthdr::ROUTING => routed = true,
            exthdr::DESTINATION if !routed => {}
            _ => return offset,
        }
        let (Some(&next), Some(&length)) = (packet.get(offset), packet.get(offset + 1)) else {
            return offset;
        };
        let behind = offset + (usize::from(length) + 1) * 8;
        if behind > packet.len() {
            return offset;
        }
        (number, offset) = (next, behind);
    }
}

/// `true` if what follows a fragment header at `at` ends within the headers of layer 4, or before.
/// RFC 7112 wants all headers in the first fragment.
/// Kernel: `ipv6frag_thdr_truncated`, net/ipv6/reassembly.c, v6.18.
pub(super) fn layer4_is_cut(packet: &[u8], at: usize, end: usize) -> bool {
    let mut number = packet.get(at).copied().unwrap_or(exthdr::NONE);
    let mut offset = at + 8;
    loop {
        let length = |unit: usize, more: usize| {
            let field = packet.get(offset + 1).filter(|_| offset + 2 <= end);
            field.map(|&field| (usize::from(field) + more) * unit)
        };
        let header = match number {
            exthdr::HOP_BY_HOP | exthdr::ROUTING | exthdr::DESTINATION => length(8, 1),
            exthdr::AUTHENTICATION => length(4, 2),
            ipproto::TCP => return offset + 20 > end,
            ipproto::UDP | ipproto::ICMPV6 => return offset + 8 > end,
            exthdr::NONE => return false,
            _ => return offset + 1 > end,
        };
        let (Some(header), Some(&next)) = (header, packet.get(offset)) else {
            return true;
        };
        number = next;
        offset += header;
    }
}

/// Up to 16 address bytes, the rest zero.
pub(super) fn addr(bytes: &[u8]) -> Addr {
    let mut addr = Addr::default();
    addr.0
        .iter_mut()
        .zip(bytes)
        .for_each(|(to, from)| *to = *from);
    addr
}

/// The 16-bit number in network order at an offset.
pub(super) fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    bytes
        .get(at..)?
        .first_chunk()
        .map(|&two| u16::from_be_bytes(two))
}

/// The 32-bit number in network order at an offset.
pub(super) fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    bytes
        .get(at..)?
        .first_chunk()
        .map(|&four| u32::from_be_bytes(four))
}
