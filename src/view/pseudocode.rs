//! What a kernel function does, in a few lines of our own words. No line is taken from the
//! kernel's source.

mod newer;
mod protocols;
mod request;

use super::model::CodeLine;
use crate::engine::conn::{Owner, Status};
use crate::engine::nulls::ListId;
use crate::engine::proto::tcp::Verdict;
use crate::engine::skb::Path;
use crate::engine::stats::Counter;
use crate::engine::step::{Compared, DropCause, Walker};
use crate::engine::tuple::Dir;
use crate::engine::{Profile, Step};
use protocols::{DCCP, GRE, SCTP};
use request::{ITERATE, NETLINK};

/// A function's lines and the one we are at.
type Code = (&'static [&'static str], usize);

/// The pseudocode of the last step's function, with the current line marked. The steps are those
/// of the command so far.
pub fn code(steps: &[Step], profile: Profile) -> Vec<CodeLine> {
    let Some((step, before)) = steps.split_last() else {
        return Vec::new();
    };
    let newer = || match profile {
        Profile::V5_10 => None,
        Profile::V6_18 => newer::lines(step),
    };
    let (lines, current) = request::lines(step, before)
        .or_else(newer)
        .unwrap_or_else(|| lines(step, before));
    let line = |(at, text): (usize, &&str)| CodeLine {
        text: (*text).to_owned(),
        current: at == current,
    };
    lines.iter().enumerate().map(line).collect()
}

