//! The kernel's functions from the hook down to the one at work.

mod request;

use super::functions;
use super::scene::Scene;
use crate::engine::conn::{EventMask, Owner, Status};
use crate::engine::hooks::Station;
use crate::engine::nulls::ListId;
use crate::engine::skb::{Path, SkbId};
use crate::engine::step::{DeleteCause, Phase, Walker};
use crate::engine::tuple::ipproto;
use crate::engine::{Command, Step};

/// The file of the function that a step is in.
pub fn file(scene: &Scene, at: usize) -> &'static str {
    here(scene, at).map_or("", |(_, file)| file)
}

/// The function that a step is in, as this kernel calls it.
fn here(scene: &Scene, at: usize) -> Option<Place> {
    let profile = scene.state.profile();
    Some(functions::place(
        profile,
        scene.steps.get(at)?,
        place(scene, at)?,
    ))
}

/// The functions that a step is in, outermost first; the last one is the one at work.
pub fn calls(scene: &Scene, at: usize) -> Vec<String> {
    let Some((step, before)) = scene.steps.get(..=at).and_then(<[Step]>::split_last) else {
        return Vec::new();
    };
    let function = here(scene, at).map_or("", |(function, _)| function);
    if function.is_empty() {
        return Vec::new();
    }
    let v6 = is_ipv6(scene);
    let profile = scene.state.profile();
    let way = way(before, step).into_iter();
    let way = way.map(|name| functions::name(profile, name)).collect();
    ending_in(way, function)
        .into_iter()
        .map(|name| if v6 { ipv6(name) } else { name.to_owned() })
        .collect()
}

/// A path that ends in this function, which may be on it already.
fn ending_in(mut path: Vec<&'static str>, function: &'static str) -> Vec<&'static str> {
    match path.iter().position(|name| *name == function) {
        Some(at) => path.truncate(at + 1),
        None => path.push(function),
    }
    path
}

/// The function that a step is in, with its file.
type Place = (&'static str, &'static str);

fn place(scene: &Scene, at: usize) -> Option<Place> {
    let (step, before) = scene.steps.get(..=at)?.split_last()?;
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
        _ => work(before, step),
    })
}

/// [`Step::meta`]'s function, unless what went before tells another one.
fn work(before: &[Step], step: &Step) -> Place {
    if let Some(place) = request::work(before, step) {
        return place;
    }
    match *step {
        Step::RefTaken {
            by: Owner::Lookup, ..
        } if in_confirm(before) => (
            "nf_conntrack_get",
            "include/linux/netfilter/nf_conntrack_common.h",
        ),
        Step::RefTaken { by: Owner::Gc, .. } => Finder::of(before).function(),
        Step::RefDropped { by: Owner::Gc, .. } => Finder::last(before).function(),
        _ => {
            let meta = step.meta();
            (meta.function, meta.file)
        }
    }
}

/// Who came upon an entry to be killed, and holds a reference on it meanwhile.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Finder {
    /// A walk that looks for a tuple met an expired one.
    Walk,
    /// gc_worker met an expired one.
    Worker,
    /// gc_worker looks for one that can be spared.
    Spared,
    /// early_drop met an expired one.
    EarlyDrop,
    /// A dump of the table met an expired one.
    Dump,
}

impl Finder {
    /// Told by the steps before the reference is taken.
    fn of(before: &[Step]) -> Finder {
        match before.last() {
            Some(Step::NodeCompared { .. }) => Finder::Walk,
            Some(Step::GcFound { .. }) => Finder::Worker,
            _ if before.iter().any(is_gc) => Finder::Spared,
            _ if before
                .iter()
                .any(|step| matches!(step, Step::TableFull { .. })) =>
            {
                Finder::EarlyDrop
            }
            _ => Finder::Dump,
        }
    }

    /// The same for the reference that was taken last.
    fn last(before: &[Step]) -> Finder {
        let taken = before
            .iter()
            .rposition(|step| matches!(step, Step::RefTaken { by: Owner::Gc, .. }));
        Finder::of(&before[..taken.unwrap_or(before.len())])
    }

    /// The function that takes the reference.
    fn function(self) -> Place {
        const CORE: &str = "net/netfilter/nf_conntrack_core.c";
        match self {
            Finder::Walk | Finder::Worker | Finder::EarlyDrop => ("nf_ct_gc_expired", CORE),
            Finder::Spared => ("gc_worker", CORE),
            Finder::Dump => (
                "ctnetlink_dump_table",
                "net/netfilter/nf_conntrack_netlink.c",
            ),
        }
    }

    /// The functions above that one, below the outer ones.
    fn path(self, before: &[Step]) -> Vec<&'static str> {
        match self {
            Finder::Walk => {
                let mut path = finding(before);
                path.extend(["__nf_conntrack_find_get", "____nf_conntrack_find"]);
                path
            }
            Finder::EarlyDrop => early_drop_list(before),
            Finder::Worker | Finder::Spared | Finder::Dump => Vec::new(),
        }
    }
}

