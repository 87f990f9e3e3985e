//! Data that comes in: choosing it, how far it is, and what was found before it is opened.

use super::button::IconButton;
use super::icon::Glyph;
use crate::app::{ImportMsg, Msg};
use crate::ui::{browser, send};
use crate::view::import::{Found, ImportModel};
use crate::words::import as w;
use std::rc::Rc;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

/// Paints [`ImportModel`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is under way.
    pub import: Rc<ImportModel>,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// A dialog; while it is open the page behind it waits.
#[function_component]
pub fn ImportPanel(props: &Props) -> Html {
    let Props { import, on_msg } = props;
    let dialog = use_node_ref();
    let open = **import != ImportModel::Closed;
    use_effect_with((dialog.clone(), open), |(dialog, open)| {
        browser::set_open(dialog, *open)
    });
    let oncancel = on_msg.reform(|event: Event| {
        event.prevent_default();
        Msg::Import(ImportMsg::Cancel)
    });
    html! {
        <dialog ref={dialog} class="dialog import" data-ct="import" aria-labelledby="import-title"
            {oncancel}>
            <div class="dialog__head">
                <h2 id="import-title" tabindex="-1">{ w::TITLE.text() }</h2>
                <IconButton glyph={Glyph::Close} label={w::CLOSE.text()}
                    msg={Msg::Import(ImportMsg::Cancel)} {on_msg} />
            </div>
            { match &**import {
                ImportModel::Closed => Html::default(),
                ImportModel::Choose { text, problem } => choose(text, problem.as_deref(), on_msg),
                ImportModel::Working { label, done, words } => working(label, *done, words, on_msg),
                ImportModel::Found(seen) => found(seen, on_msg),
            } }
        </dialog>
    }
}

fn act(on_msg: &Callback<Msg>, msg: ImportMsg) -> Callback<MouseEvent> {
    send(on_msg, Msg::Import(msg))
}

/// A file, or text.
fn choose(text: &str, problem: Option<&str>, on_msg: &Callback<Msg>) -> Html {
    let chosen = on_msg.clone();
    let onchange = move |event: Event| browser::incoming::chosen(&event, &chosen);
    let oninput = on_msg.reform(|event: InputEvent| {
        let text = event.target_unchecked_into::<HtmlTextAreaElement>().value();
        Msg::Import(ImportMsg::Text(text))
    });
    html! {
        <>
            <p class="hint">{ w::HINT.text() }</p>
            if let Some(problem) = problem {
                <p class="problem" role="alert" data-ct="import-problem">{ problem.to_owned() }</p>
            }
            <label class="import__file">
                <span>{ w::CHOOSE.text() }</span>
                <input type="file" data-ct="import-file" {onchange} />
            </label>
            <label class="import__label" for="import-text">{ w::PASTE_LABEL.text() }</label>
            <textarea id="import-text" class="dialog__text" data-ct="import-text" rows="8"
                spellcheck="false" value={text.to_owned()} {oninput} />
            <div class="dialog__acts">
                <button type="button" class="btn btn--primary"
                    data-ct="import-read" onclick={act(on_msg, ImportMsg::Read)}>
                    { w::READ_TEXT.text() }
                </button>
                <button type="button" class="btn" onclick={act(on_msg, ImportMsg::Cancel)}>
                    { w::CANCEL.text() }
                </button>
            </div>
        </>
    }
}

/// How far it is.
fn working(label: &str, done: u32, words: &str, on_msg: &Callback<Msg>) -> Html {
    html! {
        <>
            <p class="import__doing" id="import-doing">{ label.to_owned() }</p>
            <progress class="import__bar" data-ct="import-progress" max="1000"
                value={done.to_string()} aria-labelledby="import-doing" />
            <p class="hint" data-ct="import-words">{ words.to_owned() }</p>
            <div class="dialog__acts">
                <button type="button" class="btn" data-ct="import-cancel"
                    onclick={act(on_msg, ImportMsg::Cancel)}>{ w::CANCEL.text() }</button>
            </div>
        </>
    }
}

/// What was found.
fn found(seen: &Found, on_msg: &Callback<Msg>) -> Html {
    html! {
        <div data-ct="import-found">
            <h3 class="import__name">{ &seen.title }{ ": " }<bdi>{ &seen.name }</bdi></h3>
            <dl class="import__facts">
                for (name, value) in &seen.facts {
                    <div key={*name}><dt>{ *name }</dt><dd>{ value }</dd></div>
                }
            </dl>
            { own(&seen.own, on_msg) }
            <h3 class="import__sub">{ w::SAID_FOUND.text() }</h3>
            if seen.said.is_empty() {
                <p class="hint">{ w::SAID_NOTHING.text() }</p>
            } else {
                <ul class="import__said" data-ct="import-said" tabindex="0"
                    aria-label={w::SAID_FOUND.text()}>
                    for (at, sentence) in seen.said.iter().enumerate() {
                        <li key={at}>{ sentence }</li>
                    }
                </ul>
            }
            <p class="hint">{ w::UNDO_NOTE.text() }</p>
            <div class="dialog__acts">
                <button type="button" class="btn btn--primary" data-ct="import-open"
                    onclick={act(on_msg, ImportMsg::Open)}>{ w::OPEN.text() }</button>
                <button type="button" class="btn" onclick={act(on_msg, ImportMsg::Again)}>
                    { w::AGAIN.text() }
                </button>
                <button type="button" class="btn" data-ct="import-cancel"
                    onclick={act(on_msg, ImportMsg::Cancel)}>{ w::CANCEL.text() }</button>
            </div>
        </div>
    }
}

/// Which addresses are the machine's own.
fn own(addresses: &[(String, bool)], on_msg: &Callback<Msg>) -> Html {
    if addresses.is_empty() {
        return Html::default();
    }
    html! {
        <fieldset class="import__own">
            <legend>{ w::OWN_LEGEND.text() }</legend>
            <p class="hint">{ w::OWN_HINT.text() }</p>
            <>
                for (nth, (label, on)) in (0_u32..).zip(addresses) {
                    <label key={nth} class="import__tick">
                        <input type="checkbox" checked={*on} onchange={on_msg.reform(
                            move |event: Event| {
                                let input = event.target_unchecked_into::<HtmlInputElement>();
                                let on = input.checked();
                                Msg::Import(ImportMsg::Own(nth, on))
                            })} />
                        <span>{ label }</span>
                    </label>
                }
            </>
        </fieldset>
    }
}
