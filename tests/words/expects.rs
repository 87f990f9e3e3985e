//! What is expected, in the words of files and tools: what they printed on Linux 6.18 in an FTP
//! session and behind a TFTP request.

use super::run::last;
use ctscope::engine::Conntrack;
use ctscope::view::{expects, listing};

const FTP: &str = r#"
nft prerouting tcp dport 21 ct helper set ftp
tcp 10.0.0.10:40000 > 192.0.2.20:21 S seq=1000 win=64240 mss=1460
tcp 192.0.2.20:21 > 10.0.0.10:40000 SA seq=5000 ack=1001 win=65160 mss=1460
tcp 10.0.0.10:40000 > 192.0.2.20:21 A seq=1001 ack=5001 win=64240
tcp 192.0.2.20:21 > 10.0.0.10:40000 PA seq=5001 ack=1001 data="220 ready\r\n"
tcp 10.0.0.10:40000 > 192.0.2.20:21 A seq=1001 ack=5012
tcp 10.0.0.10:40000 > 192.0.2.20:21 PA seq=1001 ack=5012 data="USER a\r\n"
tcp 192.0.2.20:21 > 10.0.0.10:40000 A seq=5012 ack=1009
tcp 10.0.0.10:40000 > 192.0.2.20:21 PA seq=1009 ack=5012 data="PORT 10,0,0,10,195,80\r\n"
"#;
const DATA: &str = "tcp 192.0.2.20:20 > 10.0.0.10:50000 S seq=300 mss=1460";
const TFTP: &str = r#"
nft prerouting udp dport 69 ct helper set tftp
udp 10.0.0.10:5000 > 192.0.2.20:69 data="\x00\x01file\x00octet\x00"
"#;

fn after(text: &str) -> Conntrack {
    last(&format!("config profile=6.18 buckets=512{text}"))
        .whole()
        .state
        .clone()
}

#[test]
fn conntrack_l_expect_names_tuple_mask_master_and_helper() {
    assert_eq!(
        expects::list_lines(&after(FTP)),
        [
            "300 proto=6 src=192.0.2.20 dst=10.0.0.10 sport=0 dport=50000 \
             mask-src=255.255.255.255 mask-dst=255.255.255.255 sport=0 dport=65535 \
             master-src=10.0.0.10 master-dst=192.0.2.20 sport=40000 dport=21 class=0 helper=ftp"
        ]
    );
    assert_eq!(
        expects::list_lines(&after(TFTP)),
        [
            "300 proto=17 src=192.0.2.20 dst=10.0.0.10 sport=0 dport=5000 \
             mask-src=255.255.255.255 mask-dst=255.255.255.255 sport=0 dport=65535 \
             master-src=10.0.0.10 master-dst=192.0.2.20 sport=5000 dport=69 class=0 helper=tftp"
        ]
    );
}

#[test]
fn the_file_of_expectations_is_shorter() {
    let file = |text| expects::proc_lines(&after(text));
    assert_eq!(
        file(FTP),
        ["300 l3proto = 2 proto=6 src=192.0.2.20 dst=10.0.0.10 sport=0 dport=50000 ftp"]
    );
    assert_eq!(
        file(TFTP),
        ["300 l3proto = 2 proto=17 src=192.0.2.20 dst=10.0.0.10 sport=0 dport=5000 tftp"]
    );
}

#[test]
fn the_older_file_lists_the_expectations_of_every_namespace() {
    let text = format!("{FTP}\nnetns blue");
    let other = after(&text);
    assert_eq!(expects::proc_lines(&other).len(), 0);
    assert_eq!(expects::list_lines(&other).len(), 0);
    let older = last(&format!("config buckets=512{text}"));
    assert_eq!(expects::proc_lines(older.whole().state).len(), 1);
}

#[test]
fn conntrack_e_expect_tells_when_one_comes_and_goes_and_conntrack_e_does_not() {
    let text = format!("{FTP}\nadvance 1s\n{DATA}");
    let body = "proto=6 src=192.0.2.20 dst=10.0.0.10 sport=0 dport=50000 \
                mask-src=255.255.255.255 mask-dst=255.255.255.255 sport=0 dport=65535 \
                master-src=10.0.0.10 master-dst=192.0.2.20 sport=40000 dport=21 class=0 helper=ftp";
    assert_eq!(
        expects::event_lines(&after(&text), true),
        [
            format!("    [NEW] 300 {body}"),
            format!("[DESTROY] 299 {body}"),
        ]
    );
    let events = expects::event_lines(&after(&text), false);
    assert!(events.len() >= 4);
    assert!(events.iter().all(|line| !line.contains("mask-src")));
}

#[test]
fn an_ipv6_expectation_is_written_short_by_the_tool_and_in_full_in_the_file() {
    let text = r#"
nft prerouting tcp dport 21 ct helper set ftp
tcp [2001:db8::1]:4000 > [2001:db8::2]:21 S seq=1000 win=64240
tcp [2001:db8::2]:21 > [2001:db8::1]:4000 SA seq=5000 ack=1001 win=65160
tcp [2001:db8::1]:4000 > [2001:db8::2]:21 A seq=1001 ack=5001 win=64240
tcp [2001:db8::1]:4000 > [2001:db8::2]:21 PA seq=1001 ack=5001 data="EPSV\r\n"
tcp [2001:db8::2]:21 > [2001:db8::1]:4000 PA seq=5001 ack=1007 data="220 hi\r\n"
tcp [2001:db8::2]:21 > [2001:db8::1]:4000 PA seq=5009 ack=1007 data="229 (|||50000|)\r\n"
"#;
    let ct = after(text);
    let all = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
    assert_eq!(
        expects::list_lines(&ct),
        [format!(
            "300 proto=6 src=2001:db8::1 dst=2001:db8::2 sport=0 dport=50000 mask-src={all} \
             mask-dst={all} sport=0 dport=65535 master-src=2001:db8::1 master-dst=2001:db8::2 \
             sport=4000 dport=21 class=0 helper=ftp"
        )]
    );
    assert_eq!(
        expects::proc_lines(&ct),
        [
            "300 l3proto = 10 proto=6 src=2001:0db8:0000:0000:0000:0000:0000:0001 \
             dst=2001:0db8:0000:0000:0000:0000:0000:0002 sport=0 dport=50000 ftp"
        ]
    );
}

#[test]
fn the_file_of_counters_has_a_line_per_cpu_and_columns_of_the_kernel() {
    let text = format!("{FTP}\n{DATA}");
    let zero = "00000000";
    let rest = [zero; 11].join(" ");
    assert_eq!(
        listing::stat_lines(&after(&text)),
        [
            "entries  clashres found new invalid ignore delete chainlength insert insert_failed \
             drop early_drop icmp_error  expect_new expect_create expect_delete search_restart"
                .to_owned(),
            format!("00000002  {rest} {zero}  00000001 00000001 00000001 {zero}"),
            format!("00000002  {rest} {zero}  {zero} {zero} {zero} {zero}"),
        ]
    );
    let older = last("udp 10.0.0.1:5000 > 10.0.0.2:53 len=4");
    let older = listing::stat_lines(older.whole().state);
    assert_eq!(
        older[0],
        "entries  clashres found new invalid ignore delete delete_list insert insert_failed drop \
         early_drop icmp_error  expect_new expect_create expect_delete search_restart"
    );
}
