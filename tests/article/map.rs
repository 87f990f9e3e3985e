//! `map.md` is kept honest: every claim and figure has its row, and every test that a row names is
//! there.

use std::fs;
use std::path::Path;

const CLAIMS: usize = 30;
const FIGURES: [&str; 19] = [
    "1", "2", "3 (1)", "3 (2)", "3 (3)", "3 (4)", "3 (5)", "3 (6)", "after 3", "4 (1)", "4 (2)",
    "4 (3)", "4 (4)", "4 (5)", "5 (1)", "5 (2)", "5 (3)", "5 (4)", "6",
];

/// The rows of a section of the map, cell by cell.
fn rows(section: &str) -> Vec<[&'static str; 4]> {
    let text = include_str!("map.md");
    let (_, from) = text.split_once(section).expect("the section is there");
    let until = from.find("\n## ").unwrap_or(from.len());
    let lines = from[..until].lines().filter(|line| line.starts_with('|'));
    // The first two lines are the head.
    let rows = lines.skip(2).map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        cells.try_into().expect("a row has four cells")
    });
    rows.collect()
}

/// Whether a file has a test of this name.
fn is_test(file: &str, test: &str) -> bool {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
    let named = format!("fn {test}(");
    let at = text.find(&named);
    at.is_some_and(|at| {
        let before = text[..at].trim_end();
        before
            .lines()
            .rev()
            .take(2)
            .any(|line| line.trim() == "#[test]")
    })
}

#[track_caller]
fn check(rows: &[[&'static str; 4]]) {
    for [row, says, tests, shows] in rows {
        assert!(!says.is_empty() && !shows.is_empty(), "{row} says nothing");
        let mut named = 0;
        for name in tests.split('`').skip(1).step_by(2) {
            let (file, test) = name.split_once("::").expect("file::test");
            assert!(is_test(file, test), "{row}: {name} is no test");
            named += 1;
        }
        assert!(named > 0, "{row} names no test");
    }
}

#[test]
fn every_claim_names_a_test() {
    let rows = rows("## Claims");
    let numbers: Vec<&str> = rows.iter().map(|[number, ..]| *number).collect();
    let all: Vec<String> = (1..=CLAIMS).map(|number| number.to_string()).collect();
    assert_eq!(numbers, all);
    check(&rows);
}

#[test]
fn every_figure_names_a_test() {
    let rows = rows("## Figures");
    let numbers: Vec<&str> = rows.iter().map(|[number, ..]| *number).collect();
    assert_eq!(numbers, FIGURES);
    check(&rows);
}
