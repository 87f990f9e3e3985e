//! Figure 1: bytes beside the tuple. A byte and the fields that it belongs to light each other.

use super::tuple_bytes::{content, width};
use crate::app::Msg;
use crate::ui::send;
use crate::view::lens::bytes::{Key, Part};
use crate::view::lens::headers::HeaderField;
use crate::view::lens::packet::PacketView;
use crate::view::model::{Lens, Selection};
use crate::words::{tell, ui as w};
use std::rc::Rc;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// Paints a [`PacketView`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The packet.
    pub view: Rc<PacketView>,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// What is pointed at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lit {
    Byte(u32),
    Field(usize),
    Part(Key),
}

impl Lit {
    fn field(self, nth: usize, field: &HeaderField) -> bool {
        match self {
            Lit::Byte(at) => covers(field, at),
            Lit::Field(at) => at == nth,
            Lit::Part(key) => field.key == Some(key),
        }
    }
}

fn covers(field: &HeaderField, byte: u32) -> bool {
    (field.offset..field.offset + field.len).contains(&byte)
}

/// The lens.
#[component]
pub fn PacketLens(props: &Props) -> Html {
    let Props { view, on_msg } = props;
    // What the keyboard or a finger chose stays; a pointer lights only while it is there.
    let chosen = use_state_eq(|| Lit::Byte(0));
    let over = use_state_eq(|| None::<Lit>);
    let lit = over.unwrap_or(*chosen);
    let fields: Vec<bool> = view
        .fields
        .iter()
        .enumerate()
        .map(|(nth, field)| lit.field(nth, field))
        .collect();
    let point = {
        let over = over.clone();
        move |lit: Lit| {
            let over = over.clone();
            Callback::from(move |_: MouseEvent| over.set(Some(lit)))
        }
    };
    let choose = {
        let chosen = chosen.clone();
        move |lit: Lit| {
            let chosen = chosen.clone();
            Callback::from(move |_: MouseEvent| chosen.set(lit))
        }
    };
    let at = match *chosen {
        Lit::Byte(at) => at,
        Lit::Field(nth) => view.fields.get(nth).map_or(0, |field| field.offset),
        Lit::Part(key) => {
            let field = view.fields.iter().find(|field| field.key == Some(key));
            field.map_or(0, |field| field.offset)
        }
    }
    .min((view.bytes.len() as u32).saturating_sub(1));
    let onkeydown = {
        let (chosen, last, row) = (chosen.clone(), view.bytes.len() as u32, view.columns);
        Callback::from(move |event: KeyboardEvent| {
            let to = match event.key().as_str() {
                "ArrowLeft" => at.checked_sub(1),
                "ArrowRight" => Some(at + 1),
                "ArrowUp" => at.checked_sub(row),
                "ArrowDown" => Some(at + row),
                "Home" => Some(at - at % row),
                "End" => Some((at - at % row + row - 1).min(last.saturating_sub(1))),
                _ => return,
            };
            event.prevent_default();
            if let Some(to) = to.filter(|to| *to < last) {
                chosen.set(Lit::Byte(to));
            }
        })
    };
    let leave = {
        let over = over.clone();
        Callback::from(move |_: MouseEvent| over.set(None))
    };
    let lit_part = |part: &Part| {
        lit == Lit::Part(part.key)
            || (view.fields.iter().zip(&fields))
                .any(|(field, lit)| *lit && field.key == Some(part.key))
    };
    let parts = |parts: &[Part], class: &'static str| {
        html! {
            <ol class={classes!("bytes", class)}>
                for part in parts {
                    <li key={part.name} title={part.name}
                        class={classes!("bytes__part", "bytes__part--live",
                            (part.key == Key::Dir).then_some("bytes__part--dir"),
                            width(part),
                            lit_part(part).then_some("bytes__part--lit"))}
                        onmouseover={point(Lit::Part(part.key))}
                        onclick={choose(Lit::Part(part.key))}>
                        { content(part) }
                    </li>
                }
            </ol>
        }
    };
    html! {
        <article class="pkt" data-ct="lens-packet" data-skb={format!("s{}", view.number)}
            onmouseleave={leave}>
            <header class="conn__head">
                <h2 class="conn__name">{ format!("s{}", view.number) }</h2>
                <span class="conn__sub">{ &view.subtitle }</span>
                { others(view, on_msg) }
            </header>
            <div class="pkt__columns">
                <section class="pkt__bytes" aria-label={w::BYTES.text()}>
                    <h3 class="h"><span>{ w::BYTES_FROM_THE_IP.text() }<span class="h__aside">
                        { w::FRAMED_THEY_GO_INTO.text() }</span></span></h3>
                    <div class={classes!("hex", (view.columns == 8).then_some("hex--narrow"))}
                        role="listbox" tabindex="0" {onkeydown}
                        aria-label={w::BYTES_OF_THE_PACKET.text()}
                        aria-activedescendant={format!("byte-{at}")}>
                        for (at_byte, byte) in (0..).zip(&view.bytes) {
                            { hex_byte(view, at_byte, *byte, lit, &fields, at,
                                point(Lit::Byte(at_byte)), choose(Lit::Byte(at_byte))) }
                        }
                    </div>
                    if view.more > 0 {
                        <p class="hint">{ tell!(w::AND_MORE_BYTES_OF, more = view.more) }</p>
                    }
                    <p class="pkt__lit" data-ct="lit" role="status">
                        { words(view, &fields, lit) }
                    </p>
                    for remark in &view.remarks { <p class="pkt__remark">{ remark }</p> }
                    if let Some((read, text)) = &view.tuple {
                        <h3 class="h pkt__call"><span>{ w::NF_CT_GET_TUPLE.text() }
                            <code class="h__aside">{ text }</code></span></h3>
                        { parts(read, "bytes--original") }
                    }
                    if let Some((inverse, text)) = &view.inverse {
                        <h3 class="h pkt__call"><span>{ w::NF_CT_INVERT_TUPLE.text() }
                            <code class="h__aside">{ text }</code></span></h3>
                        <ul class="pkt__swaps">
                            for (what, how) in &view.swaps {
                                <li key={*what}><b>{ *what }</b>{ " " }{ how }</li>
                            }
                        </ul>
                        { parts(inverse, "bytes--reply") }
                    }
                </section>
                <section class="pkt__fields" aria-label={w::FIELDS.text()}>
                    <h3 class="h">{ w::FIELDS_OF_THE_HEADERS.text() }</h3>
                    <table class="hdr">
                        <thead><tr><th>
                            { w::BYTES_2.text() }</th>
                            <th>{ w::FIELD.text() }</th><th>{ w::VALUE.text() }
                        </th>
                            <th>{ w::IN_THE_TUPLE.text() }</th></tr></thead>
                        <tbody>
                            for (nth, field) in view.fields.iter().enumerate() {
                                <tr key={nth} class={classes!(
                                        fields[nth].then_some("hdr--lit"),
                                        field.key.is_some().then_some("hdr--key"),
                                        field.cut.then_some("hdr--cut"))}
                                    onmouseover={point(Lit::Field(nth))}
                                    onclick={choose(Lit::Field(nth))}>
                                    <td><code>{ span(field) }</code></td>
                                    <td>if starts(view, nth) {
                                        <small class="hdr__of">{ field.header }{ " " }</small>
                                    }{ field.name }</td>
                                    <td><code>{ &field.value }</code></td>
                                    <td>if let Some(key) = field.key {
                                        <span class="hdr__part">{ key.name() }</span>
                                    }</td>
                                </tr>
                            }
                        </tbody>
                    </table>
                </section>
            </div>
            <p><button type="button" class="btn btn--small" onclick={send(on_msg,
                Msg::SetLens(Lens::Hash))}>{ w::ON_TO_ITS_BUCKET.text() }</button></p>
        </article>
    }
}

