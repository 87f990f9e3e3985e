//! Helpers: they read what two hosts say to each other, and tell which connection comes next.

pub mod ftp;
mod nat;
mod tftp;

use super::conn::Status;
use super::expect::{ExpectMask, Expectation, Policy};
use super::extract::L4Header;
use super::probe::Probe;
use super::profile::Difference;
use super::rules::HelperName;
use super::skb::{CtInfo, SkbId};
use super::slab::ConnId;
use super::state::Conntrack;
use super::step::{DropCause, Step};
use super::sysctl::Sysctl;
use super::time::{Jiffies, Secs};
use super::tuple::{Dir, Tuple, ipproto};
use ftp::FtpPrivate;

/// The HELPER extension. Kernel: `struct nf_conn_help`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Helper {
    /// Which one.
    pub name: HelperName,
    /// What FTP's remembers.
    pub ftp: FtpPrivate,
}

impl HelperName {
    /// The protocol that it reads.
    pub const fn protonum(self) -> u8 {
        match self {
            HelperName::Ftp => ipproto::TCP,
            HelperName::Tftp => ipproto::UDP,
        }
    }

    /// The port of its service.
    pub const fn port(self) -> u16 {
        match self {
            HelperName::Ftp => 21,
            HelperName::Tftp => 69,
        }
    }

    /// What it allows of its one class.
    /// Kernel: `ftp_exp_policy`, `tftp_exp_policy`, v5.10.19.
    pub const fn policy(self) -> Policy {
        Policy {
            max_expected: 1,
            timeout: Secs(300),
        }
    }
}

impl Conntrack {
    /// Gives a connection a helper.
    pub(super) fn attach_helper<P: Probe>(
        &mut self,
        conn: ConnId,
        name: HelperName,
        probe: &mut P,
    ) {
        let rare = self.conns[conn]
            .ext
            .rare
            .get_or_insert_with(Default::default);
        rare.helper = Some(Helper {
            name,
            ftp: FtpPrivate::default(),
        });
        probe.step(self, || Step::HelperAttached { conn, helper: name });
    }

    /// `ct helper set`: only an entry that is not confirmed, of the helper's protocol, and without
    /// a helper, gets it.
    /// Kernel: `nft_ct_helper_obj_eval`, net/netfilter/nft_ct.c, v5.10.19.
    pub(super) fn ct_helper_set<P: Probe>(&mut self, skb: SkbId, name: HelperName, probe: &mut P) {
        let Some(conn) = self.skb(skb).and_then(|skb| skb.nfct) else {
            return;
        };
        let entry = &self.conns[conn];
        if entry.status.contains(Status::CONFIRMED)
            || entry.tuple(Dir::Original).dst.protonum != name.protonum()
            || entry.ext.helper().is_some()
        {
            return;
        }
        self.attach_helper(conn, name, probe);
        self.set_status(conn, Status::HELPER, probe);
    }

    /// v5.10 may give a new connection the helper of the port that its server answers from.
    /// Kernel: `__nf_ct_try_assign_helper`, net/netfilter/nf_conntrack_helper.c, v5.10.19.
    pub(super) fn nf_ct_try_assign_helper<P: Probe>(&mut self, conn: ConnId, probe: &mut P) {
        let entry = &self.conns[conn];
        if self.profile().since(Difference::HelperByRulesetOnly)
            || self.sysctl(entry.net, Sysctl::Helper) == 0
        {
            return;
        }
        let src = *entry.tuple(Dir::Reply);
        let fits =
            |name: &HelperName| src.dst.protonum == name.protonum() && src.src.u == name.port();
        if let Some(name) = HelperName::ALL.into_iter().find(fits) {
            self.attach_helper(conn, name, probe);
        }
    }

    /// The connection's helper looks at a packet in the confirm hook.
    /// Kernel: `nf_ct_helper`-part of `ipv4_confirm`, net/netfilter/nf_conntrack_proto.c, v5.10.19.
    pub(super) fn call_helper<P: Probe>(
        &mut self,
        skb: SkbId,
        conn: ConnId,
        ctinfo: CtInfo,
        probe: &mut P,
    ) -> Result<(), DropCause> {
        if ctinfo == CtInfo::RelatedReply {
            return Ok(());
        }
        let Some(Helper { name, .. }) = self.conns[conn].ext.helper() else {
            return Ok(());
        };
        let bytes = self.skb(skb).map_or(&[][..], |skb| &skb.bytes);
        let Ok(l4) = super::extract::get_l4proto(bytes) else {
            return Ok(());
        };
        probe.step(self, || Step::HelperCalled {
            skb,
            conn,
            helper: name,
        });
        match name {
            HelperName::Ftp => self.ftp_help(skb, conn, ctinfo, &l4, probe),
            HelperName::Tftp => self.tftp_help(skb, conn, ctinfo, &l4, probe),
        }
    }

    /// An expectation of this master: from this source, any port, to this destination.
    /// Kernel: `nf_ct_expect_init`, net/netfilter/nf_conntrack_expect.c, v5.10.19.
    fn nf_ct_expect_init(&self, master: ConnId, tuple: Tuple) -> Expectation {
        let master = &self.conns[master];
        Expectation {
            number: 0,
            master: master.id,
            net: master.net,
            zone: master.zone,
            tuple,
            mask: ExpectMask::ANY_PORT,
            class: 0,
            helper: None,
            expires: Jiffies(0),
            follow: None,
        }
    }
}

/// The payload of a packet behind a header of this many bytes.
fn payload<'a>(bytes: &'a [u8], l4: &L4Header, header: usize) -> Option<&'a [u8]> {
    bytes.get(l4.offset + header..l4.end)
}
