//! The whole application minus the browser.

mod msg;

pub use msg::{Effect, Key, Msg};
