//! What a real kernel did with the same packets. Each recording is a scenario, played on Linux
//! 6.18, with what was seen after every step; `ctscope check` says the same of one file.

mod lists;

use ctscope::engine::Profile;
use ctscope::scenario::recorder::{self, Recording};
use ctscope::timeline::replay::{Difference, differences, replay};
use ctscope::view::listing;
use lists::{AS_IN_5_10, NOT_YET};
use std::cmp::Reverse;
use std::env;
use std::fs;
use std::path::PathBuf;

/// Differences of a recording that a failure shows.
const SHOWN: usize = 3;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/golden")
}

/// Every recording by name, with its text.
fn recordings() -> Vec<(String, String)> {
    let mut all: Vec<_> = fs::read_dir(folder())
        .expect("the recordings are there")
        .map(|entry| entry.expect("a folder can be read").path())
        .map(|path| {
            let name = path.file_stem().expect("a file has a name");
            let text = fs::read_to_string(&path).expect("a recording is text");
            (name.to_string_lossy().into_owned(), text)
        })
        .collect();
    all.sort();
    assert!(all.len() >= 135, "{} recordings", all.len());
    all
}

fn read(name: &str, text: &str) -> Recording {
    recorder::read(text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn told(name: &str, found: &[Difference]) -> String {
    let shown: Vec<String> = found
        .iter()
        .take(SHOWN)
        .map(Difference::to_string)
        .collect();
    format!("{name}: {} fields\n{}", found.len(), shown.join("\n"))
}

#[test]
fn every_recording_is_what_the_machine_does() {
    let mut problems = Vec::new();
    let mut all = recordings();
    // The longest see most. To notice a planted mistake (`cargo xtask mutants`) one is enough.
    all.sort_by_key(|(_, text)| Reverse(text.len()));
    let enough = if env::var_os("CTSCOPE_MUTANT").is_some() {
        1
    } else {
        all.len()
    };
    for (name, text) in all {
        if problems.len() >= enough {
            break;
        }
        let recording = read(&name, &text);
        let kernel = recording
            .kernel
            .as_deref()
            .expect("a recording has a kernel");
        let profile = recorder::profile_of(kernel).expect("its kernel is modelled");
        let found = differences(&recording, profile);
        match (NOT_YET.contains(&name.as_str()), found.is_empty()) {
            (false, false) => problems.push(told(&name, &found)),
            (true, true) => problems.push(format!("{name} agrees: take it out of NOT_YET")),
            _ => {}
        }
    }
    let count = problems.len();
    assert!(
        problems.is_empty(),
        "{count} problems\n{}",
        problems.join("\n")
    );
}

/// A line of a listing, and the seconds in it, which come before everything that a packet said.
fn without_seconds(line: &str) -> (String, u64) {
    let mut words: Vec<&str> = line.split_whitespace().collect();
    // ipv4 2 udp 17 SECONDS
    let secs = words.remove(4).parse().expect("seconds are a number");
    (words.join(" "), secs)
}

/// Where two listings differ, in short; `None` if they do not.
fn listed_differs(kernel: &[String], here: &[String], tolerance: u64) -> Option<String> {
    let sorted = |lines: &[String]| {
        let mut lines: Vec<_> = lines.iter().map(|line| without_seconds(line)).collect();
        lines.sort();
        lines
    };
    let (kernel, here) = (sorted(kernel), sorted(here));
    let same = kernel.len() == here.len()
        && kernel
            .iter()
            .zip(&here)
            .all(|((kernel, left), (here, is))| kernel == here && left.abs_diff(*is) <= tolerance);
    (!same).then(|| format!("    kernel {kernel:?}\n    here   {here:?}"))
}

#[test]
fn the_table_at_the_end_is_listed_as_files_and_tools_do() {
    let mut problems = Vec::new();
    for (name, text) in recordings() {
        let recording = read(&name, &text);
        let last = recording.last.clone().unwrap_or_default();
        if NOT_YET.contains(&name.as_str()) {
            continue;
        }
        let (Some(proc), Some(tool)) = (last.proc_net_nf_conntrack, last.conntrack_l) else {
            continue;
        };
        let (_, ct) = replay(&recording, Profile::V6_18);
        let [(_, proc_here), (_, tool_here)] = listing::both(&ct);
        let tolerance = recording.tolerance_secs();
        let found: Vec<String> = [(proc, proc_here), (tool, tool_here)]
            .iter()
            .filter_map(|(kernel, here)| listed_differs(kernel, here, tolerance))
            .collect();
        if !found.is_empty() {
            problems.push(format!("{name}\n{}", found.join("\n")));
        }
    }
    let count = problems.len();
    assert!(
        problems.is_empty(),
        "{count} problems\n{}",
        problems.join("\n")
    );
}

#[test]
fn the_list_of_exceptions_names_what_there_is() {
    let all = recordings();
    let unknown: Vec<_> = NOT_YET
        .iter()
        .chain(AS_IN_5_10)
        .filter(|listed| all.iter().all(|(name, _)| name != *listed))
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

/// What 5.10 is known to do otherwise where it comes to the same connections.
fn told_less_in_5_10(difference: &Difference) -> bool {
    let Difference { field, here, .. } = difference;
    // A DESTROY has neither timeout nor state.
    (field.starts_with("events[") && here == "-")
        // A reopened connection counts as invalid.
        || field == "stats.invalid"
}

#[test]
fn the_older_kernel_does_the_same_where_nothing_changed_since() {
    let mut problems = Vec::new();
    for (name, text) in recordings() {
        if !AS_IN_5_10.contains(&name.as_str()) || NOT_YET.contains(&name.as_str()) {
            continue;
        }
        let mut found = differences(&read(&name, &text), Profile::V5_10);
        found.retain(|difference| !told_less_in_5_10(difference));
        if !found.is_empty() {
            problems.push(told(&name, &found));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn a_recording_is_printed_as_the_recorder_does() {
    for (name, text) in recordings() {
        let value: serde_json::Value = serde_json::from_str(&text).expect("a recording is JSON");
        assert!(recorder::layout(&value) == text.trim_end(), "{name}");
    }
}

#[test]
fn the_documents_say_how_many_recordings_there_are() {
    let count = recordings().len();
    let readme = include_str!("../../README.md");
    assert!(readme.contains(&format!("- {count} recordings of a real Linux")));
    let architecture = include_str!("../../ARCHITECTURE.md");
    assert!(architecture.contains(&format!("{count} scenarios as a Linux")));
}
