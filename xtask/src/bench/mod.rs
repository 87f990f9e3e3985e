//! `cargo xtask bench`: what the engine's work costs, natively and in a browser; how large the
//! page is and how soon it is live.

mod engine;
mod lines;
mod machine;
mod page;
mod table;
mod wasm;

use std::path::PathBuf;

use crate::args::{self, Args};
use crate::exec;
use crate::failure::{Failure, Result};

/// What may be measured.
struct Bench {
    name: &'static str,
    /// It is measured when none is named.
    usual: bool,
    run: fn(&Options) -> Result<()>,
}

const BENCHES: [Bench; 3] = [
    Bench {
        name: "engine",
        usual: true,
        run: engine::run,
    },
    Bench {
        name: "page",
        usual: true,
        run: |_| page::run(),
    },
    Bench {
        name: "criterion",
        usual: false,
        run: |_| criterion(),
    },
];

/// What the command line asks for.
#[derive(Default, Debug)]
struct Options {
    names: Vec<String>,
    /// Only the engine's rows of this work, such as `UdpHit`.
    only: Option<String>,
    /// No browser for the engine's rows.
    native: bool,
    /// Where the engine's lines are kept.
    save: Option<PathBuf>,
    /// Lines of an earlier run.
    against: Option<PathBuf>,
}

/// `cargo xtask bench`.
pub fn run(args: Args) -> Result<()> {
    let options = parse(args)?;
    for bench in BENCHES {
        let named = options.names.iter().any(|it| it == bench.name);
        if named || bench.usual && options.names.is_empty() {
            (bench.run)(&options)?;
        }
    }
    Ok(())
}

fn parse(mut args: Args) -> Result<Options> {
    let mut options = Options::default();
    while let Some(word) = args.next_word() {
        match word.as_str() {
            "--only" => options.only = Some(args.value_of("--only")?),
            "--native" => options.native = true,
            "--save" => options.save = Some(args.value_of("--save")?.into()),
            "--against" => options.against = Some(args.value_of("--against")?.into()),
            name if BENCHES.iter().any(|bench| bench.name == name) => options.names.push(word),
            _ => return Err(args::unknown("bench", &word)),
        }
    }
    let for_engine = options.only.is_some()
        || options.native
        || options.save.is_some()
        || options.against.is_some();
    if for_engine {
        if options.names.is_empty() {
            options.names.push("engine".to_owned());
        } else if !options.names.iter().any(|it| it == "engine") {
            return Err(Failure::usage(
                "--only, --native, --save and --against are for `cargo xtask bench engine`.",
            ));
        }
    }
    Ok(options)
}

/// Whether everything that is measured compiles, here and for a browser; nothing is timed.
pub fn check() -> Result<()> {
    exec::run(exec::cargo().args(["check", "--package", "ctscope-benches", "--all-targets"]))?;
    wasm::check()
}

/// Criterion's own benches, in quick runs.
fn criterion() -> Result<()> {
    exec::run(exec::cargo().args(["bench", "--package", "ctscope-benches", "--", "--quick"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn names(words: &[&str]) -> Result<String> {
        let args = Args::new(words.iter().map(|&word| word.to_owned()).collect());
        parse(args).map(|options| options.names.join(" "))
    }

    #[test]
    fn an_option_of_the_engine_asks_for_the_engine() {
        assert_eq!(names(&[]).unwrap(), "");
        assert_eq!(names(&["page"]).unwrap(), "page");
        assert_eq!(names(&["--save", "x"]).unwrap(), "engine");
        assert_eq!(names(&["engine", "--native"]).unwrap(), "engine");
        assert!(names(&["page", "--against=x"]).is_err());
        assert!(names(&["pages"]).is_err());
    }
}
