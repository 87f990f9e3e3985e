//! The rules that no reviewer should have to look after: layers, sizes, leftovers.

use std::fs;
use std::path::{Path, PathBuf};

/// A layer: its folder, and what its files may not name.
struct Layer {
    folder: &'static str,
    forbidden: &'static [&'static str],
}

const LAYERS: [Layer; 8] = [
    Layer {
        folder: "src/engine",
        forbidden: &[
            "crate::scenario",
            "crate::timeline",
            "crate::view",
            "crate::app",
            "crate::cli",
            "crate::ui",
            "crate::words",
            "HashMap",
            "HashSet",
            "f32",
            "f64",
            "serde",
            "println!",
            "yew",
            "web_sys",
            "js_sys",
        ],
    },
    Layer {
        folder: "src/words",
        forbidden: &[
            "crate::engine",
            "crate::scenario",
            "crate::timeline",
            "crate::view",
            "crate::app",
            "crate::cli",
            "crate::ui",
            "HashMap",
            "HashSet",
            "yew",
            "web_sys",
            "js_sys",
        ],
    },
    Layer {
        folder: "src/scenario",
        forbidden: &[
            "crate::timeline",
            "crate::view",
            "crate::app",
            "crate::cli",
            "crate::ui",
            "HashMap",
            "HashSet",
            "yew",
            "web_sys",
            "js_sys",
        ],
    },
    Layer {
        folder: "src/timeline",
        forbidden: &[
            "crate::view",
            "crate::app",
            "crate::cli",
            "crate::ui",
            "HashMap",
            "HashSet",
            "yew",
            "web_sys",
            "js_sys",
        ],
    },
    Layer {
        folder: "src/view",
        forbidden: &[
            "crate::app",
            "crate::cli",
            "crate::ui",
            "HashMap",
            "HashSet",
            "yew",
            "web_sys",
            "js_sys",
        ],
    },
    Layer {
        folder: "src/app",
        forbidden: &[
            "crate::cli",
            "crate::ui",
            "HashMap",
            "HashSet",
            "yew",
            "web_sys",
            "js_sys",
        ],
    },
    Layer {
        folder: "src/cli",
        forbidden: &[
            "crate::app",
            "crate::ui",
            "HashMap",
            "HashSet",
            "yew",
            "web_sys",
            "js_sys",
        ],
    },
    Layer {
        folder: "src/ui/components",
        forbidden: &["crate::cli", "crate::engine::Conntrack", "crate::timeline"],
    },
];

/// Words that may stand in no source file of ours, with the reason.
const LEFTOVERS: [(&str, &str); 6] = [
    ("todo!(", "unfinished"),
    ("unimplemented!(", "unfinished"),
    ("dbg!(", "left over from a search"),
    ("FIXME", "unfinished"),
    ("#[ignore", "assert today's wrong answer instead"),
    (
        "thread::sleep",
        "a test that waits is a test that fails one day",
    ),
];

/// Only the browser has a clock.
const CLOCKS: [&str; 3] = ["SystemTime", "Instant::now", "Date::now"];

const LINES_MAX: usize = 600;
const COLUMNS_MAX: usize = 100;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file below a folder of the project, with its text.
fn files(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries {
            let path = entry.expect("a folder can be read").path();
            if path.is_dir() && !path.ends_with("node_modules") {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).expect("a source file is text");
                found.push((path, text));
            }
        }
    }
    found.sort();
    found
}

/// Lines of code, without comments, with their numbers from 1.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
}

/// `true` if `word` stands in the line by itself, not as part of a longer one.
fn names(line: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}

fn report(problems: Vec<String>) {
    assert!(
        problems.is_empty(),
        "{} problems:\n{}",
        problems.len(),
        problems.join("\n")
    );
}

#[test]
fn each_layer_names_only_what_is_below_it() {
    let mut problems = Vec::new();
    for Layer { folder, forbidden } in &LAYERS {
        let files = files(folder);
        assert!(!files.is_empty(), "{folder} is empty: has it moved?");
        for (path, text) in files {
            for (number, line) in code(&text) {
                for word in forbidden.iter().filter(|word| names(line, word)) {
                    problems.push(format!("{}:{number}: names {word}", path.display()));
                }
            }
        }
    }
    report(problems);
}

#[test]
fn only_the_browser_has_a_clock() {
    let mut problems = Vec::new();
    for (path, text) in files("src") {
        if path.starts_with(root().join("src/ui")) {
            continue;
        }
        for (number, line) in code(&text) {
            for clock in CLOCKS.iter().filter(|clock| line.contains(*clock)) {
                problems.push(format!("{}:{number}: asks {clock}", path.display()));
            }
        }
    }
    report(problems);
}

