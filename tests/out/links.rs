//! Links as the page opens them: golden ones of every kind, which open for ever, and bad ones.

use super::common::{deflated, too_long_for_a_link};
use ctscope::app::{AppState, Effect, Msg};
use ctscope::scenario::link::{
    INFLATED_BYTES_MAX, LINK_COMMANDS_MAX, READ_BYTES_MAX, WRITTEN_CHARS_MAX,
};
use ctscope::view::lens::Lens;
use ctscope::view::model::{Panel, Selection};
use std::fmt::Write as _;

fn opened(link: &str) -> AppState {
    let mut app = AppState::new();
    app.update(Msg::LoadLink(link.to_owned()));
    app
}

/// What the page shows, in one line.
fn shown(app: &mut AppState) -> String {
    let model = app.model();
    let chrome = &model.chrome;
    let cursor = app.timeline().cursor();
    format!(
        "{} | at {}.{} of {} commands | {} | {:?} {:?} {:?} {:?}",
        chrome.scenario,
        cursor.command,
        cursor.step,
        app.timeline().len(),
        chrome.profile.name(),
        chrome.lens,
        chrome.tab,
        model.transport.grain,
        chrome.depth,
    )
}

#[test]
fn golden_links_show_what_they_showed() {
    let links = include_str!("../data/links_page.txt");
    let mut seen = 0;
    let mut wrong = Vec::new();
    for line in links
        .lines()
        .filter(|line| !line.starts_with("//") && !line.is_empty())
    {
        let (link, expected) = line.split_once(" => ").expect("a link and what it shows");
        let mut app = opened(link);
        let shown = shown(&mut app);
        if shown != expected {
            wrong.push(format!("{link} => {shown}"));
        }
        assert_eq!(app.model().chrome.toast, None, "{link}");
        seen += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen >= 20, "{seen}");
}

/// Does work that nobody else has.
pub fn do_work(app: &mut AppState) {
    for line in ["udp 10.9.9.9:1 > 10.0.0.2:2  # mine", "advance 1s"] {
        app.update(Msg::Run(line.to_owned()));
    }
}

fn at_work() -> AppState {
    let mut app = AppState::new();
    do_work(&mut app);
    app
}

/// The link is answered with this sentence, and the work stays as it is.
#[track_caller]
fn refused(link: &str, sentence: &str) -> AppState {
    let mut app = at_work();
    let before = (app.timeline().scenario(), app.timeline().cursor());
    app.update(Msg::LoadLink(link.to_owned()));
    let said = app.model().chrome.toast.clone().unwrap_or_default();
    assert!(
        said.contains(sentence),
        "{}: {said}",
        &link[..link.len().min(60)]
    );
    assert_eq!((app.timeline().scenario(), app.timeline().cursor()), before);
    app
}

#[test]
fn each_way_in_which_a_link_can_be_bad_has_its_sentence_and_the_work_stays() {
    refused("v9.AAAA", "not a link of a version known here");
    refused("", "not a link of a version known here");
    refused("v1.", "This link is damaged; was it copied whole?");
    refused("v1.!!!!", "has a character that cannot be in it");
    refused(
        "no-such-scenario",
        "There is no scenario “no-such-scenario” here",
    );
    refused(
        "<script>alert(1)</script>",
        "not a link of a version known here",
    );
    refused("%3Cimg%20src=x%3E", "not a link of a version known here");
    refused(&"x".repeat(READ_BYTES_MAX + 1), "at most 32768 are read");
    let bomb = deflated(&"#\n".repeat(INFLATED_BYTES_MAX));
    refused(&bomb, "longer than the 262144 bytes");
    let many = deflated(&"gc\n".repeat(LINK_COMMANDS_MAX + 1));
    refused(&many, "expected at most 5000 commands");
    refused(&deflated("release s9\n"), "Command 1: ");
    refused(
        &deflated("config buckets=1\nflood 200000 udp 1.1.1.1:1 > 2.2.2.2:2\n"),
        "Command 1: ",
    );
}

