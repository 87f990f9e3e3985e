//! One sentence for many steps: what a phase or a whole event came to.

use super::told::{Told, Words, list, say};
use crate::engine::conn::Status;
use crate::engine::skb::{CtInfo, SkbId};
use crate::engine::step::{DeleteCause, Phase};
use crate::engine::tuple::Dir;
use crate::engine::{Command, ConnId, Difference, Step};
use crate::timeline::figures::figure_at;
use crate::view::names;
use crate::view::scene::Scene;
use crate::words::{narrate as w, tell};

/// The step whose function and figure stand for all fresh steps: the last one that the article
/// has a number for, or else the last one.
pub(super) fn lead(scene: &Scene, at: usize) -> usize {
    let numbered = |at: &usize| figure_at(scene.steps, *at).is_some();
    scene.fresh.clone().rev().find(numbered).unwrap_or(at)
}

/// What the fresh steps came to, if there are several and they came to one thing.
pub(super) fn headline(told: &Told) -> Option<Words> {
    let scene = told.scene;
    let fresh = scene.fresh_steps();
    if fresh.len() < 2 {
        return None;
    }
    if scene.fresh.start == 0 && scene.fresh.end == scene.steps.len() {
        return event(told, fresh);
    }
    if told.is_request() {
        return None;
    }
    let phase = fresh.last()?.meta().phase;
    let one = fresh.iter().all(|step| step.meta().phase == phase);
    if one {
        of_phase(told, phase, fresh)
    } else {
        None
    }
}

fn of_phase(told: &Told, phase: Phase, fresh: &[Step]) -> Option<Words> {
    match phase {
        Phase::Insert => {
            let (conn, original, reply) = inserted(fresh)?;
            Some(say(
                tell!(
                    w::CONN_IS_CONFIRMED_ITS,
                    conn,
                    buckets = buckets(original, reply)
                ),
                tell!(w::THE_PACKET_GOT_PAST, conn),
            ))
        }
        Phase::Create => {
            let conn = allocated(fresh)?;
            let list = fresh.iter().find_map(|step| match step {
                Step::ListAdded { list, .. } => Some(*list),
                _ => None,
            })?;
            Some(say(
                tell!(w::CONN_IS_MADE_AND, conn, list = names::list(list)),
                w::IT_HAS_TWO_TUPLES.text(),
            ))
        }
        Phase::Tracker => tracked(told, fresh),
        Phase::Delete => {
            let conn = fresh.iter().find_map(|step| match step {
                Step::HashRemoved {
                    conn,
                    dir: Dir::Reply,
                    ..
                } => Some(*conn),
                _ => None,
            })?;
            let alone = fresh.iter().all(|step| match step {
                Step::HashRemoved { conn: other, .. } => *other == conn,
                _ => true,
            });
            alone.then(|| {
                say(
                    tell!(w::CONN_IS_OUT_OF, conn),
                    w::BOTH_NODES_ARE_GONE.text(),
                )
            })
        }
        _ => None,
    }
}

/// New state and new timeout in one sentence.
fn tracked(told: &Told, fresh: &[Step]) -> Option<Words> {
    let state = fresh.iter().rev().find_map(|step| match step {
        Step::TcpStateSet { conn, to, .. } => Some((*conn, to.name())),
        Step::DccpStateSet { conn, to, .. } => Some((*conn, to.name())),
        Step::SctpChunk {
            conn, to: Some(to), ..
        } => Some((*conn, to.name())),
        _ => None,
    });
    let (conn, length) = fresh.iter().rev().find_map(|step| match step {
        Step::TimeoutSet { conn, new, .. } => {
            let left = match new {
                crate::engine::conn::Timeout::Relative(length) => *length,
                crate::engine::conn::Timeout::Absolute(at) => at.left(told.now()),
            };
            Some((*conn, told.ticks(left)))
        }
        _ => None,
    })?;
    let confirmed = told.has(conn, Status::CONFIRMED);
    let (time, why) = if confirmed {
        (
            tell!(w::HAS_LENGTH_FROM_NOW, length),
            w::EVERY_PACKET_THAT_THE.text(),
        )
    } else {
        (
            tell!(w::WILL_HAVE_LENGTH, length),
            w::THE_TIME_BEGINS_WHEN.text(),
        )
    };
    Some(match state {
        Some((conn, state)) => say(tell!(w::CONN_GOES_TO_STATE, conn, state, time), why),
        None => say(format!("{conn} {time}."), why),
    })
}

