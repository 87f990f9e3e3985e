//! A newer version of the page. What talks to the worker that keeps the page
//! (`static/worker/page.js`) is there only where there is a worker; it and the program send each
//! other events.

use super::{Listener, window};
use crate::app::Msg;
use web_sys::{Event, EventInit};
use yew::Callback;

/// A newer version is kept whole and waits.
const NEWER: &str = "ctscope-newer";
/// The reader wants it. Whoever prevents the default loads the page anew.
const RELOAD: &str = "ctscope-reload";

/// Tells when a newer version is here.
pub fn on_newer(on_msg: Callback<Msg>) -> Option<Listener> {
    let run = move |_| on_msg.emit(Msg::Newer(true));
    Some(Listener::new(window()?.into(), NEWER, run))
}

/// Loads the page anew, in its newest version.
pub fn reload() {
    let Some(window) = window() else { return };
    let wanted = EventInit::new();
    wanted.set_cancelable(true);
    let left = Event::new_with_event_init_dict(RELOAD, &wanted)
        .and_then(|event| window.dispatch_event(&event));
    if !matches!(left, Ok(false)) {
        let _ = window.location().reload();
    }
}
