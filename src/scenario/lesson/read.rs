//! Text read as a lesson.

use super::super::text::parse_config;
use super::super::words::{Cut, Fault, Word, cut, quoted};
use super::super::{Context, Line, ParseError, parse_command};
use super::draft::Draft;
use super::{
    Act, Choice, FLOODED_MAX, ITEMS_MAX, Kind, LESSON_BYTES_MAX, LESSON_WORK_MAX, LINES_MAX,
    Lesson, STOPS_MAX, TITLE_CHARS_MAX, VALUE_CHARS_MAX,
};
use crate::engine::{Command, Config};
use crate::words::{Plain, lesson_file as w, scenario, tell};
use core::ops::RangeInclusive;

const HEADER: Plain = w::TITLE_KIND_MINUTES_ORDER;
pub(super) const IN_STOP: Plain = w::SAY_AT_VIEW_SELECT;
const KEYS: [&str; 23] = [
    "title", "kind", "minutes", "about", "order", "term", "learnt", "at", "view", "select", "show",
    "say", "note", "ask", "prompt", "hint", "until", "because", "wrong", "turn", "goal", "try",
    "done",
];

/// What a line and those that go on with it are.
pub(super) enum What<'a> {
    /// `== title`
    Title,
    /// `key argument: value`
    Key(&'a str, &'a str),
    /// `+ right` or `- wrong`
    Choice(bool),
    /// A line of the scenario language.
    Line,
}

/// A line with those that go on with it.
pub(super) struct Item<'a> {
    pub number: u32,
    line: &'a str,
    what: What<'a>,
    /// Byte of the line at which the value begins.
    pub from: usize,
    pub value: String,
}

impl Item<'_> {
    pub fn fault(&self, problem: impl Into<String>, expected: impl Into<String>) -> ParseError {
        self.located(Fault::new(0, problem, expected))
    }

    pub fn located(&self, fault: Fault) -> ParseError {
        fault.located(self.number, self.line)
    }

    /// The value as text.
    pub fn text(&self, most: usize) -> Result<String, ParseError> {
        let chars = self.value.chars().count();
        let fault =
            |problem, expected: String| Err(self.located(Fault::new(self.from, problem, expected)));
        match chars {
            0 => fault(
                w::NOTHING_STANDS_HERE.text().to_owned(),
                w::SOME_WORDS.text().to_owned(),
            ),
            n if n > most => fault(
                tell!(w::THIS_HAS_N_CHARACTERS, n),
                tell!(w::AT_MOST_MOST, most),
            ),
            _ => Ok(self.value.clone()),
        }
    }

    /// Puts the value in a place that may be filled once.
    pub fn once(&self, place: &mut Option<String>) -> Result<(), ParseError> {
        if place.is_some() {
            return Err(self.twice());
        }
        *place = Some(self.text(VALUE_CHARS_MAX)?);
        Ok(())
    }

    pub fn number_of(&self, what: &str, range: RangeInclusive<u64>) -> Result<u32, ParseError> {
        let word = Word {
            at: self.from,
            text: &self.value,
        };
        let number = word.number(what, range);
        Ok(number.map_err(|fault| self.located(fault))? as u32)
    }

    pub fn twice(&self) -> ParseError {
        self.fault(w::THIS_IS_GIVEN_TWICE.text(), w::IT_ONCE.text())
    }

    /// What the words of the value mean.
    pub fn words<T>(
        &self,
        read: impl FnOnce(&[Word<'_>], Word<'_>) -> Result<T, Fault>,
    ) -> Result<T, ParseError> {
        let read = || {
            let Cut { words, .. } = cut(&self.value, self.from)?;
            let at = words.last().map_or(self.from, |w| w.at + w.text.len());
            read(&words, Word { at, text: "" })
        };
        read().map_err(|fault| self.located(fault))
    }

    /// The value as a line of the scenario language.
    pub fn command(&self, config: &Config) -> Result<Line, ParseError> {
        parse_command(&self.value, Context::from(config)).map_err(|mut error| {
            let before = self.line.get(..self.from).unwrap_or_default();
            error.line = self.number;
            error.column += before.chars().count() as u32;
            error
        })
    }
}

