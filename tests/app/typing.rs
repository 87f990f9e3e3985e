//! What is said while something is typed, before it is run.

use super::app;
use ctscope::app::{AppState, Msg};
use ctscope::view::model::{Panel, Typing};

fn expects(typing: &Typing, words: &str) {
    match typing {
        Typing::Expects(sentence) => {
            assert!(
                sentence.contains(words) && sentence.ends_with('.'),
                "{sentence}"
            );
        }
        other => panic!("{words}: {other:?}"),
    }
}

fn console(app: &mut AppState, line: &str) -> Typing {
    app.update(Msg::ConsoleInput(line.to_owned()));
    app.model().console.typing.clone()
}

#[test]
fn the_command_line_says_what_enter_would_do() {
    let mut app = app([]);
    assert_eq!(console(&mut app, ""), Typing::Nothing);
    for (line, what) in [
        ("advance 30s", "+30 s"),
        ("tcp 10.0.0.1:1 > 10.0.0.2:2 S", "SYN"),
        ("config buckets=16", "another machine"),
        ("conntrack -L", "an answer below"),
    ] {
        assert_eq!(
            console(&mut app, line),
            Typing::Runs(what.to_owned()),
            "{line}"
        );
    }
    for (line, words) in [
        ("adv", "“adv” is not"),
        ("advance 3x", "expected"),
        ("config buckets=many", "expected"),
        ("conntrack -X", "expected -L"),
    ] {
        expects(&console(&mut app, line), words);
    }
    assert_eq!(app.timeline().len(), 0, "nothing was run");
}

#[test]
fn what_failed_is_answered_once_and_mended_in_place() {
    let mut app = app([]);
    console(&mut app, "advance 3x");
    app.update(Msg::ConsoleEnter);
    let said = app.model().console.clone();
    assert!(said.failed && said.input == "advance 3x");
    assert_eq!(said.typing, Typing::Nothing);
    assert_eq!(
        console(&mut app, "advance 3s"),
        Typing::Runs("+3 s".to_owned())
    );
    assert!(app.model().console.output.is_empty());
}

#[test]
fn how_far_the_clock_goes_is_checked_as_it_is_typed() {
    let mut app = app([Msg::AdvanceInput("fortnight".to_owned())]);
    expects(&app.model().clock.typing.clone(), "expected");
    let before = app.timeline().len();
    app.update(Msg::Advance);
    assert_eq!(app.timeline().len(), before);
    assert_eq!(app.model().clock.advance, "fortnight");
    app.update(Msg::AdvanceInput("250j".to_owned()));
    assert_eq!(app.model().clock.typing, Typing::Runs("+1 s".to_owned()));
    app.update(Msg::Advance);
    assert_eq!(app.timeline().len(), before + 1);
}

#[test]
fn a_scenario_that_is_being_changed_is_not_lost() {
    let mut app = app([
        Msg::SetPanel(Panel::Scenario),
        Msg::ScenarioInput("gc\nadvance\n".to_owned()),
    ]);
    let chrome = app.model().chrome.clone();
    assert_eq!(chrome.scenario_text, "gc\nadvance\n");
    expects(&chrome.scenario_typing, "Line 2");
    // Closed, or run although it cannot be: it is still there.
    for msg in [
        Msg::SetPanel(Panel::None),
        Msg::LoadText(chrome.scenario_text),
    ] {
        app.update(msg);
        app.update(Msg::SetPanel(Panel::Scenario));
        assert_eq!(app.model().chrome.scenario_text, "gc\nadvance\n");
    }
    app.update(Msg::ScenarioInput("gc\n".to_owned()));
    let text = app.model().chrome.scenario_text.clone();
    app.update(Msg::LoadText(text));
    app.update(Msg::SetPanel(Panel::Scenario));
    assert_eq!(app.timeline().len(), 1);
    assert!(app.model().chrome.scenario_text.ends_with("gc\n"));
    assert_eq!(app.model().chrome.scenario_typing, Typing::Nothing);
}
