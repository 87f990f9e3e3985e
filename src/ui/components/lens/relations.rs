//! NAT, families, zones, namespaces. Paints [`RelationsModel`].

use super::conns::{conns, mark};
use crate::app::Msg;
use crate::ui::components::stage::Seal;
use crate::ui::send;
use crate::view::lens::nat::{ByChain, NatField, NatHalf, NatModel, NatWay};
use crate::view::lens::relations::{ExpectRow, FamilyModel, Member, RelationsModel, Twin, Twins};
use crate::view::lens::table::Side;
use crate::view::model::Selection;
use crate::words::{tell, ui as w};
use yew::prelude::*;

/// The lens.
pub fn relations(model: &RelationsModel, on_msg: &Callback<Msg>) -> Html {
    html! {
        <div class="relations" data-ct="relations">
            { conns(&model.conns, on_msg) }
            { offers(model, on_msg) }
            if let Some(seen) = &model.family {
                { family(seen, on_msg) }
            }
            if let Some(seen) = &model.zones {
                { twins(w::ZONES.text(), "zones", seen, on_msg) }
            }
            if let Some(seen) = &model.nets {
                { twins(w::NAMESPACES.text(), "namespaces", seen, on_msg) }
            }
            if let Some(seen) = &model.nat {
                { nat(seen, on_msg) }
            }
        </div>
    }
}

fn offers(model: &RelationsModel, on_msg: &Callback<Msg>) -> Html {
    if model.offers.is_empty() {
        return Html::default();
    }
    html! {
        <section class="lens__part" data-ct="relations-offer">
            <p class="lens__about">
                { w::NOTHING_HERE_IS_RELATED.text() }
            </p>
            <ul class="offers">
                for (name, title, about) in &model.offers {
                    <li key={*name} class="offers__one">
                        <button type="button" class="btn" data-preset={*name}
                            onclick={send(on_msg, Msg::LoadPreset((*name).to_owned()))}>
                            { *title }
                        </button>
                        <span>{ *about }</span>
                    </li>
                }
            </ul>
        </section>
    }
}

fn nat(model: &NatModel, on_msg: &Callback<Msg>) -> Html {
    html! {
        <section class="lens__part" aria-label="NAT" data-ct="nat">
            <h3 class="h">{ "NAT" }<span class="h__plain">{ model.about }</span></h3>
            <div class="scrolls"><table class="nat">
                <thead><tr>
                    <td></td>
                    <th scope="col">{ mark(Side::Original) }{ w::ORIGINAL_TUPLE.text() }</th>
                    <th scope="col">{ w::ITS_PLAIN_INVERSE.text() }</th>
                    <th scope="col">{ mark(Side::Reply) }{ w::REPLY_TUPLE_NOW.text() }</th>
                </tr></thead>
                <tbody>{ for model.fields.iter().map(field) }</tbody>
            </table></div>
            <div class="lens__columns">
                <section class="lens__part" aria-label={w::WHO_DECIDED.text()}>
                    <h3 class="h">{ w::DECIDED_ONCE_BY_THE.text() }</h3>
                    <ul class="halves">{ for model.halves.iter().map(half) }</ul>
                </section>
                <section class="lens__part" aria-label={w::WHAT_BECOMES_OF_PACKETS.text()}>
                    <h3 class="h">{ w::WHAT_BECOMES_OF_ITS.text() }</h3>
                    <ul class="ways">{ for model.ways.iter().map(way) }</ul>
                    if !model.seqadj.is_empty() {
                        <ul class="ways" data-ct="seqadj">
                            for (side, text) in &model.seqadj {
                                <li key={side.name()}>{ mark(*side) }{ " " }{ text }</li>
                            }
                        </ul>
                    }
                </section>
                { by_source(model, on_msg) }
            </div>
        </section>
    }
}

