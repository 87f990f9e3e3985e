//! The connection object. [Figure 2]

use super::hash::RawHash;
use super::helper::Helper;
use super::nat::bysource;
use super::nulls::{ListId, Node};
use super::policy::Timeouts;
use super::proto::dccp::DccpPrivate;
use super::proto::sctp::SctpPrivate;
use super::proto::tcp::TcpPrivate;
use super::seqadj::SeqAdj;
use super::slab::ConnId;
use super::time::{Jiffies, Ticks};
use super::tuple::{Dir, Tuple};
use core::fmt;
use std::rc::Rc;

pub use super::zone::Zone;

bitflags::bitflags! {
    /// What has happened to a connection; bit numbers as in the kernel, shown without `IPS_`.
    /// Kernel: `enum ip_conntrack_status`, include/uapi/linux/netfilter/nf_conntrack_common.h.
    #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
    pub struct Status: u32 {
        /// Created from an expectation; permanent.
        const EXPECTED = 1 << 0;
        /// A packet of the reply direction was accepted by the tracker; never cleared.
        const SEEN_REPLY = 1 << 1;
        /// Protected from early drop.
        const ASSURED = 1 << 2;
        /// Is, or has been, in the hash table; never cleared.
        const CONFIRMED = 1 << 3;
        /// Packets of the original direction need their source rewritten.
        const SRC_NAT = 1 << 4;
        /// Packets of the original direction need their destination rewritten.
        const DST_NAT = 1 << 5;
        /// TCP sequence numbers are adjusted.
        const SEQ_ADJUST = 1 << 6;
        /// Source NAT has been decided, also for "no change".
        const SRC_NAT_DONE = 1 << 7;
        /// Destination NAT has been decided.
        const DST_NAT_DONE = 1 << 8;
        /// Deletion has started; never cleared.
        const DYING = 1 << 9;
        /// A refresh must not change the timeout.
        const FIXED_TIMEOUT = 1 << 10;
        /// Not a connection but a template.
        const TEMPLATE = 1 << 11;
        /// Inserted by its reply node alone after a clash.
        const NAT_CLASH = 1 << 12;
        /// The helper was set by the ruleset.
        const HELPER = 1 << 13;
        /// In a software flow table.
        const OFFLOAD = 1 << 14;
        /// In a hardware flow table.
        const HW_OFFLOAD = 1 << 15;
    }
}

/// How long a connection lives without a packet: one field of the kernel with two meanings.
/// Kernel: `nf_conn.timeout`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Timeout {
    /// Before confirmation: a length of time that has not begun.
    Relative(Ticks),
    /// After it: the instant of expiry.
    Absolute(Jiffies),
}

impl Timeout {
    /// The 32 bits the kernel stores.
    pub const fn raw(self) -> u32 {
        match self {
            Timeout::Relative(ticks) => ticks.0,
            Timeout::Absolute(at) => at.0,
        }
    }
}

/// Who holds a reference. Every unit of `use` is named by one of these.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Owner {
    /// A lookup or an allocation that has not handed the reference to its packet yet.
    Lookup,
    /// A packet whose `_nfct` points here.
    Skb,
    /// The hash table, from confirmation to `nf_ct_delete`.
    Table,
    /// A child connection, through its `master` pointer.
    Child,
    /// Expiry on the way: gc_worker, or a walk that met an expired entry (`nf_ct_gc_expired`).
    Gc,
    /// `early_drop_list`, for the time of one attempt.
    EarlyDrop,
    /// A flush that stands at this entry (`get_next_corpse`).
    Flush,
    /// A netlink request by tuple, until it is answered.
    Netlink,
    /// The event worker: the table's reference, handed over because a DESTROY event could not be
    /// delivered.
    EventRetry,
}

impl Owner {
    /// How many kinds there are.
    pub const COUNT: usize = 9;
    /// Every kind, in the order in which pins are drawn.
    pub const ALL: [Owner; Owner::COUNT] = [
        Owner::Table,
        Owner::Skb,
        Owner::Lookup,
        Owner::Child,
        Owner::Gc,
        Owner::EarlyDrop,
        Owner::Flush,
        Owner::Netlink,
        Owner::EventRetry,
    ];
}

