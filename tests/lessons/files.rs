//! Every lesson and lab that the page brings along works, in each language.

use ctscope::app::lesson::{answer, course};
use ctscope::scenario::ParseError;
use ctscope::scenario::lesson::{Act, Ask, Kind, Lesson};
use ctscope::timeline::Timeline;
use std::fs;
use std::path::{Path, PathBuf};

const LANGUAGES: [&str; 2] = ["en", "de"];

fn folder(language: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    root.join("static/lessons").join(language)
}

/// Names and texts of a language's files, and the sample.
fn files(language: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    if let Ok(entries) = fs::read_dir(folder(language)) {
        for entry in entries {
            let path = entry.expect("a folder can be read").path();
            if path.extension().is_some_and(|ending| ending == "lesson") {
                let name = path.file_stem().expect("it has a name");
                let name = name.to_str().expect("its name is plain").to_owned();
                let text = fs::read_to_string(&path).expect("a lesson is text");
                found.push((format!("{language}/{name}"), text));
            }
        }
    }
    found.sort();
    let sample = include_str!("../data/lessons/sample.lesson").to_owned();
    found.push(("sample".to_owned(), sample));
    found.push(("README".to_owned(), readme()));
    found
}

/// The lesson that the README shows.
fn readme() -> String {
    let (_, text) = include_str!("../../README.md")
        .split_once("## Write a lesson")
        .expect("the README says how to write one");
    text.split("```")
        .nth(1)
        .expect("it shows one")
        .trim_start()
        .to_owned()
}

fn all() -> impl Iterator<Item = (String, String)> {
    LANGUAGES.into_iter().flat_map(files)
}

/// The lessons that can be read.
fn lessons() -> impl Iterator<Item = (String, Lesson)> {
    all().filter_map(|(name, text)| Some((name, Lesson::parse(&text).ok()?)))
}

fn report(problems: Vec<String>) {
    let count = problems.len();
    assert!(count == 0, "{count} problems:\n{}", problems.join("\n"));
}

fn at(name: &str, error: &ParseError) -> String {
    format!("{name}.lesson: {error}")
}

#[test]
fn every_file_is_read_and_what_is_printed_is_read_again() {
    let mut problems = Vec::new();
    for (name, text) in all() {
        match Lesson::parse(&text) {
            Err(error) => problems.push(at(&name, &error)),
            Ok(lesson) => {
                let printed = lesson.to_string();
                let again = Lesson::parse(&printed);
                assert_eq!(again.as_ref(), Ok(&lesson), "{name} printed:\n{printed}");
                assert_eq!(again.map(|lesson| lesson.to_string()), Ok(printed));
            }
        }
    }
    report(problems);
}

#[test]
fn lines_run_places_exist_questions_have_answers_and_goals_are_reached() {
    let mut problems = Vec::new();
    for (name, lesson) in lessons() {
        let found = course::check(&lesson);
        problems.extend(found.iter().map(|error| at(&name, error)));
    }
    report(problems);
}

#[test]
fn right_answers_are_right_and_others_wrong() {
    let mut asked = 0;
    for (name, lesson) in lessons() {
        if !course::check(&lesson).is_empty() {
            continue;
        }
        for (stop, of) in lesson.stops.iter().enumerate() {
            let Act::Ask(question) = &of.act else {
                continue;
            };
            let ask = &question.ask;
            let scenario = course::scenario(&lesson, stop);
            let mut timeline = Timeline::new(scenario.config.clone(), &lesson.title);
            timeline
                .load(scenario, &lesson.title)
                .expect("it was checked");
            let stand = course::stand(&lesson, stop, &mut timeline);
            assert!(stand.at <= stand.until, "{name}, {}", of.title);
            timeline.seek_cursor(stand.until);
            let machine = timeline.state();
            let right = answer::right(ask, &machine).expect("it was checked");
            let title = &of.title;
            assert_eq!(
                answer::normal(ask, &right).as_ref(),
                Some(&right),
                "{name}, {title}"
            );
            assert!(
                answer::good(ask, &right, &machine),
                "{name}, {title}: {right}"
            );
            for wrong in course::wrong_answers(ask, &machine) {
                assert!(
                    !answer::good(ask, &wrong, &machine),
                    "{name}, {title}: {wrong}"
                );
                assert_eq!(answer::normal(ask, &wrong), Some(wrong), "{name}, {title}");
            }
            asked += 1;
        }
    }
    assert!(asked >= 9, "{asked} questions");
}

