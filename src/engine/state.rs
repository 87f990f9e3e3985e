//! The whole machine as data. What it does is in the files named after what it does.

use super::command::{Listen, NetName};
use super::config::Config;
use super::defrag::FragQueue;
use super::event::Event;
use super::expect::Expectation;
use super::gc_whole::Average;
use super::hooks::Station;
use super::nat::Nat;
use super::nulls::Link;
use super::policy::Timeouts;
use super::profile::Profile;
use super::proto::gre::GreKey;
use super::router::Iface;
use super::rules::Rule;
use super::skb::{Skb, Spare};
use super::slab::Slab;
use super::stats::Stats;
use super::sysctl::{Sysctl, Sysctls};
use super::table::Table;
use super::time::{Hz, Jiffies, Ticks};
use std::collections::VecDeque;
use std::rc::Rc;

/// A machine with its one connection table.
#[derive(Clone, Debug)]
pub struct Conntrack {
    /// What it was built with.
    pub config: Config,
    /// The clock.
    pub now: Jiffies,
    /// Jiffies since the start, which do not wrap.
    pub uptime: u64,
    /// `nf_conntrack_max`.
    pub max: u32,
    /// `nf_conntrack_expect_max`.
    pub expect_max: u32,
    /// The hash table, one for all namespaces.
    pub table: Table,
    /// The connections.
    pub conns: Slab,
    /// Packets in the machine, oldest first.
    pub skbs: Vec<Skb>,
    /// Memory of packets that are gone, for those to come.
    pub(super) spare: Spare,
    /// How many packets ever came in.
    pub skbs_created: u32,
    /// Namespaces, `init` first.
    pub nets: Vec<Netns>,
    /// Index of the namespace that commands act in.
    pub net: u8,
    /// CPU that packets come in on.
    pub cpu: u8,
    /// Connections that are expected, newest first.
    pub expects: Vec<Expectation>,
    /// How many were ever expected.
    pub expects_created: u32,
    /// Where packets wait.
    pub hold: Option<Station>,
    /// A new entry is counted already and not allocated yet: room is being made for it.
    pub allocating: bool,
    /// A packet of a flood is on its way: who writes steps down leaves out those of it.
    pub flooding: bool,
    /// Confirmations so far that drew a limit for chains.
    pub confirms: u32,
    /// The gc worker.
    pub gc: GcWorker,
    /// The listener for events.
    pub listener: Listener,
    /// What NAT keeps beside the connections.
    pub nat: Nat,
}

/// A network namespace (`struct net`), as far as conntrack looks at it.
#[derive(Clone, Debug)]
pub struct Netns {
    /// Its name.
    pub name: NetName,
    /// Drawn when it was made; mixed into the hash.
    pub hash_mix: u32,
    /// Its settings.
    pub sysctls: Sysctls,
    /// Entries, unconfirmed and dying ones included (`nf_conntrack_count`).
    pub count: u32,
    /// Lists and counters, by CPU.
    pub pcpu: Vec<Pcpu>,
    /// Interfaces, in the order in which they were added.
    pub ifaces: Vec<Iface>,
    /// Rules of all hooks, in the order in which they were added.
    pub rules: Vec<Rule>,
    /// Head of the list of undelivered events, empty in v5.10.
    pub undelivered: Link,
    /// Keys of PPTP tunnels (`nf_gre_net.keymap_list`).
    pub gre_keys: Vec<GreKey>,
    /// For each rule that gives timeouts, their values when it was made.
    pub policies: Vec<Option<Rc<Timeouts>>>,
    /// Datagrams that are not complete.
    pub frags: Vec<FragQueue>,
    /// When the event worker runs next.
    pub ecache_due: Option<Jiffies>,
}

/// What a namespace keeps per CPU.
#[derive(Clone, Debug)]
pub struct Pcpu {
    /// Head of the unconfirmed list.
    pub unconfirmed: Link,
    /// Head of the dying list.
    pub dying: Link,
    /// Counters.
    pub stats: Stats,
}

/// The garbage collector (`struct conntrack_gc_work`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GcWorker {
    /// The bucket visited last.
    pub last_bucket: u32,
    /// Jiffies between two runs, adapted after each.
    pub next_gc_run: Ticks,
    /// When it runs next.
    pub due: Jiffies,
    /// The table was full: sacrifice more.
    pub early_drop: bool,
    /// It runs by itself as time passes.
    pub auto: bool,
    /// Runs so far.
    pub runs: u64,
    /// v6.18: the time that the nodes of this cycle had left, on average.
    pub average: Average,
    /// v6.18: when this cycle through the table began.
    pub cycle_start: Jiffies,
}

/// The listener and what it heard.
#[derive(Clone, Debug, Default)]
pub struct Listener {
    /// How it behaves.
    pub mode: Listen,
    /// Messages so far.
    pub sent: u32,
    /// The last [`super::event::HEARD_MAX`] messages, oldest first.
    pub heard: VecDeque<Rc<Event>>,
}

impl Conntrack {
    /// Ticks per second.
    pub const fn hz(&self) -> Hz {
        self.config.hz
    }

    /// The kernel that is followed.
    pub const fn profile(&self) -> Profile {
        self.config.profile
    }

    /// A setting's value in a namespace, or the machine's for a global one.
    pub fn sysctl(&self, net: u8, key: Sysctl) -> u32 {
        match key {
            Sysctl::Max => self.max,
            Sysctl::ExpectMax => self.expect_max,
            _ => self.nets[usize::from(net)].sysctls.value(key),
        }
    }

    /// Entries of all namespaces.
    pub fn count(&self) -> u32 {
        self.nets.iter().map(|net| net.count).sum()
    }

    /// A packet in the machine.
    pub fn skb(&self, id: super::skb::SkbId) -> Option<&Skb> {
        // The packet at work is nearly always the one that came in last.
        match self.skbs.last() {
            Some(last) if last.id == id => Some(last),
            _ => self.skbs.iter().find(|skb| skb.id == id),
        }
    }

    /// Bytes that the machine takes beside another one whose memory it may share, about; all of
    /// them if there is no other.
    pub fn bytes_beside(&self, other: Option<&Conntrack>) -> usize {
        let skbs: usize = self
            .skbs
            .iter()
            .map(|skb| size_of::<Skb>() + skb.bytes.len())
            .sum();
        let frags: usize = self
            .nets
            .iter()
            .flat_map(|net| &net.frags)
            .flat_map(|queue| queue.runs.iter().flatten())
            .map(|piece| size_of::<super::defrag::Piece>() + piece.packet.len())
            .sum();
        let by_source = other.map(|other| &other.nat.by_source);
        size_of::<Conntrack>()
            + self.table.bytes_beside(other.map(|other| &other.table))
            + self.conns.bytes_beside(other.map(|other| &other.conns))
            + self.nat.by_source.bytes_beside(by_source)
            + frags
            + skbs
    }
}
