//! The dialog for links and files. Paints [`Share`].

use super::button::IconButton;
use super::icon::Glyph;
use crate::app::{Msg, ShareMsg};
use crate::scenario::TEXT_BYTES_MAX;
use crate::ui::browser::{self, Chosen};
use crate::ui::send;
use crate::view::model::{Grain, Panel, Share, Theme};
use crate::view::share::Kind;
use crate::words::{Plain, share as w};
use std::rc::Rc;
use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

/// Props of [`SharePanel`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is in it; nothing while it is closed.
    pub share: Option<Rc<Share>>,
    /// A short message, which would be hidden behind the dialog.
    pub said: Option<String>,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// A dialog: link, scenario file, files, strip, frame.
#[component]
pub fn SharePanel(props: &Props) -> Html {
    let Props {
        share,
        said,
        on_msg,
    } = props;
    let dialog = use_node_ref();
    use_effect_with((dialog.clone(), share.is_some()), |(dialog, open)| {
        browser::set_open(dialog, *open)
    });
    let cancel = on_msg.reform(|event: Event| {
        event.prevent_default();
        Msg::SetPanel(Panel::None)
    });
    let on_file = on_msg.reform(file_msg);
    let ondrop = Callback::from(move |event: DragEvent| {
        event.prevent_default();
        event.stop_propagation();
        browser::dropped(&event, TEXT_BYTES_MAX, on_file.clone());
    });
    let ondragover = Callback::from(|event: DragEvent| {
        event.prevent_default();
        event.stop_propagation();
    });
    html! {
        <dialog ref={dialog} class="dialog share" aria-labelledby="share-title" data-ct="share"
            oncancel={cancel} {ondrop} {ondragover}>
            <div class="dialog__head">
                <h2 id="share-title">{ w::TITLE.text() }</h2>
                <IconButton glyph={Glyph::Close} label={w::CLOSE.text()}
                    msg={Msg::SetPanel(Panel::None)} {on_msg} />
            </div>
            <p class="share__said" role="status" data-ct="share-said">
                { said.clone().unwrap_or_default() }
            </p>
            if let Some(share) = share {
                { link(share, on_msg) }
                { scenario_file(share, on_msg) }
                { files(on_msg) }
                { strip(share, on_msg) }
                { frame(share, on_msg) }
            }
        </dialog>
    }
}

fn file_msg((name, bytes): Chosen) -> Msg {
    Msg::Share(match bytes {
        Ok(bytes) => ShareMsg::File(name, bytes),
        Err(length) => ShareMsg::TooLarge(name, length),
    })
}

fn section(head: Plain, about: Plain, content: Html) -> Html {
    html! {
        <section class="share__part">
            <h3>{ head.text() }</h3>
            <p class="hint">{ about.text() }</p>
            { content }
        </section>
    }
}

fn button(on_msg: &Callback<Msg>, label: Plain, msg: Msg) -> Html {
    html! {
        <button type="button" class="btn" onclick={send(on_msg, msg)}>{ label.text() }</button>
    }
}

fn save(on_msg: &Callback<Msg>, label: Plain, kind: Kind, off: bool) -> Html {
    let onclick = match off {
        true => Callback::noop(),
        false => send(on_msg, Msg::Share(ShareMsg::Save(kind))),
    };
    html! {
        <button type="button" class="btn" data-ct="save" data-file={kind.word()}
            aria-disabled={off.then_some("true")} {onclick}>{ label.text() }</button>
    }
}

fn link(share: &Share, on_msg: &Callback<Msg>) -> Html {
    let content = html! {
        <>
            if !share.link.is_empty() {
                <div class="share__row">
                    <input class="field__input share__address" readonly=true
                        data-ct="share-link" aria-label={w::LINK_ADDRESS.text()}
                        aria-describedby="share-length" value={share.link.clone()} />
                    { button(on_msg, w::LINK_COPY, Msg::CopyLink) }
                </div>
            }
            <p id="share-length" class="hint" data-ct="share-length">{ &share.link_note }</p>
            if share.link.is_empty() {
                { save(on_msg, w::FILE_SAVE, Kind::Scenario, false) }
            }
        </>
    };
    section(w::LINK_HEAD, w::LINK_ABOUT, content)
}

