//! `cargo xtask`: builds, serves, tests and measures ctscope.

fn main() {}
