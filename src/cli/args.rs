//! The words of the command line.

use super::Failure;
use crate::engine::Profile;
use std::ffi::OsString;

/// The commands.
pub(super) const COMMANDS: &str = "replay, check, import, export, link, open or help";

/// A command line, taken apart.
#[derive(Debug, Default)]
pub(super) struct Args {
    /// The first word; empty if there is none.
    pub command: String,
    /// `--profile`.
    pub profile: Option<Profile>,
    /// `--json`.
    pub json: bool,
    /// What `export` writes: the option's word, and where to.
    pub outputs: Vec<(&'static str, String)>,
    /// `--at`, `--from`, `--to`, `--every`, as they stand.
    pub chosen: Vec<(&'static str, String)>,
    /// Files and links.
    pub operands: Vec<String>,
}

/// The options of `export` that name a file.
const OUTPUTS: [&str; 7] = [
    "--svg",
    "--strip",
    "--markdown",
    "--pcap",
    "--list",
    "--state",
    "--trace",
];
/// Those that say what of the run it is about.
const CHOSEN: [&str; 4] = ["--at", "--from", "--to", "--every"];

impl Args {
    /// Options stand anywhere behind the command; `--` ends them.
    pub fn new(args: impl Iterator<Item = OsString>) -> Result<Args, Failure> {
        let mut texts = Vec::new();
        for arg in args {
            let text = arg
                .into_string()
                .map_err(|arg| Failure::bad(format_args!("{} is not UTF-8 text", arg.display())))?;
            texts.push(text);
        }
        let mut texts = texts.into_iter();
        let mut args = Args {
            command: texts.next().unwrap_or_default(),
            ..Args::default()
        };
        let mut options = true;
        while let Some(text) = texts.next() {
            match text.split_once('=').unwrap_or((&text, "")) {
                ("--", "") if options => options = false,
                ("--json", "") if options => args.json = true,
                ("--help" | "-h", "") if options => args.command = "help".to_owned(),
                ("--profile", value) if options => {
                    let value = match value {
                        "" => texts.next().unwrap_or_default(),
                        value => value.to_owned(),
                    };
                    args.profile = Some(profile(&value)?);
                }
                (option, value) if options && option.starts_with("--") => {
                    args.of_export(option, value, &mut texts)?;
                }
                _ => args.operands.push(text),
            }
        }
        Ok(args)
    }

    /// An option that only `export` knows.
    fn of_export(
        &mut self,
        option: &str,
        value: &str,
        rest: &mut impl Iterator<Item = String>,
    ) -> Result<(), Failure> {
        let named = |all: &[&'static str]| all.iter().find(|name| **name == option).copied();
        let known = named(&OUTPUTS).or_else(|| named(&CHOSEN));
        let Some(name) = known.filter(|_| self.command == "export") else {
            let expected = match self.command.as_str() {
                "export" => [&OUTPUTS[..], &CHOSEN[..]].concat().join(", "),
                _ => "--profile, --json or --help".to_owned(),
            };
            return Err(Failure::bad(format_args!(
                "{option} is not an option; expected {expected}"
            )));
        };
        let value = match value {
            "" => rest.next().unwrap_or_default(),
            value => value.to_owned(),
        };
        if value.is_empty() {
            return Err(Failure::bad(format_args!("{name} needs a value")));
        }
        match OUTPUTS.contains(&name) {
            true => self.outputs.push((name, value)),
            false => self.chosen.push((name, value)),
        }
        Ok(())
    }

    /// The one file, or other thing, that the command is about.
    pub fn only(&self, what: &str) -> Result<&str, Failure> {
        match self.operands.as_slice() {
            [one] => Ok(one),
            [] => Err(Failure::bad(format_args!("{} needs {what}", self.command))),
            [_, second, ..] => Err(Failure::bad(format_args!(
                "{} takes one thing at a time; {second} is too much",
                self.command
            ))),
        }
    }

    /// `--json` is not for every command.
    pub fn without_json(&self) -> Result<(), Failure> {
        if self.json {
            let command = &self.command;
            return Err(Failure::bad(format_args!("{command} does not know --json")));
        }
        Ok(())
    }
}

fn profile(name: &str) -> Result<Profile, Failure> {
    Profile::by_name(name).ok_or_else(|| {
        let names = Profile::ALL.map(Profile::name).join(" or ");
        Failure::bad(format_args!(
            "“{name}” is not a kernel that is modelled here; expected --profile {names}"
        ))
    })
}
