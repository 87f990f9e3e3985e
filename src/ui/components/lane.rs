//! Three lanes: the commands of the log, deadlines, gc. The part that was done is dragged along
//! like a slider; behind the dashed line is what is to come.

use crate::app::Msg;
use crate::ui::{browser, send};
use crate::view::lanes::{SCALE, scale_x};
use crate::view::model::{
    Clock, GhostLane, LaneDeadline, LaneItem, LaneMark, LaneSign, LaneTime, Selection, Transport,
};
use crate::words::{tell, ui as w};
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// Kept branches that have a lane.
const GHOSTS: usize = 2;

/// Paints [`Transport::lanes`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The lanes.
    pub transport: Rc<Transport>,
    /// The next run of gc in words.
    pub clock: Clock,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// The lanes.
#[component]
pub fn Lane(props: &Props) -> Html {
    let Props {
        transport,
        clock,
        on_msg,
    } = props;
    let lanes = &transport.lanes;
    let shown = lanes.ghosts.len().min(GHOSTS);
    let hidden = lanes.ghosts.len() - shown;
    html! {
        <div class="lanes" style={format!("--ghosts:{shown}")} data-ct="lanes">
            <div class="lanes__names" aria-hidden="true">
                <span>{ w::PACKETS.text() }</span>
                <>
                    for (nth, _) in lanes.ghosts.iter().rev().take(GHOSTS).enumerate() {
                        <span key={nth}>
                            if nth == 0 && hidden > 0 { { tell!(w::KEPT_HIDDEN, hidden) } }
                            else if nth == 0 { { w::KEPT.text() } }
                        </span>
                    }
                </>
                <span>{ w::DEADLINES.text() }</span>
                <span>{ "gc" }</span>
            </div>
            <div class="lanes__past">
                <div aria-hidden="true">
                    <>{ for lanes.items.iter().map(block) }</>
                    <Marks marks={lanes.marks.clone()} />
                    <span class="lanes__head" style={left(lanes.head)}></span>
                </div>
                { scrub(transport, on_msg) }
                { edge(true, lanes.left_out.0, lanes.items.first(), on_msg) }
                { edge(false, lanes.left_out.1, lanes.items.last(), on_msg) }
                if !lanes.ghosts.is_empty() {
                    <ul class="branches" aria-label={w::KEPT_BRANCHES.text()}>
                        for (nth, lane) in lanes.ghosts.iter().rev().enumerate() {
                            { ghost(nth, lane, on_msg) }
                        }
                    </ul>
                }
            </div>
            <div class="lanes__next" role="group" aria-label={w::TO_COME.text()}>
                <div aria-hidden="true">
                    for (secs, label) in SCALE {
                        <span key={label} class="lanes__scale" style={left(scale_x(secs))}>
                            { label }
                        </span>
                    }
                </div>
                <>{ for lanes.deadlines.iter().map(|it| deadline(it, on_msg)) }</>
                if lanes.deadlines.is_empty() {
                    <span class="lanes__none">{ w::NOTHING_CAN_EXPIRE.text() }</span>
                }
                { gc(lanes.gc, clock) }
            </div>
        </div>
    }
}

fn left(permille: u32) -> String {
    format!("left:{}.{}%", permille / 10, permille % 10)
}

/// The slider: its value is the place in the lane, its words say which step that is. Keys are the
/// page's own, which step.
fn scrub(transport: &Transport, on_msg: &Callback<Msg>) -> Html {
    let lanes = &transport.lanes;
    let oninput = on_msg.reform(|event: InputEvent| {
        browser::hold_still("scrub", true);
        let value = event.target_unchecked_into::<HtmlInputElement>().value();
        Msg::Scrub(value.parse().unwrap_or(0))
    });
    let onchange = on_msg.reform(|_: Event| {
        browser::hold_still("scrub", false);
        Msg::ScrubEnd
    });
    html! {
        <input class="lanes__scrub" type="range" min="0" max="1000" step="1"
            value={lanes.head.to_string()} aria-label={w::STEP.text()}
            aria-valuetext={lanes.spoken.clone()}
            title={w::DRAG_TO_GO_THROUGH.text()} data-ct="scrub" data-position={
                transport.position.to_string()}
            disabled={lanes.items.is_empty()} {oninput} {onchange} />
    }
}

fn block(item: &LaneItem) -> Html {
    let when = match item.when {
        LaneTime::Past => "past",
        LaneTime::Now => "now",
        LaneTime::Future => "future",
    };
    let class = format!(
        "lanes__block lanes__block--{kind} lanes__block--{when}",
        kind = item.kind
    );
    let style = format!(
        "{};width:calc({}.{}% - 3px)",
        left(item.x),
        item.w / 10,
        item.w % 10
    );
    html! { <span key={item.command} {class} {style}>{ &item.label }</span> }
}

