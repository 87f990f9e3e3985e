//! The state table of SCTP.

use crate::engine::profile::{Difference, Profile};
use crate::engine::proto::named::named;
use crate::engine::sysctl::Sysctl;
use crate::engine::tuple::Dir;

named! {
    /// The state of an SCTP association as conntrack sees it from the middle.
    /// Kernel: `enum sctp_conntrack`, include/uapi/linux/netfilter/nf_conntrack_sctp.h, v5.10.19.
    pub enum SctpState {
        /// Nothing seen yet.
        #[default]
        None = "NONE", "NO";
        /// An INIT was sent, or all is over.
        Closed = "CLOSED", "CL";
        /// It was answered: the cookie is on its way back.
        CookieWait = "COOKIE_WAIT", "CW";
        /// The cookie was returned.
        CookieEchoed = "COOKIE_ECHOED", "CE";
        /// The cookie was accepted.
        Established = "ESTABLISHED", "ES";
        /// The original side is shutting down.
        ShutdownSent = "SHUTDOWN_SENT", "SS";
        /// The reply side is shutting down.
        ShutdownRecd = "SHUTDOWN_RECD", "SR";
        /// The shutdown was acknowledged.
        ShutdownAckSent = "SHUTDOWN_ACK_SENT", "SA";
        /// A heartbeat on a path that is new here.
        HeartbeatSent = "HEARTBEAT_SENT", "HS";
        /// It was answered. Only 5.10 has this state; 6.18 goes to ESTABLISHED.
        HeartbeatAcked = "HEARTBEAT_ACKED", "HA";
    }
}

named! {
    /// A kind of chunk that has a row in the table. The short form is its name in packet lines.
    pub enum SctpChunk {
        /// Opens an association.
        #[default]
        Init = "INIT", "init";
        /// Answers an INIT.
        InitAck = "INIT_ACK", "init-ack";
        /// Ends it at once.
        Abort = "ABORT", "abort";
        /// Begins the orderly end.
        Shutdown = "SHUTDOWN", "shutdown";
        /// Answers a SHUTDOWN.
        ShutdownAck = "SHUTDOWN_ACK", "shutdown-ack";
        /// Reports a fault.
        Error = "ERROR", "error";
        /// Gives the cookie of an INIT_ACK back.
        CookieEcho = "COOKIE_ECHO", "cookie-echo";
        /// Accepts the cookie.
        CookieAck = "COOKIE_ACK", "cookie-ack";
        /// The last chunk of an orderly end.
        ShutdownComplete = "SHUTDOWN_COMPLETE", "shutdown-complete";
        /// Asks whether a path works.
        Heartbeat = "HEARTBEAT", "heartbeat";
        /// Answers a HEARTBEAT.
        HeartbeatAck = "HEARTBEAT_ACK", "heartbeat-ack";
    }
}

/// The type of a DATA chunk, which has no row.
pub const DATA: u8 = 0;

/// The types of the chunks that have a row, in the order of [`SctpChunk`] (RFC 9260, 3.2).
const TYPES: [u8; SctpChunk::COUNT] = [1, 2, 6, 7, 8, 9, 10, 11, 14, 4, 5];

impl SctpChunk {
    /// The row of a chunk type; `None` for DATA, SACK and all others, which change no state.
    pub fn of(kind: u8) -> Option<SctpChunk> {
        let row = TYPES.iter().position(|known| *known == kind)?;
        SctpChunk::ALL.get(row).copied()
    }

    /// Its type.
    pub const fn kind(self) -> u8 {
        TYPES[self as usize]
    }
}

const IV: Option<SctpState> = None;
const CL: Option<SctpState> = Some(SctpState::Closed);
const CW: Option<SctpState> = Some(SctpState::CookieWait);
const CE: Option<SctpState> = Some(SctpState::CookieEchoed);
const ES: Option<SctpState> = Some(SctpState::Established);
const SS: Option<SctpState> = Some(SctpState::ShutdownSent);
const SR: Option<SctpState> = Some(SctpState::ShutdownRecd);
const SA: Option<SctpState> = Some(SctpState::ShutdownAckSent);
const HS: Option<SctpState> = Some(SctpState::HeartbeatSent);
const HA: Option<SctpState> = Some(SctpState::HeartbeatAcked);

type Rows = [[Option<SctpState>; SctpState::COUNT]; SctpChunk::COUNT];

