//! Much of everything: lines and gestures at random, large tables, large packets, many waiting
//! ones. Nothing panics, and the machine's own checks hold.

use ctscope::app::{AppState, Key, Msg};
use ctscope::view::model::{BenchProto, Grain, Model, Panel, Selection, Tab};
use std::rc::Rc;

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit
    }

    fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }
}

fn run(line: impl Into<String>) -> Msg {
    Msg::Run(line.into())
}

/// The screen, whose checks all hold.
#[track_caller]
fn sound(app: &mut AppState) -> Rc<Model> {
    let model = app.model();
    for (name, holds) in &model.texts.checks {
        assert!(holds, "{name}");
    }
    model
}

const WORDS: [&str; 64] = [
    "tcp",
    "udp",
    "icmp",
    "icmp6",
    "gre",
    "proto",
    "hex",
    "10.0.0.1:1",
    "10.0.0.2:80",
    "[2001:db8::1]:5",
    "10.0.0.1",
    "2001:db8::2",
    ">",
    "S",
    "SA",
    "A",
    "FA",
    "R",
    "PA",
    "echo-request",
    "echo-reply",
    "unreach",
    "id=1",
    "seq=1",
    "ack=2",
    "len=9",
    "win=0",
    "code=3",
    "inner={",
    "}",
    "inner={udp 10.0.0.1:1 > 10.0.0.2:80}",
    "path=input",
    "path=output",
    "hold=forward",
    "drop=postrouting",
    "hold",
    "off",
    "release",
    "drop",
    "s1",
    "s2",
    "c1",
    "c2",
    "advance",
    "30s",
    "250j",
    "next",
    "gc",
    "sweep",
    "manual",
    "auto",
    "delete",
    "flush",
    "events",
    "slow",
    "on",
    "netns",
    "blue",
    "cpu",
    "1",
    "resize",
    "nft forward ct state new drop",
    "# note",
    "\u{202e}\u{0}<script>",
];

const LINES: [&str; 22] = [
    "tcp 10.0.0.1:1 > 10.0.0.2:80 S seq=1",
    "tcp 10.0.0.2:80 > 10.0.0.1:1 SA seq=5 ack=2",
    "tcp 10.0.0.1:1 > 10.0.0.2:80 A seq=2 ack=6",
    "tcp 10.0.0.1:1 > 10.0.0.2:80 R seq=2",
    "udp 10.0.0.1:1 > 10.0.0.2:80 hold=forward",
    "udp 10.0.0.1:1 > 10.0.0.2:80",
    "udp 10.0.0.2:80 > 10.0.0.1:1 path=output",
    "icmp 10.0.0.2 > 10.0.0.1 unreach code=3 inner={udp 10.0.0.1:1 > 10.0.0.2:80}",
    "release s1",
    "release s9",
    "drop s5",
    "advance 31s",
    "advance next",
    "gc sweep",
    "events slow",
    "events on",
    "flush",
    "delete c1",
    "resize 3",
    "sysctl nf_conntrack_max=2",
    "netns blue",
    "cpu 1",
];

#[test]
fn words_at_random_make_no_machine_fail() {
    let mut dice = Dice(1);
    let mut app = AppState::new();
    for nth in 0..3_000 {
        let line = match dice.below(4) {
            0 => dice.pick(&LINES).to_owned(),
            _ => {
                let words: Vec<&str> = (0..=dice.below(7)).map(|_| dice.pick(&WORDS)).collect();
                words.join(" ")
            }
        };
        app.update(run(line));
        if nth % 50 == 0 {
            sound(&mut app);
        }
    }
    sound(&mut app);
}

#[test]
fn bytes_at_random_make_no_machine_fail() {
    let mut dice = Dice(2);
    let mut app = AppState::new();
    for _ in 0..1_000 {
        let mut hex = String::from("hex ");
        // Mostly something that begins like an IP packet.
        hex.push_str(dice.pick(&["45", "46", "60", "4f", ""]));
        for _ in 0..dice.below(80) {
            hex.push_str(&format!("{:02x}", dice.below(256)));
        }
        app.update(run(hex));
    }
    sound(&mut app);
}

