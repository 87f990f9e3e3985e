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
