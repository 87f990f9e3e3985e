//! Lessons and labs: read, printed, looked through for mistakes, opened and gone through.

use crate::change;
use crate::corpus;
use crate::harness::Text;
use crate::rng::Rng;
use crate::seen::Seen;
use crate::text::check_error;
use ctscope::app::lesson::course;
use ctscope::app::{AppState, ClassMsg, Msg};
use ctscope::scenario::lesson::{Act as Asked, Lesson, Run, bundle};
use ctscope::view::lesson::{Act, Mark};

/// The target.
#[derive(Clone, Debug)]
pub struct Lessons {
    seeds: Vec<String>,
    words: Vec<String>,
}

/// Stops of each kind, places and conditions of which few are in the lessons.
const LINES: &str = "\
title: T
about: A.
kind: lab
config buckets=4 seed=2 profile=6.18
udp 10.0.0.1:1 > 10.0.0.2:53
== S
config
flood 40 udp 10.0.0.1:1024 > 10.0.0.2:53
at: before insert 3
until: figure 3.4 2
select: b1
view: whole
show: stats
ask: head 0
prompt: P
because: B
wrong none: W
wrong c1 reply: W
== T
turn: Do it.
goal: stat insert_failed 1
goal: chain 2
goal: c1 status ASSURED
goal: expectations 1
goal: event DESTROY
goal: c1 place dying
try: resize 2
try: delete c1
try: advance 99d
hint: H
done: D
== U
at: step 7
ask: deadline c1
ask: entries
ask: choice
+ A | a
- B
until: clock
";

impl Lessons {
    /// With the page's lessons, whole ones and single stops.
    #[allow(clippy::new_without_default)] // it reads files
    pub fn new() -> Lessons {
        let folders = [
            "tests/data/lessons",
            "static/lessons/en",
            "static/lessons/de",
        ];
        let files = folders.map(|folder| corpus::files(folder, "lesson"));
        let texts = files.into_iter().flatten();
        let texts: Vec<String> = texts
            .filter_map(|(_, bytes)| String::from_utf8(bytes).ok())
            .collect();
        let mut seeds = Vec::new();
        let read = texts.iter().filter_map(|text| Lesson::parse(text).ok());
        for lesson in read {
            seeds.extend((0..lesson.stops.len()).map(|at| alone(&lesson, at).to_string()));
        }
        // A whole lesson takes long: it is only a part of what is tried.
        seeds.extend(texts.iter().step_by(9).cloned());
        seeds.push(LINES.to_owned());
        let words = corpus::words(texts.iter().map(String::as_str).chain([LINES]));
        Lessons { seeds, words }
    }
}

/// A lesson of one stop.
fn alone(lesson: &Lesson, at: usize) -> Lesson {
    let scenario = course::scenario(lesson, at);
    let mut stop = lesson.stops[at].clone();
    stop.run = Run::default();
    Lesson {
        run: Run {
            config: Some(scenario.config),
            lines: scenario.lines,
        },
        stops: vec![stop],
        terms: lesson.terms.iter().take(1).cloned().collect(),
        learnt: Vec::new(),
        ..lesson.clone()
    }
}

fn class(app: &mut AppState, msg: ClassMsg) {
    app.update(Msg::Class(msg));
    app.model();
}

/// Where the open lesson is; an error if none is open.
fn place(app: &AppState) -> Result<usize, String> {
    let open = app.open_lesson_at();
    open.map(|(_, at)| at)
        .ok_or_else(|| "open: the lesson is not there".to_owned())
}

