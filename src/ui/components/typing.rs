//! What comes of something that is being typed, beside its field.

use crate::view::model::Typing;
use crate::words::{tell, ui as w};
use yew::prelude::*;

/// A line under the field; nothing if there is nothing to say. The field names it as what
/// describes it.
pub fn typing(id: &'static str, typing: &Typing) -> Html {
    let (ok, text) = match typing {
        Typing::Nothing => return Html::default(),
        Typing::Runs(what) => (true, tell!(w::ENTER_WHAT, what)),
        Typing::Expects(problem) => (false, problem.clone()),
    };
    html! {
        <p {id} class="hint typing" data-ct="typing" data-ok={ok.to_string()}>{ text }</p>
    }
}
