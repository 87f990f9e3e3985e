//! Events: cached while a packet is on its way, delivered at confirm; DESTROY at once.

use super::command::Listen;
use super::conn::{DestroyEvent, EventMask, Owner, Status};
use super::event::{Event, EventKind, HEARD_MAX};
use super::nulls::ListId;
use super::probe::Probe;
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
            1 => true,
            _ => self.listener.mode != Listen::Off,
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

    /// Sends the DESTROY message at once, and with it what was missed before.
    /// Kernel: `nf_conntrack_eventmask_report`, net/netfilter/nf_conntrack_ecache.c, v5.10.19.
    pub(super) fn nf_conntrack_event_destroy<P: Probe>(
        &mut self,
        id: ConnId,
        probe: &mut P,
    ) -> Delivery {
        let Some(ecache) = self.conns[id].ext.ecache else {
            return Delivery::Done;
        };
        let delivery = self.send(id, EventMask::DESTROY | ecache.missed, probe);
        if let (Delivery::Done, Some(ecache)) = (delivery, &mut self.conns[id].ext.ecache) {
            ecache.missed = EventMask::empty();
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
        self.listener.sent += 1;
        let seq = self.listener.sent;
        let event = self.message(id, bits, seq);
        if self.listener.heard.len() >= HEARD_MAX {
            self.listener.heard.pop_front();
        }
        self.listener.heard.push_back(Rc::new(event));
        probe.step(self, || Step::EventSent {
            conn: id,
            bits,
            seq,
        });
        Delivery::Done
    }

    /// What a message carries: a DESTROY of v5.10 has neither timeout nor protocol state.
    fn message(&self, id: ConnId, bits: EventMask, seq: u32) -> Event {
        let conn = &self.conns[id];
        let kind = if bits.contains(EventMask::DESTROY) {
            EventKind::Destroy
        } else if bits.intersects(EventMask::NEW | EventMask::RELATED) {
            EventKind::New
        } else {
            EventKind::Update
        };
        let destroyed = kind == EventKind::Destroy;
        Event {
            seq,
            at: self.now,
            kind,
            bits,
            conn: id,
            net: conn.net,
            tuples: [*conn.tuple(Dir::Original), *conn.tuple(Dir::Reply)],
            status: conn.status,
            left: (!destroyed).then(|| conn.nf_ct_expires(self.now)),
            state: conn
                .proto
                .name()
                .filter(|_| bits.contains(EventMask::PROTOINFO) && !destroyed),
            counted: conn.ext.acct.filter(|_| destroyed),
            mark: conn.mark,
            timeout: conn.timeout,
        }
    }

    /// Sends again what could not be delivered, entry by entry of the dying lists. Delivered ones
    /// lose the reference that the worker held. If the listener still cannot take a message, the
    /// worker comes back in a tenth of a second.
    /// Kernel: `ecache_work`, net/netfilter/nf_conntrack_ecache.c, v5.10.19.
    pub(super) fn ecache_work<P: Probe>(&mut self, net: u8, probe: &mut P) {
        let waiting = self.waiting_events(net);
        let mut delivered = 0;
        for &id in &waiting {
            if self.nf_conntrack_event_destroy(id, probe) == Delivery::Failed {
                break;
            }
            if let Some(ecache) = &mut self.conns[id].ext.ecache {
                ecache.destroy = DestroyEvent::Sent;
            }
            delivered += 1;
            self.nf_conntrack_put(id, Owner::EventRetry, probe);
        }
        let left = waiting.len() as u32 - delivered;
        let tenth = Ticks(self.hz().per_second() / 10);
        self.nets[usize::from(net)].ecache_due = (left > 0).then(|| self.now.plus(tenth));
        probe.step(self, || Step::EventRetryRan { delivered, left });
    }

    /// Entries whose DESTROY message is still to be delivered, CPU by CPU, in list order.
    fn waiting_events(&self, net: u8) -> Vec<ConnId> {
        (0..self.config.cpus)
            .flat_map(|cpu| self.walk(ListId::Dying { net, cpu }))
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
