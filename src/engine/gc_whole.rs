//! The garbage collector of v6.18: a run looks at the whole table, and the time that entries have
//! left on average says when it comes again.

use super::conn::Timeout;
use super::gc::Idle;
use super::nulls::ListId;
use super::probe::Probe;
use super::state::Conntrack;
use super::step::Step;
use super::time::{Jiffies, Ticks};

/// Longest pause between two cycles, in seconds, and what the average begins with.
/// Kernel: `GC_SCAN_INTERVAL_MAX` and `GC_SCAN_INTERVAL_INIT`, net/netfilter/nf_conntrack_core.c,
/// v6.18.
pub const SCAN_INTERVAL_MAX_SECS: u32 = 60;
/// Shortest, in seconds; less time left counts as this. Kernel: `GC_SCAN_INTERVAL_MIN`.
pub const SCAN_INTERVAL_MIN_SECS: u32 = 1;
/// More time left counts as this, in seconds. Kernel: `GC_SCAN_INTERVAL_CLAMP`.
pub const SCAN_CLAMP_SECS: u32 = 300;
/// Nodes that the average begins with, so that the first real ones weigh little.
/// Kernel: `GC_SCAN_INITIAL_COUNT`.
pub const SCAN_INITIAL_COUNT: u32 = 100;
/// Expired nodes of a run, times ticks per second; after that many it pauses.
/// Kernel: `GC_SCAN_EXPIRED_MAX`.
pub const SCAN_EXPIRED_MAX: u32 = 64_000;
/// A run over more buckets tells only of those that hold nodes.
const TOLD_MAX: u32 = 512;

/// The running average of the time left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Average {
    /// The average, in ticks.
    pub ticks: u32,
    /// Nodes in it.
    pub count: u32,
}

impl Average {
    /// What a cycle begins with.
    pub fn new(hz: u32) -> Average {
        Average {
            ticks: SCAN_INTERVAL_MAX_SECS * hz,
            count: SCAN_INITIAL_COUNT,
        }
    }

    /// One more node, with this much time left.
    fn add(&mut self, left: Ticks, hz: u32) {
        let left = left
            .0
            .clamp(SCAN_INTERVAL_MIN_SECS * hz, SCAN_CLAMP_SECS * hz);
        self.count = self.count.saturating_add(1);
        let step = (i64::from(left) - i64::from(self.ticks)) / i64::from(self.count);
        // The clamped values and the average are far from the ends of the type.
        self.ticks = (i64::from(self.ticks) + step) as u32;
    }

    /// The pause that follows a cycle which took no time.
    fn pause(self, hz: u32) -> Ticks {
        let pause = self
            .ticks
            .clamp(SCAN_INTERVAL_MIN_SECS * hz, SCAN_INTERVAL_MAX_SECS * hz);
        Ticks((pause - 1).max(1))
    }
}

impl Conntrack {
    /// One run, from the bucket at which the last one stopped to the end of the table, or until it
    /// has met more expired nodes than it may.
    /// Differs: a run takes no time here, so the rule that stops it after 10 ms never applies.
    /// Kernel: `gc_worker`, net/netfilter/nf_conntrack_core.c, v6.18.
    pub(super) fn gc_worker_whole<P: Probe>(&mut self, probe: &mut P) {
        let hz = self.hz().per_second();
        let size = self.table.size();
        let (after, goal) = (self.gc.last_bucket, self.gc_goal());
        let first = self.bucket_after(after);
        let max95 = self.gc_max95();
        if first == 0 {
            self.gc.average = Average::new(hz);
            self.gc.cycle_start = self.now;
        }
        probe.step(self, || Step::GcStarted { after, goal });
        let (mut scanned, mut expired) = (0, 0);
        for bucket in first..size {
            let nodes = self.nodes(ListId::Bucket(bucket));
            let count = nodes.len() as u32;
            if count > 0 || goal <= TOLD_MAX {
                probe.step(self, || Step::GcBucket {
                    bucket,
                    nodes: count,
                });
            }
            for node in nodes {
                let Some(conn) = self.conns.at(node.slot) else {
                    continue;
                };
                if conn.list(node.dir) != Some(ListId::Bucket(bucket)) {
                    continue;
                }
                let (id, left) = (conn.id, conn.nf_ct_expires(self.now));
                if expired > SCAN_EXPIRED_MAX / hz {
                    return self.gc_pauses(bucket, scanned, expired, probe);
                }
                scanned += 1;
                if self.conns[id].nf_ct_is_expired(self.now) {
                    probe.step(self, || Step::GcFound { conn: id });
                    self.nf_ct_gc_expired(id, probe);
                    expired += 1;
                    continue;
                }
                self.gc.average.add(left, hz);
                if max95 != 0 && self.gc_early_drop(id, max95, probe) {
                    expired += 1;
                }
            }
        }
        self.gc.last_bucket = size - 1;
        let Ticks(pause) = self.gc.average.pause(hz);
        // The cycle may have begun in an earlier run.
        let took = self.now.since(self.gc.cycle_start).0.max(1) - 1;
        let next = Ticks(pause.saturating_sub(took).max(1));
        self.gc.early_drop = false;
        self.gc_again(next, scanned, expired, probe);
    }

