//! Text and packets, by example.

use ctscope::engine::Config;
use ctscope::scenario::packet::assemble;
use ctscope::scenario::packet_print::disassemble;
use ctscope::scenario::{
    COMMANDS_MAX, Context, LINE_BYTES_MAX, Scenario, ShownCommand, TEXT_BYTES_MAX, parse_command,
};
use std::fmt::Write as _;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The line is read, and printed so.
#[track_caller]
fn reads(text: &str, printed: &str) {
    let line = parse_command(text, Context::default()).unwrap_or_else(|e| panic!("{text}: {e}"));
    assert_eq!(line.to_string(), printed);
    assert_eq!(
        parse_command(printed, Context::default()).as_ref(),
        Ok(&line)
    );
}

/// The line is refused with this sentence.
#[track_caller]
fn refused(text: &str, sentence: &str) {
    let error = parse_command(text, Context::default()).unwrap_err();
    assert_eq!(error.to_string(), format!("line 1, {sentence}"), "{text}");
}

/// The packet line is printed so.
#[track_caller]
fn packet_reads(line: &str, printed: &str) {
    let bytes = assemble(line).unwrap_or_else(|e| panic!("{line}: {e}"));
    assert_eq!(disassemble(&bytes), printed);
    assert_eq!(assemble(printed), Ok(bytes));
}

