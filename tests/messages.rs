//! The message files: the languages have the same messages, with the same names, and numbers come
//! out right.

use ctscope::words::file::{FORM, messages, name, names, placeholders};
use std::collections::BTreeMap;
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
fn a_number_has_forms_that_differ() {
    for language in ["en", "de"] {
        for (key, text) in all(language) {
            for inner in placeholders(&text).filter(|inner| inner.contains(FORM)) {
                let forms: Vec<&str> = inner[name(inner).len() + 1..].split(FORM).collect();
                let shows = |form: &&&str| form.contains('#') || form.contains('1');
                let (many, one) = (forms[forms.len() - 1], forms[forms.len() - 2]);
                let both = [many, one].iter().filter(shows).count();
                assert!(
                    both != 1,
                    "{language} {key}: only one of {one:?}, {many:?} says the number"
                );
            }
        }
    }
}
