//! Functions of the kernel that has other names for them than 5.10, whose names steps carry.

use crate::engine::conn::Status;
use crate::engine::{Profile, Step};

const ECACHE: &str = "net/netfilter/nf_conntrack_ecache.c";

/// The function, with its file, that does a step in this kernel; `place` is 5.10's.
/// Kernel: the symbols of v6.18.44.
pub fn place(
    profile: Profile,
    step: &Step,
    place: (&'static str, &'static str),
) -> (&'static str, &'static str) {
    if profile == Profile::V5_10 {
        return place;
    }
    let (function, file) = place;
    match step {
        // It is the caller's, once both nodes are in.
        Step::StatusSet { bit, .. } if bit.contains(Status::CONFIRMED) => {
            ("__nf_conntrack_confirm", file)
        }
        Step::EventRetryDue { .. } => ("nf_conntrack_ecache_work", ECACHE),
        // The list of undelivered events, which nobody else fills.
        Step::ListAdded { .. } => ("nf_ct_delete", file),
        Step::ListRemoved { .. } => ("ecache_work", ECACHE),
        _ => (name(profile, function), file),
    }
}

/// The name of a function in this kernel; `function` is 5.10's.
pub fn name(profile: Profile, function: &'static str) -> &'static str {
    match (profile, function) {
        (Profile::V6_18, "ipv4_confirm" | "ipv6_confirm") => "nf_confirm",
        (Profile::V6_18, "destroy_conntrack") => "nf_ct_destroy",
        (Profile::V6_18, "clean_from_lists") => "__nf_ct_delete_from_lists",
        _ => function,
    }
}
