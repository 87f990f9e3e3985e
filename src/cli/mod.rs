//! The native command line. It alone reads files and prints.

mod args;
mod check;
mod convert;
mod export;
mod input;
mod replay;

use args::Args;
use core::fmt;
use std::ffi::OsString;
use std::io::{self, Write};

/// What `ctscope --help` prints.
const USAGE: &str = "\
ctscope: Linux connection tracking, one packet at a time

    ctscope replay FILE [--profile 5.10|6.18] [--json]
        Run a scenario and print what happens. FILE is a .ct scenario, a link, or a scenario or
        recording of the recorder (JSON). --json prints a recording.
    ctscope check RECORDING... [--profile 5.10|6.18]
        Run recorded scenarios and compare with what the kernel did.
    ctscope import FILE.pcap [--profile 5.10|6.18]
        Print the scenario that a capture file (pcap, pcapng) shows; warnings go to standard error.
    ctscope export FILE [--at N[.S]] [--svg OUT] [--list OUT] [--state OUT]
                        [--from N] [--to N] [--every event|phase|change] [--strip OUT]
                        [--markdown OUT] [--pcap OUT] [--trace OUT]
        Write files of a scenario. --svg is the stage, --list the table as conntrack -L prints it,
        --state the machine as JSON: behind command N, or step S in it; else at the end. --strip
        (SVG) and --markdown have a picture or a paragraph for each stop from one command to
        another. --pcap holds the packets, --trace every step as JSON.
    ctscope link FILE
        Print the link that holds a scenario.
    ctscope open LINK
        Print the scenario that a link holds.

- stands for standard input. Exit status: 0 fine, 1 something differs, 2 bad input.
";

/// Fine.
const FINE: u8 = 0;
/// A recording differs.
const DIFFERS: u8 = 1;
/// The command line or a file cannot be used.
const BAD_INPUT: u8 = 2;

/// Why a command could not be carried out.
#[derive(Debug)]
enum Failure {
    /// A sentence that says where and why.
    Bad(String),
    /// What was printed could not be written.
    Output(io::Error),
}

impl Failure {
    fn bad(problem: impl fmt::Display) -> Failure {
        Failure::Bad(problem.to_string())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::Output(error)
    }
}

/// Carries out a command line, without the name of the program. Returns the exit status.
pub fn run(args: impl Iterator<Item = OsString>, out: &mut impl Write, err: &mut impl Write) -> u8 {
    let done = command(args, out, err).and_then(|status| {
        out.flush()?;
        Ok(status)
    });
    match done {
        Ok(status) => status,
        // A reader that has seen enough, such as head, is no reason to complain.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => FINE,
        Err(failure) => {
            let problem = match failure {
                Failure::Bad(problem) => problem,
                Failure::Output(error) => format!("cannot write: {error}"),
            };
            // If even this cannot be said, the exit status says it.
            let _ = writeln!(err, "ctscope: {problem}");
            BAD_INPUT
        }
    }
}

fn command(
    args: impl Iterator<Item = OsString>,
    out: &mut impl Write,
    err: &mut impl Write,
) -> Result<u8, Failure> {
    let args = Args::new(args)?;
    match args.command.as_str() {
        "replay" => replay::replay(&args, out),
        "check" => check::check(&args, out, err),
        "import" => convert::import(&args, out, err),
        "export" => export::export(&args, out),
        "link" => convert::link(&args, out),
        "open" => convert::open(&args, out),
        "help" | "--help" | "-h" => {
            out.write_all(USAGE.as_bytes())?;
            Ok(FINE)
        }
        "" => Err(Failure::bad(format_args!(
            "what to do is missing; expected {}",
            args::COMMANDS
        ))),
        other => Err(Failure::bad(format_args!(
            "{other} is not a command; expected {}",
            args::COMMANDS
        ))),
    }
}