fn is_gc(step: &Step) -> bool {
    matches!(step, Step::GcStarted { .. })
}

fn early_drop_list(before: &[Step]) -> Vec<&'static str> {
    let mut path = if before.iter().any(request::begins) {
        vec!["ctnetlink_new_conntrack", "ctnetlink_create_conntrack"]
    } else {
        vec!["resolve_normal_ct", "init_conntrack"]
    };
    path.extend(["__nf_conntrack_alloc", "early_drop", "early_drop_list"]);
    path
}

fn goes_to_a_socket(scene: &Scene, skb: SkbId) -> bool {
    let skb = scene.state.skb(skb).or_else(|| scene.before.skb(skb));
    match (skb, scene.line.map(|line| &line.command)) {
        (Some(skb), _) => skb.path == Path::Input,
        (None, Some(Command::Inject(inject))) => inject.path == Path::Input,
        (None, _) => false,
    }
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

/// The functions above the one at work.
fn way(before: &[Step], step: &Step) -> Vec<&'static str> {
    if let Some(path) = in_event_worker(before, step) {
        return path;
    }
    if step.meta().phase == Phase::Destroy
        && let Some(put) = before
            .iter()
            .rposition(|step| matches!(step, Step::RefDropped { left: 0, .. }))
    {
        let (put, before) = (&before[put], &before[..put]);
        let path = ending_in(way(before, put), work(before, put).0);
        return ending_in(ending_in(path, "nf_conntrack_put"), "destroy_conntrack");
    }
    let mut path = outer(before, step);
    path.extend(inner(before, step));
    path.dedup();
    path
}

/// The path of a step of the event worker, which a work queue runs, whoever woke it.
fn in_event_worker(before: &[Step], step: &Step) -> Option<Vec<&'static str>> {
    match *step {
        Step::EventRetryRan { .. }
        | Step::RefDropped {
            by: Owner::EventRetry,
            ..
        } => Some(Vec::new()),
        Step::EventSent { conn, bits, .. } | Step::EventFailed { conn, bits }
            if bits.contains(EventMask::DESTROY) =>
        {
            // A deletion sends its message between these two steps.
            let deleting = before.iter().rev().find_map(|step| match step {
                Step::DeleteCalled { conn: at, .. } if *at == conn => Some(true),
                Step::HashRemoved { conn: at, .. } if *at == conn => Some(false),
                _ => None,
            });
            (deleting != Some(true)).then(|| vec!["ecache_work"])
        }
        _ => None,
    }
}

/// The function that the command, or the hook, began with.
fn outer(before: &[Step], step: &Step) -> Vec<&'static str> {
    if matches!(step, Step::SkbFreed { .. })
        && before
            .iter()
            .any(|step| matches!(step, Step::PacketLeaves { .. }))
    {
        return vec!["consume_skb"];
    }
    if request::is_part(before, step) {
        return vec!["ctnetlink_new_conntrack"];
    }
    let mut anchors = core::iter::once(step).chain(before.iter().rev());
    anchors.find_map(anchor).unwrap_or_default()
}

/// Where a step that begins something leads to.
fn anchor(step: &Step) -> Option<Vec<&'static str>> {
    Some(match step {
        Step::HookEntered { hook, .. } if hook.tracks() => {
            vec![hook.conntrack_function(), "nf_conntrack_in"]
        }
        Step::HookEntered { .. } => Vec::new(),
        Step::PacketEnters { .. }
        | Step::RulesPassed { .. }
        | Step::Held { .. }
        | Step::Released { .. } => vec!["nf_hook_slow"],
        Step::RuleActed { .. } | Step::MarkSet { .. } => vec!["nf_hook_slow", "nft_do_chain"],
        Step::PolicyAttached { .. } => vec!["nf_hook_slow", "nft_do_chain"],
        Step::Routed { .. } | Step::HopCounted { .. } | Step::Fragmented { .. } => Vec::new(),
        Step::AnswerMade { .. } => Vec::new(),
        Step::FragmentQueued { .. } | Step::Reassembled { .. } | Step::FragmentsFreed { .. } => {
            Vec::new()
        }
        Step::NatDecided { .. } => vec!["nf_hook_slow", "nf_nat_inet_fn"],
        Step::PacketRewritten { .. } => vec!["nf_hook_slow", "nf_nat_inet_fn", "nf_nat_packet"],
        Step::SeqAdjusted { .. } => vec!["ipv4_confirm"],
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
    if let Some(path) = deleting(before, step).or_else(|| request::inner(before, step)) {
        return path;
    }
    if let Some(path) = clashing(before, step) {
        return path;
    }
    let icmp = in_icmp_error(before);
    let resolve = finding(before);
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
        Step::RefTaken {
            by: Owner::Lookup,
            left: 1,
            ..
        } => with(&["init_conntrack"]),
        Step::RefTaken {
            by: Owner::Lookup, ..
        } => with(&[]),
        Step::SkbAttached { .. }
        | Step::RefDropped {
            by: Owner::Lookup, ..
        } if icmp => {
            vec![
                "nf_conntrack_handle_icmp",
                "nf_conntrack_icmpv4_error",
                "nf_conntrack_inet_error",
            ]
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
            _ => Vec::new(),
        },
    }
}

