//! What leaves the program as a file: pictures, a strip of steps, packets, tables and traces. All
//! of it is text or bytes made from plain data; the same input gives the same file, byte for byte.

mod json;
mod markdown;
mod packets;
mod paint;
mod paint_card;
mod picture;
mod state_json;
mod strip;
mod svg;
mod trace_json;

pub use markdown::escaped as markdown_escaped;
pub use packets::{Packets, packets, pcap};
pub use picture::{PICTURE_HEIGHT_MAX, picture};
pub use state_json::{STATE_FORMAT, state};
pub use strip::{Choice, PANELS_MAX, Panel, markdown, panels, strip};
pub use svg::{LIGHT, MONO, SANS, escaped as xml_escaped};
pub use trace_json::{TRACE_FORMAT, TRACE_STEPS_MAX, trace};

use super::texts;
use crate::engine::Conntrack;

/// The table of the current namespace as `conntrack -L` prints it, a line an entry.
pub fn table(ct: &Conntrack) -> String {
    let mut out = String::new();
    for conn in texts::in_table(ct) {
        out += &texts::table_line(ct, conn);
        out.push('\n');
    }
    out
}
