//! The sentence of the step: what happened, and why.

use crate::app::Msg;
use crate::ui::send;
use crate::view::model::{Lens, Panel, Why};
use crate::words::{tell, ui as w};
use std::rc::Rc;
use yew::prelude::*;

/// Paints the first lines of [`Why`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The step in words.
    pub why: Rc<Why>,
    /// Steps go by by themselves: then they are not read out one by one.
    pub playing: bool,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// Crumbs, sentence, reason.
#[function_component]
pub fn Sentence(props: &Props) -> Html {
    let Props { why, on_msg, .. } = props;
    let look = |lens: Option<Lens>| send(on_msg, Msg::SetLens(lens.unwrap_or_default()));
    let last = why.crumbs.len().saturating_sub(1);
    html! {
        <section class="say" aria-label={w::WHAT_HAPPENS.text()}>
            <div class="say__head">
                <ol class="crumbs">
                    for (at, crumb) in why.crumbs.iter().enumerate() {
                        <li key={at} class={classes!("crumbs__item",
                            (at == last).then_some("crumbs__item--last"))}>
                            if let (1, Some(lens)) = (at, why.lens) {
                                <button type="button" class="crumbs__look" title={lens.title()}
                                    onclick={look(Some(lens))}>{ crumb }</button>
                            } else {
                                { crumb }
                            }
                        </li>
                    }
                </ol>
                if let Some((figure, number)) = why.figure {
                    <button type="button" class="figure-badge" data-ct="figure"
                        data-figure={format!("{figure}.{number}")}
                        title={w::LOOK_AT_THIS_FIGURE.text()}
                        onclick={look(Lens::of_figure(figure))}>
                        <span>{ tell!(w::FIGURE_FIGURE_NUMBER, figure, number) }</span>
                    </button>
                }
                <button type="button" class="link say__all"
                    title={w::EVERYTHING_HERE_IN_WORDS_D.text()}
                    onclick={send(&props.on_msg, Msg::SetPanel(Panel::Described))}>
                    { w::DESCRIBE_ALL.text() }
                </button>
            </div>
            <p class="say__what" role="status" data-ct="narration"
                aria-live={if props.playing { "off" } else { "polite" }}>{ &why.what }</p>
            if !why.because.is_empty() {
                <p class="say__because">{ &why.because }</p>
            }
            if let Some(note) = &why.note {
                <p class="say__note">{ note }</p>
            }
        </section>
    }
}
