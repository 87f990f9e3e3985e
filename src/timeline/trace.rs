//! Probes: they count, write down and copy, and never steer.

use super::figures::Figures;
use crate::engine::skb::SkbId;
use crate::engine::step::{DeleteCause, Phase};
use crate::engine::{Conntrack, Outcome, Probe, Step};

/// Most steps of one command that can be stood at. Of a longer command the first ones and the
/// very last one are kept; the last one always shows the end.
pub const STEPS_MAX: u32 = 1 << 18;

/// The steps of one command.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Trace {
    /// What happened, in order, at most [`STEPS_MAX`].
    pub steps: Vec<Step>,
    /// The number of the last step of each phase, ascending; the last one is the command's end.
    pub phase_ends: Vec<u32>,
    /// Steps were left out before the last one.
    pub cut: bool,
}

/// A step that took, passed or put a reference, or handed a packet its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RefStep {
    /// Its number in its command, from 1; or its position in the log.
    pub at: u32,
    /// Jiffies since the start.
    pub uptime: u64,
    /// The packet of its command, if that is known.
    pub skb: Option<SkbId>,
    /// What happened.
    pub step: Step,
}

/// Writes the steps of a command down.
#[derive(Clone, Debug, Default)]
pub struct Recorder {
    steps: Vec<Step>,
    cut: bool,
}

impl Probe for Recorder {
    fn step(&mut self, at: &Conntrack, what: impl FnOnce() -> Step) {
        if at.flooding {
            return;
        }
        if (self.steps.len() as u32) < STEPS_MAX {
            self.steps.push(what());
        } else if let Some(last) = self.steps.last_mut() {
            *last = what();
            self.cut = true;
        }
    }
}

impl Recorder {
    /// What was seen.
    pub fn finish(self) -> Trace {
        let Recorder { steps, cut } = self;
        let mut phase_ends = Vec::new();
        for (nth, pair) in (1..).zip(steps.windows(2)) {
            if pair[0].meta().phase != pair[1].meta().phase {
                phase_ends.push(nth);
            }
        }
        phase_ends.push((steps.len() as u32).max(1));
        Trace {
            steps,
            phase_ends,
            cut,
        }
    }
}

/// Most marks of one command.
const MARKS_MAX: usize = 48;

/// What a command did to deadlines, and where gc ran.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Marked {
    /// The deadline of that connection was set.
    Deadline(u32),
    /// That connection went because its time was over.
    Expired(u32),
    /// gc_worker ran.
    Gc,
}

/// Steps of a command, from 1, and what they were.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mark {
    /// The first of them.
    pub first: u32,
    /// The last of them.
    pub last: u32,
    /// What it was.
    pub what: Marked,
}
/// A step that the past of a connection is told by, with its number in its command from 1.
pub type MoveStep = (u32, Step);

/// What came of a command, how long it is, and its changes of `use`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Summary {
    /// What the engine said of it.
    pub outcome: Outcome,
    /// Steps that can be stood at, at least 1.
    pub steps: u32,
    /// Runs of equal phase, at least 1.
    pub phases: u32,
    /// Every change of a reference, in order.
    pub refs: Box<[RefStep]>,
    /// Deadlines and runs of gc, in order; the first ones if there are very many.
    pub marks: Box<[Mark]>,
    /// The article's steps among those that can be stood at.
    pub figures: Figures,
    /// What else the past of a connection is told by: changes of its protocol's state, each behind
    /// the table's answer that led to it, and decisions of NAT.
    pub moves: Box<[MoveStep]>,
    /// The numbers of the connections that `refs` and `moves` are about lie in this range.
    pub about: About,
}

/// A range of numbers of connections, lowest and highest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct About(u32, u32);

impl Default for About {
    fn default() -> About {
        About(u32::MAX, 0)
    }
}

impl About {
    /// `true` if the number is in it.
    pub const fn has(self, number: u32) -> bool {
        self.0 <= number && number <= self.1
    }

    fn add(&mut self, step: &Step) {
        if let Some(conn) = step.conn() {
            *self = About(self.0.min(conn.number), self.1.max(conn.number));
        }
    }
}

/// Counts what [`Recorder`] would write down.
#[derive(Clone, Debug, Default)]
pub struct Counter {
    seen: u32,
    /// Phases ended and begun by the steps before the newest one.
    phases: u32,
    phase: Option<Phase>,
    /// The newest step, not yet counted into the phases: it may turn out to be the last.
    newest: Option<Phase>,
    refs: Vec<RefStep>,
    marks: Vec<Mark>,
    figures: Figures,
    moves: Vec<MoveStep>,
    /// The newest answer of a state table.
    answer: Option<MoveStep>,
}

impl Probe for Counter {
    fn step(&mut self, machine: &Conntrack, what: impl FnOnce() -> Step) {
        if machine.flooding {
            return;
        }
        let step = what();
        let room = self.seen < STEPS_MAX;
        if room {
            self.seen += 1;
            self.settle();
            self.figures.add(&step);
        }
        self.newest = Some(step.meta().phase);
        self.mark(&step);
        if matches!(
            step,
            Step::RefTaken { .. }
                | Step::RefPassed { .. }
                | Step::RefDropped { .. }
                | Step::SkbAttached { .. }
        ) {
            let taken = RefStep {
                at: self.seen,
                uptime: machine.uptime,
                skb: None,
                step,
            };
            match self.refs.last_mut() {
                // Beyond the limit all steps share the last place.
                Some(last) if !room && last.at == self.seen => *last = taken,
                _ => self.refs.push(taken),
            }
        }
        if room {
            self.note_move(machine, step);
        }
    }
}

