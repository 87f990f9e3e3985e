//! TCP: a state per connection, moved by the flags of its packets.
//!
//! Differs: sequence numbers do not decide yet whether a packet is in the window; see
//! `tcp_in_window`.

mod header;
mod table;

pub use header::{TcpBits, VALID_FLAGS};
pub use table::{NEXT, Next, PacketKind, TIMEOUTS, TcpState, TcpTimeout, transition};

use super::{Packet, Reason, Tracked};
use crate::engine::conn::{EventMask, ProtoState, Status};
use crate::engine::probe::Probe;
use crate::engine::slab::ConnId;
use crate::engine::state::Conntrack;
use crate::engine::step::{DeleteCause, Step};
use crate::engine::sysctl::Sysctl;
use crate::engine::time::Ticks;
use crate::engine::tuple::Dir;
use header::{TcpHeader, tcp_error};

bitflags::bitflags! {
    /// What is remembered of a side, or of a packet that was ignored; the kernel's bits.
    /// Kernel: `IP_CT_TCP_FLAG_*`, include/uapi/linux/netfilter/nf_conntrack_tcp.h, v5.10.19.
    #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
    pub struct TcpFlags: u8 {
        /// This side sent the first FIN.
        const CLOSE_INIT = 0x04;
        /// The ignored SYN came in LAST_ACK: its answer may be an ACK that tests it.
        const EXP_CHALLENGE_ACK = 0x40;
        /// Both sides opened at once.
        const SIMULTANEOUS_OPEN = 0x80;
    }
}

/// What is kept of a TCP connection.
/// Kernel: `struct ip_ct_tcp`, include/linux/netfilter/nf_conntrack_tcp.h, v5.10.19.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TcpPrivate {
    /// The state.
    pub state: TcpState,
    /// Flags of each side, by [`Dir::index`] (`seen[dir].flags`).
    pub seen: [TcpFlags; 2],
    /// Direction of the last packet that was accepted or ignored.
    pub last_dir: Dir,
    /// Kind of that packet (`last_index`).
    pub last_kind: PacketKind,
    /// Sequence number of the last ignored packet.
    pub last_seq: u32,
    /// Sequence number behind it.
    pub last_end: u32,
    /// Its window, not scaled.
    pub last_win: u16,
    /// What is to be remembered of it.
    pub last_flags: TcpFlags,
}

/// What becomes of a packet, once its cell has been read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Course {
    /// The connection goes from one state to another, which may be the same. `from` need not be
    /// the state that it is in: a reopening that was ignored is made up for.
    Move { from: TcpState, to: TcpState },
    /// The packet passes.
    Ignore,
    /// It opens a new connection with the tuple of this one.
    Reopen,
    /// It is invalid.
    Invalid,
}

impl TcpPrivate {
    /// The first packet of a connection: only a SYN, or an ACK if picking up is allowed, has a
    /// state to go to. The connection's state stays NONE until the packet has gone its course.
    /// Kernel: `tcp_new`, net/netfilter/nf_conntrack_proto_tcp.c, v5.10.19.
    fn tcp_new(kind: PacketKind, loose: bool) -> Result<TcpPrivate, Reason> {
        match transition(Dir::Original, kind, TcpState::None) {
            Next::Ignore | Next::Invalid => Err(Reason::InvalidState),
            Next::To(TcpState::SynSent) => Ok(TcpPrivate::default()),
            Next::To(_) if loose => Ok(TcpPrivate::default()),
            Next::To(_) => Err(Reason::NotLoose),
        }
    }

    /// What becomes of a packet: what its cell says, and the cases in which that is not all.
    /// Kernel: the `switch` of `nf_conntrack_tcp_packet`, v5.10.19.
    fn course(&mut self, dir: Dir, header: &TcpHeader) -> Course {
        let kind = header.bits.kind();
        let from = self.state;
        match transition(dir, kind, from) {
            Next::Invalid => Course::Invalid,
            Next::Ignore => self.ignore(dir, header),
            Next::To(TcpState::SynSent) if matches!(from, TcpState::TimeWait | TcpState::Close) => {
                if self.may_reopen(dir) {
                    Course::Reopen
                } else {
                    self.ignore(dir, header)
                }
            }
            Next::To(TcpState::TimeWait) if self.is_challenge_ack(dir, kind) => {
                self.last_flags.remove(TcpFlags::EXP_CHALLENGE_ACK);
                Course::Ignore
            }
            Next::To(to @ TcpState::SynSent2) => {
                self.last_flags.insert(TcpFlags::SIMULTANEOUS_OPEN);
                Course::Move { from, to }
            }
            Next::To(TcpState::SynRecv) if self.ends_simultaneous_open(dir, kind) => Course::Move {
                from,
                to: TcpState::Established,
            },
            Next::To(to) => Course::Move { from, to },
        }
    }

