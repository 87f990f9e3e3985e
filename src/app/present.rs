//! Present: what a lecturer shows to a hall, beat by beat. The beats of an open lesson are its
//! stops; without one they are the places in the log that are worth a look.

mod taught;

use super::lesson::{ClassMsg, Open, answer};
use super::msg::{Effect, Key, Msg};
use super::notes::{NotesDo, Wire};
use super::screen::Parts;
use super::state::AppState;
use super::{keymap, notes};
use crate::engine::step::Phase;
use crate::scenario::lesson::{Act, Ask};
use crate::timeline::{Cursor, Timeline};
use crate::view::lesson::{LessonView, Pick, picks};
use crate::view::model::{Transport, Why};
use crate::view::narrate::why;
use crate::view::present::{Dot, DotKind, Present, When};
use crate::view::stage::{PAD, StageModel};
use crate::words::{present as w, tell};
use core::cmp::Ordering;
use std::rc::Rc;

/// What a person wants of Present.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Show {
    /// Begin, or leave.
    Toggle,
    /// Begin, if it is not on.
    Start,
    /// The next beat.
    Next,
    /// The beat before.
    Back,
    /// Before everything.
    First,
    /// The last beat.
    Last,
    /// Show nothing, or show it again.
    Blank,
    /// Dim what the beat is not about, or do not.
    Spot,
    /// Open the window with notes.
    Notes,
    /// The browser did not open it.
    Blocked,
    /// Fill the screen, or do not.
    FullScreen,
}

/// Present, as it goes.
#[derive(Clone, Debug)]
pub(super) struct Hall {
    pub on: bool,
    blank: bool,
    spot: bool,
    /// The key pressed last, as it is written on keys.
    key: &'static str,
    /// A window with notes listens.
    pub heard: bool,
    /// What it was told last.
    told: String,
    /// Somebody was being shown round.
    toured: super::guide::Tour,
    /// The open lesson as it was before.
    lesson: Option<Open>,
}

impl Default for Hall {
    fn default() -> Hall {
        Hall {
            on: false,
            blank: false,
            spot: true,
            key: "",
            heard: false,
            told: String::new(),
            toured: Default::default(),
            lesson: None,
        }
    }
}

/// Keys of Present, what they do, and how they are written.
const KEYS: &[(&[&str], Show, &str)] = &[
    (&["PageDown"], Show::Next, "PgDn"),
    (&["ArrowRight", "ArrowDown"], Show::Next, "→"),
    (&[" "], Show::Next, "Space"),
    (&["PageUp"], Show::Back, "PgUp"),
    (&["ArrowLeft", "ArrowUp"], Show::Back, "←"),
    (&["Home"], Show::First, "Home"),
    (&["End"], Show::Last, "End"),
    (&["."], Show::Blank, "."),
    (&["b", "B"], Show::Blank, "B"),
    (&["s", "S"], Show::Spot, "S"),
    (&["n", "N"], Show::Notes, "N"),
    (&["f", "F"], Show::FullScreen, "F"),
    (&["p", "P"], Show::Toggle, "P"),
    (&["Escape"], Show::Toggle, "Esc"),
];

/// Events beside the one at hand that the row of beats shows, to each side.
const EVENTS_BESIDE: u32 = 6;
/// Most beats of one event.
const BEATS_MAX: usize = 24;

/// A part of a packet's way that a beat ends with. Other parts are passed on the way to one.
fn worth_a_look(phase: Phase) -> bool {
    match phase {
        Phase::Tuple
        | Phase::Walk
        | Phase::Create
        | Phase::Tracker
        | Phase::Nat
        | Phase::Insert
        | Phase::Delete
        | Phase::Destroy
        | Phase::Gc
        | Phase::EarlyDrop
        | Phase::Flood
        | Phase::Resize
        | Phase::Settings => true,
        Phase::Arrive
        | Phase::Hash
        | Phase::Attach
        | Phase::Rules
        | Phase::Confirm
        | Phase::Events
        | Phase::Leave
        | Phase::Clock => false,
    }
}

/// The steps of command `n`, from 1, that beats end with, in order; the last one is its end.
fn beats(timeline: &mut Timeline, n: u32) -> Vec<u32> {
    let trace = timeline.trace_of(n);
    let last = timeline.steps_of(n);
    let seen = |end: &u32| {
        let step = trace.steps.get((*end as usize).checked_sub(1)?)?;
        Some(worth_a_look(step.meta().phase))
    };
    let ends = trace.phase_ends.iter().copied();
    let mut beats: Vec<u32> = ends
        .filter(|end| *end < last && seen(end) == Some(true))
        .collect();
    // Of very many, such as those of a long run of gc, the first ones.
    beats.truncate(BEATS_MAX - 1);
    beats.push(last);
    beats
}

