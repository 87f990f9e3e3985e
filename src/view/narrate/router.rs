//! This machine as a router: fragments, hops, and the packets that it makes itself.

use super::told::{Words, say};
use crate::engine::ConnId;
use crate::engine::answer::Answer;
use crate::engine::defrag::FragmentFault;
use crate::engine::skb::SkbId;
use crate::words::{narrate as w, tell};

pub(super) fn fragment_queued(skb: SkbId, offset: u16, len: u16, more: bool) -> Words {
    let which = match (offset, more) {
        (0, _) => w::THE_FIRST_FRAGMENT.text(),
        (_, true) => w::A_MIDDLE_FRAGMENT.text(),
        (_, false) => w::THE_LAST_FRAGMENT.text(),
    };
    let len = tell!(w::N_BYTES, n = len);
    say(
        tell!(w::SKB_IS_WHICH_OF, skb, which, len, offset),
        w::PORTS_ARE_IN_THE.text(),
    )
}

pub(super) fn reassembled(skb: SkbId, pieces: u16, len: u16) -> Words {
    let len = tell!(w::N_BYTES, n = len);
    let (first, why) = match pieces {
        1 => (
            tell!(w::SKB_IS_A_DATAGRAM, skb),
            w::IT_SAYS_OF_ITSELF.text(),
        ),
        _ => (
            tell!(w::SKB_COMPLETES_ITS_DATAGRAM, skb, pieces, len),
            w::FROM_HERE_ON_IT.text(),
        ),
    };
    say(first, why)
}

pub(super) fn fragments_freed(pieces: u16, expired: bool) -> Words {
    let fragments = tell!(w::N_FRAGMENTS, n = pieces);
    if expired {
        say(
            tell!(w::FRAGMENTS_WAITED_TOO_LONG, fragments),
            w::THE_REST_OF_THE.text(),
        )
    } else {
        say(
            tell!(w::FRAGMENTS_OF_THE_DATAGRAM, fragments),
            w::ONE_THAT_CONTRADICTS_THE.text(),
        )
    }
}

/// Why a fragment is dropped.
pub(super) fn fragment_fault(fault: FragmentFault) -> &'static str {
    match fault {
        FragmentFault::Again => w::ITS_BYTES_HAVE_COME.text(),
        FragmentFault::Contradicts => w::IT_OVERLAPS_ANOTHER.text(),
        FragmentFault::TooLong => w::THE_DATAGRAM_IS_LONGER.text(),
        FragmentFault::Congestion => w::SOME_OF_THE_FRAGMENTS.text(),
        FragmentFault::Full => w::TOO_MANY_FRAGMENTS_WAIT.text(),
    }
}

pub(super) fn hop_counted(skb: SkbId, left: u8) -> Words {
    let hops = tell!(w::N_HOPS, n = left);
    say(
        tell!(w::SKB_HAS_HOPS_LEFT, skb, hops),
        w::A_ROUTER_TAKES_ONE.text(),
    )
}

pub(super) fn fragmented(skb: SkbId, pieces: u16) -> Words {
    say(
        tell!(w::SKB_IS_CUT_INTO, skb, pieces),
        w::A_DATAGRAM_THAT_CAME.text(),
    )
}

pub(super) fn answer_made(skb: SkbId, because: SkbId, answer: Answer) -> Words {
    let (what, why) = match answer {
        Answer::EchoReply => (w::AN_ECHO_REPLY.text(), w::IT_WAS_ASKED_BY.text()),
        Answer::TimestampReply => (w::A_TIMESTAMP_REPLY.text(), w::IT_WAS_ASKED_FOR.text()),
        Answer::Reset => (w::A_TCP_RESET.text(), w::THERE_IS_NO_CONNECTION.text()),
        Answer::TimeExceeded => (w::AN_ICMP_ERROR_TIME.text(), w::THE_PACKET_HAD_NO.text()),
        Answer::PortUnreachable => (w::AN_ICMP_ERROR_PORT.text(), w::NOBODY_IS_TO_BE.text()),
        Answer::ProtocolUnreachable => (
            w::AN_ICMP_ERROR_PROTOCOL.text(),
            w::NOBODY_HERE_SPEAKS_ITS.text(),
        ),
        Answer::NoRoute => (w::AN_ICMP_ERROR_NETWORK.text(), w::THERE_IS_NO_WAY.text()),
        Answer::TooBig(_) => (w::AN_ICMP_ERROR_PACKET.text(), w::IT_TELLS_THE_SIZE.text()),
    };
    say(
        tell!(w::THIS_MACHINE_ANSWERS, because, skb, what),
        tell!(w::WHY_SKB_IS_A, why, skb),
    )
}

pub(super) fn policy_attached(conn: ConnId) -> Words {
    say(
        tell!(w::CONN_GETS_TIMEOUTS_OF, conn),
        w::THEY_STAND_IN_FOR.text(),
    )
}
