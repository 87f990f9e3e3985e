//! `shown.json` says where on the page each figure and claim is to be seen: a link, the sentence
//! there, and what is marked. The links lead there; the README has the same table; the end-to-end
//! tests look at the page.

use ctscope::app::{AppState, Effect, Msg};
use serde_json::Value;
use std::fmt::Write as _;

const README: &str = include_str!("../../README.md");

fn table() -> Value {
    serde_json::from_str(include_str!("shown.json")).expect("it is JSON")
}

fn rows(group: &str) -> Vec<Value> {
    let table = table();
    table[group].as_array().expect("a list").clone()
}

fn text<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key].as_str().unwrap_or_else(|| panic!("{row}: {key}"))
}

/// Without what is only for the eye.
fn plain(text: &str) -> String {
    text.replace('\u{202f}', " ").replace('’', "'")
}

#[test]
fn every_link_leads_to_its_sentence() {
    for row in rows("figures").iter().chain(&rows("claims")) {
        let (link, name) = (text(row, "link"), text(row, "row"));
        let mut app = AppState::new();
        let update = app.update(Msg::LoadLink(format!("#{link}")));
        assert_eq!(
            update.effects,
            [Effect::WriteHash(link.to_owned())],
            "{name}: the shortest link is another one"
        );
        let model = app.model();
        assert_eq!(plain(&model.why.what), text(row, "sentence"), "{name}");
        let marks = row["marked"].as_array().map_or(0, Vec::len);
        let changed = row["changed"].as_array().map_or(0, Vec::len);
        let sees = row["sees"].as_array().map_or(0, Vec::len);
        let reads = row["reads"].as_array().map_or(0, Vec::len);
        assert!(
            marks + changed + sees + reads > 0,
            "{name}: nothing to look at"
        );
    }
}

#[test]
fn a_numbered_step_has_its_number_in_its_lens() {
    for row in rows("figures") {
        let name = text(&row, "row").to_owned();
        let number: Option<(u8, u8)> = name.strip_suffix(')').and_then(|name| {
            let (figure, number) = name.split_once(" (")?;
            Some((figure.parse().ok()?, number.parse().ok()?))
        });
        let Some((figure, number)) = number else {
            continue;
        };
        let mut app = AppState::new();
        app.update(Msg::LoadLink(text(&row, "link").to_owned()));
        let model = app.model();
        assert_eq!(model.chrome.lens.figure(), Some(figure), "{name}");
        assert_eq!(model.why.figure, Some((figure, number)), "{name}");
    }
}

#[test]
fn all_claims_and_figures_are_there() {
    let numbers: Vec<String> = rows("claims")
        .iter()
        .map(|row| text(row, "row").to_owned())
        .collect();
    let all: Vec<String> = (1..=30).map(|number| number.to_string()).collect();
    assert_eq!(numbers, all);
    let figures = rows("figures");
    for (figure, last) in [(3, 6), (4, 5), (5, 4), (6, 4)] {
        for number in 1..=last {
            let name = format!("{figure} ({number})");
            assert!(figures.iter().any(|row| text(row, "row") == name), "{name}");
        }
    }
}

/// The table as the README has it.
fn markdown(head: &str, rows: &[Value]) -> String {
    let mut out = format!("| {head} | Behind the page's address |\n|---|---|---|\n");
    for row in rows {
        let (name, says, link) = (text(row, "row"), text(row, "says"), text(row, "link"));
        let _ = writeln!(out, "| {name} | {says} | `#{link}` |");
    }
    out
}

#[test]
fn the_readme_has_the_links() {
    for (head, group) in [
        ("Figure | What is to be seen", "figures"),
        ("Claim | The article says", "claims"),
    ] {
        let table = markdown(head, &rows(group));
        assert!(README.contains(&table), "the README is to have\n{table}");
    }
}
