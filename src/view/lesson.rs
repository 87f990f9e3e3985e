//! Lessons as they are shown: the lists of them, the open one, and where on the picture a question
//! can be answered.

use super::stage::{BucketRow, CHIP_H, Chip, StageModel, dir_word};
use crate::scenario::lesson::{Ask, Show};
use crate::words::{lesson as w, tell};
use std::rc::Rc;

/// Which screen it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Screen {
    /// The machine alone.
    #[default]
    Explore,
    /// The list of lessons.
    Lessons,
    /// The list of labs.
    Labs,
    /// A lesson or a lab.
    Open,
}

/// Everything of lessons that is on the screen.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Class {
    /// Which screen.
    pub screen: Screen,
    /// There are lessons; without, their lists only load one's own.
    pub rows: Rc<Vec<IndexRow>>,
    /// The open lesson, unless somebody plays freely.
    pub lesson: Option<Rc<LessonView>>,
    /// Where one comes back to from free play: `Back to First packet, Which buckets?`.
    pub back: Option<String>,
    /// What was here before the lesson can be brought back.
    pub kept: bool,
    /// The lesson of one's own as pasted, if it could not be read.
    pub own: String,
    /// What is wrong with it.
    pub problem: Option<String>,
}

/// A row of a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IndexRow {
    /// Its name in links.
    pub name: String,
    /// Its title.
    pub title: String,
    /// What it is for.
    pub about: String,
    /// `6 minutes`.
    pub minutes: String,
    /// It was gone through to the end.
    pub done: bool,
    /// Wrong answers so far.
    pub wrong: u32,
}

/// The open lesson.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LessonView {
    /// Its title.
    pub title: String,
    /// `Lesson 1 of 15`.
    pub of: String,
    /// It is a lab.
    pub lab: bool,
    /// Its stops, the words before and the end included.
    pub stops: Vec<StopRow>,
    /// The stop at hand, in `stops`.
    pub at: usize,
    /// `4 of 9 stops seen`.
    pub progress: String,
    /// How much of it was seen, in permille.
    pub permille: u32,
    /// What is over the stage.
    pub card: Card,
    /// What an operator would see is beside the picture.
    pub show: Option<Show>,
    /// The reader does something: the packet bench is at hand.
    pub turn: bool,
    /// For the presenter.
    pub note: Option<String>,
}

/// A stop in the list of stops.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StopRow {
    /// Its title.
    pub title: String,
    /// What became of it.
    pub mark: Mark,
    /// `you said 2`; or empty.
    pub said: String,
}

/// What became of a stop.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Mark {
    /// It is to come.
    #[default]
    Todo,
    /// It was seen, or left out.
    Seen,
    /// It was answered rightly, or its goal was reached.
    Right,
    /// It was answered wrongly.
    Wrong,
}

/// What a button of a lesson does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Act {
    /// The main button: checks an answer, goes on.
    Main,
    /// To the stop before.
    Previous,
    /// Shows the answer without one being given.
    Skip,
    /// Forgets the answer.
    Retry,
    /// Shows the hint.
    Hint,
    /// Does what the reader is to do.
    ShowMe,
    /// Begins the stop again.
    Anew,
    /// Leaves the lesson's chrome; the machine stays.
    Free,
    /// Back from there.
    Back,
    /// What was here before the lesson.
    Restore,
}

/// What stands over the stage.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Card {
    /// The stop's title.
    pub title: String,
    /// What happened.
    pub say: Option<String>,
    /// Words to know.
    pub terms: Vec<(String, String)>,
    /// A question.
    pub ask: Option<AskView>,
    /// Something to do.
    pub turn: Option<TurnView>,
    /// The end.
    pub end: Option<EndView>,
    /// The hint, once it is asked for.
    pub hint: Option<String>,
    /// What the main button says.
    pub main: &'static str,
    /// Other buttons: what they do and say.
    pub acts: Vec<(Act, &'static str)>,
}

impl Card {
    /// It has more than words: a question, something to do, or the end.
    pub fn asks(&self) -> bool {
        self.ask.is_some() || self.turn.is_some() || self.end.is_some()
    }
}

/// A question.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AskView {
    /// The question.
    pub prompt: String,
    /// How it is answered.
    pub how: &'static str,
    /// Answers to choose from.
    pub choices: Vec<ChoiceView>,
    /// What is typed, if it can be.
    pub field: Option<FieldView>,
    /// `1 picked`; or empty.
    pub picked: String,
    /// What came of it.
    pub reveal: Option<Reveal>,
}

/// An answer to choose.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChoiceView {
    /// The answer in messages.
    pub token: String,
    /// The answer in words.
    pub text: String,
    /// It is chosen.
    pub picked: bool,
    /// Once it is told: it is the right one.
    pub right: Option<bool>,
    /// Once it is told: why it is right or wrong.
    pub why: String,
}

/// Where an answer is typed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FieldView {
    /// Its label.
    pub label: &'static str,
    /// What is typed.
    pub value: String,
    /// A number, that − and + change.
    pub steps: bool,
    /// What is wrong with it.
    pub problem: Option<&'static str>,
}

/// What came of an answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reveal {
    /// Right, wrong, or not given.
    pub mark: Mark,
    /// The right answer in messages.
    pub answer: String,
    /// `You said …, in the kernel it is …`.
    pub said: String,
    /// Why.
    pub because: String,
    /// What is said of the wrong answer.
    pub wrong: Vec<String>,
    /// The function and file of the step that decided it; or empty.
    pub place: String,
}

