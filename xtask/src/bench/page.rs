//! `cargo xtask bench page`: how large the page is and how soon it is live.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::browser_runs::BrowserRun;
use crate::failure::{Doing, Failure, Result};
use crate::page::{self, Profile};
use crate::{paths, tools};

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
    for (label, file) in [("wasm, bytes", &wasm), ("JavaScript, bytes", &script)] {
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
    Ok(())
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
