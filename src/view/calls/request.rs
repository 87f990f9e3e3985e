//! The functions of a request for an entry.

use super::Place;
use crate::engine::Step;
use crate::engine::conn::Owner;

const NETLINK: &str = "net/netfilter/nf_conntrack_netlink.c";
const CORE: &str = "net/netfilter/nf_conntrack_core.c";

/// A request begins with this step.
pub(super) fn begins(step: &Step) -> bool {
    matches!(step, Step::EntryAsked { .. })
}

/// The step is one of a request's.
pub(super) fn is_part(before: &[Step], step: &Step) -> bool {
    begins(step) || before.iter().any(begins)
}

/// The entry is there, and is put into the table or told of.
fn is_made(before: &[Step]) -> bool {
    before
        .iter()
        .any(|step| matches!(step, Step::EntryFilled { .. }))
}

/// The function that a step of a request is in, where it is another one than a packet's.
pub(super) fn work(before: &[Step], step: &Step) -> Option<Place> {
    if !is_part(before, step) {
        return None;
    }
    match step {
        Step::ExtensionsAdded { .. } => Some(("ctnetlink_create_conntrack", NETLINK)),
        Step::RefTaken {
            by: Owner::Table | Owner::Netlink,
            ..
        } => Some(("nf_conntrack_hash_check_insert", CORE)),
        Step::RefDropped {
            by: Owner::Netlink, ..
        } => Some(("ctnetlink_new_conntrack", NETLINK)),
        _ => None,
    }
}

/// The functions between the request's own and the one at work, where they are others than a
/// packet's.
pub(super) fn inner(before: &[Step], step: &Step) -> Option<Vec<&'static str>> {
    if !is_part(before, step) {
        return None;
    }
    match step {
        Step::ConnAllocated { .. }
        | Step::ExtensionsAdded { .. }
        | Step::TableFull { .. }
        | Step::EntryFilled { .. } => Some(vec!["ctnetlink_create_conntrack"]),
        Step::EarlyDropBucket { .. } => {
            Some(vec!["ctnetlink_create_conntrack", "__nf_conntrack_alloc"])
        }
        Step::RefTaken {
            by: Owner::Table | Owner::Netlink,
            ..
        }
        | Step::HashInserted { .. } => Some(vec![
            "ctnetlink_create_conntrack",
            "nf_conntrack_hash_check_insert",
        ]),
        Step::CounterRaised { .. } if is_made(before) => Some(vec![
            "ctnetlink_create_conntrack",
            "nf_conntrack_hash_check_insert",
        ]),
        Step::EventSent { .. } | Step::EventFailed { .. } | Step::RefDropped { .. }
            if is_made(before) =>
        {
            Some(Vec::new())
        }
        Step::EntryAsked { .. } => Some(Vec::new()),
        _ => None,
    }
}
