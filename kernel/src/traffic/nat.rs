//! NAT, and replies to the addresses that it gave.

use super::icmp;
use super::rng::Rng;
use super::script::{Script, Side, addr, hosts, router};
use serde_json::{Value, json};

/// What NAT does, as the rules say it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Snat,
    SnatRange,
    Masquerade,
    Dnat,
    DnatPort,
    Both,
}

const PUBLIC: &str = "203.0.113.5";

fn rules(kind: Kind) -> Value {
    let snat = json!({"match": {"oif": "b"}, "action": {"snat": PUBLIC}});
    let dnat = |to: &str| {
        json!({
            "match": {"iif": "b", "dst": "192.0.2.1", "proto": "tcp", "dport": 80},
            "action": {"dnat": to},
        })
    };
    let dnat_udp = json!({
        "match": {"iif": "b", "dst": "192.0.2.1", "proto": "udp", "dport": 53},
        "action": {"dnat": "10.0.0.80:53"},
    });
    match kind {
        Kind::Snat => json!([snat]),
        Kind::SnatRange => json!([
            {"match": {"oif": "b", "proto": "udp"}, "action": {"snat": "203.0.113.5:5000-5000"}},
            {"match": {"oif": "b", "proto": "tcp"}, "action": {"snat": "203.0.113.5:5000-5000"}},
        ]),
        Kind::Masquerade => json!([{"match": {"oif": "b"}, "action": "masquerade"}]),
        Kind::Dnat => json!([dnat("10.0.0.80"), dnat_udp]),
        Kind::DnatPort => json!([dnat("10.0.0.80:8080"), dnat_udp]),
        Kind::Both => json!([snat, dnat("10.0.0.80:8080"), dnat_udp]),
    }
}

pub(super) fn flows(rng: &mut Rng, script: &mut Script) {
    let kind = rng.pick(&[
        Kind::Snat,
        Kind::SnatRange,
        Kind::Masquerade,
        Kind::Dnat,
        Kind::DnatPort,
        Kind::Both,
    ]);
    script.rules(rules(kind));
    let mut sport = 41_000;
    for _ in 0..rng.between(2, 6) {
        sport += 1;
        let inbound = match kind {
            Kind::Dnat | Kind::DnatPort => rng.percent(80),
            Kind::Both => rng.percent(50),
            // Its answer would clash with the router's own flow, and get a port at random.
            Kind::Masquerade => false,
            _ => rng.percent(8),
        };
        if inbound {
            dnatted(rng, script, kind, sport);
        } else {
            snatted(rng, script, kind, sport);
        }
    }
}

/// Where and what is sent back and forth, with the words for the flow in either direction.
struct Legs {
    there: String,
    back: String,
    side: Side,
}

/// A flow from inside, answered at the address that the world sees.
fn snatted(rng: &mut Rng, script: &mut Script, kind: Kind, sport: u16) {
    let src = rng.pick(hosts(Side::A, false));
    let dst = rng.pick(hosts(Side::B, false));
    let public = match kind {
        Kind::Snat | Kind::SnatRange | Kind::Both => PUBLIC.to_owned(),
        Kind::Masquerade => router(Side::B, false).to_string(),
        Kind::Dnat | Kind::DnatPort => src.to_owned(),
    };
    match rng.below(3) {
        0 if kind != Kind::SnatRange => {
            // No two flows with one id, since the second would get an id at random.
            let id = sport;
            for seq in 0..rng.between(1, 3) {
                script.packet(
                    Side::A,
                    format!("icmp {src} > {dst} echo-request id={id} seq={seq}"),
                );
                script.packet(
                    Side::B,
                    format!("icmp {dst} > {public} echo-reply id={id} seq={seq}"),
                );
            }
        }
        1 => {
            let legs = Legs {
                there: format!("{src}:{sport} > {dst}:53"),
                back: format!("{dst}:53 > {public}:{}", seen_port(kind, sport)),
                side: Side::A,
            };
            udp(rng, script, &legs);
        }
        _ => {
            let legs = Legs {
                there: format!("{src}:{sport} > {dst}:80"),
                back: format!("{dst}:80 > {public}:{}", seen_port(kind, sport)),
                side: Side::A,
            };
            tcp(rng, script, &legs);
        }
    }
    if rng.percent(30) {
        quoted(rng, script);
    }
}

