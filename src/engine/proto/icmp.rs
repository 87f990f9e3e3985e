//! ICMP and ICMPv6: questions with answers are connections, errors belong to the connection that
//! they quote.

use super::{Packet, Reason, Tracked};
use crate::engine::addr::{Addr, L3};
use crate::engine::checksum::l4_checksum;
use crate::engine::conn::{Owner, Status};
use crate::engine::extract::{
    L4Header, Reading, nf_ct_get_tuple, nf_ct_get_tuplepr, nf_ct_invert_tuple,
};
use crate::engine::lookup::Key;
use crate::engine::probe::Probe;
use crate::engine::profile::Difference;
use crate::engine::skb::{CtInfo, SkbId};
use crate::engine::state::Conntrack;
use crate::engine::step::{Step, Walker};
use crate::engine::sysctl::Sysctl;
use crate::engine::tuple::{Dir, Tuple, ipproto};

/// Bytes of an ICMP or ICMPv6 header, the part that is the same in all messages.
pub const HEADER: usize = 8;

/// The highest known ICMP type.
/// Kernel: `NR_ICMP_TYPES`, include/uapi/linux/icmp.h, v5.10.19.
pub const ICMP_TYPE_MAX: u8 = 18;

/// ICMP questions and their answers, by type: echo, timestamp, information, address mask.
/// Kernel: `nf_conntrack_invert_icmp_tuple`, net/netfilter/nf_conntrack_proto_icmp.c, v5.10.19.
pub const ICMP_PAIRS: [(u8, u8); 4] = [(8, 0), (13, 14), (15, 16), (17, 18)];

/// ICMPv6 questions and their answers, by type: echo, node information.
/// Kernel: `nf_conntrack_invert_icmpv6_tuple`, net/netfilter/nf_conntrack_proto_icmpv6.c, v5.10.19.
pub const ICMPV6_PAIRS: [(u8, u8); 2] = [(128, 129), (139, 140)];

/// ICMPv6 types that open a connection: the questions.
/// Kernel: `nf_conntrack_icmpv6_packet`, net/netfilter/nf_conntrack_proto_icmpv6.c, v5.10.19.
pub const ICMPV6_NEW: [u8; 2] = [128, 139];

/// ICMP messages that quote a packet: unreachable, source quench, redirect, time exceeded,
/// parameter problem.
/// Kernel: `nf_conntrack_icmpv4_error`, net/netfilter/nf_conntrack_proto_icmp.c, v5.10.19.
pub const ICMP_ERRORS: [u8; 5] = [3, 4, 5, 11, 12];

/// ICMPv6 messages that are never tracked: multicast listeners (130 to 132, 143), router and
/// neighbour discovery (133 to 136).
/// Kernel: `nf_conntrack_icmpv6_error`, net/netfilter/nf_conntrack_proto_icmpv6.c, v5.10.19.
pub const ICMPV6_UNTRACKED: [u8; 8] = [130, 131, 132, 133, 134, 135, 136, 143];

/// Multicast router discovery, which 6.18 does not track either.
/// Kernel: `nf_conntrack_icmpv6_error`, net/netfilter/nf_conntrack_proto_icmpv6.c, v6.18.
pub const ICMPV6_ROUTER_DISCOVERY: [u8; 2] = [151, 152];

/// A router names a better one.
pub const ICMPV6_REDIRECT: u8 = 137;

/// Bytes of a redirect in front of its options.
const REDIRECT_HEADER: usize = 40;
/// The option that holds the packet which led to the redirect.
const REDIRECTED_HEADER: u8 = 4;

/// ICMPv6 types below this one are errors (RFC 4443).
pub const ICMPV6_FIRST_INFORMATIONAL: u8 = 128;

/// The type of the answer to a message, or of the question that it answers; `None` if it is
/// neither. `protonum` is ICMP's or ICMPv6's.
pub fn inverse_type(protonum: u8, kind: u8) -> Option<u8> {
    let pairs: &[(u8, u8)] = if protonum == ipproto::ICMPV6 {
        &ICMPV6_PAIRS
    } else {
        &ICMP_PAIRS
    };
    pairs.iter().find_map(|&(question, answer)| match kind {
        _ if kind == question => Some(answer),
        _ if kind == answer => Some(question),
        _ => None,
    })
}

/// What the error stage makes of an ICMP packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::engine) enum IcmpError {
    /// To be tracked like any other packet.
    NotAnError,
    /// It got the connection that it is about.
    Attached,
    /// It was marked as not to be tracked.
    Untracked,
    /// It passes without a connection.
    Failed(Reason),
}

/// What the bytes of an ICMP packet alone say of it.
enum Kind {
    Message,
    Untracked,
    /// An error that came to this address, and the tuple that it quotes.
    Error {
        to: Addr,
        inner: Option<Tuple>,
    },
}

