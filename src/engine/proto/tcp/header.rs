//! The TCP header, and what is wrong with it.

use super::PacketKind;
use crate::engine::checksum::l4_checksum;
use crate::engine::extract::{L4Header, be16, be32};
use crate::engine::proto::Reason;

bitflags::bitflags! {
    /// The flags of a TCP header, by their bits in its 14th byte (RFC 9293).
    #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
    pub struct TcpBits: u8 {
        /// No more data from the sender.
        const FIN = 1 << 0;
        /// Synchronises sequence numbers.
        const SYN = 1 << 1;
        /// Resets the connection.
        const RST = 1 << 2;
        /// Push.
        const PSH = 1 << 3;
        /// The acknowledgement number counts.
        const ACK = 1 << 4;
        /// The urgent pointer counts.
        const URG = 1 << 5;
        /// Congestion was experienced.
        const ECE = 1 << 6;
        /// The congestion window was reduced.
        const CWR = 1 << 7;
    }
}

/// Flags that do not matter to the check.
const UNCHECKED: TcpBits = TcpBits::PSH.union(TcpBits::ECE).union(TcpBits::CWR);

/// Every combination of the other flags that is sent in earnest.
/// Kernel: `tcp_valid_flags`, net/netfilter/nf_conntrack_proto_tcp.c, v5.10.19.
pub const VALID_FLAGS: [TcpBits; 9] = [
    TcpBits::SYN,
    TcpBits::SYN.union(TcpBits::URG),
    TcpBits::SYN.union(TcpBits::ACK),
    TcpBits::RST,
    TcpBits::RST.union(TcpBits::ACK),
    TcpBits::FIN.union(TcpBits::ACK),
    TcpBits::FIN.union(TcpBits::ACK).union(TcpBits::URG),
    TcpBits::ACK,
    TcpBits::ACK.union(TcpBits::URG),
];

impl TcpBits {
    /// The row of the table.
    /// Kernel: `get_conntrack_index`, net/netfilter/nf_conntrack_proto_tcp.c, v5.10.19.
    pub const fn kind(self) -> PacketKind {
        if self.contains(TcpBits::RST) {
            PacketKind::Rst
        } else if self.contains(TcpBits::SYN) {
            if self.contains(TcpBits::ACK) {
                PacketKind::SynAck
            } else {
                PacketKind::Syn
            }
        } else if self.contains(TcpBits::FIN) {
            PacketKind::Fin
        } else if self.contains(TcpBits::ACK) {
            PacketKind::Ack
        } else {
            PacketKind::None
        }
    }

    /// `true` for a combination that is sent in earnest.
    pub fn valid(self) -> bool {
        VALID_FLAGS.contains(&self.difference(UNCHECKED))
    }
}

/// Bytes of a TCP header without options.
const HEADER: usize = 20;

/// What the tracker looks at in a segment, in host byte order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct TcpHeader<'a> {
    /// Flags.
    pub bits: TcpBits,
    /// Sequence number.
    pub seq: u32,
    /// Acknowledgement number, whether it counts or not.
    pub ack_seq: u32,
    /// Window, not scaled.
    pub window: u16,
    /// Sequence number behind the segment; SYN and FIN count one each
    /// (`segment_seq_plus_len`).
    pub end: u32,
    /// The options, as they stand behind the header's fixed part.
    pub options: &'a [u8],
}

/// `a` comes before `b` on the circle of sequence numbers.
pub(super) const fn before(a: u32, b: u32) -> bool {
    (a.wrapping_sub(b) as i32) < 0
}

/// `a` comes after `b` on the circle of sequence numbers.
pub(super) const fn after(a: u32, b: u32) -> bool {
    before(b, a)
}

/// Reads the header, unless there is something wrong with it.
/// Kernel: `tcp_error`, net/netfilter/nf_conntrack_proto_tcp.c, v5.10.19.
pub(super) fn tcp_error<'a>(
    bytes: &'a [u8],
    l4: &L4Header,
    verify: bool,
) -> Result<TcpHeader<'a>, Reason> {
    let segment = bytes.get(l4.offset..l4.end).ok_or(Reason::BadHeader)?;
    let header = read(segment).ok_or(Reason::BadHeader)?;
    if verify && l4_checksum(bytes, l4) != 0 {
        return Err(Reason::BadChecksum);
    }
    if !header.bits.valid() {
        return Err(Reason::BadFlags);
    }
    Ok(header)
}

/// The header, if it is whole, options included.
fn read(segment: &[u8]) -> Option<TcpHeader<'_>> {
    let header = segment.get(..HEADER)?;
    let length = usize::from(header[12] >> 4) * 4;
    let payload = segment.get(length..)?.len() as u32;
    let bits = TcpBits::from_bits_retain(header[13]);
    let seq = be32(header, 4)?;
    let phantom = u32::from(bits.contains(TcpBits::SYN)) + u32::from(bits.contains(TcpBits::FIN));
    Some(TcpHeader {
        bits,
        seq,
        ack_seq: be32(header, 8)?,
        window: be16(header, 14)?,
        end: seq.wrapping_add(payload).wrapping_add(phantom),
        options: segment.get(HEADER..length)?,
    })
}
