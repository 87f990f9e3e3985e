//! A line cut into words, and words read as numbers; every word knows where it stands.

use super::ParseError;
use crate::words::{scenario as w, tell};
use core::fmt::Display;
use core::ops::RangeInclusive;

/// A word and the byte of its line at which it starts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'a> {
    pub at: usize,
    pub text: &'a str,
}

/// What is wrong, and at which byte of the line.
#[derive(Debug)]
pub(super) struct Fault {
    at: usize,
    problem: String,
    expected: String,
}

impl Fault {
    pub fn new(at: usize, problem: impl Into<String>, expected: impl Into<String>) -> Fault {
        Fault {
            at,
            problem: problem.into(),
            expected: expected.into(),
        }
    }

    /// With line number and column, counted in characters from 1.
    pub fn located(self, line: u32, text: &str) -> ParseError {
        let before = text
            .get(..self.at)
            .map_or(0, |before| before.chars().count());
        let column = u32::try_from(before + 1).unwrap_or(u32::MAX);
        ParseError {
            line,
            column,
            problem: self.problem,
            expected: self.expected,
        }
    }
}

impl<'a> Word<'a> {
    /// What stands before and behind the first `=`.
    pub fn split(self) -> (&'a str, Option<Word<'a>>) {
        match self.text.split_once('=') {
            Some((key, value)) => (
                key,
                Some(Word {
                    at: self.at + key.len() + 1,
                    text: value,
                }),
            ),
            None => (self.text, None),
        }
    }

    /// The word in quotation marks, cut if it is long.
    pub fn quoted(self) -> String {
        quoted(self.text)
    }

    /// A fault at this word.
    pub fn fault(self, problem: impl Into<String>, expected: impl Into<String>) -> Fault {
        Fault::new(self.at, problem, expected)
    }

    /// The fault of a word that is not one of those that can stand here.
    pub fn unknown(self, what: impl Display, expected: impl Into<String>) -> Fault {
        self.fault(
            tell!(w::QUOTED_IS_NOT_WHAT, quoted = self.quoted(), what),
            expected,
        )
    }

    /// The word as a number, decimal or behind `0x`.
    pub fn number(self, what: &str, range: RangeInclusive<u64>) -> Result<u64, Fault> {
        let expected = || {
            tell!(
                w::A_NUMBER_FROM_START,
                start = range.start(),
                end = range.end()
            )
        };
        let (digits, radix) = match self.text.strip_prefix("0x") {
            Some(hex) => (hex, 16),
            None => (self.text, 10),
        };
        if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
            return Err(self.unknown(
                format_args!("{}", tell!(w::A_NUMBER_FOR_WHAT, what)),
                expected(),
            ));
        }
        match u64::from_str_radix(digits, radix) {
            Ok(n) if range.contains(&n) => Ok(n),
            _ => Err(self.fault(
                tell!(w::QUOTED_IS_OUT_OF, quoted = self.quoted(), what),
                expected(),
            )),
        }
    }
}

/// Text in quotation marks, cut if it is long.
pub(super) fn quoted(text: &str) -> String {
    const SHOWN: usize = 32;
    let short: String = text.chars().take(SHOWN).collect();
    if short.len() < text.len() {
        format!("“{short}…”")
    } else {
        format!("“{short}”")
    }
}

/// The words of a line and its note.
pub(super) struct Cut<'a> {
    pub words: Vec<Word<'a>>,
    /// What stands behind `#`, without blanks around it; `None` if there is no `#`.
    pub note: Option<&'a str>,
}

/// Cuts at blanks. What is between quotation marks or braces stays together, and a `#` at the start
/// of a word begins the note. `base` is the place of `text` in its line.
pub(super) fn cut(text: &str, base: usize) -> Result<Cut<'_>, Fault> {
    let mut words = Vec::new();
    let mut start = None;
    let mut braces: Vec<usize> = Vec::new();
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if quote.is_some() {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => quote = None,
                _ => {}
            }
            continue;
        }
        if c.is_whitespace() && braces.is_empty() {
            if let Some(from) = start.take() {
                words.push(Word {
                    at: base + from,
                    text: &text[from..at],
                });
            }
            continue;
        }
        if c == '#' && start.is_none() {
            return Ok(Cut {
                words,
                note: Some(text[at + 1..].trim()),
            });
        }
        start.get_or_insert(at);
        match c {
            '"' => quote = Some(at),
            '{' => braces.push(at),
            '}' if braces.pop().is_none() => {
                return Err(Fault::new(
                    base + at,
                    w::THIS_BRACE_CLOSES_NOTHING.text(),
                    w::A_BEFORE_IT.text(),
                ));
            }
            _ => {}
        }
    }
    if let Some(at) = quote {
        return Err(Fault::new(
            base + at,
            w::THIS_QUOTATION_MARK_IS.text(),
            "another \"",
        ));
    }
    if let Some(at) = braces.pop() {
        return Err(Fault::new(
            base + at,
            w::THIS_BRACE_IS_NOT.text(),
            w::A_FURTHER_ON.text(),
        ));
    }
    if let Some(from) = start {
        words.push(Word {
            at: base + from,
            text: &text[from..],
        });
    }
    Ok(Cut { words, note: None })
}
