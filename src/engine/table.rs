//! The hash table: buckets, each the head of a chain. [Figures 2, 3, 5]

use super::chunks::Chunks;
use super::nulls::Link;
use core::fmt;

/// Heads of a chunk: 4 kB.
const CHUNK: usize = 1024;

/// One table for the whole machine (`nf_conntrack_hash`).
#[derive(Clone)]
pub struct Table {
    heads: Chunks<Link, CHUNK>,
    /// How many nodes each chain has. The kernel does not keep that; who looks at a large table
    /// cannot walk all of it each time.
    lengths: Chunks<u32, CHUNK>,
    nodes: u32,
    /// Changes by two with every resize (`nf_conntrack_generation`).
    pub generation: u32,
}

impl Table {
    /// An empty table; every chain ends in the number of its bucket.
    pub(super) fn new(buckets: u32) -> Table {
        let size = buckets as usize;
        Table {
            heads: Chunks::from_fn(size, |bucket| Link::nulls(bucket as u32)),
            lengths: Chunks::from_fn(size, |_| 0),
            nodes: 0,
            generation: 0,
        }
    }

    /// Number of buckets, at least 1.
    pub fn size(&self) -> u32 {
        self.heads.len() as u32
    }

    /// The head of a chain. `bucket` is below [`Table::size`].
    pub fn head(&self, bucket: u32) -> Link {
        self.heads[bucket as usize]
    }

    /// Nodes of a chain; 0 if there is no such bucket.
    pub fn length(&self, bucket: u32) -> u32 {
        self.lengths.get(bucket as usize).copied().unwrap_or(0)
    }

    /// Nodes of every chain, from bucket 0 on.
    pub fn lengths(&self) -> impl Iterator<Item = u32> {
        self.lengths.iter().copied()
    }

    /// The same in portions, which are quicker to go through.
    pub fn lengths_in_parts(&self) -> impl Iterator<Item = &[u32]> {
        self.lengths.shared_with(None).map(|(_, lengths)| lengths)
    }

    /// Nodes of all chains.
    pub fn nodes(&self) -> u32 {
        self.nodes
    }

    pub(super) fn head_mut(&mut self, bucket: u32) -> &mut Link {
        self.heads
            .get_mut(bucket as usize)
            .expect("a bucket is below the size of its table")
    }

    /// A node more in a chain.
    pub(super) fn grown(&mut self, bucket: u32) {
        if let Some(length) = self.lengths.get_mut(bucket as usize) {
            *length += 1;
            self.nodes += 1;
        }
    }

    /// A node less.
    pub(super) fn shrunk(&mut self, bucket: u32) {
        if let Some(length) = self.lengths.get_mut(bucket as usize) {
            *length -= 1;
            self.nodes -= 1;
        }
    }

    /// Bytes of heads and lengths that `other` does not share.
    pub fn bytes_beside(&self, other: Option<&Table>) -> usize {
        self.heads.bytes_beside(other.map(|other| &other.heads))
            + self.lengths.bytes_beside(other.map(|other| &other.lengths))
    }
}

/// Lengths follow from the rest, and [`super::invariants::Violation::ChainLength`] says so: what is
/// printed, and with it [`super::Conntrack::digest`], has what a kernel has.
impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table")
            .field("heads", &self.heads)
            .field("generation", &self.generation)
            .finish()
    }
}
