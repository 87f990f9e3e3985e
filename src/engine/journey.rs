//! A packet's way through the stations, from the wire to the end of its memory.

use super::command::Inject;
use super::conn::Owner;
use super::dispatch::{Fate, Outcome, Refusal, Seen};
use super::hooks::Station;
use super::probe::Probe;
use super::rules::Chain;
use super::skb::{CtInfo, Skb, SkbId};
use super::slab::ConnId;
use super::state::Conntrack;
use super::step::{DropCause, Step};

impl Conntrack {
    /// A packet comes in and goes as far as it gets.
    pub(super) fn packet_enters<P: Probe>(&mut self, inject: &Inject, probe: &mut P) -> Outcome {
        let Inject {
            bytes,
            path,
            iif,
            hold_at,
            drop_at,
        } = inject;
        self.skbs_created += 1;
        let id = SkbId(self.skbs_created);
        let len = bytes.len() as u16;
        self.skbs.push(Skb {
            id,
            bytes: self.spare.copy_of(bytes),
            net: self.net,
            cpu: self.cpu,
            path: *path,
            iif: *iif,
            oif: None,
            tmpl: None,
            cut: None,
            at: Station::of(*path)[0],
            held: false,
            hold_at: *hold_at,
            drop_at: *drop_at,
            nfct: None,
            ctinfo: None,
        });
        probe.step(self, || Step::PacketEnters { skb: id, len });
        self.travel(id, false, probe)
    }

    /// A waiting packet goes on.
    pub(super) fn release<P: Probe>(
        &mut self,
        id: SkbId,
        probe: &mut P,
    ) -> Result<Outcome, Refusal> {
        let skb = self.held_mut(id)?;
        skb.held = false;
        let at = skb.at;
        probe.step(self, || Step::Released { skb: id, at });
        Ok(self.travel(id, true, probe))
    }

    /// A waiting packet is dropped.
    pub(super) fn drop_held<P: Probe>(
        &mut self,
        id: SkbId,
        probe: &mut P,
    ) -> Result<Outcome, Refusal> {
        let skb = self.held_mut(id)?;
        skb.held = false;
        let at = skb.at;
        let fate = self.drop_skb(id, at, DropCause::Asked, probe);
        Ok(Outcome {
            skb: Some(id),
            fate: Some(fate),
            ..Outcome::default()
        })
    }

    fn held_mut(&mut self, id: SkbId) -> Result<&mut Skb, Refusal> {
        // Between commands every packet in the machine is one that waits.
        self.skb_mut(id)
            .filter(|skb| skb.held)
            .ok_or(Refusal::NoSuchSkb(id))
    }

    pub(super) fn skb_mut(&mut self, id: SkbId) -> Option<&mut Skb> {
        match self.skbs.last() {
            Some(last) if last.id == id => self.skbs.last_mut(),
            _ => self.skbs.iter_mut().find(|skb| skb.id == id),
        }
    }

    /// Takes a packet from station to station on its own CPU. `released`: it was waiting, so what
    /// comes before the waiting place at its station is done.
    fn travel<P: Probe>(&mut self, id: SkbId, released: bool, probe: &mut P) -> Outcome {
        let Some(skb) = self.skb(id) else {
            return Outcome::default();
        };
        let (start, cpu) = (skb.at, skb.cpu);
        let bench_cpu = core::mem::replace(&mut self.cpu, cpu);
        let mut outcome = Outcome {
            skb: Some(id),
            ..Outcome::default()
        };
        self.walk_from(id, start, released, &mut outcome, probe);
        self.cpu = bench_cpu;
        outcome
    }

    /// The stations from one on, up to the end of the packet's way or a place to wait.
    pub(super) fn walk_from<P: Probe>(
        &mut self,
        id: SkbId,
        start: Station,
        released: bool,
        outcome: &mut Outcome,
        probe: &mut P,
    ) {
        let mut waited = released;
        let mut next = Some(start);
        while let Some(station) = next {
            let fate = self.visit(id, station, waited, outcome, probe);
            waited = false;
            if let Some(fate) = fate {
                outcome.fate = Some(fate);
                break;
            }
            next = self.station_after(id, station);
        }
    }

    /// One station. `Some` if the packet's way ends, or pauses, here.
    fn visit<P: Probe>(
        &mut self,
        id: SkbId,
        station: Station,
        waited: bool,
        outcome: &mut Outcome,
        probe: &mut P,
    ) -> Option<Fate> {
        let wanted = self.hold;
        let skb = self.skb_mut(id)?;
        let held = skb.hold_at == Some(station) || wanted == Some(station);
        let dropped = skb.drop_at == Some(station);
        let net = usize::from(skb.net);
        // Without any rules there is no NAT either.
        let ruled = !self.nets[net].rules.is_empty();
        if !waited {
            if let Some(skb) = self.skb_mut(id) {
                skb.at = station;
            }
            probe.step(self, || Step::HookEntered {
                skb: id,
                hook: station,
            });
            if station.tracks()
                && let Some(fate) = self.track(id, station, ruled, outcome, probe)
            {
                return Some(fate);
            }
            if held {
                self.skb_mut(id)?.held = true;
                probe.step(self, || Step::Held {
                    skb: id,
                    at: station,
                });
                return Some(Fate::Held(station));
            }
        }
        if dropped {
            return Some(self.drop_skb(id, station, DropCause::Asked, probe));
        }
        if station == Station::Queue {
            return self.packet_leaves(id, outcome, probe);
        }
        if ruled && let Err(cause) = self.ask_chains(id, station, probe) {
            self.tell_sender(id, cause, outcome, probe);
            return Some(self.drop_skb(id, station, cause, probe));
        }
        if station.confirms()
            && let Err(cause) = self.confirm_hook(id, probe)
        {
            return Some(self.drop_skb(id, station, cause, probe));
        }
        if station == Station::Prerouting
            && let Err(cause) = self.route(id, probe)
        {
            self.tell_sender(id, cause, outcome, probe);
            return Some(self.drop_skb(id, station, cause, probe));
        }
        None
    }

