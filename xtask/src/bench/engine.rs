//! `cargo xtask bench engine`: every row natively and in a browser, one after the other, so that
//! both meet the same machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::lines::Line;
use super::{Options, machine, table, wasm};
use crate::browser_runs::BrowserRun;
use crate::exec::{self, say};
use crate::failure::{Doing, Failure, Result};
use crate::paths;

/// Connections of the fills that show what memory they take.
const MILLION: u32 = 1_000_000;
/// Fills in a browser; the middle one counts.
const FILLS: usize = 3;

/// Measures, prints the table, and keeps or compares the lines.
pub fn run(options: &Options) -> Result<()> {
    // Before the minutes of measuring: what cannot be read or written should be known now.
    let before = options.against.as_deref().map(read).transpose()?;
    if let Some(file) = &options.save {
        check_folder_of(file)?;
    }
    let native = Native::build()?;
    let rows = native.rows()?;
    let wanted = |work: &str| options.only.as_deref().is_none_or(|only| only == work);
    if !rows.iter().any(|work| wanted(work)) && !wanted("Memory") {
        return Err(Failure::usage(format!(
            "--only needs one of {} or Memory.",
            distinct(&rows).join(", ")
        )));
    }
    let mut browser = if options.native {
        None
    } else {
        let run = BrowserRun::of_folder(wasm::build()?)?;
        Some(wasm::Driver::start(&run)?)
    };
    let mut lines = Vec::new();
    for (nth, work) in rows.iter().enumerate().filter(|(_, work)| wanted(work)) {
        say(&format!("row {} of {}: {work}", nth + 1, rows.len()));
        lines.push(native.ask(&["--row", &nth.to_string()])?);
        if let Some(browser) = &mut browser {
            lines.push(browser.ask(&nth.to_string())?);
        }
    }
    if wanted("Memory") {
        say("a million connections");
        lines.push(native.ask(&["--memory"])?);
        if let Some(browser) = &mut browser {
            lines.push(middle_fill(browser)?);
        }
    }
    if let Some(browser) = browser {
        browser.finish()?;
    }
    if let Some(file) = &options.save {
        save(file, &lines)?;
    }
    println!("On {}.\n", machine::described());
    print!("{}", table::of_rows(&lines));
    if let Some(before) = before {
        print!("\n{}", table::compared(&before, &lines));
    }
    Ok(())
}

fn middle_fill(browser: &mut wasm::Driver) -> Result<Line> {
    let mut fills = Vec::new();
    for _ in 0..FILLS {
        fills.push(browser.ask(&format!("fill {MILLION}"))?);
    }
    let millis = |line: &Line| line.number("fill_ms").unwrap_or(f64::INFINITY);
    fills.sort_by(|a, b| millis(a).total_cmp(&millis(b)));
    Ok(fills.swap_remove(FILLS / 2))
}

/// The program of the benches.
struct Native(PathBuf);

impl Native {
    fn build() -> Result<Self> {
        let root = paths::root()?;
        say("building the benches");
        exec::run(exec::cargo().current_dir(&root).args([
            "build",
            "--release",
            "--package",
            "ctscope-benches",
            "--bin",
            "ctscope-benches",
        ]))?;
        let name = format!("ctscope-benches{}", std::env::consts::EXE_SUFFIX);
        Ok(Self(paths::native_target(&root).join("release").join(name)))
    }

    /// What each row does.
    fn rows(&self) -> Result<Vec<String>> {
        let text = self.output(&["--list"])?;
        Ok(text.lines().map(str::to_owned).collect())
    }

    fn ask(&self, words: &[&str]) -> Result<Line> {
        Line::parse(&self.output(words)?)
    }

    fn output(&self, words: &[&str]) -> Result<String> {
        let output = Command::new(&self.0)
            .args(words)
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .doing(|| format!("start {}", self.0.display()))?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        } else {
            Err(Failure::new(format!(
                "the benches failed at {} ({}).",
                words.join(" "),
                output.status
            )))
        }
    }
}

fn distinct(rows: &[String]) -> Vec<&str> {
    let mut names: Vec<&str> = rows.iter().map(String::as_str).collect();
    names.dedup();
    names
}

fn check_folder_of(file: &Path) -> Result<()> {
    let folder = match file.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    if folder.is_dir() {
        Ok(())
    } else {
        Err(Failure::usage(format!(
            "--save: there is no folder {}.",
            folder.display()
        )))
    }
}

fn save(file: &Path, lines: &[Line]) -> Result<()> {
    let text: String = lines
        .iter()
        .map(|line| format!("{}\n", line.text()))
        .collect();
    fs::write(file, text).doing(|| format!("write {}", file.display()))?;
    say(&format!("the lines are in {}", file.display()));
    Ok(())
}

fn read(file: &Path) -> Result<Vec<Line>> {
    let text = fs::read_to_string(file).doing(|| format!("read {}", file.display()))?;
    Line::parse_all(&text).map_err(|failure| Failure::new(format!("{}: {failure}", file.display())))
}
