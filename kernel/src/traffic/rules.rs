//! Traffic under rules that do no NAT, and traffic for the router itself.

use super::rng::Rng;
use super::script::{Script, Side, host, router};
use super::{icmp, tcp, udp};
use serde_json::{Value, json};

/// A firewall, notrack, zones, marks, timeouts.
fn some_rules(rng: &mut Rng) -> Value {
    let ct_mark = rng.between(1, 9);
    match rng.below(9) {
        0 => json!([
            {"match": {"ct_state": "invalid"}, "action": "drop"},
            {"match": {"ct_state": "established,related"}, "action": "accept"},
            {"match": {"iif": "a", "ct_state": "new"}, "action": "accept"},
            {"action": "drop"},
        ]),
        1 => json!([
            {"match": {"proto": "udp", "dport": 53}, "action": "notrack"},
            {"match": {"proto": "tcp", "sport": 80}, "action": "notrack"},
        ]),
        2 => json!([
            {"match": {"iif": "a"}, "action": {"zone": 3}},
            {"match": {"iif": "b"}, "action": {"zone": 3}},
        ]),
        3 => json!([{"match": {"iif": "a", "src": "10.0.0.10"}, "action": {"zone": 1}}]),
        4 => json!([{"match": {"iif": "a"}, "action": {"zone": 5, "dir": "original"}}]),
        5 => json!([
            {"match": {"proto": "udp", "dport": 53, "ct_state": "new"},
             "action": {"mark": ct_mark}},
            {"match": {"proto": "tcp", "ct_state": "established"}, "action": {"mark": 42}},
        ]),
        6 => json!([
            {
                "match": {"proto": "tcp", "dport": 80, "ct_state": "new"},
                "action": {"timeout": {"syn_sent": 25, "established": 500}},
            },
            {
                "match": {"proto": "udp", "ct_state": "new"},
                "action": {"timeout": {"unreplied": 13, "replied": 18}},
            },
        ]),
        7 => json!([{"match": {"proto": "udp", "dport": 4000}, "action": "drop"}]),
        _ => json!([
            {"match": {"iif": "b", "ct_state": "new"}, "action": "drop"},
            {"match": {"proto": "icmp"}, "action": {"mark": ct_mark}},
        ]),
    }
}

pub(super) fn flows(rng: &mut Rng, script: &mut Script) {
    script.rules(some_rules(rng));
    let parts: [fn(&mut Rng, &mut Script); 4] = [tcp::flows, udp::flows, icmp::four, udp::flows];
    for _ in 0..2 {
        rng.pick(&parts)(rng, script);
        if rng.percent(15) {
            script.rules(some_rules(rng));
        }
        if rng.percent(10) {
            script.rules(json!([]));
        }
    }
}

/// Packets for the router's own addresses, where nobody listens, and for hops that are too far.
pub(super) fn local(rng: &mut Rng, script: &mut Script) {
    for _ in 0..rng.between(4, 14) {
        let six = rng.percent(30);
        let side = rng.weighted(&[(60, Side::A), (40, Side::B)]);
        let src = host(rng, side, six);
        let own = router(rng.pick(&[side, side, side.other()]), six);
        let far = host(rng, side.other(), six);
        let (bracket, close) = if six { ("[", "]") } else { ("", "") };
        let end = |addr: std::net::IpAddr, port: u16| format!("{bracket}{addr}{close}:{port}");
        let sport = rng.pick(&[5000, 5001]);
        let icmp = if six { "icmp6" } else { "icmp" };
        let line = match rng.below(8) {
            0 | 1 => {
                let id = rng.pick(&[1, 2]);
                format!("{icmp} {src} > {own} echo-request id={id} seq=1 len=8")
            }
            2 | 3 => format!("udp {} > {} len=4", end(src, sport), end(own, 7)),
            4 => format!(
                "tcp {} > {} S seq=100 mss=1460",
                end(src, sport),
                end(own, 80)
            ),
            5 => format!(
                "tcp {} > {} A seq=100 ack=77",
                end(src, sport),
                end(own, 80)
            ),
            6 => format!("udp {} > {} ttl=1 len=4", end(src, sport), end(far, 53)),
            _ => format!("udp {} > {} len=4", end(src, sport), end(far, 53)),
        };
        script.packet(side, line);
    }
}