const IN: &[&str] = &[
    "if the packet has a connection: accept",
    "find its layer 4 header, or count it invalid",
    "let ICMP errors find whom they are about",
    "find or make the connection, attach it",
    "let the tracker of the protocol decide",
    "if refused: detach, count it invalid, accept",
];
const REPEAT: &[&str] = &[
    "let the tracker of the protocol decide",
    "if it wants the packet tracked again:",
    "  find or make the connection once more",
    "if this is the first accepted reply:",
    "  set SEEN_REPLY, cache event REPLY",
];
const TUPLE: &[&str] = &[
    "tuple = all zero",
    "tuple.src, tuple.dst = addresses of the IP header",
    "tuple.protonum = protocol of the IP header",
    "tuple.dir = original",
    "let layer 4 fill in ports, or id, type and code",
];
const HASH: &[&str] = &[
    "seed = boot_random xor net.hash_mix",
    "seed = seed xor (dst port, protocol)",
    "raw = jhash2(src, src port, l3, dst; seed)",
    "leave out: tuple.dir",
];
const SCALE: &[&str] = &["bucket = raw × size ≫ 32"];
const FIND: &[&str] = &[
    "for each node of the bucket's chain:",
    "  if its connection is expired: kill it, go on",
    "  if tuple, namespace and CONFIRMED fit:",
    "    return the node",
    "if the end marker is not this bucket: walk again",
    "return nothing",
];
const FIND_GET: &[&str] = &[
    "node = walk(bucket, key)",
    "if a node was found:",
    "  use += 1, unless use is 0",
    "  compare the key once more",
    "return the node, or nothing",
];
const SET: &[&str] = &[
    "skb.nfct = connection and how it relates to it",
    "use stays as it is",
];
const INIT: &[&str] = &[
    "original = the tuple of the packet",
    "reply = invert(original), or give up",
    "ct = allocate(original, reply)",
    "add extensions; is it expected by another one?",
    "use += 1",
    "put ct on the unconfirmed list of this CPU",
];
const INVERT: &[&str] = &[
    "inverse.src = tuple.dst, inverse.dst = tuple.src",
    "inverse.dir = the other direction",
    "ports change places; ICMP: type of the answer",
    "if layer 4 knows no answer: fail",
];
const ALLOC: &[&str] = &[
    "net.count += 1",
    "if there is a limit, and net.count is above it:",
    "  if early_drop finds nobody: count -= 1, fail",
    "ct = a free object, use = 0",
    "ct.tuples = original, reply",
    "keep the raw hash in the reply node",
];
const ADD_UNCONFIRMED: &[&str] = &[
    "lock the lists of this CPU",
    "original node → head of the unconfirmed list",
    "unlock",
];
const ADD_DYING: &[&str] = &[
    "lock the lists of this CPU",
    "original node → head of the dying list",
    "unlock",
];
const DEL_LIST: &[&str] = &[
    "lock the lists of the CPU that ct hangs on",
    "take the original node out of its list",
    "unlock",
];
const PUT: &[&str] = &["use −= 1", "if use is 0: destroy the connection"];
const TRACKER: &[&str] = &[
    "look at the protocol of the connection:",
    "  TCP: flags and state table",
    "  UDP, ICMP, others: one or two timeouts",
    "answer: accept, refuse, or track again",
];
const TCP: &[&str] = &[
    "check header, checksum, flags",
    "cell = table[direction][kind][state]",
    "cell ignore: accept and change nothing",
    "cell invalid, or outside the window: refuse",
    "state = cell",
    "timeout = that of the state; refresh",
];
const WINDOW: &[&str] = &[
    "first segment of a side: note where it begins",
    "inside if: seq ≤ td_maxend, end not below the window,",
    "  ack ≤ the other side's td_end, and not much older",
    "inside: move td_end, td_maxend, td_maxwin, td_maxack",
    "outside, but the sender is to be treated liberally: accept",
    "outside: refuse; the newer kernel ignores a harmless one",
];
const REFRESH: &[&str] = &[
    "unless FIXED_TIMEOUT is set:",
    "  if confirmed: timeout = now + length",
    "  else: timeout = length",
    "count packet and bytes, if ACCT is there",
];
const CACHE: &[&str] = &[
    "if somebody listens and ct has ECACHE:",
    "  set the event's bit in it",
];
const STAT: &[&str] = &["counter of this CPU and namespace += n"];
const SLOW: &[&str] = &[
    "for each function of this hook, by priority:",
    "  verdict = function(packet)",
    "  drop: free the packet, stop",
    "  accept: next function",
];
const DEFRAG: &[&str] = &[
    "find the fragments of the same datagram",
    "put this one in its place, unless it contradicts them",
    "if bytes are still missing: keep it, stop",
    "go on as the whole datagram",
];
const RELEASE: &[&str] = &[
    "put the reference in skb.nfct",
    "free what else hangs on the packet",
];
const RESET: &[&str] = &["put the reference in skb.nfct", "skb.nfct = nothing"];
const CONFIRM_HOOK: &[&str] = &[
    "if the packet has a connection with a helper:",
    "  let the helper look at it",
    "adjust sequence numbers, if asked for",
    "return confirm(packet)",
];
const CONFIRM: &[&str] = &[
    "if ct is not CONFIRMED: put it into the table",
    "if that was accepted: deliver cached events",
];
const CONFIRM_TOP: &[&str] = &[
    "if the packet is a reply: accept",
    "buckets from the kept hash and the reply tuple",
    "lock both buckets, lower index first",
    "take ct off the unconfirmed list",
    "if DYING: give up",
    "if either tuple is in the table: resolve the clash",
];
const CONFIRM_END: &[&str] = &[
    "timeout += now",
    "prepare: use += 1, CONFIRMED",
    "insert both nodes at the heads",
    "unlock the buckets",
    "cache event NEW",
];
const PREPARE: &[&str] = &[
    "use += 1, for the table",
    "set CONFIRMED",
    "if there is TSTAMP: start = now",
];
const HARDER: &[&str] = &[
    "if the reply tuple is taken too: merge, or fail",
    "timeout = now + 1 s",
    "set FIXED_TIMEOUT and NAT_CLASH",
    "prepare: use += 1, CONFIRMED",
    "reply node → head of its bucket",
];
const DELAYED: &[&str] = &["if the worker is not on the clock: run it in 1 s"];
const INSERT: &[&str] = &[
    "original node → head of its bucket",
    "reply node → head of its bucket",
];
const CLASH: &[&str] = &[
    "if the protocol cannot live with a clash: lose",
    "merge: give the packet the other connection",
    "else if the reply tuple is free:",
    "  insert the reply node alone, for 1 s",
    "else: lose; drop the packet",
];
const DELIVER: &[&str] = &[
    "bits = cached and missed events; cache = 0",
    "if confirmed, not dying, and bits: send one message",
    "if that failed: missed = bits",
];
const ECACHE: &[&str] = &[
    "for each CPU's dying list:",
    "  send the DESTROY events that failed before",
    "  put each connection whose event got through",
    "if some still fail: come back later",
];
const DELETE: &[&str] = &[
    "set DYING; if it was set: stop",
    "send event DESTROY",
    "if that failed: leave the last step to the worker",
    "take both nodes out of the table",
    "put ct on the dying list",
    "put the table's reference",
];
const CLEAN: &[&str] = &[
    "take the original node out of its bucket",
    "take the reply node out of its bucket",
    "remove what ct expects",
];
const DESTROY: &[&str] = &[
    "take ct off the list that it is on",
    "put its master, if it has one",
    "free the object",
];
const FREE: &[&str] = &["give the object back to its slab", "net.count −= 1"];
const GC: &[&str] = &[
    "goal = size / 128 buckets, at least one",
    "go on behind the bucket visited last:",
    "  for each node: if expired, kill its connection",
    "    after a full table: also what can be spared",
    "until goal buckets are done; forget the full table",
    "pause: short if > 50 % expired, else a bit longer",
];
const GC_EXPIRED: &[&str] = &[
    "use += 1, unless use is 0",
    "if expired, CONFIRMED and not DYING: delete it",
    "use −= 1",
];
const EARLY: &[&str] = &[
    "for up to 8 buckets from the new hash on:",
    "  expired ones, and those not ASSURED: delete",
    "  if any was deleted: done",
    "nobody found: fail",
];
const FLOOD: &[&str] = &["for each packet: all hooks, one after the other"];
const RESIZE: &[&str] = &[
    "allocate the new table",
    "take all bucket locks",
    "for each node: move it to its new bucket's head",
    "publish the new table, unlock",
];
const CLOCK: &[&str] = &["jiffies += 1, with each tick"];
const SYSCTL: &[&str] = &["check the range", "store the value"];
const INET_ERROR: &[&str] = &[
    "inner = tuple of the quoted packet",
    "find the connection of invert(inner)",
    "if it goes elsewhere: refuse",
    "attach it, as RELATED",
];
const NAT_FN: &[&str] = &[
    "if this half is decided: go on below",
    "ask the rules until one decides",
    "none did: bind it to its own address",
    "rewrite the packet",
];
const NAT_UNIQUE: &[&str] = &[
    "keep what it has, if nobody else has the answers",
    "else choose an address",
    "else look for a free port",
];
const NAT_SETUP: &[&str] = &[
    "old = invert(reply tuple)",
    "new = a unique tuple in the range",
    "if new is not old: reply tuple = invert(new)",
    "source: into the by-source table",
    "this half is decided",
];
const NAT_PACKET: &[&str] = &[
    "target = invert(the other direction's tuple)",
    "write the target's address and port, and checksums",
    "an ICMP error: the packet that it quotes as well",
];
const SEQADJ: &[&str] = &[
    "the length changed at seq: remember by how much",
    "seq and ack move by what lies before them",
];
const EXPECT: &[&str] = &[
    "if somebody expects this tuple:",
    "  take the expectation out",
    "  master = its master: use += 1",
    "else: no master",
];
const RELATED: &[&str] = &[
    "an equal or older one of this class: take it out",
    "too many in the namespace: refuse",
    "put it in the table, start its timer",
    "tell of it",
];
const HELPER: &[&str] = &["helper = the one that the rule names"];
const HELP: &[&str] = &[
    "does a line begin with this packet?",
    "find what it announces",
    "expect it",
];
const UNLINK: &[&str] = &["take it out of the table", "tell of it"];
const NONE: &[&str] = &[];

