//! The two hosts: a line that says who they are, and the form behind it.

use crate::app::Msg;
use crate::view::model::{Bench, BenchField, BenchProto};
use crate::words::ui as w;
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// Paints the fields of [`Bench`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Packets.
    pub bench: Rc<Bench>,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// Host A and host B. Their fields come out when they are wanted, and when one of them is wrong.
#[function_component]
pub fn Hosts(props: &Props) -> Html {
    let Props { bench, on_msg } = props;
    let fields = &bench.fields;
    let wanted = use_state_eq(|| false);
    // The state is ours: the browser's own would be lost when a field is wrong and right again.
    let onclick = {
        let wanted = wanted.clone();
        Callback::from(move |event: MouseEvent| {
            event.prevent_default();
            wanted.set(!*wanted);
        })
    };
    if bench.proto == BenchProto::Other {
        return form(fields, on_msg);
    }
    let wrong = fields.iter().any(|field| field.problem.is_some());
    html! {
        <details class="hosts" open={*wanted || wrong}>
            <summary class="hosts__sum" title={w::CHANGE_ADDRESSES_AND_PORTS.text()} {onclick}>
                { host("A", "src", "sport", fields) }
                <svg class="hosts__between" viewBox="0 0 24 16" aria-hidden="true">
                    <path d="M2,5 H21 m-4,-4 l4,4 -4,4 M22,11 H3 m4,4 l-4,-4 4,-4" />
                </svg>
                { host("B", "dst", "dport", fields) }
                <span class="hosts__edit">{ w::EDIT.text() }</span>
            </summary>
            { form(fields, on_msg) }
        </details>
    }
}

fn host(name: &'static str, addr: &'static str, port: &'static str, fields: &[BenchField]) -> Html {
    let value = |key| fields.iter().find(|field| field.key == key);
    html! {
        <span class="hosts__host">
            <b>{ name }</b>
            if let Some(port) = value(port) { <code>{ ":" }{ &port.value }</code> }
            if let Some(addr) = value(addr) {
                <code class="hosts__addr">{ &addr.value }</code>
            }
        </span>
    }
}

/// Address and port of a host stand in one row.
fn form(fields: &[BenchField], on_msg: &Callback<Msg>) -> Html {
    html! {
        <div class="form">
            for it in fields {
                <div key={it.key} class={classes!("field", format!("field--{}", it.key))}>
                    { text_field(it, "field", Msg::BenchField, Msg::SendPacket, on_msg) }
                </div>
            }
        </div>
    }
}

/// A text field with what it expects, or what is wrong, beside it. `typed` makes the message of
/// what is typed, `enter` is sent by Enter; `prefix` keeps the ids of two forms apart.
pub fn text_field(
    field: &BenchField,
    prefix: &'static str,
    typed: fn(&'static str, String) -> Msg,
    enter: Msg,
    on_msg: &Callback<Msg>,
) -> Html {
    let key = field.key;
    let oninput = on_msg.reform(move |event: InputEvent| {
        typed(
            key,
            event.target_unchecked_into::<HtmlInputElement>().value(),
        )
    });
    let onkeydown = {
        let on_msg = on_msg.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Enter" {
                event.prevent_default();
                on_msg.emit(enter.clone());
            }
        })
    };
    let id = format!("{prefix}-{key}");
    let help = format!("{id}-help");
    html! {
        <>
            <label class="field__label" for={id.clone()}>{ field.label }</label>
            <input {id} class="field__input" type="text"
                value={field.value.clone()} {oninput} {onkeydown} title={field.hint}
                aria-invalid={field.problem.is_some().to_string()} aria-describedby={help.clone()}
                spellcheck="false" autocomplete="off" autocapitalize="off" />
            if let Some(problem) = &field.problem {
                <small id={help} class="problem">{ problem }</small>
            } else {
                <small id={help} class="field__hint">{ field.hint }</small>
            }
        </>
    }
}
