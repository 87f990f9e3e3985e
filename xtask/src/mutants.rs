//! `cargo xtask mutants`: mistakes planted in the engine, and which of them the tests notice.

use crate::args::Args;
use crate::exec;
use crate::failure::Result;
use crate::tools;

/// `cargo xtask mutants [--shard K/N] [--only N,…] [--live SECONDS] [--list] [FILE…]`.
///
/// The crate `mutants` knows what its words mean; only the tools are ours.
pub fn run(mut args: Args) -> Result<()> {
    let words: Vec<String> = std::iter::from_fn(|| args.next_word()).collect();
    if words.iter().any(|word| word == "--live") {
        tools::for_kernel()?;
    }
    let mut cargo = exec::cargo();
    cargo.args(["run", "--quiet", "--package", "ctscope-mutants", "--"]);
    exec::run(cargo.args(words))
}