/// Something to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TurnView {
    /// What to do.
    pub task: String,
    /// Conditions, and whether each holds.
    pub goals: Vec<(String, bool)>,
    /// All held at once.
    pub reached: bool,
    /// What was shown by it, once it is reached.
    pub done: Option<String>,
}

/// The end of a lesson.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EndView {
    /// What was learnt.
    pub learnt: Vec<String>,
    /// Right answers.
    pub score: String,
    /// Name and title of the next one.
    pub next: Option<(String, String)>,
    /// A link leads here.
    pub link: bool,
}

/// A place on the picture where a question can be answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pick {
    /// The answer in messages; `-` and `+` change a number.
    pub token: String,
    /// For a screen reader.
    pub name: String,
    /// What is written on it; or empty.
    pub text: String,
    /// Left, from the left edge inside the picture's padding.
    pub x: i32,
    /// Top, likewise.
    pub y: i32,
    /// Width.
    pub w: i32,
    /// Height.
    pub h: i32,
    /// It is picked.
    pub picked: bool,
    /// The answer is told, and this is it (`true`), or was said wrongly.
    pub told: Option<bool>,
}

/// Least height of a place to press, in pixels.
const PICK_H: i32 = 24;

/// Where on the picture a question can be answered; `picked` is what is picked, or typed.
pub fn picks(ask: &Ask, picked: &[String], stage: &StageModel) -> Vec<Pick> {
    let is_picked = |token: &str| picked.iter().any(|of| of == token);
    // What is written left of the rows stays in sight.
    let left = if stage.narrow { 6 } else { 8 };
    let width = stage.width - 2 * super::stage::PAD - left;
    let pick = |token: String, name: String, [x, y, w, h]: [i32; 4]| Pick {
        picked: is_picked(&token),
        text: String::new(),
        told: None,
        token,
        name,
        x,
        y,
        w,
        h: h.max(PICK_H),
    };
    let rows = &stage.table.rows;
    match ask {
        Ask::Buckets(_) => {
            // Several empty buckets may share a row, which is none of them.
            let alone = |row: &&Rc<BucketRow>| row.label == row.bucket.to_string();
            let rows = rows.iter().filter(alone).map(|row| {
                let place = [left, row.y, width, row.height - 2];
                let name = tell!(w::BUCKET_N, n = row.bucket);
                pick(row.bucket.to_string(), name, place)
            });
            rows.collect()
        }
        Ask::List(_) => {
            let mut found = Vec::new();
            if let (Some(first), Some(last)) = (rows.first(), rows.last()) {
                let (top, bottom) = (first.y, last.y + last.height);
                let name = w::THE_HASH_TABLE.text().to_owned();
                found.push(pick(
                    "table".to_owned(),
                    name,
                    [left, top, width, bottom - top],
                ));
            }
            for tray in &stage.lists.lists {
                let place = [tray.x, tray.y, tray.w, tray.height];
                found.push(pick(tray.list.to_owned(), tray.name.clone(), place));
            }
            found
        }
        Ask::Head(_) => {
            let chip = |top: i32, chip: &Chip| {
                let token = format!("c{} {}", chip.conn, dir_token(chip.dir));
                let name = format!("c{} {}", chip.conn, dir_word(chip.dir));
                pick(token, name, [chip.x, top + chip.y, chip.w, CHIP_H])
            };
            let in_rows = rows
                .iter()
                .flat_map(|row| row.chips.iter().map(|it| chip(row.y, it)));
            let trays = stage.lists.lists.iter();
            let in_trays = trays.flat_map(|tray| tray.chips.iter().map(|it| chip(tray.y, it)));
            in_rows.chain(in_trays).collect()
        }
        Ask::Use(conn) => {
            let cards = stage.cards.cards.iter();
            let Some(card) = cards.into_iter().find(|card| card.conn == *conn) else {
                return Vec::new();
            };
            let y = card.y + card.h - 28;
            let step = |token: &str, text: &str, name: &str, x: i32| Pick {
                text: text.to_owned(),
                ..pick(token.to_owned(), name.to_owned(), [x, y, 32, 26])
            };
            let right = card.x + card.w;
            let mut found = vec![
                step("-", "−", w::LESS.text(), right - 108),
                step("+", "+", w::MORE.text(), right - 36),
            ];
            if let Some(value) = picked.first() {
                found.push(Pick {
                    text: value.clone(),
                    picked: true,
                    ..pick(String::new(), String::new(), [right - 74, y, 36, 26])
                });
            }
            found
        }
        Ask::Entries | Ask::Deadline(_) | Ask::State(_) | Ask::Choice(_) => Vec::new(),
    }
}

/// The same once the answer is told: where it is, and where it was said to be.
pub fn told(ask: &Ask, right: &[String], said: &[String], stage: &StageModel) -> Vec<Pick> {
    let mut found = match ask {
        Ask::Buckets(_) | Ask::List(_) | Ask::Head(_) => picks(ask, said, stage),
        _ => Vec::new(),
    };
    for pick in &mut found {
        pick.told = if right.contains(&pick.token) {
            Some(true)
        } else {
            pick.picked.then_some(false)
        };
    }
    found.retain(|pick| pick.told.is_some());
    found
}

/// A direction in answers.
fn dir_token(dir: crate::engine::tuple::Dir) -> &'static str {
    match dir {
        crate::engine::tuple::Dir::Original => "original",
        crate::engine::tuple::Dir::Reply => "reply",
    }
}
