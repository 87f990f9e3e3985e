//! Rules: the small part of nftables that decides about connections.
//!
//! The action alone says in which chain of its hook a rule stands, and so when it is asked:
//!
//! | chain | priority | actions |
//! |---|---|---|
//! | raw | -300, before conntrack | `notrack`, `ct zone set` |
//! | mangle | -150, behind conntrack | `ct mark set`, `ct helper set`, `ct timeout set` |
//! | nat | -100 (destination) and 100 (source) | `dnat`, `redirect`, `snat`, `masquerade` |
//! | filter | 0 | `accept`, `drop`, `reject` |

use super::addr::{Addr, L3};
use super::conn::Zone;
use super::hooks::{CtStates, Station};
use super::router::IfName;
use super::skb::Skb;
use super::tuple::Tuple;

/// Most settings of a timeout policy: as many as TCP has timeouts.
pub const POLICY_MAX: usize = 14;

/// A rule: where it is asked, what it fits, what it does. Within a chain the first rule that fits
/// and decides ends it; a packet for which none decides is accepted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rule {
    /// One of the five hooks.
    pub hook: Station,
    /// What the packet must have.
    pub fit: Fit,
    /// What is done.
    pub action: Action,
}

/// What a rule asks for; everything that is given must hold.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Fit {
    /// The interface that the packet came in by.
    pub iif: Option<IfName>,
    /// The interface that it goes out by; unknown before routing.
    pub oif: Option<IfName>,
    /// Source network.
    pub src: Option<Prefix>,
    /// Destination network.
    pub dst: Option<Prefix>,
    /// Layer 4 protocol.
    pub protonum: Option<u8>,
    /// Source port.
    pub sport: Option<u16>,
    /// Destination port.
    pub dport: Option<u16>,
    /// Any of these states; empty fits all.
    pub states: CtStates,
    /// `ct mark`.
    pub mark: Option<u32>,
}

/// A network: addresses whose first `len` bits are those of `addr`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Prefix {
    /// Family.
    pub l3: L3,
    /// Any address in it.
    pub addr: Addr,
    /// Leading bits that count, 0 to 32 or 128.
    pub len: u8,
}

impl Prefix {
    /// One address.
    pub const fn host(l3: L3, addr: Addr) -> Prefix {
        Prefix {
            l3,
            addr,
            len: Prefix::len_max(l3),
        }
    }

    /// Bits of an address of this family.
    pub const fn len_max(l3: L3) -> u8 {
        match l3 {
            L3::Ipv4 => 32,
            L3::Ipv6 => 128,
        }
    }

    /// `true` if the address is in the network.
    pub fn contains(&self, l3: L3, addr: Addr) -> bool {
        let mut left = u32::from(self.len);
        self.l3 == l3
            && self.addr.0.iter().zip(addr.0).all(|(ours, theirs)| {
                let bits = left.min(8);
                left -= bits;
                let mask = !(0xffu32 >> bits) as u8;
                (ours ^ theirs) & mask == 0
            })
    }
}

/// What a rule does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Action {
    /// The packet passes this chain.
    Accept,
    /// It is dropped.
    Drop,
    /// It is dropped, and its sender told so by an ICMP error "port unreachable".
    Reject,
    /// A TCP packet is dropped, and its sender told so by a reset; others are just dropped.
    RejectReset,
    /// It is not tracked.
    Notrack,
    /// It is tracked in this zone.
    Zone(Zone),
    /// Its connection gets this mark.
    Mark(u32),
    /// Its connection gets this helper, while it is not confirmed.
    Helper(HelperName),
    /// Its connection gets timeouts of its own, while it is not confirmed.
    Timeout(TimeoutPolicy),
    /// Source NAT to an address and ports of this range.
    Snat(NatRange),
    /// Destination NAT likewise.
    Dnat(NatRange),
    /// Source NAT to the address of the interface that the packet goes out by, and these ports.
    Masquerade(Option<PortRange>),
    /// Destination NAT to this machine, and these ports.
    Redirect(Option<PortRange>),
}

/// The helpers that are modelled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HelperName {
    /// FTP, over TCP.
    Ftp,
    /// TFTP, over UDP.
    Tftp,
}

impl HelperName {
    /// Every one.
    pub const ALL: [HelperName; 2] = [HelperName::Ftp, HelperName::Tftp];

    /// As the tools name it.
    pub const fn name(self) -> &'static str {
        match self {
            HelperName::Ftp => "ftp",
            HelperName::Tftp => "tftp",
        }
    }
}

