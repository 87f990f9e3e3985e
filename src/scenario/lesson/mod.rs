//! Lessons and labs: text files that a teacher writes in any editor.
//!
//! ```text
//! title: First packet
//! minutes: 6
//! about: What the kernel does with the first packet of a flow.
//! config buckets=8
//!
//! == A packet comes
//! udp 10.0.0.1:5000 > 10.0.0.2:53
//! at: tuple
//! say: Its tuple is built.
//! ```
//!
//! A line is a `key: value`, a stop's title behind `==`, a choice behind `+` or `-`, or a line of
//! the scenario language. Indented lines go on with the value above. A line that begins with `#` is
//! a comment.

mod bundle;
mod draft;
mod place;
mod print;
mod read;
mod values;

use super::Line;
use crate::engine::Config;
use crate::engine::conn::Status;
use crate::engine::stats::Counter;

pub use bundle::{BUNDLE_BYTES_MAX, BUNDLE_FILES_MAX, Bundled, bundle};
pub use place::{PHASES, Place};

/// Longest lesson, in bytes.
pub const LESSON_BYTES_MAX: usize = 256 << 10;
/// Most stops of a lesson.
pub const STOPS_MAX: usize = 60;
/// Most scenario lines of a lesson.
pub const LINES_MAX: usize = 500;
/// Most packets that the floods of a lesson have.
pub const FLOODED_MAX: u64 = 300_000;
/// Most work that the lines of a lesson are, in nodes and buckets looked at, about: a second.
pub const LESSON_WORK_MAX: u64 = 1 << 27;
/// Longest value, in characters.
pub const VALUE_CHARS_MAX: usize = 2_000;
/// Longest title of a lesson or of a stop, in characters.
pub const TITLE_CHARS_MAX: usize = 80;
/// Most terms, things learnt, choices, conditions or special answers in one place.
pub const ITEMS_MAX: usize = 8;

/// A lesson that walks through a scenario, or a lab that asks what happened in one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Kind {
    /// One thing, from the first packet on.
    #[default]
    Lesson,
    /// An incident, with what an operator would see.
    Lab,
}

/// A lesson or a lab.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Lesson {
    /// What the list of lessons says.
    pub title: String,
    /// Lesson or lab.
    pub kind: Kind,
    /// How long it takes.
    pub minutes: u32,
    /// Its place among the others, the lowest first; `u32::MAX` behind all that have one.
    pub order: u32,
    /// What it is for, in a sentence.
    pub about: String,
    /// Words to know before it, with what they mean.
    pub terms: Vec<(String, String)>,
    /// What was learnt, for the end.
    pub learnt: Vec<String>,
    /// The machine, and what is done before the first stop.
    pub run: Run,
    /// The stops, in order; at least one.
    pub stops: Vec<Stop>,
}

/// Scenario lines.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Run {
    /// A fresh machine comes first.
    pub config: Option<Config>,
    /// What is done then.
    pub lines: Vec<Line>,
}

/// A stop: something to see, to answer or to do.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Stop {
    /// Its name in the list of stops.
    pub title: String,
    /// What is done first.
    pub run: Run,
    /// Where to stand.
    pub at: Option<Place>,
    /// Name of the lens, as in links.
    pub view: Option<String>,
    /// Name of the selected object, as in links.
    pub select: Option<String>,
    /// What an operator would see, beside the picture.
    pub show: Option<Show>,
    /// What happened, in a sentence or two.
    pub say: Option<String>,
    /// For the presenter only.
    pub note: Option<String>,
    /// What the reader does.
    pub act: Act,
    /// Where all that stands in the file.
    pub marks: Marks,
}

/// Lines of a file, from 1; 0 is nowhere. Two lessons that differ in these only are equal.
#[derive(Clone, Copy, Debug, Default)]
pub struct Marks {
    /// The title.
    pub title: u32,
    /// The first scenario line.
    pub run: u32,
    /// `at:`
    pub at: u32,
    /// `view:`
    pub view: u32,
    /// `select:`
    pub select: u32,
    /// `ask:` or `turn:`
    pub act: u32,
    /// `until:`
    pub until: u32,
    /// The first `goal:`
    pub goal: u32,
    /// The first `try:`
    pub tries: u32,
    /// The first `wrong …:`
    pub wrong: u32,
}

impl PartialEq for Marks {
    fn eq(&self, _: &Marks) -> bool {
        true
    }
}

impl Eq for Marks {}

/// What the reader does at a stop.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Act {
    /// Reads and looks.
    #[default]
    Read,
    /// Answers a question.
    Ask(Question),
    /// Does something.
    Turn(Turn),
}

/// Text of the command line's tools.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Show {
    /// `conntrack -L`
    List,
    /// `conntrack -S`
    Stats,
    /// `conntrack -E`
    Events,
}

/// A question.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Question {
    /// What is asked for.
    pub ask: Ask,
    /// The question.
    pub prompt: String,
    /// Help on the way.
    pub hint: Option<String>,
    /// Where the answer is seen.
    pub until: Option<Place>,
    /// Why the right answer is right.
    pub because: String,
    /// Said after any wrong answer.
    pub wrong: Option<String>,
    /// Said after certain wrong answers.
    pub wrongs: Vec<(String, String)>,
}

/// What a question asks for; `u32` is the number of a connection, or of a bucket.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ask {
    /// The buckets that hold a connection.
    Buckets(u32),
    /// The list that it is on.
    List(u32),
    /// Its `use`.
    Use(u32),
    /// How many entries the table has.
    Entries,
    /// The first node of a bucket.
    Head(u32),
    /// Seconds that a connection has left.
    Deadline(u32),
    /// Its state in its protocol.
    State(u32),
    /// One of these.
    Choice(Vec<Choice>),
}

/// An answer to choose.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choice {
    /// The answer.
    pub text: String,
    /// It is right.
    pub right: bool,
    /// Why it is right or wrong; may be empty.
    pub why: String,
}

/// Something to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Turn {
    /// What to do.
    pub task: String,
    /// What the machine has to be like then; at least one condition.
    pub goals: Vec<Goal>,
    /// Lines that do it; at least one.
    pub tries: Vec<Line>,
    /// Help on the way.
    pub hint: Option<String>,
    /// What was shown by it.
    pub done: Option<String>,
}

/// A condition on the machine; the first `u32` is the number of a connection.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Goal {
    /// It was there, and is freed.
    Gone(u32),
    /// It is there.
    Place(u32, Shelf),
    /// Its protocol's state has this name.
    State(u32, String),
    /// It has these bits.
    Status(u32, Status),
    /// Its `use`.
    Use(u32, u32),
    /// Its time is over, and it is still in the table.
    Expired(u32),
    /// So many connections there are.
    Conns(u32),
    /// So many nodes the table has.
    Entries(u32),
    /// A chain is at least so long.
    Chain(u32),
    /// A counter is at least so high, over all CPUs and namespaces.
    Stat(Counter, u32),
    /// So many connections are expected.
    Expectations(u32),
    /// Such a message was heard since the stop began.
    Event(&'static str),
}

/// A stage of a connection's life.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shelf {
    /// Not in the table yet.
    Unconfirmed,
    /// In the table.
    Table,
    /// Out of it, and still held.
    Dying,
}
