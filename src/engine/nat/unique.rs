//! A tuple whose answers nobody else gets.

use super::Manip;
use crate::engine::addr::{Addr, L3};
use crate::engine::conn::{ProtoState, Status};
use crate::engine::extract::nf_ct_invert_tuple;
use crate::engine::hash::{RawHash, hash_conntrack_raw, jhash2, splitmix32};
use crate::engine::nulls::ListId;
use crate::engine::probe::Probe;
use crate::engine::profile::Difference;
use crate::engine::proto::tcp::TcpState;
use crate::engine::rules::{NatRange, PortRange};
use crate::engine::seqadj::after;
use crate::engine::slab::ConnId;
use crate::engine::state::Conntrack;
use crate::engine::stats::Counter;
use crate::engine::step::{DeleteCause, Step};
use crate::engine::tuple::{Dir, Tuple, ipproto};

/// Ports tried in the first round; each further round tries half as many.
/// Kernel: `NF_NAT_MAX_ATTEMPTS`, net/netfilter/nf_nat_core.c, v6.18.
pub const ATTEMPTS_MAX: u32 = 128;
/// A round of fewer is not begun.
pub const ATTEMPTS_MIN: u32 = 16;
/// With so few tries left in a round, a closing connection's port may be taken over.
/// Kernel: `NF_NAT_HARDER_THRESH`, net/netfilter/nf_nat_core.c, v6.18.
pub const HARDER_FROM: u32 = 32;

/// Splits what is drawn for ports from other things drawn from the same seed.
const PORTS: u64 = 0x706f_7274_0000_0000;

impl Conntrack {
    /// The tuple that a connection gets: as near to its own as
    /// the range allows, and with answers that are no other connection's, if there is one.
    /// Kernel: `get_unique_tuple`, net/netfilter/nf_nat_core.c, v5.10.19.
    pub(super) fn get_unique_tuple<P: Probe>(
        &mut self,
        conn: ConnId,
        current: &Tuple,
        range: &NatRange,
        manip: Manip,
        probe: &mut P,
    ) -> Tuple {
        if manip == Manip::Src && !range.random {
            if nf_in_range(current, range) {
                if !self.nf_nat_used_tuple_new(conn, current, probe) {
                    return *current;
                }
            } else if let Some(known) = self.find_appropriate_src(conn, current, range)
                && !self.nf_nat_used_tuple(conn, &known, probe)
            {
                return known;
            }
        }
        let mut tuple = *current;
        self.find_best_ips_proto(conn, &mut tuple, range, manip);
        if !range.random {
            let keep = match range.ports {
                Some(ports) => {
                    l4proto_in_range(&tuple, manip, ports)
                        && (ports.min == ports.max || !self.nf_nat_used_tuple(conn, &tuple, probe))
                }
                None => !self.nf_nat_used_tuple(conn, &tuple, probe),
            };
            if keep {
                return tuple;
            }
        }
        self.nf_nat_l4proto_unique_tuple(conn, tuple, range, manip, probe)
    }

