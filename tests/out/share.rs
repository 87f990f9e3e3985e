//! The dialog for links and files, as a list of messages.

use ctscope::app::{AppState, Effect, Key, Msg, ShareMsg, Update};
use ctscope::scenario::{Scenario, TEXT_BYTES_MAX};
use ctscope::view::model::{Grain, Panel, Share, Theme};
use ctscope::view::share::Kind;
use std::rc::Rc;

fn app(page: &str, link: &str) -> AppState {
    let mut app = AppState::new();
    app.update(Msg::Share(ShareMsg::Address(page.to_owned())));
    app.update(Msg::LoadLink(link.to_owned()));
    app.update(Msg::SetPanel(Panel::Share));
    app
}

fn dialog(app: &mut AppState) -> Rc<Share> {
    app.model()
        .chrome
        .share
        .clone()
        .expect("the dialog is open")
}

fn file(name: &str, text: &str) -> Msg {
    Msg::Share(ShareMsg::File(name.to_owned(), text.as_bytes().to_vec()))
}

#[track_caller]
fn saved(update: &Update) -> (String, &'static str, Vec<u8>) {
    let found = update.effects.iter().find_map(|effect| match effect {
        Effect::Save { name, mime, bytes } => Some((name.clone(), *mime, bytes.to_vec())),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("nothing is saved: {:?}", update.effects))
}

#[test]
fn the_dialog_shows_the_whole_link_and_how_long_it_is() {
    let mut app = app("https://host.example/ct/?x=1", "handshake&at=3.9");
    let share = dialog(&mut app);
    assert_eq!(share.link, "https://host.example/ct/#handshake&at=3.9");
    assert!(
        share.link_note.starts_with("41 characters."),
        "{}",
        share.link_note
    );
    app.update(Msg::SetPanel(Panel::None));
    assert_eq!(app.model().chrome.share, None);
}

#[test]
fn every_kind_of_file_is_saved_under_a_name_that_says_what_it_is() {
    let mut app = app("https://host.example/", "handshake&at=3.9");
    for kind in Kind::ALL {
        let update = app.update(Msg::Share(ShareMsg::Save(kind)));
        let (name, mime, bytes) = saved(&update);
        assert_eq!(name, format!("tcp-from-open-to-close{}", kind.ending().0));
        assert_eq!(mime, kind.ending().1);
        let begins: &[u8] = match kind {
            Kind::Scenario => b"tcp ",
            Kind::Picture | Kind::Strip => b"<svg xmlns=",
            Kind::Packets => &[0xd4, 0xc3, 0xb2, 0xa1],
            Kind::List => b"tcp ",
            Kind::State | Kind::Trace => b"{\n  \"format\": \"ctscope.",
            Kind::Markdown => b"# TCP from open to close\n",
        };
        assert!(bytes.starts_with(begins), "{kind:?}: {:?}", &bytes[..20]);
        let said = app.model().chrome.toast.clone();
        assert_eq!(said, Some(format!("Saved as {name}.")));
    }
    let update = app.update(Msg::Share(ShareMsg::Save(Kind::Scenario)));
    let text = String::from_utf8(saved(&update).2).expect("text");
    assert_eq!(
        Scenario::parse(&text).as_ref(),
        Ok(&app.timeline().scenario())
    );
}

#[test]
fn a_file_takes_the_place_of_the_log_which_stays_as_a_branch() {
    let mut app = app("https://host.example/", "handshake&at=3.9");
    app.update(Msg::Run("advance 7s".to_owned()));
    let mine = app.timeline().scenario();
    app.update(file("lab-3.ct", "gc # now\nadvance 1s\n"));
    let model = app.model();
    assert_eq!(
        (model.chrome.scenario.as_str(), model.chrome.panel),
        ("lab-3", Panel::None)
    );
    let said = model.chrome.toast.clone().unwrap_or_default();
    assert_eq!(
        said,
        "lab-3.ct: 2 commands. What was there is kept as a branch; B goes back to it."
    );
    app.update(Msg::SwitchBack);
    assert_eq!(app.timeline().scenario(), mine);
}

#[test]
fn a_file_with_errors_is_told_line_by_line_and_changes_nothing() {
    let mut app = app("https://host.example/", "handshake&at=3.9");
    let before = app.timeline().scenario();
    app.update(file(
        "bad.ct",
        "gc\ngcc\nadvance 1s\nudp nonsense\nadvance x\n",
    ));
    let share = dialog(&mut app);
    assert_eq!(
        share.problems[0],
        "These 3 lines cannot be read. Nothing was changed."
    );
    let lines: Vec<&str> = share.problems[1..].iter().map(|it| &it[..7]).collect();
    assert_eq!(lines, ["Line 2,", "Line 4,", "Line 5,"]);
    assert_eq!(app.timeline().scenario(), before);

    app.update(Msg::SetPanel(Panel::None));
    app.update(file("many.ct", &"nonsense\n".repeat(40)));
    let share = dialog(&mut app);
    assert_eq!(share.problems.len(), 10);
    assert_eq!(share.problems[9], "There may be more.");

    app.update(file("refused.ct", "release s7\n"));
    assert!(dialog(&mut app).problems[0].starts_with("Command 1: "));
    app.update(Msg::Share(ShareMsg::File(
        "photo.png".to_owned(),
        vec![0x89, 0xff, 0, 1],
    )));
    assert!(dialog(&mut app).problems[0].starts_with("photo.png is not text."));
    app.update(Msg::Share(ShareMsg::TooLarge(
        "huge.ct".to_owned(),
        1 << 40,
    )));
    let said = &dialog(&mut app).problems[0];
    assert!(
        said.starts_with("huge.ct has 1") && said.contains("at most"),
        "{said}"
    );
    assert_eq!(app.timeline().scenario(), before);
}

#[test]
fn lines_can_be_pasted_and_stay_there_until_they_are_right() {
    let mut app = app("https://host.example/", "handshake");
    app.update(Msg::Share(ShareMsg::Paste("gcc\n".to_owned())));
    app.update(Msg::Share(ShareMsg::OpenPasted));
    let share = dialog(&mut app);
    assert_eq!(share.pasted, "gcc\n");
    assert!(share.problems[1].starts_with("Line 1, column 1: “gcc”"));
    app.update(Msg::Share(ShareMsg::Paste("gc\n".to_owned())));
    app.update(Msg::Share(ShareMsg::OpenPasted));
    assert_eq!(app.timeline().len(), 1);
    app.update(Msg::SetPanel(Panel::Share));
    let share = dialog(&mut app);
    assert!(share.pasted.is_empty() && share.problems.is_empty());
    app.update(Msg::Share(ShareMsg::Paste("x".repeat(TEXT_BYTES_MAX + 1))));
    assert!(dialog(&mut app).problems[0].contains("at most"));
}

#[test]
fn the_text_for_a_page_follows_what_is_chosen() {
    let mut app = app("https://host.example/ct/", "handshake&at=3.9");
    assert_eq!(
        dialog(&mut app).snippet,
        "<iframe src=\"https://host.example/ct/?embed#handshake&amp;at=3.9\" \
         title=\"ctscope: TCP from open to close\" width=\"100%\" height=\"480\" \
         style=\"border:1px solid #7a8693\" loading=\"lazy\" \
         sandbox=\"allow-scripts allow-same-origin allow-popups\"></iframe>"
    );
    for msg in [
        ShareMsg::Height("600".to_owned()),
        ShareMsg::Theme(Theme::Dark),
        ShareMsg::Here(false),
    ] {
        app.update(Msg::Share(msg));
    }
    let text = dialog(&mut app).snippet.clone();
    assert!(text.contains("?embed&amp;theme=dark#handshake\""), "{text}");
    assert!(text.contains("height=\"600\""), "{text}");
    let update = app.update(Msg::Share(ShareMsg::CopySnippet));
    assert!(update.effects.contains(&Effect::Copy(text)));
    app.update(Msg::Share(ShareMsg::Height("9".to_owned())));
    assert!(dialog(&mut app).height_wrong.is_some());
    // A title is text, whatever is in it.
    app.update(file("\"><script>alert(1)</script>.ct", "gc\n"));
    app.update(Msg::SetPanel(Panel::Share));
    let text = dialog(&mut app).snippet.clone();
    assert!(
        !text.contains("<script") && text.matches('<').count() == 2,
        "{text}"
    );
    let (name, ..) = saved(&app.update(Msg::Share(ShareMsg::Save(Kind::Picture))));
    assert_eq!(name, "script-alert-1-script.svg");
}

#[test]
fn a_strip_is_of_the_command_at_hand_until_others_are_chosen() {
    let mut app = app("https://host.example/", "handshake&at=3.9");
    let share = dialog(&mut app);
    assert_eq!(
        (share.from.as_str(), share.to.as_str(), share.every),
        ("3", "3", Grain::Phase)
    );
    assert!(share.strip_fits, "{}", share.strip_note);
    let update = app.update(Msg::Share(ShareMsg::Save(Kind::Markdown)));
    let text = String::from_utf8(saved(&update).2).expect("text");
    assert!(
        text.contains("](<https://host.example/#handshake&at=3."),
        "{text}"
    );
    app.update(Msg::Share(ShareMsg::Only(false)));
    app.update(Msg::Share(ShareMsg::Every(Grain::Change)));
    let share = dialog(&mut app);
    assert!(!share.strip_fits && share.strip_note.contains("a strip holds 60"));
    let update = app.update(Msg::Share(ShareMsg::Save(Kind::Strip)));
    assert!(update.effects.is_empty(), "{:?}", update.effects);
    for wrong in ["0", "900", "x", ""] {
        app.update(Msg::Share(ShareMsg::From(wrong.to_owned())));
        let share = dialog(&mut app);
        assert!(!share.strip_fits, "{wrong}");
        assert!(
            share
                .strip_note
                .starts_with("Expected the number of a command, 1 to ")
        );
    }
    app.update(Msg::Share(ShareMsg::Only(true)));
    assert!(dialog(&mut app).strip_fits);
}

#[test]
fn in_a_frame_nothing_is_kept_written_or_taken() {
    let mut app = AppState::new();
    let page = "https://host.example/ct/?embed&theme=dark".to_owned();
    app.update(Msg::Share(ShareMsg::Address(page)));
    let mut effects = Vec::new();
    let key = |key: &str| {
        Msg::Key(Key {
            key: key.to_owned(),
            shift: false,
            ctrl: false,
        })
    };
    for msg in [
        Msg::LoadSettings("{\"theme\":\"light\",\"depth\":\"pointers\"}".to_owned()),
        Msg::LoadLink("handshake&at=2.3".to_owned()),
        Msg::Welcome,
        Msg::SetGrain(Grain::Event),
        key("?"),
        key("/"),
        key("n"),
        key("l"),
        key("e"),
        key("ArrowRight"),
        Msg::LeaveGuide,
    ] {
        effects.extend(app.update(msg).effects);
    }
    assert_eq!(effects, []);
    let model = app.model();
    assert_eq!(model.chrome.theme, Theme::Dark);
    assert_eq!(model.chrome.panel, Panel::None);
    assert_eq!(model.chrome.guide, None);
    assert!(app.timeline().cursor().step > 3, "arrows step");
    let open = model
        .chrome
        .embedded
        .clone()
        .expect("it is in a frame")
        .open;
    let at = app.timeline().cursor();
    let place = format!("&at={}.{}&grain=event", at.command, at.step);
    assert_eq!(open, format!("https://host.example/ct/#handshake{place}"));
    // Another colour than those is the system's.
    let mut other = AppState::new();
    let page = "file:///x/ctscope.html?embed&theme=pink".to_owned();
    other.update(Msg::Share(ShareMsg::Address(page)));
    assert_eq!(other.model().chrome.theme, Theme::Auto);
    let mut plain = AppState::new();
    let page = "https://host.example/?embedding=1".to_owned();
    plain.update(Msg::Share(ShareMsg::Address(page)));
    assert_eq!(plain.model().chrome.embedded, None);
}
