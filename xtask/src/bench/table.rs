//! The benches' lines as tables for a person, in Markdown.

use std::fmt::Write;

use super::lines::Line;

/// At most so many times native, in the median of all rows.
const WASM_GOAL: f64 = 1.4;
/// A shorter batch is not to be trusted to a browser's clock, which counts in tenths.
const BATCH_MS_MIN: f64 = 5.0;
/// Bytes of a connection: in its slot, and all included.
const SLOT_GOAL: f64 = 256.0;
const EACH_GOAL: f64 = 320.0;
/// A million connections in a browser: milliseconds and bytes.
const FILL_MS_GOAL: f64 = 2_000.0;
const MEMORY_GOAL: f64 = 512e6;

/// One table of the rows, the browser's beside ours, then one of the memory.
pub fn of_rows(lines: &[Line]) -> String {
    let mut text = String::new();
    let rows: Vec<&Line> = lines.iter().filter(|line| is_row(line, "native")).collect();
    let wasm: Vec<&Line> = lines.iter().filter(|line| is_row(line, "wasm")).collect();
    let mut cells = vec![head(&[
        "work",
        "flows",
        "buckets",
        "rules",
        "probe",
        "ns",
        "bound",
        "ratio",
        "goal",
        "met",
        "wasm ns",
        "wasm / native",
    ])];
    let mut ratios = Vec::new();
    for row in &rows {
        let browser = wasm.iter().find(|other| same_work(other, row));
        let wasm_ns = browser.and_then(|line| line.number("ns"));
        let ratio = ratio_of(wasm_ns, row.number("ns"));
        ratios.extend(ratio);
        let [work, flows, buckets, rules, probe] = named(row);
        let (goal, met) = goal(row);
        cells.push(vec![
            work,
            flows,
            buckets,
            rules,
            probe,
            fixed(row.number("ns"), 1),
            fixed(row.number("bound"), 1),
            fixed(row.number("ratio"), 2),
            goal,
            met,
            fixed(wasm_ns, 1),
            fixed(ratio, 2),
        ]);
    }
    if !rows.is_empty() {
        text.push_str(&markdown(&cells));
    }
    if let Some(median) = median(&mut ratios) {
        let largest = ratios.iter().copied().fold(0.0, f64::max);
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "\nwasm / native, median of {} rows: {median:.2} (goal: at most {WASM_GOAL}; {}); \
             the largest: {largest:.2}.",
            ratios.len(),
            met(median <= WASM_GOAL),
        );
    }
    let shares = wasm.iter().filter_map(|line| line.number("share"));
    if let Some(least) = shares.min_by(f64::total_cmp).filter(|share| *share < 0.95) {
        let _ = writeln!(
            text,
            "\nThe machine was busy: the browser's thread had {least:.2} of the time or more. Its \
             times are taken down to its share.",
        );
    }
    for line in wasm {
        if let Some(ms) = line.number("shortest_ms").filter(|ms| *ms < BATCH_MS_MIN) {
            let [work, flows, ..] = named(line);
            let _ = writeln!(
                text,
                "\n{work} with {flows} flows: a batch took {ms} ms in the browser, too short \
                 for its clock.",
            );
        }
    }
    text.push_str(&of_memory(lines));
    text
}

/// What a row took then, and what it takes now.
pub fn compared(before: &[Line], now: &[Line]) -> String {
    let mut cells = vec![head(&[
        "on",
        "work",
        "flows",
        "buckets",
        "rules",
        "probe",
        "ns then",
        "ns now",
        "now / then",
        "ratio then",
        "ratio now",
    ])];
    let mut ratios = Vec::new();
    let mut new = 0;
    for line in now.iter().filter(|line| line.number("ns").is_some()) {
        let same = |other: &&Line| other.word("on") == line.word("on") && same_work(other, line);
        let Some(earlier) = before.iter().find(same) else {
            new += 1;
            continue;
        };
        let ratio = ratio_of(line.number("ns"), earlier.number("ns"));
        ratios.extend(ratio);
        let mut row = vec![line.word("on").to_owned()];
        row.extend(named(line));
        row.extend([
            fixed(earlier.number("ns"), 1),
            fixed(line.number("ns"), 1),
            fixed(ratio, 2),
            fixed(earlier.number("ratio"), 2),
            fixed(line.number("ratio"), 2),
        ]);
        cells.push(row);
    }
    let mut text = markdown(&cells);
    if let Some(median) = median(&mut ratios) {
        let _ = writeln!(
            text,
            "\nnow / then, median of {} rows: {median:.2}.",
            ratios.len()
        );
    }
    if new > 0 {
        let _ = writeln!(text, "\n{new} rows were not measured then.");
    }
    text
}

