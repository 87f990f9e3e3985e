//! What an operator does with `conntrack -I`: an entry is made as a request says, without a packet.

use super::command::{EntryState, NewEntry};
use super::conn::{Counted, EventMask, Owner, ProtoState, Status, Timeout};
use super::dispatch::{Outcome, Refusal};
use super::extract::nf_ct_invert_tuple;
use super::hash::hash_conntrack_raw;
use super::helper::Helper;
use super::helper::ftp::FtpPrivate;
use super::lookup::Key;
use super::nulls::{ListId, Node};
use super::probe::Probe;
use super::proto::dccp::DccpPrivate;
use super::proto::sctp::SctpPrivate;
use super::proto::tcp::TcpPrivate;
use super::slab::ConnId;
use super::state::Conntrack;
use super::stats::Counter;
use super::step::{Step, Walker};
use super::sysctl::Sysctl;
use super::time::{Jiffies, Secs, TICKS_MAX, Ticks};
use super::tuple::{Dir, Tuple, ipproto};

impl Conntrack {
    /// Makes the entry, unless one of its tuples is in use. Where the table is full and nobody can
    /// be spared, none is made, and [`Outcome::conn`] is `None`.
    /// Kernel: `ctnetlink_new_conntrack`, `ctnetlink_create_conntrack` and
    /// `nf_conntrack_hash_check_insert`, v5.10.19.
    /// Differs: a chain may be of any length, in v6.18 too.
    pub(super) fn create_entry<P: Probe>(
        &mut self,
        asked: &NewEntry,
        probe: &mut P,
    ) -> Result<Outcome, Refusal> {
        let (original, reply) = (asked.original, asked.reply);
        let plain = nf_ct_invert_tuple(&original).ok_or(Refusal::NotInvertible)?;
        let status = status_of(asked, &plain).ok_or(Refusal::NotAnAnswer)?;
        let (net, cpu, zone) = (self.net, self.cpu, asked.zone);
        let [first, second] = [original, reply].map(|tuple| Key { net, zone, tuple });
        for (dir, key) in [(Dir::Original, first), (Dir::Reply, second)] {
            if let Some(other) = self.holder(&key, dir) {
                return Err(Refusal::EntryExists(other.number));
            }
        }
        probe.step(self, || Step::EntryAsked { original, reply });
        if let Some((found, _)) = self.nf_conntrack_find_get(&first, Walker::Lookup, probe) {
            // Not after the look above; a request that finds one lets it go again.
            self.nf_conntrack_put(found, Owner::Lookup, probe);
            return Ok(Outcome::default());
        }
        let raw = hash_conntrack_raw(&original, self.hash_key(net, zone.id_of(Dir::Original)));
        let Ok(conn) = self.nf_conntrack_alloc(&first, cpu, reply, raw, probe) else {
            return Ok(Outcome::default());
        };
        self.conns[conn].tuplehash[Dir::Reply.index()].node = Node::Detached;
        self.extensions_added(conn, probe);
        self.fill_entry(conn, asked, status);
        probe.step(self, || Step::EntryFilled { conn });
        self.hold(conn, Owner::Table, probe);
        self.hold(conn, Owner::Netlink, probe);
        for dir in Dir::BOTH {
            let bucket = self.bucket_of(&self.conns[conn], dir);
            self.link(conn, dir, ListId::Bucket(bucket));
            probe.step(self, || Step::HashInserted { conn, dir, bucket });
        }
        self.conns[conn].moving = false;
        self.count_up(net, cpu, Counter::Insert, 1, probe);
        let bits = EventMask::NEW
            | EventMask::REPLY
            | EventMask::ASSURED
            | EventMask::PROTOINFO
            | EventMask::HELPER
            | EventMask::MARK;
        // Whoever asked is not told whether a listener heard of it.
        let _ = self.nf_conntrack_eventmask_report(conn, bits, probe);
        self.nf_conntrack_put(conn, Owner::Netlink, probe);
        Ok(Outcome {
            conn: Some(conn),
            ..Outcome::default()
        })
    }

    /// The entry of the table whose tuple of this direction, or of the other one, is this. One that
    /// is expired does not count for the original tuple: looking for it kills that one.
    fn holder(&self, key: &Key, dir: Dir) -> Option<ConnId> {
        let hash_key = self.hash_key(key.net, key.zone.id_of(dir));
        let bucket = hash_conntrack_raw(&key.tuple, hash_key).scale(self.table.size());
        self.walk(ListId::Bucket(bucket))
            .filter_map(|node| Some((self.conns.at(node.slot)?, node.dir)))
            .find(|(conn, at)| {
                conn.net == key.net
                    && conn.tuple(*at).nf_ct_tuple_equal(&key.tuple)
                    && conn.zone.id_of(*at) == key.zone.id_of(*at)
                    && !(dir == Dir::Original && conn.nf_ct_is_expired(self.now))
            })
            .map(|(conn, _)| conn.id)
    }