/// How a tuple is come to be looked up.
fn finding(before: &[Step]) -> Vec<&'static str> {
    if in_icmp_error(before) {
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
        let asked = before.iter().any(request::begins);
        let request = ["ctnetlink_del_conntrack", "ctnetlink_new_conntrack"][usize::from(asked)];
        vec![request, "nf_conntrack_find_get"]
    }
}

/// The functions of a clash, if the step is part of one.
fn clashing(before: &[Step], step: &Step) -> Option<Vec<&'static str>> {
    if !in_confirm(before) || matches!(step, Step::EventSent { .. } | Step::EventFailed { .. }) {
        return None;
    }
    let clash = before
        .iter()
        .rposition(|step| matches!(step, Step::ClashFound { .. }))?;
    let how = before[clash..]
        .iter()
        .chain([step])
        .rev()
        .find_map(|step| match step {
            Step::ClashLost { .. } => Some(None),
            Step::RefTaken {
                by: Owner::Lookup, ..
            } => Some(Some("__nf_ct_resolve_clash")),
            Step::TimeoutSet { .. } => Some(Some("nf_ct_resolve_clash_harder")),
            _ => None,
        });
    let mut path = vec!["__nf_conntrack_confirm", "nf_ct_resolve_clash"];
    path.extend(how.flatten());
    Some(path)
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
        ipproto::UDPLITE => Some("nf_conntrack_udplite_packet"),
        ipproto::SCTP => Some("nf_conntrack_sctp_packet"),
        ipproto::GRE => Some("nf_conntrack_gre_packet"),
        ipproto::DCCP if in_dccp(before, step) => Some("nf_conntrack_dccp_packet"),
        ipproto::ICMP => Some("nf_conntrack_icmp_packet"),
        ipproto::ICMPV6 => Some("nf_conntrack_icmpv6_packet"),
        _ => None,
    });
    if step.meta().function == "nf_conntrack_handle_packet" {
        path.truncate(1);
    }
    path
}

/// The packet's tracker is that of DCCP, which not every kernel has.
fn in_dccp(before: &[Step], step: &Step) -> bool {
    let since = before.iter().rev();
    let mut tracker = since.take_while(|step| !matches!(step, Step::TrackerCalled { .. }));
    let looked_up = |step: &Step| matches!(step, Step::DccpLookedUp { .. });
    looked_up(step) || tracker.any(looked_up)
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
    let part = match *step {
        Step::DeleteCalled { cause, .. } => return Some(killers(before, cause)),
        Step::RefTaken { by: Owner::Gc, .. } => return Some(Finder::of(before).path(before)),
        Step::RefDropped { by: Owner::Gc, .. } => return Some(Finder::last(before).path(before)),
        Step::RefTaken {
            by: Owner::EarlyDrop,
            ..
        }
        | Step::RefDropped {
            by: Owner::EarlyDrop,
            ..
        } => return Some(early_drop_list(before)),
        Step::EventSent { bits, .. } | Step::EventFailed { bits, .. } => {
            bits.contains(EventMask::DESTROY)
        }
        Step::ListAdded {
            list: ListId::Dying { .. },
            ..
        } => !in_confirm(before),
        Step::HashRemoved { .. }
        | Step::DeleteRefused { .. }
        | Step::EventRetryDue { .. }
        | Step::RefPassed {
            to: Owner::EventRetry,
            ..
        }
        | Step::RefDropped {
            by: Owner::Table, ..
        } => true,
        Step::StatusSet { bit, .. } => bit.contains(Status::DYING),
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

/// Who calls `nf_ct_delete`.
fn killers(before: &[Step], cause: DeleteCause) -> Vec<&'static str> {
    match cause {
        DeleteCause::Expired | DeleteCause::GcEarlyDrop => {
            let finder = Finder::last(before);
            let mut path = finder.path(before);
            path.extend([finder.function().0, "nf_ct_kill"]);
            path
        }
        DeleteCause::EarlyDrop => early_drop_list(before),
        DeleteCause::TcpReset | DeleteCause::TcpReopen => {
            vec![
                "nf_conntrack_handle_packet",
                "nf_conntrack_tcp_packet",
                "nf_ct_kill",
            ]
        }
        DeleteCause::DccpReset => {
            vec![
                "nf_conntrack_handle_packet",
                "nf_conntrack_dccp_packet",
                "nf_ct_kill",
            ]
        }
        DeleteCause::NatOifChanged => vec!["nf_hook_slow", "nf_nat_inet_fn", "nf_ct_kill"],
        DeleteCause::NatPort => vec![
            "nf_hook_slow",
            "nf_nat_inet_fn",
            "nf_nat_setup_info",
            "get_unique_tuple",
            "nf_ct_kill",
        ],
        DeleteCause::Asked | DeleteCause::Flush => Vec::new(),
    }
}
