//! The end of a connection: out of the table, then, with the last reference, out of memory.
//! [Figure 6]

use super::conn::{DestroyEvent, EventMask, Owner, Status, Timeout};
use super::ecache::Delivery;
use super::nulls::ListId;
use super::probe::Probe;
use super::profile::Difference;
use super::slab::ConnId;
use super::state::Conntrack;
use super::step::{DeleteCause, Step};
use super::time::Secs;
use super::tuple::Dir;

impl Conntrack {
    /// Deletes a connection from the table: DYING, the DESTROY event, out of both buckets, on the
    /// dying list, and last the table's reference. `false` if somebody else was first, or if the
    /// event could not be delivered: then the event worker has the table's reference.
    /// Kernel: `nf_ct_delete`, net/netfilter/nf_conntrack_core.c, v5.10.19.
    pub(super) fn nf_ct_delete<P: Probe>(
        &mut self,
        id: ConnId,
        cause: DeleteCause,
        probe: &mut P,
    ) -> bool {
        probe.step(self, || Step::DeleteCalled { conn: id, cause });
        // Only what is in the table can be deleted; nothing else can be found to ask it of.
        if !self.conns[id].status.contains(Status::CONFIRMED)
            || !self.set_status(id, Status::DYING, probe)
        {
            probe.step(self, || Step::DeleteRefused { conn: id });
            return false;
        }
        let stopped = self.stop_stamp(id);
        if let Some((_, stop @ None)) = self.conns[id].ext.tstamp_mut() {
            *stop = Some(stopped);
        }
        let net = self.conns[id].net;
        let delivered = self.nf_conntrack_eventmask_report(id, EventMask::DESTROY, probe);
        if delivered == Delivery::Failed {
            if let Some(ecache) = &mut self.conns[id].ext.ecache {
                ecache.destroy = DestroyEvent::Failed;
            }
            self.nf_ct_delete_from_lists(id, probe);
            self.pass_ref(id, Owner::Table, Owner::EventRetry, probe);
            if !self.has_pending_lists() {
                self.add_to_undelivered_list(id, probe);
            }
            self.conns[id].moving = false;
            let second = self.now.plus(self.hz().ticks(Secs(1)));
            let at = *self.nets[usize::from(net)].ecache_due.get_or_insert(second);
            probe.step(self, || Step::EventRetryDue { at });
            return false;
        }
        self.nf_ct_delete_from_lists(id, probe);
        self.conns[id].moving = false;
        self.nf_conntrack_put(id, Owner::Table, probe);
        // The listener hears again, so a worker that waits for that need not wait longer.
        if self.nets[usize::from(net)].ecache_due.is_some() {
            self.ecache_work_at_once(net, probe);
        }
        true
    }

    /// When an entry that is deleted now came to its end: now, in v6.18 when its time ran out.
    fn stop_stamp(&self, id: ConnId) -> u64 {
        let conn = &self.conns[id];
        match conn.timeout {
            Timeout::Absolute(at)
                if conn.nf_ct_is_expired(self.now)
                    && self.profile().since(Difference::StopAtExpiry) =>
            {
                self.uptime.saturating_sub(u64::from(self.now.since(at).0))
            }
            Timeout::Absolute(_) | Timeout::Relative(_) => self.uptime,
        }
    }

    /// Out of both buckets, under their locks, and on this CPU's dying list.
    /// Kernel: `nf_ct_delete_from_lists` with `clean_from_lists`.
    fn nf_ct_delete_from_lists<P: Probe>(&mut self, id: ConnId, probe: &mut P) {
        self.conns[id].moving = true;
        for dir in Dir::BOTH {
            if let Some(ListId::Bucket(bucket)) = self.unlink(id, dir) {
                probe.step(self, || Step::HashRemoved {
                    conn: id,
                    dir,
                    bucket,
                });
            }
        }
        self.nf_ct_remove_expectations(id, probe);
        if self.has_pending_lists() {
            self.conns[id].moving = false;
        }
        self.nf_ct_add_to_dying_list(id, probe);
    }

    /// The last reference is gone: off its list, the master's reference put, the object freed.
    /// Kernel: `destroy_conntrack` and `nf_conntrack_free`.
    pub(super) fn destroy_conntrack<P: Probe>(&mut self, id: ConnId, probe: &mut P) {
        self.conns[id].moving = true;
        probe.step(self, || Step::Destroyed { conn: id });
        self.nf_ct_remove_expectations(id, probe);
        self.nf_ct_del_from_dying_or_unconfirmed_list(id, probe);
        if let Some(master) = self.conns[id].master.take() {
            if self.conns[id].tuple(Dir::Original).has_gre_keys() {
                self.nf_ct_gre_keymap_destroy(master);
            }
            self.nf_conntrack_put(master, Owner::Child, probe);
        }
        let net = usize::from(self.conns[id].net);
        self.nf_nat_cleanup_conntrack(id);
        self.conns.remove(id);
        self.nets[net].count -= 1;
        let count = self.nets[net].count;
        probe.step(self, || Step::Freed { conn: id, count });
    }
}
