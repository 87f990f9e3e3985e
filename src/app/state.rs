//! The application's state, and what each message does to it.

use super::bench::BenchState;
use super::compare::Twin;
use super::console::ConsoleState;
use super::guide::Tour;
use super::import::ImportState;
use super::keymap::{self, Does};
use super::lesson::{ClassMsg, Classroom};
use super::microscope::Microscope;
use super::msg::{Effect, Key, Msg};
use super::notes::Desk;
use super::present::Hall;
use super::screen::Screen;
use super::settings::Settings;
use super::share::ShareState;
use super::{lane, link, play, settings};
use crate::engine::{Config, Conntrack};
use crate::timeline::Timeline;
use crate::view::compare::CompareWith;
use crate::view::model::{Grain, Lens, Model, Panel, Selection, Tab};
use crate::view::stage::Viewport;
use crate::words::{self, Lang, Plain, app as w};
use std::rc::Rc;

/// How long a short message stays, in milliseconds.
const TOAST_MS: u32 = 4_000;
/// The title of a log that nobody named.
pub(super) const UNTITLED: Plain = w::FREE_PLAY;

/// What a message did.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Update {
    /// The screen may look other than before.
    pub changed: bool,
    /// What the browser is asked to do, in order.
    pub effects: Vec<Effect>,
}

/// The application.
#[derive(Debug)]
pub struct AppState {
    pub(super) timeline: Timeline,
    pub(super) bench: BenchState,
    pub(super) console: ConsoleState,
    /// How far the clock is to go, as typed.
    pub(super) advance: String,
    /// The scenario's text as changed by hand, until it is run.
    pub(super) draft: Option<String>,
    pub(super) selection: Selection,
    /// Bucket that the shown part of a long `conntrack -L` begins with.
    pub(super) list_from: u32,
    /// The machine that all of was asked to be checked.
    pub(super) checked_all: Option<Rc<Conntrack>>,
    pub(super) lens: Lens,
    pub(super) compare: CompareWith,
    pub(super) twin: Option<Twin>,
    pub(super) microscope: Microscope,
    pub(super) settings: Settings,
    /// The language to speak as long as nobody has chosen one here.
    pub(super) wanted: Lang,
    pub(super) share: ShareState,
    pub(super) tour: Tour,
    pub(super) hall: Hall,
    pub(super) notes: Option<Desk>,
    pub(super) class: Classroom,
    pub(super) import: ImportState,
    pub(super) tab: Tab,
    pub(super) panel: Panel,
    pub(super) toast: Option<String>,
    /// A newer version of the page is here.
    pub(super) newer: bool,
    pub(super) playing: bool,
    /// The part of the log in the lane, kept while it is dragged along.
    pub(super) scrub: Option<lane::Window>,
    pub(super) speed: u32,
    pub(super) viewport: Viewport,
    pub(super) screen: Screen,
    pub(super) effects: Vec<Effect>,
}

impl Default for AppState {
    fn default() -> AppState {
        AppState::new()
    }
}

impl AppState {
    /// The application at the start: an empty machine, and the first packet ready to be sent.
    pub fn new() -> AppState {
        AppState {
            timeline: Timeline::new(Config::default(), UNTITLED.english()),
            bench: BenchState::default(),
            console: ConsoleState::default(),
            advance: "5s".to_owned(),
            draft: None,
            selection: Selection::default(),
            lens: Lens::default(),
            compare: CompareWith::default(),
            twin: None,
            microscope: Microscope::default(),
            list_from: 0,
            checked_all: None,
            settings: Settings::default(),
            wanted: Lang::default(),
            share: ShareState::default(),
            tour: Tour::default(),
            hall: Hall::default(),
            notes: None,
            class: Classroom::default(),
            import: ImportState::default(),
            tab: Tab::default(),
            panel: Panel::default(),
            toast: None,
            newer: false,
            playing: false,
            scrub: None,
            speed: 100,
            viewport: Viewport::default(),
            screen: Screen::default(),
            effects: Vec::new(),
        }
    }

