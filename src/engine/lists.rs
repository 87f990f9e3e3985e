//! Linking and unlinking: the table's chains and the unconfirmed and dying lists. [Figures 4, 6]
//! Kernel: hlist_nulls_add_head_rcu, hlist_nulls_del_rcu, include/linux/rculist_nulls.h.

use super::nulls::{Link, ListId, Next, Node, NodeRef, Walk};
use super::probe::Probe;
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
        }
    }

    fn head_mut(&mut self, list: ListId) -> &mut Link {
        let (net, cpu) = match list {
            ListId::Bucket(bucket) => return self.table.head_mut(bucket),
            ListId::Unconfirmed { net, cpu } | ListId::Dying { net, cpu } => (net, cpu),
        };
        let pcpu = &mut self.nets[usize::from(net)].pcpu[usize::from(cpu)];
        match list {
            ListId::Dying { .. } => &mut pcpu.dying,
            ListId::Bucket(_) | ListId::Unconfirmed { .. } => &mut pcpu.unconfirmed,
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
        if let Next::Node(follower) = next.next()
            && let Node::Linked { prev, .. } = self.node_mut(follower)
        {
            *prev = Some(at);
        }
        self.conns[id].tuplehash[dir.index()].node = Node::Linked {
            list,
            next,
            prev: None,
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
        match prev {
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

    /// [Figure 4, (4)] The original node goes to the head of this CPU's unconfirmed list.
    pub(super) fn nf_ct_add_to_unconfirmed_list<P: Probe>(
        &mut self,
        id: ConnId,
        cpu: u8,
        probe: &mut P,
    ) {
        let conn = &mut self.conns[id];
        conn.cpu = cpu;
        let list = ListId::Unconfirmed { net: conn.net, cpu };
        self.link(id, Dir::Original, list);
        probe.step(self, || Step::ListAdded { conn: id, list });
    }

    /// The original node goes to the head of this CPU's dying list.
    pub(super) fn nf_ct_add_to_dying_list<P: Probe>(&mut self, id: ConnId, probe: &mut P) {
        let cpu = self.cpu;
        let conn = &mut self.conns[id];
        conn.cpu = cpu;
        let list = ListId::Dying { net: conn.net, cpu };
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
            Some(ListId::Unconfirmed { .. } | ListId::Dying { .. }) => {}
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
