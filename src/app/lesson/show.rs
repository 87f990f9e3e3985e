//! Lessons as they are shown.

use super::answer::{self, NONE, SHELVES};
use super::class::{Came, Classroom, OWN, Open, Shelved};
use super::course;
use crate::app::state::AppState;
use crate::engine::Conntrack;
use crate::engine::tuple::Dir;
use crate::scenario::lesson::{Act as Asked, Ask, Goal, Kind, Question, Shelf, Turn};
use crate::timeline::Cursor;
use crate::view::functions;
use crate::view::lens::table::Which;
use crate::view::lesson::{
    Act, AskView, Card, ChoiceView, Class, EndView, FieldView, IndexRow, LessonView, Mark, Pick,
    Reveal, Screen, StopRow, TurnView, picks, told,
};
use crate::view::stage::StageModel;
use crate::words::{lesson as w, tell};
use std::rc::Rc;

/// Nodes that can be chosen by a button.
const NODES_MAX: usize = 12;
/// Buckets that can be.
const BUCKETS_MAX: u32 = 16;

/// Lessons on the screen; `old` is what was there before.
pub(in crate::app) fn class(app: &mut AppState, old: Option<&Rc<Class>>) -> Class {
    let held = app.look_at_goal();
    let screen = match app.class.screen {
        Screen::Open if app.class.at_work().is_none() => Screen::Explore,
        screen => screen,
    };
    let lesson = app
        .class
        .at_work()
        .cloned()
        .map(|open| lesson(app, &open, &held));
    let keep = |old: Option<Rc<LessonView>>, new: LessonView| match old {
        Some(old) if *old == new => old,
        _ => Rc::new(new),
    };
    let class = &app.class;
    let rows = match screen {
        Screen::Lessons => rows(class, Kind::Lesson),
        Screen::Labs => rows(class, Kind::Lab),
        Screen::Explore | Screen::Open => Vec::new(),
    };
    let back = class.open.as_ref().filter(|open| open.free).map(|open| {
        let title = &open.lesson.title;
        tell!(w::BACK_TO, title, stop = stop_title(open, open.at))
    });
    let problem = class.problem.clone().or_else(|| {
        let problem = class.broken.as_ref()?;
        Some(tell!(w::BAD_PAGE, problem))
    });
    Class {
        screen,
        rows: Rc::new(rows),
        lesson: lesson.map(|new| keep(old.and_then(|old| old.lesson.clone()), new)),
        back: back.filter(|_| screen == Screen::Explore),
        kept: class.kept.is_some(),
        own: class.own.clone(),
        problem,
    }
}

/// Where on the picture the open question can be answered, or what its answer is there.
pub(in crate::app) fn places(app: &mut AppState, stage: &StageModel) -> Vec<Pick> {
    let Some(open) = app.class.at_work() else {
        return Vec::new();
    };
    let words = |ask: &Ask, text: &str| -> Vec<String> {
        match ask {
            Ask::Buckets(_) => text.split([' ', ',']).map(str::to_owned).collect(),
            _ => vec![text.to_owned()],
        }
    };
    let Asked::Ask(question) = open.act() else {
        return Vec::new();
    };
    let ask = question.ask.clone();
    if open.question().is_some() {
        let typed = open.typed.trim();
        let picked = match typed.is_empty() {
            true => open.picks.clone(),
            false => words(&ask, typed),
        };
        return picks(&ask, &picked, stage);
    }
    let said = match &open.came[open.at] {
        Came::Answered(given, _) => words(&ask, given),
        _ => Vec::new(),
    };
    let Some(at) = open.stop() else {
        return Vec::new();
    };
    let lesson = open.lesson.clone();
    let stand = course::stand(&lesson, at, &mut app.timeline);
    if app.timeline.cursor() != stand.until {
        // Somebody looks elsewhere in time.
        return Vec::new();
    }
    let right = answer::right(&ask, &app.timeline.state()).unwrap_or_default();
    told(&ask, &words(&ask, &right), &said, stage)
}

/// The right answer of the question at hand in words; `None` if there is no question.
pub(in crate::app) fn right_answer(app: &mut AppState) -> Option<String> {
    let open = app.class.open.as_ref()?;
    let Asked::Ask(question) = open.act() else {
        return None;
    };
    let (ask, lesson, at) = (question.ask.clone(), open.lesson.clone(), open.stop()?);
    let stand = course::stand(&lesson, at, &mut app.timeline);
    let machine = app.machine_at(stand.until);
    Some(worded(&ask, &answer::right(&ask, &machine)?))
}

