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
    check(Profile::V5_10, &lines, expect![[""]]);
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
    check(Profile::V5_10, &lines, expect![[""]]);
}

/// What opens an association without saying a tag is taken to have that of the other side.
#[test]
fn a_first_packet_that_is_no_init_tells_the_tag_of_the_answers() {
    let lines = [
        "sctp 10.0.0.1:3000 > 10.0.0.2:4000 vtag=0x77 cookie-echo",
        "sctp 10.0.0.2:4000 > 10.0.0.1:3000 vtag=0x78 data",
        "sctp 10.0.0.2:4000 > 10.0.0.1:3000 vtag=0x77 data",
    ];
    check(Profile::V5_10, &lines, expect![[""]]);
    check(Profile::V6_18, &lines, expect![[""]]);
}
