//! Whole runs as the page tells them, kept in `tests/golden/words`.

use super::run::{Done, last, run};
use ctscope::view::model::Why;
use ctscope::view::narrate::why;
use expect_test::expect_file;
use std::fmt::Write;

fn steps(done: &Done) -> impl Iterator<Item = Why> + '_ {
    (0..done.steps.len()).map(|at| why(&done.scene(at, at + 1)))
}

fn push(out: &mut String, line: impl AsRef<str>) {
    out.push_str(line.as_ref());
    out.push('\n');
}

/// What was said of a moment, without where it is in the kernel.
fn said(out: &mut String, why: &Why) {
    push(out, &why.what);
    if !why.because.is_empty() {
        push(out, format!("  {}", why.because));
    }
    for row in &why.compared.rows {
        push(out, format!("  ({}) {} {}", row.nth, row.who, row.result));
    }
    for change in &why.changed {
        let note = if change.note.is_empty() {
            String::new()
        } else {
            format!(" ({})", change.note)
        };
        push(
            out,
            format!(
                "  * {}: {} -> {}{note}",
                change.what, change.old, change.new
            ),
        );
    }
}

/// The finest grain, every part of it.
fn in_full(text: &str) -> String {
    let mut out = String::new();
    for why in run(text)
        .iter()
        .flat_map(|done| steps(done).collect::<Vec<_>>())
    {
        let figure = why
            .figure
            .map_or(String::new(), |(fig, n)| format!(", figure {fig} ({n})"));
        let _ = writeln!(out, "[{}{figure}]", why.crumbs.join(", "));
        said(&mut out, &why);
        push(
            &mut out,
            format!("  @ {} in {}", why.calls.join(" > "), why.file),
        );
        for line in &why.code {
            push(
                &mut out,
                format!("  {} {}", if line.current { ">" } else { "|" }, line.text),
            );
        }
    }
    out
}

/// The finest grain.
fn told(text: &str) -> String {
    let mut out = String::new();
    for done in run(text) {
        let line = ctscope::scenario::ShownCommand(&done.line.command);
        push(&mut out, format!("## {line}"));
        for why in steps(&done) {
            said(&mut out, &why);
        }
    }
    out
}

/// The two coarser grains.
fn told_coarsely(text: &str) -> String {
    let mut out = String::new();
    for done in run(text) {
        let whole = why(&done.whole());
        push(&mut out, format!("## {}", whole.crumbs.join(", ")));
        said(&mut out, &whole);
        for (from, until) in done.phases() {
            let part = why(&done.scene(from, until));
            push(&mut out, format!("# {}", part.crumbs.join(", ")));
            said(&mut out, &part);
            for also in &part.also {
                push(&mut out, format!("  + {also}"));
            }
        }
    }
    out
}

const FIRST_PACKET: &str = "
tcp 192.168.1.2:47562 > 10.0.0.2:80 S seq=1000 mss=1460
tcp 10.0.0.2:80 > 192.168.1.2:47562 SA seq=5000 ack=1001 mss=1460
";

#[test]
fn the_first_packet_and_its_answer_in_full() {
    expect_file!["../golden/words/first-packet.txt"].assert_eq(&in_full(FIRST_PACKET));
}

#[test]
fn the_first_packet_and_its_answer_by_phase_and_event() {
    expect_file!["../golden/words/first-packet-coarse.txt"].assert_eq(&told_coarsely(FIRST_PACKET));
}

#[test]
fn a_packet_walks_past_another_connection_and_one_that_is_expired() {
    let text = "
config buckets=1
udp 10.0.0.10:5000 > 192.0.2.53:53 len=12
advance 20s
udp 10.0.0.10:5001 > 192.0.2.53:53 len=12
gc manual
advance 11s
udp 10.0.0.10:5000 > 192.0.2.53:53 len=12
";
    expect_file!["../golden/words/walk.txt"].assert_eq(&told(text));
}

#[test]
fn a_packet_is_held_and_dropped_and_its_connection_goes_with_it() {
    let text = "
udp 10.0.0.10:5000 > 192.0.2.53:53 len=12 hold=forward
drop s1
nft forward udp dport 53 drop
udp 10.0.0.10:5000 > 192.0.2.53:53 len=12
";
    expect_file!["../golden/words/drop.txt"].assert_eq(&told(text));
}

