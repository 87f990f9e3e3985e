//! A stop while it is read.

use super::super::words::{Fault, quoted};
use super::super::{Line, ParseError};
use super::read::{IN_STOP, Item, room, unknown};
use super::{
    Act, Ask, Choice, Goal, Place, Question, Show, Stop, Turn, VALUE_CHARS_MAX, place, values,
};
use crate::engine::Config;

/// Most lines that do what one stop asks for.
const TRIES_MAX: usize = 64;

/// A stop while it is read.
#[derive(Default)]
pub(super) struct Draft {
    pub stop: Stop,
    ask: Option<Ask>,
    pub choices: Vec<Choice>,
    prompt: Option<String>,
    hint: Option<String>,
    until: Option<Place>,
    because: Option<String>,
    wrong: Option<String>,
    wrongs: Vec<(String, String)>,
    turn: Option<String>,
    goals: Vec<Goal>,
    tries: Vec<Line>,
    done: Option<String>,
}

impl Draft {
    pub fn take(
        &mut self,
        item: &Item<'_>,
        key: &str,
        argument: &str,
        config: &Config,
    ) -> Result<(), ParseError> {
        let marks = &mut self.stop.marks;
        let number = item.number;
        match key {
            "say" => item.once(&mut self.stop.say),
            "note" => item.once(&mut self.stop.note),
            "prompt" => item.once(&mut self.prompt),
            "hint" => item.once(&mut self.hint),
            "because" => item.once(&mut self.because),
            "done" => item.once(&mut self.done),
            "turn" => {
                marks.act = number;
                item.once(&mut self.turn)
            }
            "wrong" if argument.is_empty() => item.once(&mut self.wrong),
            "wrong" => {
                room(self.wrongs.len(), item)?;
                if marks.wrong == 0 {
                    marks.wrong = number;
                }
                let answer = argument.split_whitespace().collect::<Vec<_>>().join(" ");
                self.wrongs.push((answer, item.text(VALUE_CHARS_MAX)?));
                Ok(())
            }
            "at" | "until" => {
                let (place, mark) = match key {
                    "at" => (&mut self.stop.at, &mut marks.at),
                    _ => (&mut self.until, &mut marks.until),
                };
                if place.is_some() {
                    return Err(item.twice());
                }
                *mark = number;
                *place = Some(item.words(place::place)?);
                Ok(())
            }
            "view" | "select" => {
                let (place, mark, expected) = match key {
                    "view" => (
                        &mut self.stop.view,
                        &mut marks.view,
                        "a view, such as packet",
                    ),
                    _ => (
                        &mut self.stop.select,
                        &mut marks.select,
                        "an object: c1, s1, b5",
                    ),
                };
                if place.is_some() {
                    return Err(item.twice());
                }
                *mark = number;
                *place = Some(item.words(|words, end| values::name(words, end, expected))?);
                Ok(())
            }
            "show" if self.stop.show.is_some() => Err(item.twice()),
            "show" => {
                self.stop.show = Some(match item.value.as_str() {
                    "list" => Show::List,
                    "stats" => Show::Stats,
                    "events" => Show::Events,
                    other => {
                        let problem = format!("{} cannot be shown", quoted(other));
                        let fault = Fault::new(item.from, problem, "list, stats or events");
                        return Err(item.located(fault));
                    }
                });
                Ok(())
            }
            "ask" if self.ask.is_some() => Err(item.twice()),
            "ask" => {
                marks.act = number;
                self.ask = Some(item.words(values::ask)?);
                Ok(())
            }
            "goal" => {
                room(self.goals.len(), item)?;
                if marks.goal == 0 {
                    marks.goal = number;
                }
                self.goals.push(item.words(values::goal)?);
                Ok(())
            }
            "try" => {
                if self.tries.len() == TRIES_MAX {
                    return Err(item.fault("this is one line too many", "fewer of them"));
                }
                if marks.tries == 0 {
                    marks.tries = number;
                }
                self.tries.push(item.command(config)?);
                Ok(())
            }
            other => Err(unknown(item, other, IN_STOP)),
        }
    }

    /// The stop, if everything is there and nothing is too much.
    pub fn finish(self) -> Result<Stop, ParseError> {
        let Draft {
            mut stop,
            ask,
            choices,
            prompt,
            hint,
            until,
            because,
            wrong,
            wrongs,
            turn,
            goals,
            tries,
            done,
        } = self;
        let marks = stop.marks;
        let fault = |line: u32, problem: &str, expected: &str| {
            let problem = format!("in the stop {}, {problem}", quoted(&stop.title));
            Fault::new(0, problem, expected).located(line, "")
        };
        let at = if marks.act > 0 {
            marks.act
        } else {
            marks.title
        };
        let need = |value: Option<String>, problem, expected| {
            value.ok_or_else(|| fault(at, problem, expected))
        };
        let none = |given: bool, problem, expected| match given {
            true => Err(fault(at, problem, expected)),
            false => Ok(()),
        };
        let asks = prompt.is_some() || until.is_some() || because.is_some() || wrong.is_some();
        let asks = asks || !choices.is_empty() || !wrongs.is_empty();
        let does = done.is_some() || !goals.is_empty() || !tries.is_empty();
        let act = match (ask, turn) {
            (Some(_), Some(_)) => {
                return Err(fault(at, "ask: and turn: stand together", "one of them"));
            }
            (Some(ask), None) => {
                none(does, "goal:, try: or done: stands beside ask:", "turn:")?;
                let prompt = need(
                    prompt,
                    "the question is missing",
                    "prompt: and the question",
                )?;
                let because = need(because, "the reason is missing", "because: and the reason")?;
                let ask = match ask {
                    Ask::Choice(_) => {
                        let right = choices.iter().filter(|choice| choice.right).count();
                        let expected = "two choices or more, one of them behind +";
                        none(choices.len() < 2, "there is little to choose", expected)?;
                        none(right != 1, "one choice has to be right", expected)?;
                        Ask::Choice(choices)
                    }
                    ask => {
                        let expected = "ask: choice, or no choices";
                        none(!choices.is_empty(), "there are choices", expected)?;
                        ask
                    }
                };
                Act::Ask(Question {
                    ask,
                    prompt,
                    hint,
                    until,
                    because,
                    wrong,
                    wrongs,
                })
            }
            (None, Some(task)) => {
                none(asks, "a key of ask: stands beside turn:", "ask:")?;
                let expected = "goal: and a condition such as c1 gone";
                none(goals.is_empty(), "there is no condition", expected)?;
                let expected = "try: and a scenario line that reaches the goal";
                none(tries.is_empty(), "nothing is said to do it", expected)?;
                Act::Turn(Turn {
                    task,
                    goals,
                    tries,
                    hint,
                    done,
                })
            }
            (None, None) => {
                let given = asks || does || hint.is_some();
                none(
                    given,
                    "a key of ask: or turn: stands alone",
                    "ask: or turn:",
                )?;
                let said = stop.say.is_some();
                none(!said, "nothing is said", "say:, ask: or turn:")?;
                Act::Read
            }
        };
        stop.act = act;
        Ok(stop)
    }
}
