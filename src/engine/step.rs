//! Everything that can be seen happening inside the machine, in the order of the article's
//! figures. A step holds ids and numbers, no words; `view::narrate` says them.

use super::answer::Answer;
use super::conn::{EventMask, Owner, Status, Timeout};
use super::defrag::FragmentFault;
use super::expect::ExpectEnd;
use super::hash::HashKey;
use super::helper::ftp::Found;
use super::hooks::Station;
use super::nat::Manip;
use super::nulls::{ListId, NodeRef};
use super::proto::Reason;
use super::proto::dccp::{DccpRole, DccpState, DccpType};
use super::proto::sctp::SctpState;
use super::proto::tcp::{Ignored, PacketKind, TcpState, WindowCheck};
use super::rules::HelperName;
use super::skb::{CtInfo, SkbId};
use super::slab::ConnId;
use super::stats::Counter;
use super::sysctl::Sysctl;
use super::time::{Jiffies, Ticks};
use super::tuple::{Dir, Tuple, TupleField};

pub use super::step_meta::{Meta, Phase};

/// Why a node that a lookup stands at is, or is not, the one looked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Compared {
    /// Everything fits.
    Match,
    /// The tuple differs, first in this field.
    Differs(TupleField),
    /// The tuple fits, the zone does not.
    OtherZone,
    /// The tuple fits, the namespace does not.
    OtherNet,
    /// The tuple fits, the connection is not confirmed.
    Unconfirmed,
    /// The connection is expired; it is killed on the way and not compared.
    Expired,
}

/// Who walks a chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Walker {
    /// A packet looks for its connection (`nf_conntrack_find_get`).
    Lookup,
    /// Confirm looks for a duplicate of this tuple.
    Confirm,
    /// An ICMP error looks for the connection that it is about.
    IcmpError,
}

/// Why a packet ends here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DropCause {
    /// Asked for with the packet, or by a person while it waited.
    Asked,
    /// A rule; its place among the rules of the namespace, from 0.
    Rule(u32),
    /// No room for a new connection.
    TableFull,
    /// The tracker's own verdict.
    Tracker,
    /// A rule that has its sender told so; its place, as above.
    Rejected(u32),
    /// A fragment that does not fit the others, or has no room.
    Fragment(FragmentFault),
    /// No interface leads to its destination.
    NoRoute,
    /// It says to come from where it cannot come from, or goes where nobody may send.
    Martian,
    /// Its hop limit is used up.
    HopLimit,
    /// It is too large for the next device, and not to be cut.
    TooBig,
    /// The helper cannot do without the packet's other half, or may not expect what it announces.
    Helper,
    /// Confirm lost against an entry that was there already.
    ClashLost,
    /// The connection was deleted before it was confirmed.
    DyingAtConfirm,
    /// Confirm met a chain longer than it would search.
    ChainTooLong,
    /// NAT: the interface has no address to give.
    NatNoAddress,
    /// NAT: a masqueraded connection takes another interface now.
    NatOifChanged,
    /// NAT: an ICMP redirect about a connection that is translated.
    NatRedirect,
    /// NAT: a header is cut off.
    NatUnreadable,
    /// The sequence numbers could not be adjusted.
    SeqAdjust,
}

/// Why a connection is deleted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DeleteCause {
    /// Its time ran out, found by gc_worker or by a walk.
    Expired,
    /// `conntrack -D`.
    Asked,
    /// `conntrack -F`.
    Flush,
    /// Sacrificed for a new one.
    EarlyDrop,
    /// Spared no longer by gc_worker, after the table was full: unassured, or closing.
    GcEarlyDrop,
    /// A TCP reset before any reply.
    TcpReset,
    /// A TCP SYN that opens anew.
    TcpReopen,
    /// A DCCP reset before any reply.
    DccpReset,
    /// Its masqueraded packets take another interface now.
    NatOifChanged,
    /// It was closing, and NAT gave its port to a new one.
    NatPort,
}

