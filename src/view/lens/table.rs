//! A state table of the engine as the lens asks it: states, rows, cells.

use crate::engine::conn::NfConn;
use crate::engine::proto::dccp::{self, DccpNext, DccpRole, DccpState, DccpType};
use crate::engine::proto::sctp::{self, SctpChunk, SctpState, sctp_new_state};
use crate::engine::proto::tcp::{Next, PacketKind, TcpState, TcpTimeout, transition};
use crate::engine::time::Ticks;
use crate::engine::tuple::{Dir, ipproto};
use crate::engine::{ConnId, Conntrack, Difference, Profile};
use crate::view::names;
use crate::words::{lens as w, names as said};

/// Who sent a packet: half of a table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// A packet of the original direction.
    Original,
    /// Of the reply direction.
    Reply,
    /// DCCP: the client's.
    Client,
    /// DCCP: the server's.
    Server,
}

impl Side {
    /// The side of a direction.
    pub const fn of(dir: Dir) -> Side {
        match dir {
            Dir::Original => Side::Original,
            Dir::Reply => Side::Reply,
        }
    }

    /// As in data.
    pub const fn name(self) -> &'static str {
        match self {
            Side::Original => "original",
            Side::Reply => "reply",
            Side::Client => "client",
            Side::Server => "server",
        }
    }

    /// In words.
    pub fn said(self) -> &'static str {
        match self {
            Side::Original => said::ORIGINAL.text(),
            Side::Reply => said::REPLY.text(),
            Side::Client => w::CLIENT.text(),
            Side::Server => w::SERVER.text(),
        }
    }

    /// Its mark in text.
    pub const fn mark(self) -> &'static str {
        match self {
            Side::Original => "▶",
            Side::Reply => "◀",
            Side::Client => "C",
            Side::Server => "S",
        }
    }
}

/// What a cell says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cell {
    /// Go to the state of this number, which may be the same.
    To(usize),
    /// The packet passes and changes nothing.
    Ignore,
    /// The packet is invalid.
    Invalid,
}

/// Which table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Which {
    /// TCP, the same in both kernels.
    Tcp,
    /// SCTP, of this kernel.
    Sctp(Profile),
    /// DCCP.
    Dccp,
}

impl Which {
    /// The table of a connection, if its protocol has one.
    pub fn of(ct: &Conntrack, conn: &NfConn) -> Option<Which> {
        Which::of_number(ct, conn.tuple(Dir::Original).dst.protonum)
    }

    /// The table of a protocol, if it has one.
    pub fn of_number(ct: &Conntrack, protonum: u8) -> Option<Which> {
        match protonum {
            ipproto::TCP => Some(Which::Tcp),
            ipproto::SCTP => Some(Which::Sctp(ct.profile())),
            ipproto::DCCP if !ct.profile().since(Difference::DccpGeneric) => Some(Which::Dccp),
            _ => None,
        }
    }

