//! The words of a step: what happened, why, what changed. One arm per step, no wildcard; the
//! sentences lie in files by figure.

mod changed;
mod compared;
mod confirm;
mod create;
mod expect;
mod gc;
mod headline;
mod journey;
mod life;
mod lookup;
mod nat;
mod protocols;
mod request;
mod router;
mod told;
mod tracker;
mod window;

use super::model::{Lens, Why};
use super::scene::Scene;
use super::stage::hook;
use super::{calls, differs, functions, names, pseudocode};
use crate::engine::Step;
use crate::engine::step::Phase;
use crate::timeline::figures::figure_at;
use crate::words::{narrate as w, tell};
pub(super) use journey::drop_reason;
use told::{Told, Words};

/// Most sentences about what else happened.
const ALSO_MAX: usize = 60;
/// Steps of one kind in a row that are told as one.
const RUN_MIN: usize = 4;

/// What to say at this moment.
pub fn why(scene: &Scene) -> Why {
    let (Some(step), Some(at)) = (scene.step(), scene.fresh.clone().next_back()) else {
        return empty();
    };
    let told = Told { scene, at };
    let headline = headline::headline(&told);
    let lead = headline::lead(scene, at);
    let also_until = if headline.is_some() { at + 1 } else { at };
    let also = also(scene, scene.fresh.start, also_until);
    let Words { what, because } = headline.unwrap_or_else(|| words(&told, step));
    let figure = figure_at(scene.steps, lead);
    let shown_told = Told { scene, at: lead };
    let (calls, file) = (calls::calls(scene, lead), calls::file(scene, lead));
    Why {
        crumbs: crumbs(scene, at),
        what,
        because,
        figure,
        lens: match (step.meta().phase, figure) {
            (Phase::Attach, Some((figure, _))) => Lens::of_figure(figure),
            (phase, _) => lens_of(phase),
        },
        changed: changed::changed(scene),
        also,
        compared: compared::compared(&told),
        files: files(&calls, file),
        calls,
        hook: hook(scene),
        file: file.to_owned(),
        code: pseudocode::code(
            &shown_told.scene.steps[..=lead],
            shown_told.scene.state.profile(),
        ),
        kernel: scene.state.profile().name(),
        differs: differs::rows(scene),
        note: scene.line.and_then(|line| line.note.clone()),
    }
}

