//! TCP: a state per connection, moved by the flags of its packets, and a window per side, which
//! says what packets can belong to it.

mod course;
mod header;
mod options;
mod private;
mod reset;
mod table;
mod timeout;
mod window;

pub use course::Ignored;
pub use header::{TcpBits, VALID_FLAGS};
pub use private::{TcpFlags, TcpPrivate, TcpSide};
pub use table::{NEXT, Next, PacketKind, TIMEOUTS, TcpState, TcpTimeout, transition};
pub use timeout::{TcpTimeouts, TimeoutAsked, TimeoutRule};
pub use window::{Bound, MAXACKWINCONST, Verdict, WindowCheck};

use super::{Packet, Reason, Tracked};
use crate::engine::conn::{EventMask, ProtoState, Status, Timeout};
use crate::engine::probe::Probe;
use crate::engine::profile::{Difference, Profile};
use crate::engine::slab::ConnId;
use crate::engine::state::Conntrack;
use crate::engine::step::{DeleteCause, Step};
use crate::engine::sysctl::Sysctl;
use crate::engine::time::Secs;
use crate::engine::tuple::Dir;
use course::Course;
use header::{TcpHeader, tcp_error};

/// A connection that has less left is not shortened by closing packets out of the window.
/// Kernel: `nf_tcp_handle_invalid`, net/netfilter/nf_conntrack_proto_tcp.c, v6.18.
pub const INVALID_CLOSE_MIN: Secs = Secs(120);

/// A segment, and what is known around the private data of its connection.
struct Segment<'a> {
    /// The way it goes.
    dir: Dir,
    header: TcpHeader<'a>,
    /// Of the connection.
    status: Status,
    profile: Profile,
    /// `tcp_be_liberal` of the connection's namespace is 1.
    be_liberal: bool,
    /// `tcp_ignore_invalid_rst` of the connection's namespace is 1.
    ignore_invalid_rst: bool,
    /// By how much NAT moved the sequence numbers that it acknowledges.
    ack_moved: i32,
}

