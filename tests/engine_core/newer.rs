//! Where 5.10 and 6.18 part: the same scenario on both, and what each makes of it.

use crate::{Run, run};
use ctscope::engine::conn::{Place, Status};
use ctscope::engine::hash::HashKey;
use ctscope::engine::nulls::ListId;
use ctscope::engine::stats::Counter;
use ctscope::engine::step::DropCause;
use ctscope::engine::time::{Secs, Ticks};
use ctscope::engine::tuple::Dir;
use ctscope::engine::{Command, Conntrack, Difference, Fate, NoProbe, Profile, Step};
use ctscope::scenario::{Context, parse_command};

const UDP: &str = "udp 10.0.0.1:5000 > 10.0.0.2:53 len=4";
const UDP_REPLY: &str = "udp 10.0.0.2:53 > 10.0.0.1:5000 len=4";
const SYN: &str = "tcp 10.0.0.1:4000 > 10.0.0.2:80 S seq=1000";

/// What the kernels make of a scenario, older first. They must not make the same of it.
#[track_caller]
fn parts<T: PartialEq + std::fmt::Debug>(
    difference: Difference,
    scenario: &str,
    see: impl Fn(&Run) -> T,
) -> [T; 2] {
    let (config, rest) = match scenario.split_once('\n') {
        Some((first, rest)) if first.starts_with("config") => (first, rest),
        _ => ("config", scenario),
    };
    let seen = Profile::ALL.map(|profile| {
        let text = format!("{config} profile={}\n{rest}", profile.name());
        see(&run(&text))
    });
    assert_ne!(seen[0], seen[1], "{difference:?}");
    seen
}

fn count(run: &Run, counter: Counter) -> u32 {
    run.ct.nets[0]
        .pcpu
        .iter()
        .map(|cpu| cpu.stats.value(counter))
        .sum()
}

#[test]
fn the_older_hash_knows_no_zone_and_the_newer_mixes_it_in() {
    let text = format!("nft prerouting ct zone set 7\n{UDP}");
    let [old, new] = parts(Difference::SipHash, &text, |run| {
        let key = run.steps.iter().find_map(|step| match step {
            Step::HashComputed { key, .. } => Some(*key),
            _ => None,
        });
        key.expect("a tuple is hashed")
    });
    assert_eq!(old, HashKey::Jhash { seed: 0x1234_5678 });
    assert!(matches!(new, HashKey::Sip { zone: 7, .. }));
}

#[test]
fn what_is_not_in_the_table_is_on_a_list_in_the_older_kernel_alone() {
    let at = |run: &Run| {
        let conn = run.ct.conns.iter().next().expect("it is held");
        (conn.place(), conn.list(Dir::Original))
    };
    let text = format!("{UDP} hold=forward");
    let [old, new] = parts(Difference::NoPendingLists, &text, at);
    let (net, cpu) = (0, 0);
    let unconfirmed = ListId::Unconfirmed { net, cpu };
    assert_eq!(old, (Place::Unconfirmed, Some(unconfirmed)));
    assert_eq!(new, (Place::Unconfirmed, None));

    let text = format!("{UDP}\n{UDP} hold=forward\ndelete c1");
    let [old, new] = parts(Difference::NoPendingLists, &text, at);
    assert_eq!(old, (Place::Dying, Some(ListId::Dying { net, cpu })));
    assert_eq!(new, (Place::Dying, None));

    let text = format!("{UDP}\nevents slow\ndelete c1");
    let [_, new] = parts(Difference::NoPendingLists, &text, at);
    assert_eq!(new, (Place::Dying, Some(ListId::Undelivered { net })));
}

#[test]
fn confirmed_is_set_before_the_insertion_or_behind_it() {
    let [old, new] = parts(Difference::ConfirmedAfterInsertion, UDP, |run| {
        let order = run.steps.iter().filter_map(|step| match step {
            Step::StatusSet { bit, .. } if bit.contains(Status::CONFIRMED) => Some("confirmed"),
            Step::HashInserted { .. } => Some("inserted"),
            _ => None,
        });
        order.collect::<Vec<_>>()
    });
    assert_eq!(old, ["confirmed", "inserted", "inserted"]);
    assert_eq!(new, ["inserted", "inserted", "confirmed"]);
}

