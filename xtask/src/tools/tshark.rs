//! The program that the exported captures are shown to.

use super::apt;
use crate::exec;
use crate::failure::{Failure, Result};

const PROGRAM: &str = "tshark";

/// Finds `tshark`, or installs Debian's.
pub fn ready() -> Result<()> {
    if exec::find(PROGRAM).is_none() && apt::usable() {
        apt::install(&[PROGRAM])?;
    }
    match exec::find(PROGRAM) {
        Some(_) => Ok(()),
        None => Err(Failure::new(
            "the program `tshark` is missing: on Debian, install tshark as root.",
        )),
    }
}
