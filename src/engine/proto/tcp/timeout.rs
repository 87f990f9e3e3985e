//! How long a TCP connection lives after a packet: rules in order, the first that applies decides.

use super::private::{TcpFlags, TcpPrivate};
use super::table::{PacketKind, TcpState, TcpTimeout};
use crate::engine::conn::ProtoState;
use crate::engine::slab::ConnId;
use crate::engine::state::Conntrack;
use crate::engine::sysctl::Sysctl;
use crate::engine::time::Ticks;

/// A rule for the length of the timeout, in the order in which they are asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TimeoutRule {
    /// The same ACK came again, as often as `tcp_max_retrans` says.
    Retrans,
    /// The packet is a reset, whatever the state.
    Reset,
    /// A side sent data that is not acknowledged.
    Unack,
    /// The last ACK said that its sender has no room.
    ClosedWindow,
    /// The timeout of the state.
    State,
}

/// A rule with what it says of a packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TimeoutAsked {
    /// Which one.
    pub rule: TimeoutRule,
    /// Its condition holds.
    pub holds: bool,
    /// And it may decide: a rule that shortens does not apply where the state's timeout is not
    /// longer.
    pub applies: bool,
    /// Its timeout.
    pub ticks: Ticks,
}

/// The rules as they stand after a packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TcpTimeouts {
    /// Every rule, in order. The last one always applies.
    pub asked: [TimeoutAsked; 5],
    /// Whatever was decided, not more than this: picked up in the middle, the long timeout waits
    /// for a second side.
    pub most: Option<Ticks>,
}

impl TcpTimeouts {
    /// The place of the rule that decides.
    pub fn decides(&self) -> usize {
        let first = self.asked.iter().position(|asked| asked.applies);
        first.unwrap_or(self.asked.len() - 1)
    }

    /// What comes of it.
    pub fn ticks(&self) -> Ticks {
        let ticks = self.asked[self.decides()].ticks;
        self.most.map_or(ticks, |most| ticks.min(most))
    }
}

impl Conntrack {
    /// What the rules say of a connection whose last packet was of this kind. `replied`: the
    /// tracker saw it with SEEN_REPLY. `None` if it is not TCP.
    pub fn tcp_timeouts(
        &self,
        conn: ConnId,
        kind: PacketKind,
        replied: bool,
    ) -> Option<TcpTimeouts> {
        match &self.conns.get(conn)?.proto {
            ProtoState::Tcp(tcp) => Some(self.tcp_rules(conn, kind, replied, tcp)),
            _ => None,
        }
    }

    /// The same with the private data at hand.
    pub(super) fn tcp_rules(
        &self,
        conn: ConnId,
        kind: PacketKind,
        replied: bool,
        tcp: &TcpPrivate,
    ) -> TcpTimeouts {
        let net = self.conns[conn].net;
        let of_state = self.tcp_ticks(conn, tcp.state.timeout());
        let retrans = self.tcp_ticks(conn, TcpTimeout::RETRANS);
        let unack = self.tcp_ticks(conn, TcpTimeout::UNACK);
        let close = self.tcp_ticks(conn, TcpState::Close.timeout());
        let [original, reply] = tcp.seen.map(|side| side.flags);
        let waits = (original | reply).contains(TcpFlags::DATA_UNACKNOWLEDGED);
        let repeats = u32::from(tcp.retrans) >= self.sysctl(net, Sysctl::TcpMaxRetrans);
        let asked = |rule, holds, applies, ticks| TimeoutAsked {
            rule,
            holds,
            applies,
            ticks,
        };
        let shortens = |rule, holds, ticks| asked(rule, holds, holds && of_state > ticks, ticks);
        let reset = kind == PacketKind::Rst;
        TcpTimeouts {
            asked: [
                shortens(TimeoutRule::Retrans, repeats, retrans),
                asked(TimeoutRule::Reset, reset, reset, close),
                shortens(TimeoutRule::Unack, waits, unack),
                shortens(TimeoutRule::ClosedWindow, tcp.last_win == 0, retrans),
                asked(TimeoutRule::State, true, true, of_state),
            ],
            most: (!replied && tcp.state == TcpState::Established).then_some(unack),
        }
    }

    /// The one place where the tracker learns a timeout's length.
    pub fn tcp_ticks(&self, conn: ConnId, timeout: TcpTimeout) -> Ticks {
        match timeout {
            TcpTimeout::Setting(key) => self.timeout_of_conn(conn, key),
            TcpTimeout::Fixed(secs) => self.timeout_without_setting(conn, secs),
        }
    }
}
