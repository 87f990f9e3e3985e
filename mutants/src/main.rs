//! `cargo xtask mutants`: does a test notice when the engine is wrong?
//!
//! Mistakes are made by rules in the trackers and in confirm (`make`), all of them are planted into
//! a copy of the project at once (`plant`), each behind a question whether it is on, and the tests
//! of that copy run with one after another (`judge`). What nobody notices is a hole in the tests or
//! is told in `tests/data/mutants/survivors.txt`.

mod judge;
mod make;
mod members;
mod plant;
#[cfg(test)]
mod tests;
mod tree;

use judge::Judges;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;
use tree::{Problem, Tree};

/// Mistakes that must be noticed, in percent.
const LEAST: usize = 90;

/// The mistakes that nobody notices, each followed by an indented reason.
const SURVIVORS: &str = "tests/data/mutants/survivors.txt";

/// What the command line asks for.
#[derive(Debug, Default)]
struct Options {
    shard: Option<(usize, usize)>,
    only: Vec<u32>,
    live: Option<String>,
    list: bool,
    files: Vec<String>,
}

fn options() -> Result<Options, Problem> {
    let mut options = Options::default();
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("{word} needs a value after it"));
        match word.as_str() {
            "--list" => options.list = true,
            "--live" => options.live = Some(value()?),
            "--only" => {
                let numbers = value()?;
                let numbers = numbers.split(',').map(str::parse);
                options.only = numbers
                    .collect::<Result<_, _>>()
                    .map_err(|_| "--only takes numbers, as in 3,14")?;
            }
            "--shard" => {
                let shard = value()?;
                let parts = shard
                    .split_once('/')
                    .and_then(|(k, n)| Some((k.parse().ok()?, n.parse().ok()?)))
                    .filter(|(k, n)| (1..=*n).contains(k));
                options.shard = Some(parts.ok_or("--shard takes K/N, as in 1/3")?);
            }
            _ if word.starts_with("--") => return Err(format!("what is {word}?")),
            _ => options.files.push(word),
        }
    }
    Ok(options)
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("mutants: {problem}.");
            ExitCode::from(2)
        }
    }
}

fn root() -> Result<&'static Path, Problem> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    Ok(own.parent().ok_or("the project has no folder")?)
}

fn run() -> Result<bool, Problem> {
    let options = options()?;
    let root = root()?;
    let mut tree = Tree::read(root, &options.files)?;
    let wanted = |number: &u32| {
        let (k, n) = options.shard.unwrap_or((1, 1));
        let named = options.only.is_empty() || options.only.contains(number);
        named && *number as usize % n == k - 1
    };
    if options.list {
        for (number, mutant) in tree.mutants.iter().filter(|(it, _)| wanted(it)) {
            println!("{number} | {}", mutant.name());
        }
        return Ok(true);
    }
    let known = fs::read_to_string(root.join(SURVIVORS)).unwrap_or_default();
    eprintln!("mutants: {} are planted", tree.mutants.len());
    let start = Instant::now();
    let ill_typed = tree.plant()?;
    let judges = Judges::build(tree.copy(), options.live.clone())?;
    eprintln!("mutants: built after {} s", start.elapsed().as_secs());
    if let Some(judge) = judges.ask(0) {
        return Err(format!("{judge} fails without any mistake"));
    }
    // All are planted, whatever is judged: so another part needs no other build.
    tree.mutants.retain(|number, _| wanted(number));
    let outcomes = judge_all(&tree, &judges, &known)?;
    Ok(report(&tree, &outcomes, ill_typed, start))
}

/// Who noticed each mistake. Survivors are printed as they are found.
fn judge_all(
    tree: &Tree,
    judges: &Judges,
    known: &str,
) -> Result<BTreeMap<u32, Option<String>>, Problem> {
    let log = tree.copy().with_file_name("outcomes.txt");
    let mut told = String::new();
    let mut outcomes = BTreeMap::new();
    for (number, mutant) in &tree.mutants {
        let start = Instant::now();
        let judge = judges.ask(*number);
        let name = mutant.name();
        let by = judge.as_deref().unwrap_or("nobody");
        let secs = start.elapsed().as_secs_f32();
        writeln!(told, "{number} | {by} | {secs:.1} s | {name}")
            .map_err(|error| error.to_string())?;
        fs::write(&log, &told).map_err(|error| format!("{}: {error}", log.display()))?;
        if judge.is_none() {
            let listed = known.lines().any(|line| line == name);
            let mark = if listed { "listed" } else { "NEW" };
            println!("survives ({mark}): {number} | {name}");
        }
        outcomes.insert(*number, judge);
    }
    Ok(outcomes)
}

/// The table at the end. `true` if enough are noticed.
fn report(
    tree: &Tree,
    outcomes: &BTreeMap<u32, Option<String>>,
    ill_typed: usize,
    start: Instant,
) -> bool {
    let mut files: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    let mut judges: BTreeMap<&str, usize> = BTreeMap::new();
    for (number, judge) in outcomes {
        let row = files.entry(&tree.mutants[number].file).or_default();
        row[0] += 1;
        row[1] += usize::from(judge.is_some());
        *judges
            .entry(judge.as_deref().unwrap_or("nobody"))
            .or_default() += 1;
    }
    println!("{:<34} {:>6} {:>6}", "file", "run", "caught");
    for (file, [run, caught]) in &files {
        println!("{file:<34} {run:>6} {caught:>6}");
    }
    let run = outcomes.len();
    let caught = outcomes.values().filter(|judge| judge.is_some()).count();
    println!("{:<34} {run:>6} {caught:>6}", "all");
    let by: Vec<_> = judges
        .iter()
        .map(|(name, n)| format!("{name} {n}"))
        .collect();
    println!("noticed by: {}", by.join(", "));
    println!(
        "{ill_typed} more do not compile; {} s in all",
        start.elapsed().as_secs()
    );
    caught * 100 >= run * LEAST
}
