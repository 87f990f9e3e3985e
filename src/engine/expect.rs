//! Expectations: connections that a helper has read of, before they come.

use super::addr::Addr;
use super::command::Listen;
use super::conn::{EventMask, Owner, Status};
use super::event::{Event, EventKind};
use super::hash::expect_bucket;
use super::lookup::Key;
use super::probe::Probe;
use super::rules::HelperName;
use super::slab::ConnId;
use super::state::Conntrack;
use super::stats::Counter;
use super::step::Step;
use super::time::{Jiffies, Secs};
use super::tuple::{Dir, Tuple};
use super::zone::Zone;

/// Classes of expectations that a helper can have.
/// Kernel: `NF_CT_MAX_EXPECT_CLASSES`, include/net/netfilter/nf_conntrack_expect.h, v5.10.19.
pub const CLASSES_MAX: u8 = 4;

/// What counts of an expectation's source; its destination, port and protocol always do.
/// Kernel: `struct nf_conntrack_tuple_mask`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ExpectMask {
    /// Bits of the source address.
    pub addr: Addr,
    /// Bits of the source port.
    pub port: u16,
}

/// Where NAT is to send an expected connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FollowMaster {
    /// The port that the announcing side listens on (`saved_proto`).
    pub port: u16,
    /// The direction of the expected connection, seen from its master (`dir`).
    pub dir: Dir,
}

/// A connection that is expected. Kernel: `struct nf_conntrack_expect`,
/// include/net/netfilter/nf_conntrack_expect.h, v5.10.19.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Expectation {
    /// In order of creation, from 1.
    pub number: u32,
    /// The connection that announced it. Not a reference: it goes when its master is deleted.
    pub master: ConnId,
    /// Index of the namespace.
    pub net: u8,
    /// The master's zone.
    pub zone: Zone,
    /// The original tuple that it will have.
    pub tuple: Tuple,
    /// What counts of its source.
    pub mask: ExpectMask,
    /// Its class in the helper's policy, 0 to [`CLASSES_MAX`] - 1.
    pub class: u8,
    /// The helper that it will have, if any.
    pub helper: Option<HelperName>,
    /// When it is given up.
    pub expires: Jiffies,
    /// What NAT is to do with it, if its master is translated (`expectfn`, `saved_proto`, `dir`).
    pub follow: Option<FollowMaster>,
}

/// What a helper allows of one class.
/// Kernel: `struct nf_conntrack_expect_policy`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Policy {
    /// Most at a time, per master; 0: no limit.
    pub max_expected: u32,
    /// How long one is kept.
    pub timeout: Secs,
}

/// Why an expectation goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExpectEnd {
    /// The connection came.
    Matched,
    /// Its time ran out.
    Expired,
    /// The master goes.
    MasterGone,
    /// A newer one takes its place.
    Replaced,
}

/// Why an expectation cannot be made. Kernel: the error of `nf_ct_expect_related`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExpectError {
    /// ESHUTDOWN: the master has no helper.
    NoHelper,
    /// EALREADY: the same is expected in another class.
    OtherClass,
    /// EBUSY: a connection could be either of the two.
    Busy,
    /// EMFILE: there are as many as the policy or `nf_conntrack_expect_max` allows.
    TooMany,
}

/// An expectation as a message tells of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ExpectTold {
    /// What is expected.
    pub expect: Expectation,
    /// The helper of its master, which listings name.
    pub helper: Option<HelperName>,
}

impl ExpectMask {
    /// The source address counts, its port does not.
    pub const ANY_PORT: ExpectMask = ExpectMask {
        addr: Addr([0xff; 16]),
        port: 0,
    };

    /// `true` if the tuples have the same source, as far as this mask and the other both count.
    fn meets(&self, other: &ExpectMask, a: &Tuple, b: &Tuple) -> bool {
        let port = self.port & other.port;
        let addrs = a.src.u3.0.iter().zip(b.src.u3.0);
        let masks = self.addr.0.iter().zip(other.addr.0);
        a.src.l3num == b.src.l3num
            && (a.src.u ^ b.src.u) & port == 0
            && addrs
                .zip(masks)
                .all(|((a, b), (ours, theirs))| (a ^ b) & ours & theirs == 0)
    }
}

/// Everything of the destination, which always counts.
fn same_destination(a: &Tuple, b: &Tuple) -> bool {
    (a.dst.u3, a.dst.u, a.dst.protonum) == (b.dst.u3, b.dst.u, b.dst.protonum)
}

impl Expectation {
    /// `true` if a tuple is the one expected. Kernel: `nf_ct_tuple_mask_cmp`.
    fn fits(&self, tuple: &Tuple) -> bool {
        same_destination(&self.tuple, tuple) && self.mask.meets(&self.mask, &self.tuple, tuple)
    }

