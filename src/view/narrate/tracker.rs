//! Layer 4: what the tracker makes of a packet, and the fields it touches.

use super::told::{Told, Words, say};
use crate::engine::conn::{EventMask, Status, Timeout};
use crate::engine::profile::Difference;
use crate::engine::proto::Reason;
use crate::engine::proto::tcp::{PacketKind, TcpState};
use crate::engine::skb::SkbId;
use crate::engine::stats::Counter;
use crate::engine::tuple::{Dir, ipproto};
use crate::engine::{ConnId, Step};
use crate::view::names;

pub(super) fn tracker_called(told: &Told, skb: SkbId, conn: ConnId, protonum: u8) -> Words {
    let tracked = !told.scene.state.profile().since(Difference::DccpGeneric);
    let (who, why) = match protonum {
        ipproto::TCP => (
            "The TCP tracker",
            "Flags, direction and state decide the next state. The state decides the timeout.",
        ),
        ipproto::UDP => (
            "The UDP tracker",
            "UDP has no states: it only tells an unanswered flow from a stream.",
        ),
        ipproto::UDPLITE => (
            "The UDP-Lite tracker",
            "It has UDP's timeouts, and no time to wait before a flow is a stream.",
        ),
        ipproto::SCTP => (
            "The SCTP tracker",
            "Chunks, direction and state decide the next state; tags keep strangers out.",
        ),
        ipproto::DCCP if tracked => (
            "The DCCP tracker",
            "Type, role and state decide the next state. The state decides the timeout.",
        ),
        ipproto::GRE => (
            "The GRE tracker",
            "It only tells an unanswered tunnel from an answered one.",
        ),
        ipproto::ICMP => ("The ICMP tracker", "Only a request can open a flow."),
        ipproto::ICMPV6 => ("The ICMPv6 tracker", "Only a request can open a flow."),
        _ => (
            "The generic tracker",
            "This protocol has no states here: one timeout fits all.",
        ),
    };
    say(format!("{who} looks at {skb} and {conn}."), why)
}

pub(super) fn tcp_looked_up(
    conn: ConnId,
    dir: Dir,
    kind: PacketKind,
    from: TcpState,
    cell: &str,
) -> Words {
    let to = TcpState::ALL
        .into_iter()
        .find(|state| state.short() == cell);
    let says = match (to, cell) {
        (Some(to), _) if to == from => format!("stay in {}", to.name()),
        (Some(to), _) => format!("go to {}", to.name()),
        (None, "IG") => "ignore it".to_owned(),
        (None, "IV") => "it is invalid".to_owned(),
        (None, other) => other.to_owned(),
    };
    say(
        format!(
            "{conn} is in {}. For a {} the table says: {says}.",
            from.name(),
            names::kind(kind)
        ),
        format!(
            "Row {}, column {}, {} direction: the cell is {cell}.",
            kind.name(),
            from.short(),
            names::dir(dir)
        ),
    )
}

pub(super) fn tcp_state_set(conn: ConnId, from: TcpState, to: TcpState) -> Words {
    let why = match (from, to) {
        (TcpState::None, TcpState::Established) => {
            "The connection is picked up in the middle: its handshake was not seen."
        }
        (_, TcpState::None) => "",
        (_, TcpState::SynSent) => "A SYN was seen; its answer was not.",
        (_, TcpState::SynRecv) => "The SYN was answered; the last ACK is missing.",
        (_, TcpState::Established) => "The handshake is complete.",
        (_, TcpState::FinWait) => "A FIN was seen.",
        (_, TcpState::CloseWait) => "An ACK after the FIN was seen.",
        (_, TcpState::LastAck) => "Another FIN was seen; the state does not say from which side.",
        (_, TcpState::TimeWait) => "The last ACK was seen.",
        (_, TcpState::Close) => "A reset was seen.",
        (_, TcpState::SynSent2) => "Both sides sent a SYN.",
    };
    say(
        format!(
            "{conn}'s TCP state goes from {} to {}.",
            from.name(),
            to.name()
        ),
        why,
    )
}

pub(super) fn tracker_refused(skb: SkbId, conn: ConnId, reason: Reason) -> Words {
    say(
        format!("The tracker of {conn} refuses {skb}."),
        format!("{}.", names::capital(names::reason(reason))),
    )
}

pub(super) fn packet_invalid(skb: SkbId, reason: Reason) -> Words {
    say(
        format!("{skb} is INVALID: {}.", names::reason(reason)),
        "It goes on without a connection. Conntrack drops nothing here; a rule can.",
    )
}

