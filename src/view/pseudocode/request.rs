//! What netlink requests and flushes do.

use super::Code;
use crate::engine::Step;
use crate::engine::conn::Owner;

pub(super) const ITERATE: &[&str] = &[
    "for each bucket, for each reply node:",
    "  use += 1",
    "  delete the connection",
    "  use −= 1",
];
pub(super) const NETLINK: &[&str] = &[
    "find the connection by its tuple: use += 1",
    "delete it",
    "use −= 1",
];
const NEW: &[&str] = &[
    "find the connection by its original tuple",
    "if there is none: create it as below",
    "send event NEW",
    "use −= 1",
];
const CREATE: &[&str] = &[
    "ct = allocate(original, reply)",
    "add extensions",
    "timeout, status, mark, state, helper: as the request says",
    "insert it, or give up if a tuple is taken",
];
const INSERT: &[&str] = &[
    "lock both buckets, search both chains",
    "use = 2: for the table, for the request",
    "insert both nodes at the heads",
    "count insert, unlock the buckets",
];

/// Lines and current line of a step of a request for an entry; `None` where it does what others
/// do.
pub(super) fn lines(step: &Step, before: &[Step]) -> Option<Code> {
    let asked = |step: &Step| matches!(step, Step::EntryAsked { .. });
    if !asked(step) && !before.iter().any(asked) {
        return None;
    }
    let filled = before
        .iter()
        .any(|step| matches!(step, Step::EntryFilled { .. }));
    Some(match step {
        Step::EntryAsked { .. } => (NEW, 0),
        Step::ExtensionsAdded { .. } => (CREATE, 1),
        Step::EntryFilled { .. } => (CREATE, 2),
        Step::RefTaken {
            by: Owner::Table | Owner::Netlink,
            ..
        } => (INSERT, 1),
        Step::HashInserted { .. } => (INSERT, 2),
        Step::CounterRaised { .. } if filled => (INSERT, 3),
        Step::EventSent { .. } | Step::EventFailed { .. } if filled => (NEW, 2),
        Step::RefDropped {
            by: Owner::Netlink, ..
        } => (NEW, 3),
        _ => return None,
    })
}