fn event(told: &Told, fresh: &[Step]) -> Option<Words> {
    match told.scene.line.map(|line| &line.command) {
        Some(Command::Advance(_)) => Some(advanced(told, fresh)),
        Some(Command::Gc | Command::GcSweep) => Some(swept(fresh)),
        Some(Command::Flood(_)) => None,
        Some(Command::Entry(_)) => super::request::made(fresh),
        Some(Command::Flush | Command::Delete(_) | Command::DeleteMatching(_)) => {
            deleted(told, fresh)
        }
        _ => packet(told, fresh),
    }
}

/// A packet's way in one sentence.
fn packet(told: &Told, fresh: &[Step]) -> Option<Words> {
    let skb = told.packet()?;
    let who = told
        .label(skb)
        .map_or_else(|| skb.to_string(), |label| format!("{skb} ({label})"));
    let made = allocated(fresh);
    let attached = fresh.iter().rev().find_map(|step| match step {
        Step::SkbAttached { conn, ctinfo, .. } => Some((*conn, *ctinfo)),
        _ => None,
    });
    for step in fresh.iter().rev() {
        match step {
            Step::Dropped { at, cause, .. } => {
                let at = format!(
                    "{}{}",
                    names::station(*at),
                    super::journey::drop_cause(*cause)
                );
                return Some(dropped(told, fresh, &who, &at, skb));
            }
            Step::Held { at, .. } => {
                let at = names::station(*at);
                let conn = told.scene.state.skb(skb).and_then(|skb| skb.nfct);
                return Some(match (made, conn) {
                    (Some(conn), _) => say(
                        tell!(w::WHO_MADE_CONN_AND, who, conn, at),
                        tell!(w::CONN_IS_UNCONFIRMED_NO, conn),
                    ),
                    (None, Some(conn)) => say(
                        tell!(w::WHO_BELONGS_TO_CONN, who, conn, at),
                        tell!(w::IT_HOLDS_A_REFERENCE, conn),
                    ),
                    (None, None) => say(tell!(w::WHO_WAITS_AT_AT, who, at), ""),
                });
            }
            Step::ClashMerged { conn, into } => {
                return Some(say(
                    tell!(w::WHO_BELONGS_TO_INTO, who, into, conn),
                    tell!(w::BOTH_WERE_MADE_FOR_ONE, into),
                ));
            }
            Step::ClashInserted { conn } => {
                return Some(say(
                    tell!(w::WHO_PASSES_CONN_HANGS, who, conn),
                    w::ITS_ORIGINAL_TUPLE_WAS.text(),
                ));
            }
            Step::PacketInvalid { reason, .. } => {
                return Some(say(
                    tell!(
                        w::WHO_PASSES_AS_INVALID,
                        who,
                        reason = names::reason(*reason)
                    ),
                    w::CONNTRACK_DOES_NOT_DROP.text(),
                ));
            }
            Step::SkbUntracked { .. } => {
                return Some(say(tell!(w::WHO_PASSES_AS_UNTRACKED, who), ""));
            }
            _ => {}
        }
    }
    if let Some((conn, original, reply)) = inserted(fresh) {
        let hang = tell!(w::ITS_TWO_NODES_HANG, buckets = buckets(original, reply));
        let what = match made {
            Some(_) => tell!(w::WHO_MADE_CONN_HANG, who, conn, hang),
            None => tell!(w::CONN_IS_CONFIRMED_BY, conn, who, hang),
        };
        let find = tell!(w::FROM_HERE_ON_PACKETS, conn);
        return Some(say(what, join([find, casualties(fresh)])));
    }
    let (conn, ctinfo) = attached?;
    let why = match ctinfo {
        CtInfo::Related | CtInfo::RelatedReply => w::IT_IS_AN_ICMP.text().to_owned(),
        _ if ctinfo.is_reply() => w::THE_REPLY_TUPLE_MATCHED.text().to_owned(),
        _ => w::THE_ORIGINAL_TUPLE_MATCHED.text().to_owned(),
    };
    let tracked = tracked(told, fresh).map_or_else(String::new, |words| words.what);
    Some(say(
        tell!(w::WHO_BELONGS_TO_CONN_AS, who, conn, ctinfo = ctinfo.name()),
        join([why, tracked, casualties(fresh)]),
    ))
}

