//! What is seen of the moment: the stage, or what another lens shows in its place.

mod connection;
mod hash;
mod packet;
mod tuple_bytes;

use super::stage::Stage;
use super::stage::measure::use_size;
use crate::app::Msg;
use crate::view::model::{Lens, LensModel};
use crate::view::stage::StageModel;
use connection::ConnectionLens;
use hash::HashLens;
use packet::PacketLens;
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
        LensModel::Stage => html! { <Stage model={stage.clone()} {on_msg} /> },
        LensModel::Nothing(sentence) => html! {
            <LensBox lens={props.lens} {on_msg}>
                <p class="lens__nothing">{ *sentence }</p>
            </LensBox>
        },
        LensModel::Packet(view) => html! {
            <LensBox lens={props.lens} {on_msg}>
                <PacketLens view={view.clone()} {on_msg} />
            </LensBox>
        },
        LensModel::Connection(view) => html! {
            <LensBox lens={props.lens} {on_msg}>
                <ConnectionLens view={view.clone()} {on_msg} />
            </LensBox>
        },
        LensModel::Hash(view) => html! {
            <LensBox lens={props.lens} {on_msg}>
                <HashLens view={view.clone()} {on_msg} />
            </LensBox>
        },
    }
}

/// Props of [`LensBox`].
#[derive(Properties, PartialEq)]
pub struct BoxProps {
    /// The lens.
    pub lens: Lens,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
    /// What is seen through it.
    pub children: Html,
}

/// A box that scrolls in place of the stage, and tells its size.
#[component]
pub fn LensBox(props: &BoxProps) -> Html {
    let node = use_node_ref();
    use_size(&node, &props.on_msg);
    html! {
        <div class="lens" ref={node} role="region" aria-label={props.lens.label()} tabindex="0"
            data-ct="lens" data-lens={props.lens.word()}>
            { props.children.clone() }
        </div>
    }
}
