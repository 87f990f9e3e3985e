//! Timeout policies: timeouts that one connection has for itself. [`ct timeout set`]

use super::conn::{Status, Timeout};
use super::probe::Probe;
use super::proto::tcp::{TcpState, TcpTimeout};
use super::rules::{POLICY_MAX, Rule, TimeoutPolicy};
use super::skb::SkbId;
use super::state::{Conntrack, Netns};
use super::step::Step;
use super::sysctl::Sysctl;
use super::time::{Hz, Ticks};
use super::tuple::{Dir, ipproto};
use std::rc::Rc;

/// A timeout of a protocol: its name, and the setting whose value it has if a policy does not give
/// one. Without a name it is no timeout of its own but another name of the next one, for an entry
/// whose tracker has not run.
type Slot = (&'static str, Option<Sysctl>);

const TCP: [Slot; 12] = [
    ("", Some(Sysctl::TcpTimeoutSynSent)),
    ("syn_sent", Some(Sysctl::TcpTimeoutSynSent)),
    ("syn_recv", Some(Sysctl::TcpTimeoutSynRecv)),
    ("established", Some(Sysctl::TcpTimeoutEstablished)),
    ("fin_wait", Some(Sysctl::TcpTimeoutFinWait)),
    ("close_wait", Some(Sysctl::TcpTimeoutCloseWait)),
    ("last_ack", Some(Sysctl::TcpTimeoutLastAck)),
    ("time_wait", Some(Sysctl::TcpTimeoutTimeWait)),
    ("close", Some(Sysctl::TcpTimeoutClose)),
    ("syn_sent2", None),
    ("retrans", Some(Sysctl::TcpTimeoutMaxRetrans)),
    ("unack", Some(Sysctl::TcpTimeoutUnacknowledged)),
];
const UDP: [Slot; 2] = [
    ("unreplied", Some(Sysctl::UdpTimeout)),
    ("replied", Some(Sysctl::UdpTimeoutStream)),
];
const GRE: [Slot; 2] = [
    ("unreplied", Some(Sysctl::GreTimeout)),
    ("replied", Some(Sysctl::GreTimeoutStream)),
];
const SCTP: [Slot; 10] = [
    ("", Some(Sysctl::SctpTimeoutClosed)),
    ("closed", Some(Sysctl::SctpTimeoutClosed)),
    ("cookie_wait", Some(Sysctl::SctpTimeoutCookieWait)),
    ("cookie_echoed", Some(Sysctl::SctpTimeoutCookieEchoed)),
    ("established", Some(Sysctl::SctpTimeoutEstablished)),
    ("shutdown_sent", Some(Sysctl::SctpTimeoutShutdownSent)),
    ("shutdown_recd", Some(Sysctl::SctpTimeoutShutdownRecd)),
    (
        "shutdown_ack_sent",
        Some(Sysctl::SctpTimeoutShutdownAckSent),
    ),
    ("heartbeat_sent", Some(Sysctl::SctpTimeoutHeartbeatSent)),
    ("heartbeat_acked", Some(Sysctl::SctpTimeoutHeartbeatAcked)),
];
const DCCP: [Slot; 8] = [
    ("", Some(Sysctl::DccpTimeoutRequest)),
    ("request", Some(Sysctl::DccpTimeoutRequest)),
    ("respond", Some(Sysctl::DccpTimeoutRespond)),
    ("partopen", Some(Sysctl::DccpTimeoutPartopen)),
    ("open", Some(Sysctl::DccpTimeoutOpen)),
    ("closereq", Some(Sysctl::DccpTimeoutClosereq)),
    ("closing", Some(Sysctl::DccpTimeoutClosing)),
    ("timewait", Some(Sysctl::DccpTimeoutTimewait)),
];
const ICMP: [Slot; 1] = [("timeout", Some(Sysctl::IcmpTimeout))];
const ICMPV6: [Slot; 1] = [("timeout", Some(Sysctl::Icmpv6Timeout))];
const GENERIC: [Slot; 1] = [("timeout", Some(Sysctl::GenericTimeout))];

const DCCP_NUMBER: u8 = 33;
const GRE_NUMBER: u8 = 47;
const SCTP_NUMBER: u8 = 132;
const UDPLITE_NUMBER: u8 = 136;

const fn slots(protonum: u8) -> &'static [Slot] {
    match protonum {
        ipproto::TCP => &TCP,
        ipproto::UDP | UDPLITE_NUMBER => &UDP,
        GRE_NUMBER => &GRE,
        SCTP_NUMBER => &SCTP,
        DCCP_NUMBER => &DCCP,
        ipproto::ICMP => &ICMP,
        ipproto::ICMPV6 => &ICMPV6,
        _ => &GENERIC,
    }
}

