//! ICMP and ICMPv6: questions, answers, errors.

use crate::bench::{Bench, CLIENT, From, SERVER, icmp, ipv4, ipv6, segment, udp, v6};
use expect_test::{Expect, expect};

const ROUTER: [u8; 4] = [10, 0, 9, 9];

fn v4(src: [u8; 4], dst: [u8; 4], message: &[u8]) -> Vec<u8> {
    ipv4(src, dst, 1, message, Some(2))
}

fn v6_message(kind: u8, rest: &[u8]) -> Vec<u8> {
    ipv6(v6(1), v6(2), 58, &[], &icmp(kind, 7, rest), Some(2))
}

#[test]
fn echo_is_a_connection_that_is_never_assured() {
    let mut bench = Bench::new();
    bench.send("request", v4(CLIENT, SERVER, &icmp(8, 42, &[])));
    bench.send("reply", v4(SERVER, CLIENT, &icmp(0, 42, &[])));
    bench.send("request", v4(CLIENT, SERVER, &icmp(8, 42, &[])));
    bench.send("other id", v4(CLIENT, SERVER, &icmp(8, 43, &[])));
    expect![[r#"
        request: -, NEW, c1 - 30 + NEW
        reply: -, ESTABLISHED_REPLY, c1 - 30 SEEN_REPLY + REPLY
        request: -, ESTABLISHED, c1 - 30 SEEN_REPLY
        other id: -, NEW, c2 - 30 + NEW
    "#]]
    .assert_eq(&bench.told);
}

#[test]
fn only_questions_open_a_connection() {
    let mut bench = Bench::new();
    for kind in 0..=20 {
        bench.send(&kind.to_string(), v4(CLIENT, SERVER, &icmp(kind, 1, &[])));
    }
    expect![[r#"
        0: refused, NotARequest, -
        1: -, NotInvertible, -
        2: -, NotInvertible, -
        3: quotes nothing, InnerUnreadable, -
        4: quotes nothing, InnerUnreadable, -
        5: quotes nothing, InnerUnreadable, -
        6: -, NotInvertible, -
        7: -, NotInvertible, -
        8: -, NEW, c2 - 30 + NEW
        9: -, NotInvertible, -
        10: -, NotInvertible, -
        11: quotes nothing, InnerUnreadable, -
        12: quotes nothing, InnerUnreadable, -
        13: -, NEW, c3 - 30 + NEW
        14: refused, NotARequest, -
        15: -, NEW, c5 - 30 + NEW
        16: refused, NotARequest, -
        17: -, NEW, c7 - 30 + NEW
        18: refused, NotARequest, -
        19: -, BadIcmpType, -
        20: -, BadIcmpType, -
    "#]]
    .assert_eq(&bench.told);
}

#[test]
fn icmpv6_knows_echo_errors_and_what_is_not_tracked() {
    let mut bench = Bench::new();
    for kind in [
        1, 127, 128, 129, 130, 133, 136, 137, 139, 140, 143, 151, 255,
    ] {
        bench.send(&kind.to_string(), v6_message(kind, &[]));
    }
    expect![[r#"
        1: quotes nothing, InnerUnreadable, -
        127: quotes nothing, InnerUnreadable, -
        128: -, NEW, c1 - 30 + NEW
        129: refused, NotARequest, -
        130: -, UNTRACKED, -
        133: -, UNTRACKED, -
        136: -, UNTRACKED, -
        137: -, NotInvertible, -
        139: -, NEW, c3 - 30 + NEW
        140: refused, NotARequest, -
        143: -, UNTRACKED, -
        151: -, NotInvertible, -
        255: -, NotInvertible, -
    "#]]
    .assert_eq(&bench.told);
}

#[test]
fn icmp_inside_the_other_ip_is_refused_by_its_tracker() {
    let mut bench = Bench::new();
    bench.send(
        "ICMP in IPv6",
        ipv6(v6(1), v6(2), 1, &[], &icmp(8, 1, &[]), None),
    );
    bench.send(
        "ICMPv6 in IPv4",
        ipv4(CLIENT, SERVER, 58, &icmp(128, 1, &[]), None),
    );
    expect![[r#"
        ICMP in IPv6: refused, BadIpHeader, -
        ICMPv6 in IPv4: refused, BadIpHeader, -
    "#]]
    .assert_eq(&bench.told);
}

#[track_caller]
fn errors(about: impl Fn(&mut Bench), expected: Expect) {
    let mut bench = Bench::new();
    bench.send("O", udp(From::Client, 4));
    bench.told.clear();
    about(&mut bench);
    expected.assert_eq(&bench.told);
}

#[test]
fn an_error_belongs_to_the_connection_that_it_quotes() {
    let unreachable = |inner: &[u8]| icmp(3, 0, inner);
    errors(
        |bench| {
            let sent = udp(From::Client, 4);
            bench.send("for the client", v4(ROUTER, CLIENT, &unreachable(&sent)));
            let cut = &sent[..24];
            bench.send("with only ports", v4(ROUTER, CLIENT, &unreachable(cut)));
            let answer = udp(From::Server, 4);
            bench.send("for the server", v4(ROUTER, SERVER, &unreachable(&answer)));
        },
        expect![[r#"
            for the client: quotes 10.0.0.1:5000 > 10.0.0.2:53, RELATED_REPLY, c1 - 30
            with only ports: quotes 10.0.0.1:5000 > 10.0.0.2:53, RELATED_REPLY, c1 - 30
            for the server: quotes 10.0.0.2:53 > 10.0.0.1:5000, RELATED, c1 - 30
        "#]],
    );
}

#[test]
fn an_error_that_fits_nothing_is_invalid() {
    let unreachable = |inner: &[u8]| icmp(3, 0, inner);
    errors(
        |bench| {
            let sent = udp(From::Client, 4);
            bench.send("elsewhere", v4(ROUTER, SERVER, &unreachable(&sent)));
            let other = segment("S").packet(From::Client);
            bench.send("unknown", v4(ROUTER, CLIENT, &unreachable(&other)));
            bench.send("cut off", v4(ROUTER, CLIENT, &unreachable(&sent[..23])));
            let mut later = sent.clone();
            later[7] = 1;
            bench.send("later fragment", v4(ROUTER, CLIENT, &unreachable(&later)));
            let error = v4(ROUTER, CLIENT, &unreachable(&sent));
            bench.send("of an error", v4(ROUTER, ROUTER, &unreachable(&error)));
            let mut wrong = error;
            wrong[40] ^= 1;
            bench.send("wrong checksum", wrong);
            bench.send("half a header", v4(ROUTER, CLIENT, &[3, 0, 0, 0]));
        },
        expect![[r#"
            elsewhere: quotes 10.0.0.1:5000 > 10.0.0.2:53, InnerElsewhere, -
            unknown: quotes 10.0.0.1:40000 > 10.0.0.2:80, InnerUnknown, -
            cut off: quotes nothing, InnerUnreadable, -
            later fragment: quotes nothing, InnerUnreadable, -
            of an error: quotes 10.0.9.9 > 10.0.0.1 type 3 code 0 id 0, InnerUnreadable, -
            wrong checksum: -, BadChecksum, -
            half a header: -, BadHeader, -
        "#]],
    );
}

#[test]
fn an_icmpv6_error_is_related_too() {
    let mut bench = Bench::new();
    let request = v6_message(128, &[]);
    bench.send("request", request.clone());
    let error = icmp(1, 0, &request);
    bench.send("unreachable", ipv6(v6(9), v6(1), 58, &[], &error, Some(2)));
    expect![[r#"
        request: -, NEW, c1 - 30 + NEW
        unreachable: quotes 2001:db8::1 > 2001:db8::2 type 128 code 0 id 7, RELATED_REPLY, c1 - 30
    "#]]
    .assert_eq(&bench.told);
}