/// The beat after the cursor, if there is one.
fn after(timeline: &mut Timeline) -> Option<Cursor> {
    let Cursor { command, step } = timeline.cursor();
    let within = match command {
        0 => None,
        n => beats(timeline, n).into_iter().find(|beat| *beat > step),
    };
    if let Some(step) = within {
        return Some(Cursor { command, step });
    }
    let command = command + 1;
    if command > timeline.len() {
        return None;
    }
    let step = *beats(timeline, command).first()?;
    Some(Cursor { command, step })
}

/// The beat before the cursor, or the start.
fn before(timeline: &mut Timeline) -> Option<Cursor> {
    let Cursor { command, step } = timeline.cursor();
    if command == 0 {
        return None;
    }
    let within = beats(timeline, command);
    if let Some(step) = within.into_iter().rev().find(|beat| *beat < step) {
        return Some(Cursor { command, step });
    }
    let command = command - 1;
    let step = if command == 0 {
        0
    } else {
        timeline.steps_of(command)
    };
    Some(Cursor { command, step })
}

impl AppState {
    /// Does what Present is asked for.
    pub(super) fn show(&mut self, show: Show) -> bool {
        match show {
            Show::Toggle if self.hall.on => self.leave_hall(),
            Show::Toggle | Show::Start => self.enter_hall(),
            Show::Blocked => {
                self.toast(w::BLOCKED.text());
                true
            }
            Show::Notes => {
                self.hall.heard = true;
                self.effects.push(Effect::OpenNotes);
                false
            }
            Show::FullScreen => {
                self.effects.push(Effect::FullScreen);
                false
            }
            _ if !self.hall.on => false,
            Show::Blank => {
                self.hall.blank = !self.hall.blank;
                let focus = if self.hall.blank { "blank" } else { "stage" };
                self.effects.push(Effect::Focus(focus));
                true
            }
            Show::Spot => {
                self.hall.spot = !self.hall.spot;
                true
            }
            Show::Next | Show::Back | Show::First | Show::Last => {
                let lit = core::mem::take(&mut self.hall.blank);
                if lit {
                    self.effects.push(Effect::Focus("stage"));
                }
                self.turn_beat(show) || lit
            }
        }
    }

    fn turn_beat(&mut self, show: Show) -> bool {
        if let Some(at) = self.beat_at() {
            return self.turn_lesson(show, at);
        }
        let moved = self.go(|timeline, _| {
            let to = match show {
                Show::Next => after(timeline),
                Show::Back => before(timeline),
                Show::First => Some(Cursor::START),
                _ => Some(Cursor {
                    command: timeline.len(),
                    step: u32::MAX,
                }),
            };
            if let Some(to) = to {
                timeline.seek_cursor(to);
            }
            true
        });
        if moved {
            // The address keeps the place, so that one can go on after loading anew.
            self.write_link();
        }
        moved
    }

    /// To another beat of the open lesson, counted from 0 in [`AppState::beats`].
    fn turn_lesson(&mut self, show: Show, at: usize) -> bool {
        let beats = self.beats();
        let to = match show {
            Show::Next => at + 1,
            Show::Back => at.saturating_sub(1),
            Show::First => 0,
            _ => beats.len().saturating_sub(1),
        };
        let Some(beat) = beats.get(to).filter(|_| to != at) else {
            return false;
        };
        self.lesson_show(beat.stop, beat.told);
        true
    }

    fn enter_hall(&mut self) -> bool {
        if self.hall.on || self.notes.is_some() {
            return false;
        }
        self.hall.toured = core::mem::take(&mut self.tour);
        self.hall.lesson = self.class.at_work().cloned();
        if let Some(open) = self.class.at_work() {
            // A question that was answered is asked again.
            let stop = open.at;
            self.lesson_show(stop, false);
        } else if self.timeline.is_empty() {
            self.load_preset("first-packet");
        }
        self.hall.on = true;
        self.hall.blank = false;
        self.hall.key = "";
        self.playing = false;
        self.panel = Default::default();
        self.effects.push(Effect::Focus("stage"));
        self.write_link();
        true
    }

    fn leave_hall(&mut self) -> bool {
        self.hall.on = false;
        self.hall.blank = false;
        self.tour = core::mem::take(&mut self.hall.toured);
        self.answers_back();
        self.effects.push(Effect::Focus("stage"));
        self.write_link();
        true
    }

