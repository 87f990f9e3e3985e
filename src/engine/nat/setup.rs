//! The decision: a new reply tuple, and the bits that say so.

use super::Manip;
use crate::engine::conn::Status;
use crate::engine::extract::nf_ct_invert_tuple;
use crate::engine::probe::Probe;
use crate::engine::rules::NatRange;
use crate::engine::slab::ConnId;
use crate::engine::state::Conntrack;
use crate::engine::step::Step;
use crate::engine::tuple::Dir;

impl Conntrack {
    /// Gives a connection that is not confirmed an address and a port of a range. What changes is
    /// the reply tuple; the original one says for ever what the first packet said. Nothing happens
    /// if it is confirmed, or if this half was decided before.
    /// Kernel: `nf_nat_setup_info`, net/netfilter/nf_nat_core.c, v5.10.19.
    pub(in crate::engine) fn nf_nat_setup_info<P: Probe>(
        &mut self,
        conn: ConnId,
        range: &NatRange,
        manip: Manip,
        probe: &mut P,
    ) {
        let entry = &self.conns[conn];
        let old = *entry.tuple(Dir::Reply);
        if entry.status.intersects(Status::CONFIRMED | manip.done()) {
            return;
        }
        // What the packet looks like after the manips so far.
        let Some(current) = nf_ct_invert_tuple(&old) else {
            return;
        };
        let new = self.get_unique_tuple(conn, &current, range, manip, probe);
        if !new.nf_ct_tuple_equal(&current)
            && let Some(reply) = nf_ct_invert_tuple(&new)
        {
            self.conns[conn].tuplehash[Dir::Reply.index()].tuple = reply;
            probe.step(self, || Step::NatReplyChanged {
                conn,
                old,
                new: reply,
            });
            self.set_status(conn, manip.bit(), probe);
        }
        if manip == Manip::Src {
            self.link_by_source(conn);
        }
        self.set_status(conn, manip.done(), probe);
        if manip == Manip::Src {
            probe.step(self, || Step::BysourceLinked { conn });
        }
    }
}
