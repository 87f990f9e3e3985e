//! The message files: the languages have the same messages, with the same names, and numbers come
//! out right.

use ctscope::words::file::{CLOSE, FORM, OPEN, messages, name, names, placeholders};
use ctscope::words::filled;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Every message of a language by `area.key`.
fn all(language: &str) -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("static/messages")
        .join(language);
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("the language has a folder") {
        let path = entry.expect("a folder can be read").path();
        let area = path
            .file_stem()
            .expect("a file has a name")
            .to_string_lossy();
        let text = fs::read_to_string(&path).expect("a message file is text");
        for message in messages(&text) {
            let (key, text) =
                message.unwrap_or_else(|(line, why)| panic!("{}:{line}: {why}", path.display()));
            let old = all.insert(format!("{area}.{key}"), text);
            assert!(old.is_none(), "{}: {key} is there twice", path.display());
        }
    }
    all
}

fn sorted(text: &str) -> Vec<&str> {
    let mut names = names(text);
    names.sort_unstable();
    names
}

#[test]
fn what_is_german_says_what_the_english_says() {
    let (english, german) = (all("en"), all("de"));
    for (key, text) in &german {
        let source = english.get(key);
        let source = source.unwrap_or_else(|| panic!("{key} is no message in English"));
        assert_eq!(sorted(text), sorted(source), "{key}");
        let ends = |text: &str| (text.starts_with(' '), text.ends_with(' '));
        assert_eq!(ends(text), ends(source), "{key}: blanks at the ends");
    }
}

#[test]
fn no_message_is_missing() {
    let (english, german) = (all("en"), all("de"));
    assert!(english.len() > 2000, "{} messages", english.len());
    let missing: Vec<&String> = english
        .keys()
        .filter(|key| !german.contains_key(*key))
        .collect();
    assert!(
        missing.is_empty(),
        "{} messages are not in German: {missing:?}",
        missing.len()
    );
}

#[test]
fn numbers_come_out_right() {
    for language in ["en", "de"] {
        let mut counted = 0;
        for (key, text) in all(language) {
            // Two forms that are the same only group the digits.
            let counts = |inner: &&str| inner.contains(FORM);
            let with_forms = placeholders(&text).filter(counts).any(|inner| {
                let mut forms = inner[name(inner).len()..].rsplit(FORM);
                forms.next() != forms.next()
            });
            let many = names(&text).len();
            let said = |n: u64| {
                let value: &dyn std::fmt::Display = &n;
                let said = filled(&text, &text, &vec![value; many]);
                assert!(!said.contains([OPEN, CLOSE]), "{language} {key}: {said}");
                assert!(
                    !said.contains('#') || text.contains('#'),
                    "{language} {key}"
                );
                said
            };
            let (none, one, two) = (said(0), said(1), said(2));
            if with_forms {
                counted += 1;
                let digits = |said: &str| said.replace(|c: char| c.is_ascii_digit(), "");
                assert_ne!(
                    digits(&one),
                    digits(&two),
                    "{language} {key}: one and two are alike"
                );
                assert_ne!(none, one, "{language} {key}");
            }
        }
        assert!(counted > 0, "{language} counts nothing");
    }
}

#[test]
fn the_words_before_the_program_are_those_of_the_program() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("index.html");
    let page = fs::read_to_string(page).expect("the page is text");
    let (english, german) = (all("en"), all("de"));
    for (key, attribute) in [
        ("narrate.linux_remembers", ""),
        ("ui.hash_table", ""),
        ("ui.packet_bench", "-label"),
        ("ui.what_happens", "-label"),
        ("ui.inspect", "-label"),
        ("ui.time_2", "-label"),
    ] {
        let (english, german) = (&english[key], &german[key]);
        let there = format!("data-de{attribute}=\"{german}\"");
        let line = page.lines().find(|line| line.contains(&there));
        let line = line.unwrap_or_else(|| panic!("{key}: the page has no {there}"));
        assert!(line.contains(english.as_str()), "{key}: {line}");
    }
}

#[test]
fn every_message_is_used() {
    let mut source = String::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a room is there") {
            let path = entry.expect("a folder can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                source += &fs::read_to_string(&path).expect("a source file is text");
            }
        }
    }
    let used: BTreeSet<&str> = source
        .split("::")
        .skip(1)
        .map(|rest| {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            &rest[..end.unwrap_or(rest.len())]
        })
        .collect();
    let idle: Vec<String> = all("en")
        .into_keys()
        .filter(|key| {
            let name = key.split_once('.').map_or("", |(_, name)| name);
            !used.contains(name.to_ascii_uppercase().as_str())
        })
        .collect();
    assert!(idle.is_empty(), "nobody says {idle:?}");
}