    /// A SYN may reopen what somebody closed: one side began to close, or the same side sent a
    /// reset just before.
    fn may_reopen(&self, dir: Dir) -> bool {
        let reset = self.last_dir == dir && self.last_kind == PacketKind::Rst;
        reset || (self.seen[0] | self.seen[1]).contains(TcpFlags::CLOSE_INIT)
    }

    /// An ACK in LAST_ACK that does not end the connection but answers the SYN ignored before.
    fn is_challenge_ack(&self, dir: Dir, kind: PacketKind) -> bool {
        self.state == TcpState::LastAck
            && kind == PacketKind::Ack
            && self.last_dir != dir
            && self.last_kind == PacketKind::Syn
            && self.last_flags.contains(TcpFlags::EXP_CHALLENGE_ACK)
    }

    /// The last packet of a handshake in which both sides sent a SYN.
    fn ends_simultaneous_open(&self, dir: Dir, kind: PacketKind) -> bool {
        dir == Dir::Reply
            && kind == PacketKind::Ack
            && self.last_flags.contains(TcpFlags::SIMULTANEOUS_OPEN)
    }

    /// A packet that seems out of place. It may be right and conntrack wrong, so it is remembered;
    /// if a SYN with ACK answers a remembered SYN, the two sides have agreed and we join them.
    fn ignore(&mut self, dir: Dir, header: &TcpHeader) -> Course {
        let kind = header.bits.kind();
        let answers_ignored_syn = kind == PacketKind::SynAck
            && self.last_kind == PacketKind::Syn
            && self.last_dir != dir
            && self.last_end == header.ack_seq;
        if answers_ignored_syn {
            self.last_flags.remove(TcpFlags::EXP_CHALLENGE_ACK);
            self.seen[self.last_dir.index()] = self.last_flags;
            self.seen[dir.index()] = TcpFlags::empty();
            return Course::Move {
                from: TcpState::SynSent,
                to: TcpState::SynRecv,
            };
        }
        self.last_kind = kind;
        self.last_dir = dir;
        self.last_seq = header.seq;
        self.last_end = header.end;
        self.last_win = header.window;
        if kind == PacketKind::Syn && dir == Dir::Original {
            self.last_flags = if self.state == TcpState::LastAck {
                TcpFlags::EXP_CHALLENGE_ACK
            } else {
                TcpFlags::empty()
            };
        }
        Course::Ignore
    }

    /// The seam for the window check: whether the segment is one that the other side can be
    /// waiting for.
    /// Differs: every segment counts as one. With the check come what a side has sent and may
    /// send (`td_*`, scale, option flags), the rules by which a reset is believed, and the shorter
    /// timeouts for data without an answer, for a closed window and for retransmissions.
    /// Kernel: `tcp_in_window`, net/netfilter/nf_conntrack_proto_tcp.c, v5.10.19.
    fn tcp_in_window(&mut self, _dir: Dir, _header: &TcpHeader) -> Result<(), Reason> {
        Ok(())
    }

    /// A packet in the window moves the connection.
    fn advance(&mut self, dir: Dir, kind: PacketKind, from: TcpState, to: TcpState) {
        self.last_kind = kind;
        self.last_dir = dir;
        self.state = to;
        if from != to && to == TcpState::FinWait {
            self.seen[dir.index()].insert(TcpFlags::CLOSE_INIT);
        }
    }
}

impl Conntrack {
    /// Judges a segment, moves the connection and gives it the time that its state is worth.
    /// Kernel: `nf_conntrack_tcp_packet`, net/netfilter/nf_conntrack_proto_tcp.c, v5.10.19.
    pub(in crate::engine) fn nf_conntrack_tcp_packet<P: Probe>(
        &mut self,
        packet: Packet,
        probe: &mut P,
    ) -> Tracked {
        match self.tcp_judge(&packet, probe) {
            Ok((header, Course::Move { from, to })) => {
                self.tcp_move(&packet, &header, from, to, probe)
            }
            Ok((header, Course::Ignore)) => {
                let (conn, kind) = (packet.conn, header.bits.kind());
                probe.step(self, || Step::TcpIgnored { conn, kind });
                Tracked::Accept
            }
            // Who comes second to the deletion cannot track the packet again.
            Ok((_, Course::Reopen)) => {
                if self.nf_ct_delete(packet.conn, DeleteCause::TcpReopen, probe) {
                    Tracked::Repeat
                } else {
                    Tracked::Drop(Reason::InvalidState)
                }
            }
            Ok((_, Course::Invalid)) => Tracked::Invalid(Reason::InvalidState),
            Err(reason) => Tracked::Invalid(reason),
        }
    }

