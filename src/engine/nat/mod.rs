//! NAT: what the addresses of a connection turn into is decided once, while its first packet is
//! on its way; from then on every packet is rewritten by the two tuples.

pub mod bysource;
mod mangle;
mod packet;
mod ranges;
mod setup;
mod unique;

pub use unique::{ATTEMPTS_MAX, ATTEMPTS_MIN, HARDER_FROM};

use super::conn::Status;
use super::hooks::Station;
use super::probe::Probe;
use super::rules::{Action, Chain};
use super::skb::{CtInfo, SkbId};
use super::slab::ConnId;
use super::state::Conntrack;
use super::step::{DeleteCause, DropCause, Step};
use super::tuple::Dir;

/// Which half of the original direction is rewritten. Kernel: `enum nf_nat_manip_type`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Manip {
    /// The source: at POSTROUTING and INPUT.
    Src,
    /// The destination: at PREROUTING and OUTPUT.
    Dst,
}

impl Manip {
    /// What is rewritten at a hook. Kernel: `HOOK2MANIP`, include/net/netfilter/nf_nat.h.
    pub const fn at(hook: Station) -> Option<Manip> {
        match hook {
            Station::Prerouting | Station::Output => Some(Manip::Dst),
            Station::Postrouting | Station::Input => Some(Manip::Src),
            Station::Forward | Station::Queue => None,
        }
    }

    /// The chain whose rules decide it.
    pub const fn chain(self) -> Chain {
        match self {
            Manip::Src => Chain::NatSrc,
            Manip::Dst => Chain::NatDst,
        }
    }

    /// The bit that says that it has been decided.
    pub const fn done(self) -> Status {
        match self {
            Manip::Src => Status::SRC_NAT_DONE,
            Manip::Dst => Status::DST_NAT_DONE,
        }
    }

    /// The bit that says that the original direction needs it.
    pub const fn bit(self) -> Status {
        match self {
            Manip::Src => Status::SRC_NAT,
            Manip::Dst => Status::DST_NAT,
        }
    }

    /// The other half.
    #[must_use]
    pub const fn other(self) -> Manip {
        match self {
            Manip::Src => Manip::Dst,
            Manip::Dst => Manip::Src,
        }
    }

    /// The bit that makes a packet of this direction rewritten here: in replies the two change
    /// places.
    const fn bit_for(self, dir: Dir) -> Status {
        match dir {
            Dir::Original => self.bit(),
            Dir::Reply => self.other().bit(),
        }
    }
}

/// The NAT part of the machine.
#[derive(Clone, Debug, Default)]
pub struct Nat {
    /// Connections by the source of their original tuple.
    pub by_source: bysource::BySource,
    /// Numbers drawn so far.
    /// Differs: a kernel draws ports at random; here they follow from the machine's seed.
    pub drawn: u32,
}

impl Conntrack {
    /// `true` once the namespace has a NAT chain: it puts the function at all four hooks, whatever
    /// the hook of its rules.
    fn nat_hooked(&self, net: u8) -> bool {
        self.nets[usize::from(net)]
            .rules
            .iter()
            .any(|rule| matches!(rule.action.chain(), Chain::NatDst | Chain::NatSrc))
    }

    /// The NAT function of a hook, if this chain is the one that it asks.
    pub(super) fn nat_hook<P: Probe>(
        &mut self,
        skb: SkbId,
        station: Station,
        chain: Chain,
        probe: &mut P,
    ) -> Result<(), DropCause> {
        let net = self.skb(skb).map_or(0, |packet| packet.net);
        match Manip::at(station) {
            Some(manip) if manip.chain() == chain && self.nat_hooked(net) => {
                self.nf_nat_inet_fn(skb, station, manip, probe)
            }
            _ => Ok(()),
        }
    }

