//! How much of the stage is in sight, and scrolling to what a step is about.

use crate::app::Msg;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, ResizeObserver, Window};
use yew::prelude::*;

/// Scroll positions are told in steps of so many pixels; rows are made further than that.
const SCROLL_STEP: i32 = 96;

/// Tells the size of the box and what is in sight of it, at first and when it changes.
#[hook]
pub fn use_viewport(node: &NodeRef, on_msg: &Callback<Msg>) {
    let latest = use_mut_ref(|| on_msg.clone());
    *latest.borrow_mut() = on_msg.clone();
    let node = node.clone();
    use_effect_with((), move |()| watch(&node, latest));
}

/// Scrolls the box, as little as it takes, when the step is about something else.
#[hook]
pub fn use_focus(node: &NodeRef, focus: Option<(i32, i32)>) {
    let node = node.clone();
    use_effect_with(focus, move |focus| {
        if let (Some((top, bottom)), Some(element)) = (*focus, node.cast::<Element>()) {
            reveal(&element, top, bottom);
        }
    });
}

fn reveal(element: &Element, top: i32, bottom: i32) {
    let (at, height) = (element.scroll_top(), element.client_height());
    if element.scroll_height() <= height {
        return;
    }
    if top < at {
        element.set_scroll_top(top - 40);
    } else if bottom > at + height {
        element.set_scroll_top(bottom + 40 - height);
    }
}

type Handler = Closure<dyn FnMut()>;

/// The listeners; they live as long as the stage.
struct Watch {
    window: Window,
    observer: Option<ResizeObserver>,
    handler: Handler,
}

impl Drop for Watch {
    fn drop(&mut self) {
        let handler = self.handler.as_ref().unchecked_ref();
        let _ = self
            .window
            .remove_event_listener_with_callback("resize", handler);
        let window = &self.window;
        let _ = window.remove_event_listener_with_callback_and_bool("scroll", handler, true);
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}

fn watch(node: &NodeRef, on_msg: Rc<RefCell<Callback<Msg>>>) -> impl FnOnce() + use<> {
    let watch = node
        .cast::<Element>()
        .zip(web_sys::window())
        .map(|(element, window)| {
            let mut told = None;
            let (measured, seen_from) = (element.clone(), window.clone());
            let handler: Handler = Closure::new(move || {
                let seen = in_sight(&measured, &seen_from);
                if told != Some(seen) {
                    told = Some(seen);
                    let (width, height, scroll) = seen;
                    let on_msg = on_msg.borrow().clone();
                    on_msg.emit(Msg::Viewport {
                        width,
                        height,
                        scroll,
                    });
                }
            });
            let callback = handler.as_ref().unchecked_ref();
            let _ = window.add_event_listener_with_callback("resize", callback);
            // Scroll events do not bubble; caught on the way down, those of any box are seen.
            let _ = window.add_event_listener_with_callback_and_bool("scroll", callback, true);
            let observer = ResizeObserver::new(callback).ok();
            if let Some(observer) = &observer {
                observer.observe(&element);
            }
            Watch {
                window,
                observer,
                handler,
            }
        });
    move || drop(watch)
}

/// Width, height and scroll of the part that is in sight, be it the box or the page that scrolls.
fn in_sight(element: &Element, window: &Window) -> (u32, u32, u32) {
    let page = window
        .inner_height()
        .ok()
        .and_then(|height| height.as_f64())
        .unwrap_or(720.0);
    let above = (-element.get_bounding_client_rect().top()).max(0.0) as i32;
    let scroll = (element.scroll_top() + above) / SCROLL_STEP * SCROLL_STEP;
    let height = element.client_height().min(page as i32);
    (
        element.client_width().max(0) as u32,
        height.max(0) as u32,
        scroll.max(0) as u32,
    )
}
