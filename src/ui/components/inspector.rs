//! The selected object, field by field, and who took and gave back references. Groups and fields
//! have no keys: another object's take their place, as text, and nothing is made anew.

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
    let inspector = &props.inspector;
    html! {
        <div class="insp" data-ct="inspector">
            <h3 class="insp__title">{ &inspector.title }</h3>
            <p class="insp__subtitle">{ &inspector.subtitle }</p>
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
