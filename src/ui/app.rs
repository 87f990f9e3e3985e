//! The root component: hosts the application and ties it to the browser.

use super::browser::{self, Listener};
use super::components::hall::HallPage;
use super::components::notes::NotesPage;
use super::components::shell::Shell;
use super::effects::Effects;
use crate::app::lesson::PROGRESS;
use crate::app::{AppState, ClassMsg, Msg, SETTINGS, ShareMsg, address};
use crate::view::model::{Model, Theme};
use crate::words::{self, Lang};
use gloo_timers::callback::Timeout;
use std::cell::Cell;
use std::rc::Rc;
use yew::prelude::*;

/// The application on the page.
pub struct App {
    state: AppState,
    model: Rc<Model>,
    /// One for all, so that panes see that it did not change.
    on_msg: Callback<Msg>,
    effects: Effects,
    /// Shared with the listener for the system's theme.
    shown_theme: Rc<Cell<Option<Theme>>>,
    _listeners: Vec<Listener>,
    /// What is done once the page is there.
    _later: Option<Timeout>,
}

impl Component for App {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> App {
        let on_msg = ctx.link().callback(|msg: Msg| msg);
        let shown_theme = Rc::new(Cell::new(None));
        let theme = shown_theme.clone();
        let listeners = [
            browser::on_key(on_msg.clone()),
            browser::on_key_up(),
            browser::on_hidden(),
            browser::on_link(on_msg.clone()),
            browser::on_click(),
            browser::version::on_newer(on_msg.clone()),
            browser::on_system_theme(move || browser::show_theme(theme.get().unwrap_or_default())),
        ];
        let dropped = browser::incoming::on_drop(&on_msg);
        let mut state = AppState::new();
        let model = state.model();
        let mut app = App {
            state,
            model,
            effects: Effects::new(on_msg.clone()),
            on_msg,
            shown_theme,
            _listeners: listeners.into_iter().flatten().chain(dropped).collect(),
            _later: None,
        };
        if let Some(german) = browser::data::block("messages-de") {
            words::learn(&german);
        }
        let (asked, wanted) = browser::lang::wanted();
        app.tell(Msg::Wanted(asked, wanted));
        app.tell(Msg::Share(ShareMsg::Address(browser::page_address())));
        if let Some(settings) = browser::stored(SETTINGS) {
            app.tell(Msg::LoadSettings(settings));
        }
        if let Some(progress) = browser::stored(PROGRESS) {
            app.tell(Msg::Class(ClassMsg::Progress(progress)));
        }
        // Reading twenty lessons takes as long as painting the page: it comes first, unless the
        // address wants one.
        let (query, fragment) = (browser::query(), browser::fragment());
        if address::wants_lessons(&fragment) {
            app.read_lessons();
        } else {
            let (lang, on_msg) = (app.model.chrome.lang, app.on_msg.clone());
            app._later = Some(Timeout::new(0, move || {
                lessons(lang).into_iter().for_each(|msg| on_msg.emit(msg));
            }));
        }
        for msg in address::first(&query, &fragment) {
            app.tell(msg);
        }
        app.show_theme();
        browser::lang::show(app.model.chrome.lang);
        app
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        browser::keep_focus();
        let spoken = self.model.chrome.lang;
        let changed = self.tell(msg);
        if self.model.chrome.lang != spoken {
            browser::lang::show(self.model.chrome.lang);
            self.read_lessons();
            // Every pane takes it, so every pane is painted anew, also where its data is the same.
            self.on_msg = ctx.link().callback(|msg: Msg| msg);
        }
        self.show_theme();
        changed
    }

    fn view(&self, _: &Context<Self>) -> Html {
        let model = self.model.clone();
        let on_msg = self.on_msg.clone();
        if let Some(notes) = &model.chrome.notes {
            return html! { <NotesPage notes={notes.clone()} {on_msg} /> };
        }
        if let Some(present) = &model.chrome.present {
            let present = present.clone();
            return html! { <HallPage {present} {model} {on_msg} /> };
        }
        html! { <Shell {model} {on_msg} /> }
    }
}

/// The message that brings the lessons in a language, or in English.
fn lessons(lang: Lang) -> Option<Msg> {
    let block = browser::data::block(&format!("lessons-{}", lang.tag()));
    let block = block.or_else(|| browser::data::block("lessons-en"));
    block.map(|lessons| Msg::Class(ClassMsg::Lessons(lessons)))
}

impl App {
    /// Tells the application, and does what it asks for; `true` if there is something to paint.
    fn tell(&mut self, msg: Msg) -> bool {
        browser::note(|noted| noted.told(&msg));
        if msg.moves() {
            browser::finish_motion();
        }
        let pace = browser::incoming::Pace::of(&msg);
        let update = self.state.update(msg);
        pace.learn();
        let at = self.state.timeline().cursor();
        browser::note(|noted| noted.at = at);
        self.effects.run(update.effects);
        if update.changed {
            self.model = self.state.model();
        }
        update.changed
    }

    /// The lessons in the language spoken, or in English; an open one stays open at its stop.
    fn read_lessons(&mut self) {
        if let Some(msg) = lessons(self.model.chrome.lang) {
            self.tell(msg);
        }
    }

    /// Asking the system costs as much as a good part of a step.
    fn show_theme(&self) {
        let theme = self.model.chrome.theme;
        if self.shown_theme.replace(Some(theme)) != Some(theme) {
            browser::show_theme(theme);
        }
    }
}
