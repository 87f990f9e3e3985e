//! Prints lines of JSON. Without arguments: every row, then the memory of a table of a million
//! connections. `--list`: what each row does. `--row N`: that row, from 0. `--memory`: the memory.
//! `--once N`: N packets of one UDP flow and nothing else, to count instructions.
//! Any other word: the rows whose work is named so.

use ctscope::engine::NfConn;
use ctscope_benches::clock::Clock;
use ctscope_benches::machine::Machine;
use ctscope_benches::rows::{self, Row};
use std::process::ExitCode;

const MILLION: u32 = 1_000_000;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let print = |row: &Row| println!("{}", rows::run(row).to_json());
    match words[..] {
        [] => {
            rows::ROWS.iter().for_each(print);
            memory(MILLION);
        }
        ["--list"] => rows::ROWS.iter().for_each(|row| println!("{:?}", row.work)),
        ["--memory"] => memory(MILLION),
        ["--once", count] => match count.parse() {
            Ok(count) => rows::one_hot_flow(count),
            Err(_) => return wrong(&format!("{count:?} is not a number")),
        },
        ["--row", nth] => match nth.parse().ok().and_then(|nth: usize| rows::ROWS.get(nth)) {
            Some(row) => print(row),
            None => return wrong(&format!("there is no row {nth:?}")),
        },
        [word] => {
            let named = |row: &&Row| format!("{:?}", row.work) == word;
            let mut found = rows::ROWS.iter().filter(named).peekable();
            if found.peek().is_none() {
                return wrong(&format!("no row does {word:?}"));
            }
            found.for_each(print);
        }
        _ => return wrong("one word at most"),
    }
    ExitCode::SUCCESS
}

fn wrong(why: &str) -> ExitCode {
    eprintln!("ctscope-benches: {why}.");
    ExitCode::from(2)
}

/// Bytes that a connection takes: in its slot, and all included, by what the process has.
fn memory(flows: u32) {
    let before = resident();
    let clock = Clock::start();
    let machine = Machine::filled(1 << 20, flows);
    let millis = clock.nanos() / 1e6;
    let after = resident();
    assert_eq!(machine.ct.count(), flows);
    let buckets = 4 << 20;
    let each = after.saturating_sub(before).saturating_sub(buckets) as f64 / f64::from(flows);
    println!(
        "{{\"on\":\"{}\",\"work\":\"Memory\",\"flows\":{flows},\"buckets\":{},\"slot\":{},\
         \"each\":{each:.1},\"fill_ms\":{millis:.0},\"bytes\":{}}}",
        rows::ON,
        1 << 20,
        size_of::<NfConn>(),
        after.saturating_sub(before),
    );
}

/// Bytes of memory that this process has, 0 where that cannot be told.
fn resident() -> usize {
    // Linux gives pages of 4 KiB.
    let pages = std::fs::read_to_string("/proc/self/statm")
        .ok()
        .and_then(|text| text.split_whitespace().nth(1)?.parse::<usize>().ok());
    pages.unwrap_or(0) * 4096
}
