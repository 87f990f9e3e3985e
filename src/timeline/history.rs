//! Every command that was ever run, as a tree. A node stands for one moment of one history: its
//! path to the root says everything, so whatever is derived from a node never goes stale.

use super::trace::{About, Summary};
use crate::engine::Config;
use crate::scenario::Line;
use std::rc::Rc;

/// Names a node of the tree.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct NodeId(u32);

/// The end of a command, or a fresh machine.
#[derive(Clone, Debug)]
struct Node {
    /// The command before; `None` for a fresh machine.
    parent: Option<NodeId>,
    what: What,
    /// Commands from the root on.
    depth: u32,
    /// Steps from the root to the end of this command.
    changes: u32,
    /// Phases from the root to the end of this command.
    phases: u32,
    /// The connections that this command's summary is about.
    about: About,
}

#[derive(Clone, Debug)]
enum What {
    Root(Rc<Root>),
    Command(Rc<Line>, Rc<Summary>),
}

/// What a history begins with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Root {
    pub config: Config,
    pub title: String,
}

/// The tree.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    nodes: Vec<Node>,
}

impl History {
    fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    fn add(&mut self, node: Node) -> NodeId {
        self.nodes.push(node);
        NodeId(self.nodes.len() as u32 - 1)
    }

    /// A fresh machine.
    pub fn plant(&mut self, config: Config, title: String) -> NodeId {
        let what = What::Root(Rc::new(Root { config, title }));
        self.add(Node {
            parent: None,
            what,
            depth: 0,
            changes: 0,
            phases: 0,
            about: About::default(),
        })
    }

    /// One command more.
    pub fn grow(&mut self, parent: NodeId, line: Rc<Line>, summary: Rc<Summary>) -> NodeId {
        let before = self.node(parent);
        let (depth, changes) = (before.depth + 1, before.changes + summary.steps);
        let phases = before.phases + summary.phases;
        let about = summary.about;
        let what = What::Command(line, summary);
        self.add(Node {
            parent: Some(parent),
            what,
            depth,
            changes,
            phases,
            about,
        })
    }

    /// So many nodes will come.
    pub fn reserve(&mut self, nodes: usize) {
        self.nodes.reserve(nodes);
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The command before, `None` at a root.
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.node(id).parent
    }

    /// Commands from the root to here.
    pub fn depth(&self, id: NodeId) -> u32 {
        self.node(id).depth
    }

    /// Steps from the root to here.
    pub fn changes(&self, id: NodeId) -> u32 {
        self.node(id).changes
    }

    /// Phases from the root to here.
    pub fn phases(&self, id: NodeId) -> u32 {
        self.node(id).phases
    }

    /// The command that ends here, `None` at a root.
    pub fn line(&self, id: NodeId) -> Option<&Rc<Line>> {
        match &self.node(id).what {
            What::Root(_) => None,
            What::Command(line, _) => Some(line),
        }
    }

    /// That command may be about connection `cN`.
    pub fn is_about(&self, id: NodeId, number: u32) -> bool {
        self.node(id).about.has(number)
    }

    /// What is known of that command, if it may be about connection `cN`.
    pub fn summary_about(&self, id: NodeId, number: u32) -> Option<&Summary> {
        let node = self.node(id);
        match &node.what {
            What::Command(_, summary) if node.about.has(number) => Some(summary),
            What::Command(..) | What::Root(_) => None,
        }
    }

    /// What is known of that command.
    pub fn summary(&self, id: NodeId) -> Option<&Rc<Summary>> {
        match &self.node(id).what {
            What::Root(_) => None,
            What::Command(_, summary) => Some(summary),
        }
    }

    /// What a root begins with, `None` for any other node.
    pub fn root(&self, id: NodeId) -> Option<&Rc<Root>> {
        match &self.node(id).what {
            What::Root(root) => Some(root),
            What::Command(..) => None,
        }
    }

    /// Every node from the root to here.
    pub fn path(&self, tip: NodeId) -> Vec<NodeId> {
        let mut path = Vec::with_capacity(self.depth(tip) as usize + 1);
        let mut at = Some(tip);
        while let Some(id) = at {
            path.push(id);
            at = self.node(id).parent;
        }
        path.reverse();
        path
    }

    /// The tree with this path only, and the path's new names.
    pub fn pruned(&self, path: &[NodeId]) -> (History, Vec<NodeId>) {
        let mut kept = History::default();
        let mut renamed: Vec<NodeId> = Vec::with_capacity(path.len());
        for &id in path {
            let parent = renamed.last().copied();
            renamed.push(kept.add(Node {
                parent,
                ..self.node(id).clone()
            }));
        }
        (kept, renamed)
    }
}
