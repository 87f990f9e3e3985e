//! The kernel's functions from the hook down to the one at work.

use super::scene::Scene;
use crate::engine::conn::{EventMask, Owner};
use crate::engine::hooks::Station;
use crate::engine::nulls::ListId;
use crate::engine::skb::{Path, SkbId};
use crate::engine::step::{DeleteCause, Phase, Walker};
use crate::engine::tuple::ipproto;
use crate::engine::{Command, Step};

/// The file of the function that a step is in.
pub fn file(scene: &Scene, at: usize) -> &'static str {
    place(scene, at).map_or("", |(_, file)| file)
}

/// The function that a step is in, with its file: [`Step::meta`]'s, unless what went before tells
/// another one.
fn place(scene: &Scene, at: usize) -> Option<(&'static str, &'static str)> {
    let (step, before) = scene.steps.get(..=at)?.split_last()?;
    let meta = step.meta();
    Some(match *step {
        Step::HookEntered {
            skb,
            hook: Station::Queue,
        } if goes_to_a_socket(scene, skb) => {
            if is_ipv6(scene) {
                ("ip6_protocol_deliver_rcu", "net/ipv6/ip6_input.c")
            } else {
                ("ip_protocol_deliver_rcu", "net/ipv4/ip_input.c")
            }
        }
        Step::RefTaken {
            by: Owner::Lookup, ..
        } if matches!(before.last(), Some(Step::ClashFound { .. })) || in_confirm(before) => (
            "nf_conntrack_get",
            "include/linux/netfilter/nf_conntrack_common.h",
        ),
        Step::RefTaken { by: Owner::Gc, .. } | Step::RefDropped { by: Owner::Gc, .. }
            if spared_no_longer(before) =>
        {
            ("gc_worker", "net/netfilter/nf_conntrack_core.c")
        }
        _ => (meta.function, meta.file),
    })
}

fn goes_to_a_socket(scene: &Scene, skb: SkbId) -> bool {
    let skb = scene.state.skb(skb).or_else(|| scene.before.skb(skb));
    match (skb, scene.line.map(|line| &line.command)) {
        (Some(skb), _) => skb.path == Path::Input,
        (None, Some(Command::Inject(inject))) => inject.path == Path::Input,
        (None, _) => false,
    }
}

/// gc_worker looks at an entry that is not expired: since the bucket, or since the last entry was
/// done with, none was found expired.
fn spared_no_longer(before: &[Step]) -> bool {
    let begun = before.iter().rev().find_map(|step| match step {
        Step::GcFound { .. } => Some(false),
        Step::GcBucket { .. } => Some(true),
        Step::DeleteCalled { cause, .. } => Some(*cause == DeleteCause::GcEarlyDrop),
        Step::RefDropped { by: Owner::Gc, .. } => Some(true),
        _ => None,
    });
    begun == Some(true)
        && before
            .iter()
            .any(|step| matches!(step, Step::GcBucket { .. }))
}

/// The functions that a step is in, outermost first; the last one is the one at work.
pub fn calls(scene: &Scene, at: usize) -> Vec<String> {
    let Some(steps) = scene.steps.get(..=at) else {
        return Vec::new();
    };
    let Some((step, before)) = steps.split_last() else {
        return Vec::new();
    };
    let function = place(scene, at).map_or("", |(function, _)| function);
    if function.is_empty() {
        return Vec::new();
    }
    let mut path = outer(before, step);
    path.extend(inner(before, step));
    match path.iter().position(|name| *name == function) {
        Some(at) => path.truncate(at + 1),
        None => path.push(function),
    }
    let v6 = is_ipv6(scene);
    path.into_iter()
        .map(|name| if v6 { ipv6(name) } else { name.to_owned() })
        .collect()
}

/// The packet of the command is an IPv6 packet.
fn is_ipv6(scene: &Scene) -> bool {
    let version = |bytes: &[u8]| bytes.first().is_some_and(|first| first >> 4 == 6);
    match scene.line.map(|line| &line.command) {
        Some(Command::Inject(inject)) => version(&inject.bytes),
        Some(Command::Release(skb) | Command::Drop(skb)) => scene
            .before
            .skb(*skb)
            .or_else(|| scene.state.skb(*skb))
            .is_some_and(|skb| version(&skb.bytes)),
        _ => false,
    }
}

/// The same hook function for IPv6.
fn ipv6(name: &str) -> String {
    match name {
        "ipv4_conntrack_in" | "ipv4_conntrack_local" | "ipv4_confirm" => {
            name.replacen("ipv4", "ipv6", 1)
        }
        "nf_conntrack_icmpv4_error" => "nf_conntrack_icmpv6_error".to_owned(),
        _ => name.to_owned(),
    }
}

/// The function that the command, or the hook, began with.
fn outer(before: &[Step], step: &Step) -> Vec<&'static str> {
    let mut anchors = core::iter::once(step).chain(before.iter().rev());
    anchors.find_map(anchor).unwrap_or_default()
}

