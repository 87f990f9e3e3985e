//! Time and the gc worker: both move only when told to.

use super::typing::typing;
use crate::app::Msg;
use crate::ui::send;
use crate::view::model::{Clock, Listen, Typing};
use crate::words::{Plain, ui as w};
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
type Shortcut = (Plain, &'static str, Plain);
/// A shortcut that is one of several ways to be, and the way it is.
type Way<T> = (T, Shortcut);

const JUMPS: [Shortcut; 4] = [
    (w::N_1_JIFFY, "advance 1j", w::ONE_TICK_OF_THE),
    (w::PLUS_1_S, "advance 1s", w::ONE_SECOND),
    (w::PLUS_30_S, "advance 30s", w::HALF_A_MINUTE),
    (w::DEADLINE, "advance next", w::TO_WHERE_THE_NEXT),
];

const GC: [Shortcut; 2] = [
    (w::RUN_GC, "gc", w::ONE_RUN_OF_GC),
    (w::SWEEP, "gc sweep", w::GC_WORKER_RUNS_UNTIL),
];

const GC_AUTO: [Way<bool>; 2] = [
    (true, (w::BY_ITSELF, "gc auto", w::GC_WORKER_RUNS_AS)),
    (false, (w::WAITS, "gc manual", w::GC_WORKER_RUNS_ONLY)),
];

const LISTENER: [Way<Listen>; 3] = [
    (
        Listen::On,
        (w::READS, "events on", w::CONNTRACK_E_READS_EVERY),
    ),
    (
        Listen::Off,
        (w::OFF, "events off", w::NOBODY_LISTENS_NO_EVENT),
    ),
    (
        Listen::Slow,
        (w::SLOW, "events slow", w::THE_LISTENER_DOES_NOT),
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
        <section class="bench__part clock" aria-label={w::CLOCK_AND_GARBAGE.text()}>
            <h2 class="h">
                { w::CLOCK.text() }
                <span class="h__aside">
                    if let Some(deadline) = &clock.next_deadline { { deadline } } else {
                        { w::NOTHING_CAN_EXPIRE.text() }
                    }
                </span>
            </h2>
            <div class="pairs pairs--jumps">
                { for JUMPS.iter().map(|it| shortcut(it, on_msg)) }
            </div>
            <form class="advance" {onsubmit}>
                <input class="field__input" value={clock.advance.clone()} {oninput}
                    aria-label={w::HOW_FAR_250J_5S.text()}
                    aria-describedby="advance-typing" spellcheck="false" autocomplete="off" />
                <button class="btn btn--small" type="submit"
                    title={w::LET_SO_MUCH_TIME.text()}>{ w::ADVANCE.text() }</button>
            </form>
            if let Typing::Expects(_) = &clock.typing {
                { typing("advance-typing", &clock.typing) }
            }
            <h2 class="h h--next">
                { w::GARBAGE_COLLECTOR.text() }<span class="h__aside">{ &clock.gc }</span>
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
    let name = (*label == w::DEADLINE).then(|| w::NEXT_DEADLINE.text());
    html! {
        <button key={*line} type="button" class="btn btn--small" title={title.text()}
            aria-label={name}
            onclick={send(on_msg, Msg::Run((*line).to_owned()))}>{ label.text() }</button>
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
                    <button key={line} type="button" title={title.text()}
                        aria-pressed={(way == chosen).to_string()}
                        onclick={if way == chosen { Callback::noop() } else {
                            send(on_msg, Msg::Run(line.to_owned()))
                        }}>{ label.text() }</button>
                }
            </span>
        </div>
    }
}
