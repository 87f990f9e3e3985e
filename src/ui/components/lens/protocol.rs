//! States, windows and timeouts of a protocol. Paints [`ProtocolModel`].

use super::conns::{conns, mark};
use super::diagram::diagram;
use super::number_line::number_line;
use crate::app::Msg;
use crate::ui::components::fields::Fields;
use crate::ui::send;
use crate::view::lens::protocol::{CellsModel, PacketLine, PathStep, ProtocolModel, TimeoutRow};
use crate::view::lens::small::Pair;
use crate::view::lens::window::{BoundRow, SideRow, WindowModel};
use crate::view::model::FieldGroup;
use crate::words::{tell, ui as w};
use yew::prelude::*;

/// The lens.
pub fn protocol(model: &ProtocolModel, on_msg: &Callback<Msg>) -> Html {
    let about = if model.packet.is_none() {
        model.about.as_str()
    } else {
        ""
    };
    html! {
        <div class="protocol" data-ct="protocol">
            { conns(&model.conns, on_msg) }
            if let Some(line) = &model.packet {
                { packet(line) }
            }
            if !about.is_empty() {
                <p class="lens__about">{ about }</p>
            }
            if let Some(states) = &model.diagram {
                { diagram(states) }
            }
            if let Some(seen) = &model.window {
                { window(seen) }
            }
            { path(&model.path, on_msg) }
            <div class="lens__columns">
                if let Some(seen) = &model.window {
                    { bounds(seen) }
                }
                { timeouts(&model.timeouts, model.packet.is_some()) }
                if let Some(seen) = &model.window {
                    { sides(&seen.sides) }
                }
                { pairs(&model.pairs) }
                if !model.fields.is_empty() {
                    <Fields group={FieldGroup {
                        title: w::WHAT_IS_KEPT.text().to_owned(),
                        fields: model.fields.clone(),
                    }} />
                }
                if let Some(table) = &model.cells {
                    { from_here(table) }
                }
            </div>
            if let Some(table) = &model.cells {
                { cells(table) }
            }
        </div>
    }
}

fn packet(line: &PacketLine) -> Html {
    html! {
        <p class="packetline" data-ct="protocol-packet" data-outcome={line.word}>
            { mark(line.side) }
            <b>{ &line.kind }</b>
            { tell!(w::IN_LINE_THE_TABLE, line = line.from, says = line.says) }
            <code>{ line.cell }</code>
            { "). " }
            <span class="packetline__outcome">{ &line.outcome }</span>
        </p>
    }
}

fn path(path: &[PathStep], on_msg: &Callback<Msg>) -> Html {
    let Some(first) = path.first() else {
        return Html::default();
    };
    let step = |step: &PathStep| {
        let class = classes!("walk", step.fresh.then_some("walk--fresh"));
        html! {
            <li key={step.position} class="walk__item">
                <button type="button" {class} title={w::GO_TO_THIS_STEP.text()}
                    onclick={send(on_msg, Msg::Seek(step.position))}>
                    if let Some(side) = step.side { { mark(side) } }
                    { step.kind }
                    <span aria-hidden="true">{ "→" }</span>
                    <code>{ step.to }</code>
                </button>
            </li>
        }
    };
    html! {
        <section class="lens__part" aria-label={w::THE_WAY_SO_FAR.text()}>
            <h3 class="h">{ w::THE_WAY_SO_FAR.text() }</h3>
            <ol class="walks" data-ct="protocol-path">
                <li class="walk__item"><code class="walk__from">{ first.from }</code></li>
                <>{ for path.iter().map(step) }</>
            </ol>
        </section>
    }
}

fn window(model: &WindowModel) -> Html {
    html! {
        <section class="lens__part" aria-label={w::WINDOW.text()} data-ct="window">
            <h3 class="h">
                { w::WINDOW.text() }
                <span class="h__plain">{ &model.about }</span>
            </h3>
            <>
                for line in &model.lines {
                    { number_line(line) }
                }
            </>
            <p class="hint">
                { w::ORDER_IS_EXACT_DISTANCES.text() }
            </p>
        </section>
    }
}

fn bounds(model: &WindowModel) -> Html {
    if model.verdict.is_empty() {
        return Html::default();
    }
    let row = |row: &BoundRow| {
        let class = classes!("bounds__row", row.decides.then_some("bounds__row--decides"));
        html! {
            <tr key={row.name} {class} data-ct="bound-row" data-bound={row.name}
                data-met={row.met.to_string()}>
                <th scope="row">{ row.name }</th>
                <td><code>{ row.what }</code><small>{ row.of }</small></td>
                <td class="bounds__numbers"><code>{ &row.numbers }</code></td>
                <td><b>{ if row.met { w::YES.text() } else { w::NO.text() } }</b></td>
            </tr>
        }
    };
    html! {
        <section class="lens__part" aria-label={w::WINDOW_CHECK.text()}>
            <h3 class="h">{ w::WINDOW_CHECK_IN_ORDER.text() }</h3>
            if !model.bounds.is_empty() {
                <table class="bounds"><tbody>{ for model.bounds.iter().map(row) }</tbody></table>
            }
            <p class="hint" data-ct="window-verdict">{ model.verdict }</p>
        </section>
    }
}

