//! The lessons that there are, the open one, and what is kept of it.

use super::answer;
use crate::scenario::lesson::{Act, Kind, LESSON_BYTES_MAX, Lesson, bundle};
use crate::timeline::Timeline;
use crate::view::lesson::Screen;
use crate::words::{lesson as w, tell};
use std::rc::Rc;

/// The name under which the browser keeps what was done.
pub const PROGRESS: &str = "lessons";
/// The name of a lesson that a teacher loaded.
pub const OWN: &str = "own";
/// Longest text of progress that is read, in bytes.
const PROGRESS_BYTES_MAX: usize = 64 << 10;

/// What a person does in lessons, or the page tells of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ClassMsg {
    /// The lessons of the page, files parted by lines `=== NAME`.
    Lessons(String),
    /// What the browser kept under [`PROGRESS`].
    Progress(String),
    /// To another screen.
    Screen(Screen),
    /// Open a lesson by its name.
    Open(String),
    /// Open one's own lesson, from its text.
    Own(String),
    /// Something was typed in the field for it.
    OwnInput(String),
    /// To a stop, counted with the words before.
    Stop(usize),
    /// To the next stop, or the one before.
    Turn(bool),
    /// As in a hall: an open question is told first, then the next stop comes; or the stop before.
    Beat(bool),
    /// Picked, on the picture or beside it; `-` and `+` change a number.
    Pick(String),
    /// Something was typed as an answer.
    Typed(String),
    /// A button.
    Act(crate::view::lesson::Act),
}

/// A lesson and its name.
#[derive(Clone, Debug)]
pub struct Shelved {
    /// Its name in links.
    pub name: String,
    /// The lesson.
    pub lesson: Rc<Lesson>,
}

/// What came of a stop.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Came {
    /// It is to come.
    #[default]
    Nothing,
    /// It was looked at, or told.
    Seen,
    /// It was answered; whether that is right.
    Answered(String, bool),
    /// Its goal was reached.
    Reached,
}

/// The open lesson.
#[derive(Clone, Debug)]
pub struct Open {
    /// Its name.
    pub name: String,
    /// The lesson.
    pub lesson: Rc<Lesson>,
    /// Where we are: 0 is the words before, then come the stops, then the end.
    pub at: usize,
    /// What came of each, the words before and the end included.
    pub came: Vec<Came>,
    /// Questions that were answered wrongly once.
    pub missed: Vec<bool>,
    /// Somebody plays freely.
    pub free: bool,
    /// What is picked for the open question.
    pub picks: Vec<String>,
    /// What is typed for it.
    pub typed: String,
    /// What is wrong with that.
    pub problem: Option<&'static str>,
    /// The hint is shown.
    pub hint: bool,
    /// Messages heard when the stop began.
    pub heard: u32,
}

impl Open {
    /// The lesson from its beginning.
    pub fn new(shelved: &Shelved) -> Open {
        let all = shelved.lesson.stops.len() + 2;
        Open {
            name: shelved.name.clone(),
            lesson: shelved.lesson.clone(),
            at: 0,
            came: vec![Came::Nothing; all],
            missed: vec![false; all],
            free: false,
            picks: Vec::new(),
            typed: String::new(),
            problem: None,
            hint: false,
            heard: 0,
        }
    }

    /// The stop at hand, if it is none of the words before and not the end.
    pub fn stop(&self) -> Option<usize> {
        let at = self.at.checked_sub(1)?;
        (at < self.lesson.stops.len()).then_some(at)
    }

    /// What is to be done at the stop at hand.
    pub fn act(&self) -> &Act {
        let stop = self.stop().and_then(|at| self.lesson.stops.get(at));
        stop.map_or(&Act::Read, |stop| &stop.act)
    }

    /// Number of the end.
    pub fn end(&self) -> usize {
        self.lesson.stops.len() + 1
    }

    /// The question at hand, if nobody has told the answer.
    pub fn question(&self) -> Option<&crate::scenario::lesson::Question> {
        match (self.act(), &self.came[self.at]) {
            (Act::Ask(question), Came::Nothing) => Some(question),
            _ => None,
        }
    }

    /// The answer as it would be checked now.
    pub fn given(&self) -> Option<String> {
        let question = self.question()?;
        let typed = self.typed.trim();
        let text = match typed.is_empty() {
            true => self.picks.join(" "),
            false => typed.to_owned(),
        };
        answer::normal(&question.ask, &text)
    }
}

