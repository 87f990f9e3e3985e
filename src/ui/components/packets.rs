//! Packets in the machine, with what can be done to one that waits.

use crate::app::Msg;
use crate::ui::send;
use crate::view::model::{Selection, SkbRow};
use crate::words::{tell, ui as w};
use yew::prelude::*;

/// Paints the [`SkbRow`]s of the bench.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The packets.
    pub skbs: Vec<SkbRow>,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// The list of packets in flight; nothing at all if every packet has left.
#[function_component]
pub fn Packets(props: &Props) -> Html {
    html! {
        if !props.skbs.is_empty() {
            <section class="bench__part" aria-label={w::PACKETS_IN_FLIGHT.text()}>
                <h2 class="h">
                    { w::PACKETS_IN_FLIGHT.text() }<span class="h__aside">
                    { props.skbs.len() }
                </span>
                </h2>
                <ul class="skbs">
                    for skb in &props.skbs {
                        { row(skb, &props.on_msg) }
                    }
                </ul>
            </section>
        }
    }
}

fn row(row: &SkbRow, on_msg: &Callback<Msg>) -> Html {
    let name = format!("s{}", row.skb);
    let run = |verb: &str| send(on_msg, Msg::Run(format!("{verb} {name}")));
    html! {
        <li key={row.skb} class="skbs__row">
            <button type="button" title={w::SHOW_THIS_PACKET.text()}
                class={classes!("skbs__pill", row.held.then_some("skbs__pill--held"))}
                onclick={send(on_msg, Msg::Select(Selection::Skb(row.skb)))}>{ &name }</button>
            <span class="skbs__where">
                { &row.label }
                <small>
                    if row.held { <span class="unseen">{ w::HELD_AT.text() }</span> }
                    { row.at }
                </small>
            </span>
            if row.held {
                <span class="skbs__acts">
                    <button type="button" class="btn btn--mini" onclick={run("release")}
                        aria-label={tell!(w::RELEASE_NAME, name)}>{ w::RELEASE.text() }</button>
                    <button type="button" class="btn btn--mini" onclick={run("drop")}
                        aria-label={tell!(w::DROP_NAME, name)}>{ w::DROP.text() }</button>
                </span>
            }
        </li>
    }
}
