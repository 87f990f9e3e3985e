//! The page for a hall: sentence on top, the picture as large as possible, beats below.

use super::button::IconButton;
use super::icon::Glyph;
use super::lens::LensPane;
use super::toast::Toast;
use crate::app::{Msg, Show};
use crate::ui::send;
use crate::view::model::{Choice, Dot, DotKind, Model, Present, Question, When};
use crate::words::{present as w, tell};
use std::rc::Rc;
use yew::prelude::*;

/// Paints [`Present`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The beat.
    pub present: Rc<Present>,
    /// The screen.
    pub model: Rc<Model>,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// The page.
#[function_component]
pub fn HallPage(props: &Props) -> Html {
    let Props {
        present,
        model,
        on_msg,
    } = props;
    // An answer comes first, then why.
    let asked_now = present.question.as_ref();
    let told = asked_now.is_some_and(|question| !question.answer.is_empty());
    let class = classes!(
        "hall",
        present.spot.then_some("hall--spot"),
        present.question.is_some().then_some("hall--asks"),
    );
    html! {
        <div {class} data-ct="app" data-ready="true" data-present="true"
            data-depth={model.chrome.depth.word()}>
            <header class="hall__head">
                <h1 class="unseen">{ &present.title }</h1>
                if !present.heading.is_empty() {
                    <p class="hall__heading">{ &present.heading }</p>
                }
                <p class="hall__what" role="status" data-ct="narration">{ &present.what }</p>
                if !told && !present.because.is_empty() {
                    <p class="hall__because">{ &present.because }</p>
                }
                if !present.list.is_empty() { { list(&present.list) } }
                if let Some((command, lines)) = &present.tool { { tool(command, lines) } }
                if let Some(question) = &present.question { { asked(question) } }
                if told && !present.because.is_empty() {
                    <p class="hall__because">{ &present.because }</p>
                }
            </header>
            <main class="hall__stage" id="stage" tabindex="-1" aria-label="Conntrack">
                <LensPane lens={model.chrome.lens} seen={model.lens.clone()}
                    stage={model.stage.clone()} {on_msg} />
                if present.blank {
                    <button type="button" id="blank" class="hall__blank" data-ct="blank"
                        onclick={send(on_msg, Msg::Present(Show::Blank))}>
                        { w::BLANK_BACK.text() }
                    </button>
                }
            </main>
            { foot(present, on_msg) }
            <Toast text={model.chrome.toast.clone()} />
        </div>
    }
}

/// Words with what they mean, or points.
fn list(list: &[(String, String)]) -> Html {
    html! {
        <ul class="hall__list">
            for (word, meaning) in list {
                <li key={word.clone()}>
                    <b>{ word }</b>
                    if !meaning.is_empty() { <span>{ meaning }</span> }
                </li>
            }
        </ul>
    }
}

/// What an operator would see.
fn tool(command: &str, lines: &[String]) -> Html {
    html! {
        <div class="hall__tool" role="group" tabindex="0" aria-label={command.to_owned()}>
            <b>{ "# " }{ command }</b>
            <>
                for (at, line) in lines.iter().enumerate() { <span key={at}>{ line }</span> }
            </>
        </div>
    }
}

fn asked(question: &Question) -> Html {
    html! {
        <>
            if !question.choices.is_empty() {
                <ol class="hall__choices" aria-label={w::OPTIONS.text()}>
                    { for question.choices.iter().map(choice) }
                </ol>
            }
            if question.answer.is_empty() {
                <p class="hall__how">{ question.how }</p>
            } else {
                <p class="hall__answer" data-ct="answer">{ &question.answer }</p>
            }
        </>
    }
}

fn choice(choice: &Choice) -> Html {
    let class = classes!(
        "hall__choice",
        choice.right.map(|right| if right {
            "hall__choice--right"
        } else {
            "hall__choice--wrong"
        }),
    );
    html! {
        <li key={choice.letter.to_string()} {class} data-ct="choice">
            <b class="hall__letter">{ choice.letter }</b>
            <span>
                { &choice.text }
                if !choice.why.is_empty() { <small>{ &choice.why }</small> }
            </span>
            if choice.right == Some(true) {
                <em class="hall__right">{ "✓ " }{ w::RIGHT.text() }</em>
            }
        </li>
    }
}

fn foot(present: &Present, on_msg: &Callback<Msg>) -> Html {
    let button = |glyph, label: &'static str, keys: &'static str, show| {
        html! {
            <IconButton {glyph} {label} {keys} msg={Msg::Present(show)} on_msg={on_msg.clone()} />
        }
    };
    html! {
        <footer class="hall__foot">
            <div class="hall__beats" role="img" data-ct="beats"
                aria-label={present.spoken.clone()}>
                { for present.dots.iter().map(dot) }
            </div>
            <p class="hall__place">
                for (at, part) in present.place.iter().enumerate() {
                    <span key={at}>{ part }</span>
                }
            </p>
            <nav class="hall__acts" aria-label={w::CONTROLS.text()}>
                <IconButton glyph={Glyph::Back} label={w::BACK.text()} keys="PgUp"
                    disabled={present.at_start} msg={Msg::Present(Show::Back)} {on_msg} />
                <IconButton glyph={Glyph::Forward} label={w::NEXT.text()} keys="PgDn"
                    disabled={present.at_end} msg={Msg::Present(Show::Next)} {on_msg} />
                { button(Glyph::Blank, w::BLANK.text(), ".", Show::Blank) }
                { button(Glyph::Spot, w::SPOTLIGHT.text(), "S", Show::Spot) }
                { button(Glyph::Text, w::NOTES.text(), "N", Show::Notes) }
                { button(Glyph::FullScreen, w::FULLSCREEN.text(), "F", Show::FullScreen) }
                { button(Glyph::Close, w::LEAVE.text(), "Esc", Show::Toggle) }
            </nav>
            <kbd class="hall__key" aria-hidden="true">
                { if present.key.is_empty() { "PgDn" } else { present.key } }
            </kbd>
            <span class="hall__count" data-ct="step">{ &present.counter }</span>
            <span class="hall__site">{ tell!(w::SITE, kernel = present.kernel) }</span>
        </footer>
    }
}

fn dot(dot: &Dot) -> Html {
    let kind = match dot.kind {
        DotKind::Beat => "beat--see",
        DotKind::Ask => "beat--ask",
        DotKind::Event => "beat--event",
        DotKind::More => "beat--more",
    };
    let when = match dot.when {
        When::Done => "beat--done",
        When::Now => "beat--now",
        When::Ahead => "beat--ahead",
    };
    html! { <i class={classes!("beat", kind, when)}></i> }
}
