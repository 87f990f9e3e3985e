//! A scenario of 10,000 commands, to be replayed and jumped about in.

use core::fmt::Write;
use ctscope::engine::addr::{Addr, L3};
use ctscope::engine::command::TupleFilter;
use ctscope::scenario::Scenario;
use ctscope::timeline::Timeline;

/// Commands of [`scenario`].
pub const COMMANDS: u32 = 10_000;
/// Connections that they make.
pub const NEW: u32 = 6_600;

/// The client of all of them; no flow of [`crate::packets`] has it.
const CLIENT: [u8; 4] = [10, 255, 0, 1];

/// Flows that come and are answered, connections that begin, and time that passes. With
/// `flows`, so many one-packet UDP flows come before.
pub fn scenario(flows: u32, buckets: u32) -> Scenario {
    let [a, b, c, d] = CLIENT;
    let mut text = format!("config buckets={buckets}\n");
    for i in 0..flows {
        let (host, port) = (i / 60_000, 1024 + i % 60_000);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "udp 10.0.1.{host}:{port} > 192.0.2.53:53 len=10");
    }
    for i in 0..NEW / 2 {
        let client = format!("{a}.{b}.{c}.{d}:{}", 1024 + i);
        let _ = write!(
            text,
            "udp {client} > 192.0.2.53:53 len=10\n\
             udp 192.0.2.53:53 > {client} len=10\n\
             tcp {client} > 192.0.2.20:80 S seq=1000 win=64240\n"
        );
        if i % 33 == 32 {
            text.push_str("advance 20ms\n");
        }
    }
    Scenario::parse(&text).expect("the scenario is good")
}

/// Everything that [`scenario`]'s own commands leave behind.
pub fn left_behind() -> TupleFilter {
    TupleFilter {
        src: Some((L3::Ipv4, Addr::v4(CLIENT))),
        ..TupleFilter::default()
    }
}

/// The scenario as the page holds it.
pub fn timeline(flows: u32, buckets: u32) -> Timeline {
    let scenario = scenario(flows, buckets);
    let mut timeline = Timeline::new(scenario.config.clone(), "bench");
    timeline
        .load(scenario, "bench")
        .expect("the scenario is within the limits");
    timeline
}
