//! What is seen of the moment: the stage, or what another lens shows in its place.

use super::compare::Compare;
use super::stage::Stage;
use crate::app::Msg;
use crate::view::model::{Lens, LensModel};
use crate::view::stage::StageModel;
use std::rc::Rc;
use yew::prelude::*;

/// Paints [`LensModel`], or [`StageModel`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The lens that is looked through.
    pub lens: Lens,
    /// What is seen through it.
    pub seen: LensModel,
    /// The stage.
    pub stage: Rc<StageModel>,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// The box in the middle of the page.
#[component]
pub fn LensPane(props: &Props) -> Html {
    let Props { stage, on_msg, .. } = props;
    match &props.seen {
        LensModel::Compare(model) => html! { <Compare model={model.clone()} {on_msg} /> },
        LensModel::Stage => html! { <Stage model={stage.clone()} {on_msg} /> },
    }
}
