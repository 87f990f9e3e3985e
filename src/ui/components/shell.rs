//! The frame: every panel in its place, in the order in which the page is read.

use super::bench::BenchPanel;
use super::described::Described;
use super::embed::EmbedShell;
use super::guide::GuideLine;
use super::help::Help;
use super::lens::LensPane;
use super::lens_bar::LensBar;
use super::scenario_panel::ScenarioPanel;
use super::sentence::Sentence;
use super::share::SharePanel;
use super::toast::Toast;
use super::toolbar::Toolbar;
use super::transport::TransportBar;
use super::why::WhyPanel;
use crate::app::Msg;
use crate::view::model::{Lens, Model, Panel};
use std::rc::Rc;
use yew::prelude::*;

/// Paints [`Model`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The screen.
    pub model: Rc<Model>,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// The page.
#[function_component]
pub fn Shell(props: &Props) -> Html {
    let Props { model, on_msg } = props;
    let Model {
        chrome,
        clock,
        transport,
        why,
        ..
    } = &**model;
    if let Some(embedded) = &chrome.embedded {
        return html! {
            <EmbedShell model={model.clone()} embedded={embedded.clone()} {on_msg} />
        };
    }
    // Two pictures need the room of the panels.
    let comparing = chrome.lens == Lens::Compare;
    html! {
        <div class={classes!("app", comparing.then_some("app--compare"))} data-ct="app"
            data-ready="true" data-depth={chrome.depth.word()}>
            <Toolbar chrome={chrome.clone()} {on_msg} />
            <BenchPanel bench={model.bench.clone()} clock={clock.clone()}
                console={model.console.clone()} open={chrome.panel == Panel::Bench}
                empty={chrome.empty} guided={chrome.guide.is_some()} {on_msg} />
            <Sentence why={why.clone()} playing={transport.playing} {on_msg} />
            <main class="stagebox" id="stage" tabindex="-1"
                aria-label="Conntrack">
                <LensBar lens={chrome.lens} {on_msg} />
                if let Some(guide) = chrome.guide {
                    <GuideLine {guide} {on_msg} />
                }
                <LensPane lens={chrome.lens} seen={model.lens.clone()}
                    stage={model.stage.clone()} {on_msg} />
            </main>
            <WhyPanel why={why.clone()} inspector={model.inspector.clone()}
                texts={model.texts.clone()} chrome={chrome.clone()} {on_msg} />
            <TransportBar transport={transport.clone()} clock={clock.clone()}
                panel={chrome.panel} empty={chrome.empty} {on_msg} />
            <Help open={chrome.panel == Panel::Help} profile={chrome.profile}
                keys_off={chrome.keys_off} {on_msg} />
            <ScenarioPanel open={chrome.panel == Panel::Scenario}
                text={chrome.scenario_text.clone()} typing={chrome.scenario_typing.clone()}
                {on_msg} />
            <SharePanel share={chrome.share.clone()}
                said={chrome.toast.clone().filter(|_| chrome.panel == Panel::Share)} {on_msg} />
            <Described text={chrome.described.clone()} {on_msg} />
            <Toast text={chrome.toast.clone().filter(|_| chrome.panel != Panel::Share)} />
        </div>
    }
}