fn rows(class: &Classroom, kind: Kind) -> Vec<IndexRow> {
    let row = |shelved: &Shelved| {
        let Shelved { name, lesson } = shelved;
        let wrong = class.wrong.iter().filter(|(of, ..)| of == name);
        IndexRow {
            name: name.clone(),
            title: lesson.title.clone(),
            about: lesson.about.clone(),
            minutes: tell!(w::MINUTES, n = lesson.minutes),
            done: class.done.contains(name),
            wrong: wrong.map(|(.., count)| *count).sum(),
        }
    };
    class.of_kind(kind).map(row).collect()
}

fn stop_title(open: &Open, at: usize) -> String {
    match at.checked_sub(1).map(|stop| open.lesson.stops.get(stop)) {
        None => w::WORDS_FIRST.text().to_owned(),
        Some(None) => w::THE_END.text().to_owned(),
        Some(Some(stop)) => stop.title.clone(),
    }
}

fn lesson(app: &mut AppState, open: &Open, held: &[bool]) -> LessonView {
    let lesson = &open.lesson;
    let mut all = app.class.of_kind(lesson.kind).filter(|it| it.name != OWN);
    let n = all.position(|it| it.name == open.name).map(|at| at + 1);
    drop(all);
    let all = app
        .class
        .of_kind(lesson.kind)
        .filter(|it| it.name != OWN)
        .count();
    let of = match (n, lesson.kind) {
        (None, _) => w::OWN_LESSON.text().to_owned(),
        (Some(n), Kind::Lesson) => tell!(w::LESSON_OF, n, all),
        (Some(n), Kind::Lab) => tell!(w::LAB_OF, n, all),
    };
    // Looking may have reached the goal just now.
    let open = &app.class.open.clone().unwrap_or_else(|| open.clone());
    let stops = (0..=open.end()).map(|at| stop_row(open, at)).collect();
    let seen = open
        .came
        .iter()
        .filter(|came| **came != Came::Nothing)
        .count();
    let all = open.came.len();
    let stop = open.stop().and_then(|at| open.lesson.stops.get(at));
    LessonView {
        title: open.lesson.title.clone(),
        of,
        lab: open.lesson.kind == Kind::Lab,
        stops,
        at: open.at,
        progress: tell!(w::PROGRESS, done = seen, all),
        permille: (seen * 1000 / all.max(1)) as u32,
        show: stop.and_then(|stop| stop.show),
        turn: matches!(open.act(), Asked::Turn(_)),
        note: stop.and_then(|stop| stop.note.clone()),
        card: card(app, open, held),
    }
}

fn stop_row(open: &Open, at: usize) -> StopRow {
    let question = match at.checked_sub(1).and_then(|at| open.lesson.stops.get(at)) {
        Some(stop) => match &stop.act {
            Asked::Ask(question) => Some(question),
            Asked::Read | Asked::Turn(_) => None,
        },
        None => None,
    };
    let (mark, said) = match (&open.came[at], question) {
        (Came::Nothing, _) => (Mark::Todo, String::new()),
        (Came::Answered(given, right), Some(question)) => {
            let said = worded(&question.ask, given);
            let mark = if *right { Mark::Right } else { Mark::Wrong };
            (mark, tell!(w::YOU_SAID, said))
        }
        (Came::Seen, Some(_)) => (Mark::Seen, w::SKIPPED.text().to_owned()),
        (Came::Reached, _) => (Mark::Right, w::DONE.text().to_owned()),
        (Came::Seen | Came::Answered(..), _) => (Mark::Seen, String::new()),
    };
    StopRow {
        title: stop_title(open, at),
        mark,
        said,
    }
}

