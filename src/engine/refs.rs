//! References, each with the name of who holds it, and the small changes that trackers make.

use super::conn::{Owner, Status, Timeout};
use super::probe::Probe;
use super::slab::ConnId;
use super::state::Conntrack;
use super::stats::Counter;
use super::step::Step;
use super::time::Ticks;
use super::tuple::Dir;

impl Conntrack {
    /// One reference more, unless there is none at all: an object without references is free.
    /// Kernel: `atomic_inc_not_zero` on `ct_general.use`.
    pub(super) fn nf_conntrack_get<P: Probe>(
        &mut self,
        id: ConnId,
        by: Owner,
        probe: &mut P,
    ) -> bool {
        let conn = &mut self.conns[id];
        if conn.use_count == 0 {
            return false;
        }
        self.hold(id, by, probe);
        true
    }

    /// One reference more, from none too: the first one of a new connection.
    pub(super) fn hold<P: Probe>(&mut self, id: ConnId, by: Owner, probe: &mut P) {
        let conn = &mut self.conns[id];
        conn.use_count += 1;
        conn.refs.add(by);
        let left = conn.use_count;
        probe.step(self, || Step::RefTaken { conn: id, by, left });
    }

    /// A reference changes hands.
    pub(super) fn pass_ref<P: Probe>(&mut self, id: ConnId, from: Owner, to: Owner, probe: &mut P) {
        let refs = &mut self.conns[id].refs;
        refs.take(from);
        refs.add(to);
        probe.step(self, || Step::RefPassed { conn: id, from, to });
    }

    /// One reference less; the last one destroys the connection.
    /// Kernel: `nf_conntrack_put`, include/linux/skbuff.h, v5.10.19.
    pub(super) fn nf_conntrack_put<P: Probe>(&mut self, id: ConnId, by: Owner, probe: &mut P) {
        let conn = &mut self.conns[id];
        conn.refs.take(by);
        conn.use_count -= 1;
        let left = conn.use_count;
        // Without a reference it is on its way out, and nobody may look for it any more.
        conn.moving |= left == 0;
        probe.step(self, || Step::RefDropped { conn: id, by, left });
        if left == 0 {
            self.destroy_conntrack(id, probe);
        }
    }

    /// Sets a status bit; says whether it was clear before.
    pub(super) fn set_status<P: Probe>(&mut self, id: ConnId, bit: Status, probe: &mut P) -> bool {
        let conn = &mut self.conns[id];
        if conn.status.contains(bit) {
            return false;
        }
        conn.status |= bit;
        probe.step(self, || Step::StatusSet { conn: id, bit });
        true
    }

    /// Gives the connection `ticks` from now on, unless its timeout is fixed, and counts the
    /// packet. Before confirmation the length is stored as it is.
    /// Kernel: `__nf_ct_refresh_acct`, net/netfilter/nf_conntrack_core.c, v5.10.19.
    pub(super) fn nf_ct_refresh_acct<P: Probe>(
        &mut self,
        id: ConnId,
        dir: Dir,
        len: u32,
        ticks: Ticks,
        probe: &mut P,
    ) {
        let status = self.conns[id].status;
        if !status.contains(Status::FIXED_TIMEOUT) {
            let new = if status.contains(Status::CONFIRMED) {
                Timeout::Absolute(self.now.plus(ticks))
            } else {
                Timeout::Relative(ticks)
            };
            self.set_timeout(id, new, probe);
        }
        self.nf_ct_acct_update(id, dir, len, probe);
    }

    /// Stores a timeout.
    pub(super) fn set_timeout<P: Probe>(&mut self, id: ConnId, new: Timeout, probe: &mut P) {
        let old = core::mem::replace(&mut self.conns[id].timeout, new);
        probe.step(self, || Step::TimeoutSet { conn: id, old, new });
    }

    /// Counts a packet of `len` bytes, if the connection has counters.
    pub(super) fn nf_ct_acct_update<P: Probe>(
        &mut self,
        id: ConnId,
        dir: Dir,
        len: u32,
        probe: &mut P,
    ) {
        let Some(acct) = self.conns[id].ext.acct_mut() else {
            return;
        };
        let counted = &mut acct[dir.index()];
        // They wrap, as atomic64 does: an entry can be made with any numbers.
        counted.packets = counted.packets.wrapping_add(1);
        counted.bytes = counted.bytes.wrapping_add(u64::from(len));
        probe.step(self, || Step::Accounted {
            conn: id,
            dir,
            bytes: len,
        });
    }

    /// Raises a counter of a CPU in a namespace.
    pub(super) fn count_up<P: Probe>(
        &mut self,
        net: u8,
        cpu: u8,
        counter: Counter,
        by: u32,
        probe: &mut P,
    ) {
        let stats = &mut self.nets[usize::from(net)].pcpu[usize::from(cpu)].stats;
        stats.add(counter, by);
        probe.step(self, || Step::CounterRaised { counter, by, cpu });
    }
}
