//! What picks an object: a click, or Enter or Space while it has the focus.

use crate::app::Msg;
use crate::view::model::Selection;
use yew::prelude::*;

/// Handlers of something that can be picked.
pub struct Press {
    /// For clicks.
    pub onclick: Callback<MouseEvent>,
    /// For keys; the page's own shortcuts do not see those that pick.
    pub onkeydown: Callback<KeyboardEvent>,
}

/// Picks `target`; once more, and the stage follows the step again.
pub fn press(on_msg: &Callback<Msg>, target: Selection, selected: bool) -> Press {
    let target = if selected { Selection::Step } else { target };
    press_msg(on_msg, Msg::Select(target))
}

/// Sends a message.
pub fn press_msg(on_msg: &Callback<Msg>, msg: Msg) -> Press {
    let at_key = msg.clone();
    let by_click = on_msg.clone();
    let by_key = on_msg.clone();
    Press {
        onclick: Callback::from(move |event: MouseEvent| {
            event.stop_propagation();
            by_click.emit(msg.clone());
        }),
        onkeydown: Callback::from(move |event: KeyboardEvent| {
            if matches!(event.key().as_str(), "Enter" | " ") {
                event.prevent_default();
                event.stop_propagation();
                by_key.emit(at_key.clone());
            }
        }),
    }
}

/// `true` or `false`, as ARIA wants it.
pub const fn flag(on: bool) -> &'static str {
    if on { "true" } else { "false" }
}
