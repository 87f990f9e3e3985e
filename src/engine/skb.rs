//! A packet on its way through the machine.

use super::conn::Zone;
use super::defrag::Fragmented;
use super::hooks::Station;
use super::router::IfName;
use super::slab::ConnId;
use super::tuple::Dir;
use core::fmt;

/// Names a packet: `s1` is the first one ever injected.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct SkbId(pub u32);

impl fmt::Display for SkbId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s{}", self.0)
    }
}

/// How a packet relates to its connection, the low three bits of `skb->_nfct`.
/// Kernel: `enum ip_conntrack_info`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum CtInfo {
    /// Original direction, a reply was seen before.
    Established = 0,
    /// Original direction of an expected connection, or an ICMP error about the reply direction.
    Related = 1,
    /// Original direction, no reply yet.
    New = 2,
    /// Reply direction.
    EstablishedReply = 3,
    /// An ICMP error about the original direction.
    RelatedReply = 4,
    /// Not to be tracked.
    Untracked = 7,
}

impl CtInfo {
    /// The kernel's name, without `IP_CT_`.
    pub const fn name(self) -> &'static str {
        match self {
            CtInfo::Established => "ESTABLISHED",
            CtInfo::Related => "RELATED",
            CtInfo::New => "NEW",
            CtInfo::EstablishedReply => "ESTABLISHED_REPLY",
            CtInfo::RelatedReply => "RELATED_REPLY",
            CtInfo::Untracked => "UNTRACKED",
        }
    }

    /// The packet travels in the reply direction (`CTINFO2DIR`).
    pub const fn is_reply(self) -> bool {
        matches!(self, CtInfo::EstablishedReply | CtInfo::RelatedReply)
    }

    /// The direction that the packet travels in. Kernel: `CTINFO2DIR`.
    pub const fn dir(self) -> Dir {
        if self.is_reply() {
            Dir::Reply
        } else {
            Dir::Original
        }
    }
}

/// The way of a packet through the hooks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Path {
    /// PREROUTING, FORWARD, POSTROUTING, out.
    #[default]
    Forward,
    /// PREROUTING, INPUT, a socket of this machine.
    Input,
    /// From this machine: OUTPUT, POSTROUTING, out.
    Output,
}

/// Memory of packets that were freed, so that the next packet need not ask for some. It is no part
/// of what the machine is: copies begin without, and it does not show.
#[derive(Default)]
pub(super) struct Spare(Vec<Vec<u8>>);

/// Most pieces of memory that are kept, and most bytes of one.
const SPARE_MAX: usize = 4;
const SPARE_BYTES_MAX: usize = 2048;

impl Spare {
    /// A copy of a packet's bytes, in memory used before if there is some.
    pub fn copy_of(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut copy = self.0.pop().unwrap_or_default();
        copy.extend_from_slice(bytes);
        copy
    }

    /// Keeps the memory of a packet that is gone.
    pub fn keep(&mut self, mut bytes: Vec<u8>) {
        if self.0.len() < SPARE_MAX && bytes.capacity() <= SPARE_BYTES_MAX {
            bytes.clear();
            self.0.push(bytes);
        }
    }
}

impl Clone for Spare {
    fn clone(&self) -> Spare {
        Spare::default()
    }
}

impl fmt::Debug for Spare {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

/// What is wanted of a packet's connection before there is one.
/// Kernel: a `struct nf_conn` with the TEMPLATE bit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Template {
    /// The zone to look in, and to make the entry in.
    pub zone: Zone,
}

/// A packet in the machine. It leaves the list of packets when it is freed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Skb {
    /// Its name.
    pub id: SkbId,
    /// From the IP header on.
    pub bytes: Vec<u8>,
    /// Index of its namespace.
    pub net: u8,
    /// The CPU that works on it.
    pub cpu: u8,
    /// Its way.
    pub path: Path,
    /// The interface that it came in by, if that is known.
    pub iif: Option<IfName>,
    /// The interface that it goes out by, once it was routed.
    pub oif: Option<IfName>,
    /// Its template: what the raw rules want its connection to be made with.
    pub tmpl: Option<Template>,
    /// How it was cut when it came in fragments.
    pub cut: Option<Box<Fragmented>>,
    /// Where it is now.
    pub at: Station,
    /// `true` while it waits at [`Skb::at`] for a release.
    pub held: bool,
    /// Stop here, asked for with the packet.
    pub hold_at: Option<Station>,
    /// Drop here, asked for with the packet.
    pub drop_at: Option<Station>,
    /// `_nfct`: the connection, and how the packet relates to it.
    pub nfct: Option<ConnId>,
    /// Low bits of `_nfct`; `None` while nothing is attached (INVALID to the rules).
    pub ctinfo: Option<CtInfo>,
}

impl Skb {
    /// The zone to look in: that of the template, or the default one.
    /// Kernel: `nf_ct_zone_tmpl`, include/net/netfilter/nf_conntrack_zones.h, v5.10.19.
    pub fn zone(&self) -> Zone {
        self.tmpl.unwrap_or_default().zone
    }
}
