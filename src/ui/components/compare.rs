//! Two runs side by side, and what differs between them.

use super::stage::measure::use_size;
use super::stage::picture;
use crate::app::Msg;
use crate::ui::send;
use crate::view::compare::{Choice, CompareModel, CompareWith, Group, Row, Side};
use crate::words::ui as w;
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
    use_size(&node, on_msg);
    html! {
        <div class="compare" ref={node} role="region" aria-label={w::TWO_RUNS_SIDE_BY.text()}
            data-ct="compare">
            if model.choices.len() > 1 {
                <div class="compare__choices" role="group" aria-label={w::COMPARE.text()}>
                    { for model.choices.iter().map(|it| choice(it, on_msg)) }
                </div>
            }
            <div class="compare__pair">
                for (nth, half) in model.sides.iter().enumerate() {
                    { side(nth, half, on_msg) }
                }
            </div>
            <div class="differs" tabindex="0" role="region" aria-label={w::WHAT_DIFFERS.text()}>
                <p class="compare__note" data-ct="compare-note">{ &model.note }</p>
                if !model.sides.is_empty() { { table(model) } }
            </div>
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
                <span class="compare__at">{ &side.at }</span>
                if side.here { <span class="compare__here">{ w::YOU_STEP_HERE.text() }</span> }
            </h2>
            <div class={classes!("stage", "stage--half", "stage--narrow")}>
                { picture(&side.stage, on_msg, nth == 0, Html::default()) }
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
                    <th scope="col">{ w::DIFFERS_AT_THIS_STEP.text() }</th>
                    for name in names { <th key={name} scope="col">{ name }</th> }
                </tr>
            </thead>
            <>{ for model.groups.iter().map(group) }</>
            <tfoot><tr><td colspan="3" class="differ__equal">{ &model.equal }</td></tr></tfoot>
        </table>
    }
}

fn group(group: &Group) -> Html {
    html! {
        <tbody key={group.title}>
            for (nth, it) in group.rows.iter().enumerate() {
                { row(it, group.words.filter(|_| nth == 0)) }
            }
        </tbody>
    }
}

/// A row; the first one of a group says why, too.
fn row(row: &Row, why: Option<[&'static str; 2]>) -> Html {
    let class = classes!("differ__row", row.printed.then_some("differ__row--printed"));
    html! {
        <tr key={row.what.clone()} {class} data-row={row.what.clone()}>
            <th scope="row">{ &row.what }</th>
            <>
                for (at, text) in row.sides.iter().enumerate() {
                    <td key={at}>
                        <b title={text.clone()}>{ text }</b>
                        if let Some(why) = why {
                            { " " }<span class="differ__why">{ why[at] }</span>
                        }
                    </td>
                }
            </>
        </tr>
    }
}
