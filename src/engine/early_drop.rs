//! Making room in a full table.

use super::conn::{Owner, Status};
use super::hash::RawHash;
use super::nulls::ListId;
use super::probe::Probe;
use super::slab::ConnId;
use super::state::Conntrack;
use super::stats::Counter;
use super::step::{DeleteCause, Step};

/// Buckets that one attempt looks at.
/// Kernel: `NF_CT_EVICTION_RANGE`, net/netfilter/nf_conntrack_core.c, v5.10.19.
pub const EVICTION_RANGE: u32 = 8;

impl Conntrack {
    /// Deletes every unassured entry of the first bucket that has one, looking at up to eight
    /// buckets from the new connection's own on. Says whether anything went.
    /// Kernel: `early_drop`.
    pub(super) fn early_drop<P: Probe>(
        &mut self,
        net: u8,
        cpu: u8,
        raw: RawHash,
        probe: &mut P,
    ) -> bool {
        let size = self.table.size();
        let first = raw.scale(size);
        for nth in 0..EVICTION_RANGE {
            let bucket = ((u64::from(first) + u64::from(nth)) % u64::from(size)) as u32;
            let dropped = self.early_drop_list(net, bucket, probe);
            probe.step(self, || Step::EarlyDropBucket { bucket, dropped });
            if dropped > 0 {
                self.count_up(net, cpu, Counter::EarlyDrop, dropped, probe);
                return true;
            }
        }
        false
    }

    /// One bucket. Expired entries are killed on the way and do not count.
    /// Kernel: `early_drop_list`.
    fn early_drop_list<P: Probe>(&mut self, net: u8, bucket: u32, probe: &mut P) -> u32 {
        let mut drops = 0;
        for node in self.nodes(ListId::Bucket(bucket)) {
            // A connection may have gone with its other node of the same chain.
            let Some(conn) = self.conns.at(node.slot) else {
                continue;
            };
            if conn.list(node.dir) != Some(ListId::Bucket(bucket)) {
                continue;
            }
            let id = conn.id;
            if conn.nf_ct_is_expired(self.now) {
                self.nf_ct_gc_expired(id, probe);
            } else if !conn.status.intersects(Status::ASSURED | Status::DYING)
                && conn.net == net
                && self.evict(id, probe)
            {
                drops += 1;
            }
        }
        drops
    }

    fn evict<P: Probe>(&mut self, id: ConnId, probe: &mut P) -> bool {
        if !self.nf_conntrack_get(id, Owner::EarlyDrop, probe) {
            return false;
        }
        let gone = self.nf_ct_delete(id, DeleteCause::EarlyDrop, probe);
        self.nf_conntrack_put(id, Owner::EarlyDrop, probe);
        gone
    }
}
