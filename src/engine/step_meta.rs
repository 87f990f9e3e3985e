//! Where each step belongs: whose it is, figure, kernel function, part of the way.

use super::answer::Answer;
use super::conn::{EventMask, Owner, Status};
use super::nulls::ListId;
use super::skb::Path;
use super::skb::{CtInfo, SkbId};
use super::slab::ConnId;
use super::step::{Step, Walker};
use super::sysctl::{Sysctl, Unit};

/// Parts of a packet's way: the middle grain of stepping.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// A packet comes in, or reaches a hook.
    Arrive,
    /// Tuple out of the packet.
    Tuple,
    /// Hash and bucket.
    Hash,
    /// A chain is walked.
    Walk,
    /// A connection is created.
    Create,
    /// The packet gets its connection.
    Attach,
    /// The layer 4 tracker.
    Tracker,
    /// Rules, holding, dropping.
    Rules,
    /// NAT: choosing a tuple, rewriting a packet.
    Nat,
    /// Confirm up to the table.
    Confirm,
    /// Nodes go into the table.
    Insert,
    /// Events.
    Events,
    /// The packet leaves.
    Leave,
    /// A connection leaves the table.
    Delete,
    /// A connection is destroyed.
    Destroy,
    /// The clock.
    Clock,
    /// The gc worker.
    Gc,
    /// early_drop.
    EarlyDrop,
    /// A flood.
    Flood,
    /// Resize.
    Resize,
    /// Settings.
    Settings,
}

/// Where a step belongs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Meta {
    /// Figure of the article and number in it, where it has one. Figure 6, the life cycle, is
    /// numbered here by its stages: 1 unconfirmed, 2 confirmed, 3 dying, 4 deleted.
    pub figure: Option<(u8, u8)>,
    /// The kernel's function.
    pub function: &'static str,
    /// Its file, v5.10.19.
    pub file: &'static str,
    /// Part of the way.
    pub phase: Phase,
}

const CORE: &str = "net/netfilter/nf_conntrack_core.c";
const PROTO: &str = "net/netfilter/nf_conntrack_proto.c";
const TCP: &str = "net/netfilter/nf_conntrack_proto_tcp.c";
const SCTP: &str = "net/netfilter/nf_conntrack_proto_sctp.c";
const DCCP: &str = "net/netfilter/nf_conntrack_proto_dccp.c";
const GRE: &str = "net/netfilter/nf_conntrack_proto_gre.c";
const ICMP: &str = "net/netfilter/nf_conntrack_proto_icmp.c";
const ECACHE: &str = "net/netfilter/nf_conntrack_ecache.c";
const CT_H: &str = "include/net/netfilter/nf_conntrack.h";
const CORE_H: &str = "include/net/netfilter/nf_conntrack_core.h";
const ECACHE_H: &str = "include/net/netfilter/nf_conntrack_ecache.h";
const COMMON_H: &str = "include/linux/netfilter/nf_conntrack_common.h";
const SKB_H: &str = "include/linux/skbuff.h";
const SKB: &str = "net/core/skbuff.c";
const NF: &str = "net/netfilter/core.c";
const HELPER: &str = "net/netfilter/nf_conntrack_helper.c";
const FTP: &str = "net/netfilter/nf_conntrack_ftp.c";
const EXPECT: &str = "net/netfilter/nf_conntrack_expect.c";
const NFT: &str = "net/netfilter/nf_tables_core.c";
const FRAGMENT: &str = "net/ipv4/inet_fragment.c";
const IP_OUTPUT: &str = "net/ipv4/ip_output.c";
const IP_H: &str = "include/net/ip.h";
const IP_ICMP: &str = "net/ipv4/icmp.c";
const TCP_IPV4: &str = "net/ipv4/tcp_ipv4.c";
const NETLINK: &str = "net/netfilter/nf_conntrack_netlink.c";
const NFT_CT: &str = "net/netfilter/nft_ct.c";
const NAT: &str = "net/netfilter/nf_nat_core.c";
const NAT_PROTO: &str = "net/netfilter/nf_nat_proto.c";
const SEQADJ: &str = "net/netfilter/nf_conntrack_seqadj.c";
const IP_INPUT: &str = "net/ipv4/ip_input.c";
const SYSCTL: &str = "kernel/sysctl.c";