impl Counter {
    fn note_move(&mut self, at: &Conntrack, step: Step) {
        let moved = match step {
            Step::TcpLookedUp { .. } | Step::DccpLookedUp { .. } => {
                self.answer = Some((self.seen, step));
                false
            }
            Step::TcpStateSet { .. } | Step::DccpStateSet { .. } => {
                self.moves.extend(self.answer.take());
                true
            }
            // A tag may forbid what the table says.
            Step::SctpChunk { conn, from, to, .. } => to.is_some_and(|to| {
                let name = at.conns.get(conn).and_then(|conn| conn.proto.name());
                to != from && name == Some(to.name())
            }),
            Step::NatDecided { .. } => true,
            // These come between the answer and what is made of it.
            Step::WindowChecked { .. } | Step::DccpRoles { .. } | Step::StatusSet { .. } => false,
            _ => {
                self.answer = None;
                false
            }
        };
        if moved {
            self.moves.push((self.seen, step));
        }
    }

    fn settle(&mut self) {
        let Some(newest) = self.newest.take() else {
            return;
        };
        if self.phase != Some(newest) {
            self.phase = Some(newest);
            self.phases += 1;
        }
    }

    fn mark(&mut self, step: &Step) {
        let at = self.seen;
        let what = match *step {
            Step::TimeoutSet { conn, .. } | Step::TimeoutStarted { conn, .. } => {
                Marked::Deadline(conn.number)
            }
            Step::DeleteCalled {
                conn,
                cause: DeleteCause::Expired,
            } => Marked::Expired(conn.number),
            Step::GcStarted { .. } | Step::GcIdle { .. } => Marked::Gc,
            Step::GcEnded { .. } => {
                let gc = |mark: &&mut Mark| mark.what == Marked::Gc;
                if let Some(mark) = self.marks.iter_mut().rfind(gc) {
                    mark.last = at;
                }
                return;
            }
            _ => return,
        };
        let room = self.marks.len() < MARKS_MAX;
        match self.marks.last_mut() {
            // Run after run is one mark.
            Some(last) if what == Marked::Gc && last.what == what && last.last + 1 >= at => {
                last.last = at;
            }
            _ if room => self.marks.push(Mark {
                first: at,
                last: at,
                what,
            }),
            _ => {}
        }
    }

    /// What was counted.
    pub fn finish(mut self, outcome: Outcome) -> Summary {
        self.settle();
        let mut about = About::default();
        for taken in &self.refs {
            about.add(&taken.step);
        }
        for (_, step) in &self.moves {
            about.add(step);
        }
        Summary {
            about,
            outcome,
            steps: self.seen.max(1),
            phases: self.phases.max(1),
            refs: self.refs.into_boxed_slice(),
            marks: self.marks.into_boxed_slice(),
            figures: self.figures,
            moves: self.moves.into_boxed_slice(),
        }
    }
}

/// Writes down, counts and copies, each if asked to: one type, so that the engine is compiled once
/// for all that the timeline watches.
#[derive(Default)]
pub(super) struct Watch<'p, 'w> {
    pub recorder: Option<&'p mut Recorder>,
    pub counter: Option<&'p mut Counter>,
    pub snapshots: Option<&'p mut SnapshotAt<'w>>,
}

impl<'p> Watch<'p, '_> {
    /// Only writes down.
    pub fn recording(recorder: &'p mut Recorder) -> Self {
        Watch {
            recorder: Some(recorder),
            ..Watch::default()
        }
    }

    /// Only counts.
    pub fn counting(counter: &'p mut Counter) -> Self {
        Watch {
            counter: Some(counter),
            ..Watch::default()
        }
    }
}

impl<'p, 'w> Watch<'p, 'w> {
    /// Only copies.
    pub fn copying(snapshots: &'p mut SnapshotAt<'w>) -> Self {
        Watch {
            snapshots: Some(snapshots),
            ..Watch::default()
        }
    }
}

impl Probe for Watch<'_, '_> {
    fn step(&mut self, at: &Conntrack, what: impl FnOnce() -> Step) {
        if at.flooding
            || self.recorder.is_none() && self.counter.is_none() && self.snapshots.is_none()
        {
            return;
        }
        let step = what();
        if let Some(recorder) = &mut self.recorder {
            recorder.step(at, || step);
        }
        if let Some(counter) = &mut self.counter {
            counter.step(at, || step);
        }
        if let Some(snapshots) = &mut self.snapshots {
            snapshots.step(at, || step);
        }
    }
}

/// Copies the machine at some steps of a command.
#[derive(Clone, Debug)]
pub struct SnapshotAt<'a> {
    /// Numbers of the steps, from 1, ascending.
    wanted: &'a [u32],
    seen: u32,
    /// The machine at each wanted step that came.
    pub taken: Vec<(u32, Conntrack)>,
}

impl SnapshotAt<'_> {
    /// Will copy the machine right after each of these steps, counted from 1, ascending.
    pub fn new(wanted: &[u32]) -> SnapshotAt<'_> {
        SnapshotAt {
            wanted,
            seen: 0,
            taken: Vec::new(),
        }
    }
}

impl Probe for SnapshotAt<'_> {
    fn step(&mut self, at: &Conntrack, _: impl FnOnce() -> Step) {
        if at.flooding {
            return;
        }
        self.seen = self.seen.saturating_add(1);
        if let [first, rest @ ..] = self.wanted
            && *first == self.seen
        {
            self.wanted = rest;
            self.taken.push((self.seen, at.clone()));
        }
    }
}
