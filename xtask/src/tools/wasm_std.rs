//! A Rust compiler with a standard library for wasm32.
//!
//! An ordinary machine has rustup, which downloads that library. Where rustup
//! reaches no server but Debian's packages are at hand, Debian's own compiler
//! builds the library from the source that is packaged with it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::apt;
use crate::exec::{self, say};
use crate::failure::{Failure, Result};

/// What a browser runs.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// Debian's compiler that is new enough, its library's source, and a linker.
const DEBIAN_PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld-22"];

/// The oldest Rust that compiles this project: `rust-version` in Cargo.toml.
const RUST_MINOR_MIN: u32 = 95;

/// Versions of LLVM's linker to look for, as in `wasm-ld-22`, best first.
const LINKER_VERSIONS: std::ops::RangeInclusive<u32> = 19..=30;

/// The compiler that builds what runs in a browser.
#[derive(Debug)]
pub enum WasmToolchain {
    /// The one that `cargo` on PATH uses.
    Chosen,
    /// Debian's, in `/usr/bin`, with this linker.
    Debian {
        /// LLVM's linker for WebAssembly.
        linker: PathBuf,
    },
}

impl WasmToolchain {
    /// Finds one, or installs what is missing.
    pub fn ready() -> Result<Self> {
        if has_std() {
            return Ok(Self::Chosen);
        }
        if let Some(debian) = Self::debian() {
            return Ok(debian);
        }
        if exec::find("rustup").is_some() {
            say(&format!("adding {TARGET} with rustup"));
            let added = exec::run(Command::new("rustup").args(["target", "add", TARGET]));
            if added.is_ok() && has_std() {
                return Ok(Self::Chosen);
            }
            say("rustup cannot add it here");
        }
        if apt::usable() {
            apt::install(&DEBIAN_PACKAGES)?;
            if let Some(debian) = Self::debian() {
                return Ok(debian);
            }
        }
        Err(Failure::new(format!(
            "Rust's standard library for WebAssembly is missing: run `rustup target add \
             {TARGET}`, or on Debian install {} as root.",
            DEBIAN_PACKAGES.join(", ")
        )))
    }

    /// Whether it is Debian's.
    pub fn is_debian(&self) -> bool {
        matches!(self, Self::Debian { .. })
    }

    /// The cargo that goes with this compiler; [`Self::apply`] makes it use it.
    pub fn cargo(&self) -> Command {
        match self {
            Self::Chosen => exec::cargo(),
            Self::Debian { .. } => Command::new("/usr/bin/cargo"),
        }
    }

    /// Makes `trunk`, or cargo, use this compiler. `folders` are to be first on its PATH.
    pub fn apply(&self, trunk: &mut Command, folders: &[&Path]) -> Result<()> {
        match self {
            Self::Chosen => {
                trunk.env("PATH", exec::path_with(folders)?);
            }
            Self::Debian { linker } => {
                let mut folders = folders.to_vec();
                folders.push(Path::new("/usr/bin"));
                trunk
                    .env("PATH", exec::path_with(&folders)?)
                    .env("RUSTC", "/usr/bin/rustc")
                    // Building the library is a nightly feature that works in this release.
                    .env("RUSTC_BOOTSTRAP", "1")
                    .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
                    .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker)
                    // Cargo set these for the other toolchain when it started us.
                    .env_remove("LD_LIBRARY_PATH")
                    .env_remove("RUSTUP_TOOLCHAIN")
                    .env_remove("CARGO")
                    .env_remove("RUSTDOC");
            }
        }
        Ok(())
    }

    fn debian() -> Option<Self> {
        let sysroot = exec::output_of("/usr/bin/rustc", &["--print", "sysroot"])?;
        let version = exec::output_of("/usr/bin/rustc", &["--version"])?;
        let source = Path::new(&sysroot).join("lib/rustlib/src/rust/library/std/Cargo.toml");
        if minor(&version)? < RUST_MINOR_MIN
            || !source.is_file()
            || !Path::new("/usr/bin/cargo").is_file()
        {
            return None;
        }
        let linker = LINKER_VERSIONS
            .rev()
            .map(|version| PathBuf::from(format!("/usr/bin/wasm-ld-{version}")))
            .find(|path| path.is_file())?;
        Some(Self::Debian { linker })
    }
}

impl fmt::Display for WasmToolchain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chosen => f.write_str("the one cargo uses"),
            Self::Debian { linker } => write!(f, "Debian's, linking with {}", linker.display()),
        }
    }
}

/// Whether the compiler on PATH has the library.
fn has_std() -> bool {
    exec::output_of("rustc", &["--print", "sysroot"]).is_some_and(|sysroot| {
        Path::new(&sysroot)
            .join("lib/rustlib")
            .join(TARGET)
            .join("lib")
            .is_dir()
    })
}

/// `rustc 1.95.0 (…)` is 95.
fn minor(version: &str) -> Option<u32> {
    version
        .strip_prefix("rustc 1.")?
        .split('.')
        .next()?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compiler_version_has_its_minor_number_second() {
        assert_eq!(minor("rustc 1.96.0 (abc 2026-05-01)"), Some(96));
        assert_eq!(minor("clang 1.96"), None);
    }

    #[test]
    fn the_oldest_rust_is_the_one_of_the_manifest() {
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
        let manifest = std::fs::read_to_string(manifest).unwrap();
        assert!(manifest.contains(&format!("rust-version = \"1.{RUST_MINOR_MIN}\"")));
    }
}
