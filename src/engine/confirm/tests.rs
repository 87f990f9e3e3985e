//! The clash that no command can make yet: NAT gave the winner other tuples than the loser's. It
//! is set up by hand.

use crate::engine::command::{Command, Inject, Span};
use crate::engine::conn::{Place, Status, Timeout};
use crate::engine::hooks::Station;
use crate::engine::nulls::{ListId, Node};
use crate::engine::skb::SkbId;
use crate::engine::stats::Counter;
use crate::engine::step::DropCause;
use crate::engine::sysctl::Sysctl;
use crate::engine::time::{Secs, Ticks};
use crate::engine::tuple::{Dir, ipproto};
use crate::engine::{Config, ConnId, Conntrack, Fate, NoProbe, Probe, Profile, Step};

/// Checks the machine at every step and keeps the steps.
#[derive(Default)]
struct Checked(Vec<Step>);

impl Probe for Checked {
    fn step(&mut self, at: &Conntrack, what: impl FnOnce() -> Step) {
        let step = what();
        let violations = at.check_invariants();
        assert!(violations.is_empty(), "{violations:?} at {step:?}");
        self.0.push(step);
    }
}

/// A UDP packet from 10.0.0.1 and this port to 10.0.0.2:53, or its answer, without a checksum.
fn udp(port: u16, answer: bool, hold_at: Option<Station>) -> Command {
    let [high, low] = port.to_be_bytes();
    let (client, server) = ([10, 0, 0, 1, high, low], [10, 0, 0, 2, 0, 53]);
    let (from, to) = if answer {
        (server, client)
    } else {
        (client, server)
    };
    let mut bytes = vec![0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0];
    bytes.extend_from_slice(&from[..4]);
    bytes.extend_from_slice(&to[..4]);
    bytes.extend_from_slice(&from[4..]);
    bytes.extend_from_slice(&to[4..]);
    bytes.extend_from_slice(&[0, 8, 0, 0]);
    Command::Inject(Inject {
        bytes,
        path: Default::default(),
        iif: None,
        hold_at,
        drop_at: None,
    })
}

/// What NAT does to a connection on its way: answers come to another port.
fn nat(ct: &mut Conntrack, conn: Option<ConnId>, port: u16) {
    let conn = conn.expect("it is tracked");
    let entry = &mut ct.conns[conn];
    entry.tuplehash[Dir::Reply.index()].tuple.dst.u = port;
    entry.status |= Status::SRC_NAT | Status::SRC_NAT_DONE;
    ct.link_by_source(conn);
}

/// A loser whose packet waits at FORWARD, and a winner that NAT gave another reply port, so that
/// only the original tuples are equal.
fn clash() -> (Conntrack, ConnId, ConnId) {
    let mut ct = Conntrack::new(&Config::default());
    ct.apply(&Command::SetSysctl(Sysctl::Timestamp, 1), &mut NoProbe);
    ct.apply(&udp(5000, false, Some(Station::Forward)), &mut NoProbe);
    let winner = ct.apply(&udp(5000, false, Some(Station::Forward)), &mut NoProbe);
    let (loser, winner) = (ct.skbs[0].nfct, winner.conn);
    let (loser, winner) = (loser.expect("it is tracked"), winner.expect("it too"));
    nat(&mut ct, Some(winner), 6000);
    let released = ct.apply(&Command::Release(SkbId(2)), &mut Checked::default());
    assert_eq!(released.fate, Some(Fate::Accepted));
    (ct, loser, winner)
}

