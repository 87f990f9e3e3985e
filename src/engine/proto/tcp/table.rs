//! The state table of TCP, as the kernel's source lays it out.

use crate::engine::sysctl::Sysctl;
use crate::engine::time::Secs;
use crate::engine::tuple::Dir;

/// The state of a TCP connection as conntrack sees it from the middle.
/// Kernel: `enum tcp_conntrack`, include/uapi/linux/netfilter/nf_conntrack_tcp.h, v5.10.19.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[repr(u8)]
pub enum TcpState {
    /// Nothing seen yet.
    #[default]
    None = 0,
    /// A SYN was sent.
    SynSent,
    /// It was answered by a SYN with ACK, or both sides sent a SYN and one was answered.
    SynRecv,
    /// The handshake is done, or was not seen.
    Established,
    /// One side sent a FIN.
    FinWait,
    /// That FIN may have been acknowledged.
    CloseWait,
    /// A second FIN was seen; not necessarily from the other side.
    LastAck,
    /// The last ACK was seen.
    TimeWait,
    /// A reset was seen.
    Close,
    /// Both sides sent a SYN.
    SynSent2,
}

impl TcpState {
    /// How many there are.
    pub const COUNT: usize = 10;
    /// All, in the order of the table's columns.
    pub const ALL: [TcpState; TcpState::COUNT] = [
        TcpState::None,
        TcpState::SynSent,
        TcpState::SynRecv,
        TcpState::Established,
        TcpState::FinWait,
        TcpState::CloseWait,
        TcpState::LastAck,
        TcpState::TimeWait,
        TcpState::Close,
        TcpState::SynSent2,
    ];

    /// The name as the tools print it.
    pub const fn name(self) -> &'static str {
        match self {
            TcpState::None => "NONE",
            TcpState::SynSent => "SYN_SENT",
            TcpState::SynRecv => "SYN_RECV",
            TcpState::Established => "ESTABLISHED",
            TcpState::FinWait => "FIN_WAIT",
            TcpState::CloseWait => "CLOSE_WAIT",
            TcpState::LastAck => "LAST_ACK",
            TcpState::TimeWait => "TIME_WAIT",
            TcpState::Close => "CLOSE",
            TcpState::SynSent2 => "SYN_SENT2",
        }
    }

    /// The two letters that stand for it in the table.
    pub const fn short(self) -> &'static str {
        match self {
            TcpState::None => "NO",
            TcpState::SynSent => "SS",
            TcpState::SynRecv => "SR",
            TcpState::Established => "ES",
            TcpState::FinWait => "FW",
            TcpState::CloseWait => "CW",
            TcpState::LastAck => "LA",
            TcpState::TimeWait => "TW",
            TcpState::Close => "CL",
            TcpState::SynSent2 => "S2",
        }
    }

    /// How long a connection lives in this state.
    pub const fn timeout(self) -> TcpTimeout {
        TIMEOUTS[self as usize]
    }
}

/// The kind of a packet, which is a row of the table.
/// Kernel: `enum tcp_bit_set`, include/linux/netfilter/nf_conntrack_tcp.h, v5.10.19.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[repr(u8)]
pub enum PacketKind {
    /// SYN without ACK.
    Syn = 0,
    /// SYN with ACK.
    SynAck,
    /// FIN.
    Fin,
    /// ACK with nothing else.
    Ack,
    /// RST, whatever else is set.
    Rst,
    /// None of these; no packet of this kind passes the flags check.
    #[default]
    None,
}

impl PacketKind {
    /// How many there are.
    pub const COUNT: usize = 6;
    /// All, in the order of the table's rows.
    pub const ALL: [PacketKind; PacketKind::COUNT] = [
        PacketKind::Syn,
        PacketKind::SynAck,
        PacketKind::Fin,
        PacketKind::Ack,
        PacketKind::Rst,
        PacketKind::None,
    ];

    /// Its name in the table.
    pub const fn name(self) -> &'static str {
        match self {
            PacketKind::Syn => "SYN",
            PacketKind::SynAck => "SYNACK",
            PacketKind::Fin => "FIN",
            PacketKind::Ack => "ACK",
            PacketKind::Rst => "RST",
            PacketKind::None => "NONE",
        }
    }
}

/// A cell of the table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Next {
    /// The connection's next state.
    To(TcpState),
    /// The packet passes and changes nothing.
    Ignore,
    /// The packet is invalid (`TCP_CONNTRACK_MAX`).
    Invalid,
}

impl Next {
    /// The cell's two letters.
    pub const fn name(self) -> &'static str {
        match self {
            Next::To(state) => state.short(),
            Next::Ignore => "IG",
            Next::Invalid => "IV",
        }
    }
}

