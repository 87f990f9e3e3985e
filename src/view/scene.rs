//! What the view is given: one moment of a run.

use super::model::Selection;
use crate::engine::{Conntrack, Step};
use crate::scenario::Line;
use core::ops::Range;

/// A moment of a run, as the timeline hands it out.
#[derive(Clone, Debug)]
pub struct Scene<'a> {
    /// The machine at this moment.
    pub state: &'a Conntrack,
    /// The machine where the cursor stopped before, one step of the grain earlier.
    pub before: &'a Conntrack,
    /// Every step of the command that the cursor is in; empty before everything.
    pub steps: &'a [Step],
    /// The steps between `before` and `state`, as indices of `steps`; the last one is the step
    /// shown. Empty before everything.
    pub fresh: Range<usize>,
    /// The command that the cursor is in.
    pub line: Option<&'a Line>,
    /// What is looked at.
    pub selection: Selection,
}

impl Scene<'_> {
    /// The step shown.
    pub fn step(&self) -> Option<&Step> {
        self.fresh
            .clone()
            .next_back()
            .and_then(|at| self.steps.get(at))
    }

    /// The steps that happened since the stop before.
    pub fn fresh_steps(&self) -> &[Step] {
        self.steps.get(self.fresh.clone()).unwrap_or_default()
    }
}
