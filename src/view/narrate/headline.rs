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
                format!("{conn} is confirmed: its two nodes hang in {}.", {
                    buckets(original, reply)
                }),
                format!(
                    "The packet got past every rule. From here on, packets of both directions \
                     find {conn}."
                ),
            ))
        }
        Phase::Create => {
            let conn = allocated(fresh)?;
            let list = fresh.iter().find_map(|step| match step {
                Step::ListAdded { list, .. } => Some(*list),
                _ => None,
            })?;
            Some(say(
                format!("{conn} is made and hangs in the {list}."),
                "It has two tuples and one reference, and no lookup can find it yet.",
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
                    format!("{conn} is out of the table."),
                    "Both nodes are gone from their buckets. It lives on until its last \
                     reference is put.",
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
            format!("has {length} from now"),
            "Every packet that the tracker accepts renews the time.",
        )
    } else {
        (
            format!("will have {length}"),
            "The time begins when it is confirmed.",
        )
    };
    Some(match state {
        Some((conn, state)) => say(format!("{conn} goes to {state} and {time}."), why),
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
                        format!("{who} made {conn} and waits at {at}."),
                        format!("{conn} is unconfirmed: no lookup finds it."),
                    ),
                    (None, Some(conn)) => say(
                        format!("{who} belongs to {conn} and waits at {at}."),
                        format!("It holds a reference on {conn} meanwhile."),
                    ),
                    (None, None) => say(format!("{who} waits at {at}."), ""),
                });
            }
            Step::ClashMerged { conn, into } => {
                return Some(say(
                    format!("{who} belongs to {into} now; {conn} is discarded."),
                    format!("Both were made for one flow, and {into} was confirmed first."),
                ));
            }
            Step::ClashInserted { conn } => {
                return Some(say(
                    format!("{who} passes; {conn} hangs in the table by its reply node alone."),
                    "Its original tuple was taken. It has one second.",
                ));
            }
            Step::PacketInvalid { reason, .. } => {
                return Some(say(
                    format!("{who} passes as INVALID: {}.", names::reason(*reason)),
                    "Conntrack does not drop it; a rule could.",
                ));
            }
            Step::SkbUntracked { .. } => {
                return Some(say(format!("{who} passes as UNTRACKED."), ""));
            }
            _ => {}
        }
    }
    if let Some((conn, original, reply)) = inserted(fresh) {
        let hang = format!("its two nodes hang in {}", buckets(original, reply));
        let what = match made {
            Some(_) => format!("{who} made {conn}: {hang}."),
            None => format!("{conn} is confirmed by {who}: {hang}."),
        };
        let find = format!("From here on, packets of both directions find {conn}.");
        return Some(say(what, join([find, casualties(fresh)])));
    }
    let (conn, ctinfo) = attached?;
    let why = match ctinfo {
        CtInfo::Related | CtInfo::RelatedReply => "It is an ICMP error about it.".to_owned(),
        _ if ctinfo.is_reply() => "The reply tuple matched, so it is a reply.".to_owned(),
        _ => "The original tuple matched.".to_owned(),
    };
    let tracked = tracked(told, fresh).map_or_else(String::new, |words| words.what);
    Some(say(
        format!("{who} belongs to {conn}, as {}.", ctinfo.name()),
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
            DeleteCause::Expired => format!("{conn} was expired and was killed on the way."),
            DeleteCause::EarlyDrop | DeleteCause::GcEarlyDrop => {
                format!("{conn} was sacrificed: the table was full.")
            }
            DeleteCause::TcpReset | DeleteCause::DccpReset => {
                format!("{conn} was deleted: a reset before any reply.")
            }
            DeleteCause::TcpReopen => format!("{conn} was over and was deleted first."),
            DeleteCause::NatOifChanged => {
                format!("{conn} was deleted: it takes another interface now.")
            }
            DeleteCause::NatPort => format!("{conn} was closing and was deleted for its port."),
            DeleteCause::Asked | DeleteCause::Flush => format!("{conn} was deleted."),
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
                format!("{who} is dropped at {at}, and {conn} goes with it."),
                if deleted {
                    "It was deleted before; the packet held its last reference."
                } else {
                    "The packet held its only reference: it was not confirmed."
                },
            )
        }
        Some(conn) => say(
            format!("{who} is dropped at {at}; {conn} stays."),
            "Only the packet's own reference is put. What the tracker changed stays changed.",
        ),
        None => say(format!("{who} is dropped at {at}."), ""),
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
        "A packet had found the table full, so gc_worker also took what it could spare."
    } else {
        "No timer deletes a connection. gc_worker met what was expired on its way."
    };
    match gone.len() {
        0 if !late.is_empty() => say(
            format!("{passed} pass. The event worker let go of {}.", list(&late)),
            "The DESTROY events that had failed are delivered now.",
        ),
        0 => say(
            format!("{passed} pass. Nothing is deleted."),
            "Only gc_worker and packets delete what is expired, when they meet it.",
        ),
        1..=4 => say(format!("{passed} pass. gc deleted {}.", list(&gone)), why),
        n => say(
            format!("{passed} pass. gc deleted {}.", {
                names::counted(n as u64, "connection", "connections")
            }),
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
    let buckets = names::counted(buckets, "bucket", "buckets");
    let gone = unlinked(fresh);
    let why = "What is expired stays linked until gc, or a packet, meets it.";
    match gone.len() {
        0 => say(format!("gc looked at {buckets} and deleted nothing."), ""),
        1..=4 => say(
            format!("gc looked at {buckets} and deleted {}.", list(&gone)),
            why,
        ),
        n => say(
            format!("gc looked at {buckets} and deleted {n} connections."),
            why,
        ),
    }
}

fn deleted(told: &Told, fresh: &[Step]) -> Option<Words> {
    let gone = unlinked(fresh);
    let freed = freed(fresh).len();
    let why = if freed == gone.len() {
        "Nobody else held a reference, so they are freed as well."
    } else if told.scene.state.profile().since(Difference::NoPendingLists) {
        "Who is still held by a packet or by the event worker stays in memory."
    } else {
        "Who is still held by a packet or by the event worker stays on the dying list."
    };
    match gone.len() {
        0 => None,
        1..=4 => Some(say(format!("Out of the table: {}.", list(&gone)), why)),
        n => Some(say(format!("{n} connections are out of the table."), why)),
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
        format!("bucket {original}")
    } else {
        format!("buckets {original} and {reply}")
    }
}
