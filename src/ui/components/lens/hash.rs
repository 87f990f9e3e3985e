//! The hash microscope: fields, words, seed, 32 bits, bucket.

use super::tuple_bytes::tuple_bytes;
use crate::app::Msg;
use crate::engine::tuple::Dir;
use crate::ui::components::hosts::text_field;
use crate::ui::components::stage::defs::defs;
use crate::ui::components::stage::tuplehash::dir_class;
use crate::ui::send;
use crate::view::lens::hash::{HashMark, HashView, NumberLine, Way};
use crate::view::names;
use std::rc::Rc;
use yew::prelude::*;

/// Paints a [`HashView`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is under the microscope.
    pub view: Rc<HashView>,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// The lens.
#[component]
pub fn HashLens(props: &Props) -> Html {
    let Props { view, on_msg } = props;
    html! {
        <article class="micro" data-ct="lens-hash">
            { form(view, on_msg) }
            <section aria-label="Buckets">
                <h3 class="h"><span>{ "All 2" }<sup>{ "32" }</sup>{ " hashes in a line, cut into " }
                    { names::grouped(view.size.into()) }
                    { " buckets of the same length" }</span></h3>
                { line(&view.line) }
            </section>
            if view.ways.is_empty() {
                <p class="hint">{ "Mend the field that is marked, and the hash is here." }</p>
            }
            <div class="micro__ways">
                for way in &view.ways { { way_of(view, way) } }
                if view.ways.len() == 1 {
                    <p class="hint">{ "This ICMP type has no answer: there is no reply tuple, and \
                        conntrack makes no connection of it." }</p>
                }
            </div>
            if let Some(way) = view.ways.first() {
                <p class="micro__why">
                    <b>{ "Why no modulo? " }</b>
                    { "hash mod " }{ view.size }{ " would say " }{ way.modulo }
                    { ". It takes the low bits and needs a division. Multiply and shift takes the \
                       high bits: how far the hash is on its way from 0 to 2" }<sup>{ "32" }</sup>
                    { ", that far is the bucket on its way through the table. The size need not \
                       be a power of two." }
                </p>
            }
        </article>
    }
}

fn form(view: &HashView, on_msg: &Callback<Msg>) -> Html {
    let typed = &view.typed;
    html! {
        <section class="micro__form" aria-label="A tuple to try">
            <div class="micro__fields">
                for it in &typed.fields {
                    <div key={it.key}
                        class={classes!("field", format!("micro__field--{}", it.key))}>
                        { text_field(it, "hash", Msg::HashField, Msg::HashCollide, on_msg) }
                    </div>
                }
            </div>
            <div class="micro__buttons">
                <button type="button" class="btn btn--primary"
                    onclick={send(on_msg, Msg::HashCollide)}
                    title="The next source port whose bucket is the one to meet in">
                    { "Find a port that collides" }
                </button>
                <button type="button" class="btn" onclick={send(on_msg, Msg::HashSend)}
                    title="Fill the packet bench with this tuple, and send its first packet">
                    { "Send it" }
                </button>
                if typed.own {
                    <button type="button" class="btn" onclick={send(on_msg, Msg::HashFollow)}>
                        if let Some(conn) = typed.beside {
                            { format!("Back to c{conn}") }
                        } else {
                            { "Back to the beginning" }
                        }
                    </button>
                }
                <p class="micro__told" role="status" data-ct="hash-told">
                    { typed.told.clone().unwrap_or_default() }
                </p>
            </div>
        </section>
    }
}

fn line(line: &NumberLine) -> Html {
    let (w, h) = line.size;
    let cuts: String = line.cuts.iter().map(|x| format!("M{x},2V24")).collect();
    html! {
        <svg class="stage lens__svg nline" viewBox={format!("0 0 {w} {h}")} width={w.to_string()}
            height={h.to_string()} role="img" aria-label={line.words.clone()} data-ct="hash-line">
            { defs() }
            <rect class="nline__bar" x="1" y="2" width={(w - 2).to_string()} height="22" />
            <>
                for (at, (x, width, _)) in line.hit.iter().enumerate() {
                    <rect key={at} class="nline__hit" x={x.to_string()} y="2" height="22"
                        width={width.to_string()} />
                }
            </>
            <path class="nline__cuts" d={cuts} />
            <>
                for (x, bucket) in &line.labels {
                    <text key={*bucket} x={x.to_string()} y="18"
                        class={classes!("t", "t--mono", "t--mid", line.hit.iter()
                            .any(|(_, _, hit)| hit == bucket).then_some("t--strong"))}>
                        { bucket }
                    </text>
                }
            </>
            <>
                for mark in &line.marks {
                    <path key={mark.text.clone()} class={classes!("nline__pole", (!mark.typed)
                        .then_some("nline__pole--real"))} d={format!("M{},2V{}", mark.x, mark.y)} />
                }
            </>
            for mark in &line.marks { { mark_of(mark) } }
        </svg>
    }
}