/// Goes through an open lesson: each question is answered somehow, then told; each task is done
/// as the lesson does it.
fn go_through(app: &mut AppState, lesson: &Lesson, seen: &mut Seen) -> Result<(), String> {
    let end = lesson.stops.len() + 1;
    for at in 0..=end {
        class(app, ClassMsg::Stop(at));
        if place(app)? != at {
            return Err(format!("stops: number {at} is not come to"));
        }
        let stop = at.checked_sub(1).and_then(|at| lesson.stops.get(at));
        match stop.map(|stop| &stop.act) {
            Some(Asked::Ask(question)) => {
                class(app, ClassMsg::Act(Act::Hint));
                let right = app.lesson_answer();
                let tokens = ["1", "none", "table", "c1 original", "+", "ESTABLISHED"];
                for token in tokens {
                    class(app, ClassMsg::Pick(token.to_owned()));
                }
                class(app, ClassMsg::Act(Act::Main));
                class(app, ClassMsg::Act(Act::Skip));
                let model = app.model();
                let marks = model.class.lesson.as_ref().map(|it| it.stops[at].mark);
                seen.note((
                    "asked",
                    core::mem::discriminant(&question.ask),
                    right.is_some(),
                ));
                seen.note(("mark", marks.is_some_and(|mark| mark == Mark::Right)));
            }
            Some(Asked::Turn(turn)) => {
                class(app, ClassMsg::Act(Act::ShowMe));
                for goal in &turn.goals {
                    seen.note(("goal", core::mem::discriminant(goal)));
                }
            }
            Some(Asked::Read) | None => {}
        }
    }
    // And back, as with a clicker.
    class(app, ClassMsg::Beat(false));
    class(app, ClassMsg::Turn(true));
    Ok(())
}

impl Text for Lessons {
    const NAME: &'static str = "lesson";
    const ENDING: &'static str = "lesson";

    fn seeds(&self) -> Vec<String> {
        self.seeds.clone()
    }

    fn change(&self, rng: &mut Rng, other: &str, input: &mut String) {
        if rng.percent(10) {
            // A stop of another one, whole.
            let stops = other.split("\n== ").skip(1);
            let stops: Vec<&str> = stops.collect();
            if !stops.is_empty() {
                *input = format!("{}\n== {}", input.trim_end(), rng.pick(&stops));
            }
        }
        for _ in 0..=rng.below(4) {
            change::text(rng, input, other, &self.words);
        }
    }

    fn run(&self, input: &str, seen: &mut Seen) -> Result<(), String> {
        // The text may also be one of many.
        match bundle(input) {
            Ok(files) => seen.note(("files", files.len().min(3))),
            Err(error) => check_error(input, &error, seen)?,
        }
        let lesson = match Lesson::parse(input) {
            Ok(lesson) => lesson,
            Err(error) => return check_error(input, &error, seen),
        };
        let printed = lesson.to_string();
        match Lesson::parse(&printed) {
            Err(error) => return Err(format!("print: {error} in {printed:?}")),
            Ok(again) if again != lesson => {
                return Err(format!("print: it is read as another: {printed:?}"));
            }
            Ok(again) if again.to_string() != printed => {
                return Err(format!("normal form: it is printed otherwise: {printed:?}"));
            }
            Ok(_) => {}
        }
        let lines = input.lines().count().max(1);
        let problems = course::check(&lesson);
        for problem in &problems {
            seen.sentence("lesson", &problem.problem);
            let there = (1..=lines).contains(&(problem.line as usize));
            if !there || problem.problem.is_empty() || problem.expected.is_empty() {
                return Err(format!(
                    "problem: it says nothing of this file: {problem:?}"
                ));
            }
        }
        // As one's own it is opened if nothing is wrong with it, else the work stays.
        let mut app = AppState::new();
        class(&mut app, ClassMsg::Own(input.to_owned()));
        match (problems.is_empty(), app.open_lesson_at().is_some()) {
            (true, false) => Err("own: a good lesson is not opened".to_owned()),
            (false, true) => Err("own: a bad lesson is opened".to_owned()),
            (true, true) => go_through(&mut app, &lesson, seen),
            // The page's own are opened as they are.
            (false, false) => {
                class(&mut app, ClassMsg::Lessons(format!("=== x\n{printed}")));
                class(&mut app, ClassMsg::Open("x".to_owned()));
                match app.open_lesson_at() {
                    Some(_) => go_through(&mut app, &lesson, seen),
                    None => Err("page: what is read is not opened".to_owned()),
                }
            }
        }
    }
}