impl Conntrack {
    /// The stage before tracking, which every ICMP and ICMPv6 packet goes through whose family
    /// fits. `verify`: look at the checksum.
    /// Kernel: `nf_conntrack_handle_icmp`, net/netfilter/nf_conntrack_core.c, v5.10.19.
    pub(in crate::engine) fn nf_conntrack_handle_icmp<P: Probe>(
        &mut self,
        skb: SkbId,
        l4: &L4Header,
        verify: bool,
        probe: &mut P,
    ) -> IcmpError {
        let Some(packet) = self.skb(skb) else {
            return IcmpError::NotAnError;
        };
        let (bytes, reading) = (&packet.bytes, self.reading(packet.net));
        let kind = match (l4.l3, l4.protonum) {
            (L3::Ipv4, ipproto::ICMP) => nf_conntrack_icmpv4_error(bytes, l4, verify, reading),
            (L3::Ipv6, ipproto::ICMPV6) => nf_conntrack_icmpv6_error(bytes, l4, verify, reading),
            _ => Ok(Kind::Message),
        };
        match kind {
            Err(reason) => IcmpError::Failed(reason),
            Ok(Kind::Message) => IcmpError::NotAnError,
            Ok(Kind::Untracked) => {
                self.nf_ct_set_untracked(skb, probe);
                IcmpError::Untracked
            }
            Ok(Kind::Error { to, inner }) => {
                probe.step(self, || Step::IcmpErrorChecked { skb, inner });
                self.nf_conntrack_inet_error(skb, to, inner, probe)
            }
        }
    }

    /// Looks for the connection that an error quotes. `outer_daddr` is where the error goes: it
    /// must be where packets in the direction opposite to the quoted one go.
    /// Kernel: `nf_conntrack_inet_error`, net/netfilter/nf_conntrack_proto_icmp.c, v5.10.19.
    fn nf_conntrack_inet_error<P: Probe>(
        &mut self,
        skb: SkbId,
        outer_daddr: Addr,
        inner: Option<Tuple>,
        probe: &mut P,
    ) -> IcmpError {
        let inverse = inner.and_then(|inner| nf_ct_invert_tuple(&inner));
        let (Some(tuple), Some(packet)) = (inverse, self.skb(skb)) else {
            return IcmpError::Failed(Reason::InnerUnreadable);
        };
        let (net, zone) = (packet.net, packet.zone());
        let key = Key { net, zone, tuple };
        let found = self.nf_conntrack_find_get(&key, Walker::IcmpError, probe);
        let Some((conn, dir)) = found else {
            return IcmpError::Failed(Reason::InnerUnknown);
        };
        if self.conns[conn].tuple(dir).dst.u3 != outer_daddr {
            self.nf_conntrack_put(conn, Owner::Lookup, probe);
            return IcmpError::Failed(Reason::InnerElsewhere);
        }
        let ctinfo = match dir {
            Dir::Original => CtInfo::Related,
            Dir::Reply => CtInfo::RelatedReply,
        };
        self.nf_ct_set(skb, conn, ctinfo, probe);
        IcmpError::Attached
    }

    /// Questions and answers share one short timeout.
    /// Kernel: `nf_conntrack_icmp_packet`, net/netfilter/nf_conntrack_proto_icmp.c, v5.10.19.
    pub(in crate::engine) fn nf_conntrack_icmp_packet<P: Probe>(
        &mut self,
        packet: Packet,
        probe: &mut P,
    ) -> Tracked {
        let opened_by = self.conns[packet.conn].tuple(Dir::Original).icmp_type();
        if packet.l4.l3 != L3::Ipv4 {
            return Tracked::Invalid(Reason::BadIpHeader);
        }
        if ICMP_PAIRS
            .iter()
            .all(|&(question, _)| question != opened_by)
        {
            return Tracked::Invalid(Reason::NotARequest);
        }
        self.refresh_icmp(packet, Sysctl::IcmpTimeout, probe)
    }

    /// As for ICMP, but only the first packet's type matters, and an answer may come first.
    /// Kernel: `nf_conntrack_icmpv6_packet`, net/netfilter/nf_conntrack_proto_icmpv6.c, v5.10.19.
    pub(in crate::engine) fn nf_conntrack_icmpv6_packet<P: Probe>(
        &mut self,
        packet: Packet,
        probe: &mut P,
    ) -> Tracked {
        let conn = &self.conns[packet.conn];
        if packet.l4.l3 != L3::Ipv6 {
            return Tracked::Invalid(Reason::BadIpHeader);
        }
        let opened_by = conn.tuple(Dir::Original).icmp_type();
        if !conn.status.contains(Status::CONFIRMED) && !ICMPV6_NEW.contains(&opened_by) {
            return Tracked::Invalid(Reason::NotARequest);
        }
        self.refresh_icmp(packet, Sysctl::Icmpv6Timeout, probe)
    }

