//! The main conntrack hook: every packet gets its connection here. [Figures 3 and 4]

use super::conn::{
    Ecache, EventMask, Extensions, NfConn, Owner, ProtoState, Rare, References, Status, Timeout,
    TupleHash,
};
use super::expect::Expectation;
use super::extract::{L4Header, get_l4proto, nf_ct_get_tuple, nf_ct_invert_tuple};
use super::hash::RawHash;
use super::hooks::Station;
use super::lookup::Key;
use super::nulls::Node;
use super::probe::Probe;
use super::profile::Difference;
use super::proto::icmp::IcmpError;
use super::proto::{Packet, Reason, Tracked};
use super::skb::{CtInfo, SkbId};
use super::slab::ConnId;
use super::state::Conntrack;
use super::stats::Counter;
use super::step::{DropCause, Step, Walker};
use super::sysctl::Sysctl;
use super::time::Ticks;
use super::tuple::{Dir, Tuple};

/// Why a packet got no connection.
pub(super) enum Unresolved {
    /// Its tuple cannot be read or answered.
    Invalid(Reason),
    /// There is no room.
    Full,
}

impl Conntrack {
    /// The main hook, the same code in PREROUTING and OUTPUT. `Ok` lets the packet pass, with the
    /// reason if it is INVALID.
    /// Kernel: `nf_conntrack_in`, net/netfilter/nf_conntrack_core.c, v5.10.19.
    pub(super) fn nf_conntrack_in<P: Probe>(
        &mut self,
        skb: SkbId,
        probe: &mut P,
    ) -> Result<Option<Reason>, DropCause> {
        let Some(packet) = self.skb(skb) else {
            return Ok(None);
        };
        let (net, cpu) = (packet.net, packet.cpu);
        if packet.ctinfo.is_some() {
            probe.step(self, || Step::AlreadyTracked { skb });
            return Ok(None);
        }
        let verify = packet.at == Station::Prerouting && self.sysctl(net, Sysctl::Checksum) == 1;
        let l4 = match get_l4proto(&packet.bytes) {
            Ok(l4) => l4,
            Err(reason) => return Ok(self.invalid(skb, Counter::Invalid, reason, probe)),
        };
        probe.step(self, || Step::L4Found {
            skb,
            protonum: l4.protonum,
            offset: l4.offset as u16,
        });
        match self.nf_conntrack_handle_icmp(skb, &l4, verify, probe) {
            IcmpError::NotAnError => {}
            IcmpError::Attached | IcmpError::Untracked => return Ok(None),
            IcmpError::Failed(reason) => {
                return Ok(self.invalid(skb, Counter::Error, reason, probe));
            }
        }
        loop {
            let (conn, ctinfo) = match self.resolve_normal_ct(skb, &l4, probe) {
                Ok(resolved) => resolved,
                Err(Unresolved::Invalid(reason)) => {
                    return Ok(self.invalid(skb, Counter::Invalid, reason, probe));
                }
                Err(Unresolved::Full) => {
                    self.count_up(net, cpu, Counter::Drop, 1, probe);
                    return Err(DropCause::TableFull);
                }
            };
            probe.step(self, || Step::TrackerCalled {
                skb,
                conn,
                protonum: l4.protonum,
            });
            let packet = Packet {
                skb,
                conn,
                ctinfo,
                l4,
                verify,
            };
            let reason = match self.nf_conntrack_handle_packet(packet, probe) {
                Tracked::Accept => {
                    self.first_reply(conn, ctinfo, probe);
                    return Ok(None);
                }
                Tracked::Invalid(reason) => Some((reason, None)),
                Tracked::Drop(reason) => Some((reason, Some(DropCause::Tracker))),
                Tracked::Repeat => None,
            };
            self.nf_reset_ct(skb, probe);
            if reason.is_some() || !self.profile().since(Difference::ReopenNotCounted) {
                self.count_up(net, cpu, Counter::Invalid, 1, probe);
            }
            match reason {
                None => probe.step(self, || Step::TrackAgain { skb }),
                Some((reason, None)) => {
                    probe.step(self, || Step::PacketInvalid { skb, reason });
                    return Ok(Some(reason));
                }
                Some((_, Some(cause))) => {
                    self.count_up(net, cpu, Counter::Drop, 1, probe);
                    return Err(cause);
                }
            }
        }
    }

    /// The packet passes without a connection.
    fn invalid<P: Probe>(
        &mut self,
        skb: SkbId,
        counter: Counter,
        reason: Reason,
        probe: &mut P,
    ) -> Option<Reason> {
        let (net, cpu) = self.skb(skb).map(|skb| (skb.net, skb.cpu))?;
        self.count_up(net, cpu, counter, 1, probe);
        probe.step(self, || Step::PacketInvalid { skb, reason });
        Some(reason)
    }

    /// Marks the first reply, after the tracker ran: the tracker still saw an unanswered flow.
    fn first_reply<P: Probe>(&mut self, conn: ConnId, ctinfo: CtInfo, probe: &mut P) {
        if ctinfo == CtInfo::EstablishedReply
            && self.conns.get(conn).is_some()
            && self.set_status(conn, Status::SEEN_REPLY, probe)
        {
            self.nf_conntrack_event_cache(conn, EventMask::REPLY, probe);
        }
    }

