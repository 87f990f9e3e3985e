//! The commands of the run side by side; each is a button that goes to its first step.

use crate::app::Msg;
use crate::ui::{browser, send};
use crate::view::model::{Clock, LaneItem, LaneTime, Transport};
use std::rc::Rc;
use yew::prelude::*;

/// Paints [`Transport::lane`], and what is to come from [`Clock`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The lane.
    pub transport: Rc<Transport>,
    /// What is to come.
    pub clock: Clock,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// The lane and the future behind it.
#[function_component]
pub fn Lane(props: &Props) -> Html {
    let lane = &props.transport.lane;
    let now = use_node_ref();
    let at = lane
        .iter()
        .find(|item| item.when == LaneTime::Now)
        .map(|item| item.command);
    use_effect_with((at, now.clone()), |(_, now)| browser::reveal(now));
    html! {
        <div class="lane">
            <ol class="lane__items" aria-label="Commands">
                if at.is_none() && lane.iter().all(|item| item.when == LaneTime::Future) {
                    <li key="start" class="lane__start"><span class="lane__head"></span></li>
                }
                for item in lane {
                    { block(item, &now, &props.on_msg) }
                }
            </ol>
            <p class="lane__future">
                if let Some(deadline) = &props.clock.next_deadline {
                    <span>{ deadline }</span>
                }
                <span>{ &props.clock.gc }</span>
            </p>
        </div>
    }
}

fn block(item: &LaneItem, now: &NodeRef, on_msg: &Callback<Msg>) -> Html {
    let (when, here) = match item.when {
        LaneTime::Past => ("past", false),
        LaneTime::Now => ("now", true),
        LaneTime::Future => ("future", false),
    };
    let node = if here {
        now.clone()
    } else {
        NodeRef::default()
    };
    html! {
        <li key={item.command} class="lane__item" ref={node}>
            <button type="button" title={format!("Go to {}", item.label)}
                class={format!("lane__block lane__block--{} lane__block--{when}", item.kind)}
                aria-current={here.then_some("step")}
                onclick={send(on_msg, Msg::SeekCommand(item.command))}>{ &item.label }</button>
            if here {
                <span class="lane__head" style={format!("left:{}%", f64::from(item.done) / 10.0)}>
                </span>
            }
        </li>
    }
}