    /// What was answered before is there again; the place stays that of the last beat.
    fn answers_back(&mut self) {
        let Some(kept) = self.hall.lesson.take() else {
            return;
        };
        let Some(open) = &mut self.class.open else {
            return;
        };
        if open.name == kept.name && open.came.len() == kept.came.len() {
            open.came = kept.came;
            open.missed = kept.missed;
            let at = open.at;
            self.class_msg(ClassMsg::Stop(at));
        }
    }

    /// A key press while Present is on.
    pub(super) fn press_in_hall(&mut self, key: &Key) -> bool {
        if self.hall.blank {
            return self.show(Show::Blank);
        }
        if key.ctrl || (self.settings.keys_off && key.is_sign()) {
            return false;
        }
        let fits = |row: &&(&[&str], Show, &str)| row.0.contains(&key.key.as_str());
        if let Some((_, show, label)) = KEYS.iter().find(fits) {
            let echoed = self.hall.key != *label;
            self.hall.key = label;
            return self.show(*show) || echoed;
        }
        // The article's figures, and the machine again.
        match keymap::does(key) {
            Some(keymap::Does::Tell(Msg::SetLens(lens))) => self.take(Msg::SetLens(lens)),
            _ => false,
        }
    }

    /// A key press in the window with notes: it steers.
    pub(super) fn press_at_desk(&mut self, key: &Key) -> bool {
        let fits = |row: &&(&[&str], Show, &str)| row.0.contains(&key.key.as_str());
        match KEYS.iter().find(fits) {
            Some((_, show, _)) if !key.ctrl => self.note(NotesDo::Steer(*show)),
            _ => false,
        }
    }

    /// What the hall sees; `None` if Present is off.
    pub(super) fn present(
        &mut self,
        parts: &Parts,
        transport: &Transport,
        lesson: Option<&LessonView>,
    ) -> Option<Rc<Present>> {
        if !self.hall.on {
            return None;
        }
        let why = &parts.why;
        let (dots, spoken) = match self.beat_at() {
            Some(at) => taught::dots(&self.beats(), at),
            None => self.dots(),
        };
        let mut place: Vec<String> = why.crumbs.first().cloned().into_iter().collect();
        match why.figure {
            Some((figure, number)) => place.push(tell!(w::FIGURE, figure, number)),
            None => place.extend(why.crumbs.get(1).cloned()),
        }
        place.extend(why.hook.map(|[station, ..]| station.to_owned()));
        let (position, total) = (transport.position, transport.total);
        let mut present = Present {
            title: self.timeline.title().to_owned(),
            what: why.what.clone(),
            because: why.because.clone(),
            dots,
            spoken,
            place,
            counter: format!("{position} / {total}"),
            key: self.hall.key,
            blank: self.hall.blank,
            spot: self.hall.spot,
            at_start: self.timeline.at_start(),
            at_end: self.timeline.at_end(),
            kernel: self.timeline.config().profile.name(),
            ..Present::default()
        };
        if let (Some(lesson), Some(at)) = (lesson, self.beat_at()) {
            let all = self.beats().len();
            present.at_start = at == 0;
            present.at_end = at + 1 == all;
            present.counter = format!("{} / {all}", at + 1);
            taught::teach(&mut present, lesson, &parts.texts);
            // What is asked for is not to be guessed from what is dimmed.
            let asked = present.question.as_ref();
            present.spot &= asked.is_none_or(|it| !it.answer.is_empty());
        }
        Some(Rc::new(present))
    }

    /// Where the answer is on the picture, once it is told.
    pub(super) fn answer_marks(&mut self, stage: &StageModel) -> Vec<[i32; 4]> {
        let told = self
            .class
            .at_work()
            .filter(|open| open.question().is_none());
        let Some(Act::Ask(question)) = told.map(|open| open.act()) else {
            return Vec::new();
        };
        let ask = question.ask.clone();
        let machine = self.timeline.state();
        let tokens: Vec<String> = match (&ask, answer::right(&ask, &machine)) {
            (Ask::Buckets(_), Some(right)) => right.split(' ').map(str::to_owned).collect(),
            (Ask::List(_) | Ask::Head(_), Some(right)) => vec![right],
            _ => return Vec::new(),
        };
        let picks = picks(&ask, &tokens, stage).into_iter();
        let width = if stage.hall {
            stage.table_width - PAD + 7
        } else {
            stage.width
        };
        let mark = |pick: Pick| {
            let beside = stage.hall && pick.x < width;
            let w = if beside {
                pick.w.min(width - pick.x)
            } else {
                pick.w
            };
            [pick.x, pick.y, w, pick.h]
        };
        // Of the lists of several processors, the one that it is on.
        let holds = |pick: &Pick| {
            let mut trays = stage.lists.lists.iter();
            let tray = trays.find(|tray| (tray.x, tray.y) == (pick.x, pick.y));
            tray.is_none_or(|tray| !tray.empty)
        };
        let right = picks.filter(|pick| pick.picked && holds(pick));
        right.map(mark).collect()
    }

