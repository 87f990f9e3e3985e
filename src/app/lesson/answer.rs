//! Answers as words: what a person says, what the engine says, and the step that decided it.

use crate::engine::Conntrack;
use crate::engine::conn::Place;
use crate::engine::nulls::{ListId, Walk};
use crate::engine::step::{Phase, Step};
use crate::engine::tuple::Dir;
use crate::scenario::lesson::Ask;

/// Said where there is none: no bucket, no node.
pub const NONE: &str = "none";
/// Where a connection can be, in the words of answers.
pub const SHELVES: [&str; 4] = ["unconfirmed", "table", "dying", "nowhere"];

/// The right answer on a machine, in its normal form; `None` if the machine has none, because
/// there is no such connection or bucket.
pub fn right(ask: &Ask, machine: &Conntrack) -> Option<String> {
    let conn = |number: u32| machine.conns.by_number(number);
    let known = |number: u32| number <= machine.conns.created();
    Some(match ask {
        Ask::Buckets(number) => {
            let conn = conn(*number);
            if !known(*number) {
                return None;
            }
            let lists = Dir::BOTH.map(|dir| conn.and_then(|conn| conn.list(dir)));
            let mut buckets: Vec<u32> = lists
                .into_iter()
                .filter_map(|list| match list {
                    Some(ListId::Bucket(bucket)) => Some(bucket),
                    _ => None,
                })
                .collect();
            buckets.sort_unstable();
            buckets.dedup();
            numbers(&buckets)
        }
        Ask::List(number) => {
            if !known(*number) {
                return None;
            }
            let place = conn(*number).map_or(Place::Nowhere, |conn| conn.place());
            let at = match place {
                Place::Unconfirmed => 0,
                Place::Table => 1,
                Place::Dying => 2,
                Place::Nowhere => 3,
            };
            SHELVES[at].to_owned()
        }
        Ask::Use(number) => match conn(*number) {
            Some(conn) => conn.use_count.to_string(),
            None if known(*number) => "0".to_owned(),
            None => return None,
        },
        Ask::Entries => machine.table.nodes().to_string(),
        Ask::Head(bucket) => {
            if *bucket >= machine.table.size() {
                return None;
            }
            let head = machine.table.head(*bucket);
            let node = Walk::new(&machine.conns, head).next();
            let node = node.and_then(|node| Some((machine.conns.at(node.slot)?, node.dir)));
            node.map_or(NONE.to_owned(), |(conn, dir)| {
                node_word(conn.id.number, dir)
            })
        }
        Ask::Deadline(number) => {
            let left = u64::from(conn(*number)?.nf_ct_expires(machine.now).0);
            let hz = u64::from(machine.hz().per_second());
            ((left + hz / 2) / hz).to_string()
        }
        Ask::State(number) => conn(*number)?.proto.name()?.to_owned(),
        Ask::Choice(choices) => {
            let at = choices.iter().position(|choice| choice.right)?;
            (at + 1).to_string()
        }
    })
}

/// A node of a chain: `c1 original`.
pub fn node_word(number: u32, dir: Dir) -> String {
    let dir = match dir {
        Dir::Original => "original",
        Dir::Reply => "reply",
    };
    format!("c{number} {dir}")
}

fn numbers(numbers: &[u32]) -> String {
    if numbers.is_empty() {
        return NONE.to_owned();
    }
    let words: Vec<String> = numbers.iter().map(u32::to_string).collect();
    words.join(" ")
}

/// An answer as a person may give it in its normal form; `None` if it is none to this question.
pub fn normal(ask: &Ask, given: &str) -> Option<String> {
    let given = given.trim();
    let number = |text: &str| text.parse::<u32>().ok();
    Some(match ask {
        Ask::Buckets(_) if given == NONE => NONE.to_owned(),
        Ask::Buckets(_) => {
            let words = given.split([' ', ',']).filter(|word| !word.is_empty());
            let mut buckets = words.map(number).collect::<Option<Vec<u32>>>()?;
            buckets.sort_unstable();
            buckets.dedup();
            (!buckets.is_empty()).then(|| numbers(&buckets))?
        }
        Ask::List(_) => SHELVES.into_iter().find(|word| *word == given)?.to_owned(),
        Ask::Use(_) | Ask::Entries | Ask::Deadline(_) => number(given)?.to_string(),
        Ask::Head(_) if given == NONE => NONE.to_owned(),
        Ask::Head(_) => {
            let (conn, dir) = given.split_once(' ')?;
            let dir = match dir.trim() {
                "original" => Dir::Original,
                "reply" => Dir::Reply,
                _ => return None,
            };
            node_word(number(conn.strip_prefix('c')?)?, dir)
        }
        Ask::State(_) => (!given.is_empty()).then(|| given.to_ascii_uppercase())?,
        Ask::Choice(choices) => {
            let at = number(given).filter(|n| (1..=choices.len()).contains(&(*n as usize)))?;
            at.to_string()
        }
    })
}

/// `true` if an answer in its normal form is right. Seconds may be off by less than one, since the
/// engine counts jiffies.
pub fn good(ask: &Ask, given: &str, machine: &Conntrack) -> bool {
    if let Ask::Deadline(number) = ask {
        let Some(conn) = machine.conns.by_number(*number) else {
            return false;
        };
        let hz = u64::from(machine.hz().per_second());
        let left = u64::from(conn.nf_ct_expires(machine.now).0);
        let given = given.parse::<u64>().map(|seconds| seconds * hz);
        return given.is_ok_and(|ticks| ticks.abs_diff(left) < hz);
    }
    right(ask, machine).is_some_and(|right| right == given)
}

/// `true` if a step can change the answer.
pub(super) fn decides(ask: &Ask, step: &Step) -> bool {
    let of = |number: &u32| step.conn().is_some_and(|conn| conn.number == *number);
    let hashed = matches!(step, Step::HashInserted { .. } | Step::HashRemoved { .. });
    match ask {
        Ask::Buckets(conn) => hashed && of(conn),
        Ask::List(conn) => {
            let listed = matches!(
                step,
                Step::ListAdded { .. } | Step::ListRemoved { .. } | Step::Freed { .. }
            );
            (hashed || listed) && of(conn)
        }
        Ask::Use(conn) => {
            let counted = matches!(
                step,
                Step::RefTaken { .. } | Step::RefDropped { .. } | Step::Freed { .. }
            );
            counted && of(conn)
        }
        Ask::Entries | Ask::Head(_) => hashed,
        Ask::Deadline(conn) => {
            let set = matches!(step, Step::TimeoutSet { .. } | Step::TimeoutStarted { .. });
            (set || step.meta().phase == Phase::Clock) && (step.conn().is_none() || of(conn))
        }
        Ask::State(conn) => {
            let set = matches!(
                step,
                Step::TcpStateSet { .. } | Step::DccpStateSet { .. } | Step::SctpChunk { .. }
            );
            set && of(conn)
        }
        Ask::Choice(_) => false,
    }
}
