//! TCP, command by command.

use super::{preset, protocol, shown, story};
use ctscope::app::Msg;
use ctscope::view::lens::diagram::Trod;
use ctscope::view::lens::table::Side;
use ctscope::view::model::Lens;
use expect_test::expect_file;

fn told(name: &str) -> String {
    let seen = story(preset(name));
    (1..)
        .zip(&seen)
        .map(|(nth, model)| format!("{nth}. {}", shown::protocol(model)))
        .collect()
}

#[test]
fn a_connection_from_open_to_close() {
    expect_file!["../golden/lens/handshake.txt"].assert_eq(&told("handshake"));
}

#[test]
fn windows_with_numbers_that_begin_again() {
    expect_file!["../golden/lens/tcp-windows.txt"].assert_eq(&told("tcp-windows"));
}

#[test]
fn protocols_with_little_to_see() {
    let all: String = ["udp-stream", "icmp-echo"].map(told).concat();
    expect_file!["../golden/lens/small.txt"].assert_eq(&all);
}

const SYN: &str = "tcp 10.0.0.10:40000 > 192.0.2.20:80 S seq=1000";

#[test]
fn the_line_just_gone_is_fresh_for_one_step_and_walked_from_then_on() {
    let mut app = super::app(SYN, Lens::Protocol);
    app.update(Msg::SetGrain(ctscope::view::model::Grain::Change));
    let mut seen = Vec::new();
    while !app.timeline().at_end() {
        app.update(Msg::StepForward);
        let states = protocol(&mut app).diagram;
        let to_syn_sent = |edge: &&ctscope::view::lens::diagram::Edge| {
            (edge.from[0], edge.to) == ("NONE", "SYN_SENT")
        };
        seen.extend(states.and_then(|it| it.edges.iter().find(to_syn_sent).map(|it| it.trod)));
    }
    seen.dedup();
    let original = Some(Side::Original);
    let expected = [
        Trod::No,
        Trod::Asked,
        Trod::Fresh(original),
        Trod::Walked(original),
    ];
    assert_eq!(seen, expected);
}

#[test]
fn a_packet_that_leads_nowhere_is_marked_at_the_state_that_it_came_in() {
    let syn_ack = "tcp 192.0.2.20:80 > 10.0.0.10:40000 SA seq=5000 ack=1001";
    let last = story(&format!("{SYN}\n{syn_ack}\n{syn_ack}"))
        .pop()
        .expect("three");
    let packet = last.packet.expect("it was tracked");
    assert_eq!((packet.word, packet.cell), ("ignored", "IG"));
    let badges: Vec<_> = last
        .diagram
        .iter()
        .flat_map(|it| &it.nodes)
        .filter_map(|node| node.badge.map(|badge| (node.name, badge)))
        .collect();
    assert_eq!(badges, [("SYN_RECV", "ignored")]);
    assert!(last.timeouts.is_empty(), "nothing was refreshed");
}

#[test]
fn a_state_entered_otherwise_than_its_cell_says_is_told_so() {
    let both = "tcp 192.0.2.20:80 > 10.0.0.10:40000 S seq=5000";
    let one = "tcp 10.0.0.10:40000 > 192.0.2.20:80 SA seq=1000 ack=5001";
    let other = "tcp 192.0.2.20:80 > 10.0.0.10:40000 A seq=5001 ack=1001";
    let last = story(&format!("{SYN}\n{both}\n{one}\n{other}"))
        .pop()
        .expect("four");
    let packet = last.packet.expect("it was tracked");
    assert_eq!((packet.word, packet.cell), ("moves", "SR"));
    assert!(
        packet
            .outcome
            .contains("ESTABLISHED, which is not what the cell says"),
        "{packet:?}"
    );
}

#[test]
fn settings_of_the_namespace_are_the_times_in_the_boxes() {
    let seen = story(&format!(
        "sysctl nf_conntrack_tcp_timeout_syn_sent=7\n{SYN}"
    ));
    let states = seen[1].diagram.as_ref().expect("TCP has states");
    let time = |name: &str| {
        let node = states.nodes.iter().find(|node| node.name == name);
        node.map(|node| node.time.clone()).unwrap_or_default()
    };
    assert_eq!(
        (time("SYN_SENT").as_str(), time("SYN_SENT2").as_str()),
        ("7 s", "120 s")
    );
}

#[test]
fn a_picked_up_connection_waits_for_a_reply_before_it_gets_its_days() {
    // Nothing is known of the other side, so its numbers are taken to begin at 0: an
    // acknowledgement just below that is in the window.
    let seen = story("tcp 10.0.0.10:40000 > 192.0.2.20:80 A seq=1000 ack=4294967290 win=500");
    let row = |row: &ctscope::view::lens::protocol::TimeoutRow| (row.says.clone(), row.decides);
    let rows: Vec<_> = seen[0].timeouts.iter().map(row).collect();
    assert_eq!(rows[4], ("5 d".to_owned(), false));
    assert_eq!(rows[5], ("300 s".to_owned(), true));
}

#[test]
fn the_line_that_stands_for_many_is_for_its_own_kind_of_packet() {
    let init = "sctp 10.0.0.1:3000 > 10.0.0.2:4000 vtag=0 init=0x1111";
    let abort = "sctp 10.0.0.1:3000 > 10.0.0.2:4000 vtag=0x2222 abort";
    let answer = "sctp 10.0.0.2:4000 > 10.0.0.1:3000 vtag=0x1111 init-ack=0x2222";
    let bundle = |text: &str| {
        let states = story(text)
            .pop()
            .and_then(|model| model.diagram)
            .expect("SCTP has states");
        let found = states.edges.into_iter().find(|edge| edge.from.len() > 1);
        found.expect("the line of ABORT").trod
    };
    assert_eq!(bundle(init), Trod::No);
    let aborted = bundle(&format!("{init}\n{answer}\n{abort}"));
    assert_eq!(aborted, Trod::Fresh(Some(Side::Original)));
}

#[test]
fn a_reset_that_a_rule_sends_is_nobodys_packet() {
    let text = "
config profile=6.18
iface a 10.0.0.1/24
iface b 192.0.2.1/24 route 0.0.0.0/0
tcp 10.0.0.10:9 > 192.0.2.20:80 S seq=5 in=a
nft forward tcp sport 80 reject with tcp reset
tcp 192.0.2.20:80 > 10.0.0.10:9 SA seq=99 ack=6 in=b
";
    let path = story(text).pop().expect("five").path;
    let way: Vec<_> = path.iter().map(|step| (step.to, step.side)).collect();
    let [.., answered, closed] = way[..] else {
        panic!("{path:?}");
    };
    assert_eq!(answered, ("SYN_RECV", Some(Side::Reply)));
    assert_eq!(closed, ("CLOSE", None));
}
