//! Which resets are believed. A forged one shall not close a connection, a real one shall.

use super::Segment;
use super::course::Course;
use super::header::before;
use super::private::{TcpFlags, TcpPrivate};
use super::table::{PacketKind, TcpState};
use crate::engine::conn::Status;
use crate::engine::profile::Difference;
use crate::engine::proto::Reason;
use crate::engine::tuple::Dir;

/// How the sequence number of a reset compares with what its sender's side was acknowledged.
enum Compared {
    /// It may close, if the window allows.
    Fits,
    /// It may be forged: the state stays, and the other side may ask with a challenge ACK.
    Doubtful,
    /// Behind it: from another time, or from a stranger.
    Stale,
}

impl TcpPrivate {
    /// Whether a reset closes the connection, leaves its state, or is nothing of it; and whether
    /// it must be in the window.
    /// Kernel: the case of CLOSE in `nf_conntrack_tcp_packet`, v5.10.19.
    pub(super) fn reset(&self, segment: &Segment) -> Course {
        let from = self.state;
        let to = |to, window| Course::Move { from, to, window };
        if self.is_closing() && segment.profile.since(Difference::TcpResetWhileClosing) {
            return to(TcpState::Close, false);
        }
        let next = match self.compare_reset(segment) {
            None => TcpState::Close,
            Some(Compared::Fits) => return to(TcpState::Close, true),
            Some(Compared::Doubtful) => from,
            Some(Compared::Stale) => return Course::Invalid(Reason::StaleReset),
        };
        let believed = self.answers_last(segment) || self.answers_challenge(segment);
        to(next, !believed)
    }

    fn is_closing(&self) -> bool {
        matches!(
            self.state,
            TcpState::FinWait
                | TcpState::CloseWait
                | TcpState::LastAck
                | TcpState::TimeWait
                | TcpState::Close
        )
    }

    /// Looks at the highest acknowledgement that the other side sent; `None` if it sent none, or
    /// if it does not count here.
    fn compare_reset(&self, segment: &Segment) -> Option<Compared> {
        let seq = segment.header.seq;
        let peer = &self.seen[segment.dir.other().index()];
        let after_syn = self.last_kind == PacketKind::Syn
            && segment.profile.since(Difference::TcpResetAfterSyn);
        if !peer.flags.contains(TcpFlags::MAXACK_SET) || after_syn {
            return None;
        }
        let open = self.state == TcpState::Established && segment.status.contains(Status::ASSURED);
        let compared = if seq == 0 && !open && segment.profile.since(Difference::TcpResetFromZero) {
            Compared::Fits
        } else if before(seq, peer.td_maxack) && !ignores_invalid(segment) {
            Compared::Stale
        } else if !open || seq == peer.td_maxack || self.follows_own_ack(segment) {
            Compared::Fits
        } else {
            Compared::Doubtful
        };
        Some(compared)
    }

    /// The same side's ACK came right before, and ended where the reset is.
    fn follows_own_ack(&self, segment: &Segment) -> bool {
        self.last_kind == PacketKind::Ack
            && self.last_dir == segment.dir
            && self.last_end == segment.header.seq
    }

    /// It acknowledges the very packet before it: a SYN sent anew, or an ACK of a connection that
    /// is not assured. Its own side's packet it does not answer.
    fn answers_last(&self, segment: &Segment) -> bool {
        let status = segment.status;
        let expected = match self.last_kind {
            PacketKind::Syn => status.contains(Status::SEEN_REPLY),
            PacketKind::Ack => !status.contains(Status::ASSURED),
            _ => false,
        };
        let own =
            self.last_dir == segment.dir && segment.profile.since(Difference::TcpResetAnswersOther);
        expected && !own && segment.header.ack_seq == self.last_end
    }

    /// It answers the ACK with which the other side replied to a SYN; that ACK was ignored.
    fn answers_challenge(&self, segment: &Segment) -> bool {
        self.state == TcpState::SynSent
            && self.last_kind == PacketKind::Ack
            && self.last_dir == Dir::Reply
            && segment.header.seq == self.last_ack
            && segment.profile.since(Difference::TcpChallengeAnswered)
    }
}

/// The setting says that a stale reset is judged further.
fn ignores_invalid(segment: &Segment) -> bool {
    segment.ignore_invalid_rst && segment.profile.since(Difference::TcpResetIgnoreInvalid)
}