    /// The row of beats: those of the event at hand, between other events.
    fn dots(&mut self) -> (Vec<Dot>, String) {
        let Cursor { command, step } = self.timeline.cursor();
        let all = self.timeline.len();
        let mut dots = Vec::new();
        let first = command.saturating_sub(EVENTS_BESIDE).max(1);
        let last = command.saturating_add(EVENTS_BESIDE).min(all);
        let dot = |kind, when| Dot { kind, when };
        let mut spoken = w::SPOKEN_START.text().to_owned();
        if first > 1 {
            dots.push(dot(DotKind::More, When::Done));
        }
        for event in first..=last {
            if event != command {
                let when = if event < command {
                    When::Done
                } else {
                    When::Ahead
                };
                dots.push(dot(DotKind::Event, when));
                continue;
            }
            let beats = beats(&mut self.timeline, event);
            // Between two beats we are on the way to the later one.
            let now = beats.partition_point(|beat| *beat < step);
            let (beat, of) = (now + 1, beats.len());
            spoken = tell!(w::SPOKEN_EVENTS, event, events = all, beat, beats = of);
            dots.extend((0..of).map(|at| {
                let when = match at.cmp(&now) {
                    Ordering::Less => When::Done,
                    Ordering::Equal => When::Now,
                    Ordering::Greater => When::Ahead,
                };
                dot(DotKind::Beat, when)
            }));
        }
        if last < all {
            dots.push(dot(DotKind::More, When::Ahead));
        }
        (dots, spoken)
    }

    /// Tells the window with notes what it does not know yet, if there is one.
    pub(super) fn tell_notes(&mut self) {
        if !self.hall.heard {
            return;
        }
        let model = self.model();
        let mut wire = Wire {
            kind: notes::BEAT.to_owned(),
            ..Wire::default()
        };
        if let Some(present) = &model.chrome.present {
            wire.on = true;
            wire.blank = present.blank;
            wire.title = present.title.clone();
            wire.counter = present.counter.clone();
            wire.heading = present.heading.clone();
            wire.what = present.what.clone();
            wire.notes = self.notes_of(&model.why, present);
            if let Some(question) = &present.question {
                wire.choices = question.choices.iter().map(|it| it.text.clone()).collect();
            }
            wire.answer = self.answer_of();
            (wire.next_title, wire.next) = self.next_beat();
        }
        let text = wire.to_json();
        if text != self.hall.told {
            self.hall.told.clone_from(&text);
            self.effects.push(Effect::Say(text));
        }
    }

    /// A window with notes asks how things stand.
    pub(super) fn greet_notes(&mut self) {
        self.hall.heard = true;
        self.hall.told.clear();
    }

    fn notes_of(&self, why: &Why, present: &Present) -> Vec<String> {
        if self.beat_at().is_some() {
            let stop = self.class.open.as_ref().and_then(|open| {
                let stop = open.stop()?;
                open.lesson.stops.get(stop)
            });
            return stop
                .and_then(|stop| stop.note.clone())
                .into_iter()
                .collect();
        }
        let mut notes: Vec<String> = why.note.clone().into_iter().collect();
        notes.extend(Some(present.because.clone()).filter(|text| !text.is_empty()));
        notes.extend(why.also.iter().cloned());
        notes
    }

    /// Title and sentence of the beat to come; empty behind the last one.
    fn next_beat(&mut self) -> (String, String) {
        if let Some(at) = self.beat_at() {
            let next = self.beats().get(at + 1).copied();
            let open = self.class.open.as_ref();
            return next
                .zip(open)
                .map(|(beat, open)| taught::headline(&open.lesson, beat))
                .unwrap_or_default();
        }
        let here = self.timeline.cursor();
        let Some(next) = after(&mut self.timeline) else {
            return Default::default();
        };
        self.timeline.seek_cursor(next);
        let moment = self.timeline.moment(self.grain());
        self.timeline.seek_cursor(here);
        let why = why(&super::screen::scene(&moment, self.selection));
        (why.crumbs.join(" · "), why.what)
    }

    /// What the question wants, or the lines that do what is to be done.
    fn answer_of(&mut self) -> String {
        if let Some(Act::Turn(turn)) = self.class.at_work().map(|open| open.act()) {
            let lines = turn.tries.iter().map(ToString::to_string);
            return lines.collect::<Vec<String>>().join("; ");
        }
        match self.beat_at() {
            Some(_) => self.lesson_answer().unwrap_or_default(),
            None => String::new(),
        }
    }
}
