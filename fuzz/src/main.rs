//! `ctscope-fuzz [TARGET…] [--minutes N] [--seed S] [--out FOLDER]`: one target after the other;
//! the time is that of each. `ctscope-fuzz TARGET --again FOLDER` runs the files of a folder once.
//! Fails if something broke.

use ctscope_fuzz::harness::Plan;
use ctscope_fuzz::{TARGETS, corpus, fuzz, replay};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

const MINUTES: f64 = 10.0;

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::from(2)
        }
    }
}

/// `true` if nothing broke.
fn run(mut words: impl Iterator<Item = String>) -> Result<bool, String> {
    let mut targets: Vec<String> = Vec::new();
    let mut minutes = MINUTES;
    let mut again: Option<PathBuf> = None;
    let mut plan = Plan {
        seed: 1,
        time: Duration::ZERO,
        folder: corpus::root().join("target/fuzz"),
    };
    while let Some(word) = words.next() {
        let mut value = || {
            words
                .next()
                .ok_or(format!("{word} needs a value after it."))
        };
        match word.as_str() {
            "--minutes" => {
                let value = value()?;
                let number = value.parse().ok().filter(|n| (0.0..100_000.0).contains(n));
                minutes = number.ok_or(format!("{value} is no number of minutes."))?;
            }
            "--seed" => {
                let value = value()?;
                plan.seed = value.parse().map_err(|_| format!("{value} is no seed."))?;
            }
            "--again" => again = Some(value()?.into()),
            "--out" => plan.folder = value()?.into(),
            name if TARGETS.contains(&name) => targets.push(word),
            _ => {
                let known = TARGETS.join(", ");
                return Err(format!("{word} is no target; there are {known}."));
            }
        }
    }
    if targets.is_empty() {
        targets = TARGETS.map(str::to_owned).to_vec();
    }
    if let Some(folder) = again {
        return Ok(run_again(&targets, &folder));
    }
    plan.time = Duration::from_secs_f64(60.0 * minutes);
    let mut fine = true;
    for name in &targets {
        let report = fuzz(name, &plan).unwrap_or_default();
        let (runs, kept, broken) = (report.runs, report.kept, report.findings.len());
        let seed = plan.seed;
        println!(
            "{name}: seed {seed}, {runs} runs in {minutes} minutes, {kept} kept, {broken} findings"
        );
        fine &= broken == 0;
    }
    if !fine {
        println!("Mend it, and put the files into tests/data/fuzz/TARGET: a test runs them.");
    }
    Ok(fine)
}

/// `true` if nothing broke.
fn run_again(targets: &[String], folder: &Path) -> bool {
    let mut fine = true;
    for name in targets {
        let (files, broken) = replay(name, folder).unwrap_or_default();
        println!("{name}: {files} files, {} findings", broken.len());
        for what in &broken {
            println!("{what}");
        }
        fine &= files > 0 && broken.is_empty();
    }
    fine
}
