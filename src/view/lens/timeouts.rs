//! Which timeout a TCP connection got, and by which rule: as the tracker itself asks them.

use super::protocol::TimeoutRow;
use super::window;
use crate::engine::conn::{NfConn, Status};
use crate::engine::proto::tcp::{PacketKind, TimeoutAsked, TimeoutRule};
use crate::engine::sysctl::Sysctl;
use crate::engine::{Conntrack, Step};
use crate::view::names;
use crate::words::{lens as w, tell};

/// The rules as they stood after a packet of this kind, of which these steps came since the table
/// was asked; nothing if they did not decide.
pub(super) fn timeouts(
    ct: &Conntrack,
    conn: &NfConn,
    kind: PacketKind,
    steps: &[Step],
    word: &str,
) -> Vec<TimeoutRow> {
    if !matches!(word, "moves" | "stays") || conn.status.contains(Status::FIXED_TIMEOUT) {
        return Vec::new();
    }
    // The bit is set behind the tracker.
    let set = |step: &Step| matches!(step, Step::TimeoutSet { conn: id, .. } if *id == conn.id);
    let policy = |step: &Step| matches!(step, Step::PolicyAttached { .. });
    if !steps.iter().any(set) || steps.iter().any(policy) {
        return Vec::new();
    }
    let since_then = steps.iter().any(|step| {
        matches!(step, Step::StatusSet { conn: id, bit }
            if *id == conn.id && *bit == Status::SEEN_REPLY)
    });
    let replied = conn.status.contains(Status::SEEN_REPLY) && !since_then;
    let Some(rules) = ct.tcp_timeouts(conn.id, kind, replied) else {
        return Vec::new();
    };
    let state = conn.proto.name().unwrap_or_default();
    let retrans = window::tcp(conn).map_or(0, |tcp| tcp.retrans);
    let max = ct.sysctl(conn.net, Sysctl::TcpMaxRetrans);
    let decides = rules.decides();
    let row = |(at, rule): (usize, &TimeoutAsked)| {
        let time = names::ticks(rule.ticks, ct.hz());
        TimeoutRow {
            what: match rule.rule {
                TimeoutRule::Retrans => tell!(w::THE_SAME_ACK_AGAIN, retrans, max),
                TimeoutRule::Reset => w::THE_PACKET_IS_A.text().to_owned(),
                TimeoutRule::Unack => w::DATA_NOT_ACKNOWLEDGED_YET.text().to_owned(),
                TimeoutRule::ClosedWindow => w::THE_WINDOW_REMEMBERED_LAST.text().to_owned(),
                TimeoutRule::State => tell!(w::TIMEOUT_OF_STATE, state),
            },
            says: match at.cmp(&decides) {
                core::cmp::Ordering::Equal => time,
                core::cmp::Ordering::Greater => w::NOT_ASKED.text().to_owned(),
                core::cmp::Ordering::Less if rule.holds => {
                    tell!(w::YES_BUT_TIME_WOULD, time)
                }
                core::cmp::Ordering::Less => w::NO.text().to_owned(),
            },
            decides: at == decides,
        }
    };
    let mut rows: Vec<TimeoutRow> = rules.asked.iter().enumerate().map(row).collect();
    if let Some(most) = rules.most {
        let less = most < rules.asked[decides].ticks;
        rows.iter_mut().for_each(|row| row.decides &= !less);
        rows.push(TimeoutRow {
            what: w::PICKED_UP_WITHOUT_A.text().to_owned(),
            says: names::ticks(most, ct.hz()),
            decides: less,
        });
    }
    rows
}
