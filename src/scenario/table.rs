//! A table to begin with: the text of `conntrack -L`, plain or `-o extended`, as a scenario whose
//! commands make its entries.

use super::entry::entry;
use super::words::{Fault, Word, cut};
use super::{COMMANDS_MAX, LINE_BYTES_MAX, Line, ParseError, Scenario, TEXT_BYTES_MAX};
use crate::engine::command::{Command, NewEntry, Span};
use crate::engine::config::{BUCKETS_MAX, Config};
use crate::engine::extract::nf_ct_invert_tuple;
use crate::engine::sysctl::Sysctl;
use crate::engine::time::{TICKS_MAX, Ticks};
use crate::engine::tuple::{Dir, Tuple};
use crate::words::{import, scenario as w, tell};
use core::fmt;
use std::collections::BTreeMap;

/// Most entries of a table that is read.
pub const ENTRIES_MAX: usize = COMMANDS_MAX - 1_000;
/// Most lines that are told to be bad; the rest is counted.
pub const PROBLEMS_MAX: usize = 20;

/// What a text of `conntrack -L` holds.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Table {
    /// A machine with the entries that could be read: the last line first, so that each chain of
    /// buckets comes out as it was listed.
    pub scenario: Scenario,
    /// How many entries that are.
    pub entries: u32,
    /// Lines that could not be read, at most [`PROBLEMS_MAX`].
    pub problems: Vec<ParseError>,
    /// How many there are.
    pub bad: u32,
    /// What else there is to say, in sentences.
    pub notes: Vec<String>,
}

/// `true` if a text looks like one of `conntrack -L`: its first line is a line of it, good or bad.
pub fn looks_like_table(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim);
    let first = lines.find(|line| !line.is_empty() && !is_remark(line));
    first.is_some_and(|line| line.contains("src=") && !line.starts_with('['))
}

/// What the tool says beside its list.
fn is_remark(line: &str) -> bool {
    line.starts_with("conntrack v") || line.starts_with('#')
}

/// Reads the list at once; see [`TableReader`].
pub fn read_table(text: &str, config: &Config) -> Result<Table, ParseError> {
    let mut reader = TableReader::new(text.to_owned(), config)?;
    while !reader.read(u32::MAX) {}
    Ok(reader.finish())
}

/// A list that is read in portions. The machine will be like the one of the config, with a bucket
/// for each entry at least and room for all.
pub struct TableReader {
    text: String,
    /// Bytes that were read.
    at: usize,
    /// The next line, from 1.
    line: u32,
    config: Config,
    table: Table,
    entries: Vec<NewEntry>,
    /// Whose tuples there are, by the place of the entry.
    taken: BTreeMap<Key, usize>,
    again: u32,
}

impl TableReader {
    /// Before the first line. Fails only where the text is too long to be looked at.
    pub fn new(text: String, config: &Config) -> Result<TableReader, ParseError> {
        if text.len() > TEXT_BYTES_MAX {
            let problem = tell!(w::THE_LIST_HAS_TEXT, text = text.len());
            return Err(Fault::new(
                0,
                problem,
                tell!(w::AT_MOST_TEXT_BYTES, text_bytes_max = TEXT_BYTES_MAX),
            )
            .located(1, ""));
        }
        Ok(TableReader {
            at: text.len() - text.trim_start_matches('\u{feff}').len(),
            text,
            line: 1,
            config: config.clone(),
            table: Table::default(),
            entries: Vec::new(),
            taken: BTreeMap::new(),
            again: 0,
        })
    }

    /// Bytes read so far, and bytes that there are.
    pub fn progress(&self) -> (usize, usize) {
        (self.at, self.text.len())
    }

    /// Reads so many lines at most; `true` once all were read.
    pub fn read(&mut self, lines: u32) -> bool {
        let text = core::mem::take(&mut self.text);
        for _ in 0..lines {
            let Some(rest) = text.get(self.at..).filter(|rest| !rest.is_empty()) else {
                break;
            };
            let end = rest.find('\n').map_or(rest.len(), |end| end + 1);
            self.take(rest[..end].trim_end());
            self.at += end;
            self.line += 1;
        }
        self.text = text;
        self.at >= self.text.len()
    }

    fn take(&mut self, line: &str) {
        if line.trim_start().is_empty() || is_remark(line.trim_start()) {
            return;
        }
        let entry = match read_line(line) {
            _ if self.entries.len() >= ENTRIES_MAX => Err(Fault::new(
                0,
                w::THE_LIST_IS_TOO.text(),
                tell!(w::AT_MOST_ENTRIES_MAX, entries_max = ENTRIES_MAX),
            )),
            Ok(entry) => match self.holders(&entry) {
                [None, None] => Ok(entry),
                // `-o extended` of both families lists IPv6 a second time.
                [Some(nth), _] if self.entries[nth] == entry => {
                    self.again += 1;
                    return;
                }
                _ => Err(Fault::new(
                    0,
                    w::AN_ENTRY_BEFORE_IT.text(),
                    w::TUPLES_THAT_NO_OTHER.text(),
                )),
            },
            Err(fault) => Err(fault),
        };
        match entry {
            Ok(entry) => {
                for (dir, tuple) in Dir::BOTH.into_iter().zip([&entry.original, &entry.reply]) {
                    let key = key(&entry, tuple, dir);
                    self.taken.insert(key, self.entries.len());
                }
                self.entries.push(entry);
            }
            Err(fault) => {
                self.table.bad += 1;
                if self.table.problems.len() < PROBLEMS_MAX {
                    self.table.problems.push(fault.located(self.line, line));
                }
            }
        }
    }

