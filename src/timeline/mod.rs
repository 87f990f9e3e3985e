//! Time travel. A run is a config and a log of commands; everything else is derived from them and
//! may be thrown away.
//!
//! Looking at the past changes nothing. Acting in the past, with the cursor in command *n*, cuts
//! every command behind *n* off, keeps them as a [`Branch`], and runs the new command behind the
//! **end** of command *n*, wherever in it the cursor stood. Inside the last command nothing is
//! cut: the new one is appended. After an action the cursor stands at the first stop of the new
//! command, so that it can be watched from there.

mod cursor;
mod edits;
pub mod figures;
mod hear;
mod history;
mod load;
mod moment;
pub mod replay;
mod snapshots;
mod trace;

pub use cursor::{Cursor, Grain};
pub use edits::{
    BRANCH_LINES, BRANCHES_MAX, Branch, CHANGES_MAX, COMMANDS_MAX, EditError, UNDO_MAX, WORK_MAX,
};
pub use hear::Hearing;
pub use load::Loading;
pub use moment::Moment;
pub use trace::{Counter, Mark, Marked, Recorder, RefStep, STEPS_MAX, SnapshotAt, Summary, Trace};

use crate::engine::{Config, Outcome, Step};
use crate::scenario::{Line, Scenario};
use edits::Edit;
use history::{History, NodeId};
use snapshots::Snapshots;
use std::rc::Rc;

/// A log, a cursor in it, and everything that was ever done to it.
#[derive(Clone, Debug)]
pub struct Timeline {
    history: History,
    /// The log: node 0 is the fresh machine, node *n* the end of command *n*. Never empty.
    path: Vec<NodeId>,
    cursor: Cursor,
    branches: Rc<[NodeId]>,
    undo: Vec<Edit>,
    redo: Vec<Edit>,
    /// The place between two stops of a grain from which a move began. It counts as a stop of that
    /// grain until a move of another kind, so that forward and back undo each other exactly.
    anchor: Option<(Grain, u32)>,
    cache: Snapshots,
}

impl Timeline {
    /// An empty log on a fresh machine.
    pub fn new(config: Config, title: &str) -> Timeline {
        let mut history = History::default();
        let root = history.plant(config, title.to_owned());
        Timeline {
            history,
            path: vec![root],
            cursor: Cursor::START,
            branches: Rc::new([]),
            undo: Vec::new(),
            redo: Vec::new(),
            anchor: None,
            cache: Snapshots::default(),
        }
    }

    fn tip(&self) -> NodeId {
        // A path has its root at least.
        self.path[self.path.len() - 1]
    }

    // ---- the log

    /// Commands in the log.
    pub fn len(&self) -> u32 {
        self.path.len() as u32 - 1
    }

    /// `true` if nothing was done yet.
    pub fn is_empty(&self) -> bool {
        self.path.len() == 1
    }

    /// What the machine was built with.
    pub fn config(&self) -> &Config {
        &self.root().config
    }

    /// The name that the log was loaded under.
    pub fn title(&self) -> &str {
        &self.root().title
    }

    fn root(&self) -> &history::Root {
        self.history
            .root(self.path[0])
            .expect("a path begins with a root")
    }

    /// Command `n` of the log, from 1.
    pub fn line(&self, n: u32) -> Option<&Rc<Line>> {
        self.history.line(*self.path.get(n as usize)?)
    }

    /// The commands of the log, first to last.
    pub fn lines(&self) -> impl DoubleEndedIterator<Item = &Rc<Line>> {
        self.path.iter().filter_map(|&id| self.history.line(id))
    }

    /// The log as a scenario.
    pub fn scenario(&self) -> Scenario {
        let lines = self.lines().map(|line| Line::clone(line)).collect();
        Scenario {
            config: self.config().clone(),
            lines,
        }
    }

    /// Steps of command `n`, at least 1; 0 for command 0.
    pub fn steps_of(&self, n: u32) -> u32 {
        let summary = self
            .path
            .get(n as usize)
            .and_then(|&id| self.history.summary(id));
        summary.map_or(0, |summary| summary.steps)
    }

    /// What came of command `n`, from 1.
    pub fn outcome(&self, n: u32) -> Option<&Outcome> {
        let summary = self
            .path
            .get(n as usize)
            .and_then(|&id| self.history.summary(id));
        summary.map(|summary| &summary.outcome)
    }

    /// What command `n`, from 1, did to deadlines, and where in it gc ran.
    pub fn marks_of(&self, n: u32) -> &[Mark] {
        let summary = self
            .path
            .get(n as usize)
            .and_then(|&id| self.history.summary(id));
        summary.map_or(&[], |summary| &summary.marks)
    }

