//! A group of fields of the selected object.

use crate::view::model::FieldGroup;
use yew::prelude::*;

/// Paints a [`FieldGroup`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Heading and fields.
    pub group: FieldGroup,
    /// How many of the fields are shown; the others stay in the page, hidden.
    #[prop_or(usize::MAX)]
    pub shown: usize,
}

/// A table of names, values and what they mean.
#[function_component]
pub fn Fields(props: &Props) -> Html {
    html! {
        <section class="fields" hidden={props.shown == 0}>
            <h3 class="fields__title">{ &props.group.title }</h3>
            <dl class="fields__list">
                for (at, field) in props.group.fields.iter().enumerate() {
                    <div class="fields__row" hidden={at >= props.shown}>
                        <dt class="fields__name">{ &field.name }</dt>
                        <dd class="fields__value">
                            if let Some(old) = &field.old {
                                <code class="changed"><s>{ old }</s>{ " → " }
                                    <b>{ &field.value }</b></code>
                            } else {
                                { &field.value }
                            }
                            if !field.note.is_empty() {
                                <small class="fields__note">{ &field.note }</small>
                            }
                        </dd>
                    </div>
                }
            </dl>
        </section>
    }
}
