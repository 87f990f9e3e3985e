//! The frame: every panel in its place, in the order in which the page is read.

use super::bench::BenchPanel;
use super::described::Described;
use super::embed::EmbedShell;
use super::guide::GuideLine;
use super::help::Help;
use super::import_panel::ImportPanel;
use super::lens::LensPane;
use super::lens_bar::LensBar;
use super::lesson::{BackLine, IndexScreen, LessonCard, LessonRail};
use super::newer::Newer;
use super::scenario_panel::ScenarioPanel;
use super::sentence::Sentence;
use super::share::SharePanel;
use super::toast::Toast;
use super::toolbar::Toolbar;
use super::transport::{TransportBar, use_more};
use super::why::WhyPanel;
use crate::app::Msg;
use crate::view::lesson::Screen;
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
    let (more, on_more) = use_more();
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
    let class = &model.class;
    let dialogs = html! {
        <>
            <Help open={chrome.panel == Panel::Help} profile={chrome.profile}
                keys_off={chrome.keys_off} lang={chrome.lang} {on_msg} />
            <ScenarioPanel open={chrome.panel == Panel::Scenario}
                text={chrome.scenario_text.clone()} typing={chrome.scenario_typing.clone()}
                {on_msg} />
            <ImportPanel import={model.import.clone()} {on_msg} />
            <SharePanel share={chrome.share.clone()}
                said={chrome.toast.clone().filter(|_| chrome.panel == Panel::Share)} {on_msg} />
            <Described text={chrome.described.clone()} {on_msg} />
            <Newer here={chrome.newer} {on_msg} />
            <Toast text={chrome.toast.clone().filter(|_| chrome.panel != Panel::Share)} />
        </>
    };
    if matches!(class.screen, Screen::Lessons | Screen::Labs) {
        return html! {
            <div class="app app--index" data-ct="app" data-ready="true"
                data-depth={chrome.depth.word()}>
                <Toolbar chrome={chrome.clone()} class={class.clone()} {on_msg} />
                <IndexScreen class={class.clone()} {on_msg} />
                { dialogs }
            </div>
        };
    }
    let lesson = class.lesson.as_ref();
    let classes = classes!(
        "app",
        comparing.then_some("app--compare"),
        more.then_some("app--more"),
        (!transport.lanes.ghosts.is_empty()).then_some("app--branches"),
        lesson.map(|_| "app--lesson"),
        lesson
            .filter(|lesson| lesson.card.asks())
            .map(|_| "app--ask"),
        lesson.filter(|lesson| lesson.turn).map(|_| "app--turn"),
        lesson
            .filter(|lesson| lesson.show.is_some())
            .map(|_| "app--operator"),
    );
    html! {
        <div class={classes} data-ct="app" data-ready="true" data-depth={chrome.depth.word()}>
            <Toolbar chrome={chrome.clone()} class={class.clone()} {on_msg} />
            <>
                if let Some(lesson) = lesson {
                    <LessonRail lesson={lesson.clone()} {on_msg} />
                }
            </>
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
                <>
                    if let Some(lesson) = lesson {
                        <LessonCard lesson={lesson.clone()} {on_msg} />
                    }
                    <BackLine class={class.clone()} {on_msg} />
                </>
                <LensPane lens={chrome.lens} seen={model.lens.clone()}
                    stage={model.stage.clone()} picks={model.picks.clone()} {on_msg} />
            </main>
            <WhyPanel why={why.clone()} inspector={model.inspector.clone()}
                texts={model.texts.clone()}
                recording={model.recording.clone()} chrome={chrome.clone()} {on_msg} />
            <TransportBar transport={transport.clone()} clock={clock.clone()}
                panel={chrome.panel} empty={chrome.empty} {more} {on_more} {on_msg} />
            { dialogs }
        </div>
    }
}