#[test]
fn a_loser_whose_reply_tuple_is_free_goes_in_by_its_reply_node_alone() {
    let (mut ct, loser, winner) = clash();
    ct.apply(&Command::Advance(Span::Jiffies(Ticks(7))), &mut NoProbe);
    let mut probe = Checked::default();
    let released = ct.apply(&Command::Release(SkbId(1)), &mut probe);
    assert_eq!(released.fate, Some(Fate::Accepted));

    let entry = &ct.conns[loser];
    assert_eq!(entry.place(), Place::Table);
    assert_eq!(entry.tuplehash[0].node, Node::Fake);
    let bucket = ct.bucket_of(entry, Dir::Reply);
    assert_eq!(entry.list(Dir::Reply), Some(ListId::Bucket(bucket)));
    let clash = Status::CONFIRMED | Status::FIXED_TIMEOUT | Status::NAT_CLASH;
    assert_eq!(entry.status, clash);
    assert_eq!(entry.use_count, 1, "the table's, once the packet is gone");
    let second = ct.hz().ticks(Secs(1));
    assert_eq!(entry.timeout, Timeout::Absolute(ct.now.plus(second)));
    assert_eq!(
        entry.ext.tstamp(),
        Some((Some(7), None)),
        "it began at confirm"
    );

    let shown: Vec<ConnId> = (0..ct.table.size())
        .flat_map(|bucket| ct.conns_in_bucket(bucket, Dir::Original))
        .collect();
    assert_eq!(shown, [winner], "a list of original nodes leaves it out");
    let stats = ct.nets[0].pcpu[0].stats;
    assert_eq!(stats.value(Counter::ClashResolve), 1);
    assert_eq!(stats.value(Counter::InsertFailed), 0);
    assert_eq!(stats.value(Counter::Drop), 0);
    assert_eq!(ct.listener.sent, 1, "only the winner was announced");

    let inserted = |step: &Step| match step {
        Step::HashInserted { dir, .. } => Some(*dir),
        _ => None,
    };
    assert_eq!(
        probe.0.iter().filter_map(inserted).collect::<Vec<_>>(),
        [Dir::Reply]
    );
}

#[test]
fn packets_do_not_prolong_its_second_and_never_assure_it() {
    let (mut ct, loser, winner) = clash();
    ct.apply(&Command::Release(SkbId(1)), &mut NoProbe);
    let until = ct.conns[loser].timeout;
    ct.apply(&Command::Advance(Span::Millis(500)), &mut NoProbe);
    for _ in 0..2 {
        let answer = ct.apply(&udp(5000, true, None), &mut Checked::default());
        assert_eq!(answer.conn, Some(loser), "the answer finds it");
    }
    assert_eq!(ct.conns[loser].timeout, until);
    let status = ct.conns[loser].status;
    assert!(status.contains(Status::SEEN_REPLY) && !status.contains(Status::ASSURED));
    let again = ct.apply(&udp(5000, false, None), &mut Checked::default());
    assert_eq!(
        again.conn,
        Some(winner),
        "the original tuple finds the winner"
    );

    ct.apply(&Command::Advance(Span::Millis(500)), &mut NoProbe);
    let mut probe = Checked::default();
    ct.apply(&Command::GcSweep, &mut probe);
    assert!(ct.conns.get(loser).is_none() && ct.conns.get(winner).is_some());
    let removed = probe
        .0
        .iter()
        .filter(|step| matches!(step, Step::HashRemoved { .. }));
    assert_eq!(removed.count(), 1, "it hung in one bucket");
}

#[test]
fn a_loser_whose_reply_tuple_is_taken_too_is_dropped() {
    let (mut ct, loser, _) = clash();
    // A third flow, which NAT made look like the loser's to the server.
    let third = ct.apply(&udp(7000, false, Some(Station::Forward)), &mut NoProbe);
    nat(&mut ct, third.conn, 5000);
    ct.apply(&Command::Release(SkbId(3)), &mut Checked::default());

    let mut probe = Checked::default();
    let lost = ct.apply(&Command::Release(SkbId(1)), &mut probe);
    let clash = Fate::Dropped(Station::Postrouting, DropCause::ClashLost);
    assert_eq!(lost.fate, Some(clash));
    assert!(ct.conns.get(loser).is_none());
    let end = |step: &Step| match step {
        Step::ClashLost { .. } => Some("lost"),
        Step::ListAdded { .. } => Some("dying list"),
        Step::CounterRaised { counter, .. } => Some(counter.name()),
        Step::Freed { .. } => Some("freed"),
        _ => None,
    };
    assert_eq!(
        probe.0.iter().filter_map(end).collect::<Vec<_>>(),
        ["lost", "dying list", "drop", "insert_failed", "freed"]
    );
}

