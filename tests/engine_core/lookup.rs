//! Figure 3: finding a connection, and what is met on the way.

use crate::{check, run};
use ctscope::engine::Step;
use ctscope::engine::step::Compared;
use ctscope::engine::tuple::Dir;
use expect_test::expect;

const SYN: &str = "tcp 192.168.1.2:47562 > 10.0.0.2:80 S seq=1000";
const SYN_ACK: &str = "tcp 10.0.0.2:80 > 192.168.1.2:47562 SA seq=5000 ack=1001";

#[test]
fn the_first_packet_finds_nothing_and_the_reply_finds_the_reply_tuple() {
    let first = run(SYN);
    assert!(
        first
            .steps
            .iter()
            .any(|step| matches!(step, Step::NotFound { compared: 0, .. }))
    );
    let reply = run(&format!("{SYN}\n{SYN_ACK}"));
    let found = reply.steps.iter().find_map(|step| match step {
        Step::Found { dir, bucket, .. } => Some((*dir, *bucket)),
        _ => None,
    });
    assert_eq!(
        found,
        Some((Dir::Reply, 1)),
        "the article's example under the default seed"
    );
}

#[test]
fn the_articles_example_hangs_in_buckets_three_and_one() {
    let chosen: Vec<u32> = run(SYN)
        .steps
        .iter()
        .filter_map(|step| match step {
            Step::HashInserted { bucket, .. } => Some(*bucket),
            _ => None,
        })
        .collect();
    assert_eq!(chosen, [3, 1]);
}

#[test]
fn an_expired_entry_is_killed_by_the_walk_that_meets_it() {
    let udp = "udp 10.0.0.1:5000 > 10.0.0.2:53 len=4";
    let text = format!("gc manual\n{udp}\nadvance next");
    check(
        &text,
        expect![[r#"
        c1 table use 1 (table 1) - expired [CONFIRMED]
        bucket 1: c1< c1>
        count init 1
    "#]],
    );
    let again = run(&format!("{text}\n{udp}"));
    assert!(again.steps.iter().any(|step| matches!(
        step,
        Step::NodeCompared {
            compared: Compared::Expired,
            ..
        }
    )));
    check(
        &format!("{text}\n{udp}"),
        expect![[r#"
        c2 table use 1 (table 1) - 30 s left [CONFIRMED]
        bucket 1: c2< c2>
        count init 1
    "#]],
    );
}

#[test]
fn both_nodes_in_one_chain_go_together_when_they_expire() {
    let udp = "udp 10.0.0.1:5000 > 10.0.0.2:53 len=4";
    check(
        &format!("config buckets=1\ngc manual\n{udp}\nadvance next\n{udp}"),
        expect![[r#"
            c2 table use 1 (table 1) - 30 s left [CONFIRMED]
            bucket 0: c2< c2>
            count init 1
        "#]],
    );
}

#[test]
fn equal_tuples_of_two_namespaces_are_two_connections() {
    check(
        &format!("{SYN}\nnetns blue\n{SYN}"),
        expect![[r#"
        c1 table use 1 (table 1) SYN_SENT 120 s left [CONFIRMED]
        c2 table use 1 (table 1) SYN_SENT 120 s left [CONFIRMED]
        bucket 1: c1<
        bucket 3: c1>
        bucket 5: c2< c2>
        count init 1
        count blue 1
    "#]],
    );
}

#[test]
fn equal_tuples_in_one_bucket_differ_by_namespace() {
    let both = run(&format!("config buckets=1\n{SYN}\nnetns blue\n{SYN}"));
    assert!(both.steps.iter().any(|step| matches!(
        step,
        Step::NodeCompared {
            compared: Compared::OtherNet,
            ..
        }
    )));
}

#[test]
fn new_nodes_go_to_the_head_of_their_chain() {
    check(
        "config buckets=1
         udp 10.0.0.1:1 > 10.0.0.2:53
         udp 10.0.0.1:2 > 10.0.0.2:53",
        expect![[r#"
            c1 table use 1 (table 1) - 30 s left [CONFIRMED]
            c2 table use 1 (table 1) - 30 s left [CONFIRMED]
            bucket 0: c2< c2> c1< c1>
            count init 2
        "#]],
    );
}
