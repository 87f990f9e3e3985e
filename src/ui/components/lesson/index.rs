//! The list of lessons, or of labs, and a lesson of one's own.

use super::act_button;
use crate::app::{ClassMsg, Msg, ShareMsg};
use crate::scenario::lesson::LESSON_BYTES_MAX;
use crate::ui::{browser, send};
use crate::view::lesson::{Act, Class, IndexRow, Screen};
use crate::words::{lesson as w, tell};
use std::rc::Rc;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

/// Paints [`Class`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Lessons.
    pub class: Rc<Class>,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// The screen.
#[component]
pub fn IndexScreen(props: &Props) -> Html {
    let Props { class, on_msg } = props;
    let labs = class.screen == Screen::Labs;
    let (title, text) = match labs {
        true => (w::LABS, w::LABS_TEXT),
        false => (w::LESSONS, w::INDEX_TEXT),
    };
    let on_file = on_msg.reform(file_msg);
    let ondragover = Callback::from(|event: DragEvent| event.prevent_default());
    let ondrop = Callback::from(move |event: DragEvent| {
        event.prevent_default();
        browser::dropped(&event, LESSON_BYTES_MAX, on_file.clone());
    });
    html! {
        <main class="lindex" id="stage" tabindex="-1" data-ct="lesson-index" {ondragover} {ondrop}>
            <h2 class="lindex__title">{ title.text() }</h2>
            <p class="lindex__text">{ text.text() }</p>
            if class.back.is_some() || class.kept {
                <p class="lindex__text">
                    if class.kept {
                        { act_button(on_msg, Act::Restore, w::RESTORE.text(), "btn") }
                    }
                </p>
            }
            <ol class="lindex__list">
                for row in class.rows.iter() {
                    { self::row(row, on_msg) }
                }
            </ol>
            { own(class, on_msg) }
        </main>
    }
}

fn file_msg((name, bytes): browser::Chosen) -> Msg {
    match bytes {
        Ok(bytes) => Msg::Class(ClassMsg::Own(String::from_utf8_lossy(&bytes).into_owned())),
        Err(length) => Msg::Share(ShareMsg::TooLarge(name, length)),
    }
}

fn row(row: &IndexRow, on_msg: &Callback<Msg>) -> Html {
    let open = send(on_msg, Msg::Class(ClassMsg::Open(row.name.clone())));
    html! {
        <li key={row.name.clone()} class="lindex__row">
            <button type="button" class="lindex__open" data-lesson={row.name.clone()}
                data-done={row.done.to_string()} onclick={open}>
                <span class={classes!("lmark", row.done.then_some("lmark--right"))}
                    aria-hidden="true">{ if row.done { "✓" } else { "" } }</span>
                <span class="lindex__name">{ &row.title }</span>
                <span class="lindex__about">{ &row.about }</span>
                <span class="lindex__facts">
                    { &row.minutes }
                    if row.done { { " · " }{ w::DONE.text() } }
                    if row.wrong > 0 { { " · " }{ tell!(w::WRONG_SO_FAR, n = row.wrong) } }
                </span>
            </button>
        </li>
    }
}

fn own(class: &Class, on_msg: &Callback<Msg>) -> Html {
    let on_file = on_msg.reform(file_msg);
    let onchange = Callback::from(move |event: Event| {
        browser::chosen(&event, LESSON_BYTES_MAX, on_file.clone());
    });
    let oninput = on_msg.reform(|event: InputEvent| {
        let text = event.target_unchecked_into::<HtmlTextAreaElement>().value();
        Msg::Class(ClassMsg::OwnInput(text))
    });
    let load = send(on_msg, Msg::Class(ClassMsg::Own(class.own.clone())));
    html! {
        <section class="lindex__own" aria-labelledby="lesson-own">
            <h3 id="lesson-own">{ w::OWN_TITLE.text() }</h3>
            <p>{ w::OWN_TEXT.text() }</p>
            <label class="btn lindex__file">
                <input type="file" class="share__input" accept=".lesson,.txt,text/plain"
                    data-ct="lesson-file" {onchange} />
                { w::OWN_FILE.text() }
            </label>
            <label class="field__label" for="lesson-text">{ w::OWN_PASTE.text() }</label>
            <textarea id="lesson-text" class="dialog__text lindex__paste" rows="4"
                spellcheck="false" data-ct="lesson-text" value={class.own.clone()} {oninput} />
            <div>
                <button type="button" class="btn" data-ct="lesson-load" onclick={load}>
                    { w::OWN_LOAD.text() }
                </button>
            </div>
            <div role="alert" data-ct="lesson-problem">
                if let Some(problem) = &class.problem {
                    <p class="problem">{ problem }</p>
                }
            </div>
        </section>
    }
}