fn scenario_file(share: &Share, on_msg: &Callback<Msg>) -> Html {
    let on_file = on_msg.reform(file_msg);
    let onchange = Callback::from(move |event: Event| {
        browser::chosen(&event, TEXT_BYTES_MAX, on_file.clone());
    });
    let oninput = on_msg.reform(|event: InputEvent| {
        let text = event.target_unchecked_into::<HtmlTextAreaElement>().value();
        Msg::Share(ShareMsg::Paste(text))
    });
    let content = html! {
        <>
            <div class="share__row">
                { save(on_msg, w::FILE_SAVE, Kind::Scenario, false) }
                <label class="btn share__choose">
                    <input type="file" class="share__input" accept=".ct,.txt,text/plain"
                        data-ct="open-file" {onchange} />
                    { w::FILE_OPEN.text() }
                </label>
                <span class="hint">{ w::FILE_DROP.text() }</span>
            </div>
            <label class="field__label" for="share-paste">{ w::PASTE_LABEL.text() }</label>
            <textarea id="share-paste" class="dialog__text share__paste" rows="3"
                data-ct="share-paste" spellcheck="false" value={share.pasted.clone()} {oninput} />
            <div class="share__row">
                { button(on_msg, w::PASTE_OPEN, Msg::Share(ShareMsg::OpenPasted)) }
            </div>
            <div role="alert" data-ct="share-problems">
                for (at, problem) in share.problems.iter().enumerate() {
                    <p key={at} class="problem share__problem">{ problem }</p>
                }
            </div>
        </>
    };
    section(w::FILE_HEAD, w::FILE_ABOUT, content)
}

const FILES: [(Kind, Plain, Plain); 5] = [
    (Kind::Picture, w::FILES_SVG, w::FILES_SVG_ABOUT),
    (Kind::Packets, w::FILES_PCAP, w::FILES_PCAP_ABOUT),
    (Kind::List, w::FILES_LIST, w::FILES_LIST_ABOUT),
    (Kind::State, w::FILES_STATE, w::FILES_STATE_ABOUT),
    (Kind::Trace, w::FILES_TRACE, w::FILES_TRACE_ABOUT),
];

fn files(on_msg: &Callback<Msg>) -> Html {
    html! {
        <section class="share__part">
            <h3>{ w::FILES_HEAD.text() }</h3>
            <ul class="share__files">
                for (kind, label, about) in FILES {
                    <li key={kind.word()}>
                        { save(on_msg, label, kind, false) }
                        <span class="hint">{ about.text() }</span>
                    </li>
                }
            </ul>
        </section>
    }
}

