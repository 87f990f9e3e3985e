//! stub
use super::super::{probe::Probe, state::Conntrack};
use super::{Packet, Tracked};
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum TcpState {
    None,
    SynSent,
    SynRecv,
    Established,
    FinWait,
    CloseWait,
    LastAck,
    TimeWait,
    Close,
    SynSent2,
}
impl TcpState {
    /// n
    pub const fn name(self) -> &'static str {
        "X"
    }
}
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum PacketKind {
    Syn,
}
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub struct TcpPrivate {
    pub state: TcpState,
}
impl Conntrack {
    pub(in crate::engine) fn nf_conntrack_tcp_packet<P: Probe>(
        &mut self,
        packet: Packet,
        probe: &mut P,
    ) -> Tracked {
        let _ = (packet, probe);
        Tracked::Accept
    }
}
