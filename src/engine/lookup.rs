//! Finding a connection by a tuple. [Figure 3]

use super::conn::{NfConn, Owner, Status};
use super::hash::{HashKey, RawHash, hash_conntrack_raw, sip_boot_key};
use super::nulls::{ListId, Next, Node, NodeRef};
use super::probe::Probe;
use super::profile::Difference;
use super::slab::ConnId;
use super::state::Conntrack;
use super::step::{Compared, DeleteCause, Step, Walker};
use super::tuple::{Dir, Tuple};
use super::zone::Zone;

/// What a walk looks for.
#[derive(Clone, Copy)]
pub(super) struct Key {
    /// Index of the namespace.
    pub net: u8,
    /// The zone.
    pub zone: Zone,
    /// The tuple.
    pub tuple: Tuple,
}

/// A walk gave up: the chain has more nodes than it would look at.
pub(super) struct ChainTooLong {
    /// Nodes seen.
    pub nodes: u32,
}

impl Conntrack {
    /// What goes into the hashes of a namespace, for tuples of this zone.
    pub fn hash_key(&self, net: u8, zone: u16) -> HashKey {
        let hash_mix = self.nets[usize::from(net)].hash_mix;
        if !self.profile().since(Difference::SipHash) {
            return HashKey::Jhash {
                seed: self.config.seed ^ hash_mix,
            };
        }
        let [k0, k1] = sip_boot_key(self.config.seed);
        HashKey::Sip {
            key: [k0 ^ u64::from(zone), k1 ^ u64::from(hash_mix)],
            zone,
        }
    }

    /// [(2)] The raw hash of a tuple in a namespace and a zone.
    pub(super) fn hash_conntrack_raw<P: Probe>(
        &mut self,
        net: u8,
        zone: u16,
        tuple: &Tuple,
        probe: &mut P,
    ) -> RawHash {
        let key = self.hash_key(net, zone);
        let raw = hash_conntrack_raw(tuple, key);
        probe.step(self, || Step::HashComputed {
            tuple: *tuple,
            raw: raw.0,
            key,
        });
        raw
    }

    /// Hashes a tuple and finds its connection; see [`Conntrack::find_get_hash`].
    pub(super) fn nf_conntrack_find_get<P: Probe>(
        &mut self,
        key: &Key,
        by: Walker,
        probe: &mut P,
    ) -> Option<(ConnId, Dir)> {
        let raw =
            self.hash_conntrack_raw(key.net, key.zone.id_of(Dir::Original), &key.tuple, probe);
        self.find_get_hash(key, raw, by, probe)
            .or_else(|| self.find_get_as_reply(key, by, probe))
    }

    /// v6.18, where the zone is part of the hash: a tuple that was not found by the zone of its
    /// original direction may be a reply, and in another zone as such.
    pub(super) fn find_get_as_reply<P: Probe>(
        &mut self,
        key: &Key,
        by: Walker,
        probe: &mut P,
    ) -> Option<(ConnId, Dir)> {
        let zone = key.zone.id_of(Dir::Reply);
        if !self.profile().since(Difference::ZoneLookedUpTwice)
            || zone == key.zone.id_of(Dir::Original)
        {
            return None;
        }
        let raw = self.hash_conntrack_raw(key.net, zone, &key.tuple, probe);
        self.find_get_hash(key, raw, by, probe)
    }

    /// [(3) to (5)] Walks the tuple's bucket. What is expired is killed on the way; the first node
    /// that fits is it, and a reference is taken in the name of the lookup.
    /// Kernel: `__nf_conntrack_find_get`, net/netfilter/nf_conntrack_core.c, v5.10.19.
    pub(super) fn find_get_hash<P: Probe>(
        &mut self,
        key: &Key,
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
        let found = self.find_in_bucket(key, bucket, by, u32::MAX, probe);
        if let Ok(Some((conn, dir))) = found {
            probe.step(self, || Step::Found { conn, dir, bucket });
            // A connection in the table has the table's reference, so this one cannot fail.
            self.nf_conntrack_get(conn, Owner::Lookup, probe)
                .then_some((conn, dir))
        } else {
            None
        }
    }

    /// [(4)] The first node of a chain that is this tuple's, without taking a reference. Gives up
    /// at a node that does not fit and has more than `limit` before it.
    /// Kernel: `____nf_conntrack_find`.
    pub(super) fn find_in_bucket<P: Probe>(
        &mut self,
        key: &Key,
        bucket: u32,
        by: Walker,
        limit: u32,
        probe: &mut P,
    ) -> Result<Option<(ConnId, Dir)>, ChainTooLong> {
        let mut link = self.table.head(bucket);
        let mut nth = 0;
        while let Next::Node(node) = link.next() {
            let Some(conn) = self.conns.at(node.slot) else {
                break;
            };
            nth += 1;
            let id = conn.id;
            // Confirm only compares; it kills nothing.
            let compared = if by != Walker::Confirm && conn.nf_ct_is_expired(self.now) {
                Compared::Expired
            } else {
                nf_ct_key_equal(conn, node.dir, key)
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
                Compared::Match => return Ok(Some((id, node.dir))),
                Compared::Expired => self.nf_ct_gc_expired(id, probe),
                Compared::Differs(_)
                | Compared::OtherZone
                | Compared::OtherNet
                | Compared::Unconfirmed => {}
            }
            if nth - 1 > limit {
                return Err(ChainTooLong { nodes: nth });
            }
        }
        probe.step(self, || Step::NotFound {
            by,
            bucket,
            compared: nth,
        });
        Ok(None)
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

/// Compares a node with what is looked for: the tuple, the zone that counts for the node's
/// direction, then whether the entry is confirmed, then the namespace. Dying is no part of it: a
/// dying entry hangs in no chain.
/// Kernel: `nf_ct_key_equal`.
fn nf_ct_key_equal(conn: &NfConn, dir: Dir, key: &Key) -> Compared {
    if let Some(field) = key.tuple.difference(conn.tuple(dir)) {
        Compared::Differs(field)
    } else if conn.zone.id_of(dir) != key.zone.id_of(dir) {
        Compared::OtherZone
    } else if !conn.status.contains(Status::CONFIRMED) {
        Compared::Unconfirmed
    } else if conn.net != key.net {
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