impl Step {
    /// The connection that a step is about.
    pub fn conn(&self) -> Option<ConnId> {
        match *self {
            Step::Found { conn, .. }
            | Step::SkbAttached { conn, .. }
            | Step::ConnAllocated { conn, .. }
            | Step::ExtensionsAdded { conn, .. }
            | Step::NotExpected { conn }
            | Step::ListAdded { conn, .. }
            | Step::RefTaken { conn, .. }
            | Step::RefPassed { conn, .. }
            | Step::RefDropped { conn, .. }
            | Step::TrackerCalled { conn, .. }
            | Step::TcpLookedUp { conn, .. }
            | Step::TcpStateSet { conn, .. }
            | Step::WindowChecked { conn, .. }
            | Step::TcpIgnored { conn, .. }
            | Step::SctpChunk { conn, .. }
            | Step::SctpTagSet { conn, .. }
            | Step::SctpIgnored { conn }
            | Step::DccpLookedUp { conn, .. }
            | Step::DccpRoles { conn, .. }
            | Step::DccpStateSet { conn, .. }
            | Step::DccpIgnored { conn, .. }
            | Step::GreTimeoutsKept { conn, .. }
            | Step::TrackerRefused { conn, .. }
            | Step::StatusSet { conn, .. }
            | Step::TimeoutSet { conn, .. }
            | Step::Accounted { conn, .. }
            | Step::EventCached { conn, .. }
            | Step::ConfirmSkipped { conn, .. }
            | Step::BucketsReady { conn, .. }
            | Step::ListRemoved { conn, .. }
            | Step::DyingChecked { conn, .. }
            | Step::TimeoutStarted { conn, .. }
            | Step::HashInserted { conn, .. }
            | Step::EntryFilled { conn }
            | Step::ClashFound { conn, .. }
            | Step::ChainTooLong { conn, .. }
            | Step::ClashMerged { conn, .. }
            | Step::ClashInserted { conn }
            | Step::ClashLost { conn }
            | Step::EventSent { conn, .. }
            | Step::EventFailed { conn, .. }
            | Step::DeleteCalled { conn, .. }
            | Step::DeleteRefused { conn }
            | Step::HashRemoved { conn, .. }
            | Step::Destroyed { conn }
            | Step::Freed { conn, .. }
            | Step::GcFound { conn }
            | Step::NatDecided { conn, .. }
            | Step::NatTupleTaken { conn, .. }
            | Step::NatPortsTried { conn, .. }
            | Step::NatReplyChanged { conn, .. }
            | Step::BysourceLinked { conn }
            | Step::PacketRewritten { conn, .. }
            | Step::SeqOffsetSet { conn, .. }
            | Step::SeqAdjusted { conn, .. } => Some(conn),
            Step::ConfirmCalled { conn, .. } => conn,
            _ => None,
        }
    }

    /// The packet that a step is about.
    pub fn skb(&self) -> Option<SkbId> {
        match *self {
            Step::PacketEnters { skb, .. }
            | Step::HookEntered { skb, .. }
            | Step::FragmentQueued { skb, .. }
            | Step::Reassembled { skb, .. }
            | Step::HopCounted { skb, .. }
            | Step::Fragmented { skb, .. }
            | Step::AnswerMade { skb, .. }
            | Step::AlreadyTracked { skb }
            | Step::L4Found { skb, .. }
            | Step::IcmpErrorChecked { skb, .. }
            | Step::TupleBuilt { skb, .. }
            | Step::SkbAttached { skb, .. }
            | Step::TrackerCalled { skb, .. }
            | Step::TrackerRefused { skb, .. }
            | Step::SkbUntracked { skb }
            | Step::PacketInvalid { skb, .. }
            | Step::TrackAgain { skb }
            | Step::RulesPassed { skb, .. }
            | Step::Held { skb, .. }
            | Step::Released { skb, .. }
            | Step::Dropped { skb, .. }
            | Step::PacketLeaves { skb, .. }
            | Step::SkbFreed { skb }
            | Step::ConfirmCalled { skb, .. }
            | Step::ConfirmSkipped { skb, .. }
            | Step::PacketRewritten { skb, .. }
            | Step::SeqAdjusted { skb, .. } => Some(skb),
            _ => None,
        }
    }

