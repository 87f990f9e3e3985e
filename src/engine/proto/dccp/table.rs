//! The state table of DCCP, by role.

use crate::engine::proto::named::named;
use crate::engine::sysctl::Sysctl;

named! {
    /// The state of a DCCP connection as conntrack sees it from the middle.
    /// Kernel: `enum ct_dccp_states`, include/uapi/linux/netfilter/nf_conntrack_dccp.h, v5.10.19.
    pub enum DccpState {
        /// Nothing seen yet.
        #[default]
        None = "NONE", "NO";
        /// A REQUEST was sent.
        Request = "REQUEST", "RQ";
        /// It was answered.
        Respond = "RESPOND", "RS";
        /// The client acknowledged the answer.
        Partopen = "PARTOPEN", "PO";
        /// The server sent something after it.
        Open = "OPEN", "OP";
        /// The server asks the client to close.
        Closereq = "CLOSEREQ", "CR";
        /// A side closes.
        Closing = "CLOSING", "CG";
        /// It is over.
        Timewait = "TIMEWAIT", "TW";
    }
}

named! {
    /// The type of a DCCP packet (RFC 4340, 5.1). The short form is its name in packet lines.
    pub enum DccpType {
        /// Opens a connection.
        #[default]
        Request = "REQUEST", "request";
        /// Answers a REQUEST.
        Response = "RESPONSE", "response";
        /// Data without an acknowledgement.
        Data = "DATA", "data";
        /// An acknowledgement.
        Ack = "ACK", "ack";
        /// Both.
        DataAck = "DATAACK", "dataack";
        /// The server wants the client to close.
        CloseReq = "CLOSEREQ", "closereq";
        /// Closes.
        Close = "CLOSE", "close";
        /// Ends at once, or the last packet of a close.
        Reset = "RESET", "reset";
        /// Finds the sequence numbers again.
        Sync = "SYNC", "sync";
        /// Answers a SYNC.
        SyncAck = "SYNCACK", "syncack";
    }
}

impl DccpType {
    /// The type of a number below 10.
    pub fn of(kind: u8) -> Option<DccpType> {
        DccpType::ALL.get(usize::from(kind)).copied()
    }
}

named! {
    /// Who a side is. A role can change its side, when a server that closed asks anew.
    pub enum DccpRole {
        /// The one that asks.
        #[default]
        Client = "CLIENT", "client";
        /// The one that answers.
        Server = "SERVER", "server";
    }
}

impl DccpRole {
    /// The role of the side over there.
    #[must_use]
    pub const fn other(self) -> DccpRole {
        match self {
            DccpRole::Client => DccpRole::Server,
            DccpRole::Server => DccpRole::Client,
        }
    }
}

/// What a cell of the table says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DccpNext {
    /// Go there.
    To(DccpState),
    /// The packet passes and changes no state.
    Ignore,
    /// The packet is invalid.
    Invalid,
}

impl DccpNext {
    /// Its two letters in the table.
    pub const fn short(self) -> &'static str {
        match self {
            DccpNext::To(state) => state.short(),
            DccpNext::Ignore => "IG",
            DccpNext::Invalid => "IV",
        }
    }
}

const IG: DccpNext = DccpNext::Ignore;
const IV: DccpNext = DccpNext::Invalid;
const RQ: DccpNext = DccpNext::To(DccpState::Request);
const RS: DccpNext = DccpNext::To(DccpState::Respond);
const PO: DccpNext = DccpNext::To(DccpState::Partopen);
const OP: DccpNext = DccpNext::To(DccpState::Open);
const CR: DccpNext = DccpNext::To(DccpState::Closereq);
const CG: DccpNext = DccpNext::To(DccpState::Closing);
const TW: DccpNext = DccpNext::To(DccpState::Timewait);

/// What is next, by role, type and state: NO RQ RS PO OP CR CG TW.
/// Kernel: `dccp_state_table`, net/netfilter/nf_conntrack_proto_dccp.c, v5.10.19.
#[rustfmt::skip]
const NEXT: [[[DccpNext; DccpState::COUNT]; DccpType::COUNT]; 2] = [
    [
        /* REQUEST  */ [RQ, RQ, RS, IG, IG, IG, IG, RQ],
        /* RESPONSE */ [IV, IG, IG, IG, IG, IG, IG, IV],
        /* DATA     */ [IV, IV, IV, IV, OP, CR, CG, IV],
        /* ACK      */ [IV, IV, PO, PO, OP, CR, CG, IV],
        /* DATAACK  */ [IV, IV, PO, PO, OP, CR, CG, IV],
        /* CLOSEREQ */ [IV, IV, IV, IV, IV, IV, IV, IV],
        /* CLOSE    */ [IV, IV, IV, CG, CG, CG, IV, IV],
        /* RESET    */ [IV, TW, TW, TW, TW, TW, TW, IG],
        /* SYNC     */ [IV, IG, IG, IG, IG, IG, IG, IG],
        /* SYNCACK  */ [IV, IG, IG, IG, IG, IG, IG, IG],
    ],
    [
        /* REQUEST  */ [IV, IG, IG, IG, IG, IG, IG, RQ],
        /* RESPONSE */ [IV, RS, RS, IG, IG, IG, IG, IV],
        /* DATA     */ [IV, IV, IV, OP, OP, IV, CG, IV],
        /* ACK      */ [IV, IV, IV, OP, OP, IV, CG, IV],
        /* DATAACK  */ [IV, IV, IV, OP, OP, IV, CG, IV],
        /* CLOSEREQ */ [IV, IV, IV, CR, CR, CR, CR, IV],
        /* CLOSE    */ [IV, IV, IV, CG, CG, IV, CG, IV],
        /* RESET    */ [IV, TW, TW, TW, TW, TW, TW, TW],
        /* SYNC     */ [IV, IG, IG, IG, IG, IG, IG, IG],
        /* SYNCACK  */ [IV, IG, IG, IG, IG, IG, IG, IG],
    ],
];

/// The cell for a packet of this role and type in this state.
pub const fn transition(role: DccpRole, kind: DccpType, from: DccpState) -> DccpNext {
    NEXT[role as usize][kind as usize][from as usize]
}

/// The time-out of each state, in the order of [`DccpState`].
/// Kernel: `dccp_timeout`, net/netfilter/nf_conntrack_proto_dccp.c, v5.10.19.
pub const TIMEOUTS: [Sysctl; DccpState::COUNT] = [
    Sysctl::DccpTimeoutRequest,
    Sysctl::DccpTimeoutRequest,
    Sysctl::DccpTimeoutRespond,
    Sysctl::DccpTimeoutPartopen,
    Sysctl::DccpTimeoutOpen,
    Sysctl::DccpTimeoutClosereq,
    Sysctl::DccpTimeoutClosing,
    Sysctl::DccpTimeoutTimewait,
];
