//! A scenario on its way to being the log. It is run in portions, so that whoever waits can be
//! shown how far it is and can think better of it; nothing else changes before it is opened.

use super::edits::{CHANGES_MAX, COMMANDS_MAX, EditError, WORK_MAX, is_dear};
use super::snapshots::Kept;
use super::trace::{Counter, Summary, Watch};
use crate::engine::{Command, Config, Conntrack};
use crate::scenario::{Line, Scenario};
use core::fmt;
use std::rc::Rc;

/// A scenario of which some commands were run.
pub struct Loading {
    config: Config,
    title: String,
    lines: std::vec::IntoIter<Line>,
    total: u32,
    machine: Conntrack,
    runs: Vec<(Rc<Line>, Rc<Summary>)>,
    kept: Kept,
    changes: u32,
    work: u64,
    work_max: u64,
}

/// One that was run to its end.
pub(super) struct Loaded {
    pub config: Config,
    pub title: String,
    pub runs: Vec<(Rc<Line>, Rc<Summary>)>,
    pub kept: Kept,
    pub machine: Conntrack,
}

impl Loading {
    /// Before the first command. Fails if there are more than [`COMMANDS_MAX`].
    pub fn new(scenario: Scenario, title: &str) -> Result<Loading, EditError> {
        let Scenario { config, lines } = scenario;
        if lines.len() > COMMANDS_MAX as usize {
            return Err(EditError::TooLong);
        }
        let total = lines.len() as u32;
        Ok(Loading {
            machine: Conntrack::new(&config),
            config,
            title: title.to_owned(),
            lines: lines.into_iter(),
            total,
            runs: Vec::with_capacity(total as usize),
            kept: Kept::default(),
            changes: 0,
            work: 0,
            work_max: u64::MAX,
        })
    }

    /// No more than [`WORK_MAX`]: for a scenario that is run in one go.
    pub fn limit_work(&mut self) {
        self.work_max = WORK_MAX;
    }

    /// Runs at most so many commands; `true` once all were run.
    pub fn run(&mut self, commands: u32) -> Result<bool, EditError> {
        for _ in 0..commands {
            let Some(line) = self.lines.next() else {
                break;
            };
            let nth = self.runs.len() as u32 + 1;
            self.work += cost(&line.command, &self.machine);
            if self.work > self.work_max {
                return Err(EditError::TooMuchWork(nth));
            }
            let mut counter = Counter::default();
            let outcome = self
                .machine
                .apply(&line.command, &mut Watch::counting(&mut counter));
            if let Some(refusal) = outcome.refused {
                return Err(EditError::Refused(nth, refusal));
            }
            let summary = counter.finish(outcome);
            self.changes = self.changes.saturating_add(summary.steps);
            if self.changes > CHANGES_MAX {
                return Err(EditError::TooLong);
            }
            self.kept.offer(nth, &self.machine, is_dear(&line.command));
            self.runs.push((Rc::new(line), Rc::new(summary)));
        }
        Ok(self.done() == self.total)
    }

    /// Commands that were run.
    pub fn done(&self) -> u32 {
        self.runs.len() as u32
    }

    /// Commands that there are.
    pub fn total(&self) -> u32 {
        self.total
    }

    /// What came of it, if all was run.
    pub(super) fn finish(self) -> Option<Loaded> {
        (self.done() == self.total).then_some(Loaded {
            config: self.config,
            title: self.title,
            runs: self.runs,
            kept: self.kept,
            machine: self.machine,
        })
    }
}

impl fmt::Debug for Loading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Loading({} of {})", self.done(), self.total)
    }
}

/// How much work a command is, in nodes and buckets looked at, about. Steps are bounded by
/// themselves; this is for what is done in silence.
fn cost(command: &Command, machine: &Conntrack) -> u64 {
    let size = u64::from(machine.table.size());
    let conns = machine.conns.len() as u64;
    match command {
        // A head that is made anew costs more than one that is looked at.
        Command::Resize(buckets) => 8 * (size + u64::from(*buckets)) + conns,
        Command::GcSweep | Command::Flush | Command::DeleteMatching(_) | Command::Update(..) => {
            size + conns
        }
        // Each packet is some hundred times a node.
        Command::Flood(flood) => 200 * u64::from(flood.count),
        Command::Advance(_) | Command::Gc => u64::from(machine.gc_goal()) + 4 * conns,
        _ => 1,
    }
}
