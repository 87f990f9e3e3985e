//! The hash table: buckets, each the head of a chain. [Figures 2, 3, 5]

use super::nulls::Link;

/// One table for the whole machine (`nf_conntrack_hash`).
#[derive(Clone, Debug)]
pub struct Table {
    heads: Vec<Link>,
    /// Changes by two with every resize (`nf_conntrack_generation`).
    pub generation: u32,
}

impl Table {
    /// An empty table; every chain ends in the number of its bucket.
    pub(super) fn new(buckets: u32) -> Table {
        Table {
            heads: (0..buckets).map(Link::nulls).collect(),
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

    pub(super) fn head_mut(&mut self, bucket: u32) -> &mut Link {
        &mut self.heads[bucket as usize]
    }

    /// Bytes the heads take.
    pub fn bytes(&self) -> usize {
        self.heads.len() * size_of::<Link>()
    }
}
