//! Every protocol without a tracker of its own: one entry per pair of addresses.
//! 6.18 counts DCCP among them.

use super::{Packet, Tracked};
use crate::engine::probe::Probe;
use crate::engine::state::Conntrack;
use crate::engine::sysctl::Sysctl;

impl Conntrack {
    /// Any packet is as good as any other.
    /// Kernel: `nf_conntrack_handle_packet` and `generic_packet`, net/netfilter/
    /// nf_conntrack_core.c, v5.10.19.
    pub(in crate::engine) fn nf_conntrack_generic_packet<P: Probe>(
        &mut self,
        packet: Packet,
        probe: &mut P,
    ) -> Tracked {
        let ticks = self.timeout_of(&packet, Sysctl::GenericTimeout);
        self.nf_ct_refresh_acct(packet.conn, packet.dir(), packet.len(), ticks, probe);
        Tracked::Accept
    }
}
