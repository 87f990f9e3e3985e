//! The window check of TCP: what it says of a segment, and what it learns.

use super::told::{Words, say};
use crate::engine::conn::ProtoState;
use crate::engine::proto::tcp::{Ignored, PacketKind, TcpPrivate, Verdict, WindowCheck};
use crate::engine::tuple::Dir;
use crate::engine::{ConnId, Conntrack};
use crate::view::names;
use crate::words::{narrate as w, tell};

pub(super) fn window_checked(conn: ConnId, dir: Dir, checked: &WindowCheck) -> Words {
    let side = names::dir(dir);
    match checked.verdict {
        Verdict::Inside => say(tell!(w::THE_SEGMENT_IS_IN, conn, side), bounds(checked)),
        Verdict::Crossing => say(
            tell!(w::THE_SYN_IS_THE, conn),
            w::THERE_IS_NOTHING_TO_COMPARE.text(),
        ),
        Verdict::Liberal(bound) => say(
            tell!(w::THE_SEGMENT_IS_OUTSIDE, conn),
            tell!(
                w::CAPITAL_BUT_ITS_HANDSHAKE,
                capital = names::capital(names::bound(bound))
            ),
        ),
        Verdict::Ignored(bound) | Verdict::Invalid(bound) => say(
            tell!(
                w::THE_SEGMENT_IS_OUTSIDE_CONN,
                conn,
                bound = names::bound(bound)
            ),
            bounds(checked),
        ),
    }
}

/// The four comparisons.
fn bounds(checked: &WindowCheck) -> String {
    let WindowCheck { seq, end, sack, .. } = *checked;
    let below = match checked.end_min {
        Some(min) => tell!(w::END_END_NEAR, end, near = near(end, min)),
        None => w::NOTHING_SEEN_OF_THE.text().to_owned(),
    };
    let parts = [
        tell!(w::SEQ_SEQ_NEAR, seq, near = near(seq, checked.seq_max)),
        below,
        tell!(w::ACK_SACK_NEAR, sack, near = near(sack, checked.sack_max)),
        tell!(
            w::ACK_SACK_NEAR_2,
            sack,
            near = near(sack, checked.sack_min)
        ),
    ];
    let said = |(part, met): (&String, bool)| {
        if met {
            part.clone()
        } else {
            tell!(w::NOT_PART, part)
        }
    };
    let parts: Vec<_> = parts.iter().zip(checked.met).map(said).collect();
    format!("{}.", names::capital(&parts.join("; ")))
}

/// A bound as it lies from a sequence number, for numbers go round in a circle: one that is 10
/// below 3 is −7.
fn near(seq: u32, bound: u32) -> String {
    let apart = bound.wrapping_sub(seq) as i32;
    let bound = i64::from(seq) + i64::from(apart);
    if bound < 0 {
        format!("−{}", bound.unsigned_abs())
    } else {
        bound.to_string()
    }
}

pub(super) fn tcp_ignored(conn: ConnId, kind: PacketKind, why: Ignored) -> Words {
    let what = tell!(
        w::THE_KIND_PASSES_AND_CHANGES,
        kind = names::kind(kind),
        conn
    );
    let why = match why {
        Ignored::OutOfPlace => w::CONNTRACK_IN_THE_MIDDLE.text(),
        Ignored::ChallengeAck => w::IT_TESTS_THE_SYN.text(),
        Ignored::Window(_) => w::SO_LITTLE_OUTSIDE_THE.text(),
        Ignored::SynAgain => w::NOBODY_HAS_ANSWERED_YET.text(),
    };
    say(what, why)
}

/// What a segment changed in the windows of its connection: name, old value, new value.
pub(super) fn learnt(
    conn: ConnId,
    before: &Conntrack,
    after: &Conntrack,
) -> Vec<(String, String, String)> {
    let Some(new) = tcp(after, conn) else {
        return Vec::new();
    };
    let old = tcp(before, conn).unwrap_or_default();
    let mut changes = Vec::new();
    let mut push = |what: String, old: u32, new: u32| {
        if old != new {
            changes.push((what, old.to_string(), new.to_string()));
        }
    };
    for side in [0, 1] {
        let (was, is) = (old.seen[side], new.seen[side]);
        let name = |field: &str| format!("{conn}.seen[{side}].{field}");
        push(name("td_end"), was.td_end, is.td_end);
        push(name("td_maxend"), was.td_maxend, is.td_maxend);
        push(name("td_maxwin"), was.td_maxwin, is.td_maxwin);
        push(name("td_maxack"), was.td_maxack, is.td_maxack);
        push(name("td_scale"), was.td_scale.into(), is.td_scale.into());
        let (was, is) = (was.flags.bits(), is.flags.bits());
        push(name("flags"), was.into(), is.into());
    }
    push(
        format!("{conn}.proto.tcp.retrans"),
        old.retrans.into(),
        new.retrans.into(),
    );
    changes
}

fn tcp(at: &Conntrack, conn: ConnId) -> Option<TcpPrivate> {
    let ProtoState::Tcp(tcp) = at.conns.get(conn)?.proto else {
        return None;
    };
    Some(tcp)
}
