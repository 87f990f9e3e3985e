//! What is expected of what is being typed: said beside the field before anything is run.

use super::console::{self, Ask, ConsoleState};
use super::{lane, link};
use crate::engine::Config;
use crate::scenario::{Context, Scenario, parse_command};
use crate::view::model::Typing;
use crate::words::{app as w, tell};

/// Longest scenario that is read again with every key, in bytes.
const CHECKED_BYTES_MAX: usize = 64 << 10;

/// The command line as it is typed.
pub fn command_line(console: &ConsoleState, config: &Config) -> Typing {
    if console.failed {
        // The answer under the line says it already.
        return Typing::Nothing;
    }
    let line = console.input.trim();
    match console::read(line) {
        Ask::Nothing => Typing::Nothing,
        Ask::Wrong(problem) => Typing::Expects(problem),
        Ask::Line => command(line, config),
        Ask::Config => expects(Scenario::parse(line).map(|_| w::ANOTHER_MACHINE.text().to_owned())),
        _ => Typing::Runs(w::AN_ANSWER_BELOW.text().to_owned()),
    }
}

/// How far the clock is to go, as it is typed: what stands behind `advance`.
pub fn advance(amount: &str, config: &Config) -> Typing {
    command(&format!("advance {trim}", trim = amount.trim()), config)
}

/// A whole scenario as it is typed; a long one is only looked at when it is run.
pub fn scenario(text: &str) -> Typing {
    if text.len() > CHECKED_BYTES_MAX {
        return Typing::Nothing;
    }
    expects(
        Scenario::parse(text).map(|scenario| match scenario.lines.len() {
            1 => w::N_1_COMMAND.text().to_owned(),
            n => tell!(w::N_COMMANDS, n),
        }),
    )
}

fn command(line: &str, config: &Config) -> Typing {
    let parsed = parse_command(line, Context::from(config));
    expects(parsed.map(|line| lane::label(&line.command, config.hz)))
}

fn expects<E: core::fmt::Display>(parsed: Result<String, E>) -> Typing {
    match parsed {
        Ok(what) => Typing::Runs(what),
        Err(problem) => Typing::Expects(link::sentence(problem)),
    }
}
