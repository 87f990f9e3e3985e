//! A lesson's runs: what is done up to a stop, where it stands, and whether all of it works.

use super::place::find;
use super::{answer, goal};
use crate::engine::tuple::Dir;
use crate::engine::{Conntrack, NoProbe};
use crate::scenario::lesson::{Act, Ask, Lesson, Place};
use crate::scenario::{Line, ParseError, Scenario};
use crate::timeline::{Cursor, EditError, Grain, Timeline};
use crate::view::model::Lens;
use crate::view::refusal::refusal;
use crate::words::{lesson_file as w, tell};

/// What is done up to a stop, its own lines included. What an earlier stop asks the reader to do
/// is done by its `try:` lines.
pub fn scenario(lesson: &Lesson, stop: usize) -> Scenario {
    let mut config = lesson.run.config.clone().unwrap_or_default();
    let mut lines = lesson.run.lines.clone();
    for (at, stop_at) in lesson.stops.iter().enumerate().take(stop + 1) {
        if let Some(fresh) = &stop_at.run.config {
            config = fresh.clone();
            lines.clear();
        }
        lines.extend(stop_at.run.lines.iter().cloned());
        if at < stop {
            lines.extend(tries(lesson, at).iter().cloned());
        }
    }
    Scenario { config, lines }
}

/// Makes a log that of a scenario: goes on with it where it can, and begins anew where it cannot.
pub fn go_on(timeline: &mut Timeline, wanted: Scenario, title: &str) -> Result<(), EditError> {
    let same = *timeline.config() == wanted.config
        && timeline.title() == title
        && timeline.len() as usize <= wanted.lines.len()
        && timeline.lines().zip(&wanted.lines).all(|(a, b)| **a == *b);
    if !same {
        return timeline.load(wanted, title);
    }
    let have = timeline.len() as usize;
    for line in wanted.lines.into_iter().skip(have) {
        timeline.last();
        timeline.push(line, Grain::Event)?;
    }
    Ok(())
}

/// The lines that do what a stop asks for.
pub fn tries(lesson: &Lesson, stop: usize) -> &[Line] {
    match lesson.stops.get(stop).map(|stop| &stop.act) {
        Some(Act::Turn(turn)) => &turn.tries,
        _ => &[],
    }
}

/// Where a stop stands, and where its answer is seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stand {
    /// Where it begins.
    pub at: Cursor,
    /// Where the answer is seen; the same for what asks nothing.
    pub until: Cursor,
}

/// Where a stop stands in a log that begins with [`scenario`] of it; `before` is where the stop
/// before was left. What has no place of its own stands at the end, or stays.
fn stand_after(
    lesson: &Lesson,
    stop: usize,
    timeline: &mut Timeline,
    n: u32,
    before: Option<Cursor>,
) -> Result<Stand, Missing> {
    let of = &lesson.stops[stop];
    let fresh = of.run.config.is_some() || !of.run.lines.is_empty();
    let at = match (of.at, before) {
        (Some(place), _) => find(timeline, n, place, None).ok_or(Missing::At(place))?,
        // What is to be done is done behind everything.
        (None, Some(before)) if !fresh && !matches!(of.act, Act::Turn(_)) => before,
        (None, _) => find(timeline, n, Place::End, None).ok_or(Missing::At(Place::End))?,
    };
    let until = match &of.act {
        Act::Ask(question) => match (question.until, &question.ask) {
            (Some(place), _) => find(timeline, n, place, Some(at)).ok_or(Missing::Until(place))?,
            // What is chosen from words needs no look.
            (None, Ask::Choice(_)) => at,
            (None, _) => find(timeline, n, Place::End, None).unwrap_or(at),
        },
        Act::Read => at,
        Act::Turn(_) => at,
    };
    Ok(Stand { at, until })
}

/// A place that is not there.
enum Missing {
    At(Place),
    Until(Place),
}

