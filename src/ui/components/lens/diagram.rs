//! A state diagram. Paints [`Diagram`].

use super::conns::{side_class, triangle};
use crate::view::lens::diagram::{BOX_H, Diagram, Edge, Label, MARK_W, Node, Trod};
use crate::view::lens::table::Side;
use crate::words::{tell, ui as w};
use yew::prelude::*;

/// The states and the lines between them.
pub fn diagram(model: &Diagram) -> Html {
    let Diagram {
        width,
        height,
        proto,
        ..
    } = model;
    let name = tell!(w::TO_UPPERCASE_STATES, to_uppercase = proto.to_uppercase());
    // Larger where there is room, never smaller: its text has the least size already.
    let style = format!("min-width:{width}px;max-width:{}px", width * 3 / 2);
    html! {
        <svg class="states" viewBox={format!("0 0 {width} {height}")} {style} role="group"
            aria-label={name}>
            <>
                for (at, edge) in model.edges.iter().enumerate() {
                    { line(at, edge, proto) }
                }
            </>
            <>
                for node in &model.nodes {
                    { state(node, proto) }
                }
            </>
            <>
                for (at, edge) in model.edges.iter().enumerate() {
                    { label(at, edge) }
                }
            </>
        </svg>
    }
}

fn trod(trod: Trod) -> (&'static str, Option<Side>) {
    match trod {
        Trod::No => ("no", None),
        Trod::Asked => ("asked", None),
        Trod::Walked(side) => ("walked", side),
        Trod::Fresh(side) => ("fresh", side),
    }
}

fn line(at: usize, edge: &Edge, proto: &str) -> Html {
    let (word, side) = trod(edge.trod);
    let class = classes!("edge", format!("edge--{word}"), side.map(side_class));
    let name = tell!(
        w::EDGE_TO_TO_ALL,
        edge = edge.from.join(", "),
        to = edge.to,
        all = edge.label.all
    );
    html! {
        <g key={at} {class} role="img" aria-label={name}
            data-ct={format!("{proto}-edge")} data-from={edge.from.join(" ")} data-to={edge.to}
            data-trod={word}>
            if word == "fresh" {
                <path class="edge__glow" d={edge.path.clone()} />
            }
            <path class="edge__line" d={edge.path.clone()} />
            <path class="edge__head" d={edge.head.clone()} />
        </g>
    }
}

fn label(at: usize, edge: &Edge) -> Html {
    let Label {
        x,
        y,
        sides,
        text,
        more,
        more_at,
        all,
        w,
    } = &edge.label;
    let (word, _) = trod(edge.trod);
    let after = x + sides.len() as i32 * MARK_W;
    let (text_x, text_y) = (after.to_string(), y.to_string());
    let marks = sides
        .iter()
        .zip(0..)
        .map(|(side, nth)| mark(*side, x + nth * MARK_W, *y));
    html! {
        <g key={at} aria-hidden="true"
            class={classes!("edge-label", format!("edge-label--{word}"))}>
            <title>{ all }</title>
            if word == "fresh" {
                <rect class="edge-label__flag" x={(x - 5).to_string()} y={(y - 14).to_string()}
                    width={(w + 10).to_string()} height="19" rx="3" />
            }
            <>{ for marks }</>
            <text x={text_x} y={text_y}>{ text }</text>
            if !more.is_empty() {
                <text class="edge-label__more" x={more_at.0.to_string()} y={more_at.1.to_string()}>
                    { more }
                </text>
            }
        </g>
    }
}

fn mark(side: Side, x: i32, y: i32) -> Html {
    match side {
        Side::Original | Side::Reply => html! {
            <path class={classes!("direction", side_class(side))} d={triangle(side, x, y - 10)} />
        },
        Side::Client | Side::Server => html! {
            <text class="edge-label__role" x={x.to_string()} y={y.to_string()}>
                { side.mark() }
            </text>
        },
    }
}

fn state(node: &Node, proto: &str) -> Html {
    let class = classes!(
        "state",
        node.now.then_some("state--now"),
        node.was.then_some("state--was"),
        node.fresh.then_some("state--fresh"),
    );
    let (w, mid) = (node.w, (node.w / 2).to_string());
    let name = format!(
        "{}, {}{}",
        node.name,
        node.time,
        if node.now { w::NOW.text() } else { "" }
    );
    html! {
        <g key={node.name} {class} transform={format!("translate({},{})", node.x, node.y)}
            role="img" aria-label={name} data-ct={format!("{proto}-state")} data-state={node.name}
            data-now={node.now.to_string()}>
            if node.now {
                <rect class="state__ring" x="-5" y="-5" width={(w + 10).to_string()}
                    height={(BOX_H + 10).to_string()} rx="12" />
            }
            <rect class="state__box" width={w.to_string()} height={BOX_H.to_string()} rx="8" />
            <text class="state__name" x={mid.clone()} y="19">{ node.name }</text>
            <text class="state__time" x={mid} y="36">{ &node.time }</text>
            if let Some(badge) = node.badge {
                { badge_of(badge, w) }
            }
        </g>
    }
}

/// What became of a packet that led nowhere, on the upper edge of the state that it came in.
fn badge_of(badge: &'static str, w: i32) -> Html {
    let wide = badge.len() as i32 * 8 + 12;
    let x = w - wide + 8;
    html! {
        <g class="state__badge" data-ct="state-badge">
            <rect x={x.to_string()} y="-13" width={wide.to_string()} height="20" rx="10" />
            <text x={(x + wide / 2).to_string()} y="2">{ badge }</text>
        </g>
    }
}
