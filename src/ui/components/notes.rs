//! The window with notes, for who speaks.

use crate::app::{Msg, NotesDo, Show};
use crate::ui::{browser, send};
use crate::view::model::Notes;
use crate::words::{present as w, tell};
use std::rc::Rc;
use yew::prelude::*;

/// Paints [`Notes`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The beat, and what to say of it.
    pub notes: Rc<Notes>,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// The page.
#[function_component]
pub fn NotesPage(props: &Props) -> Html {
    let Props { notes, on_msg } = props;
    use_effect_with(on_msg.clone(), |on_msg| {
        let on_time = on_msg.reform(|(now, day)| Msg::Notes(NotesDo::Tick(now, day)));
        let ticking = browser::every_second(on_time);
        move || drop(ticking)
    });
    let steer = |show| send(on_msg, Msg::Notes(NotesDo::Steer(show)));
    let lost = !notes.trouble.is_empty();
    html! {
        <div class="desk" data-ct="app" data-ready="true" data-notes="true">
            <header class="desk__head">
                <h1 class="desk__title">{ w::NOTES_TITLE.text() }</h1>
                <p class="desk__of">{ &notes.title }</p>
                <span class="desk__count" data-ct="step">{ &notes.counter }</span>
            </header>
            <main class="desk__main" id="stage" tabindex="-1">
                if lost || notes.blank {
                    <p class="desk__trouble" role="status" data-ct="notes-trouble">
                        { if lost { &notes.trouble } else { w::NOTES_BLANK.text() } }
                    </p>
                }
                <section class="desk__now" aria-label={w::NOTES_NOW.text()}>
                    if !notes.heading.is_empty() { <p class="desk__heading">{ &notes.heading }</p> }
                    <p class="desk__what" data-ct="narration">{ &notes.what }</p>
                    if !notes.choices.is_empty() {
                        <ol class="desk__choices">
                            for (at, text) in notes.choices.iter().enumerate() {
                                <li key={at}>{ text }</li>
                            }
                        </ol>
                    }
                    if !notes.answer.is_empty() {
                        <p class="desk__answer" data-ct="answer">
                            { tell!(w::ANSWER, answer = notes.answer) }
                        </p>
                    }
                </section>
                <section class="desk__notes" data-ct="notes" aria-label={w::NOTES_SAY.text()}>
                    <>
                        for (at, text) in notes.notes.iter().enumerate() {
                            <p key={at}>{ text }</p>
                        }
                    </>
                    if notes.notes.is_empty() && !lost { <p>{ w::NOTES_NONE.text() }</p> }
                </section>
                <section class="desk__next" data-ct="next-beat">
                    <h2 class="h">{ w::NOTES_NEXT.text() }</h2>
                    if notes.next.1.is_empty() && notes.next.0.is_empty() {
                        <p>{ w::NOTES_END.text() }</p>
                    } else {
                        <p class="desk__heading">{ &notes.next.0 }</p>
                        <p>{ &notes.next.1 }</p>
                    }
                </section>
            </main>
            <footer class="desk__foot">
                <button type="button" class="btn" onclick={steer(Show::Back)}>
                    { w::BACK.text() }
                </button>
                <button type="button" class="btn btn--primary" onclick={steer(Show::Next)}>
                    { w::NEXT.text() }
                </button>
                <button type="button" class="btn" aria-pressed={notes.blank.to_string()}
                    onclick={steer(Show::Blank)}>{ w::BLANK.text() }</button>
                <span class="desk__gap"></span>
                <span class="desk__time" role="timer" aria-label={w::NOTES_TIMER.text()}
                    data-ct="timer">{ &notes.timer }</span>
                <button type="button" class="btn"
                    onclick={send(on_msg, Msg::Notes(NotesDo::Reset))}>
                    { w::NOTES_RESET.text() }
                </button>
                <span class="desk__clock" title={w::NOTES_CLOCK.text()}>{ &notes.clock }</span>
            </footer>
        </div>
    }
}
