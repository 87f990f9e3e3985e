//! Fragments that wait: what is seen of them, and for how long.

use crate::{Run, run};
use ctscope::engine::defrag::{FRAGMENTS_MAX, FragmentFault};
use ctscope::engine::hooks::Station;
use ctscope::engine::step::DropCause;
use ctscope::engine::tuple::Dir;
use ctscope::engine::{Fate, Step};

/// Fragments that wait in the first namespace.
fn waiting(run: &Run) -> usize {
    run.ct.nets[0]
        .frags
        .iter()
        .map(|queue| queue.pieces())
        .sum()
}

const V4: &str = "udp 10.0.0.1:1 > 10.0.0.2:2 len=40 ipid=7 frag=";
const V6: &str = "udp [2001:db8::1]:1 > [2001:db8::2]:2 len=40 ipid=7 frag=";

#[test]
fn conntrack_sees_no_fragment_but_the_whole() {
    for family in [V4, V6] {
        let two = run(&format!("{family}0/16\n{family}2/16"));
        assert_eq!(two.outcome.fate, Some(Fate::Queued), "{family}");
        assert_eq!((waiting(&two), two.ct.count()), (2, 0), "{family}");
        assert!(two.ct.skbs.is_empty(), "a fragment is off its way");
        assert!(two.outcome.seen.is_empty(), "no rule saw it");
        let whole = run(&format!(
            "sysctl nf_conntrack_acct=1\n{family}0/16\n{family}2/16\n{family}1/16"
        ));
        assert_eq!((waiting(&whole), whole.ct.count()), (0, 1), "{family}");
        let conn = whole.ct.conns.iter().next().expect("one connection");
        let acct = conn.ext.acct().expect("it has counters")[Dir::Original.index()];
        let bytes = if family == V4 { 68 } else { 88 };
        assert_eq!((acct.packets, acct.bytes), (1, bytes), "{family}");
    }
}

#[test]
fn a_whole_leaves_cut_as_it_came() {
    let whole = run(&format!("{V4}0/16\n{V4}2/16\n{V4}1/16"));
    let cut = |step: &Step| matches!(step, Step::Fragmented { pieces: 3, .. });
    assert_eq!(whole.steps.iter().filter(|step| cut(step)).count(), 1);
}

#[test]
fn what_is_not_completed_in_time_is_given_up() {
    for (family, secs) in [(V4, 30), (V6, 60)] {
        let kept = run(&format!("{family}0/16\nadvance {}s", secs - 1));
        assert_eq!(waiting(&kept), 1, "{family}");
        let gone = run(&format!("{family}0/16\nadvance {}s", secs + 1));
        assert_eq!(waiting(&gone), 0, "{family}");
        let freed = Step::FragmentsFreed {
            pieces: 1,
            expired: true,
        };
        assert_eq!(gone.steps.iter().filter(|step| **step == freed).count(), 1);
    }
}

#[test]
fn a_later_fragment_does_not_lengthen_the_wait() {
    let gone = run(&format!("{V4}0/16\nadvance 20s\n{V4}1/16\nadvance 11s"));
    assert_eq!(waiting(&gone), 0);
}

#[test]
fn fragments_of_another_namespace_are_others() {
    let apart = run(&format!("{V4}0/24\nnetns blue\n{V4}1/24"));
    assert_eq!(apart.outcome.fate, Some(Fate::Queued));
    assert_eq!(apart.ct.count(), 0);
}

#[test]
fn there_is_room_for_so_many_and_no_more() {
    let mut scenario: String = (0..FRAGMENTS_MAX)
        .map(|id| format!("udp 10.0.0.1:1 > 10.0.0.2:2 len=40 ipid={id} frag=0/16\n"))
        .collect();
    scenario.push_str("udp 10.0.0.1:1 > 10.0.0.2:2 len=40 ipid=9999 frag=0/16");
    let full = run(&scenario);
    assert_eq!(waiting(&full), FRAGMENTS_MAX);
    assert_eq!(
        full.outcome.fate,
        Some(Fate::Dropped(
            Station::Prerouting,
            DropCause::Fragment(FragmentFault::Full)
        ))
    );
}
