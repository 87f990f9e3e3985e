//! The engine's work, measured beside the least that such work can cost.
//!
//! [`rows::run`] visits each row's two contestants, the engine and the [`bound`], in turn within
//! each round, and gives the median of each and the median of the ratios taken round by round: on
//! a machine with other work the ratio holds where nanoseconds do not. The same rows run natively
//! (`cargo xtask bench engine`) and as WebAssembly in a browser.

pub mod bound;
pub mod clock;
pub mod commands;
pub mod machine;
pub mod packets;
pub mod rows;
#[cfg(target_arch = "wasm32")]
pub mod web;