    /// Looks for a port from a random place in the range on. If all that were tried are taken the
    /// last one stays, and confirm will find out.
    /// Kernel: `nf_nat_l4proto_unique_tuple`, net/netfilter/nf_nat_core.c, v5.10.19.
    fn nf_nat_l4proto_unique_tuple<P: Probe>(
        &mut self,
        conn: ConnId,
        mut tuple: Tuple,
        range: &NatRange,
        manip: Manip,
        probe: &mut P,
    ) -> Tuple {
        let Some(PortRange { min, max }) = self.ports_to_try(conn, &tuple, range, manip) else {
            return tuple;
        };
        let size = u32::from(max - min) + 1;
        let from_start = manip == Manip::Dst
            && !range.random
            && self.profile().since(Difference::NatDestinationPortsInOrder);
        let mut at = if from_start { 0 } else { self.random_port() };
        let mut attempts = size.min(ATTEMPTS_MAX);
        let (mut tries, mut found) = (0, false);
        'rounds: loop {
            for left in (1..=attempts).rev() {
                let port = min + (u32::from(at) % size) as u16;
                at = at.wrapping_add(1);
                *port_mut(&mut tuple, manip) = port;
                tries += 1;
                if !self.nf_nat_used_tuple_harder(conn, &tuple, left, probe) {
                    found = true;
                    break 'rounds;
                }
            }
            if attempts >= size || attempts < ATTEMPTS_MIN {
                break;
            }
            attempts /= 2;
            at = self.random_port();
        }
        let port = *port_mut(&mut tuple, manip);
        probe.step(self, || Step::NatPortsTried {
            conn,
            tries,
            port,
            found,
        });
        tuple
    }

    /// The ports, or identifiers, that a protocol can choose from; `None` if it has nothing to
    /// choose.
    fn ports_to_try(
        &self,
        conn: ConnId,
        tuple: &Tuple,
        range: &NatRange,
        manip: Manip,
    ) -> Option<PortRange> {
        let among = |min, max| Some(range.ports.unwrap_or(PortRange { min, max }));
        match tuple.dst.protonum {
            _ if tuple.is_icmp() => among(0, u16::MAX),
            // Its keys are those of the control connection.
            ipproto::GRE if self.conns[conn].master.is_some() => among(1, u16::MAX),
            _ if !tuple.has_ports() => None,
            _ => match (range.ports, manip, tuple.src.u) {
                (None, Manip::Dst, _) => None,
                // A port that only root may open stays one.
                (None, Manip::Src, 0..512) => among(1, 511),
                (None, Manip::Src, 512..1024) => among(600, 1023),
                _ => among(1024, u16::MAX),
            },
        }
    }

    pub(in crate::engine) fn random_port(&mut self) -> u16 {
        self.nat.drawn = self.nat.drawn.wrapping_add(1);
        let at = u64::from(self.config.seed) << 32 | u64::from(self.nat.drawn);
        splitmix32(at ^ PORTS) as u16
    }

    /// The mapping that another connection of the same source has, if the range has it too.
    /// Kernel: `find_appropriate_src`, net/netfilter/nf_nat_core.c, v5.10.19.
    fn find_appropriate_src(&self, conn: ConnId, tuple: &Tuple, range: &NatRange) -> Option<Tuple> {
        let (net, zone) = (self.conns[conn].net, self.conns[conn].zone);
        self.chain_by_source(net, tuple).find_map(|other| {
            let other = &self.conns[other];
            let theirs = other.tuple(Dir::Original);
            if theirs.src != tuple.src
                || theirs.dst.protonum != tuple.dst.protonum
                || other.net != net
                || other.zone != zone
            {
                return None;
            }
            let mut known = nf_ct_invert_tuple(other.tuple(Dir::Reply))?;
            known.dst = tuple.dst;
            nf_in_range(&known, range).then_some(known)
        })
    }

    /// Chooses among several addresses by a hash of the packet's own, so that one source gets one
    /// address, and with `persistent` the same for every destination.
    /// Kernel: `find_best_ips_proto`, net/netfilter/nf_nat_core.c, v5.10.19.
    fn find_best_ips_proto(&self, conn: ConnId, tuple: &mut Tuple, range: &NatRange, manip: Manip) {
        let zone = self.conns[conn].zone.id;
        let NatRange { l3, min, max, .. } = *range;
        let words = match l3 {
            L3::Ipv4 => 1,
            L3::Ipv6 => 4,
        };
        let chosen = if min == max {
            min
        } else {
            let to = tuple.dst.u3.words();
            let start = if range.persistent {
                0
            } else {
                to[words - 1] ^ u32::from(zone)
            };
            let mut hash = jhash2(&tuple.src.u3.words(), start);
            let mut chosen = Addr::default();
            // Below the last word of the range, and once a word is, all that follow are free.
            let mut free = false;
            for (word, to) in to.into_iter().enumerate().take(words) {
                let (low, high) = (network_word(min, word), network_word(max, word));
                let (low, count) = if free {
                    (0, u32::MAX)
                } else {
                    (low, high.wrapping_sub(low).wrapping_add(1))
                };
                let at = low.wrapping_add(RawHash(hash).scale(count));
                chosen.0[4 * word..4 * word + 4].copy_from_slice(&at.to_be_bytes());
                free |= at != high;
                if !range.persistent {
                    hash ^= to;
                }
            }
            chosen
        };
        match manip {
            Manip::Src => tuple.src.u3 = chosen,
            Manip::Dst => tuple.dst.u3 = chosen,
        }
    }

    /// `true` if answers to this tuple are somebody else's.
    /// Kernel: `nf_nat_used_tuple`, net/netfilter/nf_nat_core.c, v5.10.19.
    fn nf_nat_used_tuple<P: Probe>(&mut self, conn: ConnId, tuple: &Tuple, probe: &mut P) -> bool {
        nf_ct_invert_tuple(tuple)
            .is_none_or(|reply| self.nf_conntrack_tuple_taken(conn, &reply, probe).is_some())
    }

    /// The same for the tuple that a connection has by itself. In v6.18 the opposite flow, if
    /// neither is translated, is not in the way: both opened at once, and confirm will join them.
    /// Kernel: `nf_nat_used_tuple_new`, net/netfilter/nf_nat_core.c, v6.18.
    fn nf_nat_used_tuple_new<P: Probe>(
        &mut self,
        conn: ConnId,
        tuple: &Tuple,
        probe: &mut P,
    ) -> bool {
        let Some(reply) = nf_ct_invert_tuple(tuple) else {
            return true;
        };
        let Some((other, _)) = self.nf_conntrack_tuple_taken(conn, &reply, probe) else {
            return false;
        };
        let (ours, theirs) = (&self.conns[conn], &self.conns[other]);
        let nat = Status::SRC_NAT | Status::DST_NAT;
        let opposite = self.profile().since(Difference::NatLeavesOppositeFlow)
            && self.allow_clash(tuple.dst.protonum)
            && !ours.status.intersects(nat)
            && !theirs.status.intersects(nat)
            && theirs.tuple(Dir::Original).nf_ct_tuple_equal(&reply);
        !opposite
    }

    /// The same once few tries are left. In v6.18 a new TCP connection may take over the port of
    /// one that is closing, if its numbers are ahead.
    /// Kernel: `nf_nat_used_tuple_harder`, net/netfilter/nf_nat_core.c, v6.18.
    fn nf_nat_used_tuple_harder<P: Probe>(
        &mut self,
        conn: ConnId,
        tuple: &Tuple,
        left: u32,
        probe: &mut P,
    ) -> bool {
        let syn_sent = match self.conns[conn].proto {
            ProtoState::Tcp(tcp) => tcp.state == TcpState::SynSent,
            _ => false,
        };
        if left > HARDER_FROM || !syn_sent || !self.profile().since(Difference::NatTakesClosingPort)
        {
            return self.nf_nat_used_tuple(conn, tuple, probe);
        }
        let Some(reply) = nf_ct_invert_tuple(tuple) else {
            return true;
        };
        let Some((other, dir)) = self.who_has(conn, &reply, false, probe) else {
            return false;
        };
        probe.step(self, || Step::NatTupleTaken { conn, other });
        dir == Dir::Original
            || !self.may_take_over(conn, other)
            || !self.nf_ct_delete(other, DeleteCause::NatPort, probe)
    }

    /// Closing, translated, and behind the new one's numbers.
    fn may_take_over(&self, conn: ConnId, other: ConnId) -> bool {
        let (ours, theirs) = (&self.conns[conn], &self.conns[other]);
        let (ProtoState::Tcp(new), ProtoState::Tcp(old)) = (&ours.proto, &theirs.proto) else {
            return false;
        };
        let closing = matches!(
            old.state,
            TcpState::TimeWait | TcpState::Close | TcpState::SynSent2
        );
        let kept = Status::FIXED_TIMEOUT | Status::DYING | Status::OFFLOAD;
        let [new_end, old_end] = [new, old].map(|tcp| tcp.seen[Dir::Original.index()].td_end);
        closing
            && theirs.status.contains(Status::SRC_NAT)
            && !theirs.status.intersects(kept)
            && after(new_end, old_end)
    }

    /// Whose answers a tuple's would be, if not those of the connection that asks. One that was
    /// opened by the very same packet does not count: confirm sees to that.
    /// Kernel: `nf_conntrack_tuple_taken`, net/netfilter/nf_conntrack_core.c, v5.10.19.
    pub(in crate::engine) fn nf_conntrack_tuple_taken<P: Probe>(
        &mut self,
        conn: ConnId,
        reply: &Tuple,
        probe: &mut P,
    ) -> Option<(ConnId, Dir)> {
        let taken = self.who_has(conn, reply, true, probe)?;
        let (net, cpu) = (self.conns[conn].net, self.cpu);
        let (other, _) = taken;
        probe.step(self, || Step::NatTupleTaken { conn, other });
        self.count_up(net, cpu, Counter::Found, 1, probe);
        Some(taken)
    }

    /// The entry that a tuple finds, other than one; `twins`: and other than those with its own
    /// original tuple. What is expired is killed on the way.
    fn who_has<P: Probe>(
        &mut self,
        conn: ConnId,
        tuple: &Tuple,
        twins: bool,
        probe: &mut P,
    ) -> Option<(ConnId, Dir)> {
        let asking = &self.conns[conn];
        let (net, zone, original) = (asking.net, asking.zone, *asking.tuple(Dir::Original));
        let key = self.hash_key(net, zone.id_of(Dir::Reply));
        let bucket = hash_conntrack_raw(tuple, key).scale(self.table.size());
        for node in self.nodes(ListId::Bucket(bucket)) {
            // Killed just now, by its other node.
            let Some(other) = self.conns.at(node.slot) else {
                continue;
            };
            let id = other.id;
            if id == conn {
                continue;
            }
            if other.nf_ct_is_expired(self.now) {
                self.nf_ct_gc_expired(id, probe);
                continue;
            }
            let equal = other.net == net
                && other.zone.id_of(node.dir) == zone.id_of(node.dir)
                && other.status.contains(Status::CONFIRMED)
                && other.tuple(node.dir).nf_ct_tuple_equal(tuple);
            let twin = other.tuple(Dir::Original).nf_ct_tuple_equal(&original)
                && other.zone.id_of(Dir::Original) == zone.id_of(Dir::Original);
            if equal && !(twins && twin) {
                return Some((id, node.dir));
            }
        }
        None
    }
}

