//! Figure 4: a connection is made.

use super::told::{Told, Words, list, say};
use crate::engine::ConnId;
use crate::engine::nulls::ListId;
use crate::engine::tuple::Tuple;
use crate::view::names;

pub(super) fn tuple_reused(told: &Told, tuple: &Tuple) -> Words {
    let whose = told
        .packet()
        .map_or_else(|| "The tuple".to_owned(), |s| format!("{s}'s tuple"));
    say(
        format!("{whose} becomes the original tuple of a new connection."),
        format!(
            "{} was built for the lookup; it is used again.",
            names::tuple(tuple)
        ),
    )
}

pub(super) fn tuple_inverted(reply: &Tuple) -> Words {
    let how = if reply.is_icmp() {
        "Source and destination change places, and the type becomes that of the answer."
    } else if reply.has_ports() {
        "Source and destination change places, ports too."
    } else {
        "Source and destination change places."
    };
    say(
        format!("The reply tuple is {}.", names::tuple(reply)),
        format!("{how} It is computed: no reply has been seen."),
    )
}

pub(super) fn not_invertible(tuple: &Tuple) -> Words {
    let why = if tuple.is_icmp() {
        format!(
            "Type {} has no answer, so there is nothing to wait for.",
            tuple.icmp_type()
        )
    } else {
        "There can be no answer to it.".to_owned()
    };
    say("This tuple has no inverse: no connection is made.", why)
}

pub(super) fn conn_allocated(told: &Told, conn: ConnId, count: u32) -> Words {
    let stash = told
        .living(conn)
        .filter(|_| !told.is_request())
        .and_then(|conn| conn.stashed_hash())
        .map(|raw| format!(" Its raw hash {} is kept for confirm.", names::hex32(raw.0)))
        .unwrap_or_default();
    say(
        format!(
            "{conn} is allocated; nf_conntrack_count is {}.",
            names::grouped(count.into())
        ),
        format!("It holds both tuples. use is 0 and no list knows it.{stash}"),
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
        [] => format!("{conn} gets no extensions."),
        [one] => format!("{conn} gets the extension {one}."),
        _ => format!("{conn} gets the extensions {}.", list(&got)),
    };
    say(
        what,
        "Settings decide it when the connection is made: nf_conntrack_acct, \
         nf_conntrack_timestamp, nf_conntrack_events.",
    )
}

pub(super) fn not_expected(conn: ConnId) -> Words {
    say(
        format!("Nobody expects {conn}: it gets no master."),
        "A helper such as FTP's announces connections. None of those is this one.",
    )
}

pub(super) fn list_added(told: &Told, conn: ConnId, on: ListId) -> Words {
    let because = match on {
        ListId::Unconfirmed { .. } => {
            "It is not in the table: no lookup can find it before its packet is past every rule."
                .to_owned()
        }
        ListId::Dying { .. } => {
            format!(
                "It waits there for its last reference. Held by: {}.",
                told.holders(conn)
            )
        }
        ListId::Undelivered { .. } => {
            "Its DESTROY event is still to be delivered. The event worker holds it until then."
                .to_owned()
        }
        ListId::Bucket(_) => String::new(),
    };
    say(
        format!("{conn}'s original node goes to the head of the {on}."),
        because,
    )
}