/// Where a stop stands in a log that begins with [`scenario`] of it; at the end of that if a place
/// of the lesson is not there.
pub fn stand(lesson: &Lesson, stop: usize, timeline: &mut Timeline) -> Stand {
    // A stop that says no place stays where the last one that does was left.
    let moves = |at: usize| {
        let of = &lesson.stops[at];
        of.at.is_some() || of.run.config.is_some() || !of.run.lines.is_empty() || at == 0
    };
    let turned = |at: usize| !tries(lesson, at).is_empty();
    let first = (0..=stop).rev().find(|at| moves(*at)).unwrap_or(0);
    let first = (first..stop)
        .rev()
        .find(|at| turned(*at))
        .map_or(first, |at| at + 1);
    let mut before = None;
    let n = scenario(lesson, stop).lines.len() as u32;
    // Somebody may have undone what the lesson did.
    let last = n.min(timeline.len());
    let end = Cursor {
        command: last,
        step: timeline.steps_of(last),
    };
    let mut found = Stand {
        at: end,
        until: end,
    };
    for at in first..=stop {
        if let Ok(stand) = stand_after(lesson, at, timeline, n, before) {
            found = stand;
        }
        before = Some(found.until);
    }
    found
}

/// Everything in a lesson that does not work, with the line of the file, as far as can be said
/// without a reader: places and objects that are not there, lines that the engine refuses,
/// questions without an answer, goals that their `try:` lines do not reach, or that are reached
/// before anything is done.
pub fn check(lesson: &Lesson) -> Vec<ParseError> {
    let mut problems = Vec::new();
    let mut timeline = Timeline::new(scenario(lesson, 0).config, &lesson.title);
    for at in 0..lesson.stops.len() {
        if !check_stop(lesson, at, &mut timeline, &mut problems) {
            break;
        }
    }
    problems
}