/// `true` if a tuple's source lies in a range, address and port.
/// Kernel: `nf_in_range`, net/netfilter/nf_nat_core.c, v5.10.19.
fn nf_in_range(tuple: &Tuple, range: &NatRange) -> bool {
    (range.min.0..=range.max.0).contains(&tuple.src.u3.0)
        && range
            .ports
            .is_none_or(|ports| l4proto_in_range(tuple, Manip::Src, ports))
}

/// `true` if the port lies in a range, or there is none.
/// Kernel: `l4proto_in_range`, net/netfilter/nf_nat_core.c, v5.10.19.
fn l4proto_in_range(tuple: &Tuple, manip: Manip, ports: PortRange) -> bool {
    let within = |port: u16| (ports.min..=ports.max).contains(&port);
    match manip {
        _ if tuple.is_icmp() => within(tuple.src.u),
        _ if !tuple.has_ports() => true,
        Manip::Src => within(tuple.src.u),
        Manip::Dst => within(tuple.dst.u),
    }
}

/// The port, or the identifier, that a manip changes.
const fn port_mut(tuple: &mut Tuple, manip: Manip) -> &mut u16 {
    match manip {
        Manip::Dst if !tuple.is_icmp() => &mut tuple.dst.u,
        Manip::Src | Manip::Dst => &mut tuple.src.u,
    }
}

/// A word of an address as a number.
fn network_word(addr: Addr, word: usize) -> u32 {
    addr.words()[word].swap_bytes()
}
