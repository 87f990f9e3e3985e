//! The window check of TCP: what it says of a segment, and what it learns.

use super::told::{Words, say};
use crate::engine::conn::ProtoState;
use crate::engine::proto::tcp::{Ignored, PacketKind, TcpPrivate, Verdict, WindowCheck};
use crate::engine::tuple::Dir;
use crate::engine::{ConnId, Conntrack};
use crate::view::names;

pub(super) fn window_checked(conn: ConnId, dir: Dir, checked: &WindowCheck) -> Words {
    let side = names::dir(dir);
    match checked.verdict {
        Verdict::Inside => say(
            format!("The segment is in {conn}'s window, {side} direction."),
            bounds(checked),
        ),
        Verdict::Crossing => say(
            format!("The SYN is the first of its side in {conn}: it crosses the other one."),
            "There is nothing to compare it with. It says where its side begins.",
        ),
        Verdict::Liberal(bound) => say(
            format!("The segment is outside {conn}'s window, and accepted all the same."),
            format!(
                "{}. But its handshake was not seen, or nf_conntrack_tcp_be_liberal is 1.",
                names::capital(names::bound(bound))
            ),
        ),
        Verdict::Ignored(bound) | Verdict::Invalid(bound) => say(
            format!(
                "The segment is outside {conn}'s window: {}.",
                names::bound(bound)
            ),
            bounds(checked),
        ),
    }
}

/// The four comparisons.
fn bounds(checked: &WindowCheck) -> String {
    let WindowCheck { seq, end, sack, .. } = *checked;
    let below = match checked.end_min {
        Some(min) => format!("end {end} ≥ {}", near(end, min)),
        None => "nothing seen of the other side yet".to_owned(),
    };
    let parts = [
        format!("seq {seq} ≤ {}", near(seq, checked.seq_max)),
        below,
        format!("ack {sack} ≤ {}", near(sack, checked.sack_max)),
        format!("ack {sack} ≥ {}", near(sack, checked.sack_min)),
    ];
    let said = |(part, met): (&String, bool)| {
        if met {
            part.clone()
        } else {
            format!("not {part}")
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
    let what = format!(
        "The {} passes and changes nothing in {conn}'s state.",
        names::kind(kind)
    );
    let why = match why {
        Ignored::OutOfPlace => {
            "Conntrack in the middle may be the one who is wrong. No refresh, no accounting."
        }
        Ignored::ChallengeAck => {
            "It tests the SYN that was ignored before, and ends nothing. No refresh, no accounting."
        }
        Ignored::Window(_) => {
            "So little outside the window is no attack. No refresh, no accounting."
        }
        Ignored::SynAgain => {
            "Nobody has answered yet. The time is not renewed, so an entry without an answer ends."
        }
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
