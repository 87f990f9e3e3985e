//! `cargo xtask bench page`: how large the page is and how soon it is live.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::browser_runs::BrowserRun;
use crate::failure::{Doing, Failure, Result};
use crate::page::{self, Profile};
use crate::{finish, paths, tools};

/// Loads of each page that the median is taken of.
const LOADS: usize = 7;

/// Builds, measures and prints the tables.
pub fn run() -> Result<()> {
    let dist = page::build(Profile::Release)?;
    let wasm = built_file(&dist, ".wasm")?;
    let script = built_file(&dist, ".js")?;
    let browser = BrowserRun::of_built_page()?;
    let vanilla = browser.serve_vanilla()?;
    let times = browser.output(
        browser
            .script("bench.mjs")
            .args([vanilla, LOADS.to_string()]),
    )?;
    let page = Times::from_json(&times, "page")?;
    let vanilla = Times::from_json(&times, "vanilla")?;

    println!("| page                   |      raw |  gzip -9 |   brotli |");
    println!("|------------------------|---------:|---------:|---------:|");
    let index = dist.join("index.html");
    let single = dist.join(finish::SINGLE);
    for (label, file) in [
        ("wasm, bytes", &wasm),
        ("JavaScript, bytes", &script),
        // With lessons and words of other languages in it.
        ("index.html, bytes", &index),
        ("in one file, bytes", &single),
    ] {
        let [raw, gzip, brotli] = sizes(file)?;
        println!("| {label:<22} | {raw:>8} | {gzip:>8} | {brotli:>8} |");
    }
    println!();
    println!("| cold load until live   |   median |  fastest |  slowest |");
    println!("|------------------------|---------:|---------:|---------:|");
    for (label, times) in [("ctscope, ms", &page), ("least page, ms", &vanilla)] {
        println!(
            "| {label:<22} | {:>8.1} | {:>8.1} | {:>8.1} |",
            times.median(),
            times.fastest(),
            times.slowest()
        );
    }
    let ratio = page.median() / vanilla.median();
    println!("| ratio                  | {ratio:>8.2} |          |          |");
    println!();
    print!("{}", stepping(&times)?);
    Ok(())
}

/// Fewer elements than this are on the page, whatever the table.
const NODES_GOAL: f64 = 2_000.0;

/// A row of steps: its name in the script's answer, what it is, and the milliseconds that script
/// and layout of one may take, in the median and at the 95th percentile.
struct Steps {
    name: &'static str,
    label: &'static str,
    median: f64,
    p95: f64,
}

const fn steps(name: &'static str, label: &'static str, median: f64, p95: f64) -> Steps {
    Steps {
        name,
        label,
        median,
        p95,
    }
}

/// No goal is set for that.
const ANY: f64 = f64::INFINITY;

const STEPPING: [Steps; 7] = [
    steps("steps16", "16 buckets, 10 conns", 4.0, ANY),
    steps("steps256", "256 buckets, 512 conns", 8.0, ANY),
    steps("steps4096", "4 096 buckets, 8 192", 8.0, ANY),
    steps("steps65536", "65 536 buckets, 65 536", 10.0, ANY),
    steps("steps100k", "65 536 buckets, 100 000", 10.0, 16.0),
    steps("lens100k", "the same, whole table", ANY, 16.0),
    steps("seek", "seek in 10 000 commands", 50.0, ANY),
];

/// The table of the steps.
fn stepping(json: &str) -> Result<String> {
    let mut text = String::from(
        "| one step, ms            | script | + layout | goal |    p95 | goal | elements |\n\
         |-------------------------|-------:|---------:|-----:|-------:|-----:|---------:|\n",
    );
    let goal = |ms: f64| match ms {
        ANY => String::new(),
        ms => format!("{ms}"),
    };
    let mut missed = Vec::new();
    for row in &STEPPING {
        let whole = Times::from_json(json, row.name)?;
        let script = Times::from_json(json, &format!("{}-script", row.name))?;
        let nodes = Times::from_json(json, &format!("{}-nodes", row.name))?.slowest();
        text.push_str(&format!(
            "| {:<23} | {:>6.1} | {:>8.1} | {:>4} | {:>6.1} | {:>4} | {nodes:>8} |\n",
            row.label,
            script.median(),
            whole.median(),
            goal(row.median),
            whole.p95(),
            goal(row.p95),
        ));
        let met = whole.median() <= row.median && whole.p95() <= row.p95 && nodes < NODES_GOAL;
        if !met {
            missed.push(row.label);
        }
    }
    text.push_str(&match missed[..] {
        [] => format!("\nAll goals are met, fewer than {NODES_GOAL} elements included.\n"),
        _ => format!("\nNot met: {}.\n", missed.join("; ")),
    });
    Ok(text)
}

