//! Where the project and its tools are, found when the command runs.

use std::env;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Result};

/// The root of the work tree that `cargo xtask` was started in.
///
/// Cargo tells it at run time, so a binary shared by two work trees still
/// builds the one it was called from.
pub fn root() -> Result<PathBuf> {
    if let Some(xtask) = env::var_os("CARGO_MANIFEST_DIR")
        && let Some(root) = Path::new(&xtask).parent()
    {
        return Ok(root.to_owned());
    }
    let here = env::current_dir().map_err(|error| {
        Failure::new(format!("could not find out the current folder: {error}."))
    })?;
    here.ancestors()
        .find(|folder| folder.join("xtask/Cargo.toml").is_file())
        .map(Path::to_owned)
        .ok_or_else(|| Failure::new("this is not a folder of ctscope; run it as `cargo xtask`."))
}

/// Where the built page lies.
pub fn dist(root: &Path) -> PathBuf {
    root.join("dist")
}

/// The target folder of native builds.
pub fn native_target(root: &Path) -> PathBuf {
    let chosen = env::var_os("CARGO_TARGET_DIR").or_else(|| env::var_os("CARGO_BUILD_TARGET_DIR"));
    chosen.map_or_else(|| root.join("target"), |folder| root.join(folder))
}

/// The target folder of page builds, apart from that of native builds: where
/// the two have different compilers, each would throw away the other's work.
pub fn web_target(root: &Path) -> PathBuf {
    native_target(root).join("web")
}

/// The folder for installed tools, outside the project: a clean clone finds
/// there what another clone has installed.
pub fn tools() -> Result<PathBuf> {
    if let Some(folder) = non_empty("CTSCOPE_TOOLS") {
        return std::path::absolute(folder)
            .map_err(|error| Failure::new(format!("CTSCOPE_TOOLS is no folder name: {error}.")));
    }
    let cache = non_empty("XDG_CACHE_HOME")
        .or_else(|| env::home_dir().map(|home| home.join(".cache")))
        .ok_or_else(|| {
            Failure::new("there is no home folder to keep tools in; set CTSCOPE_TOOLS to a folder.")
        })?;
    Ok(cache.join("ctscope-tools"))
}

fn non_empty(variable: &str) -> Option<PathBuf> {
    env::var_os(variable)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}
