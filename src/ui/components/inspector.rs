//! The selected object, field by field, and who took and gave back references. Groups and fields
//! have no keys: another object's take their place, as text. What it has fewer of is hidden, not
//! taken away: walking through a packet's way, packets and connections take turns at nearly every
//! step, and making elements is the dearest part of a step.

use super::fields::Fields;
use crate::app::Msg;
use crate::ui::send;
use crate::view::model::{FieldGroup, Inspector, LedgerRow};
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
    let kept = use_mut_ref(Vec::new);
    let groups = laid_over(&mut kept.borrow_mut(), &inspector.groups);
    html! {
        <div class="insp" data-ct="inspector">
            <h3 class="insp__title">{ &inspector.title }</h3>
            <p class="insp__subtitle">{ &inspector.subtitle }</p>
            <>
                for (group, shown) in groups {
                    <Fields {group} {shown} />
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

/// These groups over those that were there before, and how many fields of each are these groups'.
fn laid_over(kept: &mut Vec<FieldGroup>, groups: &[FieldGroup]) -> Vec<(FieldGroup, usize)> {
    if kept.len() < groups.len() {
        kept.resize(groups.len(), FieldGroup::default());
    }
    for (kept, group) in kept.iter_mut().zip(groups) {
        kept.title.clone_from(&group.title);
        let common = kept.fields.len().min(group.fields.len());
        let (over, more) = group.fields.split_at(common);
        kept.fields[..common].clone_from_slice(over);
        kept.fields.extend_from_slice(more);
    }
    let shown = groups.iter().map(|group| group.fields.len());
    let shown = shown.chain(std::iter::repeat(0));
    kept.iter().cloned().zip(shown).collect()
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
