//! The one way in: a command goes to the file that carries it out.

use super::command::{
    CPUS_MAX, Command, Inject, Listen, NETS_MAX, NetName, PACKET_BYTES_MAX, RULES_MAX, SKBS_MAX,
    Span,
};
use super::config::{BUCKETS_MAX, Config};
use super::gc_whole::Average;
use super::hash::splitmix32;
use super::hooks::Station;
use super::nat::Nat;
use super::nulls::{DYING_NULLS, Link, UNCONFIRMED_NULLS};
use super::probe::Probe;
use super::proto::Reason;
use super::router::{IFACES_MAX, IfName, Iface};
use super::rules::Rule;
use super::skb::{CtInfo, Path, SkbId, Spare};
use super::slab::{ConnId, Slab};
use super::state::{Conntrack, GcWorker, Listener, Netns, Pcpu};
use super::stats::Stats;
use super::step::{DropCause, Step};
use super::sysctl::{Sysctl, Sysctls};
use super::table::Table;
use super::time::{Jiffies, TICKS_MAX, Ticks};
use core::fmt::{self, Write};

/// What a command did.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Outcome {
    /// The command could not be done; nothing changed.
    pub refused: Option<Refusal>,
    /// The packet it was about.
    pub skb: Option<SkbId>,
    /// What became of that packet.
    pub fate: Option<Fate>,
    /// What main conntrack hooks said of it, and of packets that this machine sent because of it.
    pub seen: SeenList,
    /// Packets that left the machine by an interface.
    pub sent: Vec<Sent>,
    /// The packet's state right after conntrack; `None` is INVALID.
    pub ctinfo: Option<CtInfo>,
    /// The connection it was given there.
    pub conn: Option<ConnId>,
    /// Why conntrack would not have it.
    pub invalid: Option<Reason>,
    /// Connections that were deleted on request.
    pub deleted: u32,
    /// Connections that were changed on request.
    pub updated: u32,
}

/// What main conntrack hooks said: nearly always one thing, for which no memory is asked.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SeenList {
    first: Option<Seen>,
    rest: Vec<Seen>,
}

impl SeenList {
    /// In the order in which it was said.
    pub fn iter(&self) -> impl Iterator<Item = &Seen> {
        self.first.iter().chain(&self.rest)
    }

    /// `true` if no hook saw a packet.
    pub const fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    pub(super) fn push(&mut self, seen: Seen) {
        match self.first {
            None => self.first = Some(seen),
            Some(_) => self.rest.push(seen),
        }
    }

    pub(super) fn append(&mut self, other: SeenList) {
        other.iter().for_each(|seen| self.push(*seen));
    }
}

/// A packet right behind the main conntrack hook.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seen {
    /// Which packet.
    pub skb: SkbId,
    /// PREROUTING or OUTPUT.
    pub hook: Station,
    /// Its state; `None` is INVALID.
    pub ctinfo: Option<CtInfo>,
}

/// A packet that left the machine.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sent {
    /// The interface.
    pub oif: IfName,
    /// From the IP header on.
    pub bytes: Vec<u8>,
}

/// What became of a packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// It left, or reached its socket.
    Accepted,
    /// It was dropped.
    Dropped(Station, DropCause),
    /// It waits.
    Held(Station),
    /// It was a fragment; it waits for the others of its datagram.
    Queued,
}

