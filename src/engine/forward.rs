//! The IP layer between the hooks: routing, forwarding, delivery, and what this machine says of
//! its own about a packet.

use super::addr::{Addr, L3};
use super::answer::{Answer, build, local_answer, reject_is_sound};
use super::command::SKBS_MAX;
use super::conn::Owner;
use super::dispatch::{Fate, Outcome, Sent};
use super::extract::{destination, get_l4proto, source};
use super::fragment::{exceeds_mtu, ip_fragment};
use super::hooks::Station;
use super::probe::Probe;
use super::router::MTU_DEFAULT;
use super::rules::Action;
use super::skb::{CtInfo, Path, Skb, SkbId};
use super::state::{Conntrack, Netns};
use super::step::{DropCause, Step};
use super::tuple::ipproto;

impl Conntrack {
    /// The way of a packet that came in by an interface, by its destination address as it is now.
    /// A packet that is to be forwarded loses a hop.
    /// Kernel: `ip_rcv_finish`, net/ipv4/ip_input.c, v5.10.19.
    pub(super) fn route<P: Probe>(&mut self, id: SkbId, probe: &mut P) -> Result<(), DropCause> {
        let Some(skb) = self.skb(id) else {
            return Ok(());
        };
        let Some((l3, dst)) = skb.iif.and_then(|_| destination(&skb.bytes)) else {
            return Ok(());
        };
        let net = &self.nets[usize::from(skb.net)];
        let from = source(&skb.bytes).map_or(Default::default(), |(_, addr)| addr);
        if is_martian(net, l3, from, dst) {
            return Err(DropCause::Martian);
        }
        let (path, oif) = if net.is_local(l3, dst) || net.is_broadcast(l3, dst) {
            (Path::Input, None)
        } else {
            let iface = net.route(l3, dst).ok_or(DropCause::NoRoute)?;
            (Path::Forward, Some(iface.name))
        };
        if let Some(skb) = self.skb_mut(id) {
            (skb.path, skb.oif) = (path, oif);
        }
        probe.step(self, || Step::Routed { skb: id, path });
        match path {
            Path::Forward => self.ip_forward(id, probe),
            Path::Input | Path::Output => Ok(()),
        }
    }

    /// Looks whether a packet may go on, and counts the hop.
    /// Kernel: `ip_forward`, net/ipv4/ip_forward.c, and `ip6_forward`, net/ipv6/ip6_output.c,
    /// v5.10.19.
    fn ip_forward<P: Probe>(&mut self, id: SkbId, probe: &mut P) -> Result<(), DropCause> {
        let Some(skb) = self.skb(id) else {
            return Ok(());
        };
        let mtu = self.mtu_of(skb);
        let field = hop_limit_at(&skb.bytes);
        let hops = skb.bytes.get(field).copied().unwrap_or(0);
        if hops <= 1 {
            return Err(DropCause::HopLimit);
        }
        if exceeds_mtu(&skb.bytes, skb.cut.as_deref(), mtu) {
            return Err(DropCause::TooBig);
        }
        if let Some(skb) = self.skb_mut(id) {
            ip_decrease_ttl(&mut skb.bytes);
        }
        probe.step(self, || Step::HopCounted {
            skb: id,
            left: hops - 1,
        });
        Ok(())
    }

    /// Bytes that the device which a packet goes out by takes at most.
    fn mtu_of(&self, skb: &Skb) -> u16 {
        let net = &self.nets[usize::from(skb.net)];
        let iface = skb.oif.and_then(|name| net.iface(name));
        iface.map_or(MTU_DEFAULT, |iface| iface.mtu)
    }

    /// The packet leaves by its interface, or reaches a socket.
    pub(super) fn packet_leaves<P: Probe>(
        &mut self,
        id: SkbId,
        outcome: &mut Outcome,
        probe: &mut P,
    ) -> Option<Fate> {
        let skb = self.skb(id)?;
        let path = skb.path;
        let to_wire = path != Path::Input && (skb.oif.is_some() || skb.cut.is_some());
        if to_wire {
            let mtu = self.mtu_of(skb);
            let skb = self.skb_mut(id)?;
            let bytes = core::mem::take(&mut skb.bytes);
            let (oif, cut) = (skb.oif, skb.cut.take());
            let fragments = ip_fragment(bytes, cut.as_deref(), mtu.into());
            let pieces = fragments.len();
            if let Some(oif) = oif {
                let sent = fragments.into_iter().map(|bytes| Sent { oif, bytes });
                outcome.sent.extend(sent);
            }
            if pieces > 1 {
                let pieces = pieces as u16;
                probe.step(self, || Step::Fragmented { skb: id, pieces });
            }
        }
        probe.step(self, || Step::PacketLeaves { skb: id, path });
        if path == Path::Input {
            self.deliver(id, outcome, probe);
        }
        self.kfree_skb(id, probe);
        Some(Fate::Accepted)
    }

    /// A packet that came in by an interface is for this machine, where nobody listens.
    fn deliver<P: Probe>(&mut self, id: SkbId, outcome: &mut Outcome, probe: &mut P) {
        let Some(skb) = self.skb(id).filter(|skb| skb.iif.is_some()) else {
            return;
        };
        let Some((l3, dst)) = destination(&skb.bytes) else {
            return;
        };
        let net = &self.nets[usize::from(skb.net)];
        let answer = local_answer(&skb.bytes).filter(|_| net.is_local(l3, dst));
        // TCP and UDP take the connection off a packet before they look for its socket.
        let protonum = get_l4proto(&skb.bytes).map_or(0, |l4| l4.protonum);
        if matches!(protonum, ipproto::TCP | ipproto::UDP | UDPLITE) {
            self.nf_reset_ct(id, probe);
        }
        if let Some(answer) = answer {
            self.answer(id, answer, outcome, probe);
        }
    }

