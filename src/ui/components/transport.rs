//! The transport: steps, play, grain, clock, undo, and the lane.

use super::button::IconButton;
use super::icon::{Glyph, Icon};
use super::lane::Lane;
use crate::app::Msg;
use crate::ui::send;
use crate::view::model::{Clock, Grain, Panel, Transport};
use crate::words::{Plain, ui as w};
use std::rc::Rc;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// Paints [`Transport`] and [`Clock`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Where we are.
    pub transport: Rc<Transport>,
    /// The clock.
    pub clock: Clock,
    /// Nothing happened yet: the first step sends the first packet.
    pub empty: bool,
    /// Which sheet is open.
    pub panel: Panel,
    /// On a phone: all controls are shown.
    pub more: bool,
    /// Told when that is to change.
    pub on_more: Callback<()>,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

const GRAINS: [(Grain, Plain, Plain); 3] = [
    (Grain::Event, w::EVENT, w::ONE_PACKET_ONE_JUMP),
    (Grain::Phase, w::PHASE, w::ONE_PART_OF_A),
    (Grain::Change, w::CHANGE, w::ONE_FIELD_BIT_LINK),
];

const SPEEDS: [(u32, &str); 5] = [
    (25, "¼×"),
    (50, "½×"),
    (100, "1×"),
    (200, "2×"),
    (400, "4×"),
];

/// Whether all controls are shown on a phone, and what changes that. The page holds it, because it
/// leaves room for them.
#[hook]
pub fn use_more() -> (bool, Callback<()>) {
    let more = use_state_eq(|| false);
    let on_more = use_callback(more.clone(), |(), more| more.set(!**more));
    (*more, on_more)
}

/// The footer.
#[function_component]
pub fn TransportBar(props: &Props) -> Html {
    let Props {
        transport,
        clock,
        on_msg,
        ..
    } = props;
    let (more, toggle) = (props.more, props.on_more.reform(|_: MouseEvent| ()));
    let Transport {
        at_start, at_end, ..
    } = **transport;
    html! {
        <footer class={classes!("time", more.then_some("time--more"))} data-ct="transport"
            aria-label={w::TIME_2.text()}>
            <div class="time__row">
                <div class="time__steps" role="group" aria-label={w::STEPS.text()}>
                    <IconButton glyph={Glyph::First} label={w::FIRST.text()} keys="Home"
                        class="time__far"
                        disabled={at_start} msg={Msg::First} {on_msg} />
                    <IconButton glyph={Glyph::EventBack} label={w::PREVIOUS_EVENT.text()}
                        keys="Shift+←"
                        class="time__far" disabled={at_start} msg={Msg::PreviousEvent} {on_msg} />
                    <IconButton glyph={Glyph::Back} label={w::STEP_BACK.text()} keys="←"
                        disabled={at_start} msg={Msg::StepBack} {on_msg} />
                    <IconButton glyph={Glyph::Forward} label={w::STEP_FORWARD.text()} keys="→"
                        class="ibtn--main" disabled={at_end && !props.empty}
                        msg={Msg::StepForward} {on_msg} />
                    <IconButton glyph={Glyph::EventForward} label={w::NEXT_EVENT.text()}
                        keys="Shift+→"
                        class="time__far" disabled={at_end} msg={Msg::NextEvent} {on_msg} />
                    <IconButton glyph={Glyph::Last} label={w::LAST.text()} keys="End"
                        class="time__far"
                        disabled={at_end} msg={Msg::Last} {on_msg} />
                </div>
                <div class="time__play time__extra">
                    { play(transport.playing, on_msg) }
                    { speed(transport.speed, on_msg) }
                </div>
                <div class="time__grain time__extra">
                    <span class="time__label">{ w::STEP_BY.text() }</span>
                    <div class="seg" role="group" aria-label={w::STEP_BY_2.text()}>
                        for (grain, label, title) in GRAINS {
                            <button key={label.text()} type="button" title={title.text()}
                                aria-pressed={(transport.grain == grain).to_string()}
                                onclick={send(on_msg, Msg::SetGrain(grain))}>
                                { label.text() }</button>
                        }
                    </div>
                </div>
                <p class="time__count" data-ct="step">
                    <b>{ transport.position }</b>{ format!(" / {}", transport.total) }
                </p>
                <span class="time__gap"></span>
                { clock_button(clock) }
                <div class="time__undo time__extra" role="group" aria-label={w::EDITS.text()}>
                    <IconButton glyph={Glyph::Undo} label={w::UNDO.text()} keys="Ctrl+Z"
                        disabled={!transport.can_undo} msg={Msg::Undo} {on_msg} />
                    <IconButton glyph={Glyph::Redo} label={w::REDO.text()} keys="Ctrl+Shift+Z"
                        disabled={!transport.can_redo} msg={Msg::Redo} {on_msg} />
                </div>
            </div>
            <Lane transport={transport.clone()} clock={clock.clone()} {on_msg} />
            <div class="dock">
                { sheet(w::PACKETS_2.text(), "bench", Panel::Bench, props.panel, on_msg) }
                { sheet(w::INSPECT.text(), "why", Panel::Why, props.panel, on_msg) }
                <button type="button" class="btn dock__more" onclick={toggle}
                    aria-label={w::MORE_CONTROLS.text()} aria-expanded={more.to_string()}>
                    <Icon glyph={Glyph::More} />
                </button>
            </div>
        </footer>
    }
}