/// Why a command could not be done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// No such packet is in the machine.
    NoSuchSkb(SkbId),
    /// No such connection can be found in the table.
    NoSuchConn(u32),
    /// A packet of no bytes, or of more than an IP header can say.
    PacketLength(usize),
    /// The station is not on the packet's way.
    NotOnPath(Station, Path),
    /// No packet can wait there.
    TooManySkbs,
    /// A flood of none, or of more than [`super::flood::FLOOD_MAX`].
    FloodCount(u32),
    /// The packets of a flood would wait.
    FloodHeld,
    /// So many flows would hang in a table of so few buckets that each had to walk past
    /// thousands of others.
    FloodChains(u32),
    /// The packet of a flood has no ports to count.
    FloodPacket,
    /// More than half of the counter.
    SpanTooLong(Ticks),
    /// No entry is in the table, so none expires.
    NothingExpires,
    /// Outside 1 to [`BUCKETS_MAX`].
    Buckets(u32),
    /// Outside the setting's range.
    SysctlRange(Sysctl, u32),
    /// The kernel has no such setting.
    NoSuchSysctl(Sysctl),
    /// There are fewer CPUs.
    NoSuchCpu(u8),
    /// There are [`NETS_MAX`] namespaces.
    TooManyNets,
    /// There are [`RULES_MAX`] rules.
    TooManyRules,
    /// nftables takes no such action at this hook.
    ActionAtHook(Station),
    /// There are [`IFACES_MAX`] interfaces.
    TooManyIfaces,
    /// There is no interface of this name.
    NoSuchIface(IfName),
    /// A tuple of the entry that is asked for is that of this connection.
    EntryExists(u32),
    /// The original tuple of the entry that is asked for has no inverse.
    NotInvertible,
    /// No NAT leads from its original tuple to its reply tuple.
    NotAnAnswer,
}

impl Conntrack {
    /// A machine at boot: an empty table, one namespace. Values out of range are brought into it.
    pub fn new(config: &Config) -> Conntrack {
        let mut config = config.clone();
        config.buckets = config.buckets.clamp(1, BUCKETS_MAX);
        config.cpus = config.cpus.clamp(1, CPUS_MAX);
        let hz = config.hz.per_second();
        let now = Jiffies::at_boot(config.hz);
        let init = Netns::new(NetName::init(), config.hash_mix, &config);
        let mut machine = Conntrack {
            now,
            uptime: 0,
            max: config.conntrack_max(),
            expect_max: config.expect_max(),
            table: Table::new(config.buckets),
            conns: Slab::default(),
            skbs: Vec::new(),
            spare: Spare::default(),
            skbs_created: 0,
            nets: vec![init],
            net: 0,
            cpu: 0,
            expects: Vec::new(),
            expects_created: 0,
            hold: None,
            allocating: false,
            flooding: false,
            confirms: 0,
            gc: GcWorker {
                last_bucket: 0,
                next_gc_run: Ticks(hz),
                due: now.plus(Ticks(hz)),
                early_drop: false,
                auto: true,
                runs: 0,
                average: Average::new(hz),
                cycle_start: now,
            },
            listener: Listener::default(),
            nat: Nat::default(),
            config,
        };
        if machine.gc_is_whole() {
            // v5.10 begins with bucket 1, v6.18 with bucket 0.
            machine.gc.last_bucket = machine.table.size() - 1;
        }
        machine
    }

