//! Files that are damaged, cut off, or no captures at all.

use crate::build::{
    ETHERNET, ORDERS, Order, RAW, block, classic, enhanced, interface, ip, ng, packet, read,
    section,
};
use ctscope::scenario::capture::{CaptureError, Options, import};

const LINE: &str = "udp 10.0.0.10:5000 > 192.0.2.53:53 len=12";

#[test]
fn a_file_that_is_no_capture_is_refused_in_a_sentence() {
    let cases: [(&[u8], CaptureError); 9] = [
        (b"", CaptureError::Empty),
        (b"x", CaptureError::NotACapture),
        (b"tcp 10.0.0.10:1 > 10.0.0.2:2 S", CaptureError::NotACapture),
        (b"\x1f\x8b\x08\0", CaptureError::Compressed("gunzip")),
        (b"\x28\xb5\x2f\xfd\0", CaptureError::Compressed("unzstd")),
        (b"\xfd7zXZ\0", CaptureError::Compressed("unxz")),
        (b"\xd4\xc3\xb2\xa1\x02\0\x04\0", CaptureError::Header),
        (b"\x0a\x0d\x0d\x0a", CaptureError::Header),
        (
            b"\x0a\x0d\x0d\x0a\x0c\0\0\0\x0c\0\0\0",
            CaptureError::Header,
        ),
    ];
    for (file, error) in cases {
        let got = import(file, &Options::default());
        assert_eq!(got, Err(error), "{file:?}");
    }
}

#[test]
fn a_link_type_that_is_not_known_is_named() {
    for file in [
        classic(Order::Big, false, 195, &[packet(0, vec![1; 40])]),
        ng(Order::Big, 195, None, &[packet(0, vec![1; 40])]),
    ] {
        let error = import(&file, &Options::default()).unwrap_err();
        assert_eq!(error, CaptureError::LinkType(195));
        assert_eq!(
            error.to_string(),
            "the packets of this capture are of link type 195; Ethernet (1), raw IP (101, 12, 14, \
             228, 229), Linux cooked (113, 276) and loopback (0, 108) are read"
        );
    }
}

#[test]
fn an_interface_of_an_unknown_link_type_does_not_spoil_the_others() {
    let order = Order::Little;
    let mut file = section(order);
    file.extend(interface(order, 195, None, None));
    file.extend(interface(order, RAW, None, None));
    file.extend(enhanced(order, 0, &packet(0, vec![1; 40])));
    file.extend(enhanced(order, 1, &packet(0, ip(LINE))));
    file.extend(enhanced(order, 7, &packet(0, ip(LINE))));
    let (lines, warnings) = read(&file);
    assert_eq!(lines.len(), 1);
    let expected = [
        "packet 1: its link type 195 is not known here",
        "packet 3: it names an interface that the file does not describe",
    ];
    assert_eq!(warnings, expected);
}

#[test]
fn a_capture_without_packets_is_an_empty_scenario() {
    for file in [
        classic(Order::Little, false, ETHERNET, &[]),
        classic(Order::Little, false, 195, &[]),
        section(Order::Little),
        ng(Order::Big, ETHERNET, None, &[]),
    ] {
        let (lines, warnings) = read(&file);
        assert_eq!(lines.len(), 0);
        assert_eq!(warnings, ["there is no packet in this capture"]);
    }
}

#[test]
fn a_file_cut_off_anywhere_gives_the_packets_before() {
    let packets = [packet(0, ip(LINE)), packet(0, ip(LINE))];
    for order in ORDERS {
        for (file, header) in [
            (classic(order, false, RAW, &packets), 24),
            (ng(order, RAW, None, &packets), 28 + 20),
        ] {
            let each = (file.len() - header) / 2;
            for length in header + 1..file.len() {
                let whole = (length - header) / each;
                let (lines, warnings) = read(&file[..length]);
                assert_eq!(lines.len(), whole, "{order:?} {length}");
                if (length - header) % each == 0 {
                    assert_eq!(warnings, Vec::<String>::new());
                    continue;
                }
                let expected = format!(
                    "packet {}: the file ends in the middle of this packet",
                    whole + 1
                );
                assert_eq!(warnings, [expected], "{order:?} {length}");
            }
        }
    }
}

#[test]
fn damage_ends_the_reading_and_is_told_at_its_packet() {
    let good = || packet(0, ip(LINE));
    let order = Order::Little;
    let after = |bytes: &[u8]| {
        let mut file = ng(order, RAW, None, &[good()]);
        file.extend(bytes);
        file.extend(enhanced(order, 0, &good()));
        file
    };
    let mut long_classic = classic(order, false, RAW, &[good(), good()]);
    long_classic[24 + 16 + 40 + 8 + 3] = 0x7f;
    let mut lengths_differ = enhanced(order, 0, &good());
    let last = lengths_differ.len() - 4;
    lengths_differ[last] ^= 4;
    let mut data_too_long = enhanced(order, 0, &good());
    data_too_long[20] = 0xff;
    let cases = [
        ("classic, length of 2 GB", long_classic),
        ("no length", after(&[6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])),
        (
            "odd length",
            after(&[6, 0, 0, 0, 13, 0, 0, 0, 0, 0, 0, 0, 0]),
        ),
        ("a huge length", after(&[6, 0, 0, 0, 0, 0, 0, 0x80])),
        ("two lengths", after(&lengths_differ)),
        ("longer than its block", after(&data_too_long)),
        ("a packet of nothing", after(&block(order, 6, &[0; 4]))),
        ("a short interface", after(&block(order, 1, &[0; 4]))),
        (
            "a short section",
            after(&block(order, 0x0a0d_0d0a, &[0; 4])),
        ),
    ];
    for (what, file) in cases {
        let (lines, warnings) = read(&file);
        assert_eq!(lines.len(), 1, "{what}");
        let expected = "packet 2: the file is damaged here, so what follows cannot be read";
        assert_eq!(warnings, [expected], "{what}");
    }
}

#[test]
fn blocks_of_other_kinds_are_passed_over() {
    let order = Order::Big;
    let mut file = ng(order, RAW, None, &[packet(0, ip(LINE))]);
    for kind in [4, 5, 9, 10, 0xbad, 0x8000_0bad] {
        file.extend(block(order, kind, &[7; 20]));
    }
    file.extend(block(order, 2, &[0; 40]));
    file.extend(enhanced(order, 0, &packet(0, ip(LINE))));
    let (lines, warnings) = read(&file);
    assert_eq!(lines.len(), 2);
    let expected =
        "packet 2: it is in a block of a kind that was given up long ago, and is left out";
    assert_eq!(warnings, [expected]);
}
