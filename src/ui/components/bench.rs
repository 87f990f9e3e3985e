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

const PROTOS: [(BenchProto, &str); 4] = [
    (BenchProto::Tcp, "TCP"),
    (BenchProto::Udp, "UDP"),
    (BenchProto::Icmp, "ICMP"),
    (BenchProto::Other, "other"),
];

/// What stands behind “other”.
const OTHERS: [(BenchProto, &str); 5] = [
    (BenchProto::Other, "any line"),
    (BenchProto::Sctp, "SCTP"),
    (BenchProto::Dccp, "DCCP"),
    (BenchProto::Udplite, "UDP-Lite"),
    (BenchProto::Gre, "GRE"),
];

const FATES: [(&str, &str); 8] = [
    ("", "let it pass"),
    ("hold=prerouting", "hold at PREROUTING"),
    ("hold=forward", "hold at FORWARD"),
    ("hold=postrouting", "hold at POSTROUTING"),
    ("hold=queue", "hold in the device queue"),
    ("drop=prerouting", "drop at PREROUTING"),
    ("drop=forward", "drop at FORWARD"),
    ("drop=postrouting", "drop at POSTROUTING"),
];

/// The panel on the left; a sheet on a narrow screen.
#[function_component]
pub fn BenchPanel(props: &Props) -> Html {
    let Props { bench, on_msg, .. } = props;
    let first = props.empty && !props.guided;
    html! {
        <section class={classes!("bench", props.open.then_some("bench--open"))} id="bench"
            tabindex="-1" aria-label="Packet bench">
            if props.open {
                <IconButton glyph={Glyph::Close} label="Close Packets" class="sheet__close"
                    msg={Msg::SetPanel(Panel::None)} {on_msg} />
            }
            <div class="bench__scroll">
                <section class="bench__part">
                    <h2 class="h">
                        { if props.empty { "Your first packet" } else { "Send a packet" } }
                        <kbd class="kbd" aria-hidden="true">{ "N" }</kbd>
                    </h2>
                    if props.empty {
                        <p class="hint bench__intro">
                            { "A asks B for a web page. The machine between them, this one, \
                               watches every packet." }
                        </p>
                    }
                    { standing(&bench.standing, on_msg) }
                    <div class="seg seg--full" role="group" aria-label="Protocol">
                        for (proto, label) in PROTOS {
                            <button key={label} type="button"
                                aria-pressed={pressed(proto, bench.proto).to_string()}
                                onclick={send(on_msg, Msg::BenchProto(proto))}>{ label }</button>
                        }
                    </div>
                    if pressed(BenchProto::Other, bench.proto) {
                        { others(bench.proto, on_msg) }
                    }
                    <Hosts bench={bench.clone()} {on_msg} />
                    { flow(bench, on_msg) }
                    if !bench.buttons.is_empty() {
                        <div class="kinds" role="group" aria-label="Send with one click">
                            for reply in [false, true] {
                                { way(reply, &bench.buttons, on_msg) }
                            }
                        </div>
                    }
                    { fate(&bench.fate, on_msg) }
                    <button id="send" type="button" class={classes!("btn", "btn--primary",
                        first.then_some("btn--first"))}
                        aria-describedby="bench-line"
                        onclick={send(on_msg, Msg::SendPacket)} title="Send the line below (N)">
                        { "Send packet" }
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
            <ul class="standing" aria-label="Set for all packets to come">
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
        let proto = OTHERS.iter().find(|(_, name)| *name == label);
        Msg::BenchProto(proto.map_or(BenchProto::Other, |(proto, _)| *proto))
    });
    html! {
        <label class="pick pick--full">
            <span class="pick__label">{ "as" }</span>
            <select class="pick__list" onchange={choose} aria-label="Other protocol">
                for (proto, label) in OTHERS {
                    <option key={label} value={label} selected={proto == chosen}>{ label }</option>
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
                <span class="pick__label">{ "of" }</span>
                <select class="pick__list" onchange={choose} aria-label="Connection">
                    <option value="0" selected={!bench.flows.iter().any(|(_, l)| *l == bench.flow)}>
                        { "a new flow" }
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
            "Reply direction, B to A",
            "B",
            "kinds__mark kinds__mark--reply",
            "M12,1 L2,6 12,11 Z M4.5,8 L9,3.5 M7,10 l5,-5",
        )
    } else {
        (
            "Original direction, A to B",
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
        "reply direction"
    } else {
        "original direction"
    };
    let title = format!("Send at once, {says}: {}", button.line);
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
            <span class="pick__label">{ "and" }</span>
            <select class="pick__list" onchange={choose} aria-label="What becomes of the packet">
                for (value, label) in FATES {
                    <option key={value} {value} selected={value == chosen}>{ label }</option>
                }
            </select>
        </label>
    }
}
