//! What a rule, or the lack of one, lets NAT choose from.

use super::Manip;
use crate::engine::addr::{Addr, L3};
use crate::engine::extract::{destination, source};
use crate::engine::hooks::Station;
use crate::engine::router::Iface;
use crate::engine::rules::{Action, NatRange, PortRange};
use crate::engine::skb::SkbId;
use crate::engine::slab::ConnId;
use crate::engine::state::{Conntrack, Netns};
use crate::engine::step::DropCause;
use crate::engine::tuple::Dir;

impl Conntrack {
    /// The range that a rule gives for a packet; `None` if the rule is for the other family, or
    /// leaves this packet alone.
    pub(super) fn range_of(
        &self,
        skb: SkbId,
        conn: ConnId,
        action: &Action,
    ) -> Result<Option<NatRange>, DropCause> {
        let l3 = self.conns[conn].tuple(Dir::Original).src.l3num;
        Ok(match action {
            Action::Snat(range) | Action::Dnat(range) => (range.l3 == l3).then_some(*range),
            Action::Masquerade(ports) => self.nf_nat_masquerade(skb, l3, *ports)?,
            Action::Redirect(ports) => Some(self.nf_nat_redirect(skb, l3, *ports)?),
            Action::Accept
            | Action::Drop
            | Action::Reject
            | Action::RejectReset
            | Action::Notrack
            | Action::Zone(_)
            | Action::Mark(_)
            | Action::Helper(_)
            | Action::Timeout(_) => None,
        })
    }

    /// The address of the outgoing interface that fits the destination best.
    /// Kernel: `nf_nat_masquerade_ipv4`, net/netfilter/nf_nat_masquerade.c, v5.10.19.
    /// Differs: gateways are not modelled, so the destination stands for the next hop.
    fn nf_nat_masquerade(
        &self,
        skb: SkbId,
        l3: L3,
        ports: Option<PortRange>,
    ) -> Result<Option<NatRange>, DropCause> {
        let Some(packet) = self.skb(skb) else {
            return Ok(None);
        };
        if source(&packet.bytes) == Some((L3::Ipv4, Addr::default())) {
            return Ok(None);
        }
        let (_, iface) = self.oif(skb).ok_or(DropCause::NatNoAddress)?;
        let to = destination(&packet.bytes).map_or(Addr::default(), |(_, addr)| addr);
        let on_link = iface
            .addrs
            .iter()
            .find(|own| own.contains(l3, to))
            .map(|own| own.addr);
        let own = on_link
            .or_else(|| iface.primary(l3))
            .ok_or(DropCause::NatNoAddress)?;
        Ok(Some(one_address(l3, own, ports)))
    }

    /// This machine: the incoming interface's address, or for its own packets the loopback one.
    /// Kernel: `nf_nat_redirect_ipv4`, net/netfilter/nf_nat_redirect.c, v5.10.19.
    fn nf_nat_redirect(
        &self,
        skb: SkbId,
        l3: L3,
        ports: Option<PortRange>,
    ) -> Result<NatRange, DropCause> {
        let packet = self.skb(skb).ok_or(DropCause::NatNoAddress)?;
        let own = if packet.at == Station::Output {
            Some(loopback(l3))
        } else {
            let net = &self.nets[usize::from(packet.net)];
            packet
                .iif
                .and_then(|name| net.iface(name))
                .and_then(|iface| iface.primary(l3))
        };
        let own = own.ok_or(DropCause::NatNoAddress)?;
        Ok(one_address(l3, own, ports))
    }

    /// The address that the connection has anyhow.
    /// Kernel: `nf_nat_alloc_null_binding`, net/netfilter/nf_nat_core.c, v5.10.19.
    pub(super) fn null_binding(&self, conn: ConnId, manip: Manip) -> NatRange {
        let reply = self.conns[conn].tuple(Dir::Reply);
        let own = match manip {
            Manip::Src => reply.dst.u3,
            Manip::Dst => reply.src.u3,
        };
        one_address(reply.src.l3num, own, None)
    }

    /// The interface that a packet goes out by, and its namespace.
    pub(super) fn oif(&self, skb: SkbId) -> Option<(&Netns, &Iface)> {
        let packet = self.skb(skb)?;
        let net = &self.nets[usize::from(packet.net)];
        let iface = match packet.oif {
            Some(name) => net.iface(name),
            None => destination(&packet.bytes).and_then(|(l3, to)| net.route(l3, to)),
        };
        Some((net, iface?))
    }
}

const fn loopback(l3: L3) -> Addr {
    match l3 {
        L3::Ipv4 => Addr::v4([127, 0, 0, 1]),
        L3::Ipv6 => Addr([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
    }
}

/// One address, and ports if some are given.
const fn one_address(l3: L3, addr: Addr, ports: Option<PortRange>) -> NatRange {
    NatRange {
        l3,
        min: addr,
        max: addr,
        ports,
        random: false,
        persistent: false,
    }
}
