//! How much of the stage is in sight, and scrolling to what a step is about.

use crate::app::Msg;
use crate::ui::browser;
use std::cell::Cell;
use yew::prelude::*;

/// Tells the size of the box and what is in sight of it, at first and when it changes.
#[hook]
fn use_viewport(node: &NodeRef, on_msg: &Callback<Msg>) {
    let deps = (node.clone(), on_msg.clone());
    use_effect_with(deps, |(node, on_msg)| {
        let on_sight = on_msg.reform(|(width, height, scroll)| Msg::Viewport {
            width,
            height,
            scroll,
        });
        let watch = browser::on_sight(node, on_sight);
        move || drop(watch)
    });
}

/// Tells the size of a box whose content does not depend on how far it is scrolled.
#[hook]
pub fn use_size(node: &NodeRef, on_msg: &Callback<Msg>) {
    let on_size = use_memo(on_msg.clone(), |on_msg| {
        on_msg.reform(|msg| match msg {
            Msg::Viewport { width, height, .. } => Msg::Viewport {
                width,
                height,
                scroll: 0,
            },
            msg => msg,
        })
    });
    use_viewport(node, &on_size);
}

/// Scrolls the box, as little as it takes, when the step is about something else, or when it got
/// another size; tells its size and what is in sight as well.
#[hook]
pub fn use_focus(node: &NodeRef, focus: Option<(i32, i32)>, on_msg: &Callback<Msg>) {
    let now = use_mut_ref(|| focus);
    *now.borrow_mut() = focus;
    let deps = (node.clone(), on_msg.clone());
    let on_seen = use_memo(deps, move |(node, on_msg)| {
        let (node, on_msg) = (node.clone(), on_msg.clone());
        let size = Cell::new(None);
        Callback::from(move |msg| {
            let Msg::Viewport { width, height, .. } = msg else {
                return;
            };
            on_msg.emit(msg);
            let seen = Some((width, height));
            if size.replace(seen) != seen
                && let Some((top, bottom)) = *now.borrow()
            {
                browser::reveal_again(&node, top, bottom);
            }
        })
    });
    use_viewport(node, &on_seen);
    let node = node.clone();
    use_effect_with(focus, move |focus| {
        if let Some((top, bottom)) = *focus {
            browser::reveal_rows(&node, top, bottom);
        }
    });
}
