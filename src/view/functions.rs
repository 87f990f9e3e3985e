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

/// Beginnings of names, and the file that holds what begins so; the first one that fits counts.
const FILES: [(&str, &str); 26] = [
    ("ipv4_con", "net/netfilter/nf_conntrack_proto.c"),
    ("ipv6_con", "net/netfilter/nf_conntrack_proto.c"),
    ("nf_confirm", "net/netfilter/nf_conntrack_proto.c"),
    ("nf_hook_slow", "net/netfilter/core.c"),
    ("nft_do_chain", "net/netfilter/nf_tables_core.c"),
    ("nf_nat_", "net/netfilter/nf_nat_core.c"),
    ("get_unique_tuple", "net/netfilter/nf_nat_core.c"),
    ("kfree_skb", "net/core/skbuff.c"),
    ("consume_skb", "net/core/skbuff.c"),
    ("skb_release", "net/core/skbuff.c"),
    ("nf_reset_ct", "include/linux/skbuff.h"),
    (
        "nf_conntrack_put",
        "include/linux/netfilter/nf_conntrack_common.h",
    ),
    (
        "nf_conntrack_confirm",
        "include/net/netfilter/nf_conntrack_core.h",
    ),
    ("nf_ct_kill", "include/net/netfilter/nf_conntrack.h"),
    ("ctnetlink_", "net/netfilter/nf_conntrack_netlink.c"),
    ("ecache_work", ECACHE),
    ("nf_conntrack_ecache", ECACHE),
    ("nf_conntrack_tcp", "net/netfilter/nf_conntrack_proto_tcp.c"),
    ("nf_conntrack_udp", "net/netfilter/nf_conntrack_proto_udp.c"),
    (
        "nf_conntrack_sctp",
        "net/netfilter/nf_conntrack_proto_sctp.c",
    ),
    (
        "nf_conntrack_dccp",
        "net/netfilter/nf_conntrack_proto_dccp.c",
    ),
    ("nf_conntrack_gre", "net/netfilter/nf_conntrack_proto_gre.c"),
    (
        "nf_conntrack_icmpv6",
        "net/netfilter/nf_conntrack_proto_icmpv6.c",
    ),
    (
        "nf_conntrack_icmp",
        "net/netfilter/nf_conntrack_proto_icmp.c",
    ),
    (
        "nf_conntrack_inet_error",
        "net/netfilter/nf_conntrack_proto_icmp.c",
    ),
    ("", "net/netfilter/nf_conntrack_core.c"),
];

/// The file of a function that calls the one at work.
pub fn file(name: &str) -> &'static str {
    let found = FILES.iter().find(|(begins, _)| name.starts_with(begins));
    found.map_or("", |(_, file)| file)
}