fn field(field: &NatField) -> Html {
    let NatField {
        name,
        original,
        inverse,
        reply,
        changed,
        fresh,
    } = field;
    html! {
        <tr key={*name} data-ct="nat-field" data-field={*name} data-changed={changed.to_string()}>
            <th scope="row">{ *name }</th>
            <td><code>{ original }</code></td>
            <td><code>{ inverse }</code></td>
            <td>
                if *changed {
                    <code class={if *fresh { w::CHANGED.text() } else { "nat__other" }}>
                        <s>{ inverse }</s>{ " → " }<b>{ reply }</b>
                    </code>
                } else {
                    <code>{ reply }</code>
                }
            </td>
        </tr>
    }
}

fn half(half: &NatHalf) -> Html {
    html! {
        <li key={half.half} class="halves__one" data-ct="nat-half" data-half={half.half}>
            <b>{ half.half }</b>
            if !half.bit.is_empty() {
                <code class="halves__bit">{ half.bit }</code>
            }
            <span class="halves__hooks">{ half.hooks }</span>
            <span class="halves__by">{ &half.by }</span>
            if !half.rule.is_empty() {
                <code class="halves__rule">{ &half.rule }</code>
            }
        </li>
    }
}

fn way(way: &NatWay) -> Html {
    html! {
        <li key={way.side.name()} class="ways__one" data-ct="nat-way" data-dir={way.side.name()}>
            <span>{ mark(way.side) }{ " " }<code>{ &way.before }</code></span>
            if way.at.is_empty() {
                <span class="ways__at">{ w::GOES_ON_AS_IT.text() }</span>
            } else {
                <span class="ways__at">{ w::REWRITTEN.text() }{ way.at.join(", ") }</span>
                <span>{ mark(way.side) }{ " " }<code>{ &way.after }</code></span>
            }
        </li>
    }
}

fn by_source(model: &NatModel, on_msg: &Callback<Msg>) -> Html {
    let chain = |chain: &ByChain| {
        html! {
            <li key={chain.chain} class="chains__one" data-ct="bysource"
                data-chain={chain.chain.to_string()}>
                <code class="chains__index">{ chain.chain }</code>
                <>
                    for (conn, source) in &chain.conns {
                        <button key={*conn} type="button" onclick={pick(*conn, on_msg)}
                            class={classes!("chains__conn",
                                (*conn == model.conn).then_some("chains__conn--shown"))}>
                            <Seal conn={*conn} />
                            { format!("c{conn}") }
                            <code>{ source }</code>
                        </button>
                    }
                </>
            </li>
        }
    };
    html! {
        <section class="lens__part" aria-label={w::BY_SOURCE.text()}>
            <h3 class="h">
                { w::BY_SOURCE_TABLE.text() }
                <span class="h__plain">{ match model.size {
                    0 => w::NOBODY_IS_IN_IT.text().to_owned(),
                    n => tell!(w::N_CHAINS_THOSE_THAT, n),
                } }</span>
            </h3>
            <ul class="chains">{ for model.chains.iter().map(chain) }</ul>
            <p class="hint">
                { w::HASHED_BY_THE_SOURCE.text() }
            </p>
        </section>
    }
}

fn pick(conn: u32, on_msg: &Callback<Msg>) -> Callback<MouseEvent> {
    send(on_msg, Msg::Select(Selection::Conn(conn)))
}

fn member(member: &Member, on_msg: &Callback<Msg>, extra: Html) -> Html {
    let class = classes!(
        "member",
        member.shown.then_some("member--shown"),
        member.fresh.then_some("member--fresh"),
    );
    html! {
        <button type="button" {class} onclick={pick(member.conn, on_msg)}
            data-ct="member" data-conn={format!("c{}", member.conn)}>
            <span class="member__head">
                <Seal conn={member.conn} />
                <b>{ format!("c{}", member.conn) }</b>
                <span>{ &member.state }</span>
                if !member.status.is_empty() {
                    <code class="member__status">{ member.status }</code>
                }
            </span>
            <span>{ mark(Side::Original) }{ " " }<code>{ &member.tuple }</code></span>
            <span>{ mark(Side::Reply) }{ " " }<code>{ &member.reply }</code></span>
            { extra }
        </button>
    }
}

