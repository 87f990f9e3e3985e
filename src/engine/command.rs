//! Everything a person can do to the machine.

use super::conn::{Counted, NfConn};
use super::hooks::Station;
use super::proto::dccp::DccpState;
use super::proto::sctp::SctpState;
use super::proto::tcp::TcpState;
use super::router::{IfName, Iface};
use super::rules::{HelperName, Rule};
use super::skb::{Path, SkbId};
use super::sysctl::Sysctl;
use super::time::{Secs, Ticks};
use super::tuple::{Dir, Tuple, ipproto};
use super::zone::Zone;

/// Longest packet, in bytes: what the length field of an IPv4 header can say.
pub const PACKET_BYTES_MAX: usize = 65_535;
/// Most namespaces.
pub const NETS_MAX: usize = 8;
/// Most CPUs.
pub const CPUS_MAX: u8 = 8;
/// Longest namespace name, in bytes.
pub const NET_NAME_MAX: usize = 15;
/// Most rules in all hooks of all namespaces.
pub const RULES_MAX: usize = 64;
/// Most packets in flight at a time.
pub const SKBS_MAX: usize = 256;

/// A change of the machine. Each is total: a command that cannot be done leaves everything as it
/// was and says why in [`super::Outcome`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// A packet enters, in the current namespace and on the current CPU.
    Inject(Inject),
    /// So many packets enter one after the other, each of a flow of its own.
    Flood(Flood),
    /// Packets that come to this station wait there from now on, or no longer.
    Hold(Option<Station>),
    /// A waiting packet goes on.
    Release(SkbId),
    /// A waiting packet is dropped where it is.
    Drop(SkbId),
    /// Time passes.
    Advance(Span),
    /// gc_worker runs once, now.
    Gc,
    /// gc_worker runs as often as it takes to visit every bucket once.
    GcSweep,
    /// gc_worker runs by itself as time passes, or waits (its timer is deferrable: a CPU that
    /// sleeps does not run it).
    GcAuto(bool),
    /// `conntrack -D` for one entry, by connection number.
    Delete(u32),
    /// `conntrack -D`: every entry in the current namespace whose original tuple matches.
    DeleteMatching(TupleFilter),
    /// `conntrack -U`: every entry that `conntrack -D` would delete gets this mark instead.
    Update(TupleFilter, u32),
    /// `conntrack -I`: an entry is made in the current namespace, without a packet.
    Entry(Box<NewEntry>),
    /// `conntrack -F` in the current namespace.
    Flush,
    /// `nf_conntrack_buckets`: a table of another size, 1 to [`super::config::BUCKETS_MAX`].
    /// Differs: it may be asked for in any namespace, a kernel lets only the first one do it.
    Resize(u32),
    /// A setting changes, in the current namespace or for the whole machine.
    /// Differs: `nf_conntrack_max` too may be set in any namespace.
    SetSysctl(Sysctl, u32),
    /// How the listener of `conntrack -E` behaves.
    Listen(Listen),
    /// The commands that follow act in this namespace; it is made if there is none of the name.
    Netns(NetName),
    /// The packets that follow come in on this CPU.
    Cpu(u8),
    /// An interface of the current namespace is there from now on, with these addresses.
    Iface(Iface),
    /// A rule is added behind the others of its hook, in the current namespace.
    AddRule(Rule),
    /// All rules of the current namespace are removed.
    FlushRules,
}

/// A packet and what is to happen to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Inject {
    /// From the IP header on, 1 to [`PACKET_BYTES_MAX`] bytes.
    pub bytes: Vec<u8>,
    /// Its way through the hooks, unless routing finds it.
    pub path: Path,
    /// The interface that it comes in by; its destination address decides its way then.
    pub iif: Option<IfName>,
    /// Wait here.
    pub hold_at: Option<Station>,
    /// Be dropped here, as by a rule.
    pub drop_at: Option<Station>,
}

/// Packets that are alike but for their source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Flood {
    /// How many, 1 to [`super::flood::FLOOD_MAX`].
    pub count: u32,
    /// The first of them: UDP or TCP. The source port of each that follows is one higher; behind
    /// the last port come the next source address and the first port.
    pub inject: Inject,
}

/// How far the clock goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Span {
    /// This many jiffies, at most [`super::time::TICKS_MAX`].
    Jiffies(Ticks),
    /// This many milliseconds.
    Millis(u32),
    /// To the next instant at which an entry expires.
    NextDeadline,
}

