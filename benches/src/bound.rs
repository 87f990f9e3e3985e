//! The least that such a table can cost: objects of 256 bytes with two nodes each, chains, the
//! same hash, and no protocol logic at all.
//!
//! A lookup hashes the tuple, walks the chain, and writes one field of what it finds. It stands
//! in every row that has something to be compared with, measured in the same rounds.

use ctscope::engine::hash::{HashKey, hash_conntrack_raw};
use ctscope::engine::tuple::Tuple;

const NONE: u32 = u32::MAX;

/// One direction: the key and the link to the next node of its chain.
#[derive(Clone, Copy)]
struct Node {
    tuple: Tuple,
    next: u32,
}

/// An object of 256 bytes, whatever it holds.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Object {
    nodes: [Node; 2],
    timeout: u32,
    rest: [u8; 256 - 4 - 2 * size_of::<Node>()],
}

const _: () = assert!(size_of::<Object>() == 256);

/// The table.
pub struct Bound {
    heads: Vec<u32>,
    objects: Vec<Object>,
}

impl Bound {
    /// An empty table of this many buckets, with room for `flows` objects.
    pub fn new(buckets: u32, flows: u32) -> Bound {
        Bound {
            heads: vec![NONE; buckets as usize],
            objects: Vec::with_capacity(flows as usize),
        }
    }

    /// Objects in it.
    pub fn len(&self) -> usize {
        self.objects.len()
    }

    /// `true` if nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    fn bucket(&self, tuple: &Tuple) -> usize {
        let key = HashKey::Jhash { seed: 0x1234_5678 };
        hash_conntrack_raw(tuple, key).scale(self.heads.len() as u32) as usize
    }

    fn find(&self, bucket: usize, tuple: &Tuple) -> Option<u32> {
        let mut at = self.heads[bucket];
        while at != NONE {
            let node = &self.objects[(at >> 1) as usize].nodes[(at & 1) as usize];
            if node.tuple.nf_ct_tuple_equal(tuple) {
                return Some(at);
            }
            at = node.next;
        }
        None
    }

    /// Finds a tuple and writes to its object; says whether it was there.
    pub fn hit(&mut self, tuple: &Tuple, now: u32) -> bool {
        let found = self.find(self.bucket(tuple), tuple);
        if let Some(at) = found {
            self.objects[(at >> 1) as usize].timeout = now;
        }
        found.is_some()
    }

    /// Looks for both tuples, finds neither, and puts an object in by both.
    pub fn insert(&mut self, original: &Tuple, reply: &Tuple) {
        let buckets = [self.bucket(original), self.bucket(reply)];
        let tuples = [*original, *reply];
        let index = self.objects.len() as u32;
        if (0..2).any(|dir| self.find(buckets[dir], &tuples[dir]).is_some()) {
            return;
        }
        let mut object = Object {
            nodes: tuples.map(|tuple| Node { tuple, next: NONE }),
            timeout: 0,
            rest: [0; _],
        };
        for (dir, bucket) in (0..).zip(buckets) {
            object.nodes[dir as usize].next = self.heads[bucket];
            self.heads[bucket] = index << 1 | dir;
        }
        self.objects.push(object);
    }

    /// Walks every chain once and reads every object's timeout; the sum keeps it from being left
    /// out.
    pub fn sweep(&self) -> u64 {
        let mut sum = 0;
        for &head in &self.heads {
            let mut at = head;
            while at != NONE {
                let object = &self.objects[(at >> 1) as usize];
                sum += u64::from(object.timeout) + u64::from(object.rest[0]);
                at = object.nodes[(at & 1) as usize].next;
            }
        }
        sum
    }
}