/// Sentences that are not empty, one behind the other.
fn join<const N: usize>(parts: [String; N]) -> String {
    parts
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Who was deleted on the packet's way, and why.
fn casualties(fresh: &[Step]) -> String {
    let gone = fresh.iter().filter_map(|step| match step {
        Step::DeleteCalled { conn, cause } => Some(match cause {
            DeleteCause::Expired => tell!(w::CONN_WAS_EXPIRED_AND, conn),
            DeleteCause::EarlyDrop | DeleteCause::GcEarlyDrop => {
                tell!(w::CONN_WAS_SACRIFICED_THE, conn)
            }
            DeleteCause::TcpReset | DeleteCause::DccpReset => {
                tell!(w::CONN_WAS_DELETED_A, conn)
            }
            DeleteCause::TcpReopen => tell!(w::CONN_WAS_OVER_AND, conn),
            DeleteCause::NatOifChanged => {
                tell!(w::CONN_WAS_DELETED_IT, conn)
            }
            DeleteCause::NatPort => tell!(w::CONN_WAS_CLOSING_AND, conn),
            DeleteCause::Asked | DeleteCause::Flush => tell!(w::CONN_WAS_DELETED, conn),
        }),
        _ => None,
    });
    gone.take(3).collect::<Vec<_>>().join(" ")
}

fn dropped(told: &Told, fresh: &[Step], who: &str, at: &str, skb: SkbId) -> Words {
    let conn = told
        .scene
        .before
        .skb(skb)
        .and_then(|skb| skb.nfct)
        .or_else(|| {
            fresh.iter().rev().find_map(|step| match step {
                Step::SkbAttached { conn, .. } => Some(*conn),
                _ => None,
            })
        });
    match conn {
        Some(conn) if told.living(conn).is_none() => {
            let was = told.scene.before.conns.get(conn);
            let deleted = was.is_some_and(|conn| conn.status.contains(Status::CONFIRMED));
            say(
                tell!(w::WHO_IS_DROPPED_AT, who, at, conn),
                if deleted {
                    w::IT_WAS_DELETED_BEFORE.text()
                } else {
                    w::THE_PACKET_HELD_ITS.text()
                },
            )
        }
        Some(conn) => say(
            tell!(w::WHO_IS_DROPPED_AT_AT, who, at, conn),
            w::ONLY_THE_PACKETS_OWN.text(),
        ),
        None => say(tell!(w::WHO_IS_DROPPED_AT_AT_2, who, at), ""),
    }
}

fn advanced(told: &Told, fresh: &[Step]) -> Words {
    let mut millis = 0;
    for step in fresh {
        if let Step::ClockAdvanced { by, .. } = step {
            millis += told.hz().millis(*by);
        }
    }
    let gone: Vec<String> = fresh
        .iter()
        .filter_map(|step| match step {
            Step::DeleteCalled { conn, .. } => Some(conn.to_string()),
            _ => None,
        })
        .collect();
    let late = freed(fresh);
    let sacrificed = fresh.iter().any(|step| {
        matches!(
            step,
            Step::DeleteCalled {
                cause: DeleteCause::GcEarlyDrop,
                ..
            }
        )
    });
    let passed = names::duration(millis);
    let why = if sacrificed {
        w::A_PACKET_HAD_FOUND.text()
    } else {
        w::NO_TIMER_DELETES_A.text()
    };
    match gone.len() {
        0 if !late.is_empty() => say(
            tell!(w::PASSED_PASS_THE_EVENT, passed, list = list(&late)),
            w::THE_DESTROY_EVENTS_THAT.text(),
        ),
        0 => say(
            tell!(w::PASSED_PASS_NOTHING_IS, passed),
            w::ONLY_GC_WORKER_AND.text(),
        ),
        1..=4 => say(
            tell!(w::PASSED_PASS_GC_DELETED, passed, list = list(&gone)),
            why,
        ),
        n => say(
            tell!(w::PASSED_PASS_GC_DELETED_N, passed, n = n as u64),
            why,
        ),
    }
}

fn swept(fresh: &[Step]) -> Words {
    let buckets: u64 = fresh
        .iter()
        .map(|step| match step {
            Step::GcBucket { .. } => 1,
            Step::GcIdle { buckets, .. } => *buckets,
            _ => 0,
        })
        .sum();
    let buckets = tell!(w::N_BUCKETS, n = buckets);
    let gone = unlinked(fresh);
    let why = w::WHAT_IS_EXPIRED_STAYS.text();
    match gone.len() {
        0 => say(tell!(w::GC_LOOKED_AT_BUCKETS, buckets), ""),
        1..=4 => say(
            tell!(w::GC_LOOKED_AT_BUCKETS_AND, buckets, list = list(&gone)),
            why,
        ),
        n => say(tell!(w::GC_LOOKED_AT_BUCKETS_AND_DELETED, buckets, n), why),
    }
}

fn deleted(told: &Told, fresh: &[Step]) -> Option<Words> {
    let gone = unlinked(fresh);
    let freed = freed(fresh).len();
    let why = if freed == gone.len() {
        w::NOBODY_ELSE_HELD_A.text()
    } else if told.scene.state.profile().since(Difference::NoPendingLists) {
        w::WHO_IS_STILL_HELD.text()
    } else {
        w::WHO_IS_STILL_HELD_BY.text()
    };
    match gone.len() {
        0 => None,
        1..=4 => Some(say(tell!(w::OUT_OF_THE_TABLE, list = list(&gone)), why)),
        n => Some(say(tell!(w::N_CONNECTIONS_ARE_OUT, n), why)),
    }
}

/// Who left the table.
fn unlinked(fresh: &[Step]) -> Vec<String> {
    let gone = fresh.iter().filter_map(|step| match step {
        Step::HashRemoved {
            conn,
            dir: Dir::Reply,
            ..
        } => Some(conn.to_string()),
        _ => None,
    });
    gone.collect()
}

fn freed(fresh: &[Step]) -> Vec<String> {
    let gone = fresh.iter().filter_map(|step| match step {
        Step::Freed { conn, .. } => Some(conn.to_string()),
        _ => None,
    });
    gone.collect()
}

fn allocated(fresh: &[Step]) -> Option<ConnId> {
    fresh.iter().rev().find_map(|step| match step {
        Step::ConnAllocated { conn, .. } => Some(*conn),
        _ => None,
    })
}

/// The connection whose two nodes went into the table, and their buckets.
fn inserted(fresh: &[Step]) -> Option<(ConnId, u32, u32)> {
    let at = |wanted: Dir| {
        fresh.iter().rev().find_map(|step| match step {
            Step::HashInserted { conn, dir, bucket } if *dir == wanted => Some((*conn, *bucket)),
            _ => None,
        })
    };
    let ((conn, original), (other, reply)) = (at(Dir::Original)?, at(Dir::Reply)?);
    (conn == other).then_some((conn, original, reply))
}

fn buckets(original: u32, reply: u32) -> String {
    if original == reply {
        tell!(w::BUCKET_ORIGINAL, original)
    } else {
        tell!(w::BUCKETS_ORIGINAL_AND_REPLY, original, reply)
    }
}
