//! Addresses as the page begins with them: golden ones for every way in (lessons, labs, a hall,
//! a frame, notes, a language), which open for ever, and bad ones.

use super::links::do_work;
use ctscope::app::{AppState, ClassMsg, Msg, ShareMsg, address};
use ctscope::view::lesson::{Act, Screen};
use ctscope::view::model::Panel;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

const GOLDEN: &str = include_str!("../data/links_routes.txt");
const BAD: &str = include_str!("../data/links_bad.txt");

fn folder(language: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    root.join("static/lessons").join(language)
}

/// Names and texts of the page's lessons.
fn files(language: &str) -> Vec<(String, String)> {
    let entries = fs::read_dir(folder(language)).expect("there are lessons");
    let paths = entries.map(|entry| entry.expect("a folder can be read").path());
    let mut files: Vec<_> = paths
        .map(|path| {
            let name = path.file_stem().expect("it has a name").to_string_lossy();
            let text = fs::read_to_string(&path).expect("a lesson is text");
            (name.into_owned(), text)
        })
        .collect();
    files.sort();
    files
}

/// The application on a page with this query, and with its lessons.
fn loaded(query: &str) -> AppState {
    let mut app = page(query);
    take_lessons(&mut app);
    app
}

/// The application as it begins with an address: lessons come first if they are wanted.
fn begun(address: &str) -> AppState {
    let (query, fragment) = address.split_once('#').unwrap_or((address, ""));
    let wanted = address::wants_lessons(fragment);
    let mut app = page(query);
    if wanted {
        take_lessons(&mut app);
    }
    follow(&mut app, address);
    if !wanted {
        take_lessons(&mut app);
    }
    app
}

fn page(query: &str) -> AppState {
    let mut app = AppState::new();
    app.update(Msg::Wanted(address::lang(query), None));
    let page = format!("https://host.example/ct/{query}");
    app.update(Msg::Share(ShareMsg::Address(page)));
    app
}

fn take_lessons(app: &mut AppState) {
    let lang = app.lang().tag();
    let lessons = files(lang)
        .iter()
        .fold(String::new(), |mut all, (name, text)| {
            let _ = writeln!(all, "=== {name}\n{text}");
            all
        });
    app.update(Msg::Class(ClassMsg::Lessons(lessons)));
}

/// Tells what an address asks for.
fn follow(app: &mut AppState, address: &str) {
    let (query, fragment) = address.split_once('#').unwrap_or((address, ""));
    for msg in address::first(query, fragment) {
        app.update(msg);
    }
}

/// What the page shows, in one line.
fn shown(app: &mut AppState) -> String {
    let model = app.model();
    let chrome = &model.chrome;
    if chrome.notes.is_some() {
        return "notes".to_owned();
    }
    let cursor = app.timeline().cursor();
    let mut shown = match model.class.screen {
        Screen::Explore => "machine".to_owned(),
        Screen::Lessons => format!("lessons, {} of them", model.class.rows.len()),
        Screen::Labs => format!("labs, {} of them", model.class.rows.len()),
        Screen::Open => match app.open_lesson_at() {
            Some((lesson, 0)) => format!("{}, the words before", lesson.title),
            Some((lesson, at)) => match lesson.stops.get(at - 1) {
                Some(stop) => format!("{}, stop {at}: {}", lesson.title, stop.title),
                None => format!("{}, the end", lesson.title),
            },
            None => "no lesson".to_owned(),
        },
    };
    let (at, step) = (cursor.command, cursor.step);
    let (len, kernel, lens) = (app.timeline().len(), chrome.profile.name(), chrome.lens);
    let _ = write!(shown, " | at {at}.{step} of {len} | {kernel} | {lens:?}");
    if let Some(present) = &chrome.present {
        let _ = write!(shown, " | hall, beat {}", present.counter);
    }
    if let Some(embedded) = &chrome.embedded {
        let _ = write!(shown, " | frame, {:?}, {}", chrome.theme, embedded.open);
    }
    if chrome.lang.tag() != "en" {
        let _ = write!(shown, " | {}", chrome.lang.tag());
    }
    shown
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines();
    lines.filter(|line| !line.starts_with("//") && !line.is_empty())
}

#[test]
fn golden_addresses_show_what_they_showed() {
    let mut wrong = Vec::new();
    for line in lines(GOLDEN) {
        let (address, expected) = line
            .split_once(" => ")
            .expect("an address and what it shows");
        let mut app = begun(address);
        let shown = shown(&mut app);
        if shown != expected {
            wrong.push(format!("{address} => {shown}"));
        }
        assert_eq!(app.model().chrome.toast, None, "{address}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_lesson_has_golden_addresses() {
    for (name, text) in files("en") {
        let lab = text.lines().any(|line| line == "kind: lab");
        let begin = if lab { "lab" } else { "lesson" };
        let begin = format!("#{begin}/{name}");
        for link in [format!("{begin} =>"), format!("{begin}/")] {
            let there = lines(GOLDEN).any(|line| line.starts_with(&link));
            assert!(
                there,
                "expected a line {link} in tests/data/links_routes.txt"
            );
        }
    }
}

#[test]
fn what_is_written_for_a_golden_address_leads_to_the_same() {
    for line in lines(GOLDEN).filter(|line| line.starts_with("#l")) {
        let (address, expected) = line
            .split_once(" => ")
            .expect("an address and what it shows");
        let mut app = begun(address);
        app.update(Msg::SetPanel(Panel::Share));
        let link = app.model().chrome.share.as_ref().map(|it| it.link.clone());
        let link = link.expect("the dialog is open");
        let (_, fragment) = link.split_once('#').expect("it is a link");
        let mut other = begun(&format!("#{fragment}"));
        assert_eq!(shown(&mut other), expected, "{link}");
    }
}

#[test]
fn a_bad_address_has_its_sentence_and_the_work_stays() {
    let mut seen = 0;
    let mut wrong = Vec::new();
    for line in lines(BAD) {
        let (address, expected) = line
            .split_once(" => ")
            .expect("an address and its sentence");
        let mut app = loaded("");
        do_work(&mut app);
        let work = app.timeline().scenario();
        follow(&mut app, address);
        let said = app.model().chrome.toast.clone().unwrap_or_default();
        if said != expected {
            wrong.push(format!("{address} => {said}"));
        }
        if app.model().class.screen == Screen::Open {
            // What could be read of it is shown; the work is kept.
            app.update(Msg::Class(ClassMsg::Act(Act::Restore)));
        }
        assert_eq!(app.timeline().scenario(), work, "{address}");
        seen += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen >= 20, "{seen}");
}

#[test]
fn a_stop_that_is_not_there_leaves_an_open_lesson_where_it_is() {
    let mut app = loaded("");
    follow(&mut app, "#lesson/first-packet/3");
    let before = shown(&mut app);
    for stop in ["99", "x", "18446744073709551616"] {
        app.update(Msg::LoadLink(format!("lesson/first-packet/{stop}")));
        let said = app.model().chrome.toast.clone().unwrap_or_default();
        assert!(said.contains(&format!("has no stop “{stop}”")), "{said}");
        assert_eq!(shown(&mut app), before);
    }
}
