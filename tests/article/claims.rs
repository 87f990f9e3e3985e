//! Claims of the article's text that no other test shows by itself.

use crate::{SYN, SYN_ACK, name, run};
use ctscope::engine::Profile;
use ctscope::engine::Step;
use ctscope::engine::conn::{Owner, Timeout};
use ctscope::engine::extract::{Reading, get_l4proto, nf_ct_get_tuple};
use ctscope::engine::nulls::ListId;
use ctscope::engine::time::Secs;
use ctscope::engine::tuple::Dir;
use ctscope::scenario::packet::assemble;

/// What the table does in these steps, in order.
fn table_work(steps: &[Step]) -> Vec<String> {
    let known = ["Found", "NotFound", "HashInserted", "HashRemoved"];
    let names = steps.iter().map(name);
    names
        .filter(|name| known.contains(&name.as_str()))
        .collect()
}

#[test]
fn the_table_is_asked_added_to_and_taken_from() {
    let run = run(&format!("{SYN}\n{SYN_ACK}\ndelete c1"));
    let work: Vec<Vec<String>> = run.steps.iter().map(|steps| table_work(steps)).collect();
    // The lookup, then the look of confirm at both buckets.
    let [asked, added] = ["NotFound", "HashInserted"];
    assert_eq!(work[0], [asked, asked, asked, added, added]);
    assert_eq!(work[1], ["Found"]);
    // A deletion is asked for by tuple.
    assert_eq!(work[2], ["Found", "HashRemoved", "HashRemoved"]);
}

#[test]
fn another_hash_mix_sends_the_same_tuple_to_another_bucket() {
    let bucket = |mix: u32| {
        let run = run(&format!("config buckets=4096 hash_mix={mix}\n{SYN}"));
        let conn = run.ct.conns.iter().next().expect("it is in the table");
        conn.list(Dir::Original)
    };
    assert_ne!(bucket(0), bucket(1));
    assert_eq!(bucket(1), bucket(1));
}

#[test]
fn families_protocols_and_directions_have_the_articles_numbers() {
    let numbers = |line: &str| {
        let bytes = assemble(line).expect("a good line");
        let l4 = get_l4proto(&bytes).expect("a whole packet");
        let reading = Reading {
            profile: Profile::V5_10,
            gre_keys: &[],
        };
        let tuple = nf_ct_get_tuple(&bytes, &l4, reading).expect("a tuple");
        (
            tuple.src.l3num as u8,
            tuple.dst.protonum,
            tuple.dst.dir as u8,
        )
    };
    let four = "10.0.0.1:5 > 10.0.0.2:6";
    for (line, protonum) in [
        ("icmp 10.0.0.1 > 10.0.0.2 echo-request id=1".to_owned(), 1),
        (format!("tcp {four} S"), 6),
        (format!("udp {four}"), 17),
        ("gre 10.0.0.1 > 10.0.0.2 len=4".to_owned(), 47),
        (format!("sctp {four} vtag=0 init=1"), 132),
        (format!("dccp {four} type=request"), 33),
    ] {
        assert_eq!(numbers(&line), (2, protonum, 0), "{line}");
    }
    let six = "icmp6 2001:db8::1 > 2001:db8::2 echo-request id=1";
    assert_eq!(numbers(six), (10, 58, 0));
    assert_eq!(Dir::Reply as u8, 1);
}

#[test]
fn prerouting_and_output_do_the_same() {
    let inside = |text: &str| -> Vec<String> {
        let run = run(text);
        let names: Vec<String> = run.last().iter().map(name).collect();
        let from = names.iter().position(|name| name == "L4Found");
        let until = names.iter().position(|name| name == "TrackerCalled");
        names[from.expect("it begins")..=until.expect("it ends")].to_vec()
    };
    assert_eq!(inside(SYN), inside(&format!("{SYN} path=output")));
}

#[test]
fn each_namespace_and_cpu_has_an_unconfirmed_list_of_its_own() {
    let text = format!(
        "{SYN} hold=forward
         cpu 1
         udp 10.0.0.1:5000 > 10.0.0.2:53 hold=forward
         netns blue
         udp 10.0.0.1:5000 > 10.0.0.2:53 hold=forward"
    );
    let run = run(&text);
    let lists: Vec<_> = run
        .ct
        .conns
        .iter()
        .map(|conn| conn.list(Dir::Original))
        .collect();
    let at = |net, cpu| Some(ListId::Unconfirmed { net, cpu });
    assert_eq!(lists, [at(0, 0), at(0, 1), at(1, 1)]);
}

