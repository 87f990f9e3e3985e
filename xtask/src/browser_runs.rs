//! Running the Node.js scripts of `tests/e2e` against a page.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::failure::{Doing, Failure, Result};
use crate::server::{self, Site};
use crate::tools::{self, Browser, BrowserTools};
use crate::{exec, paths};

/// The folder that the page is served in. Not the root, so that every run
/// proves that the page may be hosted anywhere.
const PREFIX: &str = "/some/folder/";

/// A page, served, and a browser for it.
#[derive(Debug)]
pub struct BrowserRun {
    browser: Browser,
    tools: BrowserTools,
    scripts: PathBuf,
    folder: PathBuf,
    address: String,
}

impl BrowserRun {
    /// Serves the page that was last built to Chromium, until the process ends.
    pub fn of_built_page() -> Result<Self> {
        Self::of_built_page_in(Browser::Chromium)
    }

    /// Serves the page that was last built to that browser, until the process ends.
    pub fn of_built_page_in(browser: Browser) -> Result<Self> {
        let root = paths::root()?;
        let dist = paths::dist(&root);
        if !dist.join("index.html").is_file() {
            return Err(Failure::new(
                "there is no built page; run `cargo xtask build` first.",
            ));
        }
        Self::new(dist, browser)
    }

    /// Serves that folder to Chromium, until the process ends.
    pub fn of_folder(folder: PathBuf) -> Result<Self> {
        Self::new(folder, Browser::Chromium)
    }

    fn new(folder: PathBuf, browser: Browser) -> Result<Self> {
        Ok(Self {
            browser,
            tools: tools::for_browser(browser)?,
            scripts: paths::root()?.join("tests/e2e"),
            address: server::start(Site::new(folder.clone(), PREFIX))?,
            folder,
        })
    }

    /// Serves the page that does nothing, to compare with, and gives back its address.
    pub fn serve_vanilla(&self) -> Result<String> {
        server::start(Site::new(self.scripts.join("vanilla"), PREFIX))
    }

    /// The script, ready to be given arguments.
    pub fn script(&self, name: &str) -> Command {
        let mut command = Command::new(&self.tools.node);
        command
            .arg(self.scripts.join(name))
            .env("CTSCOPE_URL", &self.address)
            .env("CTSCOPE_DIST", &self.folder)
            .env("CTSCOPE_BROWSER", self.browser.name())
            .env(self.browser.variable(), &self.tools.browser)
            .env("CTSCOPE_NODE_MODULES", &self.tools.node_modules);
        command
    }

    /// Runs to the end with our output.
    pub fn run(&self, script: &mut Command) -> Result<()> {
        exec::run(script)
    }

    /// Runs to the end and gives back what it printed.
    pub fn output(&self, script: &mut Command) -> Result<String> {
        let output = script
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .doing(|| "start Node.js".to_owned())?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        } else {
            Err(Failure::new(format!(
                "the script failed ({}).",
                output.status
            )))
        }
    }
}
