//! The steps of a figure, above the stage that shows it.

use crate::app::Msg;
use crate::ui::send;
use crate::view::lens::figure::{FigureModel, FigureStep, When};
use crate::words::{tell, ui as w};
use std::rc::Rc;
use yew::prelude::*;

/// Paints [`FigureModel`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The figure.
    pub model: Rc<FigureModel>,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// Its name, and a button for each step.
#[component]
pub fn FigureSteps(props: &Props) -> Html {
    let Props { model, on_msg } = props;
    let figure = model.figure;
    html! {
        <section class="figure" data-ct="figure-steps" data-figure={figure.to_string()}
            aria-label={tell!(w::STEPS_OF_FIGURE_FIGURE, figure)}>
            <h2 class="figure__title">
                <span class="figure__name">{ tell!(w::FIGURE_FIGURE, figure) }</span>
                { &model.title }
            </h2>
            <ol class="figure__steps">
                { for model.steps.iter().map(|step| button(figure, step, on_msg)) }
            </ol>
            if let Some((number, who)) = &model.missing {
                { missing((figure, *number), who, on_msg) }
            }
        </section>
    }
}

fn button(figure: u8, step: &FigureStep, on_msg: &Callback<Msg>) -> Html {
    let number = step.number;
    let class = classes!(
        "figstep",
        format!("figstep--{}", step.when.word()),
        step.fresh.then_some("figstep--fresh"),
        step.value.is_empty().then_some("figstep--bare"),
    );
    html! {
        <li key={number}>
            <button type="button" {class} data-ct="figure-step"
                data-figure={format!("{figure}.{number}")} data-when={step.when.word()}
                aria-current={(step.when == When::Now).then_some("step")}
                disabled={step.when == When::Missing}
                onclick={send(on_msg, Msg::SeekFigure(figure, number))}>
                { mark(number, step.when) }
                <span class="figstep__words">{ step.words }</span>
                <span class="figstep__value">{ &step.value }</span>
            </button>
        </li>
    }
}

/// The number, in its mark.
pub fn mark(number: u8, when: When) -> Html {
    html! { <b class={classes!("fignum", format!("fignum--{}", when.word()))}>{ number }</b> }
}

/// Who would have the step, and a button that goes there.
pub fn missing((figure, number): (u8, u8), who: &str, on_msg: &Callback<Msg>) -> Html {
    html! {
        <p class="figure__missing" data-ct="figure-missing">
            { format!("{who} ") }
            <button type="button" class="btn btn--small"
                onclick={send(on_msg, Msg::SeekFigure(figure, number))}>
                { w::SHOW_A_SCENARIO_THAT.text() }
            </button>
        </p>
    }
}
