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
        .map_or("its hook", |skb| skb.at.name());
    match conn {
        Some(conn) => say(
            format!("The confirm hook looks at {skb}, which belongs to {conn}."),
            format!("It is the last function of {at}: who gets here is past every rule."),
        ),
        None => say(
            format!("{skb} has no connection: there is nothing to confirm."),
            "INVALID and UNTRACKED packets pass the confirm hook untouched.",
        ),
    }
}

pub(super) fn confirm_skipped(told: &Told, skb: SkbId, conn: ConnId) -> Words {
    let why = if told.has(conn, Status::CONFIRMED) {
        format!("{conn} is CONFIRMED already; it happens once.")
    } else {
        format!("{skb} goes in the reply direction, and only the first packet can confirm.")
    };
    say(format!("{conn} is not confirmed again."), why)
}

pub(super) fn buckets_ready(conn: ConnId, original: u32, reply: u32) -> Words {
    let what = if original == reply {
        format!("Both nodes of {conn} belong to bucket {original}.")
    } else {
        format!("{conn} belongs to buckets {original} (original) and {reply} (reply).")
    };
    say(
        what,
        "The original hash was kept since allocation. The reply hash is computed only now: NAT \
         may have changed the reply tuple.",
    )
}

pub(super) fn buckets_locked(first: u32, second: u32) -> Words {
    if first == second {
        say(
            format!("Bucket lock {first} is taken."),
            "One lock serves both buckets.",
        )
    } else {
        say(
            tell!(w::BUCKET_LOCKS_TAKEN, first, second),
            "Always the lower index first, so that two CPUs cannot lock each other out.",
        )
    }
}

pub(super) fn buckets_unlocked(first: u32, second: u32) -> Words {
    let what = if first == second {
        format!("Bucket lock {first} is free again.")
    } else {
        format!("Bucket locks {first} and {second} are free again.")
    };
    say(what, "Lookups never took them: they read without a lock.")
}

pub(super) fn list_removed(conn: ConnId, list: ListId, destroyed: bool) -> Words {
    let why = match (list, destroyed) {
        (ListId::Unconfirmed { .. }, true) => "It was never in the table.",
        (ListId::Unconfirmed { .. }, false) => {
            "A node can hang in one list only, and this one is to go into a bucket."
        }
        _ => "Nothing leads to it any more.",
    };
    say(format!("{conn}'s original node leaves the {list}."), why)
}

pub(super) fn dying_checked(told: &Told, conn: ConnId, dying: bool) -> Words {
    if dying {
        say(
            format!("{conn} is DYING: it must not go in."),
            "Somebody marked it while its packet was on its way.",
        )
    } else {
        say(
            format!("{conn} is not DYING: it may go in."),
            if told.scene.state.profile().since(Difference::NoPendingLists) {
                "Who unloads a module or ends a namespace could have marked it."
            } else {
                "Who clears the unconfirmed list marks what hangs there. Off that list, nobody can."
            },
        )
    }
}

pub(super) fn timeout_started(told: &Told, conn: ConnId, from: Ticks, to: Jiffies) -> Words {
    say(
        format!(
            "{conn}'s time begins: it expires at {}, in {}.",
            names::jiffies(to),
            { told.ticks(from) }
        ),
        format!(
            "The length becomes an instant: {} jiffies + now, {}.",
            names::grouped(from.0.into()),
            names::jiffies(told.now())
        ),
    )
}

pub(super) fn hash_inserted(told: &Told, conn: ConnId, dir: Dir, bucket: u32) -> Words {
    let alone = told
        .living(conn)
        .is_some_and(|conn| conn.tuplehash[0].node == Node::Fake);
    let why = match dir {
        Dir::Original if told.scene.state.profile().since(Difference::NoPendingLists) => {
            "First time in any list. It is not CONFIRMED yet, so a lookup passes it by."
        }
        Dir::Original => "It is the same node that hung in the unconfirmed list.",
        Dir::Reply if alone => "Only the reply node goes in; the original tuple is taken.",
        Dir::Reply => {
            "One connection, two entries: from here on packets of both directions find it."
        }
    };
    say(
        format!(
            "{conn}'s {} node goes to the head of bucket {bucket}.",
            names::dir(dir)
        ),
        why,
    )
}