/// Where a step that begins something leads to.
fn anchor(step: &Step) -> Option<Vec<&'static str>> {
    Some(match step {
        Step::HookEntered { hook, .. } if hook.tracks() => {
            vec![hook.conntrack_function(), "nf_conntrack_in"]
        }
        Step::HookEntered { hook, .. } => vec![hook.conntrack_function()],
        Step::PacketEnters { .. }
        | Step::RulesPassed { .. }
        | Step::Held { .. }
        | Step::Released { .. } => vec!["nf_hook_slow"],
        Step::Dropped { .. } => vec!["nf_hook_slow", "kfree_skb", "skb_release_head_state"],
        Step::PacketLeaves {
            path: Path::Input, ..
        } => vec!["nf_reset_ct"],
        Step::PacketLeaves { .. } => vec!["consume_skb", "skb_release_head_state"],
        Step::ConfirmCalled { .. } => vec!["ipv4_confirm", "nf_conntrack_confirm"],
        Step::GcStarted { .. } | Step::GcBucket { .. } | Step::GcFound { .. } => vec!["gc_worker"],
        Step::RefPassed {
            to: Owner::Netlink, ..
        }
        | Step::RefTaken {
            by: Owner::Netlink, ..
        } => vec!["ctnetlink_del_conntrack"],
        Step::RefTaken {
            by: Owner::Flush, ..
        } => vec!["nf_ct_iterate_cleanup"],
        Step::GcEnded { .. }
        | Step::GcIdle { .. }
        | Step::ClockAdvanced { .. }
        | Step::EventRetryRan { .. }
        | Step::ResizeStarted { .. }
        | Step::SysctlSet { .. } => Vec::new(),
        _ => return None,
    })
}

/// The functions between the outer ones and the one at work.
fn inner(before: &[Step], step: &Step) -> Vec<&'static str> {
    if drops_outer(step) {
        return Vec::new();
    }
    if let Some(path) = deleting(before, step) {
        return path;
    }
    let icmp = in_icmp_error(before);
    let resolve = if icmp {
        vec![
            "nf_conntrack_handle_icmp",
            "nf_conntrack_icmpv4_error",
            "nf_conntrack_inet_error",
            "nf_conntrack_find_get",
        ]
    } else if before
        .iter()
        .any(|step| matches!(step, Step::HookEntered { .. }))
    {
        vec!["resolve_normal_ct"]
    } else {
        // No packet: a netlink request by tuple.
        vec!["ctnetlink_del_conntrack", "nf_conntrack_find_get"]
    };
    let with = |tail: &[&'static str]| {
        let mut path = resolve.clone();
        path.extend(tail);
        path
    };
    let confirming = in_confirm(before);
    match step {
        Step::IcmpErrorChecked { .. } => {
            vec!["nf_conntrack_handle_icmp", "nf_conntrack_icmpv4_error"]
        }
        Step::NodeCompared {
            by: Walker::Confirm,
            ..
        }
        | Step::NotFound {
            by: Walker::Confirm,
            ..
        } => vec!["__nf_conntrack_confirm"],
        Step::TupleBuilt { .. } | Step::HashComputed { .. } => with(&[]),
        Step::BucketChosen { .. } | Step::NodeCompared { .. } => {
            with(&["__nf_conntrack_find_get", "____nf_conntrack_find"])
        }
        Step::Found { .. } | Step::NotFound { .. } => with(&[]),
        Step::SkbAttached { .. }
        | Step::RefTaken {
            by: Owner::Lookup, ..
        } if confirming => {
            vec![
                "__nf_conntrack_confirm",
                "nf_ct_resolve_clash",
                "__nf_ct_resolve_clash",
            ]
        }
        Step::RefTaken {
            by: Owner::Lookup,
            left: 1,
            ..
        } => with(&["init_conntrack"]),
        Step::RefTaken {
            by: Owner::Lookup, ..
        } => with(&[]),
        Step::SkbAttached { .. } if icmp => {
            vec!["nf_conntrack_handle_icmp", "nf_conntrack_inet_error"]
        }
        Step::SkbAttached { .. } => with(&[]),
        Step::SkbUntracked { .. } => vec!["nf_conntrack_handle_icmp", "nf_conntrack_icmpv6_error"],
        Step::TableFull { .. } => with(&["init_conntrack"]),
        Step::EarlyDropBucket { .. } => with(&["init_conntrack", "__nf_conntrack_alloc"]),
        Step::EventSent { .. } | Step::EventFailed { .. } => Vec::new(),
        Step::EventCached {
            bit: EventMask::REPLY,
            ..
        } => Vec::new(),
        _ => match step.meta().phase {
            Phase::Create => with(&["init_conntrack"]),
            Phase::Tracker => tracker(before, step),
            Phase::Confirm | Phase::Insert if confirming => vec!["__nf_conntrack_confirm"],
            Phase::Events if confirming => vec!["__nf_conntrack_confirm"],
            Phase::Events => tracker(before, step),
            Phase::Destroy => vec!["nf_conntrack_put", "destroy_conntrack"],
            _ => Vec::new(),
        },
    }
}