    /// Finds the packet's connection, or makes one, and attaches it.
    /// Kernel: `resolve_normal_ct`.
    fn resolve_normal_ct<P: Probe>(
        &mut self,
        skb: SkbId,
        l4: &L4Header,
        probe: &mut P,
    ) -> Result<(ConnId, CtInfo), Unresolved> {
        let Some(packet) = self.skb(skb) else {
            return Err(Unresolved::Invalid(Reason::NoTuple));
        };
        let (net, cpu, zone) = (packet.net, packet.cpu, packet.zone());
        let tuple = nf_ct_get_tuple(&packet.bytes, l4, self.reading(net))
            .ok_or(Unresolved::Invalid(Reason::NoTuple))?;
        probe.step(self, || Step::TupleBuilt { skb, tuple });
        let key = Key { net, zone, tuple };
        let raw = self.hash_conntrack_raw(net, zone.id_of(Dir::Original), &tuple, probe);
        let found = self
            .find_get_hash(&key, raw, Walker::Lookup, probe)
            .or_else(|| self.find_get_as_reply(&key, Walker::Lookup, probe));
        let (conn, dir) = match found {
            Some(found) => found,
            None => (self.init_conntrack(&key, cpu, raw, probe)?, Dir::Original),
        };
        let status = self.conns[conn].status;
        let ctinfo = if dir == Dir::Reply {
            CtInfo::EstablishedReply
        } else if status.contains(Status::SEEN_REPLY) {
            CtInfo::Established
        } else if status.contains(Status::EXPECTED) {
            CtInfo::Related
        } else {
            CtInfo::New
        };
        self.nf_ct_set(skb, conn, ctinfo, probe);
        Ok((conn, ctinfo))
    }

    /// [Figure 4] Makes a connection for a tuple that nobody knows. Its first reference is the
    /// lookup's, and so the packet's.
    /// Kernel: `init_conntrack`.
    fn init_conntrack<P: Probe>(
        &mut self,
        key: &Key,
        cpu: u8,
        raw: RawHash,
        probe: &mut P,
    ) -> Result<ConnId, Unresolved> {
        let tuple = &key.tuple;
        probe.step(self, || Step::TupleReused { tuple: *tuple });
        let Some(reply) = nf_ct_invert_tuple(tuple) else {
            probe.step(self, || Step::NotInvertible { tuple: *tuple });
            return Err(Unresolved::Invalid(Reason::NotInvertible));
        };
        probe.step(self, || Step::TupleInverted { reply });
        let conn = self.nf_conntrack_alloc(key, cpu, reply, raw, probe)?;
        self.extensions_added(conn, probe);
        let expected = self.expected(conn, key, probe);
        if expected.is_none() {
            probe.step(self, || Step::NotExpected { conn });
            self.nf_ct_try_assign_helper(conn, probe);
        }
        self.hold(conn, Owner::Lookup, probe);
        self.conns[conn].moving = false;
        self.nf_ct_add_to_unconfirmed_list(conn, cpu, probe);
        if let Some(Expectation {
            master,
            follow: Some(follow),
            ..
        }) = expected
        {
            self.nf_nat_follow_master(conn, master, follow, probe);
        }
        Ok(conn)
    }

    /// Says which optional areas a new entry has.
    /// Kernel: `nf_ct_acct_ext_add`, `nf_ct_tstamp_ext_add`, `nf_ct_ecache_ext_add`.
    pub(super) fn extensions_added<P: Probe>(&self, conn: ConnId, probe: &mut P) {
        let ext = &self.conns[conn].ext;
        let (acct, tstamp) = (ext.acct().is_some(), ext.tstamp().is_some());
        let ecache = ext.ecache.is_some();
        probe.step(self, || Step::ExtensionsAdded {
            conn,
            acct,
            tstamp,
            ecache,
        });
    }

    /// Makes room, counts the entry, and fills an object. `use` is 0, the timeout is 0, the raw
    /// hash waits in the reply node.
    /// Kernel: `__nf_conntrack_alloc`.
    pub(super) fn nf_conntrack_alloc<P: Probe>(
        &mut self,
        key: &Key,
        cpu: u8,
        reply: Tuple,
        raw: RawHash,
        probe: &mut P,
    ) -> Result<ConnId, Unresolved> {
        let Key {
            net,
            zone,
            tuple: original,
        } = *key;
        let max = self.max;
        let netns = &mut self.nets[usize::from(net)];
        netns.count += 1;
        let count = netns.count;
        if max != 0 && count > max {
            self.allocating = true;
            probe.step(self, || Step::TableFull { count, max });
            let dropped = self.early_drop(net, cpu, raw, probe);
            self.allocating = false;
            if !dropped {
                self.gc.early_drop = true;
                self.nets[usize::from(net)].count -= 1;
                return Err(Unresolved::Full);
            }
        }
        let enabled = |key| self.sysctl(net, key) == 1;
        let rare = Rare {
            acct: enabled(Sysctl::Acct).then(Default::default),
            tstamp: enabled(Sysctl::Timestamp).then_some((None, None)),
            ..Rare::default()
        };
        let ext = Extensions {
            ecache: self.nf_ct_ecache_wanted(net).then(Ecache::default),
            rare: (rare != Rare::default()).then(|| Box::new(rare)),
        };
        let allocated = self.conns.insert(|id| NfConn {
            id,
            use_count: 0,
            refs: References::default(),
            timeout: Timeout::Relative(Ticks(0)),
            tuplehash: [
                TupleHash {
                    node: Node::Detached,
                    tuple: original,
                },
                TupleHash {
                    node: Node::Stash(raw.0),
                    tuple: reply,
                },
            ],
            status: Status::empty(),
            cpu,
            net,
            master: None,
            mark: 0,
            proto: ProtoState::None,
            ext,
            moving: true,
            zone,
        });
        let Some(conn) = allocated else {
            self.nets[usize::from(net)].count -= 1;
            return Err(Unresolved::Full);
        };
        let count = self.nets[usize::from(net)].count;
        probe.step(self, || Step::ConnAllocated { conn, count });
        Ok(conn)
    }
}
