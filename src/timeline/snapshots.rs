//! Machines kept so that going somewhere need not begin at the beginning. A pure cache: what it
//! holds can be had again from the log.

use super::history::NodeId;
use super::trace::Trace;
use crate::engine::Conntrack;
use core::ops::Bound;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

/// Commands between two snapshots, as long as the budget allows.
const SPACING: u32 = 32;
/// Bytes that snapshots may take.
const BUDGET: usize = 64 << 20;
/// Machines inside commands that are remembered.
const RECENT_MAX: usize = 12;
/// Bytes that those may take; two are remembered in any case.
const RECENT_BUDGET: usize = 16 << 20;
/// Traces that are remembered.
const TRACES_MAX: usize = 4;

#[derive(Clone, Debug)]
struct Snapshot {
    depth: u32,
    /// Bytes that it does not share with the one before it in the order of their names.
    bytes: usize,
    machine: Rc<Conntrack>,
    /// It takes long to come here again: it stays while others are thinned out.
    dear: bool,
}

/// Bytes of machines that come one after the other, beside one that is there in any case. Each
/// shares with its neighbour what did not change between them.
fn bytes_of<'a>(
    beside: Option<&'a Conntrack>,
    machines: impl Iterator<Item = &'a Rc<Conntrack>>,
) -> usize {
    let mut before = beside;
    machines
        .map(|machine| machine.bytes_beside(before.replace(machine)))
        .sum()
}

/// The cache.
#[derive(Clone, Debug)]
pub(super) struct Snapshots {
    kept: BTreeMap<NodeId, Snapshot>,
    bytes: usize,
    spacing: u32,
    /// The end of the newest command.
    tip: Option<NodeId>,
    recent: VecDeque<(NodeId, u32, Rc<Conntrack>)>,
    traces: VecDeque<(NodeId, Rc<Trace>)>,
}

impl Default for Snapshots {
    fn default() -> Snapshots {
        Snapshots {
            kept: BTreeMap::new(),
            bytes: 0,
            spacing: SPACING,
            tip: None,
            recent: VecDeque::new(),
            traces: VecDeque::new(),
        }
    }
}

impl Snapshots {
    /// `true` if the end of a command at this depth is worth keeping.
    pub fn wants(&self, depth: u32) -> bool {
        depth.is_multiple_of(self.spacing)
    }

    /// Machines kept, and their bytes.
    pub fn size(&self) -> (usize, usize) {
        (self.kept.len(), self.bytes)
    }

    /// The machine at the end of a command, if it is here.
    pub fn end(&self, node: NodeId) -> Option<Rc<Conntrack>> {
        let kept = self.kept.get(&node).map(|kept| kept.machine.clone());
        kept.or_else(|| self.inside(node, END))
    }

    /// Keeps the machine at the end of a command.
    pub fn keep(&mut self, node: NodeId, depth: u32, machine: Rc<Conntrack>, dear: bool) {
        self.forget(node);
        let bytes = 0;
        self.kept.insert(
            node,
            Snapshot {
                depth,
                bytes,
                machine,
                dear,
            },
        );
        self.weigh(node);
        self.weigh_follower(node);
        self.thin();
    }

    /// Reckons anew what a snapshot takes beside the one before it.
    fn weigh(&mut self, node: NodeId) {
        let before = self.kept.range(..node).next_back();
        let before = before.map(|(_, kept)| kept.machine.clone());
        if let Some(kept) = self.kept.get_mut(&node) {
            self.bytes -= kept.bytes;
            kept.bytes = kept.machine.bytes_beside(before.as_deref());
            self.bytes += kept.bytes;
        }
    }

    fn weigh_follower(&mut self, node: NodeId) {
        let beyond = (Bound::Excluded(node), Bound::Unbounded);
        if let Some((&follower, _)) = self.kept.range(beyond).next() {
            self.weigh(follower);
        }
    }

    /// Keeps machines of a run that was just added, in its order: none that is kept comes behind
    /// them.
    pub fn keep_all(&mut self, run: Vec<(NodeId, SetAside)>) {
        for (node, aside) in run {
            let SetAside {
                depth,
                machine,
                dear,
                bytes,
            } = aside;
            self.forget(node);
            self.bytes += bytes;
            self.kept.insert(
                node,
                Snapshot {
                    depth,
                    bytes,
                    machine,
                    dear,
                },
            );
        }
        self.thin();
    }

    /// The same for the newest command, whatever its number.
    pub fn keep_tip(&mut self, node: NodeId, depth: u32, machine: Rc<Conntrack>, dear: bool) {
        if let Some(old) = self.tip.replace(node)
            && old != node
            && self
                .kept
                .get(&old)
                .is_some_and(|kept| !kept.dear && !self.wants(kept.depth))
        {
            self.forget(old);
        }
        self.keep(node, depth, machine, dear);
    }