#[test]
fn lessons_have_three_terms_and_something_to_do() {
    let mut problems = Vec::new();
    for (name, lesson) in lessons().filter(|(name, _)| name.contains('/')) {
        let terms = lesson.terms.len();
        if lesson.kind == Kind::Lesson && terms != 3 {
            problems.push(format!("{name}: {terms} terms; expected 3"));
        }
        if lesson.kind == Kind::Lab && terms > 3 {
            problems.push(format!("{name}: {terms} terms; expected at most 3"));
        }
        let asks = lesson
            .stops
            .iter()
            .any(|stop| matches!(stop.act, Act::Ask(_)));
        let turns = lesson
            .stops
            .iter()
            .any(|stop| matches!(stop.act, Act::Turn(_)));
        if !asks || (lesson.kind == Kind::Lesson && !turns) {
            problems.push(format!(
                "{name}: expected a question, and a turn in a lesson"
            ));
        }
        for stop in &lesson.stops {
            if let Act::Ask(question) = &stop.act
                && let Ask::Choice(choices) = &question.ask
                && choices.iter().any(|choice| choice.why.is_empty())
            {
                let title = &stop.title;
                problems.push(format!("{name}, {title}: every choice says why, behind |"));
            }
        }
    }
    report(problems);
}

#[test]
fn a_translation_has_the_same_structure() {
    let english = files("en");
    let mut problems = Vec::new();
    for (name, text) in files("de").iter().filter(|(name, _)| name.contains('/')) {
        let of = name.replacen("de/", "en/", 1);
        let Some((_, original)) = english.iter().find(|(name, _)| *name == of) else {
            problems.push(format!("{name}: there is no {of}"));
            continue;
        };
        let (Ok(lesson), Ok(original)) = (Lesson::parse(text), Lesson::parse(original)) else {
            continue;
        };
        for (nth, (a, b)) in bones(&lesson).iter().zip(&bones(&original)).enumerate() {
            if a != b {
                problems.push(format!("{name}, stop {nth}: “{a}” is “{b}” in English"));
            }
        }
        if lesson.stops.len() != original.stops.len() {
            problems.push(format!("{name}: not as many stops as in English"));
        }
    }
    report(problems);
}

/// What stays the same in every language: a text for the header and for each stop.
fn bones(lesson: &Lesson) -> Vec<String> {
    let words = |text: &str| {
        // Notes are words.
        let lines = text
            .lines()
            .map(|line| line.split("  # ").next().unwrap_or(line));
        lines.collect::<Vec<_>>().join("; ")
    };
    let head = format!(
        "{:?}, {} terms, {} learnt; {}",
        lesson.kind,
        lesson.terms.len(),
        lesson.learnt.len(),
        words(&lesson.run.to_string())
    );
    let stops = lesson.stops.iter().map(|stop| {
        let place = |place: &Option<_>| match place {
            Some(place) => format!("{place}"),
            None => String::new(),
        };
        let act = match &stop.act {
            Act::Read => "read".to_owned(),
            Act::Ask(question) => {
                let choices = match &question.ask {
                    Ask::Choice(choices) => choices
                        .iter()
                        .map(|choice| if choice.right { '+' } else { '-' })
                        .collect(),
                    _ => String::new(),
                };
                let wrongs: Vec<&str> = question.wrongs.iter().map(|(of, _)| of.as_str()).collect();
                let until = place(&question.until);
                format!("ask {} {choices} until {until} {wrongs:?}", question.ask)
            }
            Act::Turn(turn) => {
                let goals: Vec<String> = turn.goals.iter().map(ToString::to_string).collect();
                let tries: Vec<String> = turn
                    .tries
                    .iter()
                    .map(|line| words(&line.to_string()))
                    .collect();
                format!("turn {goals:?} {tries:?}")
            }
        };
        format!(
            "{} at {} {:?} {:?} {:?} {act}",
            words(&stop.run.to_string()),
            place(&stop.at),
            stop.view,
            stop.select,
            stop.show
        )
    });
    core::iter::once(head).chain(stops).collect()
}
