//! What stands over the stage: what happened, a question, something to do, or the end.

use super::act_button;
use crate::app::{ClassMsg, Msg};
use crate::ui::send;
use crate::view::lesson::{
    AskView, Card, ChoiceView, EndView, FieldView, LessonView, Mark, Reveal, TurnView,
};
use crate::view::model::Panel;
use crate::words::lesson as w;
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// Paints [`Card`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The lesson.
    pub lesson: Rc<LessonView>,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// The card. The main button stays the same element all the time, so that the focus stays there.
#[component]
pub fn LessonCard(props: &Props) -> Html {
    let Props { lesson, on_msg } = props;
    let Card {
        title,
        say,
        terms,
        ask,
        turn,
        end,
        hint,
        main,
        acts,
    } = &lesson.card;
    let go = send(
        on_msg,
        Msg::Class(ClassMsg::Act(crate::view::lesson::Act::Main)),
    );
    html! {
        <div role="group" class="lcard" data-ct="lesson-card" data-stop={lesson.at.to_string()}
            aria-label={title.clone()}>
            <div class="lcard__text">
                <h3 class="lcard__title">{ title }</h3>
                if let Some(say) = say {
                    <p class="lcard__say">{ say }</p>
                }
                if !terms.is_empty() {
                    <dl class="lcard__terms">
                        for (word, meaning) in terms {
                            <div key={word.clone()}><dt>{ word }</dt><dd>{ meaning }</dd></div>
                        }
                    </dl>
                }
                <>
                    if let Some(ask) = ask { { question(ask, on_msg) } }
                    if let Some(turn) = turn { { to_do(turn) } }
                    if let Some(end) = end { { the_end(end, on_msg) } }
                </>
                if let Some(hint) = hint {
                    <p class="lcard__hint" data-ct="lesson-hint">
                        <b>{ w::HINT.text() }{ ": " }</b>{ hint }
                    </p>
                }
                <p class="unseen" role="status" data-ct="lesson-status">{ status(&lesson.card) }</p>
            </div>
            <div class="lcard__acts">
                <>
                    for (act, label) in acts {
                        <span key={format!("{act:?}")}>
                            { act_button(on_msg, *act, label, "btn") }
                        </span>
                    }
                    if lesson.show.is_some() {
                        <span key="operator" class="lcard__operator">
                            <button type="button" class="btn"
                                onclick={send(on_msg, Msg::SetPanel(Panel::Why))}>
                                { w::OPERATOR.text() }
                            </button>
                        </span>
                    }
                </>
                <button id="lesson-go" type="button" class={main_class(turn.as_ref())}
                    data-act="Main" onclick={go}>{ *main }</button>
            </div>
        </div>
    }
}

/// To leave out what is to be done is not what the page proposes.
fn main_class(turn: Option<&TurnView>) -> &'static str {
    if turn.is_some_and(|turn| !turn.reached) {
        "btn lcard__main"
    } else {
        "btn btn--primary lcard__main"
    }
}

/// What is said aloud when it changes.
fn status(card: &Card) -> String {
    let told = card.ask.as_ref().and_then(|ask| ask.reveal.as_ref());
    if let Some(Reveal { said, because, .. }) = told {
        return format!("{said} {because}");
    }
    match &card.turn {
        Some(TurnView {
            reached: true,
            done,
            ..
        }) => format!(
            "{} {}",
            w::GOAL_REACHED,
            done.as_deref().unwrap_or_default()
        ),
        _ => String::new(),
    }
}

fn question(ask: &AskView, on_msg: &Callback<Msg>) -> Html {
    let told = ask.reveal.is_some();
    html! {
        <div class="lcard__ask" role="group" aria-label={w::QUESTION.text()}>
            <p class="lcard__prompt" data-ct="lesson-prompt">{ &ask.prompt }</p>
            if !ask.how.is_empty() {
                <p class="lcard__how">
                    { ask.how }
                    if !ask.picked.is_empty() { { " " }<b>{ &ask.picked }</b> }
                </p>
            }
            <div class="lcard__entry">
                if let Some(field) = &ask.field { { number(field, on_msg) } }
                if !ask.choices.is_empty() {
                    <ul class={classes!("lcard__choices",
                        ask.field.is_some().then_some("lcard__choices--beside"))}>
                        for one in &ask.choices { { choice(one, told, on_msg) } }
                    </ul>
                }
            </div>
            if let Some(reveal) = &ask.reveal { { revealed(reveal) } }
        </div>
    }
}

fn choice(choice: &ChoiceView, told: bool, on_msg: &Callback<Msg>) -> Html {
    let pick = match told {
        true => Callback::noop(),
        false => send(on_msg, Msg::Class(ClassMsg::Pick(choice.token.clone()))),
    };
    let mark = match (choice.right, choice.picked) {
        (Some(true), _) => "✓",
        (Some(false), true) => "✗",
        (_, true) => "●",
        _ => "○",
    };
    let class = classes!(
        "lcard__choice",
        choice.picked.then_some("lcard__choice--picked"),
        (choice.right == Some(true)).then_some("lcard__choice--right"),
    );
    html! {
        <li key={choice.token.clone()}>
            <button type="button" {class} data-token={choice.token.clone()}
                aria-pressed={choice.picked.to_string()} aria-disabled={told.then_some("true")}
                onclick={pick}>
                <span class="lcard__mark" aria-hidden="true">{ mark }</span>
                <span>{ &choice.text }</span>
            </button>
            if !choice.why.is_empty() && (choice.picked || choice.right == Some(true)) {
                <p class="lcard__why">{ &choice.why }</p>
            }
        </li>
    }
}

