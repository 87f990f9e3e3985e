//! What leaves the program as a file: that it says what the run says, that it stands alone, and
//! that nothing in a scenario becomes anything else in it.

#[path = "../common/mod.rs"]
mod common;

mod attack;
mod json;
mod links;
mod packets;
mod pictures;
mod routes;
mod share;
mod xml;
