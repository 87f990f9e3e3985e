//! ctscope: Linux connection tracking, one packet at a time.
//!
//! Layers, each of which may use those before it only:
//! `engine` (conntrack itself), `scenario` (text, links), `timeline` (time travel),
//! `view` (what to paint), `app` (the application without a browser), `ui` (the browser).

pub mod app;
pub mod engine;
pub mod scenario;
pub mod timeline;
#[cfg(feature = "ui")]
pub mod ui;
pub mod view;
