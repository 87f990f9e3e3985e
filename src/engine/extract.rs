//! From packet bytes to a tuple, and from a tuple to its inverse. [Figure 1]

use super::addr::L3;
use super::proto::Reason;
use super::tuple::Tuple;

/// Where the layer 4 header of a packet is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct L4Header {
    /// The protocol below it.
    pub l3: L3,
    /// IP protocol number.
    pub protonum: u8,
    /// Bytes from the start of the IP header to the layer 4 header.
    pub offset: usize,
    /// Where the packet ends by its own header, without link padding; at most the bytes there are.
    pub end: usize,
}

/// Finds the layer 4 header.
/// Kernel: `get_l4proto`, net/netfilter/nf_conntrack_core.c, v5.10.19.
pub fn get_l4proto(_bytes: &[u8]) -> Result<L4Header, Reason> {
    Err(Reason::BadIpHeader)
}

/// [Figure 3, (1)] Reads the tuple of the original direction out of a packet.
/// Kernel: `nf_ct_get_tuple`, net/netfilter/nf_conntrack_core.c, v5.10.19.
pub fn nf_ct_get_tuple(_bytes: &[u8], _l4: &L4Header) -> Option<Tuple> {
    None
}

/// [Figure 4, (2)] The tuple of the other direction, or `None` if there can be no answer.
/// Kernel: `nf_ct_invert_tuple`, net/netfilter/nf_conntrack_core.c, v5.10.19.
pub fn nf_ct_invert_tuple(_tuple: &Tuple) -> Option<Tuple> {
    None
}
