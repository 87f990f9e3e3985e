//! Every difference between the kernels is asked for in the engine and has words; `kernels.rs` has
//! a scenario for each.

use ctscope::engine::Difference;
use ctscope::view::differs::words_of;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Every Rust file below a folder, as text.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("it can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = fs::read_to_string(&path).expect("it is text");
                found.push((path, text));
            }
        }
    }
    found
}

#[test]
fn each_is_asked_for_in_the_engine() {
    let engine = sources("src/engine");
    for &difference in Difference::ALL {
        let asked = format!("Difference::{difference:?}");
        let word = |text: &str| {
            text.match_indices(&asked).any(|(at, _)| {
                let next = text[at + asked.len()..].chars().next();
                !next.is_some_and(char::is_alphanumeric)
            })
        };
        let used = engine
            .iter()
            .filter(|(path, _)| !path.ends_with("profile.rs"))
            .any(|(_, text)| word(text));
        assert!(used, "{difference:?} is not asked for");
    }
}

#[test]
fn each_has_words_of_its_own() {
    let mut titles = BTreeSet::new();
    for &difference in Difference::ALL {
        let words = words_of(difference);
        assert!(titles.insert(words.title), "{difference:?}: a title twice");
        assert_ne!(words.v5_10, words.v6_18, "{difference:?}");
        for sentence in [words.v5_10, words.v6_18] {
            assert!(
                sentence.ends_with('.') && sentence.len() <= 100,
                "{sentence}"
            );
        }
    }
}
