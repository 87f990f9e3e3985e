//! No step is without words, a function and a file.

use super::expect_steps::expectations;
use super::kinds::kind;
use super::protocol_steps::protocols;
use super::run::last;
use ctscope::engine::answer::Answer;
use ctscope::engine::conn::{EventMask, Owner, Status, Timeout};
use ctscope::engine::defrag::FragmentFault;
use ctscope::engine::hash::HashKey;
use ctscope::engine::hooks::Station;
use ctscope::engine::nat::Manip;
use ctscope::engine::nulls::{ListId, NodeRef};
use ctscope::engine::proto::Reason;
use ctscope::engine::proto::tcp::{Bound, Ignored, PacketKind, TcpState, Verdict, WindowCheck};
use ctscope::engine::skb::{CtInfo, Path, SkbId};
use ctscope::engine::stats::Counter;
use ctscope::engine::step::{Compared, DeleteCause, DropCause, Walker};
use ctscope::engine::sysctl::Sysctl;
use ctscope::engine::time::{Jiffies, Ticks};
use ctscope::engine::tuple::{Dir, Tuple, TupleField};
use ctscope::engine::{ConnId, Step};
use ctscope::view::narrate::why;
use ctscope::view::scene::Scene;

const CONN: ConnId = ConnId { slot: 0, number: 1 };
const SKB: SkbId = SkbId(1);
const RELATIVE: Timeout = Timeout::Relative(Ticks(7500));
const ABSOLUTE: Timeout = Timeout::Absolute(Jiffies(7500));

