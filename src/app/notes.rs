//! The second window: notes for who speaks. It is the same page, told what to show by the window
//! that presents; what comes from there is read like any other text from outside.

use super::msg::Effect;
use super::present::Show;
use super::state::AppState;
use crate::view::present::Notes;
use crate::words::present as w;
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// Longest message that is read, in bytes.
const HEARD_BYTES_MAX: usize = 64 << 10;
/// Longest text in one, in characters.
const TEXT_CHARS_MAX: usize = 2_000;
/// Most notes or choices in one.
const TEXTS_MAX: usize = 40;

/// The main window tells a beat.
pub(super) const BEAT: &str = "beat";
/// The main window goes.
pub const BYE: &str = "bye";
/// The notes ask for something.
const DO: &str = "do";
/// How things stand, asked at first.
const HELLO: &str = "hello";
/// Asked again and again, to know that somebody is there.
const PING: &str = "ping";
/// The answer to that.
const HERE: &str = "here";
/// So long without an answer, and nobody is there, in milliseconds.
const SILENCE_MS: u64 = 4_000;

/// What is said between the windows, as JSON. An unknown key is passed over.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Wire {
    pub kind: String,
    pub act: String,
    pub on: bool,
    pub blank: bool,
    pub title: String,
    pub counter: String,
    pub heading: String,
    pub what: String,
    pub notes: Vec<String>,
    pub choices: Vec<String>,
    pub answer: String,
    pub next_title: String,
    pub next: String,
}

impl Wire {
    pub fn to_json(&self) -> String {
        // Strings and truths always have a JSON form.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Out of what another window said; `None` if it is not one of ours, or too much.
    fn read(text: &str) -> Option<Wire> {
        if text.len() > HEARD_BYTES_MAX {
            return None;
        }
        let mut wire: Wire = serde_json::from_str(text).ok()?;
        wire.notes.truncate(TEXTS_MAX);
        wire.choices.truncate(TEXTS_MAX);
        let texts = [
            &mut wire.title,
            &mut wire.counter,
            &mut wire.heading,
            &mut wire.what,
            &mut wire.answer,
            &mut wire.next_title,
            &mut wire.next,
        ];
        let lists = wire.notes.iter_mut().chain(&mut wire.choices);
        for text in texts.into_iter().chain(lists) {
            if let Some((at, _)) = text.char_indices().nth(TEXT_CHARS_MAX) {
                text.truncate(at);
            }
        }
        Some(wire)
    }
}

/// The message that asks the main window for something.
fn ask(act: &str) -> Effect {
    let wire = Wire {
        kind: DO.to_owned(),
        act: act.to_owned(),
        ..Wire::default()
    };
    Effect::Say(wire.to_json())
}

/// The message by which the main window goes.
pub fn bye() -> String {
    let wire = Wire {
        kind: BYE.to_owned(),
        ..Wire::default()
    };
    wire.to_json()
}

/// What a person, the clock or another window wants of the notes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NotesDo {
    /// This window is for notes.
    Open,
    /// Another window said this.
    Heard(String),
    /// The time: milliseconds of some clock, and minutes of the day.
    Tick(u64, u32),
    /// The timer begins anew.
    Reset,
    /// The main window is to do this.
    Steer(Show),
}

/// How the main window is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Main {
    #[default]
    Unheard,
    Here,
    Gone,
}

/// The window with notes.
#[derive(Clone, Debug, Default)]
pub(super) struct Desk {
    main: Main,
    wire: Wire,
    /// When the main window was heard last.
    heard: Option<u64>,
    now: Option<u64>,
    since: Option<u64>,
    minutes: u32,
}

/// What may be asked for, by its word.
const ACTS: [(&str, Show); 3] = [
    ("next", Show::Next),
    ("back", Show::Back),
    ("blank", Show::Blank),
];

impl AppState {
    /// Does what the notes are asked for.
    pub(super) fn note(&mut self, act: NotesDo) -> bool {
        match act {
            NotesDo::Open => {
                self.notes = Some(Desk::default());
                self.tour = Default::default();
                self.effects.push(ask(HELLO));
                true
            }
            NotesDo::Heard(text) => match Wire::read(&text) {
                Some(wire) => self.hear(wire),
                None => false,
            },
            NotesDo::Tick(now, minutes) => {
                let Some(desk) = &mut self.notes else {
                    return false;
                };
                if desk.since.is_none() && desk.wire.on {
                    desk.since = Some(now);
                }
                desk.now = Some(now);
                desk.minutes = minutes.min(24 * 60 - 1);
                let silent = desk
                    .heard
                    .is_some_and(|at| now.saturating_sub(at) > SILENCE_MS);
                if desk.main == Main::Here && silent {
                    desk.main = Main::Gone;
                }
                // A main window that was loaded anew knows nothing of this one.
                let act = if desk.main == Main::Here { PING } else { HELLO };
                self.effects.push(ask(act));
                true
            }
            NotesDo::Reset => {
                let Some(desk) = &mut self.notes else {
                    return false;
                };
                desk.since = desk.now;
                true
            }
            NotesDo::Steer(show) => {
                if let Some((word, _)) = ACTS.iter().find(|(_, act)| *act == show) {
                    self.effects.push(ask(word));
                }
                false
            }
        }
    }

    fn hear(&mut self, wire: Wire) -> bool {
        match (&mut self.notes, wire.kind.as_str()) {
            (Some(desk), BEAT) => {
                desk.main = Main::Here;
                desk.heard = desk.now;
                let changed = desk.wire != wire;
                desk.wire = wire;
                changed
            }
            (Some(desk), HERE) => {
                desk.heard = desk.now;
                false
            }
            (Some(desk), BYE) => {
                desk.main = Main::Gone;
                true
            }
            // Of several windows, the one that presents answers, or that opened the notes.
            (None, DO) if !self.hall.on && !self.hall.heard => false,
            (None, DO) if wire.act == PING && self.hall.heard => {
                let here = Wire {
                    kind: HERE.to_owned(),
                    ..Wire::default()
                };
                self.effects.push(Effect::Say(here.to_json()));
                false
            }
            (None, DO) => {
                self.greet_notes();
                let act = ACTS.iter().find(|(word, _)| *word == wire.act);
                act.is_some_and(|(_, show)| self.show(*show))
            }
            _ => false,
        }
    }

    /// What the window with notes shows; `None` if this window is not for notes.
    pub(super) fn desk(&self) -> Option<Rc<Notes>> {
        let desk = self.notes.as_ref()?;
        let Desk { wire, .. } = desk;
        let trouble = match desk.main {
            Main::Unheard => w::NOTES_WAIT.text(),
            Main::Gone => w::NOTES_CLOSED.text(),
            Main::Here if !wire.on => w::NOTES_OFF.text(),
            Main::Here => "",
        };
        let passed = desk.now.zip(desk.since);
        let secs = passed.map_or(0, |(now, since)| now.saturating_sub(since) / 1000);
        Some(Rc::new(Notes {
            trouble: trouble.to_owned(),
            blank: wire.blank,
            title: wire.title.clone(),
            counter: wire.counter.clone(),
            heading: wire.heading.clone(),
            what: wire.what.clone(),
            notes: wire.notes.clone(),
            choices: wire.choices.clone(),
            answer: wire.answer.clone(),
            next: (wire.next_title.clone(), wire.next.clone()),
            timer: format!("{}:{:02}", secs / 60, secs % 60),
            clock: format!("{}:{:02}", desk.minutes / 60, desk.minutes % 60),
        }))
    }
}
