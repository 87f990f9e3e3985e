//! Changing the payload of a packet, as helpers do under NAT.

use super::packet::write16;
use crate::engine::addr::L3;
use crate::engine::checksum::{checksum_update, l4_checksum};
use crate::engine::command::PACKET_BYTES_MAX;
use crate::engine::extract::{be16, be32, get_l4proto};
use crate::engine::probe::Probe;
use crate::engine::skb::{CtInfo, SkbId};
use crate::engine::slab::ConnId;
use crate::engine::state::Conntrack;
use crate::engine::tuple::ipproto;

impl Conntrack {
    /// Puts other bytes in the place of `len` bytes at `at` of a TCP payload. Lengths and
    /// checksums follow; if the length changed, so do the numbers of the stream from here on.
    /// `false` if that cannot be: then nothing changed.
    /// Kernel: `nf_nat_mangle_tcp_packet`, net/netfilter/nf_nat_helper.c, v5.10.19.
    pub(in crate::engine) fn nf_nat_mangle_tcp_packet<P: Probe>(
        &mut self,
        skb: SkbId,
        conn: ConnId,
        ctinfo: CtInfo,
        (at, len): (usize, usize),
        with: &[u8],
        probe: &mut P,
    ) -> bool {
        let Some(seq) = self
            .skb_mut(skb)
            .and_then(|packet| mangle(&mut packet.bytes, at, len, with))
        else {
            return false;
        };
        // Both are parts of a packet.
        let by = with.len() as i32 - len as i32;
        self.nf_ct_seqadj_set(conn, ctinfo.dir(), seq, by, probe);
        true
    }
}

/// Does it to the bytes; says the segment's sequence number.
fn mangle(bytes: &mut Vec<u8>, at: usize, len: usize, with: &[u8]) -> Option<u32> {
    let mut l4 = get_l4proto(bytes).ok()?;
    if l4.protonum != ipproto::TCP {
        return None;
    }
    let segment = bytes.get(l4.offset..l4.end)?;
    let seq = be32(segment, 4)?;
    let payload = usize::from(*segment.get(12)? >> 4) * 4;
    let from = l4.offset + payload + at;
    segment.get(payload + at..payload + at + len)?;
    let end = l4.end - len + with.len();
    if end > PACKET_BYTES_MAX {
        return None;
    }
    // Padding behind the packet goes.
    bytes.truncate(l4.end);
    bytes.splice(from..from + len, with.iter().copied());
    l4.end = end;
    let (length_at, length) = match l4.l3 {
        L3::Ipv4 => (2, end as u16),
        L3::Ipv6 => (4, (end - 40) as u16),
    };
    let old = be16(bytes, length_at)?;
    write16(bytes, length_at, length)?;
    if l4.l3 == L3::Ipv4 {
        let sum = checksum_update(be16(bytes, 10)?, &old.to_be_bytes(), &length.to_be_bytes());
        write16(bytes, 10, sum)?;
    }
    write16(bytes, l4.offset + 16, 0)?;
    let sum = l4_checksum(bytes, &l4);
    write16(bytes, l4.offset + 16, sum)?;
    Some(seq)
}
