//! A short message that goes away by itself.

use yew::prelude::*;

/// What it says.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Nothing, if there is nothing to say.
    pub text: Option<String>,
}

/// The message; its box is there always, so that it is read out.
#[function_component]
pub fn Toast(props: &Props) -> Html {
    html! {
        <div class="toast" role="status" data-ct="toast">
            if let Some(text) = &props.text {
                <p class="toast__text">{ text }</p>
            }
        </div>
    }
}
