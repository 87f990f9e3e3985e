//! The stage: hook strip, hash bar, table, lists and cards of one moment.

mod bucket_row;
pub mod conn_card;
pub mod defs;
mod handle;
mod hash_bar;
mod hook_strip;
mod list_tray;
pub mod measure;
mod picks;
pub mod press;
mod seal;
pub mod tuplehash;

pub use bucket_row::BucketRowView;
pub use conn_card::life_mark;
pub use seal::Seal;

use crate::app::Msg;
use crate::view::lens::figure::Badge;
use crate::view::lesson::Pick;
use crate::view::stage::{Chip, FoldRow, ListHead, PAD, Ribbon, StageModel};
use crate::words::{tell, ui as w};
use conn_card::ConnCard;
use hash_bar::HashBarView;
use hook_strip::HookStripView;
use list_tray::ListTrayView;
use std::rc::Rc;
use tuplehash::{about_it, dir_class};
use yew::prelude::*;

/// Props of [`Stage`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What to paint.
    pub model: Rc<StageModel>,
    /// Where on it a question can be answered.
    #[prop_or_default]
    pub picks: Rc<Vec<Pick>>,
    /// Where clicks, keys and the size of the box go.
    pub on_msg: Callback<Msg>,
}

/// Paints a [`StageModel`] in a box that scrolls, and tells how large that box is.
#[component]
pub fn Stage(props: &Props) -> Html {
    let Props {
        model,
        picks,
        on_msg,
    } = props;
    let node = use_node_ref();
    measure::use_focus(&node, model.focus, on_msg);
    let class = classes!(
        "stage",
        model.narrow.then_some("stage--narrow"),
        model.hall.then_some("stage--hall"),
        (model.hall && about_something(model)).then_some("stage--about"),
    );
    html! {
        <div {class} ref={node} role="region" tabindex="0" data-walk=""
            aria-label={w::STAGE_ENTER_TO_WALK.text()}>
            { picture(model, on_msg, true, picks::picks(picks, on_msg)) }
        </div>
    }
}

/// Something on it stands out, as what the step is about.
fn about_something(model: &StageModel) -> bool {
    let meant = |chip: &Chip| chip.meant || about_it(chip);
    let mut rows = model.table.rows.iter();
    rows.any(|row| row.hot || row.chips.iter().any(meant))
        || hash_bar::at_work(&model.hash)
        || model
            .lists
            .lists
            .iter()
            .any(|tray| tray.chips.iter().any(meant))
        || model.cards.cards.iter().any(|card| card.current)
}

/// The drawing grows by so much, in its own units.
const DRAWN_STEP: u32 = 1024;

/// What is in the box. `defs`: with the patterns that every picture of the page refers to; `over`
/// lies over everything else.
pub fn picture(model: &StageModel, on_msg: &Callback<Msg>, defs: bool, over: Html) -> Html {
    let (w, h) = (model.width, model.height);
    let mut canvas = format!("width:{w}px;height:{h}px");
    if model.scale > 0 {
        canvas.push_str(&format!(";zoom:{}%", f64::from(model.scale) / 10.0));
    }
    // Another size of the drawing has all its text laid out anew, which is the half of a step. So
    // it changes seldom; what is below the canvas is cut off.
    let drawn = h.unsigned_abs().next_multiple_of(DRAWN_STEP);
    let view_box = format!("{} {} {w} {drawn}", -PAD, -PAD);
    html! {
        <div class="stage__canvas" style={canvas}>
            <svg
                class="stage__svg"
                viewBox={view_box}
                width={w.to_string()}
                height={drawn.to_string()}
                role="group"
                aria-label={w::PACKET_PATH_HASH_TABLE.text()}
            >
                if defs { { defs::defs() } }
                { hash_line(model) }
                { shades(model) }
                if !model.half && !model.hall {
                    <HookStripView strip={model.hooks.clone()} on_msg={on_msg.clone()} />
                }
                if !model.half {
                    <HashBarView bar={model.hash.clone()} />
                }
                { table(model, on_msg) }
                { lists(model, on_msg) }
                <>{ for model.ribbons.iter().map(ribbon) }</>
            </svg>
            { cards(model, on_msg) }
            <>{ for model.badges.iter().map(badge) }</>
            <>{ for model.marks.iter().map(answer_mark) }</>
            { over }
        </div>
    }
}

/// Around what answers a question. The answer in words is above the picture.
fn answer_mark([x, y, w, h]: &[i32; 4]) -> Html {
    let style = format!(
        "left:{}px;top:{}px;width:{w}px;height:{h}px",
        x + PAD,
        y + PAD
    );
    html! {
        <i key={format!("{x} {y}")} class="answer-mark" {style} data-ct="answer-mark"
            aria-hidden="true"></i>
    }
}

/// A number of the article's figure. The row above the stage has it in words.
fn badge(badge: &Badge) -> Html {
    let (figure, number) = badge.figure;
    let class = format!("fignum fignum--{word} fignum--on", word = badge.when.word());
    let style = format!("left:{}px;top:{}px", badge.x + PAD, badge.y + PAD);
    html! {
        <b key={format!("{number} {} {}", badge.x, badge.y)} {class} {style}
            data-ct="figure-badge" data-figure={format!("{figure}.{number}")}
            data-when={badge.when.word()} aria-hidden="true">{ number }</b>
    }
}

/// From the result of the hash to the row it chose.
fn hash_line(model: &StageModel) -> Html {
    model
        .hash
        .line
        .clone()
        .map_or_else(Html::default, |d| html! { <path class="hash-line" {d} /> })
}

