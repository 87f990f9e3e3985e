//! Files that are chosen or dropped on the page. They are read piece by piece, when the application
//! asks for one; nothing of them leaves the page.

use super::{Listener, document, window};
use crate::app::{ImportEffect, ImportMsg, Msg, Piece};
use gloo_timers::callback::Timeout;
use js_sys::Uint8Array;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DataTransfer, DragEvent, Event, File, HtmlInputElement};
use yew::Callback;

/// How long a portion of work should take, in milliseconds: a page that is painted sixty times a
/// second stays so.
const PORTION_MS: f64 = 14.0;
/// Commands or lines of the first portion, and of any.
const FIRST: u32 = 50;
const MOST: u32 = 20_000;

thread_local! {
    /// The file that was chosen last, and the number that the application gave it.
    static CHOSEN: RefCell<Option<(Option<u32>, File)>> = const { RefCell::new(None) };
    /// How much work the next portion is.
    static PORTION: Cell<u32> = const { Cell::new(FIRST) };
}

fn choose(file: File, on_msg: &Callback<Msg>) {
    let (name, size) = (file.name(), file.size());
    CHOSEN.with(|chosen| *chosen.borrow_mut() = Some((None, file)));
    // A size is a whole number, and no file has more bytes than a float counts.
    on_msg.emit(Msg::Import(ImportMsg::File(name, size as u64)));
}

/// A file was chosen in a field.
pub fn chosen(event: &Event, on_msg: &Callback<Msg>) {
    let input = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    let Some(input) = input else { return };
    let file = input.files().and_then(|files| files.get(0));
    // The same file can be chosen again.
    input.set_value("");
    if let Some(file) = file {
        choose(file, on_msg);
    }
}

/// Carries out what the application asks for.
pub fn carry_out(effect: ImportEffect, on_msg: &Callback<Msg>) {
    match effect {
        ImportEffect::Forget => CHOSEN.with(|chosen| *chosen.borrow_mut() = None),
        ImportEffect::On => {
            let on_msg = on_msg.clone();
            Timeout::new(0, move || {
                on_msg.emit(Msg::Import(ImportMsg::On(PORTION.get())));
            })
            .forget();
        }
        ImportEffect::Read { file, from, to } => {
            let on_msg = on_msg.clone();
            wasm_bindgen_futures::spawn_local(async move {
                let msg = match read(file, from, to).await {
                    Ok(bytes) => ImportMsg::Piece(file, Piece(bytes)),
                    Err(why) => ImportMsg::Unreadable(file, words(&why)),
                };
                on_msg.emit(Msg::Import(msg));
            });
        }
    }
}

async fn read(number: u32, from: u32, to: u32) -> Result<Rc<[u8]>, JsValue> {
    let file = CHOSEN.with(|chosen| {
        let mut chosen = chosen.borrow_mut();
        let (known, file) = chosen.as_mut()?;
        (*known.get_or_insert(number) == number).then(|| file.clone())
    });
    let file = file.ok_or(JsValue::NULL)?;
    let part = file.slice_with_f64_and_f64(from.into(), to.into())?;
    let buffer = JsFuture::from(part.array_buffer()).await?;
    Ok(Uint8Array::new(&buffer).to_vec().into())
}

/// What the browser says of an error.
fn words(error: &JsValue) -> String {
    error
        .dyn_ref::<js_sys::Error>()
        .map_or_else(String::new, |error| String::from(error.message()))
}

/// A portion of work that is being done.
pub struct Pace {
    portion: Option<u32>,
    begun: f64,
}

impl Pace {
    /// Before a message is carried out.
    pub fn of(msg: &Msg) -> Pace {
        let portion = match msg {
            Msg::Import(ImportMsg::On(portion)) => Some(*portion),
            _ => None,
        };
        Pace {
            portion,
            begun: now(),
        }
    }

    /// Behind it: how much the next portion can be.
    pub fn learn(self) {
        let Some(portion) = self.portion else { return };
        let took = (now() - self.begun).max(0.5);
        let fits = f64::from(portion) * PORTION_MS / took;
        let next = (fits as u32).clamp(portion / 4, portion.saturating_mul(2));
        PORTION.set(next.clamp(FIRST / 2, MOST));
    }
}

fn now() -> f64 {
    window()
        .and_then(|window| window.performance())
        .map_or(0.0, |performance| performance.now())
}

/// Says whether something that can be dropped hangs over the page.
fn show_target(on: bool) {
    let Some(root) = document().and_then(|document| document.document_element()) else {
        return;
    };
    let _ = if on {
        root.set_attribute("data-drop", "")
    } else {
        root.remove_attribute("data-drop")
    };
}

/// What is dragged, if there are files in it.
fn files_of(event: &Event) -> Option<DataTransfer> {
    let dragged = event.dyn_ref::<DragEvent>()?.data_transfer()?;
    let files = dragged.types().includes(&JsValue::from_str("Files"), 0);
    files.then_some(dragged)
}

/// A file can be dropped anywhere on the page; without this the browser would open it in the
/// page's place.
pub fn on_drop(on_msg: &Callback<Msg>) -> Vec<Listener> {
    let Some(window) = window() else {
        return Vec::new();
    };
    let over = |event: Event| {
        if files_of(&event).is_some() {
            event.prevent_default();
            show_target(true);
        }
    };
    // Leaving the window leads to nothing in it.
    let left = |event: Event| {
        let to = event
            .dyn_ref::<DragEvent>()
            .and_then(|event| event.related_target());
        if to.is_none() {
            show_target(false);
        }
    };
    let on_msg = on_msg.clone();
    let dropped = move |event: Event| {
        show_target(false);
        if let Some(dragged) = files_of(&event).filter(|_| !event.default_prevented()) {
            event.prevent_default();
            if let Some(file) = dragged.files().and_then(|files| files.get(0)) {
                choose(file, &on_msg);
            }
        }
    };
    vec![
        Listener::new(window.clone().into(), "dragover", over),
        Listener::new(window.clone().into(), "dragleave", left),
        Listener::new(window.into(), "drop", dropped),
    ]
}
