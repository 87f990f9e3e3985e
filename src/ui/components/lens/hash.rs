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
use crate::words::{tell, ui as w};
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
            <section aria-label={w::BUCKETS.text()}>
                <h3
                    class="h"><span>{ w::ALL_2.text() }
                        <sup>{ "32" }</sup>{ w::HASHES_IN_A_LINE.text() }
                    { names::grouped(view.size.into()) }
                    { w::BUCKETS_OF_THE_SAME.text() }</span></h3>
                { line(&view.line) }
            </section>
            if view.ways.is_empty() {
                <p class="hint">{ w::MEND_THE_FIELD_THAT.text() }</p>
            }
            <div class="micro__ways">
                for way in &view.ways { { way_of(view, way) } }
                if view.ways.len() == 1 {
                    <p class="hint">{ w::THIS_ICMP_TYPE_HAS.text() }</p>
                }
            </div>
            if let Some(way) = view.ways.first() {
                <p class="micro__why">
                    <b>{ w::WHY_NO_MODULO.text() }</b>
                    { w::HASH_MOD.text() }{ view.size }{ w::WOULD_SAY.text() }{ way.modulo }
                    { w::IT_TAKES_THE_LOW.text() }<sup>{ "32" }</sup>
                    { w::THAT_FAR_IS_THE.text() }
                </p>
            }
        </article>
    }
}

fn form(view: &HashView, on_msg: &Callback<Msg>) -> Html {
    let typed = &view.typed;
    html! {
        <section class="micro__form" aria-label={w::A_TUPLE_TO_TRY.text()}>
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
                    title={w::THE_NEXT_SOURCE_PORT.text()}>
                    { w::FIND_A_PORT_THAT.text() }
                </button>
                <button type="button" class="btn" onclick={send(on_msg, Msg::HashSend)}
                    title={w::FILL_THE_PACKET_BENCH.text()}>
                    { w::SEND_IT.text() }
                </button>
                if typed.own {
                    <button type="button" class="btn" onclick={send(on_msg, Msg::HashFollow)}>
                        if let Some(conn) = typed.beside {
                            { tell!(w::BACK_TO_C_CONN, conn) }
                        } else {
                            { w::BACK_TO_THE_BEGINNING.text() }
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
        Dir::Reply => (w::REPLY_ITS_INVERSE.text(), "bytes--reply"),
    };
    let (high, low) = way.product;
    html! {
        <section key={title} class="micro__way" aria-label={title}
            data-ct="hash-way" data-dir={crate::view::stage::dir_word(way.dir)}
            data-bucket={way.bucket().to_string()}>
            <h3 class="h"><span>{ title }{ " " }
                <code class="h__aside">{ &way.text }</code></span></h3>
            <ol class="micro__steps">
                <li>
                    <h4>{ w::FIELDS_ALL_BUT_THE.text() }</h4>
                    { tuple_bytes(&way.parts, class) }
                </li>
                <li>
                    <h4>
                        {
                            tell!(
                                w::WORDS_WORDS_FOR_FUNCTION,
                                words = way.words.len(),
                                function = view.function
                            )
                        }
                    </h4>
                    <p class="micro__words">
                        for (at, (word, some)) in way.words.iter().enumerate() {
                            <code key={at} class={(!some).then_some("micro__zero")}>{ word }</code>
                        }
                    </p>
                </li>
                <li>
                    <h4>{ w::WHAT_GOES_IN_BESIDE.text() }</h4>
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
                    <h4>{ w::RAW_HASH_32_BITS.text() }<code>{ names::hex32(way.raw) }</code></h4>
                    { bits(way) }
                </li>
                <li>
                    <h4>{ format!("× {} ≫ 32", names::grouped(view.size.into())) }</h4>
                    <p class="micro__product">
                        <code><b>{ names::hex32(high) }</b></code>
                        <code><s>{ names::hex32(low) }</s></code>
                        <span class="hint">{ w::OF_64_BITS_THE.text() }</span>
                    </p>
                </li>
                <li>
                    <p class="micro__bucket">
                        <b>{ tell!(w::BUCKET_BUCKET, bucket = way.bucket()) }</b>
                        if let (Some(real), Some(conn)) = (way.real, view.typed.beside) {
                            if view.typed.own {
                                <span>{ if real == way.bucket() {
                                    tell!(w::THE_BUCKET_OF_C, conn)
                                } else {
                                    tell!(w::BUCKET_REAL_OF_C, real, conn)
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
                    { tell!(w::THE_SIZE_IS_2, top) }</p>
            }
        </>
    }
}
