//! A recording of `conntrack -E` beside the events of the run.

use crate::app::{ImportMsg, Msg};
use crate::ui::send;
use crate::view::import::{RecordingModel, RecordingRow};
use crate::words::import as w;
use std::rc::Rc;
use yew::prelude::*;

/// Paints [`RecordingModel`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What came of comparing.
    pub recording: Rc<RecordingModel>,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// A list of lines, the run's above the recording's where they differ.
#[function_component]
pub fn RecordingPane(props: &Props) -> Html {
    let Props { recording, on_msg } = props;
    html! {
        <section class="recording" data-ct="recording" aria-label={w::COMPARE_TITLE.text()}>
            <h3 class="recording__title">{ w::COMPARE_TITLE.text() }</h3>
            <p data-ct="recording-summary">{ &recording.summary }</p>
            <>
                for note in &recording.notes {
                    <p class="hint">{ note }</p>
                }
            </>
            if recording.stale {
                <p class="problem">{ w::COMPARE_STALE.text() }</p>
            }
            <div class="dialog__acts">
                <button type="button" class="btn"
                    onclick={send(on_msg, Msg::Import(ImportMsg::Compare))}>
                    { w::COMPARE_AGAIN.text() }
                </button>
                <button type="button" class="btn"
                    onclick={send(on_msg, Msg::Import(ImportMsg::EndCompare))}>
                    { w::COMPARE_END.text() }
                </button>
            </div>
            if !recording.more.is_empty() {
                <p class="hint">{ &recording.more }</p>
            }
            <ol class="recording__rows">
                for (at, row) in recording.rows.iter().enumerate() {
                    <li key={at} class={classes!("recording__row",
                        (!row.same).then_some("recording__row--differs"))}>
                        { line(row, on_msg) }
                    </li>
                }
            </ol>
        </section>
    }
}

fn line(row: &RecordingRow, on_msg: &Callback<Msg>) -> Html {
    html! {
        <>
            <p class="recording__what">
                if row.first {
                    <strong data-ct="first-difference">{ w::FIRST_DIFFERENCE.text() }</strong>
                    { " · " }
                }
                { &row.what }
                if row.line > 0 {
                    { " · " }{ w::COMPARE_ROW.text() }{ format!(" {}", row.line) }
                }
                if let Some(command) = row.command.filter(|_| !row.same) {
                    <button type="button" class="linkish"
                        onclick={send(on_msg, Msg::SeekCommand(command))}>
                        { w::COMPARE_GO.text() }
                    </button>
                }
            </p>
            if row.same {
                { text(None, row.here.as_deref()) }
            } else {
                { text(Some(w::COMPARE_RUN.text()), row.here.as_deref()) }
                { text(Some(w::COMPARE_RECORDING.text()), row.there.as_deref()) }
            }
        </>
    }
}

fn text(whose: Option<&'static str>, text: Option<&str>) -> Html {
    let Some(text) = text else {
        return Html::default();
    };
    html! {
        <p class="recording__text">
            if let Some(whose) = whose {
                <span class="recording__whose">{ whose }</span>
            }
            { text.to_owned() }
        </p>
    }
}