/// Flows of so many different source ports in one bucket.
fn crowded(flows: u32) -> String {
    let flow = |port: u32| format!("\nudp 10.0.0.1:{port} > 10.0.0.2:53 len=4");
    let flows: String = (1..=flows).map(flow).collect();
    format!("config buckets=1 max=1000{flows}")
}

#[test]
fn the_newer_kernel_gives_up_on_a_long_chain() {
    // The scan of the original bucket goes past at most 80 nodes, two for each flow.
    let [old, new] = parts(Difference::ChainLimit, &crowded(41), |run| {
        let failed = count(run, Counter::InsertFailed);
        (count(run, Counter::ChainTooLong), failed, run.outcome.fate)
    });
    assert_eq!(old, (0, 0, Some(Fate::Accepted)));
    assert!(new.0 > 0 && new.0 == new.1, "{new:?}");
    let fate = new.2;
    assert!(matches!(
        fate,
        Some(Fate::Dropped(_, DropCause::ChainTooLong))
    ));
    let dropped = run(&crowded(41).replace("config", "config profile=6.18"));
    let limits = dropped.steps.iter().filter_map(|step| match step {
        Step::ChainTooLong { nodes, limit, .. } => Some((*nodes, *limit)),
        _ => None,
    });
    for (nodes, limit) in limits {
        assert!(
            (50..80).contains(&limit) && nodes == limit + 2,
            "{nodes} {limit}"
        );
    }
    // 50 nodes before another one are no hindrance yet.
    let short = run(&crowded(25).replace("config", "config profile=6.18"));
    assert_eq!(count(&short, Counter::ChainTooLong), 0);
}

/// Nobody can aim at it.
#[test]
fn the_limit_of_a_chain_is_drawn_anew_each_time() {
    let limit = |flows| {
        let dropped = run(&crowded(flows).replace("config", "config profile=6.18"));
        dropped.steps.iter().find_map(|step| match step {
            Step::ChainTooLong { limit, .. } => Some(*limit),
            _ => None,
        })
    };
    let limits: Vec<u32> = (41..47).filter_map(limit).collect();
    assert!(limits.iter().any(|limit| *limit != limits[0]), "{limits:?}");
}

#[test]
fn a_run_of_gc_does_a_slice_or_the_whole_table() {
    let [old, new] = parts(
        Difference::GcWholeTable,
        "config buckets=512\ngc",
        |run| match run.steps[..] {
            [
                Step::GcStarted { after, goal },
                ..,
                Step::GcEnded { last, next, .. },
            ] => (after, goal, last, next),
            _ => panic!("{:?}", run.steps),
        },
    );
    assert_eq!(old, (0, 4, 4, Ticks(31)));
    // An empty table: a minute, less the jiffy that a run counts at least.
    assert_eq!(new, (511, 512, 511, Ticks(60 * 250 - 1)));
}

#[test]
fn the_newer_gc_comes_again_by_the_average_time_left() {
    let ended = |text: &str| {
        let run = run(&format!("config profile=6.18\ngc manual\n{text}\ngc"));
        match run.steps.last() {
            Some(Step::GcEnded { next, .. }) => *next,
            other => panic!("{other:?}"),
        }
    };
    // 15,000 ticks weigh 100 nodes; two nodes with 7,500 left: minus 74, then minus 72.
    assert_eq!(ended(UDP), Ticks(15_000 - 74 - 72 - 1));
    // More than 300 s left counts as 300 s, and no pause is longer than 60 s.
    let day = format!("sysctl nf_conntrack_udp_timeout=86400\n{UDP}");
    assert_eq!(ended(&day), Ticks(14_999));
}

#[test]
fn the_newer_gc_pauses_after_many_expired_entries() {
    let flow = |port: u32| format!("udp 10.0.0.1:{port} > 10.0.0.2:53 len=4\n");
    let flows: String = (1..=300).map(flow).collect();
    let text = format!(
        "config profile=6.18 buckets=512 max=1000\ngc manual\nevents off\n{flows}advance 40s\ngc"
    );
    let first = run(&text);
    let ended = |run: &Run| match run.steps.last() {
        Some(Step::GcEnded { expired, next, .. }) => (*expired, *next),
        other => panic!("{other:?}"),
    };
    assert_eq!(ended(&first), (257, Ticks(1)));
    let second = run(&format!("{text}\ngc"));
    assert_eq!((ended(&second).0, second.ct.count()), (43, 0));
    assert_eq!(
        run(&format!("{text} sweep")).ct.count(),
        0,
        "a sweep does all"
    );
}

