//! DCCP: a state per connection, moved by the types of its packets. The table is read by role,
//! not by direction. Only 5.10 tracks it; to 6.18 it is a protocol like any other.

mod table;

pub use table::{DccpNext, DccpRole, DccpState, DccpType, TIMEOUTS, transition};

use super::{Packet, Reason, Tracked};
use crate::engine::checksum::l4_checksum_of;
use crate::engine::conn::{EventMask, ProtoState, Status};
use crate::engine::extract::{L4Header, be16, be32};
use crate::engine::probe::Probe;
use crate::engine::slab::ConnId;
use crate::engine::state::Conntrack;
use crate::engine::step::{DeleteCause, Step};
use crate::engine::tuple::{Dir, ipproto};

/// Bytes of the header without the long sequence number.
const HEADER: usize = 12;

/// What is kept of a DCCP connection.
/// Kernel: `struct nf_ct_dccp`, include/net/netfilter/nf_conntrack_dccp.h, v5.10.19.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct DccpPrivate {
    /// The role of each direction's sender, by [`Dir::index`].
    pub role: [DccpRole; 2],
    /// The state.
    pub state: DccpState,
    /// Type of the last packet that was accepted or ignored.
    pub last_pkt: DccpType,
    /// Its direction.
    pub last_dir: Dir,
    /// Sequence number of the RESPONSE, which the client's ACK must name.
    pub handshake_seq: u64,
}

/// What the tracker reads of a packet.
#[derive(Clone, Copy, Debug)]
struct DccpHeader {
    kind: DccpType,
    seq: u64,
    /// `None` if the packet ends before it.
    ack: Option<u64>,
}

impl DccpPrivate {
    /// A connection before its first packet: who sends that one is the client.
    const fn opened() -> DccpPrivate {
        DccpPrivate {
            role: [DccpRole::Client, DccpRole::Server],
            state: DccpState::None,
            last_pkt: DccpType::Request,
            last_dir: Dir::Original,
            handshake_seq: 0,
        }
    }

    fn set_client(&mut self, dir: Dir) {
        self.role[dir.index()] = DccpRole::Client;
        self.role[dir.other().index()] = DccpRole::Server;
    }
}

impl Conntrack {
    /// Reads the cell for role, type and state, with the cases in which it is not all.
    /// Kernel: `nf_conntrack_dccp_packet`, net/netfilter/nf_conntrack_proto_dccp.c, v5.10.19.
    pub(in crate::engine) fn nf_conntrack_dccp_packet<P: Probe>(
        &mut self,
        packet: Packet,
        probe: &mut P,
    ) -> Tracked {
        let bytes = self.skb(packet.skb).map_or(&[][..], |skb| &skb.bytes);
        let segment = bytes.get(packet.l4.offset..packet.l4.end);
        if segment.is_none_or(|segment| segment.len() < HEADER) {
            return Tracked::Drop(Reason::BadHeader);
        }
        let header = match dccp_error(bytes, &packet.l4, packet.verify) {
            Ok(header) => header,
            Err(reason) => return Tracked::Invalid(reason),
        };
        let (id, dir) = (packet.conn, packet.dir());
        let status = self.conns[id].status;
        if !status.contains(Status::CONFIRMED) {
            let opens = transition(DccpRole::Client, header.kind, DccpState::None);
            if !matches!(opens, DccpNext::To(_)) {
                return Tracked::Invalid(Reason::InvalidState);
            }
            self.conns[id].proto = ProtoState::Dccp(DccpPrivate::opened());
        }
        if header.kind == DccpType::Reset && !status.contains(Status::SEEN_REPLY) {
            // Nobody is there, or nobody wants it: the entry ends with this packet.
            self.nf_ct_acct_update(id, dir, packet.len(), probe);
            self.nf_ct_delete(id, DeleteCause::DccpReset, probe);
            return Tracked::Accept;
        }
        match self.dccp_judge(&packet, header, probe) {
            Err(reason) => Tracked::Invalid(reason),
            Ok(None) => {
                let kind = header.kind;
                probe.step(self, || Step::DccpIgnored { conn: id, kind });
                Tracked::Accept
            }
            Ok(Some(to)) => {
                let ticks = self.timeout_of(&packet, TIMEOUTS[to as usize]);
                self.nf_ct_refresh_acct(id, dir, packet.len(), ticks, probe);
                Tracked::Accept
            }
        }
    }

