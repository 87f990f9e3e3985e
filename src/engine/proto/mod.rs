//! Layer 4: the tracker of each protocol, and what they have in common.

pub mod dccp;
pub mod gre;
pub mod icmp;
pub mod sctp;
pub mod tcp;
pub mod udp;

mod generic;
mod named;

pub use super::policy::timeout_names;

use super::extract::{L4Header, Reading};
use super::probe::Probe;
use super::profile::Difference;
use super::skb::{CtInfo, SkbId};
use super::slab::ConnId;
use super::state::Conntrack;
use super::step::Step;
use super::sysctl::Sysctl;
use super::time::{Secs, Ticks};
use super::tuple::{Dir, ipproto};

/// Why a packet, or a connection for it, is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    /// The IP header is missing, cut off or contradicts itself.
    BadIpHeader,
    /// A later piece of a fragmented packet.
    Fragment,
    /// The layer 4 header is cut off or contradicts itself.
    BadHeader,
    /// The checksum is wrong.
    BadChecksum,
    /// TCP: a combination of flags that nobody sends.
    BadFlags,
    /// TCP, SCTP, DCCP: no transition for this packet in this state.
    InvalidState,
    /// TCP: picking up in the middle is switched off.
    NotLoose,
    /// SCTP: chunks that may not stand together, or may not open an association; or none.
    BadChunks,
    /// SCTP: a verification tag that is not this association's.
    BadTag,
    /// ICMP: a type above the highest known one.
    BadIcmpType,
    /// ICMP: the first packet of a flow cannot be of this type.
    NotARequest,
    /// ICMPv6 redirect: it does not come from a router of this link.
    NotARouter,
    /// ICMP error: what it quotes cannot be read, or cannot be inverted.
    InnerUnreadable,
    /// ICMP error: no connection has the tuple that it quotes.
    InnerUnknown,
    /// ICMP error: it goes elsewhere than the connection it quotes.
    InnerElsewhere,
    /// The tuple could not be read out of the packet.
    NoTuple,
    /// The tuple has no inverse, so there can be no reply.
    NotInvertible,
    /// TCP: a reset that only a stranger would send, behind what its side was acknowledged.
    StaleReset,
    /// TCP: the segment is not one that the other side can be waiting for.
    OutOfWindow(tcp::Bound),
}

/// What a tracker says of a packet. Kernel: the number that `nf_conntrack_handle_packet` returns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Tracked {
    /// `NF_ACCEPT`.
    Accept,
    /// `-NF_ACCEPT`: the packet passes without a connection.
    Invalid(Reason),
    /// `-NF_REPEAT`: the connection was killed, track the packet again.
    Repeat,
    /// `NF_DROP`.
    Drop(Reason),
}

/// What a tracker is given.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packet {
    /// The packet, to be found among the machine's.
    pub skb: SkbId,
    /// Its connection.
    pub conn: ConnId,
    /// How it relates to it; says the direction too.
    pub ctinfo: CtInfo,
    /// Where its layer 4 header is.
    pub l4: L4Header,
    /// Checksums are verified: at PREROUTING, if the setting says so.
    pub verify: bool,
}

impl Packet {
    /// The way it goes on its connection (`CTINFO2DIR`).
    pub(super) const fn dir(&self) -> Dir {
        if self.ctinfo.is_reply() {
            Dir::Reply
        } else {
            Dir::Original
        }
    }

    /// Bytes from the IP header on, as accounting counts them (`skb->len`).
    pub(super) const fn len(&self) -> u32 {
        self.l4.end as u32
    }
}

impl Conntrack {
    /// Lets the tracker of the connection's protocol look at the packet.
    /// Kernel: `nf_conntrack_handle_packet`, net/netfilter/nf_conntrack_core.c, v5.10.19.
    pub(super) fn nf_conntrack_handle_packet<P: Probe>(
        &mut self,
        packet: Packet,
        probe: &mut P,
    ) -> Tracked {
        let tracked = match self.conns[packet.conn].tuplehash[0].tuple.dst.protonum {
            ipproto::TCP => self.nf_conntrack_tcp_packet(packet, probe),
            ipproto::UDP => self.nf_conntrack_udp_packet(packet, probe),
            ipproto::UDPLITE => self.nf_conntrack_udplite_packet(packet, probe),
            ipproto::SCTP => self.nf_conntrack_sctp_packet(packet, probe),
            ipproto::GRE => self.nf_conntrack_gre_packet(packet, probe),
            ipproto::DCCP if !self.profile().since(Difference::DccpGeneric) => {
                self.nf_conntrack_dccp_packet(packet, probe)
            }
            ipproto::ICMP => self.nf_conntrack_icmp_packet(packet, probe),
            ipproto::ICMPV6 => self.nf_conntrack_icmpv6_packet(packet, probe),
            _ => self.nf_conntrack_generic_packet(packet, probe),
        };
        if let Tracked::Invalid(reason) | Tracked::Drop(reason) = tracked {
            let Packet { skb, conn, .. } = packet;
            probe.step(self, || Step::TrackerRefused { skb, conn, reason });
        }
        tracked
    }

    /// What reading a tuple in a namespace depends on.
    pub(super) fn reading(&self, net: u8) -> Reading<'_> {
        Reading {
            profile: self.profile(),
            gre_keys: &self.nets[usize::from(net)].gre_keys,
        }
    }

    /// A timeout: of the connection's own policy if it has one, else as the setting is now in its
    /// namespace.
    /// Kernel: `nf_ct_timeout_lookup`, include/net/netfilter/nf_conntrack_timeout.h, v5.10.19.
    pub(super) fn timeout_of(&self, packet: &Packet, key: Sysctl) -> Ticks {
        self.timeout_of_conn(packet.conn, key)
    }

    /// The same without a packet.
    pub fn timeout_of_conn(&self, conn: ConnId, key: Sysctl) -> Ticks {
        let conn = &self.conns[conn];
        let own = conn.ext.timeout();
        own.and_then(|policy| policy.instead_of(Some(key)))
            .unwrap_or_else(|| {
                let net = &self.nets[usize::from(conn.net)];
                net.sysctls.timeout(key, self.hz())
            })
    }

    /// The same for the one timeout that has no setting, SYN_SENT2 of TCP: `secs` without a policy.
    pub(super) fn timeout_without_setting(&self, conn: ConnId, secs: Secs) -> Ticks {
        let own = self.conns[conn].ext.timeout();
        own.and_then(|policy| policy.instead_of(None))
            .unwrap_or_else(|| self.hz().ticks(secs))
    }
}
