//! What a listener hears, and what a slow one does to dying connections.

use crate::{check, run};
use ctscope::engine::Conntrack;
use ctscope::engine::conn::EventMask;
use ctscope::engine::event::EventKind;
use expect_test::expect;

const SYN: &str = "tcp 10.0.0.1:4000 > 10.0.0.2:80 S seq=1000";
const SYN_ACK: &str = "tcp 10.0.0.2:80 > 10.0.0.1:4000 SA seq=5000 ack=1001";
const ACK: &str = "tcp 10.0.0.1:4000 > 10.0.0.2:80 A seq=1001 ack=5001";

fn heard(ct: &Conntrack) -> Vec<(EventKind, Option<&'static str>)> {
    ct.listener
        .heard
        .iter()
        .map(|event| (event.kind, event.state))
        .collect()
}

#[test]
fn a_handshake_is_heard_as_new_and_two_updates() {
    let ct = run(&format!("{SYN}\n{SYN_ACK}\n{ACK}")).ct;
    assert_eq!(
        heard(&ct),
        [
            (EventKind::New, Some("SYN_SENT")),
            (EventKind::Update, Some("SYN_RECV")),
            (EventKind::Update, Some("ESTABLISHED")),
        ]
    );
}

#[test]
fn a_refreshed_timeout_is_no_event() {
    let ct = run(&format!("{SYN}\n{SYN_ACK}\n{ACK}\n{ACK}")).ct;
    assert_eq!(ct.listener.sent, 3);
}

#[test]
fn a_destroy_message_has_neither_timeout_nor_state() {
    let ct = run(&format!("{SYN}\ndelete c1")).ct;
    let event = ct.listener.heard.back().expect("a message");
    assert_eq!(
        (event.kind, event.left, event.state),
        (EventKind::Destroy, None, None)
    );
}

#[test]
fn a_slow_listener_keeps_a_deleted_connection_on_the_dying_list() {
    let text = format!("{SYN}\nevents slow\ndelete c1");
    check(
        &text,
        expect![[r#"
        c1 dying use 1 (event retry 1) SYN_SENT 120 s left [CONFIRMED DYING]
        dying list of CPU 0: c1>
        count init 1
    "#]],
    );
    check(
        &format!("{text}\nadvance 60s"),
        expect![[r#"
        c1 dying use 1 (event retry 1) SYN_SENT 60 s left [CONFIRMED DYING]
        dying list of CPU 0: c1>
        count init 1
    "#]],
    );
}

#[test]
fn once_the_listener_reads_the_worker_lets_go() {
    let text = format!("{SYN}\nevents slow\ndelete c1\nadvance 2s\nevents on\nadvance 1s");
    check(
        &text,
        expect![[r#"
        count init 0
    "#]],
    );
    let kinds: Vec<EventKind> = run(&text)
        .ct
        .listener
        .heard
        .iter()
        .map(|event| event.kind)
        .collect();
    assert_eq!(kinds, [EventKind::New, EventKind::Destroy]);
}

#[test]
fn what_a_slow_listener_missed_comes_with_the_next_message() {
    let ct = run(&format!("events slow\n{SYN}\nevents on\n{SYN_ACK}")).ct;
    let event = ct.listener.heard.back().expect("a message");
    assert_eq!(
        event.kind,
        EventKind::New,
        "the NEW that was missed is in it"
    );
    assert_eq!(ct.listener.sent, 1);
}

#[test]
fn with_nobody_listening_a_deletion_waits_for_nobody() {
    check(
        &format!("events off\n{SYN}\ndelete c1"),
        expect![[r#"
        count init 0
    "#]],
    );
}

#[test]
fn an_event_of_a_packet_dropped_on_its_way_comes_with_the_next() {
    let ct = run(&format!("{SYN}\n{SYN_ACK} drop=forward\n{SYN_ACK}")).ct;
    assert_eq!(
        heard(&ct),
        [
            (EventKind::New, Some("SYN_SENT")),
            (EventKind::Update, Some("SYN_RECV"))
        ]
    );
}

#[test]
fn a_destroy_message_brings_what_was_missed() {
    let missed = format!("events slow\n{SYN}\nevents on\ndelete c1");
    let ct = run(&missed).ct;
    let event = ct.listener.heard.back().expect("a message");
    let bits = EventMask::NEW | EventMask::PROTOINFO | EventMask::DESTROY;
    assert_eq!((event.kind, event.bits), (EventKind::Destroy, bits));
    assert_eq!((event.left, event.state), (None, None));
    assert_eq!(ct.listener.sent, 1);
}

#[test]
fn the_worker_too_brings_what_was_missed() {
    let missed = format!("events slow\n{SYN}\ndelete c1\nevents on\nadvance 2s");
    let ct = run(&missed).ct;
    let event = ct.listener.heard.back().expect("a message");
    assert!(event.bits.contains(EventMask::NEW | EventMask::DESTROY));
    assert_eq!((event.kind, ct.conns.len()), (EventKind::Destroy, 0));
}
