//! Moving through time, playing, undo and keys.

use super::{app, ctrl, key, run, shift, typed};
use ctscope::app::{AppState, Effect, Key, Msg};
use ctscope::view::model::{Grain, Panel, Selection, Tab};
use std::rc::Rc;

#[test]
fn steps_back_and_forward_give_the_same_screen() {
    let mut app = app([Msg::SendPacket, Msg::Last]);
    let last = app.model();
    for grain in [Grain::Change, Grain::Phase, Grain::Event] {
        app.update(Msg::SetGrain(grain));
        let here = app.model();
        for (back, forward) in [
            (key("ArrowLeft"), key("ArrowRight")),
            (shift("ArrowLeft"), shift("ArrowRight")),
            (key("PageUp"), key("PageDown")),
            (key("Home"), key("End")),
        ] {
            assert!(app.update(back).changed);
            assert!(app.update(forward).changed);
            assert_eq!(app.model().why, here.why);
            assert_eq!(app.model().transport, here.transport);
        }
    }
    app.update(Msg::SetGrain(Grain::Change));
    assert_eq!(app.model().texts, last.texts);
}

#[test]
fn at_the_end_a_step_does_nothing() {
    let mut app = app([Msg::SendPacket, Msg::Last]);
    let model = app.model();
    let update = app.update(Msg::StepForward);
    assert!(!update.changed && update.effects.is_empty());
    assert!(Rc::ptr_eq(&app.model(), &model));
    app.update(Msg::First);
    assert!(!app.update(Msg::StepBack).changed);
}

#[test]
fn parts_of_the_screen_that_did_not_change_are_the_same_pointers() {
    let mut app = app([Msg::SendPacket]);
    let before = app.model();
    app.update(Msg::ConsoleInput("g".to_owned()));
    let after = app.model();
    assert!(!Rc::ptr_eq(&before, &after));
    assert!(Rc::ptr_eq(&before.stage, &after.stage));
    assert!(Rc::ptr_eq(&before.texts, &after.texts));
    assert!(Rc::ptr_eq(&before.bench, &after.bench));
    assert!(Rc::ptr_eq(&before.transport, &after.transport));
    assert!(!Rc::ptr_eq(&before.console, &after.console));
}

#[test]
fn undo_and_redo_by_key_and_by_word() {
    let mut app = app([Msg::SendPacket, run("gc")]);
    assert!(app.model().transport.can_undo);
    app.update(ctrl("z"));
    assert_eq!(app.timeline().len(), 1);
    for message in typed("undo") {
        app.update(message);
    }
    assert!(app.timeline().is_empty());
    assert!(app.model().transport.can_redo && !app.model().transport.can_undo);
    app.update(Msg::Key(Key {
        key: "Z".to_owned(),
        shift: true,
        ctrl: true,
    }));
    app.update(Msg::Redo);
    assert_eq!(app.timeline().len(), 2);
    assert!(!app.update(Msg::Redo).changed);
}

fn kept(app: &mut AppState) -> Vec<String> {
    let model = app.model();
    let ghosts = model.transport.lanes.ghosts.iter();
    ghosts.map(|lane| lane.label.clone()).collect()
}

#[test]
fn acting_in_the_past_shows_a_branch_that_leads_back() {
    let mut app = app([
        Msg::SetGrain(Grain::Event),
        Msg::SendPacket,
        Msg::SendPacket,
        Msg::SendPacket,
        Msg::SeekCommand(0),
        run("flush"),
    ]);
    assert_eq!(kept(&mut app), ["SYN-ACK and 1 more, after command 1"]);
    app.update(Msg::SwitchBranch(0));
    assert_eq!(app.timeline().len(), 3);
    assert_eq!(kept(&mut app), ["flush, after command 1"]);
}

#[test]
fn keys_act_on_the_machine() {
    let mut app = app([key("n"), key("t"), shift("T"), key("g")]);
    let labels: Vec<_> = app
        .model()
        .transport
        .lanes
        .items
        .iter()
        .map(|item| item.label.clone())
        .collect();
    assert_eq!(labels, ["SYN", "+1 j", "next deadline", "gc"]);
    assert_eq!(app.update(key("/")).effects, [Effect::Focus("console")]);
    app.update(key("?"));
    assert_eq!(app.model().chrome.panel, Panel::Help);
    app.update(key("Escape"));
    assert_eq!(app.model().chrome.panel, Panel::None);
    assert!(!app.update(key("F13")).changed);
}

