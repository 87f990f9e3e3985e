//! The help-and-confirm hook: from the unconfirmed list into the table. [Figure 5]

use super::conn::{EventMask, NfConn, Owner, Status, Timeout};
use super::hash::{RawHash, hash_conntrack_raw};
use super::nulls::{ListId, Node};
use super::probe::Probe;
use super::skb::{CtInfo, SkbId};
use super::slab::ConnId;
use super::state::Conntrack;
use super::stats::Counter;
use super::step::{DropCause, Step, Walker};
use super::tuple::{Dir, ipproto};

#[cfg(test)]
mod tests;

/// Bucket locks; a bucket's lock is its index modulo this.
/// Kernel: `CONNTRACK_LOCKS`, include/net/netfilter/nf_conntrack_core.h, v5.10.19.
pub const CONNTRACK_LOCKS: u32 = 1024;

/// Buckets of a connection's two tuples.
#[derive(Clone, Copy)]
struct Buckets {
    original: u32,
    reply: u32,
}

impl Buckets {
    fn of(self, dir: Dir) -> u32 {
        match dir {
            Dir::Original => self.original,
            Dir::Reply => self.reply,
        }
    }

    /// Lock indices, lower first, as the kernel takes them.
    fn locks(self) -> (u32, u32) {
        let (a, b) = (
            self.original % CONNTRACK_LOCKS,
            self.reply % CONNTRACK_LOCKS,
        );
        (a.min(b), a.max(b))
    }
}

impl Conntrack {
    /// The last function of POSTROUTING and INPUT. Helpers and sequence adjustment would come
    /// before; no connection has any yet.
    /// Kernel: `ipv4_confirm`, net/netfilter/nf_conntrack_proto.c, v5.10.19.
    pub(super) fn confirm_hook<P: Probe>(
        &mut self,
        skb: SkbId,
        probe: &mut P,
    ) -> Result<(), DropCause> {
        let Some(packet) = self.skb(skb) else {
            return Ok(());
        };
        let (conn, ctinfo) = (packet.nfct, packet.ctinfo);
        probe.step(self, || Step::ConfirmCalled { skb, conn });
        let (Some(conn), Some(ctinfo)) = (conn, ctinfo) else {
            return Ok(());
        };
        if self.conns[conn].status.contains(Status::CONFIRMED) || ctinfo.is_reply() {
            probe.step(self, || Step::ConfirmSkipped { skb, conn });
        } else {
            self.nf_conntrack_confirm(skb, conn, ctinfo, probe)?;
        }
        // After a merge the packet's connection is another one; v5.10 still looks at the loser's
        // events, of which there are none.
        if self.conns.get(conn).is_some() {
            self.nf_ct_deliver_cached_events(conn, probe);
        }
        Ok(())
    }

    /// Kernel: `__nf_conntrack_confirm`, net/netfilter/nf_conntrack_core.c, v5.10.19.
    fn nf_conntrack_confirm<P: Probe>(
        &mut self,
        skb: SkbId,
        conn: ConnId,
        ctinfo: CtInfo,
        probe: &mut P,
    ) -> Result<(), DropCause> {
        let (net, cpu) = (self.conns[conn].net, self.cpu);
        let buckets = self.buckets(&self.conns[conn]);
        let Buckets { original, reply } = buckets;
        probe.step(self, || Step::BucketsReady {
            conn,
            original,
            reply,
        });
        let (first, second) = buckets.locks();
        probe.step(self, || Step::BucketsLocked { first, second });
        self.conns[conn].moving = true;
        self.nf_ct_del_from_dying_or_unconfirmed_list(conn, probe);
        let dying = self.conns[conn].status.contains(Status::DYING);
        probe.step(self, || Step::DyingChecked { conn, dying });
        if dying {
            self.conns[conn].moving = false;
            self.nf_ct_add_to_dying_list(conn, probe);
            self.count_up(net, cpu, Counter::InsertFailed, 1, probe);
            return Err(DropCause::DyingAtConfirm);
        }
        for dir in Dir::BOTH {
            let tuple = *self.conns[conn].tuple(dir);
            let found = self.find_in_bucket(net, &tuple, buckets.of(dir), Walker::Confirm, probe);
            if let Some((other, other_dir)) = found {
                probe.step(self, || Step::ClashFound {
                    conn,
                    other,
                    dir: other_dir,
                });
                return self.nf_ct_resolve_clash(skb, conn, ctinfo, other, buckets, probe);
            }
        }
        self.timeout_starts(conn, probe);
        self.nf_conntrack_insert_prepare(conn, probe);
        self.nf_conntrack_hash_insert(conn, buckets, probe);
        self.conns[conn].moving = false;
        probe.step(self, || Step::BucketsUnlocked { first, second });
        let event = if self.conns[conn].master.is_some() {
            EventMask::RELATED
        } else {
            EventMask::NEW
        };
        self.nf_conntrack_event_cache(conn, event, probe);
        Ok(())
    }

