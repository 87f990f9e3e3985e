//! What is remembered of a TCP connection: its state, what each side has sent and may send, and
//! the last packet.

use super::header::TcpHeader;
use super::table::{Next, PacketKind, TcpState, transition};
use crate::engine::profile::{Difference, Profile};
use crate::engine::proto::Reason;
use crate::engine::tuple::Dir;

bitflags::bitflags! {
    /// What is remembered of a side, or of a packet that was ignored; the kernel's bits.
    /// Kernel: `IP_CT_TCP_FLAG_*`, include/uapi/linux/netfilter/nf_conntrack_tcp.h, v5.10.19.
    #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
    pub struct TcpFlags: u8 {
        /// This side's SYN had the window scale option.
        const WINDOW_SCALE = 0x01;
        /// This side's SYN permitted selective acknowledgements.
        const SACK_PERM = 0x02;
        /// This side sent the first FIN.
        const CLOSE_INIT = 0x04;
        /// What this side sends need not be in the window: its handshake was not seen.
        const BE_LIBERAL = 0x08;
        /// This side sent data that is not acknowledged yet.
        const DATA_UNACKNOWLEDGED = 0x10;
        /// [`TcpSide::td_maxack`] is set.
        const MAXACK_SET = 0x20;
        /// The ignored SYN came in LAST_ACK: its answer may be an ACK that tests it.
        const EXP_CHALLENGE_ACK = 0x40;
        /// Both sides opened at once.
        const SIMULTANEOUS_OPEN = 0x80;
    }
}

/// What is known of one side. All sequence numbers wrap.
/// Kernel: `struct ip_ct_tcp_state`, include/linux/netfilter/nf_conntrack_tcp.h, v5.10.19.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TcpSide {
    /// The sequence number behind everything that it has sent.
    pub td_end: u32,
    /// The sequence number that it may send up to: what the other side acknowledged, and its
    /// window.
    pub td_maxend: u32,
    /// The largest window that it offered, scaled; 0: nothing was seen from this side.
    pub td_maxwin: u32,
    /// The highest acknowledgement that it sent, if MAXACK_SET.
    pub td_maxack: u32,
    /// By how many bits its windows are to be shifted, 0 to 14.
    pub td_scale: u8,
    /// What else is known of it.
    pub flags: TcpFlags,
}

impl TcpSide {
    /// Before options are read, what was known of scale and flags goes.
    pub(super) fn forget_options(&mut self, profile: Profile) {
        self.td_scale = 0;
        self.flags &= kept(profile);
    }
}

/// The flags of a side that outlive a new beginning.
fn kept(profile: Profile) -> TcpFlags {
    if profile.since(Difference::TcpStaysLiberal) {
        TcpFlags::BE_LIBERAL
    } else {
        TcpFlags::empty()
    }
}

/// What is kept of a TCP connection.
/// Kernel: `struct ip_ct_tcp`, include/linux/netfilter/nf_conntrack_tcp.h, v5.10.19.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TcpPrivate {
    /// Both sides, by [`Dir::index`] of what they send.
    pub seen: [TcpSide; 2],
    /// The state.
    pub state: TcpState,
    /// Direction of the last packet that was accepted or ignored.
    pub last_dir: Dir,
    /// Kind of that packet (`last_index`).
    pub last_kind: PacketKind,
    /// How many times in a row the last ACK came again without a change.
    pub retrans: u8,
    /// Sequence number of the last ACK in the window, or of the last ignored packet.
    pub last_seq: u32,
    /// Acknowledgement number of that ACK.
    pub last_ack: u32,
    /// Sequence number behind that packet.
    pub last_end: u32,
    /// Its window, not scaled.
    pub last_win: u16,
    /// The window scale of an ignored SYN.
    pub last_wscale: u8,
    /// What is to be remembered of an ignored SYN.
    pub last_flags: TcpFlags,
}

const _: () = assert!(size_of::<TcpPrivate>() <= 72, "a connection stays small");

impl TcpPrivate {
    /// The first packet of a connection: only a SYN, or an ACK if picking up is allowed, has a
    /// state to go to. The connection's state stays NONE until the packet has gone its course.
    /// Kernel: `tcp_new`, net/netfilter/nf_conntrack_proto_tcp.c, v5.10.19.
    pub(super) fn tcp_new(
        header: &TcpHeader,
        loose: bool,
        profile: Profile,
    ) -> Result<TcpPrivate, Reason> {
        let mut tcp = TcpPrivate::default();
        let [sender, receiver] = &mut tcp.seen;
        let picked_up = match transition(Dir::Original, header.bits.kind(), TcpState::None) {
            Next::Ignore | Next::Invalid => return Err(Reason::InvalidState),
            Next::To(TcpState::SynSent) => false,
            Next::To(_) if loose => true,
            Next::To(_) => return Err(Reason::NotLoose),
        };
        sender.td_end = header.end;
        sender.td_maxwin = u32::from(header.window).max(1);
        if picked_up {
            sender.td_maxend = header.end.wrapping_add(sender.td_maxwin);
            // Nothing is known of the other side and of the scales, so nothing can be refused.
            sender.flags = TcpFlags::SACK_PERM | TcpFlags::BE_LIBERAL;
            receiver.flags = sender.flags;
        } else {
            sender.td_maxend = header.end;
            sender.tcp_options(header.options, profile);
        }
        Ok(tcp)
    }

    /// A SYN may reopen what somebody closed: one side began to close, or the same side sent a
    /// reset just before.
    pub(super) fn may_reopen(&self, dir: Dir) -> bool {
        let reset = self.last_dir == dir && self.last_kind == PacketKind::Rst;
        reset || (self.seen[0].flags | self.seen[1].flags).contains(TcpFlags::CLOSE_INIT)
    }

    /// Two sides that we took for open have opened anew: what the ignored SYN said counts, and of
    /// the one who answers it nothing is known.
    pub(super) fn resync(&mut self, dir: Dir, profile: Profile) {
        self.last_flags.remove(TcpFlags::EXP_CHALLENGE_ACK);
        let asked = &mut self.seen[self.last_dir.index()];
        asked.td_end = self.last_end;
        asked.td_maxend = self.last_end;
        asked.td_maxwin = u32::from(self.last_win).max(1);
        asked.td_scale = self.last_wscale;
        asked.flags = self.last_flags;
        let answers = &mut self.seen[dir.index()];
        *answers = TcpSide {
            flags: answers.flags & kept(profile),
            ..TcpSide::default()
        };
    }
}