/// A short field of numbers.
fn number(
    on_msg: &Callback<Msg>,
    (id, label): (&'static str, Plain),
    value: &str,
    wrong: bool,
    msg: fn(String) -> ShareMsg,
) -> Html {
    let oninput = on_msg.reform(move |event: InputEvent| {
        let text = event.target_unchecked_into::<HtmlInputElement>().value();
        Msg::Share(msg(text))
    });
    html! {
        <label class="share__field" for={id}>
            <span class="field__label">{ label.text() }</span>
            <input {id} class="field__input" inputmode="numeric" autocomplete="off"
                aria-invalid={wrong.to_string()} value={value.to_owned()} {oninput} />
        </label>
    }
}

const EVERY: [(Grain, Plain); 3] = [
    (Grain::Event, w::STRIP_EVENT),
    (Grain::Phase, w::STRIP_PHASE),
    (Grain::Change, w::STRIP_CHANGE),
];

fn strip(share: &Share, on_msg: &Callback<Msg>) -> Html {
    let off = !share.strip_fits;
    let content = html! {
        <>
            <div class="share__row">
                { number(on_msg, ("strip-from", w::STRIP_FROM), &share.from, false,
                    ShareMsg::From) }
                { number(on_msg, ("strip-to", w::STRIP_TO), &share.to, false, ShareMsg::To) }
                <div class="share__field">
                    <span class="field__label" id="strip-every">{ w::STRIP_EVERY.text() }</span>
                    <div class="seg" role="group" aria-labelledby="strip-every">
                        for (grain, label) in EVERY {
                            <button key={label.number} type="button"
                                aria-pressed={(share.every == grain).to_string()}
                                onclick={send(on_msg, Msg::Share(ShareMsg::Every(grain)))}>
                                { label.text() }
                            </button>
                        }
                    </div>
                </div>
            </div>
            <div class="share__row">
                { button(on_msg, w::STRIP_HERE, Msg::Share(ShareMsg::Only(true))) }
                { button(on_msg, w::STRIP_ALL, Msg::Share(ShareMsg::Only(false))) }
            </div>
            <p class={if off { "problem" } else { "hint" }} role="status" data-ct="strip-note">
                { &share.strip_note }
            </p>
            <div class="share__row">
                { save(on_msg, w::STRIP_SVG, Kind::Strip, off) }
                { save(on_msg, w::STRIP_MARKDOWN, Kind::Markdown, off) }
            </div>
        </>
    };
    section(w::STRIP_HEAD, w::STRIP_ABOUT, content)
}

const THEMES: [(Theme, Plain); 4] = [
    (Theme::Auto, w::EMBED_THEME_AUTO),
    (Theme::Light, w::EMBED_THEME_LIGHT),
    (Theme::Dark, w::EMBED_THEME_DARK),
    (Theme::Projector, w::EMBED_THEME_PROJECTOR),
];

fn frame(share: &Share, on_msg: &Callback<Msg>) -> Html {
    let theme = on_msg.reform(|event: Event| {
        let value = event.target_unchecked_into::<HtmlSelectElement>().value();
        let nth: usize = value.parse().unwrap_or(0);
        let found = THEMES.get(nth).map_or(Theme::Auto, |(theme, _)| *theme);
        Msg::Share(ShareMsg::Theme(found))
    });
    let wrong = share.height_wrong;
    let content = html! {
        <>
            <div class="share__row">
                { number(on_msg, ("embed-height", w::EMBED_HEIGHT), &share.height,
                    wrong.is_some(), ShareMsg::Height) }
                <label class="share__field" for="embed-theme">
                    <span class="field__label">{ w::EMBED_THEME.text() }</span>
                    <select id="embed-theme" class="field__input" onchange={theme}>
                        for (nth, (theme, label)) in THEMES.into_iter().enumerate() {
                            <option key={nth} value={nth.to_string()}
                                selected={theme == share.theme}>{ label.text() }</option>
                        }
                    </select>
                </label>
                <label class="tick-line">
                    <input type="checkbox" checked={share.here}
                        onchange={send(on_msg, Msg::Share(ShareMsg::Here(!share.here)))} />
                    { w::EMBED_HERE.text() }
                </label>
            </div>
            if let Some(wrong) = wrong {
                <p class="problem">{ wrong }</p>
            }
            if share.snippet.is_empty() {
                <p class="hint">{ &share.link_note }</p>
            } else {
                <label class="field__label" for="embed-text">{ w::EMBED_TEXT.text() }</label>
                <textarea id="embed-text" class="dialog__text share__paste" rows="4"
                    readonly=true data-ct="embed-text" spellcheck="false"
                    value={share.snippet.clone()} />
                <div class="share__row">
                    { button(on_msg, w::EMBED_COPY, Msg::Share(ShareMsg::CopySnippet)) }
                </div>
            }
        </>
    };
    section(w::EMBED_HEAD, w::EMBED_ABOUT, content)
}
