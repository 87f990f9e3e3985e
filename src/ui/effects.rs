//! Does what the application asks of the browser.

use super::browser::{self, Line, version};
use crate::app::{Effect, Msg, NotesDo, Show, bye};
use gloo_timers::callback::Timeout;
use yew::Callback;

/// The effects under way: dropping a timer stops it.
pub struct Effects {
    on_msg: Callback<Msg>,
    play: Option<Timeout>,
    toast: Option<Timeout>,
    line: Line,
}

impl Effects {
    /// Nothing under way yet; timers answer to `on_msg`.
    pub fn new(on_msg: Callback<Msg>) -> Effects {
        let line = Line::new(
            on_msg.reform(|text| Msg::Notes(NotesDo::Heard(text))),
            bye(),
        );
        Effects {
            line,
            on_msg,
            play: None,
            toast: None,
        }
    }

    /// Carries them out in order.
    pub fn run(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            self.carry_out(effect);
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::WriteHash(fragment) => browser::write_fragment(&fragment),
            Effect::CopyLink(fragment) => browser::copy(browser::link_to(&fragment)),
            Effect::Copy(text) => browser::copy(text),
            Effect::Download(name, text) => browser::download(&name, &text),
            Effect::Save { name, mime, bytes } => browser::save(&name, mime, &bytes),
            Effect::Store(name, value) => browser::store(name, &value),
            Effect::PlayIn(millis) => self.play = Some(self.in_millis(millis, Msg::PlayTick)),
            Effect::ToastFor(millis) => self.toast = Some(self.in_millis(millis, Msg::ToastGone)),
            Effect::Import(effect) => browser::incoming::carry_out(effect, &self.on_msg),
            Effect::Focus(id) => browser::focus_soon(id),
            Effect::OpenNotes => {
                let on_msg = self.on_msg.clone();
                self.line
                    .open_notes(move || on_msg.emit(Msg::Present(Show::Blocked)));
            }
            Effect::Say(text) => self.line.say(&text),
            Effect::FullScreen => browser::full_screen(),
            Effect::Reload => version::reload(),
        }
    }

    fn in_millis(&self, millis: u32, msg: Msg) -> Timeout {
        let on_msg = self.on_msg.clone();
        Timeout::new(millis, move || on_msg.emit(msg))
    }
}
