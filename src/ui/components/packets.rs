//! Packets in the machine, with what can be done to one that waits.

use crate::app::Msg;
use crate::ui::send;
use crate::view::model::{Selection, SkbRow};
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
            <section class="bench__part" aria-label="Packets in flight">
                <h2 class="h">
                    { "Packets in flight" }<span class="h__aside">{ props.skbs.len() }</span>
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
            <button type="button" title="Show this packet"
                class={classes!("skbs__pill", row.held.then_some("skbs__pill--held"))}
                onclick={send(on_msg, Msg::Select(Selection::Skb(row.skb)))}>{ &name }</button>
            <span class="skbs__where">
                { &row.label }
                <small>
                    if row.held { <span class="unseen">{ "held at " }</span> }
                    { row.at }
                </small>
            </span>
            if row.held {
                <span class="skbs__acts">
                    <button type="button" class="btn btn--mini" onclick={run("release")}
                        aria-label={format!("Release {name}")}>{ "Release" }</button>
                    <button type="button" class="btn btn--mini" onclick={run("drop")}
                        aria-label={format!("Drop {name}")}>{ "Drop" }</button>
                </span>
            }
        </li>
    }
}
