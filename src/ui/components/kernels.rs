//! What each of the two kernels does at a point where they part.

use crate::view::model::DiffersRow;
use yew::prelude::*;

/// Paints a [`DiffersRow`], without its title.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The point.
    pub row: DiffersRow,
}

/// A line a kernel; the one that runs is marked.
#[function_component]
pub fn Kernels(props: &Props) -> Html {
    html! {
        <dl class="kernels">
            for (kernel, words, runs) in props.row.kernels {
                <div key={kernel}
                    class={classes!("kernels__one", runs.then_some("kernels__one--on"))}
                    aria-current={runs.then_some("true")}>
                    <dt>{ kernel }</dt>
                    <dd>{ words }</dd>
                </div>
            }
        </dl>
    }
}
