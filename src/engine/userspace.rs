//! What an operator does with `conntrack -D` and `conntrack -F`.

use super::command::TupleFilter;
use super::conn::{Owner, Place, Status};
use super::dispatch::{Outcome, Refusal};
use super::lookup::Key;
use super::nulls::ListId;
use super::probe::Probe;
use super::slab::ConnId;
use super::state::Conntrack;
use super::step::{DeleteCause, Step, Walker};
use super::tuple::Dir;

impl Conntrack {
    /// Deletes the connection of this number, found again by its original tuple.
    /// Kernel: `ctnetlink_del_conntrack`, net/netfilter/nf_conntrack_netlink.c, v5.10.19.
    pub(super) fn delete_number<P: Probe>(
        &mut self,
        number: u32,
        probe: &mut P,
    ) -> Result<Outcome, Refusal> {
        let conn = self
            .conns
            .by_number(number)
            .filter(|conn| conn.place() == Place::Table)
            .ok_or(Refusal::NoSuchConn(number))?;
        let id = conn.id;
        let deleted = u32::from(self.delete_by_tuple(id, probe));
        Ok(Outcome {
            deleted,
            ..Outcome::default()
        })
    }

    /// One request: a lookup by tuple, which takes a reference, then the deletion.
    fn delete_by_tuple<P: Probe>(&mut self, id: ConnId, probe: &mut P) -> bool {
        let conn = &self.conns[id];
        let key = Key {
            net: conn.net,
            zone: conn.zone,
            tuple: *conn.tuple(Dir::Original),
        };
        let Some((found, _)) = self.nf_conntrack_find_get(&key, Walker::Lookup, probe) else {
            return false;
        };
        self.pass_ref(found, Owner::Lookup, Owner::Netlink, probe);
        self.nf_ct_delete(found, DeleteCause::Asked, probe);
        let gone = self.conns[found].status.contains(Status::DYING);
        self.nf_conntrack_put(found, Owner::Netlink, probe);
        gone
    }

    /// The tool lists the namespace's table, which kills what is expired, and asks for the
    /// deletion of every entry that fits.
    pub(super) fn delete_matching<P: Probe>(
        &mut self,
        filter: &TupleFilter,
        probe: &mut P,
    ) -> Outcome {
        let net = self.net;
        let mut wanted = Vec::new();
        for bucket in 0..self.table.size() {
            for id in self.conns_in_bucket(bucket, Dir::Original) {
                let conn = &self.conns[id];
                if conn.nf_ct_is_expired(self.now) {
                    self.nf_ct_gc_expired(id, probe);
                } else if conn.net == net && filter.matches(conn.tuple(Dir::Original)) {
                    wanted.push(id);
                }
            }
        }
        let mut deleted = 0;
        for id in wanted {
            if self
                .conns
                .get(id)
                .is_some_and(|conn| conn.place() == Place::Table)
            {
                deleted += u32::from(self.delete_by_tuple(id, probe));
            }
        }
        if deleted == 0 {
            probe.step(self, || Step::Configured);
        }
        Outcome {
            deleted,
            ..Outcome::default()
        }
    }

    /// Deletes every entry of the current namespace, bucket by bucket, met by its reply node.
    /// Kernel: `nf_ct_iterate_cleanup` with `get_next_corpse`.
    pub(super) fn flush<P: Probe>(&mut self, probe: &mut P) -> Outcome {
        let net = self.net;
        let mut deleted = 0;
        for bucket in 0..self.table.size() {
            for node in self.nodes(ListId::Bucket(bucket)) {
                let Some(conn) = self.conns.at(node.slot) else {
                    continue;
                };
                let here = conn.list(node.dir) == Some(ListId::Bucket(bucket));
                if node.dir != Dir::Reply || !here || conn.net != net {
                    continue;
                }
                let id = conn.id;
                if self.nf_conntrack_get(id, Owner::Flush, probe) {
                    self.nf_ct_delete(id, DeleteCause::Flush, probe);
                    self.nf_conntrack_put(id, Owner::Flush, probe);
                    deleted += 1;
                }
            }
        }
        if deleted == 0 {
            probe.step(self, || Step::Configured);
        }
        Outcome {
            deleted,
            ..Outcome::default()
        }
    }
}