#[test]
fn two_packets_of_one_new_flow_clash() {
    let text = "
udp 10.0.0.10:5000 > 192.0.2.53:53 len=12 hold=postrouting
udp 10.0.0.10:5000 > 192.0.2.53:53 len=12
release s1
tcp 10.0.0.10:5000 > 192.0.2.53:53 S seq=1 hold=postrouting
tcp 10.0.0.10:5000 > 192.0.2.53:53 S seq=1
release s3
";
    expect_file!["../golden/words/clash.txt"].assert_eq(&told(text));
}

#[test]
fn icmp_errors_are_about_somebody_or_nobody() {
    let text = "
udp 10.0.0.10:5000 > 192.0.2.53:53 len=12
icmp 192.0.2.53 > 10.0.0.10 unreach code=3 inner={udp 10.0.0.10:5000 > 192.0.2.53:53 len=12}
icmp 192.0.2.53 > 10.0.0.10 unreach code=3 inner={udp 10.0.0.10:5001 > 192.0.2.53:53 len=12}
icmp 192.0.2.53 > 10.0.0.10 echo-reply id=9 seq=1
";
    expect_file!["../golden/words/icmp.txt"].assert_eq(&told(text));
}

#[test]
fn gc_kills_what_is_expired() {
    let text = "
udp 10.0.0.10:5000 > 192.0.2.53:53 len=12
advance 25s
gc
advance 10s
";
    expect_file!["../golden/words/gc.txt"].assert_eq(&told(text));
    expect_file!["../golden/words/gc-coarse.txt"].assert_eq(&told_coarsely(text));
}

#[test]
fn a_slow_listener_keeps_a_connection_dying() {
    let text = "
udp 10.0.0.10:5000 > 192.0.2.53:53 len=12
events slow
delete c1
advance 2s
events on
advance 1s
";
    expect_file!["../golden/words/slow-listener.txt"].assert_eq(&told(text));
}

#[test]
fn a_full_table_sacrifices_or_refuses() {
    let text = "
config max=1
udp 10.0.0.10:5000 > 192.0.2.53:53 len=12
udp 10.0.0.10:5001 > 192.0.2.53:53 len=12
udp 192.0.2.53:53 > 10.0.0.10:5001 len=40
udp 10.0.0.10:5001 > 192.0.2.53:53 len=12
udp 10.0.0.10:5002 > 192.0.2.53:53 len=12
";
    expect_file!["../golden/words/full.txt"].assert_eq(&told(text));
}

#[test]
fn a_reset_ends_and_a_syn_reopens() {
    let text = "
sysctl nf_conntrack_acct=1
tcp 10.0.0.10:4000 > 192.0.2.20:80 S seq=1000
tcp 192.0.2.20:80 > 10.0.0.10:4000 RA seq=0 ack=1001
tcp 10.0.0.10:4000 > 192.0.2.20:80 S seq=2000
tcp 192.0.2.20:80 > 10.0.0.10:4000 SA seq=5000 ack=2001
tcp 10.0.0.10:4000 > 192.0.2.20:80 A seq=2001 ack=5001
tcp 10.0.0.10:4000 > 192.0.2.20:80 R seq=2001
tcp 10.0.0.10:4000 > 192.0.2.20:80 S seq=9000
";
    expect_file!["../golden/words/reset.txt"].assert_eq(&told(text));
}

#[test]
fn settings_namespaces_and_a_flush() {
    let text = "
hold postrouting
udp 10.0.0.10:5000 > 192.0.2.53:53 len=12
hold off
netns blue
cpu 1
udp 10.0.0.10:5000 > 192.0.2.53:53 len=12
sysctl nf_conntrack_udp_timeout=10
flush
flush
resize 4
release s9
";
    expect_file!["../golden/words/settings.txt"].assert_eq(&told(text));
}

#[test]
fn before_everything_there_is_an_invitation() {
    let done = last("gc manual");
    let why = why(&ctscope::view::scene::Scene {
        steps: &[],
        line: None,
        ..done.scene(0, 0)
    });
    assert_eq!(
        why.what,
        "Linux remembers connections. Send the first packet."
    );
    assert!(!why.because.is_empty() && why.crumbs.is_empty() && why.code.is_empty());
}

