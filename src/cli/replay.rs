//! `ctscope replay`: what happens, for reading or as a recording.

use super::args::Args;
use super::input::{self, Input};
use super::{FINE, Failure};
use crate::scenario::recorder::layout;
use crate::timeline::replay;
use std::io::Write;

/// Runs a scenario of any kind.
pub(super) fn replay(args: &mut Args, out: &mut impl Write) -> Result<u8, Failure> {
    let name = args.only("a file or a link")?;
    match input::load(name)? {
        Input::Recording(recording) => {
            let profile = input::profile_of(name, &recording, args.profile)?;
            let (told, _) = replay::replay(&recording, profile);
            writeln!(out, "{}", layout(&told.into()))?;
        }
        Input::Scenario(_) => {}
    }
    Ok(FINE)
}
