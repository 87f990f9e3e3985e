//! `ctscope replay`: what happens, for reading or as a recording.

use super::args::Args;
use super::input::{self, Input};
use super::{FINE, Failure};
use crate::engine::{Command, Conntrack, Listen, NoProbe};
use crate::scenario::Scenario;
use crate::scenario::recorder::{Recording, layout};
use crate::timeline::replay;
use crate::view::{listing, trace};
use serde_json::{Map, Value};
use std::io::Write;

/// Runs a scenario of any kind.
pub(super) fn replay(args: &Args, out: &mut impl Write) -> Result<u8, Failure> {
    let name = args.only("a file or a link")?;
    let scenario = match input::load(name)? {
        Input::Recording(recording) => {
            let profile = input::profile_of(name, &recording, args.profile)?;
            if args.json {
                let (mut told, ct) = replay::replay(&recording, profile);
                told.insert("final".to_owned(), last(&recording, &ct).into());
                writeln!(out, "{}", layout(&told.into()))?;
                return Ok(FINE);
            }
            let scenario = recording.scenario(profile);
            scenario.map_err(|error| {
                Failure::bad(format_args!(
                    "{name}: {error}; --json prints it all the same"
                ))
            })?
        }
        Input::Scenario(mut scenario) => {
            scenario.config.profile = args.profile.unwrap_or(scenario.config.profile);
            if args.json {
                let told = replay::replay_scenario(&scenario);
                writeln!(out, "{}", layout(&told.into()))?;
                return Ok(FINE);
            }
            scenario
        }
    };
    print(&scenario, out)?;
    Ok(FINE)
}

/// The table at the end as text. Where ports are drawn at random, or the table is not listed, it
/// is left out.
fn last(recording: &Recording, ct: &Conntrack) -> Map<String, Value> {
    if !recording.listed().entries || recording.known_ports.is_some() {
        return Map::new();
    }
    let listings = listing::both(ct).into_iter();
    listings
        .map(|(key, lines)| (key.to_owned(), lines.into()))
        .collect()
}

/// Command by command, for reading.
fn print(scenario: &Scenario, out: &mut impl Write) -> Result<(), Failure> {
    let mut ct = Conntrack::new(&scenario.config);
    ct.apply(&Command::Listen(Listen::On), &mut NoProbe);
    for (nth, line) in scenario.lines.iter().enumerate() {
        let heard = ct.listener.sent;
        let outcome = ct.apply(&line.command, &mut NoProbe);
        let text = trace::command(&ct, nth + 1, line, &outcome, heard);
        out.write_all(text.as_bytes())?;
    }
    out.write_all(trace::ending(&ct).as_bytes())?;
    Ok(())
}
