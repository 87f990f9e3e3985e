//! Changing the log: appending, loading, taking back, going to another branch. Each edit is two
//! tips of the tree and two cursors, whatever the length of the log.

use super::history::NodeId;
use super::load::{Loaded, Loading};
use super::trace::{Counter, Recorder, Watch};
use super::{Cursor, Grain, Timeline};
use crate::engine::{Command, Outcome, Refusal};
use crate::scenario::{Line, Scenario};
use crate::words::{names as w, tell};
use core::fmt;
use std::rc::Rc;

/// Most changes of a log. It bounds the time that loading a scenario can take.
pub const CHANGES_MAX: u32 = 20_000_000;
/// Most work of a scenario that is loaded, in nodes and buckets looked at, about: a second or two.
pub const WORK_MAX: u64 = 1 << 28;
/// Most commands of a log.
pub const COMMANDS_MAX: u32 = 200_000;
/// Most kept branches; the oldest goes first.
pub const BRANCHES_MAX: usize = 64;
/// Commands of a branch that are told.
pub const BRANCH_LINES: usize = 8;
/// Most edits that can be undone; the oldest goes first.
pub const UNDO_MAX: usize = 1_000;
/// Packets of one command above which it is dear to run again: a few milliseconds.
const DEAR: u32 = 4_096;
/// Above this many commands in all histories together, a load forgets all but the current one.
const NODES_MAX: usize = 1 << 18;

/// An edit, forward and back.
#[derive(Clone, Debug)]
pub(super) struct Edit {
    before: Place,
    after: Place,
}

/// Everything that an edit changes.
#[derive(Clone, Debug)]
pub(super) struct Place {
    tip: NodeId,
    cursor: Cursor,
    branches: Rc<[NodeId]>,
}

/// Why the log stays as it was.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EditError {
    /// The engine cannot do a command; its number from 1, and why.
    Refused(u32, Refusal),
    /// The log would be longer than [`COMMANDS_MAX`] or [`CHANGES_MAX`].
    TooLong,
    /// Running the scenario would be more work than [`WORK_MAX`]; how far one comes.
    TooMuchWork(u32),
}

impl fmt::Display for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EditError::Refused(command, _) => {
                write!(f, "{}", tell!(w::COMMAND_COMMAND_CANNOT_BE, command))
            }
            EditError::TooLong => write!(
                f,
                "{}",
                tell!(
                    w::THE_LOG_IS_FULL,
                    commands_max = COMMANDS_MAX,
                    changes_max = CHANGES_MAX
                )
            ),
            EditError::TooMuchWork(command) => {
                write!(f, "{}", tell!(w::THIS_SCENARIO_IS_TOO, command))
            }
        }
    }
}

impl Timeline {
    /// Runs a command behind the one that the cursor is in and puts the cursor on its first stop.
    /// Commands that followed are cut off and kept as a branch. With the cursor inside the last
    /// command nothing is cut. A command that the engine refuses changes nothing.
    pub fn push(&mut self, line: Line, grain: Grain) -> Result<Outcome, EditError> {
        let parent = self.path[self.cursor.command as usize];
        let mut machine = (*self.end_of(self.cursor.command)).clone();
        let mut recorder = Recorder::default();
        let mut counter = Counter::default();
        let mut watch = Watch {
            recorder: Some(&mut recorder),
            counter: Some(&mut counter),
            ..Watch::default()
        };
        let outcome = machine.apply(&line.command, &mut watch);
        if let Some(refusal) = outcome.refused {
            return Err(EditError::Refused(self.cursor.command + 1, refusal));
        }
        let summary = counter.finish(outcome.clone());
        self.check_room(parent, summary.steps)?;
        let before = self.place();
        let dear = is_dear(&line.command);
        let node = self.history.grow(parent, Rc::new(line), Rc::new(summary));
        let depth = self.history.depth(node);
        self.cache.keep_tip(node, depth, Rc::new(machine), dear);
        let trace = Rc::new(recorder.finish());
        let first = match grain {
            Grain::Event => *trace.phase_ends.last().unwrap_or(&1),
            Grain::Phase => trace.phase_ends[0],
            Grain::Change => 1,
        };
        self.cache.remember_trace(node, trace);
        let cut = self.cursor.command < self.len();
        let branches = self.branches_with(node, cut.then_some(before.tip));
        let cursor = Cursor {
            command: depth,
            step: first,
        };
        self.commit(
            before,
            Place {
                tip: node,
                cursor,
                branches,
            },
        );
        Ok(outcome)
    }

