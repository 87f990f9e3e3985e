//! Which connection a lens is about, and the choice of another one.

use crate::app::Msg;
use crate::ui::components::stage::Seal;
use crate::ui::components::stage::press::flag;
use crate::ui::send;
use crate::view::lens::subject::ConnLine;
use crate::view::lens::table::Side;
use crate::view::model::Selection;
use crate::words::ui as w;
use yew::prelude::*;

/// The connections as buttons; the one that was picked is let go by the same button.
pub fn conns(conns: &[ConnLine], on_msg: &Callback<Msg>) -> Html {
    let one = |line: &ConnLine| {
        let to = if line.picked {
            Selection::Step
        } else {
            Selection::Conn(line.conn)
        };
        let class = classes!("connpick", line.shown.then_some("connpick--shown"));
        html! {
            <button key={line.conn} type="button" {class} aria-pressed={flag(line.picked)}
                data-ct="lens-conn" data-conn={format!("c{}", line.conn)}
                data-shown={flag(line.shown)} onclick={send(on_msg, Msg::Select(to))}>
                <Seal conn={line.conn} />
                <b>{ format!("c{}", line.conn) }</b>
                <span>{ format!("{} {}", line.proto, line.state) }</span>
                if line.shown {
                    <code class="connpick__tuple">{ &line.tuple }</code>
                }
                if !line.net.is_empty() {
                    <span class="connpick__net">{ &line.net }</span>
                }
            </button>
        }
    };
    if conns.is_empty() {
        return Html::default();
    }
    html! {
        <div class="connpicks" role="group" aria-label={w::CONNECTION.text()}>
            { for conns.iter().map(one) }
        </div>
    }
}

/// The mark of a side, for text: a triangle for a direction, a letter for a role.
pub fn mark(side: Side) -> Html {
    match side {
        Side::Original | Side::Reply => html! {
            <svg class="mark" width="10" height="12" viewBox="0 0 10 12" role="img"
                aria-label={side.said()}>
                <path class={classes!("direction", side_class(side))} d={triangle(side, 0, 1)} />
            </svg>
        },
        Side::Client | Side::Server => {
            html! { <b class="mark" title={side.said()}>{ side.mark() }</b> }
        }
    }
}

/// `is-original` or `is-reply`, for colours.
pub const fn side_class(side: Side) -> &'static str {
    match side {
        Side::Original | Side::Client => "is-original",
        Side::Reply | Side::Server => "is-reply",
    }
}

/// The triangle of a direction, ten high.
pub fn triangle(side: Side, x: i32, y: i32) -> String {
    match side {
        Side::Original | Side::Client => format!("M{x},{y}l9,5l-9,5Z"),
        Side::Reply | Side::Server => format!("M{},{y}l-9,5l9,5Z", x + 9),
    }
}
