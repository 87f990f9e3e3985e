//! Timeouts and the collector: spec file 05.

use crate::{check, run};
use ctscope::engine::Step;
use ctscope::engine::gc;
use ctscope::engine::stats::Counter;
use ctscope::engine::step::DeleteCause;
use ctscope::engine::time::{Hz, Jiffies};
use expect_test::expect;

const UDP: &str = "udp 10.0.0.1:5000 > 10.0.0.2:53 len=4";

#[test]
fn the_clock_starts_five_minutes_before_it_wraps() {
    assert_eq!(Jiffies::at_boot(Hz::Hz250), Jiffies(4_294_892_296));
    assert_eq!(run("advance 300s").ct.now, Jiffies(0));
}

#[test]
fn an_entry_lives_across_the_wrap() {
    check(
        &format!("gc manual\nadvance 290s\n{UDP}\nadvance 20s"),
        expect![[r#"
        c1 table use 1 (table 1) - 10 s left [CONFIRMED]
        bucket 1: c1< c1>
        count init 1
    "#]],
    );
}

#[test]
fn expired_and_still_linked_until_gc_comes_to_its_bucket() {
    let text = format!("{UDP}\nadvance next");
    check(
        &text,
        expect![[r#"
        c1 table use 1 (table 1) - expired [CONFIRMED]
        bucket 1: c1< c1>
        count init 1
    "#]],
    );
    check(
        &format!("{text}\ngc sweep"),
        expect![[r#"
        count init 0
    "#]],
    );
}

#[test]
fn one_jiffy_before_its_deadline_an_entry_is_alive() {
    check(
        &format!("gc manual\n{UDP}\nadvance 7499j\ngc sweep"),
        expect![[r#"
        c1 table use 1 (table 1) - 0 s left [CONFIRMED]
        bucket 1: c1< c1>
        count init 1
    "#]],
    );
}

#[test]
fn gc_comes_by_itself_as_time_passes() {
    check(
        &format!("{UDP}\nadvance 40s"),
        expect![[r#"
        count init 0
    "#]],
    );
}

#[test]
fn a_run_visits_one_bucket_in_128_and_at_least_one() {
    for (buckets, expected) in [(8, 1), (128, 1), (256, 2), (65_536, 512)] {
        let steps = run(&format!("config buckets={buckets}\ngc")).steps;
        let visited = steps
            .iter()
            .filter(|step| matches!(step, Step::GcBucket { .. }))
            .count();
        assert_eq!(visited, expected, "{buckets} buckets");
    }
}

#[test]
fn the_first_bucket_ever_visited_is_bucket_one() {
    let steps = run("gc").steps;
    assert!(steps.contains(&Step::GcBucket {
        bucket: 1,
        nodes: 0
    }));
}

#[test]
fn the_pause_adapts_between_its_bounds() {
    for (hz, min, max) in [(100, 1, 12), (250, 1, 31), (300, 2, 37), (1000, 7, 125)] {
        assert_eq!(
            (gc::interval_min(hz), gc::interval_max(hz)),
            (min, max),
            "HZ {hz}"
        );
    }
    let after_find = run(&format!("config buckets=1\n{UDP}\nadvance next\ngc")).ct;
    assert_eq!(after_find.gc.next_gc_run.0, 1, "more than half was expired");
    let idle = run("advance 60s").ct;
    assert_eq!(idle.gc.next_gc_run.0, 31, "nothing to do");
}

#[test]
fn a_jump_tells_idle_runs_as_one_step_and_counts_them_all() {
    let mut stepwise = run("advance 1j");
    for _ in 0..2_999 {
        let advance = ctscope::engine::Command::Advance(ctscope::engine::Span::Jiffies(
            ctscope::engine::time::Ticks(1),
        ));
        stepwise.ct.apply(&advance, &mut ctscope::engine::NoProbe);
    }
    let jump = run("advance 3000j").ct;
    assert_eq!(jump.gc, stepwise.ct.gc);
    assert_eq!(jump.digest(), stepwise.ct.digest());
}

#[test]
fn a_jump_kills_what_expires_on_the_way_when_gc_reaches_it() {
    let jump = run(&format!("{UDP}\nadvance 60s"));
    let died = jump
        .steps
        .iter()
        .any(|step| matches!(step, Step::Freed { .. }));
    assert!(died);
    assert!(jump.steps.len() < 40, "{} steps", jump.steps.len());
}

#[test]
fn after_a_full_table_gc_takes_what_it_can_spare_at_95_percent() {
    let mut text = String::from("config buckets=4096 max=400\ngc manual\n");
    for port in 1..=410 {
        text.push_str(&format!("udp 10.0.0.1:{port} > 10.0.0.2:53\n"));
    }
    let full = run(&text).ct;
    let stats = full.nets[0].pcpu[0].stats;
    let refused = stats.value(Counter::Drop);
    assert!(refused > 0, "nobody hung in the eight buckets looked at");
    assert_eq!(refused + stats.value(Counter::EarlyDrop), 10);
    assert!(full.gc.early_drop);
    assert_eq!(full.count(), 400);
    let swept = run(&format!("{text}gc sweep"));
    let cause = |step: &Step| match step {
        Step::DeleteCalled { cause, .. } => Some(*cause),
        _ => None,
    };
    let causes: Vec<_> = swept.steps.iter().filter_map(cause).collect();
    assert!(!causes.is_empty());
    assert!(
        causes
            .iter()
            .all(|cause| *cause == DeleteCause::GcEarlyDrop)
    );
    // One run takes what hangs in 32 of 4096 buckets, however many are left; then the flag is down.
    assert!(!swept.ct.gc.early_drop);
    assert_eq!(swept.ct.count() + causes.len() as u32, 400);
}
