//! What is seen of the moment: the stage, or what another lens shows in its place.

mod connection;
mod conns;
mod diagram;
pub mod figure;
mod hash;
pub mod life;
mod number_line;
mod packet;
mod protocol;
mod relations;
mod tuple_bytes;
mod whole;

use super::compare::Compare;
use super::stage::Stage;
use super::stage::defs::defs;
use super::stage::measure::use_size;
use crate::app::Msg;
use crate::view::model::{Lens, LensModel, Pick};
use crate::view::stage::StageModel;
use connection::ConnectionLens;
use figure::FigureSteps;
use hash::HashLens;
use life::LifeFigure;
use packet::PacketLens;
use std::rc::Rc;
use whole::TableLensView;
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
    /// Where on it a question can be answered.
    #[prop_or_default]
    pub picks: Rc<Vec<Pick>>,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// The box in the middle of the page.
#[component]
pub fn LensPane(props: &Props) -> Html {
    let Props { stage, on_msg, .. } = props;
    let boxed = |inside: Html| html! { <LensBox lens={props.lens} {on_msg}>{ inside }</LensBox> };
    let steps = match &props.seen {
        LensModel::Nothing(sentence) => {
            return boxed(html! { <p class="lens__nothing">{ *sentence }</p> });
        }
        LensModel::Packet(view) => {
            return boxed(html! { <PacketLens view={view.clone()} {on_msg} /> });
        }
        LensModel::Connection(view) => {
            return boxed(html! { <ConnectionLens view={view.clone()} {on_msg} /> });
        }
        LensModel::Life(model) => return html! { <LifeFigure model={model.clone()} {on_msg} /> },
        LensModel::Table(table) => {
            return boxed(html! { <TableLensView table={table.clone()} {on_msg} /> });
        }
        LensModel::Hash(view) => return boxed(html! { <HashLens view={view.clone()} {on_msg} /> }),
        LensModel::Compare(model) => {
            return html! { <Compare model={model.clone()} {on_msg} /> };
        }
        LensModel::Protocol(model) => return boxed(sight(protocol::protocol(model, on_msg))),
        LensModel::Relations(model) => return boxed(sight(relations::relations(model, on_msg))),
        LensModel::Figure(model) => html! { <FigureSteps model={model.clone()} {on_msg} /> },
        LensModel::Stage => Html::default(),
    };
    // The same stage with and without steps, so that it stays where it is scrolled to.
    let picks = props.picks.clone();
    let figure = matches!(props.seen, LensModel::Figure(_)).then_some("onstage--figure");
    html! {
        <div class={classes!("onstage", figure)}>
            { steps }
            <Stage model={stage.clone()} {picks} {on_msg} />
        </div>
    }
}

/// Drawings that use the stage's patterns.
fn sight(inside: Html) -> Html {
    html! {
        <div class="sight">
            <svg class="unseen" width="0" height="0" aria-hidden="true">{ defs() }</svg>
            { inside }
        </div>
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
            data-walk="" data-ct="lens" data-lens={props.lens.word()}>
            <h2 class="unseen">{ props.lens.label() }</h2>
            { props.children.clone() }
        </div>
    }
}
