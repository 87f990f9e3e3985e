//! UDP: a flow is unreplied, then replied, then perhaps a stream. UDP-Lite is nearly the same.

use super::{Packet, Reason, Tracked};
use crate::engine::checksum::{l4_checksum, l4_checksum_of};
use crate::engine::conn::{EventMask, NfConn, ProtoState, Status};
use crate::engine::extract::{L4Header, be16};
use crate::engine::probe::Probe;
use crate::engine::profile::Difference;
use crate::engine::state::Conntrack;
use crate::engine::sysctl::Sysctl;
use crate::engine::time::{Jiffies, Secs};
use crate::engine::tuple::ipproto;

/// Bytes of a UDP header.
const HEADER: usize = 8;

/// Seconds from the first packet after which a replied flow counts as a stream.
/// Kernel: `nf_conntrack_udp_packet`, net/netfilter/nf_conntrack_proto_udp.c, v5.10.19.
pub const STREAM_AFTER: Secs = Secs(2);

impl Conntrack {
    /// Refreshes the flow: the short timeout until the packet after the first reply, and from
    /// then on, once the flow is two seconds old, the long one. 5.10 has it ASSURED from that
    /// packet on, 6.18 from the first one that has the long timeout.
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
        let stream = udp_is_stream(conn, now);
        let timeout = if stream {
            Sysctl::UdpTimeoutStream
        } else {
            Sysctl::UdpTimeout
        };
        let ticks = self.timeout_of(&packet, timeout);
        self.nf_ct_refresh_acct(id, packet.dir(), packet.len(), ticks, probe);
        let lasting = stream || !self.profile().since(Difference::UdpAssuredAsStream);
        if replied && lasting && !clash && self.set_status(id, Status::ASSURED, probe) {
            self.nf_conntrack_event_cache(id, EventMask::ASSURED, probe);
        }
        Tracked::Accept
    }
}

/// Whether a packet at this instant finds the flow a stream: it is answered, and its first two
/// seconds are over.
pub fn udp_is_stream(conn: &NfConn, now: Jiffies) -> bool {
    match conn.proto {
        ProtoState::Udp { stream_ts } => {
            conn.status.contains(Status::SEEN_REPLY) && now.is_after(stream_ts)
        }
        _ => false,
    }
}

/// The number that UDP-Lite datagrams are summed with, which is UDP's.
const UDPLITE_SUMMED_AS: u8 = ipproto::UDP;

impl Conntrack {
    /// UDP's two time-outs, without its two seconds.
    /// Kernel: `nf_conntrack_udplite_packet`, net/netfilter/nf_conntrack_proto_udp.c, v5.10.19.
    pub(in crate::engine) fn nf_conntrack_udplite_packet<P: Probe>(
        &mut self,
        packet: Packet,
        probe: &mut P,
    ) -> Tracked {
        let bytes = self.skb(packet.skb).map_or(&[][..], |skb| &skb.bytes);
        if let Err(reason) = udplite_error(bytes, &packet.l4, packet.verify) {
            return Tracked::Invalid(reason);
        }
        let status = self.conns[packet.conn].status;
        let replied = status.contains(Status::SEEN_REPLY);
        let timeout = if replied {
            Sysctl::UdpTimeoutStream
        } else {
            Sysctl::UdpTimeout
        };
        let ticks = self.timeout_of(&packet, timeout);
        self.nf_ct_refresh_acct(packet.conn, packet.dir(), packet.len(), ticks, probe);
        if replied
            && !status.contains(Status::NAT_CLASH)
            && self.set_status(packet.conn, Status::ASSURED, probe)
        {
            self.nf_conntrack_event_cache(packet.conn, EventMask::ASSURED, probe);
        }
        Tracked::Accept
    }
}

/// Finds fault with a UDP-Lite datagram: its checksum, which it must have, covers the first bytes.
/// A datagram that is summed as RFC 3828 says is wrong here, because the kernel counts UDP's
/// number in the pseudo header.
/// Kernel: `udplite_error`, net/netfilter/nf_conntrack_proto_udp.c, v5.10.19.
fn udplite_error(bytes: &[u8], l4: &L4Header, verify: bool) -> Result<(), Reason> {
    let datagram = bytes.get(l4.offset..l4.end).ok_or(Reason::BadHeader)?;
    let coverage = be16(datagram, 4).ok_or(Reason::BadHeader)?;
    let checksum = be16(datagram, 6).ok_or(Reason::BadHeader)?;
    let cover = match usize::from(coverage) {
        0 => datagram.len(),
        cover => cover,
    };
    if !(HEADER..=datagram.len()).contains(&cover) {
        return Err(Reason::BadHeader);
    }
    if checksum == 0 || (verify && l4_checksum_of(bytes, l4, UDPLITE_SUMMED_AS, cover) != 0) {
        return Err(Reason::BadChecksum);
    }
    Ok(())
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
