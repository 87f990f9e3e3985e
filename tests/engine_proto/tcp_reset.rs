//! Which resets each kernel believes, and what closing packets out of the window do.

use crate::bench::{Bench, From};
use crate::tcp_script::{OPEN, Show, both, each, play};
use ctscope::engine::NoProbe;
use ctscope::engine::profile::Profile;
use ctscope::engine::stats::Counter;
use expect_test::expect;

#[test]
fn a_reset_at_the_acknowledged_number_closes() {
    both(
        Show::Entry,
        &[
            OPEN,
            "
        R R 501 0
        ",
        ]
        .concat(),
        expect![[r#"
            R R 501 0
              CL, ESTABLISHED_REPLY
              c1 CLOSE 10 SEEN_REPLY ASSURED + PROTOINFO
        "#]],
    );
}

#[test]
fn a_reset_before_it_is_stale() {
    both(
        Show::Entry,
        &[
            OPEN,
            "
        R R 500 0
        ",
        ]
        .concat(),
        expect![[r#"
            R R 500 0
              CL, refused, StaleReset, -
        "#]],
    );
}

/// The client may answer with a challenge ACK, which renews the time.
#[test]
fn a_reset_beyond_it_leaves_the_state_but_little_time() {
    both(
        Show::Entry,
        &[
            OPEN,
            "
        R R 502 0
        O A 101 501
        ",
        ]
        .concat(),
        expect![[r#"
            R R 502 0
              CL, ESTABLISHED_REPLY
              c1 ESTABLISHED 10 SEEN_REPLY ASSURED
            O A 101 501
              ES, ESTABLISHED
              c1 ESTABLISHED 300 SEEN_REPLY ASSURED
        "#]],
    );
}

#[test]
fn a_reset_beyond_the_window_passes_in_the_newer_kernel() {
    each(
        Show::Entry,
        &[
            OPEN,
            "
        R R 1600 0
        ",
        ]
        .concat(),
        expect![[r#"
            R R 1600 0
              CL, Invalid(DataAbove), refused, OutOfWindow(DataAbove), -
        "#]],
        expect![[r#"
            R R 1600 0
              CL, Ignored(DataAbove), ignored, ESTABLISHED_REPLY
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED
        "#]],
    );
}

#[test]
fn a_reset_behind_the_same_sides_own_ack_closes() {
    both(
        Show::Entry,
        &[
            OPEN,
            "
        R PA 501 101 len=30
        R A 531 101
        R R 531 0
        ",
        ]
        .concat(),
        expect![[r#"
            R PA 501 101 len=30
              ES, ESTABLISHED_REPLY
              c1 ESTABLISHED 300 SEEN_REPLY ASSURED
            R A 531 101
              ES, ESTABLISHED_REPLY
              c1 ESTABLISHED 300 SEEN_REPLY ASSURED
            R R 531 0
              CL, ESTABLISHED_REPLY
              c1 CLOSE 10 SEEN_REPLY ASSURED + PROTOINFO
        "#]],
    );
}

#[test]
fn a_reset_while_not_assured_needs_only_the_window() {
    both(
        Show::Entry,
        "
        O S 100 0
        R SA 500 101
        O R 900 0
        ",
        expect![[r#"
            O S 100 0
              SS, NEW
              c1 SYN_SENT 120 + NEW PROTOINFO
            R SA 500 101
              SR, ESTABLISHED_REPLY
              c1 SYN_RECV 60 SEEN_REPLY + REPLY PROTOINFO
            O R 900 0
              CL, ESTABLISHED
              c1 CLOSE 10 SEEN_REPLY + PROTOINFO
        "#]],
    );
}

#[test]
fn a_closing_connection_believes_resets_in_the_newer_kernel() {
    each(
        Show::Entry,
        &[
            OPEN,
            "
        O FA 101 501
        R R 499 0
        ",
        ]
        .concat(),
        expect![[r#"
            O FA 101 501
              FW, ESTABLISHED
              c1 FIN_WAIT 120 SEEN_REPLY ASSURED + PROTOINFO
            R R 499 0
              CL, refused, StaleReset, -
        "#]],
        expect![[r#"
            O FA 101 501
              FW, ESTABLISHED
              c1 FIN_WAIT 120 SEEN_REPLY ASSURED + PROTOINFO
            R R 499 0
              CL, ESTABLISHED_REPLY
              c1 CLOSE 10 SEEN_REPLY ASSURED + PROTOINFO
        "#]],
    );
}

/// The newer kernel does not compare it with what the server acknowledged.
#[test]
fn a_reset_after_an_ignored_syn_in_the_newer_kernel() {
    each(
        Show::Entry,
        &[
            OPEN,
            "
        O S 9000 0
        O R 90 0
        ",
        ]
        .concat(),
        expect![[r#"
            O S 9000 0
              IG, ignored, ESTABLISHED
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED
            O R 90 0
              CL, refused, StaleReset, -
        "#]],
        expect![[r#"
            O S 9000 0
              IG, ignored, ESTABLISHED
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED
            O R 90 0
              CL, ESTABLISHED
              c1 CLOSE 10 SEEN_REPLY ASSURED + PROTOINFO
        "#]],
    );
}

#[test]
fn a_reset_that_acknowledges_an_ignored_syn_closes_in_the_newer_kernel() {
    each(
        Show::Entry,
        &[
            OPEN,
            "
        O S 9000 0
        R RA 501 9001
        ",
        ]
        .concat(),
        expect![[r#"
            O S 9000 0
              IG, ignored, ESTABLISHED
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED
            R RA 501 9001
              CL, Invalid(AckAbove), refused, OutOfWindow(AckAbove), -
        "#]],
        expect![[r#"
            O S 9000 0
              IG, ignored, ESTABLISHED
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED
            R RA 501 9001
              CL, ESTABLISHED_REPLY
              c1 CLOSE 10 SEEN_REPLY ASSURED + PROTOINFO
        "#]],
    );
}

/// The client knows nothing of a connection: it answers with number 0.
#[test]
fn a_reset_from_zero_before_the_handshake_ended() {
    each(
        Show::Entry,
        "
        O S 100 0
        R SA 500 101
        R A 501 101
        O R 0 0
        ",
        expect![[r#"
            O S 100 0
              SS, NEW
              c1 SYN_SENT 120 + NEW PROTOINFO
            R SA 500 101
              SR, ESTABLISHED_REPLY
              c1 SYN_RECV 60 SEEN_REPLY + REPLY PROTOINFO
            R A 501 101
              SR, ESTABLISHED_REPLY
              c1 SYN_RECV 60 SEEN_REPLY
            O R 0 0
              CL, refused, StaleReset, -
        "#]],
        expect![[r#"
            O S 100 0
              SS, NEW
              c1 SYN_SENT 120 + NEW PROTOINFO
            R SA 500 101
              SR, ESTABLISHED_REPLY
              c1 SYN_RECV 60 SEEN_REPLY + REPLY PROTOINFO
            R A 501 101
              SR, ESTABLISHED_REPLY
              c1 SYN_RECV 60 SEEN_REPLY
            O R 0 0
              CL, ESTABLISHED
              c1 CLOSE 10 SEEN_REPLY + PROTOINFO
        "#]],
    );
}

#[test]
fn a_reset_from_zero_of_an_open_connection_is_stale() {
    both(
        Show::Entry,
        &[
            OPEN,
            "
        R R 0 0
        ",
        ]
        .concat(),
        expect![[r#"
            R R 0 0
              CL, refused, StaleReset, -
        "#]],
    );
}

#[test]
fn a_reset_with_ack_zero_is_compared_by_its_own_number_only() {
    both(
        Show::Entry,
        &[
            OPEN,
            "
        R RA 501 0
        ",
        ]
        .concat(),
        expect![[r#"
            R RA 501 0
              CL, ESTABLISHED_REPLY
              c1 CLOSE 10 SEEN_REPLY ASSURED + PROTOINFO
        "#]],
    );
}

/// The server still knows an old connection: its ACK was ignored, the reset answers it.
#[test]
fn a_reset_that_answers_a_challenge_closes() {
    both(
        Show::Entry,
        "
        O S 100 0
        R A 7000 5000
        O R 5000 0
        ",
        expect![[r#"
            O S 100 0
              SS, NEW
              c1 SYN_SENT 120 + NEW PROTOINFO
            R A 7000 5000
              IG, ignored, ESTABLISHED_REPLY
              c1 SYN_SENT 120 SEEN_REPLY + REPLY
            O R 5000 0
              CL, ESTABLISHED
              c1 CLOSE 10 SEEN_REPLY + PROTOINFO
        "#]],
    );
}

#[test]
fn a_reset_from_zero_in_syn_sent_is_in_the_window() {
    both(
        Show::Entry,
        "
        O S 100 0
        R A 7000 3
        R R 0 0
        ",
        expect![[r#"
            O S 100 0
              SS, NEW
              c1 SYN_SENT 120 + NEW PROTOINFO
            R A 7000 3
              IG, ignored, ESTABLISHED_REPLY
              c1 SYN_SENT 120 SEEN_REPLY + REPLY
            R R 0 0
              CL, ESTABLISHED_REPLY
              c1 CLOSE 10 SEEN_REPLY + PROTOINFO
        "#]],
    );
}

/// The ignored SYN at the end shows the time that is left.
#[test]
fn a_fin_out_of_the_window_is_remembered_by_the_newer_kernel() {
    each(
        Show::Entry,
        &[
            OPEN,
            "
        O FA 90000 501
        R FA 90000 101
        O S 9000 0
        ",
        ]
        .concat(),
        expect![[r#"
            O FA 90000 501
              FW, Invalid(DataAbove), refused, OutOfWindow(DataAbove), -
            R FA 90000 101
              FW, Invalid(DataAbove), refused, OutOfWindow(DataAbove), -
            O S 9000 0
              IG, ignored, ESTABLISHED
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED
        "#]],
        expect![[r#"
            O FA 90000 501
              FW, Invalid(DataAbove), refused, OutOfWindow(DataAbove), -
            R FA 90000 101
              FW, Invalid(DataAbove), refused, OutOfWindow(DataAbove), -
            O S 9000 0
              IG, ignored, ESTABLISHED
              c1 ESTABLISHED 300 SEEN_REPLY ASSURED
        "#]],
    );
}

#[test]
fn closing_out_of_the_window_does_not_lengthen() {
    both(
        Show::Entry,
        &[
            OPEN,
            "
        set nf_conntrack_tcp_timeout_established 100
        O A 101 501
        O FA 90000 501
        R FA 90000 101
        O S 9000 0
        ",
        ]
        .concat(),
        expect![[r#"
            O A 101 501
              ES, ESTABLISHED
              c1 ESTABLISHED 100 SEEN_REPLY ASSURED
            O FA 90000 501
              FW, Invalid(DataAbove), refused, OutOfWindow(DataAbove), -
            R FA 90000 101
              FW, Invalid(DataAbove), refused, OutOfWindow(DataAbove), -
            O S 9000 0
              IG, ignored, ESTABLISHED
              c1 ESTABLISHED 100 SEEN_REPLY ASSURED
        "#]],
    );
}

/// Only the newer kernel has the setting.
#[test]
fn a_stale_reset_can_be_judged_by_the_window() {
    let script = [
        OPEN,
        "
        set nf_conntrack_tcp_ignore_invalid_rst 1
        R R 500 0
        ",
    ]
    .concat();
    let bench = play(Profile::V6_18, Show::Entry, &script);
    expect![[r#"
        R R 500 0
          CL, ESTABLISHED_REPLY
          c1 ESTABLISHED 10 SEEN_REPLY ASSURED
    "#]]
    .assert_eq(&bench.told);
}

/// What a REJECT rule does to the entry of a connection that it answers with a reset.
#[test]
fn a_rule_that_resets_closes_the_entry_in_the_newer_kernel() {
    let closed = |profile| {
        let mut bench = play(profile, Show::Entry, OPEN);
        bench.told.clear();
        let conn = bench.ct.conns.iter().next().expect("it is open").id;
        bench.ct.nf_conntrack_tcp_set_closing(conn, &mut NoProbe);
        bench.ct.nf_conntrack_tcp_set_closing(conn, &mut NoProbe);
        bench.tcp(From::Client, "S", |s| s.seq(9000));
        bench.told
    };
    expect![[r#"
        O S: IG, ignored, ESTABLISHED, c1 ESTABLISHED 432000 SEEN_REPLY ASSURED
    "#]]
    .assert_eq(&closed(Profile::V5_10));
    expect![[r#"
        O S: SS, ignored, ESTABLISHED, c1 CLOSE 10 SEEN_REPLY ASSURED + PROTOINFO
    "#]]
    .assert_eq(&closed(Profile::V6_18));
}

#[test]
fn a_reopening_counts_as_invalid_in_the_older_kernel() {
    let script = [
        OPEN,
        "
        O FA 101 501
        R FA 501 102
        O A 102 502
        O S 9000 0
        ",
    ]
    .concat();
    let invalid = |bench: &Bench| -> u32 {
        let pcpu = &bench.ct.nets[0].pcpu;
        pcpu.iter()
            .map(|cpu| cpu.stats.value(Counter::Invalid))
            .sum()
    };
    let counted = Profile::ALL.map(|profile| invalid(&play(profile, Show::Entry, &script)));
    assert_eq!(counted, [1, 0]);
}
