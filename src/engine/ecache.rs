//! Events: cached while a packet is on its way, delivered at confirm; DESTROY at once.

use super::command::Listen;
use super::conn::{DestroyEvent, EventMask, Owner, Status};
use super::event::{Event, EventKind, HEARD_MAX};
use super::nulls::ListId;
use super::probe::Probe;
use super::profile::Difference;
use super::slab::ConnId;
use super::state::Conntrack;
use super::step::Step;
use super::sysctl::Sysctl;
use super::time::Ticks;
use super::tuple::Dir;
use std::rc::Rc;

/// How the delivery of a message went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Delivery {
    /// Delivered, or nobody was to hear it.
    Done,
    /// The listener's buffer is full, and it wants to know.
    Failed,
}

impl Conntrack {
    /// Whether an entry that is made now gets an event cache.
    /// Kernel: `nf_ct_ecache_ext_add`, include/net/netfilter/nf_conntrack_ecache.h, v5.10.19, and
    /// net/netfilter/nf_conntrack_ecache.c, v6.18 (2: only while somebody listens).
    pub(super) fn nf_ct_ecache_wanted(&self, net: u8) -> bool {
        match self.sysctl(net, Sysctl::Events) {
            0 => false,
            2 if self.profile().since(Difference::EventsOnceHeard) => {
                self.listener.mode != Listen::Off
            }
            _ => true,
        }
    }

    /// Notes an event for the confirm hook, if somebody listens and the entry has a cache.
    /// Kernel: `nf_conntrack_event_cache`, include/net/netfilter/nf_conntrack_ecache.h, v5.10.19.
    pub(super) fn nf_conntrack_event_cache<P: Probe>(
        &mut self,
        id: ConnId,
        bit: EventMask,
        probe: &mut P,
    ) {
        if self.listener.mode == Listen::Off {
            return;
        }
        if let Some(ecache) = &mut self.conns[id].ext.ecache {
            ecache.cache |= bit;
            probe.step(self, || Step::EventCached { conn: id, bit });
        }
    }

    /// Sends everything cached as one message.
    /// Kernel: `nf_ct_deliver_cached_events`, net/netfilter/nf_conntrack_ecache.c, v5.10.19.
    pub(super) fn nf_ct_deliver_cached_events<P: Probe>(&mut self, id: ConnId, probe: &mut P) {
        if self.listener.mode == Listen::Off {
            return;
        }
        let conn = &mut self.conns[id];
        let Some(ecache) = &mut conn.ext.ecache else {
            return;
        };
        let cached = core::mem::take(&mut ecache.cache);
        let bits = cached | ecache.missed;
        let deliverable =
            conn.status.contains(Status::CONFIRMED) && !conn.status.contains(Status::DYING);
        if bits.is_empty() || !deliverable {
            return;
        }
        let delivery = self.send(id, bits, probe);
        if let Some(ecache) = &mut self.conns[id].ext.ecache {
            ecache.missed = match delivery {
                Delivery::Done => EventMask::empty(),
                Delivery::Failed => bits,
            };
        }
    }

    /// Sends a message at once, and with it what was missed before: of a deletion, or of a change
    /// that a request made.
    /// Kernel: `nf_conntrack_eventmask_report`, net/netfilter/nf_conntrack_ecache.c, v5.10.19.
    pub(super) fn nf_conntrack_eventmask_report<P: Probe>(
        &mut self,
        id: ConnId,
        bits: EventMask,
        probe: &mut P,
    ) -> Delivery {
        let Some(ecache) = self.conns[id].ext.ecache else {
            return Delivery::Done;
        };
        let delivery = self.send(id, bits | ecache.missed, probe);
        if let Some(ecache) = &mut self.conns[id].ext.ecache {
            match delivery {
                Delivery::Done => ecache.missed = EventMask::empty(),
                Delivery::Failed if !bits.contains(EventMask::DESTROY) => ecache.missed |= bits,
                Delivery::Failed => {}
            }
        }
        delivery
    }

    /// Builds a message and hands it to the listener.
    fn send<P: Probe>(&mut self, id: ConnId, bits: EventMask, probe: &mut P) -> Delivery {
        match self.listener.mode {
            Listen::Off => return Delivery::Done,
            Listen::Slow => {
                probe.step(self, || Step::EventFailed { conn: id, bits });
                return Delivery::Failed;
            }
            Listen::On => {}
        }
        let seq = self.listener.sent + 1;
        let event = self.message(id, bits, seq);
        self.hear(event);
        probe.step(self, || Step::EventSent {
            conn: id,
            bits,
            seq,
        });
        Delivery::Done
    }

    /// The listener reads a message.
    pub(super) fn hear(&mut self, event: Event) {
        self.listener.sent = event.seq;
        if self.listener.heard.len() >= HEARD_MAX {
            self.listener.heard.pop_front();
        }
        self.listener.heard.push_back(Rc::new(event));
    }

