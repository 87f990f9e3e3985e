//! Programs that `cargo install` builds.

use std::path::{Path, PathBuf};

use crate::exec::{self, say};
use crate::failure::{Failure, Result};
use crate::paths;

/// The program of that crate in exactly that version, built if need be.
///
/// `accept_path`: one on PATH will do. Not so when its folder is to stand before
/// another toolchain's, since it may hold a `cargo` too.
pub fn ready(package: &str, program: &str, version: &str, accept_path: bool) -> Result<PathBuf> {
    let home = paths::tools()?.join(format!("{package}-{version}"));
    let kept = home
        .join("bin")
        .join(format!("{program}{}", std::env::consts::EXE_SUFFIX));
    if kept.is_file() {
        return Ok(kept);
    }
    if accept_path
        && let Some(found) = exec::find(program)
        && prints_version(&found, version)
    {
        return Ok(found);
    }
    say(&format!(
        "installing {package} {version} with cargo, once; this takes some minutes"
    ));
    let mut install = exec::cargo();
    install
        .args([
            "install",
            "--locked",
            package,
            "--version",
            version,
            "--root",
        ])
        .arg(&home)
        // Started in their own folder, the tools must not heed this project's settings.
        .current_dir(paths::tools()?)
        .env_remove("CARGO_TARGET_DIR")
        .env_remove("CARGO_BUILD_TARGET")
        .env_remove("RUSTFLAGS")
        // They only start other programs: a quick build beats quick code.
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    if package == "trunk" {
        // Without its own downloader's system TLS library and its look for updates.
        install.args(["--no-default-features", "--features", "rustls"]);
        install.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
    }
    exec::run(&mut install).map_err(|failure| {
        Failure::new(format!(
            "{failure} ctscope needs {package} {version}: install it with `cargo install \
             {package} --version {version} --locked`, or see above why that failed."
        ))
    })?;
    if prints_version(&kept, version) {
        Ok(kept)
    } else {
        Err(Failure::new(format!(
            "{} was installed but does not run or is not {version}.",
            kept.display()
        )))
    }
}

/// `program --version` prints `name version` and perhaps more.
fn prints_version(program: &Path, version: &str) -> bool {
    exec::output_of(program, &["--version"])
        .is_some_and(|text| text.split_whitespace().nth(1) == Some(version))
}