#[test]
fn runs_of_the_newer_gc_that_find_nothing_are_reckoned_as_if_made() {
    let apply = |ct: &mut Conntrack, line: &str| {
        let command = parse_command(line, Context::default()).expect("a good line");
        ct.apply(&command.command, &mut NoProbe);
    };
    let config = "config profile=6.18 buckets=16\n";
    let text = format!("{config}sysctl nf_conntrack_udp_timeout=7200\n{UDP}");
    let mut at_once = run(&text).ct;
    let mut one_by_one = run(&text).ct;
    apply(&mut at_once, "advance 7000s");
    for _ in 0..7000 {
        apply(&mut one_by_one, "advance 1s");
    }
    assert_eq!(at_once.gc, one_by_one.gc);
    apply(&mut at_once, "advance 300s");
    apply(&mut one_by_one, "advance 300s");
    assert_eq!((at_once.count(), one_by_one.count()), (0, 0));
    assert_eq!(at_once.gc, one_by_one.gc);
}

#[test]
fn a_zone_of_one_direction_takes_the_newer_kernel_two_lookups() {
    let text = format!("nft prerouting ct original zone set 5\n{UDP}\n{UDP_REPLY}");
    let [old, new] = parts(Difference::ZoneLookedUpTwice, &text, |run| {
        let hashed = |step: &&Step| matches!(step, Step::HashComputed { .. });
        assert_eq!(run.ct.conns.created(), 1, "the reply is found");
        run.steps.iter().filter(hashed).count()
    });
    assert_eq!((old, new), (1, 2));
}

#[test]
fn an_equal_tuple_of_another_zone_is_another_connection() {
    for profile in Profile::ALL {
        let text = format!(
            "config profile={} buckets=1 max=10\n{UDP}
             nft prerouting ct zone set 3\n{UDP}\n{UDP_REPLY}",
            profile.name()
        );
        let run = run(&text);
        assert_eq!(run.ct.conns.len(), 2, "{profile:?}");
        let conn = run.outcome.conn.map(|id| &run.ct.conns[id]);
        assert_eq!(
            conn.map(|conn| (conn.id.number, conn.zone.id)),
            Some((2, 3))
        );
        let seen = |number| {
            let conn = run.ct.conns.by_number(number).expect("it lives");
            conn.status.contains(Status::SEEN_REPLY)
        };
        assert_eq!((seen(1), seen(2)), (false, true), "{profile:?}");
    }
}

#[test]
fn protocols_without_a_tracker_may_clash_in_the_newer_kernel() {
    let esp = "ip 10.0.0.1 > 10.0.0.2 proto=50 len=20";
    let text = format!("{esp} hold=forward\n{esp}\nrelease s1");
    let fates = parts(Difference::ClashMoreProtocols, &text, |run| {
        (count(run, Counter::ClashResolve), count(run, Counter::Drop))
    });
    assert_eq!(fates, [(0, 1), (1, 0)]);
}

#[test]
fn after_a_merge_the_newer_kernel_tells_of_the_winner() {
    // c2 wins; its first reply is dropped behind conntrack, so its event stays cached.
    let text = format!("{UDP} hold=forward\n{UDP}\n{UDP_REPLY} drop=forward\nrelease s1");
    let sent = parts(Difference::ClashWinnerTells, &text, |run| {
        run.ct.listener.sent
    });
    assert_eq!(sent, [1, 2]);
}

#[test]
fn the_default_limit_is_four_entries_per_bucket_or_one() {
    let max = parts(
        Difference::MaxOnePerBucket,
        "config buckets=512\ngc",
        |run| run.ct.max,
    );
    assert_eq!(max, [2048, 512]);
}

#[test]
fn an_entry_made_while_nobody_listens_is_never_told_of_in_the_newer_kernel() {
    let text = format!("events off\n{UDP}\nevents on\ndelete c1");
    let sent = parts(Difference::EventsOnceHeard, &text, |run| {
        run.ct.listener.sent
    });
    assert_eq!(sent, [1, 0]);
}