    /// The entries before it that have one of its tuples, in either direction.
    fn holders(&self, entry: &NewEntry) -> [Option<usize>; 2] {
        [&entry.original, &entry.reply].map(|tuple| {
            let mut held = Dir::BOTH.into_iter().map(|dir| key(entry, tuple, dir));
            held.find_map(|key| self.taken.get(&key).copied())
        })
    }

    /// What was read.
    pub fn finish(self) -> Table {
        let mut table = self.table;
        if self.again > 0 {
            let lines = self.again;
            table.notes.push(tell!(import::TWICE, lines, m = lines));
        }
        table.entries = self.entries.len() as u32;
        table.scenario = scenario(self.entries, &self.config, &mut table.notes);
        table
    }
}

impl fmt::Debug for TableReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TableReader({:?})", self.progress())
    }
}

fn read_line(line: &str) -> Result<NewEntry, Fault> {
    if line.len() > LINE_BYTES_MAX {
        let problem = tell!(w::THE_LINE_HAS_LINE, line = line.len());
        return Err(Fault::new(
            0,
            problem,
            tell!(w::AT_MOST_LINE_BYTES, line_bytes_max = LINE_BYTES_MAX),
        ));
    }
    let words = cut(line, 0)?.words;
    let words = match &words[..] {
        [first, rest @ ..] if first.text == "entry" => rest,
        all => all,
    };
    let read = entry(Word { at: 0, text: "" }, words)?;
    // What the machine would refuse.
    match nf_ct_invert_tuple(&read.original) {
        Some(_) if read.is_possible() => Ok(read),
        Some(_) => Err(Fault::new(
            0,
            w::THE_SECOND_TUPLE_IS.text(),
            w::THE_ANSWERS_PROTOCOL_AND.text(),
        )),
        None => Err(Fault::new(
            0,
            w::NOTHING_CAN_ANSWER_THE.text(),
            w::A_TUPLE_THAT_HAS.text(),
        )),
    }
}

/// What no two entries may share.
type Key = (u16, usize, [u8; 38]);

/// A tuple with the zone that its entry has in a direction, in an order.
fn key(entry: &NewEntry, tuple: &Tuple, dir: Dir) -> Key {
    let mut bytes = [0; 38];
    bytes[..16].copy_from_slice(&tuple.src.u3.0);
    bytes[16..32].copy_from_slice(&tuple.dst.u3.0);
    bytes[32..34].copy_from_slice(&tuple.src.u.to_be_bytes());
    bytes[34..36].copy_from_slice(&tuple.dst.u.to_be_bytes());
    bytes[36] = tuple.dst.protonum;
    bytes[37] = tuple.src.l3num as u8;
    (entry.zone.id_of(dir), dir.index(), bytes)
}

fn scenario(mut entries: Vec<NewEntry>, config: &Config, notes: &mut Vec<String>) -> Scenario {
    let count = entries.len() as u32;
    let mut config = config.clone();
    let buckets = count.next_power_of_two().min(BUCKETS_MAX);
    if config.buckets < buckets {
        config.buckets = buckets;
        notes.push(tell!(import::MORE_BUCKETS, buckets));
    }
    if config.conntrack_max() != 0 && config.conntrack_max() < count {
        config.max = Some(count.next_power_of_two());
    }
    let mut lines: Vec<Line> = Vec::new();
    if let Some(oldest) = entries.iter().filter_map(|entry| entry.age).max() {
        let mut left = u64::from(oldest) * u64::from(config.hz.per_second());
        while left > 0 {
            let part = left.min(u64::from(TICKS_MAX.0));
            let part = Ticks(part as u32);
            lines.push(Command::Advance(Span::Jiffies(part)).into());
            left -= u64::from(part.0);
        }
    }
    // An entry has counters and a start if the settings were on when it was made; both are off at
    // boot, and in the end as the list has them at all.
    let mut on = [false; 2];
    let ever = [
        entries.iter().any(|entry| entry.counted.is_some()),
        entries.iter().any(|entry| entry.age.is_some()),
    ];
    let mut switch = |to: [bool; 2], lines: &mut Vec<Line>| {
        for (nth, key) in [Sysctl::Acct, Sysctl::Timestamp].into_iter().enumerate() {
            if core::mem::replace(&mut on[nth], to[nth]) != to[nth] {
                lines.push(Command::SetSysctl(key, to[nth].into()).into());
            }
        }
    };
    while let Some(entry) = entries.pop() {
        switch([entry.counted.is_some(), entry.age.is_some()], &mut lines);
        lines.push(Command::Entry(Box::new(entry)).into());
    }
    switch(ever, &mut lines);
    Scenario { config, lines }
}
