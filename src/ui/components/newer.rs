//! The line that says that a newer version of the page is here.

use crate::app::Msg;
use crate::ui::send;
use crate::words::shell as w;
use yew::prelude::*;

/// Whether it is.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// A newer version waits.
    pub here: bool,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// The line; its box is there always, so that it is read out.
#[function_component]
pub fn Newer(props: &Props) -> Html {
    let Props { here, on_msg } = props;
    html! {
        <div class="newer" role="status" data-ct="newer">
            if *here {
                <p class="newer__line">
                    <span>{ w::NEWER.text() }</span>
                    <button type="button" class="btn btn--small"
                        onclick={send(on_msg, Msg::TakeNewer)}>
                        { w::NEWER_RELOAD.text() }
                    </button>
                    <button type="button" class="btn btn--small"
                        onclick={send(on_msg, Msg::Newer(false))}>
                        { w::NEWER_LATER.text() }
                    </button>
                </p>
            }
        </div>
    }
}
