//! `ctscope-kernel`: records what this machine's kernel does, and compares the engine with it.

use ctscope_kernel::Result;
use serde_json::Value;
use std::fs;
use std::process::ExitCode;

const USAGE: &str = "\
Usage: ctscope-kernel COMMAND

  record FILE [--out FILE]    plays a scenario on this kernel and writes down what it did
                              (FILE may be a recording: its packets are played again)
  compare FILE                plays a scenario on kernel and engine, says where they differ
  fuzz [--minutes N | --seconds N] [--seed S] [--family F,..] [--only SEED] [--all]
       [--keep FOLDER] [--record FOLDER]
                              random traffic for kernel and engine until they differ; --all goes
                              on behind a difference, --keep writes down what shows it, --record
                              writes down what the kernel does and does not ask the engine
  families                    the families of traffic that fuzz knows

Needs Linux, the right to make a network namespace, and the programs ip, nft and conntrack.";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match run(&args) {
        Ok(code) => code,
        Err(problem) => {
            eprintln!("ctscope-kernel: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[String]) -> Result<ExitCode> {
    match args.split_first() {
        Some((command, [file])) if command == "compare" => compare(&read(file)?),
        Some((command, rest)) if command == "record" => record(rest),
        Some((command, rest)) if command == "fuzz" => fuzz(rest),
        Some((command, [])) if command == "families" => {
            for family in ctscope_kernel::traffic::FAMILIES {
                println!("{:12} {}", family.name, family.about);
            }
            Ok(ExitCode::SUCCESS)
        }
        _ => {
            eprintln!("{USAGE}");
            Ok(ExitCode::from(2))
        }
    }
}

fn read(path: &str) -> Result<Value> {
    let text = fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    serde_json::from_str(&text).map_err(|error| format!("{path}: {error}").into())
}

#[cfg(target_os = "linux")]
fn record(args: &[String]) -> Result<ExitCode> {
    use ctscope::scenario::recorder::layout;
    use ctscope_kernel::recorder;
    let (file, out) = match args {
        [file] => (file, None),
        [file, option, out] if option == "--out" => (file, Some(out)),
        _ => return Err("record takes FILE [--out FILE]".into()),
    };
    let scenario = recorder::bare(&read(file)?);
    let mut recording = recorder::record(&scenario)?;
    // A machine that was busy elsewhere says little about timeouts.
    for _ in 0..5 {
        if recording["late_ms"].as_u64() <= Some(recorder::LATE_MS) {
            break;
        }
        eprintln!("a step came {} ms late; once more", recording["late_ms"]);
        recording = recorder::record(&scenario)?;
    }
    let text = layout(&recording) + "\n";
    match out {
        Some(path) => fs::write(path, text).map_err(|error| format!("{path}: {error}"))?,
        None => print!("{text}"),
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(target_os = "linux")]
fn fuzz(args: &[String]) -> Result<ExitCode> {
    ctscope_kernel::fuzz::command(args)
}

#[cfg(target_os = "linux")]
fn compare(scenario: &Value) -> Result<ExitCode> {
    ctscope_kernel::fuzz::compare_file(&ctscope_kernel::recorder::bare(scenario))
}

#[cfg(not(target_os = "linux"))]
fn compare(_: &Value) -> Result<ExitCode> {
    fuzz(&[])
}

#[cfg(not(target_os = "linux"))]
fn record(_: &[String]) -> Result<ExitCode> {
    Err("this machine does not run Linux, so there is no kernel to record".into())
}

#[cfg(not(target_os = "linux"))]
fn fuzz(_: &[String]) -> Result<ExitCode> {
    println!("skipped: this machine does not run Linux");
    Ok(ExitCode::SUCCESS)
}
