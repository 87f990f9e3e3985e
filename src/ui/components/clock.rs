//! Time and the gc worker: both move only when told to.

use crate::app::Msg;
use crate::ui::send;
use crate::view::model::Clock;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// Paints [`Clock`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The clock.
    pub clock: Clock,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// Label, line, what it does.
type Shortcut = (&'static str, &'static str, &'static str);

const JUMPS: [Shortcut; 4] = [
    ("+1 jiffy", "advance 1j", "One tick of the clock (T)"),
    ("+1 s", "advance 1s", "One second"),
    ("+30 s", "advance 30s", "Half a minute"),
    (
        "Next deadline",
        "advance next",
        "To where the next entry expires (Shift+T)",
    ),
];

const GC: [Shortcut; 2] = [
    ("Run gc", "gc", "One run of gc_worker, now (G)"),
    (
        "Sweep",
        "gc sweep",
        "gc_worker runs until it has seen every bucket",
    ),
];

const GC_AUTO: [Shortcut; 2] = [
    ("by itself", "gc auto", "gc_worker runs as time passes"),
    ("waits", "gc manual", "gc_worker runs only when you say so"),
];

const LISTENER: [Shortcut; 3] = [
    (
        "reads",
        "events on",
        "conntrack -E reads every event at once",
    ),
    ("off", "events off", "Nobody listens: no event is built"),
    (
        "slow",
        "events slow",
        "The listener does not read: delivery fails and is tried again",
    ),
];

/// Buttons that move time, run gc and say who listens.
#[function_component]
pub fn ClockPanel(props: &Props) -> Html {
    let Props { clock, on_msg } = props;
    let amount = use_state_eq(|| "5s".to_owned());
    let oninput = {
        let amount = amount.clone();
        Callback::from(move |event: InputEvent| {
            amount.set(event.target_unchecked_into::<HtmlInputElement>().value());
        })
    };
    let onsubmit = {
        let amount = amount.clone();
        on_msg.reform(move |event: SubmitEvent| {
            event.prevent_default();
            Msg::Run(format!("advance {}", amount.trim()))
        })
    };
    html! {
        <section class="bench__part">
            <h2 class="h">{ "Clock" }</h2>
            <p class="hint">
                if let Some(deadline) = &clock.next_deadline { { deadline } } else {
                    { "Nothing can expire now." }
                }
            </p>
            <div class="pairs">{ for JUMPS.iter().map(|it| shortcut(it, on_msg)) }</div>
            <form class="advance" {onsubmit}>
                <input class="field__input" value={(*amount).clone()} {oninput}
                    aria-label="How far: 250j, 5s, 2min" spellcheck="false" autocomplete="off" />
                <button class="btn btn--small" type="submit"
                    title="Let so much time pass: 250j, 30s, 500ms">{ "Advance" }</button>
            </form>
            <h2 class="h h--next">{ "Garbage collection" }</h2>
            <p class="hint">{ &clock.gc }</p>
            <div class="pairs">{ for GC.iter().map(|it| shortcut(it, on_msg)) }</div>
            { choice("gc_worker", &GC_AUTO, on_msg) }
            { choice("conntrack -E", &LISTENER, on_msg) }
        </section>
    }
}

fn shortcut((label, line, title): &Shortcut, on_msg: &Callback<Msg>) -> Html {
    html! {
        <button key={*label} type="button" class="btn btn--small" title={*title}
            onclick={send(on_msg, Msg::Run((*line).to_owned()))}>{ *label }</button>
    }
}

fn choice(name: &'static str, all: &[Shortcut], on_msg: &Callback<Msg>) -> Html {
    html! {
        <div class="choice" role="group" aria-label={name}>
            <span class="choice__name">{ name }</span>
            <span class="seg seg--small">
                for (label, line, title) in all {
                    <button key={*label} type="button" title={*title}
                        onclick={send(on_msg, Msg::Run((*line).to_owned()))}>{ *label }</button>
                }
            </span>
        </div>
    }
}
