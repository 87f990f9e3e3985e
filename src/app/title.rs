//! Titles of logs. The log keeps the English one, so that the same scenario has the same title
//! whatever is spoken; what is shown is in the language of the reader.

use super::state::UNTITLED;
use crate::scenario::PRESETS;
use crate::words::app as w;

/// A log's title as it is shown. One that nobody here gave stays as it is.
pub(super) fn shown(title: &str) -> &str {
    let ours = [UNTITLED, w::YOUR_SCENARIO, w::A_SHARED_SCENARIO];
    PRESETS
        .iter()
        .map(|preset| preset.title)
        .chain(ours)
        .find(|known| known.english() == title)
        .map_or(title, |known| known.text())
}