#[test]
fn every_recorded_packet_line_makes_the_recorded_bytes() {
    let mut count = 0;
    for pair in include_str!("data/packets.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
    {
        let (line, recorded) = pair.rsplit_once(" | ").expect("a line and its bytes");
        let bytes = assemble(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        assert_eq!(hex(&bytes), recorded, "{line}");
        let printed = disassemble(&bytes);
        assert!(!printed.starts_with("hex "), "{line}");
        assert_eq!(assemble(&printed), Ok(bytes), "{line}");
        count += 1;
    }
    assert!(count > 150, "{count}");
}

#[test]
fn a_packet_line_in_normal_form_is_printed_as_it_was() {
    for line in [
        "tcp 10.0.0.10:40000 > 192.0.2.20:80 S seq=1000 mss=1460 sackok ts=1:0 wscale=7",
        "tcp 10.0.0.10:40000 > 192.0.2.20:80 A seq=1 ack=2 win=5 sack=10-20,30-40 len=100",
        "tcp 10.0.0.10:40000 > 192.0.2.20:80 PAU urg=7 data=\"a # b\\r\\n{\\x22\\\\\"",
        "tcp 10.0.0.10:40000 > 192.0.2.20:80 - ttl=3 tos=16 ipid=9 df badcsum",
        "tcp 10.0.0.10:40000 > 192.0.2.20:80 S rawopt=020405b40402080a00000001000000000103030a",
        "udp [2001:db8:a::10]:5000 > [2001:db8:b::20]:53 len=20 tos=8 flow=77",
        "udp 10.0.0.10:5000 > 192.0.2.20:53 ulen=1999 len=992 ipid=7 mf csum=0x1234",
        "udp 10.0.0.10:5000 > 192.0.2.20:53 len=4 nocsum",
        "udplite 10.0.0.10:5000 > 192.0.2.20:53 cscov=8 len=4 sumproto=17",
        "icmp 10.0.0.10 > 192.0.2.20 echo-request id=1 seq=1 len=8",
        "icmp 10.0.0.10 > 192.0.2.20 type=77 code=3 csum=0x0001",
        "icmp 192.0.2.1 > 10.0.0.10 redirect code=1 gw=10.0.0.2 \
         inner={udp 10.0.0.10:5000 > 192.0.2.20:53 len=20}",
        "icmp 192.0.2.1 > 10.0.0.10 unreach code=4 mtu=1400 \
         inner={tcp 10.0.0.10:40000 > 192.0.2.20:80 - seq=9 len=1460} innerlen=28",
        "icmp 192.0.2.1 > 10.0.0.10 unreach inner={icmp 10.0.0.10 > 192.0.2.1 time-exceeded \
         inner={udp 1.2.3.4:1 > 5.6.7.8:2 data=\"}\"}}",
        "icmp6 2001:db8:a::10 > 2001:db8:b::20 ns target=2001:db8:b::21",
        "sctp 10.0.0.10:3000 > 192.0.2.20:4000 vtag=0x0 init=0x1111",
        "sctp 10.0.0.10:3000 > 192.0.2.20:4000 vtag=0x9 abort=T data=\"xyz\" data=\"xyz\"",
        "dccp 10.0.0.10:3000 > 192.0.2.20:4000 type=request seq=5 service=6",
        "gre 10.0.0.10 > 192.0.2.20 ver=1 callid=7 seq=1 len=4",
        "gre 10.0.0.10 > 192.0.2.20 key=0x7 len=4",
        "ip 10.0.0.10 > 192.0.2.20 proto=99 len=20 off=1480 mf",
        "hex 00",
    ] {
        packet_reads(line, line);
    }
}

#[test]
fn what_is_as_by_default_is_left_out() {
    packet_reads(
        "tcp 10.0.0.10:40000 > 192.0.2.20:80 wscale=0x7 S ack=0 win=64240 ipid=1 ttl=64 len=0",
        "tcp 10.0.0.10:40000 > 192.0.2.20:80 S wscale=7",
    );
    let line = "udp 10.0.0.10:5000 > 192.0.2.20:53 len=4";
    packet_reads(&format!("hex {}", hex(&assemble(line).unwrap())), line);
    packet_reads(
        "tcp 10.0.0.10:40000 > 192.0.2.20:80 S seq=-1 ack=-2147483648",
        "tcp 10.0.0.10:40000 > 192.0.2.20:80 S seq=4294967295 ack=2147483648",
    );
}

#[test]
fn a_long_payload_without_words_is_printed_in_hexadecimal() {
    let mut bytes = assemble("udp 1.2.3.4:1 > 5.6.7.8:2 len=65507").unwrap();
    assert_eq!(bytes.len(), 65_535);
    assert_eq!(disassemble(&bytes), "udp 1.2.3.4:1 > 5.6.7.8:2 len=65507");
    bytes[40..].fill(0xff);
    let line = disassemble(&bytes);
    assert!(
        line.starts_with("hex 4500ffff") && line.len() < LINE_BYTES_MAX,
        "{}",
        line.len()
    );
    reads(&line, &line);
}

#[test]
fn commands_are_read_and_printed_in_normal_form() {
    let packet = "udp 10.0.0.10:5000 > 192.0.2.53:53 len=12";
    for (text, printed) in [
        ("hold postrouting", "hold postrouting"),
        ("hold off", "hold off"),
        ("release s1", "release s1"),
        ("drop s12", "drop s12"),
        ("advance 30s", "advance 30s"),
        ("advance 1500ms", "advance 1500ms"),
        ("advance 2000ms", "advance 2s"),
        ("advance 2m", "advance 120s"),
        ("advance 1h", "advance 3600s"),
        ("advance 5d", "advance 432000s"),
        ("advance 250j", "advance 250j"),
        ("advance next", "advance next"),
        ("  gc  # now ", "gc  # now"),
        ("gc #", "gc"),
        ("gc sweep", "gc sweep"),
        ("gc auto", "gc auto"),
        ("gc manual", "gc manual"),
        ("delete c1", "delete c1"),
        ("delete all", "delete all"),
        (
            "delete dport=53 proto=udp src=::1",
            "delete proto=udp src=::1 dport=53",
        ),
        ("delete proto=99", "delete proto=99"),
        (
            "conntrack -D -p tcp -s 10.0.0.1 -d 10.0.0.2 --sport 1 --dport 2",
            "delete proto=tcp src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2",
        ),
        ("conntrack -D", "delete all"),
        ("conntrack -F", "flush"),
        ("flush", "flush"),
        ("resize 32", "resize 32"),
        (
            "sysctl nf_conntrack_udp_timeout=10",
            "sysctl nf_conntrack_udp_timeout=10",
        ),
        (
            "sysctl -w net.netfilter.nf_conntrack_max=0",
            "sysctl nf_conntrack_max=0",
        ),
        ("events on", "events on"),
        ("events off", "events off"),
        ("events slow", "events slow"),
        ("netns blue", "netns blue"),
        ("cpu 1", "cpu 1"),
        ("nft flush", "nft flush"),
        ("nft flush ruleset", "nft flush"),
        ("nft input accept", "nft input accept"),
        (
            "nft add rule forward th dport 5 drop",
            "nft forward th dport 5 drop",
        ),
        (
            "nft forward ct state established,new tcp dport 22 ip saddr 10.0.0.1 tcp sport 1 drop",
            "nft forward ip saddr 10.0.0.1 tcp sport 1 tcp dport 22 ct state new,established drop",
        ),
        (
            "nft output ip6 daddr 2001:db8::1 meta l4proto 132 th sport 7 accept",
            "nft output ip6 daddr 2001:db8::1 meta l4proto sctp th sport 7 accept",
        ),
        (
            "nft forward meta l4proto icmp6 drop",
            "nft forward meta l4proto icmpv6 drop",
        ),
    ] {
        reads(text, printed);
    }
    for options in [
        "",
        " path=input hold=input",
        " path=output drop=queue",
        " hold=forward",
    ] {
        reads(&format!("{packet}{options}"), &format!("{packet}{options}"));
    }
    reads(&format!("{packet} drop=forward path=forward ttl=7"), &{
        format!("{packet} ttl=7 drop=forward")
    });
}

#[test]
fn what_cannot_be_read_is_refused_with_place_and_sentence() {
    for (text, sentence) in [
        (
            "advance 5",
            "column 9: “5” is not a length of time; \
            expected next, or a number with j (jiffies), ms, s, m, h or d",
        ),
        (
            "advance 1.5s",
            "column 9: “1.5” is not a number for a jump of the clock in s; \
            expected a number from 0 to 4294967",
        ),
        (
            "advance 4294968s",
            "column 9: “4294968” is out of range for a jump of the clock in s; \
            expected a number from 0 to 4294967",
        ),
        (
            "advance 2147483648j",
            "column 9: “2147483648” is out of range for jiffies; \
            expected a number from 0 to 2147483647",
        ),
        (
            "resize 0",
            "column 8: “0” is out of range for buckets; \
            expected a number from 1 to 1048576",
        ),
        (
            "resize 4000000000",
            "column 8: “4000000000” is out of range for buckets; \
            expected a number from 1 to 1048576",
        ),
        (
            "cpu 2",
            "column 5: “2” is out of range for cpu; expected a number from 0 to 1",
        ),
        (
            "netns Blue",
            "column 7: “Blue” is not a name of a namespace; \
            expected 1 to 15 of a-z, 0-9, - and _",
        ),
        (
            "gc twice",
            "column 4: “twice” is not a way to run gc; \
            expected sweep, auto, manual or the end of the line",
        ),
        (
            "flush now",
            "column 7: “now” is too much here; expected the end of the line",
        ),
        (
            "release",
            "column 8: the line ends here; expected a packet such as s1",
        ),
        (
            "release c1",
            "column 9: “c1” is not a packet in flight; expected s1, s2 and so on",
        ),
        (
            "sysctl nf_conntrack_udp_timeout=2147484",
            "column 33: “2147484” is out of range for \
            nf_conntrack_udp_timeout; expected a number from 0 to 2147483",
        ),
        (
            "sysctl nf_conntrack_acct",
            "column 25: the value is missing; expected = and a number",
        ),
        (
            "nft queue drop",
            "column 5: no rule is asked in the queue; \
            expected prerouting, input, forward, output, postrouting or flush",
        ),
        (
            "nft forward tcp dport 1 udp sport 2 drop",
            "column 25: “udp” is not the protocol named \
            before; expected the same protocol, or th",
        ),
        (
            "config hz=250",
            "column 1: config can only be the first line of a scenario; \
            expected a command",
        ),
        (
            "tcp 10.0.0.10 > 192.0.2.20:80 S",
            "column 5: “10.0.0.10” is not an address and port of \
            a tcp packet; expected 192.0.2.1:80 or [2001:db8::1]:80",
        ),
        (
            "tcp 10.0.0.10:70000 > 192.0.2.20:80 S",
            "column 15: “70000” is out of range for a port; \
            expected a number from 0 to 65535",
        ),
        (
            "udp 1.2.3.4:1 > [::1]:2",
            "column 17: “[::1]:2” is not of the same family as the \
            source; expected an IPv4 address",
        ),
        (
            "udp 1.2.3.4:1",
            "column 14: the line ends here; expected > and the destination",
        ),
        (
            "udp 1.2.3.4:1 > 1.2.3.5:2 len=9 len=8",
            "column 33: len is given twice; \
            expected every key only once",
        ),
        (
            "udp 1.2.3.4:1 > 1.2.3.5:2 len",
            "column 27: len has no value here; \
            expected len= and its value",
        ),
        (
            "udp 1.2.3.4:1 > 1.2.3.5:2 df=1",
            "column 30: df has no value; expected df alone",
        ),
        (
            "udp 1.2.3.4:1 > 1.2.3.5:2 data=\"x",
            "column 32: this quotation mark is not closed; \
            expected another \"",
        ),
        (
            "udp 1.2.3.4:1 > 1.2.3.5:2 data=\"é\\q\"",
            "column 34: this is no escape; \
            expected \\r, \\n, \\t, \\0, \\\\, \\\", \\' or \\x and two hexadecimal digits",
        ),
        (
            "udp 1.2.3.4:1 > 1.2.3.5:2 len=65508",
            "column 17: this packet has 65536 bytes; \
            expected at most 65535",
        ),
        (
            "udp 1.2.3.4:1 > 1.2.3.5:2 hold=input",
            "column 32: a packet on this path does not come \
            to input; expected prerouting, forward, postrouting, queue",
        ),
        (
            "tcp 1.2.3.4:1 > 1.2.3.5:2 SAS",
            "column 29: the flag S is there twice; \
            expected each flag once",
        ),
        (
            "tcp 1.2.3.4:1 > 1.2.3.5:2 S A",
            "column 29: “A” is a second word of flags; \
            expected only one",
        ),
        (
            "icmp 1.2.3.4 > 1.2.3.5 unreach inner={udp 1.2.3.4:1 > 1.2.3.5:2 wni=1}",
            "column 65: “wni” is not a key of a udp packet; expected ulen, nocsum, len, data, \
            ttl, tos, flow, ipid, df, badcsum, csum, trunc, sumproto, frag, off, mf, path, hold, \
            drop",
        ),
        (
            "icmp 1.2.3.4 > 1.2.3.5 unreach inner={udp 1.2.3.4:1 > 1.2.3.5:2",
            "column 38: this brace is not closed; expected a } further on",
        ),
        (
            "hex 4500 0",
            "column 10: “0” is not bytes in hexadecimal; \
            expected an even number of the digits 0 to 9 and a to f",
        ),
        (
            "gc\nflush",
            "column 3: a second line begins here; expected a single line",
        ),
    ] {
        refused(text, sentence);
    }
}

#[test]
fn a_misspelt_key_is_shown_with_the_keys_there_are() {
    let text = "config hz=250\n\ntcp 10.0.0.10:40000 > 192.0.2.20:80 S wni=1\n";
    let error = Scenario::parse(text).unwrap_err();
    assert_eq!((error.line, error.column), (3, 39));
    let sentence = "line 3, column 39: “wni” is not a key of a tcp packet; \
                    expected a word of the flags FSRPAUEC, seq, ack, win, ";
    assert!(error.to_string().starts_with(sentence), "{error}");
}

#[test]
fn the_longest_jump_of_the_clock_depends_on_hz() {
    let context = Context::from(&Config {
        hz: ctscope::engine::time::Hz::Hz1000,
        ..Config::default()
    });
    assert!(parse_command("advance 2147483647ms", context).is_ok());
    let error = parse_command("advance 2147483648ms", context).unwrap_err();
    assert_eq!(error.expected, "a number from 0 to 2147483647");
    assert!(Scenario::parse("config hz=1000\nadvance 25d\n").is_err());
    assert!(Scenario::parse("config hz=250\nadvance 25d\n").is_ok());
}

#[test]
fn config_is_the_first_line_and_is_left_out_when_all_is_as_by_default() {
    for (text, printed) in [
        ("config hz=250 buckets=8 profile=5.10 cpus=2\ngc\n", "gc\n"),
        ("config seed=1 hz=100\n", "config hz=100 seed=0x00000001\n"),
        (
            "# why\n\nconfig max=0 hash_mix=0xff buckets=1\n",
            "config buckets=1 hash_mix=0x000000ff max=0\n",
        ),
        ("", ""),
    ] {
        assert_eq!(Scenario::parse(text).unwrap().to_string(), printed);
    }
    for (text, sentence) in [
        (
            "gc\nconfig hz=250",
            "line 2, column 1: config can only be the first line of a scenario; \
            expected a command",
        ),
        (
            "config profile=2.4",
            "line 1, column 16: “2.4” is not a kernel that is modelled here; \
            expected 5.10 or 6.18",
        ),
        (
            "config buckets=0",
            "line 1, column 16: “0” is out of range for buckets; \
            expected a number from 1 to 1048576",
        ),
        (
            "config hz=60",
            "line 1, column 11: “60” is not a choice of hz in a kernel; \
            expected 100, 250, 300 or 1000",
        ),
        (
            "config hz=250 hz=250",
            "line 1, column 15: “hz” is given twice; expected every key once",
        ),
    ] {
        assert_eq!(Scenario::parse(text).unwrap_err().to_string(), sentence);
    }
}

#[test]
fn comment_lines_right_above_a_command_become_its_note() {
    let text =
        "# licence\n\n# one\n#   two\ngc\n# lost\nflush # own\n\n# three\nconntrack -F\n# end";
    let printed = "gc  # one two\nflush  # own\nflush  # three\n";
    assert_eq!(Scenario::parse(text).unwrap().to_string(), printed);
    let note = "n".repeat(1001);
    let error = Scenario::parse(&format!("gc # {note}")).unwrap_err();
    assert_eq!(error.problem, "the note has 1001 characters");
}

#[test]
fn limits_are_sentences() {
    let parse = |text: &str| Scenario::parse(text);
    assert_eq!(
        parse(&"gc\n".repeat(COMMANDS_MAX)).unwrap().lines.len(),
        COMMANDS_MAX
    );
    assert_eq!(
        parse(&"gc\n".repeat(COMMANDS_MAX + 1))
            .unwrap_err()
            .to_string(),
        "line 200001, column 1: the scenario is too long; expected at most 200000 commands"
    );
    assert_eq!(
        parse(&" ".repeat(LINE_BYTES_MAX + 1))
            .unwrap_err()
            .to_string(),
        "line 1, column 1: the line has 140001 bytes; expected at most 140000"
    );
    assert_eq!(
        parse(&"\n".repeat(TEXT_BYTES_MAX + 1)).unwrap_err().problem,
        { "the text has 16777217 bytes" }
    );
    let deep = "icmp 1.2.3.4 > 1.2.3.5 unreach inner={".repeat(3_000) + &"}".repeat(3_000);
    assert_eq!(
        assemble(&deep).unwrap_err().problem,
        "packets quote packets too deep here"
    );
    let chunks = format!(
        "sctp 1.2.3.4:1 > 1.2.3.5:2 data=\"{}\"{}",
        "x".repeat(60_000),
        { " data".repeat(10_000) }
    );
    assert_eq!(
        assemble(&chunks).unwrap_err().problem,
        "the packet is longer than 65535 bytes here"
    );
}

#[test]
fn a_shown_command_is_its_line_without_the_note() {
    let line = parse_command("advance 1m # wait", Context::default()).unwrap();
    assert_eq!(ShownCommand(&line.command).to_string(), "advance 60s");
}
