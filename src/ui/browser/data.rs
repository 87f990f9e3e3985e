//! Blocks of text that the build put into the page beside the program.

use super::document;
use crate::app::blocks;

/// The text of the block with that id, such as `lessons-en`; `None` if the page has none.
/// [`blocks::files`] takes it apart.
pub fn block(id: &str) -> Option<String> {
    let element = document()?.get_element_by_id(id)?;
    // Only what the browser never runs or shows is data.
    (element.get_attribute("type")? == "text/plain")
        .then(|| blocks::unescaped(&element.text_content().unwrap_or_default()))
}
