//! This machine as a router: fragments, hops, and the packets that it makes itself.

use super::told::{Words, say};
use crate::engine::ConnId;
use crate::engine::answer::Answer;
use crate::engine::defrag::FragmentFault;
use crate::engine::skb::SkbId;
use crate::view::names;

pub(super) fn fragment_queued(skb: SkbId, offset: u16, len: u16, more: bool) -> Words {
    let which = match (offset, more) {
        (0, _) => "the first fragment",
        (_, true) => "a middle fragment",
        (_, false) => "the last fragment",
    };
    let len = names::counted(len.into(), "byte", "bytes");
    say(
        format!("{skb} is {which} of a datagram: {len} from byte {offset} on. It waits."),
        "Ports are in the first fragment alone, so conntrack sees no fragment, only the whole \
         datagram. Until then there is no tuple, no connection and no rule.",
    )
}

pub(super) fn reassembled(skb: SkbId, pieces: u16, len: u16) -> Words {
    let len = names::counted(len.into(), "byte", "bytes");
    let (first, why) = match pieces {
        1 => (
            format!("{skb} is a datagram in one fragment: the fragment header is taken off."),
            "It says of itself that nothing comes before it, and nothing behind it.",
        ),
        _ => (
            format!("{skb} completes its datagram: {pieces} fragments are one packet of {len}."),
            "From here on it is like any packet. It will leave cut as it came.",
        ),
    };
    say(first, why)
}

pub(super) fn fragments_freed(pieces: u16, expired: bool) -> Words {
    let fragments = names::counted(pieces.into(), "fragment", "fragments");
    if expired {
        say(
            format!("{fragments} waited too long, and go."),
            "The rest of the datagram did not come in time.",
        )
    } else {
        say(
            format!("{fragments} of the datagram go, too."),
            "One that contradicts the others spoils the whole: nobody can say which of them is \
             right.",
        )
    }
}

/// Why a fragment is dropped.
pub(super) const fn fragment_fault(fault: FragmentFault) -> &'static str {
    match fault {
        FragmentFault::Again => "Its bytes have come before.",
        FragmentFault::Contradicts => {
            "It overlaps another fragment, or they disagree on where the datagram ends."
        }
        FragmentFault::TooLong => "The datagram is longer than an IP header can say.",
        FragmentFault::Congestion => {
            "Some of the fragments may be marked for congestion, some may not."
        }
        FragmentFault::Full => "Too many fragments wait already.",
    }
}

pub(super) fn hop_counted(skb: SkbId, left: u8) -> Words {
    let hops = names::counted(left.into(), "hop", "hops");
    say(
        format!("{skb} has {hops} left."),
        "A router takes one off before it passes a packet on.",
    )
}

pub(super) fn fragmented(skb: SkbId, pieces: u16) -> Words {
    say(
        format!("{skb} is cut into {pieces} fragments."),
        "A datagram that came in fragments leaves in the same ones, unless they do not fit.",
    )
}

pub(super) fn answer_made(skb: SkbId, because: SkbId, answer: Answer) -> Words {
    let (what, why) = match answer {
        Answer::EchoReply => ("an echo reply", "It was asked by an echo request."),
        Answer::TimestampReply => ("a timestamp reply", "It was asked for the time."),
        Answer::Reset => (
            "a TCP reset",
            "There is no connection that its sender could have.",
        ),
        Answer::TimeExceeded => (
            "an ICMP error, time exceeded",
            "The packet had no hops left.",
        ),
        Answer::PortUnreachable => (
            "an ICMP error, port unreachable",
            "Nobody is to be reached there.",
        ),
        Answer::ProtocolUnreachable => (
            "an ICMP error, protocol unreachable",
            "Nobody here speaks its protocol.",
        ),
        Answer::NoRoute => (
            "an ICMP error, network unreachable",
            "There is no way to its destination.",
        ),
        Answer::TooBig(_) => (
            "an ICMP error, packet too big",
            "It tells the size that the next device takes.",
        ),
    };
    say(
        format!("This machine answers {because} with {skb}, {what}."),
        format!("{why} {skb} is a packet of its own: it goes through OUTPUT and POSTROUTING."),
    )
}

pub(super) fn policy_attached(conn: ConnId) -> Words {
    say(
        format!("{conn} gets timeouts of its own."),
        "They stand in for those of the namespace, with the values of the time when the rule was \
         made. The tracker has run already, so the timeout is set again.",
    )
}
