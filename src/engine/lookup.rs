//! Finding a connection by a tuple. [Figure 3]

use super::conn::{NfConn, Owner, Status};
use super::hash::{RawHash, hash_conntrack_raw};
use super::nulls::{ListId, Next, Node, NodeRef};
use super::probe::Probe;
use super::slab::ConnId;
use super::state::Conntrack;
use super::step::{Compared, DeleteCause, Step, Walker};
use super::tuple::{Dir, Tuple};

impl Conntrack {
    /// The seed of a namespace's hashes: the machine's random number XOR its own.
    pub fn hash_seed(&self, net: u8) -> u32 {
        self.config.seed ^ self.nets[usize::from(net)].hash_mix
    }

    /// [(2)] The raw hash of a tuple in a namespace.
    pub(super) fn hash_conntrack_raw<P: Probe>(
        &mut self,
        net: u8,
        tuple: &Tuple,
        probe: &mut P,
    ) -> RawHash {
        let seed = self.hash_seed(net);
        let raw = hash_conntrack_raw(tuple, seed);
        probe.step(self, || Step::HashComputed {
            tuple: *tuple,
            raw: raw.0,
            seed,
        });
        raw
    }

    /// Hashes a tuple and finds its connection; see [`Conntrack::find_get_hash`].
    pub(super) fn nf_conntrack_find_get<P: Probe>(
        &mut self,
        net: u8,
        tuple: &Tuple,
        by: Walker,
        probe: &mut P,
    ) -> Option<(ConnId, Dir)> {
        let raw = self.hash_conntrack_raw(net, tuple, probe);
        self.find_get_hash(net, tuple, raw, by, probe)
    }

    /// [(3) to (5)] Walks the tuple's bucket. What is expired is killed on the way; the first node
    /// that fits is it, and a reference is taken in the name of the lookup.
    /// Kernel: `__nf_conntrack_find_get`, net/netfilter/nf_conntrack_core.c, v5.10.19.
    pub(super) fn find_get_hash<P: Probe>(
        &mut self,
        net: u8,
        tuple: &Tuple,
        raw: RawHash,
        by: Walker,
        probe: &mut P,
    ) -> Option<(ConnId, Dir)> {
        let size = self.table.size();
        let bucket = raw.scale(size);
        probe.step(self, || Step::BucketChosen {
            raw: raw.0,
            size,
            bucket,
        });
        let found = self.find_in_bucket(net, tuple, bucket, by, probe);
        if let Some((conn, dir)) = found {
            probe.step(self, || Step::Found { conn, dir, bucket });
            // A connection in the table has the table's reference, so this one cannot fail.
            self.nf_conntrack_get(conn, Owner::Lookup, probe)
                .then_some((conn, dir))
        } else {
            None
        }
    }

    /// [(4)] The first node of a chain that is this tuple's, without taking a reference.
    /// Kernel: `____nf_conntrack_find`.
    pub(super) fn find_in_bucket<P: Probe>(
        &mut self,
        net: u8,
        tuple: &Tuple,
        bucket: u32,
        by: Walker,
        probe: &mut P,
    ) -> Option<(ConnId, Dir)> {
        let mut link = self.table.head(bucket);
        let mut nth = 0;
        while let Next::Node(node) = link.next() {
            let conn = self.conns.at(node.slot)?;
            nth += 1;
            let id = conn.id;
            // Confirm only compares; it kills nothing.
            let compared = if by != Walker::Confirm && conn.nf_ct_is_expired(self.now) {
                Compared::Expired
            } else {
                nf_ct_key_equal(conn, node.dir, tuple, net)
            };
            link = next_after(conn, node);
            if compared == Compared::Expired
                && let Next::Node(follower) = link.next()
                && follower.slot == node.slot
            {
                // Both nodes hang in this chain, one behind the other, and go together.
                link = next_after(conn, follower);
            }
            probe.step(self, || Step::NodeCompared {
                by,
                bucket,
                node,
                conn: id,
                nth,
                compared,
            });
            match compared {
                Compared::Match => return Some((id, node.dir)),
                Compared::Expired => self.nf_ct_gc_expired(id, probe),
                Compared::Differs(_) | Compared::OtherNet | Compared::Unconfirmed => {}
            }
        }
        probe.step(self, || Step::NotFound {
            by,
            bucket,
            compared: nth,
        });
        None
    }

    /// Kills an expired entry that a walk or gc met, holding a reference meanwhile.
    /// Kernel: `nf_ct_gc_expired`, net/netfilter/nf_conntrack_core.c, v5.10.19.
    pub(super) fn nf_ct_gc_expired<P: Probe>(&mut self, id: ConnId, probe: &mut P) {
        if !self.nf_conntrack_get(id, Owner::Gc, probe) {
            return;
        }
        if self.conns[id].nf_ct_should_gc(self.now) {
            self.nf_ct_delete(id, DeleteCause::Expired, probe);
        }
        self.nf_conntrack_put(id, Owner::Gc, probe);
    }

    /// The living connections whose node of this direction hangs in a bucket, in chain order.
    pub(super) fn conns_in_bucket(&self, bucket: u32, dir: Dir) -> Vec<ConnId> {
        self.walk(ListId::Bucket(bucket))
            .filter(|node| node.dir == dir)
            .filter_map(|node| Some(self.conns.at(node.slot)?.id))
            .collect()
    }
}

/// Compares a node with what is looked for: the tuple, then whether the entry is confirmed, then
/// the namespace. Dying is no part of it: a dying entry hangs in no chain.
/// Kernel: `nf_ct_key_equal`.
fn nf_ct_key_equal(conn: &NfConn, dir: Dir, tuple: &Tuple, net: u8) -> Compared {
    if let Some(field) = tuple.difference(conn.tuple(dir)) {
        Compared::Differs(field)
    } else if !conn.status.contains(Status::CONFIRMED) {
        Compared::Unconfirmed
    } else if conn.net != net {
        Compared::OtherNet
    } else {
        Compared::Match
    }
}

/// What follows a node in its list; the end of the table if it hangs in none.
fn next_after(conn: &NfConn, node: NodeRef) -> super::nulls::Link {
    match conn.tuplehash[node.dir.index()].node {
        Node::Linked { next, .. } => next,
        Node::Detached | Node::Stash(_) | Node::Fake => super::nulls::Link::nulls(0),
    }
}
