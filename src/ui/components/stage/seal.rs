//! The seal of a connection: nine pixels beside its id, wherever that appears.

use crate::view::stage::{SEAL, shape};
use yew::prelude::*;

/// The pixels, at a place in a drawing.
pub fn pixels(conn: u32, x: i32, y: i32) -> Html {
    let bits = shape::seal(conn);
    let side = f64::from(SEAL) / 3.0;
    let pixel = |at: i32| {
        let (column, row) = (f64::from(at % 3), f64::from(at / 3));
        let (x, y) = (
            f64::from(x) + column * side + 0.4,
            f64::from(y) + row * side + 0.4,
        );
        format!("M{x:.1},{y:.1}h{a:.1}v{a:.1}h-{a:.1}Z", a = side - 0.8)
    };
    let d: String = (0..9)
        .filter(|at| bits & (256 >> at) != 0)
        .map(pixel)
        .collect();
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