    /// The commands up to the one that the cursor is in that may be about connection `cN`: where
    /// each begins, counted in changes, and what came of it.
    fn so_far(&self, number: u32) -> impl Iterator<Item = (u32, &Summary)> {
        let pairs = self.path.windows(2).take(self.cursor.command as usize);
        pairs.filter_map(move |pair| {
            let summary = self.history.summary_about(pair[1], number)?;
            Some((self.history.changes(pair[0]), summary))
        })
    }

    /// The commands up to the one that the cursor is in, with their numbers from 1: all of a short
    /// log; of one with more than `most` those that may be about connection `cN`, or the last ones.
    pub fn lines_of(
        &self,
        number: Option<u32>,
        most: u32,
    ) -> impl Iterator<Item = (u32, &Rc<Line>)> {
        let here = self.cursor.command;
        let first = match number {
            None => here.saturating_sub(most),
            Some(_) => 0,
        };
        let filter = number.filter(|_| here > most);
        (first + 1..=here).filter_map(move |n| {
            let id = self.path[n as usize];
            let about = filter.is_none_or(|number| self.history.is_about(id, number));
            let line = self.history.line(id)?;
            about.then_some((n, line))
        })
    }

    /// Every change of a reference to connection `cN` up to the cursor, oldest first, each with
    /// its position in the log and the packet of its command.
    pub fn refs_of(&self, number: u32) -> Vec<RefStep> {
        let here = self.position();
        let mut found = Vec::new();
        for (start, summary) in self.so_far(number) {
            for taken in &summary.refs {
                let (Step::RefTaken { conn, .. }
                | Step::RefPassed { conn, .. }
                | Step::RefDropped { conn, .. }
                | Step::SkbAttached { conn, .. }) = taken.step
                else {
                    continue;
                };
                if conn.number == number && start + taken.at <= here {
                    found.push(RefStep {
                        at: start + taken.at,
                        skb: summary.outcome.skb,
                        ..*taken
                    });
                }
            }
        }
        found
    }

    /// The changes of state of connection `cN` up to the cursor, and what NAT decided of it, oldest
    /// first, each with its position.
    pub fn moves_of(&self, number: u32) -> Vec<(u32, Step)> {
        let here = self.position();
        let mut found = Vec::new();
        for (start, summary) in self.so_far(number) {
            for (step, what) in &summary.moves {
                let ours = what.conn().is_some_and(|conn| conn.number == number);
                if ours && start + step <= here {
                    found.push((start + step, *what));
                }
            }
        }
        found
    }

    // ---- where we are

    /// Where we are.
    pub fn cursor(&self) -> Cursor {
        self.cursor
    }

    /// Where we are, counted in changes from 0.
    pub fn position(&self) -> u32 {
        self.position_of(self.cursor)
    }

    /// Changes in the whole log.
    pub fn total(&self) -> u32 {
        self.history.changes(self.tip())
    }

    /// A cursor counted in changes.
    pub fn position_of(&self, cursor: Cursor) -> u32 {
        let before = cursor.command.saturating_sub(1).min(self.len());
        self.history.changes(self.path[before as usize]) + cursor.step
    }

    /// The cursor at a position; behind the end it is the end.
    pub fn cursor_at(&self, position: u32) -> Cursor {
        let position = position.min(self.total());
        let command = self
            .path
            .partition_point(|&id| self.history.changes(id) < position);
        match command {
            0 => Cursor::START,
            n => {
                let step = position - self.history.changes(self.path[n - 1]);
                Cursor {
                    command: n as u32,
                    step,
                }
            }
        }
    }

    /// Where we are and how far it goes, counted in stops of a grain. Between two stops we count
    /// as being on the way to the later one.
    pub fn ordinal(&mut self, grain: Grain) -> (u32, u32) {
        let Cursor { command, step } = self.cursor;
        match grain {
            Grain::Event => (command, self.len()),
            Grain::Change => (self.position(), self.total()),
            Grain::Phase => {
                let total = self.history.phases(self.tip());
                if command == 0 {
                    return (0, total);
                }
                let before = self.history.phases(self.path[command as usize - 1]);
                let trace = self.trace_of(command);
                let within = trace.phase_ends.partition_point(|&end| end < step) as u32;
                (before + within + 1, total)
            }
        }
    }

    /// Stops of a grain in these commands of the log, from 1.
    pub fn stops_of(&self, commands: core::ops::RangeInclusive<u32>, grain: Grain) -> u32 {
        let node = |n: u32| self.path[n.min(self.len()) as usize];
        let before = node(commands.start().saturating_sub(1));
        let last = node(*commands.end());
        let between = |of: fn(&History, NodeId) -> u32| {
            of(&self.history, last).saturating_sub(of(&self.history, before))
        };
        match grain {
            Grain::Event => between(History::depth),
            Grain::Phase => between(History::phases),
            Grain::Change => between(History::changes),
        }
    }

    /// Before everything.
    pub fn at_start(&self) -> bool {
        self.cursor == Cursor::START
    }

    /// Behind everything.
    pub fn at_end(&self) -> bool {
        self.position() == self.total()
    }

