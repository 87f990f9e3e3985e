//! The stage of a running machine: where things are, and what the page says of them.

mod film;
mod geometry;
mod story;

#[cfg(feature = "ui")]
mod markup;