fn mark_of(mark: &HashMark) -> Html {
    let HashMark { x, y, .. } = mark;
    // A flag on a pole: it points as a chip of its direction does.
    let (d, room) = match mark.dir {
        Dir::Original => (format!("M{x},{}l12,6l-12,6Z", y - 6), (16, 5)),
        Dir::Reply => (format!("M{x},{}l-12,6l12,6Z", y - 6), (5, 16)),
    };
    let (text_x, end) = if mark.left {
        (x - room.1, Some("t--end"))
    } else {
        (x + room.0, None)
    };
    html! {
        <g key={mark.text.clone()} class={classes!("nline__mark", (!mark.typed)
            .then_some("nline__mark--real"))}>
            <path class={classes!("direction", dir_class(mark.dir))} {d} />
            <text class={classes!("t", end, mark.typed.then_some("t--strong"))}
                x={text_x.to_string()} y={(y + 5).to_string()}>{ &mark.text }</text>
        </g>
    }
}

fn way_of(view: &HashView, way: &Way) -> Html {
    let (title, class) = match way.dir {
        Dir::Original => ("original", "bytes--original"),
        Dir::Reply => ("reply, its inverse", "bytes--reply"),
    };
    let (high, low) = way.product;
    html! {
        <section key={title} class="micro__way" aria-label={title}
            data-ct="hash-way" data-dir={names::dir(way.dir)}
            data-bucket={way.bucket().to_string()}>
            <h3 class="h"><span>{ title }{ " " }
                <code class="h__aside">{ &way.text }</code></span></h3>
            <ol class="micro__steps">
                <li>
                    <h4>{ "Fields, all but the direction" }</h4>
                    { tuple_bytes(&way.parts, class) }
                </li>
                <li>
                    <h4>{ format!("{} words for {}", way.words.len(), view.function) }</h4>
                    <p class="micro__words">
                        for (at, (word, some)) in way.words.iter().enumerate() {
                            <code key={at} class={(!some).then_some("micro__zero")}>{ word }</code>
                        }
                    </p>
                </li>
                <li>
                    <h4>{ "What goes in beside them" }</h4>
                    <dl class="micro__beside">
                        for (name, value) in &way.beside {
                            <div key={*name} class={name.starts_with('=')
                                .then_some("micro__sum")}>
                                <dt>{ *name }</dt><dd><code>{ value }</code></dd>
                            </div>
                        }
                    </dl>
                </li>
                <li>
                    <h4>{ "Raw hash, 32 bits " }<code>{ names::hex32(way.raw) }</code></h4>
                    { bits(way) }
                </li>
                <li>
                    <h4>{ format!("× {} ≫ 32", names::grouped(view.size.into())) }</h4>
                    <p class="micro__product">
                        <code><b>{ names::hex32(high) }</b></code>
                        <code><s>{ names::hex32(low) }</s></code>
                        <span class="hint">{ "of 64 bits the upper 32 stay" }</span>
                    </p>
                </li>
                <li>
                    <p class="micro__bucket">
                        <b>{ format!("bucket {}", way.bucket()) }</b>
                        if let (Some(real), Some(conn)) = (way.real, view.typed.beside) {
                            if view.typed.own {
                                <span>{ if real == way.bucket() {
                                    format!("= the bucket of c{conn}: they collide")
                                } else {
                                    format!("≠ bucket {real} of c{conn}")
                                } }</span>
                            }
                        }
                    </p>
                </li>
            </ol>
        </section>
    }
}

/// The 32 bits, the highest first; those that are the bucket's number stand out.
fn bits(way: &Way) -> Html {
    let top = way.top.unwrap_or(0);
    html! {
        <>
            <p class="micro__bits" role="img" aria-label={format!("{:032b}", way.raw)}>
                for at in 0..32_u32 {
                    <span key={at} class={(at < top).then_some("micro__top")}>
                        { (way.raw >> (31 - at)) & 1 }
                    </span>
                }
            </p>
            if top > 0 {
                <p class="hint">
                    { format!("The size is 2 to the power of {top}: the upper {top} bits \
                    are the bucket.") }</p>
            }
        </>
    }
}
