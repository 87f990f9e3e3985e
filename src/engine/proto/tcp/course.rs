//! What becomes of a segment: the cell of the table, and the cases in which that is not all.

use super::Segment;
use super::private::{TcpFlags, TcpPrivate, TcpSide};
use super::table::{Next, PacketKind, TcpState, transition};
use crate::engine::profile::Difference;
use crate::engine::proto::Reason;
use crate::engine::tuple::Dir;

use super::window::Bound;

/// Why a segment passes and changes nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ignored {
    /// It does not fit the state. It may be right and conntrack wrong, so it is remembered.
    OutOfPlace,
    /// An ACK that tests the SYN that was ignored before.
    ChallengeAck,
    /// It is a little out of the window, in the harmless way.
    Window(Bound),
    /// A SYN that nobody has answered, once more.
    SynAgain,
}

/// What becomes of a segment, once its cell has been read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Course {
    /// The connection goes from one state to another, which may be the same. `from` need not be
    /// the state that it is in: a reopening that was ignored is made up for.
    Move {
        from: TcpState,
        to: TcpState,
        /// The window is looked at first.
        window: bool,
    },
    /// The packet passes.
    Ignore(Ignored),
    /// It opens a new connection with the tuple of this one.
    Reopen,
    /// It is invalid.
    Invalid(Reason),
}

/// To another state, if the segment is in the window.
const fn checked(from: TcpState, to: TcpState) -> Course {
    Course::Move {
        from,
        to,
        window: true,
    }
}

impl TcpPrivate {
    /// What becomes of a packet: what its cell says, and the cases in which that is not all.
    /// Kernel: the `switch` of `nf_conntrack_tcp_packet`, v5.10.19.
    pub(super) fn course(&mut self, segment: &Segment) -> Course {
        let (dir, kind, from) = (segment.dir, segment.kind(), self.state);
        match transition(dir, kind, from) {
            Next::Invalid => Course::Invalid(Reason::InvalidState),
            Next::Ignore => self.ignore(segment),
            Next::To(TcpState::SynSent) if matches!(from, TcpState::TimeWait | TcpState::Close) => {
                if self.may_reopen(dir) {
                    Course::Reopen
                } else {
                    self.ignore(segment)
                }
            }
            Next::To(TcpState::TimeWait) if self.is_challenge_ack(dir, kind) => {
                self.last_flags.remove(TcpFlags::EXP_CHALLENGE_ACK);
                Course::Ignore(Ignored::ChallengeAck)
            }
            Next::To(to @ TcpState::SynSent2) => {
                self.last_flags.insert(TcpFlags::SIMULTANEOUS_OPEN);
                checked(from, to)
            }
            Next::To(TcpState::SynRecv) if self.ends_simultaneous_open(dir, kind) => {
                checked(from, TcpState::Established)
            }
            Next::To(TcpState::Close) if kind == PacketKind::Rst => self.reset(segment),
            Next::To(to) => checked(from, to),
        }
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

    /// A packet that seems out of place is remembered; if a SYN with ACK answers a remembered SYN,
    /// the two sides have agreed and we join them.
    fn ignore(&mut self, segment: &Segment) -> Course {
        let (dir, kind, header) = (segment.dir, segment.kind(), &segment.header);
        let answers_ignored_syn = kind == PacketKind::SynAck
            && self.last_kind == PacketKind::Syn
            && self.last_dir != dir
            && self.last_end == header.ack_seq;
        if answers_ignored_syn {
            self.resync(dir, segment.profile);
            return checked(TcpState::SynSent, TcpState::SynRecv);
        }
        self.last_kind = kind;
        self.last_dir = dir;
        self.last_seq = header.seq;
        self.last_end = header.end;
        self.last_win = header.window;
        if kind == PacketKind::Syn && dir == Dir::Original {
            self.remember_syn(segment);
        }
        if kind == PacketKind::Ack
            && dir == Dir::Reply
            && self.state == TcpState::SynSent
            && segment.profile.since(Difference::TcpChallengeRemembered)
        {
            self.last_ack = header.ack_seq;
        }
        Course::Ignore(Ignored::OutOfPlace)
    }

    /// What an ignored SYN offers, for the case that it is answered.
    fn remember_syn(&mut self, segment: &Segment) {
        let mut offered = TcpSide::default();
        offered.tcp_options(segment.header.options, segment.profile);
        self.last_flags = offered.flags;
        self.last_wscale = offered.td_scale;
        if self.state == TcpState::LastAck {
            self.last_flags.insert(TcpFlags::EXP_CHALLENGE_ACK);
        }
    }

    /// A packet in the window moves the connection.
    pub(super) fn advance(&mut self, dir: Dir, kind: PacketKind, from: TcpState, to: TcpState) {
        self.last_kind = kind;
        self.last_dir = dir;
        self.state = to;
        if from != to && to == TcpState::FinWait {
            self.seen[dir.index()].flags.insert(TcpFlags::CLOSE_INIT);
        }
    }
}