    /// Everything that the request says of the entry.
    /// Differs: a kernel lets nobody set counters and the time of the start.
    fn fill_entry(&mut self, id: ConnId, asked: &NewEntry, status: Status) {
        let (now, hz, net) = (self.now, self.hz(), self.net);
        let setting = |key| hz.ticks(Secs(self.sysctl(net, key)));
        let proto = match (asked.state, asked.original.dst.protonum) {
            (Some(EntryState::Tcp(state)), _) => ProtoState::Tcp(TcpPrivate {
                state,
                ..TcpPrivate::default()
            }),
            (Some(EntryState::Sctp(state)), _) => ProtoState::Sctp(SctpPrivate {
                state,
                ..SctpPrivate::default()
            }),
            (Some(EntryState::Dccp(state)), _) => ProtoState::Dccp(DccpPrivate {
                state,
                ..DccpPrivate::default()
            }),
            (None, ipproto::UDP) => ProtoState::Udp {
                stream_ts: Jiffies(0),
            },
            (None, ipproto::GRE) => ProtoState::Gre {
                timeout: setting(Sysctl::GreTimeout),
                stream_timeout: setting(Sysctl::GreTimeoutStream),
            },
            (None, _) => ProtoState::None,
        };
        let uptime = self.uptime;
        let entry = &mut self.conns[id];
        entry.timeout = Timeout::Absolute(now.plus(lifetime(asked.timeout, hz.per_second())));
        entry.status = status;
        entry.mark = asked.mark;
        entry.proto = proto;
        if let Some(acct) = entry.ext.acct_mut() {
            *acct = asked.counted.unwrap_or([Counted::default(); 2]);
        }
        if let Some((start, _)) = entry.ext.tstamp_mut() {
            let age = u64::from(asked.age.unwrap_or(0)) * u64::from(hz.per_second());
            *start = Some(uptime.saturating_sub(age));
        }
        if let Some(name) = asked.helper {
            entry.ext.rare.get_or_insert_default().helper = Some(Helper {
                name,
                ftp: FtpPrivate::default(),
            });
        }
        if status.contains(Status::SRC_NAT_DONE) {
            self.link_by_source(id);
        }
    }
}

/// Ticks that an entry of so many seconds has. One of 0 is listed while less than a second is left:
/// it has a tick.
fn lifetime(secs: Secs, per_second: u32) -> Ticks {
    let ticks = u64::from(secs.0) * u64::from(per_second);
    // Not beyond half the counter.
    Ticks(u32::try_from(ticks.max(1)).map_or(TICKS_MAX.0, |ticks| ticks.min(TICKS_MAX.0)))
}

impl NewEntry {
    /// `true` if its reply tuple answers the original one, with NAT or without.
    pub fn is_possible(&self) -> bool {
        nf_ct_invert_tuple(&self.original).is_some_and(|plain| status_of(self, &plain).is_some())
    }
}

/// The status bits of the entry; `plain` is the reply tuple that it would have without NAT. `None`
/// if no NAT leads to the reply tuple that it is to have.
fn status_of(asked: &NewEntry, plain: &Tuple) -> Option<Status> {
    let (plain, reply) = (plain, &asked.reply);
    let l4 = (plain.src.l3num, plain.dst.protonum);
    if l4 != (reply.src.l3num, reply.dst.protonum) {
        return None;
    }
    let mut status = Status::CONFIRMED;
    let icmp = plain.is_icmp();
    // In an echo the identifier is the source's part in both directions.
    if icmp && plain.dst.u != reply.dst.u {
        return None;
    }
    let src_part = icmp && plain.src.u != reply.src.u;
    if plain.dst.u3 != reply.dst.u3 || plain.dst.u != reply.dst.u || src_part {
        status |= Status::SRC_NAT;
    }
    if plain.src.u3 != reply.src.u3 || !icmp && plain.src.u != reply.src.u {
        status |= Status::DST_NAT;
    }
    if status.intersects(Status::SRC_NAT | Status::DST_NAT) {
        status |= Status::SRC_NAT_DONE | Status::DST_NAT_DONE;
    }
    if asked.seen_reply {
        status |= Status::SEEN_REPLY;
    }
    if asked.assured {
        status |= Status::ASSURED;
    }
    Some(status)
}
