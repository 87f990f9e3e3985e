//! Which kernel runs.

use crate::app::Msg;
use crate::view::compare::CompareWith;
use crate::view::model::{Lens, Profile};
use crate::words::ui as w;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// Paints the profile.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The kernel that runs.
    pub profile: Profile,
    /// Both are looked at, side by side.
    pub both: bool,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// The choice of both.
const BOTH: &str = "5.10 | 6.18";

/// A choice; the log is run again on the other kernel.
#[function_component]
pub fn KernelSwitch(props: &Props) -> Html {
    let Props {
        profile,
        both,
        on_msg,
    } = props;
    let choose = {
        let (both, on_msg) = (*both, on_msg.clone());
        Callback::from(move |event: Event| {
            let name = event.target_unchecked_into::<HtmlSelectElement>().value();
            if name == BOTH {
                return on_msg.emit(Msg::Compare(CompareWith::Kernels));
            }
            if both {
                on_msg.emit(Msg::SetLens(Lens::Machine));
            }
            on_msg.emit(Msg::Run(format!("config profile={name}")));
        })
    };
    html! {
        <label class="pick pick--kernel"
            title={w::THE_KERNEL_THAT_IS.text()}>
            <span class="pick__label">{ "Linux" }</span>
            <select class="pick__list" data-ct="kernel" aria-label="Linux" onchange={choose}>
                for it in Profile::ALL {
                    <option key={it.name()} value={it.name()}
                        selected={it == *profile && !both}>{ it.name() }</option>
                }
                <option value={BOTH} selected={*both}>{ BOTH }</option>
            </select>
        </label>
    }
}