    fn same_place(&self, other: &Expectation) -> bool {
        self.net == other.net && self.zone == other.zone
    }

    /// Kernel: `expect_matches`, net/netfilter/nf_conntrack_expect.c, v5.10.19.
    fn equals(&self, other: &Expectation) -> bool {
        self.master == other.master
            && self.same_place(other)
            && self.mask == other.mask
            && self.tuple.nf_ct_tuple_equal(&other.tuple)
    }

    /// `true` if a connection could be either. Kernel: `expect_clash`.
    fn clashes(&self, other: &Expectation) -> bool {
        self.same_place(other)
            && same_destination(&self.tuple, &other.tuple)
            && self.mask.meets(&other.mask, &self.tuple, &other.tuple)
    }
}

impl Conntrack {
    /// Expectations of a namespace (`expect_count`).
    pub fn expect_count(&self, net: u8) -> u32 {
        self.expects
            .iter()
            .filter(|expect| expect.net == net)
            .count() as u32
    }

    /// The bucket of the expectation table that an expectation hangs in.
    pub fn expect_bucket(&self, expect: &Expectation) -> u32 {
        let key = self.hash_key(expect.net, 0);
        expect_bucket(&expect.tuple, key, self.expect_buckets())
    }

    /// Buckets of the expectation table: one for 256 of the connection table.
    /// Kernel: `nf_ct_expect_hsize`, net/netfilter/nf_conntrack_expect.c, v5.10.19.
    pub fn expect_buckets(&self) -> u32 {
        (self.config.buckets / 256).max(1)
    }

    /// Puts an expectation in the table, unless the policy, the limit or another one forbids it.
    /// Kernel: `nf_ct_expect_related`, net/netfilter/nf_conntrack_expect.c, v5.10.19.
    pub(super) fn nf_ct_expect_related<P: Probe>(
        &mut self,
        mut expect: Expectation,
        policy: Policy,
        probe: &mut P,
    ) -> Result<u32, ExpectError> {
        let Some(helper) = self.conns[expect.master].ext.helper() else {
            return Err(ExpectError::NoHelper);
        };
        let told = Some(helper.name);
        let twin = self.expects.iter().position(|other| other.equals(&expect));
        if let Some(at) = twin {
            if self.expects[at].class != expect.class {
                return Err(ExpectError::OtherClass);
            }
            self.nf_ct_unlink_expect(at, ExpectEnd::Replaced, probe);
        } else if self.expects.iter().any(|other| other.clashes(&expect)) {
            return Err(ExpectError::Busy);
        }
        let (master, class) = (expect.master, expect.class);
        if policy.max_expected > 0 && self.expecting(master, class) >= policy.max_expected {
            // Newer ones stand before older ones.
            let oldest = |other: &Expectation| other.master == master && other.class == class;
            if let Some(at) = self.expects.iter().rposition(oldest) {
                self.nf_ct_unlink_expect(at, ExpectEnd::Replaced, probe);
            }
        }
        if self.expect_count(expect.net) >= self.expect_max {
            return Err(ExpectError::TooMany);
        }
        self.expects_created = self.expects_created.wrapping_add(1);
        expect.number = self.expects_created;
        expect.expires = self.now.plus(self.hz().ticks(policy.timeout));
        self.expects.insert(0, expect);
        let number = expect.number;
        probe.step(self, || Step::ExpectCreated {
            expect: number,
            master,
        });
        let cpu = self.cpu;
        self.count_up(expect.net, cpu, Counter::ExpectCreate, 1, probe);
        self.expect_event(EventKind::ExpNew, &expect, told, probe);
        Ok(number)
    }

    /// Expectations of one class that a master has.
    fn expecting(&self, master: ConnId, class: u8) -> u32 {
        let of = |expect: &&Expectation| expect.master == master && expect.class == class;
        self.expects.iter().filter(of).count() as u32
    }

    /// Takes an expectation out of the table, and tells of it.
    /// Kernel: `nf_ct_unlink_expect_report`, net/netfilter/nf_conntrack_expect.c, v5.10.19.
    fn nf_ct_unlink_expect<P: Probe>(
        &mut self,
        at: usize,
        end: ExpectEnd,
        probe: &mut P,
    ) -> Expectation {
        let expect = self.expects.remove(at);
        let helper = self
            .conns
            .get(expect.master)
            .and_then(|master| master.ext.helper())
            .map(|helper| helper.name);
        let (number, master) = (expect.number, expect.master);
        probe.step(self, || Step::ExpectRemoved {
            expect: number,
            master,
            end,
        });
        let cpu = self.cpu;
        self.count_up(expect.net, cpu, Counter::ExpectDelete, 1, probe);
        self.expect_event(EventKind::ExpDestroy, &expect, helper, probe);
        expect
    }