    /// Puts a whole scenario in the place of the log; the cursor goes before everything. An edit
    /// like any other: it can be undone.
    pub fn load(&mut self, scenario: Scenario, title: &str) -> Result<(), EditError> {
        self.put(scenario, title, false)
    }

    /// The same; the log that was there is kept as a branch.
    pub fn load_beside(&mut self, scenario: Scenario, title: &str) -> Result<(), EditError> {
        self.put(scenario, title, true)
    }

    fn put(&mut self, scenario: Scenario, title: &str, keep: bool) -> Result<(), EditError> {
        let mut loading = Loading::new(scenario, title)?;
        loading.limit_work();
        loading.run(u32::MAX)?;
        self.open(loading, keep);
        Ok(())
    }

    /// Puts what was loaded in the place of the log, as [`Timeline::load`] does, or
    /// [`Timeline::load_beside`] if the log is to be kept; nothing of it, if it was not run to its
    /// end.
    pub fn open(&mut self, loading: Loading, keep: bool) {
        let Some(Loaded {
            config,
            title,
            runs,
            kept,
            machine,
        }) = loading.finish()
        else {
            return;
        };
        if self.history.len() > NODES_MAX {
            self.forget_all_but_the_log();
        }
        let before = self.place();
        let mut tip = self.history.plant(config, title);
        self.history.reserve(runs.len());
        let mut kept = kept.machines.into_iter().peekable();
        let mut named = Vec::new();
        for (line, summary) in runs {
            tip = self.history.grow(tip, line, summary);
            let depth = self.history.depth(tip);
            named.extend(
                kept.next_if(|kept| kept.depth == depth)
                    .map(|kept| (tip, kept)),
            );
        }
        self.cache.keep_all(named);
        let depth = self.history.depth(tip);
        self.cache.keep_tip(tip, depth, Rc::new(machine), false);
        let kept = Some(before.tip).filter(|old| keep && self.history.depth(*old) > 0);
        self.commit(
            before,
            Place {
                tip,
                cursor: Cursor::START,
                branches: kept.into_iter().collect(),
            },
        );
    }

    /// Takes the last edit back, cursor and branches included. `false` if there is none.
    pub fn undo(&mut self) -> bool {
        let Some(edit) = self.undo.pop() else {
            return false;
        };
        self.stand(edit.before.clone());
        self.redo.push(edit);
        true
    }

    /// Does the edit again that was taken back last. `false` if there is none.
    pub fn redo(&mut self) -> bool {
        let Some(edit) = self.redo.pop() else {
            return false;
        };
        self.stand(edit.after.clone());
        self.undo.push(edit);
        true
    }

    /// There is an edit to take back.
    pub fn can_undo(&self) -> bool {
        !self.undo.is_empty()
    }

    /// There is an edit to do again.
    pub fn can_redo(&self) -> bool {
        !self.redo.is_empty()
    }

    /// Goes to a kept branch; the log that is left becomes a branch in its turn. The cursor stays
    /// where both agree, or goes to the last place where they do. `false` if there is no such
    /// branch.
    pub fn switch_branch(&mut self, index: u32) -> bool {
        let before = self.place();
        let Some(&tip) = before.branches.get(index as usize) else {
            return false;
        };
        let path = self.history.path(tip);
        let agree = self.common(&path);
        let cursor = match agree {
            0 => Cursor::START,
            n if self.cursor.command < n => self.cursor,
            n => Cursor {
                command: n - 1,
                step: self.steps_of(n - 1),
            },
        };
        let branches = self.branches_with(tip, Some(before.tip));
        self.commit(
            before,
            Place {
                tip,
                cursor,
                branches,
            },
        );
        true
    }

