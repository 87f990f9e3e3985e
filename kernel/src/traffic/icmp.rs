//! ICMP of both families: queries, answers, and errors that quote a packet.

use super::rng::Rng;
use super::script::{Script, Side, host, router};

pub(super) fn four(rng: &mut Rng, script: &mut Script) {
    flows(rng, script, false);
}

pub(super) fn six(rng: &mut Rng, script: &mut Script) {
    flows(rng, script, true);
}

fn flows(rng: &mut Rng, script: &mut Script, six: bool) {
    let name = if six { "icmp6" } else { "icmp" };
    for _ in 0..rng.between(5, 22) {
        let side = rng.weighted(&[(60, Side::A), (40, Side::B)]);
        let (src, dst) = (host(rng, side, six), host(rng, side.other(), six));
        match rng.below(10) {
            0..5 => {
                let kind = echo(rng, script, side);
                let id = rng.pick(&[1, 2]);
                let seq = rng.between(1, 3);
                let broken = rng.weighted(&[
                    (90, ""),
                    (4, " badcsum"),
                    (2, " trunc=4"),
                    (2, " trunc=7"),
                    (2, " code=1"),
                ]);
                let length = rng.pick(&[0, 8, 56]);
                script.packet(
                    side,
                    format!("{name} {src} > {dst} {kind} id={id} seq={seq} len={length}{broken}"),
                );
            }
            5 => {
                let kind = if six {
                    rng.pick(&["type=140", "type=200", "type=138", "mld-done"])
                } else {
                    rng.pick(&[
                        "timestamp-request",
                        "timestamp-reply",
                        "info-request",
                        "info-reply",
                        "mask-request",
                        "mask-reply",
                        "type=30",
                        "type=19",
                        "router-solicit",
                    ])
                };
                let id = rng.pick(&[1, 2]);
                script.packet(side, format!("{name} {src} > {dst} {kind} id={id} seq=1"));
            }
            6 | 7 => {
                let sport = rng.pick(&[5000, 5001]);
                let (src, dst) = if six {
                    (format!("[{src}]:{sport}"), format!("[{dst}]:53"))
                } else {
                    (format!("{src}:{sport}"), format!("{dst}:53"))
                };
                let line = if rng.percent(60) {
                    format!("udp {src} > {dst} len=8")
                } else {
                    format!("tcp {src} > {dst} S seq=100 mss=1460")
                };
                script.packet(side, line);
            }
            _ => error(rng, script, six),
        }
    }
}

/// An echo reply where a request of the other side can have been before, as a rule.
fn echo(rng: &mut Rng, script: &Script, side: Side) -> &'static str {
    let asked = script
        .packets
        .iter()
        .any(|(from, line)| *from != side && line.contains("echo-request"));
    if rng.percent(if asked { 50 } else { 8 }) {
        "echo-reply"
    } else {
        "echo-request"
    }
}

/// An error about an earlier packet, mostly from where that one went.
pub(super) fn error(rng: &mut Rng, script: &mut Script, six: bool) {
    let of_family = |line: &str| {
        let six_line = line.contains("::") || line.starts_with("icmp6");
        six_line == six && !line.contains("inner=") && !line.contains("trunc=")
    };
    let quotable: Vec<usize> = (0..script.packets.len())
        .filter(|nth| of_family(&script.packets[*nth].1))
        .collect();
    if quotable.is_empty() {
        return;
    }
    let (from, line) = script.packets[rng.pick(&quotable)].clone();
    let mut words = line.split_whitespace();
    let Some(src) = words.nth(1) else { return };
    let to = bare(src);
    let side = if rng.percent(85) { from.other() } else { from };
    let by = if rng.percent(20) {
        // An address of the router itself cannot come from outside, but a forger may try.
        router(side.other(), six)
    } else {
        host(rng, side, six)
    };
    let kind = if six {
        rng.pick(&[
            "unreach code=4",
            "unreach code=0",
            "packet-too-big mtu=1300",
            "time-exceeded code=0",
            "param-problem code=1",
        ])
    } else {
        rng.pick(&[
            "unreach code=3",
            "unreach code=1",
            "unreach code=4 mtu=1400",
            "time-exceeded code=0",
            "param-problem code=0",
            "quench",
            "redirect code=1 gw=192.0.2.99",
        ])
    };
    let name = if six { "icmp6" } else { "icmp" };
    let to = if rng.percent(8) {
        host(rng, side.other(), six).to_string()
    } else {
        to.to_owned()
    };
    let cut = rng.weighted(&[
        (80, ""),
        (8, " innerlen=28"),
        (4, " innerlen=24"),
        (3, " innerlen=10"),
        (3, " badcsum"),
        (2, " trunc=8"),
    ]);
    script.packet(
        side,
        format!("{name} {by} > {to} {kind} inner={{{line}}}{cut}"),
    );
}

/// The address of `ADDR`, `ADDR:PORT` or `[ADDR]:PORT`.
fn bare(end: &str) -> &str {
    if let Some(rest) = end.strip_prefix('[') {
        return rest.split(']').next().unwrap_or(rest);
    }
    match end.matches(':').count() {
        1 => end.split(':').next().unwrap_or(end),
        _ => end,
    }
}