    /// Gives an expectation up that cannot be kept after all.
    /// Kernel: `nf_ct_unexpect_related`, net/netfilter/nf_conntrack_expect.c, v5.10.19.
    pub(super) fn nf_ct_unexpect_related<P: Probe>(&mut self, number: u32, probe: &mut P) {
        if let Some(at) = self.expects.iter().position(|it| it.number == number) {
            self.nf_ct_unlink_expect(at, ExpectEnd::Replaced, probe);
        }
    }

    /// Looks whether a new connection is expected; one that is belongs to its master from then on.
    /// Kernel: `nf_ct_find_expectation` with what `init_conntrack` does of it.
    pub(super) fn expected<P: Probe>(
        &mut self,
        conn: ConnId,
        key: &Key,
        probe: &mut P,
    ) -> Option<Expectation> {
        let at = self.nf_ct_find_expectation(key)?;
        let master = self.expects[at].master;
        let master_conn = self.conns.get(master)?;
        // A master that is not in the table, or about to leave it, has no say.
        if !master_conn.status.contains(Status::CONFIRMED)
            || master_conn.status.contains(Status::DYING)
        {
            return None;
        }
        // A reference and the child that holds it can be seen together only.
        self.conns[conn].master = Some(master);
        if !self.nf_conntrack_get(master, Owner::Child, probe) {
            self.conns[conn].master = None;
            return None;
        }
        let expect = self.nf_ct_unlink_expect(at, ExpectEnd::Matched, probe);
        self.conns[conn].mark = self.conns[master].mark;
        let number = expect.number;
        probe.step(self, || Step::Expected {
            conn,
            master,
            expect: number,
        });
        self.set_status(conn, Status::EXPECTED, probe);
        if let Some(helper) = expect.helper {
            self.attach_helper(conn, helper, probe);
        }
        let cpu = self.cpu;
        self.count_up(expect.net, cpu, Counter::ExpectNew, 1, probe);
        Some(expect)
    }

    /// The newest expectation in the bucket that a tuple fits.
    fn nf_ct_find_expectation(&self, key: &Key) -> Option<usize> {
        self.expects.iter().position(|expect| {
            expect.net == key.net
                && expect.zone.id_of(Dir::Original) == key.zone.id_of(Dir::Original)
                && expect.fits(&key.tuple)
        })
    }

    /// Everything that a master expects is given up.
    /// Kernel: `nf_ct_remove_expectations`, net/netfilter/nf_conntrack_expect.c, v5.10.19.
    pub(super) fn nf_ct_remove_expectations<P: Probe>(&mut self, master: ConnId, probe: &mut P) {
        let of = |expect: &Expectation| expect.master == master;
        while let Some(at) = self.expects.iter().position(of) {
            self.nf_ct_unlink_expect(at, ExpectEnd::MasterGone, probe);
        }
    }

    /// When the next expectation is given up.
    pub(super) fn next_expect_due(&self) -> Option<Jiffies> {
        let now = self.now;
        self.expects
            .iter()
            .map(|expect| expect.expires)
            .min_by_key(|at| at.left(now))
    }

    /// The timers of expectations whose time has come go off.
    /// Kernel: `nf_ct_expectation_timed_out`, net/netfilter/nf_conntrack_expect.c, v5.10.19.
    pub(super) fn expectations_time_out<P: Probe>(&mut self, probe: &mut P) {
        let now = self.now;
        let due = |expect: &Expectation| !expect.expires.is_after(now);
        // The oldest goes off first.
        while let Some(at) = self.expects.iter().rposition(due) {
            self.nf_ct_unlink_expect(at, ExpectEnd::Expired, probe);
        }
    }

    /// A message about an expectation; it is sent at once, and lost if nobody can take it.
    /// Kernel: `nf_ct_expect_event_report`, net/netfilter/nf_conntrack_ecache.c, v5.10.19.
    fn expect_event<P: Probe>(
        &mut self,
        kind: EventKind,
        expect: &Expectation,
        helper: Option<HelperName>,
        probe: &mut P,
    ) {
        if self.listener.mode != Listen::On {
            return;
        }
        let Some(master) = self.conns.get(expect.master) else {
            return;
        };
        let event = Event {
            seq: self.listener.sent + 1,
            at: self.now,
            kind,
            bits: EventMask::empty(),
            conn: master.id,
            net: expect.net,
            tuples: [*master.tuple(Dir::Original), *master.tuple(Dir::Reply)],
            status: master.status,
            left: Some(expect.expires.left(self.now)),
            state: None,
            proto: None,
            counted: None,
            stamps: None,
            mark: None,
            zone: expect.zone,
            helper,
            master: None,
            timeout: master.timeout,
            expect: Some(Box::new(ExpectTold {
                expect: *expect,
                helper,
            })),
        };
        let (number, seq) = (expect.number, event.seq);
        self.hear(event);
        probe.step(self, || Step::ExpectEventSent {
            expect: number,
            seq,
        });
    }
}