    fn refresh_icmp<P: Probe>(
        &mut self,
        packet: Packet,
        timeout: Sysctl,
        probe: &mut P,
    ) -> Tracked {
        let ticks = self.timeout_of(&packet, timeout);
        self.nf_ct_refresh_acct(packet.conn, packet.dir(), packet.len(), ticks, probe);
        Tracked::Accept
    }
}

/// Kernel: `nf_conntrack_icmpv4_error`, net/netfilter/nf_conntrack_proto_icmp.c, v5.10.19.
fn nf_conntrack_icmpv4_error(
    bytes: &[u8],
    l4: &L4Header,
    verify: bool,
    reading: Reading<'_>,
) -> Result<Kind, Reason> {
    match checked_type(bytes, l4, verify)? {
        kind if kind > ICMP_TYPE_MAX => Err(Reason::BadIcmpType),
        kind if ICMP_ERRORS.contains(&kind) => Ok(quote(bytes, l4, HEADER, reading)),
        _ => Ok(Kind::Message),
    }
}

/// Kernel: `nf_conntrack_icmpv6_error`, net/netfilter/nf_conntrack_proto_icmpv6.c, v5.10.19.
fn nf_conntrack_icmpv6_error(
    bytes: &[u8],
    l4: &L4Header,
    verify: bool,
    reading: Reading<'_>,
) -> Result<Kind, Reason> {
    let since = |difference| reading.profile.since(difference);
    match checked_type(bytes, l4, verify)? {
        kind if ICMPV6_UNTRACKED.contains(&kind) => Ok(Kind::Untracked),
        kind if ICMPV6_ROUTER_DISCOVERY.contains(&kind)
            && since(Difference::Icmpv6RouterDiscovery) =>
        {
            Ok(Kind::Untracked)
        }
        ICMPV6_REDIRECT if since(Difference::Icmpv6Redirect) => {
            nf_conntrack_icmpv6_redirect(bytes, l4, reading)
        }
        kind if kind < ICMPV6_FIRST_INFORMATIONAL => Ok(quote(bytes, l4, HEADER, reading)),
        _ => Ok(Kind::Message),
    }
}

/// A redirect: it must come from a router on this link, and is about the packet in its first
/// option.
/// Kernel: `nf_conntrack_icmpv6_redirect`, net/netfilter/nf_conntrack_proto_icmpv6.c, v6.18.
/// Layout: RFC 4861, 4.5 and 4.6.3.
fn nf_conntrack_icmpv6_redirect(
    bytes: &[u8],
    l4: &L4Header,
    reading: Reading<'_>,
) -> Result<Kind, Reason> {
    let message = bytes.get(l4.offset..l4.end).ok_or(Reason::BadHeader)?;
    let header = message.get(..REDIRECT_HEADER).ok_or(Reason::BadHeader)?;
    if header[1] != 0 {
        return Ok(Kind::Message);
    }
    // fe80::/10 cannot come through a router, and neither can a hop limit that is still whole.
    let link_local = matches!(bytes.get(8..10), Some([0xfe, second]) if second >> 6 == 2);
    if bytes.get(7) != Some(&u8::MAX) || !link_local {
        return Err(Reason::NotARouter);
    }
    match message.get(REDIRECT_HEADER..) {
        Some([_, 0, ..]) | Some([] | [_]) | None => Err(Reason::BadHeader),
        Some([REDIRECTED_HEADER, ..]) => Ok(quote(bytes, l4, REDIRECT_HEADER + 8, reading)),
        Some(_) => Ok(Kind::Message),
    }
}

/// The type of a message whose header is whole and whose checksum is right.
fn checked_type(bytes: &[u8], l4: &L4Header, verify: bool) -> Result<u8, Reason> {
    let message = bytes.get(l4.offset..l4.end).ok_or(Reason::BadHeader)?;
    let header = message.get(..HEADER).ok_or(Reason::BadHeader)?;
    if verify && l4_checksum(bytes, l4) != 0 {
        return Err(Reason::BadChecksum);
    }
    Ok(header[0])
}

/// What an error message quotes, `at` bytes from its start, and where the message itself goes.
fn quote(bytes: &[u8], l4: &L4Header, at: usize, reading: Reading<'_>) -> Kind {
    // The message's own tuple could be read, so its addresses are there.
    let to = nf_ct_get_tuple(bytes, l4, reading).map_or(Addr::default(), |outer| outer.dst.u3);
    let quoted = bytes.get(l4.offset + at..l4.end).unwrap_or_default();
    Kind::Error {
        to,
        inner: nf_ct_get_tuplepr(quoted, l4.l3, reading),
    }
}
