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
use crate::words::{import, share as w};
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
    let known = PRESETS.iter().any(|preset| preset.title == title);
    let own = if title.is_empty() { "your own" } else { title };
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
                <span class="pick__label">{ "scenario" }</span>
                <select class="pick__list" aria-label="scenario" onchange={choose}>
                    <option value="" selected={!known} disabled=true hidden={known}>
                        { own }
                    </option>
                    for preset in &PRESETS {
                        <option key={preset.name} value={preset.name} title={preset.about}
                            selected={preset.title == title}>{ preset.title }</option>
                    }
                </select>
            </label>
            }
            <KernelSwitch profile={props.chrome.profile} both={props.chrome.both} {on_msg} />
            <span class="top__gap"></span>
            <DepthChoice depth={props.chrome.depth} {on_msg} />
            <nav class="top__icons" aria-label="Page">
                <IconButton glyph={Glyph::Import} label={import::OPEN_CAPTURE.text()}
                    class="top__wide" msg={Msg::SetPanel(Panel::Import)} {on_msg} />
                <IconButton glyph={Glyph::Text} label="Scenario as text"
                    msg={Msg::SetPanel(Panel::Scenario)} {on_msg} />
                <IconButton glyph={Glyph::Reset} label="Reset" class="top__wide"
                    msg={Msg::Reset} {on_msg} />
                <IconButton glyph={Glyph::Link} label="Copy link" keys="L"
                    msg={Msg::CopyLink} {on_msg} />
                <IconButton glyph={Glyph::Present} label={START.text()} keys="P"
                    msg={Msg::Present(Show::Start)} {on_msg} class="top__wide" />
                <IconButton glyph={Glyph::Share} label={w::OPEN_BUTTON.text()} keys="E"
                    msg={Msg::SetPanel(Panel::Share)} {on_msg} />
                { theme(props.chrome.theme, on_msg) }
                <IconButton glyph={Glyph::Help} label="Help" keys="?"
                    msg={Msg::SetPanel(Panel::Help)} {on_msg} />
            </nav>
        </header>
    }
}

const THEMES: [(Theme, &str, &str); 4] = [
    (Theme::Auto, "auto", "as the system"),
    (Theme::Light, "light", "light"),
    (Theme::Dark, "dark", "dark"),
    (Theme::Projector, "projector", "projector"),
];

/// A list to choose from behind an icon.
fn theme(now: Theme, on_msg: &Callback<Msg>) -> Html {
    let choose = on_msg.reform(|event: Event| {
        let value = event.target_unchecked_into::<HtmlSelectElement>().value();
        let found = THEMES.iter().find(|(_, word, _)| *word == value);
        Msg::SetTheme(found.map_or(Theme::Auto, |found| found.0))
    });
    html! {
        <label class="ibtn pick--icon" title="Theme">
            <Icon glyph={Glyph::Theme} />
            <select aria-label="Theme" data-ct="theme" onchange={choose}>
                for (theme, word, label) in THEMES {
                    <option key={word} value={word} selected={theme == now}>{ label }</option>
                }
            </select>
        </label>
    }
}
