//! From tuple to bucket. Paints [`HashBar`].

use super::handle::direction_mark;
use crate::view::stage::{HashBar, HashBox, HashText, TextKind};
use crate::words::ui as w;
use std::rc::Rc;
use yew::prelude::*;

/// Props of [`HashBarView`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The bar.
    pub bar: Rc<HashBar>,
}

/// Key, function and seed, raw hash, result.
#[component]
pub fn HashBarView(props: &Props) -> Html {
    let bar = &props.bar;
    let at_work = at_work(bar);
    html! {
        <g
            class={classes!("hash", (bar.boxes.len() == 4).then_some("hash--four"))}
            data-ct="hash"
            data-marked={at_work.then_some("true")}
            role="img"
            aria-label={bar.name.clone()}
        >
            <>{ for bar.boxes.iter().map(cell) }</>
            <>{ for bar.arrows.iter().map(|d| html! { <path class="link" d={d.clone()} /> }) }</>
            <>{ for bar.dirs.iter().map(|&(x, y, dir)| direction_mark(x, y, dir)) }</>
            <>{ for bar.key.iter().map(|&(x, y)| key_icon(x, y)) }</>
            <>{ for bar.texts.iter().map(text) }</>
        </g>
    }
}

/// Something was hashed.
pub fn at_work(bar: &HashBar) -> bool {
    bar.boxes.iter().any(|cell| !cell.open)
}

fn cell(cell: &HashBox) -> Html {
    let class = classes!(
        "hash__box",
        cell.result.then_some("hash__box--result"),
        cell.open.then_some("hash__box--open"),
    );
    html! {
        <rect
            {class}
            x={cell.x.to_string()}
            y={cell.y.to_string()}
            width={cell.w.to_string()}
            height={cell.h.to_string()}
            rx="6"
        />
    }
}

fn text(text: &HashText) -> Html {
    let class = match text.kind {
        TextKind::Label => "t t--2",
        TextKind::Detail => "t t--2 hash__number",
        TextKind::LabelEnd => "t t--2 t--end",
        TextKind::Struck => "t t--2 t--end t--struck",
        TextKind::Mono => "t t--mono",
        TextKind::Number => "t t--mono hash__number",
        TextKind::Result => "t t--mono t--strong",
    };
    html! { <text {class} x={text.x.to_string()} y={text.y.to_string()}>{ &text.text }</text> }
}

fn key_icon(x: i32, y: i32) -> Html {
    let (cx, cy) = ((x + 4).to_string(), y.to_string());
    html! {
        <g class="hash__key">
            <title>{ w::THE_SEED_IS_SECRET.text() }</title>
            <circle {cx} {cy} r="3.2" />
            <path d={format!("M{},{y}h7v3m-3,-3v3", x + 7)} />
        </g>
    }
}