    /// What comes before and with the main conntrack hook. `Some` if the packet ends there.
    fn track<P: Probe>(
        &mut self,
        id: SkbId,
        station: Station,
        ruled: bool,
        outcome: &mut Outcome,
        probe: &mut P,
    ) -> Option<Fate> {
        match self.conntrack_defrag(id, probe) {
            Ok(true) => {}
            Ok(false) => return Some(Fate::Queued),
            Err(cause) => return Some(self.drop_skb(id, station, cause, probe)),
        }
        if ruled {
            // A raw rule acts on the packet before conntrack and cannot drop it.
            let _ = self.ask_hook(id, station, Chain::Raw, probe);
        }
        let tracked = self.nf_conntrack_in(id, probe);
        let skb = self.skb(id)?;
        let ctinfo = skb.ctinfo;
        (outcome.ctinfo, outcome.conn) = (ctinfo, skb.nfct);
        match tracked {
            Ok(invalid) => outcome.invalid = invalid,
            Err(cause) => return Some(self.drop_skb(id, station, cause, probe)),
        }
        outcome.seen.push(Seen {
            skb: id,
            hook: station,
            ctinfo,
        });
        None
    }

    /// The chains of a hook behind conntrack, NAT among them.
    fn ask_chains<P: Probe>(
        &mut self,
        id: SkbId,
        station: Station,
        probe: &mut P,
    ) -> Result<(), DropCause> {
        Chain::BEHIND_CONNTRACK
            .into_iter()
            .try_for_each(|chain| match chain {
                Chain::NatDst | Chain::NatSrc => self.nat_hook(id, station, chain, probe),
                Chain::Raw | Chain::Mangle | Chain::Filter => {
                    self.ask_hook(id, station, chain, probe)
                }
            })
    }

    /// Where the packet goes from a station. Behind PREROUTING routing decides, if the packet came
    /// in by an interface.
    fn station_after(&self, id: SkbId, station: Station) -> Option<Station> {
        station.after(self.skb(id)?.path)
    }

    /// Drops a packet where it is: its memory is freed, and its reference with it.
    fn drop_skb<P: Probe>(
        &mut self,
        id: SkbId,
        at: Station,
        cause: DropCause,
        probe: &mut P,
    ) -> Fate {
        probe.step(self, || Step::Dropped { skb: id, at, cause });
        self.kfree_skb(id, probe);
        Fate::Dropped(at, cause)
    }

    /// Frees a packet. Its reference is put first.
    /// Kernel: `skb_release_head_state`, net/core/skbuff.c, v5.10.19.
    pub(super) fn kfree_skb<P: Probe>(&mut self, id: SkbId, probe: &mut P) {
        self.nf_reset_ct(id, probe);
        if let Some(at) = self.skbs.iter().rposition(|skb| skb.id == id) {
            let skb = self.skbs.remove(at);
            self.spare.keep(skb.bytes);
        }
        probe.step(self, || Step::SkbFreed { skb: id });
    }

    /// [Figures 3 (6) and 4 (5)] Points a packet to its connection. The reference that the lookup
    /// or the allocation holds becomes the packet's; `use` is not touched.
    /// Kernel: `nf_ct_set`, include/net/netfilter/nf_conntrack.h, v5.10.19.
    pub(super) fn nf_ct_set<P: Probe>(
        &mut self,
        skb: SkbId,
        conn: ConnId,
        ctinfo: CtInfo,
        probe: &mut P,
    ) {
        let Some(at) = self.skb_mut(skb) else { return };
        at.nfct = Some(conn);
        at.ctinfo = Some(ctinfo);
        let refs = &mut self.conns[conn].refs;
        refs.take(Owner::Lookup);
        refs.add(Owner::Skb);
        probe.step(self, || Step::SkbAttached { skb, conn, ctinfo });
    }

    /// Marks a packet as one that is not to be tracked.
    pub(super) fn nf_ct_set_untracked<P: Probe>(&mut self, skb: SkbId, probe: &mut P) {
        if let Some(at) = self.skb_mut(skb) {
            at.nfct = None;
            at.ctinfo = Some(CtInfo::Untracked);
        }
        probe.step(self, || Step::SkbUntracked { skb });
    }

    /// Takes the connection off a packet and puts the packet's reference.
    /// Kernel: `nf_reset_ct`, include/linux/skbuff.h, v5.10.19.
    pub(super) fn nf_reset_ct<P: Probe>(&mut self, skb: SkbId, probe: &mut P) {
        let Some(at) = self.skb_mut(skb) else { return };
        at.ctinfo = None;
        if let Some(conn) = at.nfct.take() {
            self.nf_conntrack_put(conn, Owner::Skb, probe);
        }
    }
}
