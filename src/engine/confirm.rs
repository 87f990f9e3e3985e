//! The help-and-confirm hook: from the unconfirmed list into the table. [Figure 5]

use super::conn::{EventMask, NfConn, Owner, Status, Timeout};
use super::hash::{RawHash, hash_conntrack_raw, splitmix32};
use super::lookup::{ChainTooLong, Key};
use super::nulls::{ListId, Node};
use super::probe::Probe;
use super::profile::Difference;
use super::skb::{CtInfo, SkbId};
use super::slab::ConnId;
use super::state::Conntrack;
use super::stats::Counter;
use super::step::{DropCause, Step, Walker};
use super::time::Secs;
use super::tuple::{Dir, ipproto};

#[cfg(test)]
mod tests;

/// Bucket locks; a bucket's lock is its index modulo this.
/// Kernel: `CONNTRACK_LOCKS`, include/net/netfilter/nf_conntrack_core.h, v5.10.19.
pub const CONNTRACK_LOCKS: u32 = 1024;

/// Nodes that confirm always goes past.
/// Kernel: `MIN_CHAINLEN`, net/netfilter/nf_conntrack_core.c, v6.18.
pub const MIN_CHAINLEN: u32 = 50;
/// How many limits there are from that one on: 50 to 79.
/// Kernel: `MAX_CHAINLEN`, net/netfilter/nf_conntrack_core.c, v6.18.
pub const CHAINLEN_SPREAD: u32 = 30;

