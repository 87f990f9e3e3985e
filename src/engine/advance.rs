//! The clock goes on, and what is on the clock happens: gc_worker and the event worker.

use super::command::Listen;
use super::conn::{Status, Timeout};
use super::gc::{Idle, interval_max};
use super::probe::Probe;
use super::slab::ConnId;
use super::state::Conntrack;
use super::step::Step;
use super::time::{Jiffies, Ticks};

/// Something that is on the clock.
#[derive(Clone, Copy)]
enum Timer {
    Gc,
    Ecache(u8),
    Frags(u8),
    Expect,
}

/// Jiffies for which runs of a timer are reckoned at once: with the pause that follows them they
/// stay on this side of half the counter, beyond which a time to come looks like one gone by.
const AT_ONCE: u32 = 1 << 30;

impl Conntrack {
    /// The entry of the table that expires next and how long that is from now; expired ones do not
    /// count.
    pub fn next_deadline(&self) -> Option<(ConnId, Ticks)> {
        self.deadlines(self.now)
            .min_by_key(|(conn, left)| (*left, conn.number))
    }

    /// Every entry in the table that is not expired at an instant, and how long it has from there.
    fn deadlines(&self, from: Jiffies) -> impl Iterator<Item = (ConnId, Ticks)> {
        self.conns
            .iter()
            .filter_map(move |conn| match conn.timeout {
                Timeout::Absolute(at)
                    if at.is_after(from) && !conn.status.contains(Status::DYING) =>
                {
                    Some((conn.id, at.left(from)))
                }
                Timeout::Absolute(_) | Timeout::Relative(_) => None,
            })
    }

    /// Lets time pass. A worker that is due before the end runs at its time; one that is due at
    /// the very end runs with the next jump, so that an entry that expires now can be seen before
    /// it is swept.
    /// Differs: workers run on the CPU that packets come in on, and exactly on time.
    pub(super) fn advance<P: Probe>(&mut self, by: Ticks, probe: &mut P) {
        let end = self.now.plus(by);
        // Wanted once gc runs. No packet comes meanwhile, so deadlines can only go away.
        let mut deadlines = None;
        let start = self.now;
        let mut idle = Idle::default();
        let mut expiries = None;
        // The clock itself stays behind while the worker idles: `from` is how far it is looked at.
        let mut from = start;
        while let Some((timer, at)) = self.next_timer(from, end) {
            from = at;
            match timer {
                Timer::Gc if self.gc_is_whole() => {
                    self.gc_timer_whole(at, end, &mut expiries, &mut idle, probe);
                }
                Timer::Gc => {
                    let deadlines = deadlines.get_or_insert_with(|| self.sorted_deadlines(start));
                    self.gc_timer(start, at, end, deadlines, &mut idle, probe);
                }
                Timer::Ecache(net) => self.ecache_timer(net, at, end, &mut idle, probe),
                Timer::Frags(net) => {
                    self.clock_at_timer(at, probe);
                    self.gc_idle_told(&mut idle, probe);
                    self.frags_expire(net, probe);
                }
                Timer::Expect => {
                    self.clock_at_timer(at, probe);
                    self.gc_idle_told(&mut idle, probe);
                    self.expectations_time_out(probe);
                }
            }
        }
        let by = self.clock_to(end);
        probe.step(self, || Step::ClockAdvanced { by, now: end });
        self.gc_idle_told(&mut idle, probe);
    }

    fn sorted_deadlines(&self, from: Jiffies) -> Vec<u32> {
        let mut deadlines: Vec<u32> = self.deadlines(from).map(|(_, left)| left.0).collect();
        deadlines.sort_unstable();
        deadlines
    }

    /// The timer that goes off first from an instant on and before `end`.
    fn next_timer(&self, from: Jiffies, end: Jiffies) -> Option<(Timer, Jiffies)> {
        let gc = self.gc.auto.then_some((Timer::Gc, self.gc.due));
        let ecache = (0..)
            .zip(&self.nets)
            .filter_map(|(net, netns)| netns.ecache_due.map(|due| (Timer::Ecache(net), due)));
        let frags = (0..self.nets.len() as u8)
            .filter_map(|net| self.frags_due(net).map(|due| (Timer::Frags(net), due)));
        gc.into_iter()
            .chain(ecache)
            .chain(frags)
            .chain(self.next_expect_due().map(|due| (Timer::Expect, due)))
            // What should have gone off while it was kept waiting goes off now.
            .map(|(timer, due)| (timer, if due.is_after(from) { due } else { from }))
            .filter(|(_, due)| end.is_after(*due))
            .min_by_key(|(_, due)| due.since(from))
    }

