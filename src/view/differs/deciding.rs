//! Which difference between the kernels decided a step, where that is clear.

use crate::engine::command::Listen;
use crate::engine::conn::{EventMask, NfConn, Owner, ProtoState, Status};
use crate::engine::extract::get_l4proto;
use crate::engine::proto::Reason;
use crate::engine::proto::sctp::SctpState;
use crate::engine::proto::tcp::{Bound, Ignored, PacketKind, TcpState, Verdict};
use crate::engine::skb::SkbId;
use crate::engine::slab::ConnId;
use crate::engine::step::{DeleteCause, Walker};
use crate::engine::sysctl::Sysctl;
use crate::engine::tuple::{Dir, ipproto};
use crate::engine::{Command, Difference, Profile, Step};
use crate::view::scene::Scene;

/// ICMPv6 messages of multicast router discovery (RFC 4286).
const ROUTER_DISCOVERY: core::ops::RangeInclusive<u8> = 151..=153;
/// ICMPv6 redirect (RFC 4861).
const REDIRECT: u8 = 137;
/// SCTP's answer to a heartbeat (RFC 9260).
const HEARTBEAT_ACK: u8 = 5;

/// The difference without which the step at an index of the scene's steps would have gone another
/// way, or would not be. `None` also where that takes more than the step and those before it to
/// tell.
pub fn decided(scene: &Scene, at: usize) -> Option<Difference> {
    let (step, before) = scene.steps.get(..=at)?.split_last()?;
    let moment = Moment { scene, before };
    match *step {
        Step::HashComputed { .. } if moment.second_zone(step) => {
            Some(Difference::ZoneLookedUpTwice)
        }
        Step::HashComputed { .. } => Some(Difference::SipHash),
        Step::ListAdded { .. } | Step::ListRemoved { .. } => Some(Difference::NoPendingLists),
        Step::RefTaken {
            by: Owner::Lookup,
            left: 1,
            ..
        } if moment.newer() => Some(Difference::NoPendingLists),
        Step::StatusSet { conn, bit } => moment.status(conn, bit),
        Step::ChainTooLong { .. } => Some(Difference::ChainLimit),
        Step::GcStarted { .. } | Step::GcEnded { .. } | Step::GcIdle { .. } => {
            Some(Difference::GcWholeTable)
        }
        Step::ClashMerged { conn, .. }
        | Step::ClashLost { conn }
        | Step::ClashInserted { conn } => moment.clash(step, conn),
        Step::EventRetryRan { .. } | Step::EventRetryDue { .. } => Some(Difference::OneEventPerRun),
        Step::ExtensionsAdded { ecache, .. } => moment
            .by_default_unheard(ecache)
            .then_some(Difference::EventsOnceHeard),
        Step::EventSent { bits, .. } => bits
            .contains(EventMask::DESTROY)
            .then_some(Difference::DestroyTellsState),
        Step::TrackAgain { .. } => Some(Difference::ReopenNotCounted),
        Step::HelperAttached { .. } => matches!(before.last(), Some(Step::NotExpected { .. }))
            .then_some(Difference::HelperByRulesetOnly),
        Step::WindowChecked { checked, .. } => match checked.verdict {
            Verdict::Ignored(_) | Verdict::Invalid(Bound::DataBelow | Bound::AckBelow) => {
                Some(Difference::TcpWindowIgnores)
            }
            _ => None,
        },
        Step::TcpIgnored { why, .. } => match why {
            Ignored::Window(_) => Some(Difference::TcpWindowIgnores),
            Ignored::SynAgain => Some(Difference::TcpSynAgainWaits),
            Ignored::OutOfPlace | Ignored::ChallengeAck => None,
        },
        Step::TcpStateSet { from, to, .. } => moment.tcp_state(from, to),
        Step::TimeoutSet { conn, .. } => moment.timeout(conn),
        Step::TrackerRefused { reason, .. } => moment.refused(reason),
        Step::TrackerCalled { protonum, .. } => {
            (protonum == ipproto::DCCP).then_some(Difference::DccpGeneric)
        }
        Step::SctpChunk { chunk, from, .. } => (chunk == HEARTBEAT_ACK
            && from == SctpState::HeartbeatSent)
            .then_some(Difference::SctpCells),
        Step::SctpIgnored { .. } => Some(Difference::SctpInitFlags),
        Step::IcmpErrorChecked { skb, .. } => {
            (moment.icmpv6_type(skb) == Some(REDIRECT)).then_some(Difference::Icmpv6Redirect)
        }
        Step::SkbUntracked { skb } | Step::PacketInvalid { skb, .. } => moment.unanswered(skb),
        Step::DeleteCalled { conn, cause } => match cause {
            DeleteCause::NatPort => Some(Difference::NatTakesClosingPort),
            DeleteCause::Expired => {
                let stamped = |conn: &NfConn| conn.ext.tstamp().is_some();
                let conn = moment.conn(conn);
                conn.is_some_and(stamped)
                    .then_some(Difference::StopAtExpiry)
            }
            _ => None,
        },
        Step::TableFull { max, .. } => {
            let config = &scene.state.config;
            let default = config.max.is_none() && max == config.conntrack_max();
            default.then_some(Difference::MaxOnePerBucket)
        }
        _ => None,
    }
}

/// A step in its surroundings.
struct Moment<'a> {
    scene: &'a Scene<'a>,
    before: &'a [Step],
}

