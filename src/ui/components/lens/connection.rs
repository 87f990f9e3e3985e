//! Figure 2: a connection with its handles, bits, fields and the ledger of its references.

use super::tuple_bytes::tuple_bytes;
use crate::app::Msg;
use crate::engine::tuple::Dir;
use crate::ui::components::fields::Fields;
use crate::ui::components::stage::Seal;
use crate::ui::components::stage::conn_card::{life_mark, pin_view};
use crate::ui::components::stage::defs::defs;
use crate::ui::components::stage::tuplehash::{key_of, tuplehash};
use crate::ui::send;
use crate::view::lens::connection::{Bit, Body, ConnectionView, Handle, History};
use crate::view::model::{LedgerRow, Selection};
use crate::view::stage::CHIP_H;
use crate::words::{tell, ui as w};
use std::rc::Rc;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// Paints a [`ConnectionView`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The connection.
    pub view: Rc<ConnectionView>,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// The lens.
#[component]
pub fn ConnectionLens(props: &Props) -> Html {
    let Props { view, on_msg } = props;
    html! {
        <article class="conn" data-ct="lens-connection" data-conn={format!("c{}", view.number)}>
            <header class="conn__head">
                <Seal conn={view.number} />
                <h2 class="conn__name">{ format!("c{}", view.number) }</h2>
                <span class="conn__sub">
                    if let Some(body) = &view.body { { life_mark(body.life) } }
                    { &view.subtitle }
                </span>
                { others(view, on_msg) }
                if let Some(body) = &view.body { { held(body, on_msg) } }
            </header>
            if let Some(body) = &view.body {
                { handles(body, on_msg) }
                { status(body) }
            }
            <div class="conn__columns">
                if let Some(body) = &view.body {
                    <div class="conn__column">
                        <Fields group={body.fields.clone()} />
                        <h3 class="fields__title">{ w::EXTENSIONS_BEHIND_EXT.text() }</h3>
                        { bits(&body.extensions) }
                        <>
                            for group in &body.groups {
                                <Fields key={group.title.clone()} group={group.clone()} />
                            }
                        </>
                    </div>
                }
                <section class="conn__column" aria-label={w::LEDGER_OF_USE.text()}>
                    <h3 class="fields__title">{ w::LEDGER_OF_USE.text() }</h3>
                    if let Some(it) = &view.history { { history(it) } }
                    { ledger(view, on_msg) }
                </section>
            </div>
        </article>
    }
}

/// Another connection to look at.
fn others(view: &ConnectionView, on_msg: &Callback<Msg>) -> Html {
    let choose = on_msg.reform(|event: Event| {
        let number = event.target_unchecked_into::<HtmlSelectElement>().value();
        let number = number.parse();
        Msg::Select(number.map_or(Selection::Step, Selection::Conn))
    });
    html! {
        if view.others.len() > 1 {
            <label class="pick conn__pick">
                <span class="pick__label">{ w::LOOK_AT.text() }</span>
                <select class="pick__list" onchange={choose}
                    aria-label={w::CONNECTION_TO_LOOK_AT.text()}>
                    for (number, label) in &view.others {
                        <option key={*number} value={number.to_string()}
                            selected={*number == view.number}>{ label }</option>
                    }
                </select>
            </label>
        }
    }
}

/// `use`, and a pin for everyone who holds it.
fn held(body: &Body, on_msg: &Callback<Msg>) -> Html {
    let (now, old) = body.use_count;
    html! {
        <div class="conn__held" data-ct="use" aria-label={w::REFERENCES.text()}>
            <span>{ w::USE.text() }</span>
            if let Some(old) = old {
                <code class="changed"><s>{ old }</s>{ " → " }<b>{ now }</b></code>
            } else {
                <code><b>{ now }</b></code>
            }
            for pin in &body.pins { { pin_view(pin, on_msg) } }
            if body.more_pins > 0 {
                <span class="pin pin--more">{ format!("+{}", body.more_pins) }</span>
            }
        </div>
    }
}

fn handles(body: &Body, on_msg: &Callback<Msg>) -> Html {
    html! {
        <section class="conn__part" aria-label="tuplehash">
            <h3 class="h">
                <span>{ "tuplehash[2] " }<span class="h__aside">
                    { w::THE_SAME_OBJECT_TWO.text() }
                </span></span>
            </h3>
            { handle(&body.handles[0], true, on_msg) }
            { handle(&body.handles[1], false, on_msg) }
        </section>
    }
}