    /// Takes a message in. It touches no storage, clock or page: it says what is to be done there.
    pub fn update(&mut self, msg: Msg) -> Update {
        words::speak(self.lang());
        let toured = self.tour;
        self.watch_tour(&msg);
        let changed = self.take(msg) || self.tour != toured;
        if changed {
            self.screen.forget();
        }
        self.tell_notes();
        self.quiet();
        Update {
            changed,
            effects: core::mem::take(&mut self.effects),
        }
    }

    /// The screen. The same pointer as before if nothing changed; parts that did not change keep
    /// theirs.
    pub fn model(&mut self) -> Rc<Model> {
        words::speak(self.lang());
        super::screen::model(self)
    }

    /// The language that is spoken: the one chosen here, or the one wanted.
    pub fn lang(&self) -> Lang {
        self.settings.lang.unwrap_or(self.wanted)
    }

    /// The log and the cursor in it.
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    pub(super) fn take(&mut self, msg: Msg) -> bool {
        match msg {
            Msg::StepForward if self.tour.on => self.guided_forward(),
            Msg::StepBack if self.tour.on => self.beat(false),
            Msg::StepForward if self.timeline.is_empty() => self.send_packet(),
            Msg::StepForward => self.go(|timeline, grain| timeline.forward(grain)),
            Msg::StepBack => self.go(|timeline, grain| timeline.back(grain)),
            Msg::NextEvent => self.go(|timeline, _| timeline.forward(Grain::Event)),
            Msg::PreviousEvent => self.go(|timeline, _| timeline.back(Grain::Event)),
            Msg::First => self.go(|timeline, _| {
                timeline.first();
                true
            }),
            Msg::Last => self.go(|timeline, _| {
                timeline.last();
                true
            }),
            Msg::Seek(position) => self.go(|timeline, _| {
                timeline.seek(position);
                true
            }),
            Msg::SeekCommand(index) => self.go(|timeline, _| {
                timeline.seek_command(index.saturating_add(1));
                true
            }),
            Msg::Scrub(permille) => self.scrub_to(permille),
            Msg::ScrubEnd => self.scrub.take().is_some(),
            Msg::SeekFigure(figure, number) => self.seek_figure(figure, number),
            Msg::SetGrain(grain) => self.set_settings(Settings {
                grain,
                ..self.settings
            }),
            Msg::TogglePlay => self.toggle_play(),
            Msg::PlayTick => self.play_tick(),
            Msg::SetSpeed(percent) => replace(&mut self.speed, play::speed(percent)),

            Msg::Run(line) => self.run(&line),
            Msg::SendPacket => self.send_packet(),
            Msg::Undo => self.undo(),
            Msg::Redo => self.redo(),
            Msg::Reset => self.reset(),
            Msg::LoadPreset(name) => self.load_preset(&name),
            Msg::LoadText(text) => self.load_text(&text),
            Msg::LoadLink(fragment) => self.load_link(&fragment),
            Msg::SwitchBranch(index) => self.switch_branch(index),
            Msg::SwitchBack => {
                let last = self.timeline.branches().len() as u32;
                last > 0 && self.switch_branch(last - 1)
            }

            Msg::Select(selection) => replace(&mut self.selection, selection),
            Msg::ListFrom(bucket) => replace(&mut self.list_from, bucket),
            Msg::CheckAll => {
                self.checked_all = Some(self.timeline.state());
                true
            }
            Msg::SetLens(lens) => replace(&mut self.lens, lens),
            Msg::Compare(with) => {
                let other = replace(&mut self.compare, with);
                replace(&mut self.lens, Lens::Compare) || other
            }
            Msg::SetTheme(theme) => self.set_settings(Settings {
                theme,
                ..self.settings
            }),
            Msg::SetLang(lang) => {
                let settings = Settings {
                    lang: Some(lang),
                    ..self.settings
                };
                self.set_settings(settings);
                self.translate()
            }
            Msg::Wanted(asked, browser) => {
                self.wanted = asked.or(browser).unwrap_or_default();
                self.translate()
            }
            Msg::SetKeysOff(keys_off) => self.set_settings(Settings {
                keys_off,
                ..self.settings
            }),
            Msg::SetDepth(depth) => self.set_settings(Settings {
                depth,
                ..self.settings
            }),
            Msg::SetTab(tab) => replace(&mut self.tab, tab),
            Msg::SetPanel(panel) => {
                let left = self.leave_import(panel);
                replace(&mut self.panel, panel) || left
            }
            Msg::Viewport {
                width,
                height,
                scroll,
            } => replace(
                &mut self.viewport,
                Viewport {
                    width,
                    height,
                    scroll,
                },
            ),

            Msg::BenchProto(proto) => {
                self.bench.set_proto(proto);
                true
            }
            Msg::BenchFlow(number) => {
                let end = self.timeline.state_at_command_end();
                self.bench.choose(number, &end)
            }
            Msg::BenchField(key, value) => self.bench.set_field(key, value),
            Msg::BenchButton(index) => self.press_button(index),
            Msg::BenchFate(fate) => self.bench.set_fate(&fate),
            Msg::HashField(key, value) => self.hash_field(key, value),
            Msg::HashCollide => self.hash_collide(),
            Msg::HashSend => self.hash_send(),
            Msg::HashFollow => self.hash_follow(),

            Msg::ConsoleInput(input) => self.console.set_input(input),
            Msg::ConsoleEnter => self.enter(),
            Msg::AdvanceInput(amount) => self.type_amount(amount),
            Msg::Advance => self.run(&format!("advance {trim}", trim = self.advance.trim())),
            Msg::ScenarioInput(text) => self.type_scenario(text),
            Msg::ConsoleHistory(up) => self.console.recall(up),

            Msg::Present(show) => self.show(show),
            Msg::Notes(act) => self.note(act),
            Msg::Class(msg) => self.class_msg(msg),
            Msg::Import(msg) => self.take_import(msg),
            Msg::Key(key) => self.press(&key),
            Msg::LoadSettings(_) | Msg::Welcome if self.share.embedded => false,
            Msg::LoadSettings(text) => {
                let new = replace(&mut self.settings, Settings::from_json(&text));
                self.translate() || new
            }
            Msg::Welcome => self.welcome(),
            Msg::Answer(answer) => self.answer(answer),
            Msg::LeaveGuide => {
                self.effects.push(Effect::Focus("stage"));
                self.leave_tour()
            }
            Msg::CopyLink => self.copy_link(),
            Msg::SaveScenario => self.save(),
            Msg::Share(msg) => self.share(msg),
            Msg::ToastGone => self.toast.take().is_some(),
            Msg::Newer(here) => replace(&mut self.newer, here),
            Msg::TakeNewer => self.take_newer(),
        }
    }

