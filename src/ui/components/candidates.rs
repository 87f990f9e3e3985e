//! The key against each candidate of a walk, field by field.

use crate::view::model::{Cell, Compared, ComparedRow};
use crate::words::{tell, ui as w};
use yew::prelude::*;

/// Paints [`Compared`].
pub fn candidates(walk: &Compared) -> Html {
    html! {
        <section class="why__part why__compared" data-ct="compared">
            <h2 class="h">{ w::COMPARED_WITH_THE_KEY.text() }
                if walk.earlier > 0 {
                    <span class="h__aside">
                        { tell!(w::EARLIER_BEFORE_THESE, earlier = walk.earlier) }
                    </span>
                }
            </h2>
            <div class="cmp" role="region" aria-label={w::COMPARED_WITH_THE_KEY.text()}
                tabindex="0">
                <table class="cmp__table">
                    <thead>
                        <tr>
                            <td></td>
                            <th scope="col">{ w::KEY.text() }</th>
                            for row in &walk.rows { { head(row) } }
                        </tr>
                    </thead>
                    <tbody>
                        <>
                            for (at, (name, value)) in walk.key.iter().enumerate() {
                                <tr key={*name}>
                                    <th scope="row">{ *name }</th>
                                    <td><code>{ value }</code></td>
                                    for row in &walk.rows { { cell(row, at) } }
                                </tr>
                            }
                        </>
                        <tr class="cmp__dir">
                            <th scope="row"><s>{ "dir" }</s></th>
                            <td><s>{ "0" }</s></td>
                            <td colspan={walk.rows.len().to_string()}>
                                { w::NEVER_COMPARED.text() }
                            </td>
                        </tr>
                    </tbody>
                </table>
            </div>
            if !walk.verdict.is_empty() {
                <p class="cmp__verdict">{ &walk.verdict }</p>
            }
        </section>
    }
}

fn head(row: &ComparedRow) -> Html {
    let hit = row.hit.then_some("cmp__nth--hit");
    html! {
        <th key={row.nth} scope="col" title={row.result.clone()}>
            <span class={classes!("cmp__nth", hit)}>{ row.nth }</span>
            <code>{ &row.who }</code>
            <span class="unseen">{ ": " }{ &row.result }</span>
        </th>
    }
}

fn cell(row: &ComparedRow, at: usize) -> Html {
    let content = match row.cells.get(at) {
        Some(Cell::Equal) => html! { "=" },
        Some(Cell::Differs(value)) => html! { <b class="cmp__differs">{ "≠ " }{ value }</b> },
        Some(Cell::Word(word)) => html! { <b class="cmp__differs">{ *word }</b> },
        Some(Cell::Unread) | None => {
            return html! {
                <td key={row.nth} class="cmp__unread" title={w::NOT_LOOKED_AT.text()}>{ "·" }</td>
            };
        }
    };
    html! { <td key={row.nth}>{ content }</td> }
}
