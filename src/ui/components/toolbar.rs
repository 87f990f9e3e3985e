//! The header: name, scenarios, and what concerns the page as a whole.

use super::button::IconButton;
use super::depth::DepthChoice;
use super::icon::{Glyph, Icon};
use super::kernel_switch::KernelSwitch;
use super::lesson::Screens;
use crate::app::{Msg, Show};
use crate::scenario::PRESETS;
use crate::view::lesson::{Class, Screen};
use crate::view::model::{Chrome, Panel, Theme};
use crate::words::present::START;
use crate::words::{Lang, Plain, import, share, ui as w};
use std::rc::Rc;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// Paints [`Chrome`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Theme and the scenario's title.
    pub chrome: Chrome,
    /// Which screen it is.
    pub class: Rc<Class>,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// The header.
#[function_component]
pub fn Toolbar(props: &Props) -> Html {
    let on_msg = &props.on_msg;
    let choose = on_msg.reform(|event: Event| {
        Msg::LoadPreset(event.target_unchecked_into::<HtmlSelectElement>().value())
    });
    let title = props.chrome.scenario.as_str();
    let known = PRESETS.iter().any(|preset| preset.title.text() == title);
    let own = if title.is_empty() {
        w::YOUR_OWN.text()
    } else {
        title
    };
    html! {
        <header class="top">
            <h1 class="brand">
                <svg class="brand__mark" viewBox="0 0 28 24" aria-hidden="true">
                    <path class="brand__orig" d="M1,1 H20 L27,6 20,11 H1 Z" />
                    <path class="brand__reply" d="M8,13 H27 V23 H8 L2,18 Z" />
                    <path class="brand__hatch"
                        d="M8,22.5 l9,-9 M13,22.5 l9,-9 M18,22.5 l8.5,-8.5 M4.5,19.5 l6,-6" />
                </svg>
                { "ctscope" }
            </h1>
            <Screens class={props.class.clone()} {on_msg} />
            if props.class.screen == Screen::Explore {
            <label class="pick">
                <span class="pick__label">{ w::SCENARIO_2.text() }</span>
                <select class="pick__list" aria-label={w::SCENARIO_2.text()} onchange={choose}>
                    <option value="" selected={!known} disabled=true hidden={known}>
                        { own }
                    </option>
                    for preset in &PRESETS {
                        <option key={preset.name} value={preset.name} title={preset.about.text()}
                            selected={preset.title.text() == title}>{ preset.title.text() }</option>
                    }
                </select>
            </label>
            }
            <KernelSwitch profile={props.chrome.profile} both={props.chrome.both} {on_msg} />
            <span class="top__gap"></span>
            <DepthChoice depth={props.chrome.depth} {on_msg} />
            <nav class="top__icons" aria-label={w::PAGE.text()}>
                <IconButton glyph={Glyph::Import} label={import::OPEN_CAPTURE.text()}
                    class="top__wide" msg={Msg::SetPanel(Panel::Import)} {on_msg} />
                <IconButton glyph={Glyph::Text} label={w::SCENARIO_AS_TEXT.text()}
                    msg={Msg::SetPanel(Panel::Scenario)} {on_msg} />
                <IconButton glyph={Glyph::Reset} label={w::RESET.text()} class="top__wide"
                    msg={Msg::Reset} {on_msg} />
                <IconButton glyph={Glyph::Link} label={w::COPY_LINK.text()} keys="L"
                    msg={Msg::CopyLink} {on_msg} />
                <IconButton glyph={Glyph::Present} label={START.text()} keys="P"
                    msg={Msg::Present(Show::Start)} {on_msg} class="top__wide" />
                <IconButton glyph={Glyph::Share} label={share::OPEN_BUTTON.text()} keys="E"
                    msg={Msg::SetPanel(Panel::Share)} {on_msg} />
                { theme(props.chrome.theme, on_msg) }
                { language(props.chrome.lang, on_msg) }
                <IconButton glyph={Glyph::Help} label={w::HELP.text()} keys="?"
                    msg={Msg::SetPanel(Panel::Help)} {on_msg} />
            </nav>
        </header>
    }
}

const THEMES: [(Theme, &str, Plain); 4] = [
    (Theme::Auto, "auto", w::AS_THE_SYSTEM),
    (Theme::Light, "light", w::THEME_LIGHT),
    (Theme::Dark, "dark", w::THEME_DARK),
    (Theme::Projector, "projector", w::THEME_PROJECTOR),
];

/// A list to choose from behind an icon.
fn theme(now: Theme, on_msg: &Callback<Msg>) -> Html {
    let choose = on_msg.reform(|event: Event| {
        let value = event.target_unchecked_into::<HtmlSelectElement>().value();
        let found = THEMES.iter().find(|(_, word, _)| *word == value);
        Msg::SetTheme(found.map_or(Theme::Auto, |found| found.0))
    });
    html! {
        <label class="ibtn pick--icon" title={w::THEME.text()}>
            <Icon glyph={Glyph::Theme} />
            <select aria-label={w::THEME.text()} data-ct="theme" onchange={choose}>
                for (theme, word, label) in THEMES {
                    <option key={word} value={word} selected={theme == now}>
                        { label.text() }
                    </option>
                }
            </select>
        </label>
    }
}

/// The languages, each by its own name.
fn language(now: Lang, on_msg: &Callback<Msg>) -> Html {
    let choose = on_msg.reform(|event: Event| {
        let tag = event.target_unchecked_into::<HtmlSelectElement>().value();
        Msg::SetLang(Lang::of_tag(&tag).unwrap_or_default())
    });
    html! {
        <label class="ibtn pick--icon pick--lang top__wide" title={w::LANGUAGE.text()}>
            <span aria-hidden="true">{ now.tag() }</span>
            <select aria-label={w::LANGUAGE.text()} data-ct="lang" onchange={choose}>
                for lang in Lang::ALL {
                    <option key={lang.tag()} value={lang.tag()} lang={lang.tag()}
                        selected={lang == now}>{ lang.name() }</option>
                }
            </select>
        </label>
    }
}
