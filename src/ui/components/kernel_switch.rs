//! Which kernel runs.

use crate::app::Msg;
use crate::view::model::Profile;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// Paints the profile.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The kernel that runs.
    pub profile: Profile,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// A choice; the log is run again on the other kernel.
#[function_component]
pub fn KernelSwitch(props: &Props) -> Html {
    let choose = props.on_msg.reform(|event: Event| {
        let name = event.target_unchecked_into::<HtmlSelectElement>().value();
        Msg::Run(format!("config profile={name}"))
    });
    html! {
        <label class="pick pick--kernel"
            title="The kernel that is followed; the log is run again on the other one">
            <span class="pick__label">{ "Linux" }</span>
            <select class="pick__list" data-ct="kernel" aria-label="Linux" onchange={choose}>
                for profile in Profile::ALL {
                    <option key={profile.name()} value={profile.name()}
                        selected={profile == props.profile}>{ profile.name() }</option>
                }
            </select>
        </label>
    }
}
