//! The garbage collector: finds entries whose time ran out, in v5.10 a slice of the table at a
//! time. For v6.18 see [`super::gc_whole`].

use super::conn::{Owner, ProtoState, Status};
use super::nulls::ListId;
use super::probe::Probe;
use super::profile::Difference;
use super::proto::dccp::DccpState;
use super::proto::sctp::SctpState;
use super::proto::tcp::TcpState;
use super::slab::ConnId;
use super::state::Conntrack;
use super::step::{DeleteCause, Step};
use super::time::{Jiffies, Ticks};

/// A run visits this part of the table: one bucket in so many.
/// Kernel: `GC_MAX_BUCKETS_DIV`, net/netfilter/nf_conntrack_core.c, v5.10.19.
pub const MAX_BUCKETS_DIV: u32 = 128;
/// Seconds that a whole scan takes at most. Kernel: `GC_MAX_SCAN_JIFFIES`, 16 s.
pub const MAX_SCAN_SECS: u32 = 16;
/// Percent of expired nodes above which the next run comes soon. Kernel: `GC_EVICT_RATIO`.
pub const EVICT_RATIO: u32 = 50;

/// The shortest pause between two runs.
pub fn interval_min(hz: u32) -> u32 {
    (hz / MAX_BUCKETS_DIV).max(1)
}

/// The longest pause between two runs.
pub fn interval_max(hz: u32) -> u32 {
    MAX_SCAN_SECS * hz / MAX_BUCKETS_DIV
}

impl Idle {
    pub(super) fn count(&mut self, runs: u32, buckets: u64) {
        self.runs += runs;
        self.buckets += buckets;
    }
}

impl Conntrack {
    /// `true` if a run looks at the whole table.
    pub fn gc_is_whole(&self) -> bool {
        self.profile().since(Difference::GcWholeTable)
    }

    /// Buckets that one run visits, at least one; in v6.18 all up to the end of the table.
    pub fn gc_goal(&self) -> u32 {
        if self.gc_is_whole() {
            return self.table.size() - self.bucket_after(self.gc.last_bucket);
        }
        (self.table.size() / MAX_BUCKETS_DIV).max(1)
    }

    /// One run. Expired entries are killed; after the table was full, so are entries that can be
    /// spared, wherever their namespace is at 95 % of the limit.
    /// Kernel: `gc_worker`, net/netfilter/nf_conntrack_core.c, v5.10.19.
    pub(super) fn gc_worker<P: Probe>(&mut self, probe: &mut P) {
        if self.gc_is_whole() {
            return self.gc_worker_whole(probe);
        }
        let goal = self.gc_goal();
        let after = self.gc.last_bucket;
        let max95 = self.gc_max95();
        probe.step(self, || Step::GcStarted { after, goal });
        let (mut bucket, mut scanned, mut expired) = (after, 0, 0);
        for _ in 0..goal {
            bucket = self.bucket_after(bucket);
            let nodes = self.nodes(ListId::Bucket(bucket));
            let count = nodes.len() as u32;
            probe.step(self, || Step::GcBucket {
                bucket,
                nodes: count,
            });
            for node in nodes {
                let Some(conn) = self.conns.at(node.slot) else {
                    continue;
                };
                if conn.list(node.dir) != Some(ListId::Bucket(bucket)) {
                    continue;
                }
                let id = conn.id;
                scanned += 1;
                if conn.nf_ct_is_expired(self.now) {
                    probe.step(self, || Step::GcFound { conn: id });
                    self.nf_ct_gc_expired(id, probe);
                    expired += 1;
                } else if max95 != 0 {
                    self.gc_early_drop(id, max95, probe);
                }
            }
        }
        self.gc.last_bucket = bucket;
        self.gc.early_drop = false;
        self.gc_ends(bucket, scanned, expired, probe);
    }

    /// Entries in a namespace from which on more is sacrificed than what is expired; 0 is never.
    pub(super) fn gc_max95(&self) -> u32 {
        if self.gc.early_drop {
            self.max / 100 * 95
        } else {
            0
        }
    }

    /// Adapts the pause to what was found and puts the worker on the clock again.
    fn gc_ends<P: Probe>(&mut self, last: u32, scanned: u32, expired: u32, probe: &mut P) {
        let ratio = (u64::from(expired) * 100)
            .checked_div(u64::from(scanned))
            .unwrap_or(0);
        let hz = self.hz().per_second();
        let next = if ratio > u64::from(EVICT_RATIO) {
            interval_min(hz)
        } else {
            (self.gc.next_gc_run.0 + interval_min(hz)).min(interval_max(hz))
        };
        self.gc.next_gc_run = Ticks(next);
        self.gc.due = self.now.plus(Ticks(next));
        self.gc.runs += 1;
        probe.step(self, || Step::GcEnded {
            last,
            scanned,
            expired,
            next: Ticks(next),
        });
    }

