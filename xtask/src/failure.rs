//! Why a command stopped, as a sentence for the person who ran it.

use std::fmt;
use std::process::ExitCode;

/// What every fallible function of xtask gives back.
pub type Result<T> = std::result::Result<T, Failure>;

/// A sentence that says what went wrong and, where we know, what to do.
#[derive(Debug)]
pub struct Failure {
    sentence: String,
    usage: bool,
}

impl Failure {
    /// Something did not work.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self {
            sentence: sentence.into(),
            usage: false,
        }
    }

    /// The command line itself was wrong.
    pub fn usage(sentence: impl Into<String>) -> Self {
        Self {
            sentence: sentence.into(),
            usage: true,
        }
    }

    /// 2 for a wrong command line, 1 for all else.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(if self.usage { 2 } else { 1 })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

/// Turns an I/O error into a sentence by saying what was being done.
pub trait Doing<T> {
    /// `doing` completes "could not …".
    fn doing(self, doing: impl FnOnce() -> String) -> Result<T>;
}

impl<T> Doing<T> for std::io::Result<T> {
    fn doing(self, doing: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|error| Failure::new(format!("could not {}: {error}.", doing())))
    }
}
