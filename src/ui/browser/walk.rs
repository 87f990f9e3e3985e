//! The focus: walking through the stage with arrows, and never losing it.
//!
//! A box with `data-walk` is one stop of the Tab key. Enter goes in, arrows go to the nearest thing
//! that can be pressed, Escape comes out. While somebody walks, the box has `data-walked`; a click
//! ends that, so that arrows step again.

use super::document;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlElement};

/// What can be walked to.
const STOPS: &str = "button, [role=button]";
const BOX: &str = "[data-walk]";
const WALKED: &str = "data-walked";

fn focused() -> Option<Element> {
    let document = document()?;
    let element = document.active_element()?;
    (element.tag_name() != "BODY").then_some(element)
}

fn focus(element: &Element) {
    // What is drawn can have the focus as well, by the same method.
    let _ = element.unchecked_ref::<HtmlElement>().focus();
}

/// Whether this is the box itself, and whether somebody walks in it; if it is in a box at all.
pub fn place_in_box(element: &Element) -> Option<(bool, bool)> {
    let walk = element.closest(BOX).ok().flatten()?;
    let stop = element.matches(STOPS).unwrap_or(false);
    Some((walk == *element, stop && walk.has_attribute(WALKED)))
}

fn stops(walk: &Element) -> Vec<Element> {
    let Ok(found) = walk.query_selector_all(STOPS) else {
        return Vec::new();
    };
    (0..found.length())
        .filter_map(|at| found.get(at)?.dyn_into().ok())
        .collect()
}

/// Goes into the box that has the focus.
pub fn enter() {
    if let Some(walk) = focused()
        && let Some(first) = stops(&walk).first()
    {
        let _ = walk.set_attribute(WALKED, "");
        focus(first);
    }
}

/// Comes out of the box.
pub fn leave() {
    if let Some(walk) = focused().and_then(|it| it.closest(BOX).ok().flatten()) {
        let _ = walk.remove_attribute(WALKED);
        focus(&walk);
    }
}

/// Somebody clicks: arrows step again.
pub fn clicked() {
    let walked = document().and_then(|it| it.query_selector("[data-walked]").ok().flatten());
    if let Some(walk) = walked {
        let _ = walk.remove_attribute(WALKED);
    }
}

/// Less than this is no way, in CSS pixels.
const NEAR: f64 = 3.0;

/// From where to where an element goes along an axis.
type Span = (f64, f64);

fn spans(element: &Element) -> (Span, Span) {
    let at = element.get_bounding_client_rect();
    (
        (at.x(), at.x() + at.width()),
        (at.y(), at.y() + at.height()),
    )
}

/// What lies between two spans; nothing if they overlap.
fn gap(a: Span, b: Span) -> f64 {
    (b.0 - a.1).max(a.0 - b.1).max(0.0)
}

fn middle(span: Span) -> f64 {
    f64::midpoint(span.0, span.1)
}

/// How far it is from one box to the other with that arrow; nothing if it does not lead there.
fn way(key: &str, from: (Span, Span), to: (Span, Span)) -> Option<f64> {
    let sideways = matches!(key, "ArrowLeft" | "ArrowRight");
    let (along, across) = if sideways {
        ((from.0, to.0), (from.1, to.1))
    } else {
        ((from.1, to.1), (from.0, to.0))
    };
    let ahead = middle(along.1) - middle(along.0);
    let ahead = match key {
        "ArrowLeft" | "ArrowUp" => -ahead,
        _ => ahead,
    };
    let aside = gap(across.0, across.1);
    // To the left and to the right there is only what stands in the same row.
    let there = ahead > NEAR && (!sideways || aside == 0.0);
    let off = (middle(across.1) - middle(across.0)).abs();
    there.then(|| 3.0 * gap(along.0, along.1) + aside + 0.1 * (ahead + off))
}

/// Goes to the nearest stop in the direction of the arrow.
pub fn walk(key: &str) {
    let Some(here) = focused() else { return };
    let Some(walk) = here.closest(BOX).ok().flatten() else {
        return;
    };
    let from = spans(&here);
    let mut best: Option<(f64, Element)> = None;
    for stop in stops(&walk) {
        if let Some(way) = way(key, from, spans(&stop))
            && best.as_ref().is_none_or(|(least, _)| way < *least)
        {
            best = Some((way, stop));
        }
    }
    if let Some((_, stop)) = best {
        focus(&stop);
    }
}

/// What tells an element from others when it was made anew.
const MARKS: [&str; 6] = [
    "data-ct",
    "data-conn",
    "data-dir",
    "data-skb",
    "data-bucket",
    "data-netns",
];

/// A selector of what the focus is on, or in.
fn marked(element: &Element) -> Option<String> {
    let own = element.closest("[data-conn], [data-skb], [data-bucket]");
    let own = own.ok().flatten()?;
    let mark = |name: &&str| Some(format!("[{name}=\"{}\"]", own.get_attribute(name)?));
    Some(MARKS.iter().filter_map(mark).collect())
}

/// Sees to it that something has the focus after what is about to be painted, if something has it
/// now: the same thing, if it was made anew, or the stage. It looks once all is painted, before
/// the browser does anything else: no key and no timer finds the page without its focus.
pub fn keep_focus() {
    let Some(held) = focused() else { return };
    let walked = place_in_box(&held).is_some_and(|(_, walked)| walked);
    let mark = marked(&held).filter(|_| walked);
    spawn_local(async move { restore(&held, mark) });
}

fn restore(held: &Element, mark: Option<String>) {
    if let Some(now) = focused() {
        // A painted row of a large table can have been taken for another bucket.
        let another = now == *held && mark.is_some() && marked(&now) != mark;
        if !another {
            return;
        }
    }
    let Some(document) = document() else { return };
    let find = |selector: &str| document.query_selector(selector).ok().flatten();
    let again = mark.and_then(|mark| find(&mark)).and_then(|it| {
        if it.matches(STOPS).unwrap_or(false) {
            Some(it)
        } else {
            it.query_selector(STOPS).ok().flatten()
        }
    });
    if let Some(element) = again.or_else(|| find(BOX)).or_else(|| find("#stage")) {
        focus(&element);
    }
}