/// The loser's packet waits while the answer to it opens a connection the other way round, for
/// which NAT decides to change nothing.
fn mirrored(profile: Profile) -> Option<Fate> {
    let mut ct = Conntrack::new(&Config {
        profile,
        ..Config::default()
    });
    ct.apply(&udp(5000, false, Some(Station::Forward)), &mut NoProbe);
    let winner = ct.apply(&udp(5000, true, Some(Station::Forward)), &mut NoProbe);
    let winner = winner.conn.expect("it is tracked");
    ct.conns[winner].status |= Status::SRC_NAT_DONE;
    ct.link_by_source(winner);
    ct.apply(&Command::Release(SkbId(2)), &mut NoProbe);
    ct.apply(&Command::Release(SkbId(1)), &mut Checked::default())
        .fate
}

/// `Difference::ClashMirrored`.
#[test]
fn the_newer_kernel_merges_a_mirror_image() {
    let lost = Fate::Dropped(Station::Postrouting, DropCause::ClashLost);
    assert_eq!(mirrored(Profile::V5_10), Some(lost));
    assert_eq!(mirrored(Profile::V6_18), Some(Fate::Accepted));
}

#[test]
fn an_entry_that_died_on_its_way_is_not_inserted() {
    let mut ct = Conntrack::new(&Config::default());
    let held = ct.apply(&udp(5000, false, Some(Station::Forward)), &mut NoProbe);
    let conn = held.conn.expect("it is tracked");
    ct.conns[conn].status |= Status::DYING;
    let mut probe = Checked::default();
    let released = ct.apply(&Command::Release(SkbId(1)), &mut probe);
    assert!(matches!(
        released.fate,
        Some(Fate::Dropped(_, DropCause::DyingAtConfirm))
    ));
    let dying = |step: &Step| {
        matches!(
            step,
            Step::ListAdded {
                list: ListId::Dying { .. },
                ..
            }
        )
    };
    assert_eq!(probe.0.iter().filter(|step| dying(step)).count(), 1);
    assert!(
        ct.conns.get(conn).is_none(),
        "the packet was its last owner"
    );
    assert_eq!(ct.nets[0].pcpu[0].stats.value(Counter::InsertFailed), 1);
    assert_eq!(ct.listener.sent, 0);
}

#[test]
fn a_dying_winner_takes_no_packet_over_in_the_older_kernel() {
    let mut ct = Conntrack::new(&Config::default());
    let hold = || udp(5000, false, Some(Station::Forward));
    let [loser, winner] = [(); 2].map(|()| {
        let held = ct.apply(&hold(), &mut NoProbe);
        held.conn.expect("it is tracked")
    });
    ct.conns[winner].status |= Status::FIXED_TIMEOUT;
    assert!(ct.merge_allowed(loser, winner));
    ct.conns[winner].status |= Status::DYING;
    assert!(!ct.merge_allowed(loser, winner));
}

#[test]
fn a_protocol_without_a_tracker_may_clash_in_the_newer_kernel() {
    let allowed = |profile| {
        let config = Config {
            profile,
            ..Config::default()
        };
        Conntrack::new(&config).allow_clash(ipproto::DCCP)
    };
    assert_eq!(Profile::ALL.map(allowed), [false, true]);
}

#[test]
fn an_entry_in_the_table_is_no_longer_on_the_move() {
    let (ct, _, winner) = clash();
    assert!(!ct.conns[winner].moving);
}

#[test]
fn a_merged_packet_is_counted_in_its_own_direction() {
    let mut ct = Conntrack::new(&Config::default());
    ct.apply(&Command::SetSysctl(Sysctl::Acct, 1), &mut NoProbe);
    ct.apply(&udp(5000, false, Some(Station::Forward)), &mut NoProbe);
    let winner = ct.apply(&udp(5000, false, None), &mut NoProbe).conn;
    ct.apply(&Command::Release(SkbId(1)), &mut NoProbe);
    let winner = winner.expect("it is tracked");
    let acct = ct.conns[winner].ext.acct().expect("it counts");
    assert_eq!(acct.map(|side| side.packets), [2, 0]);
}
