//! Bytes, checksums, tuples, hashes.

use crate::bench::{From, icmp, ipv4, ipv6, l4, segment, v6};
use ctscope::engine::addr::{Addr, L3};
use ctscope::engine::checksum::{internet_checksum, l4_checksum};
use ctscope::engine::extract::{Reading, get_l4proto, nf_ct_get_tuple, nf_ct_invert_tuple};
use ctscope::engine::hash::{HashKey, RawHash, hash_conntrack_raw, siphash24};
use ctscope::engine::proto::Reason;
use ctscope::engine::tuple::{Dir, Dst, Man, Tuple, ipproto};
use proptest::prelude::*;

fn tuple_of(bytes: &[u8]) -> Option<Tuple> {
    nf_ct_get_tuple(bytes, &get_l4proto(bytes).ok()?, Reading::default())
}

/// The connection of the article's figure 1.
fn figure_1() -> Vec<u8> {
    let segment = segment("S").bytes(47562, 80);
    ipv4([192, 168, 1, 2], [10, 0, 0, 2], 6, &segment, Some(16))
}

fn esp() -> Vec<u8> {
    ipv4([10, 0, 0, 1], [10, 0, 0, 2], 50, &[], None)
}

#[test]
fn the_tuple_of_figure_1_is_read_and_inverted() {
    let tuple = tuple_of(&figure_1()).expect("a whole packet");
    assert_eq!(tuple.to_string(), "192.168.1.2:47562 > 10.0.0.2:80");
    assert_eq!(tuple.dst.dir, Dir::Original);
    let mut expected = [0; Tuple::SIZE];
    expected[..4].copy_from_slice(&[192, 168, 1, 2]);
    expected[16..20].copy_from_slice(&[0xb9, 0xca, 2, 0]);
    expected[20..24].copy_from_slice(&[10, 0, 0, 2]);
    expected[36..40].copy_from_slice(&[0, 80, 6, 0]);
    assert_eq!(tuple.bytes(), expected);
    let reply = nf_ct_invert_tuple(&tuple).expect("ports swap");
    assert_eq!(reply.to_string(), "10.0.0.2:80 > 192.168.1.2:47562");
    assert_eq!(reply.dst.dir, Dir::Reply);
}

#[test]
fn hashes_are_those_of_an_independent_implementation() {
    let a = [10, 0, 0, 1];
    let tcp6 = segment("S").bytes(1234, 443);
    let dns = [&5000u16.to_be_bytes()[..], &53u16.to_be_bytes(), &[0; 4]].concat();
    let invert = |tuple: &Tuple| nf_ct_invert_tuple(tuple).expect("it has an inverse");
    let figure_1 = tuple_of(&figure_1()).expect("a whole packet");
    let ping = tuple_of(&ipv4(a, [10, 0, 0, 2], 1, &icmp(8, 42, &[]), None)).expect("whole");
    let dns = tuple_of(&ipv4(a, [8, 8, 8, 8], 17, &dns, None)).expect("whole");
    let tcp6 = tuple_of(&ipv6(v6(1), v6(2), 6, &[], &tcp6, None)).expect("whole");
    let vectors = [
        (figure_1, [0x5828_1cac, 0x7680_361f], SIP[0]),
        (invert(&figure_1), [0xec21_92bf, 0x2685_1ece], SIP[1]),
        (dns, [0x4509_a269, 0x8562_b4f2], SIP[2]),
        (ping, [0x87b0_9466, 0x1a8a_67c2], SIP[3]),
        (invert(&ping), [0xd78f_3273, 0x0872_9370], SIP[4]),
        (tcp6, [0x025d_6354, 0x0323_8b3c], SIP[5]),
        (
            tuple_of(&esp()).expect("whole"),
            [0x9fea_09c2, 0xd01e_cb3c],
            SIP[6],
        ),
    ];
    for (tuple, jhash, sip) in vectors {
        let raw = |seed| hash_conntrack_raw(&tuple, HashKey::Jhash { seed }).0;
        assert_eq!([raw(0), raw(0x1234_5678)], jhash, "{tuple}");
        let raw = |key, zone| hash_conntrack_raw(&tuple, HashKey::Sip { key, zone }).0;
        let [k0, k1] = KEY;
        let with_zone_and_mix = [k0 ^ 7, k1 ^ 0xdead_beef];
        let raws = [raw([0; 2], 0), raw(KEY, 0), raw(with_zone_and_mix, 7)];
        assert_eq!(raws, sip, "{tuple}");
    }
}

/// The bytes 0 to 15 as two words.
const KEY: [u64; 2] = [0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908];

/// SipHash of the tuples above: key 0, [`KEY`], and that with zone 7 and a `hash_mix`.
const SIP: [[u32; 3]; 7] = [
    [0x7851_2964, 0xd796_306d, 0xd7f1_cb49],
    [0xb610_971b, 0xc18a_c919, 0x183c_4971],
    [0x2270_ea87, 0x8fc7_f8d2, 0x5b2a_bf1d],
    [0x2bb5_dfd2, 0xe28b_28d3, 0x7edf_1400],
    [0xfb37_dc13, 0x29ad_efe5, 0x8b41_97e6],
    [0x55b8_808d, 0x9b1b_ce3e, 0x7842_a081],
    [0xffb4_9fc3, 0x29cc_ea14, 0xd147_08bd],
];