/// Lines and current line of a step.
fn lines(step: &Step, before: &[Step]) -> Code {
    match *step {
        Step::PacketEnters { .. } => (SLOW, 0),
        Step::Expected { .. } => (EXPECT, 2),
        Step::HelperAttached { .. } => (HELPER, 0),
        Step::HelperCalled { .. } => (HELP, 0),
        Step::FtpRead { .. } => (HELP, 1),
        Step::ExpectCreated { .. } => (RELATED, 2),
        Step::ExpectEventSent { .. } => (UNLINK, 1),
        Step::ExpectRemoved { .. } => (UNLINK, 0),
        Step::HookEntered { .. } => (SLOW, 1),
        Step::FragmentQueued { more: _, .. } | Step::FragmentsFreed { .. } => (DEFRAG, 1),
        Step::Reassembled { .. } => (DEFRAG, 3),
        Step::AlreadyTracked { .. } => (IN, 0),
        Step::L4Found { .. } => (IN, 1),
        Step::IcmpErrorChecked { .. } => (INET_ERROR, 0),
        Step::TupleBuilt { .. } => (TUPLE, 4),
        Step::HashComputed { .. } => (HASH, 2),
        Step::BucketChosen { .. } => (SCALE, 0),
        Step::NodeCompared {
            by: Walker::Confirm,
            ..
        }
        | Step::NotFound {
            by: Walker::Confirm,
            ..
        } => (CONFIRM_TOP, 5),
        Step::NodeCompared { compared, .. } => match compared {
            Compared::Match => (FIND, 3),
            Compared::Expired => (FIND, 1),
            Compared::Differs(_)
            | Compared::OtherZone
            | Compared::OtherNet
            | Compared::Unconfirmed => (FIND, 2),
        },
        Step::Found { .. } => (FIND_GET, 1),
        Step::NotFound { .. } => (FIND_GET, 4),
        Step::SkbAttached { .. } | Step::SkbUntracked { .. } => (SET, 0),
        Step::TupleReused { .. } => (INIT, 0),
        Step::TupleInverted { .. } => (INVERT, 0),
        Step::NotInvertible { .. } => (INVERT, 3),
        Step::ConnAllocated { .. } => (ALLOC, 3),
        Step::ExtensionsAdded { .. } | Step::NotExpected { .. } => (INIT, 3),
        Step::ListAdded {
            list: ListId::Unconfirmed { .. },
            ..
        } => (ADD_UNCONFIRMED, 1),
        Step::ListAdded { .. } => (ADD_DYING, 1),
        Step::ListRemoved { .. } => (DEL_LIST, 1),
        Step::RefTaken { by, left, .. } => taken(by, left),
        Step::RefPassed {
            to: Owner::Netlink, ..
        } => (NETLINK, 0),
        Step::RefPassed { .. } => (DELETE, 2),
        Step::RefDropped { by, left, .. } => dropped(by, left),
        Step::TrackerCalled { .. } => (TRACKER, 0),
        Step::TcpLookedUp { .. } => (TCP, 1),
        Step::TcpStateSet { .. } => (TCP, 4),
        Step::WindowChecked { checked, .. } => (WINDOW, window(checked.verdict)),
        Step::TcpIgnored { .. } => (TCP, 2),
        Step::SctpChunk { to, .. } => (SCTP, if to.is_some() { 4 } else { 3 }),
        Step::SctpTagSet { .. } => (SCTP, 4),
        Step::SctpIgnored { .. } => (SCTP, 5),
        Step::DccpLookedUp { .. } => (DCCP, 1),
        Step::DccpRoles { .. } => (DCCP, 4),
        Step::DccpStateSet { .. } => (DCCP, 5),
        Step::DccpIgnored { .. } => (DCCP, 2),
        Step::GreTimeoutsKept { .. } => (GRE, 0),
        Step::TrackerRefused { .. } => (TRACKER, 3),
        Step::PacketInvalid { .. } => (IN, refused_at(before)),
        Step::TrackAgain { .. } => (REPEAT, 2),
        Step::StatusSet { bit, .. } => status(bit),
        Step::TimeoutSet { new, .. } => match new {
            crate::engine::conn::Timeout::Relative(_) => (REFRESH, 2),
            crate::engine::conn::Timeout::Absolute(_) => (REFRESH, 1),
        },
        Step::Accounted { .. } => (REFRESH, 3),
        Step::EventCached { .. } => (CACHE, 1),
        Step::CounterRaised { .. } => (STAT, 0),
        Step::RulesPassed { .. } | Step::Released { .. } | Step::RuleActed { .. } => (SLOW, 3),
        Step::MarkSet { .. } => (SLOW, 1),
        Step::Routed { .. } | Step::HopCounted { .. } | Step::Fragmented { .. } => (SLOW, 3),
        Step::AnswerMade { .. } | Step::PolicyAttached { .. } => (SLOW, 1),
        Step::NatDecided { rule: Some(_), .. } => (NAT_FN, 1),
        Step::NatDecided { rule: None, .. } => (NAT_FN, 2),
        Step::NatTupleTaken { .. } => (NAT_UNIQUE, 0),
        Step::NatPortsTried { .. } => (NAT_UNIQUE, 2),
        Step::NatReplyChanged { .. } => (NAT_SETUP, 2),
        Step::BysourceLinked { .. } => (NAT_SETUP, 3),
        Step::PacketRewritten { quote: false, .. } => (NAT_PACKET, 1),
        Step::PacketRewritten { quote: true, .. } => (NAT_PACKET, 2),
        Step::SeqOffsetSet { .. } => (SEQADJ, 0),
        Step::SeqAdjusted { .. } => (SEQADJ, 1),
        Step::Held { .. } => (SLOW, 1),
        Step::Dropped { cause, .. } => match cause {
            DropCause::Asked
            | DropCause::Rule(_)
            | DropCause::Rejected(_)
            | DropCause::Fragment(_)
            | DropCause::NoRoute
            | DropCause::Martian
            | DropCause::HopLimit
            | DropCause::TooBig
            | DropCause::Helper
            | DropCause::TableFull
            | DropCause::Tracker
            | DropCause::ClashLost
            | DropCause::ChainTooLong
            | DropCause::NatNoAddress
            | DropCause::NatOifChanged
            | DropCause::NatRedirect
            | DropCause::NatUnreadable
            | DropCause::SeqAdjust
            | DropCause::DyingAtConfirm => (SLOW, 2),
        },
        Step::PacketLeaves {
            path: Path::Input, ..
        } => (RESET, 0),
        Step::PacketLeaves { .. } => (RELEASE, 0),
        Step::SkbFreed { .. } => (RELEASE, 1),
        Step::ConfirmCalled { .. } => (CONFIRM_HOOK, 3),
        Step::ConfirmSkipped { .. } => (CONFIRM, 0),
        Step::BucketsReady { .. } => (CONFIRM_TOP, 1),
        Step::BucketsLocked { .. } => (CONFIRM_TOP, 2),
        Step::DyingChecked { .. } => (CONFIRM_TOP, 4),
        Step::TimeoutStarted { .. } => (CONFIRM_END, 0),
        Step::HashInserted {
            dir: Dir::Original, ..
        } => (INSERT, 0),
        Step::HashInserted {
            dir: Dir::Reply, ..
        } => (INSERT, 1),
        Step::BucketsUnlocked { .. } => (CONFIRM_END, 3),
        Step::ClashFound { .. } => (CLASH, 0),
        Step::ClashMerged { .. } => (CLASH, 1),
        Step::ClashInserted { .. } => (HARDER, 4),
        Step::ChainTooLong { .. } => (CONFIRM_TOP, 5),
        Step::ClashLost { .. } => (CLASH, 4),
        Step::EventSent { .. } | Step::EventFailed { .. } => sent(step, before),
        Step::EventRetryDue { .. } => (DELAYED, 0),
        Step::EventRetryRan { .. } => (ECACHE, 1),
        Step::DeleteCalled { .. } | Step::DeleteRefused { .. } => (DELETE, 0),
        Step::HashRemoved {
            dir: Dir::Original, ..
        } => (CLEAN, 0),
        Step::HashRemoved {
            dir: Dir::Reply, ..
        } => (CLEAN, 1),
        Step::Destroyed { .. } => (DESTROY, 0),
        Step::Freed { .. } => (FREE, 1),
        Step::ClockAdvanced { .. } => (CLOCK, 0),
        Step::GcStarted { .. } => (GC, 0),
        Step::GcBucket { .. } => (GC, 2),
        Step::GcFound { .. } => (GC_EXPIRED, 0),
        Step::GcEnded { .. } => (GC, 5),
        Step::GcIdle { .. } => (GC, 4),
        Step::TableFull { .. } => (ALLOC, 1),
        Step::EarlyDropBucket { dropped: 0, .. } => (EARLY, 1),
        Step::EarlyDropBucket { .. } => (EARLY, 2),
        Step::Flooded { .. } => (FLOOD, 0),
        Step::ResizeStarted { .. } => (RESIZE, 1),
        Step::ResizeEnded { .. } => (RESIZE, 3),
        Step::SysctlSet { .. } => (SYSCTL, 1),
        Step::EntryAsked { .. } | Step::EntryFilled { .. } => (NETLINK, 0),
        Step::Configured | Step::Refused => (NONE, 0),
    }
}

