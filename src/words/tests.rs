//! Reading and filling in.

use super::file::{hash, messages};
use super::fill::filled;
use super::{Lang, same_names};

/// A line that is a message, filled in.
fn said(line: &str, values: &[&dyn core::fmt::Display]) -> String {
    let read = messages(line).next().expect("a message");
    let (_, text) = read.expect("it can be read");
    filled(&text, &text, values)
}

#[test]
fn a_message_is_filled_in_by_name() {
    assert_eq!(said("a = {x}, then {y_2}.", &[&1, &"b"]), "1, then b.");
    assert_eq!(said("a = {x} {y} {x}", &[&"p", &"q"]), "p q p");
    assert_eq!(said(r"a = \sx \{y\}\n\\", &[]), " x {y}\n\\");
    assert_eq!(said("a = {x}{y}", &[&"alone"]), "alone");
}

#[test]
fn the_order_is_that_of_the_english_text() {
    let text = |line| messages(line).next().and_then(Result::ok).expect("good").1;
    let (german, english) = (text("a = {b} vor {a}"), text("a = {a} after {b}"));
    assert_eq!(filled(&german, &english, &[&1, &2]), "2 vor 1");
}

#[test]
fn a_number_chooses_its_form() {
    let nodes = |n: u64| said("a = {n|no nodes|# node|# nodes} {n|is|are} left", &[&n]);
    assert_eq!(nodes(0), "no nodes are left");
    assert_eq!(nodes(1), "1 node is left");
    assert_eq!(nodes(2), "2 nodes are left");
    assert_eq!(nodes(1_234_567), "1\u{202f}234\u{202f}567 nodes are left");
    assert_eq!(said("a = {n|# x|# xs}", &[&0]), "0 xs");
}

#[test]
fn what_is_no_message_is_told_with_its_line() {
    for line in [
        "a",
        "A = b",
        "1a = b",
        " = b",
        "a = {",
        "a = }",
        "a = {x",
        "a = {X}",
        "a = {x|y}",
        "a = {x|1|2|3|4}",
        "a = {{x}}",
        r"a = \q",
        r"a = \",
    ] {
        let text = format!("# a comment\n\n{line}");
        let read = messages(&text).next().expect("it is not skipped");
        assert_eq!(read.map_err(|(line, _)| line), Err(3), "{line}");
    }
}

#[test]
fn names_are_compared_with_their_order() {
    assert!(same_names(&["a", "bc"], &["a", "bc"]));
    for other in [&["a"][..], &["bc", "a"], &["a", "bd"], &["a", "b"], &[]] {
        assert!(!same_names(&["a", "bc"], other), "{other:?}");
    }
    assert_ne!(hash("a", "bc"), hash("ab", "c"));
}

#[test]
fn a_language_is_found_by_any_tag_of_it() {
    assert_eq!(Lang::of_tag("de-CH"), Some(Lang::De));
    assert_eq!(Lang::of_tag("DE"), Some(Lang::De));
    assert_eq!(Lang::of_tag("en_GB"), Some(Lang::En));
    assert_eq!(Lang::of_tag("dex"), None);
    assert_eq!(Lang::of_tag(""), None);
}