    /// gc_worker's time has come. Runs that cannot find anything are not made one by one.
    fn gc_timer<P: Probe>(
        &mut self,
        start: Jiffies,
        at: Jiffies,
        end: Jiffies,
        deadlines: &[u32],
        idle: &mut Idle,
        probe: &mut P,
    ) {
        let passed = at.since(start).0;
        let expired = deadlines.partition_point(|left| *left <= passed);
        let pause_max = interval_max(self.hz().per_second());
        if self.nothing_expired_at(at) && !self.gc.early_drop && self.gc.next_gc_run.0 == pause_max
        {
            // Every run up to the next deadline, the next other timer or the end is alike.
            let other = self.other_timer(at);
            let deadline = deadlines
                .get(expired)
                .map_or(u32::MAX, |left| left - passed);
            let room = end.since(at).0.min(deadline).min(other).clamp(1, AT_ONCE);
            let runs = room.div_ceil(pause_max);
            self.gc_idle_runs(idle, runs);
            self.gc.due = at.plus(Ticks(runs.saturating_mul(pause_max)));
            return;
        }
        let now = core::mem::replace(&mut self.now, at);
        let nothing = self.gc_finds_nothing();
        self.now = now;
        if nothing {
            self.gc_idle_at(at, idle);
            self.gc.due = at.plus(self.gc.next_gc_run);
        } else {
            self.clock_at_timer(at, probe);
            self.gc_idle_told(idle, probe);
            self.gc_worker(probe);
        }
    }

    /// The same for v6.18. `expiries` keeps what the table's nodes say while none of them goes.
    fn gc_timer_whole<P: Probe>(
        &mut self,
        at: Jiffies,
        end: Jiffies,
        expiries: &mut Option<Vec<Jiffies>>,
        idle: &mut Idle,
        probe: &mut P,
    ) {
        let from_start = self.bucket_after(self.gc.last_bucket) == 0;
        if from_start && !self.gc.early_drop && self.nothing_expired_at(at) {
            let room = end.since(at).0.min(self.other_timer(at)).min(AT_ONCE);
            let nodes = expiries.get_or_insert_with(|| self.gc_expiries());
            let pause = self.gc_idle_whole(idle, at, nodes, room);
            self.gc.due = at.plus(pause);
            return;
        }
        *expiries = None;
        self.clock_at_timer(at, probe);
        self.gc_idle_told(idle, probe);
        self.gc_worker(probe);
    }

    /// Ticks until the first timer that is not gc's goes off.
    fn other_timer(&self, at: Jiffies) -> u32 {
        let dues = self.nets.iter().filter_map(|net| net.ecache_due);
        let frags = (0..self.nets.len() as u8).filter_map(|net| self.frags_due(net));
        dues.chain(frags)
            .chain(self.next_expect_due())
            .map(|due| due.left(at).0)
            .min()
            .unwrap_or(u32::MAX)
    }

    /// `true` if no entry of the table is past its time at this instant.
    fn nothing_expired_at(&self, at: Jiffies) -> bool {
        !self
            .conns
            .iter()
            .any(|conn| conn.nf_ct_is_expired(at) && !conn.status.contains(Status::DYING))
    }

    /// The event worker's time has come. A listener that does not read will not have begun to at
    /// any later try of this jump, so these tries are told as one.
    fn ecache_timer<P: Probe>(
        &mut self,
        net: u8,
        at: Jiffies,
        end: Jiffies,
        idle: &mut Idle,
        probe: &mut P,
    ) {
        self.clock_at_timer(at, probe);
        self.gc_idle_told(idle, probe);
        self.ecache_work(net, probe);
        if self.listener.mode == Listen::Slow
            && let Some(due) = self.nets[usize::from(net)].ecache_due
            && end.is_after(due)
        {
            let pause = self.ecache_retry().0;
            let tries = end.since(due).0.min(AT_ONCE).div_ceil(pause);
            let due = due.plus(Ticks(tries.saturating_mul(pause)));
            self.nets[usize::from(net)].ecache_due = Some(due);
        }
    }

    /// Moves the clock to a timer, and tells of it if it moved.
    fn clock_at_timer<P: Probe>(&mut self, at: Jiffies, probe: &mut P) {
        let by = self.clock_to(at);
        if by > Ticks(0) {
            probe.step(self, || Step::ClockAdvanced { by, now: at });
        }
    }

    /// Moves the clock to an instant that is not in the past; says how far that was.
    fn clock_to(&mut self, to: Jiffies) -> Ticks {
        let by = to.since(self.now);
        self.now = to;
        self.uptime += u64::from(by.0);
        by
    }
}
