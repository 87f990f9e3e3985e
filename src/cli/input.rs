//! Files, and what is in them.

use super::Failure;
use crate::engine::Profile;
use crate::scenario::recorder::{self, Recording};
use crate::scenario::{Scenario, TEXT_BYTES_MAX, link};
use std::fs::File;
use std::io::Read;

/// What a file or a link holds.
#[derive(Debug)]
pub(super) enum Input {
    /// A scenario in the language of the page.
    Scenario(Scenario),
    /// A scenario or a recording of the recorder.
    Recording(Box<Recording>),
}

/// All bytes of a file, or of standard input for `-`, up to a limit.
pub(super) fn bytes(name: &str, max: usize) -> Result<Vec<u8>, Failure> {
    let unreadable = |error| Failure::bad(format_args!("{name}: {error}"));
    let mut source: Box<dyn Read> = match name {
        "-" => Box::new(std::io::stdin().lock()),
        _ => Box::new(File::open(name).map_err(unreadable)?),
    };
    let mut bytes = Vec::new();
    let limit = max as u64 + 1;
    let read = source.by_ref().take(limit).read_to_end(&mut bytes);
    read.map_err(unreadable)?;
    if bytes.len() > max {
        return Err(Failure::bad(format_args!(
            "{name}: it has more than {max} bytes"
        )));
    }
    Ok(bytes)
}

fn text(name: &str) -> Result<String, Failure> {
    let max = TEXT_BYTES_MAX.max(recorder::JSON_BYTES_MAX);
    String::from_utf8(bytes(name, max)?).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::bad(format_args!("{name}: byte {at} is not UTF-8 text"))
    })
}

/// The scenario in a link; a whole address, with what stands before `#`, is one too.
pub(super) fn open(address: &str) -> Result<Scenario, Failure> {
    let fragment = address.rsplit('#').next().unwrap_or(address);
    let link = link::decode(fragment).map_err(Failure::bad)?;
    Ok(link.scenario)
}

/// A link rather than the name of a file.
fn is_link(operand: &str) -> bool {
    operand.starts_with("v1.") || operand.contains("#v1.")
}

/// What the operand stands for: a link, a JSON file, or a scenario file.
pub(super) fn load(operand: &str) -> Result<Input, Failure> {
    if is_link(operand) {
        return open(operand).map(Input::Scenario);
    }
    let text = text(operand)?;
    let begins = text.trim_start_matches('\u{feff}').trim_start();
    if begins.starts_with(['{', '[']) {
        return recording_of(operand, &text).map(|recording| Input::Recording(Box::new(recording)));
    }
    let scenario = Scenario::parse(&text);
    scenario
        .map(Input::Scenario)
        .map_err(|error| Failure::bad(format_args!("{operand}: {error}")))
}

/// The recording, or the recorder's scenario, in a file.
pub(super) fn recording(name: &str) -> Result<Recording, Failure> {
    recording_of(name, &text(name)?)
}

fn recording_of(name: &str, text: &str) -> Result<Recording, Failure> {
    recorder::read(text).map_err(|error| Failure::bad(format_args!("{name}: {error}")))
}

/// The profile of a recording: the one asked for, or its kernel's.
pub(super) fn profile_of(
    name: &str,
    recording: &Recording,
    asked: Option<Profile>,
) -> Result<Profile, Failure> {
    if let Some(profile) = asked {
        return Ok(profile);
    }
    match &recording.kernel {
        // A scenario without a kernel is for the one that the recordings are of.
        None => Ok(Profile::V6_18),
        Some(kernel) => recorder::profile_of(kernel).ok_or_else(|| {
            Failure::bad(format_args!(
                "{name}: kernel: {kernel} is not modelled here; choose one with --profile"
            ))
        }),
    }
}
