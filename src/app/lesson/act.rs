//! What each message about lessons does.

use super::class::{Came, ClassMsg, OWN, Open, PROGRESS};
use super::{answer, course, goal};
use crate::app::link;
use crate::app::msg::Effect;
use crate::app::state::AppState;
use crate::scenario::Scenario;
use crate::scenario::lesson::{Act as Asked, Ask, Kind, Show};
use crate::timeline::{Cursor, Timeline};
use crate::view::lesson::{Act, Screen};
use crate::view::model::{Lens, Panel, Selection, Tab};
use crate::words::{lesson as w, tell};

/// The element that gets the focus when a stop comes.
const GO: &str = "lesson-go";
/// The largest number that − and + lead to.
const NUMBER_MAX: u32 = 9_999;
/// How every link to a lesson, a lab or a list of them begins.
pub const LESSON_ROUTES: [&str; 2] = ["lesson", "lab"];
/// Beginnings of links to lessons and labs, and those of their lists.
const ROUTES: [(&str, &str, Kind); 2] = [
    ("lesson/", "lessons", Kind::Lesson),
    ("lab/", "labs", Kind::Lab),
];

impl AppState {
    /// Takes a message about lessons in.
    pub(in crate::app) fn class_msg(&mut self, msg: ClassMsg) -> bool {
        match msg {
            ClassMsg::Lessons(text) => self.class.shelve(&text),
            ClassMsg::Progress(text) => self.class.recall(&text),
            ClassMsg::Screen(screen) => self.go_to_screen(screen),
            ClassMsg::Open(name) => return self.open_lesson(&name, None),
            ClassMsg::Own(text) => self.own_lesson(&text),
            ClassMsg::OwnInput(text) => {
                self.class.own = text;
                self.class.problem = None;
            }
            ClassMsg::Stop(at) => self.go_to_stop(at),
            ClassMsg::Turn(forward) => self.turn_page(forward),
            ClassMsg::Beat(true) if self.tells() => self.skip(),
            ClassMsg::Beat(forward) => self.turn_page(forward),
            ClassMsg::Pick(token) => self.pick(&token),
            ClassMsg::Typed(text) => {
                if let Some(open) = &mut self.class.open {
                    open.typed = text.chars().take(64).collect();
                    open.picks.clear();
                    open.problem = None;
                }
            }
            ClassMsg::Act(act) => self.class_act(act),
        }
        true
    }

    fn class_act(&mut self, act: Act) {
        match act {
            Act::Main if self.tells() => self.check(),
            Act::Main => self.go_on(),
            Act::Previous => self.turn_page(false),
            Act::Skip if self.tells() => self.skip(),
            Act::Skip => self.turn_page(true),
            Act::Retry | Act::Anew => {
                if let Some(open) = &mut self.class.open {
                    open.came[open.at] = Came::Nothing;
                    self.come_to_stop();
                }
            }
            Act::Hint => {
                if let Some(open) = &mut self.class.open {
                    open.hint = true;
                }
            }
            Act::ShowMe => self.show_me(),
            Act::Free => {
                if let Some(open) = &mut self.class.open {
                    open.free = true;
                    self.class.screen = Screen::Explore;
                    self.effects.push(Effect::Focus("stage"));
                    self.write_link();
                }
            }
            Act::Back => {
                if self.class.open.is_some() {
                    self.come_to_stop();
                }
            }
            Act::Restore => {
                if let Some(kept) = self.class.kept.take() {
                    self.timeline = kept;
                    self.class.open = None;
                    self.class.screen = Screen::Explore;
                    self.selection = Selection::default();
                    self.edited();
                }
            }
        }
    }

    /// A question is open.
    fn tells(&self) -> bool {
        self.class
            .at_work()
            .is_some_and(|open| open.question().is_some())
    }

    fn go_to_screen(&mut self, screen: Screen) {
        self.leave_class();
        self.class.screen = screen;
        self.panel = Panel::None;
        self.playing = false;
        self.write_link();
    }

