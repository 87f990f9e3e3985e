//! Two runs side by side, and what differs between them.

use super::stage::{picture, use_viewport};
use crate::app::Msg;
use crate::ui::send;
use crate::view::compare::{Choice, CompareModel, CompareWith, Group, Row, Side};
use std::rc::Rc;
use yew::prelude::*;

/// Paints [`CompareModel`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is compared.
    pub model: Rc<CompareModel>,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// Choice, pictures, and the table of differences.
#[component]
pub fn Compare(props: &Props) -> Html {
    let Props { model, on_msg } = props;
    let node = use_node_ref();
    use_viewport(&node, on_msg);
    html! {
        <div class="compare" ref={node} role="region" aria-label="Two runs side by side"
            data-ct="compare">
            <div class="compare__head">
                if model.choices.len() > 1 {
                    <div class="compare__choices" role="group" aria-label="Compare">
                        { for model.choices.iter().map(|it| choice(it, on_msg)) }
                    </div>
                }
                <p class="compare__note" data-ct="compare-note">{ &model.note }</p>
            </div>
            <div class="compare__pair">
                for (nth, half) in model.sides.iter().enumerate() {
                    { side(nth, half, on_msg) }
                }
            </div>
            if !model.sides.is_empty() { <div class="differs">{ table(model) }</div> }
        </div>
    }
}

fn choice(choice: &Choice, on_msg: &Callback<Msg>) -> Html {
    let key = match choice.with {
        CompareWith::Kernels => "kernels".to_owned(),
        CompareWith::Branch(nth) => nth.to_string(),
    };
    html! {
        <button {key} type="button" class="btn btn--small"
            aria-pressed={choice.chosen.to_string()}
            onclick={send(on_msg, Msg::Compare(choice.with))}>{ &choice.label }</button>
    }
}

fn side(nth: usize, side: &Side, on_msg: &Callback<Msg>) -> Html {
    let name = if nth == 0 { "left" } else { "right" };
    html! {
        <section key={name} class="compare__side" data-side={name} aria-label={side.name.clone()}>
            <h2 class="compare__name">
                { &side.name }
                if side.here { <span class="compare__here">{ "you step here" }</span> }
            </h2>
            <p class="compare__at">{ &side.at }</p>
            <div class={classes!("stage", "stage--half", "stage--narrow")}>
                { picture(&side.stage, on_msg, nth == 0) }
            </div>
        </section>
    }
}

fn table(model: &CompareModel) -> Html {
    let names = model.sides.iter().map(|side| side.name.as_str());
    html! {
        <table class="differ" data-ct="compare-table">
            <thead>
                <tr>
                    <th scope="col">{ "Differs at this step" }</th>
                    for name in names { <th key={name} scope="col">{ name }</th> }
                </tr>
            </thead>
            { for model.groups.iter().map(group) }
            <tfoot><tr><td colspan="3" class="differ__equal">{ &model.equal }</td></tr></tfoot>
        </table>
    }
}

fn group(group: &Group) -> Html {
    html! {
        <tbody key={group.title}>
            { for group.rows.iter().map(row) }
            if let Some([left, right]) = group.words {
                <tr class="differ__why">
                    <th scope="row">{ group.title }</th><td>{ left }</td><td>{ right }</td>
                </tr>
            }
        </tbody>
    }
}

fn row(row: &Row) -> Html {
    let [left, right] = &row.sides;
    html! {
        <tr key={row.what.clone()} class="differ__row" data-row={row.what.clone()}>
            <th scope="row">{ &row.what }</th>
            <td>{ left }</td>
            <td>{ right }</td>
        </tr>
    }
}