    /// [(1)] The original hash was saved at allocation; the reply hash is of the reply tuple as it
    /// is now, which NAT may have changed.
    fn buckets(&self, conn: &NfConn) -> Buckets {
        let seed = self.hash_seed(conn.net);
        let size = self.table.size();
        let original = conn
            .stashed_hash()
            .unwrap_or_else(|| hash_conntrack_raw(conn.tuple(Dir::Original), seed));
        let reply = hash_conntrack_raw(conn.tuple(Dir::Reply), seed);
        Buckets {
            original: original.scale(size),
            reply: reply.scale(size),
        }
    }

    /// The bucket that a tuple of a connection belongs to in the table as it is.
    pub(super) fn bucket_of(&self, conn: &NfConn, dir: Dir) -> u32 {
        let RawHash(raw) = hash_conntrack_raw(conn.tuple(dir), self.hash_seed(conn.net));
        RawHash(raw).scale(self.table.size())
    }

    /// `timeout += now`: the length becomes an instant.
    fn timeout_starts<P: Probe>(&mut self, conn: ConnId, probe: &mut P) {
        let now = self.now;
        let at = &mut self.conns[conn].timeout;
        if let Timeout::Relative(from) = *at {
            let to = now.plus(from);
            *at = Timeout::Absolute(to);
            probe.step(self, || Step::TimeoutStarted { conn, from, to });
        }
    }

    /// The table's reference, CONFIRMED, and the stamp of the start, if there is one.
    /// Kernel: `__nf_conntrack_insert_prepare`.
    fn nf_conntrack_insert_prepare<P: Probe>(&mut self, conn: ConnId, probe: &mut P) {
        self.hold(conn, Owner::Table, probe);
        self.set_status(conn, Status::CONFIRMED, probe);
        let uptime = self.uptime;
        if let Some((start, _)) = &mut self.conns[conn].ext.tstamp {
            *start = Some(uptime);
        }
    }

    /// [(4)] Both nodes go in at the heads of their buckets, original first.
    /// Kernel: `__nf_conntrack_hash_insert`.
    fn nf_conntrack_hash_insert<P: Probe>(
        &mut self,
        conn: ConnId,
        buckets: Buckets,
        probe: &mut P,
    ) {
        for dir in Dir::BOTH {
            let bucket = buckets.of(dir);
            self.link(conn, dir, ListId::Bucket(bucket));
            probe.step(self, || Step::HashInserted { conn, dir, bucket });
        }
    }

