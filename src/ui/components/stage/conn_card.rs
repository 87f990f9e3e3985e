//! A connection's card: it hangs by two handles and is held by pins. Paints [`Card`].

use super::handle::handle;
use super::press::flag;
use super::seal::Seal;
use crate::app::Msg;
use crate::view::model::Selection;
use crate::view::stage::{Bar, Card, Glyph, Life, PAD, Pin};
use crate::words::{tell, ui as w};
use std::rc::Rc;
use yew::prelude::*;

/// Props of [`ConnCard`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The card.
    pub card: Rc<Card>,
    /// Where clicks go.
    pub on_msg: Callback<Msg>,
}

/// The card.
#[component]
pub fn ConnCard(props: &Props) -> Html {
    let Props { card, on_msg } = props;
    let class = classes!(
        "conn-card",
        format!("conn-card--{}", card.life.word()),
        card.selected.then_some("conn-card--selected"),
        card.current.then_some("conn-card--current"),
        card.differs.then_some("conn-card--differs"),
    );
    let style = format!(
        "left:{}px;top:{}px;width:{}px;height:{}px",
        card.x + PAD,
        card.y + PAD,
        card.w,
        card.h
    );
    let target = if card.selected {
        Selection::Step
    } else {
        Selection::Conn(card.conn)
    };
    let pick = on_msg.reform(move |_: MouseEvent| Msg::Select(target));
    html! {
        <li
            {class}
            {style}
            data-ct="conn"
            data-conn={format!("c{}", card.conn)}
            data-use={card.use_count.to_string()}
            data-status={card.data_status.clone()}
            data-state={card.data_state}
            data-place={card.place}
            data-marked={card.current.then_some("true")}
        >
            <button
                class="conn-card__pick"
                type="button"
                tabindex="-1"
                aria-label={card.name.clone()}
                aria-pressed={flag(card.selected)}
                onclick={pick}
            />
            <div class="conn-card__handles">
                { for card.tabs.iter().map(|tab| handle(tab, card.life)) }
            </div>
            <div class="conn-card__title">
                <Seal conn={card.conn} />
                { format!("c{}", card.conn) }
                <span class={changed("conn-card__life", card.life_changed)}>
                    { life_mark(card.life) }
                    { card.life.word() }
                </span>
            </div>
            <div class="conn-card__state">
                if !card.proto.is_empty() {
                    <span class="conn-card__proto">{ &card.proto }</span>
                }
                <span class={changed("conn-card__word", card.state_changed)}>{ &card.state }</span>
                if !card.netns.is_empty() {
                    <span class="conn-card__netns" title={w::ITS_NAMESPACE.text()}>
                        { &card.netns }
                    </span>
                }
            </div>
            if card.state_old.is_empty() || card.note_changed {
                <div class={changed("conn-card__note", card.note_changed)}>{ &card.note }</div>
            } else {
                <div class="conn-card__note">{ w::WAS.text() }<s>{ &card.state_old }</s></div>
            }
            { bar(card.bar) }
            <div class="conn-card__time">
                <span class={changed("", card.timeout_changed)}>
                    if !card.left_old.is_empty() {
                        <s>{ &card.left_old }</s>{ " → " }
                    }
                    { &card.left }
                </span>
                // There is room for one of them.
                if card.left_old.is_empty() {
                    <span class="conn-card__raw">{ &card.raw }</span>
                }
            </div>
            if card.differs {
                <span class="conn-card__odd" title={w::NOT_THE_SAME_ON.text()}>{ "≠" }</span>
            }
            <div class="conn-card__pins">
                { use_count(card) }
                <>{ for card.pins.iter().map(|pin| pin_view(pin, on_msg)) }</>
                <>
                    { for card.more_pins.iter().map(|(n, whose)| html! {
                        <span class="pin pin--more" title={whose.clone()}>{ format!("+{n}") }</span>
                    }) }
                </>
            </div>
        </li>
    }
}

