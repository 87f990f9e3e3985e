//! The bytes of a tuple, field by field.

use crate::view::lens::bytes::{Key, Part};
use crate::words::{tell, ui as w};
use yew::prelude::*;

/// Paints the [`Part`]s of a tuple; `class` says whose bytes they are.
pub fn tuple_bytes(parts: &[Part], class: &'static str) -> Html {
    html! {
        <ol class={classes!("bytes", class)}>
            for part in parts {
                { field(part) }
            }
        </ol>
    }
}

fn field(part: &Part) -> Html {
    let dir = part.key == Key::Dir;
    let class = classes!(
        "bytes__part",
        dir.then_some("bytes__part--dir"),
        part.old.is_some().then_some("bytes__part--changed"),
        width(part),
    );
    let title = tell!(
        w::PART_BYTES_OFFSET_AND,
        part = part.name,
        offset = part.offset
    );
    html! {
        <li key={part.name} {class} {title}>
            <span class="deep bytes__at">{ part.offset }</span>
            { content(part) }
        </li>
    }
}

/// Says of a field that it is wider than its shortest label, and that it is as wide as an address
/// of IPv6.
pub fn width(part: &Part) -> Classes {
    let bytes = part.bytes.len();
    classes!(
        (bytes > 1).then_some("bytes__part--many"),
        (bytes > 15).then_some("bytes__part--whole"),
    )
}

/// The bytes of a field, its label and its value; the direction is struck out, since no hash and
/// no comparison looks at it.
pub fn content(part: &Part) -> Html {
    html! {
        <>
            <code class="bytes__hex">
                for (at, byte) in part.bytes.iter().enumerate() {
                    <span key={at} class={(at >= part.used).then_some("bytes__pad")}>
                        { format!("{byte:02x}") }
                    </span>
                }
            </code>
            <span class="bytes__what">
                if part.key == Key::Dir {
                    <s>{ part.label }</s>
                } else {
                    { part.label }
                }
                { " " }
                if let Some(old) = &part.old {
                    <b class="changed"><s>{ old }</s>{ " → " }{ &part.value }</b>
                } else {
                    <b>{ &part.value }</b>
                }
            </span>
        </>
    }
}
