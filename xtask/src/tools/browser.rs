//! The browser that tests, benches and pictures use.

use std::env;
use std::path::{Path, PathBuf};

use super::apt;
use crate::exec;
use crate::failure::{Failure, Result};

/// Names of Chromium and of browsers made from it, on PATH.
const NAMES: [&str; 6] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
];

/// Places where systems without such a habit of PATH keep them.
const PLACES: [&str; 5] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
];

/// Finds a browser, or installs Debian's Chromium.
pub fn browser() -> Result<PathBuf> {
    if let Some(chosen) = env::var_os("CTSCOPE_CHROMIUM").filter(|value| !value.is_empty()) {
        let chosen = PathBuf::from(chosen);
        return if chosen.is_file() {
            Ok(chosen)
        } else {
            Err(Failure::new(format!(
                "CTSCOPE_CHROMIUM is {}, and there is no such file.",
                chosen.display()
            )))
        };
    }
    if let Some(found) = installed() {
        return Ok(found);
    }
    if apt::usable() {
        apt::install(&["chromium"])?;
        if let Some(found) = installed() {
            return Ok(found);
        }
    }
    Err(Failure::new(
        "no browser to test with: install Chromium or Chrome (on Debian: apt-get install \
         chromium), or set CTSCOPE_CHROMIUM to the program of one.",
    ))
}

fn installed() -> Option<PathBuf> {
    let placed = PLACES
        .iter()
        .map(|place| Path::new(place).to_owned())
        .find(|path| path.is_file());
    NAMES.iter().find_map(|name| exec::find(name)).or(placed)
}
