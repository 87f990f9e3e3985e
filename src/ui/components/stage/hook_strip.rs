//! The hook strip and the packets on it. Paints [`HookStrip`].

use super::press::{flag, press};
use crate::app::Msg;
use crate::view::model::Selection;
use crate::view::stage::{
    HookBox, HookStrip, PILL_H, PILL_W, Pill, PillKind, STRIP_H, Tick, WIRE_Y,
};
use crate::words::{tell, ui as w};
use std::rc::Rc;
use yew::prelude::*;

/// Props of [`HookStripView`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The strip.
    pub strip: Rc<HookStrip>,
    /// Where clicks go.
    pub on_msg: Callback<Msg>,
}

/// Stations, wire and packets.
#[component]
pub fn HookStripView(props: &Props) -> Html {
    let Props { strip, on_msg } = props;
    let (y, w) = (WIRE_Y, strip.width);
    html! {
        <g class="hooks" role="group" aria-label={w::PACKET_PATH.text()}>
            <>{ for strip.boxes.iter().map(station) }</>
            <path class="hooks__wire" d={format!("M0,{y}H{w}m-7,-5l7,5l-7,5M0,{}v8", y - 4)} />
            <>{ for strip.route.iter().map(|&(x, word)| route(x, word)) }</>
            <>{ for strip.ends.iter().map(|&(from, to)| ends(w, from, to)) }</>
            <>{ for strip.ticks.iter().map(tick) }</>
            <>{ for strip.pills.iter().map(|pill| pill_view(pill, on_msg)) }</>
        </g>
    }
}

fn station(hook: &HookBox) -> Html {
    let class = classes!("hook", hook.active.then_some("hook--active"));
    html! {
        <g {class}>
            <rect
                class="hook__box"
                x={hook.x.to_string()}
                width={hook.w.to_string()}
                height={STRIP_H.to_string()}
                rx="8"
            />
            <text class="t hook__name" x={(hook.x + 12).to_string()} y="19">{ hook.name }</text>
        </g>
    }
}

fn route(x: i32, word: bool) -> Html {
    html! {
        <g class="route">
            <path d={format!("M{x},{}l7,7l-7,7l-7,-7Z", WIRE_Y - 7)} />
            if word {
                <text class="t t--2 t--mid" x={x.to_string()} y="64">{ w::ROUTE.text() }</text>
            }
            <title>{ w::ROUTING_DECISION.text() }</title>
        </g>
    }
}

fn ends(width: i32, from: &'static str, to: &'static str) -> Html {
    let start = if from.len() > 2 { "-12" } else { "0" };
    html! {
        <>
            <text class="t t--2" x={start} y="64">{ from }</text>
            <text class="t t--2 t--end" x={width.to_string()} y="64">{ to }</text>
        </>
    }
}

fn tick(tick: &Tick) -> Html {
    let class = classes!("tick", tick.active.then_some("tick--active"));
    let x = tick.x.to_string();
    let r = if tick.active { "5" } else { "4" };
    html! {
        <g {class}>
            <circle cx={x} cy={WIRE_Y.to_string()} {r} />
            if let Some(x) = tick.label_x {
                <text class="t t--mid tick__label" x={x.to_string()} y="64">
                    <tspan class="tick__priority">{ tick.priority }</tspan>
                    { format!(" {}", tick.label) }
                </text>
            }
            <title>
                {
                    tell!(
                        w::LABEL_AT_PRIORITY_PRIORITY,
                        label = tick.label,
                        priority = tick.priority
                    )
                }
            </title>
        </g>
    }
}

fn sign(kind: PillKind) -> Html {
    match kind {
        PillKind::Live => html! { <circle class="skb__sign" cx="-11" r="3.2" /> },
        PillKind::Held => html! { <path class="skb__sign" d="M-13,-4v8M-9.5,-4v8" /> },
        PillKind::Queued => html! { <path class="skb__sign" d="M-15,-3h6M-15,0h6M-15,3h6" /> },
        PillKind::Gone => html! { <path class="skb__sign" d="M-15,0h6m-3,-3l3,3l-3,3" /> },
        PillKind::Dropped => html! { <path class="skb__sign" d="M-15,-3l6,6m0,-6l-6,6" /> },
    }
}

fn pill_view(pill: &Pill, on_msg: &Callback<Msg>) -> Html {
    let kind = match pill.kind {
        PillKind::Live => "skb--live",
        PillKind::Held => "skb--held",
        PillKind::Queued => "skb--queued",
        PillKind::Gone | PillKind::Dropped => "skb--gone",
    };
    let class = classes!("skb", kind, pill.selected.then_some("skb--selected"));
    let style = format!("transform:translate({}px,{WIRE_Y}px)", pill.x);
    let digits = pill.skb.to_string().len() as i32;
    let w = PILL_W + 8 * (digits - 1);
    let key = format!("s{}", pill.skb);
    let content = html! {
        <>
            <title>{ &pill.name }</title>
            <rect
                class="skb__pill"
                x={(-PILL_W / 2).to_string()}
                y={(-PILL_H / 2).to_string()}
                width={w.to_string()}
                height={PILL_H.to_string()}
                rx="11"
            />
            { sign(pill.kind) }
            <text class="t skb__id" x="-5" y="5">{ &key }</text>
        </>
    };
    if matches!(pill.kind, PillKind::Gone | PillKind::Dropped) {
        return html! {
            <g {key} {class} {style} role="img" aria-label={pill.name.clone()}>{ content }</g>
        };
    }
    let press = press(on_msg, Selection::Skb(pill.skb), pill.selected);
    html! {
        <g
            key={key.clone()}
            {class}
            {style}
            data-ct="skb"
            data-skb={key}
            data-at={pill.at}
            data-marked={(pill.kind == PillKind::Live).then_some("true")}
            role="button"
            tabindex="-1"
            aria-pressed={flag(pill.selected)}
            onclick={press.onclick}
            onkeydown={press.onkeydown}
        >
            { content }
        </g>
    }
}
