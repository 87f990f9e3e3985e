//! Sequence adjustment: where NAT changed the length of a stream, numbers move with it.

use super::checksum::checksum_update;
use super::conn::Status;
use super::extract::{L4Header, be16, be32, get_l4proto};
use super::probe::Probe;
use super::skb::{CtInfo, SkbId};
use super::slab::ConnId;
use super::state::Conntrack;
use super::step::Step;
use super::tuple::{Dir, ipproto};

/// How the numbers of one direction move. Kernel: `struct nf_ct_seqadj`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SeqAdj {
    /// The number at which the length changed last.
    pub correction_pos: u32,
    /// By how much the numbers up to there move.
    pub offset_before: i32,
    /// By how much those behind it move.
    pub offset_after: i32,
}

/// Bytes of a TCP header without options.
const TCP_HEADER: usize = 20;

/// `true` if `a` lies behind `b`, as numbers that wrap.
pub(super) const fn after(a: u32, b: u32) -> bool {
    (b.wrapping_sub(a) as i32) < 0
}

impl SeqAdj {
    /// By how much a number of this direction moves.
    const fn offset(&self, seq: u32) -> i32 {
        if after(seq, self.correction_pos) {
            self.offset_after
        } else {
            self.offset_before
        }
    }

    /// By how much a number moved that comes back from the other side.
    const fn offset_of_moved(&self, ack: u32) -> i32 {
        self.offset(ack.wrapping_sub(self.offset_before as u32))
    }
}

impl Conntrack {
    /// The length of what a direction sends changed by `by` bytes in the segment that begins at
    /// `seq`.
    /// Kernel: `nf_ct_seqadj_set`, net/netfilter/nf_conntrack_seqadj.c, v5.10.19.
    /// Differs: the area is added when it is needed; a kernel adds it along with NAT to a
    /// connection that has a helper.
    pub(super) fn nf_ct_seqadj_set<P: Probe>(
        &mut self,
        conn: ConnId,
        dir: Dir,
        seq: u32,
        by: i32,
        probe: &mut P,
    ) {
        if by == 0 {
            return;
        }
        let rare = self.conns[conn].ext.rare.get_or_insert_default();
        let areas = rare.seqadj.get_or_insert_default();
        let this = &mut areas[dir.index()];
        if this.offset_before == this.offset_after || after(seq, this.correction_pos) {
            this.correction_pos = seq;
            this.offset_before = this.offset_after;
            this.offset_after = this.offset_after.wrapping_add(by);
        }
        probe.step(self, || Step::SeqOffsetSet { conn, dir, seq, by });
        self.set_status(conn, Status::SEQ_ADJUST, probe);
    }

    /// By how much number `pos` of a direction moves: what the tracker takes off the
    /// acknowledgements of the other one.
    /// Kernel: `nf_ct_seq_offset`, net/netfilter/nf_conntrack_seqadj.c, v5.10.19.
    pub(super) fn nf_ct_seq_offset(&self, conn: ConnId, dir: Dir, pos: u32) -> i32 {
        self.conns[conn]
            .ext
            .seqadj()
            .map_or(0, |areas| areas[dir.index()].offset(pos))
    }

    /// Moves the numbers in a packet. `false` if its header is cut off.
    /// Kernel: `nf_ct_seq_adjust`, net/netfilter/nf_conntrack_seqadj.c, v5.10.19.
    pub(super) fn nf_ct_seq_adjust<P: Probe>(
        &mut self,
        skb: SkbId,
        conn: ConnId,
        ctinfo: CtInfo,
        probe: &mut P,
    ) -> bool {
        let Some(areas) = self.conns[conn].ext.seqadj() else {
            return true;
        };
        let dir = ctinfo.dir();
        let (this, other) = (areas[dir.index()], areas[dir.other().index()]);
        let Some(packet) = self.skb_mut(skb) else {
            return true;
        };
        let Ok(l4) = get_l4proto(&packet.bytes) else {
            return false;
        };
        if l4.protonum != ipproto::TCP {
            return true;
        }
        let Some((seq, ack)) = adjust(&mut packet.bytes, &l4, &this, &other) else {
            return false;
        };
        if (seq, ack) != (0, 0) {
            probe.step(self, || Step::SeqAdjusted {
                skb,
                conn,
                seq,
                ack,
            });
        }
        true
    }
}

/// Moves the numbers in a segment; says by how much `seq` and `ack` went.
fn adjust(bytes: &mut [u8], l4: &L4Header, this: &SeqAdj, other: &SeqAdj) -> Option<(i32, i32)> {
    let segment = bytes.get_mut(l4.offset..l4.end)?;
    let header = usize::from(*segment.get(12)? >> 4) * 4;
    let segment = segment.get_mut(..header.max(TCP_HEADER))?;
    let seq = this.offset(be32(segment, 4)?);
    move_number(segment, 4, seq)?;
    let has_ack = segment[13] & 0x10 != 0;
    if !has_ack {
        return Some((seq, 0));
    }
    let ack = other.offset_of_moved(be32(segment, 8)?).wrapping_neg();
    move_number(segment, 8, ack)?;
    for at in sack_edges(segment) {
        let by = other.offset_of_moved(be32(segment, at)?).wrapping_neg();
        move_number(segment, at, by)?;
    }
    Some((seq, ack))
}

/// Where the edges of SACK blocks are in a TCP header with options.
/// Source: RFC 2018.
fn sack_edges(header: &[u8]) -> Vec<usize> {
    let mut edges = Vec::new();
    let mut at = TCP_HEADER;
    while let Some(&kind) = header.get(at) {
        let len = match kind {
            0 => break,
            1 => 1,
            _ => match header.get(at + 1) {
                Some(&len) if len >= 2 && at + usize::from(len) <= header.len() => usize::from(len),
                _ => break,
            },
        };
        if kind == 5 && len >= 10 && (len - 2) % 8 == 0 {
            edges.extend((at + 2..at + len).step_by(4));
        }
        at += len;
    }
    edges
}

/// Moves the number at an offset of a TCP header, and the checksum with it.
fn move_number(header: &mut [u8], at: usize, by: i32) -> Option<()> {
    if by == 0 {
        return Some(());
    }
    let old = be32(header, at)?;
    let new = old.wrapping_add_signed(by);
    let sum = checksum_update(be16(header, 16)?, &aligned(old, at), &aligned(new, at));
    header
        .get_mut(at..at + 4)?
        .copy_from_slice(&new.to_be_bytes());
    header.get_mut(16..18)?.copy_from_slice(&sum.to_be_bytes());
    Some(())
}

/// A number as it counts in a checksum: at an odd place its bytes are the other halves of words.
fn aligned(number: u32, at: usize) -> [u8; 6] {
    let mut bytes = [0; 6];
    let odd = at % 2;
    bytes[odd..odd + 4].copy_from_slice(&number.to_be_bytes());
    bytes
}
