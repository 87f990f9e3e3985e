//! `cargo xtask fuzz`: random input for everything that is read.

use crate::args::Args;
use crate::exec::{self, say};
use crate::failure::Result;

/// `cargo xtask fuzz [TARGET...] [--minutes N] [--seed S]`. The crate `fuzz` knows what its words
/// mean.
pub fn run(mut args: Args) -> Result<()> {
    let words: Vec<String> = std::iter::from_fn(|| args.next_word()).collect();
    say("building the targets");
    let mut cargo = exec::cargo();
    cargo.args(["run", "--quiet", "--profile", "fuzz"]);
    cargo.args(["--package", "ctscope-fuzz", "--"]);
    exec::run(cargo.args(words))
}