/// One of each, and more where a step has several meanings.
fn every_step() -> Vec<Step> {
    let (conn, skb, other) = (CONN, SKB, ConnId { slot: 1, number: 2 });
    let tuple = Tuple::default();
    let node = NodeRef {
        slot: 0,
        dir: Dir::Reply,
    };
    let (bucket, at, hook) = (3, Station::Forward, Station::Prerouting);
    let unconfirmed = ListId::Unconfirmed { net: 0, cpu: 0 };
    let dying = ListId::Dying { net: 0, cpu: 0 };
    let mut all = vec![
        Step::PacketEnters { skb, len: 60 },
        Step::HookEntered { skb, hook },
        Step::AlreadyTracked { skb },
        Step::L4Found {
            skb,
            protonum: 6,
            offset: 20,
        },
        Step::IcmpErrorChecked { skb, inner: None },
        Step::IcmpErrorChecked {
            skb,
            inner: Some(tuple),
        },
        Step::TupleBuilt { skb, tuple },
        Step::RuleActed { skb, hook, rule: 0 },
        Step::PolicyAttached { conn },
        Step::HopCounted { skb, left: 63 },
        Step::Fragmented { skb, pieces: 2 },
        Step::Reassembled {
            skb,
            pieces: 1,
            len: 60,
        },
        Step::Reassembled {
            skb,
            pieces: 2,
            len: 60,
        },
        Step::MarkSet {
            conn,
            old: 0,
            new: 7,
        },
        Step::Routed {
            skb,
            path: Path::Input,
        },
        Step::Routed {
            skb,
            path: Path::Forward,
        },
        Step::NatReplyChanged {
            conn,
            old: tuple,
            new: tuple,
        },
        Step::NatTupleTaken { conn, other },
        Step::BysourceLinked { conn },
        Step::SeqOffsetSet {
            conn,
            dir: Dir::Original,
            seq: 1009,
            by: 2,
        },
        Step::SeqAdjusted {
            skb,
            conn,
            seq: 2,
            ack: 0,
        },
        Step::HashComputed {
            tuple,
            raw: 0x7680_361f,
            key: HashKey::Jhash { seed: 1 },
        },
        Step::HashComputed {
            tuple,
            raw: 0xd7f1_cb49,
            key: HashKey::Sip {
                key: [7, 1],
                zone: 7,
            },
        },
        Step::BucketChosen {
            raw: 0x7680_361f,
            size: 8,
            bucket,
        },
        Step::Found {
            conn,
            dir: Dir::Reply,
            bucket,
        },
        Step::SkbUntracked { skb },
        Step::TupleReused { tuple },
        Step::TupleInverted { reply: tuple },
        Step::NotInvertible { tuple },
        Step::ConnAllocated { conn, count: 1 },
        Step::ExtensionsAdded {
            conn,
            acct: false,
            tstamp: false,
            ecache: false,
        },
        Step::ExtensionsAdded {
            conn,
            acct: true,
            tstamp: true,
            ecache: true,
        },
        Step::NotExpected { conn },
        Step::ListAdded {
            conn,
            list: unconfirmed,
        },
        Step::ListAdded { conn, list: dying },
        Step::RefPassed {
            conn,
            from: Owner::Table,
            to: Owner::EventRetry,
        },
        Step::TrackerRefused {
            skb,
            conn,
            reason: Reason::BadFlags,
        },
        Step::TimeoutSet {
            conn,
            old: RELATIVE,
            new: RELATIVE,
        },
        Step::TimeoutSet {
            conn,
            old: ABSOLUTE,
            new: ABSOLUTE,
        },
        Step::Accounted {
            conn,
            dir: Dir::Original,
            bytes: 60,
        },
        Step::EventCached {
            conn,
            bit: EventMask::ASSURED,
        },
        Step::TrackAgain { skb },
        Step::RulesPassed {
            skb,
            hook,
            rule: None,
        },
        Step::RulesPassed {
            skb,
            hook,
            rule: Some(0),
        },
        Step::Held { skb, at },
        Step::Released { skb, at },
        Step::SkbFreed { skb },
        Step::ConfirmCalled { skb, conn: None },
        Step::ConfirmCalled {
            skb,
            conn: Some(conn),
        },
        Step::ConfirmSkipped { skb, conn },
        Step::BucketsReady {
            conn,
            original: 3,
            reply: 1,
        },
        Step::BucketsReady {
            conn,
            original: 3,
            reply: 3,
        },
        Step::BucketsLocked {
            first: 1,
            second: 3,
        },
        Step::ListRemoved {
            conn,
            list: unconfirmed,
            destroyed: false,
        },
        Step::ListRemoved {
            conn,
            list: dying,
            destroyed: true,
        },
        Step::DyingChecked { conn, dying: true },
        Step::DyingChecked { conn, dying: false },
        Step::TimeoutStarted {
            conn,
            from: Ticks(7500),
            to: Jiffies(8000),
        },
        Step::BucketsUnlocked {
            first: 1,
            second: 3,
        },
        Step::ClashFound {
            conn,
            other,
            dir: Dir::Original,
        },
        Step::ChainTooLong {
            conn,
            bucket,
            nodes: 61,
            limit: 59,
        },
        Step::ClashMerged { conn, into: other },
        Step::ClashInserted { conn },
        Step::ClashLost { conn },
        Step::EventSent {
            conn,
            bits: EventMask::NEW,
            seq: 1,
        },
        Step::EventSent {
            conn,
            bits: EventMask::DESTROY,
            seq: 2,
        },
        Step::EventFailed {
            conn,
            bits: EventMask::DESTROY,
        },
        Step::EventRetryDue { at: Jiffies(1) },
        Step::EventRetryRan {
            delivered: 1,
            left: 0,
        },
        Step::EventRetryRan {
            delivered: 0,
            left: 2,
        },
        Step::DeleteRefused { conn },
        Step::Destroyed { conn },
        Step::Freed { conn, count: 0 },
        Step::ClockAdvanced {
            by: Ticks(250),
            now: Jiffies(5),
        },
        Step::GcStarted { after: 0, goal: 1 },
        Step::GcBucket { bucket, nodes: 2 },
        Step::GcFound { conn },
        Step::GcEnded {
            last: 1,
            scanned: 2,
            expired: 2,
            next: Ticks(1),
        },
        Step::GcIdle {
            runs: 9,
            buckets: 9,
            last: 1,
            until: Jiffies(1),
        },
        Step::TableFull { count: 9, max: 8 },
        Step::EarlyDropBucket { bucket, dropped: 0 },
        Step::EarlyDropBucket { bucket, dropped: 2 },
        Step::Flooded {
            packets: 9,
            dropped: 2,
            entries: 7,
        },
        Step::ResizeStarted { from: 8, to: 16 },
        Step::ResizeEnded { size: 16, nodes: 4 },
        Step::SysctlSet {
            key: Sysctl::UdpTimeout,
            old: 30,
            new: 10,
        },
        Step::Configured,
        Step::Refused,
    ];
    for by in [Walker::Lookup, Walker::Confirm, Walker::IcmpError] {
        for compared in [
            Compared::Match,
            Compared::Differs(TupleField::DstPart),
            Compared::OtherZone,
            Compared::OtherNet,
            Compared::Unconfirmed,
            Compared::Expired,
        ] {
            all.push(Step::NodeCompared {
                by,
                bucket,
                node,
                conn,
                nth: 2,
                compared,
            });
        }
        all.push(Step::NotFound {
            by,
            bucket,
            compared: 0,
        });
        all.push(Step::NotFound {
            by,
            bucket,
            compared: 2,
        });
    }
    for ctinfo in [
        CtInfo::New,
        CtInfo::Established,
        CtInfo::EstablishedReply,
        CtInfo::Related,
        CtInfo::RelatedReply,
    ] {
        all.push(Step::SkbAttached { skb, conn, ctinfo });
    }
    for by in Owner::ALL {
        all.push(Step::RefTaken { conn, by, left: 2 });
        all.push(Step::RefDropped { conn, by, left: 1 });
        all.push(Step::RefDropped { conn, by, left: 0 });
    }
    for protonum in [1, 6, 17, 33, 47, 50, 58, 132, 136] {
        all.push(Step::TrackerCalled {
            skb,
            conn,
            protonum,
        });
    }
    for bound in Bound::ALL {
        let outcomes = [
            Verdict::Inside,
            Verdict::Crossing,
            Verdict::Liberal(bound),
            Verdict::Ignored(bound),
            Verdict::Invalid(bound),
        ];
        for (verdict, end_min) in outcomes
            .into_iter()
            .zip([None, Some(1)].into_iter().cycle())
        {
            all.push(Step::WindowChecked {
                conn,
                dir: Dir::Original,
                checked: WindowCheck {
                    seq: 1,
                    end: 2,
                    sack: 3,
                    seq_max: 4,
                    end_min,
                    sack_max: 5,
                    sack_min: 6,
                    met: [true, true, false, true],
                    verdict,
                },
            });
        }
        for why in [
            Ignored::OutOfPlace,
            Ignored::ChallengeAck,
            Ignored::Window(bound),
            Ignored::SynAgain,
        ] {
            let kind = PacketKind::Syn;
            all.push(Step::TcpIgnored { conn, kind, why });
        }
        let reason = Reason::OutOfWindow(bound);
        all.push(Step::TrackerRefused { skb, conn, reason });
    }
    for from in TcpState::ALL {
        for (kind, cell) in [(PacketKind::Ack, "ES"), (PacketKind::Syn, "IG")] {
            all.push(Step::TcpLookedUp {
                conn,
                dir: Dir::Original,
                kind,
                from,
                cell,
            });
        }
        all.push(Step::TcpStateSet {
            conn,
            from,
            to: TcpState::Close,
        });
    }
    all.extend(protocols(conn));
    all.extend(expectations(conn, skb, other));
    for (_, bit) in Status::all().iter_names() {
        all.push(Step::StatusSet { conn, bit });
    }
    for counter in Counter::ALL {
        all.push(Step::CounterRaised {
            counter,
            by: 1,
            cpu: 0,
        });
    }
    for reason in [Reason::BadChecksum, Reason::Fragment, Reason::NotInvertible] {
        all.push(Step::PacketInvalid { skb, reason });
    }
    for cause in [
        DropCause::Asked,
        DropCause::Rule(0),
        DropCause::TableFull,
        DropCause::Tracker,
        DropCause::ClashLost,
        DropCause::ChainTooLong,
        DropCause::DyingAtConfirm,
        DropCause::Rejected(0),
        DropCause::NoRoute,
        DropCause::Martian,
        DropCause::HopLimit,
        DropCause::TooBig,
        DropCause::Fragment(FragmentFault::Again),
        DropCause::Fragment(FragmentFault::Contradicts),
        DropCause::Fragment(FragmentFault::TooLong),
        DropCause::Fragment(FragmentFault::Congestion),
        DropCause::Fragment(FragmentFault::Full),
        DropCause::NatNoAddress,
        DropCause::NatOifChanged,
        DropCause::NatRedirect,
        DropCause::NatUnreadable,
        DropCause::SeqAdjust,
    ] {
        all.push(Step::Dropped { skb, at, cause });
    }
    for answer in [
        Answer::EchoReply,
        Answer::TimestampReply,
        Answer::Reset,
        Answer::TimeExceeded,
        Answer::PortUnreachable,
        Answer::ProtocolUnreachable,
        Answer::NoRoute,
        Answer::TooBig(1000),
    ] {
        all.push(Step::AnswerMade {
            skb: SkbId(2),
            because: skb,
            answer,
        });
    }
    for (offset, more) in [(0, true), (16, true), (32, false)] {
        all.push(Step::FragmentQueued {
            skb,
            offset,
            len: 16,
            more,
        });
    }
    for expired in [false, true] {
        all.push(Step::FragmentsFreed { pieces: 2, expired });
    }
    for manip in [Manip::Src, Manip::Dst] {
        for rule in [None, Some(0)] {
            all.push(Step::NatDecided { conn, manip, rule });
        }
        for quote in [false, true] {
            all.push(Step::PacketRewritten {
                skb,
                conn,
                manip,
                quote,
            });
        }
    }
    for (tries, found) in [(1, true), (240, false)] {
        all.push(Step::NatPortsTried {
            conn,
            tries,
            port: 5001,
            found,
        });
    }
    for path in [Path::Forward, Path::Input, Path::Output] {
        all.push(Step::PacketLeaves { skb, path });
    }
    for cause in [
        DeleteCause::Expired,
        DeleteCause::Asked,
        DeleteCause::Flush,
        DeleteCause::EarlyDrop,
        DeleteCause::GcEarlyDrop,
        DeleteCause::TcpReset,
        DeleteCause::TcpReopen,
        DeleteCause::DccpReset,
        DeleteCause::NatOifChanged,
        DeleteCause::NatPort,
    ] {
        all.push(Step::DeleteCalled { conn, cause });
    }
    for dir in Dir::BOTH {
        all.push(Step::HashInserted { conn, dir, bucket });
        all.push(Step::HashRemoved { conn, dir, bucket });
    }
    all
}

