//! The scenario as text: to read, to change, to keep.

use super::button::IconButton;
use super::icon::Glyph;
use super::typing::typing;
use crate::app::Msg;
use crate::ui::{browser, send};
use crate::view::model::{Panel, Typing};
use crate::words::{import, ui as w};
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

/// Paints the scenario text of the chrome.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Is it shown?
    pub open: bool,
    /// The lines that were run so far, or what was typed in their place.
    pub text: String,
    /// What comes of what was typed.
    pub typing: Typing,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// A dialog with the text and what can be done with it.
#[function_component]
pub fn ScenarioPanel(props: &Props) -> Html {
    let Props {
        open, text, on_msg, ..
    } = props;
    let dialog = use_node_ref();
    use_effect_with((dialog.clone(), *open), |(dialog, open)| {
        browser::set_open(dialog, *open)
    });
    let oninput = on_msg.reform(|event: InputEvent| {
        Msg::ScenarioInput(event.target_unchecked_into::<HtmlTextAreaElement>().value())
    });
    let load = send(on_msg, Msg::LoadText(text.clone()));
    let cancel = on_msg.reform(|event: Event| {
        event.prevent_default();
        Msg::SetPanel(Panel::None)
    });
    html! {
        <dialog ref={dialog} class="dialog" aria-labelledby="scenario-title" oncancel={cancel}>
            <div class="dialog__head">
                <h2 id="scenario-title">{ w::SCENARIO_AS_TEXT.text() }</h2>
                <IconButton glyph={Glyph::Close} label={w::CLOSE_SCENARIO.text()}
                    msg={Msg::SetPanel(Panel::None)} {on_msg} />
            </div>
            <p class="hint">
                { w::ONE_LINE_IS_ONE.text() }
            </p>
            <textarea class="dialog__text" data-ct="scenario-text" aria-label={w::SCENARIO.text()}
                aria-describedby="scenario-typing" spellcheck="false" rows="14"
                value={text.clone()} {oninput} />
            { typing("scenario-typing", &props.typing) }
            <div class="dialog__acts">
                <button type="button" class="btn btn--primary" onclick={load}>
                    { w::RUN_THIS_TEXT.text() }
                </button>
                <button type="button" class="btn" onclick={send(on_msg, Msg::SaveScenario)}>
                    { w::SAVE_AS_FILE.text() }
                </button>
                <button type="button" class="btn" data-ct="import-open-dialog"
                    onclick={send(on_msg, Msg::SetPanel(Panel::Import))}>
                    { import::OPEN_CAPTURE.text() }
                </button>
            </div>
        </dialog>
    }
}