#[test]
fn playing_goes_on_by_ticks_and_ends_at_the_end() {
    let mut app = app([Msg::SendPacket, Msg::SetGrain(Grain::Phase), Msg::First]);
    let update = app.update(key(" "));
    assert!(matches!(update.effects[..], [Effect::PlayIn(ms)] if ms >= 1_200));
    assert!(app.model().transport.playing);
    let (_, total) = app.timeline().clone().ordinal(Grain::Phase);
    for nth in 1..=total {
        let update = app.update(Msg::PlayTick);
        assert_eq!(app.model().transport.position, nth);
        assert_eq!(update.effects.is_empty(), nth == total);
    }
    assert!(!app.model().transport.playing);
    assert!(
        !app.update(Msg::PlayTick).changed,
        "a late tick does nothing"
    );
    app.update(Msg::TogglePlay);
    assert!(
        app.model().transport.at_start,
        "there is nothing to come, so all is shown again"
    );
    app.update(Msg::StepForward);
    assert!(
        !app.model().transport.playing,
        "a step by hand ends playing"
    );
}

#[test]
fn speed_is_one_of_five() {
    let mut app = app([Msg::SendPacket, Msg::First, Msg::SetSpeed(400)]);
    assert_eq!(app.model().transport.speed, 400);
    let fast = app.update(Msg::TogglePlay).effects;
    assert!(matches!(fast[..], [Effect::PlayIn(ms)] if ms < 1_200));
    app.update(Msg::SetSpeed(u32::MAX));
    assert_eq!(app.model().transport.speed, 400);
}

#[test]
fn the_clock_is_shown_in_words() {
    let mut app = app([
        Msg::SetGrain(Grain::Event),
        Msg::SendPacket,
        run("advance 30s"),
    ]);
    let clock = app.model().clock.clone();
    assert_eq!(clock.hz, 250);
    assert_eq!(clock.uptime, "30 s after boot");
    assert_eq!(clock.next_deadline.as_deref(), Some("c1 expires in 90 s"));
    assert!(clock.gc.starts_with("gc "));
    assert_eq!(clock.jiffies, app.timeline().clone().state().now.0);
}

#[test]
fn looking_changes_no_log() {
    let mut app = app([Msg::SendPacket]);
    for message in [
        Msg::Select(Selection::Conn(1)),
        Msg::Select(Selection::Conn(77)),
        Msg::Select(Selection::Skb(77)),
        Msg::Select(Selection::Bucket(u32::MAX)),
        Msg::Select(Selection::Gc),
        Msg::SetTab(Tab::Checks),
        Msg::Viewport {
            width: 0,
            height: 0,
            scroll: u32::MAX,
        },
        Msg::Viewport {
            width: u32::MAX,
            height: u32::MAX,
            scroll: 0,
        },
        Msg::Seek(u32::MAX),
        Msg::SeekCommand(u32::MAX),
        Msg::SwitchBranch(3),
        Msg::ConsoleHistory(true),
        Msg::ToastGone,
    ] {
        let text = format!("{message:?}");
        let effects = app.update(message).effects;
        assert!(effects.is_empty(), "{text}: {effects:?}");
        app.model();
    }
    assert_eq!(app.timeline().len(), 1);
}

#[test]
fn before_the_first_step_a_loaded_scenario_says_what_there_is_to_see() {
    let mut app = app([Msg::LoadPreset("handshake".to_owned())]);
    let why = app.model().why.clone();
    assert_eq!(why.what, "TCP from open to close.");
    assert!(why.because.ends_with("Step forward to begin."), "{why:?}");
    app.update(Msg::StepForward);
    assert_ne!(app.model().why.what, why.what);
    let mut app = self::app([Msg::SendPacket, Msg::First]);
    assert!(app.model().why.what.starts_with("Linux remembers"));
}
