//! Protocols with little to see: what decides their one or two timeouts.

use super::protocol::{ProtocolModel, TimeoutRow};
use crate::engine::Conntrack;
use crate::engine::addr::L3;
use crate::engine::conn::{NfConn, ProtoState, Status};
use crate::engine::proto::icmp::{ICMP_PAIRS, ICMPV6_PAIRS};
use crate::engine::proto::udp::{STREAM_AFTER, udp_is_stream};
use crate::engine::sysctl::Sysctl;
use crate::engine::time::Ticks;
use crate::engine::tuple::{Dir, ipproto};
use crate::view::inspector;
use crate::view::model::Field;
use crate::view::names;
use crate::view::scene::Scene;
use crate::words::{lens as w, tell};

/// A question and its answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pair {
    /// Type and name of the question.
    pub question: String,
    /// Type and name of the answer.
    pub answer: String,
    /// It is this connection's.
    pub ours: bool,
    /// It is this connection's the other way round: the answer came first.
    pub swapped: bool,
}

/// Private data, field by field; nothing for a protocol that keeps none.
pub(super) fn kept(ct: &Conntrack, conn: &NfConn, old: Option<&NfConn>) -> Vec<Field> {
    inspector::private(ct, conn, old).map_or_else(Vec::new, |group| group.fields)
}

/// UDP, UDP-Lite, ICMP, GRE and all others.
pub(super) fn small(model: &mut ProtocolModel, scene: &Scene, ct: &Conntrack, conn: &NfConn) {
    let tuple = conn.tuple(Dir::Original);
    let old = scene.before.conns.get(conn.id);
    let replied = conn.status.contains(Status::SEEN_REPLY);
    let time = |key| ct.timeout_of_conn(conn.id, key);
    let proto = names::proto(tuple.dst.protonum);
    match (tuple.src.l3num, tuple.dst.protonum) {
        (_, ipproto::UDP) => {
            let stream = udp_is_stream(conn, ct.now);
            model.timeouts = rules(
                ct,
                [
                    (
                        stream,
                        stream_rule(ct, conn, replied),
                        time(Sysctl::UdpTimeoutStream),
                    ),
                    (
                        true,
                        w::ANY_OTHER_FLOW.text().to_owned(),
                        time(Sysctl::UdpTimeout),
                    ),
                ],
            );
            model.about = w::UDP_HAS_NO_STATES.text().to_owned();
        }
        (_, ipproto::UDPLITE) => {
            model.timeouts = rules(
                ct,
                [
                    (
                        replied,
                        w::A_REPLY_WAS_SEEN.text().to_owned(),
                        time(Sysctl::UdpTimeoutStream),
                    ),
                    (
                        true,
                        w::OTHERWISE.text().to_owned(),
                        time(Sysctl::UdpTimeout),
                    ),
                ],
            );
            model.about = w::UDP_LITE_HAS_NO.text().to_owned();
        }
        (_, ipproto::GRE) => {
            if let ProtoState::Gre {
                timeout,
                stream_timeout,
            } = conn.proto
            {
                model.timeouts = rules(
                    ct,
                    [
                        (
                            replied,
                            w::A_REPLY_WAS_SEEN.text().to_owned(),
                            stream_timeout,
                        ),
                        (true, w::OTHERWISE.text().to_owned(), timeout),
                    ],
                );
            }
            model.about = w::GRE_HAS_NO_STATES.text().to_owned();
        }
        (L3::Ipv4, ipproto::ICMP) => {
            icmp(
                model,
                ct,
                conn,
                &ICMP_PAIRS,
                Sysctl::IcmpTimeout,
                names::icmp_type,
            );
        }
        (L3::Ipv6, ipproto::ICMPV6) => {
            icmp(
                model,
                ct,
                conn,
                &ICMPV6_PAIRS,
                Sysctl::Icmpv6Timeout,
                names::icmpv6_type,
            );
        }
        _ => {
            model.timeouts = rules(
                ct,
                [(
                    true,
                    w::ANY_PACKET.text().to_owned(),
                    time(Sysctl::GenericTimeout),
                )],
            );
            model.about = tell!(w::PROTO_HAS_NO_TRACKER, proto);
        }
    }
    model.fields = kept(ct, conn, old);
    model.fields.push(bit(
        conn,
        old,
        Status::SEEN_REPLY,
        "SEEN_REPLY",
        w::A_REPLY_WAS_SEEN_2.text(),
    ));
    model.fields.push(bit(
        conn,
        old,
        Status::ASSURED,
        "ASSURED",
        w::EARLY_DROP_SPARES_IT.text(),
    ));
}

fn stream_rule(ct: &Conntrack, conn: &NfConn, replied: bool) -> String {
    let ProtoState::Udp { stream_ts } = conn.proto else {
        return w::A_STREAM.text().to_owned();
    };
    let after = STREAM_AFTER.0;
    let rest = if !replied {
        w::NO_REPLY_YET.text().to_owned()
    } else if ct.now.is_after(stream_ts) {
        w::IT_IS_OLDER.text().to_owned()
    } else {
        // It must lie behind the instant, so one jiffy more.
        let left = Ticks(stream_ts.left(ct.now).0 + 1);
        tell!(w::IN_TICKS, ticks = names::ticks(left, ct.hz()))
    };
    tell!(w::A_STREAM_ANSWERED_AND, after, rest)
}

fn bit(conn: &NfConn, old: Option<&NfConn>, bit: Status, name: &str, note: &str) -> Field {
    let value = |conn: &NfConn| if conn.status.contains(bit) { "1" } else { "0" }.to_owned();
    let now = value(conn);
    Field {
        name: name.to_owned(),
        note: note.to_owned(),
        old: old.map(value).filter(|old| *old != now),
        value: now,
    }
}

fn rules<const N: usize>(ct: &Conntrack, rules: [(bool, String, Ticks); N]) -> Vec<TimeoutRow> {
    let mut decided = false;
    let row = |(holds, what, ticks): (bool, String, Ticks)| {
        let decides = holds && !decided;
        decided |= holds;
        let says = if decides {
            names::ticks(ticks, ct.hz())
        } else if holds {
            w::NOT_ASKED.text().to_owned()
        } else {
            w::NO.text().to_owned()
        };
        TimeoutRow {
            what,
            says,
            decides,
        }
    };
    rules.map(row).into()
}

fn icmp(
    model: &mut ProtocolModel,
    ct: &Conntrack,
    conn: &NfConn,
    pairs: &[(u8, u8)],
    key: Sysctl,
    name: fn(u8) -> Option<&'static str>,
) {
    let kind = conn.tuple(Dir::Original).icmp_type();
    let said = |kind: u8| format!("{kind} {}", name(kind).unwrap_or_default());
    let pair = |&(question, answer): &(u8, u8)| Pair {
        question: said(question),
        answer: said(answer),
        ours: kind == question,
        swapped: kind == answer,
    };
    model.pairs = pairs.iter().map(pair).collect();
    let time = ct.timeout_of_conn(conn.id, key);
    model.timeouts = rules(ct, [(true, w::ANY_PACKET.text().to_owned(), time)]);
    model.about = w::ONLY_A_QUESTION_CAN.text().to_owned();
}
