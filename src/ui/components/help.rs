//! Keys, marks, words and limits.

use super::button::IconButton;
use super::icon::Glyph;
use super::kernels::Kernels;
use crate::app::{KEYS, Msg};
use crate::engine::Difference;
use crate::ui::{browser, send};
use crate::view::differs;
use crate::view::model::{DiffersRow, Panel, Profile};
use crate::words::{Lang, Plain, tell, ui as w};
use yew::prelude::*;

/// Is it shown?
#[derive(Properties, PartialEq)]
pub struct Props {
    /// It is.
    pub open: bool,
    /// The kernel that runs.
    pub profile: Profile,
    /// Keys of one letter, digit or sign do nothing.
    pub keys_off: bool,
    /// The language spoken.
    pub lang: Lang,
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

const WORDS: [(Plain, Plain); 8] = [
    (w::WORD_TUPLE, w::WHO_TALKS_TO_WHOM),
    (w::WORD_CONNECTION, w::WHAT_LINUX_REMEMBERS_NF),
    (w::WORD_TUPLEHASH, w::THE_NODE_BY_WHICH),
    (w::WORD_BUCKET, w::ONE_ROW_OF_THE_HASH),
    (w::WORD_UNCONFIRMED, w::THE_FIRST_PACKET_IS),
    (w::WORD_USE, w::HOW_MANY_HOLD_THE),
    (w::WORD_JIFFIES, w::THE_KERNELS_CLOCK_A),
    (w::GC_WORKER, w::LOOKS_THROUGH_THE_TABLE),
];

const LIMITS: [Plain; 5] = [
    w::TIME_PASSES_ONLY_WHEN,
    w::HASH_SEEDS_ARE_GIVEN,
    w::TWO_CPUS_TAKE_TURNS,
    w::NO_PORT_IS_OPEN,
    w::CONNTRACK_IS_ON_FROM,
];

/// A dialog.
#[function_component]
pub fn Help(props: &Props) -> Html {
    let Props {
        open,
        profile,
        keys_off,
        lang,
        on_msg,
    } = props;
    let dialog = use_node_ref();
    use_effect_with((dialog.clone(), *open), |(dialog, open)| {
        browser::set_open(dialog, *open)
    });
    let cancel = on_msg.reform(|event: Event| {
        event.prevent_default();
        Msg::SetPanel(Panel::None)
    });
    let off = *keys_off;
    html! {
        <dialog ref={dialog} class="dialog" aria-labelledby="help-title" oncancel={cancel}>
            <div class="dialog__head">
                <h2 id="help-title">{ w::WHAT_YOU_SEE_AND.text() }</h2>
                <IconButton glyph={Glyph::Close} label={w::CLOSE_HELP.text()}
                    msg={Msg::SetPanel(Panel::None)} {on_msg} />
            </div>
            <p>
                { tell!(w::THIS_PAGE_RUNS_THE, profile = profile.name()) }
            </p>
            { languages(*lang, on_msg) }
            // Hundreds of elements: they are made for who reads them.
            if *open {
                <div class="help">
                    <section>
                        <h3>{ w::KEYS.text() }</h3>
                        <dl class="help__keys">
                            for (keys, what) in KEYS {
                                <div
                                    key={*keys}>
                                        <dt><kbd>{ keys }</kbd></dt><dd>{ what.text() }</dd>
                                    </div>
                            }
                        </dl>
                        <label class="tick-line">
                            <input type="checkbox" checked={!off} data-ct="single-keys"
                                onchange={send(on_msg, Msg::SetKeysOff(!off))} />
                            { w::LETTERS_DIGITS_AND_SIGNS.text() }
                        </label>
                    </section>
                    <section>
                        <h3>{ w::WORDS.text() }</h3>
                        <dl class="help__words">
                            for (word, meaning) in WORDS {
                                <div key={word.text()}>
                                    <dt>{ word.text() }</dt><dd>{ meaning.text() }</dd>
                                </div>
                            }
                        </dl>
                    </section>
                    <section>
                        <h3>{ w::MARKS.text() }</h3>
                        <ul class="help__list">
                            <li>{ w::BLUE_POINTING_RIGHT.text() }</li>
                            <li>{ w::BORDER_DASHED_UNCONFIRMED.text() }</li>
                            <li>{ w::PINS_UNDER_A_CARD.text() }</li>
                            <li>{ w::YELLOW_WHAT_THIS_STEP.text() }</li>
                        </ul>
                    </section>
                    <section>
                        <h3>{ w::WHERE_THIS_DIFFERS_FROM.text() }</h3>
                        <ul class="help__list">
                            for limit in LIMITS {
                                <li key={limit.text()}>{ limit.text() }</li>
                            }
                        </ul>
                    </section>
                </div>
                { kernels(*profile) }
            }
        </dialog>
    }
}

/// The languages, where the top bar has no room for their menu.
fn languages(now: Lang, on_msg: &Callback<Msg>) -> Html {
    html! {
        <div class="choice choice--lang" role="group" aria-label={w::LANGUAGE.text()}>
            <span class="seg">
                for lang in Lang::ALL {
                    <button key={lang.tag()} type="button" lang={lang.tag()}
                        aria-pressed={(lang == now).to_string()}
                        onclick={send(on_msg, Msg::SetLang(lang))}>{ lang.name() }</button>
                }
            </span>
        </div>
    }
}

/// Every point where the kernels part.
fn kernels(profile: Profile) -> Html {
    let all = Difference::ALL;
    html! {
        <section class="help__kernels" data-ct="differences">
            <h3>{ tell!(w::WHERE_LINUX_5_10, all = all.len()) }</h3>
            <p>{ w::THE_CHOICE_LINUX_AT.text() }</p>
            <ul class="help__points">
                for &difference in all {
                    { point(differs::row(difference, profile)) }
                }
            </ul>
        </section>
    }
}

fn point(row: DiffersRow) -> Html {
    html! {
        <li key={row.title}>
            <h4 class="kernels__title">{ row.title }</h4>
            <Kernels {row} />
        </li>
    }
}