    /// Moves the state. The new one, or `None` if the packet is ignored.
    fn dccp_judge<P: Probe>(
        &mut self,
        packet: &Packet,
        header: DccpHeader,
        probe: &mut P,
    ) -> Result<Option<DccpState>, Reason> {
        let (conn, dir, kind) = (packet.conn, packet.dir(), header.kind);
        let dccp = self.dccp_mut(conn)?;
        let (role, from, roles) = (dccp.role[dir.index()], dccp.state, dccp.role);
        let cell = transition(role, kind, from);
        // A request that crossed another one: this answer says whose it was.
        let answers_other = kind == DccpType::Response
            && dccp.last_dir == dir.other()
            && dccp.last_pkt == DccpType::Request;
        let (to, assured) = match cell {
            DccpNext::Invalid => (None, false),
            DccpNext::Ignore if answers_other => {
                dccp.set_client(dir.other());
                dccp.handshake_seq = header.seq;
                (Some(DccpState::Respond), false)
            }
            DccpNext::Ignore => {
                (dccp.last_dir, dccp.last_pkt) = (dir, kind);
                (None, false)
            }
            DccpNext::To(to) => {
                let mut assured = false;
                match (from, to) {
                    (DccpState::Timewait, DccpState::Request) if role == DccpRole::Server => {
                        dccp.set_client(dir);
                    }
                    (DccpState::Request, DccpState::Respond) => dccp.handshake_seq = header.seq,
                    (DccpState::Respond, DccpState::Partopen) => {
                        assured = kind == DccpType::Ack && header.ack == Some(dccp.handshake_seq);
                    }
                    _ => {}
                }
                (Some(to), assured)
            }
        };
        if let Some(to) = to {
            (dccp.last_dir, dccp.last_pkt, dccp.state) = (dir, kind, to);
        }
        let now = dccp.role;
        probe.step(self, || Step::DccpLookedUp {
            conn,
            role,
            kind,
            from,
            cell: cell.short(),
        });
        if now != roles {
            let client = if now[0] == DccpRole::Client {
                Dir::Original
            } else {
                Dir::Reply
            };
            probe.step(self, || Step::DccpRoles { conn, client });
        }
        if cell == DccpNext::Invalid {
            return Err(Reason::InvalidState);
        }
        if assured {
            self.set_status(conn, Status::ASSURED, probe);
        }
        if let Some(to) = to.filter(|to| *to != from) {
            probe.step(self, || Step::DccpStateSet { conn, from, to });
            self.nf_conntrack_event_cache(conn, EventMask::PROTOINFO, probe);
        }
        Ok(to)
    }

    /// The connection's private data, which its first packet put there.
    fn dccp_mut(&mut self, conn: ConnId) -> Result<&mut DccpPrivate, Reason> {
        match &mut self.conns[conn].proto {
            ProtoState::Dccp(dccp) => Ok(dccp),
            _ => Err(Reason::InvalidState),
        }
    }
}

/// Finds fault with a packet whose short header is there: data offset, checksum coverage,
/// checksum, type.
/// Kernel: `dccp_error`, net/netfilter/nf_conntrack_proto_dccp.c, v5.10.19. Layout: RFC 4340, 5.1
/// and 9.2.
fn dccp_error(bytes: &[u8], l4: &L4Header, verify: bool) -> Result<DccpHeader, Reason> {
    let segment = bytes.get(l4.offset..l4.end).ok_or(Reason::BadHeader)?;
    let header = segment.get(..HEADER).ok_or(Reason::BadHeader)?;
    let offset = usize::from(header[4]) * 4;
    if !(HEADER..=segment.len()).contains(&offset) {
        return Err(Reason::BadHeader);
    }
    let cover = match usize::from(header[5] & 15) {
        0 => segment.len(),
        words => offset + (words - 1) * 4,
    };
    if cover > segment.len() {
        return Err(Reason::BadHeader);
    }
    if verify && l4_checksum_of(bytes, l4, ipproto::DCCP, cover) != 0 {
        return Err(Reason::BadChecksum);
    }
    let kind = DccpType::of(header[8] >> 1 & 15).ok_or(Reason::BadHeader)?;
    let be48 = |at| Some(u64::from(be16(segment, at)?) << 32 | u64::from(be32(segment, at + 2)?));
    let be24 = |at| Some(u64::from(be32(segment, at)? & 0xff_ffff));
    // The long form has 48 bits for each number, the short one 24.
    let (seq, ack) = if header[8] & 1 != 0 {
        (be48(10).unwrap_or(0), be48(18))
    } else {
        (be24(8).unwrap_or(0), be24(12))
    };
    Ok(DccpHeader { kind, seq, ack })
}
