//! The life of TCP connections.

use crate::bench::{Bench, From, Segment, segment};
use From::{Client, Server};
use ctscope::engine::Command;
use ctscope::engine::skb::Path;
use ctscope::engine::sysctl::Sysctl;
use expect_test::{Expect, expect};
use proptest::prelude::*;

/// A segment as it is.
fn plain(segment: Segment) -> Segment {
    segment
}

#[track_caller]
fn told(play: impl Fn(&mut Bench), expected: Expect) {
    let mut bench = Bench::new();
    play(&mut bench);
    expected.assert_eq(&bench.told);
}

/// The same after a handshake, which is not told.
#[track_caller]
fn told_after_handshake(play: impl Fn(&mut Bench), expected: Expect) {
    told(
        |bench| {
            bench.handshake();
            bench.told.clear();
            play(bench);
        },
        expected,
    );
}

#[test]
fn a_connection_opens_and_closes_as_in_the_worked_example() {
    told(
        |bench| {
            bench.handshake();
            bench.tcp(Client, "FA", |s| s.seq(1001).ack(5001));
            bench.tcp(Server, "A", |s| s.seq(5001).ack(1002));
            bench.tcp(Server, "FA", |s| s.seq(5001).ack(1002));
            bench.tcp(Client, "A", |s| s.seq(1002).ack(5002));
        },
        expect![[r#"
            O S: SS, NEW, c1 SYN_SENT 120 + NEW PROTOINFO
            R SA: SR, ESTABLISHED_REPLY, c1 SYN_RECV 60 SEEN_REPLY + REPLY PROTOINFO
            O A: ES, ESTABLISHED, c1 ESTABLISHED 432000 SEEN_REPLY ASSURED + ASSURED PROTOINFO
            O FA: FW, ESTABLISHED, c1 FIN_WAIT 120 SEEN_REPLY ASSURED + PROTOINFO
            R A: CW, ESTABLISHED_REPLY, c1 CLOSE_WAIT 60 SEEN_REPLY ASSURED + PROTOINFO
            R FA: LA, ESTABLISHED_REPLY, c1 LAST_ACK 30 SEEN_REPLY ASSURED + PROTOINFO
            O A: TW, ESTABLISHED, c1 TIME_WAIT 120 SEEN_REPLY ASSURED + PROTOINFO
        "#]],
    );
}

#[test]
fn a_syn_sent_again_restarts_the_timer() {
    told(
        |bench| {
            bench.tcp(Client, "S", plain);
            bench.millis(3000);
            bench.tcp(Client, "S", plain);
        },
        expect![[r#"
            O S: SS, NEW, c1 SYN_SENT 120 + NEW PROTOINFO
            O S: SS, NEW, c1 SYN_SENT 120
        "#]],
    );
}

#[test]
fn a_first_packet_is_a_syn_or_an_ack() {
    told(
        |bench| {
            for flags in ["SA", "FA", "R", "RA", "F", "", "SF", "SR", "SAU", "RU"] {
                bench.tcp(Client, flags, plain);
            }
            bench.tcp(Client, "SECP", plain);
        },
        expect![[r#"
            O SA: IV, refused, InvalidState, -
            O FA: IV, refused, InvalidState, -
            O R: IV, refused, InvalidState, -
            O RA: IV, refused, InvalidState, -
            O F: refused, BadFlags, -
            O : refused, BadFlags, -
            O SF: refused, BadFlags, -
            O SR: refused, BadFlags, -
            O SAU: refused, BadFlags, -
            O RU: refused, BadFlags, -
            O SECP: SS, NEW, c11 SYN_SENT 120 + NEW PROTOINFO
        "#]],
    );
}

#[test]
fn a_connection_picked_up_in_the_middle_waits_for_both_sides() {
    told(
        |bench| {
            bench.tcp(Client, "A", plain);
            bench.tcp(Server, "PA", plain);
            bench.tcp(Client, "A", plain);
        },
        expect![[r#"
            O A: ES, NEW, c1 ESTABLISHED 300 + NEW PROTOINFO
            R PA: ES, ESTABLISHED_REPLY, c1 ESTABLISHED 300 SEEN_REPLY + REPLY
            O A: ES, ESTABLISHED, c1 ESTABLISHED 432000 SEEN_REPLY ASSURED + ASSURED
        "#]],
    );
}

#[test]
fn picking_up_can_be_switched_off() {
    told(
        |bench| {
            bench.apply(&Command::SetSysctl(Sysctl::TcpLoose, 0));
            bench.tcp(Client, "A", plain);
        },
        expect![[r#"
            O A: ES, refused, NotLoose, -
        "#]],
    );
}

#[test]
fn a_reset_before_any_reply_ends_the_entry() {
    told(
        |bench| {
            bench.tcp(Client, "S", plain);
            bench.tcp(Server, "RA", |s| s.seq(0).ack(1001));
            bench.tcp(Client, "S", plain);
            bench.tcp(Client, "R", plain);
        },
        expect![[r#"
            O S: SS, NEW, c1 SYN_SENT 120 + NEW PROTOINFO
            R RA: CL, ESTABLISHED_REPLY, c1 gone + DESTROY
            O S: SS, NEW, c2 SYN_SENT 120 + NEW PROTOINFO
            O R: CL, NEW, c2 gone + DESTROY
        "#]],
    );
}

#[test]
fn a_reset_after_a_reply_closes_in_ten_seconds() {
    told_after_handshake(
        |bench| bench.tcp(Server, "R", |s| s.seq(5001)),
        expect![[r#"
            R R: CL, ESTABLISHED_REPLY, c1 CLOSE 10 SEEN_REPLY ASSURED + PROTOINFO
        "#]],
    );
}

#[test]
fn a_syn_opens_a_closed_connection_again() {
    let closed = |bench: &mut Bench| {
        bench.tcp(Client, "FA", |s| s.seq(1001).ack(5001));
        bench.tcp(Server, "FA", |s| s.seq(5001).ack(1002));
        bench.tcp(Client, "A", |s| s.seq(1002).ack(5002));
        bench.told.clear();
    };
    told_after_handshake(
        |bench| {
            closed(bench);
            bench.tcp(Client, "S", |s| s.seq(9000));
        },
        expect![[r#"
            O S: SS, again, SS, NEW, c2 SYN_SENT 120 + DESTROY + NEW PROTOINFO
        "#]],
    );
    // From the other side the new entry has its directions turned round.
    told_after_handshake(
        |bench| {
            closed(bench);
            bench.tcp(Server, "S", |s| s.seq(9000));
            bench.tcp(Client, "SA", |s| s.seq(100).ack(9001));
        },
        expect![[r#"
            R S: SS, again, SS, NEW, c2 SYN_SENT 120 + DESTROY + NEW PROTOINFO
            O SA: SR, ESTABLISHED_REPLY, c2 SYN_RECV 60 SEEN_REPLY + REPLY PROTOINFO
        "#]],
    );
    // After a reset only the side that sent it may.
    told_after_handshake(
        |bench| {
            bench.tcp(Server, "R", |s| s.seq(5001));
            bench.tcp(Client, "S", |s| s.seq(9000));
            bench.tcp(Client, "R", |s| s.seq(9000));
            bench.tcp(Client, "S", |s| s.seq(9000));
        },
        expect![[r#"
            R R: CL, ESTABLISHED_REPLY, c1 CLOSE 10 SEEN_REPLY ASSURED + PROTOINFO
            O S: SS, ignored, ESTABLISHED, c1 CLOSE 10 SEEN_REPLY ASSURED
            O R: CL, ESTABLISHED, c1 CLOSE 10 SEEN_REPLY ASSURED
            O S: SS, again, SS, NEW, c2 SYN_SENT 120 + DESTROY + NEW PROTOINFO
        "#]],
    );
}

#[test]
fn the_answer_to_an_ignored_syn_brings_conntrack_back_into_step() {
    told_after_handshake(
        |bench| {
            bench.tcp(Client, "S", |s| s.seq(9000));
            bench.tcp(Server, "SA", |s| s.seq(7000).ack(1)); // of no SYN that was seen
            bench.tcp(Client, "S", |s| s.seq(9000));
            bench.tcp(Server, "SA", |s| s.seq(7000).ack(9001));
            bench.tcp(Client, "A", |s| s.seq(9001).ack(7001));
        },
        expect![[r#"
            O S: IG, ignored, ESTABLISHED, c1 ESTABLISHED 432000 SEEN_REPLY ASSURED
            R SA: IG, ignored, ESTABLISHED_REPLY, c1 ESTABLISHED 432000 SEEN_REPLY ASSURED
            O S: IG, ignored, ESTABLISHED, c1 ESTABLISHED 432000 SEEN_REPLY ASSURED
            R SA: IG, ESTABLISHED_REPLY, c1 SYN_RECV 60 SEEN_REPLY ASSURED + PROTOINFO
            O A: ES, ESTABLISHED, c1 ESTABLISHED 432000 SEEN_REPLY ASSURED + PROTOINFO
        "#]],
    );
}

#[test]
fn an_ack_that_tests_a_syn_does_not_end_last_ack() {
    told_after_handshake(
        |bench| {
            bench.tcp(Client, "FA", |s| s.seq(1001).ack(5001));
            bench.tcp(Server, "FA", |s| s.seq(5001).ack(1002));
            bench.tcp(Client, "S", |s| s.seq(9000));
            bench.tcp(Server, "A", |s| s.seq(5002).ack(1002));
            bench.tcp(Server, "A", |s| s.seq(5002).ack(1002));
        },
        expect![[r#"
            O FA: FW, ESTABLISHED, c1 FIN_WAIT 120 SEEN_REPLY ASSURED + PROTOINFO
            R FA: LA, ESTABLISHED_REPLY, c1 LAST_ACK 30 SEEN_REPLY ASSURED + PROTOINFO
            O S: IG, ignored, ESTABLISHED, c1 LAST_ACK 30 SEEN_REPLY ASSURED
            R A: TW, ignored, ESTABLISHED_REPLY, c1 LAST_ACK 30 SEEN_REPLY ASSURED
            R A: TW, ESTABLISHED_REPLY, c1 TIME_WAIT 120 SEEN_REPLY ASSURED + PROTOINFO
        "#]],
    );
}

#[test]
fn both_sides_may_open_at_once() {
    told(
        |bench| {
            bench.tcp(Client, "S", plain);
            bench.tcp(Server, "S", |s| s.seq(5000));
            bench.tcp(Client, "SA", |s| s.ack(5001));
            bench.tcp(Server, "A", |s| s.seq(5001).ack(1001));
            bench.tcp(Client, "A", |s| s.seq(1001).ack(5001));
        },
        expect![[r#"
            O S: SS, NEW, c1 SYN_SENT 120 + NEW PROTOINFO
            R S: S2, Crossing, ESTABLISHED_REPLY, c1 SYN_SENT2 120 SEEN_REPLY + REPLY PROTOINFO
            O SA: SR, ESTABLISHED, c1 SYN_RECV 60 SEEN_REPLY + PROTOINFO
            R A: SR, ESTABLISHED_REPLY, c1 ESTABLISHED 432000 SEEN_REPLY ASSURED + ASSURED PROTOINFO
            O A: ES, ESTABLISHED, c1 ESTABLISHED 432000 SEEN_REPLY ASSURED
        "#]],
    );
}

#[test]
fn a_reply_ack_to_a_syn_is_ignored_but_counts_as_a_reply() {
    told(
        |bench| {
            bench.tcp(Client, "S", plain);
            bench.tcp(Server, "A", |s| s.seq(7000).ack(3));
            bench.tcp(Client, "A", |s| s.seq(1001).ack(5001));
        },
        expect![[r#"
            O S: SS, NEW, c1 SYN_SENT 120 + NEW PROTOINFO
            R A: IG, ignored, ESTABLISHED_REPLY, c1 SYN_SENT 120 SEEN_REPLY + REPLY
            O A: IV, refused, InvalidState, -
        "#]],
    );
}

#[test]
fn a_header_that_contradicts_itself_is_invalid() {
    told(
        |bench| {
            let changed = |at: usize, byte: u8| {
                let mut bytes = segment("S").len(4).packet(Client);
                bytes[at] = byte;
                bytes
            };
            bench.send("16 bytes of header", changed(32, 4 << 4));
            bench.send("28 of 24", changed(32, 7 << 4));
            bench.send("changed payload", changed(40, 0));
            bench.send_by(Path::Output, "changed payload, sent by us", changed(40, 0));
            let mut cut = segment("S").packet(Client);
            cut.truncate(39);
            cut[3] = 39;
            bench.send("19 bytes", cut);
        },
        expect![[r#"
            16 bytes of header: refused, BadHeader, -
            28 of 24: refused, BadHeader, -
            changed payload: refused, BadChecksum, -
            changed payload, sent by us: SS, NEW, c4 SYN_SENT 120 + NEW PROTOINFO
            19 bytes: refused, BadHeader, -
        "#]],
    );
}

proptest! {
    /// Whatever is sent, every step leaves the machine whole: the bench checks it.
    #[test]
    fn no_sequence_of_segments_breaks_the_machine(
        sent in prop::collection::vec(
            (any::<bool>(), 0..9usize, 0..4u32, 0..4u32, 0..200usize),
            0..40,
        ),
    ) {
        let mut bench = Bench::new();
        for (reply, flags, seq, ack, spoilt) in sent {
            let flags = ["S", "SA", "A", "PA", "FA", "R", "RA", "F", "SU"][flags];
            let from = if reply { Server } else { Client };
            let mut bytes = segment(flags).seq(seq).ack(ack).packet(from);
            if let Some(byte) = bytes.get_mut(spoilt) {
                *byte ^= 1;
            }
            bench.send(flags, bytes);
        }
    }
}