/// How long an entry lives that went in by its reply node alone; no packet prolongs it.
/// Kernel: `nf_ct_resolve_clash_harder`, net/netfilter/nf_conntrack_core.c, v5.10.19.
pub const CLASH_TIMEOUT: Secs = Secs(1);

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
    /// The last function of POSTROUTING and INPUT: sequence adjustment, then confirm. Helpers would
    /// come before; no connection has any yet.
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
        self.call_helper(skb, conn, ctinfo, probe)?;
        if ctinfo != CtInfo::RelatedReply
            && self.conns[conn].status.contains(Status::SEQ_ADJUST)
            && !self.nf_ct_seq_adjust(skb, conn, ctinfo, probe)
        {
            let (net, cpu) = (self.conns[conn].net, self.cpu);
            self.count_up(net, cpu, Counter::Drop, 1, probe);
            return Err(DropCause::SeqAdjust);
        }
        if self.conns[conn].status.contains(Status::CONFIRMED) || ctinfo.is_reply() {
            probe.step(self, || Step::ConfirmSkipped { skb, conn });
        } else {
            self.nf_conntrack_confirm(skb, conn, ctinfo, probe)?;
        }
        // After a merge the packet's connection is another one; v5.10 still looks at the loser's
        // events, of which there are none.
        let conn = if self.profile().since(Difference::ClashWinnerTells) {
            self.skb(skb).and_then(|packet| packet.nfct).unwrap_or(conn)
        } else {
            conn
        };
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
        let (net, cpu, zone) = (self.conns[conn].net, self.cpu, self.conns[conn].zone);
        let limit = self.chain_limit();
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
            let key = Key { net, zone, tuple };
            let bucket = buckets.of(dir);
            let found = match self.find_in_bucket(&key, bucket, Walker::Confirm, limit, probe) {
                Ok(found) => found,
                Err(ChainTooLong { nodes }) => {
                    self.conns[conn].moving = false;
                    probe.step(self, || Step::ChainTooLong {
                        conn,
                        bucket,
                        nodes,
                        limit,
                    });
                    self.count_up(net, cpu, Counter::ChainTooLong, 1, probe);
                    self.count_up(net, cpu, Counter::InsertFailed, 1, probe);
                    return Err(DropCause::ChainTooLong);
                }
            };
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
        self.nf_conntrack_inserted(conn, probe);
        probe.step(self, || Step::BucketsUnlocked { first, second });
        if self.conns[conn].ext.helper().is_some() {
            self.nf_conntrack_event_cache(conn, EventMask::HELPER, probe);
        }
        let event = if self.conns[conn].master.is_some() {
            EventMask::RELATED
        } else {
            EventMask::NEW
        };
        self.nf_conntrack_event_cache(conn, event, probe);
        Ok(())
    }

    /// Nodes that a scan of this confirm goes past: v6.18 draws the limit anew each time, so that
    /// nobody can aim at it. v5.10 has none.
    /// Differs: drawn from the machine's seed and a counter.
    fn chain_limit(&mut self) -> u32 {
        if !self.profile().since(Difference::ChainLimit) {
            return u32::MAX;
        }
        self.confirms = self.confirms.wrapping_add(1);
        let at = u64::from(self.config.seed) << 32 | u64::from(self.confirms);
        MIN_CHAINLEN + RawHash(splitmix32(at)).scale(CHAINLEN_SPREAD)
    }

    /// [(1)] The original hash was saved at allocation; the reply hash is of the reply tuple as it
    /// is now, which NAT may have changed.
    fn buckets(&self, conn: &NfConn) -> Buckets {
        let size = self.table.size();
        let original = conn
            .stashed_hash()
            .unwrap_or_else(|| self.raw_of(conn, Dir::Original));
        let reply = self.raw_of(conn, Dir::Reply);
        Buckets {
            original: original.scale(size),
            reply: reply.scale(size),
        }
    }

    /// The bucket that a tuple of a connection belongs to in the table as it is.
    pub(super) fn bucket_of(&self, conn: &NfConn, dir: Dir) -> u32 {
        self.raw_of(conn, dir).scale(self.table.size())
    }

    /// The raw hash of a connection's tuple as it is now.
    pub fn raw_of(&self, conn: &NfConn, dir: Dir) -> RawHash {
        let key = self.hash_key(conn.net, conn.zone.id_of(dir));
        hash_conntrack_raw(conn.tuple(dir), key)
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

    /// The table's reference, in v5.10 CONFIRMED, and the stamp of the start, if there is one.
    /// Kernel: `__nf_conntrack_insert_prepare`.
    fn nf_conntrack_insert_prepare<P: Probe>(&mut self, conn: ConnId, probe: &mut P) {
        self.hold(conn, Owner::Table, probe);
        if !self.profile().since(Difference::ConfirmedAfterInsertion) {
            self.set_status(conn, Status::CONFIRMED, probe);
        }
        let uptime = self.uptime;
        if let Some((start, _)) = self.conns[conn].ext.tstamp_mut() {
            *start = Some(uptime);
        }
    }

    /// The nodes are in; in v6.18 now the entry counts as CONFIRMED.
    fn nf_conntrack_inserted<P: Probe>(&mut self, conn: ConnId, probe: &mut P) {
        self.set_status(conn, Status::CONFIRMED, probe);
        self.conns[conn].moving = false;
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

    /// Somebody with an equal tuple was faster. Protocols without states can live with it, others
    /// lose.
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
        if self.allow_clash(self.conns[loser].tuple(Dir::Original).dst.protonum) {
            if self.merge_allowed(loser, other) {
                self.merge(skb, loser, ctinfo, other, probe);
                return Ok(());
            }
            // The reply tuple may still be free: then the entry goes in by that node alone.
            let key = Key {
                net,
                zone: self.conns[loser].zone,
                tuple: *self.conns[loser].tuple(Dir::Reply),
            };
            let (bucket, by) = (buckets.reply, Walker::Confirm);
            match self
                .find_in_bucket(&key, bucket, by, u32::MAX, probe)
                .ok()
                .flatten()
            {
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

    /// `true` for protocols in which one flow may be opened twice.
    /// Kernel: `nf_conntrack_l4proto.allow_clash`.
    pub(super) fn allow_clash(&self, protonum: u8) -> bool {
        match protonum {
            ipproto::UDP | ipproto::UDPLITE => true,
            ipproto::TCP | ipproto::ICMP | ipproto::ICMPV6 | ipproto::SCTP => false,
            // GRE, and what has no tracker.
            ipproto::DCCP if !self.profile().since(Difference::DccpGeneric) => false,
            _ => self.profile().since(Difference::ClashMoreProtocols),
        }
    }

    /// v5.10: the winner is not dying, and either no NAT decision was made for it or both say the
    /// same in every tuple. v6.18: both say the same in every tuple, or each the other way round.
    fn merge_allowed(&self, loser: ConnId, winner: ConnId) -> bool {
        let (loser, winner) = (&self.conns[loser], &self.conns[winner]);
        let equal = |turned: bool| {
            Dir::BOTH.into_iter().all(|dir| {
                let other = if turned { dir.other() } else { dir };
                loser.tuple(dir).nf_ct_tuple_equal(winner.tuple(other))
                    && loser.zone.id_of(dir) == winner.zone.id_of(other)
            }) && loser.net == winner.net
        };
        if self.profile().since(Difference::ClashMirrored) {
            return equal(false) || equal(true);
        }
        let nat_done = Status::SRC_NAT_DONE | Status::DST_NAT_DONE;
        let same = equal(false);
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
        if let Some(acct) = self.conns[loser].ext.acct() {
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

    /// Only the reply node goes in, for [`CLASH_TIMEOUT`].
    /// Kernel: `nf_ct_resolve_clash_harder`.
    fn nf_ct_resolve_clash_harder<P: Probe>(&mut self, conn: ConnId, bucket: u32, probe: &mut P) {
        let (net, cpu) = (self.conns[conn].net, self.cpu);
        let until = self.now.plus(self.hz().ticks(CLASH_TIMEOUT));
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
        self.nf_conntrack_inserted(conn, probe);
        probe.step(self, || Step::ClashInserted { conn });
        self.count_up(net, cpu, Counter::ClashResolve, 1, probe);
    }
}