#[test]
fn what_could_be_read_of_a_damaged_link_can_be_looked_at() {
    let text: String = (0..400).fold(String::new(), |mut text, n| {
        let _ = writeln!(
            text,
            "udp 10.0.{}.1:{} > 10.1.0.1:53  # number {n}",
            n % 7,
            1000 + n
        );
        text
    });
    let link = deflated(&text);
    let cut = &link[..link.len() / 2];
    let mut app = refused(cut, "lines could be read");
    app.update(Msg::SetPanel(Panel::Scenario));
    let kept = app.model().chrome.scenario_text.clone();
    assert!(
        kept.lines().count() > 20 && text.starts_with(&kept),
        "{kept}"
    );
    app.update(Msg::LoadText(kept.clone()));
    assert_eq!(app.timeline().len() as usize, kept.lines().count());

    let mut app = refused(&deflated("gc\ngcc\ngc\n"), "line 2, column 1: “gcc” is not");
    app.update(Msg::SetPanel(Panel::Scenario));
    assert_eq!(app.model().chrome.scenario_text, "gc\n");
}

#[test]
fn of_a_link_with_a_part_that_is_not_known_the_rest_is_opened() {
    for (link, said) in [
        (
            "handshake&at=3.2&zoom=7",
            "“zoom=7” is not a part of a link",
        ),
        (
            "handshake&at=3.2&view=hologram",
            "“view=hologram” is not a part of a link",
        ),
        (
            "handshake&at=3.2&tab=<b>",
            "“tab=<b>” is not a part of a link",
        ),
        (
            "handshake&at=3.2&sel=zz",
            "“sel=zz” is not a part of a link",
        ),
        (
            "handshake&at=3.2&kernel=7.0",
            "“kernel=7.0” is not a part of a link",
        ),
        (
            "handshake&at=3.2&at=1.1",
            "“at=1.1” is not a part of a link",
        ),
    ] {
        let mut app = opened(link);
        let cursor = app.timeline().cursor();
        assert_eq!((cursor.command, cursor.step), (3, 2), "{link}");
        let toast = app.model().chrome.toast.clone().unwrap_or_default();
        assert!(toast.contains(said) && toast.ends_with("The rest of the link was opened."));
    }
}

#[test]
fn a_link_that_is_opened_while_one_works_keeps_the_work_as_a_branch() {
    let mut app = at_work();
    let mine = app.timeline().scenario();
    app.update(Msg::LoadLink("handshake&at=2.1".to_owned()));
    assert_eq!(app.model().chrome.scenario, "TCP from open to close");
    assert_eq!(app.timeline().branches().len(), 1);
    app.update(Msg::SwitchBack);
    assert_eq!(app.timeline().scenario(), mine);
    app.update(Msg::Undo);
    app.update(Msg::Undo);
    assert_eq!(app.timeline().scenario(), mine);
    // What can be had again by its name is not kept.
    let mut app = opened("handshake");
    app.update(Msg::LoadLink("first-packet".to_owned()));
    assert_eq!(app.timeline().branches().len(), 0);
}

#[test]
fn the_kernel_depth_and_all_else_come_back_from_the_address() {
    let address = "first-packet&kernel=6.18&at=1.9&sel=c1&view=relations&tab=events&grain=phase\
                   &depth=pointers";
    let mut app = opened(address);
    let before = shown(&mut app);
    let update = app.update(Msg::CopyLink);
    let link = update.effects.iter().find_map(|effect| match effect {
        Effect::CopyLink(link) => Some(link.clone()),
        _ => None,
    });
    let link = link.expect("a link");
    assert_eq!(link, address);
    let mut other = opened(&link);
    assert_eq!(shown(&mut other), before);
    assert!(before.contains("| 6.18 |"), "{before}");
    for lens in Lens::all() {
        app.update(Msg::SetLens(lens));
        app.update(Msg::Select(Selection::Bucket(3)));
        let update = app.update(Msg::CopyLink);
        let link = update.effects.iter().find_map(|effect| match effect {
            Effect::CopyLink(link) => Some(link.clone()),
            _ => None,
        });
        let mut other = opened(&link.expect("a link"));
        assert_eq!(shown(&mut other), shown(&mut app));
    }
}

#[test]
fn a_run_that_is_too_long_for_a_link_is_offered_as_a_file() {
    let mut app = AppState::new();
    app.update(Msg::LoadText(too_long_for_a_link()));
    app.update(Msg::SetPanel(Panel::Share));
    let share = app.model().chrome.share.clone().expect("it is open");
    assert_eq!((share.link.as_str(), share.snippet.as_str()), ("", ""));
    let most = WRITTEN_CHARS_MAX.to_string();
    assert!(share.link_note.contains(&most) && share.link_note.ends_with("as a .ct file."));
}
