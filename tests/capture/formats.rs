//! Both formats, every link type, and time.

use crate::build::{
    ETHERNET, NANOS, ORDERS, Order, Packet, RAW, SLL, SLL2, Writer, classic, enhanced, ethernet,
    interface, ip, ng, packet, read, section, sll2,
};

const QUESTION: &str = "udp 10.0.0.10:5000 > 192.0.2.53:53 len=12 ipid=7";
const ANSWER: &str = "udp 192.0.2.53:53 > 10.0.0.10:5000 len=40 ipid=8";
const SIX: &str = "udp [2001:db8:a::10]:5000 > [2001:db8:b::20]:53 len=12";

/// 2026-11-26 10:00 UTC, in seconds.
const START: u64 = 1_795_687_200;

fn forward(line: &str) -> String {
    let normal = ctscope::scenario::packet_print::disassemble(&ip(line));
    format!("Forward {normal}")
}

/// Question and answer, so many units of time apart.
fn talk(units_per_second: u64, apart: u64) -> Vec<Packet> {
    let at = START * units_per_second;
    vec![packet(at, ip(QUESTION)), packet(at + apart, ip(ANSWER))]
}

#[track_caller]
fn check(what: &str, file: &[u8], expected: &[String]) {
    let (lines, warnings) = read(file);
    assert_eq!(lines, expected, "{what}");
    assert_eq!(warnings, Vec::<String>::new(), "{what}");
}

#[test]
fn every_format_and_byte_order_gives_the_same_scenario() {
    let expected = [forward(QUESTION), "250 ms".into(), forward(ANSWER)];
    for order in ORDERS {
        let micros = talk(1_000_000, 250_000);
        let nanos = talk(NANOS, 250_000_000);
        let halved = talk(1 << 20, 1 << 18);
        for (what, file) in [
            ("pcap, µs", classic(order, false, RAW, &micros)),
            ("pcap, ns", classic(order, true, RAW, &nanos)),
            ("pcapng, default", ng(order, RAW, None, &micros)),
            ("pcapng, 10^-6", ng(order, RAW, Some(6), &micros)),
            ("pcapng, 10^-9", ng(order, RAW, Some(9), &nanos)),
            ("pcapng, 2^-20", ng(order, RAW, Some(0x80 | 20), &halved)),
        ] {
            check(&format!("{what}, {order:?}"), &file, &expected);
        }
    }
}

#[test]
fn every_link_type_gives_the_packet_in_it() {
    let four = ip(QUESTION);
    let six = ip(SIX);
    let behind = |front: &[u8], inside: &[u8]| [front, inside].concat();
    let tag = |kind: u16| [&[0, 7][..], &kind.to_be_bytes()].concat();
    let sll = |kind: u16| {
        let front = [0, 0, 3, 4, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0];
        [&front[..], &kind.to_be_bytes()].concat()
    };
    let cases = [
        ("Ethernet", ETHERNET, ethernet(0x0800, &four), QUESTION),
        ("Ethernet, IPv6", ETHERNET, ethernet(0x86dd, &six), SIX),
        (
            "Ethernet with a check sequence",
            0x4400_0000 | ETHERNET,
            behind(&ethernet(0x0800, &four), &[1, 2, 3, 4]),
            QUESTION,
        ),
        (
            "a tag",
            ETHERNET,
            ethernet(0x8100, &behind(&tag(0x0800), &four)),
            QUESTION,
        ),
        (
            "two tags",
            ETHERNET,
            ethernet(0x88a8, &behind(&tag(0x8100), &behind(&tag(0x86dd), &six))),
            SIX,
        ),
        ("raw", RAW, four.clone(), QUESTION),
        ("raw, IPv6", RAW, six.clone(), SIX),
        ("raw of OpenBSD", 14, four.clone(), QUESTION),
        ("IPv4 only", 228, four.clone(), QUESTION),
        ("IPv6 only", 229, six.clone(), SIX),
        ("cooked", SLL, behind(&sll(0x0800), &four), QUESTION),
        ("cooked, IPv6", SLL, behind(&sll(0x86dd), &six), SIX),
        ("cooked, version 2", SLL2, sll2(0, &four), QUESTION),
        (
            "loopback, little endian",
            0,
            behind(&[2, 0, 0, 0], &four),
            QUESTION,
        ),
        (
            "loopback, big endian",
            0,
            behind(&[0, 0, 0, 2], &four),
            QUESTION,
        ),
        ("loopback of FreeBSD", 0, behind(&[28, 0, 0, 0], &six), SIX),
        ("loopback of macOS", 0, behind(&[30, 0, 0, 0], &six), SIX),
        (
            "loopback of OpenBSD",
            108,
            behind(&[0, 0, 0, 24], &six),
            SIX,
        ),
    ];
    for (what, link, frame, line) in cases {
        let file = classic(Order::Little, false, link, &[packet(0, frame)]);
        check(what, &file, &[forward(line)]);
    }
}

