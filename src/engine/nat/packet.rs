//! Rewriting a packet: addresses, ports, and the checksums over them.

use super::Manip;
use crate::engine::addr::{Addr, L3};
use crate::engine::checksum::{checksum_update, crc32c, l4_checksum};
use crate::engine::conn::Status;
use crate::engine::extract::{L4Header, be16, get_l4proto, nf_ct_invert_tuple, quoted_l4proto};
use crate::engine::probe::Probe;
use crate::engine::proto::icmp;
use crate::engine::skb::{CtInfo, SkbId};
use crate::engine::slab::ConnId;
use crate::engine::state::Conntrack;
use crate::engine::step::{DropCause, Step};
use crate::engine::tuple::{Tuple, ipproto};

/// ICMP type 5: another router is nearer.
const ICMP_REDIRECT: u8 = 5;
/// ICMPv6 type 137, likewise (RFC 4861).
const NDISC_REDIRECT: u8 = 137;

/// `true` for ICMP in IPv4 and ICMPv6 in IPv6.
pub(super) fn is_icmp(bytes: &[u8]) -> bool {
    get_l4proto(bytes).is_ok_and(|l4| {
        matches!(
            (l4.l3, l4.protonum),
            (L3::Ipv4, ipproto::ICMP) | (L3::Ipv6, ipproto::ICMPV6)
        )
    })
}

impl Conntrack {
    /// Rewrites a packet of a connection that needs it at this hook. It shall look as the answer
    /// to the other direction's packets does.
    /// Kernel: `nf_nat_packet`, net/netfilter/nf_nat_core.c, v5.10.19.
    pub(super) fn nf_nat_packet<P: Probe>(
        &mut self,
        skb: SkbId,
        conn: ConnId,
        ctinfo: CtInfo,
        manip: Manip,
        probe: &mut P,
    ) -> Result<(), DropCause> {
        let Some(target) = self.target(conn, ctinfo, manip) else {
            return Ok(());
        };
        let Some(packet) = self.skb_mut(skb) else {
            return Ok(());
        };
        let l4 = get_l4proto(&packet.bytes).map_err(|_| DropCause::NatUnreadable)?;
        manip_pkt(&mut packet.bytes, &l4, &target, manip).ok_or(DropCause::NatUnreadable)?;
        probe.step(self, || Step::PacketRewritten {
            skb,
            conn,
            manip,
            quote: false,
        });
        Ok(())
    }

    /// An ICMP error belongs to a connection by the packet that it quotes: the quote is translated
    /// back as well as the error itself.
    /// Kernel: `nf_nat_icmp_reply_translation`, net/netfilter/nf_nat_proto.c, v5.10.19.
    pub(super) fn nf_nat_icmp_reply_translation<P: Probe>(
        &mut self,
        skb: SkbId,
        conn: ConnId,
        ctinfo: CtInfo,
        manip: Manip,
        probe: &mut P,
    ) -> Result<(), DropCause> {
        let status = self.conns[conn].status;
        let target = self.target(conn, ctinfo, manip);
        let dir = ctinfo.dir();
        let quoted = *self.conns[conn].tuple(dir.other());
        let Some(packet) = self.skb_mut(skb) else {
            return Ok(());
        };
        let l4 = get_l4proto(&packet.bytes).map_err(|_| DropCause::NatUnreadable)?;
        let kind = packet.bytes.get(l4.offset).copied();
        let redirect = match l4.l3 {
            L3::Ipv4 => ICMP_REDIRECT,
            L3::Ipv6 => NDISC_REDIRECT,
        };
        let done = Manip::Src.done() | Manip::Dst.done();
        // It tells the sender about a way that it cannot go, or that nobody has looked at yet.
        if kind == Some(redirect)
            && (!status.contains(done) || status.intersects(Status::SRC_NAT | Status::DST_NAT))
        {
            return Err(DropCause::NatRedirect);
        }
        let Some(target) = target else {
            return Ok(());
        };
        let bytes = &mut packet.bytes;
        let inner = bytes
            .get_mut(l4.offset + icmp::HEADER..l4.end)
            .ok_or(DropCause::NatUnreadable)?;
        let inner_l4 = quoted_l4proto(inner, l4.l3).map_err(|_| DropCause::NatUnreadable)?;
        manip_pkt(inner, &inner_l4, &quoted, manip.other()).ok_or(DropCause::NatUnreadable)?;
        write16(bytes, l4.offset + 2, 0).ok_or(DropCause::NatUnreadable)?;
        let sum = l4_checksum(bytes, &l4);
        write16(bytes, l4.offset + 2, sum).ok_or(DropCause::NatUnreadable)?;
        manip_pkt(bytes, &l4, &target, manip).ok_or(DropCause::NatUnreadable)?;
        probe.step(self, || Step::PacketRewritten {
            skb,
            conn,
            manip,
            quote: true,
        });
        Ok(())
    }

    /// The tuple that a packet of this direction shall have behind a hook, if it is changed there.
    fn target(&self, conn: ConnId, ctinfo: CtInfo, manip: Manip) -> Option<Tuple> {
        let entry = &self.conns[conn];
        let dir = ctinfo.dir();
        if !entry.status.contains(manip.bit_for(dir)) {
            return None;
        }
        nf_ct_invert_tuple(entry.tuple(dir.other()))
    }
}

