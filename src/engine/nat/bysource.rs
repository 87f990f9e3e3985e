//! Connections by the source of their original tuple, so that one source keeps one mapping.

use crate::engine::chunks::Chunks;
use crate::engine::conn::{NfConn, Status};
use crate::engine::hash::{RawHash, jhash2};
use crate::engine::invariants::Violation;
use crate::engine::slab::ConnId;
use crate::engine::state::Conntrack;
use crate::engine::tuple::{Dir, Tuple};

/// "No slot".
const NONE: u32 = u32::MAX;
/// "Not in the table".
const OUTSIDE: u32 = u32::MAX - 1;

/// A place in a chain of the table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// The slot of the next one, [`NONE`] behind the last, [`OUTSIDE`] if it is in no chain.
    next: u32,
    /// The slot of the one before, [`NONE`] at the head.
    prev: u32,
}

impl Default for Place {
    fn default() -> Place {
        Place {
            next: OUTSIDE,
            prev: NONE,
        }
    }
}

impl Place {
    /// `true` in a chain.
    pub const fn linked(self) -> bool {
        self.next != OUTSIDE
    }
}

/// The table: the slot of the first connection of each chain. It is made with the first
/// connection that comes in, as large as the connection table is then, and keeps that size.
/// Kernel: `nf_nat_bysource`, net/netfilter/nf_nat_core.c, v5.10.19.
#[derive(Clone, Debug, Default)]
pub struct BySource {
    heads: Chunks<u32, 1024>,
}

impl BySource {
    /// Bytes that it takes and `other` does not share.
    pub fn bytes_beside(&self, other: Option<&BySource>) -> usize {
        self.heads.bytes_beside(other.map(|other| &other.heads))
    }

    fn head_mut(&mut self, chain: usize) -> &mut u32 {
        self.heads
            .get_mut(chain)
            .expect("a hash is scaled to the size of the table")
    }
}

impl Conntrack {
    /// The chain of a source. Only which connections share one depends on the hash, and that
    /// decides nothing, so both kernels' ways are one here.
    /// Kernel: `hash_by_src`, net/netfilter/nf_nat_core.c, v5.10.19.
    fn hash_by_src(&self, net: u8, tuple: &Tuple) -> usize {
        let [a, b, c, d] = tuple.src.u3.words();
        let last = u32::from(tuple.src.u.swap_bytes()) | (tuple.src.l3num as u32) << 16;
        let seed = self.config.seed ^ self.nets[usize::from(net)].hash_mix;
        let raw = jhash2(&[a, b, c, d, last], seed ^ u32::from(tuple.dst.protonum));
        RawHash(raw).scale(self.nat.by_source.heads.len() as u32) as usize
    }

    /// Puts a connection at the head of its source's chain.
    pub(in crate::engine) fn link_by_source(&mut self, id: ConnId) {
        if self.nat.by_source.heads.is_empty() {
            self.nat.by_source.heads = Chunks::from_fn(self.table.size() as usize, |_| NONE);
        }
        let conn = &self.conns[id];
        let chain = self.hash_by_src(conn.net, conn.tuple(Dir::Original));
        let next = core::mem::replace(self.nat.by_source.head_mut(chain), id.slot);
        *self.conns[id].ext.bysource_mut() = Place { next, prev: NONE };
        if let Some(after) = self.conns.at_mut(next) {
            after.ext.bysource_mut().prev = id.slot;
        }
    }

    /// Takes a connection out, if it is in.
    /// Kernel: `nf_nat_cleanup_conntrack`, net/netfilter/nf_nat_core.c, v5.10.19.
    pub(in crate::engine) fn nf_nat_cleanup_conntrack(&mut self, id: ConnId) {
        if !self.conns[id].ext.bysource().linked() {
            return;
        }
        let place = core::mem::take(self.conns[id].ext.bysource_mut());
        match self.conns.at_mut(place.prev) {
            Some(before) => before.ext.bysource_mut().next = place.next,
            None => {
                let conn = &self.conns[id];
                let chain = self.hash_by_src(conn.net, conn.tuple(Dir::Original));
                *self.nat.by_source.head_mut(chain) = place.next;
            }
        }
        if let Some(after) = self.conns.at_mut(place.next) {
            after.ext.bysource_mut().prev = place.prev;
        }
    }

    /// The connections of the chain that a source belongs to, newest first.
    pub(super) fn chain_by_source(&self, net: u8, tuple: &Tuple) -> impl Iterator<Item = ConnId> {
        let head = match self.nat.by_source.heads.len() {
            0 => NONE,
            _ => self.nat.by_source.heads[self.hash_by_src(net, tuple)],
        };
        let first = self.conns.at(head);
        core::iter::successors(first, |conn| self.conns.at(conn.ext.bysource().next))
            .map(|conn| conn.id)
    }

    /// Chains of the table, and the connections in each that is not empty, newest first. The
    /// number of chains is 0 until somebody is in it.
    pub fn by_source(&self) -> (u32, impl Iterator<Item = (u32, Vec<ConnId>)>) {
        let heads = &self.nat.by_source.heads;
        let chains = (0..).zip(heads.iter()).filter(|(_, head)| **head != NONE);
        let chains = chains.map(|(chain, &head)| {
            let first = self.conns.at(head);
            let after = |conn: &&NfConn| self.conns.at(conn.ext.bysource().next);
            let conns = core::iter::successors(first, after);
            (chain, conns.map(|conn| conn.id).collect())
        });
        (heads.len() as u32, chains)
    }

    /// One connection is in the table if its source NAT is decided.
    pub(in crate::engine) fn check_source_place(&self, conn: &NfConn, found: &mut Vec<Violation>) {
        let done = conn.status.contains(Status::SRC_NAT_DONE);
        if conn.ext.bysource().linked() != done && !conn.moving {
            found.push(Violation::BySource(conn.id));
        }
    }

    /// Who has source NAT decided is in the table, in its source's chain, and nobody else.
    pub(in crate::engine) fn check_by_source(&self, found: &mut Vec<Violation>) {
        let mut linked = 0;
        for conn in self.conns.iter() {
            self.check_source_place(conn, found);
            linked += usize::from(conn.ext.bysource().linked());
        }
        for (chain, &head) in self.nat.by_source.heads.iter().enumerate() {
            let (mut at, mut before) = (head, NONE);
            while at != NONE {
                let Some(conn) = self.conns.at(at) else {
                    found.push(Violation::BySourceFreed(at));
                    break;
                };
                let place = conn.ext.bysource();
                let own = self.hash_by_src(conn.net, conn.tuple(Dir::Original));
                if !place.linked() || place.prev != before || own != chain || linked == 0 {
                    found.push(Violation::BySource(conn.id));
                    break;
                }
                linked -= 1;
                (before, at) = (at, place.next);
            }
        }
        if linked != 0 {
            found.extend(
                self.conns
                    .iter()
                    .find(|conn| conn.ext.bysource().linked())
                    .map(|conn| Violation::BySource(conn.id)),
            );
        }
    }
}