/// Backgrounds of rows that are searched or picked, under everything else.
fn shades(model: &StageModel) -> Html {
    let shaded = model.table.rows.iter().filter(|row| row.hot || row.shelf);
    let width = model.table_width;
    let shade = |row: &Rc<crate::view::stage::BucketRow>| {
        let height = if row.shelf {
            row.height - 4
        } else {
            row.height
        };
        let class = if row.hot { "shade shade--hot" } else { "shade" };
        let (x, w) = if row.hot { (0, width) } else { (4, width - 16) };
        html! {
            <g key={row.bucket}>
                <rect
                    {class}
                    x={x.to_string()}
                    y={row.y.to_string()}
                    width={w.to_string()}
                    height={height.to_string()}
                    rx="6"
                />
                if row.hot {
                    <rect
                        class="shade__rail"
                        x="0"
                        y={row.y.to_string()}
                        width="3"
                        height={height.to_string()}
                        rx="1.5"
                    />
                }
            </g>
        }
    };
    html! { <g aria-hidden="true">{ for shaded.map(shade) }</g> }
}

fn table(model: &StageModel, on_msg: &Callback<Msg>) -> Html {
    let table = &model.table;
    let base = table.y + 13;
    let fold = |fold: &FoldRow| {
        let y = fold.y + 15;
        html! {
            <text key={fold.bucket} class="t t--2" x="60" y={y.to_string()}>{ &fold.text }</text>
        }
    };
    html! {
        <g role="group" aria-label={tell!(w::HASH_TABLE_SUMMARY, summary = table.summary)}>
            <text class="t t--head" x="10" y={base.to_string()}>{ w::HASH_TABLE.text() }</text>
            <text class="t t--2" x="98" y={base.to_string()}>{ &table.summary }</text>
            <text class="t t--2 t--end" x={table.gc.0.to_string()} y={base.to_string()}
                data-ct="gc-window">{ &table.gc.1 }</text>
            <g role="list" aria-label={w::BUCKETS.text()}>
                for row in table.rows.iter() {
                    <BucketRowView
                        key={row.slot}
                        row={row.clone()}
                        gc_selected={model.gc_selected}
                        on_msg={on_msg.clone()}
                    />
                }
            </g>
            <>{ for table.folds.iter().map(fold) }</>
        </g>
    }
}

fn lists(model: &StageModel, on_msg: &Callback<Msg>) -> Html {
    let lists = &model.lists;
    let label = |class: &'static str, (x, y, text): &(i32, i32, String)| {
        html! { <text {class} x={x.to_string()} y={y.to_string()}>{ text }</text> }
    };
    html! {
        <g role="group" aria-label={w::UNCONFIRMED_AND_DYING.text()}>
            <>{ for lists.heads.iter().map(list_head) }</>
            <>{ for lists.nets.iter().map(|net| label("t t--head", net)) }</>
            <>{ for lists.absent.iter().map(absent) }</>
            <>{ for lists.cpus.iter().map(|cpu| label("t t--2 t--end lists__cpu", cpu)) }</>
            <>
                for tray in lists.lists.iter() {
                    <ListTrayView
                        key={format!("{} {} {}", tray.list, tray.netns, tray.cpu)}
                        tray={tray.clone()}
                        on_msg={on_msg.clone()}
                    />
                }
            </>
        </g>
    }
}

/// Where another kernel has a list.
fn absent((x, y, w, text): &(i32, i32, i32, String)) -> Html {
    html! {
        <g>
            <rect class="list__absent" x={x.to_string()} y={y.to_string()} width={w.to_string()}
                height="36" rx="7" />
            <text class="t t--2" x={(x + 13).to_string()} y={(y + 23).to_string()}>{ text }</text>
        </g>
    }
}

fn list_head(head: &ListHead) -> Html {
    let (x, y) = (head.x, head.y);
    let (text_x, base) = ((x + 18).to_string(), (y + 13).to_string());
    if head.dying {
        let d = format!("M{},{}l8,8m0,-8l-8,8", x + 2, y + 4);
        html! {
            <>
                <path class="list-mark list-mark--dying" {d} />
                <text class="t t--head" x={text_x} y={base}>{ head.name }</text>
            </>
        }
    } else {
        let (cx, cy) = ((x + 6).to_string(), (y + 8).to_string());
        html! {
            <>
                <circle class="list-mark list-mark--unconfirmed" {cx} {cy} r="5" />
                <text class="t t--head" x={text_x} y={base}>{ head.name }</text>
            </>
        }
    }
}

fn ribbon(ribbon: &Ribbon) -> Html {
    let class = |part: &'static str| classes!(part, dir_class(ribbon.dir));
    let (cx, cy) = (ribbon.dot.0.to_string(), ribbon.dot.1.to_string());
    html! {
        <g class="ribbon" aria-hidden="true">
            <path class={class("ribbon__halo")} d={ribbon.path.clone()} />
            <path class={class("ribbon__line")} d={ribbon.path.clone()} />
            <circle class={class("ribbon__dot")} {cx} {cy} r="3.5" />
        </g>
    }
}

fn cards(model: &StageModel, on_msg: &Callback<Msg>) -> Html {
    let cards = &model.cards;
    let more = |(x, y, text): &(i32, i32, String)| {
        let style = format!("left:{}px;top:{}px", x + PAD, y - 14 + PAD);
        html! { <p class="cards__more" {style}>{ text }</p> }
    };
    html! {
        <>
            <ul class="cards" aria-label={w::CONNECTIONS.text()}>
                for card in cards.cards.iter() {
                    <ConnCard key={card.conn} card={card.clone()} on_msg={on_msg.clone()} />
                }
            </ul>
            <>{ for cards.more.iter().map(more) }</>
        </>
    }
}
