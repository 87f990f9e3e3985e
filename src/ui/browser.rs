//! The browser: the only file that calls it. Where it refuses (no storage, no clipboard), the page
//! goes on without.

pub mod data;
mod files;
pub mod incoming;
pub mod lang;
mod scroll;
pub mod version;
mod walk;
mod windows;

pub use files::{Chosen, chosen, dropped, page_address, save};
pub use scroll::{reveal, reveal_again, reveal_rows, scroll_to_end};
pub use walk::keep_focus;
pub use windows::{Line, every_second, full_screen, query};

use super::keys::{self, Answer, Place};
use crate::app::crash::{self, Noted};
use crate::app::{Key, Msg};
use crate::view::model::Theme;
use crate::words::ui as w;
use gloo_timers::callback::Timeout;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen::{Clamped, JsCast, JsValue};
use web_sys::{
    Animation, Blob, BlobPropertyBag, CanvasRenderingContext2d, Document, Element, Event,
    EventTarget, HtmlAnchorElement, HtmlCanvasElement, HtmlDialogElement, HtmlElement,
    HtmlInputElement, HtmlTextAreaElement, ImageData, KeyboardEvent, MediaQueryList, MouseEvent,
    ResizeObserver, Storage, Url, Window,
};
use yew::{Callback, NodeRef};

/// Names in the local storage begin so: other pages of the host may use it too.
const STORE_PREFIX: &str = "ctscope.";

fn window() -> Option<Window> {
    web_sys::window()
}

fn document() -> Option<Document> {
    window()?.document()
}

/// The element that the page is put into.
pub fn page_root() -> Option<Element> {
    document()?.get_element_by_id("page")
}

/// What stands behind the `#` of the address.
pub fn fragment() -> String {
    let hash = window()
        .and_then(|window| window.location().hash().ok())
        .unwrap_or_default();
    hash.strip_prefix('#').unwrap_or(&hash).to_owned()
}

/// The address of this page with that behind the `#`.
pub fn link_to(fragment: &str) -> String {
    let href = window()
        .and_then(|window| window.location().href().ok())
        .unwrap_or_default();
    let page = href.split('#').next().unwrap_or_default();
    format!("{page}#{fragment}")
}

/// Puts it behind the `#`, without a new entry in the history.
pub fn write_fragment(fragment: &str) {
    let Some(history) = window().and_then(|window| window.history().ok()) else {
        return;
    };
    let url = format!("#{fragment}");
    // A browser that limits how often this may be called keeps the address of before.
    let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&url));
}

fn storage() -> Option<Storage> {
    window()?.local_storage().ok().flatten()
}

/// What was kept under this name.
pub fn stored(name: &str) -> Option<String> {
    storage()?
        .get_item(&format!("{STORE_PREFIX}{name}"))
        .ok()
        .flatten()
}

/// Keeps it under this name, if the browser lets us.
pub fn store(name: &str, value: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(&format!("{STORE_PREFIX}{name}"), value);
    }
}

/// Puts text on the clipboard; shows it for copying by hand where that is refused.
pub fn copy(text: String) {
    wasm_bindgen_futures::spawn_local(async move {
        if copy_by_api(&text).await.is_none()
            && copy_by_command(&text).is_none()
            && let Some(window) = window()
        {
            let _ = window.prompt_with_message_and_default(w::COPY_THIS.text(), &text);
        }
    });
}

async fn copy_by_api(text: &str) -> Option<()> {
    let window = window()?;
    // Pages that were not loaded over https have no clipboard.
    if !window.is_secure_context() {
        return None;
    }
    let written = window.navigator().clipboard().write_text(text);
    wasm_bindgen_futures::JsFuture::from(written)
        .await
        .ok()
        .map(drop)
}

fn copy_by_command(text: &str) -> Option<()> {
    let document = document()?;
    let area: HtmlTextAreaElement = document.create_element("textarea").ok()?.dyn_into().ok()?;
    area.set_value(text);
    area.set_class_name("unseen");
    document.body()?.append_child(&area).ok()?;
    area.select();
    let html: &web_sys::HtmlDocument = document.unchecked_ref();
    let done = html.exec_command("copy").unwrap_or(false);
    area.remove();
    done.then_some(())
}

/// Offers a text file.
pub fn download(name: &str, text: &str) {
    let _ = try_download(name, text);
}