/// How many references each kind of owner holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct References([u16; Owner::COUNT]);

impl References {
    /// References of this kind.
    pub const fn of(&self, owner: Owner) -> u16 {
        self.0[owner as usize]
    }

    /// All references; equals `use`.
    pub fn total(&self) -> u32 {
        self.0.iter().map(|&n| u32::from(n)).sum()
    }

    pub(super) fn add(&mut self, owner: Owner) {
        self.0[owner as usize] = self.0[owner as usize].saturating_add(1);
    }

    pub(super) fn take(&mut self, owner: Owner) {
        let held = &mut self.0[owner as usize];
        assert!(
            *held > 0,
            "{owner:?} puts a reference that it does not hold"
        );
        *held -= 1;
    }
}

/// One of the two handles by which a connection hangs in the table.
/// Kernel: `struct nf_conntrack_tuple_hash`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TupleHash {
    /// The list node.
    pub node: Node,
    /// The key.
    pub tuple: Tuple,
}

/// Data of the layer 4 tracker (`union nf_conntrack_proto`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProtoState {
    /// Not initialised, or a protocol that keeps nothing.
    None,
    /// TCP.
    Tcp(TcpPrivate),
    /// UDP.
    Udp {
        /// From here on a flow counts as a stream: two seconds after its first packet.
        stream_ts: Jiffies,
    },
    /// SCTP.
    Sctp(SctpPrivate),
    /// DCCP, in 5.10.
    Dccp(DccpPrivate),
    /// GRE: the settings at the time when the entry was made.
    Gre {
        /// Time-out before an answer.
        timeout: Ticks,
        /// Time-out with an answer.
        stream_timeout: Ticks,
    },
}

// Entries are copied with every snapshot of the machine.
const _: () = assert!(size_of::<ProtoState>() <= 72);

/// What has become of the DESTROY event of a dying connection.
/// Kernel: `enum retry_state`, include/net/netfilter/nf_conntrack_ecache.h, v5.10.19.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum DestroyEvent {
    /// Not tried, or not needed.
    #[default]
    Unknown,
    /// The listener could not take it; the worker will try again.
    Failed,
    /// Delivered by the worker.
    Sent,
}

bitflags::bitflags! {
    /// Kinds of events, by the kernel's bit numbers (`enum ip_conntrack_events`).
    #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
    pub struct EventMask: u16 {
        /// Confirmed, without a master.
        const NEW = 1 << 0;
        /// Confirmed, with a master.
        const RELATED = 1 << 1;
        /// Deleted.
        const DESTROY = 1 << 2;
        /// The first reply.
        const REPLY = 1 << 3;
        /// ASSURED was set.
        const ASSURED = 1 << 4;
        /// The protocol's state changed.
        const PROTOINFO = 1 << 5;
        /// A helper is attached.
        const HELPER = 1 << 6;
        /// The mark changed.
        const MARK = 1 << 7;
    }
}

/// The ECACHE extension: events that wait for the confirm hook.
/// Kernel: `struct nf_conntrack_ecache`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Ecache {
    /// Cached, not yet delivered.
    pub cache: EventMask,
    /// Delivery failed; sent again with the next event.
    pub missed: EventMask,
    /// The DESTROY event's fate.
    pub destroy: DestroyEvent,
}

/// Packets and bytes of one direction (the ACCT extension).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counted {
    /// Packets.
    pub packets: u64,
    /// Bytes from the IP header on.
    pub bytes: u64,
}

/// Ticks since boot at confirm and at deletion (the TSTAMP extension).
/// Differs: a kernel stamps with the time of day, in nanoseconds.
pub type Stamps = (Option<u64>, Option<u64>);

