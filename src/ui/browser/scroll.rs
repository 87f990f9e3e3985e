//! What is scrolled into sight, and when it is left alone.

use super::{document, window};
use web_sys::{Element, HtmlElement};
use yew::NodeRef;

/// Narrower than this, in CSS pixels, the page is one column and scrolls as a whole.
const ONE_COLUMN: f64 = 720.0;

/// Scrolls an element into its box, as little as needed.
pub fn reveal(node: &NodeRef) {
    if let Some(element) = node.cast::<Element>() {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        options.set_inline(web_sys::ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Room left above or below what is scrolled to, in CSS pixels.
const REVEAL_ROOM: i32 = 40;

/// Scrolls a box, as little as it takes, so that what lies between these heights is in sight;
/// or the page, where that is what scrolls.
pub fn reveal_rows(node: &NodeRef, top: i32, bottom: i32) {
    let Some(element) = node.cast::<Element>() else {
        return;
    };
    if !reveal_in_box(&element, top, bottom) {
        let above = element.get_bounding_client_rect().top();
        reveal_on_page(above + f64::from(top), above + f64::from(bottom));
    }
}

/// The same when the box got another size. A page is left where it is: on a phone its height
/// changes while one scrolls.
pub fn reveal_again(node: &NodeRef, top: i32, bottom: i32) {
    if let Some(element) = node.cast::<Element>() {
        reveal_in_box(&element, top, bottom);
    }
}

/// `false` if the box does not scroll.
fn reveal_in_box(element: &Element, top: i32, bottom: i32) -> bool {
    let (at, height) = (element.scroll_top(), element.client_height());
    if element.scroll_height() <= height {
        return false;
    }
    if top < at {
        element.set_scroll_top(top - REVEAL_ROOM);
    } else if bottom > at + height {
        element.set_scroll_top(bottom + REVEAL_ROOM - height);
    }
    true
}

/// Scrolls the page so that this part of what it shows is between the sentence and the transport,
/// which stay where they are.
fn reveal_on_page(top: f64, bottom: f64) {
    if at_card() {
        return;
    }
    let edge = |selector: &str| document()?.query_selector(selector).ok().flatten();
    let Some((say, time)) = edge(".say").zip(edge(".time")) else {
        return;
    };
    let upper = say.get_bounding_client_rect().bottom().max(0.0);
    let lower = time.get_bounding_client_rect().top();
    let by = if bottom > lower {
        bottom - lower + 16.0
    } else {
        0.0
    };
    // What is too large is shown from its beginning.
    let by = if top - by < upper {
        top - upper - 16.0
    } else {
        by
    };
    let above = top < upper;
    if let Some(window) = window()
        && (by > 0.0 || above)
    {
        window.scroll_by_with_x_and_y(0.0, by);
    }
}

/// Scrolls a box to its end.
pub fn scroll_to_end(node: &NodeRef) {
    if let Some(element) = node.cast::<Element>() {
        element.set_scroll_top(element.scroll_height());
    }
}

/// The button of a lesson's card that has the focus whenever a stop comes.
const GO: &str = "lesson-go";

/// A stop came, and nothing was done since: its card is what is read first.
fn at_card() -> bool {
    let active = document().and_then(|document| document.active_element());
    active.is_some_and(|element| element.id() == GO)
}

/// Where the page scrolls, a lesson's card whose button got the focus is shown from its top.
pub fn card_from_top(element: &HtmlElement) {
    let width = window().and_then(|window| window.inner_width().ok()?.as_f64());
    if width.is_some_and(|width| width < ONE_COLUMN)
        && let Ok(Some(card)) = element.closest(".lcard")
    {
        card.scroll_into_view();
    }
}
