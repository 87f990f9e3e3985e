//! The choice of the lens, above what is seen through it.

use crate::app::Msg;
use crate::ui::send;
use crate::view::model::Lens;
use yew::prelude::*;

/// Paints the choice.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The lens that is looked through.
    pub lens: Lens,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// A row of buttons; the article's figures show their number.
#[component]
pub fn LensBar(props: &Props) -> Html {
    html! {
        <div class="lensbar" role="group" aria-label="Look at" data-ct="lenses">
            for lens in Lens::all() {
                <button key={lens.word()} type="button" class="lensbar__lens"
                    data-lens={lens.word()} title={title(lens)}
                    aria-pressed={(lens == props.lens).to_string()}
                    onclick={send(&props.on_msg, Msg::SetLens(lens))}>
                    if let Some(figure) = lens.figure() {
                        <span class="lensbar__figure" aria-hidden="true">{ figure }</span>
                    }
                    { lens.label() }
                </button>
            }
        </div>
    }
}

fn title(lens: Lens) -> String {
    match lens.figure() {
        Some(figure) => format!("Figure {figure}: {} ({figure})", lens.title()),
        None => lens.title().to_owned(),
    }
}