fn card(app: &mut AppState, open: &Open, held: &[bool]) -> Card {
    let stop = open.stop().map(|at| &open.lesson.stops[at]);
    let mut card = Card {
        title: stop_title(open, open.at),
        say: stop.and_then(|stop| stop.say.clone()),
        main: w::NEXT.text(),
        ..Card::default()
    };
    if open.at > 0 {
        card.acts.push((Act::Previous, w::PREVIOUS.text()));
    }
    if open.at == 0 {
        card.title = open.lesson.title.clone();
        card.say = Some(open.lesson.about.clone());
        card.terms = open.lesson.terms.clone();
        card.main = w::BEGIN.text();
    } else if open.at == open.end() {
        let end = end(app, open);
        card.main = match (&end.next, open.lesson.kind) {
            (Some(_), _) => w::NEXT.text(),
            (None, Kind::Lesson) => w::ALL_LESSONS.text(),
            (None, Kind::Lab) => w::ALL_LABS.text(),
        };
        card.end = Some(end);
    }
    match open.act() {
        Asked::Read => {}
        Asked::Ask(question) => {
            let unanswered = open.question().is_some();
            card.ask = Some(ask(app, open, question));
            if unanswered {
                card.main = w::CHECK.text();
                card.acts.push((Act::Skip, w::SKIP.text()));
            } else {
                card.acts.push((Act::Retry, w::RETRY.text()));
            }
            if unanswered {
                hint(&mut card, open, question.hint.as_ref());
            }
        }
        Asked::Turn(turn) => {
            let reached = open.came[open.at] == Came::Reached;
            card.turn = Some(turn_view(turn, held, reached));
            hint(&mut card, open, turn.hint.as_ref());
            card.acts.push((Act::ShowMe, w::SHOW_ME.text()));
            card.acts.push((Act::Anew, w::ANEW.text()));
            if !reached {
                card.main = w::SKIP.text();
            }
        }
    }
    card
}

fn hint(card: &mut Card, open: &Open, hint: Option<&String>) {
    match hint {
        Some(hint) if open.hint => card.hint = Some(hint.clone()),
        Some(_) => card.acts.push((Act::Hint, w::HINT.text())),
        None => {}
    }
}

fn end(app: &AppState, open: &Open) -> EndView {
    let asks = |at: &usize| {
        let stop = at.checked_sub(1).and_then(|at| open.lesson.stops.get(at));
        stop.is_some_and(|stop| matches!(stop.act, Asked::Ask(_)))
    };
    let asked = (0..open.came.len()).filter(asks).count();
    let right = (0..open.came.len())
        .filter(asks)
        .filter(|at| matches!(open.came[*at], Came::Answered(_, true)) && !open.missed[*at]);
    let right = right.count();
    let next = app.class.next(&open.name, open.lesson.kind);
    EndView {
        learnt: open.lesson.learnt.clone(),
        score: match asked {
            0 => w::NO_QUESTIONS.text().to_owned(),
            _ => tell!(w::SCORE, right, asked),
        },
        next: next.map(|next| (next.name.clone(), next.lesson.title.clone())),
        link: open.name != OWN,
    }
}

fn turn_view(turn: &Turn, held: &[bool], reached: bool) -> TurnView {
    let goals = turn
        .goals
        .iter()
        .zip(held.iter().copied().chain(core::iter::repeat(false)));
    TurnView {
        task: turn.task.clone(),
        goals: goals.map(|(goal, held)| (condition(goal), held)).collect(),
        reached,
        done: turn.done.clone().filter(|_| reached),
    }
}

fn condition(goal: &Goal) -> String {
    let c = |number: &u32| format!("c{number}");
    match goal {
        Goal::Gone(conn) => tell!(w::GOAL_GONE, conn = c(conn)),
        Goal::Place(conn, Shelf::Unconfirmed) => tell!(w::GOAL_UNCONFIRMED, conn = c(conn)),
        Goal::Place(conn, Shelf::Table) => tell!(w::GOAL_TABLE, conn = c(conn)),
        Goal::Place(conn, Shelf::Dying) => tell!(w::GOAL_DYING, conn = c(conn)),
        Goal::State(conn, state) => tell!(w::GOAL_STATE, conn = c(conn), state),
        Goal::Status(conn, status) => {
            let bit = status.iter_names().next().map_or("", |(name, _)| name);
            tell!(w::GOAL_STATUS, conn = c(conn), bit)
        }
        Goal::Use(conn, n) => tell!(w::GOAL_USE, conn = c(conn), n),
        Goal::Expired(conn) => tell!(w::GOAL_EXPIRED, conn = c(conn)),
        Goal::Conns(n) => tell!(w::GOAL_CONNS, n),
        Goal::Entries(n) => tell!(w::GOAL_ENTRIES, n),
        Goal::Chain(n) => tell!(w::GOAL_CHAIN, n),
        Goal::Stat(counter, n) => tell!(w::GOAL_STAT, counter = counter.name(), n),
        Goal::Expectations(n) => tell!(w::GOAL_EXPECTATIONS, n),
        Goal::Event(kind) => tell!(w::GOAL_EVENT, kind),
    }
}

