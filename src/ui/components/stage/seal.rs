//! The seal of a connection: nine pixels beside its id, wherever that appears.

use crate::view::stage::{SEAL, shape};
use yew::prelude::*;

/// Where the columns and the rows of pixels begin, in whole and in tenths of a pixel: a third of
/// [`SEAL`] each, with a gap around.
const LINES: [(i32, i32); 3] = [(0, 4), (5, 1), (9, 7)];
const _: () = assert!(SEAL == 14);

/// The pixels, at a place in a drawing.
pub fn pixels(conn: u32, x: i32, y: i32) -> Html {
    let bits = shape::seal(conn);
    let mut d = String::new();
    for at in (0..9).filter(|at| bits & (256 >> at) != 0) {
        let ((right, right_tenths), (down, down_tenths)) = (LINES[at % 3], LINES[at / 3]);
        let (x, y) = (x + right, y + down);
        d += &format!("M{x}.{right_tenths},{y}.{down_tenths}h3.9v3.9h-3.9Z");
    }
    html! { <path class="seal" {d} /> }
}

/// Props of [`Seal`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Number of the connection.
    pub conn: u32,
}

/// The seal as a picture of its own, for text.
#[component]
pub fn Seal(props: &Props) -> Html {
    html! {
        <svg class="seal-icon" width="16" height="16" viewBox="0 0 14 14" aria-hidden="true">
            { pixels(props.conn, 0, 0) }
        </svg>
    }
}