/// A lesson while it is read.
#[derive(Default)]
struct Reader {
    lesson: Lesson,
    config: Config,
    lines: usize,
    work: Work,
    title: Option<String>,
    kind: Option<Kind>,
    minutes: Option<u32>,
    order: Option<u32>,
    about: Option<String>,
    draft: Option<Draft>,
}

impl Lesson {
    /// The lesson that a text describes.
    pub fn parse(text: &str) -> Result<Lesson, ParseError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.len() > LESSON_BYTES_MAX {
            let problem = tell!(w::THE_LESSON_HAS_TEXT, text = text.len());
            let expected = tell!(w::AT_MOST_LESSON_BYTES, lesson_bytes_max = LESSON_BYTES_MAX);
            return Err(Fault::new(0, problem, expected).located(1, ""));
        }
        let mut reader = Reader::default();
        let mut open: Option<Item<'_>> = None;
        let mut last = 1;
        for (number, line) in (1..).zip(text.lines()) {
            last = number;
            let bare = line.trim();
            if bare.is_empty() || bare.starts_with('#') {
                continue;
            }
            if line.starts_with([' ', '\t']) {
                match &mut open {
                    Some(item) if !matches!(item.what, What::Line) => {
                        if !item.value.is_empty() {
                            item.value.push(' ');
                        }
                        item.value.push_str(bare);
                    }
                    _ => {
                        let problem = w::THIS_LINE_IS_INDENTED.text();
                        let expected = w::A_LINE_WITHOUT_BLANKS.text();
                        return Err(Fault::new(0, problem, expected).located(number, line));
                    }
                }
                continue;
            }
            if let Some(item) = open.replace(item(number, line)) {
                reader.take(&item)?;
            }
        }
        if let Some(item) = open {
            reader.take(&item)?;
        }
        reader.finish(last)
    }
}

/// What a line begins.
fn item(number: u32, line: &str) -> Item<'_> {
    let (what, from) = if line.starts_with("==") {
        (What::Title, 2)
    } else if let Some(right) = [("+ ", true), ("- ", false)]
        .into_iter()
        .find_map(|(sign, right)| line.starts_with(sign).then_some(right))
    {
        (What::Choice(right), 2)
    } else {
        match key(line) {
            Some((key, argument, from)) => (What::Key(key, argument), from),
            None => (What::Line, 0),
        }
    };
    let behind = line.get(from..).unwrap_or_default();
    Item {
        number,
        line,
        what,
        from: from + behind.len() - behind.trim_start().len(),
        value: behind.trim().to_owned(),
    }
}

/// Key, argument, and where the value begins, if the line begins with a key or what looks so.
fn key(line: &str) -> Option<(&str, &str, usize)> {
    let (before, _) = line.split_once(':')?;
    let (key, argument) = before.split_once(' ').unwrap_or((before, ""));
    let word = !key.is_empty() && key.bytes().all(|c| c.is_ascii_lowercase());
    let takes = matches!(key, "term" | "wrong") || argument.is_empty();
    let known = KEYS.contains(&key) || argument.is_empty();
    (word && takes && known).then_some((key, argument.trim(), before.len() + 1))
}

impl Reader {
    fn take(&mut self, item: &Item<'_>) -> Result<(), ParseError> {
        match item.what {
            What::Title => {
                self.close()?;
                if self.lesson.stops.len() == STOPS_MAX {
                    let expected = tell!(w::AT_MOST_STOPS_MAX, stops_max = STOPS_MAX);
                    return Err(item.fault(w::THIS_IS_ONE_STOP.text(), expected));
                }
                let mut draft = Draft::default();
                draft.stop.title = item.text(TITLE_CHARS_MAX)?;
                draft.stop.marks.title = item.number;
                self.draft = Some(draft);
                Ok(())
            }
            What::Choice(right) => self.choice(item, right),
            What::Line => self.line(item),
            What::Key(key, argument) => match self.draft.take() {
                None => self.header(item, key, argument),
                Some(mut draft) => {
                    let taken = draft.take(item, key, argument, &self.config);
                    self.draft = Some(draft);
                    taken
                }
            },
        }
    }

