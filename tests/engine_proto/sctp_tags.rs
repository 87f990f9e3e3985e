//! The verification tags of SCTP in the older kernel, which is less strict with them.

use crate::others::{SCTP_OPENING, check};
use ctscope::engine::config::Profile;
use expect_test::expect;

/// The tag of either side will do.
#[test]
fn an_abort_needs_one_of_the_two_tags() {
    let mut lines = SCTP_OPENING.to_vec();
    lines.extend([
        "sctp 10.0.0.1:3000 > 10.0.0.2:4000 vtag=0x9 abort",
        "sctp 10.0.0.1:3000 > 10.0.0.2:4000 vtag=0x2222 abort",
    ]);
    lines.extend(SCTP_OPENING);
    lines.push("sctp 10.0.0.1:3000 > 10.0.0.2:4000 vtag=0x1111 abort=T");
    check(
        Profile::V5_10,
        &lines,
        expect![[r#"
        vtag=0 init=0x1111: -, NEW, c1 CLOSED 10 + NEW PROTOINFO
        init-ack=0x2222: -, REPLY, c1 COOKIE_WAIT 3 + REPLY PROTOINFO
        cookie-echo: -, ESTABLISHED, c1 COOKIE_ECHOED 3 + PROTOINFO
        cookie-ack: -, REPLY, c1 ESTABLISHED 432000 ASSURED + ASSURED PROTOINFO
        vtag=0x9 abort: refused, BadTag, -
        abort: -, ESTABLISHED, c1 CLOSED 10 ASSURED + PROTOINFO
        vtag=0 init=0x1111: -, ESTABLISHED, c1 CLOSED 10 ASSURED
        init-ack=0x2222: -, REPLY, c1 COOKIE_WAIT 3 ASSURED + PROTOINFO
        cookie-echo: -, ESTABLISHED, c1 COOKIE_ECHOED 3 ASSURED + PROTOINFO
        cookie-ack: -, REPLY, c1 ESTABLISHED 432000 ASSURED + ASSURED PROTOINFO
        abort=T: -, ESTABLISHED, c1 CLOSED 10 ASSURED + PROTOINFO
    "#]],
    );
}

/// Another one is wrong only if the chunk says that it is the other side's.
#[test]
fn the_end_of_a_shutdown_may_have_any_tag_if_it_calls_it_its_own() {
    let mut lines = SCTP_OPENING.to_vec();
    lines.extend([
        "sctp 10.0.0.1:3000 > 10.0.0.2:4000 vtag=0x2222 shutdown",
        "sctp 10.0.0.2:4000 > 10.0.0.1:3000 vtag=0x1111 shutdown-ack",
        "sctp 10.0.0.1:3000 > 10.0.0.2:4000 vtag=0x9 shutdown-complete=T",
        "sctp 10.0.0.1:3000 > 10.0.0.2:4000 vtag=0x9 shutdown-complete",
        "sctp 10.0.0.1:3000 > 10.0.0.2:4000 vtag=0x1111 shutdown-complete=T",
        "sctp 10.0.0.1:3000 > 10.0.0.2:4000 vtag=0x2222 shutdown-complete=T",
    ]);
    check(
        Profile::V5_10,
        &lines,
        expect![[r#"
        vtag=0 init=0x1111: -, NEW, c1 CLOSED 10 + NEW PROTOINFO
        init-ack=0x2222: -, REPLY, c1 COOKIE_WAIT 3 + REPLY PROTOINFO
        cookie-echo: -, ESTABLISHED, c1 COOKIE_ECHOED 3 + PROTOINFO
        cookie-ack: -, REPLY, c1 ESTABLISHED 432000 ASSURED + ASSURED PROTOINFO
        shutdown: -, ESTABLISHED, c1 SHUTDOWN_SENT 0 ASSURED + PROTOINFO
        shutdown-ack: -, REPLY, c1 SHUTDOWN_ACK_SENT 3 ASSURED + PROTOINFO
        vtag=0x9 shutdown-complete=T: refused, BadTag, -
        vtag=0x9 shutdown-complete: -, ESTABLISHED, c1 CLOSED 10 ASSURED + PROTOINFO
        shutdown-complete=T: -, ESTABLISHED, c1 CLOSED 10 ASSURED
        shutdown-complete=T: -, ESTABLISHED, c1 CLOSED 10 ASSURED
    "#]],
    );
}

/// A chunk beside a heartbeat that says no tag is taken to have that of the other side, too.
#[test]
fn a_first_packet_that_is_no_init_may_tell_the_tag_of_the_answers() {
    let lines = [
        "sctp 10.0.0.1:3000 > 10.0.0.2:4000 vtag=0x77 heartbeat error",
        "sctp 10.0.0.2:4000 > 10.0.0.1:3000 vtag=0x78 data",
        "sctp 10.0.0.2:4000 > 10.0.0.1:3000 vtag=0x77 data",
        "sctp 10.0.0.2:4000 > 10.0.0.1:3000 vtag=0 data",
    ];
    check(
        Profile::V5_10,
        &lines,
        expect![[r#"
        vtag=0x77 heartbeat error: -, NEW, c1 CLOSED 10 + NEW PROTOINFO
        vtag=0x78 data: refused, BadTag, -
        vtag=0x77 data: -, REPLY, c1 CLOSED 10 + REPLY
        vtag=0 data: refused, BadTag, -
    "#]],
    );
    check(
        Profile::V6_18,
        &lines,
        expect![[r#"
        vtag=0x77 heartbeat error: -, NEW, c1 CLOSED 10 + NEW PROTOINFO
        vtag=0x78 data: refused, BadTag, -
        vtag=0x77 data: refused, BadTag, -
        vtag=0 data: -, REPLY, c1 CLOSED 10 + REPLY
    "#]],
    );
}
