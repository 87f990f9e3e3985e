//! The values that are more than text: questions, conditions, objects.

use super::super::words::{Fault, Word, quoted};
use super::{Ask, Goal, Shelf};
use crate::engine::conn::Status;
use crate::engine::stats::Counter;
use crate::words::{Plain, lesson_file as w, tell};

/// Kinds of messages that a condition can name.
pub(super) const EVENTS: [&str; 3] = ["NEW", "UPDATE", "DESTROY"];
pub(super) const SHELVES: [(&str, Shelf); 3] = [
    ("unconfirmed", Shelf::Unconfirmed),
    ("table", Shelf::Table),
    ("dying", Shelf::Dying),
];
const ASKS: Plain = w::BUCKETS_C1_LIST_C1;
const GOALS: Plain = w::A_CONDITION_SUCH_AS;
const NUMBER_MAX: u64 = u32::MAX as u64;

/// Words of a value, one after the other.
struct Words<'a, 'w> {
    words: &'w [Word<'a>],
    end: Word<'a>,
}

impl<'a> Words<'a, '_> {
    fn need(&mut self, expected: &str) -> Result<Word<'a>, Fault> {
        let Some((word, rest)) = self.words.split_first() else {
            return Err(self.end.fault(w::THE_LINE_ENDS_HERE.text(), expected));
        };
        self.words = rest;
        Ok(*word)
    }

    fn number(&mut self, what: &str) -> Result<u32, Fault> {
        Ok(self
            .need(w::A_NUMBER.text())?
            .number(what, 0..=NUMBER_MAX)? as u32)
    }

    fn conn(&mut self) -> Result<u32, Fault> {
        let word = self.need(w::A_CONNECTION_SUCH_AS.text())?;
        conn(word).ok_or_else(|| word.unknown(w::A_CONNECTION.text(), w::C1_C2_AND_SO.text()))
    }

    fn finish<T>(mut self, value: T) -> Result<T, Fault> {
        match self.need("") {
            Ok(word) => Err(word.fault(
                tell!(w::QUOTED_IS_TOO_MUCH, quoted = word.quoted()),
                w::THE_END_OF_THE.text(),
            )),
            Err(_) => Ok(value),
        }
    }
}

fn conn(word: Word<'_>) -> Option<u32> {
    let digits = word.text.strip_prefix('c')?;
    let good = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let number = if good { digits.parse().ok() } else { None };
    number.filter(|number| *number > 0)
}

/// What a question asks for.
pub(super) fn ask(words: &[Word<'_>], end: Word<'_>) -> Result<Ask, Fault> {
    let mut words = Words { words, end };
    let first = words.need(ASKS.text())?;
    let ask = match first.text {
        "buckets" => Ask::Buckets(words.conn()?),
        "list" => Ask::List(words.conn()?),
        "use" => Ask::Use(words.conn()?),
        "entries" => Ask::Entries,
        "head" => Ask::Head(words.number("bucket")?),
        "deadline" => Ask::Deadline(words.conn()?),
        "state" => Ask::State(words.conn()?),
        "choice" => Ask::Choice(Vec::new()),
        _ => return Err(first.unknown(w::SOMETHING_TO_ASK_FOR.text(), ASKS.text())),
    };
    words.finish(ask)
}

/// A condition.
pub(super) fn goal(words: &[Word<'_>], end: Word<'_>) -> Result<Goal, Fault> {
    let mut words = Words { words, end };
    let first = words.need(GOALS.text())?;
    let goal = match first.text {
        "conns" => Goal::Conns(words.number("connections")?),
        "entries" => Goal::Entries(words.number("entries")?),
        "chain" => Goal::Chain(words.number("nodes")?),
        "expectations" => Goal::Expectations(words.number("expectations")?),
        "stat" => {
            let word = words.need(w::A_COUNTER_SUCH_AS.text())?;
            let mut all = Counter::EVERY.into_iter();
            let found = all.find(|counter| counter.name() == word.text);
            let names = || Counter::EVERY.map(Counter::name).join(", ");
            let counter = found.ok_or_else(|| word.unknown(w::A_COUNTER.text(), names()))?;
            Goal::Stat(counter, words.number(w::THE_COUNTER.text())?)
        }
        "event" => {
            let word = words.need(w::NEW_UPDATE_OR_DESTROY.text())?;
            let found = EVENTS.into_iter().find(|event| *event == word.text);
            Goal::Event(found.ok_or_else(|| {
                word.unknown(w::A_KIND_OF_EVENT.text(), w::NEW_UPDATE_OR_DESTROY.text())
            })?)
        }
        _ => {
            let number =
                conn(first).ok_or_else(|| first.unknown(w::A_CONDITION.text(), GOALS.text()))?;
            of_conn(number, &mut words)?
        }
    };
    words.finish(goal)
}

fn of_conn(number: u32, words: &mut Words<'_, '_>) -> Result<Goal, Fault> {
    const WHAT: Plain = w::GONE_EXPIRED_PLACE_STATE;
    let word = words.need(WHAT.text())?;
    Ok(match word.text {
        "gone" => Goal::Gone(number),
        "expired" => Goal::Expired(number),
        "use" => Goal::Use(number, words.number("use")?),
        "place" => {
            let word = words.need(w::UNCONFIRMED_TABLE_OR_DYING.text())?;
            let found = SHELVES.iter().find(|(name, _)| *name == word.text);
            let shelf = found.ok_or_else(|| {
                word.unknown(w::A_PLACE.text(), w::UNCONFIRMED_TABLE_OR_DYING.text())
            })?;
            Goal::Place(number, shelf.1)
        }
        "state" => {
            let word = words.need(w::A_STATE_SUCH_AS.text())?;
            let good = |c: u8| c.is_ascii_uppercase() || c.is_ascii_digit() || c == b'_';
            if !word.text.bytes().all(good) || word.text.len() > 32 {
                return Err(word.unknown(w::A_STATE.text(), w::ITS_NAME_IN_CAPITALS.text()));
            }
            Goal::State(number, word.text.to_owned())
        }
        "status" => {
            let word = words.need(w::A_STATUS_BIT_SUCH.text())?;
            let bit = Status::from_name(word.text).ok_or_else(|| {
                let expected = w::SEEN_REPLY_ASSURED.text();
                word.unknown(w::A_STATUS_BIT.text(), expected)
            })?;
            Goal::Status(number, bit)
        }
        _ => return Err(word.unknown(w::SOMETHING_TO_SAY_OF.text(), WHAT.text())),
    })
}

/// A name as it may stand in a link: of a lens or an object.
pub(super) fn name(words: &[Word<'_>], end: Word<'_>, expected: &str) -> Result<String, Fault> {
    let mut words = Words { words, end };
    let word = words.need(expected)?;
    let good = |c: u8| c.is_ascii_alphanumeric() || b"-_.".contains(&c);
    if word.text.len() > 32 || !word.text.bytes().all(good) {
        let problem = tell!(w::QUOTED_IS_NOT_A, quoted = quoted(word.text));
        return Err(word.fault(problem, expected));
    }
    words.finish(word.text.to_owned())
}