    /// Carries a command out. Total: it never fails and never panics; what cannot be done is
    /// refused and changes nothing.
    pub fn apply<P: Probe>(&mut self, command: &Command, probe: &mut P) -> Outcome {
        let done = match command {
            // The one command there are millions of: its outcome is not carried about.
            Command::Inject(inject) => match self.inject(inject, probe) {
                Ok(outcome) => return outcome,
                Err(refusal) => Err(refusal),
            },
            Command::Flood(flood) => self.flood(flood, probe),
            Command::Hold(station) => self.configure(probe, |ct| ct.hold = *station),
            Command::Release(skb) => self.release(*skb, probe),
            Command::Drop(skb) => self.drop_held(*skb, probe),
            Command::Advance(span) => self.advance_span(*span, probe),
            Command::Gc => {
                self.gc_worker(probe);
                Ok(Outcome::default())
            }
            Command::GcSweep => {
                self.gc_sweep(probe);
                Ok(Outcome::default())
            }
            Command::GcAuto(auto) => self.gc_auto(*auto, probe),
            Command::Delete(number) => self.delete_number(*number, probe),
            Command::DeleteMatching(filter) => Ok(self.delete_matching(filter, probe)),
            Command::Update(filter, mark) => Ok(self.update_matching(filter, *mark, probe)),
            Command::Entry(asked) => self.create_entry(asked, probe),
            Command::Flush => Ok(self.flush(probe)),
            Command::Resize(buckets) => self.nf_conntrack_hash_resize(*buckets, probe),
            Command::SetSysctl(key, value) => self.set_sysctl(*key, *value, probe),
            Command::Listen(mode) => self.listen(*mode, probe),
            Command::Netns(name) => self.enter_netns(name, probe),
            Command::Cpu(cpu) if *cpu >= self.config.cpus => Err(Refusal::NoSuchCpu(*cpu)),
            Command::Cpu(cpu) => self.configure(probe, |ct| ct.cpu = *cpu),
            Command::Iface(iface) => self.add_iface(iface, probe),
            Command::AddRule(rule) => self.add_rule(rule, probe),
            Command::FlushRules => self.configure(probe, |ct| {
                let net = usize::from(ct.net);
                ct.nets[net].rules.clear();
                ct.nets[net].policies.clear();
                ct.nf_ct_untimeout();
            }),
        };
        done.unwrap_or_else(|refusal| {
            probe.step(self, || Step::Refused);
            Outcome {
                refused: Some(refusal),
                ..Outcome::default()
            }
        })
    }

    /// A fingerprint of everything in the machine: equal machines have equal ones.
    pub fn digest(&self) -> u64 {
        let mut fnv = Fnv(0xcbf2_9ce4_8422_2325);
        // Writing into the hasher cannot fail.
        let _ = write!(fnv, "{self:?}");
        fnv.0
    }

    fn configure<P: Probe>(
        &mut self,
        probe: &mut P,
        change: impl FnOnce(&mut Conntrack),
    ) -> Result<Outcome, Refusal> {
        change(self);
        probe.step(self, || Step::Configured);
        Ok(Outcome::default())
    }

    fn inject<P: Probe>(&mut self, inject: &Inject, probe: &mut P) -> Result<Outcome, Refusal> {
        self.check_inject(inject)?;
        Ok(self.packet_enters(inject, probe))
    }

    /// Whether the packet can come in.
    pub(super) fn check_inject(&self, inject: &Inject) -> Result<(), Refusal> {
        let Inject {
            bytes,
            path,
            iif,
            hold_at,
            drop_at,
        } = inject;
        if !(1..=PACKET_BYTES_MAX).contains(&bytes.len()) {
            return Err(Refusal::PacketLength(bytes.len()));
        }
        if self.skbs.len() >= SKBS_MAX {
            return Err(Refusal::TooManySkbs);
        }
        if let Some(station) = [hold_at, drop_at]
            .into_iter()
            .flatten()
            .find(|station| !Station::of_inject(*path, iif.is_some()).contains(station))
        {
            return Err(Refusal::NotOnPath(*station, *path));
        }
        if let Some(name) = *iif
            && self.nets[usize::from(self.net)].iface(name).is_none()
        {
            return Err(Refusal::NoSuchIface(name));
        }
        Ok(())
    }

    fn advance_span<P: Probe>(&mut self, span: Span, probe: &mut P) -> Result<Outcome, Refusal> {
        let ticks = match span {
            Span::Jiffies(ticks) => ticks,
            Span::Millis(millis) => self.hz().ticks_of_millis(millis),
            Span::NextDeadline => {
                let (_, left) = self.next_deadline().ok_or(Refusal::NothingExpires)?;
                left
            }
        };
        if ticks > TICKS_MAX {
            return Err(Refusal::SpanTooLong(ticks));
        }
        self.advance(ticks, probe);
        Ok(Outcome::default())
    }

    fn gc_auto<P: Probe>(&mut self, auto: bool, probe: &mut P) -> Result<Outcome, Refusal> {
        self.configure(probe, |ct| {
            // A worker that was kept waiting runs as soon as it may.
            if auto && !ct.gc.due.is_after(ct.now) {
                ct.gc.due = ct.now.plus(Ticks(1));
            }
            ct.gc.auto = auto;
        })
    }

