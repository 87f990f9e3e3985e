//! Runs a scenario and hands out the scene of any of its moments.

use ctscope::engine::{Conntrack, Probe, Step};
use ctscope::scenario::{Line, Scenario};
use ctscope::view::model::Selection;
use ctscope::view::scene::Scene;

/// A command that was carried out, with the machine after each of its steps.
pub struct Done {
    pub line: Line,
    pub start: Conntrack,
    pub steps: Vec<Step>,
    pub states: Vec<Conntrack>,
}

#[derive(Default)]
struct Watch {
    steps: Vec<Step>,
    states: Vec<Conntrack>,
}

impl Probe for Watch {
    fn step(&mut self, at: &Conntrack, what: impl FnOnce() -> Step) {
        // A flood is one command, and its packets are not told one by one.
        if at.flooding {
            return;
        }
        self.steps.push(what());
        self.states.push(at.clone());
    }
}

impl Done {
    /// The scene after `until` steps, seen from the stop after `from` steps.
    pub fn scene(&self, from: usize, until: usize) -> Scene<'_> {
        let at = |steps: usize| match steps.checked_sub(1) {
            Some(last) => &self.states[last],
            None => &self.start,
        };
        Scene {
            state: at(until),
            before: at(from),
            steps: &self.steps,
            fresh: from..until,
            line: Some(&self.line),
            selection: Selection::Step,
        }
    }

    /// The scene of the whole command.
    pub fn whole(&self) -> Scene<'_> {
        self.scene(0, self.steps.len())
    }

    /// The stops of the middle grain: first step and end of each run of one phase.
    pub fn phases(&self) -> Vec<(usize, usize)> {
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for (at, step) in self.steps.iter().enumerate() {
            match runs.last_mut() {
                Some((from, until)) if self.steps[*from].meta().phase == step.meta().phase => {
                    *until = at + 1;
                }
                _ => runs.push((at, at + 1)),
            }
        }
        runs
    }
}

/// Carries out every command of a scenario.
#[track_caller]
pub fn run(text: &str) -> Vec<Done> {
    let scenario = Scenario::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let mut ct = Conntrack::new(&scenario.config);
    let mut done = Vec::new();
    for line in scenario.lines {
        let start = ct.clone();
        let mut watch = Watch::default();
        ct.apply(&line.command, &mut watch);
        done.push(Done {
            line,
            start,
            steps: watch.steps,
            states: watch.states,
        });
    }
    done
}

/// The last command of a scenario.
#[track_caller]
pub fn last(text: &str) -> Done {
    run(text).pop().expect("a command")
}
