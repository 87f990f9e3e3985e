//! UDP: a flow is unreplied, then replied, then perhaps a stream.

use super::{Packet, Reason, Tracked};
use crate::engine::checksum::l4_checksum;
use crate::engine::conn::{EventMask, ProtoState, Status};
use crate::engine::extract::{L4Header, be16};
use crate::engine::probe::Probe;
use crate::engine::state::Conntrack;
use crate::engine::sysctl::Sysctl;
use crate::engine::time::Secs;

/// Bytes of a UDP header.
const HEADER: usize = 8;

/// Seconds from the first packet after which a replied flow counts as a stream.
/// Kernel: `nf_conntrack_udp_packet`, net/netfilter/nf_conntrack_proto_udp.c, v5.10.19.
pub const STREAM_AFTER: Secs = Secs(2);

impl Conntrack {
    /// Refreshes the flow: the short timeout until the packet after the first reply, and from
    /// then on, once the flow is two seconds old, the long one.
    /// Kernel: `nf_conntrack_udp_packet`, net/netfilter/nf_conntrack_proto_udp.c, v5.10.19.
    pub(in crate::engine) fn nf_conntrack_udp_packet<P: Probe>(
        &mut self,
        packet: Packet,
        probe: &mut P,
    ) -> Tracked {
        let bytes = self.skb(packet.skb).map_or(&[][..], |skb| &skb.bytes);
        if let Err(reason) = udp_error(bytes, &packet.l4, packet.verify) {
            return Tracked::Invalid(reason);
        }
        let (id, now) = (packet.conn, self.now);
        let begin = now.plus(self.hz().ticks(STREAM_AFTER));
        let conn = &mut self.conns[id];
        if !conn.status.contains(Status::CONFIRMED) {
            conn.proto = ProtoState::Udp { stream_ts: begin };
        }
        // The bit is set behind the tracker, so the first reply itself counts as unreplied.
        let replied = conn.status.contains(Status::SEEN_REPLY);
        let clash = conn.status.contains(Status::NAT_CLASH);
        let stream = match conn.proto {
            ProtoState::Udp { stream_ts } => replied && now.is_after(stream_ts),
            ProtoState::None | ProtoState::Tcp(_) => false,
        };
        let timeout = if stream {
            Sysctl::UdpTimeoutStream
        } else {
            Sysctl::UdpTimeout
        };
        let ticks = self.timeout_of(&packet, timeout);
        self.nf_ct_refresh_acct(id, packet.dir(), packet.len(), ticks, probe);
        if replied && !clash && self.set_status(id, Status::ASSURED, probe) {
            self.nf_conntrack_event_cache(id, EventMask::ASSURED, probe);
        }
        Tracked::Accept
    }
}

/// Finds fault with a datagram. A checksum of 0 says that none was computed.
/// Kernel: `udp_error`, net/netfilter/nf_conntrack_proto_udp.c, v5.10.19.
fn udp_error(bytes: &[u8], l4: &L4Header, verify: bool) -> Result<(), Reason> {
    let datagram = bytes.get(l4.offset..l4.end).ok_or(Reason::BadHeader)?;
    let length = be16(datagram, 4).ok_or(Reason::BadHeader)?;
    let checksum = be16(datagram, 6).ok_or(Reason::BadHeader)?;
    if !(HEADER..=datagram.len()).contains(&usize::from(length)) {
        return Err(Reason::BadHeader);
    }
    if verify && checksum != 0 && l4_checksum(bytes, l4) != 0 {
        return Err(Reason::BadChecksum);
    }
    Ok(())
}
