//! Where 6.18 does otherwise.

use super::Code;
use crate::engine::Step;
use crate::engine::conn::{Owner, Status};
use crate::engine::step::Walker;

const SIP: &[&str] = &[
    "key = boot_random, 128 bits",
    "key[0] = key[0] xor zone, key[1] = key[1] xor hash_mix",
    "raw = low half of siphash(tuple; key)",
    "leave out: tuple.dir",
];
const INIT_UNLISTED: &[&str] = &[
    "original = the tuple of the packet",
    "reply = invert(original), or give up",
    "ct = allocate(original, reply)",
    "add extensions; is it expected by another one?",
    "use = 1",
];
const CONFIRM_TOP_UNLISTED: &[&str] = &[
    "if the packet is a reply: accept",
    "buckets from the kept hash and the reply tuple",
    "lock both buckets, lower index first",
    "if DYING: give up",
    "if either tuple is in the table: resolve the clash",
    "  after 50 to 79 other nodes: give up",
];
const CONFIRM_END_LATE: &[&str] = &[
    "timeout += now",
    "prepare: use += 1",
    "insert both nodes at the heads",
    "set CONFIRMED",
    "unlock the buckets",
    "cache event NEW",
];
const DELETE_UNLISTED: &[&str] = &[
    "set DYING; if it was set: stop",
    "send event DESTROY",
    "if that failed: leave the last step to the worker",
    "take both nodes out of the table",
    "if the event failed: put ct on the worker's list",
    "put the table's reference",
];
const ECACHE_ONE: &[&str] = &[
    "for the first of the undelivered events:",
    "  send it again",
    "  got through: off the list, put the connection",
    "  failed: come back in 10 ms",
    "more to send: come back at once",
];
const GC_WHOLE: &[&str] = &[
    "at bucket 0: average = 60 s, count = 100",
    "for each bucket to the end of the table:",
    "  for each node: if expired, kill its connection",
    "    else its time left, 1 to 300 s, joins the average",
    "    after a full table: also what can be spared",
    "pause: the average, between 1 and 60 s",
];

/// The lines of a step for which 6.18 has others.
pub(super) fn lines(step: &Step) -> Option<Code> {
    Some(match *step {
        Step::HashComputed { .. } => (SIP, 2),
        Step::TupleReused { .. } => (INIT_UNLISTED, 0),
        Step::ExtensionsAdded { .. } | Step::NotExpected { .. } => (INIT_UNLISTED, 3),
        Step::RefTaken {
            by: Owner::Lookup,
            left: 1,
            ..
        } => (INIT_UNLISTED, 4),
        Step::BucketsReady { .. } => (CONFIRM_TOP_UNLISTED, 1),
        Step::BucketsLocked { .. } => (CONFIRM_TOP_UNLISTED, 2),
        Step::DyingChecked { .. } => (CONFIRM_TOP_UNLISTED, 3),
        Step::NodeCompared {
            by: Walker::Confirm,
            ..
        }
        | Step::NotFound {
            by: Walker::Confirm,
            ..
        } => (CONFIRM_TOP_UNLISTED, 4),
        Step::ChainTooLong { .. } => (CONFIRM_TOP_UNLISTED, 5),
        Step::TimeoutStarted { .. } => (CONFIRM_END_LATE, 0),
        Step::RefTaken {
            by: Owner::Table, ..
        } => (CONFIRM_END_LATE, 1),
        Step::StatusSet { bit, .. } if bit.contains(Status::CONFIRMED) => (CONFIRM_END_LATE, 3),
        Step::BucketsUnlocked { .. } => (CONFIRM_END_LATE, 4),
        Step::DeleteCalled { .. } | Step::DeleteRefused { .. } => (DELETE_UNLISTED, 0),
        Step::ListAdded { .. } => (DELETE_UNLISTED, 4),
        Step::EventRetryRan { delivered: 0, .. } => (ECACHE_ONE, 3),
        Step::EventRetryRan { .. } => (ECACHE_ONE, 4),
        Step::GcStarted { .. } => (GC_WHOLE, 0),
        Step::GcBucket { .. } => (GC_WHOLE, 1),
        Step::GcEnded { .. } | Step::GcIdle { .. } => (GC_WHOLE, 5),
        _ => return None,
    })
}