    /// A packet is about to be dropped; its sender is told, if it is one of the causes that are.
    pub(super) fn tell_sender<P: Probe>(
        &mut self,
        id: SkbId,
        cause: DropCause,
        outcome: &mut Outcome,
        probe: &mut P,
    ) {
        let Some(skb) = self.skb(id) else {
            return;
        };
        let answer = match cause {
            DropCause::HopLimit => Answer::TimeExceeded,
            DropCause::NoRoute => Answer::NoRoute,
            DropCause::TooBig => Answer::TooBig(self.mtu_of(skb)),
            DropCause::Rejected(rule) if reject_is_sound(&skb.bytes) => {
                let rules = &self.nets[usize::from(skb.net)].rules;
                let is_tcp = get_l4proto(&skb.bytes).is_ok_and(|l4| l4.protonum == ipproto::TCP);
                match rules.get(rule as usize).map(|rule| &rule.action) {
                    Some(Action::RejectReset) if is_tcp => Answer::Reset,
                    Some(Action::RejectReset) => return,
                    _ => Answer::PortUnreachable,
                }
            }
            _ => return,
        };
        self.answer(id, answer, outcome, probe);
    }

    /// Makes a packet because of another one, and sends it on its way. Only what came in by an
    /// interface is answered.
    /// Kernel: `icmp_send`, net/ipv4/icmp.c, `nf_send_unreach` and `nf_send_reset`,
    /// net/ipv4/netfilter/nf_reject_ipv4.c, v5.10.19, and their IPv6 twins.
    fn answer<P: Probe>(
        &mut self,
        because: SkbId,
        answer: Answer,
        outcome: &mut Outcome,
        probe: &mut P,
    ) {
        let Some(skb) = self.skb(because).filter(|skb| skb.iif.is_some()) else {
            return;
        };
        let net = &self.nets[usize::from(skb.net)];
        let uptime = self.hz().millis_since(self.uptime);
        let Some(bytes) = build(&skb.bytes, answer, net, uptime) else {
            return;
        };
        let way = destination(&bytes).and_then(|(l3, dst)| net.route(l3, dst));
        let (Some(oif), true) = (way.map(|iface| iface.name), self.skbs.len() < SKBS_MAX) else {
            return;
        };
        let inherited = skb.nfct.filter(|_| answer.inherits()).zip(skb.ctinfo);
        let (net, cpu) = (skb.net, skb.cpu);
        self.skbs_created += 1;
        let id = SkbId(self.skbs_created);
        self.skbs.push(Skb {
            id,
            bytes,
            net,
            cpu,
            path: Path::Output,
            iif: None,
            oif: Some(oif),
            tmpl: None,
            cut: None,
            at: Station::Output,
            held: false,
            hold_at: None,
            drop_at: None,
            nfct: None,
            ctinfo: None,
        });
        probe.step(self, || Step::AnswerMade {
            skb: id,
            because,
            answer,
        });
        if let Some((conn, ctinfo)) = inherited {
            // It goes the other way.
            let ctinfo = if ctinfo.is_reply() {
                CtInfo::Related
            } else {
                CtInfo::RelatedReply
            };
            if let Some(skb) = self.skb_mut(id) {
                (skb.nfct, skb.ctinfo) = (Some(conn), Some(ctinfo));
            }
            self.hold(conn, Owner::Skb, probe);
            probe.step(self, || Step::SkbAttached {
                skb: id,
                conn,
                ctinfo,
            });
            if answer == Answer::Reset {
                self.nf_conntrack_tcp_set_closing(conn, probe);
            }
        }
        let mut own = Outcome::default();
        self.walk_from(id, Station::Output, false, &mut own, probe);
        outcome.seen.append(core::mem::take(&mut own.seen));
        outcome.sent.append(&mut own.sent);
    }
}

const UDPLITE: u8 = 136;

/// Nobody can have sent it from there, or may send it there.
/// Kernel: `ip_route_input_slow`, net/ipv4/route.c, v5.10.19.
fn is_martian(net: &Netns, l3: L3, from: Addr, to: Addr) -> bool {
    let loopback = |addr: Addr| addr.0[0] == 127;
    match l3 {
        L3::Ipv4 => {
            let group = |addr: Addr| addr.0[0] & 0xf0 == 0xe0;
            loopback(from)
                || loopback(to)
                || from.0[0] == 0
                || to.0[0] == 0
                || group(from)
                // Nobody here has joined a group.
                || group(to)
                || net.is_broadcast(l3, from)
                || net.is_local(l3, from)
        }
        L3::Ipv6 => from.0[0] == 0xff,
    }
}

/// Where the hop limit stands in a packet.
fn hop_limit_at(packet: &[u8]) -> usize {
    match packet.first() {
        Some(first) if first >> 4 == 6 => 7,
        _ => 8,
    }
}

/// One hop less, and the IPv4 checksum told so (RFC 1624).
/// Kernel: `ip_decrease_ttl`, include/net/ip.h, v5.10.19.
fn ip_decrease_ttl(packet: &mut [u8]) {
    let at = hop_limit_at(packet);
    if let Some(hops) = packet.get_mut(at) {
        *hops = hops.saturating_sub(1);
    }
    if at == 8
        && let Some(field) = packet.get_mut(10..12)
    {
        let sum = u32::from(u16::from_be_bytes([field[0], field[1]])) + 0x0100;
        let sum = (sum + u32::from(sum >= 0xffff)) as u16;
        field.copy_from_slice(&sum.to_be_bytes());
    }
}