pub(super) fn status_set(conn: ConnId, bit: Status) -> Words {
    if bit == Status::CONFIRMED {
        say(
            format!("{conn} is CONFIRMED."),
            "The bit is set right before the nodes go into the table, and is never cleared.",
        )
    } else if bit == Status::SEEN_REPLY {
        say(
            format!("{conn} has seen a reply: SEEN_REPLY is set."),
            "It is set after the tracker ran. The tracker still saw an unanswered flow.",
        )
    } else if bit == Status::ASSURED {
        say(
            format!("{conn} is ASSURED."),
            "early_drop spares it when the table is full.",
        )
    } else if bit == Status::DYING {
        say(
            format!("{conn} is marked DYING."),
            "Only the one who sets the bit deletes it; anybody else finds it set and leaves.",
        )
    } else {
        say(format!("{conn}'s status gets {}.", names::status(bit)), "")
    }
}

pub(super) fn timeout_set(told: &Told, conn: ConnId, old: Timeout, new: Timeout) -> Words {
    match new {
        Timeout::Relative(length) => say(
            format!(
                "{conn}'s timeout is {}: {} jiffies.",
                told.ticks(length),
                names::grouped(length.0.into())
            ),
            "It is not confirmed, so the field holds a length of time that has not begun.",
        ),
        Timeout::Absolute(at) => {
            let (now, hz) = (told.now(), told.hz());
            let left = at.left(now);
            let why = match old {
                Timeout::Absolute(was) if was.left(now) > left => {
                    "That is sooner than before: a refresh can shorten the time too."
                }
                Timeout::Absolute(was) if was == at => {
                    "No jiffy has passed since the last refresh, so the value is the same."
                }
                Timeout::Absolute(_) | Timeout::Relative(_) => {
                    "No timer is started. The field only says when it will be over."
                }
            };
            say(
                format!(
                    "{conn}'s time starts anew: it expires at {}, in {}.",
                    names::jiffies(at),
                    names::ticks(left, hz)
                ),
                format!(
                    "{} + {} jiffies. {why}",
                    names::jiffies(now),
                    names::grouped(left.0.into())
                ),
            )
        }
    }
}

pub(super) fn accounted(conn: ConnId, dir: Dir, bytes: u32) -> Words {
    say(
        format!(
            "A packet of {} is counted for {conn}, {} direction.",
            names::counted(bytes.into(), "byte", "bytes"),
            names::dir(dir)
        ),
        "nf_conntrack_acct was 1 when the connection was made.",
    )
}

pub(super) fn event_cached(told: &Told, conn: ConnId, bit: EventMask) -> Words {
    let why = if told.has(conn, Status::DYING) {
        "It will not be sent: the connection is DYING."
    } else {
        "It waits in the connection. The confirm hook sends everything cached as one message."
    };
    say(
        format!("Event {} of {conn} is cached.", names::events(bit)),
        why,
    )
}

pub(super) fn track_again(told: &Told, skb: SkbId) -> Words {
    let killed = told.earlier().find_map(|step| match step {
        Step::DeleteCalled { conn, .. } => Some(*conn),
        _ => None,
    });
    let why = killed.map_or_else(String::new, |conn| {
        format!("{conn} was over and was killed. This SYN opens a new connection.")
    });
    say(format!("{skb} is tracked again, from the lookup on."), why)
}

pub(super) fn counter_raised(counter: Counter, by: u32, cpu: u8) -> Words {
    let why = match counter {
        Counter::Found => "NAT found a tuple taken.",
        Counter::Invalid => "It counts packets refused, in v5.10 also those tracked once more.",
        Counter::Insert => "It counts entries made by netlink.",
        Counter::InsertFailed => "It counts entries that did not get into the table.",
        Counter::Drop => "It counts packets that conntrack itself dropped.",
        Counter::EarlyDrop => "It counts entries sacrificed for new ones.",
        Counter::Error => "It counts ICMP messages that could not be used.",
        Counter::SearchRestart => "A walk ended in another chain and began again.",
        Counter::ClashResolve => "It counts clashes that ended well.",
        Counter::ExpectNew => "It counts connections that were expected.",
        Counter::ExpectCreate => "It counts expectations that were made.",
        Counter::ExpectDelete => "It counts expectations that went.",
        Counter::ChainTooLong => "It counts chains that confirm would not search to their end.",
    };
    let name = counter.name();
    let name = if counter == Counter::Error {
        "error (icmp_error)"
    } else {
        name
    };
    say(format!("Counter {name} of CPU {cpu} goes up by {by}."), why)
}
