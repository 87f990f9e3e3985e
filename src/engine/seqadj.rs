//! Where NAT has changed the length of a stream.

use super::slab::ConnId;
use super::state::Conntrack;
use super::tuple::Dir;

impl Conntrack {
    /// By how much sequence number `pos` of this direction was moved: what the tracker subtracts
    /// from the acknowledgements of the other one. 0 for a connection without the SEQADJ
    /// extension, and no connection has it, since nothing changes payload.
    /// Kernel: `nf_ct_seq_offset`, net/netfilter/nf_conntrack_seqadj.c, v5.10.19.
    pub(super) const fn nf_ct_seq_offset(&self, _conn: ConnId, _dir: Dir, _pos: u32) -> i32 {
        0
    }
}
