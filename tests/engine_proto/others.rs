//! SCTP, DCCP, GRE, UDP-Lite and ICMPv6 where the recordings of the newer kernel say nothing: the
//! older kernel, and what no scenario can reach.

use crate::bench::Bench;
use ctscope::engine::command::Command;
use ctscope::engine::config::Profile;
use ctscope::engine::skb::Path;
use ctscope::engine::sysctl::Sysctl;
use ctscope::engine::tuple::{Dir, Tuple};
use ctscope::scenario::packet::assemble;
use expect_test::{Expect, expect};

/// Plays packet lines; `advance N` waits for so many milliseconds, `out` sends from this machine.
#[track_caller]
pub fn check(profile: Profile, lines: &[&str], expected: Expect) {
    let mut bench = Bench::of(profile);
    play(&mut bench, lines);
    expected.assert_eq(&bench.told);
}

fn play(bench: &mut Bench, lines: &[&str]) {
    for line in lines {
        if let Some(millis) = line.strip_prefix("advance ") {
            bench.millis(millis.parse().expect("a number"));
            continue;
        }
        let (path, line) = match line.strip_prefix("out ") {
            Some(line) => (Path::Output, line),
            None => (Path::Forward, *line),
        };
        let bytes = assemble(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        let words: Vec<&str> = line.split_whitespace().skip(4).collect();
        bench.send_by(path, &words.join(" "), bytes);
    }
    // Short enough for a line of this file.
    bench.told = bench
        .told
        .replace("ESTABLISHED_REPLY", "REPLY")
        .replace("SEEN_REPLY ", "")
        .replace("vtag=0x1111 ", "")
        .replace("vtag=0x2222 ", "");
}

/// An association opens.
pub const SCTP_OPENING: [&str; 4] = [
    "sctp 10.0.0.1:3000 > 10.0.0.2:4000 vtag=0 init=0x1111",
    "sctp 10.0.0.2:4000 > 10.0.0.1:3000 vtag=0x1111 init-ack=0x2222",
    "sctp 10.0.0.1:3000 > 10.0.0.2:4000 vtag=0x2222 cookie-echo",
    "sctp 10.0.0.2:4000 > 10.0.0.1:3000 vtag=0x1111 cookie-ack",
];

#[test]
fn sctp_of_the_older_kernel_is_assured_by_the_cookie_ack_and_ends_in_a_fraction_of_a_second() {
    let mut lines = SCTP_OPENING.to_vec();
    lines.extend([
        "sctp 10.0.0.1:3000 > 10.0.0.2:4000 vtag=0x9 data",
        "sctp 10.0.0.1:3000 > 10.0.0.2:4000 vtag=0x1111 abort",
    ]);
    lines.extend(SCTP_OPENING);
    lines.push("sctp 10.0.0.1:3000 > 10.0.0.2:4000 vtag=0x2222 shutdown");
    check(
        Profile::V5_10,
        &lines,
        expect![[r#"
            vtag=0 init=0x1111: -, NEW, c1 CLOSED 10 + NEW PROTOINFO
            init-ack=0x2222: -, REPLY, c1 COOKIE_WAIT 3 + REPLY PROTOINFO
            cookie-echo: -, ESTABLISHED, c1 COOKIE_ECHOED 3 + PROTOINFO
            cookie-ack: -, REPLY, c1 ESTABLISHED 432000 ASSURED + ASSURED PROTOINFO
            vtag=0x9 data: refused, BadTag, -
            abort: -, ESTABLISHED, c1 CLOSED 10 ASSURED + PROTOINFO
            vtag=0 init=0x1111: -, ESTABLISHED, c1 CLOSED 10 ASSURED
            init-ack=0x2222: -, REPLY, c1 COOKIE_WAIT 3 ASSURED + PROTOINFO
            cookie-echo: -, ESTABLISHED, c1 COOKIE_ECHOED 3 ASSURED + PROTOINFO
            cookie-ack: -, REPLY, c1 ESTABLISHED 432000 ASSURED + ASSURED PROTOINFO
            shutdown: -, ESTABLISHED, c1 SHUTDOWN_SENT 0 ASSURED + PROTOINFO
        "#]],
    );
}

#[test]
fn a_heartbeat_of_a_new_path_goes_on_differently_in_each_kernel() {
    let lines = [
        "sctp 10.0.0.1:3000 > 10.0.0.2:4000 vtag=0x7 heartbeat",
        "sctp 10.0.0.2:4000 > 10.0.0.1:3000 vtag=0x8 heartbeat-ack",
    ];
    check(
        Profile::V5_10,
        &lines,
        expect![[r#"
            vtag=0x7 heartbeat: -, NEW, c1 HEARTBEAT_SENT 30 + NEW PROTOINFO
            vtag=0x8 heartbeat-ack: -, REPLY, c1 HEARTBEAT_ACKED 210 + REPLY PROTOINFO
        "#]],
    );
    check(
        Profile::V6_18,
        &lines,
        expect![[r#"
            vtag=0x7 heartbeat: -, NEW, c1 HEARTBEAT_SENT 30 + NEW PROTOINFO
            vtag=0x8 heartbeat-ack: -, REPLY, c1 ESTABLISHED 210 ASSURED + REPLY ASSURED PROTOINFO
        "#]],
    );
}

#[test]
fn dccp_opens_by_role_and_is_assured_by_the_ack_that_names_the_response() {
    check(
        Profile::V5_10,
        &[
            "dccp 10.0.0.1:3000 > 10.0.0.2:4000 type=data",
            "dccp 10.0.0.1:3000 > 10.0.0.2:4000 type=request seq=5",
            "dccp 10.0.0.1:3000 > 10.0.0.2:4000 type=request seq=5",
            "dccp 10.0.0.2:4000 > 10.0.0.1:3000 type=response seq=70",
            "dccp 10.0.0.1:3000 > 10.0.0.2:4000 type=ack seq=6 ack=70",
            "dccp 10.0.0.2:4000 > 10.0.0.1:3000 type=data seq=71",
            "dccp 10.0.0.1:3000 > 10.0.0.2:4000 type=sync seq=7",
            "dccp 10.0.0.2:4000 > 10.0.0.1:3000 type=closereq seq=72",
            "dccp 10.0.0.1:3000 > 10.0.0.2:4000 type=close seq=8",
            "dccp 10.0.0.2:4000 > 10.0.0.1:3000 type=reset seq=73",
            "dccp 10.0.0.2:4000 > 10.0.0.1:3000 type=request seq=74",
            "dccp 10.0.0.1:3000 > 10.0.0.2:4000 type=response seq=9",
        ],
        expect![[r#"
            type=data: refused, InvalidState, -
            type=request seq=5: -, NEW, c2 REQUEST 240 + NEW PROTOINFO
            type=request seq=5: -, NEW, c2 REQUEST 240
            type=response seq=70: -, REPLY, c2 RESPOND 480 + REPLY PROTOINFO
            type=ack seq=6 ack=70: -, ESTABLISHED, c2 PARTOPEN 480 ASSURED + PROTOINFO
            type=data seq=71: -, REPLY, c2 OPEN 43200 ASSURED + PROTOINFO
            type=sync seq=7: -, ESTABLISHED, c2 OPEN 43200 ASSURED
            type=closereq seq=72: -, REPLY, c2 CLOSEREQ 64 ASSURED + PROTOINFO
            type=close seq=8: -, ESTABLISHED, c2 CLOSING 64 ASSURED + PROTOINFO
            type=reset seq=73: -, REPLY, c2 TIMEWAIT 240 ASSURED + PROTOINFO
            type=request seq=74: -, REPLY, c2 REQUEST 240 ASSURED + PROTOINFO
            type=response seq=9: -, ESTABLISHED, c2 RESPOND 480 ASSURED + PROTOINFO
        "#]],
    );
}

#[test]
fn a_dccp_request_that_is_reset_leaves_nothing() {
    check(
        Profile::V5_10,
        &[
            "dccp 10.0.0.1:3000 > 10.0.0.2:4000 type=request seq=5",
            "dccp 10.0.0.2:4000 > 10.0.0.1:3000 type=reset seq=1",
            "dccp 10.0.0.1:3000 > 10.0.0.2:4000 trunc=8",
            "dccp 10.0.0.1:3000 > 10.0.0.2:4000 type=request badcsum",
            "out dccp 10.0.0.1:3000 > 10.0.0.2:4000 type=request badcsum",
        ],
        expect![[r#"
            type=request seq=5: -, NEW, c1 REQUEST 240 + NEW PROTOINFO
            type=reset seq=1: -, REPLY, c1 gone + DESTROY
            trunc=8: refused, INVALID, -
            type=request badcsum: refused, BadChecksum, -
            type=request badcsum: -, NEW, c4 REQUEST 240 + NEW PROTOINFO
        "#]],
    );
}

#[test]
fn a_gre_entry_keeps_the_timeouts_that_it_began_with() {
    let mut bench = Bench::new();
    play(&mut bench, &["gre 10.0.0.1 > 10.0.0.2 len=4"]);
    bench.apply(&Command::SetSysctl(Sysctl::GreTimeoutStream, 9));
    play(
        &mut bench,
        &[
            "gre 10.0.0.2 > 10.0.0.1 len=4",
            "gre 10.0.0.1 > 10.0.0.2 len=4",
            "gre 10.0.0.3 > 10.0.0.2 len=4",
            "gre 10.0.0.2 > 10.0.0.3 len=4",
            "gre 10.0.0.3 > 10.0.0.2 len=4",
        ],
    );
    expect![[r#"
        len=4: -, NEW, c1 - 30 + NEW
        len=4: -, REPLY, c1 - 30 + REPLY
        len=4: -, ESTABLISHED, c1 - 180 ASSURED + ASSURED
        len=4: -, NEW, c2 - 30 + NEW
        len=4: -, REPLY, c2 - 30 + REPLY
        len=4: -, ESTABLISHED, c2 - 9 ASSURED + ASSURED
    "#]]
    .assert_eq(&bench.told);
}

#[test]
fn a_key_of_the_map_becomes_the_source_key_until_its_master_is_done() {
    let mut bench = Bench::new();
    play(&mut bench, &["tcp 10.0.0.1:9 > 10.0.0.2:1723 S"]);
    let (ct, told) = (&mut bench.ct, &mut bench.told);
    let master = ct.conns.iter().next().expect("the control connection").id;
    let mut tuple: Tuple = *ct.conns[master].tuple(Dir::Original);
    (tuple.dst.protonum, tuple.src.u, tuple.dst.u) = (47, 5, 77);
    assert!(ct.nf_ct_gre_keymap_add(master, Dir::Original, tuple));
    assert!(
        ct.nf_ct_gre_keymap_add(master, Dir::Original, tuple),
        "the same again"
    );
    let other = Tuple {
        src: ctscope::engine::tuple::Man { u: 6, ..tuple.src },
        ..tuple
    };
    assert!(!ct.nf_ct_gre_keymap_add(master, Dir::Original, other));
    told.clear();
    let keys = |bench: &mut Bench, line: &str| {
        let bytes = assemble(line).expect("a good line");
        let conn = bench.send("", bytes).conn.expect("a connection");
        let tuple = bench.ct.conns[conn].tuple(Dir::Original);
        (tuple.src.u, tuple.dst.u)
    };
    let line = "gre 10.0.0.1 > 10.0.0.2 ver=1 callid=77";
    assert_eq!(keys(&mut bench, line), (5, 77));
    assert_eq!(
        keys(&mut bench, "gre 10.0.0.1 > 10.0.0.2 ver=1 callid=78"),
        (0, 78)
    );
    bench.ct.nf_ct_gre_keymap_destroy(master);
    assert_eq!(keys(&mut bench, line), (0, 77));
}

#[test]
fn multicast_router_discovery_and_redirects_part_the_kernels() {
    let lines = [
        "icmp6 fe80::1 > ff02::1 type=151",
        "icmp6 2001:db8::1 > 2001:db8::2 redirect",
        "icmp6 fe80::1 > 2001:db8::2 redirect code=1 len=40",
        "icmp6 fe80::1 > 2001:db8::2 redirect len=32",
        "icmp6 fe80::1 > 2001:db8::2 redirect len=40 ttl=64",
    ];
    check(
        Profile::V5_10,
        &lines,
        expect![[r#"
        type=151: -, NotInvertible, -
        redirect: -, NotInvertible, -
        redirect code=1 len=40: -, NotInvertible, -
        redirect len=32: -, NotInvertible, -
        redirect len=40 ttl=64: -, NotInvertible, -
    "#]],
    );
    check(
        Profile::V6_18,
        &lines,
        expect![[r#"
        type=151: -, UNTRACKED, -
        redirect: -, BadHeader, -
        redirect code=1 len=40: -, NotInvertible, -
        redirect len=32: -, BadHeader, -
        redirect len=40 ttl=64: -, NotARouter, -
    "#]],
    );
}

#[test]
fn udp_lite_is_summed_as_udp_and_needs_no_two_seconds() {
    check(
        Profile::V5_10,
        &[
            "udplite 10.0.0.1:1 > 10.0.0.2:2 len=4",
            "out udplite 10.0.0.1:1 > 10.0.0.2:2 len=4",
            "udplite 10.0.0.2:2 > 10.0.0.1:1 len=4 sumproto=17",
            "udplite 10.0.0.1:1 > 10.0.0.2:2 len=4 sumproto=17 cscov=8",
            "udplite 10.0.0.1:1 > 10.0.0.2:2 len=4 sumproto=17 cscov=7",
            "udplite 10.0.0.1:1 > 10.0.0.2:2 len=4 sumproto=17 cscov=13",
            "out udplite 10.0.0.1:1 > 10.0.0.2:2 len=4 csum=0",
        ],
        expect![[r#"
            len=4: refused, BadChecksum, -
            len=4: -, NEW, c2 - 30 + NEW
            len=4 sumproto=17: -, REPLY, c2 - 30 + REPLY
            len=4 sumproto=17 cscov=8: -, ESTABLISHED, c2 - 120 ASSURED + ASSURED
            len=4 sumproto=17 cscov=7: refused, BadHeader, -
            len=4 sumproto=17 cscov=13: refused, BadHeader, -
            len=4 csum=0: refused, BadChecksum, -
        "#]],
    );
}