/// Flows from one port of two hosts: the second gets a port at random, which nobody may compare.
pub(super) fn clashes(rng: &mut Rng, script: &mut Script) {
    script.known_ports(&[5000, 5001, 53, 80, 7, 8]);
    script.rules(rules(rng.pick(&[Kind::Snat, Kind::Masquerade])));
    for _ in 0..rng.between(3, 10) {
        let src = rng.pick(hosts(Side::A, false));
        let dst = rng.pick(hosts(Side::B, false));
        let sport = rng.pick(&[5000, 5001]);
        let line = match rng.below(3) {
            0 => format!(
                "icmp {src} > {dst} echo-request id={} seq=1",
                rng.pick(&[7, 8])
            ),
            1 => format!("tcp {src}:{sport} > {dst}:80 S seq=7 mss=1460"),
            _ => format!("udp {src}:{sport} > {dst}:53 len=5"),
        };
        script.packet(Side::A, line);
    }
}

/// The port that the world sees. The range has one port, for of several one is drawn at random.
fn seen_port(kind: Kind, sport: u16) -> u16 {
    match kind {
        Kind::SnatRange => 5000,
        _ => sport,
    }
}

/// A flow from the world to a server behind the router's address.
fn dnatted(rng: &mut Rng, script: &mut Script, kind: Kind, sport: u16) {
    let src = rng.pick(hosts(Side::B, false));
    let router = router(Side::B, false);
    if rng.percent(40) {
        let legs = Legs {
            there: format!("{src}:{sport} > {router}:53"),
            back: format!("10.0.0.80:53 > {src}:{sport}"),
            side: Side::B,
        };
        udp(rng, script, &legs);
    } else {
        let port = if kind == Kind::Dnat { 80 } else { 8080 };
        let legs = Legs {
            there: format!("{src}:{sport} > {router}:80"),
            back: format!("10.0.0.80:{port} > {src}:{sport}"),
            side: Side::B,
        };
        tcp(rng, script, &legs);
    }
    if rng.percent(30) {
        quoted(rng, script);
    }
}

fn udp(rng: &mut Rng, script: &mut Script, legs: &Legs) {
    // Not badcsum: an answer to what was not tracked takes the port that NAT would give.
    let broken = rng.weighted(&[(95, ""), (5, " nocsum")]);
    script.packet(
        legs.side,
        format!("udp {} len={}{broken}", legs.there, rng.below(40)),
    );
    for _ in 0..rng.below(4) {
        let (side, leg) = if rng.percent(60) {
            (legs.side.other(), &legs.back)
        } else {
            (legs.side, &legs.there)
        };
        script.packet(side, format!("udp {leg} len={}", rng.below(40)));
    }
}

fn tcp(rng: &mut Rng, script: &mut Script, legs: &Legs) {
    let Legs { there, back, side } = legs;
    let (a, b) = (rng.next_u32() >> 1, rng.next_u32() >> 1);
    let lines = [
        (
            *side,
            format!("tcp {there} S seq={a} mss=1460 wscale=7 sackok"),
        ),
        (
            side.other(),
            format!(
                "tcp {back} SA seq={b} ack={} mss=1460 wscale=7 sackok",
                a + 1
            ),
        ),
        (*side, format!("tcp {there} A seq={} ack={}", a + 1, b + 1)),
        (
            *side,
            format!("tcp {there} PA seq={} ack={} len=30", a + 1, b + 1),
        ),
        (
            side.other(),
            format!("tcp {back} PA seq={} ack={} len=90", b + 1, a + 31),
        ),
        (
            *side,
            format!("tcp {there} FA seq={} ack={}", a + 31, b + 91),
        ),
        (
            side.other(),
            format!("tcp {back} FA seq={} ack={}", b + 91, a + 32),
        ),
        (
            *side,
            format!("tcp {there} A seq={} ack={}", a + 32, b + 92),
        ),
    ];
    let until = rng.between(1, 8) as usize;
    for (side, line) in &lines[..until] {
        script.packet(*side, line.clone());
        if rng.percent(6) {
            script.packet(*side, line.clone());
        }
    }
    if rng.percent(15) {
        script.packet(side.other(), format!("tcp {back} R seq={}", b + 1));
    }
}

/// An error about an earlier packet as the one who got it saw it.
fn quoted(rng: &mut Rng, script: &mut Script) {
    if rng.percent(30) {
        return icmp::error(rng, script, false);
    }
    // What was sent back to the public address is what the world saw, turned around.
    let Some((side, line)) = script.packets.last().cloned() else {
        return;
    };
    let mut words = line.split_whitespace();
    let (Some(proto), Some(src), Some(_), Some(dst)) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return;
    };
    if proto != "udp" && proto != "tcp" {
        return;
    }
    let rest: Vec<&str> = words.collect();
    let by = addr(rng.pick(hosts(side, false)));
    let to = dst.split(':').next().unwrap_or(dst);
    let kind = rng.pick(&[
        "unreach code=3",
        "unreach code=4 mtu=1300",
        "time-exceeded code=0",
    ]);
    let inner = format!("{proto} {dst} > {src} {}", rest.join(" "));
    script.packet(side, format!("icmp {by} > {to} {kind} inner={{{inner}}}"));
}
