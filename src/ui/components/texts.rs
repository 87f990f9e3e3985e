//! What an operator would see: the output of `conntrack`, and the self-checks.

use super::recording::RecordingPane;
use crate::app::Msg;
use crate::ui::send;
use crate::view::model::{ListWindow, RecordingModel, Tab, TextLine, Texts};
use crate::words::ui as w;
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
                { term(*tab == Tab::List, "conntrack-list", &texts.list, w::NO_ENTRIES.text()) }
                { command("conntrack -L unconfirmed") }
                { term(*tab == Tab::List, "conntrack-unconfirmed", &texts.unconfirmed,
                    w::NO_ENTRIES.text()) }
                { command("conntrack -L dying") }
                if !texts.dying_more.is_empty() {
                    <p class="term__part">{ &texts.dying_more }</p>
                }
                { term(*tab == Tab::List, "conntrack-dying", &texts.dying, w::NO_ENTRIES.text()) }
                { command("conntrack -L expect") }
                { term(*tab == Tab::List, "conntrack-expect", &texts.expects,
                    w::NOTHING_IS_EXPECTED.text()) }
            </div>
            <div hidden={*tab != Tab::Events}>
                { command("conntrack -E") }
                { term(*tab == Tab::Events, "events", &texts.events, w::NO_EVENTS_YET.text()) }
                if let Some(recording) = &props.recording {
                    <RecordingPane recording={recording.clone()} {on_msg} />
                }
            </div>
            <div hidden={*tab != Tab::Stats}>
                { command("conntrack -S") }
                { term(*tab == Tab::Stats, "stats", &texts.stats, w::NO_COUNTERS.text()) }
            </div>
            <div hidden={*tab != Tab::Checks} class="term__part" data-ct="checked">
                <p>{ &texts.checked }</p>
                if texts.check_all {
                    <button type="button" class="btn"
                        onclick={send(on_msg, Msg::CheckAll)}>{ w::CHECK_ALL.text() }</button>
                }
            </div>
            <ul class="lamps" hidden={*tab != Tab::Checks}>
                for (name, holds) in &texts.checks {
                    <li key={name.clone()} class={classes!("lamps__lamp",
                        (!holds).then_some("lamps__lamp--broken"))}>
                        <span class="lamps__mark">
                            { if *holds { w::HOLDS.text() } else { w::BROKEN.text() } }
                        </span>
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
            { step(w::PART_BEFORE.text(), part.back) }
            { step(w::NEXT_PART.text(), part.on) }
        </div>
    }
}

fn command(line: &'static str) -> Html {
    html! { <p class="term__command">{ "$ " }{ line }</p> }
}

/// A tool's answer. As long as nobody sees it, it is one piece of text: every step changes it.
fn term(shown: bool, name: &'static str, lines: &[TextLine], empty: &'static str) -> Html {
    let text = || {
        lines
            .iter()
            .flat_map(|line| [line.text.as_str(), "\n"])
            .collect::<String>()
    };
    html! {
        <pre class="term" data-ct={name} data-empty={empty}>
            if shown {
                for (at, line) in lines.iter().enumerate() {
                    <span key={at} class={classes!("term__line",
                        line.fresh.then_some("term__line--fresh"))}>{ &line.text }{ "\n" }</span>
                }
            } else if !lines.is_empty() {
                { text() }
            }
        </pre>
    }
}