/// Areas that few connections have.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Rare {
    /// ACCT, both directions, if `nf_conntrack_acct` was 1.
    pub acct: Option<[Counted; 2]>,
    /// TSTAMP, if `nf_conntrack_timestamp` was 1.
    pub tstamp: Option<Stamps>,
    /// TIMEOUT, if a rule gave it timeouts of its own.
    pub timeout: Option<Rc<Timeouts>>,
    /// SEQADJ, by [`Dir::index`], once NAT changed the length of its data.
    pub seqadj: Option<[SeqAdj; 2]>,
    /// HELPER, if it has one.
    pub helper: Option<Helper>,
    /// Its place in the by-source table of NAT, while it is there (`nat_bysource`).
    pub nat_bysource: bysource::Place,
    /// The NAT extension: the interface that it was masqueraded to, by its place in the namespace
    /// plus 1; 0 is none.
    pub masq_index: u8,
}

/// Optional areas behind `ct->ext`; each is there or not from creation on.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Extensions {
    /// ECACHE, by `nf_conntrack_events`.
    pub ecache: Option<Ecache>,
    /// The others, behind a pointer: a connection without them stays small.
    pub rare: Option<Box<Rare>>,
}

impl Extensions {
    /// Counters of both directions, if it has some.
    pub fn acct(&self) -> Option<[Counted; 2]> {
        self.rare.as_ref()?.acct
    }

    /// Stamps of start and end, if it has some.
    pub fn tstamp(&self) -> Option<Stamps> {
        self.rare.as_ref()?.tstamp
    }

    /// Its own timeouts, if it has some.
    pub fn timeout(&self) -> Option<&Timeouts> {
        self.rare.as_ref()?.timeout.as_deref()
    }

    pub(super) fn set_timeout(&mut self, timeouts: Rc<Timeouts>) {
        self.rare.get_or_insert_default().timeout = Some(timeouts);
    }

    /// How the numbers of both directions move, if they do.
    pub fn seqadj(&self) -> Option<[SeqAdj; 2]> {
        self.rare.as_ref()?.seqadj
    }

    /// The helper, if it has one.
    pub fn helper(&self) -> Option<Helper> {
        self.rare.as_ref()?.helper
    }

    pub(super) fn helper_mut(&mut self) -> Option<&mut Helper> {
        self.rare.as_mut()?.helper.as_mut()
    }

    /// Its place in the by-source table of NAT.
    pub fn bysource(&self) -> bysource::Place {
        self.rare
            .as_ref()
            .map_or_else(Default::default, |rare| rare.nat_bysource)
    }

    pub(super) fn bysource_mut(&mut self) -> &mut bysource::Place {
        &mut self.rare.get_or_insert_default().nat_bysource
    }

    /// The interface that it was masqueraded to, plus 1; 0 is none.
    pub fn masq_index(&self) -> u8 {
        self.rare.as_ref().map_or(0, |rare| rare.masq_index)
    }

    pub(super) fn acct_mut(&mut self) -> Option<&mut [Counted; 2]> {
        self.rare.as_mut()?.acct.as_mut()
    }

    pub(super) fn tstamp_mut(&mut self) -> Option<&mut Stamps> {
        self.rare.as_mut()?.tstamp.as_mut()
    }
}

/// A connection. Kernel: `struct nf_conn`, include/net/netfilter/nf_conntrack.h, v5.10.19.
///
/// Four cache lines: a walk over a chain touches the first two, each with a tuplehash and what
/// decides whether that is the one looked for.
#[derive(Clone, Debug)]
#[repr(C, align(128))]
pub struct NfConn {
    /// Original and reply, by [`Dir::index`].
    pub tuplehash: [TupleHash; 2],
    /// Relative until confirmed, then absolute.
    pub timeout: Timeout,
    /// Slot and number.
    pub id: ConnId,
    /// Bits that say what has happened to it.
    pub status: Status,
    /// `ct_general.use`.
    pub use_count: u32,
    /// Who holds these references.
    pub refs: References,
    /// CPU whose unconfirmed or dying list holds it.
    pub cpu: u8,
    /// Index of the owning namespace (`ct_net`).
    pub net: u8,
    /// Its zone.
    pub zone: Zone,
    /// User mark.
    pub mark: u32,
    /// Private data of the tracker.
    pub proto: ProtoState,
    /// Optional areas.
    pub ext: Extensions,
    /// The connection that expected this one.
    pub master: Option<ConnId>,
    /// It is being created, or moved between lists under the bucket locks, at this very step.
    pub moving: bool,
}

