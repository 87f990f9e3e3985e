//! The packet bench: what it offers, and what comes of it.

use super::{app, key, run, suggested};
use ctscope::app::{Effect, Msg};
use ctscope::view::model::{BenchProto, Grain, LaneTime, Profile};

#[test]
fn the_first_key_sends_the_articles_syn() {
    let mut app = app([]);
    let model = app.model();
    assert!(model.chrome.empty && model.transport.at_start && model.transport.at_end);
    assert_eq!(
        model.bench.line,
        "tcp 192.168.1.2:47562 > 10.0.0.2:80 S seq=1000 win=64240 mss=1460 wscale=7"
    );
    assert_eq!(model.bench.problem, None);
    let update = app.update(key("ArrowRight"));
    assert!(update.changed);
    assert!(matches!(&update.effects[..], [Effect::WriteHash(link)] if link.starts_with("v1.")));
    let model = app.model();
    assert!(!model.chrome.empty);
    assert_eq!(model.transport.position, 1);
    assert_eq!(model.transport.lanes.items[0].label, "SYN");
    assert_eq!(model.transport.lanes.items[0].when, LaneTime::Now);
    app.update(key("ArrowRight"));
    assert_eq!(app.model().transport.position, 2);
    assert_eq!(
        app.timeline().len(),
        1,
        "the second press steps and sends nothing"
    );
}

#[test]
fn a_whole_tcp_connection_is_suggested_packet_by_packet() {
    let mut app = app([Msg::SetGrain(Grain::Event)]);
    let mut sent = Vec::new();
    for _ in 0..11 {
        let model = app.model();
        assert_eq!(model.bench.problem, None);
        sent.push(suggested(&model).0);
        app.update(Msg::SendPacket);
        assert!(!app.model().console.failed, "{:?}", app.model().console);
    }
    assert_eq!(
        sent,
        [
            "SYN",
            "SYN-ACK",
            "ACK",
            "data",
            "reply ACK",
            "reply data",
            "ACK",
            "FIN",
            "reply ACK",
            "reply FIN",
            "ACK"
        ]
    );
    let machine = app.timeline().clone().state();
    let conn = machine
        .conns
        .iter()
        .next()
        .expect("the connection lives on");
    assert_eq!(conn.proto.name(), Some("TIME_WAIT"));
    assert_eq!(machine.conns.len(), 1);
    assert_eq!(suggested(&app.model()).0, "SYN", "it begins anew");
}

#[test]
fn every_offered_packet_is_one_the_language_knows() {
    for proto in [
        BenchProto::Tcp,
        BenchProto::Udp,
        BenchProto::Icmp,
        BenchProto::Sctp,
        BenchProto::Dccp,
        BenchProto::Udplite,
        BenchProto::Gre,
    ] {
        for (src, dst) in [("10.0.0.1", "10.0.0.2"), ("2001:db8::1", "2001:db8::2")] {
            let mut app = app([
                Msg::BenchProto(proto),
                Msg::BenchField("src", src.to_owned()),
                Msg::BenchField("dst", dst.to_owned()),
            ]);
            let count = app.model().bench.buttons.len() as u32;
            assert!(count >= 2, "{proto:?}");
            for index in 0..count {
                app.update(Msg::BenchButton(index));
                let model = app.model();
                assert!(
                    !model.console.failed,
                    "{proto:?} {index}: {:?}",
                    model.console.output
                );
            }
            assert_eq!(app.timeline().len(), count);
        }
    }
}

#[test]
fn udp_and_icmp_take_turns() {
    for proto in [BenchProto::Udp, BenchProto::Icmp] {
        let mut app = app([Msg::BenchProto(proto), Msg::SetGrain(Grain::Event)]);
        let mut replies = Vec::new();
        for _ in 0..4 {
            replies.push(suggested(&app.model()).1);
            app.update(Msg::SendPacket);
        }
        assert_eq!(replies, [false, true, false, true], "{proto:?}");
        assert_eq!(app.timeline().clone().state().conns.len(), 1);
    }
}

