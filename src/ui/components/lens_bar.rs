//! The choice of the lens, above what is seen through it.

use crate::app::Msg;
use crate::ui::send;
use crate::view::model::Lens;
use crate::words::{tell, ui as w};
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// Paints the choice.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The lens that is looked through.
    pub lens: Lens,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// A row of buttons, the article's figures by their numbers; a list to choose from on a phone.
#[component]
pub fn LensBar(props: &Props) -> Html {
    let Props { lens, on_msg } = props;
    let choose = on_msg.reform(|event: Event| {
        let word = event.target_unchecked_into::<HtmlSelectElement>().value();
        Msg::SetLens(Lens::from_word(&word).unwrap_or_default())
    });
    let (figures, others): (Vec<_>, Vec<_>) = Lens::all()
        .filter(|lens| *lens != Lens::Machine)
        .partition(|lens| lens.figure().is_some());
    let button = |of: Lens| button(of, of == *lens, on_msg);
    html! {
        <div class="lensbar" data-ct="lenses" data-lens={lens.word()}>
            <div class="lensbar__row" role="group" aria-label={w::LOOK_AT_2.text()}>
                { button(Lens::Machine) }
                if !figures.is_empty() {
                    <span class="lensbar__label">{ w::FIGURE.text() }</span>
                    { for figures.into_iter().map(button) }
                    <span class="lensbar__label" aria-hidden="true"></span>
                }
                { for others.into_iter().map(button) }
            </div>
            <label class="pick lensbar__pick">
                <span class="pick__label">{ w::LOOK_AT.text() }</span>
                <select class="pick__list" onchange={choose}>
                    for of in Lens::all() {
                        <option key={of.word()} value={of.word()} selected={of == *lens}>
                            { name(of) }
                        </option>
                    }
                </select>
            </label>
        </div>
    }
}

fn button(of: Lens, chosen: bool, on_msg: &Callback<Msg>) -> Html {
    html! {
        <button key={of.word()} type="button" data-lens={of.word()}
            class={classes!("lensbar__lens", of.figure().map(|_| "lensbar__lens--figure"))}
            title={of.title()} aria-pressed={chosen.to_string()}
            onclick={send(on_msg, Msg::SetLens(of))}>
            if let Some(figure) = of.figure() {
                <span class="unseen">{ w::FIGURE_2.text() }</span>
                <span class="lensbar__figure">{ figure }</span>
                if chosen {
                    <span class="unseen">{ ": " }</span>
                    { of.label() }
                } else {
                    <span class="unseen">{ ": " }{ of.label() }</span>
                }
            } else {
                { of.label() }
            }
        </button>
    }
}

fn name(lens: Lens) -> String {
    match lens.figure() {
        Some(figure) => tell!(w::FIGURE_FIGURE_LABEL, figure, label = lens.label()),
        None => lens.label().to_owned(),
    }
}
