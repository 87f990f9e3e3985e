//! The browsers that tests, benches and pictures use.

use std::env;
use std::path::{Path, PathBuf};

use super::apt;
use crate::exec;
use crate::failure::{Failure, Result};

/// A browser that the page is tested in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Browser {
    /// Chromium, or a browser made from it.
    Chromium,
    /// Firefox.
    Firefox,
}

/// Where a browser is looked for, and what it is called.
struct Known {
    /// As on the command line and in the scripts.
    name: &'static str,
    /// The environment variable that names its program.
    variable: &'static str,
    /// Its programs on PATH.
    programs: &'static [&'static str],
    /// Where systems without such a habit of PATH keep it.
    places: &'static [&'static str],
    /// Debian's package.
    package: &'static str,
    /// What to install elsewhere.
    or: &'static str,
}

const CHROMIUM: Known = Known {
    name: "chromium",
    variable: "CTSCOPE_CHROMIUM",
    programs: &[
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
        "chrome",
        "microsoft-edge",
    ],
    places: &[
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
        r"C:\Program Files\Google\Chrome\Application\chrome.exe",
        r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    ],
    package: "chromium",
    or: "Chromium or Chrome",
};

const FIREFOX: Known = Known {
    name: "firefox",
    variable: "CTSCOPE_FIREFOX",
    programs: &["firefox-esr", "firefox"],
    places: &[
        "/Applications/Firefox.app/Contents/MacOS/firefox",
        r"C:\Program Files\Mozilla Firefox\firefox.exe",
    ],
    package: "firefox-esr",
    or: "Firefox",
};

impl Browser {
    /// Both.
    pub const ALL: [Browser; 2] = [Browser::Chromium, Browser::Firefox];

    fn known(self) -> &'static Known {
        match self {
            Browser::Chromium => &CHROMIUM,
            Browser::Firefox => &FIREFOX,
        }
    }

    /// The name on the command line and in the scripts.
    pub fn name(self) -> &'static str {
        self.known().name
    }

    /// The environment variable that chooses its program, here and in the scripts.
    pub fn variable(self) -> &'static str {
        self.known().variable
    }

    /// The browser of that name.
    pub fn named(name: &str) -> Option<Browser> {
        Browser::ALL.into_iter().find(|it| it.name() == name)
    }

    /// Finds its program, or installs Debian's.
    pub fn program(self) -> Result<PathBuf> {
        let known = self.known();
        let chosen = env::var_os(known.variable).filter(|value| !value.is_empty());
        if let Some(chosen) = chosen.map(PathBuf::from) {
            return if chosen.is_file() {
                Ok(chosen)
            } else {
                Err(Failure::new(format!(
                    "{} is {}, and there is no such file.",
                    known.variable,
                    chosen.display()
                )))
            };
        }
        if let Some(found) = installed(known) {
            return Ok(found);
        }
        if apt::usable() {
            apt::install(&[known.package])?;
            if let Some(found) = installed(known) {
                return Ok(found);
            }
        }
        Err(Failure::new(format!(
            "a browser to test with is missing: install {} (on Debian: apt-get install {}), or \
             set {} to its program.",
            known.or, known.package, known.variable
        )))
    }
}

fn installed(known: &Known) -> Option<PathBuf> {
    let placed = known
        .places
        .iter()
        .map(|place| Path::new(place).to_owned())
        .find(|path| path.is_file());
    known
        .programs
        .iter()
        .find_map(|name| exec::find(name))
        .or(placed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_found_by_its_name() {
        for browser in Browser::ALL {
            assert_eq!(Browser::named(browser.name()), Some(browser));
            let variable = format!("CTSCOPE_{}", browser.name().to_uppercase());
            assert_eq!(browser.variable(), variable, "the scripts make it so");
        }
        assert_eq!(Browser::named("lynx"), None);
    }
}