    /// A move of the cursor. It ends playing, and it is no change if the cursor did not move.
    pub(super) fn go(&mut self, by: impl FnOnce(&mut Timeline, Grain) -> bool) -> bool {
        let before = self.timeline.cursor();
        let grain = self.grain();
        by(&mut self.timeline, grain);
        let stopped = core::mem::take(&mut self.playing);
        self.timeline.cursor() != before || stopped
    }

    /// The cursor follows a finger in the lane, which stays as it is meanwhile.
    fn scrub_to(&mut self, permille: u32) -> bool {
        let window = *self.scrub.get_or_insert(lane::window(&self.timeline));
        self.go(|timeline, grain| {
            lane::scrub(timeline, window, permille, grain);
            true
        })
    }

    fn press(&mut self, key: &Key) -> bool {
        if self.hall.on {
            return self.press_in_hall(key);
        }
        if self.notes.is_some() {
            return self.press_at_desk(key);
        }
        match keymap::does(key) {
            None => false,
            Some(does) if self.share.embedded && !does.only_moves() => false,
            Some(_) if self.settings.keys_off && key.is_sign() => false,
            Some(Does::Move(Grain::Phase, forward)) if self.class.at_work().is_some() => {
                self.class_msg(ClassMsg::Turn(forward))
            }
            Some(Does::Tell(msg)) => self.take(msg),
            Some(Does::Move(grain, true)) => self.go(|timeline, _| timeline.forward(grain)),
            Some(Does::Move(grain, false)) => self.go(|timeline, _| timeline.back(grain)),
            Some(Does::Effect(effect)) => {
                self.effects.push(effect);
                false
            }
            Some(Does::Toggle(panel)) => {
                self.panel = if self.panel == panel {
                    Panel::None
                } else {
                    panel
                };
                true
            }
        }
    }

