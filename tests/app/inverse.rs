//! → and ← are exact inverses, for everything on the screen, whatever was done and wherever one
//! stands.

#[path = "../common/mod.rs"]
mod common;

use common::any_command;
use ctscope::app::{AppState, Msg};
use ctscope::engine::Config;
use ctscope::scenario::Line;
use ctscope::timeline::{Grain, Timeline};
use ctscope::view::model::Model;
use proptest::prelude::*;
use std::rc::Rc;

/// The text of a log of random commands; what the engine refuses is left out.
fn logs() -> impl Strategy<Value = String> {
    let logs = proptest::collection::vec(any_command(), 1..30).prop_map(|commands| {
        let mut timeline = Timeline::new(Config::default(), "law");
        for command in commands {
            let _ = timeline.push(Line::from(command), Grain::Event);
        }
        timeline
    });
    // With nothing in the log the step forward sends a packet.
    logs.prop_filter_map("an empty log", |timeline| {
        (!timeline.is_empty()).then(|| timeline.scenario().to_string())
    })
}

/// The ways to go one step, forward and back.
const WAYS: [(Msg, Msg); 2] = [
    (Msg::StepForward, Msg::StepBack),
    (Msg::NextEvent, Msg::PreviousEvent),
];

/// Goes so far one way, remembering every screen; gives them back with the last one.
fn go(app: &mut AppState, way: &Msg, times: usize) -> Vec<Rc<Model>> {
    let mut screens = vec![app.model()];
    for _ in 0..times {
        if !app.update(way.clone()).changed {
            break;
        }
        screens.push(app.model());
    }
    screens
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_whole_screen_is_as_it_was(
        log in logs(),
        grain in prop_oneof![Just(Grain::Event), Just(Grain::Phase), Just(Grain::Change)],
        at in any::<u32>(),
        times in 1..9_usize,
        way in 0..WAYS.len(),
    ) {
        let mut app = super::app([Msg::LoadText(log), Msg::SetGrain(grain)]);
        let total = app.timeline().total();
        app.update(Msg::Seek(at % (total + 1)));
        let (forward, back) = &WAYS[way];
        // To a stop of this way of going: from the middle of a stride, back leads to its start.
        app.update(back.clone());
        for (there, again) in [(forward, back), (back, forward)] {
            let screens = go(&mut app, there, times);
            for expected in screens.iter().rev().skip(1) {
                prop_assert!(app.update(again.clone()).changed);
                prop_assert_eq!(&app.model(), expected);
            }
        }
    }
}

/// A log of at least 10,000 changes: a seek from far away shows what one step from nearby shows,
/// whatever was seen before. How long it takes, `cargo xtask bench page` says.
#[test]
fn any_step_of_a_long_log_is_reached_at_once() {
    let flow = |port: u32| {
        format!(
            "tcp 10.0.0.10:{port} > 192.0.2.20:80 S seq=1000\n\
             tcp 192.0.2.20:80 > 10.0.0.10:{port} SA seq=5000 ack=1001\n"
        )
    };
    let log: String = (40_000..40_150).map(flow).collect();
    let open = || super::app([Msg::LoadText(log.clone()), Msg::SetGrain(Grain::Change)]);
    let mut used = open();
    let total = used.timeline().total();
    assert!(total >= 10_000, "{total}");
    for at in [total, 1, 9_999, 5_000, 3_333, 10_000, 77, total - 1] {
        used.update(Msg::Seek(at));
        let seen = used.model();
        let mut fresh = open();
        for near in [&mut used, &mut fresh] {
            near.update(Msg::Seek(at - 1));
            near.update(Msg::StepForward);
            assert_eq!(near.model(), seen, "change {at} of {total}");
        }
    }
}
