//! A line of sequence numbers. Paints [`NumberLine`].

use super::conns::{mark, side_class};
use crate::view::lens::table::Side;
use crate::view::lens::window::{NumberLine, Tick};
use crate::words::{tell, ui as w};
use yew::prelude::*;

/// The line, with what may lie on it.
pub fn number_line(line: &NumberLine) -> Html {
    let NumberLine {
        width, height, y, ..
    } = line;
    let (from, to) = line.allowed;
    let (left, right) = (from.min(to), from.max(to));
    let style = format!("min-width:{width}px;max-width:{}px", width * 3 / 2);
    html! {
        <figure class="numbers" data-ct="window-line" data-side={line.side.name()}>
            <figcaption class="numbers__name">
                { mark(line.side) }
                <b>{ tell!(w::SIDE_NUMBERS, side = line.side.said()) }</b>
                <span>{ line.what }</span>
            </figcaption>
            <svg class="numbers__svg" viewBox={format!("0 0 {width} {height}")} {style} role="img"
                aria-label={line.name.clone()}>
                <path class="numbers__line" d={format!("M0,{y}H{width}")} />
                <rect class="numbers__allowed" x={left.to_string()} y={(y - 11).to_string()}
                    width={(right - left).max(2).to_string()} height="22" rx="4" />
                if let Some((from, to)) = line.segment {
                    { segment(from, to, *y, line.sender) }
                }
                if let Some((x, text_y)) = line.seam {
                    <path class="numbers__seam" d={format!("M{x},{}V{}", y - 18, y + 18)} />
                    <text class="numbers__zero" x={x.to_string()} y={text_y.to_string()}>
                        { "2³² = 0" }
                    </text>
                }
                <>
                    for (at, tick) in line.ticks.iter().enumerate() {
                        { tick_of(at, tick, *y) }
                    }
                </>
            </svg>
        </figure>
    }
}

fn segment(from: i32, to: i32, y: i32, sender: Side) -> Html {
    let class = classes!("numbers__segment", "direction", side_class(sender));
    let width = (to - from).max(3);
    html! {
        <rect {class} x={from.to_string()} y={(y - 8).to_string()} width={width.to_string()}
            height="16" rx="2" />
    }
}

fn tick_of(key: usize, tick: &Tick, y: i32) -> Html {
    let (a, b) = if tick.above {
        (y - 19, y + 8)
    } else {
        (y - 11, y + 16)
    };
    let (x, text_y) = (tick.text_x.to_string(), tick.text_y.to_string());
    let class = if tick.above {
        "numbers__text numbers__text--packet"
    } else {
        "numbers__text"
    };
    html! {
        <g {key} data-ct={tick.bound.map(|_| "window-bound")} data-bound={tick.bound}>
            <path class="numbers__tick" d={format!("M{},{a}V{b}", tick.x)} />
            <text {class} {x} y={text_y}>{ &tick.text }</text>
        </g>
    }
}
