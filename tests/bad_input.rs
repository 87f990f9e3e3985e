//! What people give us may be anything. It is answered with a sentence and changes nothing.

use ctscope::app::{AppState, Effect, Msg};
use ctscope::view::model::{BenchProto, Model};
use std::rc::Rc;

/// An application in the middle of something.
fn app() -> AppState {
    let mut app = AppState::new();
    app.update(Msg::SendPacket);
    app.update(Msg::Seek(5));
    app
}

/// It fails with a sentence, and log, cursor and undo are as before.
#[track_caller]
fn refused(message: Msg) -> Rc<Model> {
    let mut app = app();
    let before = (app.timeline().scenario(), app.timeline().cursor());
    let shown = format!("{message:?}").chars().take(120).collect::<String>();
    let update = app.update(message);
    assert!(
        !update
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::WriteHash(_))),
        "{shown}: the address does not change"
    );
    let model = app.model();
    assert!(model.console.failed, "{shown}: {:?}", model.console.output);
    let sentence = model.console.output.join(" ");
    // A sentence begins with a capital, or with a name such as s7.
    let mut chars = sentence.chars();
    let first = chars
        .next()
        .filter(|c| !c.is_lowercase() || chars.next().is_some_and(|c| c.is_ascii_digit()));
    assert!(
        sentence.len() > 15 && sentence.len() < 1_500,
        "{shown}: {sentence}"
    );
    assert!(first.is_some(), "{shown}: {sentence}");
    assert!(sentence.ends_with(['.', '?', '!']), "{shown}: {sentence}");
    assert_eq!(
        (app.timeline().scenario(), app.timeline().cursor()),
        before,
        "{shown}"
    );
    app.update(Msg::Undo);
    assert!(app.timeline().is_empty(), "{shown}: it is no edit");
    model
}

fn run(line: &str) -> Msg {
    Msg::Run(line.to_owned())
}

#[test]
fn packet_lines() {
    for line in [
        "tcp",
        "tcp 10.0.0.1:1",
        "tcp 10.0.0.1:1 >",
        "tcp 10.0.0.1:1 > 10.0.0.2",
        "tcp 10.0.0.1:70000 > 10.0.0.2:80 S",
        "tcp 10.0.0.1:1 > [2001:db8::1]:80 S",
        "tcp 10.0.0.256:1 > 10.0.0.2:80 S",
        "tcp 10.0.0.1:1 > 10.0.0.2:80 Q",
        "tcp 10.0.0.1:1 > 10.0.0.2:80 S seq=4294967296",
        "tcp 10.0.0.1:1 > 10.0.0.2:80 S seq=x",
        "tcp 10.0.0.1:1 > 10.0.0.2:80 S seq=",
        "tcp 10.0.0.1:1 > 10.0.0.2:80 S hold=moon",
        "tcp 10.0.0.1:1 > 10.0.0.2:80 S hold=input",
        "tcp 10.0.0.1:1 > 10.0.0.2:80 S len=9999999",
        "udp 10.0.0.1:1 > 10.0.0.2:80 len=70000",
        "icmp 10.0.0.1 > 10.0.0.2 unreach inner={udp",
        "quic 10.0.0.1:1 > 10.0.0.2:80",
        "\u{0}\u{1}\u{2}",
        "🦀🦀🦀",
    ] {
        refused(run(line));
    }
}

#[test]
fn commands_and_numbers_out_of_range() {
    for line in [
        "resize 0",
        "resize 4000000000",
        "resize 18446744073709551616",
        "resize -1",
        "advance 2147483648j",
        "advance 4294967296s",
        "advance 99999999999999999999999",
        "advance -1s",
        "advance soon",
        "release s99",
        "release",
        "drop s99",
        "delete c99",
        "delete c",
        "cpu 2",
        "cpu 256",
        "netns",
        "netns A B",
        "netns ThisNameIsTooLongForANamespace",
        "sysctl nf_conntrack_udp_timeout=4294967295",
        "sysctl nf_conntrack_udp_timeout=x",
        "sysctl nf_conntrack_nonsense",
        "sysctl nf_conntrack_nonsense=1",
        "hold moon",
        "events loud",
        "nft add everything",
        "config buckets=0",
        "config buckets=4000000000",
        "config hz=251",
        "config nonsense=1",
        "conntrack -X",
        "conntrack -D -p",
        "undo now",
        "gc gc gc",
    ] {
        refused(run(line));
    }
}