/// The counter; a press shows everything about the clocks and gc.
fn clock_button(clock: &Clock) -> Html {
    html! {
        <div class="time__clock">
            <button type="button" class="clockbox__button" popovertarget="facts"
                title={w::CLOCKS_AND_GARBAGE.text()}>
                <span class="time__label">{ "jiffies" }</span>
                <code class="jiffies" data-ct="jiffies">
                    for (at, digits) in groups(clock.jiffies).into_iter().enumerate() {
                        <span key={at} class="jiffies__group">{ digits }</span>
                    }
                </code>
                <small class="time__uptime">{ &clock.uptime }</small>
                <small class="time__wraps">{ ", " }{ &clock.wraps }</small>
            </button>
            <div id="facts" class="facts" popover="auto" data-ct="facts" role="group"
                aria-label={w::CLOCKS_AND_GARBAGE.text()}>
                <dl>
                    for (name, value) in &clock.facts {
                        <div key={*name}><dt>{ *name }</dt><dd>{ value }</dd></div>
                    }
                </dl>
            </div>
        </div>
    }
}

fn play(playing: bool, on_msg: &Callback<Msg>) -> Html {
    let (glyph, label) = if playing {
        (Glyph::Pause, w::PAUSE.text())
    } else {
        (Glyph::Play, w::PLAY.text())
    };
    html! {
        <IconButton {glyph} {label} keys="Space" msg={Msg::TogglePlay} {on_msg} />
    }
}

fn speed(chosen: u32, on_msg: &Callback<Msg>) -> Html {
    let choose = on_msg.reform(|event: Event| {
        let percent = event.target_unchecked_into::<HtmlSelectElement>().value();
        Msg::SetSpeed(percent.parse().unwrap_or(100))
    });
    html! {
        <select class="time__speed" onchange={choose} aria-label={w::PLAYING_SPEED.text()}
            title={w::SPEED.text()}>
            for (percent, label) in SPEEDS {
                <option key={percent} value={percent.to_string()} selected={percent == chosen}>
                    { label }
                </option>
            }
        </select>
    }
}

fn sheet(
    label: &'static str,
    id: &'static str,
    panel: Panel,
    open: Panel,
    on_msg: &Callback<Msg>,
) -> Html {
    let is_open = panel == open;
    let target = if is_open { Panel::None } else { panel };
    html! {
        <button type="button" class="btn" aria-expanded={is_open.to_string()} aria-controls={id}
            onclick={send(on_msg, Msg::SetPanel(target))}>{ label }</button>
    }
}

/// Digits in groups of three, from the right.
fn groups(number: u32) -> Vec<String> {
    let digits = number.to_string();
    let first = (digits.len() - 1) % 3 + 1;
    let (head, tail) = digits.split_at(first);
    let rest = (0..tail.len())
        .step_by(3)
        .map(|at| tail[at..at + 3].to_owned());
    std::iter::once(head.to_owned()).chain(rest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_falls_into_groups_of_three() {
        assert_eq!(groups(0), ["0"]);
        assert_eq!(groups(123), ["123"]);
        assert_eq!(groups(4_294_907_896), ["4", "294", "907", "896"]);
        assert_eq!(groups(75_000), ["75", "000"]);
    }
}