/// An answer in words.
fn worded(ask: &Ask, given: &str) -> String {
    let number = given.parse::<u32>().unwrap_or(0);
    match ask {
        Ask::Buckets(_) if given == NONE => w::NO_BUCKET.text().to_owned(),
        Ask::Buckets(_) => {
            let buckets: Vec<&str> = given.split(' ').collect();
            let list = match &buckets[..] {
                [first @ .., last] if !first.is_empty() => {
                    tell!(w::AND, list = first.join(", "), last)
                }
                _ => given.to_owned(),
            };
            tell!(w::BUCKETS, n = buckets.len(), list)
        }
        Ask::List(_) => {
            let word = [w::UNCONFIRMED_LIST, w::TABLE, w::DYING_LIST, w::NOWHERE];
            let at = SHELVES.iter().position(|shelf| *shelf == given);
            at.map_or(given, |at| word[at].text()).to_owned()
        }
        Ask::Use(_) => tell!(w::USE_N, n = number),
        Ask::Entries => tell!(w::ENTRIES_N, n = number),
        Ask::Deadline(_) => tell!(w::SECONDS_N, n = number),
        Ask::Head(_) if given == NONE => w::NO_NODE.text().to_owned(),
        Ask::Head(_) | Ask::State(_) => given.to_owned(),
        Ask::Choice(choices) => {
            let at = (number as usize).checked_sub(1);
            let choice = at.and_then(|at| choices.get(at));
            choice.map_or(String::new(), |choice| choice.text.clone())
        }
    }
}

fn ask(app: &mut AppState, open: &Open, question: &Question) -> AskView {
    let ask = &question.ask;
    let came = &open.came[open.at];
    let told = *came != Came::Nothing;
    let machine = app.timeline.state();
    let reveal = told.then(|| reveal(app, open, question, came));
    let typed = !told;
    let field = |label, steps| {
        let value = open.typed.clone();
        let problem = open.problem;
        typed.then_some(FieldView {
            label,
            value,
            steps,
            problem,
        })
    };
    let field = match ask {
        Ask::Buckets(_) => field(w::ANSWER_BUCKETS.text(), false),
        Ask::Use(_) | Ask::Entries => field(w::ANSWER_NUMBER.text(), true),
        Ask::Deadline(_) => field(w::ANSWER_SECONDS.text(), true),
        Ask::List(_) | Ask::Head(_) | Ask::State(_) | Ask::Choice(_) => None,
    };
    let how = match ask {
        Ask::Buckets(_) => w::HOW_BUCKETS.text(),
        Ask::List(_) => w::HOW_LIST.text(),
        Ask::Head(_) => w::HOW_HEAD.text(),
        Ask::Use(_) | Ask::Entries | Ask::Deadline(_) => w::HOW_NUMBER.text(),
        Ask::State(_) | Ask::Choice(_) => w::HOW_CHOICE.text(),
    };
    let choices = choices(open, ask, &machine, came);
    // What is chosen is wanted first.
    let missing = open.problem.filter(|_| field.is_none());
    AskView {
        prompt: question.prompt.clone(),
        how: missing.unwrap_or(if told { "" } else { how }),
        choices,
        picked: match ask {
            Ask::Buckets(_) if !told && open.typed.trim().is_empty() => {
                tell!(w::PICKED, n = open.picks.len())
            }
            _ => String::new(),
        },
        field,
        reveal,
    }
}