    /// Reads the header and the table. What the packet leaves behind in the connection's memory
    /// stays there, whatever becomes of it.
    fn tcp_judge<P: Probe>(
        &mut self,
        packet: &Packet,
        probe: &mut P,
    ) -> Result<(TcpHeader, Course), Reason> {
        let bytes = self.skb(packet.skb).map_or(&[][..], |skb| &skb.bytes);
        let header = tcp_error(bytes, &packet.l4, packet.verify)?;
        let (conn, dir, kind) = (packet.conn, packet.dir(), header.bits.kind());
        let fresh = !self.conns[conn].status.contains(Status::CONFIRMED);
        let from = if fresh {
            TcpState::None
        } else {
            self.tcp_mut(conn)?.state
        };
        let cell = transition(dir, kind, from).name();
        probe.step(self, || Step::TcpLookedUp {
            conn,
            dir,
            kind,
            from,
            cell,
        });
        if fresh {
            let loose = self.sysctl(self.conns[conn].net, Sysctl::TcpLoose) != 0;
            self.conns[conn].proto = ProtoState::Tcp(TcpPrivate::tcp_new(kind, loose)?);
        }
        let tcp = self.tcp_mut(conn)?;
        let course = tcp.course(dir, &header);
        if let Course::Move { .. } = course {
            tcp.tcp_in_window(dir, &header)?;
        }
        Ok((header, course))
    }

    /// Stores the new state, and what follows from it.
    fn tcp_move<P: Probe>(
        &mut self,
        packet: &Packet,
        header: &TcpHeader,
        from: TcpState,
        to: TcpState,
        probe: &mut P,
    ) -> Tracked {
        let (conn, dir, kind) = (packet.conn, packet.dir(), header.bits.kind());
        let tcp = match self.tcp_mut(conn) {
            Ok(tcp) => tcp,
            Err(reason) => return Tracked::Invalid(reason),
        };
        let stored = tcp.state;
        tcp.advance(dir, kind, from, to);
        if stored != to {
            probe.step(self, || Step::TcpStateSet {
                conn,
                from: stored,
                to,
            });
        }
        if from != to {
            self.nf_conntrack_event_cache(conn, EventMask::PROTOINFO, probe);
        }
        let mut ticks = self.tcp_timeout(packet, kind, to);
        let status = self.conns[conn].status;
        if !status.contains(Status::SEEN_REPLY) {
            if kind == PacketKind::Rst {
                // Nobody is there, or nobody wants it: the entry ends with this packet.
                self.nf_ct_acct_update(conn, dir, packet.len(), probe);
                self.nf_ct_delete(conn, DeleteCause::TcpReset, probe);
                return Tracked::Accept;
            }
            if to == TcpState::Established {
                // Picked up in the middle: the long timeout waits for a second side.
                ticks = ticks.min(self.timeout_of(packet, Sysctl::TcpTimeoutUnacknowledged));
            }
        } else if to == TcpState::Established
            && matches!(from, TcpState::SynRecv | TcpState::Established)
            && self.set_status(conn, Status::ASSURED, probe)
        {
            self.nf_conntrack_event_cache(conn, EventMask::ASSURED, probe);
        }
        self.nf_ct_refresh_acct(conn, dir, packet.len(), ticks, probe);
        Tracked::Accept
    }

    /// How long the connection lives from now on. A reset leaves it the time of CLOSE, whatever
    /// its state.
    fn tcp_timeout(&self, packet: &Packet, kind: PacketKind, to: TcpState) -> Ticks {
        let state = if kind == PacketKind::Rst {
            TcpState::Close
        } else {
            to
        };
        match state.timeout() {
            TcpTimeout::Setting(key) => self.timeout_of(packet, key),
            TcpTimeout::Fixed(secs) => self.hz().ticks(secs),
        }
    }

    /// The connection's private data, which its first packet put there.
    fn tcp_mut(&mut self, conn: ConnId) -> Result<&mut TcpPrivate, Reason> {
        match &mut self.conns[conn].proto {
            ProtoState::Tcp(tcp) => Ok(tcp),
            ProtoState::None | ProtoState::Udp { .. } => Err(Reason::InvalidState),
        }
    }
}