    /// What a message carries. A DESTROY of v5.10 has neither timeout nor protocol state, one of
    /// v6.18 has the state, and whole seconds that were left.
    fn message(&self, id: ConnId, bits: EventMask, seq: u32) -> Event {
        let conn = &self.conns[id];
        let kind = if bits.contains(EventMask::DESTROY) {
            EventKind::Destroy
        } else if bits.intersects(EventMask::NEW | EventMask::RELATED) {
            EventKind::New
        } else {
            EventKind::Update
        };
        let left = conn.nf_ct_expires(self.now);
        let destroyed = kind == EventKind::Destroy;
        let (left_told, state_told) = if !destroyed {
            (true, bits.contains(EventMask::PROTOINFO))
        } else if self.profile().since(Difference::DestroyTellsState) {
            (left.0 >= self.hz().per_second(), true)
        } else {
            (false, false)
        };
        Event {
            seq,
            at: self.now,
            kind,
            bits,
            conn: id,
            net: conn.net,
            tuples: [*conn.tuple(Dir::Original), *conn.tuple(Dir::Reply)],
            status: conn.status,
            left: left_told.then_some(left),
            state: conn.proto.name().filter(|_| state_told),
            proto: Some(conn.proto).filter(|_| state_told),
            counted: conn.ext.acct().filter(|_| destroyed),
            stamps: conn.ext.tstamp().filter(|_| destroyed),
            mark: (conn.mark != 0 || bits.contains(EventMask::MARK)).then_some(conn.mark),
            zone: conn.zone,
            helper: conn
                .ext
                .helper()
                .filter(|_| !destroyed)
                .map(|helper| helper.name),
            master: conn
                .master
                .filter(|_| bits.contains(EventMask::RELATED))
                .and_then(|master| self.conns.get(master))
                .map(|master| *master.tuple(Dir::Original)),
            timeout: conn.timeout,
            expect: None,
        }
    }

    /// How long the worker waits before it tries a listener again that could not take a message:
    /// a tenth of a second in v5.10, 10 ms in v6.18.
    pub(super) fn ecache_retry(&self) -> Ticks {
        let parts = if self.profile().since(Difference::OneEventPerRun) {
            100
        } else {
            10
        };
        Ticks(self.hz().per_second().div_ceil(parts))
    }

    /// Sends again what could not be delivered, entry by entry: in v5.10 all of the dying lists, in
    /// v6.18 one, for the run believes that its time is up, and it comes back at once for the next.
    /// A delivered one loses the reference that the worker held. If the listener still cannot take
    /// a message, the worker comes back after a while.
    /// Kernel: `ecache_work`, net/netfilter/nf_conntrack_ecache.c, v5.10.19 and v6.18.
    pub(super) fn ecache_work<P: Probe>(&mut self, net: u8, probe: &mut P) {
        let waiting = self.waiting_events(net);
        let most = if self.has_pending_lists() {
            waiting.len()
        } else {
            1
        };
        let (mut delivered, mut failed) = (0, false);
        for &id in waiting.iter().take(most) {
            if self.nf_conntrack_eventmask_report(id, EventMask::DESTROY, probe) == Delivery::Failed
            {
                failed = true;
                break;
            }
            if let Some(ecache) = &mut self.conns[id].ext.ecache {
                ecache.destroy = DestroyEvent::Sent;
            }
            delivered += 1;
            self.delivered_at_last(id, probe);
        }
        let left = waiting.len() as u32 - delivered;
        let pause = if failed {
            self.ecache_retry()
        } else {
            Ticks(0)
        };
        self.nets[usize::from(net)].ecache_due = (left > 0).then(|| self.now.plus(pause));
        probe.step(self, || Step::EventRetryRan { delivered, left });
    }

    /// The worker lets an entry go; in v6.18 it leaves its list at that.
    fn delivered_at_last<P: Probe>(&mut self, id: ConnId, probe: &mut P) {
        if !self.has_pending_lists() {
            self.conns[id].moving = true;
            self.nf_ct_del_from_dying_or_unconfirmed_list(id, probe);
        }
        self.nf_conntrack_put(id, Owner::EventRetry, probe);
        if let Some(conn) = self.conns.get(id) {
            // Somebody else still holds it.
            let id = conn.id;
            self.conns[id].moving = false;
        }
    }

    /// The worker runs now, and as long as it wants to go on at once.
    pub(super) fn ecache_work_at_once<P: Probe>(&mut self, net: u8, probe: &mut P) {
        loop {
            self.ecache_work(net, probe);
            if self.nets[usize::from(net)].ecache_due != Some(self.now) {
                return;
            }
        }
    }

    /// Entries whose DESTROY message is still to be delivered, CPU by CPU, in list order.
    fn waiting_events(&self, net: u8) -> Vec<ConnId> {
        (0..self.config.cpus)
            .flat_map(|cpu| self.walk(ListId::Dying { net, cpu }))
            .chain(self.walk(ListId::Undelivered { net }))
            .filter_map(|node| self.conns.at(node.slot))
            .filter(|conn| {
                conn.status.contains(Status::CONFIRMED)
                    && conn
                        .ext
                        .ecache
                        .is_some_and(|e| e.destroy == DestroyEvent::Failed)
            })
            .map(|conn| conn.id)
            .collect()
    }
}