/// Ports, or ICMP identifiers, from `min` to `max`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PortRange {
    /// The first.
    pub min: u16,
    /// The last, not below the first.
    pub max: u16,
}

/// What NAT may choose from. Kernel: `struct nf_nat_range2`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NatRange {
    /// Family of the addresses.
    pub l3: L3,
    /// First address.
    pub min: Addr,
    /// Last address, not below the first.
    pub max: Addr,
    /// Ports; `None` leaves them as they are if that is possible.
    pub ports: Option<PortRange>,
    /// `random`: any port, also where the packet's own would do.
    pub random: bool,
    /// `persistent`: the choice of the address depends on the source alone.
    pub persistent: bool,
}

/// Timeouts of one protocol that stand in for those of the namespace.
/// Kernel: `struct nf_ct_timeout`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TimeoutPolicy {
    /// The protocol.
    pub protonum: u8,
    /// Seconds, by the place of the timeout in the protocol's list; `None` leaves the value that
    /// the namespace had when the rule was made.
    pub secs: [Option<u32>; POLICY_MAX],
}

/// A chain, named as in nftables, in the order in which a hook asks them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Chain {
    /// Before conntrack.
    Raw,
    /// Behind it.
    Mangle,
    /// Destination NAT: before filter.
    NatDst,
    /// Accepting and dropping.
    Filter,
    /// Source NAT: behind filter.
    NatSrc,
}

impl Chain {
    /// What is asked at a hook behind conntrack, in order.
    pub const BEHIND_CONNTRACK: [Chain; 4] =
        [Chain::Mangle, Chain::NatDst, Chain::Filter, Chain::NatSrc];
}

impl Action {
    /// The chain that a rule with this action stands in.
    pub const fn chain(&self) -> Chain {
        match self {
            Action::Notrack | Action::Zone(_) => Chain::Raw,
            Action::Mark(_) | Action::Helper(_) | Action::Timeout(_) => Chain::Mangle,
            Action::Dnat(_) | Action::Redirect(_) => Chain::NatDst,
            Action::Accept | Action::Drop | Action::Reject | Action::RejectReset => Chain::Filter,
            Action::Snat(_) | Action::Masquerade(_) => Chain::NatSrc,
        }
    }

    /// The hooks at which nftables takes such an action, first the usual one.
    pub const fn hooks(&self) -> &'static [Station] {
        match self.chain() {
            Chain::Raw | Chain::NatDst => &[Station::Prerouting, Station::Output],
            Chain::NatSrc => &[Station::Postrouting, Station::Input],
            Chain::Mangle => &[
                Station::Prerouting,
                Station::Input,
                Station::Forward,
                Station::Output,
                Station::Postrouting,
            ],
            Chain::Filter => &[
                Station::Forward,
                Station::Prerouting,
                Station::Input,
                Station::Output,
                Station::Postrouting,
            ],
        }
    }

    /// `true` if it ends the chain for a packet; others go on to the next rule.
    pub const fn decides(&self) -> bool {
        !matches!(self.chain(), Chain::Raw | Chain::Mangle)
    }
}

impl Fit {
    /// `true` if a packet with this tuple, as its headers say it now, has everything asked for.
    /// `mark` is that of its connection, 0 without one.
    pub(super) fn matches(&self, skb: &Skb, tuple: &Tuple, mark: u32) -> bool {
        let Fit {
            iif,
            oif,
            src,
            dst,
            protonum,
            sport,
            dport,
            states,
            mark: asked,
        } = self;
        let l3 = tuple.src.l3num;
        let at = |wanted: &Option<IfName>, is: Option<IfName>| {
            wanted.is_none_or(|name| is == Some(name))
        };
        let within = |net: &Option<Prefix>, addr| net.is_none_or(|net| net.contains(l3, addr));
        let port =
            |wanted: &Option<u16>, is| wanted.is_none_or(|port| tuple.has_ports() && port == is);
        at(iif, skb.iif)
            && at(oif, skb.oif)
            && within(src, tuple.src.u3)
            && within(dst, tuple.dst.u3)
            && protonum.is_none_or(|number| number == tuple.dst.protonum)
            && port(sport, tuple.src.u)
            && port(dport, tuple.dst.u)
            && (states.is_empty() || states.intersects(CtStates::of(skb.ctinfo)))
            && asked.is_none_or(|asked| asked == mark)
    }
}
