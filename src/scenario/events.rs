//! What `conntrack -E` printed, line by line, to be compared with the events of a run.

use core::fmt;

/// An event as a tool printed it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Heard {
    /// Its line in the text, from 1.
    pub line: u32,
    /// What is compared: from `[NEW]` on, without the time and without who asked for it.
    pub text: String,
}

/// Everything that a text holds.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Recording {
    /// The events.
    pub events: Vec<Heard>,
    /// Lines that are none, and not empty either.
    pub skipped: u32,
    /// The first of them.
    pub first_skipped: u32,
    /// Events behind the first [`EVENTS_MAX`], which are not kept.
    pub left_out: u32,
}

/// Most events that are kept.
pub const EVENTS_MAX: usize = 200_000;

const KINDS: [&str; 3] = ["[NEW]", "[UPDATE]", "[DESTROY]"];

/// `true` if a text looks like one of `conntrack -E`: one of its first lines is an event.
pub fn looks_like_events(text: &str) -> bool {
    const LOOKED_AT: usize = 20;
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    lines
        .by_ref()
        .take(LOOKED_AT)
        .any(|line| event(line).is_some())
}

/// Reads the events of a text at once.
pub fn read_events(text: &str) -> Recording {
    let mut reader = EventsReader::new(text.to_owned());
    while !reader.read(u32::MAX) {}
    reader.recording
}

/// A text that is read in portions.
pub struct EventsReader {
    text: String,
    at: usize,
    line: u32,
    /// What was read.
    pub recording: Recording,
}

impl EventsReader {
    /// Before the first line.
    pub fn new(text: String) -> EventsReader {
        EventsReader {
            text,
            at: 0,
            line: 1,
            recording: Recording::default(),
        }
    }

    /// Bytes read so far, and bytes that there are.
    pub fn progress(&self) -> (usize, usize) {
        (self.at, self.text.len())
    }

    /// Reads so many lines at most; `true` once all were read.
    pub fn read(&mut self, lines: u32) -> bool {
        for _ in 0..lines {
            let Some(rest) = self.text.get(self.at..).filter(|rest| !rest.is_empty()) else {
                break;
            };
            let end = rest.find('\n').map_or(rest.len(), |end| end + 1);
            let read = &rest[..end];
            match event(read) {
                Some(_) if self.recording.events.len() == EVENTS_MAX => {
                    self.recording.left_out += 1;
                }
                Some(text) => self.recording.events.push(Heard {
                    line: self.line,
                    text,
                }),
                None if read.trim().is_empty() || read.starts_with("conntrack v") => {}
                None => {
                    self.recording.skipped += 1;
                    if self.recording.skipped == 1 {
                        self.recording.first_skipped = self.line;
                    }
                }
            }
            self.at += end;
            self.line += 1;
        }
        self.at >= self.text.len()
    }
}

impl fmt::Debug for EventsReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EventsReader({:?})", self.progress())
    }
}

/// The event on a line, with single blanks.
fn event(line: &str) -> Option<String> {
    let mut words = line.split_whitespace().peekable();
    let is_time = |word: &&str| {
        let inner = word
            .strip_prefix('[')
            .and_then(|word| word.strip_suffix(']'));
        inner.is_some_and(|inner| inner.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
    };
    words.next_if(is_time);
    words.peek().filter(|word| KINDS.contains(*word))?;
    Some(plain(words))
}

/// The words of an event that count, with single blanks between them.
pub fn plain<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for word in words.take_while(|word| *word != "[USERSPACE]") {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
    }
    text
}
