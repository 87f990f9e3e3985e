//! The whole table. Paints [`TableLens`].

use crate::app::Msg;
use crate::ui::browser;
use crate::ui::components::stage::BucketRowView;
use crate::ui::components::stage::defs::defs;
use crate::ui::components::stage::tuplehash::dir_class;
use crate::view::lens::whole::{Bar, Mark, TableLens};
use crate::view::model::{Lens, Selection};
use crate::view::stage::PAD;
use crate::words::{tell, ui as w};
use std::rc::Rc;
use yew::prelude::*;

/// Props of [`TableLensView`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What to paint.
    pub table: Rc<TableLens>,
    /// Where clicks and keys go.
    pub on_msg: Callback<Msg>,
}

/// Cells, the chains around the one looked at, and numbers.
#[component]
pub fn TableLensView(props: &Props) -> Html {
    let Props { table, on_msg } = props;
    let canvas = use_node_ref();
    {
        let canvas = canvas.clone();
        let cells = (table.columns, table.lines, table.cells.clone());
        use_effect_with(cells, move |(columns, lines, cells)| {
            browser::paint_cells(&canvas, *columns, *lines, cells);
        });
    }
    let bucket = table.bucket;
    html! {
        <section class="table-lens" data-ct="table-lens" aria-label={w::WHOLE_TABLE.text()}>
            <p class="table-lens__sum" data-ct="table-summary">{ &table.summary }</p>
            <p class="table-lens__hint">
                { w::ONE_CELL_IS_ONE.text() }
            </p>
            { cells(table, canvas, on_msg) }
            <p class="table-lens__head">
                <b data-ct="table-bucket">{ &table.bucket_words }</b>
                { w::AND_ITS_NEIGHBOURS.text() }
                <button type="button" class="btn btn--small" onclick={dive(on_msg, bucket)}>
                    { w::OPEN_ON_THE_STAGE.text() }
                </button>
            </p>
            { chains(table, on_msg) }
            <div class="table-lens__numbers">
                <div>
                    <h3>{ w::NODES_PER_BUCKET.text() }</h3>
                    <ul class="bars">{ for table.bars.iter().map(bar) }</ul>
                </div>
                <dl class="table-lens__facts">
                    for (name, value) in &table.facts {
                        <div key={*name}><dt>{ *name }</dt><dd>{ value }</dd></div>
                    }
                </dl>
            </div>
        </section>
    }
}

/// Opens a bucket on the stage.
fn dive(on_msg: &Callback<Msg>, bucket: u32) -> Callback<MouseEvent> {
    let on_msg = on_msg.clone();
    Callback::from(move |_| open(&on_msg, bucket))
}

fn open(on_msg: &Callback<Msg>, bucket: u32) {
    on_msg.emit(Msg::Select(Selection::Bucket(bucket)));
    on_msg.emit(Msg::SetLens(Lens::Machine));
}

fn cells(table: &Rc<TableLens>, canvas: NodeRef, on_msg: &Callback<Msg>) -> Html {
    let by_click = (table.clone(), on_msg.clone());
    let onclick = Callback::from(move |event: MouseEvent| {
        let (table, on_msg) = &by_click;
        let Some((x, y)) = browser::place_in(&event) else {
            return;
        };
        let at = |share: u32, of: u32| (share * of / 1000).min(of - 1);
        let bucket = at(y, table.lines) * table.columns + at(x, table.columns);
        on_msg.emit(Msg::Select(Selection::Bucket(bucket.min(table.last))));
    });
    let by_key = (table.clone(), on_msg.clone());
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        let (table, on_msg) = &by_key;
        let (at, line) = (table.bucket, table.columns);
        let to = match event.key().as_str() {
            "ArrowLeft" => at.saturating_sub(1),
            "ArrowRight" => at + 1,
            "ArrowUp" => at.checked_sub(line).unwrap_or(at),
            "ArrowDown" if at + line <= table.last => at + line,
            "ArrowDown" => at,
            "Home" => 0,
            "End" => table.last,
            "Enter" => {
                event.stop_propagation();
                event.prevent_default();
                return open(on_msg, at);
            }
            _ => return,
        };
        event.stop_propagation();
        event.prevent_default();
        on_msg.emit(Msg::Select(Selection::Bucket(to.min(table.last))));
    });
    html! {
        <div class="cells" role="slider" tabindex="0" aria-label={w::BUCKET_LOOKED_AT.text()}
            aria-valuemin="0" aria-valuemax={table.last.to_string()}
            aria-valuenow={table.bucket.to_string()} aria-valuetext={table.bucket_words.clone()}
            title={w::ARROW_KEYS_MOVE_ENTER.text()}
            data-ct="table-cells" {onclick} {onkeydown}>
            <canvas class="cells__canvas" ref={canvas} width={table.columns.to_string()}
                height={table.lines.to_string()} aria-hidden="true"></canvas>
            <div class="cells__gc" style={format!("top:{}%", tenths(table.gc.0))}>
                <span class={classes!("cells__label", (table.gc.0 > 850).then_some("is-above"))}>
                    { &table.gc.1 }
                </span>
            </div>
            <>{ for table.marks.iter().map(mark) }</>
        </div>
    }
}

/// Permille as percent.
fn tenths(permille: u32) -> String {
    format!("{}.{}", permille / 10, permille % 10)
}

fn mark(mark: &Mark) -> Html {
    let (x, y) = mark.at;
    let kind = match mark.dir {
        None => "cells__mark--here",
        Some(dir) => dir_class(dir),
    };
    let class = classes!(
        "cells__mark",
        kind,
        (x > 700).then_some("is-left"),
        mark.dir.is_none().then_some("is-low")
    );
    html! {
        <div key={mark.label.clone()} {class} data-bucket={mark.bucket.to_string()}
            style={format!("left:{}%;top:{}%", tenths(x), tenths(y))}>
            <span class="cells__label">{ &mark.label }</span>
        </div>
    }
}

fn chains(table: &TableLens, on_msg: &Callback<Msg>) -> Html {
    let (w, h) = (table.rows_width, table.rows_height + 2 * PAD);
    html! {
        <div class="stage table-lens__chains">
            <svg class="stage__svg" viewBox={format!("{} {} {w} {h}", -PAD, -PAD)}
                width={w.to_string()} height={h.to_string()} role="list"
                aria-label={w::CHAINS_BESIDE_EACH_OTHER.text()}>
                { defs() }
                <>
                    for row in table.rows.iter() {
                        <BucketRowView key={row.bucket} row={row.clone()} gc_selected={false}
                            on_msg={on_msg.clone()} />
                    }
                </>
            </svg>
        </div>
    }
}

fn bar(bar: &Bar) -> Html {
    html! {
        <li key={bar.label.clone()} class="bars__bar"
            title={tell!(w::BUCKETS_BUCKETS, buckets = bar.buckets)}>
            <span class="bars__count">{ bar.buckets }</span>
            <span class="bars__fill" style={format!("height:{}%", bar.height)}></span>
            <span class="bars__label">{ &bar.label }</span>
        </li>
    }
}