/// Writes one half of a tuple into a packet; the connection's, so ports only if it has some.
/// `None` if a header is cut off.
/// Kernel: `nf_nat_manip_pkt` with `nf_nat_ipv4_manip_pkt`, `nf_nat_ipv6_manip_pkt` and
/// `l4proto_manip_pkt`, net/netfilter/nf_nat_proto.c, v5.10.19.
fn manip_pkt(bytes: &mut [u8], l4: &L4Header, target: &Tuple, manip: Manip) -> Option<()> {
    let (at, len) = match (l4.l3, manip) {
        (L3::Ipv4, Manip::Src) => (12, 4),
        (L3::Ipv4, Manip::Dst) => (16, 4),
        (L3::Ipv6, Manip::Src) => (8, 16),
        (L3::Ipv6, Manip::Dst) => (24, 16),
    };
    let new: Addr = match manip {
        Manip::Src => target.src.u3,
        Manip::Dst => target.dst.u3,
    };
    let mut old = [0; 16];
    old.get_mut(..len)?
        .copy_from_slice(bytes.get(at..at + len)?);
    let segment = bytes.get_mut(l4.offset..l4.end)?;
    l4proto_manip_pkt(segment, l4, target, manip, (&old[..len], &new.0[..len]))?;
    bytes.get_mut(at..at + len)?.copy_from_slice(&new.0[..len]);
    if l4.l3 == L3::Ipv4 {
        update_at(bytes, 10, &old[..len], &new.0[..len])?;
    }
    Some(())
}

/// Layer 4: port or identifier, and the checksum, which covers the addresses too.
fn l4proto_manip_pkt(
    segment: &mut [u8],
    l4: &L4Header,
    target: &Tuple,
    manip: Manip,
    addrs: (&[u8], &[u8]),
) -> Option<()> {
    let port_at = match manip {
        Manip::Src => 0,
        Manip::Dst => 2,
    };
    let port = match manip {
        Manip::Src => target.src.u,
        Manip::Dst => target.dst.u,
    };
    // Where the checksum is, how long a header must be for it to be there, and whether addresses
    // count.
    let (check, whole) = match l4.protonum {
        ipproto::TCP => (16, 20),
        ipproto::UDP | ipproto::UDPLITE => (6, 8),
        ipproto::SCTP => return sctp_manip_pkt(segment, target, port_at, port),
        ipproto::GRE => return gre_manip_pkt(segment, target, manip),
        // To a kernel that does not track it, it has neither ports nor a checksum.
        ipproto::DCCP if !target.has_ports() => return Some(()),
        ipproto::DCCP => (6, 12),
        ipproto::ICMP | ipproto::ICMPV6 => return icmp_manip_pkt(segment, l4, target, addrs),
        _ => return Some(()),
    };
    segment.get(..8)?;
    let old_port = be16(segment, port_at)?;
    let new_port = if target.has_ports() { port } else { old_port };
    write16(segment, port_at, new_port)?;
    // A quote has eight bytes at least, and not always the checksum.
    if segment.len() < whole {
        return Some(());
    }
    let udp = l4.protonum == ipproto::UDP;
    if udp && be16(segment, check)? == 0 {
        return Some(());
    }
    let (from, to) = addrs;
    update_at(segment, check, from, to)?;
    update_at(
        segment,
        check,
        &old_port.to_be_bytes(),
        &new_port.to_be_bytes(),
    )?;
    // Zero would say that there is none.
    if matches!(l4.protonum, ipproto::UDP | ipproto::UDPLITE) && be16(segment, check)? == 0 {
        write16(segment, check, 0xffff)?;
    }
    Some(())
}

/// The checksum of SCTP covers the ports and not the addresses, and is made anew.
/// Kernel: `sctp_manip_pkt`, net/netfilter/nf_nat_proto.c, v5.10.19.
fn sctp_manip_pkt(segment: &mut [u8], target: &Tuple, port_at: usize, port: u16) -> Option<()> {
    segment.get(..8)?;
    if target.has_ports() {
        write16(segment, port_at, port)?;
    }
    // In a quote it may be cut off.
    if segment.len() >= 12 {
        let sum = crc32c(&[&segment[..8], &[0; 4], &segment[12..]]);
        segment[8..12].copy_from_slice(&sum.to_le_bytes());
    }
    Some(())
}

/// GRE version 1 names its stream by the receiver's key; nothing names the sender's.
/// Kernel: `gre_manip_pkt`, net/netfilter/nf_nat_proto.c, v5.10.19.
fn gre_manip_pkt(segment: &mut [u8], target: &Tuple, manip: Manip) -> Option<()> {
    let version = *segment.get(1)? & 7;
    if version == 1 && manip == Manip::Dst {
        write16(segment, 6, target.dst.u)?;
    }
    Some(())
}

/// Kernel: `icmp_manip_pkt` and `icmpv6_manip_pkt`, net/netfilter/nf_nat_proto.c, v5.10.19.
fn icmp_manip_pkt(
    segment: &mut [u8],
    l4: &L4Header,
    target: &Tuple,
    (from, to): (&[u8], &[u8]),
) -> Option<()> {
    let kind = *segment.get(..icmp::HEADER)?.first()?;
    if l4.l3 == L3::Ipv6 {
        update_at(segment, 2, from, to)?;
    }
    if target.is_icmp() && icmp::inverse_type(l4.protonum, kind).is_some() {
        let (old, new) = (be16(segment, 4)?, target.src.u);
        write16(segment, 4, new)?;
        update_at(segment, 2, &old.to_be_bytes(), &new.to_be_bytes())?;
    }
    Some(())
}

/// Brings the checksum at an offset up to date with a change of bytes that it covers.
fn update_at(bytes: &mut [u8], at: usize, from: &[u8], to: &[u8]) -> Option<()> {
    let sum = checksum_update(be16(bytes, at)?, from, to);
    write16(bytes, at, sum)
}

/// Writes a number in network order at an offset.
pub(super) fn write16(bytes: &mut [u8], at: usize, value: u16) -> Option<()> {
    bytes
        .get_mut(at..at + 2)?
        .copy_from_slice(&value.to_be_bytes());
    Some(())
}