    /// The 95 % rule for one entry; says whether it went.
    pub(super) fn gc_early_drop<P: Probe>(
        &mut self,
        id: ConnId,
        max95: u32,
        probe: &mut P,
    ) -> bool {
        let conn = &self.conns[id];
        if !conn.status.contains(Status::CONFIRMED)
            || conn.status.contains(Status::DYING)
            || self.nets[usize::from(conn.net)].count < max95
            || !self.nf_conntrack_get(id, Owner::Gc, probe)
        {
            return false;
        }
        let conn = &self.conns[id];
        let spare = conn.status.contains(Status::ASSURED) && !can_early_drop(&conn.proto);
        let gone = !spare && self.nf_ct_delete(id, DeleteCause::GcEarlyDrop, probe);
        self.nf_conntrack_put(id, Owner::Gc, probe);
        gone
    }

    /// The bucket after this one, round the end; a table that shrank starts again at 0.
    pub(super) fn bucket_after(&self, bucket: u32) -> u32 {
        let next = bucket.saturating_add(1);
        if next < self.table.size() { next } else { 0 }
    }

    /// Runs at this instant until every bucket was visited. Runs that find nothing are told as
    /// one.
    pub(super) fn gc_sweep<P: Probe>(&mut self, probe: &mut P) {
        let mut idle = Idle::default();
        let size = self.table.size();
        let mut visited = 0;
        while visited < size {
            visited += self.gc_goal();
            if self.gc_finds_nothing() {
                self.gc_idle_at(self.now, &mut idle);
            } else {
                self.gc_idle_told(&mut idle, probe);
                self.gc_worker(probe);
                if self.gc_is_whole() {
                    // It may have stopped on the way.
                    visited -= (size - 1 - self.gc.last_bucket).min(visited);
                }
            }
        }
        self.gc.due = self.now.plus(self.gc.next_gc_run);
        self.gc_idle_told(&mut idle, probe);
    }

    /// `true` if the next run has nothing to kill.
    pub(super) fn gc_finds_nothing(&self) -> bool {
        if self.gc.early_drop {
            return false;
        }
        let mut bucket = self.gc.last_bucket;
        (0..self.gc_goal()).all(|_| {
            bucket = self.bucket_after(bucket);
            self.walk(ListId::Bucket(bucket)).all(|node| {
                self.conns
                    .at(node.slot)
                    .is_none_or(|conn| !conn.nf_ct_is_expired(self.now))
            })
        })
    }

    /// A run at this instant that finds nothing: the cursor and the pause go on, nobody is told
    /// yet.
    pub(super) fn gc_idle_at(&mut self, at: Jiffies, idle: &mut Idle) {
        if self.gc_is_whole() {
            let expiries = self.gc_expiries();
            self.gc_idle_whole(idle, at, &expiries, 1);
        } else {
            self.gc_idle_runs(idle, 1);
        }
    }

    /// So many such runs at the pause that is reached. `due` is that of the run after the last.
    pub(super) fn gc_idle_runs(&mut self, idle: &mut Idle, runs: u32) {
        let (goal, size) = (u64::from(self.gc_goal()), u64::from(self.table.size()));
        let hz = self.hz().per_second();
        let visited = goal * u64::from(runs);
        // A cursor beyond a table that shrank goes to 0 with the first bucket.
        let from = u64::from(self.gc.last_bucket).min(size - 1);
        self.gc.last_bucket = ((from + visited) % size) as u32;
        for _ in 0..runs.min(interval_max(hz) + 1) {
            self.gc.next_gc_run =
                Ticks((self.gc.next_gc_run.0 + interval_min(hz)).min(interval_max(hz)));
        }
        self.gc.runs += u64::from(runs);
        idle.runs += runs;
        idle.buckets += visited;
    }

    /// Tells of the idle runs so far, as one step.
    pub(super) fn gc_idle_told<P: Probe>(&mut self, idle: &mut Idle, probe: &mut P) {
        let Idle { runs, buckets } = core::mem::take(idle);
        if runs > 0 {
            let (last, until) = (self.gc.last_bucket, self.now);
            probe.step(self, || Step::GcIdle {
                runs,
                buckets,
                last,
                until,
            });
        }
    }
}

/// Runs that found nothing and were not told of yet.
#[derive(Default)]
pub(super) struct Idle {
    runs: u32,
    buckets: u64,
}

/// `true` if an assured connection in this state may be sacrificed when the table is nearly full:
/// it is closing already.
/// Kernel: `can_early_drop` of the trackers, v5.10.19.
pub const fn can_early_drop(state: &ProtoState) -> bool {
    match state {
        ProtoState::Tcp(tcp) => matches!(
            tcp.state,
            TcpState::FinWait
                | TcpState::CloseWait
                | TcpState::LastAck
                | TcpState::TimeWait
                | TcpState::Close
        ),
        ProtoState::Sctp(sctp) => matches!(
            sctp.state,
            SctpState::ShutdownSent | SctpState::ShutdownRecd | SctpState::ShutdownAckSent
        ),
        ProtoState::Dccp(dccp) => matches!(
            dccp.state,
            DccpState::Closereq | DccpState::Closing | DccpState::Timewait
        ),
        ProtoState::None | ProtoState::Udp { .. } | ProtoState::Gre { .. } => false,
    }
}