#[test]
fn a_jump_of_half_the_counter_is_the_longest() {
    refused(run("advance 2147483648j"));
    let mut app = app();
    app.update(run("advance 2147483647j"));
    assert!(
        !app.model().console.failed,
        "{:?}",
        app.model().console.output
    );
    app.update(run("advance 2147483647j"));
    app.update(run("advance 2147483647j"));
    assert!(!app.model().console.failed);
    app.update(Msg::Last);
    assert!(app.model().texts.checks.iter().all(|(_, holds)| *holds));
}

#[test]
fn scenario_texts_say_where() {
    for text in [
        "gc\ngc\nnonsense\n".to_owned(),
        "config buckets=0\n".to_owned(),
        "config buckets=4294967295\n".to_owned(),
        "gc\nconfig hz=100\n".to_owned(),
        format!("gc\n{}\n", "x".repeat(1 << 20)),
    ] {
        let model = refused(Msg::LoadText(text));
        let sentence = &model.console.output[0];
        assert!(
            sentence.contains("ine ") && sentence.contains("column"),
            "{sentence}"
        );
    }
}

#[test]
fn a_scenario_with_a_command_that_cannot_be_done_says_which() {
    let model = refused(Msg::LoadText("gc\ngc\nrelease s7\n".to_owned()));
    assert!(
        model.console.output[0].contains('3'),
        "{}",
        model.console.output[0]
    );
}

#[test]
fn a_text_that_is_too_long_is_refused_before_it_is_read() {
    refused(Msg::LoadText("gc\n".repeat(6 << 20)));
    refused(Msg::LoadText("gc\n".repeat(300_000)));
}

#[test]
fn a_scenario_that_would_take_minutes_is_refused() {
    let sweeps = "gc sweep\n".repeat(4_000);
    refused(Msg::LoadText(format!("config buckets=1048576\n{sweeps}")));
    refused(Msg::LoadText("resize 1048576\nresize 1\n".repeat(2_000)));
}

#[test]
fn links() {
    for link in [
        "v1.".to_owned(),
        "v1.!!!!".to_owned(),
        "v2.abcd".to_owned(),
        "nonsense".to_owned(),
        "first-packets&at=1".to_owned(),
        "v1.AAAA&at=1.2.3".to_owned(),
        "v1.AAAA&x=1".to_owned(),
        format!("v1.{}", "A".repeat(10 << 20)),
        "A".repeat(10 << 20),
        "🦀".repeat(1000),
    ] {
        refused(Msg::LoadLink(link));
    }
}

#[test]
fn a_bomb_in_a_link_does_not_go_off() {
    use base64::Engine as _;
    let bomb = miniz_oxide::deflate::compress_to_vec(&vec![b'#'; 20 << 20], 9);
    let text = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bomb);
    refused(Msg::LoadLink(format!("v1.{text}")));
}

#[test]
fn what_was_typed_is_never_lost() {
    let mut app = app();
    app.update(Msg::ConsoleInput("advance fortnight".to_owned()));
    app.update(Msg::ConsoleEnter);
    let console = app.model().console.clone();
    assert!(console.failed);
    assert_eq!(console.input, "advance fortnight");
    app.update(Msg::ConsoleInput("gc".to_owned()));
    app.update(Msg::ConsoleEnter);
    assert_eq!(app.model().console.input, "");
    app.update(Msg::ConsoleHistory(true));
    assert_eq!(app.model().console.input, "gc");
}

