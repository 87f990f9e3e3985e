//! ctscope: Linux connection tracking, one packet at a time.
//!
//! Layers, each of which may use those before it only:
//! `engine` (conntrack itself), `scenario` (text, links), `timeline` (time travel),
//! `view` (what to paint), `app` (the application without a browser), `ui` (the browser).
//! `cli`, the native command line, stands beside `app`, on `view`.
//! `words`, the messages by language, stands beside `engine`; all others may use it.

pub mod app;
#[cfg(not(target_arch = "wasm32"))]
pub mod cli;
pub mod engine;
pub mod scenario;
pub mod timeline;
#[cfg(feature = "ui")]
pub mod ui;
pub mod view;
pub mod words;
