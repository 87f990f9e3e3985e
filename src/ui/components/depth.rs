//! The choice of how much of the machine is shown.

use crate::app::Msg;
use crate::ui::send;
use crate::view::model::Depth;
use crate::words::ui as w;
use yew::prelude::*;

/// Paints the choice.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// How much is shown.
    pub depth: Depth,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// Idea, structs, pointers.
#[component]
pub fn DepthChoice(props: &Props) -> Html {
    html! {
        <div class="depth" data-ct="depth">
            <span class="depth__label" aria-hidden="true">{ w::DEPTH.text() }</span>
            <div class="seg" role="group" aria-label={w::DEPTH_2.text()}>
                for (depth, word, label, title) in Depth::ALL {
                    <button key={word} type="button" title={title.text()}
                        aria-pressed={(depth == props.depth).to_string()}
                        onclick={send(&props.on_msg, Msg::SetDepth(depth))}>
                        { label.text() }</button>
                }
            </div>
        </div>
    }
}
