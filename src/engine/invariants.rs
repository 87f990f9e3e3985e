//! What must be true of the machine at every step, checked from the outside.

use super::conn::{NfConn, Owner, Status, Timeout};
use super::extract::nf_ct_invert_tuple;
use super::nulls::{DYING_NULLS, Link, ListId, Next, Node, NodeRef, UNCONFIRMED_NULLS};
use super::slab::ConnId;
use super::state::Conntrack;
use super::tuple::Dir;

/// A broken promise.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Violation {
    /// A node is not on the list it says, or a list holds a node that says otherwise.
    ListMembership(ListId, NodeRef),
    /// A list's end marker carries another list's number.
    WrongNulls(ListId, u32),
    /// A list leads to a slot that holds nothing.
    FreedReachable(ListId, u32),
    /// A bucket's chain is said to have other than it has: said, found.
    ChainLength(u32, u32, u32),
    /// Confirmed and not dying, but not in two buckets.
    ConfirmedNotHashed(ConnId),
    /// Unconfirmed, but in a bucket.
    UnconfirmedHashed(ConnId),
    /// A node hangs in another bucket than its tuple's.
    WrongBucket(ConnId, Dir),
    /// `use` is not the number of named references.
    UseNotNamed(ConnId, u32, u32),
    /// So many packets point here, and so many references are said to be theirs.
    SkbReferences(ConnId, u32, u32),
    /// The same for children.
    ChildReferences(ConnId, u32, u32),
    /// The table's reference is there without membership, or the other way round.
    TableReference(ConnId),
    /// A living connection with no reference and no work being done on it.
    NoReference(ConnId),
    /// Not in the table, and in v5.10 on no list, or in v6.18 on a list without an event to be
    /// delivered, or on none with one.
    Pending(ConnId),
    /// A packet points to a connection that is gone.
    DanglingSkb(super::skb::SkbId),
    /// The timeout is a length although the entry is confirmed, or an instant although it is not.
    TimeoutKind(ConnId),
    /// A namespace counts other than there is: counted, found.
    Count(u8, u32, u32),
    /// In the by-source table without source NAT decided, or the other way round, or in the wrong
    /// chain of it.
    BySource(ConnId),
    /// The by-source table leads to a slot that holds nothing.
    BySourceFreed(u32),
    /// An address differs that no NAT bit accounts for, or confirmed NAT has no decision.
    NatStatus(ConnId),
}

/// The checks that [`Violation`]s belong to, as the page names them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Check {
    /// `use` equals the named references, and each of them is really there.
    References,
    /// Confirmed means two buckets, unconfirmed means none.
    Hashed,
    /// Each node hangs in the list, and the bucket, that it should.
    Lists,
    /// Relative before confirmation, absolute after.
    Timeouts,
    /// Counts are right, and nothing leads to freed memory.
    Memory,
    /// Where the reply is not the mirror of the original, NAT said so; who has a source decided is
    /// in the by-source table.
    Nat,
}

impl Check {
    /// All checks.
    pub const ALL: [Check; 6] = [
        Check::References,
        Check::Hashed,
        Check::Lists,
        Check::Timeouts,
        Check::Memory,
        Check::Nat,
    ];
}

impl Violation {
    /// The check that failed.
    pub const fn check(&self) -> Check {
        match self {
            Violation::ListMembership(..)
            | Violation::WrongNulls(..)
            | Violation::Pending(_)
            | Violation::WrongBucket(..) => Check::Lists,
            Violation::ConfirmedNotHashed(_) | Violation::UnconfirmedHashed(_) => Check::Hashed,
            Violation::UseNotNamed(..)
            | Violation::SkbReferences(..)
            | Violation::ChildReferences(..)
            | Violation::TableReference(_)
            | Violation::NoReference(_) => Check::References,
            Violation::TimeoutKind(_) => Check::Timeouts,
            Violation::FreedReachable(..)
            | Violation::ChainLength(..)
            | Violation::DanglingSkb(_)
            | Violation::Count(..) => Check::Memory,
            Violation::BySource(_) | Violation::BySourceFreed(_) | Violation::NatStatus(_) => {
                Check::Nat
            }
        }
    }
}

