//! Linking and unlinking: the table's chains, and in v5.10 the unconfirmed and dying lists.
//! [Figures 4, 6]
//! Kernel: hlist_nulls_add_head_rcu, hlist_nulls_del_rcu, include/linux/rculist_nulls.h.

use super::nulls::{Link, ListId, ListTag, Next, Node, NodeRef, Walk};
use super::probe::Probe;
use super::profile::Difference;
use super::slab::ConnId;
use super::state::Conntrack;
use super::step::Step;
use super::tuple::Dir;

impl Conntrack {
    /// The head of a list.
    pub fn head(&self, list: ListId) -> Link {
        let pcpu = |net: u8, cpu: u8| &self.nets[usize::from(net)].pcpu[usize::from(cpu)];
        match list {
            ListId::Bucket(bucket) => self.table.head(bucket),
            ListId::Unconfirmed { net, cpu } => pcpu(net, cpu).unconfirmed,
            ListId::Dying { net, cpu } => pcpu(net, cpu).dying,
            ListId::Undelivered { net } => self.nets[usize::from(net)].undelivered,
        }
    }

    fn head_mut(&mut self, list: ListId) -> &mut Link {
        let (net, cpu) = match list {
            ListId::Bucket(bucket) => return self.table.head_mut(bucket),
            ListId::Undelivered { net } => return &mut self.nets[usize::from(net)].undelivered,
            ListId::Unconfirmed { net, cpu } | ListId::Dying { net, cpu } => (net, cpu),
        };
        let pcpu = &mut self.nets[usize::from(net)].pcpu[usize::from(cpu)];
        match list {
            ListId::Dying { .. } => &mut pcpu.dying,
            ListId::Bucket(_) | ListId::Unconfirmed { .. } | ListId::Undelivered { .. } => {
                &mut pcpu.unconfirmed
            }
        }
    }

    /// The nodes of a list, from its head on.
    pub fn walk(&self, list: ListId) -> Walk<'_> {
        Walk::new(&self.conns, self.head(list))
    }

    /// The nodes of a list, copied, for loops that change it.
    pub(super) fn nodes(&self, list: ListId) -> Vec<NodeRef> {
        self.walk(list).collect()
    }

    fn node_mut(&mut self, node: NodeRef) -> &mut Node {
        let conn = self
            .conns
            .at_mut(node.slot)
            .expect("a linked node lies in a connection");
        &mut conn.tuplehash[node.dir.index()].node
    }

    /// Puts a node at the head of a list.
    pub(super) fn link(&mut self, id: ConnId, dir: Dir, list: ListId) {
        let at = NodeRef { slot: id.slot, dir };
        let next = core::mem::replace(self.head_mut(list), Link::to(at));
        if let ListId::Bucket(bucket) = list {
            self.table.grown(bucket);
        }
        if let Next::Node(follower) = next.next()
            && let Node::Linked { prev, .. } = self.node_mut(follower)
        {
            *prev = Link::to(at);
        }
        self.conns[id].tuplehash[dir.index()].node = Node::Linked {
            list: ListTag::of(list),
            next,
            prev: Node::HEAD,
        };
    }

    /// Takes a node out of the list it is in, and says which that was. A node in no list stays as
    /// it is.
    pub(super) fn unlink(&mut self, id: ConnId, dir: Dir) -> Option<ListId> {
        let node = &mut self.conns[id].tuplehash[dir.index()].node;
        let Node::Linked { list, next, prev } = *node else {
            return None;
        };
        *node = Node::Detached;
        let list = list.list();
        if let ListId::Bucket(bucket) = list {
            self.table.shrunk(bucket);
        }
        match prev.node() {
            None => *self.head_mut(list) = next,
            Some(before) => {
                if let Node::Linked { next: link, .. } = self.node_mut(before) {
                    *link = next;
                }
            }
        }
        if let Next::Node(follower) = next.next()
            && let Node::Linked { prev: back, .. } = self.node_mut(follower)
        {
            *back = prev;
        }
        Some(list)
    }

    /// `true` if unconfirmed and dying entries are on lists of their CPU.
    pub(super) fn has_pending_lists(&self) -> bool {
        !self.profile().since(Difference::NoPendingLists)
    }

    /// [Figure 4, (4)] The original node goes to the head of this CPU's unconfirmed list. v6.18 has
    /// no such list: the entry is known to its packet alone.
    pub(super) fn nf_ct_add_to_unconfirmed_list<P: Probe>(
        &mut self,
        id: ConnId,
        cpu: u8,
        probe: &mut P,
    ) {
        if !self.has_pending_lists() {
            return;
        }
        let conn = &mut self.conns[id];
        conn.cpu = cpu;
        let list = ListId::Unconfirmed { net: conn.net, cpu };
        self.link(id, Dir::Original, list);
        probe.step(self, || Step::ListAdded { conn: id, list });
    }

    /// The original node goes to the head of this CPU's dying list, which v6.18 has not.
    pub(super) fn nf_ct_add_to_dying_list<P: Probe>(&mut self, id: ConnId, probe: &mut P) {
        if !self.has_pending_lists() {
            return;
        }
        let cpu = self.cpu;
        let conn = &mut self.conns[id];
        conn.cpu = cpu;
        let list = ListId::Dying { net: conn.net, cpu };
        self.link(id, Dir::Original, list);
        probe.step(self, || Step::ListAdded { conn: id, list });
    }

    /// The original node goes to the head of its namespace's list of undelivered events.
    /// Kernel: `nf_ct_delete`, net/netfilter/nf_conntrack_core.c, v6.18.
    pub(super) fn add_to_undelivered_list<P: Probe>(&mut self, id: ConnId, probe: &mut P) {
        let list = ListId::Undelivered {
            net: self.conns[id].net,
        };
        self.link(id, Dir::Original, list);
        probe.step(self, || Step::ListAdded { conn: id, list });
    }

    /// The original node leaves the list it waits in, if it is in one.
    pub(super) fn nf_ct_del_from_dying_or_unconfirmed_list<P: Probe>(
        &mut self,
        id: ConnId,
        probe: &mut P,
    ) {
        match self.conns[id].list(Dir::Original) {
            Some(
                ListId::Unconfirmed { .. } | ListId::Dying { .. } | ListId::Undelivered { .. },
            ) => {}
            Some(ListId::Bucket(_)) | None => return,
        }
        let destroyed = self.conns[id].use_count == 0;
        if let Some(list) = self.unlink(id, Dir::Original) {
            probe.step(self, || Step::ListRemoved {
                conn: id,
                list,
                destroyed,
            });
        }
    }
}