fn built_file(dist: &Path, end: &str) -> Result<std::path::PathBuf> {
    page::file_ending(dist, end)?
        .ok_or_else(|| Failure::new(format!("there is no {end} file in {}.", dist.display())))
}

/// Bytes of the file as it is, and compressed as far as a web server can.
fn sizes(file: &Path) -> Result<[u64; 3]> {
    const COMPRESS: &str = "const z = require('zlib'); \
         const b = require('fs').readFileSync(process.argv[1]); \
         console.log(z.gzipSync(b, {level: 9}).length, z.brotliCompressSync(b).length)";
    let raw = fs::metadata(file)
        .doing(|| format!("read {}", file.display()))?
        .len();
    let output = Command::new(tools::node()?)
        .args(["-e", COMPRESS])
        .arg(file)
        .current_dir(paths::root()?)
        .output()
        .doing(|| "start Node.js".to_owned())?;
    let text = String::from_utf8_lossy(&output.stdout);
    let mut numbers = text.split_whitespace().map(str::parse);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(gzip)), Some(Ok(brotli))) => Ok([raw, gzip, brotli]),
        _ => Err(Failure::new(format!(
            "Node.js could not compress {}.",
            file.display()
        ))),
    }
}

/// Milliseconds, sorted; never empty.
#[derive(PartialEq, Debug)]
struct Times(Vec<f64>);

impl Times {
    /// The list `name` in `{"name":[1.5,2],…}`, as the script prints it.
    fn from_json(json: &str, name: &str) -> Result<Self> {
        let list = json
            .split_once(&format!("\"{name}\":["))
            .and_then(|(_, rest)| rest.split_once(']'))
            .map(|(list, _)| list.split(',').map(str::parse).collect());
        match list {
            Some(Ok(times)) => {
                let mut times: Vec<f64> = times;
                times.sort_by(f64::total_cmp);
                Ok(Self(times))
            }
            _ => Err(Failure::new(format!(
                "the browser gave no times for the {name}: {json:?}."
            ))),
        }
    }

    fn median(&self) -> f64 {
        self.0[self.0.len() / 2]
    }

    fn p95(&self) -> f64 {
        self.0[self.0.len() * 95 / 100]
    }

    fn fastest(&self) -> f64 {
        self.0[0]
    }

    fn slowest(&self) -> f64 {
        self.0[self.0.len() - 1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_that_take_too_long_are_named() {
        let mut json = String::from("{");
        for row in &STEPPING {
            let name = row.name;
            json.push_str(&format!(
                "\"{name}\":[3,3],\"{name}-script\":[1],\"{name}-nodes\":[9],"
            ));
        }
        let good = stepping(&json).unwrap();
        assert!(good.contains("All goals are met"), "{good}");
        assert!(good.contains("| seek in 10 000 commands |    1.0 |      3.0 |   50 |"));
        let slow = json.replace("\"steps100k\":[3,3]", "\"steps100k\":[3,17]");
        assert!(
            stepping(&slow)
                .unwrap()
                .contains("Not met: 65 536 buckets, 100 000.")
        );
        let heavy = json.replace("\"seek-nodes\":[9]", "\"seek-nodes\":[2000]");
        assert!(
            stepping(&heavy)
                .unwrap()
                .contains("Not met: seek in 10 000 commands.")
        );
        assert!(stepping("{}").is_err());
    }

    #[test]
    fn times_are_read_by_name_and_sorted() {
        let json = r#"{"page":[3,1.5,2],"vanilla":[9]}"#;
        let page = Times::from_json(json, "page").unwrap();
        assert_eq!(page, Times(vec![1.5, 2.0, 3.0]));
        assert_eq!(page.median(), 2.0);
        assert_eq!(Times::from_json(json, "vanilla").unwrap().slowest(), 9.0);
        assert!(Times::from_json(json, "other").is_err());
        assert!(Times::from_json(r#"{"page":[]}"#, "page").is_err());
    }
}