#[test]
fn a_storm_of_gestures_leaves_a_page_that_works() {
    let mut dice = Dice(3);
    let mut app = AppState::new();
    let keys = [
        "ArrowLeft",
        "ArrowRight",
        "PageUp",
        "PageDown",
        "Home",
        "End",
        " ",
        "g",
        "l",
        "?",
    ];
    for _ in 0..3_000 {
        let number = dice.below(60) as u32;
        let msg = match dice.below(22) {
            0 => Msg::SendPacket,
            1 => Msg::Undo,
            2 => Msg::Redo,
            3 => Msg::StepBack,
            4 => Msg::StepForward,
            5 => Msg::Seek(number * 7),
            6 => Msg::SeekCommand(number),
            7 => Msg::SetGrain(*dice.pick(&[&Grain::Change, &Grain::Phase, &Grain::Event])),
            8 => Msg::Select(*dice.pick(&[
                &Selection::Conn(1),
                &Selection::Conn(99),
                &Selection::Skb(1),
                &Selection::Bucket(4_000_000_000),
                &Selection::Gc,
                &Selection::Step,
            ])),
            9 => Msg::SwitchBranch(number % 4),
            10 => Msg::BenchFlow(number % 5),
            11 => Msg::BenchButton(number % 12),
            12 => Msg::BenchProto(*dice.pick(&[
                &BenchProto::Tcp,
                &BenchProto::Udp,
                &BenchProto::Other,
            ])),
            13 => Msg::BenchField("dst", dice.pick(&["10.0.0.2", "x", "\u{202e}"]).to_owned()),
            14 => Msg::TogglePlay,
            15 => Msg::PlayTick,
            16 => Msg::SetTab(*dice.pick(&[&Tab::List, &Tab::Events])),
            17 => Msg::SetPanel(*dice.pick(&[&Panel::None, &Panel::Help])),
            18 => Msg::LoadPreset(dice.pick(&["resize", "slow-listener", "no"]).to_owned()),
            19 => Msg::Reset,
            20 => Msg::Key(Key {
                key: dice.pick(&keys).to_owned(),
                shift: dice.below(2) == 0,
                ctrl: dice.below(8) == 0,
            }),
            _ => run(dice.pick(&LINES)),
        };
        app.update(msg);
        if dice.below(40) == 0 {
            sound(&mut app);
        }
    }
    sound(&mut app);
}

#[test]
fn the_largest_table_can_be_looked_at() {
    let mut app = AppState::new();
    app.update(Msg::LoadText(
        "config buckets=1048576\nudp 10.0.0.1:1 > 10.0.0.2:80\nadvance 31s\ngc sweep\n".to_owned(),
    ));
    assert!(
        !app.model().console.failed,
        "{:?}",
        app.model().console.output
    );
    app.update(Msg::Last);
    sound(&mut app);
    for _ in 0..20 {
        app.update(Msg::StepBack);
        app.model();
    }
    app.update(Msg::Select(Selection::Bucket(1_048_575)));
    sound(&mut app);
}

#[test]
fn a_packet_of_sixty_thousand_bytes_is_a_packet() {
    let mut app = AppState::new();
    for line in [
        "sysctl nf_conntrack_acct=1",
        "udp 10.0.0.1:1 > 10.0.0.2:80 len=60000",
        "udp 10.0.0.1:1 > 10.0.0.2:80 len=65507",
        "icmp 10.0.0.1 > 10.0.0.2 echo-request len=60000",
    ] {
        app.update(run(line));
        assert!(
            !app.model().console.failed,
            "{line}: {:?}",
            app.model().console.output
        );
    }
    app.update(Msg::Last);
    let model = sound(&mut app);
    assert!(
        model
            .texts
            .list
            .iter()
            .any(|line| line.text.contains("bytes=125563"))
    );
    app.update(Msg::Select(Selection::Skb(1)));
    sound(&mut app);
}

#[test]
fn as_many_packets_wait_as_may_and_no_more() {
    let mut app = AppState::new();
    let mut text = String::from("config buckets=512\nhold forward\n");
    for port in 1..=256 {
        text.push_str(&format!("udp 10.0.0.1:{port} > 10.0.0.2:53\n"));
    }
    app.update(Msg::LoadText(text));
    app.update(Msg::Last);
    sound(&mut app);
    app.update(run("udp 10.0.0.1:257 > 10.0.0.2:53"));
    let model = sound(&mut app);
    let said = &model.console;
    assert!(
        said.failed && said.output[0].contains("256"),
        "{:?}",
        said.output
    );
    app.update(run("release s200"));
    app.update(run("udp 10.0.0.1:257 > 10.0.0.2:53"));
    assert!(!sound(&mut app).console.failed);
}

#[test]
fn a_load_can_be_undone_and_done_again() {
    let mut app = AppState::new();
    app.update(Msg::SendPacket);
    let mine = app.timeline().scenario();
    app.update(Msg::LoadPreset("slow-listener".to_owned()));
    let preset = app.timeline().scenario();
    assert_ne!(mine, preset);
    app.update(Msg::Undo);
    assert_eq!(app.timeline().scenario(), mine);
    app.update(Msg::Redo);
    assert_eq!(app.timeline().scenario(), preset);
    app.update(Msg::First);
    app.update(run("gc"));
    assert!(!sound(&mut app).transport.lanes.ghosts.is_empty());
    app.update(Msg::SwitchBranch(0));
    sound(&mut app);
}

#[test]
fn a_hostile_remark_is_kept_as_text() {
    let remark = "<script>alert(1)</script><img src=x onerror=alert(1)> \u{202e}gnp.exe";
    let mut app = AppState::new();
    app.update(Msg::LoadText(format!("gc  # {remark}\n")));
    let model = app.model();
    assert!(!model.console.failed, "{:?}", model.console.output);
    app.update(Msg::Last);
    assert_eq!(app.model().why.note.as_deref(), Some(remark));
    let link = app.update(Msg::CopyLink);
    assert!(!link.effects.is_empty());
}
