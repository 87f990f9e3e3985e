//! The page in a frame of another page: sentence, stage, steps, and the way to the whole page.

use super::lens::LensPane;
use super::sentence::Sentence;
use super::toast::Toast;
use super::transport::{TransportBar, use_more};
use crate::app::Msg;
use crate::view::model::{Embedded, Model};
use crate::words::share as w;
use std::rc::Rc;
use yew::prelude::*;

/// Paints [`Model`] in a frame.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The screen.
    pub model: Rc<Model>,
    /// What a frame has beside it.
    pub embedded: Embedded,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// The page, without what changes the run.
#[component]
pub fn EmbedShell(props: &Props) -> Html {
    let Props {
        model,
        embedded,
        on_msg,
    } = props;
    let (chrome, transport) = (&model.chrome, &model.transport);
    let (more, on_more) = use_more();
    html! {
        <div class={classes!("app", "app--embed", more.then_some("app--more"))} data-ct="app"
            data-ready="true" data-depth={chrome.depth.word()}>
            <header class="embed__head">
                <h1 class="unseen">{ "ctscope" }</h1>
                <a class="embed__open" data-ct="embed-open" href={embedded.open.clone()}
                    target="_blank" rel="noopener">{ w::EMBED_OPEN.text() }</a>
            </header>
            <Sentence why={model.why.clone()} playing={transport.playing} {on_msg} />
            <main class="stagebox" id="stage" tabindex="-1" aria-label="Conntrack">
                <LensPane lens={chrome.lens} seen={model.lens.clone()}
                    stage={model.stage.clone()} {on_msg} />
            </main>
            <TransportBar transport={transport.clone()} clock={model.clock.clone()}
                panel={chrome.panel} empty={false} {more} {on_more} {on_msg} />
            <Toast text={chrome.toast.clone()} />
        </div>
    }
}
