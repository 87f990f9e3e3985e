//! Figures 4 to 6: from the unconfirmed list through the table to freed memory.

use crate::{check, run};
use ctscope::engine::{Fate, Step};
use expect_test::expect;

const SYN: &str = "tcp 192.168.1.2:47562 > 10.0.0.2:80 S seq=1000";
const SYN_ACK: &str = "tcp 10.0.0.2:80 > 192.168.1.2:47562 SA seq=5000 ack=1001";

#[test]
fn a_new_connection_waits_on_the_unconfirmed_list_held_by_its_packet() {
    check(
        &format!("{SYN} hold=forward"),
        expect![[r#"
            s1 at FORWARD holds c1
            c1 unconfirmed use 1 (skb 1) SYN_SENT 120 s relative []
            unconfirmed list of CPU 0: c1>
            count init 1
        "#]],
    );
}

#[test]
fn a_confirmed_connection_hangs_in_two_buckets_held_by_the_table() {
    check(
        SYN,
        expect![[r#"
        c1 table use 1 (table 1) SYN_SENT 120 s left [CONFIRMED]
        bucket 1: c1<
        bucket 3: c1>
        count init 1
    "#]],
    );
}

#[test]
fn a_packet_behind_confirm_still_holds_its_connection() {
    check(
        &format!("{SYN} hold=queue"),
        expect![[r#"
        s1 at QUEUE holds c1
        c1 table use 2 (table 1, skb 1) SYN_SENT 120 s left [CONFIRMED]
        bucket 1: c1<
        bucket 3: c1>
        count init 1
    "#]],
    );
}

#[test]
fn a_drop_before_confirm_destroys_the_connection_with_its_packet() {
    let dropped = run(&format!("{SYN} drop=forward"));
    assert!(matches!(dropped.outcome.fate, Some(Fate::Dropped(..))));
    assert!(
        dropped
            .steps
            .iter()
            .any(|step| matches!(step, Step::Freed { .. }))
    );
    assert_eq!(dropped.ct.listener.sent, 0, "nobody hears of it");
    check(
        &format!("{SYN} drop=forward"),
        expect![[r#"
        count init 0
    "#]],
    );
}

#[test]
fn a_held_packet_can_be_dropped_too() {
    check(
        &format!("{SYN} hold=postrouting\ndrop s1"),
        expect![[r#"
        count init 0
    "#]],
    );
}

#[test]
fn a_held_packet_keeps_a_deleted_connection_in_memory() {
    let text = format!("{SYN}\n{SYN_ACK} hold=queue\ndelete c1");
    check(
        &text,
        expect![[r#"
        s2 at QUEUE holds c1
        c1 dying use 1 (skb 1) SYN_RECV 60 s left [SEEN_REPLY CONFIRMED DYING]
        dying list of CPU 0: c1>
        count init 1
    "#]],
    );
    check(
        &format!("{text}\nrelease s2"),
        expect![[r#"
        count init 0
    "#]],
    );
}

#[test]
fn an_unconfirmed_connection_is_no_business_of_a_flush() {
    check(
        &format!("{SYN} hold=forward\nflush\nrelease s1"),
        expect![[r#"
        c1 table use 1 (table 1) SYN_SENT 120 s left [CONFIRMED]
        bucket 1: c1<
        bucket 3: c1>
        count init 1
    "#]],
    );
}

#[test]
fn a_slot_is_used_again_under_a_new_number() {
    let reused = run(&format!("{SYN}\ndelete c1\n{SYN}"));
    let conn = reused.ct.conns.iter().next().expect("one connection");
    assert_eq!((conn.id.slot, conn.id.number), (0, 2));
}

#[test]
fn a_packet_for_this_machine_is_confirmed_at_input() {
    check(
        &format!("{SYN} path=input"),
        expect![[r#"
        c1 table use 1 (table 1) SYN_SENT 120 s left [CONFIRMED]
        bucket 1: c1<
        bucket 3: c1>
        count init 1
    "#]],
    );
}

#[test]
fn a_packet_of_this_machine_is_tracked_at_output() {
    check(
        &format!("{SYN} path=output hold=output"),
        expect![[r#"
        s1 at OUTPUT holds c1
        c1 unconfirmed use 1 (skb 1) SYN_SENT 120 s relative []
        unconfirmed list of CPU 0: c1>
        count init 1
    "#]],
    );
}
