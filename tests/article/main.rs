//! What the article says, claim by claim and figure by figure. `map.md` names a test for each.

mod claims;
mod figures;
mod map;
mod shown;

use ctscope::engine::{Conntrack, Probe, Step};
use ctscope::scenario::Scenario;

/// The article's packet.
pub const SYN: &str = "tcp 192.168.1.2:47562 > 10.0.0.2:80 S seq=1000";
/// Its answer.
pub const SYN_ACK: &str = "tcp 10.0.0.2:80 > 192.168.1.2:47562 SA seq=5000 ack=1001";

/// A scenario that was run.
pub struct Run {
    /// The machine at the end.
    pub ct: Conntrack,
    /// By command.
    pub steps: Vec<Vec<Step>>,
}

impl Run {
    /// The steps of the last command.
    pub fn last(&self) -> &[Step] {
        self.steps.last().map_or(&[], Vec::as_slice)
    }
}

#[derive(Default)]
struct Recorder(Vec<Step>);

impl Probe for Recorder {
    fn step(&mut self, at: &Conntrack, what: impl FnOnce() -> Step) {
        let step = what();
        let violations = at.check_invariants();
        assert!(violations.is_empty(), "{violations:?} at {step:?}");
        self.0.push(step);
    }
}

/// Runs a scenario with a probe that keeps every step.
#[track_caller]
pub fn run(text: &str) -> Run {
    let scenario = match Scenario::parse(text) {
        Ok(scenario) => scenario,
        Err(error) => panic!("{text}: {error}"),
    };
    let mut ct = Conntrack::new(&scenario.config);
    let mut steps = Vec::new();
    for line in &scenario.lines {
        let mut recorder = Recorder::default();
        let outcome = ct.apply(&line.command, &mut recorder);
        assert_eq!(outcome.refused, None, "{:?}", line.command);
        steps.push(recorder.0);
    }
    Run { ct, steps }
}

/// The name of a step, without what it holds.
pub fn name(step: &Step) -> String {
    let whole = format!("{step:?}");
    let name = whole.split([' ', '{']).next().unwrap_or_default();
    name.to_owned()
}
