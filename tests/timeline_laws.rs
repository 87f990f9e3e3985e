//! Laws of time travel: whatever was done, it can be replayed, sought and undone exactly.

mod common;

use common::any_command;
use ctscope::engine::{Config, Conntrack, NoProbe, Probe, Step};
use ctscope::scenario::Line;
use ctscope::timeline::{Cursor, Grain, Timeline};
use proptest::prelude::*;

/// A log of random commands; what the engine refuses is left out.
fn timelines() -> impl Strategy<Value = Timeline> {
    proptest::collection::vec(any_command(), 0..70).prop_map(|commands| {
        let mut timeline = Timeline::new(Config::default(), "law");
        for command in commands {
            let _ = timeline.push(Line::from(command), Grain::Event);
        }
        timeline
    })
}

fn grains() -> impl Strategy<Value = Grain> {
    prop_oneof![Just(Grain::Event), Just(Grain::Phase), Just(Grain::Change)]
}

fn digest(timeline: &mut Timeline) -> u64 {
    timeline.state().digest()
}

/// Everything that tells one moment from another.
fn moment(timeline: &mut Timeline, grain: Grain) -> (Cursor, u64, u64, usize, usize) {
    let moment = timeline.moment(grain);
    let before = moment.before.digest();
    let fresh = moment.fresh;
    (
        timeline.cursor(),
        moment.state.digest(),
        before,
        fresh.start,
        fresh.end,
    )
}

/// The digests of every command's end, by plain replay.
fn replayed(timeline: &Timeline) -> Vec<u64> {
    let mut machine = Conntrack::new(timeline.config());
    let mut digests = vec![machine.digest()];
    for line in timeline.lines() {
        machine.apply(&line.command, &mut NoProbe);
        digests.push(machine.digest());
    }
    digests
}

/// Writes down every step and the machine at it.
#[derive(Default)]
struct Witness(Vec<(Step, u64)>);

impl Probe for Witness {
    fn step(&mut self, at: &Conntrack, what: impl FnOnce() -> Step) {
        // A flood is one command; its packets are not told one by one.
        if !at.flooding {
            self.0.push((what(), apart_from_the_cpu(at)));
        }
    }
}

