//! The words of the command line.

use super::Failure;
use crate::engine::Profile;
use std::ffi::OsString;

/// The commands.
pub(super) const COMMANDS: &str = "replay, check, import, link, open or help";

/// A command line, taken apart.
#[derive(Debug, Default)]
pub(super) struct Args {
    /// The first word; empty if there is none.
    pub command: String,
    /// `--profile`.
    pub profile: Option<Profile>,
    /// `--json`.
    pub json: bool,
    /// Files and links.
    pub operands: Vec<String>,
}

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
                (option, _) if options && option.starts_with("--") => {
                    return Err(Failure::bad(format_args!(
                        "{option} is not an option; expected --profile, --json or --help"
                    )));
                }
                _ => args.operands.push(text),
            }
        }
        Ok(args)
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
