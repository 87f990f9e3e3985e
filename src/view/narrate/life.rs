//! References, and figure 6: how a connection ends.

use super::told::{Told, Words, say};
use crate::engine::conn::{Owner, Status};
use crate::engine::step::DeleteCause;
use crate::engine::tuple::Dir;
use crate::engine::{ConnId, Step};
use crate::view::names;

pub(super) fn ref_taken(told: &Told, conn: ConnId, by: Owner, left: u32) -> Words {
    let skb = told.packet().map(|skb| skb.to_string());
    let first = format!("{conn} gets its first reference: use is {left}.");
    let more = |who: &str| format!("{who} takes a reference on {conn}: use is {left}.");
    let clash = told
        .earlier()
        .any(|step| matches!(step, Step::ClashFound { .. }));
    match by {
        Owner::Lookup if left == 1 => say(
            first,
            "The packet will inherit it. Neither a list nor the table holds one yet.",
        ),
        Owner::Lookup if clash => say(
            format!("A reference on {conn} is taken for the packet: use is {left}."),
            "The packet is to belong to the one that was first.",
        ),
        Owner::Lookup => say(
            more("The lookup"),
            "It is raised unless it is 0: what has no references is being freed.",
        ),
        Owner::Table => say(
            more("The table"),
            "One reference for both nodes. While it is held, the connection cannot be freed.",
        ),
        Owner::Gc => say(
            format!("{conn} is held for the moment: use is {left}."),
            "Without it the connection could be freed under the hands of who looks at it.",
        ),
        Owner::Child => say(
            more("A child connection"),
            "It points to its master until it is destroyed.",
        ),
        Owner::Skb | Owner::EarlyDrop | Owner::Flush | Owner::Netlink | Owner::EventRetry => say(
            more(&subject(by, skb.as_deref())),
            "It is put as soon as the work is done.",
        ),
    }
}

/// The owner at the head of a sentence; a packet's name stays small.
fn subject(by: Owner, skb: Option<&str>) -> String {
    match (by, skb) {
        (Owner::Skb, Some(skb)) => skb.to_owned(),
        (Owner::Gc | Owner::EarlyDrop, _) => names::owner(by, skb),
        _ => names::capital(&names::owner(by, skb)),
    }
}

pub(super) fn ref_passed(told: &Told, conn: ConnId, from: Owner, to: Owner) -> Words {
    let skb = told.packet().map(|skb| skb.to_string());
    let (from, to_name) = (
        names::owner(from, skb.as_deref()),
        names::owner(to, skb.as_deref()),
    );
    let why = match to {
        Owner::Netlink => "It is held until the request is answered. use does not change.",
        Owner::EventRetry => {
            "The DESTROY event is not delivered yet, so the object must live on. use does not \
             change."
        }
        _ => "use does not change.",
    };
    say(
        format!("The reference that {from} held on {conn} goes to {to_name}."),
        why,
    )
}

pub(super) fn ref_dropped(told: &Told, conn: ConnId, by: Owner, left: u32) -> Words {
    let skb = told.packet().map(|skb| skb.to_string());
    let who = subject(by, skb.as_deref());
    let why = if left == 0 {
        "It was the last one: the connection is destroyed.".to_owned()
    } else {
        format!("It lives on, held by {}.", told.holders(conn))
    };
    say(
        format!("{who} puts its reference: {conn}.use is {left}."),
        why,
    )
}

pub(super) fn delete_called(conn: ConnId, cause: DeleteCause) -> Words {
    let (what, why) = match cause {
        DeleteCause::Expired => (
            "its time is over",
            "No timer fired. Somebody met it and saw that its timeout is in the past.",
        ),
        DeleteCause::Asked => ("conntrack -D asks for it", "It was found by its tuple."),
        DeleteCause::Flush => (
            "conntrack -F asks for all",
            "Unconfirmed ones are not touched.",
        ),
        DeleteCause::EarlyDrop => (
            "the table is full",
            "It is not ASSURED, so it makes room for a new one.",
        ),
        DeleteCause::GcEarlyDrop => (
            "gc spares it no longer",
            "A packet found the table full, and the namespace is still at 95 % of the limit. \
             Who is not ASSURED, or is closing, goes.",
        ),
        DeleteCause::TcpReset | DeleteCause::DccpReset => (
            "a reset came before any reply",
            "Nothing was agreed on, so there is nothing to keep.",
        ),
        DeleteCause::NatOifChanged => (
            "its packets leave by another interface now",
            "It was masqueraded: answers would still come to the old interface's address.",
        ),
        DeleteCause::NatPort => (
            "NAT gives its port to a new one",
            "It is closing, and the new one's numbers are ahead of all that it has sent.",
        ),
        DeleteCause::TcpReopen => (
            "a new SYN opens it anew",
            "The old one was closed; its remains must go first.",
        ),
    };
    say(format!("{conn} is to be deleted: {what}."), why)
}

pub(super) fn delete_refused(told: &Told, conn: ConnId) -> Words {
    let why = if told.has(conn, Status::CONFIRMED) {
        "DYING is set: somebody else deletes it."
    } else {
        "It is not in the table."
    };
    say(format!("{conn} is not deleted here."), why)
}

pub(super) fn hash_removed(conn: ConnId, dir: Dir, bucket: u32) -> Words {
    let why = match dir {
        Dir::Original => "Lookups of the original tuple find nothing from here on.",
        Dir::Reply => "Lookups of the reply tuple find nothing from here on.",
    };
    say(
        format!("{conn}'s {} node leaves bucket {bucket}.", names::dir(dir)),
        why,
    )
}

pub(super) fn destroyed(told: &Told, conn: ConnId) -> Words {
    let confirmed = told.has(conn, Status::CONFIRMED);
    let why = if confirmed {
        "Nobody points to it and it is in no bucket."
    } else {
        "It was never confirmed, so no event tells of its end."
    };
    say(
        format!("{conn} has no reference left: it is destroyed."),
        why,
    )
}

pub(super) fn freed(told: &Told, conn: ConnId, count: u32) -> Words {
    let asked = told
        .earlier()
        .any(|step| matches!(step, Step::DeleteCalled { conn: gone, .. } if *gone == conn));
    let why = if asked {
        "Unlinking did not lower the count; freeing does. Its slot can be used again."
    } else {
        "Its slot can be used again, by the next connection."
    };
    say(
        format!(
            "{conn} is freed; nf_conntrack_count is {}.",
            names::grouped(count.into())
        ),
        why,
    )
}
