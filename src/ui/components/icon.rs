//! The icons: line drawings on a 24 by 24 grid, in the colour of the text.

use yew::prelude::*;

/// Which icon.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Glyph {
    /// A bar and a triangle to the left.
    First,
    /// Two chevrons to the left.
    EventBack,
    /// A chevron to the left.
    Back,
    /// A chevron to the right.
    Forward,
    /// Two chevrons to the right.
    EventForward,
    /// A triangle to the right and a bar.
    Last,
    /// A triangle.
    Play,
    /// Two bars.
    Pause,
    /// An arrow back.
    Undo,
    /// An arrow forth.
    Redo,
    /// Two links of a chain.
    Link,
    /// An arrow out of a tray.
    Share,
    /// A half-filled circle.
    Theme,
    /// A sheet with lines.
    Text,
    /// A circle that is an arrow.
    Reset,
    /// A question mark in a circle.
    Help,
    /// A cross.
    Close,
    /// An arrow into a tray.
    Import,
    /// Three dots.
    More,
    /// A screen on a stand.
    Present,
    /// A black screen.
    Blank,
    /// A lamp.
    Spot,
    /// Four corners.
    FullScreen,
}

impl Glyph {
    const fn path(self) -> &'static str {
        match self {
            Glyph::First => "M5,5 v14 M19,5 L9,12 l10,7 Z",
            Glyph::EventBack => "M12,5 L4,12 l8,7 M20,5 l-8,7 8,7",
            Glyph::Back => "M15,5 L7,12 l8,7",
            Glyph::Forward => "M9,5 l8,7 -8,7",
            Glyph::EventForward => "M4,5 l8,7 -8,7 M12,5 l8,7 -8,7",
            Glyph::Last => "M19,5 v14 M5,5 l10,7 L5,19 Z",
            Glyph::Play => "M7,4.5 L19,12 7,19.5 Z",
            Glyph::Pause => "M8,5 v14 M16,5 v14",
            Glyph::Undo => "M9,4 L4,9 l5,5 M4,9 h10 a5,5 0 0 1 0,10 h-2",
            Glyph::Redo => "M15,4 l5,5 -5,5 M20,9 H10 a5,5 0 0 0 0,10 h2",
            Glyph::Link => {
                "M10,14 a4,4 0 0 0 6,.4 l3,-3 a4,4 0 0 0 -5.7,-5.7 l-1.6,1.6 \
                 M14,10 a4,4 0 0 0 -6,-.4 l-3,3 a4,4 0 0 0 5.7,5.7 l1.6,-1.6"
            }
            Glyph::Share => "M5,12 v7.5 h14 V12 M12,15 V4 M7.5,8 L12,3.5 16.5,8",
            Glyph::Theme => "M12,4 a8,8 0 1 1 0,16 a8,8 0 1 1 0,-16",
            Glyph::Text => "M6,3.5 h12 v17 h-12 Z M9,8.5 h6 M9,12 h6 M9,15.5 h4",
            Glyph::Reset => "M5,12 a7,7 0 1 0 2.5,-5.4 M7.5,3 v4 h4",
            Glyph::Help => {
                "M12,3.5 a8.5,8.5 0 1 1 0,17 a8.5,8.5 0 1 1 0,-17 \
                 M9.5,9.8 a2.5,2.5 0 1 1 3.6,2.2 c-.8,.5 -1.1,1 -1.1,1.7 M12,16.6 v.1"
            }
            Glyph::Close => "M6,6 L18,18 M18,6 L6,18",
            Glyph::Import => "M12,3.5 v11 M7.5,10.5 l4.5,4.5 4.5,-4.5 M4,14.5 v5.5 h16 v-5.5",
            Glyph::More => "M5,12 h.1 M12,12 h.1 M19,12 h.1",
            Glyph::Present => {
                "M3.5,4.5 h17 v11 h-17 Z M12,15.5 v4 M8,20 h8 M10,7.5 l5,2.5 -5,2.5 Z"
            }
            Glyph::Blank => "M3.5,5.5 h17 v13 h-17 Z M7,9 h10 M7,12 h10 M7,15 h10",
            Glyph::Spot => {
                "M12,8 a4,4 0 1 1 0,8 a4,4 0 1 1 0,-8 M12,2.5 v2 M12,19.5 v2 M2.5,12 h2 \
                 M19.5,12 h2 M5.3,5.3 l1.4,1.4 M17.3,17.3 l1.4,1.4 M18.7,5.3 l-1.4,1.4 \
                 M6.7,17.3 l-1.4,1.4"
            }
            Glyph::FullScreen => "M4,9 V4 h5 M15,4 h5 v5 M20,15 v5 h-5 M9,20 H4 v-5",
        }
    }
}

/// Which icon to draw.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// This one.
    pub glyph: Glyph,
}

/// Draws an icon; it is hidden from assistive tools, its button has a name.
#[function_component]
pub fn Icon(props: &Props) -> Html {
    let class = match props.glyph {
        Glyph::More => "icon icon--dots",
        _ => "icon",
    };
    html! {
        <svg {class} viewBox="0 0 24 24" aria-hidden="true">
            <path d={props.glyph.path()} />
            if props.glyph == Glyph::Theme {
                <path class="icon__half" d="M12,4 a8,8 0 0 1 0,16 Z" />
            }
        </svg>
    }
}