/// The next state in 5.10, by direction, chunk and state; `None` is invalid.
/// Kernel: `sctp_conntracks`, net/netfilter/nf_conntrack_proto_sctp.c, v5.10.19.
#[rustfmt::skip]
const NEXT: [Rows; 2] = [
    [
        /* INIT              */ [CL, CL, CW, CE, ES, SS, SR, SA, CW, HA],
        /* INIT_ACK          */ [CL, CL, CW, CE, ES, SS, SR, SA, CL, HA],
        /* ABORT             */ [CL, CL, CL, CL, CL, CL, CL, CL, CL, CL],
        /* SHUTDOWN          */ [CL, CL, CW, CE, SS, SS, SR, SA, CL, SS],
        /* SHUTDOWN_ACK      */ [SA, CL, CW, CE, ES, SA, SA, SA, SA, HA],
        /* ERROR             */ [CL, CL, CW, CE, ES, SS, SR, SA, CL, HA],
        /* COOKIE_ECHO       */ [CL, CL, CE, CE, ES, SS, SR, SA, CL, HA],
        /* COOKIE_ACK        */ [CL, CL, CW, CE, ES, SS, SR, SA, CL, HA],
        /* SHUTDOWN_COMPLETE */ [CL, CL, CW, CE, ES, SS, SR, CL, CL, HA],
        /* HEARTBEAT         */ [HS, CL, CW, CE, ES, SS, SR, SA, HS, HA],
        /* HEARTBEAT_ACK     */ [CL, CL, CW, CE, ES, SS, SR, SA, HS, HA],
    ],
    [
        /* INIT              */ [IV, CL, CW, CE, ES, SS, SR, SA, IV, HA],
        /* INIT_ACK          */ [IV, CW, CW, CE, ES, SS, SR, SA, IV, HA],
        /* ABORT             */ [IV, CL, CL, CL, CL, CL, CL, CL, IV, CL],
        /* SHUTDOWN          */ [IV, CL, CW, CE, SR, SS, SR, SA, IV, SR],
        /* SHUTDOWN_ACK      */ [IV, CL, CW, CE, ES, SA, SA, SA, IV, HA],
        /* ERROR             */ [IV, CL, CW, CL, ES, SS, SR, SA, IV, HA],
        /* COOKIE_ECHO       */ [IV, CL, CW, CE, ES, SS, SR, SA, IV, HA],
        /* COOKIE_ACK        */ [IV, CL, CW, ES, ES, SS, SR, SA, IV, HA],
        /* SHUTDOWN_COMPLETE */ [IV, CL, CW, CE, ES, SS, SR, CL, IV, HA],
        /* HEARTBEAT         */ [IV, CL, CW, CE, ES, SS, SR, SA, HS, HA],
        /* HEARTBEAT_ACK     */ [IV, CL, CW, CE, ES, SS, SR, SA, HA, HA],
    ],
];

/// The cells that 6.18 has otherwise, besides the state that it lacks.
/// Kernel: `sctp_conntracks`, net/netfilter/nf_conntrack_proto_sctp.c, v6.18.
const CHANGED: [(Dir, SctpChunk, Option<SctpState>, Option<SctpState>); 5] = [
    (Dir::Original, SctpChunk::Init, SS, CL),
    (Dir::Original, SctpChunk::Init, SR, CL),
    (Dir::Original, SctpChunk::CookieAck, CE, ES),
    (Dir::Reply, SctpChunk::CookieEcho, CW, CE),
    (Dir::Reply, SctpChunk::HeartbeatAck, HS, ES),
];

/// The state after a chunk of this type and direction; `None` is invalid. A chunk without a row
/// changes nothing.
/// Kernel: `sctp_new_state`, net/netfilter/nf_conntrack_proto_sctp.c, v5.10.19.
pub fn sctp_new_state(profile: Profile, dir: Dir, kind: u8, from: SctpState) -> Option<SctpState> {
    let Some(chunk) = SctpChunk::of(kind) else {
        return Some(from);
    };
    let changed = CHANGED
        .iter()
        .find(|cell| (cell.0, cell.1, cell.2) == (dir, chunk, Some(from)));
    match changed {
        Some((.., to)) if profile.since(Difference::SctpCells) => *to,
        _ => NEXT[dir.index()][chunk as usize][from as usize],
    }
}

/// The time-out of each state, in the order of [`SctpState`].
/// Kernel: `sctp_timeouts`, net/netfilter/nf_conntrack_proto_sctp.c, v5.10.19.
pub const TIMEOUTS: [Sysctl; SctpState::COUNT] = [
    Sysctl::SctpTimeoutClosed,
    Sysctl::SctpTimeoutClosed,
    Sysctl::SctpTimeoutCookieWait,
    Sysctl::SctpTimeoutCookieEchoed,
    Sysctl::SctpTimeoutEstablished,
    Sysctl::SctpTimeoutShutdownSent,
    Sysctl::SctpTimeoutShutdownRecd,
    Sysctl::SctpTimeoutShutdownAckSent,
    Sysctl::SctpTimeoutHeartbeatSent,
    Sysctl::SctpTimeoutHeartbeatAcked,
];