const fn names<const N: usize>(slots: &[Slot; N]) -> [&'static str; N] {
    let mut names = [""; N];
    let mut at = 0;
    while at < N {
        names[at] = slots[at].0;
        at += 1;
    }
    names
}

/// The timeouts of a protocol as `ct timeout` names them, by their place in a policy; a place
/// without a name cannot be set.
/// Kernel: the `nlattr_to_obj` tables of the trackers; TCP and UDP as nft 1.0.6 prints them, the
/// others as `nfct` does.
pub const fn timeout_names(protonum: u8) -> &'static [&'static str] {
    match protonum {
        ipproto::TCP => const { &names(&TCP) },
        ipproto::UDP | UDPLITE_NUMBER => const { &names(&UDP) },
        GRE_NUMBER => const { &names(&GRE) },
        SCTP_NUMBER => const { &names(&SCTP) },
        DCCP_NUMBER => const { &names(&DCCP) },
        _ => &["timeout"],
    }
}

/// A policy as it is kept: every timeout has a value.
/// Kernel: `struct nf_ct_timeout`, include/net/netfilter/nf_conntrack_timeout.h.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Timeouts {
    /// The protocol.
    pub protonum: u8,
    /// By place.
    pub ticks: [Ticks; POLICY_MAX],
}

impl Timeouts {
    /// What a policy gives, and for the rest what the namespace has now.
    pub(super) fn new(given: &TimeoutPolicy, net: &Netns, hz: Hz) -> Timeouts {
        let mut ticks = [Ticks(0); POLICY_MAX];
        for (at, (name, key)) in slots(given.protonum).iter().enumerate() {
            // A place without a name has what the next one has.
            let named = at + usize::from(name.is_empty());
            ticks[at] = match (given.secs.get(named).copied().flatten(), key) {
                (Some(secs), _) => hz.ticks(super::time::Secs(secs)),
                (None, Some(key)) => net.sysctls.timeout(*key, hz),
                (None, None) => match TcpState::SynSent2.timeout() {
                    TcpTimeout::Fixed(secs) => hz.ticks(secs),
                    TcpTimeout::Setting(key) => net.sysctls.timeout(key, hz),
                },
            };
        }
        Timeouts {
            protonum: given.protonum,
            ticks,
        }
    }

    /// Its timeout that stands in for a setting; `None`: for the one that has no setting.
    pub(super) fn instead_of(&self, key: Option<Sysctl>) -> Option<Ticks> {
        let at = slots(self.protonum)
            .iter()
            .position(|(_, setting)| *setting == key)?;
        Some(self.ticks[at])
    }
}

impl Conntrack {
    /// What a rule's policy is worth now, to be kept with the rule.
    pub(super) fn policy_of(&self, rule: &Rule) -> Option<Rc<Timeouts>> {
        let super::rules::Action::Timeout(given) = &rule.action else {
            return None;
        };
        let net = &self.nets[usize::from(self.net)];
        Some(Rc::new(Timeouts::new(given, net, self.hz())))
    }

    /// The timeouts that rules gave go with the rules: connections of the current namespace follow
    /// its settings again, from the next refresh on.
    /// Kernel: `nf_ct_untimeout`, net/netfilter/nf_conntrack_timeout.c, v5.10.19.
    pub(super) fn nf_ct_untimeout(&mut self) {
        let net = self.net;
        for slot in 0..self.conns.slots() {
            if let Some(conn) = self.conns.at_mut(slot).filter(|conn| conn.net == net)
                && let Some(rare) = &mut conn.ext.rare
            {
                rare.timeout = None;
            }
        }
    }

    /// `ct timeout set`: the connection has these timeouts from now on, if it is of their
    /// protocol and not confirmed. The tracker ran before, with the timeouts of the namespace, so
    /// what it set is set again.
    /// Kernel: `nft_ct_timeout_obj_eval`, net/netfilter/nft_ct.c, v5.10.19.
    pub(super) fn set_policy<P: Probe>(&mut self, skb: SkbId, rule: u32, probe: &mut P) {
        let Some((net, id)) = self.skb(skb).and_then(|skb| Some((skb.net, skb.nfct?))) else {
            return;
        };
        let policies = &self.nets[usize::from(net)].policies;
        let Some(policy) = policies.get(rule as usize).cloned().flatten() else {
            return;
        };
        let conn = &mut self.conns[id];
        let protonum = conn.tuple(Dir::Original).dst.protonum;
        if conn.status.contains(Status::CONFIRMED) || protonum != policy.protonum {
            return;
        }
        let (old, new) = (conn.timeout, Timeout::Relative(policy.ticks[0]));
        conn.ext.set_timeout(policy);
        conn.timeout = new;
        probe.step(self, || Step::PolicyAttached { conn: id });
        probe.step(self, || Step::TimeoutSet { conn: id, old, new });
    }
}
