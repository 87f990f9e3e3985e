//! Lists whose nodes lie inside the connections and whose end says which list it is.
//! Kernel: `struct hlist_nulls_node`, include/linux/list_nulls.h, v5.10.19.

use super::slab::Slab;
use super::tuple::Dir;
use core::fmt;

/// The address of a list node: one of the two tuplehashes of the connection in a slot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NodeRef {
    /// Slot of the connection.
    pub slot: u32,
    /// Which of its two nodes.
    pub dir: Dir,
}

/// What a list head or a node's `next` holds: the next node, or with the lowest bit set the end
/// marker ("nulls") that carries the number of the list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Link(u32);

/// A [`Link`] taken apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Next {
    /// Another node follows.
    Node(NodeRef),
    /// The end of the list with this number.
    Nulls(u32),
}

impl Link {
    /// The end marker of a list. `value` is a bucket index, or [`UNCONFIRMED_NULLS`], or
    /// [`DYING_NULLS`].
    pub const fn nulls(value: u32) -> Link {
        Link(value << 1 | 1)
    }

    /// A link to a node.
    pub const fn to(node: NodeRef) -> Link {
        Link((node.slot << 1 | node.dir as u32) << 1)
    }

    /// The word as it is stored: the lowest bit says that it is an end marker.
    pub const fn raw(self) -> u32 {
        self.0
    }

    /// What the link leads to.
    pub const fn next(self) -> Next {
        if self.0 & 1 == 1 {
            return Next::Nulls(self.0 >> 1);
        }
        let dir = if self.0 & 2 == 0 {
            Dir::Original
        } else {
            Dir::Reply
        };
        Next::Node(NodeRef {
            slot: self.0 >> 2,
            dir,
        })
    }

    /// The node it leads to, `None` at the end.
    pub const fn node(self) -> Option<NodeRef> {
        match self.next() {
            Next::Node(node) => Some(node),
            Next::Nulls(_) => None,
        }
    }
}

/// End marker of every unconfirmed list. Kernel: `UNCONFIRMED_NULLS_VAL`.
pub const UNCONFIRMED_NULLS: u32 = 1 << 30;
/// End marker of every dying list, and in v6.18 of every list of undelivered events. Kernel:
/// `DYING_NULLS_VAL`.
pub const DYING_NULLS: u32 = (1 << 30) + 1;

/// Names a list that a node can hang in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ListId {
    /// A chain of the hash table.
    Bucket(u32),
    /// The unconfirmed list of a namespace on a CPU.
    Unconfirmed {
        /// Index of the namespace.
        net: u8,
        /// The CPU.
        cpu: u8,
    },
    /// The dying list of a namespace on a CPU.
    Dying {
        /// Index of the namespace.
        net: u8,
        /// The CPU.
        cpu: u8,
    },
    /// A namespace's list of dying connections whose DESTROY event is still to be delivered, all
    /// that v6.18 has left of the two above.
    /// Kernel: `nf_conntrack_net_ecache.dying_list`, include/net/netfilter/nf_conntrack.h, v6.18.
    Undelivered {
        /// Index of the namespace.
        net: u8,
    },
}

impl fmt::Display for ListId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ListId::Bucket(bucket) => write!(f, "bucket {bucket}"),
            ListId::Unconfirmed { cpu, .. } => write!(f, "unconfirmed list of CPU {cpu}"),
            ListId::Dying { cpu, .. } => write!(f, "dying list of CPU {cpu}"),
            ListId::Undelivered { .. } => f.write_str("list of undelivered events"),
        }
    }
}

/// A [`ListId`] in three bytes, so that a node takes twelve: two bits of kind, then the bucket, or
/// namespace and CPU.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ListTag([u8; 3]);

impl ListTag {
    const KIND: u32 = 22;

    /// Packs the name of a list. A bucket is below [`super::config::BUCKETS_MAX`].
    pub const fn of(list: ListId) -> ListTag {
        let word = match list {
            ListId::Bucket(bucket) => bucket,
            ListId::Unconfirmed { net, cpu } => 1 << ListTag::KIND | (net as u32) << 8 | cpu as u32,
            ListId::Dying { net, cpu } => 2 << ListTag::KIND | (net as u32) << 8 | cpu as u32,
            ListId::Undelivered { net } => 3 << ListTag::KIND | (net as u32) << 8,
        };
        let [_, a, b, c] = word.to_be_bytes();
        ListTag([a, b, c])
    }

    /// The name.
    pub const fn list(self) -> ListId {
        let [a, b, c] = self.0;
        let word = u32::from_be_bytes([0, a, b, c]);
        match word >> ListTag::KIND {
            0 => ListId::Bucket(word),
            1 => ListId::Unconfirmed { net: b, cpu: c },
            2 => ListId::Dying { net: b, cpu: c },
            _ => ListId::Undelivered { net: b },
        }
    }
}

const _: () = assert!(super::config::BUCKETS_MAX < 1 << ListTag::KIND);
const _: () = assert!(size_of::<Node>() == 12);

/// Where a node hangs, one of a node's four lives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Node {
    /// In no list.
    Detached,
    /// In no list; the memory of `pprev` holds the raw hash of the original tuple instead (the
    /// reply node of an unconfirmed connection).
    Stash(u32),
    /// In no list, but made to look linked, so that a later unlink does no harm (the original node
    /// after a clash was resolved by inserting the reply node alone).
    Fake,
    /// In a list.
    Linked {
        /// Which one.
        list: ListTag,
        /// What follows.
        next: Link,
        /// The node before; the nulls marker [`Node::HEAD`] right behind the head. The kernel's
        /// `pprev` points at that node's `next`, or at the head.
        prev: Link,
    },
}

impl Node {
    /// What `prev` of the first node of a list holds.
    pub const HEAD: Link = Link::nulls(0);

    /// The list it hangs in.
    pub const fn list(&self) -> Option<ListId> {
        match *self {
            Node::Linked { list, .. } => Some(list.list()),
            Node::Detached | Node::Stash(_) | Node::Fake => None,
        }
    }
}

/// Walks a list from its head, node by node.
#[derive(Clone, Debug)]
pub struct Walk<'a> {
    slab: &'a Slab,
    link: Link,
}

impl<'a> Walk<'a> {
    /// From this head on.
    pub fn new(slab: &'a Slab, head: Link) -> Walk<'a> {
        Walk { slab, link: head }
    }

    /// The link that the walk stands at; after the last node the end marker.
    pub fn link(&self) -> Link {
        self.link
    }
}

impl Iterator for Walk<'_> {
    type Item = NodeRef;

    fn next(&mut self) -> Option<NodeRef> {
        let node = self.link.node()?;
        let conn = self.slab.at(node.slot)?;
        let Node::Linked { next, .. } = conn.tuplehash[node.dir.index()].node else {
            return None;
        };
        self.link = next;
        Some(node)
    }
}
