//! Patterns: reply hatching, the cross-hatch of dying nodes.

use yew::prelude::*;

/// The patterns, to be referred to by `url(#…)`.
pub fn defs() -> Html {
    html! {
        <defs>
            <pattern
                id="hatch"
                width="4"
                height="4"
                patternUnits="userSpaceOnUse"
                patternTransform="rotate(45)"
            >
                <rect class="hatch__ground" width="4" height="4" />
                <rect class="hatch__line" width="2.2" height="4" />
            </pattern>
            <pattern
                id="cross"
                width="7"
                height="7"
                patternUnits="userSpaceOnUse"
                patternTransform="rotate(45)"
            >
                <path class="cross__line" d="M0,0H7M0,0V7" />
            </pattern>
        </defs>
    }
}
