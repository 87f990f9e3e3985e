//! What this machine sends of its own: answers to packets for it, and words to their senders
//! about packets that it cannot, or may not, pass on.

use super::addr::{Addr, L3};
use super::checksum::{internet_checksum, l4_checksum};
use super::defrag::{previous_next_header, set_ipv4_checksum};
use super::extract::{L4Header, be16, be32, destination, get_l4proto, source};
use super::proto::icmp::{ICMP_ERRORS, ICMP_TYPE_MAX, ICMPV6_FIRST_INFORMATIONAL};
use super::state::Netns;
use super::tuple::ipproto;

/// A packet that this machine makes because of another one.
/// Differs: there is no limit on their rate, and no redirect; the flow label of an IPv6 answer is
/// 0, and so is the identification of an IPv4 one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// To an ICMP echo request.
    EchoReply,
    /// To an ICMP timestamp request.
    /// Differs: it tells the milliseconds since the machine's start, not since midnight.
    TimestampReply,
    /// A TCP reset: nobody listens there, or a rule says so.
    Reset,
    /// ICMP: the hop limit is used up.
    TimeExceeded,
    /// ICMP: nobody listens on this port, or a rule says so.
    PortUnreachable,
    /// ICMP: nobody here speaks this protocol.
    ProtocolUnreachable,
    /// ICMP: no interface leads there.
    NoRoute,
    /// ICMP: the next device takes packets of at most this many bytes.
    TooBig(u16),
}

impl Answer {
    /// It goes with the connection of the packet that caused it, without a lookup.
    /// Kernel: `nf_ct_attach`, net/netfilter/core.c, v5.10.19.
    pub(super) const fn inherits(self) -> bool {
        !matches!(self, Answer::EchoReply | Answer::TimestampReply)
    }

    /// ICMP type, code and the four bytes behind the checksum, for an error message.
    fn error(self, l3: L3, about: &[u8]) -> Option<(u8, u8, u32)> {
        let next_header = || {
            let at = get_l4proto(about).map_or(40, |l4| l4.offset);
            previous_next_header(about, at) as u32
        };
        Some(match (self, l3) {
            (Answer::TimeExceeded, L3::Ipv4) => (11, 0, 0),
            (Answer::TimeExceeded, L3::Ipv6) => (3, 0, 0),
            (Answer::PortUnreachable, L3::Ipv4) => (3, 3, 0),
            (Answer::PortUnreachable, L3::Ipv6) => (1, 4, 0),
            (Answer::ProtocolUnreachable, L3::Ipv4) => (3, 2, 0),
            (Answer::ProtocolUnreachable, L3::Ipv6) => (4, 1, next_header()),
            (Answer::NoRoute, L3::Ipv4) => (3, 0, 0),
            (Answer::NoRoute, L3::Ipv6) => (1, 0, 0),
            (Answer::TooBig(mtu), L3::Ipv4) => (3, 4, mtu.into()),
            (Answer::TooBig(mtu), L3::Ipv6) => (2, 0, mtu.into()),
            (Answer::EchoReply | Answer::TimestampReply | Answer::Reset, _) => return None,
        })
    }
}

/// Bytes of the longest ICMP error: what every host must take (RFC 1812, RFC 4443).
const fn error_max(l3: L3) -> usize {
    match l3 {
        L3::Ipv4 => 576,
        L3::Ipv6 => 1280,
    }
}

/// The address of one host: no group, no broadcast, not "unspecified".
pub(super) fn is_unicast(l3: L3, addr: Addr) -> bool {
    match l3 {
        L3::Ipv4 => !matches!(addr.0[0], 0 | 224..=239) && addr.0[..4] != [255; 4],
        L3::Ipv6 => addr.0[0] != 0xff && addr != Addr::default(),
    }
}