    // ---- moving

    /// To the next stop of a grain; `false` at the end.
    pub fn forward(&mut self, grain: Grain) -> bool {
        let here = self.position();
        self.drop_anchor(grain, here);
        let Some(stop) = self.stop_after(here, grain) else {
            return false;
        };
        self.cursor = self.cursor_at(stop);
        true
    }

    /// To the stop before; `false` at the start. Forward and back are exact inverses, from
    /// anywhere and at each grain.
    pub fn back(&mut self, grain: Grain) -> bool {
        let here = self.position();
        self.drop_anchor(grain, here);
        let Some(stop) = self.stop_before(here, grain) else {
            return false;
        };
        self.cursor = self.cursor_at(stop);
        true
    }

    /// To a position counted in changes; behind the end it is the end.
    pub fn seek(&mut self, position: u32) {
        self.anchor = None;
        self.cursor = self.cursor_at(position);
    }

    /// To the first change of command `n`, from 1; to the start for 0.
    pub fn seek_command(&mut self, n: u32) {
        let command = n.min(self.len());
        self.seek_cursor(Cursor { command, step: 1 });
    }

    /// To a cursor, brought into the log: behind the last step of a command is its end.
    pub fn seek_cursor(&mut self, cursor: Cursor) {
        let command = cursor.command.min(self.len());
        let step = match command {
            0 => 0,
            n => cursor.step.clamp(1, self.steps_of(n)),
        };
        self.anchor = None;
        self.cursor = Cursor { command, step };
    }

    /// Into command `n`, from 1, so many thousandths of it, and on to the next stop of a grain.
    pub fn seek_within(&mut self, n: u32, permille: u32, grain: Grain) {
        let steps = u64::from(self.steps_of(n));
        let step = (steps * u64::from(permille.min(1000))).div_ceil(1000) as u32;
        self.seek_cursor(Cursor { command: n, step });
        let here = self.position();
        if !self.is_stop(here, grain)
            && let Some(stop) = self.stop_after(here, grain)
        {
            self.cursor = self.cursor_at(stop);
        }
    }

    /// Before everything.
    pub fn first(&mut self) {
        self.seek(0);
    }

    /// Behind everything.
    pub fn last(&mut self) {
        self.seek(u32::MAX);
    }

    /// Remembers where a row of moves of one grain began, if that is no stop of the grain.
    fn drop_anchor(&mut self, grain: Grain, here: u32) {
        if !self.is_stop(here, grain) {
            self.anchor = Some((grain, here));
        } else if self.anchor.is_some_and(|(of, _)| of != grain) {
            self.anchor = None;
        }
    }

    fn is_stop(&mut self, position: u32, grain: Grain) -> bool {
        let Cursor { command, step } = self.cursor_at(position);
        match grain {
            Grain::Change => true,
            _ if command == 0 => true,
            Grain::Event => step == self.steps_of(command),
            Grain::Phase => self
                .trace_of(command)
                .phase_ends
                .binary_search(&step)
                .is_ok(),
        }
    }

    fn stop_after(&mut self, position: u32, grain: Grain) -> Option<u32> {
        if position >= self.total() {
            return None;
        }
        let Cursor { command, step } = self.cursor_at(position);
        let (n, done) = if step == self.steps_of(command) {
            (command + 1, 0)
        } else {
            (command, step)
        };
        let start = self.history.changes(self.path[n as usize - 1]);
        let stop = match grain {
            Grain::Change => position + 1,
            Grain::Event => self.history.changes(self.path[n as usize]),
            Grain::Phase => {
                let trace = self.trace_of(n);
                let nth = trace.phase_ends.partition_point(|&end| end <= done);
                start
                    + trace
                        .phase_ends
                        .get(nth)
                        .copied()
                        .unwrap_or(self.steps_of(n))
            }
        };
        let anchor = self
            .anchor_of(grain)
            .filter(|at| (position + 1..stop).contains(at));
        Some(anchor.unwrap_or(stop))
    }

    fn stop_before(&mut self, position: u32, grain: Grain) -> Option<u32> {
        let Cursor { command, step } = self.cursor_at(position);
        let start = self
            .history
            .changes(self.path[command.checked_sub(1)? as usize]);
        let stop = match grain {
            Grain::Change => position - 1,
            Grain::Event => start,
            Grain::Phase => {
                let trace = self.trace_of(command);
                let nth = trace.phase_ends.partition_point(|&end| end < step);
                start + nth.checked_sub(1).map_or(0, |nth| trace.phase_ends[nth])
            }
        };
        let anchor = self
            .anchor_of(grain)
            .filter(|at| (stop + 1..position).contains(at));
        Some(anchor.unwrap_or(stop))
    }

    fn anchor_of(&self, grain: Grain) -> Option<u32> {
        self.anchor.filter(|(of, _)| *of == grain).map(|(_, at)| at)
    }
}
