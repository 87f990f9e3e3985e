//! `ctscope export`: files of a scenario.

use super::args::Args;
use super::input::{self, Input};
use super::{FINE, Failure};
use crate::scenario::link::{self, Looked};
use crate::scenario::{Position, Scenario};
use crate::timeline::{Cursor, EditError, Grain, Timeline};
use crate::view::model::Selection;
use crate::view::out::{self, Choice, PANELS_MAX};
use crate::view::refusal::refusal;
use crate::view::scene::Scene;
use crate::words::out as w;
use std::io::Write;

/// Writes what is asked for; `-` is standard output.
pub(super) fn export(args: &Args, out: &mut impl Write) -> Result<u8, Failure> {
    args.without_json()?;
    let name = args.only("a file or a link")?;
    let mut scenario = scenario(name, args)?;
    scenario.config.profile = args.profile.unwrap_or(scenario.config.profile);
    if args.outputs.is_empty() {
        return Err(Failure::bad(
            "export needs to know what to write: --svg OUT, --list OUT, --state OUT, --strip OUT, \
             --markdown OUT, --pcap OUT or --trace OUT",
        ));
    }
    let mut timeline = Timeline::new(scenario.config.clone(), name);
    timeline
        .load(scenario.clone(), name)
        .map_err(|error| Failure::bad(format_args!("{name}: {}", sentence(&error))))?;
    let at = cursor(args)?;
    let choice = choice(args, &timeline)?;
    for (what, file) in &args.outputs {
        timeline.seek_cursor(at);
        let bytes = match *what {
            "--svg" => picture(&mut timeline).into_bytes(),
            "--list" => out::table(&timeline.state()).into_bytes(),
            "--state" => out::state(&timeline.state()).into_bytes(),
            "--trace" => out::trace(&mut timeline).into_bytes(),
            "--pcap" => out::pcap(&scenario),
            "--strip" => {
                out::strip(w::TITLE.text(), &panels(&mut timeline, &scenario, choice)?).into_bytes()
            }
            _ => out::markdown(w::TITLE.text(), &panels(&mut timeline, &scenario, choice)?)
                .into_bytes(),
        };
        match file.as_str() {
            "-" => out.write_all(&bytes)?,
            path => std::fs::write(path, bytes)
                .map_err(|error| Failure::bad(format_args!("{path}: {error}")))?,
        }
    }
    Ok(FINE)
}

fn scenario(name: &str, args: &Args) -> Result<Scenario, Failure> {
    match input::load(name)? {
        Input::Scenario(scenario) => Ok(scenario),
        Input::Recording(recording) => {
            let profile = input::profile_of(name, &recording, args.profile)?;
            let scenario = recording.scenario(profile);
            scenario.map_err(|error| Failure::bad(format_args!("{name}: {error}")))
        }
    }
}

fn sentence(error: &EditError) -> String {
    match error {
        EditError::Refused(command, why) => format!("command {command}: {}", refusal(why)),
        error => error.to_string(),
    }
}

fn chosen<'a>(args: &'a Args, name: &str) -> Option<&'a str> {
    let found = args.chosen.iter().rev().find(|(of, _)| *of == name);
    found.map(|(_, value)| value.as_str())
}

fn number(args: &Args, name: &str) -> Result<Option<u32>, Failure> {
    let read = |text: &str| {
        text.parse().map_err(|_| {
            Failure::bad(format_args!(
                "{name} {text}: expected the number of a command"
            ))
        })
    };
    chosen(args, name).map(read).transpose()
}

/// The place of `--at`; the end without it.
fn cursor(args: &Args) -> Result<Cursor, Failure> {
    let Some(text) = chosen(args, "--at") else {
        return Ok(Cursor {
            command: u32::MAX,
            step: u32::MAX,
        });
    };
    let Position { command, step } = Position::parse(text).ok_or_else(|| {
        Failure::bad(format_args!(
            "--at {text}: expected a place such as 12, or 12.3 for the third step of command 12"
        ))
    })?;
    Ok(Cursor {
        command,
        step: step.unwrap_or(u32::MAX),
    })
}

fn choice(args: &Args, timeline: &Timeline) -> Result<Choice, Failure> {
    let every = match chosen(args, "--every") {
        None | Some("event") => Grain::Event,
        Some("phase") => Grain::Phase,
        Some("change") => Grain::Change,
        Some(other) => {
            return Err(Failure::bad(format_args!(
                "--every {other}: expected event, phase or change"
            )));
        }
    };
    Ok(Choice {
        from: number(args, "--from")?.unwrap_or(1),
        to: number(args, "--to")?.unwrap_or(timeline.len()),
        every,
    })
}

fn panels(
    timeline: &mut Timeline,
    scenario: &Scenario,
    choice: Choice,
) -> Result<Vec<out::Panel>, Failure> {
    let count = choice.count(timeline);
    if count > PANELS_MAX {
        return Err(Failure::bad(format_args!(
            "these are {count} steps; a strip holds {PANELS_MAX}: choose fewer with --from, --to \
             or --every"
        )));
    }
    Ok(out::panels(timeline, choice, |timeline| {
        let Cursor { command, step } = timeline.cursor();
        let looked = Looked {
            at: Some(Position {
                command,
                step: Some(step),
            }),
            ..Looked::default()
        };
        // A run that is too long for a link has none; the rest says the same without.
        let link = link::encode_short(scenario, &looked);
        link.map_or_else(|_| String::new(), |link| format!("#{link}"))
    }))
}

/// The stage where the cursor is.
fn picture(timeline: &mut Timeline) -> String {
    let moment = timeline.moment(Grain::Change);
    out::picture(&Scene {
        state: &moment.state,
        before: &moment.before,
        steps: &moment.trace.steps,
        fresh: moment.fresh.clone(),
        line: moment.line.as_deref(),
        selection: Selection::Step,
    })
}
