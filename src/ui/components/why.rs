//! What belongs to the sentence: changed fields, the comparison, the source, the tabs.

use super::button::IconButton;
use super::candidates::candidates;
use super::code::Code;
use super::depth::DepthChoice;
use super::first_words::FirstWords;
use super::icon::Glyph;
use super::inspector::InspectorPane;
use super::kernels::Kernels;
use super::texts::TextsPane;
use crate::app::Msg;
use crate::ui::send;
use crate::view::model::{
    Change, Chrome, DiffersRow, Inspector, Panel, RecordingModel, Tab, Texts, Why,
};
use crate::words::{Plain, tell, ui as w};
use std::rc::Rc;
use yew::prelude::*;

/// Paints [`Why`], and [`Inspector`] or [`Texts`] in the tabs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The step in words.
    pub why: Rc<Why>,
    /// The selected object.
    pub inspector: Rc<Inspector>,
    /// The text of the tools.
    pub texts: Rc<Texts>,
    /// A recording beside the events.
    pub recording: Option<Rc<RecordingModel>>,
    /// Which tab is open.
    pub chrome: Chrome,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

const TABS: [(Tab, Plain, Plain); 5] = [
    (Tab::Object, w::OBJECT, w::THE_SELECTED_OBJECT_FIELD),
    (Tab::List, w::TAB_LIST, w::CONNTRACK_L_THE_ENTRIES),
    (Tab::Events, w::TAB_EVENTS, w::CONNTRACK_E_THE_EVENTS),
    (Tab::Stats, w::TAB_STATS, w::CONNTRACK_S_THE_COUNTERS),
    (Tab::Checks, w::CHECKS, w::WHAT_MUST_ALWAYS_HOLD),
];

/// The panel beside the stage; under it or a sheet over it where there is less room.
#[function_component]
pub fn WhyPanel(props: &Props) -> Html {
    let Props { why, on_msg, .. } = props;
    let open = props.chrome.panel == Panel::Why;
    let opener = move |tab| on_msg.reform(move |_: MouseEvent| Msg::SetTab(tab));
    let show = send(
        on_msg,
        Msg::SetPanel(if open { Panel::None } else { Panel::Why }),
    );
    html! {
        <aside class={classes!("why", open.then_some("why--open"))} id="why" tabindex="-1"
            aria-label={w::INSPECT.text()}>
            <div class="why__bar">
                if let Some(function) = why.calls.last() {
                    <code class="why__where" title={why.file.clone()}>{ function }</code>
                }
                <button type="button" class="btn btn--small why__more" onclick={show}
                    aria-expanded={open.to_string()}>
                    { if open { w::LESS.text() } else { w::SOURCE_AND_OBJECT.text() } }
                </button>
                if open {
                    <IconButton glyph={Glyph::Close} label={w::CLOSE_INSPECT.text()}
                        class="sheet__close"
                        msg={Msg::SetPanel(Panel::None)} {on_msg} />
                }
            </div>
            <DepthChoice depth={props.chrome.depth} {on_msg} />
            if props.chrome.empty {
                <FirstWords key={props.chrome.lang.tag()} />
            }
            <section class="why__part why__changed" hidden={why.changed.is_empty()}>
                <h2 class="h">{ w::CHANGED_2.text() }</h2>
                <ul class="delta">
                    for (at, change) in why.changed.iter().enumerate() {
                        { change_row(at, change) }
                    }
                </ul>
            </section>
            if !why.also.is_empty() {
                <section class="why__part">
                    <h2 class="h">{ w::ON_THE_WAY_HERE.text() }</h2>
                    <ol class="also">
                        for (at, sentence) in why.also.iter().enumerate() {
                            <li key={at}>{ sentence }</li>
                        }
                    </ol>
                </section>
            }
            if !why.compared.rows.is_empty() {
                { candidates(&why.compared) }
            }
            { differs(&why.differs) }
            if !why.calls.is_empty() {
                <Code why={why.clone()} />
            }
            <section class="why__part why__tabs" aria-label={w::OBJECT_AND_TOOLS.text()}>
                <div class="tabs" role="group" aria-label={w::SHOW.text()}>
                    for (tab, label, title) in TABS {
                        <button key={label.text()} type="button" class="tabs__tab"
                            title={title.text()}
                            aria-pressed={(props.chrome.tab == tab).to_string()}
                            onclick={opener(tab)}>
                            { label.text() }
                            if tab == Tab::Checks { { checks_passed(&props.texts) } }
                        </button>
                    }
                </div>
                <div hidden={props.chrome.tab != Tab::Object}>
                    <InspectorPane inspector={props.inspector.clone()} {on_msg} />
                </div>
                <TextsPane texts={props.texts.clone()} tab={props.chrome.tab}
                    recording={props.recording.clone()} {on_msg} />
            </section>
        </aside>
    }
}

/// Where the other kernel would have gone another way: one in the open, several behind a line.
fn differs(rows: &[DiffersRow]) -> Html {
    match rows {
        [] => Html::default(),
        [row] => html! {
            <section class="why__part why__differs" data-ct="differs">
                <h2 class="h">{ w::DIFFERS.text() }<span class="h__plain">{ row.title }</span></h2>
                <Kernels row={row.clone()} />
            </section>
        },
        rows => html! {
            <section class="why__part why__differs" data-ct="differs">
                <details>
                    <summary class="h">
                        { tell!(w::DIFFERS_ROWS_POINTS_ON, rows = rows.len()) }
                    </summary>
                    <>
                        for row in rows {
                            <h3 key={row.title} class="kernels__title">{ row.title }</h3>
                            <Kernels key={row.title} row={row.clone()} />
                        }
                    </>
                </details>
            </section>
        },
    }
}

fn change_row(at: usize, change: &Change) -> Html {
    html! {
        <li key={at} class="delta__row">
            <code class="delta__what">{ &change.what }</code>
            <code class="changed">
                if !change.old.is_empty() {
                    <s>{ &change.old }</s>{ " → " }
                }
                <b>{ &change.new }</b>
            </code>
            <span class="delta__note">{ &change.note }</span>
        </li>
    }
}

/// ` 4/4`, behind the word on the tab.
fn checks_passed(texts: &Texts) -> String {
    let passed = texts.checks.iter().filter(|(_, holds)| *holds).count();
    match texts.checks.len() {
        0 => String::new(),
        all => format!(" {passed}/{all}"),
    }
}
