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
                    (true, "Any other flow".to_owned(), time(Sysctl::UdpTimeout)),
                ],
            );
            model.about = "UDP has no states. The next packet of this flow gets:".to_owned();
        }
        (_, ipproto::UDPLITE) => {
            model.timeouts = rules(
                ct,
                [
                    (
                        replied,
                        "A reply was seen".to_owned(),
                        time(Sysctl::UdpTimeoutStream),
                    ),
                    (true, "Otherwise".to_owned(), time(Sysctl::UdpTimeout)),
                ],
            );
            model.about = "UDP-Lite has no states. The next packet gets:".to_owned();
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
                        (replied, "A reply was seen".to_owned(), stream_timeout),
                        (true, "Otherwise".to_owned(), timeout),
                    ],
                );
            }
            model.about =
                "GRE has no states, and takes its two timeouts along when it is made. The \
                           next packet gets:"
                    .to_owned();
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
                [(true, "Any packet".to_owned(), time(Sysctl::GenericTimeout))],
            );
            model.about = format!("{proto} has no tracker of its own: one timeout fits all.");
        }
    }
    model.fields = kept(ct, conn, old);
    model.fields.push(bit(
        conn,
        old,
        Status::SEEN_REPLY,
        "SEEN_REPLY",
        "a reply was seen",
    ));
    model.fields.push(bit(
        conn,
        old,
        Status::ASSURED,
        "ASSURED",
        "early_drop spares it",
    ));
}

fn stream_rule(ct: &Conntrack, conn: &NfConn, replied: bool) -> String {
    let ProtoState::Udp { stream_ts } = conn.proto else {
        return "A stream".to_owned();
    };
    let after = STREAM_AFTER.0;
    let rest = if !replied {
        "no reply yet".to_owned()
    } else if ct.now.is_after(stream_ts) {
        "it is older".to_owned()
    } else {
        // It must lie behind the instant, so one jiffy more.
        let left = Ticks(stream_ts.left(ct.now).0 + 1);
        format!("in {}", names::ticks(left, ct.hz()))
    };
    format!("A stream: answered, and older than {after} s ({rest})")
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
            "not asked".to_owned()
        } else {
            "no".to_owned()
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
    model.timeouts = rules(ct, [(true, "Any packet".to_owned(), time)]);
    model.about = "Only a question can open a flow; its answer's type is the reply tuple's. An \
                   error belongs to the connection of the packet that it quotes."
        .to_owned();
}
