//! A full table: early drop, and what cannot be sacrificed.

use crate::{check, run};
use ctscope::engine::Fate;
use ctscope::engine::stats::Counter;
use ctscope::engine::step::DropCause;
use expect_test::expect;

/// UDP flows that a third packet made assured.
fn assured(ports: &[u16]) -> String {
    ports
        .iter()
        .map(|port| {
            let out = format!("udp 10.0.0.1:{port} > 10.0.0.2:53\n");
            let back = format!("udp 10.0.0.2:53 > 10.0.0.1:{port}\n");
            [out.clone(), back, out].concat()
        })
        .collect()
}

#[test]
fn the_entry_beyond_the_limit_costs_unassured_ones_their_place() {
    let text = "config buckets=1 max=2
        udp 10.0.0.1:1 > 10.0.0.2:53
        udp 10.0.0.1:2 > 10.0.0.2:53
        udp 10.0.0.1:3 > 10.0.0.2:53";
    let full = run(text);
    assert_eq!(full.outcome.fate, Some(Fate::Accepted));
    let stats = full.ct.nets[0].pcpu[0].stats;
    assert_eq!(
        stats.value(Counter::EarlyDrop),
        2,
        "all of the first fruitful bucket go"
    );
    check(
        text,
        expect![[r#"
        c3 table use 1 (table 1) - 30 s left [CONFIRMED]
        bucket 0: c3< c3>
        count init 1
    "#]],
    );
}

#[test]
fn assured_entries_are_safe_and_the_packet_is_dropped() {
    let text = format!(
        "config buckets=1 max=2\n{}udp 10.0.0.1:3 > 10.0.0.2:53",
        assured(&[1, 2])
    );
    let full = run(&text);
    assert!(matches!(
        full.outcome.fate,
        Some(Fate::Dropped(_, DropCause::TableFull))
    ));
    assert_eq!(full.ct.nets[0].pcpu[0].stats.value(Counter::Drop), 1);
    assert!(full.ct.gc.early_drop, "gc is asked to help");
    assert_eq!(full.ct.count(), 2);
}

#[test]
fn a_limit_of_zero_is_no_limit() {
    let ct = run("config buckets=1 max=0
         udp 10.0.0.1:1 > 10.0.0.2:53
         udp 10.0.0.1:2 > 10.0.0.2:53")
    .ct;
    assert_eq!(ct.count(), 2);
}

#[test]
fn the_limit_is_one_number_but_each_namespace_counts_for_itself() {
    let ct = run("config max=1
         udp 10.0.0.1:1 > 10.0.0.2:53
         netns blue
         udp 10.0.0.1:1 > 10.0.0.2:53")
    .ct;
    assert_eq!(ct.count(), 2);
}
