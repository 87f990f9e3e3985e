//! The lanes, dragging along them, kept branches, and two runs side by side.

use super::{app, key, run};
use ctscope::app::{AppState, Msg};
use ctscope::view::compare::{CompareModel, CompareWith};
use ctscope::view::lanes::{LaneSign, LaneTime};
use ctscope::view::model::{Grain, Lens, LensModel};
use expect_test::{Expect, ExpectFile, expect, expect_file};
use std::fmt::Write;
use std::rc::Rc;

const SYN: &str = "tcp 10.0.0.10:40000 > 192.0.2.20:80 S seq=1000";
const SYN_ACK: &str = "tcp 192.0.2.20:80 > 10.0.0.10:40000 SA seq=5000 ack=1001";
const ACK: &str = "tcp 10.0.0.10:40000 > 192.0.2.20:80 A seq=1001 ack=5001";
const ASK: &str = "udp 10.0.0.10:5000 > 192.0.2.53:53 len=12";
const ANSWER: &str = "udp 192.0.2.53:53 > 10.0.0.10:5000 len=12";

fn with(lines: &[&str]) -> AppState {
    app(lines.iter().copied().map(run).chain([Msg::Last]))
}

#[track_caller]
fn check_lanes(app: &mut AppState, expected: &Expect) {
    let model = app.model();
    let lanes = &model.transport.lanes;
    let mut text = format!("{}; head {}\n", lanes.spoken, lanes.head);
    for item in &lanes.items {
        let when = match item.when {
            LaneTime::Past => "past",
            LaneTime::Now => "now",
            LaneTime::Future => "future",
        };
        let _ = writeln!(
            text,
            "{}+{} {} {} {when}",
            item.x, item.w, item.kind, item.label
        );
    }
    for mark in &lanes.marks {
        let _ = writeln!(text, "{}+{} {:?}", mark.x, mark.w, mark.sign);
    }
    for ghost in &lanes.ghosts {
        let _ = writeln!(
            text,
            "kept at {}: {} {:?}",
            ghost.x, ghost.label, ghost.commands
        );
    }
    for deadline in &lanes.deadlines {
        let _ = writeln!(
            text,
            "to come at {}: {}: {}",
            deadline.x, deadline.label, deadline.title
        );
    }
    let _ = writeln!(text, "gc {:?}", lanes.gc);
    expected.assert_eq(&text);
}