#[test]
fn siphash_gives_its_authors_vector() {
    let bytes: Vec<u8> = (0..15).collect();
    assert_eq!(siphash24(&bytes, KEY), 0xa129_ca61_49be_45e5);
}

#[test]
fn a_hash_is_scaled_by_its_high_bits() {
    let raw = RawHash(0x5828_1cac);
    assert_eq!(
        [8, 16384, 65536].map(|size| raw.scale(size)),
        [2, 5642, 22568]
    );
}

#[test]
fn inverting_twice_gives_the_tuple_back_whatever_its_type() {
    let man = |u| Man {
        u3: Addr::v4([10, 0, 0, 1]),
        u,
        l3num: L3::Ipv4,
    };
    let mut invertible = Vec::new();
    for protonum in 0..=u8::MAX {
        for kind in 0..=u8::MAX {
            let dst = Dst {
                u3: Addr::v4([10, 0, 0, 2]),
                u: u16::from_be_bytes([kind, 7]),
                protonum,
                dir: Dir::Original,
            };
            let tuple = Tuple { src: man(42), dst };
            let icmp = [ipproto::ICMP, ipproto::ICMPV6].contains(&protonum);
            match nf_ct_invert_tuple(&tuple) {
                Some(inverse) => {
                    assert_eq!(nf_ct_invert_tuple(&inverse), Some(tuple));
                    assert_eq!(inverse.dst.dir, Dir::Reply);
                    if icmp {
                        assert_eq!((inverse.src.u, inverse.icmp_code()), (42, 7));
                        invertible.push((protonum, kind, inverse.icmp_type()));
                    }
                }
                None => assert!(icmp, "protocol {protonum}"),
            }
        }
    }
    let v4 = [
        (0, 8),
        (8, 0),
        (13, 14),
        (14, 13),
        (15, 16),
        (16, 15),
        (17, 18),
        (18, 17),
    ];
    let v6 = [(128, 129), (129, 128), (139, 140), (140, 139)];
    let expected = v4.map(|(kind, inverse)| (1, kind, inverse)).into_iter();
    let expected = expected.chain(v6.map(|(kind, inverse)| (58, kind, inverse)));
    assert_eq!(invertible, expected.collect::<Vec<_>>());
}

#[test]
fn an_ipv4_header_that_contradicts_itself_is_refused() {
    let check = |change: fn(&mut Vec<u8>), expected: Result<(usize, usize), Reason>| {
        let mut bytes = figure_1();
        change(&mut bytes);
        let got = get_l4proto(&bytes).map(|l4| (l4.offset, l4.end));
        assert_eq!(got, expected, "{:02x?}", &bytes[..bytes.len().min(8)]);
    };
    check(|_| {}, Ok((20, 40)));
    check(|b| b.extend([0; 6]), Ok((20, 40)));
    check(|b| b[6] = 0x20, Ok((20, 40))); // a first fragment
    check(|b| b[7] = 1, Err(Reason::Fragment));
    check(|b| b[0] = 0x46, Ok((24, 40)));
    check(|b| b[0] = 0x44, Err(Reason::BadIpHeader));
    check(|b| b[0] = 0x4f, Err(Reason::BadIpHeader));
    check(|b| b[0] = 0x55, Err(Reason::BadIpHeader));
    check(|b| b[3] = 41, Err(Reason::BadIpHeader));
    check(|b| b[3] = 19, Err(Reason::BadIpHeader));
    check(|b| b.truncate(19), Err(Reason::BadIpHeader));
    check(|b| b.clear(), Err(Reason::BadIpHeader));
}

#[test]
fn ipv6_extension_headers_are_walked() {
    let check = |next: u8, chain: &[u8], expected: Result<(u8, usize), Reason>| {
        let bytes = ipv6(v6(1), v6(2), next, chain, &[0; 20], None);
        let got = get_l4proto(&bytes).map(|l4| (l4.protonum, l4.offset));
        assert_eq!(got, expected, "{next} {chain:?}");
    };
    check(6, &[], Ok((6, 40)));
    check(
        0,
        &[
            43, 0, 0, 0, 0, 0, 0, 0, 60, 0, 0, 0, 0, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0, 0,
        ],
        Ok((17, 64)),
    );
    check(51, &[[58u8, 4].as_slice(), &[0; 22]].concat(), Ok((58, 64)));
    check(44, &[6, 0, 0, 1, 0, 0, 0, 9], Ok((6, 48)));
    check(44, &[6, 0, 0, 8, 0, 0, 0, 9], Err(Reason::Fragment));
    check(59, &[], Err(Reason::BadIpHeader));
    check(60, &[6, 3, 0, 0, 0, 0, 0, 0], Err(Reason::BadIpHeader));
    // A protocol that nobody knows ends the walk.
    check(253, &[], Ok((253, 40)));
}

