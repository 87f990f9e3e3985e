//! Node.js, and the packages of npm that a `package-lock.json` fixes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::apt;
use crate::exec::{self, say};
use crate::failure::{Doing, Failure, Result};
use crate::paths;

/// The oldest Node.js whose test runner has what `tests/e2e` uses.
const NODE_MAJOR_MIN: u32 = 20;

/// Finds Node.js, or installs Debian's.
pub fn node() -> Result<PathBuf> {
    if exec::find("node").is_none() && apt::usable() {
        apt::install(&["nodejs", "npm"])?;
    }
    let node = exec::find("node").ok_or_else(|| {
        Failure::new(format!(
            "Node.js is missing: install version {NODE_MAJOR_MIN} or newer, with npm."
        ))
    })?;
    let version = exec::output_of(&node, &["--version"]).unwrap_or_default();
    match major(&version) {
        Some(major) if major >= NODE_MAJOR_MIN => Ok(node),
        _ => Err(Failure::new(format!(
            "Node.js {NODE_MAJOR_MIN} or newer is needed, and {} is {version:?}.",
            node.display()
        ))),
    }
}

/// The `node_modules` folder of what `package`, a folder with `package.json`
/// and `package-lock.json`, asks for.
///
/// It lies among the tools under a name made from the lock's content, so that
/// two branches with different locks do not disturb each other.
pub fn ready(package: &Path, label: &str) -> Result<PathBuf> {
    let lock = package.join("package-lock.json");
    let content = fs::read(&lock).doing(|| format!("read {}", lock.display()))?;
    let name = format!("npm-{}-{:016x}", label.replace(' ', "-"), fnv1a(&content));
    let tools = paths::tools()?;
    let home = tools.join(&name);
    let modules = home.join("node_modules");
    if modules.is_dir() {
        return Ok(modules);
    }
    node()?;
    let npm = exec::find("npm")
        .or_else(|| exec::find("npm.cmd"))
        .ok_or_else(|| Failure::new("npm is missing: install it; it comes with Node.js."))?;
    say(&format!("installing the packages for {label} with npm"));
    // Made under another name first: what has the right name is always whole.
    let half = tools.join(format!("{name}.part"));
    if half.exists() {
        fs::remove_dir_all(&half).doing(|| format!("remove {}", half.display()))?;
    }
    fs::create_dir_all(&half).doing(|| format!("make {}", half.display()))?;
    for file in ["package.json", "package-lock.json"] {
        let from = package.join(file);
        fs::copy(&from, half.join(file)).doing(|| format!("copy {}", from.display()))?;
    }
    exec::run(
        Command::new(npm)
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            .args(["--no-update-notifier", "--loglevel=error"])
            .current_dir(&half),
    )?;
    if home.exists() {
        fs::remove_dir_all(&home).doing(|| format!("remove {}", home.display()))?;
    }
    fs::rename(&half, &home).doing(|| format!("rename {}", half.display()))?;
    Ok(modules)
}

/// `v20.1.0` is 20.
fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// The 64-bit FNV-1a hash; it names a folder and guards nothing.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_version_starts_with_its_major_number() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major(""), None);
    }

    #[test]
    fn fnv1a_gives_its_published_values() {
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"a"), 0xaf63_dc4c_8601_ec8c);
    }
}