fn changed(class: &'static str, changed: bool) -> Classes {
    classes!(
        (!class.is_empty()).then_some(class),
        changed.then_some("is-changed")
    )
}

fn use_count(card: &Card) -> Html {
    html! {
        <span class="conn-card__use">
            { w::USE_2.text() }
            if let Some(old) = card.use_old {
                <span class="is-changed"><s>{ old }</s>{ "→" }<b>{ card.use_count }</b></span>
            } else {
                <b>{ card.use_count }</b>
            }
        </span>
    }
}

fn bar(bar: Bar) -> Html {
    let (class, permille) = match bar {
        Bar::Off => return html! { <div class="timeout-bar timeout-bar--off" /> },
        Bar::Relative(permille) => ("timeout-bar timeout-bar--relative", permille),
        Bar::Absolute(permille) => ("timeout-bar", permille),
    };
    let style = format!("width:{}.{}%", permille / 10, permille % 10);
    html! { <div {class} aria-hidden="true"><i {style} /></div> }
}

/// A pin: who holds a reference. A packet can be picked by it.
pub fn pin_view(pin: &Pin, on_msg: &Callback<Msg>) -> Html {
    let class = classes!(
        "pin",
        pin.fresh.then_some("pin--fresh"),
        pin.bare.then_some("pin--bare"),
    );
    let content = html! { <>{ glyph(pin.glyph) }if !pin.bare { { &pin.label } }</> };
    match pin.skb {
        None => html! { <span {class} title={pin.label.clone()}>{ content }</span> },
        Some(number) => {
            let onclick = on_msg.reform(move |_: MouseEvent| Msg::Select(Selection::Skb(number)));
            let label = tell!(w::PACKET_S_NUMBER_HOLDS, number);
            html! {
                <button {class} type="button" tabindex="-1" aria-label={label} {onclick}>
                    { content }
                </button>
            }
        }
    }
}

fn glyph(glyph: Glyph) -> Html {
    let (d, class) = match glyph {
        Glyph::Table => (
            "M0,0H11V11H0ZM2,2V9H9V2ZM3.6,3.6H7.4V7.4H3.6Z",
            "pin__glyph pin__glyph--table",
        ),
        Glyph::Skb => ("M.5,5.5a5,5 0 1 1 10,0a5,5 0 1 1 -10,0Z", "pin__glyph"),
        Glyph::Gc => ("M5.5,0L11,5.5L5.5,11L0,5.5Z", "pin__glyph"),
        Glyph::Child => (
            "M3,.7h5L10.6,5.5L8,10.3H3L.4,5.5Z",
            "pin__glyph pin__glyph--open",
        ),
        Glyph::Other => ("M5.5,.5L11,10.5H0Z", "pin__glyph"),
    };
    html! { <svg {class} viewBox="0 0 11 11" aria-hidden="true"><path {d} /></svg> }
}

/// The mark of a stage of life, beside its word.
pub fn life_mark(life: Life) -> Html {
    let mark = match life {
        Life::Unconfirmed => html! { <circle cx="6" cy="6" r="4.6" /> },
        Life::Confirmed => html! { <circle class="life__full" cx="6" cy="6" r="5" /> },
        Life::Assured => html! {
            <>
                <circle cx="6" cy="6" r="5.1" />
                <circle class="life__full" cx="6" cy="6" r="2.7" />
            </>
        },
        Life::Expired => html! { <path d="M2,1h8M2,11h8M3,1L9,11M9,1L3,11" /> },
        Life::Dying => html! { <path d="M2,2L10,10M10,2L2,10" /> },
        Life::Freed => html! { <circle cx="6" cy="6" r="4.6" /> },
    };
    let class = format!("life life--{word}", word = life.word());
    html! { <svg {class} viewBox="0 0 12 12" aria-hidden="true">{ mark }</svg> }
}
