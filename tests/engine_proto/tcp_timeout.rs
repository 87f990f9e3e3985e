//! Which timeout a TCP packet gives.

use crate::tcp_script::{OPEN, Show, both, each, play, private};
use ctscope::engine::profile::Profile;
use expect_test::expect;

#[test]
fn data_without_an_answer_shortens_the_timeout() {
    both(
        Show::Entry,
        &[
            OPEN,
            "
        set nf_conntrack_tcp_timeout_unacknowledged 50
        O PA 101 501 len=5
        R PA 501 101 len=5
        R A 506 106
        O A 106 506
        ",
        ]
        .concat(),
        expect![[r#"
            O PA 101 501 len=5
              ES, ESTABLISHED
              c1 ESTABLISHED 50 SEEN_REPLY ASSURED
            R PA 501 101 len=5
              ES, ESTABLISHED_REPLY
              c1 ESTABLISHED 50 SEEN_REPLY ASSURED
            R A 506 106
              ES, ESTABLISHED_REPLY
              c1 ESTABLISHED 50 SEEN_REPLY ASSURED
            O A 106 506
              ES, ESTABLISHED
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED
        "#]],
    );
}

#[test]
fn a_closed_window_shortens_the_timeout() {
    both(
        Show::Entry,
        &[
            OPEN,
            "
        set nf_conntrack_tcp_timeout_max_retrans 50
        R A 501 101 win=0
        R A 501 101 win=7
        ",
        ]
        .concat(),
        expect![[r#"
            R A 501 101 win=0
              ES, ESTABLISHED_REPLY
              c1 ESTABLISHED 50 SEEN_REPLY ASSURED
            R A 501 101 win=7
              ES, ESTABLISHED_REPLY
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED
        "#]],
    );
}

#[test]
fn a_limit_of_zero_retransmissions_is_always_reached() {
    both(
        Show::Entry,
        "
        set nf_conntrack_tcp_max_retrans 0
        set nf_conntrack_tcp_timeout_max_retrans 50
        O S 100 0
        R SA 500 101
        O A 101 501
        ",
        expect![[r#"
            O S 100 0
              SS, NEW
              c1 SYN_SENT 50 + NEW PROTOINFO
            R SA 500 101
              SR, ESTABLISHED_REPLY
              c1 SYN_RECV 50 SEEN_REPLY + REPLY PROTOINFO
            O A 101 501
              ES, ESTABLISHED
              c1 ESTABLISHED 50 SEEN_REPLY ASSURED + ASSURED PROTOINFO
        "#]],
    );
}

#[test]
fn the_window_of_a_syn_counts_as_closed_for_the_timeout() {
    both(
        Show::Entry,
        "
        set nf_conntrack_tcp_timeout_max_retrans 20
        O S 100 0
        R SA 500 101
        O A 101 501
        ",
        expect![[r#"
            O S 100 0
              SS, NEW
              c1 SYN_SENT 20 + NEW PROTOINFO
            R SA 500 101
              SR, ESTABLISHED_REPLY
              c1 SYN_RECV 20 SEEN_REPLY + REPLY PROTOINFO
            O A 101 501
              ES, ESTABLISHED
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED + ASSURED PROTOINFO
        "#]],
    );
}

#[test]
fn a_syn_sent_again_renews_the_timeout_in_the_older_kernel() {
    each(
        Show::Entry,
        "
        O S 100 0
        wait 10
        O S 100 0
        R SA 500 101
        ",
        expect![[r#"
            O S 100 0
              SS, NEW
              c1 SYN_SENT 120 + NEW PROTOINFO
            O S 100 0
              SS, NEW
              c1 SYN_SENT 120
            R SA 500 101
              SR, ESTABLISHED_REPLY
              c1 SYN_RECV 60 SEEN_REPLY + REPLY PROTOINFO
        "#]],
        expect![[r#"
            O S 100 0
              SS, NEW
              c1 SYN_SENT 120 + NEW PROTOINFO
            O S 100 0
              SS, ignored, NEW
              c1 SYN_SENT 110
            R SA 500 101
              SR, ESTABLISHED_REPLY
              c1 SYN_RECV 60 SEEN_REPLY + REPLY PROTOINFO
        "#]],
    );
}

/// The counter has eight bits.
#[test]
fn retransmissions_are_counted_modulo_256() {
    let again = |times| {
        let script = [OPEN, &"O A 101 501\n".repeat(times)].concat();
        let bench = play(Profile::V5_10, Show::Entry, &script);
        private(&bench).map(|tcp| tcp.retrans)
    };
    assert_eq!(
        [again(255), again(256), again(257)],
        [Some(255), Some(0), Some(1)]
    );
}