    /// Decides what has not been decided yet for a new connection, then rewrites the packet.
    /// Kernel: `nf_nat_inet_fn`, net/netfilter/nf_nat_core.c, and `nf_nat_ipv4_fn`,
    /// net/netfilter/nf_nat_proto.c, v5.10.19.
    fn nf_nat_inet_fn<P: Probe>(
        &mut self,
        skb: SkbId,
        station: Station,
        manip: Manip,
        probe: &mut P,
    ) -> Result<(), DropCause> {
        let Some(packet) = self.skb(skb) else {
            return Ok(());
        };
        let (Some(conn), Some(ctinfo)) = (packet.nfct, packet.ctinfo) else {
            return Ok(());
        };
        match ctinfo {
            CtInfo::Related | CtInfo::RelatedReply if packet::is_icmp(&packet.bytes) => {
                return self.nf_nat_icmp_reply_translation(skb, conn, ctinfo, manip, probe);
            }
            CtInfo::New | CtInfo::Related | CtInfo::RelatedReply => {
                let status = self.conns[conn].status;
                if status.contains(manip.done()) {
                    self.nf_nat_oif_changed(skb, conn, ctinfo, station, probe)?;
                } else if !status.contains(Status::CONFIRMED) {
                    self.decide(skb, conn, manip, probe)?;
                }
            }
            CtInfo::Established | CtInfo::EstablishedReply => {
                self.nf_nat_oif_changed(skb, conn, ctinfo, station, probe)?;
            }
            CtInfo::Untracked => return Ok(()),
        }
        self.nf_nat_packet(skb, conn, ctinfo, manip, probe)
    }

    /// Asks the rules of the chain; where none decides, the connection is bound to the address
    /// that it has, so that nobody else gets it.
    fn decide<P: Probe>(
        &mut self,
        skb: SkbId,
        conn: ConnId,
        manip: Manip,
        probe: &mut P,
    ) -> Result<(), DropCause> {
        let mut from = 0;
        while let Some((rule, action)) = self.next_rule(skb, manip.chain(), from) {
            from = rule + 1;
            let Some(range) = self.range_of(skb, conn, &action)? else {
                continue;
            };
            let hook = self.skb(skb).map_or(Station::Queue, |packet| packet.at);
            probe.step(self, || Step::RuleActed { skb, hook, rule });
            let rule = Some(rule);
            probe.step(self, || Step::NatDecided { conn, manip, rule });
            if let Action::Masquerade(_) = action {
                let index = self.oif_index(skb);
                self.conns[conn].ext.rare.get_or_insert_default().masq_index = index;
            }
            self.nf_nat_setup_info(conn, &range, manip, probe);
            return Ok(());
        }
        let rule = None;
        probe.step(self, || Step::NatDecided { conn, manip, rule });
        let range = self.null_binding(conn, manip);
        self.nf_nat_setup_info(conn, &range, manip, probe);
        Ok(())
    }

    /// A masqueraded connection whose packets take another interface is of no use any more.
    /// Kernel: `nf_nat_oif_changed`, net/netfilter/nf_nat_core.c, v5.10.19.
    fn nf_nat_oif_changed<P: Probe>(
        &mut self,
        skb: SkbId,
        conn: ConnId,
        ctinfo: CtInfo,
        station: Station,
        probe: &mut P,
    ) -> Result<(), DropCause> {
        let index = self.conns[conn].ext.masq_index();
        if station != Station::Postrouting
            || ctinfo.is_reply()
            || index == 0
            || index == self.oif_index(skb)
        {
            return Ok(());
        }
        let len = self.skb(skb).map_or(0, |packet| packet.bytes.len() as u32);
        self.nf_ct_acct_update(conn, Dir::Original, len, probe);
        // Unconfirmed, it ends with its packet.
        self.nf_ct_delete(conn, DeleteCause::NatOifChanged, probe);
        Err(DropCause::NatOifChanged)
    }

    /// The place of the outgoing interface among those of the namespace, plus 1; 0 if none leads
    /// there.
    fn oif_index(&self, skb: SkbId) -> u8 {
        let Some((net, iface)) = self.oif(skb) else {
            return 0;
        };
        let place = net.ifaces.iter().position(|at| at.name == iface.name);
        place.map_or(0, |at| at as u8 + 1)
    }
}
