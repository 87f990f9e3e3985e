//! The stops of the open lesson, and the ways out.

use super::act_button;
use crate::app::{ClassMsg, Msg};
use crate::ui::send;
use crate::view::lesson::{Act, LessonView, Mark, Screen, StopRow};
use crate::words::{Plain, lesson as w};
use std::rc::Rc;
use yew::prelude::*;

/// Paints [`LessonView`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The lesson.
    pub lesson: Rc<LessonView>,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// The column beside the stage.
#[component]
pub fn LessonRail(props: &Props) -> Html {
    let Props { lesson, on_msg } = props;
    let width = format!("width:{}.{}%", lesson.permille / 10, lesson.permille % 10);
    let (list, all) = match lesson.lab {
        true => (Screen::Labs, w::ALL_LABS),
        false => (Screen::Lessons, w::ALL_LESSONS),
    };
    html! {
        <section class="lrail" data-ct="lesson" aria-label={lesson.title.clone()}>
            <p class="lrail__of">{ &lesson.of }</p>
            <h2 class="lrail__title">{ &lesson.title }</h2>
            <div class="lrail__bar" role="img" aria-label={lesson.progress.clone()}>
                <i style={width} />
            </div>
            <ol class="lrail__stops" aria-label={w::STOPS.text()}>
                for (at, row) in lesson.stops.iter().enumerate() {
                    { stop(at, row, lesson.at, on_msg) }
                }
            </ol>
            <p class="lrail__out">
                { act_button(on_msg, Act::Free, w::FREE_PLAY.text(), "link") }
                <button type="button" class="link"
                    onclick={send(on_msg, Msg::Class(ClassMsg::Screen(list)))}>
                    { all.text() }
                </button>
            </p>
        </section>
    }
}

fn stop(at: usize, row: &StopRow, now: usize, on_msg: &Callback<Msg>) -> Html {
    let here = at == now;
    let (mark, class, words): (String, &str, Option<Plain>) = match row.mark {
        Mark::Right => ("✓".to_owned(), "lmark lmark--right", Some(w::STOP_RIGHT)),
        Mark::Wrong => ("✗".to_owned(), "lmark lmark--wrong", Some(w::STOP_WRONG)),
        Mark::Seen => ("✓".to_owned(), "lmark", Some(w::STOP_DONE)),
        Mark::Todo => ((at + 1).to_string(), "lmark", None),
    };
    html! {
        <li key={at}>
            <button type="button" class="lrail__stop" aria-current={here.then_some("step")}
                onclick={send(on_msg, Msg::Class(ClassMsg::Stop(at)))}>
                <span {class} aria-hidden="true">{ mark }</span>
                <span class="lrail__name">
                    { &row.title }
                    if !row.said.is_empty() {
                        <span class="lrail__said">{ &row.said }</span>
                    }
                    if let Some(words) = words {
                        <span class="unseen">{ format!(" ({words})") }</span>
                    }
                </span>
            </button>
        </li>
    }
}