    /// Another log comes: an open lesson stays to come back to.
    pub(in crate::app) fn leave_class(&mut self) {
        if let Some(open) = &mut self.class.open {
            open.free = true;
        }
        self.class.screen = Screen::Explore;
    }

    /// Opens a lesson at a stop, or where it was left.
    pub(in crate::app) fn open_lesson(&mut self, name: &str, at: Option<usize>) -> bool {
        let Some(shelved) = self.class.by_name(name).cloned() else {
            let name: String = name.chars().take(40).collect();
            self.toast(tell!(w::NO_LESSON, name));
            return true;
        };
        let last = self.class.open.take();
        // What a lesson did, it can do again.
        let title = last.as_ref().map(|open| open.lesson.title.as_str());
        let theirs = title != Some(self.timeline.title());
        let again = last.filter(|open| open.name == shelved.name);
        let mut open = again.unwrap_or_else(|| Open::new(&shelved));
        if let Some(at) = at {
            open.at = at.min(open.end());
        } else if open.at == open.end() {
            open = Open::new(&shelved);
        }
        // Nothing that was done is lost.
        if theirs && !self.timeline.is_empty() {
            let empty = Timeline::new(self.timeline.config().clone(), "");
            self.class.kept = Some(core::mem::replace(&mut self.timeline, empty));
        }
        self.class.open = Some(open);
        self.come_to_stop();
        true
    }

    pub(in crate::app) fn own_lesson(&mut self, text: &str) {
        match self.class.own(text) {
            Ok(()) => {
                self.class.own.clear();
                self.class.problem = None;
                if self
                    .class
                    .open
                    .as_ref()
                    .is_some_and(|open| open.name == OWN)
                {
                    self.class.open = None;
                }
                self.open_lesson(OWN, Some(0));
                if let Some(open) = &self.class.open {
                    let title = open.lesson.title.clone();
                    self.toast(tell!(w::OPENED, title));
                }
            }
            Err(problem) => {
                // What cannot be read stays, to be mended.
                self.class.own = text.chars().take(20_000).collect();
                self.class.problem = Some(problem.clone());
                if self.class.screen != Screen::Lessons && self.class.screen != Screen::Labs {
                    self.toast(problem);
                }
            }
        }
    }

    fn go_to_stop(&mut self, at: usize) {
        if let Some(open) = &mut self.class.open {
            open.at = at.min(open.end());
            self.come_to_stop();
        }
    }

    fn turn_page(&mut self, forward: bool) {
        let Some(open) = &mut self.class.open else {
            return;
        };
        // What is asked stays open until it is told.
        let asks = matches!(open.act(), Asked::Ask(_));
        if forward && !asks && open.came[open.at] == Came::Nothing {
            open.came[open.at] = Came::Seen;
        }
        let at = match forward {
            true => open.at + 1,
            false => open.at.saturating_sub(1),
        };
        self.go_to_stop(at);
    }

    /// The main button where no question is open.
    fn go_on(&mut self) {
        let Some(open) = self.class.at_work() else {
            return;
        };
        if open.at < open.end() {
            return self.turn_page(true);
        }
        let next = self.class.next(&open.name, open.lesson.kind);
        match next.map(|next| next.name.clone()) {
            Some(name) => {
                self.open_lesson(&name, Some(0));
            }
            None if open.lesson.kind == Kind::Lab => self.go_to_screen(Screen::Labs),
            None => self.go_to_screen(Screen::Lessons),
        }
    }

