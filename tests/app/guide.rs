//! The first ten seconds, as messages.

use super::{app, key, run};
use ctscope::app::{AppState, Effect, ImportMsg, Msg, ShareMsg};
use ctscope::view::model::{Grain, Guide, Lens};

fn guide(app: &mut AppState) -> Guide {
    app.model().chrome.guide.expect("somebody is shown round")
}

/// Steps until the guide says so; gives back how often.
#[track_caller]
fn until(app: &mut AppState, there: impl Fn(&Guide) -> bool) -> usize {
    for steps in 0..12 {
        if there(&guide(app)) {
            return steps;
        }
        app.update(key("ArrowRight"));
    }
    panic!("never there: {:?}", guide(app));
}

#[test]
fn a_newcomer_sees_one_connection_get_two_entries() {
    let mut app = AppState::new();
    let update = app.update(Msg::Welcome);
    assert_eq!(update.effects, [Effect::Focus("guide-go")]);
    assert_eq!(guide(&mut app).go, "Send SYN");
    assert!(guide(&mut app).start);

    let steps = until(&mut app, |guide| guide.answers);
    assert!(steps <= 5, "{steps} steps to the question");
    let asked = app.model();
    assert_eq!(asked.stage.cards.cards[0].place, "unconfirmed");

    app.update(Msg::Answer(2));
    let two = app.model();
    let nodes: usize = two.stage.table.rows.iter().map(|row| row.chips.len()).sum();
    assert_eq!((two.stage.cards.cards.len(), nodes), (1, 2));
    assert_eq!(guide(&mut app).said, "Two it is. ");

    until(&mut app, |guide| guide.go == "Now let the reply come");
    assert!(app.timeline().at_end());
    app.update(Msg::StepForward);
    assert_eq!(app.timeline().len(), 2);
    until(&mut app, |guide| guide.ends);
    assert_eq!(app.model().stage.cards.cards[0].data_state, "SYN_RECV");

    let update = app.update(Msg::LeaveGuide);
    assert_eq!(app.model().chrome.guide, None);
    assert!(matches!(
        &update.effects[..],
        [Effect::Focus("stage"), Effect::Store(..)]
    ));
}

#[test]
fn a_wrong_answer_and_none_lead_to_the_same_place() {
    for (answer, said) in [(Some(1), "It is two. "), (None, "")] {
        let mut app = app([Msg::Welcome]);
        until(&mut app, |guide| guide.answers);
        app.update(answer.map_or(Msg::StepForward, Msg::Answer));
        assert_eq!(guide(&mut app).said, said);
        assert!(
            guide(&mut app)
                .text
                .starts_with("One connection, two entries")
        );
    }
}

#[test]
fn the_way_back_is_the_way_there() {
    let mut app = app([Msg::Welcome, Msg::StepForward]);
    let mut seen = vec![app.model()];
    while !app.timeline().at_end() {
        app.update(Msg::StepForward);
        seen.push(app.model());
    }
    for expected in seen.iter().rev().skip(1) {
        app.update(Msg::StepBack);
        assert_eq!(&app.model(), expected);
    }
}

#[test]
fn whoever_does_anything_of_their_own_knows_the_way() {
    for msg in [
        Msg::SendPacket,
        run("gc"),
        Msg::SetGrain(Grain::Event),
        Msg::LoadPreset("first-packet".to_owned()),
        Msg::BenchFate("hold=forward".to_owned()),
    ] {
        let mut app = app([Msg::Welcome]);
        let update = app.update(msg.clone());
        assert!(update.changed, "{msg:?}");
        assert_eq!(app.model().chrome.guide, None, "{msg:?}");
        let stored = update.effects.iter().find_map(|effect| match effect {
            Effect::Store(_, text) => Some(text.clone()),
            _ => None,
        });
        let mut next = app_with(&stored.expect("it is kept"));
        next.update(Msg::Welcome);
        assert_eq!(next.model().chrome.guide, None, "never again after {msg:?}");
    }
    let mut app = app([Msg::Welcome]);
    for msg in [Msg::SetLens(Lens::Machine), Msg::TogglePlay, key("Home")] {
        app.update(msg);
        assert!(app.model().chrome.guide.is_some(), "looking is no doing");
    }
}

fn app_with(settings: &str) -> AppState {
    app([Msg::LoadSettings(settings.to_owned())])
}

#[test]
fn a_link_goes_on_where_it_was_made() {
    let mut app = app([Msg::Welcome, Msg::StepForward]);
    let update = app.update(Msg::StepForward);
    let link = update.effects.iter().find_map(|effect| match effect {
        Effect::WriteHash(fragment) => Some(fragment.clone()),
        _ => None,
    });
    let mut other = app_with("");
    other.update(Msg::LoadLink(link.expect("the address keeps the place")));
    other.update(Msg::Welcome);
    assert_eq!(other.model().chrome.guide, app.model().chrome.guide);
    assert_eq!(other.model().why, app.model().why);
}

#[test]
fn keys_of_one_sign_can_be_switched_off() {
    let mut app = app([Msg::SendPacket, Msg::SetKeysOff(true)]);
    for name in ["n", "G", "?", "/", "0", "d", "t"] {
        let update = app.update(key(name));
        assert!(!update.changed && update.effects.is_empty(), "{name}");
    }
    assert!(app.update(key("ArrowRight")).changed);
    assert!(app.update(super::ctrl("z")).changed);
    app.update(Msg::SetKeysOff(false));
    assert!(app.update(key("?")).changed);
}

#[test]
fn a_file_of_ones_own_ends_it() {
    let file = ShareMsg::File("own.ct".to_owned(), b"gc\n".to_vec());
    for msg in [Msg::Share(file), Msg::Import(ImportMsg::Open)] {
        let mut app = app([Msg::Welcome]);
        app.update(msg.clone());
        assert_eq!(app.model().chrome.guide, None, "{msg:?}");
    }
}
