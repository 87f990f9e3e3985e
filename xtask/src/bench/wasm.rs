//! The engine's benches as WebAssembly, in a page of their own.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::lines::Line;
use crate::browser_runs::BrowserRun;
use crate::exec::{self, say};
use crate::failure::{Doing, Failure, Result};
use crate::paths;
use crate::tools::{self, WasmTools};

/// Whether the benches compile for a browser.
pub fn check() -> Result<()> {
    cargo(&tools::for_wasm()?, &["check"])
}

/// Builds the benches and gives back the folder of the page that runs them.
pub fn build() -> Result<PathBuf> {
    let root = paths::root()?;
    let tools = tools::for_wasm()?;
    let target = paths::web_target(&root);
    say("building the benches for a browser");
    cargo(&tools, &["build", "--release"])?;
    let module = target
        .join(tools::WASM_TARGET)
        .join("release/ctscope_benches.wasm");
    let site = target.join("engine-benches");
    exec::run(
        Command::new(&tools.wasm_bindgen)
            .args(["--target", "web", "--no-typescript", "--out-dir"])
            .arg(&site)
            .arg(&module),
    )?;
    let page = root.join("tests/e2e/engine/index.html");
    fs::copy(&page, site.join("index.html")).doing(|| format!("copy {}", page.display()))?;
    Ok(site)
}

fn cargo(tools: &WasmTools, words: &[&str]) -> Result<()> {
    let root = paths::root()?;
    let mut cargo = tools.toolchain.cargo();
    cargo
        .current_dir(&root)
        .args(words)
        .args(["--package", "ctscope-benches", "--lib"])
        .args(["--target", tools::WASM_TARGET])
        .env("CARGO_TARGET_DIR", paths::web_target(&root));
    tools.toolchain.apply(&mut cargo, &[])?;
    exec::run(&mut cargo)
}

/// A browser that measures what it is asked to.
#[derive(Debug)]
pub struct Driver {
    child: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Driver {
    /// Starts it.
    pub fn start(browser: &BrowserRun) -> Result<Self> {
        let mut child = browser
            .script("engine.mjs")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .doing(|| "start Node.js".to_owned())?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(asks), Some(answers)) => Ok(Self {
                child,
                asks,
                answers: BufReader::new(answers),
            }),
            _ => Err(Failure::new("Node.js was started without its pipes.")),
        }
    }

    /// Asks for one measurement and waits for it.
    pub fn ask(&mut self, what: &str) -> Result<Line> {
        let mut answer = String::new();
        writeln!(self.asks, "{what}")
            .and_then(|()| self.asks.flush())
            .and_then(|()| self.answers.read_line(&mut answer))
            .doing(|| "talk to the browser's script".to_owned())?;
        if answer.is_empty() {
            return Err(Failure::new(format!(
                "the browser's script ended when asked for {what:?}; see above why."
            )));
        }
        Line::parse(&answer)
    }

    /// Ends it.
    pub fn finish(self) -> Result<()> {
        let Self {
            mut child, asks, ..
        } = self;
        drop(asks);
        let status = child
            .wait()
            .doing(|| "wait for the browser's script".to_owned())?;
        if status.success() {
            Ok(())
        } else {
            Err(Failure::new(format!(
                "the browser's script failed ({status})."
            )))
        }
    }
}