    /// The protocol, as the tools name it.
    pub fn name(self) -> &'static str {
        match self {
            Which::Tcp => "tcp",
            Which::Sctp(_) => "sctp",
            Which::Dccp => "dccp",
        }
    }

    /// The two halves.
    pub const fn sides(self) -> [Side; 2] {
        match self {
            Which::Tcp | Which::Sctp(_) => [Side::Original, Side::Reply],
            Which::Dccp => [Side::Client, Side::Server],
        }
    }

    /// How many states there are.
    pub const fn states(self) -> usize {
        match self {
            Which::Tcp => TcpState::COUNT,
            Which::Sctp(_) => SctpState::COUNT,
            Which::Dccp => DccpState::COUNT,
        }
    }

    /// A state's name and its two letters.
    pub fn state(self, at: usize) -> (&'static str, &'static str) {
        match self {
            Which::Tcp => (TcpState::ALL[at].name(), TcpState::ALL[at].short()),
            Which::Sctp(_) => (SctpState::ALL[at].name(), SctpState::ALL[at].short()),
            Which::Dccp => (DccpState::ALL[at].name(), DccpState::ALL[at].short()),
        }
    }

    /// A state that this kernel does not have.
    pub fn lacks(self, at: usize) -> bool {
        match self {
            Which::Sctp(profile) => {
                profile.since(Difference::SctpCells) && at == SctpState::HeartbeatAcked as usize
            }
            Which::Tcp | Which::Dccp => false,
        }
    }

    /// How many rows there are that a packet can be of.
    pub const fn rows(self) -> usize {
        match self {
            // No packet of the last kind passes the flags check.
            Which::Tcp => PacketKind::COUNT - 1,
            Which::Sctp(_) => SctpChunk::COUNT,
            Which::Dccp => DccpType::COUNT,
        }
    }

    /// The name of a row, as people write it.
    pub fn row(self, at: usize) -> &'static str {
        match self {
            Which::Tcp => names::kind(PacketKind::ALL[at]),
            Which::Sctp(_) => SctpChunk::ALL[at].name(),
            Which::Dccp => DccpType::ALL[at].name(),
        }
    }

    /// What the engine's table says.
    pub fn cell(self, side: usize, row: usize, from: usize) -> Cell {
        let dir = Dir::BOTH[side & 1];
        match self {
            Which::Tcp => match transition(dir, PacketKind::ALL[row], TcpState::ALL[from]) {
                Next::To(state) => Cell::To(state as usize),
                Next::Ignore => Cell::Ignore,
                Next::Invalid => Cell::Invalid,
            },
            Which::Sctp(profile) => {
                let kind = SctpChunk::ALL[row].kind();
                let to = sctp_new_state(profile, dir, kind, SctpState::ALL[from]);
                to.map_or(Cell::Invalid, |state| Cell::To(state as usize))
            }
            Which::Dccp => {
                let role = DccpRole::ALL[side & 1];
                match dccp::transition(role, DccpType::ALL[row], DccpState::ALL[from]) {
                    DccpNext::To(state) => Cell::To(state as usize),
                    DccpNext::Ignore => Cell::Ignore,
                    DccpNext::Invalid => Cell::Invalid,
                }
            }
        }
    }

    /// The timeout of a state for a connection, as its settings or its policy have it now.
    pub fn timeout(self, ct: &Conntrack, conn: ConnId, at: usize) -> Ticks {
        match self {
            Which::Tcp => ct.tcp_ticks(conn, TcpState::ALL[at].timeout()),
            Which::Sctp(_) => ct.timeout_of_conn(conn, sctp::TIMEOUTS[at]),
            Which::Dccp => ct.timeout_of_conn(conn, dccp::TIMEOUTS[at]),
        }
    }

    /// The same for a connection of a namespace that is not there yet.
    pub fn timeout_in(self, ct: &Conntrack, net: u8, at: usize) -> Ticks {
        let sysctls = ct.nets.get(usize::from(net)).map(|net| &net.sysctls);
        let of = |key| sysctls.map_or(Ticks(0), |sysctls| sysctls.timeout(key, ct.hz()));
        match self {
            Which::Tcp => match TcpState::ALL[at].timeout() {
                TcpTimeout::Setting(key) => of(key),
                TcpTimeout::Fixed(secs) => ct.hz().ticks(secs),
            },
            Which::Sctp(_) => of(sctp::TIMEOUTS[at]),
            Which::Dccp => of(dccp::TIMEOUTS[at]),
        }
    }

    /// The state of that name.
    pub fn by_name(self, name: &str) -> Option<usize> {
        (0..self.states()).find(|at| self.state(*at).0 == name)
    }

    /// The packets that lead from one state to another: row, and which sides.
    pub fn ways(self, from: usize, to: usize) -> Vec<(usize, [bool; 2])> {
        let both = |row| [0, 1].map(|side| self.cell(side, row, from) == Cell::To(to));
        let rows = (0..self.rows()).map(|row| (row, both(row)));
        rows.filter(|(_, sides)| sides[0] || sides[1]).collect()
    }
}
