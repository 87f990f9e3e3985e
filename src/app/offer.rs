//! The one-click packets of the bench: what could sensibly be next in a flow.

use super::flow::{Ends, FlowKey, Side, TcpButton, TcpFlow};
use super::packet::{Segment, l4};
use crate::engine::skb::{Path, SkbId};
use crate::engine::{Command, Fate, Inject};
use crate::timeline::Timeline;
use crate::view::model::PacketButton;
use crate::words::app as w;
use core::net::IpAddr;

/// Bytes of payload in the packets of UDP and ICMP.
const PAYLOAD: u32 = 12;
/// Commands that are looked through for the packets of a flow that has no connection.
const LOOKED_BACK: u32 = 4_096;

/// Calls `visit` for every packet of a flow that arrived at its other end, up to the end of the
/// command that the cursor is in: a packet that was dropped never arrives, one that was held
/// arrives when it is released.
fn arrivals(key: &FlowKey, timeline: &Timeline, mut visit: impl FnMut(Side, &Segment)) {
    let mut waiting: Vec<(SkbId, Side, Segment)> = Vec::new();
    for (n, line) in timeline.lines_of(key.conn, LOOKED_BACK) {
        let Some(outcome) = timeline.outcome(n) else {
            continue;
        };
        let Some(skb) = outcome.skb else { continue };
        if let Command::Inject(inject) = &line.command {
            let Some(segment) = Segment::read(&inject.bytes) else {
                continue;
            };
            let Some(side) = key.side_of(&segment) else {
                continue;
            };
            waiting.push((skb, side, segment));
        }
        let Some(at) = waiting.iter().position(|(id, ..)| *id == skb) else {
            continue;
        };
        match outcome.fate {
            Some(Fate::Held(_)) => {}
            Some(Fate::Accepted) => {
                let (_, side, segment) = waiting.remove(at);
                visit(side, &segment);
            }
            Some(Fate::Dropped(..) | Fate::Queued) | None => {
                waiting.remove(at);
            }
        }
    }
}

/// How packets of a side come in and go out, as the end of their line: as the last one of that side
/// did, or else the way back of the other side's.
fn ways(key: &FlowKey, timeline: &Timeline) -> [String; 2] {
    let mut last: [Option<String>; 2] = [None, None];
    let mut back: [Option<String>; 2] = [None, None];
    for (n, line) in timeline.lines_of(key.conn, LOOKED_BACK) {
        let Command::Inject(inject) = &line.command else {
            continue;
        };
        let side = Segment::read(&inject.bytes).and_then(|segment| key.side_of(&segment));
        let Some(side) = side else { continue };
        let Inject { path, iif, .. } = inject;
        last[side as usize] = Some(match (iif, path) {
            (Some(iif), _) => format!(" in={iif}"),
            (None, path) => way(*path),
        });
        let sent = timeline
            .outcome(n)
            .and_then(|outcome| outcome.sent.first().map(|sent| sent.oif));
        back[side.other() as usize] = Some(match (sent, path) {
            (Some(oif), _) => format!(" in={oif}"),
            (None, Path::Output) => way(Path::Input),
            (None, Path::Input) => way(Path::Output),
            (None, Path::Forward) => way(Path::Forward),
        });
    }
    let [a, b] = last;
    let [from_b, from_a] = back;
    [
        a.or(from_b).unwrap_or_default(),
        b.or(from_a).unwrap_or_default(),
    ]
}

fn way(path: Path) -> String {
    match path {
        Path::Forward => "",
        Path::Input => " path=input",
        Path::Output => " path=output",
    }
    .to_owned()
}

/// The one-click packets of a flow.
pub fn buttons(key: &FlowKey, timeline: &Timeline) -> Vec<PacketButton> {
    let mut buttons = match key.protonum {
        l4::TCP => tcp_buttons(key, timeline),
        l4::UDP => udp_buttons(key, timeline),
        l4::SCTP => script(key, timeline, "sctp", &SCTP),
        l4::DCCP => script(key, timeline, "dccp", &DCCP),
        l4::UDPLITE => script(key, timeline, "udplite", &ASK),
        l4::GRE => script(key, timeline, "gre", &ASK),
        _ => icmp_buttons(key, timeline),
    };
    let [a, b] = ways(key, timeline);
    for button in &mut buttons {
        button.line.push_str(if button.reply { &b } else { &a });
    }
    buttons
}

/// A packet of a script: label, who sends it, the words behind the addresses.
type Part = (&'static str, Side, &'static str);

