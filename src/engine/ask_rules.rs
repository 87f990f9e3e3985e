//! Rules at work: the chains of a hook are asked, and what they say is done.

use super::conn::EventMask;
use super::extract::{get_l4proto, nf_ct_get_tuple};
use super::hooks::Station;
use super::probe::Probe;
use super::rules::{Action, Chain};
use super::skb::{CtInfo, SkbId, Template};
use super::slab::ConnId;
use super::state::Conntrack;
use super::step::{DropCause, Step};

/// What a chain says of a packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Asked {
    /// It goes on; the rule that said so, if one did.
    Pass(Option<u32>),
    /// It is dropped, by this rule.
    Drop(u32),
    /// The same, and its sender is told so.
    Reject(u32),
}

impl Conntrack {
    /// `true` if a chain of a hook has rules in the packet's namespace.
    pub(super) fn has_chain(&self, skb: SkbId, hook: Station, chain: Chain) -> bool {
        self.skb(skb).is_some_and(|skb| {
            self.nets[usize::from(skb.net)]
                .rules
                .iter()
                .any(|rule| rule.hook == hook && rule.action.chain() == chain)
        })
    }

    /// Asks the rules of a chain in order, does what those that fit say, and stops at the first
    /// that decides.
    /// Kernel: `nft_do_chain`, net/netfilter/nf_tables_core.c, v5.10.19.
    pub(super) fn ask_chain<P: Probe>(&mut self, id: SkbId, chain: Chain, probe: &mut P) -> Asked {
        let mut from = 0;
        while let Some((nth, action)) = self.next_rule(id, chain, from) {
            from = nth + 1;
            match action {
                Action::Accept => return Asked::Pass(Some(nth)),
                Action::Drop => return Asked::Drop(nth),
                Action::Reject | Action::RejectReset => return Asked::Reject(nth),
                Action::Notrack => self.notrack(id, probe),
                Action::Zone(zone) => {
                    if let Some(skb) = self.skb_mut(id) {
                        skb.tmpl = Some(Template { zone });
                    }
                }
                Action::Mark(mark) => self.set_mark(id, mark, probe),
                Action::Timeout(_) => self.set_policy(id, nth, probe),
                Action::Helper(name) => self.ct_helper_set(id, name, probe),
                Action::Snat(_) | Action::Dnat(_) | Action::Masquerade(_) | Action::Redirect(_) => {
                }
            }
            let at = self.skb(id).map_or(Station::Queue, |skb| skb.at);
            probe.step(self, || Step::RuleActed {
                skb: id,
                hook: at,
                rule: nth,
            });
            if action.decides() {
                return Asked::Pass(Some(nth));
            }
        }
        Asked::Pass(None)
    }

    /// The next rule of a chain, from a place among all rules on, that fits the packet.
    pub(super) fn next_rule(&self, id: SkbId, chain: Chain, from: u32) -> Option<(u32, Action)> {
        let skb = self.skb(id)?;
        let rules = &self.nets[usize::from(skb.net)].rules;
        if rules.len() <= from as usize {
            return None;
        }
        let tuple = get_l4proto(&skb.bytes)
            .ok()
            .and_then(|l4| nf_ct_get_tuple(&skb.bytes, &l4, self.reading(skb.net)))
            .unwrap_or_default();
        let mark = skb.nfct.map_or(0, |conn| self.conns[conn].mark);
        let fits = (0..).zip(rules).skip(from as usize).find(|(_, rule)| {
            rule.hook == skb.at
                && rule.action.chain() == chain
                && rule.fit.matches(skb, &tuple, mark)
        });
        fits.map(|(nth, rule)| (nth, rule.action.clone()))
    }

    /// The chains of a hook behind conntrack that have no part in NAT, in order.
    pub(super) fn ask_hook<P: Probe>(
        &mut self,
        id: SkbId,
        station: Station,
        chain: Chain,
        probe: &mut P,
    ) -> Result<(), DropCause> {
        if !self.has_chain(id, station, chain) {
            return Ok(());
        }
        match self.ask_chain(id, chain, probe) {
            Asked::Drop(rule) => Err(DropCause::Rule(rule)),
            Asked::Reject(rule) => Err(DropCause::Rejected(rule)),
            Asked::Pass(rule) => {
                if chain == Chain::Filter {
                    probe.step(self, || Step::RulesPassed {
                        skb: id,
                        hook: station,
                        rule,
                    });
                }
                Ok(())
            }
        }
    }

    /// A packet without a connection is not to get one.
    fn notrack<P: Probe>(&mut self, id: SkbId, probe: &mut P) {
        if self.skb(id).is_some_and(|skb| skb.ctinfo.is_none()) {
            self.nf_ct_set_untracked(id, probe);
        }
    }

    /// `ct mark set`: a change is an event.
    fn set_mark<P: Probe>(&mut self, id: SkbId, mark: u32, probe: &mut P) {
        let tracked = |skb: &super::skb::Skb| match skb.ctinfo {
            Some(CtInfo::Untracked) | None => None,
            Some(_) => skb.nfct,
        };
        if let Some(conn) = self.skb(id).and_then(tracked) {
            self.set_conn_mark(conn, mark, probe);
        }
    }

    /// Gives a connection a mark.
    pub(super) fn set_conn_mark<P: Probe>(&mut self, id: ConnId, mark: u32, probe: &mut P) {
        let conn = &mut self.conns[id];
        let old = core::mem::replace(&mut conn.mark, mark);
        if old != mark {
            probe.step(self, || Step::MarkSet {
                conn: id,
                old,
                new: mark,
            });
            self.nf_conntrack_event_cache(id, EventMask::MARK, probe);
        }
    }
}
