//! `cargo xtask test`: every test of the project, cheapest first.

use std::time::Instant;

use crate::args::{self, Args};
use crate::bench;
use crate::browser_runs::BrowserRun;
use crate::exec::{self, say};
use crate::failure::{Failure, Result};
use crate::page::{self, Profile};
use crate::tools::{self, Browser};

/// One step: its name on the command line, what it shows, and how it is run.
struct Step {
    name: &'static str,
    about: &'static str,
    run: fn(&Options) -> Result<()>,
}

/// The steps in the order in which they are run.
const STEPS: [Step; 7] = [
    Step {
        name: "fmt",
        about: "the code is formatted",
        run: |_| cargo(&["fmt", "--all", "--check"]),
    },
    Step {
        name: "core",
        about: "the library builds without the page",
        run: |_| cargo(&["check", "--lib", "--no-default-features"]),
    },
    Step {
        name: "native",
        about: "the tests that need no browser",
        run: |_| native(),
    },
    Step {
        name: "clippy",
        about: "no warnings",
        run: |_| {
            cargo(&[
                "clippy",
                "--workspace",
                "--all-targets",
                "--",
                "-D",
                "warnings",
            ])
        },
    },
    Step {
        name: "benches",
        about: "the benches compile, here and for a browser",
        run: |_| bench::check(),
    },
    Step {
        name: "build",
        about: "the page builds as it is published",
        run: |_| page::build(Profile::Release).map(drop),
    },
    Step {
        name: "e2e",
        about: "the page does in a browser what it should, and lives in another",
        run: e2e,
    },
];

#[derive(Default, Debug)]
struct Options {
    names: Vec<String>,
    no_e2e: bool,
    browser: Option<Browser>,
    only: Option<String>,
}

impl Options {
    /// No names means all steps; the browser's tests always get a fresh page.
    fn wants(&self, step: &str) -> bool {
        let named = |name: &str| self.names.iter().any(|it| it == name);
        match step {
            "e2e" if self.no_e2e => false,
            "build" if named("e2e") && !self.no_e2e => true,
            _ => self.names.is_empty() || named(step),
        }
    }
}

/// `cargo xtask test`.
pub fn run(args: Args) -> Result<()> {
    let options = parse(args)?;
    let start = Instant::now();
    let mut done = 0;
    for step in STEPS.iter().filter(|step| options.wants(step.name)) {
        say(&format!("{}: {}", step.name, step.about));
        let step_start = Instant::now();
        (step.run)(&options).map_err(|failure| {
            Failure::new(format!("the step {:?} failed. {failure}", step.name))
        })?;
        done += 1;
        say(&format!(
            "{}: fine after {:.1} s",
            step.name,
            step_start.elapsed().as_secs_f64()
        ));
    }
    say(&format!(
        "all {done} steps are fine, after {:.0} s",
        start.elapsed().as_secs_f64()
    ));
    Ok(())
}

/// What Firefox is asked when nobody says more: one test of each kind of thing that browsers do in
/// their own ways. All that Chromium is asked takes it many times as long, since it is driven from
/// the outside.
const BRIEF: [&str; 9] = [
    "the page becomes live",
    "a connection lives and dies",
    "a capture is found, opened",
    "each kind of file is saved",
    "offline: what was loaded once",
    "a script that got into the page",
    "the single file runs the first packet",
    "the second window shows notes",
    "asked for more contrast",
];

/// Every browser is asked, also when one before it failed.
fn e2e(options: &Options) -> Result<()> {
    let mut failed = Vec::new();
    for browser in Browser::ALL {
        if options.browser.is_some_and(|only| only != browser) {
            continue;
        }
        say(&format!("in {}", browser.name()));
        let run = BrowserRun::of_built_page_in(browser)?;
        let brief = browser == Browser::Firefox && options.browser.is_none();
        let only = match &options.only {
            Some(text) => vec![text.as_str()],
            None if brief => BRIEF.to_vec(),
            None => Vec::new(),
        };
        if brief && options.only.is_none() {
            say("one test of each kind; everything by test e2e --browser firefox");
        }
        let mut script = run.script("run.mjs");
        if options.browser.is_none() {
            // What goes from one browser to another is tested where everything is.
            for browser in Browser::ALL {
                script.env(browser.variable(), browser.program()?);
            }
        }
        if let Err(failure) = run.run(script.args(only)) {
            failed.push(format!("In {}: {failure}", browser.name()));
        }
    }
    if failed.is_empty() {
        Ok(())
    } else {
        Err(Failure::new(failed.join(" ")))
    }
}

fn parse(mut args: Args) -> Result<Options> {
    let mut options = Options::default();
    while let Some(word) = args.next_word() {
        match word.as_str() {
            "--no-e2e" => options.no_e2e = true,
            "--browser" => {
                let name = args.value_of("--browser")?;
                options.browser = Some(Browser::named(&name).ok_or_else(|| {
                    Failure::usage(format!(
                        "--browser needs chromium or firefox, not {name:?}."
                    ))
                })?);
            }
            "--only" => {
                options.only = Some(args.value_of("--only")?);
                options.names.push("e2e".to_owned());
            }
            name if STEPS.iter().any(|step| step.name == name) => {
                options.names.push(word);
            }
            _ => return Err(args::unknown("test", &word)),
        }
    }
    Ok(options)
}

/// Seed of the laws' random runs, so that a change is judged by the same ones as the change before.
/// `cargo test` alone draws others each time; `PROPTEST_RNG_SEED` chooses.
const LAWS_SEED: (&str, &str) = ("PROPTEST_RNG_SEED", "20210419");

/// Exported captures are shown to tshark, where it is or can be installed.
fn native() -> Result<()> {
    let tshark = tools::tshark_ready();
    if let Err(missing) = &tshark {
        say(&format!("{missing} Exported captures are not shown to it."));
    }
    cargo_with_seed(&["test", "--workspace"], tshark.is_ok())
}

fn cargo_with_seed(args: &[&str], tshark: bool) -> Result<()> {
    let (name, seed) = LAWS_SEED;
    let mut command = exec::cargo();
    if std::env::var_os(name).is_none() {
        command.env(name, seed);
    }
    if tshark {
        command.env("CTSCOPE_TSHARK", "1");
    }
    run_cargo(command, args)
}

fn cargo(args: &[&str]) -> Result<()> {
    run_cargo(exec::cargo(), args)
}

fn run_cargo(mut command: std::process::Command, args: &[&str]) -> Result<()> {
    exec::run(command.args(args)).map_err(|failure| match args[0] {
        tool @ ("fmt" | "clippy") if exec::find(&format!("cargo-{tool}")).is_none() => {
            Failure::new(format!(
                "{failure} Is it installed? `rustup component add rustfmt clippy` does it."
            ))
        }
        _ => failure,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(words: &[&str], expected: &str) {
        let args = Args::new(words.iter().map(|&word| word.to_owned()).collect());
        let options = parse(args).unwrap();
        let steps: Vec<_> = STEPS
            .iter()
            .map(|step| step.name)
            .filter(|name| options.wants(name))
            .collect();
        assert_eq!(steps.join(" "), expected, "{words:?}");
    }

    #[test]
    fn steps_run_in_their_own_order_whatever_the_words() {
        check(&[], "fmt core native clippy benches build e2e");
        check(&["native", "fmt"], "fmt native");
        check(&["--no-e2e"], "fmt core native clippy benches build");
    }

    #[test]
    fn browser_tests_get_a_fresh_page() {
        check(&["e2e"], "build e2e");
        check(&["--only", "undo"], "build e2e");
        check(&["e2e", "--browser", "firefox"], "build e2e");
    }
}
