//! UDP and UDP-Lite.

use super::rng::Rng;
use super::script::{End, Script, Side, host};

const PORTS_A: [u16; 2] = [5000, 5001];
const PORTS_B: [u16; 2] = [53, 4000];

/// A pair of ends, the one on side a first.
fn ends(rng: &mut Rng, six: bool) -> (End, End) {
    let a = End {
        addr: host(rng, Side::A, six),
        port: rng.pick(&PORTS_A),
    };
    let b = End {
        addr: host(rng, Side::B, six),
        port: rng.pick(&PORTS_B),
    };
    (a, b)
}

pub(super) fn flows(rng: &mut Rng, script: &mut Script) {
    let six = rng.percent(30);
    if rng.percent(20) {
        script.sysctl("nf_conntrack_udp_timeout", rng.between(5, 60));
    }
    if rng.percent(20) {
        script.sysctl("nf_conntrack_udp_timeout_stream", rng.between(5, 200));
    }
    if rng.percent(10) {
        script.sysctl("nf_conntrack_checksum", 0);
    }
    // A stream shows as one only after two seconds.
    let long = rng.percent(1);
    let (mut a, mut b) = ends(rng, six);
    for nth in 0..rng.between(4, 20) {
        if rng.percent(25) {
            (a, b) = ends(rng, six);
        }
        let from_a = rng.percent(60);
        let (src, dst) = if from_a { (a, b) } else { (b, a) };
        let broken = rng.weighted(&[
            (80, ""),
            (5, " badcsum"),
            (4, " nocsum"),
            (3, " ulen=7"),
            (2, " ulen=9"),
            (2, " ulen=4000"),
            (2, " trunc=6"),
            (1, " trunc=8"),
            (1, " trunc=3"),
        ]);
        let length = rng.pick(&[0, 1, 4, 20, 333]);
        let ttl = rng.weighted(&[(97, ""), (3, " ttl=2")]);
        let side = if from_a { Side::A } else { Side::B };
        script.packet(side, format!("udp {src} > {dst} len={length}{ttl}{broken}"));
        if long && nth == 3 {
            script.advance(2300);
        }
        if rng.percent(2) {
            script.flush();
        }
    }
}

pub(super) fn lite(rng: &mut Rng, script: &mut Script) {
    let six = rng.percent(30);
    let (mut a, mut b) = ends(rng, six);
    for _ in 0..rng.between(4, 14) {
        if rng.percent(25) {
            (a, b) = ends(rng, six);
        }
        let from_a = rng.percent(60);
        let (src, dst) = if from_a { (a, b) } else { (b, a) };
        // The kernel sums UDP-Lite with the number of UDP, so only such a packet passes.
        let more = rng.weighted(&[
            (60, " sumproto=17"),
            (10, ""),
            (8, " sumproto=17 cscov=8"),
            (6, " cscov=8"),
            (4, " sumproto=17 cscov=4"),
            (4, " sumproto=17 cscov=500"),
            (4, " sumproto=17 badcsum"),
            (4, " sumproto=17 trunc=7"),
        ]);
        let length = rng.pick(&[0, 4, 20]);
        let side = if from_a { Side::A } else { Side::B };
        script.packet(side, format!("udplite {src} > {dst} len={length}{more}"));
    }
}
