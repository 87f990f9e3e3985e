//! A table of another size.

use super::config::BUCKETS_MAX;
use super::dispatch::{Outcome, Refusal};
use super::nulls::{ListId, Node};
use super::probe::Probe;
use super::state::Conntrack;
use super::step::Step;
use super::table::Table;

impl Conntrack {
    /// Moves every node to a table of `buckets` buckets: old chain by old chain, first node first,
    /// each to the head of its new chain, so the order within a chain turns round.
    /// Kernel: `nf_conntrack_hash_resize`, net/netfilter/nf_conntrack_core.c, v5.10.19.
    /// Differs: the size is not rounded up to a multiple of 512, as for [`super::Config::buckets`].
    pub(super) fn nf_conntrack_hash_resize<P: Probe>(
        &mut self,
        buckets: u32,
        probe: &mut P,
    ) -> Result<Outcome, Refusal> {
        let from = self.table.size();
        if !(1..=BUCKETS_MAX).contains(&buckets) {
            return Err(Refusal::Buckets(buckets));
        }
        probe.step(self, || Step::ResizeStarted { from, to: buckets });
        let mut nodes = 0;
        if buckets != from {
            let chains: Vec<_> = (0..from).map(|at| self.nodes(ListId::Bucket(at))).collect();
            let generation = self.table.generation + 2;
            self.table = Table::new(buckets);
            self.table.generation = generation;
            for node in chains.into_iter().flatten() {
                let Some(conn) = self.conns.at_mut(node.slot) else {
                    continue;
                };
                conn.tuplehash[node.dir.index()].node = Node::Detached;
                let id = conn.id;
                let bucket = self.bucket_of(&self.conns[id], node.dir);
                self.link(id, node.dir, ListId::Bucket(bucket));
                nodes += 1;
            }
        }
        probe.step(self, || Step::ResizeEnded {
            size: buckets,
            nodes,
        });
        Ok(Outcome::default())
    }
}