#[test]
fn lanes_show_packets_deadlines_and_gc() {
    let mut app = with(&[SYN, ASK, "advance 31s"]);
    check_lanes(
        &mut app,
        &expect![[r#"
        step 101 of 101, +31 s, gc; head 1000
        8+325 original SYN past
        333+316 original UDP past
        649+351 clock +31 s now
        170+0 Set
        247+0 Set
        470+0 Set
        559+0 Set
        666+298 Gc
        771+0 Expired
        982+18 Gc
        to come at 347: c1: c1 expires in 89 s, at jiffies 4 294 922 296
        gc Some(1)
    "#]],
    );
}

#[test]
fn an_expired_entry_that_is_linked_is_in_the_lane() {
    let mut app = with(&["gc manual", ASK, SYN, "advance 31s"]);
    let model = app.model();
    let first = &model.transport.lanes.deadlines[0];
    assert!(first.expired && first.x == 0, "{first:?}");
    assert_eq!(first.title, "c1: expired, still linked");
    let fact = |name: &str| {
        let found = model.clock.facts.iter().find(|(it, _)| *it == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    assert_eq!(fact("expired, still linked"), "1");
    assert_eq!(fact("gc runs"), "when you say so");
    let card = &model.stage.cards.cards[0];
    assert_eq!(
        (card.life.word(), card.note.as_str()),
        ("expired", "past its time, still linked")
    );
}

#[test]
fn many_deadlines_are_a_few_marks_that_count_them() {
    let lines: Vec<String> = (0..60)
        .map(|n| format!("udp 10.0.0.{}:{} > 192.0.2.53:53 len=12", n + 1, 5000 + n))
        .chain([SYN, SYN_ACK, ACK].map(str::to_owned))
        .collect();
    let mut app = app([run("config buckets=64")]);
    for line in lines {
        app.update(run(&line));
        app.update(run("advance 100ms"));
    }
    let model = app.model();
    let deadlines = &model.transport.lanes.deadlines;
    assert!((2..=7).contains(&deadlines.len()), "{deadlines:?}");
    assert!(deadlines.windows(2).all(|pair| pair[0].x < pair[1].x));
    let more = |label: &str| {
        label
            .split(" +")
            .nth(1)
            .map_or(0, |n| n.parse::<u32>().unwrap())
    };
    let all: u32 = deadlines.iter().map(|it| 1 + more(&it.label)).sum();
    assert_eq!(all, 61);
}

#[test]
fn dragging_moves_the_cursor_and_keeps_the_lane_until_it_is_let_go() {
    let mut app = with(&[SYN; 40]);
    let lanes = |app: &mut AppState| app.model().transport.lanes.clone();
    let before = lanes(&mut app);
    assert!(
        before.items.len() < 20 && before.left_out.0 > 20,
        "{before:?}"
    );
    app.update(Msg::Scrub(0));
    let first = app.timeline().cursor().command;
    assert_eq!(first, before.items[0].command + 1);
    assert_eq!(lanes(&mut app).items[0].command, before.items[0].command);
    assert!(app.update(Msg::ScrubEnd).changed);
    let after = lanes(&mut app);
    assert!(
        after.items[0].command < before.items[0].command,
        "the lane turns its page"
    );
    assert!(!app.update(Msg::ScrubEnd).changed);
    // From end to end it only goes forward, and it ends where the lane does.
    let mut last = (0, 0);
    for permille in (0..=1000).step_by(25) {
        app.update(Msg::Scrub(permille));
        let cursor = app.timeline().cursor();
        assert!(
            (cursor.command, cursor.step) >= last,
            "{cursor:?} after {last:?}"
        );
        last = (cursor.command, cursor.step);
    }
    assert_eq!(last.0, after.items.last().unwrap().command + 1);
}

#[test]
fn dragging_stops_where_the_grain_does() {
    for grain in [Grain::Event, Grain::Phase, Grain::Change] {
        let mut app = with(&[SYN, SYN_ACK]);
        app.update(Msg::SetGrain(grain));
        for permille in [0, 3, 100, 437, 700, 1000] {
            app.update(Msg::Scrub(permille));
            let here = app.timeline().cursor();
            let mut copy = app.timeline().clone();
            if copy.forward(grain) {
                copy.back(grain);
            }
            assert_eq!(copy.cursor(), here, "{grain:?} at {permille}");
        }
    }
    let mut app = with(&[SYN]);
    app.update(Msg::Scrub(0));
    assert!(
        app.timeline().at_start(),
        "left of the first command is before everything"
    );
}

#[test]
fn a_kept_branch_is_a_lane_and_one_key_returns() {
    let mut app = with(&[SYN, SYN_ACK, ASK]);
    app.update(Msg::SeekCommand(0));
    app.update(run("drop s1")); // Refused: nothing is cut.
    assert!(app.model().transport.lanes.ghosts.is_empty());
    app.update(run("gc"));
    let model = app.model();
    let ghost = &model.transport.lanes.ghosts[0];
    assert_eq!(ghost.commands, ["SYN-ACK", "UDP"]);
    let parts = &model.transport.lanes.items[0];
    assert_eq!(ghost.x, parts.x + parts.w);
    app.update(key("b"));
    assert_eq!(app.timeline().len(), 3);
    app.update(key("B"));
    assert_eq!(app.timeline().len(), 2);
    let mut app = with(&[SYN]);
    assert!(!app.update(key("b")).changed, "there is no branch");
}

#[test]
fn marks_tell_what_a_command_did_to_time() {
    let mut app = with(&["gc manual", ASK, "advance 31s", "gc sweep"]);
    let signs: Vec<LaneSign> = app
        .model()
        .transport
        .lanes
        .marks
        .iter()
        .map(|m| m.sign)
        .collect();
    assert_eq!(
        signs.iter().filter(|it| **it == LaneSign::Expired).count(),
        1
    );
    assert!(
        signs.contains(&LaneSign::Gc) && signs[0] == LaneSign::Set,
        "{signs:?}"
    );
}

#[test]
fn the_counter_wraps_five_minutes_after_boot() {
    let mut app = with(&["advance 299s"]);
    assert_eq!(app.model().clock.wraps, "wraps in 1 s");
    app.update(run("advance 62s"));
    app.update(Msg::Last);
    let clock = app.model().clock.clone();
    assert_eq!(clock.wraps, "wrapped 61 s ago");
    let hex = clock
        .facts
        .iter()
        .find(|(name, _)| *name == "in hex")
        .unwrap();
    assert_eq!(hex.1.replace('\u{202f}', "_"), "0x 0000_3b92");
    assert_eq!(clock.jiffies, 0x3b92);
}

fn compared(app: &mut AppState) -> Rc<CompareModel> {
    match &app.model().lens {
        LensModel::Compare(model) => model.clone(),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn check_compared(app: &mut AppState, expected: &ExpectFile) {
    let model = compared(app);
    let mut text = format!("{}\n", model.note);
    for side in &model.sides {
        let _ = writeln!(
            text,
            "{}: {}{}",
            side.name,
            side.at,
            if side.here { ", here" } else { "" }
        );
    }
    for group in &model.groups {
        let _ = writeln!(text, "[{}]", group.title);
        for row in &group.rows {
            let _ = writeln!(text, "  {}: {} | {}", row.what, row.sides[0], row.sides[1]);
        }
    }
    let _ = writeln!(text, "{}", model.equal);
    expected.assert_eq(&text);
}

#[test]
fn the_same_log_on_two_kernels() {
    let mut app = with(&[
        ASK,
        ANSWER,
        ASK,
        SYN,
        "delete c2",
        "udp 10.0.0.11:9 > 192.0.2.53:53 len=1 hold=postrouting",
    ]);
    app.update(Msg::SetLens(Lens::Compare));
    assert!(app.model().chrome.both);
    check_compared(&mut app, &expect_file!["../golden/time/two-kernels.txt"]);
    // On the other kernel the sides stay where they are; what is stepped through changes.
    app.update(run("config profile=6.18"));
    app.update(Msg::Last);
    let model = compared(&mut app);
    let here: Vec<bool> = model.sides.iter().map(|side| side.here).collect();
    assert_eq!(
        (model.sides[0].name.as_str(), &here[..]),
        ("Linux 5.10", &[false, true][..])
    );
}

#[test]
fn inside_a_command_the_other_kernel_stands_behind_the_same_step() {
    let mut app = with(&[SYN]);
    app.update(Msg::SetLens(Lens::Compare));
    app.update(Msg::First);
    assert_eq!(
        compared(&mut app).note,
        "Both are at the start: nothing was done yet."
    );
    let mut notes = Vec::new();
    while app.update(Msg::StepForward).changed {
        let model = compared(&mut app);
        assert_eq!(model.sides.len(), 2);
        if notes.last() != Some(&model.note) {
            notes.push(model.note.clone());
        }
    }
    let expected = expect![[r#"
        [
            "Inside a command: both stand behind the same step.",
            "The other run has no such step here; it stands behind the last one that both have.",
            "Inside a command: both stand behind the same step.",
            "The other run has no such step here; it stands behind the last one that both have.",
            "Inside a command: both stand behind the same step.",
            "Both have done the same commands.",
        ]"#]];
    expected.assert_eq(&format!("{notes:#?}"));
}

#[test]
fn a_branch_beside_the_log_it_was_cut_from() {
    let mut app = with(&[SYN, SYN_ACK]);
    app.update(Msg::SeekCommand(0));
    app.update(run("delete c1"));
    app.update(Msg::Last);
    app.update(Msg::Compare(CompareWith::Branch(0)));
    check_compared(&mut app, &expect_file!["../golden/time/branch.txt"]);
    let model = compared(&mut app);
    assert_eq!(model.choices.len(), 2);
    app.update(Msg::SeekCommand(0));
    let note = compared(&mut app).note.clone();
    assert_eq!(
        note,
        "Both are one log up to command 1; they part behind it."
    );
    // A branch that is gone is no choice: the kernels are.
    app.update(Msg::Reset);
    assert!(compared(&mut app).choices[0].chosen);
}

#[test]
fn a_log_that_is_too_long_is_not_run_twice() {
    let mut text = String::new();
    for _ in 0..2_001 {
        text.push_str("advance 1j\n");
    }
    let mut app = app([Msg::LoadText(text), Msg::SetLens(Lens::Compare)]);
    let model = compared(&mut app);
    assert!(model.sides.is_empty() && model.groups.is_empty());
    assert_eq!(
        model.note,
        "A log is run a second time up to 2000 commands; this one has 2001."
    );
}

#[test]
fn what_the_other_kernel_refuses_ends_its_run_and_is_said() {
    let mut app = with(&[
        SYN,
        ASK,
        "delete c2",
        "sysctl nf_conntrack_tcp_ignore_invalid_rst=1",
    ]);
    if app.timeline().len() < 4 {
        app.update(run("config profile=6.18"));
        app.update(Msg::Last);
        app.update(run("sysctl nf_conntrack_tcp_ignore_invalid_rst=1"));
    }
    app.update(Msg::Last);
    app.update(Msg::SetLens(Lens::Compare));
    let note = compared(&mut app).note.clone();
    assert!(
        note.starts_with("Linux 5.10 cannot do command 4, so its run ends before it"),
        "{note}"
    );
}