#[test]
fn long_walks_are_folded_at_the_coarser_grains() {
    let mut text = String::from("config buckets=1 max=0\n");
    for port in 1000..1040 {
        let _ = writeln!(text, "udp 10.0.0.10:{port} > 192.0.2.53:53 len=12");
    }
    let done = last(&text);
    let why = why(&done.whole());
    assert!(
        why.also
            .contains(&"78 nodes were compared in bucket 0.".to_owned()),
        "{:#?}",
        why.also
    );
    assert!(why.also.len() < 70);
}

#[test]
fn a_remark_of_the_scenario_is_shown_at_every_step() {
    let done = last("gc  # The broom.");
    assert_eq!(why(&done.scene(0, 1)).note.as_deref(), Some("The broom."));
}

#[test]
fn ipv6_packets_are_in_the_functions_of_ipv6() {
    let done = last("udp [2001:db8::1]:5000 > [2001:db8::2]:53 len=12");
    let calls: Vec<_> = steps(&done)
        .filter_map(|why| why.calls.into_iter().next())
        .collect();
    assert!(calls.contains(&"ipv6_conntrack_in".to_owned()));
    assert!(calls.contains(&"ipv6_confirm".to_owned()));
    assert!(calls.iter().all(|name| !name.contains("ipv4")), "{calls:?}");
}

/// The ways down into the kernel, each once, where it was first gone.
#[test]
fn the_functions_of_many_commands() {
    let text = "
config max=3
udp 10.0.0.1:5000 > 10.0.0.2:53 path=input
udp 10.0.0.2:53 > 10.0.0.1:5000 path=output
tcp [2001:db8::1]:1 > [2001:db8::2]:2 S path=input
tcp [2001:db8::2]:2 > [2001:db8::1]:1 RA path=output
icmp 10.0.0.2 > 10.0.0.1 unreach code=3 inner={udp 10.0.0.1:5000 > 10.0.0.2:53}
icmp 10.0.0.2 > 10.0.0.1 echo-reply id=9
tcp 10.0.0.1:1 > 10.0.0.2:2 S drop=forward
udp 10.0.0.1:6000 > 10.0.0.2:53 hold=forward
udp 10.0.0.1:6000 > 10.0.0.2:53
release s8
udp 10.0.0.1:5000 > 10.0.0.2:53
delete c1
tcp 10.0.0.1:1 > 10.0.0.2:2 S
tcp 10.0.0.2:2 > 10.0.0.1:1 SA
tcp 10.0.0.1:1 > 10.0.0.2:2 A
tcp 10.0.0.1:1 > 10.0.0.2:2 FA
tcp 10.0.0.2:2 > 10.0.0.1:1 A
tcp 10.0.0.2:2 > 10.0.0.1:1 FA
tcp 10.0.0.1:1 > 10.0.0.2:2 A
tcp 10.0.0.1:1 > 10.0.0.2:2 S
sysctl nf_conntrack_max=2
udp 10.0.0.1:7000 > 10.0.0.2:53
udp 10.0.0.2:53 > 10.0.0.1:7000
udp 10.0.0.1:7000 > 10.0.0.2:53
tcp 10.0.0.3:1 > 10.0.0.2:2 S
tcp 10.0.0.2:2 > 10.0.0.3:1 SA
tcp 10.0.0.3:1 > 10.0.0.2:2 A
udp 10.0.0.1:8000 > 10.0.0.2:53
sysctl nf_conntrack_max=100
tcp 10.0.0.3:1 > 10.0.0.2:2 R
tcp 10.0.0.4:1 > 10.0.0.2:2 S
gc manual
advance 11s
tcp 10.0.0.3:1 > 10.0.0.2:2 S
events slow
advance 200s
gc sweep
events on
advance 1s
udp 10.0.0.1:9000 > 10.0.0.2:53
flush
resize 16
";
    let mut seen = std::collections::BTreeSet::new();
    let mut out = String::new();
    for (done, line) in run(text).iter().zip(text.lines().skip(2)) {
        push(&mut out, line);
        for why in steps(done) {
            let way = why.calls.join(" > ");
            if seen.insert(way.clone()) {
                push(&mut out, format!("  {way}"));
            }
        }
    }
    expect_file!["../golden/words/functions.txt"].assert_eq(&out);
}
