//! A group of fields of the selected object.

use crate::view::model::FieldGroup;
use yew::prelude::*;

/// Paints a [`FieldGroup`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Heading and fields.
    pub group: FieldGroup,
}

/// A table of names, values and what they mean.
#[function_component]
pub fn Fields(props: &Props) -> Html {
    html! {
        <section class="fields">
            <h3 class="fields__title">{ &props.group.title }</h3>
            <dl class="fields__list">
                for field in &props.group.fields {
                    <div class="fields__row">
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