    /// Puts the machine where the stop at hand stands.
    fn come_to_stop(&mut self) {
        let Some(mut open) = self.class.open.take() else {
            return;
        };
        open.free = false;
        open.picks.clear();
        open.typed.clear();
        open.problem = None;
        open.hint = false;
        let lesson = open.lesson.clone();
        let wanted = match open.at {
            0 => Scenario {
                config: lesson.run.config.clone().unwrap_or_default(),
                lines: lesson.run.lines.clone(),
            },
            at if at == open.end() => {
                let last = lesson.stops.len() - 1;
                let mut scenario = course::scenario(&lesson, last);
                scenario
                    .lines
                    .extend(course::tries(&lesson, last).iter().cloned());
                scenario
            }
            at => course::scenario(&lesson, at - 1),
        };
        if let Err(problem) = self.stand_on(wanted, &lesson.title) {
            self.toast(problem);
            self.class.open = Some(open);
            return;
        }
        self.selection = Selection::default();
        self.lens = Lens::default();
        self.timeline.last();
        open.heard = self.timeline.state().listener.sent;
        if let Some(at) = open.stop() {
            let stand = course::stand(&lesson, at, &mut self.timeline);
            let told = open.came[open.at] != Came::Nothing;
            self.timeline
                .seek_cursor(if told { stand.until } else { stand.at });
            let stop = &lesson.stops[at];
            let selection = stop.select.as_deref().and_then(link::selection);
            self.selection = selection.unwrap_or_default();
            let lens = stop.view.as_deref().and_then(Lens::from_word);
            self.lens = lens.unwrap_or_default();
            self.tab = match stop.show {
                Some(Show::List) => Tab::List,
                Some(Show::Stats) => Tab::Stats,
                Some(Show::Events) => Tab::Events,
                None => self.tab,
            };
        }
        if open.at == open.end() && !self.class.done.contains(&open.name) {
            self.class.done.push(open.name.clone());
            self.keep_progress();
        }
        if open.at == open.end() || open.at == 0 {
            open.came[open.at] = Came::Seen;
        }
        self.class.open = Some(open);
        self.class.screen = Screen::Open;
        self.panel = Panel::None;
        self.effects.push(Effect::Focus(GO));
        self.edited();
    }

    /// Makes the log that of a stop: goes on with it where it can, so that what is on the picture
    /// travels, and begins anew where it cannot.
    fn stand_on(&mut self, wanted: Scenario, title: &str) -> Result<(), String> {
        course::go_on(&mut self.timeline, wanted, title).map_err(|error| super::sentence(&error))
    }

    fn keep_progress(&mut self) {
        let progress = self.class.progress();
        self.effects.push(Effect::Store(PROGRESS, progress));
    }

    fn pick(&mut self, token: &str) {
        let Some(open) = &mut self.class.open else {
            return;
        };
        let Some(ask) = open.question().map(|question| question.ask.clone()) else {
            return;
        };
        let number = match &ask {
            Ask::Use(_) | Ask::Entries | Ask::Deadline(_) => true,
            Ask::Buckets(_) | Ask::List(_) | Ask::Head(_) | Ask::State(_) | Ask::Choice(_) => false,
        };
        let several = matches!(ask, Ask::Buckets(_)) && token != answer::NONE;
        open.problem = None;
        if number {
            let now: u32 = open.typed.trim().parse().unwrap_or(0);
            let then = match token {
                "-" => now.saturating_sub(1),
                "+" if open.typed.trim().is_empty() => 1,
                "+" => (now + 1).min(NUMBER_MAX),
                _ => return,
            };
            open.typed = then.to_string();
            return;
        }
        if several && !open.typed.trim().is_empty() {
            // What was typed goes on by clicks.
            let typed = answer::normal(&ask, &open.typed).unwrap_or_default();
            open.picks = typed.split(' ').map(str::to_owned).collect();
        }
        open.typed.clear();
        let picked = open.picks.iter().position(|of| of == token);
        match picked {
            Some(at) => {
                open.picks.remove(at);
            }
            None => {
                if !several {
                    open.picks.clear();
                }
                open.picks.retain(|of| of != answer::NONE);
                open.picks.push(token.chars().take(40).collect());
            }
        }
    }