fn try_download(name: &str, text: &str) -> Result<(), JsValue> {
    let document = document().ok_or(JsValue::NULL)?;
    let parts = js_sys::Array::of1(&JsValue::from_str(text));
    let kind = BlobPropertyBag::new();
    kind.set_type("text/plain;charset=utf-8");
    let blob = Blob::new_with_str_sequence_and_options(&parts, &kind)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
    link.set_href(&url);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&url)
}

/// Moves the focus, as soon as the page is painted: the element may not be there before.
pub fn focus_soon(id: &'static str) {
    focus_within(id, &[0, 60, 240]);
}

/// A screen that is painted anew may take longer; once it was there, it is left alone.
fn focus_within(id: &'static str, millis: &'static [u32]) {
    let [now, later @ ..] = millis else { return };
    Timeout::new(*now, move || {
        let element = document().and_then(|document| document.get_element_by_id(id));
        match element.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
            Some(element) => {
                let _ = element.focus();
                scroll::card_from_top(&element);
            }
            None => focus_within(id, later),
        }
    })
    .forget();
}

/// Light or dark, where the page follows the system.
pub fn system_is_dark() -> bool {
    dark_query().is_some_and(|query| query.matches())
}

fn dark_query() -> Option<MediaQueryList> {
    window()?
        .match_media("(prefers-color-scheme: dark)")
        .ok()
        .flatten()
}

/// Paints the page in this theme.
pub fn show_theme(theme: Theme) {
    let name = match theme {
        Theme::Auto if system_is_dark() => "dark",
        Theme::Auto | Theme::Light => "light",
        Theme::Dark => "dark",
        Theme::Projector => "projector",
    };
    if let Some(root) = document().and_then(|document| document.document_element()) {
        let _ = root.set_attribute("data-theme", name);
    }
}

/// While anything holds it so, what moves is at its end at once. `why` is who holds it.
pub fn hold_still(why: &str, on: bool) {
    let Some(root) = document().and_then(|document| document.document_element()) else {
        return;
    };
    let name = format!("data-still-{why}");
    let _ = if on {
        root.set_attribute(&name, "")
    } else {
        root.remove_attribute(&name)
    };
}

/// Opens or closes a `<dialog>`; an open one keeps the focus inside and the page behind it out.
pub fn set_open(dialog: &NodeRef, open: bool) {
    let Some(dialog) = dialog.cast::<HtmlDialogElement>() else {
        return;
    };
    if open && !dialog.open() {
        let _ = dialog.show_modal();
    } else if !open && dialog.open() {
        dialog.close();
    }
}

/// An event listener; dropping it ends it.
pub struct Listener {
    target: EventTarget,
    kind: &'static str,
    capture: bool,
    run: Closure<dyn FnMut(Event)>,
}

impl Listener {
    fn new(target: EventTarget, kind: &'static str, run: impl FnMut(Event) + 'static) -> Listener {
        Listener::start(target, kind, false, run)
    }

    /// Hears events on their way down, also those that do not bubble.
    fn capturing(
        target: EventTarget,
        kind: &'static str,
        run: impl FnMut(Event) + 'static,
    ) -> Listener {
        Listener::start(target, kind, true, run)
    }