/// Which line of the main hook found the packet invalid.
fn refused_at(before: &[Step]) -> usize {
    let at = before.iter().rev().find_map(|step| match step {
        Step::TrackerCalled { .. } => Some(5),
        Step::TupleBuilt { .. } => Some(3),
        Step::CounterRaised {
            counter: Counter::Error,
            ..
        } => Some(2),
        Step::L4Found { .. } => Some(3),
        Step::HookEntered { .. } => Some(1),
        _ => None,
    });
    at.unwrap_or(5)
}

/// Where a reference is taken.
fn taken(by: Owner, left: u32) -> Code {
    match by {
        Owner::Lookup if left == 1 => (INIT, 4),
        Owner::Lookup => (FIND_GET, 2),
        Owner::Table => (PREPARE, 0),
        Owner::Gc => (GC_EXPIRED, 0),
        Owner::EarlyDrop => (EARLY, 1),
        Owner::Flush => (ITERATE, 1),
        Owner::Netlink => (NETLINK, 0),
        Owner::Skb | Owner::EventRetry => (SET, 0),
        Owner::Child => (INIT, 3),
    }
}

/// Where a reference is put.
fn dropped(by: Owner, left: u32) -> Code {
    match by {
        Owner::Lookup | Owner::Skb => (PUT, usize::from(left == 0)),
        Owner::Table => (DELETE, 5),
        Owner::Child => (DESTROY, 1),
        Owner::Gc => (GC_EXPIRED, 2),
        Owner::EarlyDrop => (EARLY, 1),
        Owner::Flush => (ITERATE, 3),
        Owner::Netlink => (NETLINK, 2),
        Owner::EventRetry => (ECACHE, 2),
    }
}