const SS: Next = Next::To(TcpState::SynSent);
const SR: Next = Next::To(TcpState::SynRecv);
const ES: Next = Next::To(TcpState::Established);
const FW: Next = Next::To(TcpState::FinWait);
const CW: Next = Next::To(TcpState::CloseWait);
const LA: Next = Next::To(TcpState::LastAck);
const TW: Next = Next::To(TcpState::TimeWait);
const CL: Next = Next::To(TcpState::Close);
const S2: Next = Next::To(TcpState::SynSent2);
const IG: Next = Next::Ignore;
const IV: Next = Next::Invalid;

/// What a packet does, by its direction, its kind and the state before it.
/// Kernel: `tcp_conntracks`, net/netfilter/nf_conntrack_proto_tcp.c, v5.10.19.
#[rustfmt::skip]
pub const NEXT: [[[Next; TcpState::COUNT]; PacketKind::COUNT]; 2] = [
    [ // Original direction.
        //            NO  SS  SR  ES  FW  CW  LA  TW  CL  S2
        /* SYN    */ [SS, SS, IG, IG, IG, IG, IG, SS, SS, S2],
        /* SYNACK */ [IV, IV, SR, IV, IV, IV, IV, IV, IV, SR],
        /* FIN    */ [IV, IV, FW, FW, LA, LA, LA, TW, CL, IV],
        /* ACK    */ [ES, IV, ES, ES, CW, CW, TW, TW, CL, IV],
        /* RST    */ [IV, CL, CL, CL, CL, CL, CL, CL, CL, CL],
        /* NONE   */ [IV, IV, IV, IV, IV, IV, IV, IV, IV, IV],
    ],
    [ // Reply direction.
        //            NO  SS  SR  ES  FW  CW  LA  TW  CL  S2
        /* SYN    */ [IV, S2, IV, IV, IV, IV, IV, SS, IV, S2],
        /* SYNACK */ [IV, SR, IG, IG, IG, IG, IG, IG, IG, SR],
        /* FIN    */ [IV, IV, FW, FW, LA, LA, LA, TW, CL, IV],
        /* ACK    */ [IV, IG, SR, ES, CW, CW, TW, TW, CL, IG],
        /* RST    */ [IV, CL, CL, CL, CL, CL, CL, CL, CL, CL],
        /* NONE   */ [IV, IV, IV, IV, IV, IV, IV, IV, IV, IV],
    ],
];

/// The cell for a packet of this direction and kind in this state.
pub const fn transition(dir: Dir, kind: PacketKind, from: TcpState) -> Next {
    NEXT[dir.index()][kind as usize][from as usize]
}

/// Where the timeout of a state comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TcpTimeout {
    /// A setting of the namespace, in seconds.
    Setting(Sysctl),
    /// A number that no setting changes.
    Fixed(Secs),
}

impl TcpTimeout {
    /// After too many retransmissions, and while a window is closed.
    pub const RETRANS: TcpTimeout = TcpTimeout::Setting(Sysctl::TcpTimeoutMaxRetrans);
    /// While data waits for its acknowledgement, and for the answer to a connection picked up in
    /// the middle.
    pub const UNACK: TcpTimeout = TcpTimeout::Setting(Sysctl::TcpTimeoutUnacknowledged);
}

/// The timeout of each state, in the order of [`TcpState`].
/// Kernel: `tcp_timeouts`, net/netfilter/nf_conntrack_proto_tcp.c, v5.10.19.
pub const TIMEOUTS: [TcpTimeout; TcpState::COUNT] = [
    TcpTimeout::Setting(Sysctl::TcpTimeoutSynSent),
    TcpTimeout::Setting(Sysctl::TcpTimeoutSynSent),
    TcpTimeout::Setting(Sysctl::TcpTimeoutSynRecv),
    TcpTimeout::Setting(Sysctl::TcpTimeoutEstablished),
    TcpTimeout::Setting(Sysctl::TcpTimeoutFinWait),
    TcpTimeout::Setting(Sysctl::TcpTimeoutCloseWait),
    TcpTimeout::Setting(Sysctl::TcpTimeoutLastAck),
    TcpTimeout::Setting(Sysctl::TcpTimeoutTimeWait),
    TcpTimeout::Setting(Sysctl::TcpTimeoutClose),
    TcpTimeout::Fixed(Secs(120)),
];

const _: () = {
    let mut i = 0;
    while i < TcpState::COUNT {
        assert!(
            TcpState::ALL[i] as usize == i,
            "ALL is in the order of TcpState"
        );
        i += 1;
    }
    let mut i = 0;
    while i < PacketKind::COUNT {
        assert!(
            PacketKind::ALL[i] as usize == i,
            "ALL is in the order of PacketKind"
        );
        i += 1;
    }
};
