//! Time and the gc worker: both move only when told to.

use super::typing::typing;
use crate::app::Msg;
use crate::ui::send;
use crate::view::model::{Clock, Listen, Typing};
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
/// A shortcut that is one of several ways to be, and the way it is.
type Way<T> = (T, Shortcut);

const JUMPS: [Shortcut; 4] = [
    ("+1 jiffy", "advance 1j", "One tick of the clock (T)"),
    ("+1 s", "advance 1s", "One second"),
    ("+30 s", "advance 30s", "Half a minute"),
    (
        "deadline",
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

const GC_AUTO: [Way<bool>; 2] = [
    (
        true,
        ("by itself", "gc auto", "gc_worker runs as time passes"),
    ),
    (
        false,
        ("waits", "gc manual", "gc_worker runs only when you say so"),
    ),
];

const LISTENER: [Way<Listen>; 3] = [
    (
        Listen::On,
        (
            "reads",
            "events on",
            "conntrack -E reads every event at once",
        ),
    ),
    (
        Listen::Off,
        ("off", "events off", "Nobody listens: no event is built"),
    ),
    (
        Listen::Slow,
        (
            "slow",
            "events slow",
            "The listener does not read: delivery fails and is tried again",
        ),
    ),
];

/// Buttons that move time, run gc and say who listens.
#[function_component]
pub fn ClockPanel(props: &Props) -> Html {
    let Props { clock, on_msg } = props;
    let oninput = on_msg.reform(|event: InputEvent| {
        Msg::AdvanceInput(event.target_unchecked_into::<HtmlInputElement>().value())
    });
    let onsubmit = on_msg.reform(|event: SubmitEvent| {
        event.prevent_default();
        Msg::Advance
    });
    html! {
        <section class="bench__part clock" aria-label="Clock and garbage collection">
            <h2 class="h">
                { "Clock" }
                <span class="h__aside">
                    if let Some(deadline) = &clock.next_deadline { { deadline } } else {
                        { "nothing can expire" }
                    }
                </span>
            </h2>
            <div class="pairs pairs--jumps">
                { for JUMPS.iter().map(|it| shortcut(it, on_msg)) }
            </div>
            <form class="advance" {onsubmit}>
                <input class="field__input" value={clock.advance.clone()} {oninput}
                    aria-label="How far: 250j, 5s, 2min"
                    aria-describedby="advance-typing" spellcheck="false" autocomplete="off" />
                <button class="btn btn--small" type="submit"
                    title="Let so much time pass: 250j, 30s, 500ms">{ "Advance" }</button>
            </form>
            if let Typing::Expects(_) = &clock.typing {
                { typing("advance-typing", &clock.typing) }
            }
            <h2 class="h h--next">
                { "Garbage collector" }<span class="h__aside">{ &clock.gc }</span>
            </h2>
            <div class="gcrow">
                { for GC.iter().map(|it| shortcut(it, on_msg)) }
                { choice("gc_worker", &GC_AUTO, clock.gc_auto, on_msg) }
            </div>
            { choice("conntrack -E", &LISTENER, clock.listener, on_msg) }
        </section>
    }
}

fn shortcut((label, line, title): &Shortcut, on_msg: &Callback<Msg>) -> Html {
    let name = match *label {
        "deadline" => Some("Next deadline"),
        _ => None,
    };
    html! {
        <button key={*label} type="button" class="btn btn--small" title={*title} aria-label={name}
            onclick={send(on_msg, Msg::Run((*line).to_owned()))}>{ *label }</button>
    }
}

/// Which way it is shows; choosing that way again does nothing, so the log stays short.
fn choice<T: PartialEq + Copy>(
    name: &'static str,
    all: &[Way<T>],
    chosen: T,
    on_msg: &Callback<Msg>,
) -> Html {
    html! {
        <div class="choice" role="group" aria-label={name}>
            <span class="choice__name">{ name }</span>
            <span class="seg seg--small">
                for &(way, (label, line, title)) in all {
                    <button key={label} type="button" {title}
                        aria-pressed={(way == chosen).to_string()}
                        onclick={if way == chosen { Callback::noop() } else {
                            send(on_msg, Msg::Run(line.to_owned()))
                        }}>{ label }</button>
                }
            </span>
        </div>
    }
}
