//! What SYNs and their answers teach about both sides.
//! Inside: td_end, td_maxend, td_maxwin, td_maxack, td_scale and flags of each side.

use crate::tcp_script::{OPEN, Show, both, each};
use expect_test::expect;

/// The scale is at most 14; one byte of length, or more than there is, ends the reading.
#[test]
fn options_that_contradict_themselves_end_the_list() {
    both(
        Show::Inside,
        "
        O S 100 0 opt=3.3.20.2.1.4.2.0
        R SA 500 101 opt=1.4.2.3.3.3.0.3
        O S 100 0 opt=4.2.3.1.7.3.3.7
        O S 100 0 opt=4.9.3.3.3.7.0.0
        O S 100 0 opt=3.3.7.4.2.8.10.0
        ",
        expect![[r#"
            O S 100 0 opt=3.3.20.2.1.4.2.0
              SS, NEW
              c1 SYN_SENT 120 + NEW PROTOINFO
                101 / 101 / 1000 / 0 / 14 / 0x01
                0 / 1000 / 0 / 0 / 0 / 0x00, last_win 0
            R SA 500 101 opt=1.4.2.3.3.3.0.3
              SR, ESTABLISHED_REPLY
              c1 SYN_RECV 60 SEEN_REPLY + REPLY PROTOINFO
                101 / 1101 / 1000 / 0 / 14 / 0x01
                501 / 501 / 1000 / 101 / 3 / 0x23, last_win 0
            O S 100 0 opt=4.2.3.1.7.3.3.7
              IG, ignored, ESTABLISHED
              c1 SYN_RECV 60 SEEN_REPLY
                101 / 1101 / 1000 / 0 / 14 / 0x01
                501 / 501 / 1000 / 101 / 3 / 0x23, last_win 1000, ignored 0x02 scale 0
            O S 100 0 opt=4.9.3.3.3.7.0.0
              IG, ignored, ESTABLISHED
              c1 SYN_RECV 60 SEEN_REPLY
                101 / 1101 / 1000 / 0 / 14 / 0x01
                501 / 501 / 1000 / 101 / 3 / 0x23, last_win 1000
            O S 100 0 opt=3.3.7.4.2.8.10.0
              IG, ignored, ESTABLISHED
              c1 SYN_RECV 60 SEEN_REPLY
                101 / 1101 / 1000 / 0 / 14 / 0x01
                501 / 501 / 1000 / 101 / 3 / 0x23, last_win 1000, ignored 0x03 scale 7
        "#]],
    );
}

#[test]
fn scales_count_if_both_sides_offer_one() {
    both(
        Show::Inside,
        "
        O S 1000 0 opt=3.3.7.0
        R SA 5000 1001
        O A 1001 5001 win=10
        ",
        expect![[r#"
            O S 1000 0 opt=3.3.7.0
              SS, NEW
              c1 SYN_SENT 120 + NEW PROTOINFO
                1001 / 1001 / 1000 / 0 / 7 / 0x01
                0 / 1000 / 0 / 0 / 0 / 0x00, last_win 0
            R SA 5000 1001
              SR, ESTABLISHED_REPLY
              c1 SYN_RECV 60 SEEN_REPLY + REPLY PROTOINFO
                1001 / 2001 / 1000 / 0 / 0 / 0x01
                5001 / 5001 / 1000 / 1001 / 0 / 0x20, last_win 0
            O A 1001 5001 win=10
              ES, ESTABLISHED
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED + ASSURED PROTOINFO
                1001 / 2001 / 1000 / 5001 / 0 / 0x21
                5001 / 5011 / 1000 / 1001 / 0 / 0x20, last_win 10
        "#]],
    );
}

#[test]
fn a_syn_beyond_the_first_renews_the_window() {
    each(
        Show::Inside,
        "
        O S 100 0 opt=3.3.2.0
        O S 900 0 win=50 opt=3.3.3.0
        R SA 500 901
        ",
        expect![[r#"
            O S 100 0 opt=3.3.2.0
              SS, NEW
              c1 SYN_SENT 120 + NEW PROTOINFO
                101 / 101 / 1000 / 0 / 2 / 0x01
                0 / 1000 / 0 / 0 / 0 / 0x00, last_win 0
            O S 900 0 win=50 opt=3.3.3.0
              SS, NEW
              c1 SYN_SENT 120
                901 / 901 / 50 / 0 / 3 / 0x01
                0 / 1000 / 0 / 0 / 0 / 0x00, last_win 0
            R SA 500 901
              SR, ESTABLISHED_REPLY
              c1 SYN_RECV 60 SEEN_REPLY + REPLY PROTOINFO
                901 / 1901 / 50 / 0 / 0 / 0x01
                501 / 501 / 1000 / 901 / 0 / 0x20, last_win 0
        "#]],
        expect![[r#"
            O S 100 0 opt=3.3.2.0
              SS, NEW
              c1 SYN_SENT 120 + NEW PROTOINFO
                101 / 101 / 1000 / 0 / 2 / 0x01
                0 / 1000 / 0 / 0 / 0 / 0x00, last_win 0
            O S 900 0 win=50 opt=3.3.3.0
              SS, ignored, NEW
              c1 SYN_SENT 120
                901 / 901 / 50 / 0 / 3 / 0x01
                0 / 1000 / 0 / 0 / 0 / 0x00, last_win 0
            R SA 500 901
              SR, ESTABLISHED_REPLY
              c1 SYN_RECV 60 SEEN_REPLY + REPLY PROTOINFO
                901 / 1901 / 50 / 0 / 0 / 0x01
                501 / 501 / 1000 / 901 / 0 / 0x20, last_win 0
        "#]],
    );
}

/// In SYN_RECV; an ACK with data from the server is no new beginning to the newer kernel.
#[test]
fn data_in_the_handshake_renews_the_window_in_the_older_kernel() {
    each(
        Show::Entry,
        "
        O S 100 0
        R SA 500 101
        R PA 501 101 len=20 win=3000
        R A 521 101
        ",
        expect![[r#"
            O S 100 0
              SS, NEW
              c1 SYN_SENT 120 + NEW PROTOINFO
            R SA 500 101
              SR, ESTABLISHED_REPLY
              c1 SYN_RECV 60 SEEN_REPLY + REPLY PROTOINFO
            R PA 501 101 len=20 win=3000
              SR, ESTABLISHED_REPLY
              c1 SYN_RECV 60 SEEN_REPLY
            R A 521 101
              SR, ESTABLISHED_REPLY
              c1 SYN_RECV 60 SEEN_REPLY
        "#]],
        expect![[r#"
            O S 100 0
              SS, NEW
              c1 SYN_SENT 120 + NEW PROTOINFO
            R SA 500 101
              SR, ESTABLISHED_REPLY
              c1 SYN_RECV 60 SEEN_REPLY + REPLY PROTOINFO
            R PA 501 101 len=20 win=3000
              SR, ESTABLISHED_REPLY
              c1 SYN_RECV 60 SEEN_REPLY
            R A 521 101
              SR, Ignored(DataAbove), ignored, ESTABLISHED_REPLY
              c1 SYN_RECV 60 SEEN_REPLY
        "#]],
    );
}

#[test]
fn a_wrong_syn_ack_spoils_the_window_of_the_right_one_in_the_older_kernel() {
    each(
        Show::Inside,
        "
        O S 100 0
        R SA 7000 90000
        R SA 9000 101
        ",
        expect![[r#"
            O S 100 0
              SS, NEW
              c1 SYN_SENT 120 + NEW PROTOINFO
                101 / 101 / 1000 / 0 / 0 / 0x00
                0 / 1000 / 0 / 0 / 0 / 0x00, last_win 0
            R SA 7000 90000
              SR, Invalid(AckAbove), refused, OutOfWindow(AckAbove), -
                101 / 101 / 1000 / 0 / 0 / 0x00
                7001 / 7001 / 1000 / 0 / 0 / 0x00, last_win 0
            R SA 9000 101
              SR, Invalid(DataAbove), refused, OutOfWindow(DataAbove), -
                101 / 101 / 1000 / 0 / 0 / 0x00
                7001 / 7001 / 1000 / 0 / 0 / 0x00, last_win 0
        "#]],
        expect![[r#"
            O S 100 0
              SS, NEW
              c1 SYN_SENT 120 + NEW PROTOINFO
                101 / 101 / 1000 / 0 / 0 / 0x00
                0 / 1000 / 0 / 0 / 0 / 0x00, last_win 0
            R SA 7000 90000
              SR, Invalid(AckAbove), refused, OutOfWindow(AckAbove), -
                101 / 101 / 1000 / 0 / 0 / 0x00
                7001 / 7001 / 1000 / 0 / 0 / 0x00, last_win 0
            R SA 9000 101
              SR, ESTABLISHED_REPLY
              c1 SYN_RECV 60 SEEN_REPLY + REPLY PROTOINFO
                101 / 1101 / 1000 / 0 / 0 / 0x00
                9001 / 9001 / 1000 / 101 / 0 / 0x20, last_win 0
        "#]],
    );
}

#[test]
fn who_was_picked_up_stays_liberal_in_the_newer_kernel() {
    each(
        Show::Inside,
        "
        O A 101 501
        R A 501 101
        O S 9000 0
        R SA 7000 9001 opt=3.3.6.0
        R A 900000 9001
        ",
        expect![[r#"
            O A 101 501
              ES, Liberal(AckAbove), NEW
              c1 ESTABLISHED 300 + NEW PROTOINFO
                101 / 1101 / 1000 / 0 / 0 / 0x0a
                0 / 0 / 0 / 0 / 0 / 0x0a, last_win 0
            R A 501 101
              ES, ESTABLISHED_REPLY
              c1 ESTABLISHED 300 SEEN_REPLY + REPLY
                101 / 1101 / 1000 / 0 / 0 / 0x0a
                501 / 1501 / 1000 / 101 / 0 / 0x2a, last_win 1000
            O S 9000 0
              IG, ignored, ESTABLISHED
              c1 ESTABLISHED 300 SEEN_REPLY
                101 / 1101 / 1000 / 0 / 0 / 0x0a
                501 / 1501 / 1000 / 101 / 0 / 0x2a, last_win 1000
            R SA 7000 9001 opt=3.3.6.0
              IG, ESTABLISHED_REPLY
              c1 SYN_RECV 60 SEEN_REPLY + PROTOINFO
                9001 / 10001 / 1000 / 0 / 0 / 0x00
                7001 / 7001 / 1000 / 9001 / 0 / 0x21, last_win 1000
            R A 900000 9001
              SR, ESTABLISHED_REPLY
              c1 SYN_RECV 60 SEEN_REPLY
                9001 / 10001 / 1000 / 0 / 0 / 0x00
                900000 / 900000 / 1000 / 9001 / 0 / 0x21, last_win 1000
        "#]],
        expect![[r#"
            O A 101 501
              ES, Liberal(AckAbove), NEW
              c1 ESTABLISHED 300 + NEW PROTOINFO
                101 / 1101 / 1000 / 0 / 0 / 0x0a
                0 / 0 / 0 / 0 / 0 / 0x0a, last_win 0
            R A 501 101
              ES, ESTABLISHED_REPLY
              c1 ESTABLISHED 300 SEEN_REPLY + REPLY
                101 / 1101 / 1000 / 0 / 0 / 0x0a
                501 / 1501 / 1000 / 101 / 0 / 0x2a, last_win 1000
            O S 9000 0
              IG, ignored, ESTABLISHED
              c1 ESTABLISHED 300 SEEN_REPLY
                101 / 1101 / 1000 / 0 / 0 / 0x0a
                501 / 1501 / 1000 / 101 / 0 / 0x2a, last_win 1000
            R SA 7000 9001 opt=3.3.6.0
              IG, ESTABLISHED_REPLY
              c1 SYN_RECV 60 SEEN_REPLY + PROTOINFO
                9001 / 10001 / 1000 / 0 / 0 / 0x00
                7001 / 7001 / 1000 / 9001 / 0 / 0x29, last_win 1000
            R A 900000 9001
              SR, Liberal(DataAbove), ESTABLISHED_REPLY
              c1 SYN_RECV 60 SEEN_REPLY
                9001 / 10001 / 1000 / 0 / 0 / 0x00
                7001 / 7001 / 1000 / 9001 / 0 / 0x29, last_win 1000
        "#]],
    );
}

#[test]
fn an_ignored_syn_and_its_answer_begin_anew() {
    both(
        Show::Inside,
        &[
            OPEN,
            "
        O S 9000 0 win=77 opt=3.3.5.1.4.2.1.1
        R SA 7000 9001 win=66 opt=3.3.6.0
        O A 9001 7001 win=4
        ",
        ]
        .concat(),
        expect![[r#"
            O S 9000 0 win=77 opt=3.3.5.1.4.2.1.1
              IG, ignored, ESTABLISHED
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED
                101 / 1101 / 1000 / 501 / 0 / 0x20
                501 / 1501 / 1000 / 101 / 0 / 0x20, last_win 77, ignored 0x03 scale 5
            R SA 7000 9001 win=66 opt=3.3.6.0
              IG, ESTABLISHED_REPLY
              c1 SYN_RECV 60 SEEN_REPLY ASSURED + PROTOINFO
                9001 / 9067 / 77 / 501 / 5 / 0x03
                7001 / 7001 / 66 / 9001 / 6 / 0x21, last_win 77, ignored 0x03 scale 5
            O A 9001 7001 win=4
              ES, ESTABLISHED
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED + PROTOINFO
                9001 / 9067 / 128 / 7001 / 5 / 0x23
                7001 / 7129 / 66 / 9001 / 6 / 0x21, last_win 4, ignored 0x03 scale 5
        "#]],
    );
}
