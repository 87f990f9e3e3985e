//! What becomes of a packet: cut off, not IP, seen twice, of this machine.

use crate::build::{
    ETHERNET, Order, Packet, RAW, SLL2, classic, ethernet, ip, packet, read, read_with, sll2,
};
use ctscope::engine::rules::Prefix;
use ctscope::engine::skb::CtInfo;
use ctscope::engine::{Conntrack, NoProbe};
use ctscope::scenario::capture::{Options, import, two_sides};
use ctscope::scenario::packet_print::disassemble;
use ctscope::scenario::parse_network;

fn file(link: u32, packets: &[Packet]) -> Vec<u8> {
    classic(Order::Little, false, link, packets)
}

/// The first bytes of a packet of which more was on the wire.
fn cut(line: &str, captured: usize) -> Packet {
    let mut data = ip(line);
    let wire_len = Some(data.len() as u32);
    data.truncate(captured);
    Packet {
        at: 0,
        wire_len,
        data,
    }
}

/// How conntrack relates each packet of a capture.
fn tracked(file: &[u8]) -> Vec<Option<CtInfo>> {
    let (scenario, _) = import(file, &Options::default()).expect("a capture");
    let mut ct = Conntrack::new(&scenario.config);
    let outcomes = scenario
        .lines
        .iter()
        .map(|line| ct.apply(&line.command, &mut NoProbe));
    outcomes.map(|outcome| outcome.ctinfo).collect()
}

#[test]
fn a_packet_that_was_cut_off_is_filled_up_so_that_it_is_tracked() {
    for (line, captured) in [
        ("tcp 10.0.0.10:40000 > 192.0.2.20:80 S seq=1 mss=1460", 40),
        ("tcp [2001:db8::1]:40000 > [2001:db8::2]:80 S len=300", 68),
        ("udp 10.0.0.10:5000 > 192.0.2.53:53 len=400", 68),
        ("udp [2001:db8::1]:5000 > [2001:db8::2]:53 len=400", 68),
        (
            "icmp 10.0.0.10 > 192.0.2.53 echo-request id=1 seq=1 len=400",
            68,
        ),
        (
            "icmp6 2001:db8::1 > 2001:db8::2 echo-request id=1 seq=1 len=400",
            68,
        ),
    ] {
        let whole = ip(line);
        let file = file(RAW, &[cut(line, captured)]);
        let (_, warnings) = read(&file);
        let expected = format!(
            "packet 1: only {captured} of its {} bytes were captured; the others are taken as \
             zeros, with a checksum that fits",
            whole.len()
        );
        assert_eq!(warnings, [expected], "{line}");
        assert_eq!(tracked(&file), [Some(CtInfo::New)], "{line}");
    }
}

#[test]
fn a_header_that_was_cut_off_makes_an_invalid_packet() {
    let file = file(
        RAW,
        &[cut("tcp 10.0.0.10:40000 > 192.0.2.20:80 S seq=1", 30)],
    );
    let (lines, warnings) = read(&file);
    assert_eq!(lines.len(), 1);
    let expected = "packet 1: only 30 bytes of it were captured, too few to fill up; it enters as \
                    it is, and will be invalid";
    assert_eq!(warnings, [expected]);
    assert_eq!(tracked(&file), [None]);
}

#[test]
fn a_packet_that_lies_about_its_length_enters_as_it_is() {
    let mut data = ip("udp 10.0.0.10:5000 > 192.0.2.53:53 len=20");
    data.truncate(40);
    let (lines, warnings) = read(&file(RAW, &[packet(0, data.clone())]));
    assert_eq!(lines, [format!("Forward {}", disassemble(&data))]);
    let expected = "packet 1: it says that it is longer than its 40 bytes; it enters as it is";
    assert_eq!(warnings, [expected]);
}

#[test]
fn a_checksum_left_to_the_network_card_is_written() {
    for line in [
        "tcp 10.0.0.10:40000 > 192.0.2.20:80 S seq=1 mss=1460",
        "udp [2001:db8::1]:5000 > [2001:db8::2]:53 len=5",
    ] {
        let right = ip(line);
        // The sum over the pseudo header, which is what Linux leaves there.
        let (addresses, header, at) = match right[0] >> 4 {
            4 => (&right[12..20], 20, 36),
            _ => (&right[8..40], 40, 46),
        };
        let mut sum = u32::from(right[if header == 20 { 9 } else { 6 }]);
        sum += (right.len() - header) as u32;
        for pair in addresses.chunks(2) {
            sum += u32::from(pair[0]) << 8 | u32::from(pair[1]);
        }
        let partial = (sum % 0xffff) as u16;
        let mut data = right.clone();
        data[at..at + 2].copy_from_slice(&partial.to_be_bytes());
        assert_ne!(data, right);
        let (lines, warnings) = read(&file(RAW, &[packet(0, data)]));
        assert_eq!(lines, [format!("Forward {}", disassemble(&right))]);
        let expected = "packet 1: 1 packet has a checksum that a network card was to write; it \
                        is written here";
        assert_eq!(warnings, [expected]);
    }
}

