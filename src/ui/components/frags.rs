//! Fragments that wait for the rest of their datagram.

use crate::view::model::FragRow;
use crate::words::ui as w;
use yew::prelude::*;

/// Paints the [`FragRow`]s of the bench.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The datagrams.
    pub frags: Vec<FragRow>,
}

/// The list of incomplete datagrams; nothing at all if there are none.
#[function_component]
pub fn Frags(props: &Props) -> Html {
    html! {
        if !props.frags.is_empty() {
            <section class="bench__part" aria-label={w::FRAGMENTS_THAT_WAIT.text()}
                data-ct="fragments">
                <h2 class="h">
                    { w::FRAGMENTS.text() }
                    <span class="h__aside">{ w::WAIT_BEFORE_CONNTRACK.text() }</span>
                </h2>
                <ul class="frags">
                    for (at, row) in props.frags.iter().enumerate() {
                        { one(at, row) }
                    }
                </ul>
            </section>
        }
    }
}

fn one(at: usize, row: &FragRow) -> Html {
    html! {
        <li key={at} class="frags__one">
            <code>{ &row.of }</code>
            <svg class="frags__bar" viewBox="0 0 1000 10" preserveAspectRatio="none"
                aria-hidden="true">
                <rect class={classes!("frags__all", (!row.whole).then_some("frags__all--open"))}
                    width="1000" height="10" />
                <>
                    for (nth, (from, to)) in row.runs.iter().enumerate() {
                        <rect key={nth} class="frags__run" x={from.to_string()}
                            width={to.saturating_sub(*from).to_string()} height="10" />
                    }
                </>
            </svg>
            <small>{ &row.there }{ w::GIVEN_UP.text() }{ &row.due }</small>
        </li>
    }
}
