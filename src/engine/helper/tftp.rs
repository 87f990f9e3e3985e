//! TFTP: the server answers a request from a port of its own choice (RFC 1350).

use super::payload;
use crate::engine::extract::{L4Header, be16};
use crate::engine::probe::Probe;
use crate::engine::rules::HelperName;
use crate::engine::skb::{CtInfo, SkbId};
use crate::engine::slab::ConnId;
use crate::engine::state::Conntrack;
use crate::engine::step::DropCause;
use crate::engine::tuple::{Dir, Dst, Man, Tuple, ipproto};

/// Bytes of a UDP header.
const UDP_HEADER: usize = 8;
/// Read request and write request.
const REQUESTS: [u16; 2] = [1, 2];

impl Conntrack {
    /// A request: the answer is expected from the server, any port, to the port it came from.
    /// Kernel: `tftp_help`, net/netfilter/nf_conntrack_tftp.c, v5.10.19.
    pub(super) fn tftp_help<P: Probe>(
        &mut self,
        skb: SkbId,
        conn: ConnId,
        _ctinfo: CtInfo,
        l4: &L4Header,
        probe: &mut P,
    ) -> Result<(), DropCause> {
        let bytes = self.skb(skb).map_or(&[][..], |skb| &skb.bytes);
        let opcode = payload(bytes, l4, UDP_HEADER).and_then(|data| be16(data, 0));
        if opcode.is_none_or(|opcode| !REQUESTS.contains(&opcode)) {
            return Ok(());
        }
        let reply = *self.conns[conn].tuple(Dir::Reply);
        let tuple = Tuple {
            src: Man {
                u3: reply.src.u3,
                u: 0,
                l3num: reply.src.l3num,
            },
            dst: Dst {
                u3: reply.dst.u3,
                u: reply.dst.u,
                protonum: ipproto::UDP,
                dir: Dir::Original,
            },
        };
        let mut expect = self.nf_ct_expect_init(conn, tuple);
        expect.follow = self.tftp_follow(conn);
        self.nf_ct_expect_related(expect, HelperName::Tftp.policy(), probe)
            .map(|_| ())
            .map_err(|_| DropCause::Helper)
    }
}
