//! The window of TCP.
//! Inside: td_end, td_maxend, td_maxwin, td_maxack, td_scale and flags of each side.

use crate::tcp_script::{OPEN, Show, both, each};
use expect_test::expect;

/// What the client may send ends at 1101: that
/// much counts as room for the next byte. The server, it shows, offered more than was seen.
#[test]
fn data_that_begins_at_the_edge_is_inside() {
    both(
        Show::Inside,
        &[
            OPEN,
            "
        O PA 1101 501 len=2
        R A 501 1103
        ",
        ]
        .concat(),
        expect![[r#"
            O PA 1101 501 len=2
              ES, ESTABLISHED
              c1 ESTABLISHED 300 SEEN_REPLY ASSURED
                1103 / 1101 / 1000 / 501 / 0 / 0x30
                501 / 1501 / 1002 / 101 / 0 / 0x20, last_win 1000
            R A 501 1103
              ES, ESTABLISHED_REPLY
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED
                1103 / 2103 / 1000 / 501 / 0 / 0x20
                501 / 1501 / 1002 / 1103 / 0 / 0x20, last_win 1000
        "#]],
    );
}

#[test]
fn data_slightly_over_the_window_passes_in_the_newer_kernel() {
    each(
        Show::Entry,
        &[
            OPEN,
            "
        O PA 1102 501 len=10
        R A 501 1112
        O PA 2103 501 len=10
        ",
        ]
        .concat(),
        expect![[r#"
            O PA 1102 501 len=10
              ES, Invalid(DataAbove), refused, OutOfWindow(DataAbove), -
            R A 501 1112
              ES, Invalid(AckAbove), refused, OutOfWindow(AckAbove), -
            O PA 2103 501 len=10
              ES, Invalid(DataAbove), refused, OutOfWindow(DataAbove), -
        "#]],
        expect![[r#"
            O PA 1102 501 len=10
              ES, Ignored(DataAbove), ignored, ESTABLISHED
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED
            R A 501 1112
              ES, ESTABLISHED_REPLY
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED
            O PA 2103 501 len=10
              ES, ESTABLISHED
              c1 ESTABLISHED 300 SEEN_REPLY ASSURED
        "#]],
    );
}

#[test]
fn data_below_the_window_passes_in_the_newer_kernel() {
    each(
        Show::Entry,
        &[
            OPEN,
            "
        O PA 101 501 len=1000
        R A 501 1101
        O PA 101 501 len=1000
        O PA 90 501 len=5
        ",
        ]
        .concat(),
        expect![[r#"
            O PA 101 501 len=1000
              ES, ESTABLISHED
              c1 ESTABLISHED 300 SEEN_REPLY ASSURED
            R A 501 1101
              ES, ESTABLISHED_REPLY
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED
            O PA 101 501 len=1000
              ES, ESTABLISHED
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED
            O PA 90 501 len=5
              ES, Invalid(DataBelow), refused, OutOfWindow(DataBelow), -
        "#]],
        expect![[r#"
            O PA 101 501 len=1000
              ES, ESTABLISHED
              c1 ESTABLISHED 300 SEEN_REPLY ASSURED
            R A 501 1101
              ES, ESTABLISHED_REPLY
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED
            O PA 101 501 len=1000
              ES, ESTABLISHED
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED
            O PA 90 501 len=5
              ES, Ignored(DataBelow), ignored, ESTABLISHED
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED
        "#]],
    );
}

/// td_end of the server is 501; the oldest acknowledgement allowed is 66,000 before it.
#[test]
fn a_very_old_ack_passes_in_the_newer_kernel() {
    each(
        Show::Entry,
        &[
            OPEN,
            "
        R A 501 101
        O A 101 4294901797
        O A 101 4294901796
        ",
        ]
        .concat(),
        expect![[r#"
            R A 501 101
              ES, ESTABLISHED_REPLY
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED
            O A 101 4294901797
              ES, ESTABLISHED
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED
            O A 101 4294901796
              ES, Invalid(AckBelow), refused, OutOfWindow(AckBelow), -
        "#]],
        expect![[r#"
            R A 501 101
              ES, ESTABLISHED_REPLY
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED
            O A 101 4294901797
              ES, ESTABLISHED
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED
            O A 101 4294901796
              ES, Ignored(AckBelow), ignored, ESTABLISHED
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED
        "#]],
    );
}

#[test]
fn liberal_lets_everything_pass() {
    both(
        Show::Entry,
        &[
            OPEN,
            "
        set nf_conntrack_tcp_be_liberal 1
        O A 101 90000
        O A 70101 501
        R FA 900000 1
        ",
        ]
        .concat(),
        expect![[r#"
            O A 101 90000
              ES, Liberal(AckAbove), ESTABLISHED
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED
            O A 70101 501
              ES, Liberal(DataAbove), ESTABLISHED
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED
            R FA 900000 1
              FW, Liberal(DataAbove), ESTABLISHED_REPLY
              c1 FIN_WAIT 120 SEEN_REPLY ASSURED + PROTOINFO
        "#]],
    );
}

#[test]
fn an_ack_of_what_was_never_sent_is_invalid() {
    both(
        Show::Entry,
        &[
            OPEN,
            "
        O A 101 502
        R A 501 102
        R A 501 101
        ",
        ]
        .concat(),
        expect![[r#"
            O A 101 502
              ES, Invalid(AckAbove), refused, OutOfWindow(AckAbove), -
            R A 501 102
              ES, Invalid(AckAbove), refused, OutOfWindow(AckAbove), -
            R A 501 101
              ES, ESTABLISHED_REPLY
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED
        "#]],
    );
}

#[test]
fn sequence_numbers_wrap() {
    both(
        Show::Inside,
        "
        O S 4294967290 0
        R SA 4294967200 4294967291
        O A 4294967291 4294967201
        O PA 4294967291 4294967201 len=100
        R A 4294967201 95
        R PA 4294967201 95 len=200
        O A 95 105
        ",
        expect![[r#"
            O S 4294967290 0
              SS, NEW
              c1 SYN_SENT 120 + NEW PROTOINFO
                4294967291 / 4294967291 / 1000 / 0 / 0 / 0x00
                0 / 1000 / 0 / 0 / 0 / 0x00, last_win 0
            R SA 4294967200 4294967291
              SR, ESTABLISHED_REPLY
              c1 SYN_RECV 60 SEEN_REPLY + REPLY PROTOINFO
                4294967291 / 995 / 1000 / 0 / 0 / 0x00
                4294967201 / 4294967201 / 1000 / 4294967291 / 0 / 0x20, last_win 0
            O A 4294967291 4294967201
              ES, ESTABLISHED
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED + ASSURED PROTOINFO
                4294967291 / 995 / 1000 / 4294967201 / 0 / 0x20
                4294967201 / 905 / 1000 / 4294967291 / 0 / 0x20, last_win 1000
            O PA 4294967291 4294967201 len=100
              ES, ESTABLISHED
              c1 ESTABLISHED 300 SEEN_REPLY ASSURED
                95 / 995 / 1000 / 4294967201 / 0 / 0x30
                4294967201 / 905 / 1000 / 4294967291 / 0 / 0x20, last_win 1000
            R A 4294967201 95
              ES, ESTABLISHED_REPLY
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED
                95 / 1095 / 1000 / 4294967201 / 0 / 0x20
                4294967201 / 905 / 1000 / 95 / 0 / 0x20, last_win 1000
            R PA 4294967201 95 len=200
              ES, ESTABLISHED_REPLY
              c1 ESTABLISHED 300 SEEN_REPLY ASSURED
                95 / 1095 / 1000 / 4294967201 / 0 / 0x20
                105 / 905 / 1000 / 95 / 0 / 0x30, last_win 1000
            O A 95 105
              ES, ESTABLISHED
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED
                95 / 1095 / 1000 / 105 / 0 / 0x20
                105 / 1105 / 1000 / 95 / 0 / 0x20, last_win 1000
        "#]],
    );
}

#[test]
fn selective_blocks_count_as_acknowledged() {
    both(
        Show::Inside,
        "
        O S 100 0 opt=4.2.1.1
        R SA 500 101 opt=4.2.1.1
        O A 101 501
        O PA 101 501 len=50
        O PA 151 501 len=50
        R A 501 101 opt=5.10.0.0.0.151.0.0.0.201.1.1
        R A 501 101 opt=5.10.0.0.0.151.0.0.0.202.1.1
        R A 501 101 opt=1.1.8.10.0.0.0.151.0.0.0.202
        ",
        expect![[r#"
            O S 100 0 opt=4.2.1.1
              SS, NEW
              c1 SYN_SENT 120 + NEW PROTOINFO
                101 / 101 / 1000 / 0 / 0 / 0x02
                0 / 1000 / 0 / 0 / 0 / 0x00, last_win 0
            R SA 500 101 opt=4.2.1.1
              SR, ESTABLISHED_REPLY
              c1 SYN_RECV 60 SEEN_REPLY + REPLY PROTOINFO
                101 / 1101 / 1000 / 0 / 0 / 0x02
                501 / 501 / 1000 / 101 / 0 / 0x22, last_win 0
            O A 101 501
              ES, ESTABLISHED
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED + ASSURED PROTOINFO
                101 / 1101 / 1000 / 501 / 0 / 0x22
                501 / 1501 / 1000 / 101 / 0 / 0x22, last_win 1000
            O PA 101 501 len=50
              ES, ESTABLISHED
              c1 ESTABLISHED 300 SEEN_REPLY ASSURED
                151 / 1101 / 1000 / 501 / 0 / 0x32
                501 / 1501 / 1000 / 101 / 0 / 0x22, last_win 1000
            O PA 151 501 len=50
              ES, ESTABLISHED
              c1 ESTABLISHED 300 SEEN_REPLY ASSURED
                201 / 1101 / 1000 / 501 / 0 / 0x32
                501 / 1501 / 1000 / 101 / 0 / 0x22, last_win 1000
            R A 501 101 opt=5.10.0.0.0.151.0.0.0.201.1.1
              ES, ESTABLISHED_REPLY
              c1 ESTABLISHED 300 SEEN_REPLY ASSURED
                201 / 1201 / 1000 / 501 / 0 / 0x32
                501 / 1501 / 1100 / 101 / 0 / 0x22, last_win 1000
            R A 501 101 opt=5.10.0.0.0.151.0.0.0.202.1.1
              ES, Invalid(AckAbove), refused, OutOfWindow(AckAbove), -
                201 / 1201 / 1000 / 501 / 0 / 0x32
                501 / 1501 / 1100 / 101 / 0 / 0x22, last_win 1000
            R A 501 101 opt=1.1.8.10.0.0.0.151.0.0.0.202
              ES, ESTABLISHED_REPLY
              c1 ESTABLISHED 300 SEEN_REPLY ASSURED
                201 / 1201 / 1000 / 501 / 0 / 0x32
                501 / 1501 / 1100 / 101 / 0 / 0x22, last_win 1000
        "#]],
    );
}

#[test]
fn a_keep_alive_before_the_answer_is_taken_for_the_last_byte() {
    both(
        Show::Inside,
        "
        O A 999 5000 win=500
        R A 5000 1000 win=300
        O A 1000 5000 win=500
        ",
        expect![[r#"
            O A 999 5000 win=500
              ES, Liberal(AckAbove), NEW
              c1 ESTABLISHED 300 + NEW PROTOINFO
                999 / 1499 / 500 / 0 / 0 / 0x0a
                0 / 0 / 0 / 0 / 0 / 0x0a, last_win 0
            R A 5000 1000 win=300
              ES, ESTABLISHED_REPLY
              c1 ESTABLISHED 300 SEEN_REPLY + REPLY
                1000 / 1499 / 500 / 0 / 0 / 0x0a
                5000 / 5300 / 300 / 1000 / 0 / 0x2a, last_win 300
            O A 1000 5000 win=500
              ES, ESTABLISHED
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED + ASSURED
                1000 / 1499 / 500 / 5000 / 0 / 0x2a
                5000 / 5500 / 300 / 1000 / 0 / 0x2a, last_win 500
        "#]],
    );
}

#[test]
fn a_closed_window_may_be_probed_with_one_byte() {
    both(
        Show::Inside,
        &[
            OPEN,
            "
        R A 501 101 win=0
        O A 101 501 len=1
        R A 501 101 win=0
        R A 501 102 win=5
        ",
        ]
        .concat(),
        expect![[r#"
            R A 501 101 win=0
              ES, ESTABLISHED_REPLY
              c1 ESTABLISHED 300 SEEN_REPLY ASSURED
                101 / 1101 / 1000 / 501 / 0 / 0x20
                501 / 1501 / 1000 / 101 / 0 / 0x20, last_win 0
            O A 101 501 len=1
              ES, ESTABLISHED
              c1 ESTABLISHED 300 SEEN_REPLY ASSURED
                102 / 1101 / 1000 / 501 / 0 / 0x30
                501 / 1501 / 1000 / 101 / 0 / 0x20, last_win 1000
            R A 501 101 win=0
              ES, ESTABLISHED_REPLY
              c1 ESTABLISHED 300 SEEN_REPLY ASSURED
                102 / 1101 / 1000 / 501 / 0 / 0x30
                501 / 1501 / 1000 / 101 / 0 / 0x20, last_win 0
            R A 501 102 win=5
              ES, ESTABLISHED_REPLY
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED
                102 / 1101 / 1000 / 501 / 0 / 0x20
                501 / 1501 / 1000 / 102 / 0 / 0x20, last_win 5
        "#]],
    );
}
