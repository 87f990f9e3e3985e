//! Figure 4: a connection is made.

use super::told::{Told, Words, list, say};
use crate::engine::ConnId;
use crate::engine::nulls::ListId;
use crate::engine::tuple::Tuple;
use crate::view::names;
use crate::words::{narrate as w, tell};

pub(super) fn tuple_reused(told: &Told, tuple: &Tuple) -> Words {
    let whose = told.packet().map_or_else(
        || w::THE_TUPLE.text().to_owned(),
        |s| tell!(w::S_S_TUPLE, s),
    );
    say(
        tell!(w::WHOSE_BECOMES_THE_ORIGINAL, whose),
        tell!(w::TUPLE_WAS_BUILT_FOR, tuple = names::tuple(tuple)),
    )
}

pub(super) fn tuple_inverted(reply: &Tuple) -> Words {
    let how = if reply.is_icmp() {
        w::SOURCE_AND_DESTINATION.text()
    } else if reply.has_ports() {
        w::SOURCE_AND_DESTINATION_CHANGE.text()
    } else {
        w::SOURCE_AND_DESTINATION_CHANGE_PLACES.text()
    };
    say(
        tell!(w::THE_REPLY_TUPLE_IS, tuple = names::tuple(reply)),
        tell!(w::HOW_IT_IS_COMPUTED, how),
    )
}

pub(super) fn not_invertible(tuple: &Tuple) -> Words {
    let why = if tuple.is_icmp() {
        tell!(w::TYPE_ICMP_TYPE_HAS, icmp_type = tuple.icmp_type())
    } else {
        w::THERE_CAN_BE_NO.text().to_owned()
    };
    say(w::THIS_TUPLE_HAS_NO.text(), why)
}

pub(super) fn conn_allocated(told: &Told, conn: ConnId, count: u32) -> Words {
    let stash = told
        .living(conn)
        .filter(|_| !told.is_request())
        .and_then(|conn| conn.stashed_hash())
        .map(|raw| tell!(w::ITS_RAW_HASH_HEX32, hex32 = names::hex32(raw.0)))
        .unwrap_or_default();
    say(
        tell!(
            w::CONN_IS_ALLOCATED_NF,
            conn,
            names = names::grouped(count.into())
        ),
        tell!(w::IT_HOLDS_BOTH_TUPLES, stash),
    )
}

pub(super) fn extensions_added(conn: ConnId, acct: bool, tstamp: bool, ecache: bool) -> Words {
    let all = [(acct, "ACCT"), (tstamp, "TSTAMP"), (ecache, "ECACHE")];
    let got: Vec<String> = all
        .iter()
        .filter(|(there, _)| *there)
        .map(|(_, name)| (*name).to_owned())
        .collect();
    let what = match &got[..] {
        [] => tell!(w::CONN_GETS_NO_EXTENSIONS, conn),
        [one] => tell!(w::CONN_GETS_THE_EXTENSION, conn, one),
        _ => tell!(w::CONN_GETS_THE_EXTENSIONS, conn, list = list(&got)),
    };
    say(what, w::SETTINGS_DECIDE_IT_WHEN.text())
}

pub(super) fn not_expected(conn: ConnId) -> Words {
    say(
        tell!(w::NOBODY_EXPECTS_CONN_IT, conn),
        w::A_HELPER_SUCH_AS.text(),
    )
}

pub(super) fn list_added(told: &Told, conn: ConnId, on: ListId) -> Words {
    let because = match on {
        ListId::Unconfirmed { .. } => w::IT_IS_NOT_IN.text().to_owned(),
        ListId::Dying { .. } => {
            tell!(w::IT_WAITS_THERE_FOR, holders = told.holders(conn))
        }
        ListId::Undelivered { .. } => w::ITS_DESTROY_EVENT_IS.text().to_owned(),
        ListId::Bucket(_) => String::new(),
    };
    say(
        tell!(w::CONN_S_ORIGINAL_NODE_GOES, conn, on = names::list(on)),
        because,
    )
}