#[test]
fn the_confirm_hook_is_the_last_and_a_drop_never_gets_there() {
    let confirms = |text: &str| {
        let run = run(text);
        let names = run.last().iter().map(name);
        names.filter(|name| name == "ConfirmCalled").count()
    };
    assert_eq!(confirms(SYN), 1);
    assert_eq!(confirms(&format!("{SYN} drop=forward")), 0);
    let names: Vec<String> = run(SYN).last().iter().map(name).collect();
    let rules = names.iter().rposition(|name| name == "RulesPassed");
    let confirm = names.iter().position(|name| name == "ConfirmCalled");
    assert!(rules < confirm, "rules are asked before");
}

#[test]
fn only_what_is_not_confirmed_is_confirmed() {
    let run = run(&format!("{SYN}\n{SYN}"));
    let insertions = |steps: &[Step]| {
        let names = steps.iter().map(name);
        names.filter(|name| name == "HashInserted").count()
    };
    assert_eq!(insertions(&run.steps[0]), 2);
    assert_eq!(insertions(&run.steps[1]), 0);
}

/// An FTP control connection that announced a port, so that the server's connection is expected.
const FTP: &str = r#"nft prerouting tcp dport 21 ct helper set ftp
tcp 10.0.0.10:40000 > 192.0.2.20:21 S seq=1000
tcp 192.0.2.20:21 > 10.0.0.10:40000 SA seq=5000 ack=1001
tcp 10.0.0.10:40000 > 192.0.2.20:21 A seq=1001 ack=5001
tcp 10.0.0.10:40000 > 192.0.2.20:21 PA seq=1001 ack=5001 data="USER a\r\n"
tcp 10.0.0.10:40000 > 192.0.2.20:21 PA seq=1009 ack=5001 data="PORT 10,0,0,10,195,80\r\n"
"#;

#[test]
fn clean_from_lists_empties_both_buckets_and_drops_what_is_expected() {
    let run = run(&format!("{FTP}delete c1"));
    let known = ["HashRemoved", "ExpectRemoved"];
    let names = run.last().iter().map(name);
    let mut names: Vec<String> = names
        .filter(|name| known.contains(&name.as_str()))
        .collect();
    names.sort();
    assert_eq!(names, ["ExpectRemoved", "HashRemoved", "HashRemoved"]);
    assert!(run.ct.expects.is_empty());
}

#[test]
fn table_packet_and_child_each_hold_a_reference() {
    let child = "tcp 192.0.2.20:20 > 10.0.0.10:50000 S seq=300";
    let run = run(&format!("{FTP}{child} hold=queue"));
    let refs = |number| {
        let conn = run.ct.conns.by_number(number).expect("it lives");
        let of = |owner| conn.refs.of(owner);
        let owners = [Owner::Table, Owner::Skb, Owner::Child].map(of);
        (conn.use_count, owners)
    };
    assert_eq!(refs(1), (2, [1, 0, 1]), "the table and its child");
    assert_eq!(
        refs(2),
        (2, [1, 1, 0]),
        "the table and a packet behind confirm"
    );
}

#[test]
fn a_length_becomes_an_instant_at_confirm_and_each_packet_sets_it_anew() {
    let udp = "udp 10.0.0.1:5000 > 10.0.0.2:53 len=4";
    let timeout = |text: &str| {
        let run = run(text);
        let conn = run.ct.conns.by_number(1).expect("it lives");
        (conn.timeout, run.ct.now, run.ct.hz().ticks(Secs(30)))
    };
    let (length, _, thirty) = timeout(&format!("{udp} hold=forward"));
    assert_eq!(length, Timeout::Relative(thirty));
    let waited = format!("{udp} hold=forward\nadvance 5s\nrelease s1");
    let (instant, now, _) = timeout(&waited);
    assert_eq!(
        instant,
        Timeout::Absolute(now.plus(thirty)),
        "from confirm on"
    );
    let (again, later, _) = timeout(&format!("{waited}\nadvance 7s\n{udp}"));
    assert_eq!(again, Timeout::Absolute(later.plus(thirty)));
    assert_ne!(again, instant);
}

#[test]
fn a_deleted_entry_is_marked_dying_then_leaves_the_table_and_is_freed() {
    let run = run(&format!("{SYN}\ndelete c1"));
    let known = [
        "StatusSet",
        "EventSent",
        "HashRemoved",
        "ListAdded",
        "ListRemoved",
        "Freed",
    ];
    let names = run.last().iter().map(name);
    let names: Vec<String> = names
        .filter(|name| known.contains(&name.as_str()))
        .collect();
    assert_eq!(
        names,
        [
            "StatusSet",
            "EventSent",
            "HashRemoved",
            "HashRemoved",
            "ListAdded",
            "ListRemoved",
            "Freed"
        ]
    );
}
