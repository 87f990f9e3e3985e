//! Keys, marks, words and limits.

use super::button::IconButton;
use super::icon::Glyph;
use super::kernels::Kernels;
use crate::app::{KEYS, Msg};
use crate::engine::Difference;
use crate::ui::{browser, send};
use crate::view::differs;
use crate::view::model::{DiffersRow, Panel, Profile};
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
    /// Receives the messages.
    pub on_msg: Callback<Msg>,
}

const WORDS: [(&str, &str); 8] = [
    (
        "tuple",
        "Who talks to whom: two addresses, two ports, one protocol.",
    ),
    (
        "connection",
        "What Linux remembers (nf_conn). It has two tuples: the original one of the first packet, \
         and the reply one, turned round.",
    ),
    (
        "tuplehash",
        "The node by which a connection hangs in a list. Each connection has two, so it hangs in \
         two buckets.",
    ),
    (
        "bucket",
        "One row of the hash table. The hash of a tuple picks the row.",
    ),
    (
        "unconfirmed",
        "The first packet is still on its way. Only when it has passed every rule does the \
         connection enter the table.",
    ),
    (
        "use",
        "How many hold the connection: the table, packets, gc. At zero it is freed.",
    ),
    (
        "jiffies",
        "The kernel's clock, a 32-bit counter. It starts near its overflow, as in Linux.",
    ),
    (
        "gc worker",
        "Looks through the table now and then and deletes what has expired.",
    ),
];

const LIMITS: [&str; 5] = [
    "Time passes only when you say so; nothing happens between two commands.",
    "Hash seeds are given, not drawn, so that a run can be repeated; small tables are allowed, so \
     that a chain can be seen.",
    "Two CPUs take turns: races are shown by holding a packet, not by chance.",
    "No port is open here, and no program answers: a packet to this machine itself gets a reset or \
     an error.",
    "Conntrack is on from the start, in every namespace. In a kernel a rule has to need it.",
];

/// A dialog.
#[function_component]
pub fn Help(props: &Props) -> Html {
    let Props {
        open,
        profile,
        keys_off,
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
                <h2 id="help-title">{ "What you see, and the keys" }</h2>
                <IconButton glyph={Glyph::Close} label="Close help"
                    msg={Msg::SetPanel(Panel::None)} {on_msg} />
            </div>
            <p>
                { format!("This page runs the connection tracking of Linux {} and stops at every \
                   step. Send packets on the left, step with the arrow keys, look at any \
                   connection by clicking it. Nothing leaves your computer.", profile.name()) }
            </p>
            <div class="help">
                <section>
                    <h3>{ "Keys" }</h3>
                    <dl class="help__keys">
                        for (keys, what) in KEYS {
                            <div key={*keys}><dt><kbd>{ keys }</kbd></dt><dd>{ what }</dd></div>
                        }
                    </dl>
                    <label class="tick-line">
                        <input type="checkbox" checked={!off} data-ct="single-keys"
                            onchange={send(on_msg, Msg::SetKeysOff(!off))} />
                        { "Letters, digits and signs are keys" }
                    </label>
                </section>
                <section>
                    <h3>{ "Words" }</h3>
                    <dl class="help__words">
                        for (word, meaning) in WORDS {
                            <div key={word}><dt>{ word }</dt><dd>{ meaning }</dd></div>
                        }
                    </dl>
                </section>
                <section>
                    <h3>{ "Marks" }</h3>
                    <ul class="help__list">
                        <li>{ "Blue, pointing right: original direction. Orange, hatched, \
                               pointing left: reply direction." }</li>
                        <li>{ "Border dashed: unconfirmed. Solid: confirmed. Double: assured. \
                               Dotted: dying." }</li>
                        <li>{ "Pins under a card: who holds it. Their number is use." }</li>
                        <li>{ "Yellow: what this step changed." }</li>
                    </ul>
                </section>
                <section>
                    <h3>{ "Where this differs from a kernel" }</h3>
                    <ul class="help__list">
                        for limit in LIMITS {
                            <li key={limit}>{ limit }</li>
                        }
                    </ul>
                </section>
            </div>
            if *open {
                { kernels(*profile) }
            }
        </dialog>
    }
}

/// Every point where the kernels part.
fn kernels(profile: Profile) -> Html {
    let all = Difference::ALL;
    html! {
        <section class="help__kernels" data-ct="differences">
            <h3>{ format!("Where Linux 5.10 and 6.18 differ: {} points", all.len()) }</h3>
            <p>{ "The choice “Linux” at the top switches; the log is run again." }</p>
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