/// The packet that answers `about`, from `src` to its sender. `None` if such a packet is never
/// answered this way. `uptime`: milliseconds since the start.
pub(super) fn build(about: &[u8], answer: Answer, net: &Netns, uptime: u64) -> Option<Vec<u8>> {
    let (l3, dst) = destination(about)?;
    let (_, sender) = source(about)?;
    if !is_unicast(l3, sender) || net.is_local(l3, sender) {
        return None;
    }
    let l4 = get_l4proto(about);
    if let Some((kind, code, rest)) = answer.error(l3, about) {
        let group_allowed = l3 == L3::Ipv6 && matches!(answer, Answer::TooBig(_));
        let silent = l4.is_ok_and(|l4| is_icmp_error(about, &l4));
        if silent || !(is_unicast(l3, dst) || group_allowed) {
            return None;
        }
        let from = if net.is_local(l3, dst) {
            dst
        } else {
            net.source_towards(l3, sender)?
        };
        let room = error_max(l3) - header_len(l3) - 8;
        let mut message = vec![kind, code, 0, 0];
        message.extend(rest.to_be_bytes());
        message.extend(about.iter().take(room));
        return Some(packet(
            l3,
            from,
            sender,
            error_tos(about),
            icmp_of(l3),
            &message,
        ));
    }
    let l4 = l4.ok()?;
    let segment = about.get(l4.offset..l4.end)?;
    let mut reply = match answer {
        Answer::Reset => reset_of(segment)?,
        Answer::EchoReply | Answer::TimestampReply => segment.to_vec(),
        _ => return None,
    };
    let tos = match answer {
        Answer::Reset => 0,
        _ => about[1],
    };
    let protonum = l4.protonum;
    match (answer, l3) {
        (Answer::EchoReply, L3::Ipv4) => *reply.first_mut()? = 0,
        (Answer::EchoReply, L3::Ipv6) => *reply.first_mut()? = 129,
        (Answer::TimestampReply, _) => {
            *reply.first_mut()? = 14;
            let now = (uptime as u32).to_be_bytes();
            reply.get_mut(12..16)?.copy_from_slice(&now);
            reply.get_mut(16..20)?.copy_from_slice(&now);
        }
        _ => {}
    }
    let tos = if l3 == L3::Ipv4 { tos } else { 0 };
    Some(packet(l3, dst, sender, tos, protonum, &reply))
}

const fn header_len(l3: L3) -> usize {
    match l3 {
        L3::Ipv4 => 20,
        L3::Ipv6 => 40,
    }
}

const fn icmp_of(l3: L3) -> u8 {
    match l3 {
        L3::Ipv4 => ipproto::ICMP,
        L3::Ipv6 => ipproto::ICMPV6,
    }
}

/// Type of service of an ICMP error: that of the packet, at the precedence of network control
/// (RFC 1812, section 4.3.2.5). IPv6 errors have none.
fn error_tos(about: &[u8]) -> u8 {
    match about {
        [first, tos, ..] if first >> 4 == 4 => tos & 0x1e | 0xc0,
        _ => 0,
    }
}

/// An error message of ICMP or ICMPv6, or one of a kind that nobody knows.
fn is_icmp_error(bytes: &[u8], l4: &L4Header) -> bool {
    let kind = bytes.get(l4.offset).copied();
    match (l4.l3, l4.protonum) {
        (L3::Ipv4, ipproto::ICMP) => {
            kind.is_none_or(|kind| kind > ICMP_TYPE_MAX || ICMP_ERRORS.contains(&kind))
        }
        (L3::Ipv6, ipproto::ICMPV6) => kind.is_none_or(|kind| kind < ICMPV6_FIRST_INFORMATIONAL),
        _ => false,
    }
}

/// The TCP header of a reset that fits a segment; `None` for a reset, and for half a header.
/// Source: RFC 9293, section 3.10.7.1.
fn reset_of(segment: &[u8]) -> Option<Vec<u8>> {
    const FIN: u8 = 1;
    const SYN: u8 = 2;
    const RST: u8 = 4;
    const ACK: u8 = 16;
    let flags = *segment.get(13)?;
    let header = usize::from(segment.get(12)? >> 4) * 4;
    if flags & RST != 0 || !(20..=segment.len()).contains(&header) {
        return None;
    }
    let (seq, ack, says) = if flags & ACK != 0 {
        (be32(segment, 8)?, 0, RST)
    } else {
        let marks = u32::from(flags & SYN != 0) + u32::from(flags & FIN != 0);
        let taken = (segment.len() - header) as u32 + marks;
        (0, be32(segment, 4)?.wrapping_add(taken), RST | ACK)
    };
    let mut reset = Vec::with_capacity(20);
    reset.extend_from_slice(&segment[2..4]);
    reset.extend_from_slice(&segment[..2]);
    reset.extend(seq.to_be_bytes());
    reset.extend(ack.to_be_bytes());
    reset.extend([5 << 4, says, 0, 0, 0, 0, 0, 0]);
    Some(reset)
}