    fn start(
        target: EventTarget,
        kind: &'static str,
        capture: bool,
        run: impl FnMut(Event) + 'static,
    ) -> Listener {
        let run = Closure::<dyn FnMut(Event)>::new(run);
        let handler = run.as_ref().unchecked_ref();
        let _ = target.add_event_listener_with_callback_and_bool(kind, handler, capture);
        Listener {
            target,
            kind,
            capture,
            run,
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let run = self.run.as_ref().unchecked_ref();
        let target = &self.target;
        let _ = target.remove_event_listener_with_callback_and_bool(self.kind, run, self.capture);
    }
}

/// Tells of key presses that are for the application.
pub fn on_key(on_msg: Callback<Msg>) -> Option<Listener> {
    let run = move |event: Event| {
        let Ok(event) = event.dyn_into::<KeyboardEvent>() else {
            return;
        };
        // A part of the page that has keys of its own has taken it already.
        if event.default_prevented() || event.alt_key() || event.is_composing() {
            return;
        }
        hold_still("key", event.repeat());
        let key = Key {
            key: event.key(),
            shift: event.shift_key(),
            ctrl: event.ctrl_key() || event.meta_key(),
        };
        match keys::answer(&key, place_of(&event)) {
            Answer::Leave => {}
            Answer::LeaveField => leave_field(),
            Answer::LeaveStage => walk::leave(),
            Answer::EnterStage => {
                event.prevent_default();
                walk::enter();
            }
            Answer::Walk => {
                event.prevent_default();
                walk::walk(&key.key);
            }
            Answer::Tell => on_msg.emit(Msg::Key(key)),
            Answer::Take => {
                event.prevent_default();
                on_msg.emit(Msg::Key(key));
            }
        }
    };
    Some(Listener::new(window()?.into(), "keydown", run))
}

/// A key that was held down is let go: things move again.
pub fn on_key_up() -> Option<Listener> {
    let run = move |_| hold_still("key", false);
    Some(Listener::new(window()?.into(), "keyup", run))
}

/// Nothing moves while nobody sees the page.
pub fn on_hidden() -> Option<Listener> {
    let page = document()?;
    let seen = page.clone();
    let run = move |_| hold_still("hidden", seen.hidden());
    Some(Listener::new(page.into(), "visibilitychange", run))
}

/// Brings what still moves to its end, so that what comes next begins from there.
pub fn finish_motion() {
    let Some(document) = document() else { return };
    for animation in document.get_animations() {
        if let Ok(animation) = animation.dyn_into::<Animation>() {
            let _ = animation.finish();
        }
    }
}

fn place_of(event: &KeyboardEvent) -> Place {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    let within = |selector: &str| {
        target
            .as_ref()
            .is_some_and(|it| it.closest(selector).ok().flatten().is_some())
    };
    let empty = |it: &Element| {
        it.dyn_ref::<HtmlInputElement>()
            .is_some_and(|input| input.value().is_empty())
    };
    let in_box = target.as_ref().and_then(walk::place_in_box);
    if let Some((true, _)) = in_box {
        Place::Stage
    } else if let Some((false, true)) = in_box {
        Place::Inside
    } else if target.as_ref().is_some_and(empty) {
        Place::EmptyField
    } else if within("input:not([type=range]), textarea, select, [contenteditable]") {
        Place::Field
    } else if within("dialog") {
        Place::Dialog
    } else if within("button, a[href], summary") {
        Place::Button
    } else {
        Place::Page
    }
}

/// Takes the focus out of the field it is in, and gives it to the stage.
fn leave_field() {
    let Some(document) = document() else { return };
    if let Some(stage) = document.get_element_by_id("stage")
        && let Ok(stage) = stage.dyn_into::<HtmlElement>()
    {
        let _ = stage.focus();
    }
}

/// A click ends walking by keys.
pub fn on_click() -> Option<Listener> {
    let run = |_| walk::clicked();
    Some(Listener::capturing(window()?.into(), "pointerdown", run))
}

/// Tells of another fragment in the address: somebody followed or typed a link.
pub fn on_link(on_msg: Callback<Msg>) -> Option<Listener> {
    let run = move |_| on_msg.emit(Msg::LoadLink(fragment()));
    Some(Listener::new(window()?.into(), "hashchange", run))
}

/// Tells when the system turns dark or light.
pub fn on_system_theme(run: impl Fn() + 'static) -> Option<Listener> {
    Some(Listener::new(dark_query()?.into(), "change", move |_| {
        run()
    }))
}

/// Watches what is in sight of an element; dropping it ends that.
pub struct SightWatch {
    observer: ResizeObserver,
    _resized: Closure<dyn FnMut()>,
    _scrolled: Option<Listener>,
}

impl Drop for SightWatch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Scroll positions are told in steps of so many pixels.
const SCROLL_STEP: i32 = 48;

/// Tells how much of an element is in sight, be it the box or the page that scrolls: width, height
/// and scroll, now and whenever they change.
pub fn on_sight(node: &NodeRef, on_sight: Callback<(u32, u32, u32)>) -> Option<SightWatch> {
    let element = node.cast::<Element>()?;
    let watched = element.clone();
    let told = Rc::new(Cell::new(None));
    let tell = move || {
        let seen = in_sight(&element);
        if told.replace(Some(seen)) != Some(seen) {
            on_sight.emit(seen);
        }
    };
    let resized = Closure::<dyn FnMut()>::new(tell.clone());
    let observer = ResizeObserver::new(resized.as_ref().unchecked_ref()).ok()?;
    observer.observe(&watched);
    // Scroll events do not bubble; caught on the way down, those of any box are seen.
    let scrolled = window().map(|it| Listener::capturing(it.into(), "scroll", move |_| tell()));
    Some(SightWatch {
        observer,
        _resized: resized,
        _scrolled: scrolled,
    })
}

fn in_sight(element: &Element) -> (u32, u32, u32) {
    let page = window()
        .and_then(|window| window.inner_height().ok()?.as_f64())
        .unwrap_or(720.0);
    let above = (-element.get_bounding_client_rect().top()).max(0.0) as i32;
    let scroll = (element.scroll_top() + above) / SCROLL_STEP * SCROLL_STEP;
    let height = element.client_height().min(page as i32);
    (
        element.client_width().unsigned_abs(),
        height.unsigned_abs(),
        scroll.unsigned_abs(),
    )
}

/// Paints a cell for each byte, from the first line on: black, the stronger the larger the byte.
/// What is black on light is white on dark by the style sheet.
pub fn paint_cells(node: &NodeRef, columns: u32, lines: u32, cells: &[u8]) {
    let context = node
        .cast::<HtmlCanvasElement>()
        .and_then(|canvas| canvas.get_context("2d").ok().flatten())
        .and_then(|context| context.dyn_into::<CanvasRenderingContext2d>().ok());
    let Some(context) = context else {
        return;
    };
    let mut pixels = vec![0; 4 * (columns * lines) as usize];
    for (pixel, cell) in pixels.chunks_exact_mut(4).zip(cells) {
        pixel[3] = *cell;
    }
    let image = ImageData::new_with_u8_clamped_array(Clamped(&pixels), columns);
    if let Ok(image) = image {
        let _ = context.put_image_data(&image, 0.0, 0.0);
    }
}

/// Where in its element something was clicked: permille from the left and from the top.
pub fn place_in(event: &MouseEvent) -> Option<(u32, u32)> {
    let element = event.current_target()?.dyn_into::<Element>().ok()?;
    let seen = element.get_bounding_client_rect();
    let share = |at: i32, from: f64, of: f64| {
        let share = (f64::from(at) - from) * 1000.0 / of.max(1.0);
        share.clamp(0.0, 1000.0) as u32
    };
    Some((
        share(event.client_x(), seen.left(), seen.width()),
        share(event.client_y(), seen.top(), seen.height()),
    ))
}

thread_local! {
    /// What a report of a failure is made from.
    static NOTED: RefCell<Noted> = RefCell::default();
}

/// Notes what a report would need, should the program fail at what it does next.
pub fn note(change: impl FnOnce(&mut Noted)) {
    NOTED.with(|noted| {
        if let Ok(mut noted) = noted.try_borrow_mut() {
            change(&mut noted);
        }
    });
}

/// Says on the page that the program stopped, with a link that opens what was on the screen. It
/// asks nothing of the application, which may be in the middle of anything.
pub fn show_panic(reason: &str) {
    let _ = try_show_panic(reason);
}

fn try_show_panic(reason: &str) -> Option<()> {
    let noted = NOTED
        .try_with(|noted| noted.try_borrow().map(|noted| noted.clone()).ok())
        .ok()
        .flatten()
        .unwrap_or_default();
    let href = window()?.location().href().ok()?;
    let report = crash::report(&noted, &href, reason);
    let document = document()?;
    let add = |parent: &Element, tag: &str, text: &str| {
        let child = document.create_element(tag).ok()?;
        child.set_text_content(Some(text));
        parent.append_child(&child).ok()?;
        Some(child)
    };
    let note = document.create_element("div").ok()?;
    note.set_class_name("panic");
    note.set_attribute("data-ct", "panic").ok()?;
    note.set_attribute("role", "alert").ok()?;
    add(&note, "h2", &report.title)?;
    add(&note, "p", &report.text)?;
    let link = add(&note, "a", &report.link)?;
    link.set_attribute("href", &report.href).ok()?;
    link.set_attribute("target", "_blank").ok()?;
    link.set_attribute("rel", "noopener").ok()?;
    add(&note, "pre", &report.details)?;
    document.body()?.append_child(&note).ok()?;
    Some(())
}