impl Segment<'_> {
    const fn kind(&self) -> PacketKind {
        self.header.bits.kind()
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
        let conn = packet.conn;
        match self.tcp_judge(&packet, probe) {
            Ok((kind, Course::Move { from, to, .. })) => {
                self.tcp_move(&packet, kind, from, to, probe)
            }
            Ok((kind, Course::Ignore(why))) => {
                probe.step(self, || Step::TcpIgnored { conn, kind, why });
                Tracked::Accept
            }
            // Who comes second to the deletion cannot track the packet again.
            Ok((_, Course::Reopen)) => {
                if self.nf_ct_delete(conn, DeleteCause::TcpReopen, probe) {
                    Tracked::Repeat
                } else {
                    Tracked::Drop(Reason::InvalidState)
                }
            }
            Ok((_, Course::Invalid(reason))) | Err(reason) => Tracked::Invalid(reason),
        }
    }

    /// Reads the header, the table and the windows. What the packet leaves behind in the
    /// connection's memory stays there, whatever becomes of it.
    fn tcp_judge<P: Probe>(
        &mut self,
        packet: &Packet,
        probe: &mut P,
    ) -> Result<(PacketKind, Course), Reason> {
        let (conn, dir) = (packet.conn, packet.dir());
        let bytes = self.skb(packet.skb).map_or(&[][..], |skb| &skb.bytes);
        let header = tcp_error(bytes, &packet.l4, packet.verify)?;
        let kind = header.bits.kind();
        let (net, status) = (self.conns[conn].net, self.conns[conn].status);
        let known = if status.contains(Status::CONFIRMED) {
            Some(self.tcp(conn)?)
        } else {
            None
        };
        let from = known.map_or(TcpState::None, |tcp| tcp.state);
        let cell = transition(dir, kind, from).name();
        probe.step(self, || Step::TcpLookedUp {
            conn,
            dir,
            kind,
            from,
            cell,
        });
        let profile = self.profile();
        let mut tcp = match known {
            Some(tcp) => tcp,
            None => TcpPrivate::tcp_new(&header, self.sysctl(net, Sysctl::TcpLoose) != 0, profile)?,
        };
        let segment = Segment {
            dir,
            header,
            status,
            profile,
            be_liberal: self.sysctl(net, Sysctl::TcpBeLiberal) != 0,
            ignore_invalid_rst: self.sysctl(net, Sysctl::TcpIgnoreInvalidRst) != 0,
            ack_moved: self.nf_ct_seq_offset(conn, dir.other(), header.ack_seq.wrapping_sub(1)),
        };
        let mut course = tcp.course(&segment);
        let checked = match course {
            Course::Move { window: true, .. } => Some(tcp.tcp_in_window(&segment)),
            _ => None,
        };
        self.conns[conn].proto = ProtoState::Tcp(tcp);
        if let Some(checked) = checked {
            probe.step(self, || Step::WindowChecked { conn, dir, checked });
            match checked.verdict {
                Verdict::Inside | Verdict::Crossing | Verdict::Liberal(_) => {}
                Verdict::Ignored(bound) => course = Course::Ignore(Ignored::Window(bound)),
                Verdict::Invalid(bound) => {
                    self.nf_tcp_handle_invalid(packet, kind, probe);
                    course = Course::Invalid(Reason::OutOfWindow(bound));
                }
            }
        }
        Ok((kind, course))
    }

    /// Stores the new state, and what follows from it.
    fn tcp_move<P: Probe>(
        &mut self,
        packet: &Packet,
        kind: PacketKind,
        from: TcpState,
        to: TcpState,
        probe: &mut P,
    ) -> Tracked {
        let (conn, dir) = (packet.conn, packet.dir());
        let mut tcp = match self.tcp(conn) {
            Ok(tcp) => tcp,
            Err(reason) => return Tracked::Invalid(reason),
        };
        let stored = tcp.state;
        tcp.advance(dir, kind, from, to);
        self.conns[conn].proto = ProtoState::Tcp(tcp);
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
        let status = self.conns[conn].status;
        let replied = status.contains(Status::SEEN_REPLY);
        let ticks = self.tcp_rules(conn, kind, replied, &tcp).ticks();
        if !replied {
            if kind == PacketKind::Rst {
                // Nobody is there, or nobody wants it: the entry ends with this packet.
                self.nf_ct_acct_update(conn, dir, packet.len(), probe);
                self.nf_ct_delete(conn, DeleteCause::TcpReset, probe);
                return Tracked::Accept;
            }
            if kind == PacketKind::Syn
                && from == TcpState::SynSent
                && self.profile().since(Difference::TcpSynAgainWaits)
            {
                if from == to {
                    let why = Ignored::SynAgain;
                    probe.step(self, || Step::TcpIgnored { conn, kind, why });
                }
                return Tracked::Accept;
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

    /// A closing packet out of the window may be right and conntrack wrong: it is remembered, and
    /// if the other side closes too, the entry gets less time.
    /// Kernel: `nf_tcp_handle_invalid`, net/netfilter/nf_conntrack_proto_tcp.c, v6.18; v5.10 does
    /// nothing here.
    fn nf_tcp_handle_invalid<P: Probe>(
        &mut self,
        packet: &Packet,
        kind: PacketKind,
        probe: &mut P,
    ) {
        let closes = |kind| matches!(kind, PacketKind::Fin | PacketKind::Rst);
        let (conn, dir, now) = (packet.conn, packet.dir(), self.now);
        let status = self.conns[conn].status;
        if !closes(kind)
            || !status.contains(Status::ASSURED)
            || status.contains(Status::FIXED_TIMEOUT)
            || !self.profile().since(Difference::TcpInvalidCloseShortens)
        {
            return;
        }
        let Ok(mut tcp) = self.tcp(conn) else {
            return;
        };
        if tcp.last_dir == dir || !closes(tcp.last_kind) {
            tcp.last_kind = kind;
            tcp.last_dir = dir;
            self.conns[conn].proto = ProtoState::Tcp(tcp);
            return;
        }
        let left = self.conns[conn].nf_ct_expires(now);
        let unack = self.tcp_ticks(conn, TcpTimeout::UNACK);
        if left >= self.hz().ticks(INVALID_CLOSE_MIN) && left > unack {
            self.set_timeout(conn, Timeout::Absolute(now.plus(unack)), probe);
        }
    }

    /// A reset goes out that a rule sent in answer to a packet of this connection: it is closed
    /// at once, though the reset itself is not tracked.
    /// Kernel: `nf_conntrack_tcp_set_closing`, net/netfilter/nf_conntrack_proto_tcp.c, v6.18;
    /// v5.10 has nothing like it.
    pub fn nf_conntrack_tcp_set_closing<P: Probe>(&mut self, conn: ConnId, probe: &mut P) {
        let Some(entry) = self.conns.get(conn) else {
            return;
        };
        let status = entry.status;
        let ProtoState::Tcp(mut tcp) = entry.proto else {
            return;
        };
        if !status.contains(Status::CONFIRMED) || !self.profile().since(Difference::TcpRejectCloses)
        {
            return;
        }
        let from = tcp.state;
        if from == TcpState::Close {
            return;
        }
        let to = TcpState::Close;
        tcp.state = to;
        self.conns[conn].proto = ProtoState::Tcp(tcp);
        probe.step(self, || Step::TcpStateSet { conn, from, to });
        if !status.contains(Status::FIXED_TIMEOUT) {
            let close = self.timeout_of_conn(conn, Sysctl::TcpTimeoutClose);
            let until = self.now.plus(close);
            self.set_timeout(conn, Timeout::Absolute(until), probe);
            self.nf_conntrack_event_cache(conn, EventMask::PROTOINFO, probe);
        }
    }

    /// The connection's private data, which its first packet put there.
    fn tcp(&self, conn: ConnId) -> Result<TcpPrivate, Reason> {
        let ProtoState::Tcp(tcp) = self.conns[conn].proto else {
            return Err(Reason::InvalidState);
        };
        Ok(tcp)
    }
}