/// An association from INIT to SHUTDOWN COMPLETE. A's packets carry the tag that B has chosen, and
/// the other way round.
const SCTP: [Part; 9] = [
    ("INIT", Side::A, "vtag=0 init=0x1111"),
    ("INIT ACK", Side::B, "vtag=0x1111 init-ack=0x2222"),
    ("COOKIE ECHO", Side::A, "vtag=0x2222 cookie-echo"),
    ("COOKIE ACK", Side::B, "vtag=0x1111 cookie-ack"),
    ("data", Side::A, "vtag=0x2222 data len=20"),
    ("SACK", Side::B, "vtag=0x1111 sack"),
    ("SHUTDOWN", Side::A, "vtag=0x2222 shutdown"),
    ("SHUTDOWN ACK", Side::B, "vtag=0x1111 shutdown-ack"),
    ("COMPLETE", Side::A, "vtag=0x2222 shutdown-complete"),
];
/// A DCCP connection from request to reset.
const DCCP: [Part; 7] = [
    ("request", Side::A, "type=request seq=1"),
    ("response", Side::B, "type=response seq=1 ack=1"),
    ("ACK", Side::A, "type=ack seq=2 ack=1"),
    ("data", Side::A, "type=dataack seq=3 ack=1 len=20"),
    ("close request", Side::B, "type=closereq seq=2 ack=3"),
    ("close", Side::A, "type=close seq=4 ack=2"),
    ("reset", Side::B, "type=reset seq=3 ack=4"),
];
/// A question and its answer.
const ASK: [Part; 2] = [("request", Side::A, "len=20"), ("reply", Side::B, "len=20")];

/// Packets in the order in which a well-behaved flow has them; as many as have arrived are done.
fn script(key: &FlowKey, timeline: &Timeline, word: &str, parts: &[Part]) -> Vec<PacketButton> {
    let [a, b] = exchanged(key, timeline);
    let next = (a + b) as usize % parts.len();
    let ports = key.protonum != l4::GRE;
    let one = |(at, &(label, side, words)): (usize, &Part)| {
        let ends = if ports {
            ends(key, side)
        } else {
            let [src, dst] = key.ends(side).addr;
            format!("{src} > {dst}")
        };
        button(label, format!("{word} {ends} {words}"), side, at == next)
    };
    parts.iter().enumerate().map(one).collect()
}

fn end(addr: IpAddr, port: u16) -> String {
    match addr {
        IpAddr::V4(addr) => format!("{addr}:{port}"),
        IpAddr::V6(addr) => format!("[{addr}]:{port}"),
    }
}

/// Source and destination with ports, as the side sends it.
fn ends(key: &FlowKey, side: Side) -> String {
    let Ends { addr, port } = key.ends(side);
    format!("{} > {}", end(addr[0], port[0]), end(addr[1], port[1]))
}

fn button(label: &str, line: String, side: Side, suggested: bool) -> PacketButton {
    PacketButton {
        label: label.to_owned(),
        line,
        reply: side == Side::B,
        suggested,
    }
}

fn tcp_buttons(key: &FlowKey, timeline: &Timeline) -> Vec<PacketButton> {
    let mut flow = TcpFlow::new(key.shift);
    arrivals(key, timeline, |side, segment| flow.arrived(side, segment));
    let suggested = flow.suggested();
    let one = |&kind: &TcpButton| {
        let line = format!(
            "tcp {ends} {words}",
            ends = ends(key, kind.side()),
            words = flow.words(kind)
        );
        button(kind.label(), line, kind.side(), kind == suggested)
    };
    TcpButton::ALL.iter().map(one).collect()
}

/// How many requests and replies of a flow have arrived.
fn exchanged(key: &FlowKey, timeline: &Timeline) -> [u32; 2] {
    let mut count = [0; 2];
    arrivals(key, timeline, |side, _| count[side as usize] += 1);
    count
}

fn udp_buttons(key: &FlowKey, timeline: &Timeline) -> Vec<PacketButton> {
    let [asked, answered] = exchanged(key, timeline);
    let reply = asked > answered;
    let line = |side| format!("udp {} len={PAYLOAD}", ends(key, side));
    // The error is about the packet as B has seen it, and comes from there.
    let Ends { addr, port } = key.ends(Side::B);
    let [b, a] = addr;
    let quoted = format!(
        "udp {} > {} len={PAYLOAD}",
        end(a, port[1]),
        end(b, port[0])
    );
    let (word, code) = if a.is_ipv4() {
        ("icmp", 3)
    } else {
        ("icmp6", 4)
    };
    let error = format!("{word} {b} > {a} unreach code={code} inner={{{quoted}}}");
    vec![
        button("request", line(Side::A), Side::A, !reply),
        button("reply", line(Side::B), Side::B, reply),
        button("unreachable", error, Side::B, false),
    ]
}

fn icmp_buttons(key: &FlowKey, timeline: &Timeline) -> Vec<PacketButton> {
    let [asked, answered] = exchanged(key, timeline);
    let reply = asked > answered;
    let word = if key.protonum == l4::ICMP {
        "icmp"
    } else {
        "icmp6"
    };
    let line = |side, kind: &str, seq: u32| {
        let Ends {
            addr: [from, to],
            port: [id, _],
        } = key.ends(side);
        format!(
            "{word} {from} > {to} {kind} id={id} seq={} len={PAYLOAD}",
            seq & 0xffff
        )
    };
    vec![
        button(
            w::ECHO_REQUEST.text(),
            line(Side::A, "echo-request", asked + 1),
            Side::A,
            !reply,
        ),
        button(
            w::ECHO_REPLY.text(),
            line(Side::B, "echo-reply", answered + 1),
            Side::B,
            reply,
        ),
    ]
}
