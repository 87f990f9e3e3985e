//! Kernel and engine side by side under random traffic, until they differ.

use crate::engine_side::{Finding, judge};
use crate::recorder::{Pace, Recorder, TOLERANCE_S, topology_of};
use crate::router;
use crate::shrink::shrink;
use crate::traffic::rng::Rng;
use crate::traffic::{FAMILIES, Family};
use crate::{Problem, Result};
use ctscope::scenario::recorder::layout;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Sequences that a router sees before it is thrown away.
const ROUTER_RUNS: u32 = 100;
/// The same where sequences leave something behind.
const ROUTER_RUNS_FEW: u32 = 10;

/// What is asked for on the command line.
#[derive(Debug)]
struct Options {
    limit: Duration,
    seed: u64,
    families: Vec<&'static Family>,
    /// One sequence alone, by its own seed.
    only: Option<u64>,
    /// Where scenarios that show a difference are written.
    keep: Option<PathBuf>,
    /// The engine is not asked; what the kernel did is written here.
    record: Option<PathBuf>,
    /// Go on behind a difference.
    all: bool,
}

/// What a family was given so far.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    sequences: u32,
    steps: u64,
    packets: u64,
    differing: u32,
}

/// A kernel to try scenarios on.
struct Lab {
    recorder: Option<Recorder>,
    runs: u32,
    release: String,
}

impl Lab {
    /// The kernel of this machine, or why it cannot be asked.
    fn new() -> Result<std::result::Result<Lab, String>> {
        let release = router::read("kernel/osrelease")?;
        if !release.starts_with("6.") {
            return Ok(Err(format!("Linux {release} runs here, and not a 6.x")));
        }
        let nothing = json!({});
        let recorder = match Recorder::new(&nothing, Pace::Fast) {
            Ok(recorder) => Some(recorder),
            Err(problem) => return Ok(Err(problem.to_string())),
        };
        Ok(Ok(Lab {
            recorder,
            runs: 0,
            release,
        }))
    }

    /// Plays a scenario on the kernel, on a router that saw at most `runs` others.
    fn record(&mut self, scenario: &Value, runs: u32) -> Result<Value> {
        self.runs += 1;
        let worn = self.runs > runs;
        let mut recorder = match self.recorder.take().filter(|_| !worn) {
            Some(mut recorder) => {
                recorder.start_again(scenario)?;
                recorder
            }
            None => {
                self.runs = 0;
                Recorder::new(scenario, Pace::Fast)?
            }
        };
        let mut seen = Vec::new();
        for step in scenario["steps"].as_array().into_iter().flatten() {
            seen.push(recorder.step(step)?);
        }
        self.recorder = Some(recorder);
        let mut recording = scenario.clone();
        recording["kernel"] = self.release.as_str().into();
        recording["tolerance_s"] = TOLERANCE_S.into();
        recording["topology"] = topology_of(scenario);
        recording["steps"] = seen.into();
        Ok(recording)
    }

    /// Plays a scenario on both, and says where they part.
    fn compare(&mut self, scenario: &Value, fresh: bool) -> Result<Option<Finding>> {
        let runs = if fresh { 0 } else { ROUTER_RUNS };
        judge(&self.record(scenario, runs)?)
    }

    /// The same difference with fewer steps.
    fn smallest(&mut self, scenario: &Value, fresh: bool, found: &Finding) -> Result<Value> {
        let mut scenario = scenario.clone();
        let all = scenario["steps"].as_array().cloned().unwrap_or_default();
        let steps = shrink(&all[..=found.step.min(all.len() - 1)], |steps| {
            let mut candidate = scenario.clone();
            candidate["steps"] = steps.into();
            let finding = self.compare(&candidate, fresh)?;
            Ok(finding.is_some_and(|it| it.kind == found.kind))
        })?;
        scenario["steps"] = steps.into();
        Ok(scenario)
    }
}

/// `fuzz`: exit status 1 if kernel and engine differ.
pub fn command(args: &[String]) -> Result<ExitCode> {
    let options = options(args)?;
    let mut lab = match Lab::new()? {
        Ok(lab) => lab,
        Err(why) => {
            println!("skipped: {why}");
            return Ok(ExitCode::SUCCESS);
        }
    };
    println!("Linux {}, seed {:#x}", lab.release, options.seed);
    let mut seeds = Rng::new(options.seed);
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    let mut kinds: BTreeMap<(&str, Vec<String>), u32> = BTreeMap::new();
    let start = Instant::now();
    'time: while start.elapsed() < options.limit {
        for family in &options.families {
            let seed = options.only.unwrap_or_else(|| seeds.next_u64());
            let scenario = family.scenario(seed);
            let runs = if family.fresh_router {
                ROUTER_RUNS_FEW
            } else {
                ROUTER_RUNS
            };
            let recording = lab.record(&scenario, runs)?;
            let found = match &options.record {
                Some(folder) => write_down(folder, &recording)?,
                None => judge(&recording)?,
            };
            let tally = tallies.entry(family.name).or_default();
            let steps = scenario["steps"].as_array().into_iter().flatten();
            tally.sequences += 1;
            tally.steps += steps.clone().count() as u64;
            tally.packets += steps.filter(|step| !step["inject"].is_null()).count() as u64;
            if let Some(found) = &found {
                tally.differing += 1;
                // Another one of the kind teaches less than it takes to shrink it.
                let nth = kinds.entry((family.name, found.kind.clone())).or_default();
                *nth += 1;
                if *nth == 1 {
                    let keep = options.keep.as_deref();
                    report(&mut lab, family, seed, &scenario, found, keep)?;
                }
            }
            if options.only.is_some() || (found.is_some() && !options.all) {
                break 'time;
            }
            if start.elapsed() >= options.limit {
                break 'time;
            }
        }
    }
    for ((family, kind), times) in kinds.iter().filter(|_| options.all) {
        println!("{times:>6} times in {family}: {}", kind.join(" "));
    }
    Ok(summary(&tallies, start.elapsed()))
}