    /// The answer is checked, and the place comes where it is seen.
    fn check(&mut self) {
        let Some(open) = &mut self.class.open else {
            return;
        };
        let Some(question) = open.question() else {
            return;
        };
        let Some(given) = open.given() else {
            open.problem = Some(match &question.ask {
                Ask::Use(_) | Ask::Entries | Ask::Deadline(_) => w::EXPECTED_NUMBER.text(),
                Ask::Buckets(_) => w::EXPECTED_BUCKETS.text(),
                Ask::List(_) | Ask::Head(_) | Ask::State(_) | Ask::Choice(_) => {
                    w::EXPECTED_CHOICE.text()
                }
            });
            return;
        };
        let ask = question.ask.clone();
        let machine = self.reveal();
        let right = machine.is_some_and(|machine| answer::good(&ask, &given, &machine));
        let Some(open) = &mut self.class.open else {
            return;
        };
        let at = open.at;
        open.came[at] = Came::Answered(given, right);
        if !right {
            open.missed[at] = true;
            let name = open.name.clone();
            self.class.count_wrong(&name, at);
            self.keep_progress();
        }
        self.effects.push(Effect::Focus(GO));
    }

    /// The answer is told, and none was given.
    fn skip(&mut self) {
        self.reveal();
        if let Some(open) = &mut self.class.open {
            open.came[open.at] = Came::Seen;
            open.missed[open.at] = true;
        }
        self.effects.push(Effect::Focus(GO));
    }

    /// Goes where the answer is seen, and gives the machine there.
    fn reveal(&mut self) -> Option<std::rc::Rc<crate::engine::Conntrack>> {
        let open = self.class.open.as_ref()?;
        let (lesson, at) = (open.lesson.clone(), open.stop()?);
        // Whatever was done meanwhile, the question is about the lesson's own log.
        let _ = self.stand_on(course::scenario(&lesson, at), &lesson.title);
        let stand = course::stand(&lesson, at, &mut self.timeline);
        self.timeline.seek_cursor(stand.until);
        self.playing = false;
        Some(self.timeline.state())
    }

    /// Does what the reader is to do.
    fn show_me(&mut self) {
        let Some((lesson, at)) = self
            .class
            .open
            .as_ref()
            .and_then(|open| Some((open.lesson.clone(), open.stop()?)))
        else {
            return;
        };
        let mut scenario = course::scenario(&lesson, at);
        scenario
            .lines
            .extend(course::tries(&lesson, at).iter().cloned());
        if let Err(problem) = self.stand_on(scenario, &lesson.title) {
            self.toast(problem);
        }
        self.timeline.last();
        self.edited();
    }

    /// Looks whether the goal at hand is reached: for each condition whether it holds.
    pub(super) fn look_at_goal(&mut self) -> Vec<bool> {
        let Some(open) = self.class.at_work() else {
            return Vec::new();
        };
        let (Asked::Turn(turn), heard, at) = (open.act().clone(), open.heard, open.at) else {
            return Vec::new();
        };
        let machine = self.timeline.state_at_command_end();
        let holds = |of: &crate::scenario::lesson::Goal| goal::holds(of, &machine, heard);
        let held: Vec<bool> = turn.goals.iter().map(holds).collect();
        if held.iter().all(|held| *held)
            && let Some(open) = &mut self.class.open
            && open.came[at] != Came::Reached
        {
            open.came[at] = Came::Reached;
        }
        held
    }

    /// A link that leads to a lesson, a lab or a list of them; `None` if it is another one.
    pub(in crate::app) fn follow_route(&mut self, fragment: &str) -> Option<bool> {
        let fragment = fragment.trim_start_matches('#');
        for (begin, list, kind) in ROUTES {
            if fragment == list {
                self.go_to_screen(if kind == Kind::Lab {
                    Screen::Labs
                } else {
                    Screen::Lessons
                });
                return Some(true);
            }
            let Some(rest) = fragment.strip_prefix(begin) else {
                continue;
            };
            let (name, stop) = rest.split_once('/').unwrap_or((rest, "0"));
            let known = |open: &Open| open.name == name && stop.parse() == Ok(open.at);
            if self.class.at_work().is_some_and(known) {
                // Written by ourselves.
                return Some(false);
            }
            return Some(self.follow_to_stop(name, stop));
        }
        None
    }

