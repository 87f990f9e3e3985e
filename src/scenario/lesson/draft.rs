//! A stop while it is read.

use super::super::words::{Fault, quoted};
use super::super::{Line, ParseError};
use super::read::{IN_STOP, Item, room, unknown};
use super::{
    Act, Ask, Choice, Goal, Place, Question, Show, Stop, Turn, VALUE_CHARS_MAX, place, values,
};
use crate::engine::Config;
use crate::words::{lesson_file as w, tell};

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
                        w::A_VIEW_SUCH_AS.text(),
                    ),
                    _ => (
                        &mut self.stop.select,
                        &mut marks.select,
                        w::AN_OBJECT_C1_S1.text(),
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
                        let problem = tell!(w::QUOTED_CANNOT_BE_SHOWN, quoted = quoted(other));
                        let fault = Fault::new(item.from, problem, w::LIST_STATS_OR_EVENTS.text());
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
                    return Err(item.fault(w::THIS_IS_ONE_LINE.text(), w::FEWER_OF_THEM.text()));
                }
                if marks.tries == 0 {
                    marks.tries = number;
                }
                self.tries.push(item.command(config)?);
                Ok(())
            }
            other => Err(unknown(item, other, IN_STOP.text())),
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
            let problem = tell!(w::IN_THE_STOP_QUOTED, quoted = quoted(&stop.title), problem);
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
                return Err(fault(
                    at,
                    w::ASK_AND_TURN_STAND.text(),
                    w::ONE_OF_THEM.text(),
                ));
            }
            (Some(ask), None) => {
                none(does, w::GOAL_TRY_OR_DONE.text(), "turn:")?;
                let prompt = need(
                    prompt,
                    w::THE_QUESTION_IS_MISSING.text(),
                    w::PROMPT_AND_THE_QUESTION.text(),
                )?;
                let because = need(
                    because,
                    w::THE_REASON_IS_MISSING.text(),
                    w::BECAUSE_AND_THE_REASON.text(),
                )?;
                let ask = match ask {
                    Ask::Choice(_) => {
                        let right = choices.iter().filter(|choice| choice.right).count();
                        let expected = w::TWO_CHOICES_OR_MORE.text();
                        none(choices.len() < 2, w::THERE_IS_LITTLE_TO.text(), expected)?;
                        none(right != 1, w::ONE_CHOICE_HAS_TO.text(), expected)?;
                        Ask::Choice(choices)
                    }
                    ask => {
                        let expected = w::ASK_CHOICE_OR_NO.text();
                        none(!choices.is_empty(), w::THERE_ARE_CHOICES.text(), expected)?;
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
                none(asks, w::A_KEY_OF_ASK.text(), "ask:")?;
                let expected = w::GOAL_AND_A_CONDITION.text();
                none(goals.is_empty(), w::THERE_IS_NO_CONDITION.text(), expected)?;
                let expected = w::TRY_AND_A_SCENARIO.text();
                none(tries.is_empty(), w::NOTHING_IS_SAID_TO.text(), expected)?;
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
                none(given, w::A_KEY_OF_ASK_OR.text(), w::ASK_OR_TURN.text())?;
                let said = stop.say.is_some();
                none(!said, w::NOTHING_IS_SAID.text(), w::SAY_ASK_OR_TURN.text())?;
                Act::Read
            }
        };
        stop.act = act;
        Ok(stop)
    }
}