impl Conntrack {
    /// Everything that is not as it must be; empty if all is well. Meant for any step, also in the
    /// middle of a command: an entry that is being moved under the bucket locks may be between two
    /// lists.
    pub fn check_invariants(&self) -> Vec<Violation> {
        let mut found = Vec::new();
        let mut on_lists = 0;
        for list in self.lists() {
            on_lists += self.check_list(list, &mut found);
        }
        let mut linked = 0;
        for conn in self.conns.iter() {
            linked += Dir::BOTH
                .iter()
                .filter(|dir| conn.list(**dir).is_some())
                .count();
            self.check_conn(conn, &mut found);
        }
        if on_lists != linked {
            // Some node says it is on a list that does not lead to it.
            for conn in self.conns.iter() {
                for dir in Dir::BOTH {
                    let node = NodeRef {
                        slot: conn.id.slot,
                        dir,
                    };
                    if let Some(list) = conn.list(dir)
                        && !self.walk(list).take(on_lists + 1).any(|at| at == node)
                    {
                        found.push(Violation::ListMembership(list, node));
                    }
                }
            }
        }
        self.check_by_source(&mut found);
        self.check_skbs(&mut found);
        for (net, netns) in (0..).zip(&self.nets) {
            let living = self.conns.iter().filter(|conn| conn.net == net).count() as u32;
            let awaited = u32::from(self.allocating);
            if netns.count != living && netns.count != living + awaited {
                found.push(Violation::Count(net, netns.count, living));
            }
        }
        found
    }

    /// What is not as it must be about these connections, the chains that they hang in, the packets
    /// and the counts: what [`Conntrack::check_invariants`] says, as far as it can be said without
    /// a look at all connections.
    pub fn check_around(&self, conns: impl IntoIterator<Item = ConnId>) -> Vec<Violation> {
        let mut found = Vec::new();
        for conn in conns.into_iter().filter_map(|id| self.conns.get(id)) {
            for dir in Dir::BOTH {
                if let Some(list @ ListId::Bucket(_)) = conn.list(dir) {
                    self.check_list(list, &mut found);
                    let node = NodeRef {
                        slot: conn.id.slot,
                        dir,
                    };
                    if !self.walk(list).any(|at| at == node) {
                        found.push(Violation::ListMembership(list, node));
                    }
                }
            }
            self.check_conn(conn, &mut found);
            self.check_source_place(conn, &mut found);
        }
        self.check_skbs(&mut found);
        let (counted, living) = (self.count(), self.conns.len() as u32);
        if counted != living && counted != living + u32::from(self.allocating) {
            found.push(Violation::Count(self.net, counted, living));
        }
        found
    }

    fn check_skbs(&self, found: &mut Vec<Violation>) {
        for skb in &self.skbs {
            if skb.nfct.is_some_and(|id| self.conns.get(id).is_none()) {
                found.push(Violation::DanglingSkb(skb.id));
            }
        }
    }

    /// Every list there is.
    fn lists(&self) -> impl Iterator<Item = ListId> {
        let buckets = (0..self.table.size()).map(ListId::Bucket);
        let pcpu = (0..self.nets.len() as u8).flat_map(|net| {
            (0..self.config.cpus)
                .flat_map(move |cpu| [ListId::Unconfirmed { net, cpu }, ListId::Dying { net, cpu }])
        });
        let undelivered = (0..self.nets.len() as u8).map(|net| ListId::Undelivered { net });
        buckets.chain(pcpu).chain(undelivered)
    }

    /// Follows a list from head to end marker; says how many nodes it has.
    fn check_list(&self, list: ListId, found: &mut Vec<Violation>) -> usize {
        let expected = match list {
            ListId::Bucket(bucket) => bucket,
            ListId::Unconfirmed { .. } => UNCONFIRMED_NULLS,
            ListId::Dying { .. } | ListId::Undelivered { .. } => DYING_NULLS,
        };
        let limit = 2 * self.conns.len();
        let (mut link, mut before, mut nodes) = (self.head(list), Node::HEAD, 0);
        loop {
            let node = match link.next() {
                Next::Nulls(value) => {
                    if value != expected {
                        found.push(Violation::WrongNulls(list, value));
                    }
                    if let ListId::Bucket(bucket) = list
                        && self.table.length(bucket) as usize != nodes
                    {
                        let said = self.table.length(bucket);
                        found.push(Violation::ChainLength(bucket, said, nodes as u32));
                    }
                    return nodes;
                }
                Next::Node(node) => node,
            };
            let Some(conn) = self.conns.at(node.slot) else {
                found.push(Violation::FreedReachable(list, node.slot));
                return nodes;
            };
            match conn.tuplehash[node.dir.index()].node {
                Node::Linked {
                    list: says,
                    next,
                    prev,
                } if says.list() == list && prev == before => {
                    link = next;
                }
                _ => {
                    found.push(Violation::ListMembership(list, node));
                    return nodes;
                }
            }
            nodes += 1;
            if nodes > limit {
                found.push(Violation::ListMembership(list, node));
                return nodes;
            }
            before = Link::to(node);
        }
    }