#[test]
fn a_packet_that_a_network_card_was_to_split_enters_whole() {
    for (line, length_at) in [
        (
            "tcp 10.0.0.10:40000 > 192.0.2.20:80 A seq=1 ack=1 len=9000",
            2,
        ),
        (
            "tcp [2001:db8::1]:40000 > [2001:db8::2]:80 A seq=1 ack=1 len=9000",
            4,
        ),
    ] {
        let right = ip(line);
        let mut data = right.clone();
        data[length_at..length_at + 2].fill(0);
        if length_at == 2 {
            data[10..12].fill(0);
        }
        let (lines, warnings) = read(&file(RAW, &[packet(0, data)]));
        assert_eq!(lines, [format!("Forward {}", disassemble(&right))]);
        let expected = "packet 1: 1 packet has no length, as a network card was to split it; it \
                        enters whole";
        assert_eq!(warnings, [expected]);
    }
}

#[test]
fn a_packet_to_be_split_that_was_cut_off_is_filled_up() {
    let line = "tcp 10.0.0.10:40000 > 192.0.2.20:80 S seq=1 len=9000";
    let mut cut = cut(line, 100);
    cut.data[2..4].fill(0);
    let file = file(RAW, &[cut]);
    let expected = "packet 1: only 100 of its 9040 bytes were captured; the others are taken as \
                    zeros, with a checksum that fits";
    assert_eq!(read(&file).1, [expected]);
    assert_eq!(tracked(&file), [Some(CtInfo::New)]);
}

#[test]
fn a_length_shorter_than_its_header_is_left_alone() {
    let mut data = ip("udp 10.0.0.10:5000 > 192.0.2.53:53 len=20");
    data[3] = 10;
    let (lines, warnings) = read(&file(RAW, &[packet(0, data.clone())]));
    assert_eq!(lines, [format!("Forward {}", disassemble(&data))]);
    assert_eq!(warnings, Vec::<String>::new());
}

#[test]
fn a_wrong_checksum_stays_wrong() {
    let data = ip("tcp 10.0.0.10:40000 > 192.0.2.20:80 S seq=1 badcsum");
    let file = file(RAW, &[packet(0, data)]);
    assert_eq!(read(&file).1, Vec::<String>::new());
    assert_eq!(tracked(&file), [None]);
}

#[test]
fn what_is_not_ip_is_counted_and_left_out() {
    let arp = || packet(0, ethernet(0x0806, &[0; 28]));
    let ip = packet(0, ethernet(0x0800, &ip("udp 10.0.0.10:1 > 10.0.0.20:2")));
    let mut packets = vec![ip.clone()];
    packets.extend((0..1000).map(|_| arp()));
    packets.push(ip);
    let (lines, warnings) = read(&file(ETHERNET, &packets));
    assert_eq!(lines.len(), 2);
    let expected = ["packet 2: 1000 packets from here on are not IP and are left out"];
    assert_eq!(warnings, expected);
}

#[test]
fn a_matter_of_many_packets_is_told_five_times_and_then_counted() {
    let packets: Vec<Packet> = (0..9).map(|_| packet(0, vec![0x45, 0, 0])).collect();
    let (lines, warnings) = read(&file(RAW, &packets));
    assert_eq!(lines.len(), 0);
    assert_eq!(warnings.len(), 6);
    let first = "packet 1: it has no IP header that can be read, and is left out";
    assert_eq!(warnings[0], first);
    assert_eq!(
        warnings[5],
        "4 more packets have no IP header that can be read"
    );
}

#[test]
fn a_packet_seen_coming_and_going_enters_once() {
    let line = |ttl: u8| format!("udp 10.0.0.10:5000 > 192.0.2.53:53 len=12 ttl={ttl}");
    let came = packet(0, sll2(0, &ip(&line(64))));
    let left = packet(0, sll2(4, &ip(&line(63))));
    let (lines, warnings) = read(&file(SLL2, &[came.clone(), left, came]));
    assert_eq!(lines.len(), 2, "the third is a retransmission");
    let expected =
        ["packet 2: 1 packet was captured coming and going; the second copy is left out"];
    assert_eq!(warnings, expected);
}

