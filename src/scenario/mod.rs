//! Text, links and packets: everything a person gives the machine or takes away from it.
//!
//! One line is one command:
//!
//! ```text
//! config hz=250 buckets=16
//! tcp 10.0.0.10:40000 > 192.0.2.20:80 S seq=1000 mss=1460  # the first packet
//! advance 30s
//! gc
//! ```
//!
//! What is behind a `#` is the note of its command. Comment lines right above a command that has
//! no note become its note; a blank line parts them from it. The normal form, which printing
//! gives, has every note behind its command and leaves out what is as by default.

pub mod capture;
pub mod events;
pub mod lesson;
pub mod link;
pub mod packet;
pub mod packet_print;
pub mod presets;
pub mod recorder;
pub mod table;
pub mod text;

mod entry;
mod filter;
mod iface;
mod names;
mod nft;
mod print;
mod segment;
mod words;

use crate::engine::config::Profile;
use crate::engine::time::Hz;
use crate::engine::{Command, Config};
use crate::words::{scenario as w, tell};
use core::fmt;

pub use iface::parse_network;
pub use link::{Link, LinkError, Looked, Position};
pub use presets::{PRESETS, Preset};
pub use print::ShownCommand;
pub use text::parse_command;

/// Longest scenario text, in bytes.
pub const TEXT_BYTES_MAX: usize = 16 << 20;
/// Longest line, in bytes: a packet of 65,535 bytes in hexadecimal fits.
pub const LINE_BYTES_MAX: usize = 140_000;
/// Most commands of a scenario.
pub const COMMANDS_MAX: usize = 200_000;
/// Longest note, in characters.
pub const NOTE_CHARS_MAX: usize = 1_000;

/// A run: the machine's config, and the commands it is given.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Scenario {
    /// What the machine is built with.
    pub config: Config,
    /// The commands, in order.
    pub lines: Vec<Line>,
}

/// A command with the remark that stands behind it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// What is done.
    pub command: Command,
    /// A remark for the reader, shown on the page: one line, not empty, without blanks around it,
    /// at most [`NOTE_CHARS_MAX`] characters.
    pub note: Option<String>,
}

impl From<Command> for Line {
    fn from(command: Command) -> Line {
        Line {
            command,
            note: None,
        }
    }
}

/// What a single line needs to know of the machine.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Context {
    /// Ticks per second, for the largest jump of the clock.
    pub hz: Hz,
    /// How many CPUs there are.
    pub cpus: u8,
    /// The kernel, for the settings that it has.
    pub profile: Profile,
}

impl From<&Config> for Context {
    fn from(config: &Config) -> Context {
        Context {
            hz: config.hz,
            cpus: config.cpus,
            profile: config.profile,
        }
    }
}

impl Default for Context {
    fn default() -> Context {
        Context::from(&Config::default())
    }
}

/// Text that is no scenario: where, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParseError {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1, in characters.
    pub column: u32,
    /// What is wrong.
    pub problem: String,
    /// What could stand there.
    pub expected: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ParseError {
            line,
            column,
            problem,
            expected,
        } = self;
        write!(
            f,
            "{}",
            tell!(w::LINE_LINE_COLUMN_COLUMN, line, column, problem, expected)
        )
    }
}

impl core::error::Error for ParseError {}