    /// The kept branches, in the order of [`Timeline::switch_branch`].
    pub fn branches(&self) -> Vec<Branch> {
        let branch = |&tip: &NodeId| {
            let path = self.history.path(tip);
            let agree = self.common(&path);
            let begins = path
                .get(agree as usize)
                .and_then(|&id| self.history.line(id))
                .cloned();
            let commands = path.len() as u32 - agree.max(1);
            let own = path.iter().skip(agree.max(1) as usize).take(BRANCH_LINES);
            Branch {
                after: agree.max(1) - 1,
                begins,
                commands,
                lines: own
                    .filter_map(|&id| self.history.line(id).cloned())
                    .collect(),
            }
        };
        self.branches.iter().map(branch).collect()
    }

    /// How many nodes from the root on are the same in the log and in a path.
    fn common(&self, path: &[NodeId]) -> u32 {
        self.path
            .iter()
            .zip(path)
            .take_while(|(a, b)| a == b)
            .count() as u32
    }

    fn check_room(&self, parent: NodeId, steps: u32) -> Result<(), EditError> {
        let fits = self.history.depth(parent) < COMMANDS_MAX
            && self.history.changes(parent).saturating_add(steps) <= CHANGES_MAX;
        if fits {
            Ok(())
        } else {
            Err(EditError::TooLong)
        }
    }

    fn place(&self) -> Place {
        Place {
            tip: self.tip(),
            cursor: self.cursor,
            branches: self.branches.clone(),
        }
    }

    /// The branches when the log goes to `tip` and `kept` is left behind.
    fn branches_with(&self, tip: NodeId, kept: Option<NodeId>) -> Rc<[NodeId]> {
        let mut all: Vec<NodeId> = self
            .branches
            .iter()
            .copied()
            .filter(|b| *b != tip)
            .collect();
        let depth = |id: NodeId| self.history.depth(id) as usize;
        if let Some(kept) = kept
            && self.history.path(tip).get(depth(kept)) != Some(&kept)
        {
            all.push(kept);
        }
        let surplus = all.len().saturating_sub(BRANCHES_MAX);
        all.drain(..surplus);
        all.into()
    }

    fn commit(&mut self, before: Place, after: Place) {
        self.stand(after.clone());
        self.undo.push(Edit { before, after });
        self.redo.clear();
        if self.undo.len() > UNDO_MAX {
            self.undo.remove(0);
        }
    }

    fn stand(&mut self, place: Place) {
        let Place {
            tip,
            cursor,
            branches,
        } = place;
        if tip != self.tip() {
            if self.history.parent(tip) == Some(self.tip()) {
                self.path.push(tip);
            } else {
                self.path = self.history.path(tip);
            }
        }
        self.cursor = cursor;
        self.branches = branches;
        self.anchor = None;
    }

    fn forget_all_but_the_log(&mut self) {
        let (history, path) = self.history.pruned(&self.path);
        self.history = history;
        self.path = path;
        self.branches = Rc::new([]);
        self.undo.clear();
        self.redo.clear();
        self.drop_cache();
    }
}

/// `true` if a command takes so long to run again that the machine behind it is worth keeping.
pub(super) fn is_dear(command: &Command) -> bool {
    matches!(command, Command::Flood(flood) if flood.count > DEAR)
}

/// A log that was cut off.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Branch {
    /// It parts from the log behind this many commands.
    pub after: u32,
    /// Its first command there; `None` if it ends there.
    pub begins: Option<Rc<Line>>,
    /// How many commands it has from there on.
    pub commands: u32,
    /// The first of them, at most [`BRANCH_LINES`].
    pub lines: Vec<Rc<Line>>,
}
