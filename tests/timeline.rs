//! Time travel by example.

mod common;

use common::{line, scenario};
use ctscope::engine::skb::SkbId;
use ctscope::engine::{Config, Conntrack, Outcome, Probe, Step};
use ctscope::timeline::{
    BRANCHES_MAX, COMMANDS_MAX, Counter, Cursor, EditError, Grain, Recorder, STEPS_MAX, Timeline,
};

const SYN: &str = "tcp 10.0.0.1:4000 > 10.0.0.2:80 S seq=1000";
const SYN_ACK: &str = "tcp 10.0.0.2:80 > 10.0.0.1:4000 SA seq=5000 ack=1001";

#[track_caller]
fn with(lines: &[&str]) -> Timeline {
    let mut timeline = Timeline::new(Config::default(), "test");
    for text in lines {
        timeline
            .push(line(text), Grain::Event)
            .unwrap_or_else(|error| panic!("{text}: {error}"));
    }
    timeline
}

fn lines(timeline: &Timeline) -> Vec<String> {
    timeline.lines().map(|line| line.to_string()).collect()
}

#[test]
fn a_new_command_is_watched_from_its_first_stop() {
    for grain in [Grain::Change, Grain::Phase, Grain::Event] {
        let mut timeline = with(&[]);
        timeline.push(line(SYN), grain).unwrap();
        assert_eq!(timeline.ordinal(grain).0, 1);
        assert!(
            timeline.back(grain) && timeline.at_start(),
            "it is the first stop"
        );
    }
}

#[test]
fn acting_inside_the_last_command_appends_behind_its_end() {
    let mut timeline = with(&[SYN]);
    timeline.seek(3);
    timeline.push(line(SYN_ACK), Grain::Event).unwrap();
    assert_eq!(timeline.len(), 2);
    assert!(timeline.branches().is_empty());
    assert_eq!(timeline.state().conns.iter().next().unwrap().use_count, 1);
}

#[test]
fn acting_in_the_past_keeps_what_followed_as_a_branch() {
    let mut timeline = with(&[SYN, SYN_ACK, "advance 5s", "gc"]);
    timeline.seek_command(1);
    timeline.push(line("flush"), Grain::Event).unwrap();
    assert_eq!(lines(&timeline)[1..], ["flush"]);
    let branch = &timeline.branches()[0];
    assert_eq!((branch.after, branch.commands), (1, 3));
    assert!(branch.begins.as_ref().unwrap().to_string().contains("SA"));

    assert!(timeline.switch_branch(0));
    assert_eq!(timeline.len(), 4);
    assert_eq!(
        timeline.cursor(),
        Cursor {
            command: 1,
            step: timeline.steps_of(1)
        }
    );
    assert_eq!(
        timeline.branches()[0].begins.as_ref().unwrap().to_string(),
        "flush"
    );
    assert!(!timeline.switch_branch(7));
}

#[test]
fn undo_takes_a_cut_back_with_its_branch() {
    let mut timeline = with(&[SYN, SYN_ACK, "gc"]);
    timeline.seek_command(1);
    let before = (lines(&timeline), timeline.cursor());
    timeline.push(line("flush"), Grain::Event).unwrap();
    assert!(timeline.undo());
    assert_eq!((lines(&timeline), timeline.cursor()), before);
    assert!(timeline.branches().is_empty());
    assert!(timeline.redo());
    assert_eq!(timeline.branches().len(), 1);
    assert!(!timeline.redo());
}

#[test]
fn a_refused_command_leaves_no_trace() {
    let mut timeline = with(&[SYN]);
    let before = (lines(&timeline), timeline.cursor());
    for text in ["release s9", "delete c9", "cpu 1000"] {
        let Ok(parsed) = ctscope::scenario::parse_command(text, Default::default()) else {
            continue;
        };
        assert!(matches!(
            timeline.push(parsed, Grain::Event),
            Err(EditError::Refused(2, _))
        ));
        assert_eq!((lines(&timeline), timeline.cursor()), before, "{text}");
    }
    let text = format!("{SYN}\nrelease s9\n{SYN_ACK}\n");
    let refused = timeline.load(scenario(&text), "bad");
    assert!(matches!(refused, Err(EditError::Refused(2, _))));
    assert_eq!((lines(&timeline), timeline.cursor()), before);
    assert!(
        timeline.undo() && !timeline.undo(),
        "only the packet is there to undo"
    );
}

#[test]
fn loading_can_be_undone() {
    let mut timeline = with(&[SYN]);
    timeline
        .load(
            scenario("config buckets=4\nudp 1.1.1.1:1 > 2.2.2.2:2\n"),
            "other",
        )
        .unwrap();
    assert_eq!((timeline.title(), timeline.config().buckets), ("other", 4));
    assert!(timeline.at_start());
    assert!(timeline.undo());
    assert_eq!((timeline.title(), timeline.config().buckets), ("test", 8));
    assert_eq!(timeline.len(), 1);
}

