//! The way between the screens, and back to a lesson.

use super::act_button;
use crate::app::{ClassMsg, Msg};
use crate::ui::send;
use crate::view::lesson::{Act, Class, Screen};
use crate::words::lesson as w;
use std::rc::Rc;
use yew::prelude::*;

/// Paints which screen it is.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Lessons.
    pub class: Rc<Class>,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// Explore, Lessons, Labs.
#[component]
pub fn Screens(props: &Props) -> Html {
    let Props { class, on_msg } = props;
    let lab = class.lesson.as_ref().is_some_and(|lesson| lesson.lab);
    let now = match class.screen {
        Screen::Open if lab => Screen::Labs,
        Screen::Open => Screen::Lessons,
        screen => screen,
    };
    let entries = [
        (Screen::Explore, w::EXPLORE),
        (Screen::Lessons, w::LESSONS),
        (Screen::Labs, w::LABS),
    ];
    html! {
        <nav class="screens" aria-label={w::NAV_NAME.text()}>
            for (screen, label) in entries {
                <button key={label.number.to_string()} type="button" class="screens__screen"
                    aria-current={(screen == now).then_some("page")}
                    onclick={send(on_msg, Msg::Class(ClassMsg::Screen(screen)))}>
                    { label.text() }
                </button>
            }
        </nav>
    }
}

/// From free play back to the lesson, or to what was here before.
#[component]
pub fn BackLine(props: &Props) -> Html {
    let Props { class, on_msg } = props;
    let Some(back) = &class.back else {
        return Html::default();
    };
    html! {
        <p class="backline" data-ct="lesson-back">
            { act_button(on_msg, Act::Back, back, "btn btn--small") }
            if class.kept {
                { act_button(on_msg, Act::Restore, w::RESTORE.text(), "link") }
            }
        </p>
    }
}