#[test]
fn parts_of_a_millisecond_add_up() {
    let at = |micros: u64| packet(START * 1_000_000 + micros, ip(QUESTION));
    let packets = [at(0), at(600), at(1_200), at(1_800), at(2_400)];
    let file = classic(Order::Big, false, RAW, &packets);
    let q = || forward(QUESTION);
    let expected = [q(), q(), "1 ms".into(), q(), q(), "1 ms".into(), q()];
    check("600 µs apart", &file, &expected);
}

#[test]
fn time_that_runs_backwards_is_told_and_does_not_pass() {
    let at = |millis: u64| packet((START * 1_000 + millis) * 1_000, ip(QUESTION));
    let file = classic(Order::Little, false, RAW, &[at(500), at(200), at(900)]);
    let (lines, warnings) = read(&file);
    let q = || forward(QUESTION);
    assert_eq!(lines, [q(), q(), "400 ms".into(), q()]);
    let expected = ["packet 2: it is 300 ms earlier than one before it; no time passes"];
    assert_eq!(warnings, expected);
}

#[test]
fn a_pause_of_years_is_cut_short() {
    let at = |seconds: u64| packet(seconds * 1_000_000, ip(QUESTION));
    let file = classic(Order::Little, false, RAW, &[at(0), at(START)]);
    let (lines, warnings) = read(&file);
    assert_eq!(lines[1], "604800000 ms");
    let expected = ["packet 2: it comes 20783 days after the one before it; 7 pass here"];
    assert_eq!(warnings, expected);
}

#[test]
fn interfaces_with_different_clocks_meet() {
    for order in ORDERS {
        let mut file = section(order);
        file.extend(interface(order, RAW, Some(3), None));
        file.extend(interface(order, ETHERNET, Some(9), Some(START as i64)));
        file.extend(enhanced(order, 0, &packet(START * 1_000, ip(QUESTION))));
        let later = packet(30_000_000, ethernet(0x0800, &ip(ANSWER)));
        file.extend(enhanced(order, 1, &later));
        let expected = [forward(QUESTION), "30 ms".into(), forward(ANSWER)];
        check(&format!("{order:?}"), &file, &expected);
    }
}

#[test]
fn a_new_section_may_have_another_byte_order() {
    let talk = talk(1_000_000, 250_000);
    let mut file = ng(Order::Big, RAW, None, &talk[..1]);
    file.extend(ng(Order::Little, RAW, None, &talk[1..]));
    let expected = [forward(QUESTION), "250 ms".into(), forward(ANSWER)];
    check("two sections", &file, &expected);
}

#[test]
fn a_simple_packet_has_no_time() {
    let order = Order::Little;
    let mut file = ng(order, RAW, None, &[]);
    let mut w = Writer::new(order);
    let question = ip(QUESTION);
    w.u32(question.len() as u32).raw(&question);
    file.extend(crate::build::block(order, 3, &w.bytes));
    let (lines, warnings) = read(&file);
    assert_eq!(lines, [forward(QUESTION)]);
    let expected = ["packet 1: 1 packet has no time in the file and follows at once"];
    assert_eq!(warnings, expected);
}

#[test]
fn what_is_behind_a_packet_is_left_out() {
    let mut frame = ethernet(0x0800, &ip(QUESTION));
    frame.extend([0; 6]);
    let file = classic(Order::Little, false, ETHERNET, &[packet(0, frame)]);
    check("padding", &file, &[forward(QUESTION)]);
}
