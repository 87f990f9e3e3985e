//! A handle of a card: says where one of its two nodes hangs. Paints [`Tab`].

use super::tuplehash::dir_class;
use crate::engine::tuple::Dir;
use crate::view::stage::{Life, TAB_H, TAB_W, Tab, shape};
use yew::prelude::*;

/// The handle, as a small drawing.
pub fn handle(tab: &Tab, life: Life) -> Html {
    let (dir, w, h) = (tab.dir, TAB_W, TAB_H);
    let class = classes!(
        "handle",
        "tuplehash",
        dir_class(dir),
        format!("tuplehash--{}", life.word()),
        tab.off.then_some("handle--off"),
        tab.changed.then_some("handle--changed"),
    );
    let x = if dir == Dir::Original { "9" } else { "24" };
    html! {
        <svg
            {class}
            width={w.to_string()}
            height={h.to_string()}
            viewBox={format!("0 0 {w} {h}")}
            role="img"
            aria-label={tab.title.clone()}
        >
            <title>{ &tab.title }</title>
            if tab.changed {
                <path class="tuplehash__ring" d={shape::outline(dir, w, h, -3)} />
            }
            <path class="tuplehash__body" d={shape::outline(dir, w, h, 0)} />
            if !tab.off {
                if life == Life::Dying {
                    <path class="tuplehash__cross" d={shape::outline(dir, w, h, 0)} />
                }
                <path class="tuplehash__band" d={shape::band(dir, w, h)} />
            }
            <text class="t" {x} y="16">{ &tab.label }</text>
        </svg>
    }
}

/// A small triangle: right for original, left and hatched for reply.
pub fn direction_mark(x: i32, y: i32, dir: Dir) -> Html {
    let d = match dir {
        Dir::Original => format!("M{x},{}L{},{y}L{x},{}Z", y - 5, x + 9, y + 5),
        Dir::Reply => format!("M{},{}L{x},{y}L{},{}Z", x + 9, y - 5, x + 9, y + 5),
    };
    html! { <path class={classes!("direction", dir_class(dir))} {d} /> }
}