/// A packet of this machine, with its checksums.
fn packet(l3: L3, src: Addr, dst: Addr, tos: u8, protonum: u8, segment: &[u8]) -> Vec<u8> {
    let header = header_len(l3);
    let mut packet = Vec::with_capacity(header + segment.len());
    match l3 {
        L3::Ipv4 => {
            let total = (header + segment.len()) as u16;
            packet.extend([0x45, tos]);
            packet.extend(total.to_be_bytes());
            // TCP finds the way's smallest device by itself, ICMP does not.
            let df = if protonum == ipproto::TCP { 0x40 } else { 0 };
            packet.extend([0, 0, df, 0, 64, protonum, 0, 0]);
            packet.extend_from_slice(&src.0[..4]);
            packet.extend_from_slice(&dst.0[..4]);
            set_ipv4_checksum(&mut packet);
        }
        L3::Ipv6 => {
            packet.extend([0x60, 0, 0, 0]);
            packet.extend((segment.len() as u16).to_be_bytes());
            packet.extend([protonum, 64]);
            packet.extend_from_slice(&src.0);
            packet.extend_from_slice(&dst.0);
        }
    }
    packet.extend_from_slice(segment);
    let at = header
        + match protonum {
            ipproto::TCP => 16,
            _ => 2,
        };
    let l4 = L4Header {
        l3,
        protonum,
        offset: header,
        end: packet.len(),
    };
    if let Some(field) = packet.get_mut(at..at + 2) {
        field.fill(0);
        let sum = l4_checksum(&packet, &l4);
        packet[at..at + 2].copy_from_slice(&sum.to_be_bytes());
    }
    packet
}

/// What this machine answers to a packet that is for it. No socket is open here: a service
/// answers nothing, an unused port does.
/// Kernel: `icmp_rcv`, `tcp_v4_rcv`, `udp_rcv`, `ip_protocol_deliver_rcu` and their IPv6 twins,
/// v5.10.19.
pub(super) fn local_answer(bytes: &[u8]) -> Option<Answer> {
    let l4 = get_l4proto(bytes).ok()?;
    let segment = bytes.get(l4.offset..l4.end)?;
    match (l4.l3, l4.protonum) {
        (L3::Ipv4, ipproto::ICMP) => {
            let sound = segment.len() >= 8 && l4_checksum(bytes, &l4) == 0;
            match segment.first().filter(|_| sound)? {
                8 => Some(Answer::EchoReply),
                13 if segment.len() >= 20 => Some(Answer::TimestampReply),
                _ => None,
            }
        }
        (L3::Ipv6, ipproto::ICMPV6) => {
            let sound = segment.len() >= 8 && l4_checksum(bytes, &l4) == 0;
            (sound && segment[0] == 128).then_some(Answer::EchoReply)
        }
        (_, ipproto::TCP) => (l4_checksum(bytes, &l4) == 0).then_some(Answer::Reset),
        (l3, ipproto::UDP) => {
            let sound = match be16(segment, 6)? {
                0 => l3 == L3::Ipv4,
                _ => l4_checksum(bytes, &l4) == 0,
            };
            sound.then_some(Answer::PortUnreachable)
        }
        (_, UDPLITE) => udplite_is_sound(bytes, &l4).then_some(Answer::PortUnreachable),
        // Groups are joined (IGMP) and multicast is routed (PIM) by the kernel itself.
        (L3::Ipv4, 2 | 103) => None,
        _ => Some(Answer::ProtocolUnreachable),
    }
}

const UDPLITE: u8 = 136;

/// The checksum over the bytes that the packet wants covered is right (RFC 3828).
fn udplite_is_sound(bytes: &[u8], l4: &L4Header) -> bool {
    let Some(segment) = bytes.get(l4.offset..l4.end) else {
        return false;
    };
    let (Some(coverage), Some(sum)) = (be16(segment, 4), be16(segment, 6)) else {
        return false;
    };
    let covered = match usize::from(coverage) {
        0 => segment.len(),
        some => some,
    };
    let addresses = match l4.l3 {
        L3::Ipv4 => bytes.get(12..20),
        L3::Ipv6 => bytes.get(8..40),
    };
    let length = (segment.len() as u32).to_be_bytes();
    sum != 0
        && covered >= 8
        && segment.get(..covered).is_some_and(|covered| {
            let parts = [
                addresses.unwrap_or_default(),
                &length,
                &[0, 0, 0, UDPLITE],
                covered,
            ];
            internet_checksum(&parts) == 0
        })
}

/// A rule rejects only what arrived whole: a packet with a wrong checksum is dropped silently. A
/// protocol that is not known is taken to sum up all its bytes.
/// Kernel: `nf_reject_verify_csum`, include/net/netfilter/nf_reject.h, v5.10.19.
pub(super) fn reject_is_sound(bytes: &[u8]) -> bool {
    const GRE: u8 = 47;
    const ESP: u8 = 50;
    const AH: u8 = 51;
    const SCTP: u8 = 132;
    let Ok(l4) = get_l4proto(bytes) else {
        return false;
    };
    let segment = bytes.get(l4.offset..l4.end).unwrap_or_default();
    match (l4.l3, l4.protonum) {
        (_, GRE | ESP | AH | SCTP | UDPLITE) => true,
        (_, ipproto::UDP) if be16(segment, 6) == Some(0) => true,
        (L3::Ipv6, _) | (_, ipproto::TCP | ipproto::UDP) => l4_checksum(bytes, &l4) == 0,
        (L3::Ipv4, _) => segment.is_empty() || internet_checksum(&[segment]) == 0,
    }
}
