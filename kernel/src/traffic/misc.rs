//! GRE, DCCP, protocols that conntrack knows by number only, and fragments.

use super::rng::Rng;
use super::script::{Script, Side, host};

pub(super) fn generic(rng: &mut Rng, script: &mut Script) {
    if rng.percent(20) {
        script.sysctl("nf_conntrack_generic_timeout", rng.between(10, 900));
    }
    for _ in 0..rng.between(4, 16) {
        let six = rng.percent(25);
        let side = rng.weighted(&[(60, Side::A), (40, Side::B)]);
        let (src, dst) = (host(rng, side, six), host(rng, side.other(), six));
        let line = match rng.below(8) {
            0..3 => {
                let proto = rng.pick(&[99, 253, 50]);
                format!(
                    "ip {src} > {dst} proto={proto} len={}",
                    rng.pick(&[0, 4, 20])
                )
            }
            3 | 4 => format!("gre {src} > {dst} key={} len=20", rng.pick(&[1, 2])),
            5 => format!("gre {src} > {dst} len=20"),
            6 => {
                let callid = rng.pick(&[7, 8]);
                format!("gre {src} > {dst} ver=1 callid={callid} seq=1 len=8")
            }
            _ => {
                let kind = rng.pick(&["request", "response", "ack", "data", "reset"]);
                let (a, b) = if six {
                    (format!("[{src}]:5001"), format!("[{dst}]:5002"))
                } else {
                    (format!("{src}:5001"), format!("{dst}:5002"))
                };
                format!("dccp {a} > {b} type={kind} seq=1")
            }
        };
        script.packet(side, line);
    }
}

pub(super) fn fragments(rng: &mut Rng, script: &mut Script) {
    // Pieces of the sequence before may still wait to be put together.
    let ident = rng.below(60_000);
    for nth in 0..rng.between(1, 4) {
        let six = rng.percent(30);
        let side = rng.weighted(&[(60, Side::A), (40, Side::B)]);
        let (src, dst) = (host(rng, side, six), host(rng, side.other(), six));
        let sport = rng.pick(&[5000, 5001]);
        let (a, b) = if six {
            (format!("[{src}]:{sport}"), format!("[{dst}]:4000"))
        } else {
            (format!("{src}:{sport}"), format!("{dst}:4000"))
        };
        let size = rng.pick(&[16, 24, 64, 512, 1400]);
        let length = rng.pick(&[40, 100, 600, 2000]);
        let whole = match rng.below(4) {
            0 if six => format!("icmp6 {src} > {dst} echo-request id=1 seq=1 len={length}"),
            0 => format!("icmp {src} > {dst} echo-request id=1 seq=1 len={length}"),
            1 => format!("tcp {a} > {b} S seq=1 len={length}"),
            _ => format!("udp {a} > {b} len={length}"),
        };
        let header = if whole.starts_with("tcp") { 20 } else { 8 };
        let pieces: u32 = u32::div_ceil(length + header, size);
        if pieces > 12 {
            continue;
        }
        let mut order: Vec<u32> = (0..pieces).collect();
        if rng.percent(40) {
            for i in (1..order.len()).rev() {
                order.swap(i, rng.below(i as u32 + 1) as usize);
            }
        }
        for k in order {
            if rng.percent(4) {
                continue;
            }
            let line = format!("{whole} ipid={} frag={k}/{size}", ident + nth);
            script.packet(side, line.clone());
            if rng.percent(4) {
                script.packet(side, line);
            }
        }
    }
}