    /// Figure, kernel function and phase of this step.
    pub fn meta(&self) -> Meta {
        let (figure, function, file, phase) = match self {
            Step::PacketEnters { .. } => (None, "nf_hook_slow", NF, Phase::Arrive),
            Step::HookEntered { hook, .. } => (
                None,
                hook.conntrack_function(),
                hook.conntrack_file(),
                Phase::Arrive,
            ),
            Step::FragmentQueued { .. } => {
                (None, "inet_frag_queue_insert", FRAGMENT, Phase::Arrive)
            }
            Step::Reassembled { .. } => (None, "inet_frag_reasm_finish", FRAGMENT, Phase::Arrive),
            Step::FragmentsFreed { .. } => (None, "inet_frag_kill", FRAGMENT, Phase::Arrive),
            Step::AlreadyTracked { .. } => (None, "nf_conntrack_in", CORE, Phase::Arrive),
            Step::L4Found { .. } => (None, "get_l4proto", CORE, Phase::Arrive),
            Step::IcmpErrorChecked { .. } => (None, "nf_conntrack_inet_error", ICMP, Phase::Tuple),
            Step::TupleBuilt { .. } => (Some((3, 1)), "nf_ct_get_tuple", CORE, Phase::Tuple),
            Step::HashComputed { .. } => (Some((3, 2)), "hash_conntrack_raw", CORE, Phase::Hash),
            Step::BucketChosen { .. } => (Some((3, 3)), "scale_hash", CORE, Phase::Hash),
            Step::NodeCompared {
                by: Walker::Confirm,
                ..
            }
            | Step::NotFound {
                by: Walker::Confirm,
                ..
            } => (None, "__nf_conntrack_confirm", CORE, Phase::Confirm),
            Step::NodeCompared { .. } => (Some((3, 4)), "____nf_conntrack_find", CORE, Phase::Walk),
            Step::Found { .. } => (Some((3, 5)), "__nf_conntrack_find_get", CORE, Phase::Walk),
            Step::NotFound { .. } => (Some((3, 5)), "__nf_conntrack_find_get", CORE, Phase::Walk),
            Step::SkbAttached {
                ctinfo: CtInfo::New,
                ..
            } => (Some((4, 5)), "nf_ct_set", CT_H, Phase::Attach),
            Step::SkbAttached { .. } => (Some((3, 6)), "nf_ct_set", CT_H, Phase::Attach),
            Step::SkbUntracked { .. } => (None, "nf_ct_set", CT_H, Phase::Attach),
            Step::TupleReused { .. } => (Some((4, 1)), "init_conntrack", CORE, Phase::Create),
            Step::TupleInverted { .. } | Step::NotInvertible { .. } => {
                (Some((4, 2)), "nf_ct_invert_tuple", CORE, Phase::Create)
            }
            Step::ConnAllocated { .. } => {
                (Some((4, 3)), "__nf_conntrack_alloc", CORE, Phase::Create)
            }
            Step::ExtensionsAdded { .. } | Step::NotExpected { .. } => {
                (None, "init_conntrack", CORE, Phase::Create)
            }
            Step::ListAdded {
                list: ListId::Unconfirmed { .. },
                ..
            } => (
                Some((4, 4)),
                "nf_ct_add_to_unconfirmed_list",
                CORE,
                Phase::Create,
            ),
            Step::ListAdded { .. } => {
                (Some((6, 3)), "nf_ct_add_to_dying_list", CORE, Phase::Delete)
            }
            Step::RefTaken {
                by: Owner::Lookup,
                left: 1,
                ..
            } => (Some((6, 1)), "init_conntrack", CORE, Phase::Create),
            Step::RefTaken { by, .. } => owner_meta(*by, true),
            Step::RefPassed {
                to: Owner::EventRetry,
                ..
            } => (None, "nf_ct_delete", CORE, Phase::Delete),
            Step::RefPassed { to, .. } => owner_meta(*to, true),
            Step::RefDropped { by, .. } => owner_meta(*by, false),
            Step::TrackerCalled { .. } | Step::TrackerRefused { .. } => {
                (None, "nf_conntrack_handle_packet", CORE, Phase::Tracker)
            }
            Step::TcpLookedUp { .. } | Step::TcpStateSet { .. } | Step::TcpIgnored { .. } => {
                (None, "nf_conntrack_tcp_packet", TCP, Phase::Tracker)
            }
            Step::WindowChecked { .. } => (None, "tcp_in_window", TCP, Phase::Tracker),
            Step::SctpChunk { .. } | Step::SctpTagSet { .. } | Step::SctpIgnored { .. } => {
                (None, "nf_conntrack_sctp_packet", SCTP, Phase::Tracker)
            }
            Step::DccpLookedUp { .. }
            | Step::DccpRoles { .. }
            | Step::DccpStateSet { .. }
            | Step::DccpIgnored { .. } => (None, "nf_conntrack_dccp_packet", DCCP, Phase::Tracker),
            Step::GreTimeoutsKept { .. } => (None, "nf_conntrack_gre_packet", GRE, Phase::Tracker),
            Step::PacketInvalid { .. } | Step::TrackAgain { .. } => {
                (None, "nf_conntrack_in", CORE, Phase::Tracker)
            }
            Step::StatusSet { bit, .. } => status_meta(*bit),
            Step::TimeoutSet { .. } | Step::Accounted { .. } => {
                (None, "__nf_ct_refresh_acct", CORE, Phase::Tracker)
            }
            Step::EventCached { .. } => (None, "nf_conntrack_event_cache", ECACHE_H, Phase::Events),
            Step::CounterRaised { .. } => (None, "NF_CT_STAT_INC", CT_H, Phase::Tracker),
            Step::Expected { .. } => (None, "init_conntrack", CORE, Phase::Create),
            Step::HelperAttached { .. } => (None, "nf_ct_helper_ext_add", HELPER, Phase::Rules),
            Step::HelperCalled { .. } => (None, "ipv4_confirm", PROTO, Phase::Confirm),
            Step::FtpRead { .. } => (None, "help", FTP, Phase::Confirm),
            Step::ExpectCreated { .. } => (None, "nf_ct_expect_insert", EXPECT, Phase::Confirm),
            Step::ExpectRemoved { .. } => {
                (None, "nf_ct_unlink_expect_report", EXPECT, Phase::Confirm)
            }
            Step::ExpectEventSent { .. } => {
                (None, "nf_ct_expect_event_report", ECACHE, Phase::Events)
            }
            Step::RuleActed { .. } => (None, "nft_do_chain", NFT, Phase::Rules),
            Step::NatDecided { rule: Some(_), .. } => (None, "nf_nat_inet_fn", NAT, Phase::Nat),
            Step::NatDecided { rule: None, .. } => {
                (None, "nf_nat_alloc_null_binding", NAT, Phase::Nat)
            }
            Step::NatTupleTaken { .. } => (None, "nf_conntrack_tuple_taken", CORE, Phase::Nat),
            Step::NatPortsTried { .. } => (None, "nf_nat_l4proto_unique_tuple", NAT, Phase::Nat),
            Step::NatReplyChanged { .. } | Step::BysourceLinked { .. } => {
                (None, "nf_nat_setup_info", NAT, Phase::Nat)
            }
            Step::PacketRewritten { quote: false, .. } => {
                (None, "nf_nat_manip_pkt", NAT_PROTO, Phase::Nat)
            }
            Step::PacketRewritten { quote: true, .. } => {
                (None, "nf_nat_icmp_reply_translation", NAT_PROTO, Phase::Nat)
            }
            Step::SeqOffsetSet { .. } => (None, "nf_ct_seqadj_set", SEQADJ, Phase::Nat),
            Step::SeqAdjusted { .. } => (None, "nf_ct_seq_adjust", SEQADJ, Phase::Nat),
            Step::EntryAsked { .. } => (None, "ctnetlink_new_conntrack", NETLINK, Phase::Arrive),
            Step::EntryFilled { .. } => {
                (None, "ctnetlink_create_conntrack", NETLINK, Phase::Create)
            }
            Step::MarkSet { .. } => (None, "nft_ct_set_eval", NFT_CT, Phase::Rules),
            Step::PolicyAttached { .. } => (None, "nft_ct_timeout_obj_eval", NFT_CT, Phase::Rules),
            Step::HopCounted { .. } => (None, "ip_decrease_ttl", IP_H, Phase::Rules),
            Step::Fragmented { .. } => (None, "ip_do_fragment", IP_OUTPUT, Phase::Leave),
            Step::AnswerMade { answer, .. } => answer_meta(*answer),
            Step::Routed { .. } => (None, "ip_rcv_finish", IP_INPUT, Phase::Rules),
            Step::RulesPassed { .. } | Step::Held { .. } | Step::Released { .. } => {
                (None, "nf_hook_slow", NF, Phase::Rules)
            }
            Step::Dropped { .. } => (None, "nf_hook_slow", NF, Phase::Rules),
            Step::PacketLeaves {
                path: Path::Input, ..
            } => (None, "nf_reset_ct", SKB_H, Phase::Leave),
            Step::PacketLeaves { .. } => (None, "skb_release_head_state", SKB, Phase::Leave),
            Step::SkbFreed { .. } => (None, "skb_release_head_state", SKB, Phase::Leave),
            Step::ConfirmCalled { .. } => (None, "ipv4_confirm", PROTO, Phase::Confirm),
            Step::ConfirmSkipped { .. } => (None, "nf_conntrack_confirm", CORE_H, Phase::Confirm),
            Step::BucketsReady { .. } => {
                (Some((5, 1)), "__nf_conntrack_confirm", CORE, Phase::Confirm)
            }
            Step::BucketsLocked { .. } | Step::DyingChecked { .. } => {
                (None, "__nf_conntrack_confirm", CORE, Phase::Confirm)
            }
            Step::ListRemoved {
                destroyed: false, ..
            } => (
                Some((5, 2)),
                "nf_ct_del_from_dying_or_unconfirmed_list",
                CORE,
                Phase::Confirm,
            ),
            Step::ListRemoved { .. } => (
                None,
                "nf_ct_del_from_dying_or_unconfirmed_list",
                CORE,
                Phase::Destroy,
            ),
            Step::TimeoutStarted { .. } => (None, "__nf_conntrack_confirm", CORE, Phase::Confirm),
            Step::HashInserted { .. } => (
                Some((5, 4)),
                "__nf_conntrack_hash_insert",
                CORE,
                Phase::Insert,
            ),
            Step::BucketsUnlocked { .. } => {
                (Some((6, 2)), "__nf_conntrack_confirm", CORE, Phase::Insert)
            }
            Step::ChainTooLong { .. } => (None, "__nf_conntrack_confirm", CORE, Phase::Confirm),
            Step::ClashFound { .. } | Step::ClashLost { .. } => {
                (None, "nf_ct_resolve_clash", CORE, Phase::Confirm)
            }
            Step::ClashMerged { .. } => (None, "__nf_ct_resolve_clash", CORE, Phase::Confirm),
            Step::ClashInserted { .. } => (None, "nf_ct_resolve_clash_harder", CORE, Phase::Insert),
            Step::EventSent { bits, .. } | Step::EventFailed { bits, .. }
                if bits.contains(EventMask::DESTROY) =>
            {
                (None, "nf_conntrack_eventmask_report", ECACHE, Phase::Delete)
            }
            Step::EventSent { .. } | Step::EventFailed { .. } => {
                (None, "nf_ct_deliver_cached_events", ECACHE, Phase::Events)
            }
            Step::EventRetryDue { .. } => (
                None,
                "nf_conntrack_ecache_delayed_work",
                ECACHE_H,
                Phase::Delete,
            ),
            Step::EventRetryRan { .. } => (None, "ecache_work", ECACHE, Phase::Events),
            Step::DeleteCalled { .. } | Step::DeleteRefused { .. } => {
                (None, "nf_ct_delete", CORE, Phase::Delete)
            }
            Step::HashRemoved { .. } => (Some((6, 3)), "clean_from_lists", CORE, Phase::Delete),
            Step::Destroyed { .. } => (Some((6, 4)), "destroy_conntrack", CORE, Phase::Destroy),
            Step::Freed { .. } => (Some((6, 4)), "nf_conntrack_free", CORE, Phase::Destroy),
            Step::ClockAdvanced { .. } => {
                (None, "do_timer", "kernel/time/timekeeping.c", Phase::Clock)
            }
            Step::GcStarted { .. }
            | Step::GcBucket { .. }
            | Step::GcEnded { .. }
            | Step::GcIdle { .. } => (None, "gc_worker", CORE, Phase::Gc),
            Step::GcFound { .. } => (None, "nf_ct_gc_expired", CORE, Phase::Gc),
            Step::TableFull { .. } => (None, "__nf_conntrack_alloc", CORE, Phase::EarlyDrop),
            Step::EarlyDropBucket { .. } => (None, "early_drop", CORE, Phase::EarlyDrop),
            Step::Flooded { .. } => (None, "nf_conntrack_in", CORE, Phase::Flood),
            Step::ResizeStarted { .. } | Step::ResizeEnded { .. } => {
                (None, "nf_conntrack_hash_resize", CORE, Phase::Resize)
            }
            Step::SysctlSet { key, .. } => (None, handler(*key), SYSCTL, Phase::Settings),
            Step::Configured | Step::Refused => (None, "", "", Phase::Settings),
        };
        Meta {
            figure,
            function,
            file,
            phase,
        }
    }
}

