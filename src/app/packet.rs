//! A few header fields of a packet, for labels and for the bench.

use crate::words::{app as w, tell};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// IP protocol numbers.
pub mod l4 {
    pub use crate::engine::tuple::ipproto::{DCCP, GRE, ICMP, ICMPV6, SCTP, TCP, UDP, UDPLITE};

    /// ICMP of either family.
    pub const fn is_icmp(protonum: u8) -> bool {
        protonum == ICMP || protonum == ICMPV6
    }
}

/// The fields.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Segment {
    /// IP protocol number.
    pub protonum: u8,
    /// Source address.
    pub src: IpAddr,
    /// Destination address.
    pub dst: IpAddr,
    /// Source port; ICMP echo: the identifier; 0 where there is none.
    pub sport: u16,
    /// Destination port, 0 where there is none.
    pub dport: u16,
    /// TCP's own fields.
    pub tcp: Option<Tcp>,
    /// ICMP's type and sequence number.
    pub icmp: Option<(u8, u16)>,
    /// SCTP: the type of its first chunk; DCCP: the type of the packet.
    pub chunk: Option<u8>,
    /// Bytes behind the layer 4 header.
    pub payload: u32,
}

/// TCP's own fields.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tcp {
    /// Flags, lowest bit FIN.
    pub flags: u8,
    /// Sequence number.
    pub seq: u32,
    /// Acknowledgement number.
    pub ack_seq: u32,
}

impl Tcp {
    /// FIN is set.
    pub const fn fin(&self) -> bool {
        self.flags & 1 != 0
    }

    /// SYN is set.
    pub const fn syn(&self) -> bool {
        self.flags & 2 != 0
    }

    /// RST is set.
    pub const fn rst(&self) -> bool {
        self.flags & 4 != 0
    }

    /// ACK is set.
    pub const fn ack(&self) -> bool {
        self.flags & 16 != 0
    }

    /// How many sequence numbers the flags take.
    pub const fn sequence_flags(&self) -> u32 {
        self.fin() as u32 + self.syn() as u32
    }
}

fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

impl Segment {
    /// Reads a packet from its IP header on. `None` if it is cut off too early, is a later
    /// fragment, or carries IPv6 extension headers.
    pub fn read(bytes: &[u8]) -> Option<Segment> {
        let (protonum, src, dst, l4): (u8, IpAddr, IpAddr, &[u8]) = match bytes.first()? >> 4 {
            4 => {
                let header = usize::from(bytes[0] & 0xf) * 4;
                let total = usize::from(be16(bytes, 2)?).min(bytes.len());
                if be16(bytes, 6)? & 0x1fff != 0 {
                    return None;
                }
                let src = Ipv4Addr::from_bits(be32(bytes, 12)?);
                let dst = Ipv4Addr::from_bits(be32(bytes, 16)?);
                (
                    *bytes.get(9)?,
                    src.into(),
                    dst.into(),
                    bytes.get(header..total)?,
                )
            }
            6 => {
                let total = (40 + usize::from(be16(bytes, 4)?)).min(bytes.len());
                let address = |at: usize| -> Option<Ipv6Addr> {
                    let octets: [u8; 16] = bytes.get(at..at + 16)?.try_into().ok()?;
                    Some(octets.into())
                };
                let (src, dst) = (address(8)?, address(24)?);
                (
                    *bytes.get(6)?,
                    src.into(),
                    dst.into(),
                    bytes.get(40..total)?,
                )
            }
            _ => return None,
        };
        let mut segment = Segment {
            protonum,
            src,
            dst,
            sport: 0,
            dport: 0,
            tcp: None,
            icmp: None,
            chunk: None,
            payload: l4.len() as u32,
        };
        match protonum {
            l4::TCP => {
                let header = usize::from(*l4.get(12)? >> 4) * 4;
                segment.ports(l4)?;
                segment.tcp = Some(Tcp {
                    flags: *l4.get(13)?,
                    seq: be32(l4, 4)?,
                    ack_seq: be32(l4, 8)?,
                });
                segment.payload = l4.len().saturating_sub(header) as u32;
            }
            l4::UDP => {
                segment.ports(l4)?;
                segment.payload = l4.len().saturating_sub(8) as u32;
            }
            l4::ICMP | l4::ICMPV6 => {
                segment.sport = be16(l4, 4)?;
                segment.icmp = Some((*l4.first()?, be16(l4, 6)?));
                segment.payload = l4.len().saturating_sub(8) as u32;
            }
            l4::SCTP => {
                segment.ports(l4)?;
                segment.chunk = l4.get(12).copied();
                segment.payload = l4.len().saturating_sub(12) as u32;
            }
            l4::UDPLITE => {
                segment.ports(l4)?;
                segment.payload = l4.len().saturating_sub(8) as u32;
            }
            l4::DCCP => {
                segment.ports(l4)?;
                segment.chunk = l4.get(8).map(|byte| byte >> 1 & 0xf);
            }
            _ => {}
        }
        Some(segment)
    }

