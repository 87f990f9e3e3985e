//! Debian's packages, where we may install them.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use crate::exec::{self, say};
use crate::failure::Result;

/// Whether this is Debian (or a system made from it) and we are its administrator.
pub fn usable() -> bool {
    exec::find("apt-get").is_some()
        && Path::new("/etc/debian_version").exists()
        && exec::output_of("id", &["-u"]).as_deref() == Some("0")
}

/// Installs packages; the lists of packages are fetched anew once per run.
pub fn install(packages: &[&str]) -> Result<()> {
    static UPDATED: OnceLock<()> = OnceLock::new();
    say(&format!("installing with apt-get: {}", packages.join(" ")));
    if UPDATED.set(()).is_ok() {
        exec::run(apt_get().args(["-qq", "update"]))?;
    }
    exec::run(
        apt_get()
            .args(["-qq", "install", "--yes", "--no-install-recommends"])
            .args(packages),
    )
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command
        .env("DEBIAN_FRONTEND", "noninteractive")
        .args(["-o", "DPkg::Lock::Timeout=600"]);
    command
}