    /// Enough expired for one run: on at once, or after a jiffy while the cycle is young.
    fn gc_pauses<P: Probe>(&mut self, bucket: u32, scanned: u32, expired: u32, probe: &mut P) {
        let hz = self.hz().per_second();
        // The bucket before the one to go on with.
        self.gc.last_bucket = bucket.checked_sub(1).unwrap_or(self.table.size() - 1);
        let young = self.now.since(self.gc.cycle_start).0 < SCAN_INTERVAL_MAX_SECS * hz;
        if young {
            self.gc.early_drop = false;
        }
        self.gc_again(Ticks(u32::from(young)), scanned, expired, probe);
    }

    fn gc_again<P: Probe>(&mut self, next: Ticks, scanned: u32, expired: u32, probe: &mut P) {
        self.gc.next_gc_run = next;
        self.gc.due = self.now.plus(next);
        self.gc.runs += 1;
        let last = self.gc.last_bucket;
        probe.step(self, || Step::GcEnded {
            last,
            scanned,
            expired,
            next,
        });
    }

    /// When the table's nodes expire, in the order in which a run meets them.
    pub(super) fn gc_expiries(&self) -> Vec<Jiffies> {
        (0..self.table.size())
            .flat_map(|bucket| self.walk(ListId::Bucket(bucket)))
            .filter_map(|node| match self.conns.at(node.slot)?.timeout {
                Timeout::Absolute(at) => Some(at),
                Timeout::Relative(_) => None,
            })
            .collect()
    }

    /// Runs that find nothing, at an instant and after it, reckoned together as long as every node
    /// has more time left than counts: then they are alike. `expiries` is what
    /// [`Conntrack::gc_expiries`] says; `room` is the ticks before which the last one must begin.
    /// Says how long after `at` the next run is due.
    pub(super) fn gc_idle_whole(
        &mut self,
        idle: &mut Idle,
        at: Jiffies,
        expiries: &[Jiffies],
        room: u32,
    ) -> Ticks {
        let hz = self.hz().per_second();
        let mut average = Average::new(hz);
        let mut least = u32::MAX;
        for expiry in expiries {
            let left = expiry.left(at);
            least = least.min(left.0);
            average.add(left, hz);
        }
        let Ticks(pause) = average.pause(hz);
        let alike = least.saturating_sub(SCAN_CLAMP_SECS * hz).min(room);
        let runs = alike.div_ceil(pause).max(1);
        let size = self.table.size();
        self.gc.average = average;
        self.gc.last_bucket = size - 1;
        self.gc.next_gc_run = Ticks(pause);
        self.gc.runs += u64::from(runs);
        idle.count(runs, u64::from(runs) * u64::from(size));
        // A run that begins now and lasts no time began its cycle now.
        let last = at.plus(Ticks((runs - 1).saturating_mul(pause)));
        self.gc.cycle_start = last;
        Ticks(runs.saturating_mul(pause))
    }
}
