//! Three words to begin with, while nothing has happened yet.

use crate::words::ui as w;
use yew::prelude::*;

/// What a tuple, a bucket and confirming are, each with its picture.
#[function_component]
pub fn FirstWords() -> Html {
    html! {
        <section class="why__part first-words">
            <h2 class="h">{ w::THREE_WORDS.text() }</h2>
            <dl>
                <div class="first-words__word">
                    <dt>{ w::TUPLE.text() }</dt>
                    <dd>{ w::WHO_TALKS_TO_WHOM.text() }</dd>
                    <svg viewBox="0 0 84 26" aria-hidden="true">
                        <text x="2" y="18">{ "A" }</text>
                        <path d="M20,13 H62 m-6,-5 l6,5 -6,5" />
                        <text x="72" y="18">{ "B" }</text>
                    </svg>
                </div>
                <div class="first-words__word">
                    <dt>{ w::BUCKET.text() }</dt>
                    <dd>{ w::ONE_ROW_OF_THE.text() }</dd>
                    <svg viewBox="0 0 84 26" aria-hidden="true">
                        <rect x="1" y="1" width="28" height="24" rx="4" />
                        <text x="11" y="18">{ "3" }</text>
                        <path d="M29,13 H74 M74,6 v14 M78,9 v8" />
                    </svg>
                </div>
                <div class="first-words__word">
                    <dt>{ w::CONFIRM.text() }</dt>
                    <dd>{ w::THE_PACKET_GOT_THROUGH.text() }</dd>
                    <svg viewBox="0 0 84 26" aria-hidden="true">
                        <rect class="first-words__unconfirmed" x="1.5" y="1.5" width="28"
                            height="23" rx="5" />
                        <path d="M35,13 H48 m-5,-5 l5,5 -5,5" />
                        <rect class="first-words__confirmed" x="54" y="1.5" width="28"
                            height="23" rx="5" />
                    </svg>
                </div>
            </dl>
        </section>
    }
}
