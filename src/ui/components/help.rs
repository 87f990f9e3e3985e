//! Keys, marks, words and limits.

use super::button::IconButton;
use super::icon::Glyph;
use crate::app::{KEYS, Msg};
use crate::ui::browser;
use crate::view::model::Panel;
use yew::prelude::*;

/// Is it shown?
#[derive(Properties, PartialEq)]
pub struct Props {
    /// It is.
    pub open: bool,
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
    "TCP sequence numbers and windows are not checked: every segment counts as one in the window.",
    "Conntrack is on from the start, in every namespace. In a kernel a rule has to need it.",
];

/// A dialog.
#[function_component]
pub fn Help(props: &Props) -> Html {
    let Props { open, on_msg } = props;
    let dialog = use_node_ref();
    use_effect_with((dialog.clone(), *open), |(dialog, open)| {
        browser::set_open(dialog, *open)
    });
    let cancel = on_msg.reform(|event: Event| {
        event.prevent_default();
        Msg::SetPanel(Panel::None)
    });
    html! {
        <dialog ref={dialog} class="dialog" aria-labelledby="help-title" oncancel={cancel}>
            <div class="dialog__head">
                <h2 id="help-title">{ "What you see, and the keys" }</h2>
                <IconButton glyph={Glyph::Close} label="Close help"
                    msg={Msg::SetPanel(Panel::None)} {on_msg} />
            </div>
            <p>
                { "This page runs the connection tracking of Linux 5.10 and stops at every step. \
                   Send packets on the left, step with the arrow keys, look at any connection by \
                   clicking it. Nothing leaves your computer." }
            </p>
            <div class="help">
                <section>
                    <h3>{ "Keys" }</h3>
                    <dl class="help__keys">
                        for (keys, what) in KEYS {
                            <div key={*keys}><dt><kbd>{ keys }</kbd></dt><dd>{ what }</dd></div>
                        }
                    </dl>
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
        </dialog>
    }
}
