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
use crate::words::{narrate as w, tell};

pub(super) fn tracker_called(told: &Told, skb: SkbId, conn: ConnId, protonum: u8) -> Words {
    let tracked = !told.scene.state.profile().since(Difference::DccpGeneric);
    let (who, why) = match protonum {
        ipproto::TCP => (
            w::THE_TCP_TRACKER.text(),
            w::FLAGS_DIRECTION_AND_STATE.text(),
        ),
        ipproto::UDP => (w::THE_UDP_TRACKER.text(), w::UDP_HAS_NO_STATES.text()),
        ipproto::UDPLITE => (
            w::THE_UDP_LITE_TRACKER.text(),
            w::IT_HAS_UDPS_TIMEOUTS.text(),
        ),
        ipproto::SCTP => (
            w::THE_SCTP_TRACKER.text(),
            w::CHUNKS_DIRECTION_AND_STATE.text(),
        ),
        ipproto::DCCP if tracked => (w::THE_DCCP_TRACKER.text(), w::TYPE_ROLE_AND_STATE.text()),
        ipproto::GRE => (w::THE_GRE_TRACKER.text(), w::IT_ONLY_TELLS_AN.text()),
        ipproto::ICMP => (w::THE_ICMP_TRACKER.text(), w::ONLY_A_REQUEST_CAN.text()),
        ipproto::ICMPV6 => (w::THE_ICMPV6_TRACKER.text(), w::ONLY_A_REQUEST_CAN.text()),
        _ => (
            w::THE_GENERIC_TRACKER.text(),
            w::THIS_PROTOCOL_HAS_NO.text(),
        ),
    };
    say(tell!(w::WHO_LOOKS_AT_SKB, who, skb, conn), why)
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
        (Some(to), _) if to == from => tell!(w::STAY_IN_TO, to = to.name()),
        (Some(to), _) => tell!(w::GO_TO_TO, to = to.name()),
        (None, "IG") => w::IGNORE_IT.text().to_owned(),
        (None, "IV") => w::IT_IS_INVALID.text().to_owned(),
        (None, other) => other.to_owned(),
    };
    say(
        tell!(
            w::CONN_IS_IN_NAME_FOR,
            conn,
            name = from.name(),
            kind = names::kind(kind),
            says
        ),
        tell!(
            w::ROW_KIND_COLUMN_SHORT,
            kind = kind.name(),
            short = from.short(),
            dir = names::dir(dir),
            cell
        ),
    )
}

pub(super) fn tcp_state_set(conn: ConnId, from: TcpState, to: TcpState) -> Words {
    let why = match (from, to) {
        (TcpState::None, TcpState::Established) => w::THE_CONNECTION_IS_PICKED.text(),
        (_, TcpState::None) => "",
        (_, TcpState::SynSent) => w::A_SYN_WAS_SEEN.text(),
        (_, TcpState::SynRecv) => w::THE_SYN_WAS_ANSWERED.text(),
        (_, TcpState::Established) => w::THE_HANDSHAKE_IS_COMPLETE.text(),
        (_, TcpState::FinWait) => w::A_FIN_WAS_SEEN.text(),
        (_, TcpState::CloseWait) => w::AN_ACK_AFTER_THE.text(),
        (_, TcpState::LastAck) => w::ANOTHER_FIN_WAS_SEEN.text(),
        (_, TcpState::TimeWait) => w::THE_LAST_ACK_WAS.text(),
        (_, TcpState::Close) => w::A_RESET_WAS_SEEN_2.text(),
        (_, TcpState::SynSent2) => w::BOTH_SIDES_SENT_A.text(),
    };
    say(
        tell!(
            w::CONN_S_TCP_STATE,
            conn,
            name = from.name(),
            to = to.name()
        ),
        why,
    )
}

pub(super) fn tracker_refused(skb: SkbId, conn: ConnId, reason: Reason) -> Words {
    say(
        tell!(w::THE_TRACKER_OF_CONN, conn, skb),
        format!("{}.", names::capital(names::reason(reason))),
    )
}

pub(super) fn packet_invalid(skb: SkbId, reason: Reason) -> Words {
    say(
        tell!(
            w::SKB_IS_INVALID_REASON,
            skb,
            reason = names::reason(reason)
        ),
        w::IT_GOES_ON_WITHOUT.text(),
    )
}