/// Which entries `conntrack -D` deletes; every part that is given must fit the original tuple, or
/// the entry itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TupleFilter {
    /// Layer 4 protocol.
    pub protonum: Option<u8>,
    /// Source address, with its family.
    pub src: Option<(super::addr::L3, super::addr::Addr)>,
    /// Destination address, with its family.
    pub dst: Option<(super::addr::L3, super::addr::Addr)>,
    /// Source port.
    pub sport: Option<u16>,
    /// Destination port.
    pub dport: Option<u16>,
    /// The entry's zone.
    pub zone: Option<u16>,
    /// The entry's mark.
    pub mark: Option<u32>,
}

impl TupleFilter {
    /// `true` if a connection has everything the filter asks for.
    pub fn fits(&self, conn: &NfConn) -> bool {
        self.matches(conn.tuple(Dir::Original))
            && self.zone.is_none_or(|zone| zone == conn.zone.id)
            && self.mark.is_none_or(|mark| mark == conn.mark)
    }

    /// `true` if the tuple has everything the filter asks for.
    pub fn matches(&self, tuple: &Tuple) -> bool {
        let l3 = tuple.src.l3num;
        let port =
            |asked: Option<u16>, u: u16| asked.is_none_or(|asked| tuple.has_ports() && asked == u);
        self.protonum.is_none_or(|p| p == tuple.dst.protonum)
            && self.src.is_none_or(|src| src == (l3, tuple.src.u3))
            && self.dst.is_none_or(|dst| dst == (l3, tuple.dst.u3))
            && port(self.sport, tuple.src.u)
            && port(self.dport, tuple.dst.u)
    }
}

/// An entry as a request describes it, or a line of `conntrack -L`. Its two tuples say whether it
/// is translated.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewEntry {
    /// The tuple of the original direction.
    pub original: Tuple,
    /// The tuple of the reply direction.
    pub reply: Tuple,
    /// How long it has from now on. Longer than [`super::time::TICKS_MAX`] is taken as that; 0 is
    /// less than a second.
    pub timeout: Secs,
    /// The state of its protocol, if that has some.
    pub state: Option<EntryState>,
    /// A reply was seen.
    pub seen_reply: bool,
    /// It is protected from early drop.
    pub assured: bool,
    /// Its mark.
    pub mark: u32,
    /// Its zone.
    pub zone: Zone,
    /// Packets and bytes of both directions; they need `nf_conntrack_acct`.
    pub counted: Option<[Counted; 2]>,
    /// Seconds since it began; they need `nf_conntrack_timestamp`, and a machine that is as old.
    pub age: Option<u32>,
    /// Its helper.
    pub helper: Option<HelperName>,
}

/// The state of a protocol.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EntryState {
    /// TCP.
    Tcp(TcpState),
    /// SCTP.
    Sctp(SctpState),
    /// DCCP.
    Dccp(DccpState),
}

impl EntryState {
    /// As the tools print it.
    pub const fn name(self) -> &'static str {
        match self {
            EntryState::Tcp(state) => state.name(),
            EntryState::Sctp(state) => state.name(),
            EntryState::Dccp(state) => state.name(),
        }
    }

    /// Every state of a protocol, none if it has no states.
    pub fn all_of(protonum: u8) -> Vec<EntryState> {
        match protonum {
            ipproto::TCP => TcpState::ALL.into_iter().map(EntryState::Tcp).collect(),
            ipproto::SCTP => SctpState::ALL
                .iter()
                .copied()
                .map(EntryState::Sctp)
                .collect(),
            ipproto::DCCP => DccpState::ALL
                .iter()
                .copied()
                .map(EntryState::Dccp)
                .collect(),
            _ => Vec::new(),
        }
    }
}

/// The listener for events.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Listen {
    /// Nobody listens; no event is cached and no message is built.
    /// Differs: so it is in a kernel without nf_conntrack_netlink. With it, events are cached all
    /// the same, and thrown away at confirm while no socket listens.
    Off,
    /// It reads every message at once.
    #[default]
    On,
    /// It asked for reliable delivery and does not read: its buffer is full, so delivery fails.
    Slow,
}

/// The name of a namespace: 1 to [`NET_NAME_MAX`] of `a-z`, `0-9`, `-` and `_`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NetName(String);

impl NetName {
    /// The name, if it is a good one.
    pub fn new(name: &str) -> Option<NetName> {
        let good = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-' || c == b'_';
        let fits = (1..=NET_NAME_MAX).contains(&name.len()) && name.bytes().all(good);
        fits.then(|| NetName(name.to_owned()))
    }

    /// The name of the first namespace.
    pub fn init() -> NetName {
        NetName("init".to_owned())
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
