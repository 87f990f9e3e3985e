//! NAT: a decision once, and then a rewriting of every packet.

use super::told::{Words, say};
use crate::engine::ConnId;
use crate::engine::nat::Manip;
use crate::engine::skb::SkbId;
use crate::engine::tuple::{Dir, Tuple};
use crate::view::names;
use crate::words::{narrate as w, tell};

fn half(manip: Manip) -> &'static str {
    match manip {
        Manip::Src => w::SOURCE.text(),
        Manip::Dst => w::DESTINATION.text(),
    }
}

pub(super) fn decided(conn: ConnId, manip: Manip, rule: Option<u32>) -> Words {
    let half = half(manip);
    match rule {
        Some(rule) => say(
            tell!(w::RULE_RULE_DECIDES_THE, rule = rule + 1, half, conn),
            w::NAT_IS_DECIDED_ONCE.text(),
        ),
        None => say(
            tell!(w::NO_RULE_DECIDES_THE, half, conn),
            w::IT_IS_BOUND_TO.text(),
        ),
    }
}

pub(super) fn tuple_taken(conn: ConnId, other: ConnId) -> Words {
    say(
        tell!(w::CONN_CANNOT_HAVE_THIS, conn, other),
        w::AN_ANSWER_IS_TOLD.text(),
    )
}

pub(super) fn ports_tried(conn: ConnId, tries: u32, port: u16, found: bool) -> Words {
    let tries = tell!(w::N_TRIES, n = tries);
    if found {
        say(
            tell!(w::PORT_IS_FREE_FOR, port, conn, tries),
            w::THE_SEARCH_BEGINS_AT.text(),
        )
    } else {
        say(
            tell!(w::NOTHING_IS_FREE_FOR, conn, tries, port),
            w::NAT_DOES_NOT_REFUSE.text(),
        )
    }
}

pub(super) fn reply_changed(conn: ConnId, new: &Tuple) -> Words {
    say(
        tell!(w::THE_REPLY_TUPLE_OF, conn, new),
        w::THAT_IS_WHAT_ANSWERS.text(),
    )
}

pub(super) fn bysource_linked(conn: ConnId) -> Words {
    say(
        tell!(w::CONN_GOES_INTO_THE, conn),
        w::THE_NEXT_CONNECTION_FROM.text(),
    )
}

pub(super) fn rewritten(skb: SkbId, conn: ConnId, manip: Manip, quote: bool) -> Words {
    let half = half(manip);
    if quote {
        return say(
            tell!(w::SKB_GETS_ANOTHER_HALF, skb, half),
            tell!(w::IT_IS_AN_ERROR, conn),
        );
    }
    say(
        tell!(w::SKB_GETS_ANOTHER_HALF_2, skb, half),
        tell!(w::IT_SHALL_LOOK_AS, conn),
    )
}

pub(super) fn seq_offset_set(conn: ConnId, dir: Dir, seq: u32, by: i32) -> Words {
    say(
        tell!(
            w::THE_DIR_DATA_OF,
            dir = names::dir(dir),
            conn,
            by = format_args!("{by:+}"),
            seq
        ),
        w::NAT_CHANGED_TEXT_IN.text(),
    )
}

pub(super) fn seq_adjusted(skb: SkbId, seq: i32, ack: i32) -> Words {
    say(
        tell!(
            w::THE_NUMBERS_OF_SKB,
            skb,
            seq = format_args!("{seq:+}"),
            ack = format_args!("{ack:+}")
        ),
        w::EACH_SIDE_GOES_ON.text(),
    )
}
