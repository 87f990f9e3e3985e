//! `ctscope import`, `link` and `open`: one form of a scenario to another.

use super::args::Args;
use super::input::{self, Input};
use super::{FINE, Failure};
use crate::engine::Config;
use crate::scenario::capture::{self, FILE_BYTES_MAX, Options};
use crate::scenario::link::{self, Looked};
use std::io::Write;

/// A capture file becomes a scenario; what there is to say about it goes to `err`.
pub(super) fn import(
    args: &Args,
    out: &mut impl Write,
    err: &mut impl Write,
) -> Result<u8, Failure> {
    args.without_json()?;
    let name = args.only("a capture file")?;
    let bytes = input::bytes(name, FILE_BYTES_MAX)?;
    let options = Options {
        config: args.profile.map(|profile| Config {
            profile,
            ..Config::default()
        }),
        ..Options::default()
    };
    let imported = capture::import(&bytes, &options);
    let (scenario, warnings) =
        imported.map_err(|error| Failure::bad(format_args!("{name}: {error}")))?;
    for warning in warnings {
        writeln!(err, "{name}: {warning}")?;
    }
    write!(out, "{scenario}")?;
    Ok(FINE)
}

/// A scenario of any kind becomes a link.
pub(super) fn link(args: &Args, out: &mut impl Write) -> Result<u8, Failure> {
    args.without_json()?;
    let name = args.only("a file")?;
    let bad = |error: &dyn core::fmt::Display| Failure::bad(format_args!("{name}: {error}"));
    let scenario = match input::load(name)? {
        Input::Scenario(mut scenario) => {
            scenario.config.profile = args.profile.unwrap_or(scenario.config.profile);
            scenario
        }
        Input::Recording(recording) => {
            let profile = input::profile_of(name, &recording, args.profile)?;
            recording.scenario(profile).map_err(|error| bad(&error))?
        }
    };
    let link = link::encode(&scenario, &Looked::default()).map_err(|error| bad(&error))?;
    writeln!(out, "{link}")?;
    Ok(FINE)
}

/// A link becomes the scenario in it.
pub(super) fn open(args: &Args, out: &mut impl Write) -> Result<u8, Failure> {
    args.without_json()?;
    let scenario = input::open(args.only("a link")?)?;
    write!(out, "{scenario}")?;
    Ok(FINE)
}