#[test]
fn a_dropped_packet_is_suggested_again_and_a_held_one_waits() {
    let mut app = app([
        Msg::SetGrain(Grain::Event),
        Msg::BenchFate("drop=forward".to_owned()),
        Msg::SendPacket,
    ]);
    assert_eq!(suggested(&app.model()).0, "SYN");
    assert_eq!(
        app.model().bench.fate,
        "",
        "the next packet has its own fate"
    );
    app.update(Msg::BenchFate("hold=postrouting".to_owned()));
    assert!(app.model().bench.line.ends_with("hold=postrouting"));
    app.update(Msg::SendPacket);
    let model = app.model();
    assert_eq!(suggested(&model).0, "SYN", "it has not arrived");
    let skb = &model.bench.skbs[0];
    assert_eq!((skb.skb, skb.label.as_str(), skb.held), (2, "SYN", true));
    assert_eq!(skb.at, "POSTROUTING");
    app.update(run("release s2"));
    let model = app.model();
    assert!(model.bench.skbs.is_empty());
    assert_eq!(suggested(&model).0, "SYN-ACK");
    assert!(
        !app.update(Msg::BenchFate("hold=nowhere".to_owned()))
            .changed
    );
}

#[test]
fn the_bench_follows_the_cursor() {
    let mut app = app([
        Msg::SetGrain(Grain::Event),
        Msg::SendPacket,
        Msg::SendPacket,
    ]);
    assert_eq!(suggested(&app.model()).0, "ACK");
    app.update(Msg::StepBack);
    assert_eq!(suggested(&app.model()).0, "SYN-ACK");
    app.update(Msg::First);
    assert_eq!(suggested(&app.model()).0, "SYN");
}

#[test]
fn a_flow_can_be_chosen_and_a_new_one_has_a_free_port() {
    let mut app = app([Msg::SetGrain(Grain::Event), Msg::SendPacket]);
    let model = app.model();
    assert_eq!(model.bench.flow, "c1 :47562 ⇄ :80");
    assert_eq!(model.bench.flows, [(1, "c1 :47562 ⇄ :80".to_owned())]);
    app.update(Msg::BenchFlow(0));
    let model = app.model();
    assert_eq!(model.bench.flow, "a new flow");
    assert!(
        model.bench.line.contains(":47563 >"),
        "{}",
        model.bench.line
    );
    app.update(Msg::SendPacket);
    app.update(Msg::BenchFlow(1));
    assert_eq!(app.model().bench.flow, "c1 :47562 ⇄ :80");
    assert!(!app.update(Msg::BenchFlow(99)).changed);
}

#[test]
fn what_is_set_for_all_packets_to_come_is_listed_until_it_ends() {
    let mut app = app([]);
    let standing = |app: &mut ctscope::app::AppState| -> Vec<String> {
        let model = app.model();
        model
            .bench
            .standing
            .iter()
            .map(|it| it.text.clone())
            .collect()
    };
    assert_eq!(standing(&mut app), [""; 0]);
    for line in ["hold postrouting", "netns blue", "cpu 1"] {
        app.update(Msg::Run(line.to_owned()));
    }
    assert_eq!(
        standing(&mut app),
        ["hold at POSTROUTING", "netns blue", "CPU 1"]
    );
    for it in app.model().bench.standing.clone() {
        app.update(Msg::Run(it.line.to_owned()));
    }
    assert_eq!(standing(&mut app), [""; 0]);
}

#[test]
fn replies_are_built_from_what_nat_made_of_the_tuple() {
    let mut app = app([Msg::SetGrain(Grain::Event)]);
    app.update(run("nft postrouting snat to 203.0.113.5"));
    app.update(Msg::SendPacket);
    let model = app.model();
    assert_eq!(
        model.bench.line,
        "tcp 10.0.0.2:80 > 203.0.113.5:47562 SA seq=5000 ack=1001 win=65160 mss=1460 wscale=7"
    );
    app.update(Msg::SendPacket);
    assert_eq!(suggested(&app.model()).0, "ACK");
    app.update(Msg::SendPacket);
    let machine = app.timeline().clone().state();
    let conn = machine.conns.iter().next().expect("it lives");
    assert_eq!(conn.proto.name(), Some("ESTABLISHED"));
    assert_eq!(machine.conns.len(), 1);
}