    fn forget(&mut self, node: NodeId) {
        if let Some(old) = self.kept.remove(&node) {
            self.bytes -= old.bytes;
            self.weigh_follower(node);
        }
    }

    /// Drops every second one, oldest included, until the rest fits; in the end also those that are
    /// dear.
    fn thin(&mut self) {
        while self.bytes > BUDGET && self.kept.len() > 1 {
            let wider = self.spacing.saturating_mul(2);
            let last_resort = wider == self.spacing;
            self.spacing = wider;
            let tip = self.tip;
            self.kept.retain(|&node, kept| {
                let stays = kept.depth.is_multiple_of(wider) || kept.dear;
                Some(node) == tip || (!last_resort && stays)
            });
            self.bytes = 0;
            let mut before: Option<&Conntrack> = None;
            for kept in self.kept.values_mut() {
                kept.bytes = kept.machine.bytes_beside(before);
                self.bytes += kept.bytes;
                before = Some(&kept.machine);
            }
            if last_resort {
                break;
            }
        }
    }

    /// The machine inside a command, if it is remembered.
    pub fn inside(&self, node: NodeId, step: u32) -> Option<Rc<Conntrack>> {
        let found = self
            .recent
            .iter()
            .find(|(n, s, _)| (*n, *s) == (node, step));
        found.map(|(.., machine)| machine.clone())
    }

    /// Remembers the machine inside a command for a while; [`END`] stands for its end.
    pub fn remember(&mut self, node: NodeId, step: u32, machine: Rc<Conntrack>) {
        self.recent.retain(|(n, s, _)| (*n, *s) != (node, step));
        self.recent.push_back((node, step, machine));
        let tip = self.tip.and_then(|tip| self.kept.get(&tip));
        let tip = tip.map(|kept| &*kept.machine);
        let bytes = |recent: &VecDeque<(NodeId, u32, Rc<Conntrack>)>| {
            bytes_of(tip, recent.iter().map(|(.., machine)| machine))
        };
        while self.recent.len() > RECENT_MAX
            || self.recent.len() > 2 && bytes(&self.recent) > RECENT_BUDGET
        {
            self.recent.pop_front();
        }
    }

    /// The trace of a command, if it is remembered.
    pub fn trace(&self, node: NodeId) -> Option<Rc<Trace>> {
        let found = self.traces.iter().find(|(n, _)| *n == node);
        found.map(|(_, trace)| trace.clone())
    }

    /// Remembers the trace of a command for a while.
    pub fn remember_trace(&mut self, node: NodeId, trace: Rc<Trace>) {
        self.traces.push_back((node, trace));
        if self.traces.len() > TRACES_MAX {
            self.traces.pop_front();
        }
    }
}

/// A machine set aside.
#[derive(Debug)]
pub(super) struct SetAside {
    /// Commands up to there.
    pub depth: u32,
    machine: Rc<Conntrack>,
    dear: bool,
    /// Bytes that it does not share with the one before it.
    bytes: usize,
}

/// Machines set aside while a scenario is loaded, before they have names; oldest first.
#[derive(Debug)]
pub(super) struct Kept {
    /// They.
    pub machines: Vec<SetAside>,
    spacing: u32,
    bytes: usize,
}

impl Default for Kept {
    fn default() -> Kept {
        Kept {
            machines: Vec::new(),
            spacing: SPACING,
            bytes: 0,
        }
    }
}

impl Kept {
    /// Takes a copy if it is time for one, and makes room for it.
    pub fn offer(&mut self, depth: u32, machine: &Conntrack, dear: bool) {
        if !dear && !depth.is_multiple_of(self.spacing) {
            return;
        }
        let before = self.machines.last().map(|kept| &*kept.machine);
        let bytes = machine.bytes_beside(before);
        self.bytes += bytes;
        let machine = Rc::new(machine.clone());
        self.machines.push(SetAside {
            depth,
            machine,
            dear,
            bytes,
        });
        while self.bytes > BUDGET && !self.machines.is_empty() {
            self.spacing = self.spacing.saturating_mul(2);
            let (spacing, last_resort) = (self.spacing, self.spacing == u32::MAX);
            self.machines
                .retain(|kept| kept.depth.is_multiple_of(spacing) || (kept.dear && !last_resort));
            self.bytes = 0;
            let mut before: Option<&Conntrack> = None;
            for kept in &mut self.machines {
                kept.bytes = kept.machine.bytes_beside(before);
                self.bytes += kept.bytes;
                before = Some(&kept.machine);
            }
        }
    }
}

/// The step number that stands for the end of a command, whatever its length.
pub(super) const END: u32 = u32::MAX;
