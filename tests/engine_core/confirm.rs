//! Figure 5 where it does not go straight: somebody was faster.

use crate::{check, run};
use ctscope::engine::step::DropCause;
use ctscope::engine::{Fate, Step};
use expect_test::expect;

#[test]
fn the_steps_of_confirm_come_in_the_kernels_order() {
    let confirm: Vec<(u8, u8)> = run("udp 10.0.0.1:5000 > 10.0.0.2:53")
        .steps
        .iter()
        .filter_map(|step| step.meta().figure)
        .filter(|(figure, _)| *figure == 5)
        .collect();
    assert_eq!(confirm, [(5, 1), (5, 2), (5, 3), (5, 4), (5, 4)]);
}

#[test]
fn the_steps_of_a_new_connection_come_in_the_articles_order() {
    let figures: Vec<(u8, u8)> = run("udp 10.0.0.1:5000 > 10.0.0.2:53 hold=forward")
        .steps
        .iter()
        .filter_map(|step| step.meta().figure)
        .filter(|(figure, _)| (3..=4).contains(figure))
        .collect();
    let lookup = [(3, 1), (3, 2), (3, 3), (3, 5)];
    let create = [(4, 1), (4, 2), (4, 3), (4, 4), (4, 5)];
    assert_eq!(figures, [lookup.as_slice(), &create].concat());
}

#[test]
fn udp_resolves_a_clash_by_going_over_to_the_winner() {
    let udp = "udp 10.0.0.1:5000 > 10.0.0.2:53 len=4";
    let text = format!("{udp} hold=forward\n{udp}\nrelease s1");
    let merged = run(&text);
    assert!(
        merged
            .steps
            .iter()
            .any(|step| matches!(step, Step::ClashMerged { .. }))
    );
    assert_eq!(merged.outcome.fate, Some(Fate::Accepted));
    check(
        &text,
        expect![[r#"
        c2 table use 1 (table 1) - 30 s left [CONFIRMED]
        bucket 1: c2< c2>
        count init 1
    "#]],
    );
}

#[test]
fn tcp_loses_a_clash_and_the_packet_with_it() {
    let syn = "tcp 10.0.0.1:5000 > 10.0.0.2:80 S seq=1";
    let text = format!("{syn} hold=forward\n{syn}\nrelease s1");
    let lost = run(&text);
    assert!(matches!(
        lost.outcome.fate,
        Some(Fate::Dropped(_, DropCause::ClashLost))
    ));
    check(
        &text,
        expect![[r#"
        c2 table use 1 (table 1) SYN_SENT 120 s left [CONFIRMED]
        bucket 6: c2>
        bucket 7: c2<
        count init 1
    "#]],
    );
}

#[test]
fn a_resize_while_unconfirmed_does_not_spoil_the_saved_hash() {
    check(
        "udp 10.0.0.1:5000 > 10.0.0.2:53 hold=forward
         resize 64
         release s1",
        expect![[r#"
            c1 table use 1 (table 1) - 30 s left [CONFIRMED]
            bucket 8: c1>
            bucket 9: c1<
            count init 1
        "#]],
    );
}
