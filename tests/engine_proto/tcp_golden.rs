//! The worked examples and the golden traces of TCP.
//! Inside: td_end, td_maxend, td_maxwin, td_maxack, td_scale and flags of each side.

use crate::tcp_script::{OPEN, Show, both};
use expect_test::expect;

#[test]
fn the_worked_example_with_internal_values() {
    both(
        Show::Inside,
        "
        O S 1000 0 win=64240 opt=3.3.7.1.4.2.1.1
        R SA 5000 1001 win=65160 opt=3.3.8.1.4.2.1.1
        O A 1001 5001 win=64240
        O PA 1001 5001 win=502 len=100
        R A 5001 1101 win=250
        ",
        expect![[r#"
            O S 1000 0 win=64240 opt=3.3.7.1.4.2.1.1
              SS, NEW
              c1 SYN_SENT 120 + NEW PROTOINFO
                1001 / 1001 / 64240 / 0 / 7 / 0x03
                0 / 64240 / 0 / 0 / 0 / 0x00, last_win 0
            R SA 5000 1001 win=65160 opt=3.3.8.1.4.2.1.1
              SR, ESTABLISHED_REPLY
              c1 SYN_RECV 60 SEEN_REPLY + REPLY PROTOINFO
                1001 / 66161 / 64240 / 0 / 7 / 0x03
                5001 / 5001 / 65160 / 1001 / 8 / 0x23, last_win 0
            O A 1001 5001 win=64240
              ES, ESTABLISHED
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED + ASSURED PROTOINFO
                1001 / 66161 / 8222720 / 5001 / 7 / 0x23
                5001 / 8227721 / 65160 / 1001 / 8 / 0x23, last_win 64240
            O PA 1001 5001 win=502 len=100
              ES, ESTABLISHED
              c1 ESTABLISHED 300 SEEN_REPLY ASSURED
                1101 / 66161 / 8222720 / 5001 / 7 / 0x33
                5001 / 8227721 / 65160 / 1001 / 8 / 0x23, last_win 502
            R A 5001 1101 win=250
              ES, ESTABLISHED_REPLY
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED
                1101 / 66161 / 8222720 / 5001 / 7 / 0x23
                5001 / 8227721 / 65160 / 1101 / 8 / 0x23, last_win 250
        "#]],
    );
}

#[test]
fn a_connection_picked_up_with_internal_values() {
    both(
        Show::Inside,
        "
        O A 1000 2000 win=500 len=10
        R A 2000 1010 win=300
        O A 1010 2000 win=500
        ",
        expect![[r#"
            O A 1000 2000 win=500 len=10
              ES, Liberal(AckAbove), NEW
              c1 ESTABLISHED 300 + NEW PROTOINFO
                1010 / 1510 / 500 / 0 / 0 / 0x0a
                0 / 0 / 0 / 0 / 0 / 0x0a, last_win 0
            R A 2000 1010 win=300
              ES, ESTABLISHED_REPLY
              c1 ESTABLISHED 300 SEEN_REPLY + REPLY
                1010 / 1510 / 500 / 0 / 0 / 0x0a
                2000 / 2300 / 300 / 1010 / 0 / 0x2a, last_win 300
            O A 1010 2000 win=500
              ES, ESTABLISHED
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED + ASSURED
                1010 / 1510 / 500 / 2000 / 0 / 0x2a
                2000 / 2500 / 300 / 1010 / 0 / 0x2a, last_win 500
        "#]],
    );
}

#[test]
fn the_golden_trace_of_a_connection_and_its_reset() {
    both(
        Show::Entry,
        &[
            OPEN,
            "
        O PA 101 501 len=5
        R A 501 106
        R R 900 0
        R R 501 0
        O S 5000 0
        ",
        ]
        .concat(),
        expect![[r#"
            O PA 101 501 len=5
              ES, ESTABLISHED
              c1 ESTABLISHED 300 SEEN_REPLY ASSURED
            R A 501 106
              ES, ESTABLISHED_REPLY
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED
            R R 900 0
              CL, ESTABLISHED_REPLY
              c1 ESTABLISHED 10 SEEN_REPLY ASSURED
            R R 501 0
              CL, ESTABLISHED_REPLY
              c1 CLOSE 10 SEEN_REPLY ASSURED + PROTOINFO
            O S 5000 0
              SS, ignored, ESTABLISHED
              c1 CLOSE 10 SEEN_REPLY ASSURED
        "#]],
    );
}

#[test]
fn the_golden_trace_of_a_close_and_a_reopening() {
    both(
        Show::Entry,
        &[
            OPEN,
            "
        O FA 101 501
        R A 501 102
        R FA 501 102
        O A 102 502
        O S 9000 0
        ",
        ]
        .concat(),
        expect![[r#"
            O FA 101 501
              FW, ESTABLISHED
              c1 FIN_WAIT 120 SEEN_REPLY ASSURED + PROTOINFO
            R A 501 102
              CW, ESTABLISHED_REPLY
              c1 CLOSE_WAIT 60 SEEN_REPLY ASSURED + PROTOINFO
            R FA 501 102
              LA, ESTABLISHED_REPLY
              c1 LAST_ACK 30 SEEN_REPLY ASSURED + PROTOINFO
            O A 102 502
              TW, ESTABLISHED
              c1 TIME_WAIT 120 SEEN_REPLY ASSURED + PROTOINFO
            O S 9000 0
              SS, again, SS, NEW
              c2 SYN_SENT 120 + DESTROY + NEW PROTOINFO
        "#]],
    );
}

#[test]
fn the_golden_trace_of_both_sides_opening() {
    both(
        Show::Entry,
        "
        O S 100 0
        R S 500 0
        O SA 100 501
        R SA 500 101
        R A 501 101
        ",
        expect![[r#"
            O S 100 0
              SS, NEW
              c1 SYN_SENT 120 + NEW PROTOINFO
            R S 500 0
              S2, Crossing, ESTABLISHED_REPLY
              c1 SYN_SENT2 120 SEEN_REPLY + REPLY PROTOINFO
            O SA 100 501
              SR, ESTABLISHED
              c1 SYN_RECV 60 SEEN_REPLY + PROTOINFO
            R SA 500 101
              IG, ignored, ESTABLISHED_REPLY
              c1 SYN_RECV 60 SEEN_REPLY
            R A 501 101
              SR, ESTABLISHED_REPLY
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED + ASSURED PROTOINFO
        "#]],
    );
}

#[test]
fn the_golden_trace_of_an_ack_that_comes_again() {
    both(
        Show::Entry,
        &[
            OPEN,
            "
        O A 101 501
        O A 101 501
        O A 101 501
        O A 101 501 win=0
        ",
        ]
        .concat(),
        expect![[r#"
            O A 101 501
              ES, ESTABLISHED
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED
            O A 101 501
              ES, ESTABLISHED
              c1 ESTABLISHED 432000 SEEN_REPLY ASSURED
            O A 101 501
              ES, ESTABLISHED
              c1 ESTABLISHED 300 SEEN_REPLY ASSURED
            O A 101 501 win=0
              ES, ESTABLISHED
              c1 ESTABLISHED 300 SEEN_REPLY ASSURED
        "#]],
    );
}

#[test]
fn the_golden_trace_of_what_is_far_outside() {
    both(
        Show::Entry,
        &[
            OPEN,
            "
        O A 101 90000
        O A 70101 501
        ",
        ]
        .concat(),
        expect![[r#"
            O A 101 90000
              ES, Invalid(AckAbove), refused, OutOfWindow(AckAbove), -
            O A 70101 501
              ES, Invalid(DataAbove), refused, OutOfWindow(DataAbove), -
        "#]],
    );
}
