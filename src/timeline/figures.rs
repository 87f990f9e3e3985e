//! The article's numbered figures in the log: which commands have their steps, and where.

use super::{Cursor, Timeline};
use crate::engine::Step;
use core::ops::Range;

/// Steps that a figure has at most.
pub const NUMBERS: usize = 6;

/// Which numbered steps of figures 3 to 6 a command has. Steps are to be added in their order.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Figures {
    /// A bit each, six for a figure.
    bits: u32,
    /// A connection is being made for the packet.
    creating: bool,
}

const fn bit(figure: u8, number: u8) -> u32 {
    match (figure, number) {
        (3..=6, 1..=6) => 1 << (6 * (figure - 3) + number - 1),
        _ => 0,
    }
}

impl Figures {
    /// Adds what a step is in the article.
    pub fn add(&mut self, step: &Step) {
        let figure = match step {
            // Confirm hashes, too. A bucket is chosen for the lookup only.
            Step::HashComputed { .. } => None,
            Step::BucketChosen { .. } => {
                self.bits |= bit(3, 2);
                Some((3, 3))
            }
            Step::SkbAttached { .. } => Some(attached(core::mem::take(&mut self.creating))),
            _ => step.meta().figure,
        };
        self.creating |= matches!(step, Step::TupleReused { .. });
        self.bits |= figure.map_or(0, |(figure, number)| bit(figure, number));
    }

    /// The command has this step.
    pub fn has(self, figure: u8, number: u8) -> bool {
        self.bits & bit(figure, number) != 0
    }
}

/// A packet gets the connection that was made for it, or the one that was found.
const fn attached(made: bool) -> (u8, u8) {
    if made { (4, 5) } else { (3, 6) }
}

/// Figure and number of a step of a command. It may depend on what went before, which the step
/// alone does not tell.
pub fn figure_at(steps: &[Step], at: usize) -> Option<(u8, u8)> {
    let step = steps.get(at)?;
    match step {
        Step::SkbAttached { .. } => {
            let made = steps[..at].iter().rev().find_map(|step| match step {
                Step::TupleReused { .. } => Some(true),
                Step::TupleBuilt { .. } | Step::SkbAttached { .. } => Some(false),
                _ => None,
            });
            Some(attached(made == Some(true)))
        }
        Step::HashComputed { .. } if !looks_up(steps, at) => None,
        _ => step.meta().figure,
    }
}

/// A hash is of a lookup if a bucket is chosen by it.
fn looks_up(steps: &[Step], at: usize) -> bool {
    matches!(steps.get(at + 1), Some(Step::BucketChosen { .. }))
}

/// Where figure 3, 4 or 5 happens in the steps of a command, once or several times. Figure 6 is the
/// whole command.
pub fn passes(steps: &[Step], figure: u8) -> Vec<Range<usize>> {
    if figure == 6 {
        return (!steps.is_empty())
            .then_some(0..steps.len())
            .into_iter()
            .collect();
    }
    let mut found = Vec::new();
    let mut open = None;
    for (at, step) in steps.iter().enumerate() {
        let begins = match (figure, step) {
            (3, Step::TupleBuilt { .. })
            | (4, Step::TupleReused { .. })
            | (5, Step::BucketsReady { .. }) => true,
            (3, Step::HashComputed { .. }) => open.is_none() && looks_up(steps, at),
            _ => false,
        };
        if begins {
            found.extend(open.replace(at).map(|start| start..at));
        }
        let ends = matches!(
            (figure, step),
            (_, Step::Dropped { .. } | Step::PacketInvalid { .. })
                | (3 | 4, Step::SkbAttached { .. } | Step::NotInvertible { .. })
                | (5, Step::BucketsUnlocked { .. } | Step::PacketLeaves { .. })
        );
        if ends {
            found.extend(open.take().map(|start| start..at + 1));
        }
    }
    found.extend(open.map(|start| start..steps.len()));
    found
}

/// The pass that `at` is in; or else the last one before it, or else the first one.
pub fn pass_at(steps: &[Step], figure: u8, at: usize) -> Option<Range<usize>> {
    let mut passes = passes(steps, figure);
    let begun = passes.partition_point(|pass| pass.start <= at);
    let nth = begun.saturating_sub(1);
    (nth < passes.len()).then(|| passes.swap_remove(nth))
}

impl Timeline {
    fn has_figure(&self, n: u32, figure: u8, number: u8) -> bool {
        let summary = self.path.get(n as usize);
        let summary = summary.and_then(|&id| self.history.summary(id));
        summary.is_some_and(|summary| summary.figures.has(figure, number))
    }

    /// For each number of a figure the nearest command, from 1, that has that step; not the one
    /// that the cursor is in. Earlier ones come first.
    pub fn nearest_with(&self, figure: u8) -> [Option<u32>; NUMBERS] {
        let mut found = [None; NUMBERS];
        let here = self.cursor.command;
        for away in 1..=self.len().max(1) {
            for n in [here.checked_sub(away), Some(here + away)] {
                let Some(n) = n.filter(|n| (1..=self.len()).contains(n)) else {
                    continue;
                };
                for (number, found) in (1..).zip(&mut found) {
                    if found.is_none() && self.has_figure(n, figure, number) {
                        *found = Some(n);
                    }
                }
            }
            if found.iter().all(Option::is_some) {
                break;
            }
        }
        found
    }

    /// To a numbered step of a figure: of the command that the cursor is in, or of the nearest one
    /// that has it. `false` if there is none.
    pub fn seek_figure(&mut self, figure: u8, number: u8) -> bool {
        let Cursor { command, step } = self.cursor;
        let here = if command > 0 && self.has_figure(command, figure, number) {
            self.figure_in(command, step as usize, figure, number)
        } else {
            None
        };
        let found = here.map(|step| (command, step)).or_else(|| {
            let nearest = self.nearest_with(figure);
            let n = (*nearest.get(usize::from(number).checked_sub(1)?)?)?;
            let step = self.figure_in(n, 0, figure, number)?;
            Some((n, step))
        });
        let Some((command, step)) = found else {
            return false;
        };
        self.seek_cursor(Cursor { command, step });
        true
    }

    /// The step of a command that has the number: of the pass at `step`, or of the first pass
    /// that has it.
    fn figure_in(&mut self, n: u32, step: usize, figure: u8, number: u8) -> Option<u32> {
        let trace = self.trace_of(n);
        let steps = &trace.steps;
        let numbered = |at: &usize| figure_at(steps, *at) == Some((figure, number));
        let pass = pass_at(steps, figure, step.saturating_sub(1))?;
        let mut all = passes(steps, figure).into_iter();
        let found = pass
            .clone()
            .find(numbered)
            .or_else(|| all.find_map(|mut pass| pass.find(numbered)));
        found.map(|at| at as u32 + 1)
    }
}