    fn ports(&mut self, l4: &[u8]) -> Option<()> {
        self.sport = be16(l4, 0)?;
        self.dport = be16(l4, 2)?;
        Some(())
    }

    /// What it is, in a word or two.
    pub fn label(&self) -> String {
        if let Some(tcp) = self.tcp {
            let acked = |word: &str| {
                if tcp.ack() {
                    format!("{word}-ACK")
                } else {
                    word.to_owned()
                }
            };
            return match () {
                () if tcp.rst() => "RST".to_owned(),
                () if tcp.syn() => acked("SYN"),
                () if tcp.fin() => "FIN".to_owned(),
                () if self.payload > 0 => "data".to_owned(),
                () if tcp.ack() => "ACK".to_owned(),
                () => "TCP".to_owned(),
            };
        }
        let named = |names: &[&str]| {
            let at = usize::from(self.chunk?);
            names.get(at).map(|name| (*name).to_owned())
        };
        let six = self.protonum == l4::ICMPV6;
        match (self.protonum, self.icmp) {
            (l4::UDP, _) => "UDP".to_owned(),
            (l4::UDPLITE, _) => "UDP-Lite".to_owned(),
            (l4::GRE, _) => "GRE".to_owned(),
            (l4::SCTP, _) => named(&CHUNKS).unwrap_or_else(|| "SCTP".to_owned()),
            (l4::DCCP, _) => named(&DCCP_TYPES).unwrap_or_else(|| "DCCP".to_owned()),
            (_, Some((8, _))) if !six => w::ECHO_REQUEST.text().to_owned(),
            (_, Some((0, _))) if !six => w::ECHO_REPLY.text().to_owned(),
            (_, Some((128, _))) if six => w::ECHO_REQUEST.text().to_owned(),
            (_, Some((129, _))) if six => w::ECHO_REPLY.text().to_owned(),
            (_, Some((3, _))) if !six => "unreachable".to_owned(),
            (_, Some((1, _))) if six => "unreachable".to_owned(),
            (_, Some((kind, _))) => tell!(w::ICMP_TYPE_KIND, kind),
            (number, None) => tell!(w::PROTOCOL_NUMBER, number),
        }
    }
}

/// SCTP's chunks by type, as far as conntrack looks at them.
const CHUNKS: [&str; 15] = [
    "data",
    "INIT",
    "INIT ACK",
    "SACK",
    "heartbeat",
    "heartbeat ACK",
    "ABORT",
    "SHUTDOWN",
    "SHUTDOWN ACK",
    "SCTP error",
    "COOKIE ECHO",
    "COOKIE ACK",
    "ECNE",
    "CWR",
    "SHUTDOWN COMPLETE",
];

/// DCCP's packets by type.
const DCCP_TYPES: [&str; 10] = [
    "request",
    "response",
    "data",
    "ACK",
    "data ACK",
    "close request",
    "close",
    "reset",
    "sync",
    "sync ACK",
];

/// What a packet is, in a word or two, also if it cannot be read.
pub fn label(bytes: &[u8]) -> String {
    if is_fragment(bytes) {
        return w::FRAGMENT.text().to_owned();
    }
    Segment::read(bytes).map_or_else(|| w::PACKET.text().to_owned(), |segment| segment.label())
}

/// More of its datagram is elsewhere.
fn is_fragment(bytes: &[u8]) -> bool {
    /// The next header that is a fragment header (RFC 8200).
    const FRAGMENT: u8 = 44;
    match bytes.first().map(|first| first >> 4) {
        Some(4) => be16(bytes, 6).is_some_and(|word| word & 0x3fff != 0),
        Some(6) => bytes.get(6) == Some(&FRAGMENT),
        _ => false,
    }
}
