//! The lines of the tools, byte for byte.

use super::run::{last, run};
use ctscope::engine::Check;
use ctscope::view::model::{TextLine, Texts};
use ctscope::view::texts::{conntrack_line, describe, texts};
use expect_test::{ExpectFile, expect_file};

/// What the tools print after a scenario.
#[track_caller]
fn after(text: &str) -> Texts {
    texts(&last(text).whole())
}

#[track_caller]
fn check(lines: &[TextLine], expected: ExpectFile) {
    let text: Vec<_> = lines.iter().map(|line| line.text.as_str()).collect();
    expected.assert_eq(&text.join("\n"));
}

const HANDSHAKE: &str = "
tcp 127.0.0.1:40001 > 127.0.0.1:8080 S seq=1000
tcp 127.0.0.1:8080 > 127.0.0.1:40001 SA seq=5000 ack=1001
tcp 127.0.0.1:40001 > 127.0.0.1:8080 A seq=1001 ack=5001
";

#[test]
fn conntrack_l_lists_original_nodes() {
    check(
        &after(HANDSHAKE).list,
        expect_file!["../golden/words/tools/list-tcp.txt"],
    );
    check(
        &after("udp 127.0.0.1:40000 > 127.0.0.1:5353 len=4\nadvance 4ms").list,
        expect_file!["../golden/words/tools/list-udp.txt"],
    );
    check(
        &after("icmp 10.0.0.1 > 10.0.0.2 echo-request id=42 seq=1").list,
        expect_file!["../golden/words/tools/list-icmp.txt"],
    );
    check(
        &after("udp [2001:db8::1]:5000 > [2001:db8::2]:53 len=12").list,
        expect_file!["../golden/words/tools/list-ipv6.txt"],
    );
}

#[test]
fn counters_and_age_are_shown_when_they_are_there() {
    let text = "
sysctl nf_conntrack_acct=1
sysctl nf_conntrack_timestamp=1
udp 10.0.0.1:5000 > 10.0.0.2:53 len=12
udp 10.0.0.2:53 > 10.0.0.1:5000 len=40
advance 5s
";
    check(
        &after(text).list,
        expect_file!["../golden/words/tools/list-counters.txt"],
    );
}

#[test]
fn conntrack_e_tells_new_update_and_destroy() {
    let text = format!("{HANDSHAKE}\nflush");
    check(
        &after(&text).events,
        expect_file!["../golden/words/tools/events.txt"],
    );
}

#[test]
fn conntrack_s_has_a_line_per_cpu() {
    let text = "icmp 10.0.0.2 > 10.0.0.1 echo-reply id=9 seq=1";
    check(
        &after(text).stats,
        expect_file!["../golden/words/tools/stats.txt"],
    );
}

#[test]
fn the_newer_kernel_counts_long_chains_and_has_no_list_of_unconfirmed_entries() {
    let text = "config profile=6.18 max=10
nft prerouting udp dport 53 ct zone set 3
sysctl nf_conntrack_timestamp=1
udp 10.0.0.1:5000 > 10.0.0.2:53 len=12
udp 10.0.0.1:5001 > 10.0.0.2:53 len=12 hold=forward
tcp 10.0.0.1:6000 > 10.0.0.2:80 S seq=1
nft prerouting ct original zone set 5
tcp 10.0.0.1:6001 > 10.0.0.2:80 S seq=1
advance 3s
delete proto=tcp sport=6000
events slow
delete zone=5";
    let told = after(text);
    assert_eq!(told.unconfirmed, []);
    let all: Vec<TextLine> = [told.list, told.dying, told.events, told.stats].concat();
    check(&all, expect_file!["../golden/words/tools/newer.txt"]);
}

#[test]
fn unconfirmed_and_dying_have_lists_of_their_own() {
    let text = "
udp 10.0.0.1:5000 > 10.0.0.2:53 len=12
udp 10.0.0.1:5000 > 10.0.0.2:53 len=12 hold=forward
delete c1
tcp 10.0.0.1:6000 > 10.0.0.2:80 S seq=1 hold=forward
";
    let texts = after(text);
    assert!(texts.list.is_empty());
    // The kernel reads the length of 120 s as an instant, which is as long after the wrap of
    // jiffies as now is before it: 300 s.
    check(
        &texts.unconfirmed,
        expect_file!["../golden/words/tools/unconfirmed.txt"],
    );
    check(
        &texts.dying,
        expect_file!["../golden/words/tools/dying.txt"],
    );
}

#[test]
fn an_expired_entry_is_not_listed_and_stays_linked() {
    let text = "gc manual\nudp 10.0.0.1:5000 > 10.0.0.2:53 len=12\nadvance 31s";
    let done = last(text);
    assert!(texts(&done.whole()).list.is_empty());
    assert_eq!(done.whole().state.conns.len(), 1);
}

#[test]
fn a_line_is_fresh_if_something_but_the_time_changed() {
    let text = "
udp 10.0.0.1:5000 > 10.0.0.2:53 len=12
advance 5s
udp 10.0.0.2:53 > 10.0.0.1:5000 len=12
";
    let fresh: Vec<_> = run(text)
        .iter()
        .map(|done| texts(&done.whole()).list[0].fresh)
        .collect();
    assert_eq!(fresh, [true, false, true]);
    let events: Vec<_> = after(text).events.iter().map(|line| line.fresh).collect();
    assert_eq!(events, [false, true]);
}

#[test]
fn every_check_holds_all_the_way() {
    for done in run(&format!("{HANDSHAKE}\nadvance 5s\nflush")) {
        for at in 0..done.steps.len() {
            let checks = texts(&done.scene(at, at + 1)).checks;
            assert_eq!(checks.len(), Check::ALL.len());
            assert!(
                checks.iter().all(|(_, holds)| *holds),
                "{:?}",
                done.steps[at]
            );
        }
    }
}

#[test]
fn a_line_can_be_printed_for_any_connection() {
    let done = last("udp 10.0.0.1:5000 > 10.0.0.2:53 len=12");
    let state = done.whole().state;
    let conn = state.conns.by_number(1).expect("c1 lives");
    let line = conntrack_line(conn, state.now, state.hz());
    assert_eq!(line, texts(&done.whole()).list[0].text);
}

#[test]
fn the_whole_state_is_described_in_a_paragraph() {
    let text = "
tcp 192.168.1.2:47562 > 10.0.0.2:80 S seq=1000
udp 10.0.0.1:5000 > 10.0.0.2:53 len=12 hold=forward
";
    expect_file!["../golden/words/tools/describe.txt"].assert_eq(&describe(&last(text).whole()));
}
