//! Two windows of the same page that talk: one presents, one has the notes. They reach each other
//! as windows where one opened the other, also from a file; else by a channel.

use super::{Listener, document, window};
use crate::app::address;
use gloo_timers::callback::{Interval, Timeout};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BroadcastChannel, Event, MessageEvent, Window};
use yew::Callback;

/// Name of the channel, and of the window with notes.
const CHANNEL: &str = "ctscope-notes";

/// What stands behind the `?` of the address, with it.
pub fn query() -> String {
    let search = window().and_then(|window| window.location().search().ok());
    search.unwrap_or_default()
}

/// This window is for notes.
fn for_notes() -> bool {
    address::asked(&query(), "notes").is_some()
}

/// Fills the screen, or does so no more. A browser that refuses leaves things as they are.
pub fn full_screen() {
    let Some(document) = document() else { return };
    if document.fullscreen_element().is_some() {
        document.exit_fullscreen();
    } else if let Some(root) = document.document_element() {
        let _ = root.request_fullscreen();
    }
}

/// Tells the time at once and then every second until it is dropped: milliseconds, and the minutes
/// of the day.
pub fn every_second(on_time: Callback<(u64, u32)>) -> Interval {
    let tell = move || {
        let date = js_sys::Date::new_0();
        let minutes = date.get_hours() * 60 + date.get_minutes();
        on_time.emit((date.get_time() as u64, minutes));
    };
    tell();
    Interval::new(1_000, tell)
}

/// The way to the other window.
pub struct Line {
    channel: Option<BroadcastChannel>,
    other: Rc<RefCell<Option<Window>>>,
    _listeners: [Option<Listener>; 3],
}

impl Line {
    /// Listens; `bye` is said when this window goes and had opened the notes.
    pub fn new(on_heard: Callback<String>, bye: String) -> Line {
        let opener = window()
            .filter(|_| for_notes())
            .and_then(|window| window.opener().ok())
            .and_then(|opener| opener.dyn_into::<Window>().ok());
        let other = Rc::new(RefCell::new(opener));
        let channel = BroadcastChannel::new(CHANNEL).ok();
        let heard = on_heard.clone();
        let by_channel = channel.as_ref().map(|channel| {
            Listener::new(channel.clone().into(), "message", move |event| {
                if let Some(text) = text_of(&event) {
                    heard.emit(text);
                }
            })
        });
        let known = other.clone();
        let by_window = window().map(|window| {
            Listener::new(window.into(), "message", move |event| {
                if from_us(&event, &known)
                    && let Some(text) = text_of(&event)
                {
                    on_heard.emit(text);
                }
            })
        });
        let (last, to) = (channel.clone(), other.clone());
        let on_hide = window().filter(|_| !for_notes()).map(|window| {
            Listener::new(window.into(), "pagehide", move |_| {
                say(&to, last.as_ref(), &bye);
            })
        });
        Line {
            channel,
            other,
            _listeners: [by_channel, by_window, on_hide],
        }
    }

    /// Opens the window with notes, or brings it to the front; says if the browser refuses.
    ///
    /// It is opened in a turn of its own: while a window opens, Firefox goes on with other work of
    /// the page, which must not come in the midst of a message.
    pub fn open_notes(&self, on_refused: impl FnOnce() + 'static) {
        if let Some(open) = alive(&self.other) {
            let _ = open.focus();
            return;
        }
        let other = self.other.clone();
        let open = move || match open_window() {
            Some(opened) => *other.borrow_mut() = Some(opened),
            None => on_refused(),
        };
        Timeout::new(0, open).forget();
    }

    /// Says it to the other window.
    pub fn say(&self, text: &str) {
        say(&self.other, self.channel.as_ref(), text);
    }
}

fn open_window() -> Option<Window> {
    let window = window()?;
    let href = window.location().href().unwrap_or_default();
    let page = href.split(['#', '?']).next().unwrap_or_default();
    let url = format!("{page}?notes");
    let features = "popup,width=900,height=680";
    let opened = window.open_with_url_and_target_and_features(&url, CHANNEL, features);
    opened.ok().flatten()
}

fn alive(other: &RefCell<Option<Window>>) -> Option<Window> {
    let other = other.borrow().clone();
    other.filter(|window| window.closed() == Ok(false))
}

/// What is said goes one way only, so that it is heard once.
fn say(other: &RefCell<Option<Window>>, channel: Option<&BroadcastChannel>, text: &str) {
    let text = JsValue::from_str(text);
    if let Some(window) = alive(other) {
        // A page from a file has no origin that could be named; both ends look who speaks.
        let _ = window.post_message(&text, "*");
    } else if let Some(channel) = channel {
        let _ = channel.post_message(&text);
    }
}

fn text_of(event: &Event) -> Option<String> {
    event.dyn_ref::<MessageEvent>()?.data().as_string()
}

/// It is the window that we know; or one of our own page, which is known from then on: a window
/// with notes whose main window was loaded anew.
fn from_us(event: &Event, known: &RefCell<Option<Window>>) -> bool {
    let Some(event) = event.dyn_ref::<MessageEvent>() else {
        return false;
    };
    let Some(source) = event.source() else {
        return false;
    };
    let source: &JsValue = source.as_ref();
    if let Some(window) = known.borrow().as_ref() {
        let window: &JsValue = window.as_ref();
        if window == source {
            return true;
        }
    }
    let ours = window().and_then(|window| window.location().origin().ok());
    let file = ours.as_deref() == Some("file://") && event.origin() == "null";
    if !file && ours != Some(event.origin()) {
        return false;
    }
    // Any window is one, whichever page it is of.
    *known.borrow_mut() = Some(source.clone().unchecked_into());
    true
}