    fn set_sysctl<P: Probe>(
        &mut self,
        key: Sysctl,
        value: u32,
        probe: &mut P,
    ) -> Result<Outcome, Refusal> {
        let info = key.info();
        if !info.exists_in(self.profile()) {
            return Err(Refusal::NoSuchSysctl(key));
        }
        if !info.range(self.profile()).contains(&value) {
            return Err(Refusal::SysctlRange(key, value));
        }
        let net = self.net;
        let old = self.sysctl(net, key);
        match key {
            Sysctl::Max => self.max = value,
            Sysctl::ExpectMax => self.expect_max = value,
            _ => self.nets[usize::from(net)].sysctls.set(key, value),
        }
        probe.step(self, || Step::SysctlSet {
            key,
            old,
            new: value,
        });
        Ok(Outcome::default())
    }

    fn listen<P: Probe>(&mut self, mode: Listen, probe: &mut P) -> Result<Outcome, Refusal> {
        self.configure(probe, |ct| ct.listener.mode = mode)
    }

    fn enter_netns<P: Probe>(&mut self, name: &NetName, probe: &mut P) -> Result<Outcome, Refusal> {
        let found = self.nets.iter().position(|net| net.name == *name);
        if found.is_none() && self.nets.len() >= NETS_MAX {
            return Err(Refusal::TooManyNets);
        }
        self.configure(probe, |ct| {
            let index = found.unwrap_or_else(|| {
                let nth = ct.nets.len() as u64;
                let hash_mix = splitmix32(u64::from(ct.config.seed) << 8 | nth);
                ct.nets.push(Netns::new(name.clone(), hash_mix, &ct.config));
                ct.nets.len() - 1
            });
            ct.net = index as u8;
        })
    }

    fn add_iface<P: Probe>(&mut self, iface: &Iface, probe: &mut P) -> Result<Outcome, Refusal> {
        let net = &self.nets[usize::from(self.net)];
        if net.iface(iface.name).is_none() && net.ifaces.len() >= IFACES_MAX {
            return Err(Refusal::TooManyIfaces);
        }
        self.configure(probe, |ct| ct.set_iface(iface))
    }

    fn add_rule<P: Probe>(&mut self, rule: &Rule, probe: &mut P) -> Result<Outcome, Refusal> {
        if !rule.action.hooks().contains(&rule.hook) {
            return Err(Refusal::ActionAtHook(rule.hook));
        }
        if self.nets.iter().map(|net| net.rules.len()).sum::<usize>() >= RULES_MAX {
            return Err(Refusal::TooManyRules);
        }
        self.configure(probe, |ct| {
            let policy = ct.policy_of(rule);
            let net = &mut ct.nets[usize::from(ct.net)];
            net.rules.push(rule.clone());
            net.policies.push(policy);
        })
    }
}

impl Netns {
    /// A namespace with the compiled-in settings and empty lists.
    fn new(name: NetName, hash_mix: u32, config: &Config) -> Netns {
        let pcpu = Pcpu {
            unconfirmed: Link::nulls(UNCONFIRMED_NULLS),
            dying: Link::nulls(DYING_NULLS),
            stats: Stats::default(),
        };
        Netns {
            name,
            hash_mix,
            sysctls: Sysctls::new(config.profile),
            count: 0,
            pcpu: vec![pcpu; usize::from(config.cpus)],
            ifaces: Vec::new(),
            rules: Vec::new(),
            undelivered: Link::nulls(DYING_NULLS),
            gre_keys: Vec::new(),
            policies: Vec::new(),
            frags: Vec::new(),
            ecache_due: None,
        }
    }
}

/// The FNV-1a hash of text that is written into it.
struct Fnv(u64);

impl fmt::Write for Fnv {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Ok(())
    }
}
