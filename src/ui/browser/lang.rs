//! Languages: which the browser and the address ask for, and which the page says it is in.

use super::{document, window};
use crate::app::address;
use crate::words::Lang;

/// The first language of the address (`?lang=de`) and of the browser's list that is spoken here.
pub fn wanted() -> (Option<Lang>, Option<Lang>) {
    let Some(window) = window() else {
        return (None, None);
    };
    let asked = address::lang(&super::windows::query());
    let all = window.navigator().languages();
    let browser = all.iter().find_map(|tag| Lang::of_tag(&tag.as_string()?));
    (asked, browser)
}

/// Says in which language the page is.
pub fn show(lang: Lang) {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        // Without it only the voice of a screen reader is the wrong one.
        let _ = root.set_attribute("lang", lang.tag());
    }
}