fn choices(open: &Open, ask: &Ask, machine: &Conntrack, came: &Came) -> Vec<ChoiceView> {
    let told = *came != Came::Nothing;
    let tokens: Vec<String> = match ask {
        Ask::Choice(choices) => (1..=choices.len()).map(|n| n.to_string()).collect(),
        _ if told => Vec::new(),
        Ask::List(_) => SHELVES.map(str::to_owned).to_vec(),
        Ask::Head(_) => {
            let conns = machine.conns.iter().map(|conn| conn.id.number);
            let nodes = conns.flat_map(|n| Dir::BOTH.map(|dir| answer::node_word(n, dir)));
            nodes.take(NODES_MAX).chain([NONE.to_owned()]).collect()
        }
        Ask::State(number) => states(machine, *number),
        Ask::Buckets(_) => {
            // Where rows are folded, as on a phone, there is a button for each.
            let few = Some(machine.table.size()).filter(|size| *size <= BUCKETS_MAX);
            let buckets = (0..few.unwrap_or(0)).map(|bucket| bucket.to_string());
            buckets.chain([NONE.to_owned()]).collect()
        }
        Ask::Use(_) | Ask::Entries | Ask::Deadline(_) => Vec::new(),
    };
    let given = match came {
        Came::Answered(given, _) => Some(given),
        _ => None,
    };
    let choice = |token: String| {
        let (right, why) = match (ask, token.parse::<usize>()) {
            (Ask::Choice(choices), Ok(at)) if told => {
                let choice = &choices[at - 1];
                (Some(choice.right), choice.why.clone())
            }
            _ => (None, String::new()),
        };
        ChoiceView {
            text: match ask {
                Ask::Buckets(_) if token != NONE => token.clone(),
                _ => worded(ask, &token),
            },
            picked: given.map_or(open.picks.contains(&token), |given| *given == token),
            right,
            why,
            token,
        }
    };
    tokens.into_iter().map(choice).collect()
}

/// The states that a connection can be in, as its protocol has them.
fn states(machine: &Conntrack, number: u32) -> Vec<String> {
    let which = machine
        .conns
        .by_number(number)
        .and_then(|conn| Which::of(machine, conn));
    let which = which.unwrap_or(Which::Tcp);
    let all = (0..which.states()).filter(|at| !which.lacks(*at));
    all.map(|at| which.state(at).0.to_owned()).collect()
}

fn reveal(app: &mut AppState, open: &Open, question: &Question, came: &Came) -> Reveal {
    let ask = &question.ask;
    let Some(at) = open.stop() else {
        return Reveal {
            mark: Mark::Seen,
            answer: String::new(),
            said: String::new(),
            because: question.because.clone(),
            wrong: Vec::new(),
            place: String::new(),
        };
    };
    let stand = course::stand(&open.lesson, at, &mut app.timeline);
    let machine = app.machine_at(stand.until);
    let right = answer::right(ask, &machine).unwrap_or_default();
    let did = worded(ask, &right);
    let of_choice = matches!(ask, Ask::Choice(_));
    let (mark, said, given) = match came {
        Came::Answered(given, true) => (Mark::Right, tell!(w::RIGHT, did), given.as_str()),
        Came::Answered(given, false) => {
            let said = worded(ask, given);
            let said = match of_choice {
                true => tell!(w::WRONG_CHOICE, said, did),
                false => tell!(w::WRONG, said, did),
            };
            (Mark::Wrong, said, given.as_str())
        }
        _ if of_choice => (Mark::Seen, tell!(w::TOLD_CHOICE, did), ""),
        _ => (Mark::Seen, tell!(w::TOLD, did), ""),
    };
    let mut wrong = Vec::new();
    if mark == Mark::Wrong {
        let special = question.wrongs.iter().filter(|(of, _)| of == given);
        wrong.extend(special.map(|(_, why)| why.clone()));
        wrong.extend(question.wrong.clone());
    }
    Reveal {
        mark,
        answer: right,
        said,
        because: question.because.clone(),
        wrong,
        place: place(app, ask, stand.at, stand.until),
    }
}

/// The function and the file of the step that decided the answer between two places.
fn place(app: &mut AppState, ask: &Ask, at: Cursor, until: Cursor) -> String {
    if until.command == 0 || matches!(ask, Ask::Choice(_)) && at == until {
        return String::new();
    }
    let trace = app.timeline.trace_of(until.command);
    let from = if at.command < until.command {
        0
    } else {
        at.step as usize
    };
    let steps = trace
        .steps
        .get(..until.step as usize)
        .unwrap_or(&trace.steps);
    let between = steps.get(from..).unwrap_or_default();
    let decides = |step: &&crate::engine::Step| answer::decides(ask, step);
    let step = between.iter().rev().find(decides).or(steps.last());
    let Some(step) = step else {
        return String::new();
    };
    let meta = step.meta();
    let profile = app.timeline.config().profile;
    let (function, file) = functions::place(profile, step, (meta.function, meta.file));
    tell!(w::WHERE, function, file)
}
