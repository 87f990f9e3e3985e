//! Figure 5: from the unconfirmed list into the table, and events.

use super::told::{Told, Words, say};
use crate::engine::command::Listen;
use crate::engine::conn::{EventMask, Status};
use crate::engine::nulls::{ListId, Node};
use crate::engine::skb::SkbId;
use crate::engine::time::{Jiffies, Ticks};
use crate::engine::tuple::Dir;
use crate::engine::{ConnId, Difference, Step};
use crate::view::names;
use crate::words::{narrate as w, tell};

pub(super) fn confirm_called(told: &Told, skb: SkbId, conn: Option<ConnId>) -> Words {
    let at = told
        .scene
        .state
        .skb(skb)
        .map_or(w::ITS_HOOK.text(), |skb| skb.at.name());
    match conn {
        Some(conn) => say(
            tell!(w::THE_CONFIRM_HOOK_LOOKS, skb, conn),
            tell!(w::IT_IS_THE_LAST, at),
        ),
        None => say(
            tell!(w::SKB_HAS_NO_CONNECTION, skb),
            w::INVALID_AND_UNTRACKED.text(),
        ),
    }
}

pub(super) fn confirm_skipped(told: &Told, skb: SkbId, conn: ConnId) -> Words {
    let why = if told.has(conn, Status::CONFIRMED) {
        tell!(w::CONN_IS_CONFIRMED_ALREADY, conn)
    } else {
        tell!(w::SKB_GOES_IN_THE, skb)
    };
    say(tell!(w::CONN_IS_NOT_CONFIRMED, conn), why)
}

pub(super) fn buckets_ready(conn: ConnId, original: u32, reply: u32) -> Words {
    let what = if original == reply {
        tell!(w::BOTH_NODES_OF_CONN, conn, original)
    } else {
        tell!(w::CONN_BELONGS_TO_BUCKETS, conn, original, reply)
    };
    say(what, w::THE_ORIGINAL_HASH_WAS.text())
}

pub(super) fn buckets_locked(first: u32, second: u32) -> Words {
    if first == second {
        say(
            tell!(w::BUCKET_LOCK_FIRST_IS, first),
            w::ONE_LOCK_SERVES_BOTH.text(),
        )
    } else {
        say(
            tell!(w::BUCKET_LOCKS_FIRST_AND, first, second),
            w::ALWAYS_THE_LOWER_INDEX.text(),
        )
    }
}

pub(super) fn buckets_unlocked(first: u32, second: u32) -> Words {
    let what = if first == second {
        tell!(w::BUCKET_LOCK_FIRST_IS_FREE, first)
    } else {
        tell!(w::BUCKET_LOCKS_FIRST_AND_SECOND, first, second)
    };
    say(what, w::LOOKUPS_NEVER_TOOK_THEM.text())
}

pub(super) fn list_removed(conn: ConnId, list: ListId, destroyed: bool) -> Words {
    let why = match (list, destroyed) {
        (ListId::Unconfirmed { .. }, true) => w::IT_WAS_NEVER_IN.text(),
        (ListId::Unconfirmed { .. }, false) => w::A_NODE_CAN_HANG.text(),
        _ => w::NOTHING_LEADS_TO_IT.text(),
    };
    say(
        tell!(w::CONN_S_ORIGINAL_NODE, conn, list = names::list(list)),
        why,
    )
}

pub(super) fn dying_checked(told: &Told, conn: ConnId, dying: bool) -> Words {
    if dying {
        say(
            tell!(w::CONN_IS_DYING_IT, conn),
            w::SOMEBODY_MARKED_IT_WHILE.text(),
        )
    } else {
        say(
            tell!(w::CONN_IS_NOT_DYING, conn),
            if told.scene.state.profile().since(Difference::NoPendingLists) {
                w::WHO_UNLOADS_A_MODULE.text()
            } else {
                w::WHO_CLEARS_THE_UNCONFIRMED.text()
            },
        )
    }
}

pub(super) fn timeout_started(told: &Told, conn: ConnId, from: Ticks, to: Jiffies) -> Words {
    say(
        tell!(
            w::CONN_S_TIME_BEGINS,
            conn,
            jiffies = names::jiffies(to),
            ticks = told.ticks(from)
        ),
        tell!(
            w::THE_LENGTH_BECOMES_AN,
            names = names::grouped(from.0.into()),
            jiffies = names::jiffies(told.now())
        ),
    )
}

