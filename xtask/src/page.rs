//! Building the page.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::args::{self, Args};
use crate::exec::{self, say};
use crate::failure::{Doing, Failure, Result};
use crate::{finish, paths, tools};

/// Whether the page is optimised.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Profile {
    /// As it is published.
    Release,
    /// Quick to build, slow to run.
    Dev,
}

/// `cargo xtask build`, and `single-file`, which names another file of the same build.
pub fn run(mut args: Args, command: &str) -> Result<()> {
    let mut profile = Profile::Release;
    while let Some(word) = args.next_word() {
        match word.as_str() {
            "--dev" => profile = Profile::Dev,
            _ => return Err(args::unknown(command, &word)),
        }
    }
    let dist = build(profile)?;
    let made = match command {
        "single-file" => dist.join(finish::SINGLE),
        _ => dist,
    };
    println!("{}", made.display());
    Ok(())
}

/// Builds the page and gives back the folder it is in.
pub fn build(profile: Profile) -> Result<PathBuf> {
    let root = paths::root()?;
    let tools = tools::for_page()?;
    let dist = paths::dist(&root);
    let start = Instant::now();
    say(match profile {
        Profile::Release => "building the page",
        Profile::Dev => "building the page, not optimised",
    });
    let mut trunk = Command::new(&tools.trunk);
    trunk
        .current_dir(&root)
        .args([
            "build",
            "--skip-version-check",
            "--color=never",
            "--log=warn",
        ])
        .arg("--dist")
        .arg(&dist)
        .env("CARGO_TARGET_DIR", paths::web_target(&root))
        // Trunk reads NO_COLOR as a truth value and stops at any other.
        .env_remove("NO_COLOR");
    if profile == Profile::Release {
        trunk.args(["--release", "--cargo-profile", "page"]);
    }
    tools
        .toolchain
        .apply(&mut trunk, &[&tools.wasm_bindgen, &tools.wasm_opt])?;
    exec::run(&mut trunk)?;
    if file_ending(&dist, ".wasm")?.is_none() {
        return Err(Failure::new(format!(
            "Trunk ended well but left no .wasm file in {}.",
            dist.display()
        )));
    }
    finish::page(&root, &dist, profile)?;
    say(&format!(
        "built the page in {:.1} s",
        start.elapsed().as_secs_f64()
    ));
    Ok(dist)
}

/// The file of that folder whose name ends so; names carry a hash before the end.
pub fn file_ending(folder: &Path, end: &str) -> Result<Option<PathBuf>> {
    let found = names_in(folder)?.into_iter().find(|it| it.ends_with(end));
    Ok(found.map(|name| folder.join(name)))
}

/// The names of what is in that folder, sorted.
pub fn names_in(folder: &Path) -> Result<Vec<String>> {
    let doing = || format!("read {}", folder.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).doing(doing)? {
        let name = entry.doing(doing)?.file_name();
        names.push(name.to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}
