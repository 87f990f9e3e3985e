//! Helpers under NAT: what is announced must be the translated address, and what comes to it must
//! be translated back.

use super::ftp::{Announced, FtpCommand};
use crate::engine::addr::L3;
use crate::engine::conn::Status;
use crate::engine::expect::{ExpectError, Expectation, FollowMaster};
use crate::engine::nat::Manip;
use crate::engine::probe::Probe;
use crate::engine::profile::Difference;
use crate::engine::rules::{HelperName, NatRange, PortRange};
use crate::engine::skb::{CtInfo, SkbId};
use crate::engine::slab::ConnId;
use crate::engine::state::Conntrack;
use crate::engine::step::DropCause;
use crate::engine::tuple::Dir;

/// Ports that are tried for an expectation, in v6.18.
/// Kernel: `nf_nat_exp_find_port`, net/netfilter/nf_nat_helper.c, v6.18.
const TRIES: u32 = 128;

impl Conntrack {
    /// `true` if the connection is translated, so that what it says must be too.
    pub(super) fn is_natted(&self, conn: ConnId) -> bool {
        let nat = Status::SRC_NAT | Status::DST_NAT;
        self.conns[conn].status.intersects(nat)
    }

    /// Expects the announced connection at an address and a port of this side of NAT, and has the
    /// packet announce those.
    /// Kernel: `nf_nat_ftp`, net/netfilter/nf_nat_ftp.c, v5.10.19.
    pub(super) fn nf_nat_ftp<P: Probe>(
        &mut self,
        skb: SkbId,
        (conn, ctinfo): (ConnId, CtInfo),
        announced: &Announced,
        mut expect: Expectation,
        probe: &mut P,
    ) -> Result<(), DropCause> {
        expect.follow = Some(FollowMaster {
            port: announced.port,
            dir: ctinfo.dir().other(),
        });
        let (number, port) = self
            .nf_nat_exp_find_port(expect, HelperName::Ftp, probe)
            .ok_or(DropCause::Helper)?;
        let (l3, addr) = (expect.tuple.src.l3num, expect.tuple.dst.u3);
        let [a, b, c, d, ..] = addr.0;
        let [high, low] = port.to_be_bytes();
        let text = match (announced.command, l3) {
            (FtpCommand::Port | FtpCommand::Pasv, _) => format!("{a},{b},{c},{d},{high},{low}"),
            (FtpCommand::Eprt, L3::Ipv4) => format!("|1|{}|{port}|", addr.show(l3)),
            (FtpCommand::Eprt, L3::Ipv6) => format!("|2|{}|{port}|", addr.show(l3)),
            (FtpCommand::Epsv, _) => format!("|||{port}|"),
        };
        let (at, len) = (announced.at, announced.len);
        let mangled =
            self.nf_nat_mangle_tcp_packet(skb, conn, ctinfo, (at, len), text.as_bytes(), probe);
        if mangled {
            Ok(())
        } else {
            self.nf_ct_unexpect_related(number, probe);
            Err(DropCause::Helper)
        }
    }

    /// Expects at the first port that is free: the announced one, in v5.10 else the next above it,
    /// in v6.18 else some above it, drawn at random.
    /// Kernel: `nf_nat_exp_find_port`, v6.18; the loop of `nf_nat_ftp`, v5.10.19.
    fn nf_nat_exp_find_port<P: Probe>(
        &mut self,
        mut expect: Expectation,
        helper: HelperName,
        probe: &mut P,
    ) -> Option<(u32, u16)> {
        let first = expect.tuple.dst.u;
        let random = self.profile().since(Difference::NatExpectPortRandom);
        let room = u32::from(u16::MAX - first) + 1;
        let tries = if random { TRIES } else { room };
        for nth in 0..tries {
            let port = match nth {
                0 => first,
                _ if random => first.wrapping_add((u32::from(self.random_port()) % room) as u16),
                _ => first.wrapping_add(nth as u16),
            };
            expect.tuple.dst.u = port;
            match self.nf_ct_expect_related(expect, helper.policy(), probe) {
                Ok(number) => return Some((number, port)),
                Err(ExpectError::Busy) => {}
                Err(_) => return None,
            }
        }
        None
    }

    /// An expected connection is translated as its master is: it seems to come from where its
    /// master's other side is known, and goes to the side that announced it.
    /// Kernel: `nf_nat_follow_master`, net/netfilter/nf_nat_helper.c, v5.10.19.
    pub(in crate::engine) fn nf_nat_follow_master<P: Probe>(
        &mut self,
        conn: ConnId,
        master: ConnId,
        follow: FollowMaster,
        probe: &mut P,
    ) {
        let towards = *self.conns[master].tuple(follow.dir.other());
        let l3 = towards.src.l3num;
        let range = |addr, ports| NatRange {
            l3,
            min: addr,
            max: addr,
            ports,
            random: false,
            persistent: false,
        };
        let src = range(towards.dst.u3, None);
        self.nf_nat_setup_info(conn, &src, Manip::Src, probe);
        let port = PortRange {
            min: follow.port,
            max: follow.port,
        };
        let dst = range(towards.src.u3, Some(port));
        self.nf_nat_setup_info(conn, &dst, Manip::Dst, probe);
    }

    /// TFTP: the answer comes to the translated port, and goes on to the client's own.
    /// Kernel: `help`, net/netfilter/nf_nat_tftp.c, v5.10.19.
    pub(super) fn tftp_follow(&self, conn: ConnId) -> Option<FollowMaster> {
        self.is_natted(conn).then(|| FollowMaster {
            port: self.conns[conn].tuple(Dir::Original).src.u,
            dir: Dir::Reply,
        })
    }
}
