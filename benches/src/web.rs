//! The rows for a page to call.

use crate::machine::Machine;
use crate::rows;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn now() -> f64;
}

/// Milliseconds on the page's clock.
pub(crate) fn performance_now() -> f64 {
    now()
}

/// Measures a row and gives its line of JSON.
#[wasm_bindgen]
pub fn run_row(nth: u32) -> String {
    rows::ROWS
        .get(nth as usize)
        .map_or_else(String::new, |row| rows::run(row).to_json())
}

/// Milliseconds that it takes to put so many connections into a table of 2^20 buckets.
#[wasm_bindgen]
pub fn fill(flows: u32) -> f64 {
    let from = now();
    let machine = Machine::filled(1 << 20, flows);
    let millis = now() - from;
    assert_eq!(machine.ct.count(), flows);
    millis
}
