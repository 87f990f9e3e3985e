//! One moment of a run: the machine there, and what led to it.

use super::edits::is_dear;
use super::snapshots::END;
use super::trace::Watch;
use super::{Cursor, Grain, Recorder, SnapshotAt, Timeline, Trace};
use crate::engine::Conntrack;
use crate::scenario::Line;
use core::ops::Range;
use std::rc::Rc;

/// A moment, owned, with its parts shared.
#[derive(Clone, Debug)]
pub struct Moment {
    /// The machine.
    pub state: Rc<Conntrack>,
    /// The machine at the stop before.
    pub before: Rc<Conntrack>,
    /// The steps of the command that the cursor is in; empty before everything.
    pub trace: Rc<Trace>,
    /// The steps since the stop before, as indices; empty before everything.
    pub fresh: Range<usize>,
    /// That command.
    pub line: Option<Rc<Line>>,
}

impl Timeline {
    /// The moment at the cursor, as seen in steps of this grain.
    pub fn moment(&mut self, grain: Grain) -> Moment {
        let Cursor { command, step } = self.cursor;
        if command == 0 {
            let state = self.end_of(0);
            let before = state.clone();
            return Moment {
                state,
                before,
                trace: Rc::default(),
                fresh: 0..0,
                line: None,
            };
        }
        let previous = self.stop_before(self.position(), grain).unwrap_or(0);
        let from = self.cursor_at(previous);
        // Every end of a command is a stop, so the stop before is in this command or is the end
        // of the one before.
        let done = if from.command == command {
            from.step
        } else {
            0
        };
        let before = match done {
            0 => self.end_of(command - 1),
            _ => self.state_inside(command, done, &[done, step]),
        };
        let state = self.state_inside(command, step, &[step]);
        let trace = self.trace_of(command);
        let known = trace.steps.len();
        let fresh = (done as usize).min(known)..(step as usize).min(known);
        let line = self.line(command).cloned();
        Moment {
            state,
            before,
            trace,
            fresh,
            line,
        }
    }

    /// The machine at the cursor.
    pub fn state(&mut self) -> Rc<Conntrack> {
        let Cursor { command, step } = self.cursor;
        self.state_inside(command, step, &[step])
    }

    /// The machine at the end of the command that the cursor is in: where the next command would
    /// begin.
    pub fn state_at_command_end(&mut self) -> Rc<Conntrack> {
        self.end_of(self.cursor.command)
    }

    /// The steps of command `n`, from 1; none if there is no such command.
    pub fn trace_of(&mut self, n: u32) -> Rc<Trace> {
        let Some(&node) = self.path.get(n as usize) else {
            return Rc::default();
        };
        if let Some(trace) = self.cache.trace(node) {
            return trace;
        }
        let Some(line) = self.history.line(node).cloned() else {
            return Rc::default();
        };
        let mut machine = (*self.end_of(n - 1)).clone();
        let mut recorder = Recorder::default();
        machine.apply(&line.command, &mut Watch::recording(&mut recorder));
        self.cache.remember(node, END, Rc::new(machine));
        let trace = Rc::new(recorder.finish());
        self.cache.remember_trace(node, trace.clone());
        trace
    }

    /// Throws everything away that can be had again. It changes how long things take, nothing
    /// else.
    pub fn drop_cache(&mut self) {
        self.cache = super::snapshots::Snapshots::default();
    }

    /// Snapshots kept, and their bytes.
    pub fn cache_size(&self) -> (usize, usize) {
        self.cache.size()
    }

    /// The machine at the end of command `n`; 0 is the fresh one.
    pub(super) fn end_of(&mut self, n: u32) -> Rc<Conntrack> {
        let nearest = (0..=n).rev().find_map(|m| {
            self.cache
                .end(self.path[m as usize])
                .map(|machine| (m, machine))
        });
        let (from, machine) = match nearest {
            Some((m, machine)) if m == n => return machine,
            Some(found) => found,
            None => {
                let fresh = Rc::new(Conntrack::new(self.config()));
                self.cache.keep(self.path[0], 0, fresh.clone(), false);
                (0, fresh)
            }
        };
        if from == n {
            return machine;
        }
        let mut machine = (*machine).clone();
        for m in from + 1..=n {
            let node = self.path[m as usize];
            let Some(line) = self.history.line(node).cloned() else {
                continue;
            };
            machine.apply(&line.command, &mut Watch::default());
            let dear = is_dear(&line.command);
            if m < n && (dear || self.cache.wants(m)) {
                self.cache.keep(node, m, Rc::new(machine.clone()), dear);
            }
        }
        let machine = Rc::new(machine);
        let node = self.path[n as usize];
        let dear = self.line(n).is_some_and(|line| is_dear(&line.command));
        if dear || self.cache.wants(n) {
            self.cache.keep(node, n, machine.clone(), dear);
        } else {
            self.cache.remember(node, END, machine.clone());
        }
        machine
    }

    /// The machine after step `step` of command `n`. On the way, the ones at all `wanted` steps
    /// are remembered, since they are asked for next.
    fn state_inside(&mut self, n: u32, step: u32, wanted: &[u32]) -> Rc<Conntrack> {
        let steps = self.steps_of(n);
        if step >= steps {
            return self.end_of(n);
        }
        let node = self.path[n as usize];
        if let Some(machine) = self.cache.inside(node, step) {
            return machine;
        }
        let Some(line) = self.history.line(node).cloned() else {
            return self.end_of(n);
        };
        let mut machine = (*self.end_of(n - 1)).clone();
        let mut probe = SnapshotAt::new(wanted);
        machine.apply(&line.command, &mut Watch::copying(&mut probe));
        let mut found = None;
        for (at, taken) in probe.taken {
            let taken = Rc::new(taken);
            if at == step {
                found = Some(taken.clone());
            }
            if at < steps {
                self.cache.remember(node, at, taken);
            }
        }
        let end = Rc::new(machine);
        self.cache.remember(node, END, end.clone());
        found.unwrap_or(end)
    }
}