/// Everything of lessons that the application keeps.
#[derive(Clone, Debug, Default)]
pub struct Classroom {
    pub(in crate::app) screen: Screen,
    pub(in crate::app) shelf: Vec<Shelved>,
    /// Why the page's lessons cannot be read.
    pub(in crate::app) broken: Option<String>,
    pub(in crate::app) open: Option<Open>,
    /// Lessons that were gone through.
    pub(in crate::app) done: Vec<String>,
    /// Wrong answers: lesson, stop, how many.
    pub(in crate::app) wrong: Vec<(String, usize, u32)>,
    /// What was here before a lesson.
    pub(in crate::app) kept: Option<Timeline>,
    /// A lesson's text as pasted, while it cannot be read.
    pub(in crate::app) own: String,
    pub(in crate::app) problem: Option<String>,
}

impl Classroom {
    /// Takes the page's lessons in; what is open stays open, in the words that came.
    pub fn shelve(&mut self, text: &str) {
        let own = self.shelf.iter().find(|it| it.name == OWN).cloned();
        let mut shelf = Vec::new();
        self.broken = None;
        match bundle(text) {
            Ok(files) => {
                for file in files {
                    match Lesson::parse(file.text) {
                        Ok(lesson) => shelf.push(Shelved {
                            name: file.name.to_owned(),
                            lesson: Rc::new(lesson),
                        }),
                        Err(error) => self.broken = Some(format!("{}: {error}", file.name)),
                    }
                }
            }
            Err(error) => self.broken = Some(error.to_string()),
        }
        shelf.sort_by(|a, b| (a.lesson.order, &a.name).cmp(&(b.lesson.order, &b.name)));
        shelf.extend(own);
        self.shelf = shelf;
        if let Some(open) = &mut self.open
            && let Some(same) = self.shelf.iter().find(|it| it.name == open.name)
            && same.lesson.stops.len() == open.lesson.stops.len()
        {
            open.lesson = same.lesson.clone();
        }
    }

    /// Takes a lesson of one's own in, or says what is wrong with it.
    pub fn own(&mut self, text: &str) -> Result<(), String> {
        if text.len() > LESSON_BYTES_MAX {
            let (bytes, most) = (text.len(), LESSON_BYTES_MAX);
            return Err(tell!(w::TOO_LONG, bytes, most));
        }
        let checked = Lesson::parse(text).and_then(|lesson| {
            let problem = super::course::check(&lesson).into_iter().next();
            problem.map_or(Ok(lesson), Err)
        });
        let lesson = checked.map_err(|problem| tell!(w::BAD_LESSON, problem))?;
        self.shelf.retain(|shelved| shelved.name != OWN);
        self.shelf.push(Shelved {
            name: OWN.to_owned(),
            lesson: Rc::new(lesson),
        });
        Ok(())
    }

    /// A lesson by its name.
    pub fn by_name(&self, name: &str) -> Option<&Shelved> {
        self.shelf.iter().find(|shelved| shelved.name == name)
    }

    /// The lessons or the labs, in their order.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Shelved> {
        let of_kind = move |shelved: &&Shelved| shelved.lesson.kind == kind;
        self.shelf.iter().filter(of_kind)
    }

    /// The one behind, of the same kind.
    pub fn next(&self, name: &str, kind: Kind) -> Option<&Shelved> {
        let mut all = self.of_kind(kind).filter(|shelved| shelved.name != OWN);
        all.find(|shelved| shelved.name == name)?;
        all.next()
    }

    /// The open lesson, unless somebody plays freely.
    pub fn at_work(&self) -> Option<&Open> {
        let open = self.open.as_ref().filter(|open| !open.free);
        open.filter(|_| self.screen == Screen::Open)
    }

    /// A wrong answer more.
    pub fn count_wrong(&mut self, name: &str, stop: usize) {
        let found = self
            .wrong
            .iter_mut()
            .find(|(of, at, _)| of == name && *at == stop);
        match found {
            Some((_, _, count)) => *count = count.saturating_add(1),
            None => self.wrong.push((name.to_owned(), stop, 1)),
        }
    }

    /// What is kept from one visit to the next, as text; nothing of one's own lesson.
    pub fn progress(&self) -> String {
        let mut text = String::new();
        for name in self.done.iter().filter(|name| *name != OWN) {
            text += &format!("done {name}\n");
        }
        for (name, stop, count) in self.wrong.iter().filter(|(name, ..)| name != OWN) {
            text += &format!("wrong {name} {stop} {count}\n");
        }
        text
    }

    /// Takes that in; lines that cannot be read are left out.
    pub fn recall(&mut self, text: &str) {
        if text.len() > PROGRESS_BYTES_MAX {
            return;
        }
        self.done.clear();
        self.wrong.clear();
        for line in text.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            match words[..] {
                ["done", name] => self.done.push(name.to_owned()),
                ["wrong", name, stop, count] => {
                    if let (Ok(stop), Ok(count)) = (stop.parse(), count.parse()) {
                        self.wrong.push((name.to_owned(), stop, count));
                    }
                }
                _ => {}
            }
        }
    }
}