fn handle(handle: &Handle, first: bool, on_msg: &Callback<Msg>) -> Html {
    let (w, h) = (handle.chip.w + 2, CHIP_H + 2);
    let (name, class) = match handle.chip.dir {
        Dir::Original => ("tuplehash[0]", "bytes--original"),
        Dir::Reply => ("tuplehash[1]", "bytes--reply"),
    };
    let (place, was) = &handle.place;
    html! {
        <div class="conn__handle">
            <div class="conn__chip">
                <svg class="stage lens__svg" width={w.to_string()} height={h.to_string()}
                    viewBox={format!("-1 -1 {w} {h}")}>
                    if first { { defs() } }
                    { tuplehash(&handle.chip, key_of(&handle.chip), on_msg) }
                </svg>
                <code>{ name }</code>
                <span class="conn__place">
                    if let Some(was) = was {
                        <span class="changed"><s>{ was }</s>{ " → " }<b>{ place }</b></span>
                    } else {
                        { place }
                    }
                    if !handle.next.is_empty() { { ", " }{ &handle.next } }
                </span>
            </div>
            <p class="deep conn__pointers">
                for field in &handle.pointers {
                    <span key={field.name.clone()} title={field.note.clone()}>
                        <code>{ &field.name }</code>{ " = " }
                        if let Some(old) = &field.old {
                            <code class="changed">
                                <s>{ old }</s>{ " → " }<b>{ &field.value }</b>
                            </code>
                        } else {
                            <code><b>{ &field.value }</b></code>
                        }
                    </span>
                }
            </p>
            { tuple_bytes(&handle.parts, class) }
        </div>
    }
}

fn status(body: &Body) -> Html {
    let (now, old) = &body.status;
    html! {
        <section class="conn__part" aria-label="status">
            <h3 class="h"><span>{ "status " }
                if let Some(old) = old {
                    <code class="changed"><s>{ old }</s>{ " → " }<b>{ now }</b></code>
                } else {
                    <code class="h__aside">{ now }</code>
                }
                <span class="h__aside">{ w::NUMBER_OF_THE_BIT.text() }</span>
            </span></h3>
            { bits(&body.bits) }
        </section>
    }
}

/// Bits, or areas: those that are set stand out by weight, frame and word.
pub fn bits(all: &[Bit]) -> Html {
    html! {
        <ul class="bits">
            for bit in all {
                <li key={bit.number} title={bit.title} class={classes!("bits__bit",
                    bit.set.then_some("bits__bit--set"),
                    bit.changed.then_some("bits__bit--changed"))}>
                    <code>{ bit.number }</code>
                    <span>{ bit.name }</span>
                    <span class="unseen">
                        { if bit.set { w::SET.text() } else { w::CLEAR.text() } }
                        if bit.changed { { w::CHANGED_JUST_NOW.text() } }
                    </span>
                </li>
            }
        </ul>
    }
}

/// The course of `use` over the steps of the log.
fn history(history: &History) -> Html {
    let (w, h) = history.size;
    let base = h - 22;
    html! {
        <svg class="usage" viewBox={format!("0 0 {w} {h}")} role="img" data-ct="use-history"
            aria-label={history.words.clone()} preserveAspectRatio="xMinYMid meet">
            <>
                for (y, left) in &history.scale {
                    <g key={*left}>
                        <path class="usage__grid" d={format!("M26,{y}H{}", w - 12)} />
                        <text class="usage__text usage__text--end" x="18" y={(y + 5).to_string()}>
                            { left }
                        </text>
                    </g>
                }
            </>
            <path class="usage__line" d={history.line.clone()} />
            <circle class="usage__now" r="4" cx={history.now.0.to_string()}
                cy={history.now.1.to_string()} />
            <>
                for (at, (x, position)) in history.ticks.iter().enumerate() {
                    <text key={at} y={(base + 17).to_string()} x={x.to_string()}
                        class={classes!("usage__text", (at > 0).then_some("usage__text--end"))}>
                        { if at > 0 { w::NOW_STEP.text() } else { w::STEP_2.text() } }{ position }
                    </text>
                }
            </>
        </svg>
    }
}

fn ledger(view: &ConnectionView, on_msg: &Callback<Msg>) -> Html {
    html! {
        <>
            <p class="uses__head" aria-hidden="true">
                <span>
                    { w::TIME.text() }</span>
                    <span>{ w::OWNER.text() }</span><span>{ w::USE_2.text() }
                </span>
                <span>{ w::WHERE_AND_WHY.text() }</span>
            </p>
            if view.earlier > 0 {
                <p class="hint">{ tell!(w::EARLIER_EARLIER_CHANGES, earlier = view.earlier) }</p>
            }
            <ol class="uses" data-ct="ledger">
                for row in &view.ledger {
                    { ledger_row(row, view.current == Some(row.position), on_msg) }
                }
            </ol>
        </>
    }
}

fn ledger_row(row: &LedgerRow, now: bool, on_msg: &Callback<Msg>) -> Html {
    html! {
        <li key={row.position}>
            <button type="button" title={w::GO_TO_THIS_STEP.text()}
                aria-current={now.then_some("step")}
                class={classes!("uses__row", now.then_some("uses__row--now"))}
                onclick={send(on_msg, Msg::Seek(row.position))}>
                <span>{ &row.time }</span>
                <b>{ &row.owner }</b>
                <code>
                    <span class="uses__delta">{ &row.delta }</span>{ " " }<b>{ row.left }</b>
                </code>
                <span class="uses__where">
                    <code>{ &row.function }</code>
                    <small>{ row.reason }</small>
                </span>
            </button>
        </li>
    }
}