/// A packet is worked on by its own CPU; behind its last step the machine is back on that of the
/// bench. All else has to be the same.
fn apart_from_the_cpu(machine: &Conntrack) -> u64 {
    let mut machine = machine.clone();
    machine.cpu = 0;
    machine.digest()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_step_is_what_the_engine_showed(mut timeline in timelines()) {
        let mut witness = Witness::default();
        let mut machine = Conntrack::new(timeline.config());
        for line in timeline.lines() {
            machine.apply(&line.command, &mut witness);
        }
        prop_assert_eq!(timeline.total() as usize, witness.0.len());
        for (position, (step, expected)) in (1..).zip(witness.0) {
            timeline.seek(position);
            let moment = timeline.moment(Grain::Change);
            let shown = apart_from_the_cpu(&moment.state);
            prop_assert_eq!(shown, expected, "at position {}", position);
            prop_assert_eq!(moment.trace.steps[moment.fresh].last(), Some(&step));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn replay_is_the_same_as_going_there(mut timeline in timelines()) {
        for (n, expected) in (0..).zip(replayed(&timeline)) {
            timeline.seek_cursor(Cursor { command: n, step: u32::MAX });
            prop_assert_eq!(digest(&mut timeline), expected, "at the end of command {}", n);
        }
    }

    #[test]
    fn loading_is_the_same_as_doing_it_by_hand(mut timeline in timelines()) {
        let mut loaded = Timeline::new(Config::default(), "law");
        prop_assert!(loaded.load(timeline.scenario(), "law").is_ok());
        prop_assert_eq!(loaded.total(), timeline.total());
        loaded.last();
        timeline.last();
        for grain in [Grain::Event, Grain::Phase, Grain::Change] {
            prop_assert_eq!(loaded.ordinal(grain), timeline.ordinal(grain));
        }
        prop_assert_eq!(digest(&mut loaded), digest(&mut timeline));
    }

    #[test]
    fn seeking_twice_is_seeking_once(mut timeline in timelines(), at in any::<u32>()) {
        let position = at % (timeline.total() + 1);
        timeline.seek(position);
        let once = moment(&mut timeline, Grain::Change);
        prop_assert_eq!(timeline.position(), position);
        timeline.seek(position);
        prop_assert_eq!(moment(&mut timeline, Grain::Change), once);
    }

    #[test]
    fn dropping_the_cache_changes_nothing(
        mut timeline in timelines(),
        moves in proptest::collection::vec((any::<u32>(), grains()), 1..8),
    ) {
        let mut other = timeline.clone();
        for (at, grain) in moves {
            let position = at % (timeline.total() + 1);
            timeline.seek(position);
            other.drop_cache();
            other.seek(position);
            prop_assert_eq!(moment(&mut timeline, grain), moment(&mut other, grain));
            prop_assert_eq!(timeline.forward(grain), other.forward(grain));
            other.drop_cache();
            prop_assert_eq!(moment(&mut timeline, grain), moment(&mut other, grain));
        }
    }

    #[test]
    fn forward_then_back_is_exact(
        mut timeline in timelines(),
        at in any::<u32>(),
        grain in grains(),
        times in 1..6_u32,
    ) {
        timeline.seek(at % (timeline.total() + 1));
        let start = (timeline.cursor(), digest(&mut timeline));
        let there = (0..times).take_while(|_| timeline.forward(grain)).count();
        for _ in 0..there {
            prop_assert!(timeline.back(grain));
        }
        prop_assert_eq!((timeline.cursor(), digest(&mut timeline)), start);
    }

    #[test]
    fn back_then_forward_is_exact(
        mut timeline in timelines(),
        at in any::<u32>(),
        grain in grains(),
        times in 1..6_u32,
    ) {
        timeline.seek(at % (timeline.total() + 1));
        let start = (timeline.cursor(), digest(&mut timeline));
        let there = (0..times).take_while(|_| timeline.back(grain)).count();
        for _ in 0..there {
            prop_assert!(timeline.forward(grain));
        }
        prop_assert_eq!((timeline.cursor(), digest(&mut timeline)), start);
    }

    #[test]
    fn every_grain_visits_as_many_stops_as_it_says(mut timeline in timelines(), grain in grains()) {
        timeline.first();
        let (_, total) = timeline.ordinal(grain);
        for expected in 1..=total {
            prop_assert!(timeline.forward(grain));
            prop_assert_eq!(timeline.ordinal(grain), (expected, total));
        }
        prop_assert!(!timeline.forward(grain) && timeline.at_end());
    }

    #[test]
    fn the_moment_before_is_the_stop_before(
        mut timeline in timelines(),
        at in any::<u32>(),
        grain in grains(),
    ) {
        timeline.seek(at % (timeline.total() + 1));
        let (cursor, _, before, from, to) = moment(&mut timeline, grain);
        if cursor != Cursor::START {
            prop_assert_eq!(to, cursor.step as usize);
            prop_assert!(from < to);
            timeline.back(grain);
            prop_assert_eq!(digest(&mut timeline), before);
        }
    }

    #[test]
    fn undo_and_redo_are_exact(
        mut timeline in timelines(),
        edits in proptest::collection::vec((any::<u32>(), any_command(), 0..6_u32), 1..8),
    ) {
        let mut before = Vec::new();
        let mut after = Vec::new();
        for (at, command, kind) in edits {
            timeline.seek(at % (timeline.total() + 1));
            let seen = seen(&mut timeline);
            let done = match kind {
                0 => timeline.switch_branch(at % 3),
                1 => timeline.load(timeline.scenario(), "again").is_ok(),
                _ => timeline.push(Line::from(command), Grain::Change).is_ok(),
            };
            if done {
                before.push(seen);
                after.push(self::seen(&mut timeline));
            }
        }
        for expected in before.iter().rev() {
            prop_assert!(timeline.undo());
            prop_assert_eq!(&seen(&mut timeline), expected);
        }
        for expected in &after {
            prop_assert!(timeline.redo());
            prop_assert_eq!(&seen(&mut timeline), expected);
        }
        prop_assert!(!timeline.redo());
    }

    #[test]
    fn acting_in_the_past_keeps_the_old_log(
        mut timeline in timelines(),
        at in any::<u32>(),
        command in any_command(),
    ) {
        timeline.seek(at % (timeline.total() + 1));
        let old = timeline.scenario();
        let cursor = timeline.cursor();
        if timeline.push(Line::from(command), Grain::Event).is_err() {
            prop_assert_eq!(timeline.scenario(), old);
            return Ok(());
        }
        prop_assert_eq!(timeline.len(), cursor.command + 1);
        let branches = timeline.branches();
        if cursor.command as usize == old.lines.len() {
            prop_assert!(branches.is_empty());
            return Ok(());
        }
        prop_assert_eq!(branches.len(), 1);
        prop_assert_eq!(branches[0].after, cursor.command);
        let new = timeline.scenario();
        prop_assert!(timeline.switch_branch(0));
        prop_assert_eq!(timeline.scenario(), old);
        prop_assert_eq!(timeline.cursor().command, cursor.command);
        prop_assert!(timeline.switch_branch(0));
        prop_assert_eq!(timeline.scenario(), new);
    }
}

/// Everything that undo has to bring back.
fn seen(timeline: &mut Timeline) -> (ctscope::scenario::Scenario, Cursor, usize, u64) {
    let scenario = timeline.scenario();
    (
        scenario,
        timeline.cursor(),
        timeline.branches().len(),
        digest(timeline),
    )
}
