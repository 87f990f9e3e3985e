//! Figure 6: stages of life, the ways between them, and every connection where it stands.

use super::figure::{mark, missing};
use crate::app::Msg;
use crate::ui::components::stage::{Seal, life_mark};
use crate::ui::{browser, send};
use crate::view::lens::figure::When;
use crate::view::lens::life::{LifeModel, Place, Token, Way};
use crate::view::model::Selection;
use crate::words::{tell, ui as w};
use std::rc::Rc;
use yew::prelude::*;

/// Paints [`LifeModel`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The figure.
    pub model: Rc<LifeModel>,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

/// The figure, in the order in which a life goes.
#[component]
pub fn LifeFigure(props: &Props) -> Html {
    let Props { model, on_msg } = props;
    let meant = use_node_ref();
    let stands = |place: &Place| place.tokens.iter().any(|token| token.current);
    let at = model.places.iter().position(stands);
    use_effect_with((meant.clone(), at), |(meant, _)| browser::reveal(meant));
    let place = |nth: usize, inside: Html| {
        let node = if at == Some(nth) {
            meant.clone()
        } else {
            NodeRef::default()
        };
        place(&model.places[nth], node, inside, on_msg)
    };
    let [birth, confirm, drop, delete, free] = &model.ways;
    html! {
        <div class="lens lens--life" data-ct="life">
            <h2 class="figure__title">
                <span class="figure__name">{ w::FIGURE_6.text() }</span>
                { w::THE_LIFE_OF_A.text() }
            </h2>
            <>
                { for model.missing.iter().map(|(number, who)| missing((6, *number), who, on_msg)) }
            </>
            <div class="cycle">
                { way(birth) }
                { place(0, Html::default()) }
                { way(confirm) }
                { place(1, place(2, Html::default())) }
                { way(delete) }
                { place(3, Html::default()) }
                { way(free) }
                { way(drop) }
                { place(4, Html::default()) }
            </div>
        </div>
    }
}

fn place(place: &Place, node: NodeRef, inside: Html, on_msg: &Callback<Msg>) -> Html {
    let word = place.life.word();
    let more = place.count as usize - place.tokens.len().min(place.count as usize);
    html! {
        <section ref={node} class={format!("stay stay--{word}")} data-ct="life-place"
            data-place={word}
            data-count={place.count.to_string()} aria-label={place.title}>
            <h3 class="stay__title">
                <>
                    for &(number, when) in &place.number {
                        { numbered(number, when, on_msg) }
                    }
                </>
                { life_mark(place.life) }
                { place.title }
                <span class="stay__count">{ place.count }</span>
            </h3>
            <p class="stay__about">{ place.about }</p>
            <ul class="stay__tokens" aria-label={tell!(w::TITLE_CONNECTIONS, title = place.title)}>
                <>{ for place.tokens.iter().map(|it| token(it, on_msg)) }</>
                if more > 0 {
                    <li class="stay__more">{ format!("+{more}") }</li>
                }
            </ul>
            { inside }
        </section>
    }
}

/// The number of a stage: a button that goes to a moment when a connection comes there.
fn numbered(number: u8, when: When, on_msg: &Callback<Msg>) -> Html {
    html! {
        <button type="button" class="stay__number" data-ct="figure-step"
            data-figure={format!("6.{number}")} data-when={when.word()}
            aria-label={tell!(w::GO_TO_FIGURE_6, number)}
            disabled={when == When::Missing}
            onclick={send(on_msg, Msg::SeekFigure(6, number))}>
            { mark(number, when) }
        </button>
    }
}

fn token(token: &Token, on_msg: &Callback<Msg>) -> Html {
    let class = classes!(
        "soul",
        format!("soul--{}", token.life.word()),
        token.arrived.then_some("soul--arrived"),
        token.current.then_some("soul--current"),
    );
    let key = format!("c{}", token.conn);
    let content = html! {
        <>
            <Seal conn={token.conn} />
            <b>{ &key }</b>
            <span class="soul__words">{ &token.words }</span>
        </>
    };
    let place = token.life.word();
    let marked = (token.current || token.arrived).then_some("true");
    if place == "freed" {
        return html! {
            <li key={key.clone()}>
                <span {class} data-ct="life-conn" data-conn={key} data-life={place}
                    data-marked={marked} title={token.name.clone()}>{ content }</span>
            </li>
        };
    }
    let target = if token.selected {
        Selection::Step
    } else {
        Selection::Conn(token.conn)
    };
    html! {
        <li key={key.clone()}>
            <button type="button" {class} data-ct="life-conn" data-conn={key} data-life={place}
                data-marked={marked} title={token.name.clone()}
                aria-pressed={token.selected.to_string()}
                onclick={send(on_msg, Msg::Select(target))}>{ content }</button>
        </li>
    }
}

fn way(way: &Way) -> Html {
    let taken = !way.taken.is_empty();
    let class = classes!(
        "way",
        format!("way--{}", way.word),
        taken.then_some("way--taken")
    );
    html! {
        <div {class} data-ct="life-way" data-way={way.word}
            data-figure={format!("6.{}", way.number)}
            data-marked={taken.then_some("true")}>
            <span class="way__line" aria-hidden="true" />
            <div class="way__words">
                <p class="way__title">
                    { way.title }
                    if taken {
                        <span class="way__taken">{ way.taken.join(", ") }</span>
                    }
                </p>
                <code class="way__function">{ way.function }</code>
                if !way.causes.is_empty() {
                    <ul class="way__causes">
                        for cause in &way.causes {
                            <li key={cause.words}
                                class={classes!("way__cause",
                                    cause.now.then_some("way__cause--now"))}>
                                { cause.words }
                                if !cause.function.is_empty() {
                                    { " " }<code>{ cause.function }</code>
                                }
                            </li>
                        }
                    </ul>
                }
            </div>
        </div>
    }
}