fn of_memory(lines: &[Line]) -> String {
    let memory = |on: &str| {
        let found = lines
            .iter()
            .find(|line| line.word("work") == "Memory" && line.word("on") == on);
        move |name: &str| found.and_then(|line| line.number(name))
    };
    let (native, wasm) = (memory("native"), memory("wasm"));
    if native("flows").is_none() && wasm("flows").is_none() {
        return String::new();
    }
    let mebi = |bytes: Option<f64>| bytes.map(|bytes| bytes / f64::from(1 << 20));
    let row = |label: &str, ours: String, browser: String, goal: &str, value: Option<f64>, most| {
        let met = value.map_or(String::new(), |value| met(value <= most).to_owned());
        vec![label.to_owned(), ours, browser, goal.to_owned(), met]
    };
    let cells = [
        head(&["a million connections", "native", "browser", "goal", "met"]),
        row(
            "bytes of a slot",
            fixed(native("slot"), 0),
            String::new(),
            "≤ 256",
            native("slot"),
            SLOT_GOAL,
        ),
        row(
            "bytes each, all included",
            fixed(native("each"), 1),
            String::new(),
            "≤ 320",
            native("each"),
            EACH_GOAL,
        ),
        row(
            "put in, ms of its thread",
            fixed(native("fill_ms"), 0),
            fixed(wasm("fill_ms"), 0),
            "browser ≤ 2000",
            wasm("fill_ms"),
            FILL_MS_GOAL,
        ),
        row(
            "on the wall, ms",
            String::new(),
            fixed(wasm("wall_ms"), 0),
            "",
            None,
            0.0,
        ),
        row(
            "memory, MiB",
            fixed(mebi(native("bytes")), 1),
            fixed(mebi(wasm("bytes")), 1),
            "browser ≤ 488",
            wasm("bytes"),
            MEMORY_GOAL,
        ),
    ];
    format!("\n{}", markdown(&cells))
}

fn is_row(line: &Line, on: &str) -> bool {
    line.word("on") == on && line.number("ns").is_some()
}

fn same_work(one: &Line, other: &Line) -> bool {
    named(one) == named(other)
}

/// What makes a row the same row in another run.
fn named(line: &Line) -> [String; 5] {
    [
        line.word("work").to_owned(),
        fixed(line.number("flows"), 0),
        fixed(line.number("buckets"), 0),
        line.word("profile").to_owned(),
        if line.is("traced") { "on" } else { "off" }.to_owned(),
    ]
}

/// The goals of a row, and whether all are met.
fn goal(row: &Line) -> (String, String) {
    let mut goals = Vec::new();
    let mut all = true;
    for (value, goal, unit) in [("ns", "goal_ns", "ns"), ("ratio", "goal_ratio", "×")] {
        if let Some(most) = row.number(goal) {
            goals.push(format!("≤ {most} {unit}"));
            all &= row.number(value).is_some_and(|value| value <= most);
        }
    }
    let met = if goals.is_empty() { "" } else { met(all) };
    (goals.join(", "), met.to_owned())
}

fn met(yes: bool) -> &'static str {
    if yes { "met" } else { "not met" }
}

fn ratio_of(value: Option<f64>, to: Option<f64>) -> Option<f64> {
    Some(value? / to.filter(|to| *to > 0.0)?)
}

/// Sorts; the middle, or of two the mean.
fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    let upper = *values.get(half)?;
    Some(if values.len().is_multiple_of(2) {
        (values[half - 1] + upper) / 2.0
    } else {
        upper
    })
}

fn fixed(number: Option<f64>, digits: usize) -> String {
    number.map_or(String::new(), |number| format!("{number:.digits$}"))
}

fn head(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

/// The first row is the head; the first column stands to the left, all else to the right.
fn markdown(cells: &[Vec<String>]) -> String {
    let columns = cells.first().map_or(0, Vec::len);
    let wide = |column: usize| {
        cells
            .iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(wide).collect();
    let mut text = String::new();
    for (nth, row) in cells.iter().enumerate() {
        for (column, (cell, &width)) in row.iter().zip(&widths).enumerate() {
            // Writing to a String cannot fail.
            let _ = if column == 0 {
                write!(text, "| {cell:<width$} ")
            } else {
                write!(text, "| {cell:>width$} ")
            };
        }
        text.push_str("|\n");
        if nth == 0 {
            for (column, width) in widths.iter().enumerate() {
                let end = if column == 0 { "-" } else { ":" };
                let _ = write!(text, "|{}{end}", "-".repeat(width + 1));
            }
            text.push_str("|\n");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<Line> {
        Line::parse_all(text).unwrap()
    }

    const RUN: &str = include_str!("../../data/bench/run.jsonl");

    #[test]
    fn rows_stand_beside_the_browsers_and_their_goals() {
        let expected = include_str!("../../data/bench/rows.md");
        assert_eq!(of_rows(&lines(RUN)), expected);
    }

    #[test]
    fn one_goal_missed_is_a_goal_not_met() {
        let row = r#"{"on":"native","ns":50,"ratio":5.01,"goal_ns":54,"goal_ratio":5}"#;
        assert_eq!(goal(&Line::parse(row).unwrap()).1, "not met");
    }

    #[test]
    fn an_earlier_run_is_compared_row_by_row() {
        let now = RUN.replace("\"ns\":50.0", "\"ns\":25.0");
        let before = RUN.replace(
            "\"work\":\"UdpHit\",\"flows\":1,\"buckets\":65536,\"traced\":true",
            "\"work\":\"Gone\"",
        );
        let expected = include_str!("../../data/bench/compared.md");
        assert_eq!(compared(&lines(&before), &lines(&now)), expected);
    }

    #[test]
    fn lines_without_a_browser_make_a_table_too() {
        let native: Vec<Line> = lines(RUN)
            .into_iter()
            .filter(|line| line.word("on") == "native")
            .collect();
        let text = of_rows(&native);
        assert!(!text.contains("median"), "{text}");
        assert_eq!(text.matches("UdpHit").count(), 2, "{text}");
    }
}
