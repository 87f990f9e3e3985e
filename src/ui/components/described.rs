//! The whole moment in words.

use super::button::IconButton;
use super::icon::Glyph;
use crate::app::Msg;
use crate::ui::browser;
use crate::view::model::Panel;
use crate::words::ui as w;
use yew::prelude::*;

/// Paints paragraphs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What there is to say; nothing while it is not wanted.
    pub text: Vec<String>,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// A dialog.
#[component]
pub fn Described(props: &Props) -> Html {
    let Props { text, on_msg } = props;
    let dialog = use_node_ref();
    use_effect_with((dialog.clone(), !text.is_empty()), |(dialog, open)| {
        browser::set_open(dialog, *open)
    });
    let cancel = on_msg.reform(|event: Event| {
        event.prevent_default();
        Msg::SetPanel(Panel::None)
    });
    html! {
        <dialog ref={dialog} class="dialog" aria-labelledby="described-title" oncancel={cancel}>
            <div class="dialog__head">
                <h2 id="described-title">{ w::EVERYTHING_HERE_IN_WORDS.text() }</h2>
                <IconButton glyph={Glyph::Close} label={w::CLOSE_DESCRIPTION.text()}
                    msg={Msg::SetPanel(Panel::None)} {on_msg} />
            </div>
            <div class="described" data-ct="described">
                for (at, paragraph) in text.iter().enumerate() {
                    <p key={at}>{ paragraph }</p>
                }
            </div>
        </dialog>
    }
}
