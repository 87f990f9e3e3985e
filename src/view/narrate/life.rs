//! References, and figure 6: how a connection ends.

use super::told::{Told, Words, say};
use crate::engine::conn::{Owner, Status};
use crate::engine::step::DeleteCause;
use crate::engine::tuple::Dir;
use crate::engine::{ConnId, Step};
use crate::view::names;
use crate::words::{narrate as w, tell};

pub(super) fn ref_taken(told: &Told, conn: ConnId, by: Owner, left: u32) -> Words {
    let skb = told.packet().map(|skb| skb.to_string());
    let first = tell!(w::CONN_GETS_ITS_FIRST, conn, left);
    let more = |who: &str| tell!(w::WHO_TAKES_A_REFERENCE, who, conn, left);
    let clash = told
        .earlier()
        .any(|step| matches!(step, Step::ClashFound { .. }));
    match by {
        Owner::Lookup if left == 1 => say(first, w::THE_PACKET_WILL_INHERIT.text()),
        Owner::Lookup if clash => say(
            tell!(w::A_REFERENCE_ON_CONN, conn, left),
            w::THE_PACKET_IS_TO.text(),
        ),
        Owner::Lookup => say(more(w::THE_LOOKUP.text()), w::IT_IS_RAISED_UNLESS.text()),
        Owner::Table => say(more(w::THE_TABLE.text()), w::ONE_REFERENCE_FOR_BOTH.text()),
        Owner::Gc => say(
            tell!(w::CONN_IS_HELD_FOR, conn, left),
            w::WITHOUT_IT_THE_CONNECTION.text(),
        ),
        Owner::Child => say(
            more(w::A_CHILD_CONNECTION.text()),
            w::IT_POINTS_TO_ITS.text(),
        ),
        Owner::Skb | Owner::EarlyDrop | Owner::Flush | Owner::Netlink | Owner::EventRetry => {
            say(more(&subject(by, skb.as_deref())), w::IT_IS_PUT_AS.text())
        }
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
        Owner::Netlink => w::IT_IS_HELD_UNTIL.text(),
        Owner::EventRetry => w::THE_DESTROY_EVENT_IS.text(),
        _ => w::USE_DOES_NOT_CHANGE.text(),
    };
    say(tell!(w::THE_REFERENCE_THAT_FROM, from, conn, to_name), why)
}

pub(super) fn ref_dropped(told: &Told, conn: ConnId, by: Owner, left: u32) -> Words {
    let skb = told.packet().map(|skb| skb.to_string());
    let who = subject(by, skb.as_deref());
    let why = if left == 0 {
        w::IT_WAS_THE_LAST.text().to_owned()
    } else {
        tell!(w::IT_LIVES_ON_HELD, holders = told.holders(conn))
    };
    say(tell!(w::WHO_PUTS_ITS_REFERENCE, who, conn, left), why)
}

pub(super) fn delete_called(conn: ConnId, cause: DeleteCause) -> Words {
    let (what, why) = match cause {
        DeleteCause::Expired => (
            w::ITS_TIME_IS_OVER.text(),
            w::NO_TIMER_FIRED_SOMEBODY.text(),
        ),
        DeleteCause::Asked => (w::CONNTRACK_D_ASKS_FOR.text(), w::IT_WAS_FOUND_BY.text()),
        DeleteCause::Flush => (
            w::CONNTRACK_F_ASKS_FOR.text(),
            w::UNCONFIRMED_ONES_ARE_NOT.text(),
        ),
        DeleteCause::EarlyDrop => (w::THE_TABLE_IS_FULL.text(), w::IT_IS_NOT_ASSURED.text()),
        DeleteCause::GcEarlyDrop => (w::GC_SPARES_IT_NO.text(), w::A_PACKET_FOUND_THE.text()),
        DeleteCause::TcpReset | DeleteCause::DccpReset => (
            w::A_RESET_CAME_BEFORE.text(),
            w::NOTHING_WAS_AGREED_ON.text(),
        ),
        DeleteCause::NatOifChanged => (
            w::ITS_PACKETS_LEAVE_BY.text(),
            w::IT_WAS_MASQUERADED_ANSWERS.text(),
        ),
        DeleteCause::NatPort => (w::NAT_GIVES_ITS_PORT.text(), w::IT_IS_CLOSING_AND.text()),
        DeleteCause::TcpReopen => (w::A_NEW_SYN_OPENS.text(), w::THE_OLD_ONE_WAS.text()),
    };
    say(tell!(w::CONN_IS_TO_BE, conn, what), why)
}

pub(super) fn delete_refused(told: &Told, conn: ConnId) -> Words {
    let why = if told.has(conn, Status::CONFIRMED) {
        w::DYING_IS_SET_SOMEBODY.text()
    } else {
        w::IT_IS_NOT_IN_THE.text()
    };
    say(tell!(w::CONN_IS_NOT_DELETED, conn), why)
}

pub(super) fn hash_removed(conn: ConnId, dir: Dir, bucket: u32) -> Words {
    let why = match dir {
        Dir::Original => w::LOOKUPS_OF_THE_ORIGINAL.text(),
        Dir::Reply => w::LOOKUPS_OF_THE_REPLY.text(),
    };
    say(
        tell!(
            w::CONN_S_DIR_NODE_LEAVES,
            conn,
            dir = names::dir(dir),
            bucket
        ),
        why,
    )
}

pub(super) fn destroyed(told: &Told, conn: ConnId) -> Words {
    let confirmed = told.has(conn, Status::CONFIRMED);
    let why = if confirmed {
        w::NOBODY_POINTS_TO_IT.text()
    } else {
        w::IT_WAS_NEVER_CONFIRMED.text()
    };
    say(tell!(w::CONN_HAS_NO_REFERENCE, conn), why)
}

pub(super) fn freed(told: &Told, conn: ConnId, count: u32) -> Words {
    let asked = told
        .earlier()
        .any(|step| matches!(step, Step::DeleteCalled { conn: gone, .. } if *gone == conn));
    let why = if asked {
        w::UNLINKING_DID_NOT_LOWER.text()
    } else {
        w::ITS_SLOT_CAN_BE.text()
    };
    say(
        tell!(
            w::CONN_IS_FREED_NF,
            conn,
            names = names::grouped(count.into())
        ),
        why,
    )
}
