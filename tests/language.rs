//! Another language: everything on the screen speaks it, and nothing else changes.

use ctscope::app::{AppState, Msg};
use ctscope::view::model::{Lens, Model, Panel, Selection};
use ctscope::words::{self, Lang};
use std::fs;
use std::path::Path;
use std::rc::Rc;

/// German, as the page has it in its block.
fn german() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("static/messages/de");
    let mut block = String::new();
    for entry in fs::read_dir(folder).expect("German has a folder") {
        let path = entry.expect("a folder can be read").path();
        let area = path
            .file_stem()
            .expect("a file has a name")
            .to_string_lossy();
        let text = fs::read_to_string(&path).expect("a message file is text");
        block.push_str(&format!("=== {area}\n{text}\n"));
    }
    assert!(words::learn(&block) > 0);
}

fn app(messages: impl IntoIterator<Item = Msg>) -> AppState {
    german();
    let mut app = AppState::new();
    for message in messages {
        app.update(message);
    }
    app
}

/// Somebody in the middle of things: an edited log, a place in a packet, half a line typed.
fn busy() -> AppState {
    let mut app = app([
        Msg::LoadPreset("first-packet".to_owned()),
        Msg::Run("advance 5s".to_owned()),
        Msg::Run("udp 10.0.0.10:5000 > 192.0.2.53:53 len=12".to_owned()),
        Msg::Undo,
        Msg::First,
        Msg::StepForward,
        Msg::Select(Selection::Conn(1)),
        Msg::ConsoleInput("advance 3".to_owned()),
        Msg::AdvanceInput("12".to_owned()),
        Msg::SetPanel(Panel::Scenario),
        Msg::ScenarioInput("gc\nadvance".to_owned()),
    ]);
    app.update(Msg::Seek(9));
    app.update(Msg::ToastGone);
    app
}

/// What is not words: where one is, what one has typed and picked.
fn kept(app: &AppState, model: &Model) -> impl PartialEq + std::fmt::Debug + use<> {
    (
        app.timeline().scenario().to_string(),
        app.timeline().cursor(),
        app.timeline().branches().len(),
        model.console.input.clone(),
        model.clock.advance.clone(),
        model.chrome.scenario_text.clone(),
        (model.chrome.panel, model.chrome.lens, model.chrome.tab),
    )
}

#[test]
fn switching_loses_nothing_and_back_is_as_before() {
    let mut app = busy();
    let english = app.model();
    let before = kept(&app, &english);

    let update = app.update(Msg::SetLang(Lang::De));
    assert!(update.changed);
    let german = app.model();
    assert_eq!(kept(&app, &german), before);
    assert_eq!(german.chrome.lang, Lang::De);
    assert_ne!(german.why.what, english.why.what);
    assert_ne!(german.inspector, english.inspector);
    assert_eq!(german.stage.height, english.stage.height);

    app.update(Msg::SetLang(Lang::En));
    let back = app.model();
    assert_eq!(kept(&app, &back), before);
    assert_eq!(*back, *english, "the same screen as before");
    assert!(!Rc::ptr_eq(&back, &english));
    // What was undone can be done again, and what is typed can be run.
    let commands = app.timeline().len();
    app.update(Msg::Redo);
    assert_eq!(app.timeline().len(), commands + 1);
}

#[test]
fn every_lens_is_made_anew() {
    let mut app = busy();
    for lens in Lens::all() {
        app.update(Msg::SetLens(lens));
        app.update(Msg::SetLang(Lang::En));
        let english = app.model();
        app.update(Msg::SetLang(Lang::De));
        let german = app.model();
        assert_eq!(german.chrome.lens, lens);
        if !lens.on_stage() {
            assert_ne!(german.lens, english.lens, "{lens:?}");
        }
        app.update(Msg::SetLang(Lang::En));
    }
}

#[test]
fn the_choice_is_kept_and_goes_before_what_address_and_browser_want() {
    let (en, de) = (Some(Lang::En), Some(Lang::De));
    for (chosen, asked, browser, spoken) in [
        (None, None, None, Lang::En),
        (None, None, de, Lang::De),
        (None, en, de, Lang::En),
        (None, de, en, Lang::De),
        (en, de, de, Lang::En),
        (de, en, en, Lang::De),
    ] {
        let mut app = app([Msg::Wanted(asked, browser)]);
        if let Some(lang) = chosen {
            app.update(Msg::SetLang(lang));
        }
        assert_eq!(app.lang(), spoken, "{chosen:?} {asked:?} {browser:?}");
        assert_eq!(app.model().chrome.lang, spoken);
    }
}

#[test]
fn two_screens_speak_two_languages() {
    let (mut one, mut other) = (app([]), app([Msg::SetLang(Lang::De)]));
    for app in [&mut one, &mut other] {
        app.update(Msg::SendPacket);
    }
    let (english, german) = (one.model(), other.model());
    assert_ne!(english.why.what, german.why.what);
    assert_eq!(one.timeline().scenario(), other.timeline().scenario());
}
