//! Lessons: their lists, the rail of stops, and what stands over the stage.

mod card;
mod index;
mod rail;
mod screens;

pub use card::LessonCard;
pub use index::IndexScreen;
pub use rail::LessonRail;
pub use screens::{BackLine, Screens};

use crate::app::{ClassMsg, Msg};
use crate::ui::send;
use crate::view::lesson::Act;
use yew::prelude::*;

/// A button of a lesson.
fn act_button(on_msg: &Callback<Msg>, act: Act, label: &str, class: &'static str) -> Html {
    let onclick = send(on_msg, Msg::Class(ClassMsg::Act(act)));
    html! {
        <button type="button" {class} data-act={format!("{act:?}")} {onclick}>{ label }</button>
    }
}