/// `false` if what comes behind it cannot be looked at.
fn check_stop(
    lesson: &Lesson,
    at: usize,
    timeline: &mut Timeline,
    problems: &mut Vec<ParseError>,
) -> bool {
    let stop = &lesson.stops[at];
    let marks = stop.marks;
    let mut say = |line: u32, problem: String, expected: &str| {
        problems.push(ParseError {
            line: line.max(1),
            column: 1,
            problem: tell!(w::IN_THE_STOP_TITLE, title = stop.title, problem),
            expected: expected.to_owned(),
        });
    };
    let scenario = scenario(lesson, at);
    let n = scenario.lines.len() as u32;
    if let Err(error) = go_on(timeline, scenario, &lesson.title) {
        let line = if marks.run > 0 {
            marks.run
        } else {
            marks.title
        };
        let why = match &error {
            EditError::Refused(_, why) => refusal(why),
            other => other.to_string(),
        };
        say(
            line,
            tell!(w::A_LINE_CANNOT_BE, why),
            w::LINES_THAT_THE_MACHINE.text(),
        );
        return false;
    }
    // A fresh machine has nothing of the stop before.
    let goes_on = at > 0 && stop.run.config.is_none() && tries(lesson, at - 1).is_empty();
    let before = goes_on.then(|| stand(lesson, at - 1, timeline).until);
    let stand = match stand_after(lesson, at, timeline, n, before) {
        Ok(stand) => stand,
        Err(missing) => {
            let (line, place) = match missing {
                Missing::At(place) => (marks.at, place),
                Missing::Until(place) => (marks.until, place),
            };
            let expected = w::A_PLACE_IN_THE.text();
            say(line, tell!(w::THERE_IS_NO_PLACE, place), expected);
            return true;
        }
    };
    timeline.seek_cursor(stand.at);
    let machine = timeline.state();
    if let Some(view) = stop
        .view
        .as_deref()
        .filter(|view| Lens::from_word(view).is_none())
    {
        let expected = Lens::words().join(", ");
        say(marks.view, tell!(w::THERE_IS_NO_VIEW, view), &expected);
    }
    if let Some(name) = stop.select.as_deref() {
        let there = super::super::link::selection(name)
            .is_some_and(|selection| super::is_there(selection, &machine));
        if !there {
            let expected = w::C1_S1_B5_OR.text();
            say(marks.select, tell!(w::THERE_IS_NO_NAME, name), expected);
        }
    }
    match &stop.act {
        Act::Read => {}
        Act::Ask(question) => {
            timeline.seek_cursor(stand.until);
            let end = timeline.state();
            if answer::right(&question.ask, &end).is_none() {
                let expected = w::A_CONNECTION_BUCKET_OR.text();
                say(
                    marks.act,
                    tell!(w::ASK_HAS_NO_ANSWER, ask = question.ask),
                    expected,
                );
            }
            for (given, _) in &question.wrongs {
                match answer::normal(&question.ask, given) {
                    Some(normal) if normal != *given => {
                        let problem = tell!(w::WRONG_GIVEN_IS_WRITTEN, given);
                        say(marks.wrong, problem, &format!("wrong {normal}:"));
                    }
                    Some(normal) if !answer::good(&question.ask, &normal, &end) => {}
                    _ => {
                        let problem = tell!(w::WRONG_GIVEN_IS_NO, given);
                        say(marks.wrong, problem, w::A_WRONG_ANSWER_TO.text());
                    }
                }
            }
        }
        Act::Turn(turn) => {
            let heard = timeline.state_at_command_end().listener.sent;
            let open = |machine: &Conntrack| {
                let mut goals = turn.goals.iter();
                goals
                    .find(|goal| !goal::holds(goal, machine, heard))
                    .cloned()
            };
            let mut machine = (*timeline.state_at_command_end()).clone();
            if open(&machine).is_none() {
                let problem = w::THE_GOAL_IS_REACHED.text().to_owned();
                say(marks.goal, problem, w::A_CONDITION_THAT_DOES.text());
            }
            for line in &turn.tries {
                let outcome = machine.apply(&line.command, &mut NoProbe);
                if let Some(why) = &outcome.refused {
                    let problem = tell!(w::A_TRY_LINE_CANNOT, refusal = refusal(why));
                    say(marks.tries, problem, w::LINES_THAT_THE_MACHINE.text());
                    return false;
                }
            }
            if let Some(goal) = open(&machine) {
                let problem = tell!(w::THE_TRY_LINES_DO, goal);
                say(marks.goal, problem, w::LINES_AFTER_WHICH_THE.text());
            }
        }
    }
    true
}

/// Some wrong answers that one could give on a machine, in their normal form.
pub fn wrong_answers(ask: &Ask, machine: &Conntrack) -> Vec<String> {
    let all: Vec<String> = match ask {
        Ask::Buckets(_) => (0..machine.table.size().min(64))
            .map(|n| n.to_string())
            .collect(),
        Ask::List(_) => answer::SHELVES.map(str::to_owned).to_vec(),
        Ask::Use(_) | Ask::Entries | Ask::Deadline(_) => [0_u32, 1, 2, 3, 7, 400_000_000]
            .map(|n| n.to_string())
            .to_vec(),
        Ask::Head(_) => {
            let conns = machine.conns.iter().take(8).map(|conn| conn.id.number);
            let nodes = conns.flat_map(|conn| Dir::BOTH.map(|dir| answer::node_word(conn, dir)));
            nodes.chain([answer::NONE.to_owned()]).collect()
        }
        Ask::State(_) => ["NONE", "SYN_SENT", "ESTABLISHED", "CLOSE"]
            .map(str::to_owned)
            .to_vec(),
        Ask::Choice(choices) => (1..=choices.len()).map(|n| n.to_string()).collect(),
    };
    all.into_iter()
        .filter(|answer| !answer::good(ask, answer, machine))
        .collect()
}