#[test]
fn a_tuple_needs_four_bytes_of_ports_or_a_whole_icmp_header() {
    let at_least = |protonum: u8| {
        (0..=20).find(|&len| {
            tuple_of(&ipv4(
                [10, 0, 0, 1],
                [10, 0, 0, 2],
                protonum,
                &vec![0; len],
                None,
            ))
            .is_some()
        })
    };
    assert_eq!([6, 17, 1, 58, 50].map(at_least), [4, 4, 8, 8, 0].map(Some));
}

#[test]
fn checksums_are_those_of_known_packets() {
    // The IPv4 header that many texts use as the example: 45 00 00 73 … gives b861.
    let header = [
        0x45, 0x00, 0x00, 0x73, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11, 0, 0, 0xc0, 0xa8, 0x00, 0x01,
        0xc0, 0xa8, 0x00, 0xc7,
    ];
    assert_eq!(internet_checksum(&[&header]), 0xb861);
    assert_eq!(
        internet_checksum(&[&header[..7], &[], &header[7..]]),
        0xb861
    );
    // RFC 1071's own numbers add up to ddf2.
    assert_eq!(
        internet_checksum(&[&[0, 1, 0xf2, 3, 0xf4, 0xf5, 0xf6, 0xf7]]),
        !0xddf2
    );
    // An odd byte counts as the high one.
    assert_eq!(internet_checksum(&[&[0x12]]), !0x1200);

    // By hand: 0a00+0001 + 0a00+0002 + 0011 + 000a (pseudo header), 1388+0035+000a+6162 (UDP).
    let udp = [0x13, 0x88, 0, 0x35, 0, 10, 0, 0, b'a', b'b'];
    let bytes = ipv4([10, 0, 0, 1], [10, 0, 0, 2], 17, &udp, None);
    let header = get_l4proto(&bytes).expect("a whole packet");
    let sum = 0x0a00 + 1 + 0x0a00 + 2 + 0x11 + 10 + 0x1388 + 0x35 + 10 + 0x6162;
    assert_eq!(l4_checksum(&bytes, &header), !(sum as u16));
    // ICMP counts no pseudo header, ICMPv6 does.
    let ping = ipv4([10, 0, 0, 1], [10, 0, 0, 2], 1, &icmp(8, 1, &[]), None);
    assert_eq!(l4_checksum(&ping, &l4(L3::Ipv4, 1, 20, 28)), !0x0802);
    let ping = ipv6(v6(1), v6(2), 58, &[], &icmp(128, 1, &[]), None);
    let sum = 2 * (0x2001 + 0xdb8) + 1 + 2 + 8 + 58 + 0x8000 + 1 + 1;
    let folded = ((sum >> 16) + (sum & 0xffff)) as u16;
    assert_eq!(l4_checksum(&ping, &l4(L3::Ipv6, 58, 40, 48)), !folded);
}

#[test]
fn a_packet_that_holds_its_checksum_sums_to_zero() {
    for len in 0..40 {
        let mut bytes = segment("PA").len(len).packet(From::Client);
        let l4 = get_l4proto(&bytes).expect("a whole packet");
        assert_eq!(l4_checksum(&bytes, &l4), 0);
        bytes.extend([0xff; 3]); // link padding is outside
        assert_eq!(l4_checksum(&bytes, &l4), 0);
        bytes[25] ^= 1;
        assert_ne!(l4_checksum(&bytes, &l4), 0);
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic(
        version in prop_oneof![Just(0x45u8), Just(0x60), any::<u8>()],
        next in prop_oneof![Just(0u8), Just(1), Just(6), Just(44), Just(51), Just(58), any::<u8>()],
        exact in any::<bool>(),
        mut bytes in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let len = bytes.len();
        let fields = match version {
            0x45 if exact => vec![(0, version), (2, 0), (3, len as u8), (6, 0), (7, 0), (9, next)],
            0x60 if exact => {
                vec![(0, version), (4, 0), (5, len.saturating_sub(40) as u8), (6, next)]
            }
            _ => vec![(0, version)],
        };
        for (at, byte) in fields {
            if let Some(old) = bytes.get_mut(at) {
                *old = byte;
            }
        }
        if let Ok(l4) = get_l4proto(&bytes) {
            prop_assert!(l4.offset <= l4.end && l4.end <= bytes.len());
            let _ = l4_checksum(&bytes, &l4);
            if let Some(tuple) = nf_ct_get_tuple(&bytes, &l4, Reading::default()) {
                prop_assert_eq!(tuple.dst.dir, Dir::Original);
                if let Some(inverse) = nf_ct_invert_tuple(&tuple) {
                    prop_assert_eq!(nf_ct_invert_tuple(&inverse), Some(tuple));
                }
            }
        }
    }
}
