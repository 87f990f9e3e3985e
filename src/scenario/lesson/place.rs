//! Places in the last command of a run.

use super::super::words::{Fault, Word};
use crate::engine::step::Phase;
use crate::words::{Plain, lesson_file as w};
use core::fmt;

/// The words of the parts of a packet's way.
pub const PHASES: [(&str, Phase); 21] = [
    ("arrive", Phase::Arrive),
    ("tuple", Phase::Tuple),
    ("hash", Phase::Hash),
    ("walk", Phase::Walk),
    ("create", Phase::Create),
    ("attach", Phase::Attach),
    ("tracker", Phase::Tracker),
    ("rules", Phase::Rules),
    ("nat", Phase::Nat),
    ("confirm", Phase::Confirm),
    ("insert", Phase::Insert),
    ("events", Phase::Events),
    ("leave", Phase::Leave),
    ("delete", Phase::Delete),
    ("destroy", Phase::Destroy),
    ("clock", Phase::Clock),
    ("gc", Phase::Gc),
    ("early-drop", Phase::EarlyDrop),
    ("flood", Phase::Flood),
    ("resize", Phase::Resize),
    ("settings", Phase::Settings),
];

/// Where in the last command. What happens several times has a number, from 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// Before anything of it is done.
    Start,
    /// Behind everything.
    End,
    /// Right behind a numbered step of the article's figures.
    Figure(u8, u8, u32),
    /// At the end of a part of the way.
    After(Phase, u32),
    /// Right before it begins.
    Before(Phase, u32),
    /// Behind step so-and-so, from 1.
    Step(u32),
}

const EXPECTED: Plain = w::START_END_FIGURE_3;

fn phase_word(phase: Phase) -> &'static str {
    let found = PHASES.iter().find(|(_, of)| *of == phase);
    found.map_or("", |(word, _)| word)
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nth = match self {
            Place::Start => return f.write_str("start"),
            Place::End => return f.write_str("end"),
            Place::Step(number) => return write!(f, "step {number}"),
            Place::Figure(figure, number, nth) => {
                write!(f, "figure {figure}.{number}")?;
                nth
            }
            Place::After(phase, nth) => {
                f.write_str(phase_word(*phase))?;
                nth
            }
            Place::Before(phase, nth) => {
                write!(f, "before {}", phase_word(*phase))?;
                nth
            }
        };
        match nth {
            1 => Ok(()),
            nth => write!(f, " {nth}"),
        }
    }
}

/// The place that words name; `end` is where the line ends.
pub(super) fn place(words: &[Word<'_>], end: Word<'_>) -> Result<Place, Fault> {
    let (first, mut rest) = match words {
        [] => return Err(end.fault(w::THE_PLACE_IS_MISSING.text(), EXPECTED.text())),
        [first, rest @ ..] => (*first, rest),
    };
    let nth = |rest: &[Word<'_>]| match rest {
        [] => Ok(1),
        [word] => Ok(word.number(w::A_PLACE_THAT_COMES.text(), 1..=9_999)? as u32),
        [_, more, ..] => Err(more.unknown(w::EXPECTED_HERE.text(), w::THE_END_OF_THE.text())),
    };
    let phase = |word: Word<'_>| {
        let found = PHASES.iter().find(|(name, _)| *name == word.text);
        let found = found.map(|(_, phase)| *phase);
        found.ok_or_else(|| word.unknown(w::A_PLACE.text(), EXPECTED.text()))
    };
    let mut need = || match rest {
        [] => Err(end.fault(w::THE_PLACE_IS_NOT.text(), EXPECTED.text())),
        [word, more @ ..] => {
            rest = more;
            Ok(*word)
        }
    };
    let place = match first.text {
        "start" => Place::Start,
        "end" => Place::End,
        "step" => Place::Step(need()?.number("step", 1..=u64::from(u32::MAX))? as u32),
        "figure" => {
            let word = need()?;
            let digit = |text: &str| text.parse::<u8>().ok().filter(|n| (1..=6).contains(n));
            let numbers = word.text.split_once('.');
            let numbers = numbers.and_then(|(a, b)| Some((digit(a)?, digit(b)?)));
            let (figure, number) = numbers
                .ok_or_else(|| word.unknown(w::A_FIGURES_NUMBER.text(), w::ONE_SUCH_AS_3.text()))?;
            return Ok(Place::Figure(figure, number, nth(rest)?));
        }
        "before" => {
            let phase = phase(need()?)?;
            return Ok(Place::Before(phase, nth(rest)?));
        }
        _ => return Ok(Place::After(phase(first)?, nth(rest)?)),
    };
    match rest {
        [] => Ok(place),
        [more, ..] => Err(more.unknown(w::EXPECTED_HERE.text(), w::THE_END_OF_THE.text())),
    }
}
