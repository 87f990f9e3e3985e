//! A row of the hash table. Paints [`BucketRow`].

use super::press::{flag, press, press_msg};
use super::tuplehash::{about_it, key_of, tuplehash};
use crate::app::Msg;
use crate::view::model::Selection;
use crate::view::stage::{BucketRow, Nulls};
use crate::words::{tell, ui as w};
use std::rc::Rc;
use yew::prelude::*;

/// Props of [`BucketRowView`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The row.
    pub row: Rc<BucketRow>,
    /// The gc worker is selected.
    pub gc_selected: bool,
    /// Where clicks go.
    pub on_msg: Callback<Msg>,
}

/// Index cell, chain and end marker of a bucket.
#[component]
pub fn BucketRowView(props: &Props) -> Html {
    let Props {
        row,
        gc_selected,
        on_msg,
    } = props;
    let class = classes!(
        "bucket",
        row.chips.is_empty().then_some("bucket--empty"),
        row.hot.then_some("bucket--hot"),
        row.shelf.then_some("bucket--shelf"),
        row.selected.then_some("bucket--selected"),
        (row.chips.iter())
            .any(|chip| chip.meant || about_it(chip))
            .then_some("bucket--about"),
    );
    html! {
        <g
            {class}
            style={format!("transform:translate(0,{}px)", row.y)}
            data-ct="bucket"
            data-bucket={row.bucket.to_string()}
            data-marked={row.hot.then_some("true")}
            data-swept={row.swept.then_some("true")}
            data-gc-next={row.window.then_some("true")}
            role="listitem"
            aria-label={row.name.clone()}
        >
            <path class="link" d={row.links.concat()} />
            { index(row, on_msg) }
            <>
                { for row.chips.iter().enumerate().map(|(nth, chip)| {
                    let key = if row.brief { nth.into() } else { key_of(chip) };
                    tuplehash(chip, key, on_msg)
                }) }
            </>
            { nulls(&row.nulls) }
            { broom(row) }
            <>{ for row.more.iter().map(|&at| more(at, fold_msg(row), on_msg)) }</>
            <>{ for row.gc.iter().map(|&at| gc(at, *gc_selected, on_msg)) }</>
        </g>
    }
}

/// A line along what gc looks at next, a tick at what it has visited.
fn broom(row: &BucketRow) -> Html {
    let (h, y) = (row.height, row.index_y);
    html! {
        <>
            if row.window && row.gc.is_none() {
                <path class="gc__window" d={format!("M-9,1V{}", h - 1)}>
                    <title>{ w::GC_LOOKS_AT_THIS.text() }</title>
                </path>
            }
            if row.swept && row.gc.is_none() {
                <path class="gc__swept" d={format!("M-5,{y}l3.5,4l6,-8")}>
                    <title>{ w::GC_VISITED_THIS_BUCKET.text() }</title>
                </path>
            }
        </>
    }
}

fn index(row: &BucketRow, on_msg: &Callback<Msg>) -> Html {
    let press = press(on_msg, Selection::Bucket(row.bucket), row.selected);
    let boxed = !row.chips.is_empty() || row.hot || row.shelf || row.selected;
    let y = row.index_y;
    let half = if row.chips.is_empty() && !row.shelf {
        11
    } else {
        13
    };
    let (x, w) = row.index;
    let label = tell!(w::SELECT_ROW, row = row.name);
    html! {
        <g
            class="bucket__index"
            role="button"
            tabindex="-1"
            aria-label={label}
            aria-pressed={flag(row.selected)}
            onclick={press.onclick}
            onkeydown={press.onkeydown}
        >
            <rect
                class={if boxed { "bucket__box" } else { "bucket__hit" }}
                x={x.to_string()}
                y={(y - half).to_string()}
                width={w.to_string()}
                height={(2 * half).to_string()}
                rx="4"
            />
            <text class="t bucket__label" x={(x + w / 2).to_string()} y={(y + 5).to_string()}>
                { &row.label }
            </text>
        </g>
    }
}

fn nulls(end: &Nulls) -> Html {
    let (x, y, r) = (end.x, end.y, end.size);
    let d = if end.lying {
        format!("M{},{y}h{}M{},{}h{}", x - r, 2 * r, x - r / 2, y + 4, r)
    } else {
        format!("M{x},{}v{}M{},{}v{}", y - r, 2 * r, x + 4, y - r / 2, r)
    };
    html! {
        <>
            <path class="nulls" {d} />
            <>
                { for end.text.iter().map(|text| html! {
                    <text class="t t--2" x={(x + 9).to_string()} y={(y + 5).to_string()}>
                        if let Some(raw) = end.raw {
                            <tspan class="shallow">{ text }</tspan>
                            <tspan class="deep">{ format!("{raw:#x}") }</tspan>
                            <title>
                                { w::END_MARKER_THE_BUCKETS.text() }
                            </title>
                        } else {
                            { text }
                        }
                    </text>
                }) }
            </>
        </>
    }
}

/// What opens the rest of a chain: the selected bucket shows more of it.
fn fold_msg(row: &BucketRow) -> Option<Msg> {
    (!row.selected).then_some(Msg::Select(Selection::Bucket(row.bucket)))
}

/// `+3`: nodes that are not drawn, and what shows them, if anything does.
pub fn more((x, y, n): (i32, i32, u32), opens: Option<Msg>, on_msg: &Callback<Msg>) -> Html {
    let label = tell!(w::N_MORE_NODES_IN, n);
    let text = html! {
        <text class="t t--more" x={x.to_string()} y={(y + 5).to_string()}>{ format!("+{n}") }</text>
    };
    let Some(msg) = opens else {
        return html! { <g><title>{ label }</title>{ text }</g> };
    };
    let press = press_msg(on_msg, msg);
    let width = 16 + 9 * n.to_string().len() as i32;
    html! {
        <g class="more" role="button" tabindex="-1"
            onclick={press.onclick} onkeydown={press.onkeydown}>
            <title>{ tell!(w::SHOW_LABEL, label) }</title>
            <rect class="more__hit" x={(x - 4).to_string()} y={(y - 12).to_string()}
                width={width.to_string()} height="24" rx="4" />
            { text }
        </g>
    }
}

fn gc((x, y): (i32, i32), selected: bool, on_msg: &Callback<Msg>) -> Html {
    let press = press(on_msg, Selection::Gc, selected);
    html! {
        <g
            class={classes!("gc", selected.then_some("gc--selected"))}
            role="button"
            tabindex="-1"
            aria-pressed={flag(selected)}
            onclick={press.onclick}
            onkeydown={press.onkeydown}
        >
            <title>{ w::GC_WORKER_THIS_BUCKET.text() }</title>
            <rect class="gc__hit" x={(x - 1).to_string()}
                y={(y - 11).to_string()} width="22" height="22" rx="4" />
            <text class="t gc__text" x={(x + 14).to_string()} y={(y + 5).to_string()}
                text-anchor="end">{ "gc" }</text>
            <path class="gc__caret" d={format!("M{},{}l5,4.5l-5,4.5Z", x + 15, y - 4)} />
        </g>
    }
}
