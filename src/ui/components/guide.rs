//! A newcomer's first packet: one line above the stage, with what to do next.

use crate::app::Msg;
use crate::ui::send;
use crate::view::model::Guide;
use crate::words::ui as w;
use yew::prelude::*;

/// Paints [`Guide`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What to say.
    pub guide: Guide,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// Text, answers, the next step, and the way out. The button of the next step stays the same
/// element all the time, so that the focus stays where it is.
#[component]
pub fn GuideLine(props: &Props) -> Html {
    let Props { guide, on_msg } = props;
    let go = if guide.ends {
        Msg::LeaveGuide
    } else {
        Msg::StepForward
    };
    let answers = if guide.answers { 1..3 } else { 0..0 };
    let main = (!guide.answers).then_some("btn--primary");
    html! {
        <section class={classes!("guide", guide.start.then_some("guide--start"))}
            data-ct="guide" aria-label={w::YOUR_FIRST_PACKET.text()}>
            <p class="guide__text" aria-live="polite">
                if !guide.said.is_empty() { <b>{ guide.said }</b> }
                { guide.text }
            </p>
            <div class="guide__acts">
                for answer in answers {
                    <button key={answer} type="button" class="btn btn--primary guide__answer"
                        aria-label={
                            if answer == 1 { w::N_1_ENTRY.text() } else { w::N_2_ENTRIES.text() }
                        }
                        onclick={send(on_msg, Msg::Answer(answer))}>{ answer }</button>
                }
                <button key="go" id="guide-go" type="button" class={classes!("btn", main)}
                    onclick={send(on_msg, go)}>
                    { guide.go }
                    if !guide.ends { <kbd class="btn__key" aria-hidden="true">{ "→" }</kbd> }
                </button>
                if !guide.ends {
                    <button key="leave" type="button" class="link"
                        onclick={send(on_msg, Msg::LeaveGuide)}>{ w::FREE_PLAY.text() }</button>
                }
            </div>
        </section>
    }
}