    fn check_conn(&self, conn: &NfConn, found: &mut Vec<Violation>) {
        let id = conn.id;
        let confirmed = conn.status.contains(Status::CONFIRMED);
        let dying = conn.status.contains(Status::DYING);
        let hashed = |dir| matches!(conn.list(dir), Some(ListId::Bucket(_)));
        let clash = conn.status.contains(Status::NAT_CLASH);
        let both = (hashed(Dir::Original) || clash) && hashed(Dir::Reply);
        let any = hashed(Dir::Original) || hashed(Dir::Reply);
        if !conn.moving {
            // Between DYING and the unlinking a delete may stop to send its event.
            if confirmed && !dying && !both {
                found.push(Violation::ConfirmedNotHashed(id));
            }
            let table = conn.refs.of(Owner::Table);
            if table != u16::from(confirmed && (any || !dying)) && !(dying && table == 1) {
                found.push(Violation::TableReference(id));
            }
            if conn.use_count == 0 {
                found.push(Violation::NoReference(id));
            }
            if !any && conn.list(Dir::Original).is_some() != self.pending_list_due(conn) {
                found.push(Violation::Pending(id));
            }
        }
        if !confirmed && any && !conn.moving {
            found.push(Violation::UnconfirmedHashed(id));
        }
        for dir in Dir::BOTH {
            if let Some(ListId::Bucket(bucket)) = conn.list(dir)
                && bucket != self.bucket_of(conn, dir)
            {
                found.push(Violation::WrongBucket(id, dir));
            }
        }
        self.check_references(conn, found);
        self.check_nat(conn, found);
        let started = matches!(conn.timeout, Timeout::Absolute(_));
        if started != confirmed && !conn.moving {
            found.push(Violation::TimeoutKind(id));
        }
    }

    /// `true` if an entry outside the table must be on a list: in v5.10 always, in v6.18 while the
    /// event worker holds it.
    fn pending_list_due(&self, conn: &NfConn) -> bool {
        self.has_pending_lists() || conn.refs.of(Owner::EventRetry) > 0
    }

    /// The two halves of the reply that a NAT bit must account for, and a decision for each bit.
    fn check_nat(&self, conn: &NfConn, found: &mut Vec<Violation>) {
        let Some(mirror) = nf_ct_invert_tuple(conn.tuple(Dir::Original)) else {
            return;
        };
        let (src, dst) = (Status::SRC_NAT, Status::DST_NAT);
        let changed = !mirror.nf_ct_tuple_equal(conn.tuple(Dir::Reply));
        let told = conn.status.intersects(src | dst);
        let decided = (!conn.status.contains(src) || conn.status.contains(Status::SRC_NAT_DONE))
            && (!conn.status.contains(dst) || conn.status.contains(Status::DST_NAT_DONE));
        // The bit follows the tuple, and the decision the bit, each by a step.
        if conn.status.contains(Status::CONFIRMED) && (changed != told || !decided) {
            found.push(Violation::NatStatus(conn.id));
        }
    }

    fn check_references(&self, conn: &NfConn, found: &mut Vec<Violation>) {
        let id = conn.id;
        let named = conn.refs.total();
        if conn.use_count != named {
            found.push(Violation::UseNotNamed(id, conn.use_count, named));
        }
        let skbs = self.skbs.iter().filter(|skb| skb.nfct == Some(id)).count() as u32;
        let said = u32::from(conn.refs.of(Owner::Skb));
        if skbs != said {
            found.push(Violation::SkbReferences(id, skbs, said));
        }
        let said = u32::from(conn.refs.of(Owner::Child));
        // Nobody has children unless somebody says so: looking for them costs a pass.
        let children = if said == 0 {
            0
        } else {
            self.conns
                .iter()
                .filter(|child| child.master == Some(id))
                .count() as u32
        };
        if children != said {
            found.push(Violation::ChildReferences(id, children, said));
        }
    }
}
