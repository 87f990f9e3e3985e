//! A button that is an icon, with a name for those who do not see it.

use super::icon::{Glyph, Icon};
use crate::app::Msg;
use crate::ui::send;
use yew::prelude::*;

/// A button that sends a message.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Its picture.
    pub glyph: Glyph,
    /// Its accessible name.
    pub label: &'static str,
    /// The key that does the same, for the tooltip.
    #[prop_or_default]
    pub keys: &'static str,
    /// It would do nothing now.
    #[prop_or_default]
    pub disabled: bool,
    /// More classes.
    #[prop_or_default]
    pub class: Classes,
    /// What it sends.
    pub msg: Msg,
    /// To whom.
    pub on_msg: Callback<Msg>,
}

/// An icon button. One that can do nothing keeps its place in the tab order, so that the focus is
/// not lost when the last step is reached.
#[function_component]
pub fn IconButton(props: &Props) -> Html {
    let title = match props.keys {
        "" => props.label.to_owned(),
        keys => format!("{} ({keys})", props.label),
    };
    let onclick = if props.disabled {
        Callback::noop()
    } else {
        send(&props.on_msg, props.msg.clone())
    };
    html! {
        <button type="button" class={classes!("ibtn", props.class.clone())}
            aria-label={props.label} aria-disabled={props.disabled.then_some("true")}
            {title} {onclick}>
            <Icon glyph={props.glyph} />
        </button>
    }
}
