//! The packet bench: what goes on the wire.

use super::button::IconButton;
use super::clock::ClockPanel;
use super::console::ConsolePanel;
use super::frags::Frags;
use super::hosts::Hosts;
use super::icon::Glyph;
use super::packets::Packets;
use crate::app::Msg;
use crate::ui::send;
use crate::view::model::{Bench, BenchProto, Clock, Console, PacketButton, Panel, Standing};
use crate::words::{Plain, tell, ui as w};
use std::rc::Rc;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// Paints [`Bench`], [`Clock`] and [`Console`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Packets.
    pub bench: Rc<Bench>,
    /// Time.
    pub clock: Clock,
    /// Command line.
    pub console: Rc<Console>,
    /// The bench is a sheet, and open.
    pub open: bool,
    /// Nothing happened yet.
    pub empty: bool,
    /// Somebody is shown round: what to do first is said there.
    pub guided: bool,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

const PROTOS: [(BenchProto, Plain); 4] = [
    (BenchProto::Tcp, w::TCP),
    (BenchProto::Udp, w::UDP),
    (BenchProto::Icmp, w::ICMP),
    (BenchProto::Other, w::OTHER),
];

/// What stands behind “other”.
const OTHERS: [(BenchProto, Plain); 5] = [
    (BenchProto::Other, w::ANY_LINE),
    (BenchProto::Sctp, w::SCTP),
    (BenchProto::Dccp, w::DCCP),
    (BenchProto::Udplite, w::UDP_LITE),
    (BenchProto::Gre, w::GRE),
];

const FATES: [(&str, Plain); 8] = [
    ("", w::LET_IT_PASS),
    ("hold=prerouting", w::HOLD_AT_PREROUTING),
    ("hold=forward", w::HOLD_AT_FORWARD),
    ("hold=postrouting", w::HOLD_AT_POSTROUTING),
    ("hold=queue", w::HOLD_IN_THE_DEVICE),
    ("drop=prerouting", w::DROP_AT_PREROUTING),
    ("drop=forward", w::DROP_AT_FORWARD),
    ("drop=postrouting", w::DROP_AT_POSTROUTING),
];

/// The panel on the left; a sheet on a narrow screen.
#[function_component]
pub fn BenchPanel(props: &Props) -> Html {
    let Props { bench, on_msg, .. } = props;
    let first = props.empty && !props.guided;
    html! {
        <section class={classes!("bench", props.open.then_some("bench--open"))} id="bench"
            tabindex="-1" aria-label={w::PACKET_BENCH.text()}>
            if props.open {
                <IconButton glyph={Glyph::Close} label={w::CLOSE_PACKETS.text()}
                    class="sheet__close"
                    msg={Msg::SetPanel(Panel::None)} {on_msg} />
            }
            <div class="bench__scroll">
                <section class="bench__part">
                    <h2 class="h">
                        {
                            if props.empty {
                                w::YOUR_FIRST_PACKET.text()
                            } else {
                                w::SEND_A_PACKET.text()
                            }
                        }
                        <kbd class="kbd" aria-hidden="true">{ "N" }</kbd>
                    </h2>
                    if props.empty {
                        <p class="hint bench__intro">
                            { w::A_ASKS_B_FOR.text() }
                        </p>
                    }
                    { standing(&bench.standing, on_msg) }
                    <div class="seg seg--full" role="group" aria-label={w::PROTOCOL.text()}>
                        for (proto, label) in PROTOS {
                            <button key={label.text()} type="button"
                                aria-pressed={pressed(proto, bench.proto).to_string()}
                                onclick={send(on_msg, Msg::BenchProto(proto))}>
                                { label.text() }</button>
                        }
                    </div>
                    if pressed(BenchProto::Other, bench.proto) {
                        { others(bench.proto, on_msg) }
                    }
                    <Hosts bench={bench.clone()} {on_msg} />
                    { flow(bench, on_msg) }
                    if !bench.buttons.is_empty() {
                        <div class="kinds" role="group" aria-label={w::SEND_WITH_ONE_CLICK.text()}>
                            for reply in [false, true] {
                                { way(reply, &bench.buttons, on_msg) }
                            }
                        </div>
                    }
                    { fate(&bench.fate, on_msg) }
                    <button id="send" type="button" class={classes!("btn", "btn--primary",
                        first.then_some("btn--first"))}
                        aria-describedby="bench-line"
                        onclick={send(on_msg, Msg::SendPacket)}
                        title={w::SEND_THE_LINE_BELOW.text()}>
                        { w::SEND_PACKET.text() }
                        if first {
                            <kbd class="btn__key" aria-hidden="true">{ "→" }</kbd>
                        }
                    </button>
                    if let Some(problem) = &bench.problem {
                        <p id="bench-line" class="problem" role="alert">{ problem }</p>
                    } else {
                        <p id="bench-line" class="bench__line" title={bench.line.clone()}>
                            <code>{ &bench.line }</code>
                        </p>
                    }
                </section>
                <Packets skbs={bench.skbs.clone()} {on_msg} />
                <Frags frags={bench.frags.clone()} />
                <ClockPanel clock={props.clock.clone()} {on_msg} />
            </div>
            <ConsolePanel console={props.console.clone()} {on_msg} />
        </section>
    }
}