    fn header(&mut self, item: &Item<'_>, key: &str, argument: &str) -> Result<(), ParseError> {
        match key {
            "title" => {
                item.text(TITLE_CHARS_MAX)?;
                item.once(&mut self.title)
            }
            "about" => item.once(&mut self.about),
            "kind" if self.kind.is_some() => Err(item.twice()),
            "kind" => {
                self.kind = Some(match item.value.as_str() {
                    "lesson" => Kind::Lesson,
                    "lab" => Kind::Lab,
                    other => {
                        let problem = tell!(w::QUOTED_IS_NO_KIND, quoted = quoted(other));
                        let fault = Fault::new(item.from, problem, w::LESSON_OR_LAB.text());
                        return Err(item.located(fault));
                    }
                });
                Ok(())
            }
            "order" if self.order.is_some() => Err(item.twice()),
            "order" => {
                self.order = Some(item.number_of("order", 1..=9_999)?);
                Ok(())
            }
            "minutes" if self.minutes.is_some() => Err(item.twice()),
            "minutes" => {
                self.minutes = Some(item.number_of("minutes", 1..=240)?);
                Ok(())
            }
            "term" => {
                let Lesson { terms, .. } = &mut self.lesson;
                if argument.is_empty() || argument.chars().count() > TITLE_CHARS_MAX {
                    return Err(item.fault(w::THE_WORD_TO_EXPLAIN.text(), w::TERM_WORD.text()));
                }
                room(terms.len(), item)?;
                terms.push((argument.to_owned(), item.text(VALUE_CHARS_MAX)?));
                Ok(())
            }
            "learnt" => {
                room(self.lesson.learnt.len(), item)?;
                self.lesson.learnt.push(item.text(VALUE_CHARS_MAX)?);
                Ok(())
            }
            other => Err(unknown(item, other, HEADER.text())),
        }
    }

    fn choice(&mut self, item: &Item<'_>, right: bool) -> Result<(), ParseError> {
        let Some(draft) = &mut self.draft else {
            return Err(item.fault(w::A_CHOICE_STANDS_OUTSIDE.text(), HEADER.text()));
        };
        room(draft.choices.len(), item)?;
        let text = item.text(VALUE_CHARS_MAX)?;
        let (text, why) = text.split_once('|').unwrap_or((&text, ""));
        if text.trim().is_empty() {
            return Err(item.fault(
                w::THE_CHOICE_IS_MISSING.text(),
                w::THE_ANSWER_AND_WHY.text(),
            ));
        }
        draft.choices.push(Choice {
            text: text.trim().to_owned(),
            right,
            why: why.trim().to_owned(),
        });
        Ok(())
    }

    fn line(&mut self, item: &Item<'_>) -> Result<(), ParseError> {
        let (run, mark) = match &mut self.draft {
            Some(draft) => (&mut draft.stop.run, Some(&mut draft.stop.marks.run)),
            None => (&mut self.lesson.run, None),
        };
        let in_stop = mark.is_some();
        let keys = if in_stop { IN_STOP } else { HEADER };
        let keys = keys.text();
        if let Some(mark) = mark.filter(|mark| **mark == 0) {
            *mark = item.number;
        }
        let mut words = item.value.split_whitespace();
        if words.next() == Some("config") {
            if run.config.is_some() || !run.lines.is_empty() {
                let problem = w::CONFIG_CAN_ONLY_BE.text();
                return Err(item.fault(problem, w::A_COMMAND.text()));
            }
            self.config = parse_config(&item.value).map_err(|mut error| {
                error.line = item.number;
                error
            })?;
            run.config = Some(self.config.clone());
            if !in_stop {
                self.work.begin(&self.config);
            }
            return Ok(());
        }
        self.lines += 1;
        if self.lines > LINES_MAX {
            let expected = tell!(w::AT_MOST_LINES_MAX, lines_max = LINES_MAX);
            return Err(item.fault(w::THIS_IS_ONE_SCENARIO.text(), expected));
        }
        let line = item.command(&self.config).map_err(|mut error| {
            if error.problem.contains(scenario::A_COMMAND.text()) {
                error.expected = tell!(w::KEYS_SCENARIO_LINES, keys, expected = error.expected);
            }
            error
        })?;
        if !in_stop {
            self.work.add(&line);
        }
        run.lines.push(line);
        Ok(())
    }

