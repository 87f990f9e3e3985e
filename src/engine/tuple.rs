//! The tuple: one direction of a flow as the hash table knows it. [Figure 1]

use super::addr::{Addr, L3};
use core::fmt;

/// A direction of a connection, also the index of its tuplehash.
/// Kernel: `enum ip_conntrack_dir`, include/uapi/linux/netfilter/nf_conntrack_tuple_common.h.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[repr(u8)]
pub enum Dir {
    /// The direction of the packet that created the connection.
    #[default]
    Original = 0,
    /// The other one.
    Reply = 1,
}

impl Dir {
    /// Both, original first.
    pub const BOTH: [Dir; 2] = [Dir::Original, Dir::Reply];

    /// The other direction.
    #[must_use]
    pub const fn other(self) -> Dir {
        match self {
            Dir::Original => Dir::Reply,
            Dir::Reply => Dir::Original,
        }
    }

    /// 0 or 1, for `tuplehash[dir]`.
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// The half of a tuple that NAT may rewrite for a source (`struct nf_conntrack_man`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Man {
    /// Source address.
    pub u3: Addr,
    /// Source port; ICMP: the identifier; GRE: the key; others 0.
    pub u: u16,
    /// Layer 3 protocol.
    pub l3num: L3,
}

/// The fixed half of a tuple (`tuple.dst`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Dst {
    /// Destination address.
    pub u3: Addr,
    /// Destination port; ICMP: type in the high byte, code in the low one; others 0.
    pub u: u16,
    /// IP protocol number.
    pub protonum: u8,
    /// Which tuplehash of its connection this is. Never hashed, never compared.
    pub dir: Dir,
}

/// The key of the connection table, 40 bytes in the kernel.
/// Kernel: `struct nf_conntrack_tuple`, include/net/netfilter/nf_conntrack_tuple.h, v5.10.19.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tuple {
    /// The manipulable part.
    pub src: Man,
    /// The fixed part.
    pub dst: Dst,
}

/// A field of the tuple, in the order in which they lie in memory; names the first difference of
/// two tuples.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TupleField {
    /// `src.u3`.
    SrcAddr,
    /// `src.u`: port, ICMP identifier, GRE key.
    SrcPart,
    /// `src.l3num`.
    L3,
    /// `dst.u3`.
    DstAddr,
    /// `dst.u`: port, ICMP type and code, GRE key.
    DstPart,
    /// `dst.protonum`.
    L4,
}

impl Tuple {
    /// Bytes of the tuple in the kernel's memory.
    pub const SIZE: usize = 40;

    /// The first field in which the two tuples differ, `None` if they are equal. The direction is
    /// not compared.
    /// Kernel: `nf_ct_tuple_equal`, include/net/netfilter/nf_conntrack_tuple.h, v5.10.19.
    pub fn difference(&self, other: &Tuple) -> Option<TupleField> {
        let Tuple {
            src:
                Man {
                    u3: sa,
                    u: su,
                    l3num: l3,
                },
            dst,
        } = *self;
        let Dst {
            u3: da,
            u: du,
            protonum: l4,
            dir: _,
        } = dst;
        if sa != other.src.u3 {
            Some(TupleField::SrcAddr)
        } else if su != other.src.u {
            Some(TupleField::SrcPart)
        } else if l3 != other.src.l3num {
            Some(TupleField::L3)
        } else if da != other.dst.u3 {
            Some(TupleField::DstAddr)
        } else if du != other.dst.u {
            Some(TupleField::DstPart)
        } else if l4 != other.dst.protonum {
            Some(TupleField::L4)
        } else {
            None
        }
    }

    /// `true` if a lookup for one finds the other: every field but the direction is equal.
    pub fn nf_ct_tuple_equal(&self, other: &Tuple) -> bool {
        self.difference(other).is_none()
    }

    /// The 40 bytes as they lie in a little-endian kernel's memory.
    pub fn bytes(&self) -> [u8; Tuple::SIZE] {
        let Tuple {
            src: Man { u3, u, l3num },
            dst,
        } = *self;
        let Dst {
            u3: d3,
            u: du,
            protonum,
            dir,
        } = dst;
        let mut bytes = [0; Tuple::SIZE];
        bytes[..16].copy_from_slice(&u3.0);
        bytes[16..18].copy_from_slice(&u.to_be_bytes());
        bytes[18..20].copy_from_slice(&(l3num as u16).to_le_bytes());
        bytes[20..36].copy_from_slice(&d3.0);
        bytes[36..38].copy_from_slice(&du.to_be_bytes());
        bytes[38] = protonum;
        bytes[39] = dir as u8;
        bytes
    }

    /// ICMP and ICMPv6: the message type held in `dst.u`.
    pub const fn icmp_type(&self) -> u8 {
        (self.dst.u >> 8) as u8
    }

    /// ICMP and ICMPv6: the code held in `dst.u`.
    pub const fn icmp_code(&self) -> u8 {
        self.dst.u as u8
    }

    /// `true` if `src.u` and `dst.u` are ports.
    pub const fn has_ports(&self) -> bool {
        matches!(self.dst.protonum, ipproto::TCP | ipproto::UDP)
    }

    /// `true` if `src.u` is an ICMP identifier and `dst.u` a type and code.
    pub const fn is_icmp(&self) -> bool {
        matches!(
            (self.src.l3num, self.dst.protonum),
            (L3::Ipv4, ipproto::ICMP) | (L3::Ipv6, ipproto::ICMPV6)
        )
    }
}

/// IP protocol numbers (IANA).
pub mod ipproto {
    /// ICMP for IPv4.
    pub const ICMP: u8 = 1;
    /// TCP.
    pub const TCP: u8 = 6;
    /// UDP.
    pub const UDP: u8 = 17;
    /// DCCP.
    pub const DCCP: u8 = 33;
    /// GRE.
    pub const GRE: u8 = 47;
    /// ICMPv6.
    pub const ICMPV6: u8 = 58;
    /// SCTP.
    pub const SCTP: u8 = 132;
    /// UDP-Lite.
    pub const UDPLITE: u8 = 136;
}

/// `10.0.0.1:80 > 10.0.0.2:4000`, with the protocol's own words for ICMP.
impl fmt::Display for Tuple {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let l3 = self.src.l3num;
        let (src, dst) = (self.src.u3.show(l3), self.dst.u3.show(l3));
        if self.has_ports() {
            let (sport, dport) = (self.src.u, self.dst.u);
            match l3 {
                L3::Ipv4 => write!(f, "{src}:{sport} > {dst}:{dport}"),
                L3::Ipv6 => write!(f, "[{src}]:{sport} > [{dst}]:{dport}"),
            }
        } else if self.is_icmp() {
            let (kind, code, id) = (self.icmp_type(), self.icmp_code(), self.src.u);
            write!(f, "{src} > {dst} type {kind} code {code} id {id}")
        } else {
            write!(f, "{src} > {dst}")
        }
    }
}
