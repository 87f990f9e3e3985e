//! NAT: a decision once, and then a rewriting of every packet.

use super::told::{Words, say};
use crate::engine::ConnId;
use crate::engine::nat::Manip;
use crate::engine::skb::SkbId;
use crate::engine::tuple::{Dir, Tuple};
use crate::view::names;

const fn half(manip: Manip) -> &'static str {
    match manip {
        Manip::Src => "source",
        Manip::Dst => "destination",
    }
}

pub(super) fn decided(conn: ConnId, manip: Manip, rule: Option<u32>) -> Words {
    let half = half(manip);
    match rule {
        Some(rule) => say(
            format!("Rule {} decides the {half} of {conn}.", rule + 1),
            "NAT is decided once, by the first packet. What follows is rewritten without asking.",
        ),
        None => say(
            format!("No rule decides the {half} of {conn}: it keeps its own."),
            "It is bound to what it has, so that no other connection is given the same. Only if \
             somebody has it already will its port change.",
        ),
    }
}

pub(super) fn tuple_taken(conn: ConnId, other: ConnId) -> Words {
    say(
        format!("{conn} cannot have this: the answers would be {other}'s."),
        "An answer is told from others by its tuple alone, so no two connections may have the \
         same reply.",
    )
}

pub(super) fn ports_tried(conn: ConnId, tries: u32, port: u16, found: bool) -> Words {
    let tries = names::counted(tries.into(), "try", "tries");
    if found {
        say(
            format!("{port} is free for {conn}, after {tries}."),
            "The search begins at a random place in the range.",
        )
    } else {
        say(
            format!("Nothing is free for {conn} after {tries}: it keeps {port}."),
            "NAT does not refuse. Confirm will find the clash and drop the packet.",
        )
    }
}

pub(super) fn reply_changed(conn: ConnId, new: &Tuple) -> Words {
    say(
        format!("The reply tuple of {conn} is {new} now."),
        "That is what answers will look like on the wire. The original tuple stays, so the two \
         are no mirror of each other any more: that is all that NAT is to conntrack.",
    )
}

pub(super) fn bysource_linked(conn: ConnId) -> Words {
    say(
        format!("{conn} goes into the by-source table."),
        "The next connection from this address and port is given the same mapping, if it fits.",
    )
}

pub(super) fn rewritten(skb: SkbId, conn: ConnId, manip: Manip, quote: bool) -> Words {
    let half = half(manip);
    if quote {
        return say(
            format!("{skb} gets another {half}, and so does the packet that it quotes."),
            format!("It is an error about {conn}: its reader must know the packet again."),
        );
    }
    say(
        format!("{skb} gets another {half}."),
        format!("It shall look as the other direction of {conn} expects it. The checksums follow."),
    )
}

pub(super) fn seq_offset_set(conn: ConnId, dir: Dir, seq: u32, by: i32) -> Words {
    say(
        format!(
            "The {} data of {conn} is {by:+} bytes long from {seq} on.",
            names::dir(dir)
        ),
        "NAT changed text in it. From now on the numbers of both sides are moved to fit.",
    )
}

pub(super) fn seq_adjusted(skb: SkbId, seq: i32, ack: i32) -> Words {
    say(
        format!("The numbers of {skb} move: seq by {seq:+}, ack by {ack:+}."),
        "Each side goes on counting its own bytes.",
    )
}