pub(super) fn hash_inserted(told: &Told, conn: ConnId, dir: Dir, bucket: u32) -> Words {
    let alone = told
        .living(conn)
        .is_some_and(|conn| conn.tuplehash[0].node == Node::Fake);
    let why = match dir {
        Dir::Original if told.scene.state.profile().since(Difference::NoPendingLists) => {
            w::FIRST_TIME_IN_ANY.text()
        }
        Dir::Original => w::IT_IS_THE_SAME.text(),
        Dir::Reply if alone => w::ONLY_THE_REPLY_NODE.text(),
        Dir::Reply => w::ONE_CONNECTION_TWO_ENTRIES.text(),
    };
    say(
        tell!(w::CONN_S_DIR_NODE, conn, dir = names::dir(dir), bucket),
        why,
    )
}

pub(super) fn clash_found(conn: ConnId, other: ConnId, dir: Dir) -> Words {
    say(
        tell!(
            w::CONN_CLASHES_WITH_OTHER,
            conn,
            other,
            dir = names::dir(dir)
        ),
        tell!(w::OTHER_WAS_CONFIRMED_WHILE, other, conn),
    )
}

pub(super) fn chain_too_long(conn: ConnId, bucket: u32, nodes: u32, limit: u32) -> Words {
    say(
        tell!(w::BUCKET_BUCKET_HAS_TOO, bucket, conn, nodes),
        tell!(w::CONFIRM_GOES_PAST_LIMIT, limit),
    )
}

pub(super) fn clash_merged(told: &Told, conn: ConnId, into: ConnId) -> Words {
    let packet = told
        .packet()
        .map_or_else(|| w::THE_PACKET.text().to_owned(), |skb| skb.to_string());
    say(
        tell!(w::PACKET_BELONGS_TO_INTO, packet, into, conn),
        w::BOTH_WERE_MADE_FOR.text(),
    )
}

pub(super) fn clash_inserted(conn: ConnId) -> Words {
    say(
        tell!(w::CONN_IS_IN_THE, conn),
        w::ITS_REPLY_TUPLE_WAS.text(),
    )
}

pub(super) fn clash_lost(conn: ConnId) -> Words {
    say(
        tell!(w::CONN_LOSES_THE_CLASH, conn),
        w::ITS_PACKET_IS_DROPPED.text(),
    )
}

pub(super) fn event_sent(told: &Told, conn: ConnId, bits: EventMask, seq: u32) -> Words {
    let deleting = told
        .earlier()
        .any(|step| matches!(step, Step::DeleteCalled { conn: gone, .. } if *gone == conn));
    let kind = if bits.contains(EventMask::DESTROY) {
        "DESTROY"
    } else if bits.intersects(EventMask::NEW | EventMask::RELATED) {
        "NEW"
    } else {
        "UPDATE"
    };
    let why = if bits.contains(EventMask::DESTROY) && !deleting {
        w::THE_EVENT_WORKER_SENT.text().to_owned()
    } else if bits.contains(EventMask::DESTROY) {
        w::A_DESTROY_IS_SENT.text().to_owned()
    } else {
        tell!(w::ONE_MESSAGE_FOR_EVERYTHING, events = names::events(bits))
    };
    say(tell!(w::MESSAGE_SEQ_IS_DELIVERED, seq, kind, conn), why)
}

pub(super) fn event_failed(conn: ConnId, bits: EventMask) -> Words {
    say(
        tell!(w::EVENT_EVENTS_OF_CONN, events = names::events(bits), conn),
        w::THE_LISTENER_ASKED_FOR.text(),
    )
}

pub(super) fn event_retry_due(told: &Told, at: Jiffies) -> Words {
    say(
        tell!(
            w::THE_EVENT_WORKER_WILL,
            ticks = told.ticks(at.left(told.now())),
            jiffies = names::jiffies(at)
        ),
        if told.scene.state.profile().since(Difference::NoPendingLists) {
            w::WHAT_COULD_NOT_BE.text()
        } else {
            w::WHAT_COULD_NOT_BE_DELIVERED.text()
        },
    )
}

pub(super) fn event_retry_ran(told: &Told, delivered: u32, left: u32) -> Words {
    let one_by_one = told.scene.state.profile().since(Difference::OneEventPerRun);
    let why = match (left, delivered) {
        (0, _) if one_by_one => w::WHAT_WAS_LISTED_ONLY.text(),
        (0, _) => w::WHAT_HUNG_ON_THE.text(),
        (_, 1..) if one_by_one => w::ONE_PER_RUN_IT.text(),
        _ if one_by_one => w::THE_LISTENER_STILL_DOES.text(),
        _ => w::THE_LISTENER_STILL_DOES_NOT.text(),
    };
    // Without a listener a message counts as delivered.
    let verb = match told.scene.state.listener.mode {
        Listen::Off => w::DROPPED.text(),
        Listen::On | Listen::Slow => w::DELIVERED.text(),
    };
    let waits = match left {
        0 => w::NONE_WAITS.text().to_owned(),
        n => tell!(w::N_MESSAGES_STILL_WAIT, n = n),
    };
    say(tell!(w::THE_EVENT_WORKER_VERB, verb, delivered, waits), why)
}