pub(super) fn status_set(conn: ConnId, bit: Status) -> Words {
    if bit == Status::CONFIRMED {
        say(tell!(w::CONN_IS_CONFIRMED, conn), w::THE_BIT_IS_SET.text())
    } else if bit == Status::SEEN_REPLY {
        say(tell!(w::CONN_HAS_SEEN_A, conn), w::IT_IS_SET_AFTER.text())
    } else if bit == Status::ASSURED {
        say(
            tell!(w::CONN_IS_ASSURED, conn),
            w::EARLY_DROP_SPARES_IT.text(),
        )
    } else if bit == Status::DYING {
        say(
            tell!(w::CONN_IS_MARKED_DYING, conn),
            w::ONLY_THE_ONE_WHO.text(),
        )
    } else {
        say(
            tell!(w::CONN_S_STATUS_GETS, conn, status = names::status(bit)),
            "",
        )
    }
}

pub(super) fn timeout_set(told: &Told, conn: ConnId, old: Timeout, new: Timeout) -> Words {
    match new {
        Timeout::Relative(length) => say(
            tell!(
                w::CONN_S_TIMEOUT_IS,
                conn,
                ticks = told.ticks(length),
                names = names::grouped(length.0.into())
            ),
            w::IT_IS_NOT_CONFIRMED.text(),
        ),
        Timeout::Absolute(at) => {
            let (now, hz) = (told.now(), told.hz());
            let left = at.left(now);
            let why = match old {
                Timeout::Absolute(was) if was.left(now) > left => w::THAT_IS_SOONER_THAN.text(),
                Timeout::Absolute(was) if was == at => w::NO_JIFFY_HAS_PASSED.text(),
                Timeout::Absolute(_) | Timeout::Relative(_) => w::NO_TIMER_IS_STARTED.text(),
            };
            say(
                tell!(
                    w::CONN_S_TIME_STARTS,
                    conn,
                    jiffies = names::jiffies(at),
                    ticks = names::ticks(left, hz)
                ),
                tell!(
                    w::JIFFIES_NAMES_JIFFIES_WHY,
                    jiffies = names::jiffies(now),
                    names = names::grouped(left.0.into()),
                    why
                ),
            )
        }
    }
}

pub(super) fn accounted(conn: ConnId, dir: Dir, bytes: u32) -> Words {
    say(
        tell!(w::A_PACKET_OF_BYTES, bytes, conn, dir = names::dir(dir)),
        w::NF_CONNTRACK_ACCT_WAS.text(),
    )
}

pub(super) fn event_cached(told: &Told, conn: ConnId, bit: EventMask) -> Words {
    let why = if told.has(conn, Status::DYING) {
        w::IT_WILL_NOT_BE.text()
    } else {
        w::IT_WAITS_IN_THE.text()
    };
    say(
        tell!(
            w::EVENT_EVENTS_OF_CONN_IS,
            events = names::events(bit),
            conn
        ),
        why,
    )
}

pub(super) fn track_again(told: &Told, skb: SkbId) -> Words {
    let killed = told.earlier().find_map(|step| match step {
        Step::DeleteCalled { conn, .. } => Some(*conn),
        _ => None,
    });
    let why = killed.map_or_else(String::new, |conn| tell!(w::CONN_WAS_OVER_AND_WAS, conn));
    say(tell!(w::SKB_IS_TRACKED_AGAIN, skb), why)
}

pub(super) fn counter_raised(counter: Counter, by: u32, cpu: u8) -> Words {
    let why = match counter {
        Counter::Found => w::NAT_FOUND_A_TUPLE.text(),
        Counter::Invalid => w::IT_COUNTS_PACKETS_REFUSED.text(),
        Counter::Insert => w::IT_COUNTS_ENTRIES_MADE.text(),
        Counter::InsertFailed => w::IT_COUNTS_ENTRIES_THAT.text(),
        Counter::Drop => w::IT_COUNTS_PACKETS_THAT.text(),
        Counter::EarlyDrop => w::IT_COUNTS_ENTRIES.text(),
        Counter::Error => w::IT_COUNTS_ICMP_MESSAGES.text(),
        Counter::SearchRestart => w::A_WALK_ENDED_IN.text(),
        Counter::ClashResolve => w::IT_COUNTS_CLASHES_THAT.text(),
        Counter::ExpectNew => w::IT_COUNTS_CONNECTIONS_THAT.text(),
        Counter::ExpectCreate => w::IT_COUNTS_EXPECTATIONS.text(),
        Counter::ExpectDelete => w::IT_COUNTS_EXPECTATIONS_THAT.text(),
        Counter::ChainTooLong => w::IT_COUNTS_CHAINS_THAT.text(),
    };
    let name = counter.name();
    let name = if counter == Counter::Error {
        "error (icmp_error)"
    } else {
        name
    };
    say(tell!(w::COUNTER_NAME_OF_CPU, name, cpu, by), why)
}