#[test]
fn the_newer_event_worker_sends_one_message_per_run() {
    let text = format!("{UDP}\n{SYN}\nevents slow\nflush\nevents on\nadvance 2s");
    let runs = parts(Difference::OneEventPerRun, &text, |run| {
        let ran = run.steps.iter().filter_map(|step| match step {
            Step::EventRetryRan { delivered, left } => Some((*delivered, *left)),
            _ => None,
        });
        ran.collect::<Vec<_>>()
    });
    assert_eq!(runs, [vec![(2, 0)], vec![(1, 1), (1, 0)]]);
}

#[test]
fn a_destroy_message_of_the_newer_kernel_has_state_and_time_left() {
    let [old, new] = parts(
        Difference::DestroyTellsState,
        &format!("{SYN}\ndelete c1"),
        |run| {
            let event = run.ct.listener.heard.back().expect("a message");
            (event.left, event.state)
        },
    );
    assert_eq!(old, (None, None));
    assert_eq!(new, (Some(Ticks(120 * 250)), Some("SYN_SENT")));
    let expired = run(&format!(
        "config profile=6.18\n{UDP}\nadvance next\ngc sweep"
    ))
    .ct;
    let event = expired.listener.heard.back().expect("a message");
    assert_eq!(event.left, None, "nothing was left to tell of");
}

#[test]
fn the_stop_stamp_is_the_deletion_or_the_expiry() {
    let text = format!("sysctl nf_conntrack_timestamp=1\ngc manual\n{UDP}\nadvance 60s\ngc sweep");
    let stamps = parts(Difference::StopAtExpiry, &text, |run| {
        let event = run.ct.listener.heard.back().expect("a message");
        event.stamps.expect("it was stamped")
    });
    let at = |secs| {
        Some(u64::from(
            ctscope::engine::time::Hz::Hz250.ticks(Secs(secs)).0,
        ))
    };
    assert_eq!(stamps, [(at(0), at(60)), (at(0), at(30))]);
}

#[test]
fn a_connection_opened_anew_counts_as_invalid_in_the_older_kernel() {
    let text = format!(
        "{SYN}
         tcp 10.0.0.2:80 > 10.0.0.1:4000 SA seq=5000 ack=1001
         tcp 10.0.0.1:4000 > 10.0.0.2:80 FA seq=1001 ack=5001
         tcp 10.0.0.2:80 > 10.0.0.1:4000 FA seq=5001 ack=1002
         tcp 10.0.0.1:4000 > 10.0.0.2:80 A seq=1002 ack=5002
         tcp 10.0.0.1:4000 > 10.0.0.2:80 S seq=90000"
    );
    let invalid = parts(Difference::ReopenNotCounted, &text, |run| {
        let reopened = |step: &Step| matches!(step, Step::TrackAgain { .. });
        assert!(run.steps.iter().any(reopened));
        count(run, Counter::Invalid)
    });
    assert_eq!(invalid, [1, 0]);
}

#[test]
fn an_update_changes_the_mark_and_is_heard_at_once() {
    let told = |text: &str| {
        let Run { ct, outcome, .. } = run(&format!("{UDP}\n{SYN}\n{text}"));
        let marks: Vec<u32> = ct.conns.iter().map(|conn| conn.mark).collect();
        let last = ct.listener.heard.back().map(|event| event.mark);
        (marks, outcome.updated, last.flatten(), ct.listener.sent)
    };
    assert_eq!(told("update proto=udp mark=7"), (vec![7, 0], 1, Some(7), 3));
    assert_eq!(told("update all mark=7"), (vec![7, 7], 2, Some(7), 4));
    assert_eq!(
        told("conntrack -U -p tcp -m 9"),
        (vec![0, 9], 1, Some(9), 3)
    );
    // Back to 0: the message says so, for the mark is what changed.
    let back = told("update proto=udp mark=7\nupdate proto=udp mark=0");
    assert_eq!(back, (vec![0, 0], 1, Some(0), 4));
    // Nothing would change: the tool asks for nothing.
    assert_eq!(told("update all mark=0"), (vec![0, 0], 0, None, 2));
    // A deletion can choose by mark and zone.
    let gone = run(&format!(
        "{UDP}\n{SYN}\nupdate proto=udp mark=7\ndelete mark=7"
    ));
    assert_eq!((gone.outcome.deleted, gone.ct.count()), (1, 1));
    let command = parse_command("delete zone=3", Context::default()).expect("a good line");
    assert!(matches!(command.command, Command::DeleteMatching(_)));
}