/// Props of [`Marks`].
#[derive(Properties, PartialEq)]
struct MarksProps {
    marks: Vec<LaneMark>,
}

/// What happened to deadlines, and runs of gc: few steps change that.
#[component]
fn Marks(props: &MarksProps) -> Html {
    html! { <>{ for props.marks.iter().map(mark) }</> }
}

fn mark(mark: &LaneMark) -> Html {
    let (class, name) = match mark.sign {
        LaneSign::Set => ("lanes__mark lanes__mark--set", "set"),
        LaneSign::Expired => ("lanes__mark lanes__mark--expired", "expired"),
        LaneSign::Gc => ("lanes__mark lanes__mark--gc", "gc"),
    };
    let style = format!("{};width:{}.{}%", left(mark.x), mark.w / 10, mark.w % 10);
    html! { <span {class} {style} data-mark={name}></span> }
}

/// On to commands that are left out.
fn edge(first: bool, more: u32, end: Option<&LaneItem>, on_msg: &Callback<Msg>) -> Html {
    let Some(end) = end.filter(|_| more > 0) else {
        return Html::default();
    };
    let (class, text, title, to) = if first {
        let title = tell!(w::MORE_EARLIER_COMMANDS, more);
        (
            "lanes__edge lanes__edge--first",
            format!("‹ {more}"),
            title,
            end.command.saturating_sub(1),
        )
    } else {
        let title = tell!(w::MORE_LATER_COMMANDS, more);
        (
            "lanes__edge lanes__edge--last",
            format!("{more} ›"),
            title,
            end.command + 1,
        )
    };
    html! {
        <button type="button" {class} title={title.clone()} aria-label={title}
            onclick={send(on_msg, Msg::SeekCommand(to))}>{ text }</button>
    }
}

/// A branch; those without a lane are shown where there is room for a list.
fn ghost(nth: usize, lane: &GhostLane, on_msg: &Callback<Msg>) -> Html {
    let title = if nth == 0 {
        tell!(w::KEPT_LABEL_B, label = lane.label)
    } else {
        tell!(w::KEPT_LABEL, label = lane.label)
    };
    let style = format!("--x:{}.{}%;--nth:{nth}", lane.x / 10, lane.x % 10);
    let class = classes!(
        "branches__branch",
        (nth >= GHOSTS).then_some("branches__branch--folded")
    );
    html! {
        <li key={lane.branch} {class} {style}>
            <button type="button" title={title.clone()} aria-label={title} data-ct="branch"
                data-branch={lane.branch.to_string()}
                onclick={send(on_msg, Msg::SwitchBranch(lane.branch))}>
                <>
                    for (nth, label) in lane.commands.iter().enumerate() {
                        <span key={nth} class="branches__block">{ label }</span>
                    }
                </>
                if lane.commands.is_empty() {
                    <span class="branches__block">{ w::ENDS_HERE.text() }</span>
                }
                if lane.more > 0 { { format!("+{}", lane.more) } }
            </button>
        </li>
    }
}

fn deadline(it: &LaneDeadline, on_msg: &Callback<Msg>) -> Html {
    let class = classes!(
        "lanes__deadline",
        it.expired.then_some("lanes__deadline--expired"),
        (it.x > 800).then_some("lanes__deadline--last"),
    );
    let d = if it.expired {
        "M2,1h7M2,10h7M2.7,1L8.3,10M8.3,1L2.7,10"
    } else {
        "M5.5,.8a4.7,4.7 0 1 1 0,9.4a4.7,4.7 0 1 1 0,-9.4M5.5,3v2.7l1.9,1.2"
    };
    // What is read out begins with what is seen, so that it can be asked for by voice.
    let name = if it.title.starts_with(it.label.as_str()) {
        it.title.clone()
    } else {
        format!("{}: {}", it.label, it.title)
    };
    html! {
        <button key={it.conn} type="button" {class} style={left(it.x)} title={it.title.clone()}
            aria-label={name} data-ct="deadline" data-conn={format!("c{}", it.conn)}
            data-expired={it.expired.to_string()}
            onclick={send(on_msg, Msg::Select(Selection::Conn(it.conn)))}>
            <svg viewBox="0 0 11 11" aria-hidden="true"><path {d} /></svg>
            { &it.label }
        </button>
    }
}

fn gc(next: Option<u32>, clock: &Clock) -> Html {
    let words = html! { <span class="lanes__when" data-ct="gc-next">{ &clock.gc }</span> };
    match next {
        None => html! { <span class="lanes__run lanes__run--none">{ words }</span> },
        Some(x) => {
            let class = classes!("lanes__run", (x > 400).then_some("lanes__run--last"));
            html! {
                <span {class} style={left(x)}>
                    <span class="lanes__mark lanes__mark--gc"></span>
                    { words }
                </span>
            }
        }
    }
}