    pub(super) fn set_settings(&mut self, new: Settings) -> bool {
        let changed = replace(&mut self.settings, new);
        if changed {
            self.effects
                .push(Effect::Store(settings::NAME, new.to_json()));
        }
        changed
    }

    /// Everything on the screen is made anew, in the language spoken now. What is neither in the
    /// log nor typed and is shown for a moment goes.
    fn translate(&mut self) -> bool {
        words::speak(self.lang());
        self.screen = Screen::default();
        self.twin = None;
        self.toast = None;
        true
    }

    fn toggle_play(&mut self) -> bool {
        if self.playing {
            self.playing = false;
            return true;
        }
        if self.timeline.is_empty() {
            return self.send_packet();
        }
        if self.timeline.at_end() {
            // There is nothing to come: show it all again.
            self.timeline.first();
        }
        self.playing = true;
        self.screen.forget();
        self.play_on();
        true
    }

    fn play_tick(&mut self) -> bool {
        if !self.playing {
            return false;
        }
        let grain = self.grain();
        self.timeline.forward(grain);
        self.playing = !self.timeline.at_end();
        if self.playing {
            self.screen.forget();
            self.play_on();
        }
        true
    }

    fn play_on(&mut self) {
        let model = self.model();
        self.effects
            .push(Effect::PlayIn(play::dwell(&model.why.what, self.speed)));
    }

    /// Shows a short message.
    pub(super) fn toast(&mut self, text: impl Into<String>) {
        self.toast = Some(text.into());
        self.effects.push(Effect::ToastFor(TOAST_MS));
    }

    /// The log is another one: the address says so, and playing ends.
    pub(super) fn edited(&mut self) {
        self.playing = false;
        self.scrub = None;
        self.write_link();
    }

    /// The address leads to what is on the screen.
    pub(super) fn write_link(&mut self) {
        if let Ok(fragment) = link::encode(self) {
            let earlier = |effect: &Effect| matches!(effect, Effect::WriteHash(_));
            self.effects.retain(|effect| !earlier(effect));
            self.effects.push(Effect::WriteHash(fragment));
        }
    }

    pub(super) fn copy_link(&mut self) -> bool {
        match link::encode(self) {
            Ok(fragment) => {
                self.effects.push(Effect::WriteHash(fragment.clone()));
                self.effects.push(Effect::CopyLink(fragment));
                self.toast(w::LINK_COPIED_IT_OPENS.text());
            }
            Err(problem) => self.toast(problem),
        }
        true
    }

    fn save(&mut self) -> bool {
        let text = self.timeline.scenario().to_string();
        self.effects
            .push(Effect::Download("scenario.ct".to_owned(), text));
        self.toast(w::SAVED_AS_SCENARIO_CT.text());
        true
    }
}

/// Puts a value in a place; `true` if it is another one.
fn replace<T: PartialEq>(place: &mut T, value: T) -> bool {
    let changed = *place != value;
    *place = value;
    changed
}