fn number(field: &FieldView, on_msg: &Callback<Msg>) -> Html {
    let oninput = on_msg.reform(|event: InputEvent| {
        let text = event.target_unchecked_into::<HtmlInputElement>().value();
        Msg::Class(ClassMsg::Typed(text))
    });
    let enter = on_msg.clone();
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        if event.key() == "Enter" {
            event.prevent_default();
            enter.emit(Msg::Class(ClassMsg::Act(crate::view::lesson::Act::Main)));
        }
    });
    let step = |token: &'static str, text: &'static str, name: &'static str| {
        let onclick = send(on_msg, Msg::Class(ClassMsg::Pick(token.to_owned())));
        html! {
            <button type="button" class="btn lcard__step" aria-label={name} {onclick}>
                { text }
            </button>
        }
    };
    html! {
        <div class="lcard__field">
            <label class="field__label" for="lesson-answer">{ field.label }</label>
            if field.steps { { step("-", "−", w::LESS.text()) } }
            <input id="lesson-answer" class="field__input" data-ct="lesson-answer" type="text"
                inputmode={if field.steps { "numeric" } else { "text" }} autocomplete="off"
                aria-describedby="lesson-answer-problem" value={field.value.clone()}
                {oninput} {onkeydown} />
            if field.steps { { step("+", "+", w::MORE.text()) } }
            <span id="lesson-answer-problem" class="problem">
                { field.problem.unwrap_or_default() }
            </span>
        </div>
    }
}

fn revealed(reveal: &Reveal) -> Html {
    let (class, mark) = match reveal.mark {
        Mark::Right => ("lcard__reveal lcard__reveal--right", "✓"),
        Mark::Wrong => ("lcard__reveal lcard__reveal--wrong", "✗"),
        Mark::Seen | Mark::Todo => ("lcard__reveal", "→"),
    };
    html! {
        <div {class} data-ct="lesson-reveal" data-mark={format!("{:?}", reveal.mark)}
            data-answer={reveal.answer.clone()}>
            <p class="lcard__said">
                <span class="lcard__mark" aria-hidden="true">{ mark }</span>
                <b>{ &reveal.said }</b>
            </p>
            <p>{ &reveal.because }</p>
            <>
                for (at, wrong) in reveal.wrong.iter().enumerate() {
                    <p key={at} class="lcard__wrong">{ wrong }</p>
                }
            </>
            if !reveal.place.is_empty() {
                <p class="lcard__place">{ &reveal.place }</p>
            }
        </div>
    }
}

fn to_do(turn: &TurnView) -> Html {
    html! {
        <div class="lcard__ask" role="group" aria-label={w::YOUR_TURN.text()}>
            <p class="lcard__prompt" data-ct="lesson-prompt">{ &turn.task }</p>
            <ul class="lcard__goals" aria-label={w::CONDITIONS.text()} data-ct="lesson-goals"
                data-reached={turn.reached.to_string()}>
                for (at, (goal, held)) in turn.goals.iter().enumerate() {
                    <li key={at} data-holds={held.to_string()}>
                        <span class={classes!("lmark", held.then_some("lmark--right"))}
                            aria-hidden="true">{ if *held { "✓" } else { "" } }</span>
                        { goal }
                        <span class="unseen">
                            { ": " }{ if *held { w::HOLDS } else { w::NOT_YET } }
                        </span>
                    </li>
                }
            </ul>
            if turn.reached {
                <div class="lcard__reveal lcard__reveal--right" data-ct="lesson-reveal"
                    data-mark="Right">
                    <p class="lcard__said">
                        <span class="lcard__mark" aria-hidden="true">{ "✓" }</span>
                        <b>{ w::GOAL_REACHED.text() }</b>
                    </p>
                    if let Some(done) = &turn.done { <p>{ done }</p> }
                </div>
            }
        </div>
    }
}

fn the_end(end: &EndView, on_msg: &Callback<Msg>) -> Html {
    html! {
        <div class="lcard__ask" data-ct="lesson-end">
            <p class="lcard__prompt">{ &end.score }</p>
            if !end.learnt.is_empty() {
                <div>
                    <h4>{ w::LEARNT.text() }</h4>
                    <ul class="lcard__learnt">
                        for (at, learnt) in end.learnt.iter().enumerate() {
                            <li key={at}>{ learnt }</li>
                        }
                    </ul>
                </div>
            }
            if let Some((_, title)) = &end.next {
                <p>{ crate::words::tell!(w::NEXT_LESSON, title) }</p>
            }
            if end.link {
                <button type="button" class="btn" onclick={send(on_msg, Msg::CopyLink)}>
                    { w::SHARE.text() }
                </button>
            }
        </div>
    }
}
