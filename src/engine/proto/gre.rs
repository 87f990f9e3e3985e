//! GRE: unanswered or answered, with time-outs that each entry keeps; and the keys by which the
//! two ways of a PPTP tunnel find each other.

use super::{Packet, Tracked};
use crate::engine::conn::{EventMask, ProtoState, Status};
use crate::engine::extract::be16;
use crate::engine::probe::Probe;
use crate::engine::slab::ConnId;
use crate::engine::state::Conntrack;
use crate::engine::step::Step;
use crate::engine::sysctl::Sysctl;
use crate::engine::tuple::{Dir, Tuple};

/// The version field that PPTP uses: the low three bits of the second byte.
const VERSION_PPTP: u8 = 1;
/// The protocol field of a PPTP packet.
const PROTOCOL_PPP: u16 = 0x880b;
/// Bytes of a PPTP header up to its call id.
const PPTP_HEADER: usize = 8;

/// A key of the map: packets with this tuple's addresses and call id have its source key.
/// Kernel: `struct nf_ct_gre_keymap`, include/linux/netfilter/nf_conntrack_proto_gre.h, v5.10.19.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GreKey {
    /// The PPTP control connection.
    pub master: ConnId,
    /// Which of its two keys this is.
    pub dir: Dir,
    /// What is looked for, and the source key.
    pub tuple: Tuple,
}

/// The call id of a PPTP packet. `Ok(None)` for every other version and for a header that is cut
/// off: its keys are 0.
/// Kernel: `gre_pkt_to_tuple`, net/netfilter/nf_conntrack_proto_gre.c, v5.10.19.
pub(in crate::engine) fn call_id(segment: &[u8]) -> Result<Option<u16>, NotPpp> {
    match segment.get(..PPTP_HEADER) {
        Some(header) if header[1] & 7 == VERSION_PPTP => match be16(header, 2) {
            Some(PROTOCOL_PPP) => Ok(be16(header, 6)),
            _ => Err(NotPpp),
        },
        _ => Ok(None),
    }
}

/// A packet of PPTP's version with another protocol: no tuple can be read out of it.
pub(in crate::engine) struct NotPpp;

/// The source key of a tuple whose other fields are known; 0 if no key fits.
/// Kernel: `gre_keymap_lookup`, net/netfilter/nf_conntrack_proto_gre.c, v5.10.19.
pub(in crate::engine) fn gre_keymap_lookup(keys: &[GreKey], tuple: &Tuple) -> u16 {
    let fits = |key: &&GreKey| {
        let mut same = key.tuple;
        same.src.u = tuple.src.u;
        same.nf_ct_tuple_equal(tuple)
    };
    keys.iter().find(fits).map_or(0, |key| key.tuple.src.u)
}

impl Conntrack {
    /// Adds a key of a PPTP control connection. `false` if that side of it has another one
    /// already. A helper for PPTP would call it.
    /// Kernel: `nf_ct_gre_keymap_add`, net/netfilter/nf_conntrack_proto_gre.c, v5.10.19.
    pub fn nf_ct_gre_keymap_add(&mut self, master: ConnId, dir: Dir, tuple: Tuple) -> bool {
        let Some(net) = self.conns.get(master).map(|conn| usize::from(conn.net)) else {
            return false;
        };
        let keys = &mut self.nets[net].gre_keys;
        let key = GreKey { master, dir, tuple };
        match keys.iter().find(|k| (k.master, k.dir) == (master, dir)) {
            Some(old) => old.tuple.nf_ct_tuple_equal(&tuple),
            None => {
                keys.push(key);
                true
            }
        }
    }

    /// Removes the keys of a PPTP control connection.
    /// Kernel: `nf_ct_gre_keymap_destroy`, net/netfilter/nf_conntrack_proto_gre.c, v5.10.19.
    pub fn nf_ct_gre_keymap_destroy(&mut self, master: ConnId) {
        for net in &mut self.nets {
            net.gre_keys.retain(|key| key.master != master);
        }
    }

    /// Refreshes the entry by the time-outs that it took along when it was made.
    /// Kernel: `nf_conntrack_gre_packet`, net/netfilter/nf_conntrack_proto_gre.c, v5.10.19.
    /// Differs: an early 5.10 refuses GRE over IPv6 here; late ones and 6.18 do not.
    pub(in crate::engine) fn nf_conntrack_gre_packet<P: Probe>(
        &mut self,
        packet: Packet,
        probe: &mut P,
    ) -> Tracked {
        let id = packet.conn;
        if !self.conns[id].status.contains(Status::CONFIRMED) {
            let timeout = self.timeout_of(&packet, Sysctl::GreTimeout);
            let stream_timeout = self.timeout_of(&packet, Sysctl::GreTimeoutStream);
            self.conns[id].proto = ProtoState::Gre {
                timeout,
                stream_timeout,
            };
            probe.step(self, || Step::GreTimeoutsKept {
                conn: id,
                timeout,
                stream_timeout,
            });
        }
        let conn = &self.conns[id];
        let replied = conn.status.contains(Status::SEEN_REPLY);
        let clash = conn.status.contains(Status::NAT_CLASH);
        let ticks = match conn.proto {
            ProtoState::Gre { stream_timeout, .. } if replied => stream_timeout,
            ProtoState::Gre { timeout, .. } => timeout,
            _ => self.timeout_of(&packet, Sysctl::GreTimeout),
        };
        self.nf_ct_refresh_acct(id, packet.dir(), packet.len(), ticks, probe);
        if replied && !clash && self.set_status(id, Status::ASSURED, probe) {
            self.nf_conntrack_event_cache(id, EventMask::ASSURED, probe);
        }
        Tracked::Accept
    }
}