/// Steps whose outer function is the one at work.
fn drops_outer(step: &Step) -> bool {
    matches!(
        step,
        Step::HookEntered { .. }
            | Step::PacketEnters { .. }
            | Step::PacketLeaves { .. }
            | Step::ConfirmCalled { .. }
            | Step::Dropped { .. }
            | Step::PacketInvalid { .. }
            | Step::TrackAgain { .. }
    )
}

/// The tracker's functions, by the protocol of the packet.
fn tracker(before: &[Step], step: &Step) -> Vec<&'static str> {
    let whole = matches!(
        step,
        Step::TrackerCalled { .. } | Step::CounterRaised { .. } | Step::PacketInvalid { .. }
    ) || step.meta().function == "nf_conntrack_in";
    let protonum = before.iter().rev().find_map(|step| match step {
        Step::TrackerCalled { protonum, .. } => Some(*protonum),
        _ => None,
    });
    let Some(protonum) = protonum.filter(|_| !whole) else {
        return Vec::new();
    };
    let mut path = vec!["nf_conntrack_handle_packet"];
    path.extend(match protonum {
        ipproto::TCP => Some("nf_conntrack_tcp_packet"),
        ipproto::UDP => Some("nf_conntrack_udp_packet"),
        ipproto::ICMP => Some("nf_conntrack_icmp_packet"),
        ipproto::ICMPV6 => Some("nf_conntrack_icmpv6_packet"),
        _ => None,
    });
    if step.meta().function == "nf_conntrack_handle_packet" {
        path.truncate(1);
    }
    path
}

/// An ICMP error is being looked up: no tuple of the packet itself has been built since.
fn in_icmp_error(before: &[Step]) -> bool {
    before.iter().rev().find_map(|step| match step {
        Step::IcmpErrorChecked { .. } => Some(true),
        Step::TupleBuilt { .. } | Step::HookEntered { .. } => Some(false),
        _ => None,
    }) == Some(true)
}

/// The confirm hook is at work.
fn in_confirm(before: &[Step]) -> bool {
    before.iter().rev().find_map(|step| match step {
        Step::ConfirmCalled { .. } => Some(true),
        Step::HookEntered { .. } | Step::PacketLeaves { .. } | Step::Dropped { .. } => Some(false),
        _ => None,
    }) == Some(true)
}

/// The functions of a deletion, if the step is part of one.
fn deleting(before: &[Step], step: &Step) -> Option<Vec<&'static str>> {
    let part = match step {
        Step::DeleteCalled { cause, .. } => return Some(killers(before, *cause)),
        Step::EventSent { bits, .. } | Step::EventFailed { bits, .. } => {
            bits.contains(EventMask::DESTROY)
        }
        Step::ListAdded {
            list: ListId::Dying { .. },
            ..
        }
        | Step::HashRemoved { .. }
        | Step::DeleteRefused { .. }
        | Step::EventRetryDue { .. }
        | Step::RefDropped {
            by: Owner::Table, ..
        } => true,
        Step::StatusSet { bit, .. } => bit.contains(crate::engine::conn::Status::DYING),
        Step::RefTaken { by: Owner::Gc, .. } if !before.iter().any(is_gc) => {
            let mut path = killers(before, DeleteCause::Expired);
            path.retain(|name| !matches!(*name, "nf_ct_gc_expired" | "nf_ct_kill"));
            return Some(path);
        }
        _ => false,
    };
    let cause = before.iter().rev().find_map(|step| match step {
        Step::DeleteCalled { cause, .. } => Some(*cause),
        _ => None,
    });
    let mut path = killers(before, cause.filter(|_| part)?);
    path.push("nf_ct_delete");
    if matches!(step, Step::HashRemoved { .. } | Step::ListAdded { .. }) {
        path.push("nf_ct_delete_from_lists");
    }
    Some(path)
}

fn is_gc(step: &Step) -> bool {
    matches!(step, Step::GcFound { .. })
}

/// Who calls `nf_ct_delete`.
fn killers(before: &[Step], cause: DeleteCause) -> Vec<&'static str> {
    match cause {
        DeleteCause::Expired if before.iter().any(is_gc) => vec!["nf_ct_gc_expired", "nf_ct_kill"],
        DeleteCause::Expired => {
            let walking = before.iter().rev().any(|step| {
                matches!(
                    step,
                    Step::NodeCompared {
                        by: Walker::Lookup,
                        ..
                    }
                )
            });
            let mut path = Vec::new();
            if walking {
                path.extend([
                    "resolve_normal_ct",
                    "__nf_conntrack_find_get",
                    "____nf_conntrack_find",
                ]);
            }
            path.extend(["nf_ct_gc_expired", "nf_ct_kill"]);
            path
        }
        DeleteCause::EarlyDrop => vec![
            "resolve_normal_ct",
            "init_conntrack",
            "__nf_conntrack_alloc",
            "early_drop",
            "early_drop_list",
        ],
        DeleteCause::TcpReset | DeleteCause::TcpReopen => {
            vec![
                "nf_conntrack_handle_packet",
                "nf_conntrack_tcp_packet",
                "nf_ct_kill",
            ]
        }
        DeleteCause::GcEarlyDrop => vec!["nf_ct_kill"],
        DeleteCause::Asked | DeleteCause::Flush => Vec::new(),
    }
}