#[test]
fn form_fields_are_checked_while_typing_and_kept() {
    for (key, value) in [
        ("src", ""),
        ("src", "10.0.0"),
        ("src", "10.0.0.1.2"),
        ("src", "host"),
        ("dst", "2001:db8::1"),
        ("sport", ""),
        ("sport", "65536"),
        ("sport", "-1"),
        ("dport", "80x"),
        ("dport", "99999999999999999999"),
        ("dport", "🦀"),
    ] {
        let mut app = app();
        app.update(Msg::BenchField(key, value.to_owned()));
        let model = app.model();
        let field = model
            .bench
            .fields
            .iter()
            .find(|field| field.key == key)
            .expect("it is there");
        assert_eq!(field.value, value);
        assert!(
            field.problem.as_ref().is_some_and(|p| p.ends_with('.')),
            "{key}={value}"
        );
        assert!(model.bench.problem.is_some());
        let len = app.timeline().len();
        app.update(Msg::SendPacket);
        assert_eq!(app.timeline().len(), len);
        let model = app.model();
        assert!(model.chrome.toast.is_some());
        assert_eq!(
            model
                .bench
                .fields
                .iter()
                .find(|field| field.key == key)
                .map(|f| f.value.as_str()),
            Some(value),
            "nothing that was typed is lost"
        );
    }
}

#[test]
fn the_line_field_takes_any_line_and_says_what_is_wrong() {
    let mut app = app();
    app.update(Msg::BenchProto(BenchProto::Other));
    app.update(Msg::BenchField("line", "nonsense".to_owned()));
    assert!(app.model().bench.problem.is_some());
    app.update(Msg::BenchField(
        "line",
        "gre 10.0.0.1 > 10.0.0.2".to_owned(),
    ));
    assert_eq!(app.model().bench.problem, None);
    let len = app.timeline().len();
    app.update(Msg::Last);
    app.update(Msg::SendPacket);
    assert_eq!(app.timeline().len(), len + 1);
    assert!(
        !app.update(Msg::BenchField("line", "x".repeat(10 << 20)))
            .changed
    );
    assert!(!app.update(Msg::BenchField("nose", "x".to_owned())).changed);
}

#[test]
fn a_very_long_console_line_is_refused() {
    refused(run(&"a".repeat(10 << 20)));
    refused(run(&"tcp ".repeat(30_000)));
    let mut app = app();
    assert!(!app.update(Msg::ConsoleInput("x".repeat(10 << 20))).changed);
}

#[test]
fn names_that_nobody_gave() {
    refused(Msg::LoadPreset("nonsense".to_owned()));
    let mut app = app();
    assert!(!app.update(Msg::BenchButton(u32::MAX)).changed);
    assert!(!app.update(Msg::SwitchBranch(u32::MAX)).changed);
    assert!(!app.update(Msg::BenchFlow(u32::MAX)).changed);
}

#[test]
fn ten_thousand_commands_load_and_step() {
    let mut text = String::from("config buckets=512\n");
    for n in 0..10_000_u32 {
        let port = 1024 + n % 500;
        text.push_str(&format!("udp 10.0.0.1:{port} > 10.0.0.2:53 len=10\n"));
    }
    let mut app = AppState::new();
    app.update(Msg::LoadText(text));
    assert!(
        !app.model().console.failed,
        "{:?}",
        app.model().console.output
    );
    assert_eq!(app.timeline().len(), 10_000);
    app.update(Msg::Last);
    app.model();
    app.update(Msg::StepBack);
    assert!(app.model().transport.lanes.items.len() < 100);
    app.update(Msg::CopyLink);
    assert!(
        app.model()
            .chrome
            .toast
            .as_ref()
            .is_some_and(|toast| toast.contains(".ct"))
    );
    app.update(Msg::SendPacket);
    assert_eq!(app.model().transport.lanes.ghosts.len(), 0);
}