/// A hexagon: what a child holds its master by.
fn hexagon() -> Html {
    html! {
        <svg class="pin__glyph pin__glyph--open" viewBox="0 0 11 11" aria-hidden="true">
            <path d="M3,.7h5L10.6,5.5L8,10.3H3L.4,5.5Z" />
        </svg>
    }
}

fn family(model: &FamilyModel, on_msg: &Callback<Msg>) -> Html {
    let pin = html! {
        <span class="member__pins">
            if !model.helper.is_empty() {
                <span class="pin">{ tell!(w::HELPER_HELPER, helper = model.helper) }</span>
            }
            if model.pins > 0 {
                <span class="pin" data-ct="child-pin">
                    { hexagon() }
                    { match model.pins {
                        1 => w::HELD_BY_1_CHILD.text().to_owned(),
                        n => tell!(w::HELD_BY_N_CHILDREN, n),
                    } }
                </span>
            }
        </span>
    };
    let child = |it: &Member| {
        html! {
            <li key={it.conn} class="family__child">
                <span class="family__line" aria-hidden="true">{ hexagon() }</span>
                { member(it, on_msg, html! {
                    <span class="member__master">
                        { tell!(w::MASTER_C_CONN_WHICH, conn = model.master.conn) }
                    </span>
                }) }
            </li>
        }
    };
    let none = model.expects.is_empty() && model.children.is_empty();
    html! {
        <section class="lens__part" aria-label={w::EXPECTATIONS.text()} data-ct="family">
            <h3 class="h">{ w::EXPECTATIONS_A_MASTER_AND.text() }</h3>
            <div class="family">
                { member(&model.master, on_msg, pin) }
                <ul class="family__list">
                    <>{ for model.expects.iter().map(expect) }</>
                    <>{ for model.children.iter().map(child) }</>
                    if model.more > 0 {
                        <li class="family__child">
                            { tell!(w::AND_MORE_MORE, more = model.more) }
                        </li>
                    }
                    if none {
                        <li class="family__child family__none">
                            { w::NOTHING_IS_EXPECTED_THE.text() }
                        </li>
                    }
                </ul>
            </div>
        </section>
    }
}

fn expect(row: &ExpectRow) -> Html {
    let class = classes!(
        "expect",
        row.fresh.then_some("member--fresh"),
        row.gone.then_some("expect--gone"),
    );
    html! {
        <li key={format!("e{}", row.number)} class="family__child family__child--loose">
            <span class="family__line" aria-hidden="true"></span>
            <div {class} data-ct="expectation" data-expect={row.number.to_string()}
                data-gone={row.gone.to_string()}>
                <b>{ if row.gone { w::WAS_EXPECTED.text() } else { w::EXPECTS.text() } }</b>
                <span>{ w::FROM.text() }<code>{ &row.from }</code></span>
                <span>{ w::TO.text() }<code>{ &row.to }</code></span>
                <small><code>{ &row.mask }</code></small>
                <span>{ if row.gone { "" } else { w::KEPT_FOR.text() } }{ &row.left }</span>
            </div>
        </li>
    }
}

fn twins(title: &'static str, ct: &'static str, model: &Twins, on_msg: &Callback<Msg>) -> Html {
    let twin = |twin: &Twin| {
        let [original, reply] = &twin.places;
        html! {
            <li key={twin.member.conn} class="twins__one">
                <b class="twins__apart">{ &twin.apart }</b>
                { member(&twin.member, on_msg, html! {
                    <span class="twins__places">
                        { mark(Side::Original) }{ " " }{ original }{ ", " }
                        { mark(Side::Reply) }{ " " }{ reply }
                    </span>
                }) }
                <small>{ w::IN_THE_HASH.text() }<code>{ &twin.hashed }</code></small>
            </li>
        }
    };
    html! {
        <section class="lens__part" aria-label={title} data-ct={ct}>
            <h3 class="h">{ title }</h3>
            <p class="hint">{ &model.about }</p>
            <ul class="twins">{ for model.members.iter().map(twin) }</ul>
        </section>
    }
}
