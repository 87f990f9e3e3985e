//! NAT, families, zones, namespaces: presets, command by command.

use super::{app, preset, relations, shown};
use ctscope::app::Msg;
use ctscope::view::model::Lens;
use expect_test::expect_file;

fn told(text: &str) -> String {
    let mut app = app(text, Lens::Relations);
    let mut out = String::new();
    let mut nth = 0;
    while !app.timeline().at_end() {
        app.update(Msg::StepForward);
        nth += 1;
        out.push_str(&format!(
            "{nth}.\n{}",
            shown::relations(&relations(&mut app))
        ));
    }
    out
}

#[test]
fn nat_beside_the_plain_inverse() {
    expect_file!["../golden/lens/nat.txt"].assert_eq(&told(preset("nat")));
}

#[test]
fn an_expectation_and_its_child() {
    expect_file!["../golden/lens/ftp-expectation.txt"].assert_eq(&told(preset("ftp-expectation")));
}

#[test]
fn equal_tuples_in_zones_and_in_namespaces() {
    let all = ["zones", "two-namespaces"]
        .map(|name| told(preset(name)))
        .concat();
    expect_file!["../golden/lens/twins.txt"].assert_eq(&all);
}

#[test]
fn a_rule_that_was_flushed_is_named_by_its_number_only() {
    let run = |end: &str| {
        let ifaces = "iface lan 10.0.0.254/24\niface wan 203.0.113.5/24 route 0.0.0.0/0";
        let rule = "nft postrouting oif wan masquerade";
        let packet = "udp 10.0.0.10:5000 > 192.0.2.53:53 len=12 in=lan";
        let mut app = app(
            &format!("{ifaces}\n{rule}\n{packet}\n{end}"),
            Lens::Relations,
        );
        app.update(Msg::Last);
        let nat = relations(&mut app).nat.expect("it was asked");
        nat.halves
            .into_iter()
            .find(|half| half.half == "source")
            .expect("two halves")
    };
    let known = run("gc");
    assert_eq!(
        (known.by.as_str(), known.bit),
        ("rule 1", "SRC_NAT"),
        "{text}"
    );
    assert!(known.rule.contains("masquerade"), "{known:?}");
    let flushed = run("nft flush\nnft postrouting oif wan masquerade");
    assert_eq!((flushed.by.as_str(), flushed.rule.as_str()), ("rule 1", ""));
}

#[test]
fn numbers_that_nat_moves_are_shown() {
    let text = "
iface lan 10.0.0.254/24
iface wan 203.0.113.5/24 route 0.0.0.0/0
nft prerouting tcp dport 21 ct helper set ftp
nft postrouting oif wan masquerade
tcp 10.0.0.10:40000 > 192.0.2.20:21 S seq=1000 in=lan
tcp 192.0.2.20:21 > 203.0.113.5:40000 SA seq=5000 ack=1001 in=wan
tcp 10.0.0.10:40000 > 192.0.2.20:21 A seq=1001 ack=5001 in=lan
tcp 10.0.0.10:40000 > 192.0.2.20:21 PA seq=1001 ack=5001 data=\"USER a\\r\\n\" in=lan
tcp 192.0.2.20:21 > 203.0.113.5:40000 A seq=5001 ack=1009 in=wan
tcp 10.0.0.10:40000 > 192.0.2.20:21 PA seq=1009 ack=5001 data=\"PORT 10,0,0,10,195,80\\r\\n\" in=lan
";
    let mut app = app(text, Lens::Relations);
    app.update(Msg::Last);
    let nat = relations(&mut app).nat.expect("it was asked");
    // The public address has two letters more.
    assert!(
        nat.seqadj[0].1.ends_with("behind it by +2"),
        "{:?}",
        nat.seqadj
    );
}

#[test]
fn without_relations_presets_are_offered() {
    let mut app = app("udp 10.0.0.10:5000 > 192.0.2.53:53 len=12", Lens::Relations);
    app.update(Msg::Last);
    let offers: Vec<_> = relations(&mut app)
        .offers
        .into_iter()
        .map(|(name, ..)| name)
        .collect();
    assert_eq!(
        offers,
        ["nat", "ftp-expectation", "zones", "two-namespaces"]
    );
}
