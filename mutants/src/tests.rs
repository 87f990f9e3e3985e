//! What the rules make of a piece of code, and whether the list of survivors is kept.

use crate::make::make;
use crate::members::Members;
use crate::plant::plant;
use crate::tree::Tree;
use crate::{SURVIVORS, root};
use std::collections::BTreeSet;
use std::fs;

/// A line that names a mistake, and not its reason or a remark.
fn names_one(line: &str) -> bool {
    !line.is_empty() && !line.starts_with([' ', '#'])
}

#[test]
fn every_survivor_is_a_mistake_that_the_rules_make_and_has_a_reason() {
    let root = root().unwrap();
    let tree = Tree::read(root, &[]).unwrap();
    let made: BTreeSet<String> = tree.mutants.values().map(|it| it.name()).collect();
    let text = fs::read_to_string(root.join(SURVIVORS)).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let unknown: Vec<_> = lines
        .iter()
        .filter(|line| names_one(line) && !made.contains(**line))
        .collect();
    assert!(unknown.is_empty(), "no such mistakes: {unknown:#?}");
    let mut named = lines.iter().enumerate().filter(|(_, line)| names_one(line));
    let bare = named.find(|(at, _)| {
        let reason = lines[at + 1..].iter().find(|line| !names_one(line));
        !reason.is_some_and(|line| line.trim().len() > 20 && line.starts_with("    "))
    });
    assert_eq!(bare, None, "without a reason");
}

#[track_caller]
fn check(source: &str, expected: &[&str]) {
    let parsed = syn::parse_file(source).unwrap();
    let mut members = Members::default();
    members.read(&parsed);
    let made = make("f", source, &parsed, &members);
    let changes: Vec<&str> = made.mutants.iter().map(|it| it.change.as_str()).collect();
    assert_eq!(changes, expected);
    // With all of them in it, it is still Rust.
    let numbered: Vec<_> = (1..).zip(&made.mutants).collect();
    let planted = plant(source, &made, &numbered);
    assert!(syn::parse_file(&planted.text).is_ok(), "{}", planted.text);
}

#[test]
fn comparisons_bounds_and_numbers_are_a_little_off() {
    check(
        "fn f(a: u32) -> bool { a < 3 }",
        &[
            "return true",
            "return false",
            "a < 3 -> (a) <= (3)",
            "3 -> 4",
        ],
    );
}

#[test]
fn statements_are_forgotten_and_conditions_turned_round() {
    check(
        "fn f(a: &mut u8) { if g() { *a = 0; } probe.step(1); }",
        &["return", "g() -> !(g())", "*a = 0; -> nothing", "0 -> 1"],
    );
}

#[test]
fn members_are_mistaken_and_arms_left_out() {
    check(
        "enum E { A, B } fn f(e: E) -> E { match e { E::A => E::B, _ => E::A } }",
        &["E::A => … -> nothing", "E::B -> E::A", "E::A -> E::B"],
    );
}