/// The file of each function of a path; that of the last one is known.
fn files(calls: &[String], last: &'static str) -> Vec<&'static str> {
    let above = calls.len().saturating_sub(1);
    let mut files: Vec<_> = calls[..above]
        .iter()
        .map(|name| functions::file(name))
        .collect();
    files.extend((!calls.is_empty()).then_some(last));
    files
}

/// The figure of the article that a part of the way is in.
fn lens_of(phase: Phase) -> Option<Lens> {
    match phase {
        Phase::Tuple | Phase::Hash | Phase::Walk | Phase::Attach => Some(Lens::Lookup),
        Phase::Create => Some(Lens::Create),
        Phase::Confirm | Phase::Insert => Some(Lens::Confirm),
        Phase::Delete | Phase::Destroy => Some(Lens::Life),
        _ => None,
    }
}

/// Before everything.
fn empty() -> Why {
    Why {
        what: w::LINUX_REMEMBERS.text().to_owned(),
        because: w::ONE_PACKET_MAKES_ONE.text().to_owned(),
        ..Why::default()
    }
}

/// The sentence of the step at an index of the scene's steps; empty if there is none.
pub fn sentence(scene: &Scene, at: usize) -> String {
    scene
        .steps
        .get(at)
        .map_or_else(String::new, |step| words(&Told { scene, at }, step).what)
}

/// Where we are: the command, the phase, the change in it.
fn crumbs(scene: &Scene, at: usize) -> Vec<String> {
    let mut crumbs = Vec::new();
    if let Some(line) = scene.line {
        crumbs.push(names::command(&line.command, scene.state.hz()));
    }
    let phase_of = |at: usize| scene.steps.get(at).map(|step| step.meta().phase);
    let here = phase_of(at);
    let one_phase = scene.fresh.clone().all(|at| phase_of(at) == here);
    if let (Some(phase), true) = (here, one_phase) {
        crumbs.push(names::phase(phase).to_owned());
    }
    let fresh = scene.fresh.len();
    if fresh == 1 {
        let first = (0..at).rev().take_while(|at| phase_of(*at) == here).count();
        let after = (at + 1..scene.steps.len())
            .take_while(|at| phase_of(*at) == here)
            .count();
        crumbs.push(tell!(
            w::CHANGE_FIRST_OF_AFTER,
            first = first + 1,
            after = first + 1 + after
        ));
    } else {
        crumbs.push(tell!(w::N_CHANGES, n = fresh as u64));
    }
    crumbs
}

/// Sentences of the steps from `start` to before `end`, long runs folded.
fn also(scene: &Scene, start: usize, end: usize) -> Vec<String> {
    let mut out = Vec::new();
    let mut at = start;
    while at < end {
        let run = run_length(scene, at, end);
        if out.len() >= ALSO_MAX {
            let left = (end - at) as u64;
            out.push(tell!(w::AND_LEFT_MORE, left));
            break;
        }
        match folded(scene, at, run) {
            Some(sentence) => {
                out.push(sentence);
                at += run;
            }
            None => {
                out.push(sentence(scene, at));
                at += 1;
            }
        }
    }
    out
}

/// How many steps of the same kind follow each other from here.
fn run_length(scene: &Scene, at: usize, end: usize) -> usize {
    let kind = |at: usize| scene.steps.get(at).map(core::mem::discriminant);
    let here = kind(at);
    (at..end).take_while(|at| kind(*at) == here).count()
}

/// One sentence for a run of steps that are alike; `None` if it is too short for that.
fn folded(scene: &Scene, at: usize, run: usize) -> Option<String> {
    if run < RUN_MIN {
        return None;
    }
    let n = run as u64;
    match scene.steps.get(at)? {
        Step::NodeCompared { bucket, .. } => Some(tell!(w::N_WERE_COMPARED_IN, n, bucket)),
        Step::GcBucket { .. } => {
            let nodes: u64 = scene.steps[at..at + run]
                .iter()
                .map(|step| match step {
                    Step::GcBucket { nodes, .. } => u64::from(*nodes),
                    _ => 0,
                })
                .sum();
            Some(tell!(w::GC_LOOKED_AT_N, n, nodes))
        }
        Step::EarlyDropBucket { .. } => Some(tell!(w::EARLY_DROP_LOOKED_AT, n)),
        _ => None,
    }
}

/// What is said of a step.
fn words(told: &Told, step: &Step) -> Words {
    match *step {
        Step::PacketEnters { skb, len } => journey::packet_enters(told, skb, len),
        Step::HookEntered { skb, hook } => journey::hook_entered(skb, hook),
        Step::FragmentQueued {
            skb,
            offset,
            len,
            more,
        } => router::fragment_queued(skb, offset, len, more),
        Step::Reassembled { skb, pieces, len } => router::reassembled(skb, pieces, len),
        Step::FragmentsFreed { pieces, expired } => router::fragments_freed(pieces, expired),
        Step::AlreadyTracked { skb } => journey::already_tracked(told, skb),
        Step::L4Found {
            skb,
            protonum,
            offset,
        } => journey::l4_found(skb, protonum, offset),
        Step::IcmpErrorChecked { skb, inner } => journey::icmp_error_checked(skb, inner),

        Step::TupleBuilt { skb, ref tuple } => lookup::tuple_built(skb, tuple),
        Step::HashComputed { tuple: _, raw, key } => lookup::hash_computed(raw, key),
        Step::BucketChosen { raw, size, bucket } => lookup::bucket_chosen(raw, size, bucket),
        Step::NodeCompared {
            by,
            bucket: _,
            node,
            conn,
            nth,
            compared,
        } => lookup::node_compared(told, by, node, conn, nth, compared),
        Step::Found {
            conn,
            dir,
            bucket: _,
        } => lookup::found(told, conn, dir),
        Step::NotFound {
            by,
            bucket,
            compared,
        } => lookup::not_found(told, by, bucket, compared),
        Step::SkbAttached { skb, conn, ctinfo } => lookup::skb_attached(told, skb, conn, ctinfo),
        Step::SkbUntracked { skb } => journey::skb_untracked(skb),

        Step::TupleReused { ref tuple } => create::tuple_reused(told, tuple),
        Step::TupleInverted { ref reply } => create::tuple_inverted(reply),
        Step::NotInvertible { ref tuple } => create::not_invertible(tuple),
        Step::ConnAllocated { conn, count } => create::conn_allocated(told, conn, count),
        Step::ExtensionsAdded {
            conn,
            acct,
            tstamp,
            ecache,
        } => create::extensions_added(conn, acct, tstamp, ecache),
        Step::Expected { conn, master, .. } => expect::expected(conn, master),
        Step::HelperAttached { conn, helper } => expect::helper_attached(conn, helper),
        Step::HelperCalled { skb, conn, helper } => expect::helper_called(skb, conn, helper),
        Step::FtpRead { skb, found, .. } => expect::ftp_read(skb, found),
        Step::ExpectCreated { expect, master } => expect::expect_created(told, expect, master),
        Step::ExpectRemoved { master, end, .. } => expect::expect_removed(master, end),
        Step::ExpectEventSent { seq, .. } => expect::expect_event_sent(seq),
        Step::NotExpected { conn } => create::not_expected(conn),
        Step::ListAdded { conn, list } => create::list_added(told, conn, list),

        Step::RefTaken { conn, by, left } => life::ref_taken(told, conn, by, left),
        Step::RefPassed { conn, from, to } => life::ref_passed(told, conn, from, to),
        Step::RefDropped { conn, by, left } => life::ref_dropped(told, conn, by, left),

        Step::TrackerCalled {
            skb,
            conn,
            protonum,
        } => tracker::tracker_called(told, skb, conn, protonum),
        Step::TcpLookedUp {
            conn,
            dir,
            kind,
            from,
            cell,
        } => tracker::tcp_looked_up(conn, dir, kind, from, cell),
        Step::TcpStateSet { conn, from, to } => tracker::tcp_state_set(conn, from, to),
        Step::WindowChecked { conn, dir, checked } => window::window_checked(conn, dir, &checked),
        Step::TcpIgnored { conn, kind, why } => window::tcp_ignored(conn, kind, why),
        Step::SctpChunk {
            conn,
            dir,
            chunk,
            from,
            to,
        } => protocols::sctp_chunk(conn, dir, chunk, from, to),
        Step::SctpTagSet { conn, dir, tag } => protocols::sctp_tag_set(conn, dir, tag),
        Step::SctpIgnored { conn } => protocols::sctp_ignored(conn),
        Step::DccpLookedUp {
            conn,
            role,
            kind,
            from,
            cell,
        } => protocols::dccp_looked_up(conn, role, kind, from, cell),
        Step::DccpRoles { conn, client } => protocols::dccp_roles(conn, client),
        Step::DccpStateSet { conn, from, to } => protocols::dccp_state_set(conn, from, to),
        Step::DccpIgnored { conn, kind } => protocols::dccp_ignored(conn, kind),
        Step::GreTimeoutsKept {
            conn,
            timeout,
            stream_timeout,
        } => protocols::gre_timeouts_kept(told, conn, timeout, stream_timeout),
        Step::TrackerRefused { skb, conn, reason } => tracker::tracker_refused(skb, conn, reason),
        Step::PacketInvalid { skb, reason } => tracker::packet_invalid(skb, reason),
        Step::StatusSet { conn, bit } => tracker::status_set(conn, bit),
        Step::TimeoutSet { conn, old, new } => tracker::timeout_set(told, conn, old, new),
        Step::Accounted { conn, dir, bytes } => tracker::accounted(conn, dir, bytes),
        Step::EventCached { conn, bit } => tracker::event_cached(told, conn, bit),
        Step::TrackAgain { skb } => tracker::track_again(told, skb),
        Step::CounterRaised { counter, by, cpu } => tracker::counter_raised(counter, by, cpu),

        Step::RulesPassed { skb, hook, rule } => journey::rules_passed(told, skb, hook, rule),
        Step::RuleActed { skb, hook, rule } => journey::rule_acted(skb, hook, rule),
        Step::MarkSet { conn, old, new } => journey::mark_set(conn, old, new),
        Step::PolicyAttached { conn } => router::policy_attached(conn),
        Step::NatDecided { conn, manip, rule } => nat::decided(conn, manip, rule),
        Step::NatTupleTaken { conn, other } => nat::tuple_taken(conn, other),
        Step::NatPortsTried {
            conn,
            tries,
            port,
            found,
        } => nat::ports_tried(conn, tries, port, found),
        Step::NatReplyChanged { conn, new, .. } => nat::reply_changed(conn, &new),
        Step::BysourceLinked { conn } => nat::bysource_linked(conn),
        Step::PacketRewritten {
            skb,
            conn,
            manip,
            quote,
        } => nat::rewritten(skb, conn, manip, quote),
        Step::SeqOffsetSet { conn, dir, seq, by } => nat::seq_offset_set(conn, dir, seq, by),
        Step::SeqAdjusted { skb, seq, ack, .. } => nat::seq_adjusted(skb, seq, ack),
        Step::Routed { skb, path } => journey::routed(skb, path),
        Step::HopCounted { skb, left } => router::hop_counted(skb, left),
        Step::Fragmented { skb, pieces } => router::fragmented(skb, pieces),
        Step::AnswerMade {
            skb,
            because,
            answer,
        } => router::answer_made(skb, because, answer),
        Step::Held { skb, at } => journey::held(told, skb, at),
        Step::Released { skb, at } => journey::released(skb, at),
        Step::Dropped { skb, at, cause } => journey::dropped(told, skb, at, cause),
        Step::PacketLeaves { skb, path } => journey::packet_leaves(skb, path),
        Step::SkbFreed { skb } => journey::skb_freed(told, skb),

        Step::ConfirmCalled { skb, conn } => confirm::confirm_called(told, skb, conn),
        Step::ConfirmSkipped { skb, conn } => confirm::confirm_skipped(told, skb, conn),
        Step::BucketsReady {
            conn,
            original,
            reply,
        } => confirm::buckets_ready(conn, original, reply),
        Step::BucketsLocked { first, second } => confirm::buckets_locked(first, second),
        Step::ListRemoved {
            conn,
            list,
            destroyed,
        } => confirm::list_removed(conn, list, destroyed),
        Step::DyingChecked { conn, dying } => confirm::dying_checked(told, conn, dying),
        Step::TimeoutStarted { conn, from, to } => confirm::timeout_started(told, conn, from, to),
        Step::HashInserted { conn, dir, bucket } if told.is_request() => {
            request::hash_inserted(conn, dir, bucket)
        }
        Step::HashInserted { conn, dir, bucket } => confirm::hash_inserted(told, conn, dir, bucket),
        Step::BucketsUnlocked { first, second } => confirm::buckets_unlocked(first, second),
        Step::ClashFound { conn, other, dir } => confirm::clash_found(conn, other, dir),
        Step::ChainTooLong {
            conn,
            bucket,
            nodes,
            limit,
        } => confirm::chain_too_long(conn, bucket, nodes, limit),
        Step::ClashMerged { conn, into } => confirm::clash_merged(told, conn, into),
        Step::ClashInserted { conn } => confirm::clash_inserted(conn),
        Step::ClashLost { conn } => confirm::clash_lost(conn),

        Step::EventSent { conn, bits, seq } => confirm::event_sent(told, conn, bits, seq),
        Step::EventFailed { conn, bits } => confirm::event_failed(conn, bits),
        Step::EventRetryDue { at } => confirm::event_retry_due(told, at),
        Step::EventRetryRan { delivered, left } => confirm::event_retry_ran(told, delivered, left),

        Step::DeleteCalled { conn, cause } => life::delete_called(conn, cause),
        Step::DeleteRefused { conn } => life::delete_refused(told, conn),
        Step::HashRemoved { conn, dir, bucket } => life::hash_removed(conn, dir, bucket),
        Step::Destroyed { conn } => life::destroyed(told, conn),
        Step::Freed { conn, count } => life::freed(told, conn, count),

        Step::ClockAdvanced { by, now } => gc::clock_advanced(told, by, now),
        Step::GcStarted { after, goal } => gc::gc_started(told, after, goal),
        Step::GcBucket { bucket, nodes } => gc::gc_bucket(bucket, nodes),
        Step::GcFound { conn } => gc::gc_found(told, conn),
        Step::GcEnded {
            last,
            scanned,
            expired,
            next,
        } => gc::gc_ended(told, last, scanned, expired, next),
        Step::GcIdle {
            runs,
            buckets,
            last,
            until,
        } => gc::gc_idle(runs, buckets, last, until),

        Step::EntryAsked { original, .. } => request::entry_asked(&original),
        Step::EntryFilled { conn } => request::entry_filled(told, conn),

        Step::TableFull { count, max } => gc::table_full(count, max),
        Step::EarlyDropBucket { bucket, dropped } => gc::early_drop_bucket(bucket, dropped),

        Step::Flooded {
            packets,
            dropped,
            entries,
        } => gc::flooded(told, packets, dropped, entries),
        Step::ResizeStarted { from, to } => gc::resize_started(from, to),
        Step::ResizeEnded { size, nodes } => gc::resize_ended(size, nodes),

        Step::SysctlSet { key, old, new } => gc::sysctl_set(key, old, new),
        Step::Configured => gc::configured(told),
        Step::Refused => gc::refused(),
    }
}
