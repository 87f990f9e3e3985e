//! Where on the picture a question can be answered, and what its answer was. Paints [`Pick`].

use crate::app::{ClassMsg, Msg};
use crate::ui::send;
use crate::view::lesson::Pick;
use crate::view::stage::PAD;
use crate::words::lesson as w;
use yew::prelude::*;

/// The places, over everything else on the stage.
pub fn picks(picks: &[Pick], on_msg: &Callback<Msg>) -> Html {
    html! { <>{ for picks.iter().map(|pick| place(pick, on_msg)) }</> }
}

fn place(pick: &Pick, on_msg: &Callback<Msg>) -> Html {
    let Pick {
        x, y, w: width, h, ..
    } = pick;
    let style = format!(
        "left:{}px;top:{}px;width:{width}px;height:{h}px",
        x + PAD,
        y + PAD
    );
    let key = format!("{} {x} {y}", pick.token);
    if let Some(right) = pick.told {
        let (class, mark) = match right {
            true => ("lpick lpick--told lpick--right", "✓"),
            false => ("lpick lpick--told lpick--wrong", "✗"),
        };
        return html! {
            <span {key} {class} {style} data-ct="lesson-told" data-token={pick.token.clone()}
                data-right={right.to_string()} aria-hidden="true">
                <b class="lpick__mark">{ mark }</b>
            </span>
        };
    }
    if pick.token.is_empty() {
        return html! {
            <span {key} class="lpick lpick--value" {style} aria-hidden="true">
                { &pick.text }
            </span>
        };
    }
    let steps = !pick.text.is_empty();
    let class = classes!(
        "lpick",
        steps.then_some("lpick--step"),
        pick.picked.then_some("lpick--picked"),
    );
    let pressed = (!steps).then(|| pick.picked.to_string());
    let onclick = send(on_msg, Msg::Class(ClassMsg::Pick(pick.token.clone())));
    html! {
        <button {key} type="button" {class} {style} tabindex="-1" data-ct="lesson-pick"
            data-token={pick.token.clone()} aria-label={pick.name.clone()}
            aria-pressed={pressed} {onclick}>
            if steps { { &pick.text } } else {
                if pick.picked {
                    <span class="lpick__text">{ w::YOUR_PICK.text() }</span>
                }
                <b class="lpick__mark" aria-hidden="true">
                    { if pick.picked { "✓" } else { "" } }
                </b>
            }
        </button>
    }
}