fn networks(texts: &[&str]) -> Vec<Prefix> {
    let parse = |text: &&str| parse_network(text).expect("a network");
    texts.iter().map(parse).collect()
}

/// The lines that each packet line gives under these options.
fn ways(options: &Options, cases: &[(&str, &str)]) {
    let packets: Vec<Packet> = cases.iter().map(|(line, _)| packet(0, ip(line))).collect();
    let (lines, _) = read_with(&file(RAW, &packets), options);
    let lines = &lines[options.ifaces.len()..];
    assert_eq!(lines.len(), cases.len());
    for ((line, way), got) in cases.iter().zip(lines) {
        let start = got.split(" udp").next();
        assert_eq!(start, Some(*way), "{line}");
    }
}

#[test]
fn the_machines_own_addresses_decide_the_way() {
    let options = Options {
        local: networks(&["192.0.2.0/24", "2001:db8::1"]),
        ..Options::default()
    };
    let cases = [
        ("udp 192.0.2.1:1 > 10.0.0.1:2", "Output"),
        ("udp 10.0.0.1:2 > 192.0.2.1:1", "Input"),
        ("udp 10.0.0.1:2 > 198.51.100.1:1", "Forward"),
        ("udp [2001:db8::2]:2 > [2001:db8::1]:1", "Input"),
        ("udp [2001:db8::2]:2 > [2001:db8::3]:1", "Forward"),
    ];
    ways(&options, &cases);
}

#[test]
fn a_packet_comes_in_by_the_interface_that_its_source_is_behind() {
    let own = networks(&["10.0.0.1/24", "192.0.2.1/24"]);
    let options = Options {
        ifaces: two_sides(&networks(&["10.0.0.0/8", "2001:db8:a::/48"]), &own).expect("few"),
        ..Options::default()
    };
    let cases = [
        ("udp 10.0.0.10:1 > 192.0.2.20:2", "in=a Forward"),
        ("udp 192.0.2.20:2 > 10.0.0.10:1", "in=b Forward"),
        ("udp 198.51.100.1:2 > 192.0.2.1:1", "in=b Forward"),
        ("udp 192.0.2.1:1 > 198.51.100.1:2", "Output"),
        ("udp [2001:db8:a::1]:2 > [2001:db8:b::1]:1", "in=a Forward"),
        ("udp [2001:db8:b::1]:2 > [2001:db8:a::1]:1", "in=b Forward"),
    ];
    ways(&options, &cases);
}

#[test]
fn a_packet_from_behind_no_interface_is_told() {
    let mut ifaces = two_sides(&networks(&["10.0.0.0/8"]), &[]).expect("few");
    ifaces.truncate(1);
    let options = Options {
        ifaces,
        ..Options::default()
    };
    let packets = [packet(0, ip("udp 192.0.2.20:2 > 10.0.0.10:1"))];
    let (lines, warnings) = read_with(&file(RAW, &packets), &options);
    assert!(lines[1].starts_with("Forward udp"), "{lines:?}");
    let expected =
        ["packet 1: it comes from 192.0.2.20, behind no interface; it is forwarded all the same"];
    assert_eq!(warnings, expected);
}

#[test]
fn more_addresses_than_an_interface_can_have_are_refused() {
    let many: Vec<Prefix> = (0..9)
        .flat_map(|n| networks(&[&format!("10.0.{n}.1")]))
        .collect();
    assert!(two_sides(&many, &[]).is_none());
    assert!(two_sides(&[], &many).is_none());
    assert!(two_sides(&many[..8], &many[..8]).is_some());
}

#[test]
fn text_that_is_no_network_is_refused() {
    for text in [
        "",
        "10.0.0",
        "10.0.0.0/33",
        "10.0.0.0/",
        "::/129",
        "a/8",
        "1.2.3.4/-1",
    ] {
        parse_network(text).unwrap_err();
    }
}

#[test]
fn the_table_has_a_bucket_for_each_flow() {
    let flow = |port: u16| packet(0, ip(&format!("udp 10.0.0.10:{port} > 192.0.2.53:53")));
    let back = packet(0, ip("udp 192.0.2.53:53 > 10.0.0.10:1000"));
    let mut packets: Vec<Packet> = (1000..1100).map(flow).collect();
    packets.push(back);
    let buckets = |packets: &[Packet]| {
        let (scenario, _) = import(&file(RAW, packets), &Options::default()).unwrap();
        scenario.config.buckets
    };
    assert_eq!(buckets(&packets), 128);
    assert_eq!(buckets(&packets[..1]), 8);
}