#[test]
fn every_step_has_a_sentence_a_function_and_a_line_of_pseudocode() {
    // A machine that has c1 and s1.
    let done = last("tcp 192.168.1.2:47562 > 10.0.0.2:80 S seq=1000 hold=forward");
    let mut seen: Vec<&str> = Vec::new();
    for step in every_step() {
        seen.push(kind(&step).1);
        let steps = [step];
        let why = why(&Scene {
            steps: &steps,
            fresh: 0..1,
            ..done.scene(0, done.steps.len())
        });
        assert!(why.what.ends_with(['.', '?']), "{step:?}: {}", why.what);
        assert!(
            why.because.is_empty() || why.because.ends_with('.'),
            "{step:?}: {}",
            why.because
        );
        for text in [&why.what, &why.because] {
            assert!(
                !text.contains("  ") && !text.contains('!'),
                "{step:?}: {text}"
            );
        }
        if matches!(step, Step::Configured | Step::Refused) {
            continue;
        }
        // Who holds for gc is told by the steps before.
        let owner = match step {
            Step::RefTaken { by, .. } | Step::RefDropped { by, .. } => Some(by),
            _ => None,
        };
        if owner != Some(Owner::Gc) {
            let function = step.meta().function;
            assert_eq!(
                why.calls.last().map(String::as_str),
                Some(function),
                "{step:?}"
            );
        }
        assert!(why.file.ends_with(['c', 'h']), "{step:?}");
        assert_eq!(
            why.code.iter().filter(|line| line.current).count(),
            1,
            "{step:?}"
        );
        assert!(why.code.len() <= 6 && why.code.iter().all(|line| line.text.len() <= 64));
    }
    let (kinds, _) = kind(&Step::Refused);
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), kinds, "every_step leaves out a kind: {seen:?}");
}

#[test]
fn every_step_has_words_when_its_connection_and_packet_are_gone() {
    let done = last("gc manual");
    for step in every_step() {
        let steps = [step];
        let scene = Scene {
            steps: &steps,
            fresh: 0..1,
            line: None,
            ..done.scene(0, 0)
        };
        assert!(why(&scene).what.len() > 10, "{step:?}");
    }
}
