//! Files: those that are saved, those that are opened.

use super::{document, window};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    Blob, BlobPropertyBag, DragEvent, Event, File, HtmlAnchorElement, HtmlInputElement, Url,
};
use yew::Callback;

/// What was chosen: its name, and its bytes or, of a file that is too long to be looked at, how
/// many they are.
pub type Chosen = (String, Result<Vec<u8>, u64>);

/// The page's address without what is behind the `#`.
pub fn page_address() -> String {
    let href = window().and_then(|window| window.location().href().ok());
    let href = href.unwrap_or_default();
    href.split('#').next().unwrap_or_default().to_owned()
}

/// Offers a file.
pub fn save(name: &str, mime: &str, bytes: &[u8]) {
    let _ = try_save(name, mime, bytes);
}

fn try_save(name: &str, mime: &str, bytes: &[u8]) -> Result<(), JsValue> {
    let document = document().ok_or(JsValue::NULL)?;
    let parts = Array::of1(&Uint8Array::from(bytes));
    let kind = BlobPropertyBag::new();
    kind.set_type(mime);
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &kind)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
    link.set_href(&url);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&url)
}

/// Reads the file that was chosen in a field, at most so many bytes; the field is empty again
/// behind it, so that the same file can be chosen once more.
pub fn chosen(event: &Event, most: usize, on_file: Callback<Chosen>) {
    let Some(input) = event
        .target()
        .and_then(|it| it.dyn_into::<HtmlInputElement>().ok())
    else {
        return;
    };
    let file = input.files().and_then(|files| files.get(0));
    if let Some(file) = file {
        read(file, most, on_file);
    }
    input.set_value("");
}

/// Reads the first file that was dropped.
pub fn dropped(event: &DragEvent, most: usize, on_file: Callback<Chosen>) {
    let files = event.data_transfer().and_then(|data| data.files());
    if let Some(file) = files.and_then(|files| files.get(0)) {
        read(file, most, on_file);
    }
}

fn read(file: File, most: usize, on_file: Callback<Chosen>) {
    let (name, length) = (file.name(), file.size());
    if length > most as f64 {
        return on_file.emit((name, Err(length as u64)));
    }
    spawn_local(async move {
        // A file that is gone by now, or may not be read, is as good as empty.
        let buffer = JsFuture::from(file.array_buffer()).await;
        let bytes = buffer.map_or_else(|_| Vec::new(), |it| Uint8Array::new(&it).to_vec());
        on_file.emit((name, Ok(bytes)));
    });
}
