//! The copy of the project in which the mistakes are planted, and the compiler that says which of
//! them are no Rust.

use crate::make::{Made, Mutant, make};
use crate::members::Members;
use crate::plant::{Planted, SWITCH, plant};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What went wrong, as a sentence.
pub type Problem = String;

/// The rooms in which mistakes are made, from the root of the project.
const ROOMS: [&str; 8] = [
    "src/engine/proto/tcp.rs",
    "src/engine/proto/tcp",
    "src/engine/proto/sctp.rs",
    "src/engine/proto/sctp",
    "src/engine/proto/udp.rs",
    "src/engine/proto/icmp.rs",
    "src/engine/proto/mod.rs",
    "src/engine/confirm.rs",
];

/// A file with its mistakes.
struct Source {
    path: String,
    text: String,
    made: Made,
}

/// The project, its copy, and what is planted there.
pub struct Tree {
    root: PathBuf,
    copy: PathBuf,
    sources: Vec<Source>,
    /// The mistakes by number; those that do not compile are taken out.
    pub mutants: BTreeMap<u32, Mutant>,
}

impl Tree {
    /// Finds all mistakes of the files whose names have one of the words (or of all files).
    pub fn read(root: &Path, words: &[String]) -> Result<Self, Problem> {
        let mut members = Members::default();
        for path in rust_files(root, "src/engine")? {
            members.read(&parse(root, &path)?.1);
        }
        let mut sources = Vec::new();
        let mut mutants = BTreeMap::new();
        for room in ROOMS {
            for path in rust_files(root, room)? {
                if !words.is_empty() && !words.iter().any(|word| path.contains(word.as_str())) {
                    continue;
                }
                let (text, parsed) = parse(root, &path)?;
                let made = make(&path, &text, &parsed, &members);
                for mutant in &made.mutants {
                    mutants.insert(mutants.len() as u32 + 1, mutant.clone());
                }
                sources.push(Source { path, text, made });
            }
        }
        let target = std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| root.join("target"), |folder| root.join(folder));
        Ok(Self {
            root: root.to_owned(),
            copy: target.join("mutants/tree"),
            sources,
            mutants,
        })
    }

    /// Where the copy is.
    pub fn copy(&self) -> &Path {
        &self.copy
    }

    /// Makes the copy, and takes out the mistakes that do not compile. Gives their count.
    pub fn plant(&mut self) -> Result<usize, Problem> {
        self.copy_files()?;
        let all = self.mutants.len();
        loop {
            let planted = self.write()?;
            let errors = self.check()?;
            if errors.is_empty() {
                return Ok(all - self.mutants.len());
            }
            let mut blamed = BTreeSet::new();
            for (file, range, message) in &errors {
                let places = planted.get(file).map_or(&[][..], |it| &it.places);
                match blame(places, range) {
                    Some(number) => blamed.insert(number),
                    None => return Err(format!("{file}: {message}: no mistake is to blame")),
                };
            }
            eprintln!("mutants: {} do not compile", blamed.len());
            self.mutants.retain(|number, _| !blamed.contains(number));
        }
    }

    /// Copies what git knows, if it is another than the copy.
    fn copy_files(&self) -> Result<(), Problem> {
        let output = Command::new("git")
            .args(["ls-files", "--cached", "--others", "--exclude-standard"])
            .current_dir(&self.root)
            .output()
            .map_err(|error| format!("git: {error}"))?;
        let planted: BTreeSet<&str> = self.sources.iter().map(|it| it.path.as_str()).collect();
        for path in String::from_utf8_lossy(&output.stdout).lines() {
            if planted.contains(path) || path == "src/lib.rs" {
                continue;
            }
            if let Ok(bytes) = fs::read(self.root.join(path)) {
                write_if_new(&self.copy.join(path), &bytes)?;
            }
        }
        let lib = read(&self.root.join("src/lib.rs"))?;
        write_if_new(&self.copy.join("src/lib.rs"), (lib + SWITCH).as_bytes())
    }

    fn write(&self) -> Result<BTreeMap<String, Planted>, Problem> {
        let mut all = BTreeMap::new();
        for source in &self.sources {
            let numbered: Vec<_> = self
                .mutants
                .iter()
                .filter(|(_, mutant)| mutant.file == source.path)
                .map(|(number, mutant)| (*number, mutant))
                .collect();
            let planted = plant(&source.text, &source.made, &numbered);
            write_if_new(&self.copy.join(&source.path), planted.text.as_bytes())?;
            all.insert(source.path.clone(), planted);
        }
        Ok(all)
    }

    /// The compiler's errors: file, bytes, message.
    fn check(&self) -> Result<Vec<(String, Range<usize>, String)>, Problem> {
        let output = cargo(&self.copy)
            .args(["check", "--quiet", "--lib", "--no-default-features"])
            .args(["--profile", "test", "--message-format", "json"])
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| format!("cargo check: {error}"))?;
        let mut errors = Vec::new();
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            let Ok(value) = serde_json::from_str::<Value>(line) else {
                continue;
            };
            let message = &value["message"];
            let spans = message["spans"].as_array().map_or(&[][..], Vec::as_slice);
            if message["level"] != "error" {
                continue;
            }
            let Some(span) = spans.iter().find(|span| span["is_primary"] == true) else {
                continue;
            };
            let byte = |name: &str| span[name].as_u64().unwrap_or(0) as usize;
            errors.push((
                span["file_name"].as_str().unwrap_or_default().to_owned(),
                byte("byte_start")..byte("byte_end"),
                message["message"].as_str().unwrap_or_default().to_owned(),
            ));
        }
        if errors.is_empty() && !output.status.success() {
            return Err("the copy does not compile".to_owned());
        }
        Ok(errors)
    }
}

/// The mistake whose place holds the error most closely.
fn blame(places: &[(u32, Range<usize>)], error: &Range<usize>) -> Option<u32> {
    places
        .iter()
        .filter(|(_, place)| place.start <= error.start && error.end <= place.end)
        .min_by_key(|(_, place)| place.len())
        .map(|(number, _)| *number)
}

/// A cargo that is asked for nothing but what stands on its command line.
pub fn cargo(folder: &Path) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // Not the project's own: cargo would take the one's library for the other's.
    let target = folder.with_file_name("target");
    cargo.current_dir(folder).env("CARGO_TARGET_DIR", target);
    cargo
}

fn read(path: &Path) -> Result<String, Problem> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn parse(root: &Path, path: &str) -> Result<(String, syn::File), Problem> {
    let text = read(&root.join(path))?;
    let parsed = syn::parse_file(&text).map_err(|error| format!("{path}: {error}"))?;
    Ok((text, parsed))
}

fn write_if_new(path: &Path, bytes: &[u8]) -> Result<(), Problem> {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, bytes))
        .map_err(|error| format!("{}: {error}", path.display()))
}

/// The Rust files of a folder and the folders in it, or the one file; sorted.
fn rust_files(root: &Path, room: &str) -> Result<Vec<String>, Problem> {
    let path = root.join(room);
    if path.is_file() {
        return Ok(vec![room.to_owned()]);
    }
    let mut all = Vec::new();
    let entries = fs::read_dir(&path).map_err(|error| format!("{room}: {error}"))?;
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let inner = format!("{room}/{name}");
        if entry.path().is_dir() {
            all.extend(rust_files(root, &inner)?);
        } else if name.ends_with(".rs") && name != "tests.rs" {
            all.push(inner);
        }
    }
    all.sort();
    Ok(all)
}
