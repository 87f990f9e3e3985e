//! The box of a lens that stands in the stage's place: it scrolls, and tells how large it is.

use crate::app::Msg;
use crate::ui::components::stage::{defs, measure};
use yew::prelude::*;

/// Props of [`Sight`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is to be seen in it.
    pub label: &'static str,
    /// Where its size goes.
    pub on_msg: Callback<Msg>,
    /// What is in it.
    pub children: Html,
}

/// The box.
#[component]
pub fn Sight(props: &Props) -> Html {
    let node = use_node_ref();
    measure::use_viewport(&node, &props.on_msg);
    html! {
        <div class="lens" ref={node} role="region" aria-label={props.label}>
            <svg class="unseen" width="0" height="0" aria-hidden="true">{ defs::defs() }</svg>
            { props.children.clone() }
        </div>
    }
}