#[test]
fn only_the_command_line_reads_files_and_prints() {
    let words = [
        "std::fs",
        "std::io::std",
        "std::env",
        "println!",
        "std::process",
    ];
    let mut problems = Vec::new();
    for (path, text) in files("src") {
        if path.starts_with(root().join("src/cli")) || path.ends_with("src/main.rs") {
            continue;
        }
        for (number, line) in code(&text) {
            for word in words.iter().filter(|word| line.contains(*word)) {
                problems.push(format!("{}:{number}: names {word}", path.display()));
            }
        }
    }
    report(problems);
}

#[test]
fn only_one_file_speaks_to_the_browser() {
    let mut problems = Vec::new();
    for (path, text) in files("src") {
        let speaker =
            path.ends_with("src/ui/browser.rs") || path.starts_with(root().join("src/ui/browser"));
        for (number, line) in code(&text) {
            if !speaker && (names(line, "js_sys") || line.contains("web_sys::window")) {
                problems.push(format!("{}:{number}: calls the browser", path.display()));
            }
        }
    }
    report(problems);
}

#[test]
fn no_file_is_too_long_or_too_wide_or_unfinished() {
    let mut problems = Vec::new();
    for (path, text) in ["src", "xtask", "kernel", "fuzz", "tests", "benches"]
        .into_iter()
        .flat_map(files)
    {
        let lines = text.lines().count();
        let path_text = path.display();
        if lines > LINES_MAX {
            problems.push(format!("{path_text}: {lines} lines, at most {LINES_MAX}"));
        }
        if !text.starts_with("//!") {
            problems.push(format!("{path_text}: does not say what it is"));
        }
        let is_this = path.ends_with("tests/tidy.rs");
        // A real kernel's time passes only by waiting for it.
        let waits = path.ends_with("kernel/src/recorder.rs");
        for (number, line) in (1..).zip(text.lines()) {
            if line.chars().count() > COLUMNS_MAX {
                problems.push(format!("{path_text}:{number}: over {COLUMNS_MAX} columns"));
            }
            for (word, why) in LEFTOVERS
                .iter()
                .filter(|(word, _)| !is_this && line.contains(word))
                .filter(|(word, _)| !(waits && *word == "thread::sleep"))
            {
                problems.push(format!("{path_text}:{number}: {word} ({why})"));
            }
        }
    }
    report(problems);
}

#[test]
fn the_project_speaks_of_itself_alone() {
    let mut problems = Vec::new();
    let machine = [
        "/work/",
        "/root/",
        "/home/",
        "static.crates.io",
        "registry.npmjs.org",
    ];
    for name in [
        "README.md",
        "ARCHITECTURE.md",
        "Cargo.toml",
        "Trunk.toml",
        "index.html",
    ] {
        let Ok(text) = fs::read_to_string(root().join(name)) else {
            problems.push(format!("{name} is missing"));
            continue;
        };
        for (number, line) in (1..).zip(text.lines()) {
            for word in machine.iter().filter(|word| line.contains(*word)) {
                problems.push(format!("{name}:{number}: names {word}"));
            }
        }
    }
    report(problems);
}

#[test]
fn the_architecture_names_what_there_is() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("it is there");
    let mut problems = Vec::new();
    let sources: Vec<_> = ["src", "tests", "kernel", "fuzz", "xtask"]
        .into_iter()
        .flat_map(files)
        .collect();
    for name in text.split('`').skip(1).step_by(2) {
        let found = sources.iter().any(|(path, _)| path.ends_with(name));
        if name.ends_with(".rs") && !found {
            problems.push(format!("ARCHITECTURE.md names {name}, which is not there"));
        }
    }
    let cargo = fs::read_to_string(root().join("Cargo.toml")).expect("it is there");
    let mut section = "";
    for line in cargo.lines() {
        if line.starts_with('[') {
            section = line;
        }
        if let ("[dependencies]" | "[dev-dependencies]", Some((name, _))) =
            (section, line.split_once(" = "))
            && name
                .chars()
                .all(|c| c.is_alphanumeric() || c == '-' || c == '_')
            && !text
                .lines()
                .any(|row| row.starts_with("| ") && names(row, name))
        {
            problems.push(format!("ARCHITECTURE.md does not say what {name} is for"));
        }
    }
    report(problems);
}