/// A step. The state that belongs to it is the one right after it happened. Fields are named after
/// what they hold; `skb`, `conn` and `bucket` say whose step it is.
#[allow(missing_docs)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    // A packet comes in.
    /// A packet enters the machine, `len` bytes.
    PacketEnters { skb: SkbId, len: u16 },
    /// It reaches a hook.
    HookEntered { skb: SkbId, hook: Station },
    /// It is a fragment, and not all of its datagram is there: it is taken off its way. It holds
    /// `len` bytes from `offset` on; `more`: others follow.
    FragmentQueued {
        skb: SkbId,
        offset: u16,
        len: u16,
        more: bool,
    },
    /// It completed its datagram, and goes on as the whole, `len` bytes.
    Reassembled { skb: SkbId, pieces: u16, len: u16 },
    /// The fragments of a datagram are thrown away.
    FragmentsFreed { pieces: u16, expired: bool },
    /// The main conntrack hook found a connection (or UNTRACKED) on it already.
    AlreadyTracked { skb: SkbId },
    /// The layer 4 header was found, `offset` bytes from the IP header.
    L4Found {
        skb: SkbId,
        protonum: u8,
        offset: u16,
    },
    /// An ICMP error message was checked before tracking.
    IcmpErrorChecked { skb: SkbId, inner: Option<Tuple> },

    // Figure 3: lookup.
    /// (1) The tuple was read out of the packet.
    TupleBuilt { skb: SkbId, tuple: Tuple },
    /// (2) The raw hash of a tuple, and what went in beside it.
    HashComputed {
        tuple: Tuple,
        raw: u32,
        key: HashKey,
    },
    /// (3) The raw hash was scaled to the table.
    BucketChosen { raw: u32, size: u32, bucket: u32 },
    /// (4) A node was compared, the `nth` of this walk from 1.
    NodeCompared {
        by: Walker,
        bucket: u32,
        node: NodeRef,
        conn: ConnId,
        nth: u32,
        compared: Compared,
    },
    /// (5) This node is it; its direction is the packet's.
    Found { conn: ConnId, dir: Dir, bucket: u32 },
    /// (5) The end marker was reached: no such connection.
    NotFound {
        by: Walker,
        bucket: u32,
        compared: u32,
    },
    /// (6) The packet points to its connection now (`nf_ct_set`).
    SkbAttached {
        skb: SkbId,
        conn: ConnId,
        ctinfo: CtInfo,
    },

    /// The packet is marked as one not to be tracked.
    SkbUntracked { skb: SkbId },

    // Figure 4: a new connection.
    /// (1) The packet's tuple becomes the original one.
    TupleReused { tuple: Tuple },
    /// (2) The reply tuple was made from it.
    TupleInverted { reply: Tuple },
    /// The tuple has no inverse: nothing is created.
    NotInvertible { tuple: Tuple },
    /// (3) An object was allocated and filled; `count` is the namespace's new number of entries.
    ConnAllocated { conn: ConnId, count: u32 },
    /// Optional areas were added.
    ExtensionsAdded {
        conn: ConnId,
        acct: bool,
        tstamp: bool,
        ecache: bool,
    },
    /// Its master expects this connection: it is the master's child from now on.
    Expected {
        conn: ConnId,
        master: ConnId,
        expect: u32,
    },
    /// Nobody expects this connection.
    NotExpected { conn: ConnId },
    /// (4) A node was added at the head of an unconfirmed or dying list.
    ListAdded { conn: ConnId, list: ListId },

    // References.
    /// `use` went up to `left`.
    RefTaken { conn: ConnId, by: Owner, left: u32 },
    /// A reference changed hands, `use` did not change.
    RefPassed {
        conn: ConnId,
        from: Owner,
        to: Owner,
    },
    /// `use` went down to `left`.
    RefDropped { conn: ConnId, by: Owner, left: u32 },

    // Layer 4.
    /// The tracker of the connection's protocol looks at the packet.
    TrackerCalled {
        skb: SkbId,
        conn: ConnId,
        protonum: u8,
    },
    /// TCP: the packet's kind and the cell of the state table that decides.
    TcpLookedUp {
        conn: ConnId,
        dir: Dir,
        kind: PacketKind,
        from: TcpState,
        cell: &'static str,
    },
    /// TCP: the state changed.
    TcpStateSet {
        conn: ConnId,
        from: TcpState,
        to: TcpState,
    },
    /// TCP: the segment was compared with what the other side can be waiting for.
    WindowChecked {
        conn: ConnId,
        dir: Dir,
        checked: WindowCheck,
    },
    /// TCP: the packet passes without any change.
    TcpIgnored {
        conn: ConnId,
        kind: PacketKind,
        why: Ignored,
    },
    /// SCTP: what the table says of a chunk, by its type; `to` is `None` if it is invalid.
    SctpChunk {
        conn: ConnId,
        dir: Dir,
        chunk: u8,
        from: SctpState,
        to: Option<SctpState>,
    },
    /// SCTP: packets of this direction must have this tag from now on.
    SctpTagSet { conn: ConnId, dir: Dir, tag: u32 },
    /// SCTP: the packet passes, and the time goes on.
    SctpIgnored { conn: ConnId },
    /// DCCP: the packet's type, its sender's role and the cell of the state table that decides.
    DccpLookedUp {
        conn: ConnId,
        role: DccpRole,
        kind: DccpType,
        from: DccpState,
        cell: &'static str,
    },
    /// DCCP: the sender of this direction is the client from now on.
    DccpRoles { conn: ConnId, client: Dir },
    /// DCCP: the state changed.
    DccpStateSet {
        conn: ConnId,
        from: DccpState,
        to: DccpState,
    },
    /// DCCP: the packet passes without any change.
    DccpIgnored { conn: ConnId, kind: DccpType },
    /// GRE: the new entry took the two settings along.
    GreTimeoutsKept {
        conn: ConnId,
        timeout: Ticks,
        stream_timeout: Ticks,
    },
    /// The tracker found fault.
    TrackerRefused {
        skb: SkbId,
        conn: ConnId,
        reason: Reason,
    },
    /// The packet is invalid; it goes on without a connection.
    PacketInvalid { skb: SkbId, reason: Reason },
    /// A status bit was set.
    StatusSet { conn: ConnId, bit: Status },
    /// The timeout was set.
    TimeoutSet {
        conn: ConnId,
        old: Timeout,
        new: Timeout,
    },
    /// Packet and bytes were counted.
    Accounted { conn: ConnId, dir: Dir, bytes: u32 },
    /// An event waits for the confirm hook.
    EventCached { conn: ConnId, bit: EventMask },
    /// The tracker wants the packet tracked again from the start.
    TrackAgain { skb: SkbId },
    /// A counter of `conntrack -S` went up by `by`.
    CounterRaised { counter: Counter, by: u32, cpu: u8 },

    // Between the hooks.
    /// The rules of a hook were asked, and let the packet pass.
    RulesPassed {
        skb: SkbId,
        hook: Station,
        rule: Option<u32>,
    },
    /// A rule that fits did something to the packet or its connection.
    RuleActed {
        skb: SkbId,
        hook: Station,
        rule: u32,
    },
    /// A connection has timeouts of its own from now on.
    PolicyAttached { conn: ConnId },
    /// The mark of a connection changed.
    MarkSet { conn: ConnId, old: u32, new: u32 },
    /// NAT was decided for one half: by this rule, or by none.
    NatDecided {
        conn: ConnId,
        manip: Manip,
        rule: Option<u32>,
    },
    /// NAT looked for a tuple, and another connection has it.
    NatTupleTaken { conn: ConnId, other: ConnId },
    /// NAT tried so many ports, or identifiers, ending with this one; `found`: it is free.
    NatPortsTried {
        conn: ConnId,
        tries: u32,
        port: u16,
        found: bool,
    },
    /// The reply tuple is another one now.
    NatReplyChanged {
        conn: ConnId,
        old: Tuple,
        new: Tuple,
    },
    /// The connection is in the by-source table.
    BysourceLinked { conn: ConnId },
    /// One half of the packet was rewritten; `quote`: and the packet in it that it quotes.
    PacketRewritten {
        skb: SkbId,
        conn: ConnId,
        manip: Manip,
        quote: bool,
    },
    /// The length of the data of this direction changed by so many bytes, from `seq` on.
    SeqOffsetSet {
        conn: ConnId,
        dir: Dir,
        seq: u32,
        by: i32,
    },
    /// The packet's sequence and acknowledgement numbers were moved by so much.
    SeqAdjusted {
        skb: SkbId,
        conn: ConnId,
        seq: i32,
        ack: i32,
    },
    /// The packet's destination address decided its way: to this machine, or on by an interface.
    Routed { skb: SkbId, path: super::skb::Path },
    /// Its hop limit went down by one.
    HopCounted { skb: SkbId, left: u8 },
    /// It leaves in so many fragments.
    Fragmented { skb: SkbId, pieces: u16 },
    /// This machine makes a packet of its own because of another one.
    AnswerMade {
        skb: SkbId,
        because: SkbId,
        answer: Answer,
    },
    /// The packet waits here.
    Held { skb: SkbId, at: Station },
    /// It goes on.
    Released { skb: SkbId, at: Station },
    /// It is dropped here.
    Dropped {
        skb: SkbId,
        at: Station,
        cause: DropCause,
    },
    /// It left by the driver, or reached a socket (`nf_reset_ct`).
    PacketLeaves { skb: SkbId, path: super::skb::Path },
    /// The packet's memory is freed.
    SkbFreed { skb: SkbId },

    // Figure 5: confirm.
    /// The help-and-confirm hook looks at the packet.
    ConfirmCalled { skb: SkbId, conn: Option<ConnId> },
    /// Nothing to confirm: a reply, or confirmed before.
    ConfirmSkipped { skb: SkbId, conn: ConnId },
    /// (1) Both buckets are known: the original hash was saved, the reply hash is new.
    BucketsReady {
        conn: ConnId,
        original: u32,
        reply: u32,
    },
    /// The bucket locks are held, lower index first.
    BucketsLocked { first: u32, second: u32 },
    /// (2) A node left an unconfirmed or dying list; `destroyed`: its connection is on its way out.
    ListRemoved {
        conn: ConnId,
        list: ListId,
        destroyed: bool,
    },
    /// The DYING bit was looked at.
    DyingChecked { conn: ConnId, dying: bool },
    /// The timeout became an instant: `now` was added.
    TimeoutStarted {
        conn: ConnId,
        from: Ticks,
        to: Jiffies,
    },
    // (3) is StatusSet with CONFIRMED.
    /// (4) A node was put at the head of a bucket.
    HashInserted { conn: ConnId, dir: Dir, bucket: u32 },
    /// The bucket locks are free again.
    BucketsUnlocked { first: u32, second: u32 },
    /// An equal tuple is in the table already.
    ClashFound {
        conn: ConnId,
        other: ConnId,
        dir: Dir,
    },
    /// v6.18: more nodes than `limit` came before one that is not it; confirm gives up.
    ChainTooLong {
        conn: ConnId,
        bucket: u32,
        nodes: u32,
        limit: u32,
    },
    /// Resolved: the packet belongs to the other connection from now on.
    ClashMerged { conn: ConnId, into: ConnId },
    /// Resolved: only the reply node goes in, for one second.
    ClashInserted { conn: ConnId },
    /// Not resolved.
    ClashLost { conn: ConnId },

    // Helpers and expectations.
    /// The connection has a helper from now on.
    HelperAttached { conn: ConnId, helper: HelperName },
    /// The helper looks at a packet.
    HelperCalled {
        skb: SkbId,
        conn: ConnId,
        helper: HelperName,
    },
    /// FTP: what the helper read in a line.
    FtpRead {
        skb: SkbId,
        conn: ConnId,
        found: Found,
    },
    /// A connection is expected from now on.
    ExpectCreated { expect: u32, master: ConnId },
    /// It is not expected any more.
    ExpectRemoved {
        expect: u32,
        master: ConnId,
        end: ExpectEnd,
    },
    /// A message about an expectation was delivered.
    ExpectEventSent { expect: u32, seq: u32 },

    // Events.
    /// One message with these bits was delivered; `seq` counts messages from 1.
    EventSent {
        conn: ConnId,
        bits: EventMask,
        seq: u32,
    },
    /// It could not be delivered.
    EventFailed { conn: ConnId, bits: EventMask },
    /// The event worker was put on the clock.
    EventRetryDue { at: Jiffies },
    /// The event worker looked at a dying list.
    EventRetryRan { delivered: u32, left: u32 },

    // Figure 6: the end.
    /// A connection is to be deleted.
    DeleteCalled { conn: ConnId, cause: DeleteCause },
    /// Another one is deleting it already.
    DeleteRefused { conn: ConnId },
    /// A node left its bucket.
    HashRemoved { conn: ConnId, dir: Dir, bucket: u32 },
    /// The last reference is gone.
    Destroyed { conn: ConnId },
    /// The object is free; `count` is the namespace's new number of entries.
    Freed { conn: ConnId, count: u32 },

    // Timeouts and gc.
    /// The clock went on.
    ClockAdvanced { by: Ticks, now: Jiffies },
    /// gc_worker starts with the bucket after `after`, to do `goal` of them.
    GcStarted { after: u32, goal: u32 },
    /// It looked at a bucket.
    GcBucket { bucket: u32, nodes: u32 },
    /// It found an expired entry.
    GcFound { conn: ConnId },
    /// It is done; `scanned` counts nodes. Next run after `next`.
    GcEnded {
        last: u32,
        scanned: u32,
        expired: u32,
        next: Ticks,
    },
    /// So many runs in a row found nothing; told as one step. `last` is the bucket they ended at.
    GcIdle {
        runs: u32,
        buckets: u64,
        last: u32,
        until: Jiffies,
    },

    // A full table.
    /// The limit is passed: somebody must go.
    TableFull { count: u32, max: u32 },
    /// early_drop looked at a bucket.
    EarlyDropBucket { bucket: u32, dropped: u32 },

    // A flood.
    /// So many packets of a flood came so far, so many of them were dropped, and so many entries
    /// are there then.
    Flooded {
        packets: u32,
        dropped: u32,
        entries: u32,
    },

    // A request for an entry.
    /// Somebody asks for an entry with these tuples, as `conntrack -I` does.
    EntryAsked { original: Tuple, reply: Tuple },
    /// The new entry has everything that the request says; CONFIRMED, but in no bucket yet.
    EntryFilled { conn: ConnId },

    // Resize.
    /// All locks are held, a table of `to` buckets is there.
    ResizeStarted { from: u32, to: u32 },
    /// The new table is in use; every node went from the old chains, first node first, to the head
    /// of its new one.
    ResizeEnded { size: u32, nodes: u32 },

    // Settings.
    /// A setting has a new value.
    SysctlSet { key: Sysctl, old: u32, new: u32 },
    /// Another setting of the bench changed: hold, listener, namespace, CPU, rules, gc.
    Configured,
    /// The command could not be done.
    Refused,
}