    fn close(&mut self) -> Result<(), ParseError> {
        if let Some(draft) = self.draft.take() {
            let stop = draft.finish()?;
            let tries = match &stop.act {
                Act::Turn(turn) => &turn.tries[..],
                Act::Read | Act::Ask(_) => &[],
            };
            if let Some(config) = &stop.run.config {
                self.work.begin(config);
            }
            for line in stop.run.lines.iter().chain(tries) {
                self.work.add(line);
            }
            let Work { flooded, done, .. } = self.work;
            let too_much = if flooded > FLOODED_MAX {
                let expected = tell!(w::AT_MOST_FLOODED, most = FLOODED_MAX);
                Some((tell!(w::FLOODS_OF_N, n = flooded), expected))
            } else if done > LESSON_WORK_MAX {
                let expected = w::FEWER_BUCKETS_OR_LINES.text().to_owned();
                Some((w::LINES_ARE_TOO_MUCH.text().to_owned(), expected))
            } else {
                None
            };
            if let Some((problem, expected)) = too_much {
                let fault = Fault::new(0, problem, expected);
                return Err(fault.located(stop.marks.title, ""));
            }
            self.lesson.stops.push(stop);
        }
        Ok(())
    }

    fn finish(mut self, last: u32) -> Result<Lesson, ParseError> {
        self.close()?;
        let missing = |line, what: &str, expected: &str| {
            Err(Fault::new(0, tell!(w::WHAT_IS_MISSING, what), expected).located(line, ""))
        };
        let Some(title) = self.title else {
            return missing(1, w::THE_TITLE.text(), w::TITLE_AND_WHAT_THE.text());
        };
        let Some(about) = self.about else {
            return missing(1, w::WHAT_IT_IS_FOR.text(), w::ABOUT_AND_A_SENTENCE.text());
        };
        if self.lesson.stops.is_empty() {
            return missing(last, w::THE_FIRST_STOP.text(), w::AND_THE_TITLE_OF.text());
        }
        Ok(Lesson {
            title,
            about,
            kind: self.kind.unwrap_or_default(),
            minutes: self.minutes.unwrap_or(5),
            order: self.order.unwrap_or(u32::MAX),
            ..self.lesson
        })
    }
}

/// What running the lines takes, as far as they say it.
#[derive(Default)]
struct Work {
    /// Packets of all floods so far.
    flooded: u64,
    /// Nodes and buckets that are looked at, about.
    done: u64,
    /// Buckets of the table, and most nodes in it.
    buckets: u64,
    nodes: u64,
}

impl Work {
    /// A fresh machine.
    fn begin(&mut self, config: &Config) {
        self.buckets = config.buckets.into();
        self.nodes = 0;
        self.done += self.buckets;
    }

    fn add(&mut self, line: &Line) {
        let Work { buckets, nodes, .. } = *self;
        self.nodes += 2;
        self.done += match &line.command {
            // Each packet is some hundred times a node.
            Command::Flood(flood) => {
                let packets = u64::from(flood.count);
                self.flooded += packets;
                self.nodes += 2 * packets;
                200 * packets
            }
            // A head that is made anew costs more than one that is looked at.
            Command::Resize(to) => {
                self.buckets = u64::from(*to);
                8 * (buckets + self.buckets) + nodes
            }
            Command::GcSweep
            | Command::Gc
            | Command::Advance(_)
            | Command::Flush
            | Command::DeleteMatching(_)
            | Command::Update(..) => buckets + 4 * nodes,
            _ => 1,
        };
    }
}

pub(super) fn room(count: usize, item: &Item<'_>) -> Result<(), ParseError> {
    if count < ITEMS_MAX {
        return Ok(());
    }
    Err(item.fault(
        w::THIS_IS_ONE_TOO.text(),
        tell!(w::AT_MOST_ITEMS_MAX, items_max = ITEMS_MAX),
    ))
}

pub(super) fn unknown(item: &Item<'_>, key: &str, expected: &str) -> ParseError {
    let problem = if KEYS.contains(&key) {
        tell!(
            w::QUOTED_CANNOT_STAND_HERE,
            quoted = quoted(&format!("{key}:"))
        )
    } else {
        tell!(w::QUOTED_IS_NOT_KNOWN, quoted = quoted(&format!("{key}:")))
    };
    item.fault(problem, expected)
}