impl Moment<'_> {
    fn newer(&self) -> bool {
        self.scene.state.profile() == Profile::V6_18
    }

    fn conn(&self, id: ConnId) -> Option<&NfConn> {
        let now = self.scene.state.conns.get(id);
        now.or_else(|| self.scene.before.conns.get(id))
    }

    fn protonum(&self, id: ConnId) -> Option<u8> {
        Some(self.conn(id)?.tuple(Dir::Original).dst.protonum)
    }

    fn status(&self, conn: ConnId, bit: Status) -> Option<Difference> {
        if bit.contains(Status::CONFIRMED) {
            return Some(Difference::ConfirmedAfterInsertion);
        }
        if !bit.contains(Status::ASSURED) {
            return None;
        }
        match self.protonum(conn)? {
            ipproto::UDP | ipproto::UDPLITE => Some(Difference::UdpAssuredAsStream),
            ipproto::SCTP => Some(Difference::SctpAssuredAtOnce),
            _ => None,
        }
    }

    /// The same tuple was looked up in vain, by the other direction's zone.
    fn second_zone(&self, step: &Step) -> bool {
        let Step::HashComputed { tuple, .. } = *step else {
            return false;
        };
        let mut in_vain = false;
        for step in self.before.iter().rev() {
            match *step {
                Step::NotFound {
                    by: Walker::Lookup, ..
                } => in_vain = true,
                Step::HashComputed { tuple: other, .. } => {
                    return in_vain && tuple.nf_ct_tuple_equal(&other);
                }
                Step::HookEntered { .. } | Step::TupleInverted { .. } => return false,
                _ => {}
            }
        }
        false
    }

    fn clash(&self, step: &Step, conn: ConnId) -> Option<Difference> {
        let allowed = matches!(
            self.protonum(conn)?,
            ipproto::UDP
                | ipproto::UDPLITE
                | ipproto::TCP
                | ipproto::ICMP
                | ipproto::ICMPV6
                | ipproto::SCTP
        );
        match step {
            _ if !allowed => Some(Difference::ClashMoreProtocols),
            Step::ClashLost { .. } => None,
            _ => Some(Difference::ClashMirrored),
        }
    }

    /// Nobody listens, and the setting is as by default: the kernels part.
    fn by_default_unheard(&self, ecache: bool) -> bool {
        let state = self.scene.state;
        let setting = state.sysctl(state.net, Sysctl::Events);
        let default = if self.newer() { 2 } else { 1 };
        state.listener.mode == Listen::Off && setting == default && ecache != self.newer()
    }

    /// What the state table said last.
    fn looked_up(&self) -> Option<(PacketKind, TcpState)> {
        self.before.iter().rev().find_map(|step| match *step {
            Step::TcpLookedUp { kind, from, .. } => Some((kind, from)),
            _ => None,
        })
    }

    fn tcp_state(&self, from: TcpState, to: TcpState) -> Option<Difference> {
        if to != TcpState::Close {
            return None;
        }
        match self.looked_up() {
            Some((PacketKind::Rst, _)) => {
                is_closing(from).then_some(Difference::TcpResetWhileClosing)
            }
            _ => {
                let answered = |step: &Step| matches!(step, Step::AnswerMade { .. });
                let answered = self.before.iter().any(answered);
                answered.then_some(Difference::TcpRejectCloses)
            }
        }
    }

    fn timeout(&self, conn: ConnId) -> Option<Difference> {
        let refused = self.before.iter().rev().find_map(|step| match step {
            Step::WindowChecked { checked, .. } => {
                Some(matches!(checked.verdict, Verdict::Invalid(_)))
            }
            Step::HookEntered { .. } => Some(false),
            _ => None,
        });
        if refused == Some(true) {
            return Some(Difference::TcpInvalidCloseShortens);
        }
        let entry = self.conn(conn)?;
        let again = self.looked_up() == Some((PacketKind::Syn, TcpState::SynSent))
            && matches!(entry.proto, ProtoState::Tcp(tcp) if tcp.state == TcpState::SynSent)
            && entry.status.contains(Status::CONFIRMED)
            && !entry.status.contains(Status::SEEN_REPLY);
        again.then_some(Difference::TcpSynAgainWaits)
    }

    fn refused(&self, reason: Reason) -> Option<Difference> {
        match reason {
            Reason::StaleReset => {
                let (_, from) = self.looked_up()?;
                is_closing(from).then_some(Difference::TcpResetWhileClosing)
            }
            Reason::OutOfWindow(Bound::DataBelow | Bound::AckBelow) => {
                Some(Difference::TcpWindowIgnores)
            }
            Reason::BadTag => Some(Difference::SctpStrictTags),
            _ => None,
        }
    }

    /// The type of an ICMPv6 message.
    fn icmpv6_type(&self, skb: SkbId) -> Option<u8> {
        let bytes = match (self.scene.state.skb(skb), self.scene.line) {
            (Some(skb), _) => &skb.bytes,
            (None, Some(line)) => match &line.command {
                Command::Inject(inject) => &inject.bytes,
                _ => return None,
            },
            (None, None) => return None,
        };
        let l4 = get_l4proto(bytes).ok()?;
        let kind = bytes.get(l4.offset).copied();
        kind.filter(|_| l4.protonum == ipproto::ICMPV6)
    }

    fn unanswered(&self, skb: SkbId) -> Option<Difference> {
        match self.icmpv6_type(skb)? {
            REDIRECT => Some(Difference::Icmpv6Redirect),
            kind if ROUTER_DISCOVERY.contains(&kind) => Some(Difference::Icmpv6RouterDiscovery),
            _ => None,
        }
    }
}

fn is_closing(state: TcpState) -> bool {
    matches!(
        state,
        TcpState::FinWait
            | TcpState::CloseWait
            | TcpState::LastAck
            | TcpState::TimeWait
            | TcpState::Close
    )
}