/// Where the window check ends.
const fn window(verdict: Verdict) -> usize {
    match verdict {
        Verdict::Crossing => 0,
        Verdict::Inside => 3,
        Verdict::Liberal(_) => 4,
        Verdict::Ignored(_) | Verdict::Invalid(_) => 5,
    }
}

/// Where a status bit is set.
fn status(bit: Status) -> Code {
    if bit.contains(Status::CONFIRMED) {
        (PREPARE, 1)
    } else if bit.intersects(Status::FIXED_TIMEOUT | Status::NAT_CLASH) {
        (HARDER, 2)
    } else if bit.contains(Status::DYING) {
        (DELETE, 0)
    } else if bit.contains(Status::SEEN_REPLY) {
        (REPEAT, 4)
    } else {
        (TRACKER, 3)
    }
}

/// Where a message is sent: at confirm, or in the middle of a deletion.
fn sent(step: &Step, before: &[Step]) -> Code {
    let failed = matches!(step, Step::EventFailed { .. });
    let deleting = before
        .iter()
        .rev()
        .take(2)
        .any(|step| matches!(step, Step::StatusSet { bit, .. } if bit.contains(Status::DYING)));
    match (deleting, failed) {
        (true, false) => (DELETE, 1),
        (true, true) => (DELETE, 2),
        (false, false) => (DELIVER, 1),
        (false, true) => (DELIVER, 2),
    }
}
