//! `ctscope check`: recordings against this machine.

use super::args::Args;
use super::{DIFFERS, FINE, Failure, input};
use crate::timeline::replay::differences;
use std::io::Write;

/// Differences of one recording that are printed.
const SHOWN: usize = 20;

/// Compares every recording; a file that cannot be used is complained of behind the others.
pub(super) fn check(
    args: &Args,
    out: &mut impl Write,
    err: &mut impl Write,
) -> Result<u8, Failure> {
    args.without_json()?;
    if args.operands.is_empty() {
        return Err(Failure::bad("check needs a recording"));
    }
    let mut status = FINE;
    let mut bad = None;
    for name in &args.operands {
        match one(name, args, out) {
            Ok(same) => {
                if !same {
                    status = DIFFERS;
                }
            }
            Err(Failure::Bad(problem)) => {
                if let Some(earlier) = bad.replace(problem) {
                    writeln!(err, "ctscope: {earlier}")?;
                }
            }
            Err(failure) => return Err(failure),
        }
    }
    match bad {
        Some(problem) => Err(Failure::Bad(problem)),
        None => Ok(status),
    }
}

fn one(name: &str, args: &Args, out: &mut impl Write) -> Result<bool, Failure> {
    let recording = input::recording(name)?;
    if recording.kernel.is_none() {
        return Err(Failure::bad(format_args!(
            "{name}: this is a scenario, not a recording; expected the kernel, and at each step \
             what it did"
        )));
    }
    let profile = input::profile_of(name, &recording, args.profile)?;
    let found = differences(&recording, profile);
    if found.is_empty() {
        let steps = recording.steps.len();
        writeln!(out, "{name}: same, {steps} steps")?;
        return Ok(true);
    }
    writeln!(out, "{name}: differs in {} fields", found.len())?;
    for difference in found.iter().take(SHOWN) {
        writeln!(out, "  {}", difference.to_string().replace('\n', "\n  "))?;
    }
    if found.len() > SHOWN {
        writeln!(out, "  and {} more", found.len() - SHOWN)?;
    }
    Ok(false)
}
