//! A beat of a lesson, for a hall.

use crate::app::lesson::Beat;
use crate::scenario::lesson::{Act, Ask, Lesson, Show};
use crate::view::lesson::{AskView, ChoiceView, LessonView};
use crate::view::model::Texts;
use crate::view::present::{Choice, Dot, DotKind, Present, Question, When};
use crate::words::{present as w, tell};
use core::cmp::Ordering;

/// Most lines of a tool's text: a hall reads no more.
const LINES_MAX: usize = 8;
/// Most beats of a lesson in the row.
const DOTS_MAX: usize = 31;
/// Most choices with letters.
const LETTERS_MAX: usize = 6;

/// Puts what the lesson says in place of what the log says.
pub fn teach(present: &mut Present, lesson: &LessonView, texts: &Texts) {
    let card = &lesson.card;
    present.title.clone_from(&lesson.title);
    present.heading.clone_from(&card.title);
    let say = || card.say.clone().unwrap_or_default();
    if lesson.at == 0 {
        // The words before: what it is about stands in its title.
        present.heading.clear();
        present.what.clone_from(&lesson.title);
        present.because = say();
    } else if card.say.is_some() {
        present.what = say();
        present.because.clear();
    }
    present.list.clone_from(&card.terms);
    if let Some(ask) = &card.ask {
        present.what.clone_from(&ask.prompt);
        present.because = match &ask.reveal {
            Some(reveal) => reveal.because.clone(),
            None => say(),
        };
        present.question = Some(question(ask));
    }
    let point = |point: &String| (point.clone(), String::new());
    if let Some(turn) = &card.turn {
        present.what.clone_from(&turn.task);
        present.because = say();
        present.list = turn.goals.iter().map(|(goal, _)| point(goal)).collect();
    }
    if let Some(end) = &card.end {
        present.what.clone_from(&lesson.title);
        present.because.clear();
        present.list = end.learnt.iter().map(point).collect();
    }
    present.tool = lesson.show.map(|show| {
        let (command, lines) = match show {
            Show::List => ("conntrack -L", &texts.list),
            Show::Stats => ("conntrack -S", &texts.stats),
            Show::Events => ("conntrack -E", &texts.events),
        };
        // The latest events are at the end.
        let skip = match show {
            Show::Events => lines.len().saturating_sub(LINES_MAX),
            Show::List | Show::Stats => 0,
        };
        let lines = lines.iter().skip(skip).take(LINES_MAX);
        (command, lines.map(|line| line.text.clone()).collect())
    });
}

fn question(ask: &AskView) -> Question {
    let told = ask.reveal.is_some();
    // Choices between sentences have letters; other answers are given on the picture.
    let worded = (2..=LETTERS_MAX).contains(&ask.choices.len());
    let choice = |(letter, it): (char, &ChoiceView)| Choice {
        letter,
        text: it.text.clone(),
        why: if told { it.why.clone() } else { String::new() },
        right: it.right.filter(|_| told),
    };
    let choices: Vec<Choice> = match worded {
        true => ('A'..='Z').zip(&ask.choices).map(choice).collect(),
        false => Vec::new(),
    };
    let picture = ask.field.is_none() || !ask.picked.is_empty();
    let how = match (choices.is_empty(), picture) {
        (false, _) => w::HOW_HANDS.text(),
        (true, true) => w::HOW_POINT.text(),
        (true, false) => w::HOW_SAY.text(),
    };
    let answer = ask.reveal.as_ref().map(|it| it.said.clone());
    Question {
        choices,
        how,
        answer: answer.unwrap_or_default(),
    }
}

/// Title and sentence of a beat, for the notes on the one before.
pub fn headline(lesson: &Lesson, beat: Beat) -> (String, String) {
    let stop = beat.stop.checked_sub(1).and_then(|at| lesson.stops.get(at));
    let Some(stop) = stop else {
        return match beat.stop {
            0 => (lesson.title.clone(), lesson.about.clone()),
            _ => (w::THE_END.text().to_owned(), lesson.learnt.join(" ")),
        };
    };
    let text = match &stop.act {
        Act::Ask(question) if beat.told => question.because.clone(),
        Act::Ask(question) => match &question.ask {
            Ask::Choice(choices) => {
                let words: Vec<&str> = choices.iter().map(|it| it.text.as_str()).collect();
                format!("{} {}", question.prompt, words.join(" · "))
            }
            _ => question.prompt.clone(),
        },
        Act::Turn(turn) => turn.task.clone(),
        Act::Read => stop.say.clone().unwrap_or_default(),
    };
    (stop.title.clone(), text)
}

/// The beats of a lesson as a row.
pub fn dots(beats: &[Beat], now: usize) -> (Vec<Dot>, String) {
    let most = beats.len().saturating_sub(DOTS_MAX);
    let first = now.saturating_sub(DOTS_MAX / 2).min(most);
    let last = (first + DOTS_MAX).min(beats.len());
    let mut dots = Vec::new();
    for (at, beat) in beats.iter().enumerate().take(last).skip(first) {
        let asks = beats.iter().any(|it| it.stop == beat.stop && it.told);
        dots.push(Dot {
            kind: if asks && !beat.told {
                DotKind::Ask
            } else {
                DotKind::Beat
            },
            when: match at.cmp(&now) {
                Ordering::Less => When::Done,
                Ordering::Equal => When::Now,
                Ordering::Greater => When::Ahead,
            },
        });
    }
    let more = |when| Dot {
        kind: DotKind::More,
        when,
    };
    if first > 0 {
        dots.insert(0, more(When::Done));
    }
    if last < beats.len() {
        dots.push(more(When::Ahead));
    }
    let spoken = tell!(w::SPOKEN_BEATS, beat = now + 1, beats = beats.len());
    (dots, spoken)
}