/// What was set for all packets to come, with the button that ends it.
fn standing(all: &[Standing], on_msg: &Callback<Msg>) -> Html {
    html! {
        if !all.is_empty() {
            <ul class="standing" aria-label={w::SET_FOR_ALL_PACKETS.text()}>
                for it in all {
                    <li key={it.line} class="standing__one">
                        <span>{ &it.text }</span>
                        <button type="button" class="standing__end" title={it.end}
                            aria-label={it.end}
                            onclick={send(on_msg, Msg::Run(it.line.to_owned()))}>{ "×" }</button>
                    </li>
                }
            </ul>
        }
    }
}

/// Is the button of `proto` the one that stands for the chosen protocol?
fn pressed(proto: BenchProto, chosen: BenchProto) -> bool {
    let named = PROTOS.iter().any(|(it, _)| *it == chosen);
    proto == chosen || (proto == BenchProto::Other && !named)
}

fn others(chosen: BenchProto, on_msg: &Callback<Msg>) -> Html {
    let choose = on_msg.reform(|event: Event| {
        let label = event.target_unchecked_into::<HtmlSelectElement>().value();
        let proto = OTHERS.iter().find(|(_, name)| name.text() == label);
        Msg::BenchProto(proto.map_or(BenchProto::Other, |(proto, _)| *proto))
    });
    html! {
        <label class="pick pick--full">
            <span class="pick__label">{ w::AS.text() }</span>
            <select class="pick__list" onchange={choose} aria-label={w::OTHER_PROTOCOL.text()}>
                for (proto, label) in OTHERS {
                    <option key={label.text()} value={label.text()}
                        selected={proto == chosen}>{ label.text() }</option>
                }
            </select>
        </label>
    }
}

fn flow(bench: &Bench, on_msg: &Callback<Msg>) -> Html {
    let choose = on_msg.reform(|event: Event| {
        let number = event.target_unchecked_into::<HtmlSelectElement>().value();
        Msg::BenchFlow(number.parse().unwrap_or(0))
    });
    html! {
        if !bench.flows.is_empty() {
            <label class="pick pick--full">
                <span class="pick__label">{ w::OF.text() }</span>
                <select class="pick__list" onchange={choose} aria-label={w::CONNECTION.text()}>
                    <option value="0" selected={!bench.flows.iter().any(|(_, l)| *l == bench.flow)}>
                        { w::A_NEW_FLOW.text() }
                    </option>
                    <>
                        for (number, label) in &bench.flows {
                            <option key={*number} value={number.to_string()}
                                selected={*label == bench.flow}>{ label }</option>
                        }
                    </>
                </select>
            </label>
        }
    }
}

/// Letters of the buttons that fit into one row.
const ROW_LETTERS: usize = 24;

/// The packets of one direction in a row, behind the host that sends them.
fn way(reply: bool, buttons: &[PacketButton], on_msg: &Callback<Msg>) -> Html {
    let (name, host, mark, d) = if reply {
        (
            w::REPLY_DIRECTION_B_TO.text(),
            "B",
            "kinds__mark kinds__mark--reply",
            "M12,1 L2,6 12,11 Z M4.5,8 L9,3.5 M7,10 l5,-5",
        )
    } else {
        (
            w::ORIGINAL_DIRECTION_A_TO.text(),
            "A",
            "kinds__mark kinds__mark--orig",
            "M2,1 L12,6 2,11 Z",
        )
    };
    // Long names want a second row.
    let letters: usize = buttons
        .iter()
        .filter(|it| it.reply == reply)
        .map(|it| short(&it.label).len())
        .sum();
    let wraps = (letters > ROW_LETTERS).then_some("kinds__way--wraps");
    html! {
        <div key={name} class={classes!("kinds__way", wraps)} role="group" aria-label={name}>
            <span class="kinds__from" title={name} aria-hidden="true">
                <b>{ host }</b><svg class={mark} viewBox="0 0 14 12"><path {d} /></svg>
            </span>
            <>
                for (at, button) in buttons.iter().enumerate().filter(|(_, it)| it.reply == reply) {
                    { kind(at, button, on_msg) }
                }
            </>
        </div>
    }
}

/// The row says that it is a reply; the name says it to who does not see the row.
fn short(label: &str) -> &str {
    label.strip_prefix("reply ").unwrap_or(label)
}

fn kind(at: usize, button: &PacketButton, on_msg: &Callback<Msg>) -> Html {
    let says = if button.reply {
        w::REPLY_DIRECTION.text()
    } else {
        w::ORIGINAL_DIRECTION.text()
    };
    let title = tell!(w::SEND_AT_ONCE_SAYS, says, line = button.line);
    let next = button.suggested.then_some("kinds__kind--next");
    html! {
        <button key={at} type="button" {title} aria-label={button.label.clone()}
            class={classes!("kinds__kind", next)}
            onclick={send(on_msg, Msg::BenchButton(u32::try_from(at).unwrap_or(u32::MAX)))}>
            { short(&button.label).to_owned() }
        </button>
    }
}

fn fate(chosen: &str, on_msg: &Callback<Msg>) -> Html {
    let choose = on_msg.reform(|event: Event| {
        Msg::BenchFate(event.target_unchecked_into::<HtmlSelectElement>().value())
    });
    html! {
        <label class="pick pick--full">
            <span class="pick__label">{ w::AND.text() }</span>
            <select class="pick__list" onchange={choose} aria-label={w::WHAT_BECOMES_OF_THE.text()}>
                for (value, label) in FATES {
                    <option key={value} {value} selected={value == chosen}>{ label.text() }</option>
                }
            </select>
        </label>
    }
}
