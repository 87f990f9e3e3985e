//! `cargo xtask`: builds, serves, tests and measures ctscope.
//!
//! Each command first installs the tools it needs and does not find, saying so;
//! what it cannot install it names in a sentence. Only the standard library is
//! used, so the first run starts compiling nothing else.

mod args;
mod bench;
mod browser_runs;
mod exec;
mod failure;
mod finish;
mod fuzz;
mod kernel;
mod mutants;
mod page;
mod paths;
mod serve;
mod server;
mod shots;
mod tests_command;
mod tools;

use std::process::ExitCode;

use args::Args;
use failure::{Failure, Result};

const USAGE: &str = "\
Usage: cargo xtask COMMAND [OPTIONS]

  serve [--port N] [--open] [--dev]   build the page and serve it on this machine
  build [--dev]                       build the page into dist/
  single-file [--dev]                 build it, and print where the page in one file is:
                                      everything inside, works from a disk without a network
  test [STEP...] [--no-e2e] [--browser NAME] [--only TEXT]
                                      run every test, cheapest first, or only some steps
                                      (fmt, core, native, clippy, benches, build, e2e);
                                      e2e in chromium and firefox, or in one of them
  bench [engine] [page] [criterion]   what the engine's work costs, natively and in a browser;
                                      sizes of the page and the time until it is live;
                                      criterion's own quick runs, only when named
        [--only WORK] [--native]      the engine's rows of one work; without a browser
        [--save FILE] [--against FILE]
                                      keep the engine's figures, compare with kept ones
  shots [OPTIONS]                     pictures of the page; see cargo xtask shots --help
  record FILE [--out FILE]            play a scenario on this machine's kernel, write what it did
  fuzz-kernel [--minutes N] [--seed S] [--family F]
                                      random traffic for this machine's kernel and the engine,
                                      until they differ or the time is over
  fuzz [TARGET...] [--minutes N] [--seed S]
                                      random input for everything that is read (packet, capture,
                                      text, link, json, lesson, table, events, page), N minutes
                                      each
  mutants [--shard K/N] [--only N,…] [--live SECONDS] [--list] [FILE…]
                                      plant mistakes in the engine, one at a time, and say which
                                      of them no test and (--live) no kernel notices
  setup                               install every tool that is missing, and no more
  help                                this text

  --dev builds without optimising: faster to build, slower and larger to load.

Environment: CTSCOPE_TOOLS is the folder where tools are kept,
CTSCOPE_CHROMIUM and CTSCOPE_FIREFOX the browsers for tests and pictures.";

fn main() -> ExitCode {
    let words = std::env::args_os()
        .skip(1)
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    match run(Args::new(words)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("cargo xtask: {failure}");
            failure.exit_code()
        }
    }
}

fn run(mut args: Args) -> Result<()> {
    let Some(command) = args.next_word() else {
        println!("{USAGE}");
        return Ok(());
    };
    match command.as_str() {
        "serve" => serve::run(args),
        "build" => page::run(args, "build"),
        "single-file" => page::run(args, "single-file"),
        "test" => tests_command::run(args),
        "bench" => bench::run(args),
        "shots" => shots::run(args),
        "record" => kernel::record(args),
        "fuzz" => fuzz::run(args),
        "fuzz-kernel" => kernel::fuzz(args),
        "mutants" => mutants::run(args),
        "setup" => tools::run_setup(args),
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(())
        }
        other => Err(Failure::usage(format!(
            "there is no command {other:?}. `cargo xtask help` lists them."
        ))),
    }
}
