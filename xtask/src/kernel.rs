//! `cargo xtask record` and `cargo xtask fuzz-kernel`: the kernel of this machine as the judge.

use crate::args::Args;
use crate::exec::{self, say};
use crate::failure::{Failure, Result};
use crate::tools;

/// `cargo xtask record FILE [--out FILE]`.
pub fn record(args: Args) -> Result<()> {
    drive("record", args)
}

/// `cargo xtask fuzz-kernel [--minutes N] [--seed S] [--family F]`.
pub fn fuzz(args: Args) -> Result<()> {
    drive("fuzz", args)
}

/// The crate `kernel` knows what its words mean; only the tools are ours.
fn drive(command: &str, mut args: Args) -> Result<()> {
    if !cfg!(target_os = "linux") {
        return Err(Failure::new(
            "this machine does not run Linux, so there is no kernel to ask.",
        ));
    }
    tools::for_kernel()?;
    let words: Vec<String> = std::iter::from_fn(|| args.next_word()).collect();
    say("building the driver of the kernel");
    let mut cargo = exec::cargo();
    // Optimised, and still with checks of overflow.
    cargo.args(["run", "--quiet", "--profile", "test"]);
    cargo.args(["--package", "ctscope-kernel", "--", command]);
    exec::run(cargo.args(words))
}
