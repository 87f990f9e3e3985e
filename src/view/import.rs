//! What is shown while data comes in: the dialog, and a recording beside the run.

use crate::words::{import as w, tell};

/// The dialog for captures and texts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum ImportModel {
    /// It is not open.
    #[default]
    Closed,
    /// Something is to be chosen.
    Choose {
        /// What is typed or pasted.
        text: String,
        /// Why the last try came to nothing, as a sentence.
        problem: Option<String>,
    },
    /// Something is under way.
    Working {
        /// What: `Reading web.pcap`.
        label: String,
        /// How far, in permille.
        done: u32,
        /// How far, in words.
        words: String,
    },
    /// Something was found and can be opened.
    Found(Found),
}

/// What was found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Found {
    /// Heading.
    pub title: String,
    /// Name of the file, or what the text is.
    pub name: String,
    /// Facts: name and value.
    pub facts: Vec<(&'static str, String)>,
    /// Sentences about what was left out or changed, in order.
    pub said: Vec<String>,
    /// Addresses that may be the machine's own, each with what is said of it, and whether it is.
    pub own: Vec<(String, bool)>,
}

/// A recording beside the run.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RecordingModel {
    /// What came of comparing them.
    pub summary: String,
    /// What else there is to say.
    pub notes: Vec<String>,
    /// Rows around the first difference.
    pub rows: Vec<RecordingRow>,
    /// How many rows are left out, in words; empty if none is.
    pub more: String,
    /// The run changed since.
    pub stale: bool,
}

/// A line of both.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RecordingRow {
    /// Line of the recording, 0 if it is not there.
    pub line: u32,
    /// What this run prints.
    pub here: Option<String>,
    /// What the recording says.
    pub there: Option<String>,
    /// Same, or what differs, in words.
    pub what: String,
    /// Both are the same.
    pub same: bool,
    /// The first that are not.
    pub first: bool,
    /// The command of this run, from 0.
    pub command: Option<u32>,
}

/// Which line of one belongs to which of the other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pair {
    /// Index in the run.
    pub here: Option<usize>,
    /// Index in the recording.
    pub there: Option<usize>,
}

/// How far ahead a line is looked for that was left out on one side.
const AHEAD: usize = 64;
/// Rows before the first difference, and in all.
const ROWS_BEFORE: usize = 6;
const ROWS_MAX: usize = 60;

/// Puts the lines of both side by side, in order: equal lines face each other as early as they can,
/// two that differ face each other if they are of the same kind and flow.
pub fn align(here: &[&str], there: &[&str]) -> Vec<Pair> {
    let mut pairs = Vec::with_capacity(here.len().max(there.len()));
    let (mut i, mut j) = (0, 0);
    while i < here.len() && j < there.len() {
        if here[i] == there[j] {
            pairs.push(Pair {
                here: Some(i),
                there: Some(j),
            });
            (i, j) = (i + 1, j + 1);
            continue;
        }
        let like =
            |line: &str, lines: &[&str]| lines.iter().take(AHEAD).position(|other| *other == line);
        let skips = (like(here[i], &there[j..]), like(there[j], &here[i..]));
        let (only_here, only_there) = match skips {
            (Some(b), Some(a)) if b <= a => (0, b),
            (Some(b), None) => (0, b),
            (_, Some(a)) => (a, 0),
            (None, None) if flow(here[i]) == flow(there[j]) => (0, 0),
            (None, None) => (1, 1),
        };
        if (only_here, only_there) == (0, 0) {
            pairs.push(Pair {
                here: Some(i),
                there: Some(j),
            });
            (i, j) = (i + 1, j + 1);
            continue;
        }
        for n in 0..only_here {
            pairs.push(Pair {
                here: Some(i + n),
                there: None,
            });
        }
        for n in 0..only_there {
            pairs.push(Pair {
                here: None,
                there: Some(j + n),
            });
        }
        (i, j) = (i + only_here, j + only_there);
    }
    pairs.extend((i..here.len()).map(|at| Pair {
        here: Some(at),
        there: None,
    }));
    pairs.extend((j..there.len()).map(|at| Pair {
        here: None,
        there: Some(at),
    }));
    pairs
}

/// Kind, protocol and original tuple of an event: what two lines share that tell of the same.
fn flow(line: &str) -> Vec<&str> {
    let is_key = |word: &&str| {
        word.starts_with('[') && *word != "[UNREPLIED]" && *word != "[ASSURED]"
            || ["src=", "dst=", "sport=", "dport=", "id=", "type="]
                .iter()
                .any(|key| word.starts_with(key))
    };
    line.split(' ').filter(is_key).take(5).collect()
}

/// The first words in which two lines differ.
fn differs(here: &str, there: &str) -> String {
    let (mut a, mut b) = (here.split(' '), there.split(' '));
    loop {
        match (a.next(), b.next()) {
            (Some(one), Some(other)) if one == other => {}
            (one, other) => {
                let shown = |word: Option<&str>| word.unwrap_or("–").to_owned();
                return tell!(w::DIFFERS_WORD, here = shown(one), there = shown(other));
            }
        }
    }
}

/// The rows around the first difference, or the first ones. A line of the run has the number of its
/// command, from 1; one of the recording its number in the text.
pub fn recording(here: &[(u32, String)], there: &[(u32, &str)]) -> RecordingModel {
    let ours: Vec<&str> = here.iter().map(|(_, text)| text.as_str()).collect();
    let theirs: Vec<&str> = there.iter().map(|(_, text)| *text).collect();
    let pairs = align(&ours, &theirs);
    let is_same = |pair: &Pair| match *pair {
        Pair {
            here: Some(i),
            there: Some(j),
        } => ours[i] == theirs[j],
        _ => false,
    };
    let same = pairs.iter().filter(|pair| is_same(pair)).count();
    let first = pairs.iter().position(|pair| !is_same(pair));
    let from = first.unwrap_or(0).saturating_sub(ROWS_BEFORE);
    let to = (from + ROWS_MAX).min(pairs.len());
    let row = |(at, pair): (usize, &Pair)| {
        let (one, other) = (pair.here.map(|i| ours[i]), pair.there.map(|j| theirs[j]));
        let what = match (one, other) {
            (Some(one), Some(other)) if one == other => w::ROW_SAME.text().to_owned(),
            (Some(one), Some(other)) => {
                format!("{}: {}", w::ROW_DIFFERS.text(), differs(one, other))
            }
            (Some(_), None) => w::ROW_ONLY_RUN.text().to_owned(),
            (None, _) => w::ROW_ONLY_RECORDING.text().to_owned(),
        };
        RecordingRow {
            line: pair.there.map_or(0, |j| there[j].0),
            here: one.map(str::to_owned),
            there: other.map(str::to_owned),
            what,
            same: is_same(pair),
            first: Some(at) == first,
            command: pair.here.map(|i| here[i].0.saturating_sub(1)),
        }
    };
    let rows = (from..to).zip(&pairs[from..to]).map(row).collect();
    let (before, after) = (from, pairs.len() - to);
    let lines = pairs.len();
    RecordingModel {
        summary: match first {
            None => tell!(w::COMPARE_SAME, lines),
            Some(first) => tell!(w::COMPARE_DIFFERS, same, lines, first = first + 1),
        },
        more: if before + after > 0 {
            tell!(w::COMPARE_MORE, lines = before, after)
        } else {
            String::new()
        },
        rows,
        ..RecordingModel::default()
    }
}
