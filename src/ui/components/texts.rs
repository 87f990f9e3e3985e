//! What an operator would see: the output of `conntrack`, and the self-checks.

use crate::view::model::{Tab, TextLine, Texts};
use std::rc::Rc;
use yew::prelude::*;

/// Paints [`Texts`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The lines.
    pub texts: Rc<Texts>,
    /// The open tab; the others' text is on the page too, but hidden.
    pub tab: Tab,
}

/// The tabs -L, -E, -S and Checks.
#[function_component]
pub fn TextsPane(props: &Props) -> Html {
    let Props { texts, tab } = props;
    html! {
        <>
            <div hidden={*tab != Tab::List}>
                { command("conntrack -L") }
                { term("conntrack-list", &texts.list, "no entries") }
                { command("conntrack -L unconfirmed") }
                { term("conntrack-unconfirmed", &texts.unconfirmed, "no entries") }
                { command("conntrack -L dying") }
                { term("conntrack-dying", &texts.dying, "no entries") }
                { command("conntrack -L expect") }
                { term("conntrack-expect", &texts.expects, "nothing is expected") }
            </div>
            <div hidden={*tab != Tab::Events}>
                { command("conntrack -E") }
                { term("events", &texts.events, "no events yet") }
            </div>
            <div hidden={*tab != Tab::Stats}>
                { command("conntrack -S") }
                { term("stats", &texts.stats, "no counters") }
            </div>
            <ul class="lamps" hidden={*tab != Tab::Checks}>
                for (name, holds) in &texts.checks {
                    <li key={name.clone()} class={classes!("lamps__lamp",
                        (!holds).then_some("lamps__lamp--broken"))}>
                        <span class="lamps__mark">{ if *holds { "holds" } else { "BROKEN" } }</span>
                        { name }
                    </li>
                }
            </ul>
        </>
    }
}

fn command(line: &'static str) -> Html {
    html! { <p class="term__command">{ "$ " }{ line }</p> }
}

fn term(name: &'static str, lines: &[TextLine], empty: &'static str) -> Html {
    html! {
        <pre class="term" data-ct={name} data-empty={empty}>
            for (at, line) in lines.iter().enumerate() {
                <span key={at} class={classes!("term__line",
                    line.fresh.then_some("term__line--fresh"))}>{ &line.text }{ "\n" }</span>
            }
        </pre>
    }
}