    /// Opens a lesson at a stop as a link has it. One that is not there leads to where the lesson
    /// was left, or to its beginning.
    fn follow_to_stop(&mut self, name: &str, stop: &str) -> bool {
        let Some(shelved) = self.class.by_name(name) else {
            return self.open_lesson(name, None);
        };
        let (title, last) = (shelved.lesson.title.clone(), shelved.lesson.stops.len() + 1);
        let at = stop.parse().ok().filter(|at| *at <= last);
        self.open_lesson(name, at);
        if at.is_none() {
            let stop: String = stop.chars().take(20).collect();
            self.toast(tell!(w::NO_STOP, title, stop, last));
        }
        true
    }

    /// The link to what is on the screen of lessons; `None` if that is the machine alone.
    pub(in crate::app) fn route(&self) -> Option<Result<String, String>> {
        match self.class.screen {
            Screen::Explore => None,
            Screen::Lessons => Some(Ok("lessons".to_owned())),
            Screen::Labs => Some(Ok("labs".to_owned())),
            Screen::Open => {
                let open = self.class.at_work()?;
                if open.name == OWN {
                    return Some(Err(w::NO_LINK.text().to_owned()));
                }
                let kind = open.lesson.kind;
                let begin = ROUTES.into_iter().find(|(_, _, of)| *of == kind);
                let begin = begin.map_or("", |(begin, ..)| begin);
                let stop = match open.at {
                    0 => String::new(),
                    at => format!("/{at}"),
                };
                Some(Ok(format!("{begin}{}{stop}", open.name)))
            }
        }
    }

    /// The beats of the open lesson for a presenter, in order: the number of the stop for
    /// [`ClassMsg::Stop`], and whether the answer is told then. Empty without a lesson.
    pub fn beats(&self) -> Vec<Beat> {
        let Some(open) = &self.class.open else {
            return Vec::new();
        };
        let mut beats = Vec::new();
        for at in 0..=open.end() {
            beats.push(Beat {
                stop: at,
                told: false,
            });
            let stop = at.checked_sub(1).and_then(|at| open.lesson.stops.get(at));
            if stop.is_some_and(|stop| matches!(stop.act, Asked::Ask(_))) {
                beats.push(Beat {
                    stop: at,
                    told: true,
                });
            }
        }
        beats
    }

    /// The beat at hand, in [`AppState::beats`]; `None` without a lesson at work.
    pub fn beat_at(&self) -> Option<usize> {
        let open = self.class.at_work()?;
        let told = open.question().is_none() && matches!(open.act(), Asked::Ask(_));
        let here = Beat {
            stop: open.at,
            told,
        };
        self.beats().iter().position(|beat| *beat == here)
    }

    /// The open lesson and the stop at hand, numbered as in [`ClassMsg::Stop`].
    pub fn open_lesson_at(&self) -> Option<(&crate::scenario::lesson::Lesson, usize)> {
        let open = self.class.open.as_ref()?;
        Some((&open.lesson, open.at))
    }

    /// For a presenter: the machine, lens and selection of a stop, and its answer told or not,
    /// whatever was answered. Nothing is asked and nothing is counted.
    pub fn lesson_show(&mut self, stop: usize, told: bool) {
        let Some(open) = &mut self.class.open else {
            return;
        };
        open.at = stop.min(open.end());
        open.came[open.at] = if told { Came::Seen } else { Came::Nothing };
        self.come_to_stop();
    }

    /// The right answer of the question at hand, in words; `None` if nothing is asked.
    pub fn lesson_answer(&mut self) -> Option<String> {
        super::show::right_answer(self)
    }

    /// The machine at a cursor of the log; the cursor stays.
    pub(super) fn machine_at(&mut self, at: Cursor) -> std::rc::Rc<crate::engine::Conntrack> {
        let here = self.timeline.cursor();
        self.timeline.seek_cursor(at);
        let machine = self.timeline.state();
        self.timeline.seek_cursor(here);
        machine
    }
}

/// A beat of a lesson: a stop, or the answer to its question.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Beat {
    /// Number of the stop: 0 is the words before, the last one is the end.
    pub stop: usize,
    /// The answer is told.
    pub told: bool,
}