    /// Somebody with an equal tuple was faster. UDP can live with it, others lose.
    /// Kernel: `nf_ct_resolve_clash`.
    fn nf_ct_resolve_clash<P: Probe>(
        &mut self,
        skb: SkbId,
        loser: ConnId,
        ctinfo: CtInfo,
        other: ConnId,
        buckets: Buckets,
        probe: &mut P,
    ) -> Result<(), DropCause> {
        let (net, cpu) = (self.conns[loser].net, self.cpu);
        let allowed = self.conns[loser].tuple(Dir::Original).dst.protonum == ipproto::UDP;
        if allowed {
            if self.merge_allowed(loser, other) {
                self.merge(skb, loser, ctinfo, other, probe);
                return Ok(());
            }
            // The reply tuple may still be free: then the entry goes in by that node alone.
            let reply = *self.conns[loser].tuple(Dir::Reply);
            let taken = self.find_in_bucket(net, &reply, buckets.reply, Walker::Confirm, probe);
            match taken {
                Some((other, _)) if self.merge_allowed(loser, other) => {
                    self.merge(skb, loser, ctinfo, other, probe);
                    return Ok(());
                }
                Some(_) => {}
                None => {
                    self.nf_ct_resolve_clash_harder(loser, buckets.reply, probe);
                    return Ok(());
                }
            }
        }
        probe.step(self, || Step::ClashLost { conn: loser });
        self.conns[loser].moving = false;
        self.nf_ct_add_to_dying_list(loser, probe);
        self.count_up(net, cpu, Counter::Drop, 1, probe);
        self.count_up(net, cpu, Counter::InsertFailed, 1, probe);
        Err(DropCause::ClashLost)
    }

    /// v5.10: the winner is not dying, and either no NAT decision was made for it or both say the
    /// same in every tuple.
    fn merge_allowed(&self, loser: ConnId, winner: ConnId) -> bool {
        let (loser, winner) = (&self.conns[loser], &self.conns[winner]);
        let nat_done = Status::SRC_NAT_DONE | Status::DST_NAT_DONE;
        let same = Dir::BOTH
            .into_iter()
            .all(|dir| loser.tuple(dir).nf_ct_tuple_equal(winner.tuple(dir)));
        !winner.status.contains(Status::DYING) && (!winner.status.intersects(nat_done) || same)
    }

    /// The packet goes over to the winner, the loser is discarded.
    /// Kernel: `__nf_ct_resolve_clash`.
    fn merge<P: Probe>(
        &mut self,
        skb: SkbId,
        loser: ConnId,
        ctinfo: CtInfo,
        winner: ConnId,
        probe: &mut P,
    ) {
        let (net, cpu) = (self.conns[loser].net, self.cpu);
        self.hold(winner, Owner::Lookup, probe);
        let dir = if ctinfo.is_reply() {
            Dir::Reply
        } else {
            Dir::Original
        };
        if let Some(acct) = self.conns[loser].ext.acct {
            let len = u32::try_from(acct[dir.index()].bytes).unwrap_or(u32::MAX);
            self.nf_ct_acct_update(winner, dir, len, probe);
        }
        self.conns[loser].moving = false;
        self.nf_ct_add_to_dying_list(loser, probe);
        self.nf_reset_ct(skb, probe);
        self.nf_ct_set(skb, winner, ctinfo, probe);
        probe.step(self, || Step::ClashMerged {
            conn: loser,
            into: winner,
        });
        self.count_up(net, cpu, Counter::ClashResolve, 1, probe);
    }

    /// Only the reply node goes in, for one second that no packet prolongs.
    /// Kernel: `nf_ct_resolve_clash_harder`.
    fn nf_ct_resolve_clash_harder<P: Probe>(&mut self, conn: ConnId, bucket: u32, probe: &mut P) {
        let (net, cpu) = (self.conns[conn].net, self.cpu);
        let second = self.hz().ticks(super::time::Secs(1));
        let until = self.now.plus(second);
        let entry = &mut self.conns[conn];
        let old = core::mem::replace(&mut entry.timeout, Timeout::Absolute(until));
        entry.tuplehash[Dir::Original.index()].node = Node::Fake;
        let new = Timeout::Absolute(until);
        probe.step(self, || Step::TimeoutSet { conn, old, new });
        self.set_status(conn, Status::FIXED_TIMEOUT, probe);
        self.set_status(conn, Status::NAT_CLASH, probe);
        self.nf_conntrack_insert_prepare(conn, probe);
        self.link(conn, Dir::Reply, ListId::Bucket(bucket));
        probe.step(self, || Step::HashInserted {
            conn,
            dir: Dir::Reply,
            bucket,
        });
        self.conns[conn].moving = false;
        probe.step(self, || Step::ClashInserted { conn });
        self.count_up(net, cpu, Counter::ClashResolve, 1, probe);
    }
}