fn timeouts(rows: &[TimeoutRow], set: bool) -> Html {
    if rows.is_empty() {
        return Html::default();
    }
    let row = |(at, row): (usize, &TimeoutRow)| {
        let class = classes!("rules__row", row.decides.then_some("rules__row--decides"));
        html! {
            <li key={at} {class} data-ct="timeout-rule" data-decides={row.decides.to_string()}>
                <span>{ &row.what }</span>
                <b>{ &row.says }</b>
            </li>
        }
    };
    html! {
        <section class="lens__part" aria-label={w::WHICH_TIMEOUT.text()}>
            <h3 class="h">{ w::WHICH_TIMEOUT_FIRST_MATCH.text() }</h3>
            <ol class={classes!("rules", set.then_some("rules--set"))}>
                { for rows.iter().enumerate().map(row) }
            </ol>
        </section>
    }
}

fn sides(rows: &[SideRow]) -> Html {
    let cell = |row: &SideRow, side: usize| {
        let now = &row.now[side];
        match &row.old[side] {
            Some(old) => html! {
                <td key={side}>
                    <code class="changed"><s>{ old }</s>{ " → " }<b>{ now }</b></code>
                </td>
            },
            None => html! { <td key={side}><code>{ now }</code></td> },
        }
    };
    use crate::view::lens::table::Side;
    html! {
        <section class="lens__part" aria-label={w::WHAT_IS_REMEMBERED_OF.text()}>
            <h3 class="h">{ w::REMEMBERED_OF_EACH_SIDE.text() }</h3>
            <div class="scrolls"><table class="sides">
                <thead><tr>
                    <td></td>
                    <th scope="col">{ mark(Side::Original) }{ w::ORIGINAL.text() }</th>
                    <th scope="col">{ mark(Side::Reply) }{ w::REPLY.text() }</th>
                </tr></thead>
                <tbody>
                    for row in rows {
                        <tr key={row.name} data-ct="side-row" data-field={row.name}>
                            <th scope="row"><code>{ row.name }</code></th>
                            { cell(row, 0) }
                            { cell(row, 1) }
                        </tr>
                    }
                </tbody>
            </table></div>
        </section>
    }
}

fn pairs(pairs: &[Pair]) -> Html {
    if pairs.is_empty() {
        return Html::default();
    }
    let row = |pair: &Pair| {
        let ours = pair.ours || pair.swapped;
        html! {
            <li key={pair.question.clone()} data-ct="icmp-pair" data-ours={ours.to_string()}
                class={classes!("rules__row", ours.then_some("rules__row--decides"))}>
                <span>{ &pair.question }</span>
                <span>{ if pair.swapped { "← " } else { "→ " } }{ &pair.answer }</span>
            </li>
        }
    };
    html! {
        <section class="lens__part" aria-label={w::QUESTIONS_AND_ANSWERS.text()}>
            <h3 class="h">{ w::QUESTIONS_AND_THEIR.text() }</h3>
            <ul class="rules">{ for pairs.iter().map(row) }</ul>
        </section>
    }
}

fn from_here(table: &CellsModel) -> Html {
    let row = |(kind, says): &(&'static str, [String; 2])| {
        let dull = |text: &str| !text.starts_with('→');
        let cell = |at: usize| {
            let class = dull(&says[at]).then_some("cells__dull");
            html! { <td key={at} {class}>{ &says[at] }</td> }
        };
        html! {
            <tr key={*kind}><th scope="row">{ *kind }</th>{ cell(0) }{ cell(1) }</tr>
        }
    };
    html! {
        <section class="lens__part" aria-label={w::FROM_THIS_STATE.text()}>
            <h3 class="h">{ tell!(w::FROM_NOW, now = table.now) }</h3>
            <table class="here" data-ct="from-state">
                <thead><tr>
                    <td></td>
                    <>
                        for side in table.sides {
                            <th key={side.name()} scope="col">
                                { mark(side) }{ " " }{ side.said() }
                            </th>
                        }
                    </>
                </tr></thead>
                <tbody>{ for table.from_here.iter().map(row) }</tbody>
            </table>
        </section>
    }
}

/// All of the table, as the kernel lays it out.
fn cells(table: &CellsModel) -> Html {
    let row = |(at, (side, kind, cells)): (usize, &(_, &'static str, Vec<&'static str>))| {
        let asked = table.asked == Some(at);
        let cell = |(column, cell): (usize, &&'static str)| {
            let here = column == table.column;
            let class = classes!(
                here.then_some("cells__column"),
                matches!(*cell, "IG" | "IV").then_some("cells__dull"),
                (here && asked).then_some("cells__asked"),
            );
            html! { <td key={column} {class}>{ *cell }</td> }
        };
        html! {
            <tr key={at} class={asked.then_some("cells__row")}>
                <th scope="row">{ mark(*side) }{ " " }{ *kind }</th>
                <>{ for cells.iter().enumerate().map(cell) }</>
            </tr>
        }
    };
    html! {
        <details class="lens__part">
            <summary class="h">{ w::THE_WHOLE_TABLE.text() }</summary>
            <p class="hint">
                { w::A_ROW_FOR_EACH.text() }
            </p>
            <div class="scrolls" tabindex="0" role="region" aria-label={w::THE_WHOLE_TABLE.text()}>
                <table class="cells" data-ct="state-table">
                    <thead><tr>
                        <td></td>
                        <>
                            for (short, name) in &table.states {
                                <th key={*short} scope="col">
                                    <abbr title={*name}>{ *short }</abbr>
                                </th>
                            }
                        </>
                    </tr></thead>
                    <tbody>{ for table.rows.iter().enumerate().map(row) }</tbody>
                </table>
            </div>
        </details>
    }
}