#[test]
fn packets_go_on_by_the_interface_that_they_came_by() {
    let mut app = app([Msg::SetGrain(Grain::Event)]);
    app.update(Msg::LoadPreset("nat".to_owned()));
    for _ in 0..6 {
        app.update(Msg::NextEvent);
    }
    app.update(Msg::BenchFlow(1));
    let lines: Vec<String> = app
        .model()
        .bench
        .buttons
        .iter()
        .map(|it| it.line.clone())
        .collect();
    assert!(lines[0].ends_with("in=lan"), "{}", lines[0]);
    assert!(
        lines[1].starts_with("tcp 192.0.2.20:80 > 203.0.113.5:40000 SA")
            && lines[1].ends_with("in=wan"),
        "{}",
        lines[1]
    );
}

#[test]
fn an_association_is_suggested_packet_by_packet() {
    let mut app = app([
        Msg::BenchProto(BenchProto::Sctp),
        Msg::SetGrain(Grain::Event),
    ]);
    let mut states = Vec::new();
    for _ in 0..9 {
        app.update(Msg::SendPacket);
        let machine = app.timeline().clone().state();
        let conn = machine.conns.iter().next().expect("it lives");
        states.extend(conn.proto.name());
    }
    states.dedup();
    assert_eq!(
        states,
        [
            "CLOSED",
            "COOKIE_WAIT",
            "COOKIE_ECHOED",
            "ESTABLISHED",
            "SHUTDOWN_SENT",
            "SHUTDOWN_ACK_SENT",
            "CLOSED"
        ]
    );
}

#[test]
fn fragments_that_wait_are_listed() {
    let mut app = app([Msg::SetGrain(Grain::Event)]);
    app.update(run(
        "udp 10.0.0.1:5000 > 10.0.0.2:53 len=100 ipid=7 frag=0/40",
    ));
    let model = app.model();
    let row = &model.bench.frags[0];
    assert_eq!(
        (row.of.as_str(), row.there.as_str(), row.due.as_str()),
        ("10.0.0.1 > 10.0.0.2, id 7", "bytes 0 to 39", "in 30 s")
    );
    app.update(run(
        "udp 10.0.0.1:5000 > 10.0.0.2:53 len=100 ipid=7 frag=2/40",
    ));
    let model = app.model();
    assert_eq!(
        model.bench.frags[0].there,
        "bytes 0 to 39, 80 to 107 of 108"
    );
    app.update(run(
        "udp 10.0.0.1:5000 > 10.0.0.2:53 len=100 ipid=7 frag=1/40",
    ));
    assert_eq!(app.model().bench.frags, []);
}

#[test]
fn another_kernel_keeps_the_log() {
    let mut app = app([Msg::SetGrain(Grain::Event), Msg::SendPacket]);
    assert_eq!(app.model().chrome.profile, Profile::V5_10);
    app.update(run("config profile=6.18"));
    let model = app.model();
    assert_eq!(model.chrome.profile, Profile::V6_18);
    assert_eq!(model.why.kernel, "6.18");
    assert_eq!(app.timeline().len(), 1);
}

#[test]
fn acknowledgements_follow_numbers_that_a_helper_has_moved() {
    let mut app = app([Msg::SetGrain(Grain::Event)]);
    for line in [
        "nft prerouting tcp dport 21 ct helper set ftp",
        "nft postrouting snat to 203.0.113.5",
        "tcp 10.0.0.10:40000 > 192.0.2.20:21 S seq=1000 mss=1460",
        "tcp 192.0.2.20:21 > 203.0.113.5:40000 SA seq=5000 ack=1001 mss=1460",
        "tcp 10.0.0.10:40000 > 192.0.2.20:21 A seq=1001 ack=5001",
        r#"tcp 10.0.0.10:40000 > 192.0.2.20:21 PA seq=1001 ack=5001 data="USER a\r\n""#,
        "tcp 192.0.2.20:21 > 203.0.113.5:40000 A seq=5001 ack=1009",
        concat!(
            "tcp 10.0.0.10:40000 > 192.0.2.20:21 PA seq=1009 ack=5001 ",
            r#"data="PORT 10,0,0,10,195,80\r\n""#
        ),
    ] {
        app.update(run(line));
    }
    app.update(Msg::BenchFlow(1));
    assert_eq!(suggested(&app.model()).0, "reply ACK");
    let model = app.model();
    assert_eq!(
        model.bench.line,
        "tcp 192.0.2.20:21 > 203.0.113.5:40000 A seq=5001 ack=1034 win=502"
    );
    app.update(Msg::SendPacket);
    assert_ne!(suggested(&app.model()).0, "reply ACK");
}
