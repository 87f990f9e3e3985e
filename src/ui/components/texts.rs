//! What an operator would see: the output of `conntrack`, and the self-checks.

use super::recording::RecordingPane;
use crate::app::Msg;
use crate::ui::send;
use crate::view::model::{ListWindow, RecordingModel, Tab, TextLine, Texts};
use std::rc::Rc;
use yew::prelude::*;

/// Paints [`Texts`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The lines.
    pub texts: Rc<Texts>,
    /// The open tab; the others' text is on the page too, but hidden.
    pub tab: Tab,
    /// A recording beside the events.
    pub recording: Option<Rc<RecordingModel>>,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// The tabs -L, -E, -S and Checks.
#[function_component]
pub fn TextsPane(props: &Props) -> Html {
    let Props {
        texts, tab, on_msg, ..
    } = props;
    html! {
        <>
            <div hidden={*tab != Tab::List}>
                { command("conntrack -L") }
                <>{ for texts.window.iter().map(|part| window(part, on_msg)) }</>
                { term("conntrack-list", &texts.list, "no entries") }
                { command("conntrack -L unconfirmed") }
                { term("conntrack-unconfirmed", &texts.unconfirmed, "no entries") }
                { command("conntrack -L dying") }
                if !texts.dying_more.is_empty() {
                    <p class="term__part">{ &texts.dying_more }</p>
                }
                { term("conntrack-dying", &texts.dying, "no entries") }
                { command("conntrack -L expect") }
                { term("conntrack-expect", &texts.expects, "nothing is expected") }
            </div>
            <div hidden={*tab != Tab::Events}>
                { command("conntrack -E") }
                { term("events", &texts.events, "no events yet") }
                if let Some(recording) = &props.recording {
                    <RecordingPane recording={recording.clone()} {on_msg} />
                }
            </div>
            <div hidden={*tab != Tab::Stats}>
                { command("conntrack -S") }
                { term("stats", &texts.stats, "no counters") }
            </div>
            <div hidden={*tab != Tab::Checks} class="term__part" data-ct="checked">
                <p>{ &texts.checked }</p>
                if texts.check_all {
                    <button type="button" class="btn"
                        onclick={send(on_msg, Msg::CheckAll)}>{ "Check all" }</button>
                }
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

/// Which part of a long list is shown, and the way to the others.
fn window(part: &ListWindow, on_msg: &Callback<Msg>) -> Html {
    let step = |label: &'static str, to: Option<u32>| {
        html! {
            <button type="button" class="btn" disabled={to.is_none()}
                onclick={send(on_msg, Msg::ListFrom(to.unwrap_or_default()))}>{ label }</button>
        }
    };
    html! {
        <div class="term__part" data-ct="list-window">
            <p>{ &part.text }</p>
            { step("Part before", part.back) }
            { step("Next part", part.on) }
        </div>
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
