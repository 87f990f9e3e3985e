//! The values that are more than text: questions, conditions, objects.

use super::super::words::{Fault, Word, quoted};
use super::{Ask, Goal, Shelf};
use crate::engine::conn::Status;
use crate::engine::stats::Counter;

/// Every counter that a condition can name.
const COUNTERS: [Counter; 13] = [
    Counter::Found,
    Counter::Invalid,
    Counter::Insert,
    Counter::InsertFailed,
    Counter::Drop,
    Counter::EarlyDrop,
    Counter::Error,
    Counter::SearchRestart,
    Counter::ClashResolve,
    Counter::ChainTooLong,
    Counter::ExpectNew,
    Counter::ExpectCreate,
    Counter::ExpectDelete,
];
/// Kinds of messages that a condition can name.
pub(super) const EVENTS: [&str; 3] = ["NEW", "UPDATE", "DESTROY"];
pub(super) const SHELVES: [(&str, Shelf); 3] = [
    ("unconfirmed", Shelf::Unconfirmed),
    ("table", Shelf::Table),
    ("dying", Shelf::Dying),
];
const ASKS: &str = "buckets c1, list c1, use c1, entries, head 5, deadline c1, state c1 or choice";
const GOALS: &str = "a condition such as c1 gone, c1 place table, c1 state ESTABLISHED, \
     c1 status ASSURED, c1 use 2, c1 expired, conns 0, entries 4, chain 2, stat insert_failed 1, \
     expectations 1 or event DESTROY";
const NUMBER_MAX: u64 = u32::MAX as u64;

/// Words of a value, one after the other.
struct Words<'a, 'w> {
    words: &'w [Word<'a>],
    end: Word<'a>,
}

impl<'a> Words<'a, '_> {
    fn need(&mut self, expected: &str) -> Result<Word<'a>, Fault> {
        let Some((word, rest)) = self.words.split_first() else {
            return Err(self.end.fault("the line ends here", expected));
        };
        self.words = rest;
        Ok(*word)
    }

    fn number(&mut self, what: &str) -> Result<u32, Fault> {
        Ok(self.need("a number")?.number(what, 0..=NUMBER_MAX)? as u32)
    }

    fn conn(&mut self) -> Result<u32, Fault> {
        let word = self.need("a connection such as c1")?;
        conn(word).ok_or_else(|| word.unknown("a connection", "c1, c2 and so on"))
    }

    fn finish<T>(mut self, value: T) -> Result<T, Fault> {
        match self.need("") {
            Ok(word) => Err(word.fault(
                format!("{} is too much here", word.quoted()),
                "the end of the line",
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
    let first = words.need(ASKS)?;
    let ask = match first.text {
        "buckets" => Ask::Buckets(words.conn()?),
        "list" => Ask::List(words.conn()?),
        "use" => Ask::Use(words.conn()?),
        "entries" => Ask::Entries,
        "head" => Ask::Head(words.number("bucket")?),
        "deadline" => Ask::Deadline(words.conn()?),
        "state" => Ask::State(words.conn()?),
        "choice" => Ask::Choice(Vec::new()),
        _ => return Err(first.unknown("something to ask for", ASKS)),
    };
    words.finish(ask)
}

/// A condition.
pub(super) fn goal(words: &[Word<'_>], end: Word<'_>) -> Result<Goal, Fault> {
    let mut words = Words { words, end };
    let first = words.need(GOALS)?;
    let goal = match first.text {
        "conns" => Goal::Conns(words.number("connections")?),
        "entries" => Goal::Entries(words.number("entries")?),
        "chain" => Goal::Chain(words.number("nodes")?),
        "expectations" => Goal::Expectations(words.number("expectations")?),
        "stat" => {
            let word = words.need("a counter such as insert_failed")?;
            let found = COUNTERS.iter().find(|counter| counter.name() == word.text);
            let names = || COUNTERS.map(Counter::name).join(", ");
            let counter = found.ok_or_else(|| word.unknown("a counter", names()))?;
            Goal::Stat(*counter, words.number("the counter")?)
        }
        "event" => {
            let word = words.need("NEW, UPDATE or DESTROY")?;
            let found = EVENTS.into_iter().find(|event| *event == word.text);
            Goal::Event(
                found.ok_or_else(|| word.unknown("a kind of event", "NEW, UPDATE or DESTROY"))?,
            )
        }
        _ => {
            let number = conn(first).ok_or_else(|| first.unknown("a condition", GOALS))?;
            of_conn(number, &mut words)?
        }
    };
    words.finish(goal)
}

fn of_conn(number: u32, words: &mut Words<'_, '_>) -> Result<Goal, Fault> {
    const WHAT: &str = "gone, expired, place, state, status or use";
    let word = words.need(WHAT)?;
    Ok(match word.text {
        "gone" => Goal::Gone(number),
        "expired" => Goal::Expired(number),
        "use" => Goal::Use(number, words.number("use")?),
        "place" => {
            let word = words.need("unconfirmed, table or dying")?;
            let found = SHELVES.iter().find(|(name, _)| *name == word.text);
            let shelf =
                found.ok_or_else(|| word.unknown("a place", "unconfirmed, table or dying"))?;
            Goal::Place(number, shelf.1)
        }
        "state" => {
            let word = words.need("a state such as ESTABLISHED")?;
            let good = |c: u8| c.is_ascii_uppercase() || c.is_ascii_digit() || c == b'_';
            if !word.text.bytes().all(good) || word.text.len() > 32 {
                return Err(word.unknown("a state", "its name in capitals, such as ESTABLISHED"));
            }
            Goal::State(number, word.text.to_owned())
        }
        "status" => {
            let word = words.need("a status bit such as ASSURED")?;
            let bit = Status::from_name(word.text).ok_or_else(|| {
                let expected = "SEEN_REPLY, ASSURED, CONFIRMED, DYING, SRC_NAT, DST_NAT and so on";
                word.unknown("a status bit", expected)
            })?;
            Goal::Status(number, bit)
        }
        _ => return Err(word.unknown("something to say of a connection", WHAT)),
    })
}

/// A name as it may stand in a link: of a lens or an object.
pub(super) fn name(words: &[Word<'_>], end: Word<'_>, expected: &str) -> Result<String, Fault> {
    let mut words = Words { words, end };
    let word = words.need(expected)?;
    let good = |c: u8| c.is_ascii_alphanumeric() || b"-_.".contains(&c);
    if word.text.len() > 32 || !word.text.bytes().all(good) {
        let problem = format!("{} is not a name", quoted(word.text));
        return Err(word.fault(problem, expected));
    }
    words.finish(word.text.to_owned())
}
