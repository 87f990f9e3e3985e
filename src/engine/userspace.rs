//! What an operator does with `conntrack -D`, `-U` and `-F`.

use super::command::TupleFilter;
use super::conn::{EventMask, NfConn, Owner, Place, Status};
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
        let Some(found) = self.find_by_request(id, probe) else {
            return false;
        };
        self.nf_ct_delete(found, DeleteCause::Asked, probe);
        let gone = self.conns[found].status.contains(Status::DYING);
        self.nf_conntrack_put(found, Owner::Netlink, probe);
        gone
    }

    /// A request names an entry by its original tuple; the lookup's reference is the request's.
    fn find_by_request<P: Probe>(&mut self, id: ConnId, probe: &mut P) -> Option<ConnId> {
        let conn = &self.conns[id];
        let key = Key {
            net: conn.net,
            zone: conn.zone,
            tuple: *conn.tuple(Dir::Original),
        };
        let (found, _) = self.nf_conntrack_find_get(&key, Walker::Lookup, probe)?;
        self.pass_ref(found, Owner::Lookup, Owner::Netlink, probe);
        Some(found)
    }

    /// The tool lists the namespace's table, which kills what is expired, and asks for the
    /// deletion of every entry that fits.
    pub(super) fn delete_matching<P: Probe>(
        &mut self,
        filter: &TupleFilter,
        probe: &mut P,
    ) -> Outcome {
        let mut deleted = 0;
        for id in self.dump(filter, probe) {
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

    /// The entries of the namespace that fit, as a dump finds them: it kills what is expired.
    fn dump<P: Probe>(&mut self, filter: &TupleFilter, probe: &mut P) -> Vec<ConnId> {
        let net = self.net;
        let mut wanted = Vec::new();
        for bucket in 0..self.table.size() {
            for id in self.conns_in_bucket(bucket, Dir::Original) {
                let conn = &self.conns[id];
                if conn.nf_ct_is_expired(self.now) {
                    self.nf_ct_gc_expired(id, probe);
                } else if conn.net == net && filter.fits(conn) {
                    wanted.push(id);
                }
            }
        }
        wanted
    }

    /// The tool lists the namespace's table and asks for a new mark for every entry that fits and
    /// has another one.
    pub(super) fn update_matching<P: Probe>(
        &mut self,
        filter: &TupleFilter,
        mark: u32,
        probe: &mut P,
    ) -> Outcome {
        let mut updated = 0;
        for id in self.dump(filter, probe) {
            // A request may meet and kill another one's entry.
            let differs = |conn: &NfConn| conn.place() == Place::Table && conn.mark != mark;
            if self.conns.get(id).is_some_and(differs) {
                updated += u32::from(self.update_by_tuple(id, mark, probe));
            }
        }
        if updated == 0 {
            probe.step(self, || Step::Configured);
        }
        Outcome {
            updated,
            ..Outcome::default()
        }
    }

    /// One request. The event goes out at once, and names all that such a request may change.
    /// Kernel: `ctnetlink_change_conntrack`, net/netfilter/nf_conntrack_netlink.c, v5.10.19.
    fn update_by_tuple<P: Probe>(&mut self, id: ConnId, mark: u32, probe: &mut P) -> bool {
        let Some(found) = self.find_by_request(id, probe) else {
            return false;
        };
        let old = core::mem::replace(&mut self.conns[found].mark, mark);
        probe.step(self, || Step::MarkSet {
            conn: found,
            old,
            new: mark,
        });
        let bits = EventMask::REPLY
            | EventMask::ASSURED
            | EventMask::PROTOINFO
            | EventMask::HELPER
            | EventMask::MARK;
        // Whoever asked is not told whether a listener heard of it.
        let _ = self.nf_conntrack_eventmask_report(found, bits, probe);
        self.nf_conntrack_put(found, Owner::Netlink, probe);
        true
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