/// The first field of its header.
fn starts(view: &PacketView, nth: usize) -> bool {
    nth == 0 || view.fields[nth - 1].header != view.fields[nth].header
}

/// `12–15`.
fn span(field: &HeaderField) -> String {
    match field.len {
        1 => field.offset.to_string(),
        len => format!("{}–{}", field.offset, field.offset + len - 1),
    }
}

/// What is lit, in words.
fn words(view: &PacketView, lit: &[bool], what: Lit) -> String {
    let mut words = match what {
        Lit::Byte(at) => tell!(w::BYTE_AT, at),
        Lit::Field(_) | Lit::Part(_) => String::new(),
    };
    let mut any = false;
    for (field, _) in view.fields.iter().zip(lit).filter(|(_, lit)| **lit) {
        if any {
            words.push_str("; ");
        }
        any = true;
        for piece in [field.header, " ", field.name, " ", &field.value] {
            words.push_str(piece);
        }
        if let Some(key) = field.key {
            words.push_str(w::GOES_INTO.text());
            words.push_str(key.name());
        }
    }
    if !any {
        words.push_str(match what {
            Lit::Part(Key::L3) => w::THE_FAMILY_OF_THE.text(),
            Lit::Part(Key::Dir) => w::N_0_IS_THE.text(),
            Lit::Part(_) => w::NO_BYTE_OF_THE.text(),
            _ => "data",
        });
    }
    words
}

#[allow(clippy::too_many_arguments)]
fn hex_byte(
    view: &PacketView,
    at: u32,
    byte: u8,
    lit: Lit,
    fields: &[bool],
    chosen: u32,
    onmouseover: Callback<MouseEvent>,
    onclick: Callback<MouseEvent>,
) -> Html {
    let mine = || {
        view.fields
            .iter()
            .zip(fields)
            .filter(|(field, _)| covers(field, at))
    };
    let key = mine().any(|(field, _)| field.key.is_some());
    let lit = lit == Lit::Byte(at) || mine().any(|(_, lit)| *lit);
    let header = mine().next().map(|(field, _)| field);
    let class = classes!(
        "hex__byte",
        match header {
            None => "hex__byte--data",
            Some(field) if field.header.starts_with("IP") => "hex__byte--ip",
            Some(_) => "hex__byte--l4",
        },
        key.then_some("hex__byte--key"),
        lit.then_some("hex__byte--lit"),
        view.rewritten.contains(&at).then_some("hex__byte--new"),
    );
    html! {
        <span key={at} id={format!("byte-{at}")} role="option" data-ct="byte"
            data-marked={key.then_some("true")} {class} {onmouseover} {onclick}
            aria-selected={(at == chosen).to_string()}
            aria-label={header.map(|field| format!("{byte:02x}, {}", field.name))}>
            { format!("{byte:02x}") }
        </span>
    }
}

/// Another packet to look at.
fn others(view: &PacketView, on_msg: &Callback<Msg>) -> Html {
    let choose = on_msg.reform(|event: Event| {
        let number = event.target_unchecked_into::<HtmlSelectElement>().value();
        let number = number.parse();
        Msg::Select(number.map_or(Selection::Step, Selection::Skb))
    });
    html! {
        if view.others.len() > 1 {
            <label class="pick conn__pick">
                <span class="pick__label">{ w::LOOK_AT.text() }</span>
                <select class="pick__list" onchange={choose}
                    aria-label={w::PACKET_TO_LOOK_AT.text()}>
                    for (number, label) in &view.others {
                        <option key={*number} value={number.to_string()}
                            selected={*number == view.number}>{ label }</option>
                    }
                </select>
            </label>
        }
    }
}