pub(super) fn clash_found(conn: ConnId, other: ConnId, dir: Dir) -> Words {
    say(
        format!(
            "{conn} clashes with {other}, whose {} tuple is the same.",
            names::dir(dir)
        ),
        format!("{other} was confirmed while {conn}'s packet was still on its way."),
    )
}

pub(super) fn chain_too_long(conn: ConnId, bucket: u32, nodes: u32, limit: u32) -> Words {
    say(
        format!("Bucket {bucket} has too many nodes for {conn}: {nodes} and it is not among them."),
        format!(
            "Confirm goes past {limit} this time, drawn anew from 50 to 79. Somebody may be \
             filling one chain to make every lookup slow."
        ),
    )
}

pub(super) fn clash_merged(told: &Told, conn: ConnId, into: ConnId) -> Words {
    let packet = told
        .packet()
        .map_or_else(|| "The packet".to_owned(), |skb| skb.to_string());
    say(
        format!("{packet} belongs to {into} from now on; {conn} is discarded."),
        "Both were made for one flow. Protocols without states, such as UDP, allow it.",
    )
}

pub(super) fn clash_inserted(conn: ConnId) -> Words {
    say(
        format!("{conn} is in the table by its reply node alone, for one second."),
        "Its reply tuple was free. A lookup of the reply finds it; tools that list original \
         nodes do not show it.",
    )
}

pub(super) fn clash_lost(conn: ConnId) -> Words {
    say(
        format!("{conn} loses the clash."),
        "Its packet is dropped. Only protocols without states, such as UDP, let a clash be \
         resolved, and only if both flows fit.",
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
        "The event worker sent it again, and this time it was heard.".to_owned()
    } else if bits.contains(EventMask::DESTROY) {
        "A DESTROY is sent at once, before the nodes leave the table.".to_owned()
    } else {
        format!(
            "One message for everything cached: {}.",
            names::events(bits)
        )
    };
    say(format!("Message {seq} is delivered: [{kind}] {conn}."), why)
}

pub(super) fn event_failed(conn: ConnId, bits: EventMask) -> Words {
    say(
        format!(
            "Event {} of {conn} cannot be delivered.",
            names::events(bits)
        ),
        "The listener asked for reliable delivery, and its buffer is full.",
    )
}

pub(super) fn event_retry_due(told: &Told, at: Jiffies) -> Words {
    say(
        format!(
            "The event worker will run in {}, at {}.",
            told.ticks(at.left(told.now())),
            names::jiffies(at)
        ),
        if told.scene.state.profile().since(Difference::NoPendingLists) {
            "What could not be delivered is sent again then. Until then it is on its list."
        } else {
            "What could not be delivered is sent again then. That is what the dying list is for."
        },
    )
}

pub(super) fn event_retry_ran(told: &Told, delivered: u32, left: u32) -> Words {
    let one_by_one = told.scene.state.profile().since(Difference::OneEventPerRun);
    let why = match (left, delivered) {
        (0, _) if one_by_one => "What was listed only for its event is let go.",
        (0, _) => "What hung on the dying list only for its event is let go.",
        (_, 1..) if one_by_one => "One per run: it believes its time is up and runs again at once.",
        _ if one_by_one => "The listener still does not read. The worker comes back in 10 ms.",
        _ => "The listener still does not read. The worker comes back in a tenth of a second.",
    };
    // Without a listener a message counts as delivered.
    let verb = match told.scene.state.listener.mode {
        Listen::Off => "dropped",
        Listen::On | Listen::Slow => "delivered",
    };
    let waits = match left {
        0 => "none waits".to_owned(),
        n => names::counted(n.into(), "message still waits", "messages still wait"),
    };
    say(
        format!(
            "The event worker {verb} {}; {waits}.",
            names::counted(delivered.into(), "message", "messages")
        ),
        why,
    )
}