const _: () = assert!(size_of::<NfConn>() <= 256);

/// The stages of figure 6.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// Not in the table yet; in v5.10 on an unconfirmed list.
    Unconfirmed,
    /// In the table.
    Table,
    /// Deleted, held by somebody; in v5.10 on a dying list.
    Dying,
    /// Being created, moved or destroyed at this very step.
    Nowhere,
}

impl NfConn {
    /// The tuple of a direction.
    pub const fn tuple(&self, dir: Dir) -> &Tuple {
        &self.tuplehash[dir.index()].tuple
    }

    /// The list that a node hangs in.
    pub const fn list(&self, dir: Dir) -> Option<ListId> {
        self.tuplehash[dir.index()].node.list()
    }

    /// Where in its life it stands, read off its two nodes and, for one in no list, its status.
    pub fn place(&self) -> Place {
        match (self.list(Dir::Original), self.list(Dir::Reply)) {
            (Some(ListId::Unconfirmed { .. }), _) => Place::Unconfirmed,
            (Some(ListId::Dying { .. } | ListId::Undelivered { .. }), _) => Place::Dying,
            (Some(ListId::Bucket(_)), _) | (_, Some(ListId::Bucket(_))) => Place::Table,
            (None, _) if self.moving => Place::Nowhere,
            (None, _) if self.status.contains(Status::DYING) => Place::Dying,
            (None, _) => Place::Unconfirmed,
        }
    }

    /// The raw original hash saved in the reply node's memory while unconfirmed.
    pub const fn stashed_hash(&self) -> Option<RawHash> {
        match self.tuplehash[Dir::Reply.index()].node {
            Node::Stash(raw) => Some(RawHash(raw)),
            _ => None,
        }
    }

    /// `true` once the instant of expiry is reached; never before confirmation.
    /// Kernel: `nf_ct_is_expired`.
    pub const fn nf_ct_is_expired(&self, now: Jiffies) -> bool {
        match self.timeout {
            Timeout::Relative(_) => false,
            Timeout::Absolute(at) => !at.is_after(now),
        }
    }

    /// Time left, 0 once expired; the whole length while it has not begun.
    pub const fn nf_ct_expires(&self, now: Jiffies) -> Ticks {
        match self.timeout {
            Timeout::Relative(ticks) => ticks,
            Timeout::Absolute(at) => at.left(now),
        }
    }

    /// Expired, confirmed and not dying: ready to be killed.
    /// Kernel: `nf_ct_should_gc`.
    pub const fn nf_ct_should_gc(&self, now: Jiffies) -> bool {
        self.nf_ct_is_expired(now)
            && self.status.contains(Status::CONFIRMED)
            && !self.status.contains(Status::DYING)
    }
}

/// `ESTABLISHED`-like word for the state field of `conntrack -L`; empty if the protocol has none.
impl ProtoState {
    /// The state's name as the tools print it.
    pub const fn name(&self) -> Option<&'static str> {
        match self {
            ProtoState::Tcp(tcp) => Some(tcp.state.name()),
            ProtoState::Sctp(sctp) => Some(sctp.state.name()),
            ProtoState::Dccp(dccp) => Some(dccp.state.name()),
            ProtoState::None | ProtoState::Udp { .. } | ProtoState::Gre { .. } => None,
        }
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Owner::Lookup => "lookup",
            Owner::Skb => "skb",
            Owner::Table => "table",
            Owner::Child => "child",
            Owner::Gc => "gc",
            Owner::EarlyDrop => "early drop",
            Owner::Flush => "flush",
            Owner::Netlink => "netlink",
            Owner::EventRetry => "event retry",
        })
    }
}
