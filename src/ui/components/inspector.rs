//! The selected object, field by field, and who took and gave back references. Walking through a
//! packet's way, packets, buckets and connections take turns at nearly every step, and making
//! elements is the dearest part of a step. So each kind of object has its own: while another is
//! shown they stay as they are, out of sight. Groups and fields have no keys: those of another
//! object of the kind take their place, as text.

use super::fields::Fields;
use crate::app::Msg;
use crate::ui::send;
use crate::view::model::{Inspector, LedgerRow};
use crate::words::ui as w;
use std::rc::Rc;
use yew::prelude::*;

/// Paints [`Inspector`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The object.
    pub inspector: Rc<Inspector>,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// The object tab.
#[function_component]
pub fn InspectorPane(props: &Props) -> Html {
    let Props { inspector, on_msg } = props;
    let seen = use_mut_ref(Vec::<Rc<Inspector>>::new);
    let mut seen = seen.borrow_mut();
    match seen.iter_mut().find(|it| it.kind == inspector.kind) {
        Some(before) => before.clone_from(inspector),
        None => seen.push(inspector.clone()),
    }
    html! {
        <div class="insp" data-ct="inspector">
            <h3 class="insp__title">{ &inspector.title }</h3>
            <p class="insp__subtitle">{ &inspector.subtitle }</p>
            for object in seen.iter() {
                <ObjectPane inspector={object.clone()} rest={object.kind != inspector.kind}
                    {on_msg} />
            }
        </div>
    }
}

/// Paints the fields and the ledger of an [`Inspector`].
#[derive(Properties, PartialEq)]
struct ObjectProps {
    inspector: Rc<Inspector>,
    /// Another kind of object is shown.
    rest: bool,
    on_msg: Callback<Msg>,
}

#[function_component]
fn ObjectPane(props: &ObjectProps) -> Html {
    let inspector = &props.inspector;
    html! {
        <div class={props.rest.then_some("insp__rest")}>
            <>
                for group in &inspector.groups {
                    <Fields group={group.clone()} />
                }
            </>
            if !inspector.ledger.is_empty() {
                <section class="fields">
                    <h3 class="fields__title">{ w::EVERY_CHANGE_OF_USE.text() }</h3>
                    <ol class="ledger">
                        for row in &inspector.ledger {
                            { ledger_row(row, &props.on_msg) }
                        }
                    </ol>
                </section>
            }
        </div>
    }
}

fn ledger_row(row: &LedgerRow, on_msg: &Callback<Msg>) -> Html {
    html! {
        <li key={row.position}>
            <button type="button" class="ledger__row" title={w::GO_TO_THIS_STEP.text()}
                onclick={send(on_msg, Msg::Seek(row.position))}>
                <code class="ledger__delta">{ &row.delta }</code>
                <code class="ledger__left">{ row.left }</code>
                <span class="ledger__owner">{ &row.owner }</span>
                <code class="ledger__function">{ &row.function }</code>
            </button>
        </li>
    }
}
