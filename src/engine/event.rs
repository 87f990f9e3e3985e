//! What `conntrack -E` hears.

use super::conn::{EventMask, Status, Timeout};
use super::slab::ConnId;
use super::time::{Jiffies, Ticks};
use super::tuple::Tuple;

/// Messages that the listener keeps, for `conntrack -E` as a person sees it; older ones are gone.
pub const HEARD_MAX: usize = 200;

/// The kind of a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EventKind {
    /// A connection was confirmed.
    New,
    /// Something about it changed.
    Update,
    /// It was deleted.
    Destroy,
    /// A connection is expected from now on.
    ExpNew,
    /// It is not expected any more.
    ExpDestroy,
}

/// One message, as much of the connection as it carries.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    /// Messages so far, this one included.
    pub seq: u32,
    /// When it was sent.
    pub at: Jiffies,
    /// New, update or destroy.
    pub kind: EventKind,
    /// Everything that happened since the last message.
    pub bits: EventMask,
    /// Of which connection; an expectation's master.
    pub conn: ConnId,
    /// Index of its namespace.
    pub net: u8,
    /// Its tuples, original and reply.
    pub tuples: [Tuple; 2],
    /// Its status bits.
    pub status: Status,
    /// Time left; absent in a DESTROY message of v5.10, and of v6.18 below a second.
    pub left: Option<Ticks>,
    /// The protocol's state, if it is part of the message.
    pub state: Option<&'static str>,
    /// The tracker's private data, where [`Event::state`] is part of the message.
    pub proto: Option<super::conn::ProtoState>,
    /// Counters of both directions, in a DESTROY message of an entry that has them.
    pub counted: Option<[super::conn::Counted; 2]>,
    /// Ticks since boot at start and stop, in a DESTROY message of an entry that has them.
    pub stamps: Option<super::conn::Stamps>,
    /// User mark, if there is one or it changed.
    pub mark: Option<u32>,
    /// Its zone.
    pub zone: super::zone::Zone,
    /// The helper, in a message about a connection that has one and lives.
    pub helper: Option<super::rules::HelperName>,
    /// The original tuple of its master, in the first message about an expected connection.
    pub master: Option<Tuple>,
    /// The timeout field as it stood.
    pub timeout: Timeout,
    /// What is expected, in the two messages about that.
    pub expect: Option<Box<super::expect::ExpectTold>>,
}
