//! A chip: one of the two nodes of a connection. Paints [`Chip`].

use super::press::{flag, press};
use super::seal;
use crate::app::Msg;
use crate::engine::tuple::Dir;
use crate::view::model::Selection;
use crate::view::stage::text::Span;
use crate::view::stage::{CHIP_H, Chip, Life, Tag, dir_word, shape};
use yew::prelude::*;
use yew::virtual_dom::Key;

/// `original` or `reply`, for colours.
pub const fn dir_class(dir: Dir) -> &'static str {
    match dir {
        Dir::Original => "is-original",
        Dir::Reply => "is-reply",
    }
}

/// By which a chip is known wherever it hangs, so that it travels.
pub fn key_of(chip: &Chip) -> Key {
    let ghost = if chip.ghost { " ghost" } else { "" };
    format!("c{} {}{ghost}", chip.conn, dir_word(chip.dir)).into()
}

/// The chip, with the words above it.
pub fn tuplehash(chip: &Chip, key: Key, on_msg: &Callback<Msg>) -> Html {
    let (dir, w, h) = (chip.dir, chip.w, CHIP_H);
    let mut style = format!("transform:translate({}px,{}px)", chip.x, chip.y);
    if let Some((dx, dy)) = chip.from {
        style.push_str(&format!(";--dx:{dx}px;--dy:{dy}px"));
    }
    let class = classes!(
        "tuplehash",
        dir_class(dir),
        format!("tuplehash--{}", chip.life.word()),
        chip.ghost.then_some("tuplehash--ghost"),
        chip.selected.then_some("tuplehash--selected"),
        chip.meant.then_some("tuplehash--meant"),
        chip.from.map(|_| "tuplehash--arrives"),
    );
    let content = html! {
        <>
            <title>{ &chip.name }</title>
            if chip.ring || chip.selected {
                <path class="tuplehash__ring" d={shape::outline(dir, w, h, -4)} />
            }
            <path class="tuplehash__body" d={shape::outline(dir, w, h, 0)} />
            if chip.life == Life::Dying {
                <path class="tuplehash__cross" d={shape::outline(dir, w, h, 0)} />
            }
            if !chip.ghost {
                <path class="tuplehash__band" d={shape::band(dir, w, h)} />
            }
            if chip.life == Life::Assured && !chip.ghost {
                <path class="tuplehash__inner" d={shape::outline(dir, w, h, 3)} />
            }
            { seal::pixels(chip.conn, chip.seal_x, h / 2 - 7) }
            <text class="t t--id" x={(chip.seal_x + 19).to_string()} y="20">
                { format!("c{}", chip.conn) }
            </text>
            <text class="t t--mono" x={chip.text_x.to_string()} y="20">
                { spans(&chip.text) }
            </text>
            <>{ for chip.tag.iter().map(|tag| above(tag, dir)) }</>
            if chip.hit {
                { badge(if dir == Dir::Original { w - 30 } else { w - 8 }) }
            }
            if chip.life == Life::Expired && !chip.ghost {
                { hourglass(if dir == Dir::Original { w - 52 } else { w - 30 }) }
            }
        </>
    };
    if chip.ghost {
        return html! {
            <g {key} {class} {style} role="img" aria-label={chip.name.clone()}>{ content }</g>
        };
    }
    let press = press(on_msg, Selection::Conn(chip.conn), chip.selected);
    html! {
        <g
            {key}
            {class}
            {style}
            data-ct="tuplehash"
            data-conn={format!("c{}", chip.conn)}
            data-dir={dir_word(dir)}
            data-marked={about_it(chip).then_some("true")}
            role="button"
            tabindex="-1"
            aria-pressed={flag(chip.selected)}
            onclick={press.onclick}
            onkeydown={press.onkeydown}
        >
            { content }
        </g>
    }
}

/// The step is about this node: it arrived, or it is the one looked for.
pub(super) fn about_it(chip: &Chip) -> bool {
    chip.ring || chip.hit || chip.tag.as_ref().is_some_and(|tag| tag.strong)
}

/// The tuple; in pieces only where one of them stands out.
fn spans(text: &[Span]) -> Html {
    if let [
        Span {
            text,
            differs: false,
        },
    ] = text
    {
        return html! { text };
    }
    let span = |span: &Span| {
        let class = span.differs.then_some("t--differs");
        html! { <tspan {class}>{ &span.text }</tspan> }
    };
    html! { <>{ for text.iter().map(span) }</> }
}

fn above(tag: &Tag, dir: Dir) -> Html {
    let x = if dir == Dir::Original { 10 } else { 22 };
    let class = classes!("tag", tag.strong.then_some("tag--strong"));
    let style = format!("transform:translate({x}px,-15px)");
    html! {
        <g {class} {style}>
            <circle r="9" />
            <text class="t tag__number" y="5">{ &tag.number }</text>
            <text class="t tag__text" x="16" y="5">{ &tag.text }</text>
        </g>
    }
}

fn badge(x: i32) -> Html {
    let style = format!("transform:translate({x}px,0)");
    html! {
        <g class="badge" {style}>
            <circle r="9" />
            <path d="M-3.2,-3.2L3.2,3.2M3.2,-3.2L-3.2,3.2" />
        </g>
    }
}

fn hourglass(x: i32) -> Html {
    // Higher than the edge: below it is text.
    let style = format!("transform:translate({x}px,-4px)");
    html! {
        <g class="badge badge--expired" {style}>
            <circle r="9" />
            <path d="M-4,-5h8M-4,5h8M-3,-5L3,5M3,-5L-3,5" />
        </g>
    }
}