/// `compare`: a scenario from a file, on kernel and engine.
pub fn compare_file(scenario: &Value) -> Result<ExitCode> {
    let mut lab = match Lab::new()? {
        Ok(lab) => lab,
        Err(why) => {
            println!("skipped: {why}");
            return Ok(ExitCode::SUCCESS);
        }
    };
    match lab.compare(scenario, true)? {
        None => {
            println!("same");
            Ok(ExitCode::SUCCESS)
        }
        Some(found) => {
            println!("{}", found.text);
            Ok(ExitCode::FAILURE)
        }
    }
}

fn report(
    lab: &mut Lab,
    family: &Family,
    seed: u64,
    scenario: &Value,
    found: &Finding,
    keep: Option<&Path>,
) -> Result<()> {
    println!("\n{} {seed:#x}: kernel and engine differ", family.name);
    println!("{}", found.text);
    let small = lab.smallest(scenario, family.fresh_router, found)?;
    println!("the smallest scenario that shows it:");
    println!("{}", layout(&small));
    if let Some(again) = lab.compare(&small, family.fresh_router)? {
        println!("{}", again.text);
    }
    println!("again: --family {} --only {seed:#x}", family.name);
    if let Some(folder) = keep {
        write_down(folder, &small)?;
    }
    Ok(())
}

/// Writes a scenario or recording under its name; there is nothing to find in that.
fn write_down(folder: &Path, scenario: &Value) -> Result<Option<Finding>> {
    let name = scenario["name"].as_str().unwrap_or("random").to_owned();
    fs::create_dir_all(folder)?;
    fs::write(folder.join(name + ".json"), layout(scenario) + "\n")?;
    Ok(None)
}

fn summary(tallies: &BTreeMap<&str, Tally>, time: Duration) -> ExitCode {
    println!(
        "{:12} {:>9} {:>9} {:>9}",
        "family", "sequences", "packets", "differing"
    );
    let mut all = Tally::default();
    for (name, tally) in tallies {
        let Tally {
            sequences,
            packets,
            differing,
            ..
        } = tally;
        println!("{name:12} {sequences:>9} {packets:>9} {differing:>9}");
        all.sequences += sequences;
        all.steps += tally.steps;
        all.packets += packets;
        all.differing += differing;
    }
    let seconds = time.as_secs_f64();
    println!(
        "{:12} {:>9} {:>9} {:>9}   in {seconds:.1} s, {:.0} packets a second",
        "all",
        all.sequences,
        all.packets,
        all.differing,
        all.packets as f64 / seconds
    );
    if all.differing == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// A number in decimal, or in hexadecimal behind `0x`.
fn number(text: &str) -> Result<u64> {
    let parsed = match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => text.parse(),
    };
    parsed.map_err(|_| format!("{text:?} is not a number").into())
}

fn options(args: &[String]) -> Result<Options> {
    let clock = SystemTime::now().duration_since(UNIX_EPOCH);
    let mut options = Options {
        limit: Duration::from_secs(60),
        seed: clock.map_or(1, |time| time.as_nanos() as u64),
        families: FAMILIES.iter().collect(),
        only: None,
        keep: None,
        record: None,
        all: false,
    };
    let mut words = args.iter();
    while let Some(word) = words.next() {
        let mut value = || -> Result<&String> {
            let missing = || Problem::from(format!("{word} needs a value after it"));
            words.next().ok_or_else(missing)
        };
        match word.as_str() {
            "--minutes" => options.limit = Duration::from_secs(60 * number(value()?)?),
            "--seconds" => options.limit = Duration::from_secs(number(value()?)?),
            "--seed" => options.seed = number(value()?)?,
            "--only" => options.only = Some(number(value()?)?),
            "--keep" => options.keep = Some(value()?.into()),
            "--record" => options.record = Some(value()?.into()),
            "--all" => options.all = true,
            "--family" => {
                let names = value()?.split(',');
                let families = names.map(|name| {
                    let unknown = || Problem::from(format!("there is no family {name:?}"));
                    Family::by_name(name).ok_or_else(unknown)
                });
                options.families = families.collect::<Result<_>>()?;
            }
            _ => return Err(format!("fuzz does not know {word:?}").into()),
        }
    }
    if options.only.is_some() && options.families.len() != 1 {
        return Err("--only needs --family with one name".into());
    }
    Ok(options)
}
