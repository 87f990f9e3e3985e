//! UDP, and protocols without a tracker.

use crate::bench::{Bench, CLIENT, From, SERVER, ipv4, udp};
use ctscope::engine::skb::Path;
use expect_test::expect;

#[test]
fn a_flow_is_assured_by_the_packet_after_the_first_reply_and_lasts_once_it_is_a_stream() {
    let mut bench = Bench::new();
    bench.send("O", udp(From::Client, 4));
    bench.send("R", udp(From::Server, 4));
    bench.millis(2000);
    bench.send("O, 2 s after the first", udp(From::Client, 4));
    bench.millis(4);
    bench.send("O, a jiffy later", udp(From::Client, 4));
    expect![[r#"
        O: -, NEW, c1 - 30 + NEW
        R: -, ESTABLISHED_REPLY, c1 - 30 SEEN_REPLY + REPLY
        O, 2 s after the first: -, ESTABLISHED, c1 - 30 SEEN_REPLY ASSURED + ASSURED
        O, a jiffy later: -, ESTABLISHED, c1 - 120 SEEN_REPLY ASSURED
    "#]]
    .assert_eq(&bench.told);
}

#[test]
fn a_wrong_datagram_is_invalid() {
    let mut bench = Bench::new();
    let changed = |at: usize, byte: u8| {
        let mut bytes = udp(From::Client, 4);
        bytes[at] = byte;
        bytes
    };
    bench.send("length 7", changed(25, 7));
    bench.send("length 13 of 12", changed(25, 13));
    bench.send("changed payload", changed(28, 0));
    bench.send_by(Path::Output, "changed payload, sent by us", changed(28, 0));
    let mut none = changed(26, 0);
    none[27] = 0;
    bench.send("no checksum", none);
    bench.send(
        "half a header",
        ipv4(CLIENT, SERVER, 17, &[0, 1, 0, 2, 0, 8], None),
    );
    expect![[r#"
        length 7: refused, BadHeader, -
        length 13 of 12: refused, BadHeader, -
        changed payload: refused, BadChecksum, -
        changed payload, sent by us: -, NEW, c4 - 30 + NEW
        no checksum: -, NEW, c4 - 30
        half a header: refused, BadHeader, -
    "#]]
    .assert_eq(&bench.told);
}

#[test]
fn a_protocol_without_a_tracker_has_one_entry_for_a_pair_of_addresses() {
    let mut bench = Bench::new();
    bench.send("O", ipv4(CLIENT, SERVER, 50, &[1, 2, 3], None));
    bench.send("R", ipv4(SERVER, CLIENT, 50, &[], None));
    bench.send("O", ipv4(CLIENT, SERVER, 50, &[9; 100], None));
    expect![[r#"
        O: -, NEW, c1 - 600 + NEW
        R: -, ESTABLISHED_REPLY, c1 - 600 SEEN_REPLY + REPLY
        O: -, ESTABLISHED, c1 - 600 SEEN_REPLY
    "#]]
    .assert_eq(&bench.told);
}