#[test]
fn a_move_from_between_two_stops_can_be_taken_back() {
    let mut timeline = with(&[SYN, SYN_ACK]);
    timeline.seek(5);
    assert!(timeline.forward(Grain::Event));
    assert!(timeline.forward(Grain::Event));
    assert!(timeline.back(Grain::Event) && timeline.back(Grain::Event));
    assert_eq!(timeline.position(), 5);
    assert!(timeline.back(Grain::Event) && timeline.at_start());
    assert!(timeline.forward(Grain::Event));
    assert_eq!(
        timeline.position(),
        5,
        "as long as the moves go on, it stays a stop"
    );
    timeline.seek(0);
    timeline.forward(Grain::Event);
    assert_eq!(timeline.position(), timeline.steps_of(1));
}

#[test]
fn of_a_very_long_command_the_first_steps_and_the_last_are_kept() {
    let machine = Conntrack::new(&Config::default());
    for more in [0, 1, 2, 5] {
        let (mut recorder, mut counter) = (Recorder::default(), Counter::default());
        let last = Step::SkbFreed { skb: SkbId(1) };
        let many = (1..STEPS_MAX + more).map(|_| Step::Configured);
        for step in many.chain([last]) {
            recorder.step(&machine, || step);
            counter.step(&machine, || step);
        }
        let (trace, summary) = (recorder.finish(), counter.finish(Outcome::default()));
        assert_eq!(trace.steps.len(), STEPS_MAX as usize);
        assert_eq!((trace.steps.last(), trace.cut), (Some(&last), more > 0));
        assert_eq!((summary.steps, summary.phases), (STEPS_MAX, 2));
        assert_eq!(trace.phase_ends, [STEPS_MAX - 1, STEPS_MAX]);
    }
}

#[test]
fn branches_and_undo_have_their_limits() {
    let mut timeline = with(&[SYN]);
    for _ in 0..BRANCHES_MAX + 10 {
        timeline.first();
        timeline.push(line(SYN), Grain::Event).unwrap();
    }
    assert_eq!(timeline.branches().len(), BRANCHES_MAX);
}

#[test]
fn a_scenario_of_too_many_commands_is_refused() {
    let mut timeline = with(&[]);
    let mut big = scenario("gc\n");
    big.lines = vec![big.lines[0].clone(); COMMANDS_MAX as usize + 1];
    assert_eq!(timeline.load(big, "big"), Err(EditError::TooLong));
    assert!(timeline.is_empty());
}

#[test]
fn snapshots_keep_to_their_budget() {
    let mut timeline = Timeline::new(
        Config {
            buckets: 1 << 20,
            ..Config::default()
        },
        "big",
    );
    let mut long = scenario("advance 1j\n");
    long.config = timeline.config().clone();
    long.lines = vec![long.lines[0].clone(); 2_000];
    timeline.load(long, "long").unwrap();
    for n in (0..2_000).step_by(50) {
        timeline.seek_cursor(Cursor {
            command: n,
            step: u32::MAX,
        });
        timeline.state();
        let (_, bytes) = timeline.cache_size();
        assert!(bytes <= 80 << 20, "{bytes} bytes at {n}");
    }
}

#[test]
fn the_ledger_of_a_connection_ends_at_the_cursor() {
    let mut timeline = with(&[SYN, SYN_ACK]);
    let all = timeline.refs_of(1);
    assert!(!all.is_empty() && timeline.refs_of(2).is_empty());
    timeline.seek(timeline.steps_of(1));
    let some = timeline.refs_of(1);
    assert!(some.len() < all.len() && all.starts_with(&some));
    timeline.first();
    assert!(timeline.refs_of(1).is_empty());
}

#[test]
fn ten_thousand_commands_load_and_seek_quickly() {
    let mut text = String::new();
    for n in 0..10_000_u32 {
        let (port, reply) = (1024 + n / 2 % 500, n % 2 == 1);
        text.push_str(&match reply {
            false => format!("udp 10.0.0.1:{port} > 10.0.0.2:53 len=10\n"),
            true => format!("udp 10.0.0.2:53 > 10.0.0.1:{port} len=10\n"),
        });
    }
    let mut long = scenario(&text);
    long.config = Config {
        buckets: 512,
        ..Config::default()
    };
    let mut timeline = with(&[]);
    timeline.load(long, "long").unwrap();
    assert!(timeline.total() > 100_000);
    // A count of work, not of time: what is replayed at most is what lies between two snapshots.
    let (snapshots, bytes) = timeline.cache_size();
    assert!(
        snapshots > 100 && bytes < 64 << 20,
        "{snapshots} snapshots, {bytes} bytes"
    );
    timeline.seek(timeline.total() / 2);
    let there = timeline.state().digest();
    timeline.last();
    timeline.seek(timeline.total() / 2);
    assert_eq!(timeline.state().digest(), there);
}
