//! Lessons as text, in the normal form: every key in its place, a value on one line.

use super::super::Scenario;
use super::values::SHELVES;
use super::{Act, Ask, Goal, Kind, Lesson, Question, Run, Show, Stop, Turn};
use crate::engine::Config;
use core::fmt::{self, Display, Formatter};

impl Display for Lesson {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Lesson {
            title,
            kind,
            minutes,
            order,
            about,
            terms,
            learnt,
            run,
            stops,
        } = self;
        writeln!(f, "title: {title}")?;
        if *kind == Kind::Lab {
            writeln!(f, "kind: lab")?;
        }
        writeln!(f, "minutes: {minutes}")?;
        if *order < u32::MAX {
            writeln!(f, "order: {order}")?;
        }
        writeln!(f, "about: {about}")?;
        for (word, meaning) in terms {
            writeln!(f, "term {word}: {meaning}")?;
        }
        for learnt in learnt {
            writeln!(f, "learnt: {learnt}")?;
        }
        write!(f, "{run}")?;
        stops.iter().try_for_each(|stop| write!(f, "\n{stop}"))
    }
}

impl Display for Run {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Run { config, lines } = self;
        match config {
            // A scenario leaves out what is usual, which says here that the machine is fresh.
            Some(config) if *config == Config::default() => writeln!(f, "config")?,
            Some(config) => {
                let lines = Vec::new();
                let config = config.clone();
                write!(f, "{}", Scenario { config, lines })?;
            }
            None => {}
        }
        lines.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

fn key(f: &mut Formatter<'_>, key: &str, value: Option<impl Display>) -> fmt::Result {
    match value {
        Some(value) => writeln!(f, "{key}: {value}"),
        None => Ok(()),
    }
}

impl Display for Stop {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Stop {
            title,
            run,
            at,
            view,
            select,
            show,
            say,
            note,
            act,
            marks: _,
        } = self;
        write!(f, "== {title}\n{run}")?;
        key(f, "at", at.as_ref())?;
        key(f, "view", view.as_ref())?;
        key(f, "select", select.as_ref())?;
        let show = show.map(|show| match show {
            Show::List => "list",
            Show::Stats => "stats",
            Show::Events => "events",
        });
        key(f, "show", show)?;
        key(f, "say", say.as_ref())?;
        match act {
            Act::Read => {}
            Act::Ask(question) => write!(f, "{question}")?,
            Act::Turn(turn) => write!(f, "{turn}")?,
        }
        key(f, "note", note.as_ref())
    }
}

impl Display for Question {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Question {
            ask,
            prompt,
            hint,
            until,
            because,
            wrong,
            wrongs,
        } = self;
        writeln!(f, "ask: {ask}\nprompt: {prompt}")?;
        if let Ask::Choice(choices) = ask {
            for choice in choices {
                let sign = if choice.right { '+' } else { '-' };
                match choice.why.as_str() {
                    "" => writeln!(f, "{sign} {}", choice.text)?,
                    why => writeln!(f, "{sign} {} | {why}", choice.text)?,
                }
            }
        }
        key(f, "hint", hint.as_ref())?;
        key(f, "until", until.as_ref())?;
        writeln!(f, "because: {because}")?;
        key(f, "wrong", wrong.as_ref())?;
        for (answer, why) in wrongs {
            writeln!(f, "wrong {answer}: {why}")?;
        }
        Ok(())
    }
}

impl Display for Ask {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Ask::Buckets(conn) => write!(f, "buckets c{conn}"),
            Ask::List(conn) => write!(f, "list c{conn}"),
            Ask::Use(conn) => write!(f, "use c{conn}"),
            Ask::Entries => f.write_str("entries"),
            Ask::Head(bucket) => write!(f, "head {bucket}"),
            Ask::Deadline(conn) => write!(f, "deadline c{conn}"),
            Ask::State(conn) => write!(f, "state c{conn}"),
            Ask::Choice(_) => f.write_str("choice"),
        }
    }
}

impl Display for Turn {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Turn {
            task,
            goals,
            tries,
            hint,
            done,
        } = self;
        writeln!(f, "turn: {task}")?;
        for goal in goals {
            writeln!(f, "goal: {goal}")?;
        }
        for line in tries {
            writeln!(f, "try: {line}")?;
        }
        key(f, "hint", hint.as_ref())?;
        key(f, "done", done.as_ref())
    }
}

impl Display for Goal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Goal::Gone(conn) => write!(f, "c{conn} gone"),
            Goal::Place(conn, shelf) => {
                let found = SHELVES.iter().find(|(_, of)| of == shelf);
                write!(f, "c{conn} place {}", found.map_or("", |(name, _)| name))
            }
            Goal::State(conn, state) => write!(f, "c{conn} state {state}"),
            Goal::Status(conn, status) => {
                let mut names = status.iter_names().map(|(name, _)| name);
                write!(f, "c{conn} status {}", names.next().unwrap_or_default())
            }
            Goal::Use(conn, count) => write!(f, "c{conn} use {count}"),
            Goal::Expired(conn) => write!(f, "c{conn} expired"),
            Goal::Conns(count) => write!(f, "conns {count}"),
            Goal::Entries(count) => write!(f, "entries {count}"),
            Goal::Chain(count) => write!(f, "chain {count}"),
            Goal::Stat(counter, count) => write!(f, "stat {} {count}", counter.name()),
            Goal::Expectations(count) => write!(f, "expectations {count}"),
            Goal::Event(kind) => write!(f, "event {kind}"),
        }
    }
}
