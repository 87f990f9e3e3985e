//! The page: components that paint a [`crate::view::model::Model`], and the bridge to the browser.
//!
//! Nothing here decides anything: clicks and keys become [`Msg`], [`crate::app::AppState`] answers
//! with a new model and with effects.

mod app;
mod browser;
pub mod components;
mod effects;
mod keys;

use crate::app::Msg;
use yew::Callback;

/// Names that go to the browser again and again: it keeps them, so that they are not copied and
/// decoded each time.
const NAMES: [&str; 27] = [
    "http://www.w3.org/2000/svg",
    "g",
    "path",
    "rect",
    "text",
    "title",
    "tspan",
    "aria-current",
    "aria-hidden",
    "aria-label",
    "aria-pressed",
    "aria-valuetext",
    "class",
    "d",
    "data-bucket",
    "data-conn",
    "data-ct",
    "data-dir",
    "data-position",
    "height",
    "hidden",
    "role",
    "style",
    "tabindex",
    "width",
    "x",
    "y",
];

/// Puts the live page in place of the static one.
pub fn mount() {
    for name in NAMES {
        wasm_bindgen::intern(name);
    }
    // Set in any other way, Yew would put its own in its place.
    yew::set_custom_panic_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        browser::show_panic(&info.to_string());
    }));
    match browser::page_root() {
        Some(root) => yew::Renderer::<app::App>::with_root(root).render(),
        None => yew::Renderer::<app::App>::new().render(),
    };
}

/// A handler that sends always the same message.
pub(crate) fn send<E>(on_msg: &Callback<Msg>, msg: Msg) -> Callback<E> {
    on_msg.reform(move |_| msg.clone())
}
