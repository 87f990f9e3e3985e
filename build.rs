//! Makes constants of the English messages: a module for each area, a constant for each key.

#[path = "src/words/file.rs"]
#[allow(dead_code)]
mod file;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, process};

const FOLDER: &str = "static/messages/en";

fn main() {
    println!("cargo:rerun-if-changed={FOLDER}");
    println!("cargo:rerun-if-changed=src/words/file.rs");
    if let Err(problem) = make() {
        println!("cargo:error={problem}");
        process::exit(1);
    }
}

fn make() -> Result<(), String> {
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(FOLDER).map_err(|e| format!("{FOLDER}: {e}"))? {
        files.push(entry.map_err(|e| e.to_string())?.path());
    }
    files.retain(|path| path.extension().is_some_and(|ending| ending == "txt"));
    files.sort();
    let (mut modules, mut texts, mut hashes) = (String::new(), Vec::new(), Vec::new());
    for path in &files {
        let text = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
        let area = stem(path);
        println!("cargo:rerun-if-changed={}", path.display());
        let mut keys = BTreeMap::new();
        for message in file::messages(&text) {
            let (key, text) =
                message.map_err(|(line, why)| format!("{}:{line}: {why}", path.display()))?;
            if keys.insert(key.to_owned(), text).is_some() {
                return Err(format!("{}: {key} is there twice", path.display()));
            }
        }
        // Writing into a string cannot fail.
        let _ = writeln!(
            modules,
            "/// The messages of `{area}.txt`.\n#[cfg_attr(any(target_arch = \"wasm32\", not(feature = \"ui\")), \
             allow(dead_code))]\npub(crate) mod {area} {{\n    use super::Message;"
        );
        for (key, text) in keys {
            let names = file::names(&text);
            let _ = writeln!(
                modules,
                "    pub(crate) const {}: Message<{}> = Message {{ number: {}, names: {names:?} }};",
                key.to_uppercase(),
                names.len(),
                texts.len(),
            );
            hashes.push(file::hash(area, &key));
            texts.push(text);
        }
        modules.push_str("}\n");
    }
    if hashes.iter().collect::<BTreeSet<_>>().len() < hashes.len() {
        return Err("two keys have the same hash: rename one".to_owned());
    }
    if u16::try_from(texts.len()).is_err() {
        return Err("more messages than 16 bits can number".to_owned());
    }
    let _ = writeln!(
        modules,
        "/// All texts, a zero between each.\n#[allow(clippy::octal_escapes)]\nstatic ENGLISH: &str = {:?};\n\
         /// What each is known by.\nstatic HASHES: [u32; {}] = {hashes:?};",
        texts.join("\0"),
        hashes.len(),
    );
    let out = env::var("OUT_DIR").map_err(|e| e.to_string())?;
    fs::write(Path::new(&out).join("messages.rs"), modules).map_err(|e| e.to_string())
}

fn stem(path: &Path) -> &str {
    path.file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or_default()
}