type Row = (Option<(u8, u8)>, &'static str, &'static str, Phase);

fn answer_meta(answer: Answer) -> (Option<(u8, u8)>, &'static str, &'static str, Phase) {
    match answer {
        Answer::EchoReply => (None, "icmp_echo", IP_ICMP, Phase::Rules),
        Answer::TimestampReply => (None, "icmp_timestamp", IP_ICMP, Phase::Rules),
        Answer::Reset => (None, "tcp_v4_send_reset", TCP_IPV4, Phase::Rules),
        Answer::TimeExceeded
        | Answer::PortUnreachable
        | Answer::ProtocolUnreachable
        | Answer::NoRoute
        | Answer::TooBig(_) => (None, "icmp_send", IP_ICMP, Phase::Rules),
    }
}

/// Which function takes or puts a reference for this owner.
fn owner_meta(owner: Owner, taken: bool) -> Row {
    match (owner, taken) {
        (Owner::Lookup, true) => (None, "__nf_conntrack_find_get", CORE, Phase::Attach),
        (Owner::Lookup, false) | (Owner::Skb, false) => {
            (None, "nf_conntrack_put", COMMON_H, Phase::Leave)
        }
        (Owner::Skb, true) => (None, "nf_ct_set", CT_H, Phase::Attach),
        (Owner::Table, true) => (None, "__nf_conntrack_insert_prepare", CORE, Phase::Confirm),
        (Owner::Table, false) => (None, "nf_ct_delete", CORE, Phase::Delete),
        (Owner::Child, true) => (None, "nf_ct_find_expectation", CORE, Phase::Create),
        (Owner::Child, false) => (None, "destroy_conntrack", CORE, Phase::Destroy),
        (Owner::Gc, _) => (None, "nf_ct_gc_expired", CORE, Phase::Delete),
        (Owner::EarlyDrop, _) => (None, "early_drop_list", CORE, Phase::Delete),
        (Owner::Flush, true) => (None, "get_next_corpse", CORE, Phase::Delete),
        (Owner::Flush, false) => (None, "nf_ct_iterate_cleanup", CORE, Phase::Delete),
        (Owner::Netlink, _) => (None, "ctnetlink_del_conntrack", NETLINK, Phase::Delete),
        (Owner::EventRetry, _) => (None, "ecache_work", ECACHE, Phase::Events),
    }
}

/// Which function checks and stores a setting.
const fn handler(key: Sysctl) -> &'static str {
    match key {
        Sysctl::Max | Sysctl::ExpectMax => "proc_dointvec",
        _ => match key.info().unit {
            Unit::Plain => "proc_dointvec_minmax",
            Unit::Seconds => "proc_dointvec_jiffies",
        },
    }
}

/// Which function sets a status bit.
fn status_meta(bit: Status) -> Row {
    if bit.contains(Status::CONFIRMED) {
        (
            Some((5, 3)),
            "__nf_conntrack_insert_prepare",
            CORE,
            Phase::Confirm,
        )
    } else if bit.intersects(Status::FIXED_TIMEOUT | Status::NAT_CLASH) {
        (None, "nf_ct_resolve_clash_harder", CORE, Phase::Confirm)
    } else if bit.contains(Status::DYING) {
        (Some((6, 3)), "nf_ct_delete", CORE, Phase::Delete)
    } else if bit.contains(Status::SEEN_REPLY) {
        (None, "nf_conntrack_in", CORE, Phase::Tracker)
    } else {
        (None, "nf_conntrack_handle_packet", CORE, Phase::Tracker)
    }
}
