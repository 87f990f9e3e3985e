//! Settings below `net.netfilter`, as data: name, defaults, range, scope, and which kernel has
//! them.

use super::profile::Profile;
use super::time::{Hz, Ticks};

macro_rules! settings {
    ($($(#[$doc:meta])+ $key:ident = $info:expr,)+) => {
        /// A setting. Time-outs take effect at the next refresh.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum Sysctl {
            $($(#[$doc])+ $key,)+
        }

        /// Every setting, in the order of [`Sysctl`]. Defaults: nf_conntrack_proto_*.c and
        /// nf_conntrack_standalone.c, v5.10.19 and v6.18.
        pub const SYSCTLS: &[SysctlInfo] = &[
            $(SysctlInfo { key: Sysctl::$key, ..$info },)+
        ];
    };
}

settings! {
    /// Most entries per namespace; 0 is no limit. Its default follows from the table's size.
    Max = global("nf_conntrack_max"),
    /// Most expectations per namespace. Its default follows from the table's size.
    ExpectMax = SysctlInfo {
        min: [0, 1],
        ..global("nf_conntrack_expect_max")
    },
    /// Verify checksums at PREROUTING.
    Checksum = flag("nf_conntrack_checksum", 1),
    /// Report packets without a connection of this protocol; 0 is none, 255 every one.
    /// Differs: nothing follows it, for there is no log.
    LogInvalid = small("nf_conntrack_log_invalid", 0),
    /// Count packets and bytes of new entries.
    Acct = flag("nf_conntrack_acct", 0),
    /// Stamp new entries with start and stop.
    Timestamp = flag("nf_conntrack_timestamp", 0),
    /// Give new entries an event cache: 0 never, 1 always, 2 (6.18) while somebody listens.
    Events = SysctlInfo {
        default: [1, 2],
        max: [1, 2],
        ..flag("nf_conntrack_events", 1)
    },
    /// Give new entries a helper by their port.
    Helper = only(Profile::V5_10, flag("nf_conntrack_helper", 0)),
    /// Pick up TCP connections in the middle.
    TcpLoose = flag("nf_conntrack_tcp_loose", 1),
    /// Let TCP packets outside of the window pass.
    TcpBeLiberal = flag("nf_conntrack_tcp_be_liberal", 0),
    /// Retransmissions without an answer after which the short time-out counts. The counter has
    /// eight bits, so more has no meaning.
    TcpMaxRetrans = small("nf_conntrack_tcp_max_retrans", 3),
    /// Let resets outside of the window pass without closing the connection.
    TcpIgnoreInvalidRst = only(
        Profile::V6_18,
        flag("nf_conntrack_tcp_ignore_invalid_rst", 0),
    ),
    /// Pick up DCCP connections in the middle. A kernel reads it nowhere that matters.
    DccpLoose = only(Profile::V5_10, flag("nf_conntrack_dccp_loose", 1)),
    /// Protocols without a tracker.
    GenericTimeout = secs("nf_conntrack_generic_timeout", 600),
    /// ICMP.
    IcmpTimeout = secs("nf_conntrack_icmp_timeout", 30),
    /// ICMPv6.
    Icmpv6Timeout = secs("nf_conntrack_icmpv6_timeout", 30),
    /// UDP and UDP-Lite before an answer.
    UdpTimeout = secs("nf_conntrack_udp_timeout", 30),
    /// UDP that became a stream; UDP-Lite with an answer.
    UdpTimeoutStream = secs("nf_conntrack_udp_timeout_stream", 120),
    /// GRE before an answer. Read when an entry is made.
    GreTimeout = secs("nf_conntrack_gre_timeout", 30),
    /// GRE with an answer. Read when an entry is made.
    GreTimeoutStream = secs("nf_conntrack_gre_timeout_stream", 180),
    /// TCP SYN_SENT.
    TcpTimeoutSynSent = secs("nf_conntrack_tcp_timeout_syn_sent", 120),
    /// TCP SYN_RECV.
    TcpTimeoutSynRecv = secs("nf_conntrack_tcp_timeout_syn_recv", 60),
    /// TCP ESTABLISHED.
    TcpTimeoutEstablished = secs("nf_conntrack_tcp_timeout_established", 432_000),
    /// TCP FIN_WAIT.
    TcpTimeoutFinWait = secs("nf_conntrack_tcp_timeout_fin_wait", 120),
    /// TCP CLOSE_WAIT.
    TcpTimeoutCloseWait = secs("nf_conntrack_tcp_timeout_close_wait", 60),
    /// TCP LAST_ACK.
    TcpTimeoutLastAck = secs("nf_conntrack_tcp_timeout_last_ack", 30),
    /// TCP TIME_WAIT.
    TcpTimeoutTimeWait = secs("nf_conntrack_tcp_timeout_time_wait", 120),
    /// TCP CLOSE.
    TcpTimeoutClose = secs("nf_conntrack_tcp_timeout_close", 10),
    /// TCP after too many retransmissions, or with a closed window.
    TcpTimeoutMaxRetrans = secs("nf_conntrack_tcp_timeout_max_retrans", 300),
    /// TCP with data that is not acknowledged; also a picked-up connection before its answer.
    TcpTimeoutUnacknowledged = secs("nf_conntrack_tcp_timeout_unacknowledged", 300),
    /// SCTP CLOSED.
    SctpTimeoutClosed = secs("nf_conntrack_sctp_timeout_closed", 10),
    /// SCTP COOKIE_WAIT.
    SctpTimeoutCookieWait = secs("nf_conntrack_sctp_timeout_cookie_wait", 3),
    /// SCTP COOKIE_ECHOED.
    SctpTimeoutCookieEchoed = secs("nf_conntrack_sctp_timeout_cookie_echoed", 3),
    /// SCTP ESTABLISHED.
    SctpTimeoutEstablished = millis(
        "nf_conntrack_sctp_timeout_established",
        [432_000_000, 210_000],
    ),
    /// SCTP SHUTDOWN_SENT. 5.10 starts with a fraction of a second, which reads as 0.
    SctpTimeoutShutdownSent = millis("nf_conntrack_sctp_timeout_shutdown_sent", [300, 3000]),
    /// SCTP SHUTDOWN_RECD. 5.10 starts with a fraction of a second, which reads as 0.
    SctpTimeoutShutdownRecd = millis("nf_conntrack_sctp_timeout_shutdown_recd", [300, 3000]),
    /// SCTP SHUTDOWN_ACK_SENT.
    SctpTimeoutShutdownAckSent = secs("nf_conntrack_sctp_timeout_shutdown_ack_sent", 3),
    /// SCTP HEARTBEAT_SENT.
    SctpTimeoutHeartbeatSent = secs("nf_conntrack_sctp_timeout_heartbeat_sent", 30),
    /// SCTP HEARTBEAT_ACKED.
    SctpTimeoutHeartbeatAcked = only(
        Profile::V5_10,
        secs("nf_conntrack_sctp_timeout_heartbeat_acked", 210),
    ),
    /// DCCP REQUEST.
    DccpTimeoutRequest = only(
        Profile::V5_10,
        secs("nf_conntrack_dccp_timeout_request", 240),
    ),
    /// DCCP RESPOND.
    DccpTimeoutRespond = only(
        Profile::V5_10,
        secs("nf_conntrack_dccp_timeout_respond", 480),
    ),
    /// DCCP PARTOPEN.
    DccpTimeoutPartopen = only(
        Profile::V5_10,
        secs("nf_conntrack_dccp_timeout_partopen", 480),
    ),
    /// DCCP OPEN.
    DccpTimeoutOpen = only(
        Profile::V5_10,
        secs("nf_conntrack_dccp_timeout_open", 43_200),
    ),
    /// DCCP CLOSEREQ.
    DccpTimeoutClosereq = only(
        Profile::V5_10,
        secs("nf_conntrack_dccp_timeout_closereq", 64),
    ),
    /// DCCP CLOSING.
    DccpTimeoutClosing = only(
        Profile::V5_10,
        secs("nf_conntrack_dccp_timeout_closing", 64),
    ),
    /// DCCP TIMEWAIT.
    DccpTimeoutTimewait = only(
        Profile::V5_10,
        secs("nf_conntrack_dccp_timeout_timewait", 240),
    ),
    /// Idle TCP connections in a flow table.
    /// Differs: nothing follows it, for flow tables are not modelled.
    FlowtableTcpTimeout = only(Profile::V6_18, secs("nf_flowtable_tcp_timeout", 30)),
    /// Idle UDP flows in a flow table.
    /// Differs: nothing follows it, for flow tables are not modelled.
    FlowtableUdpTimeout = only(Profile::V6_18, secs("nf_flowtable_udp_timeout", 30)),
    /// How long an incomplete IPv6 datagram waits.
    Frag6Timeout = secs("nf_conntrack_frag6_timeout", 60),
    /// Bytes of memory for fragments of IPv6, at which old ones go.
    /// Differs: nothing follows it, for fragments are counted, not their bytes.
    Frag6LowThresh = bytes("nf_conntrack_frag6_low_thresh", 3 << 20),
    /// Bytes of memory for fragments of IPv6, at which no more are taken.
    /// Differs: nothing follows it, likewise.
    Frag6HighThresh = bytes("nf_conntrack_frag6_high_thresh", 4 << 20),
}

/// Who shares a setting.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// The whole machine.
    Global,
    /// One namespace.
    Netns,
}

/// What the number of a setting counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// A switch, or whatever the setting is about.
    Plain,
    /// Read and written in whole seconds, kept in finer ones.
    Seconds,
}

/// What is known of a setting. Pairs are for 5.10 and 6.18, in this order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SysctlInfo {
    /// Which one.
    pub key: Sysctl,
    /// Its name below `net.netfilter.`.
    pub name: &'static str,
    /// What it counts.
    pub unit: Unit,
    /// Its value in a new namespace; time-outs in milliseconds.
    default: [u32; 2],
    min: [u32; 2],
    max: [u32; 2],
    /// The only kernel that has it; `None` if all do.
    pub only: Option<Profile>,
    /// Who shares it.
    pub scope: Scope,
}

/// Longest time-out that can be set, in seconds: what fits in 2^31 - 1 jiffies at HZ 1000.
pub const TIMEOUT_SECS_MAX: u32 = 2_147_483;

const MILLIS: u32 = 1000;

/// 0 or 1, in every kernel; the other kinds are told from it.
const fn flag(name: &'static str, default: u32) -> SysctlInfo {
    SysctlInfo {
        key: Sysctl::Max,
        name,
        unit: Unit::Plain,
        default: [default; 2],
        min: [0; 2],
        max: [1; 2],
        only: None,
        scope: Scope::Netns,
    }
}

/// 0 to 255.
const fn small(name: &'static str, default: u32) -> SysctlInfo {
    SysctlInfo {
        max: [u8::MAX as u32; 2],
        ..flag(name, default)
    }
}

/// A number of bytes.
const fn bytes(name: &'static str, default: u32) -> SysctlInfo {
    SysctlInfo {
        max: [i32::MAX as u32; 2],
        ..flag(name, default)
    }
}

/// A limit of the machine, with a default that is not a constant.
const fn global(name: &'static str) -> SysctlInfo {
    SysctlInfo {
        max: [i32::MAX as u32; 2],
        scope: Scope::Global,
        ..flag(name, 0)
    }
}

/// A time-out that is the same in every kernel.
const fn secs(name: &'static str, default: u32) -> SysctlInfo {
    millis(name, [default * MILLIS; 2])
}

/// A time-out whose default is given in milliseconds.
const fn millis(name: &'static str, default: [u32; 2]) -> SysctlInfo {
    SysctlInfo {
        unit: Unit::Seconds,
        default,
        max: [TIMEOUT_SECS_MAX; 2],
        ..flag(name, 0)
    }
}

/// A setting that only one kernel has.
const fn only(profile: Profile, info: SysctlInfo) -> SysctlInfo {
    SysctlInfo {
        only: Some(profile),
        ..info
    }
}

impl SysctlInfo {
    /// Its value in a new namespace as it reads: time-outs in whole seconds, so a fraction of one
    /// is 0. 0 for the limits whose default follows from the table's size.
    pub const fn default(&self, profile: Profile) -> u32 {
        self.shown(self.default[profile as usize])
    }

    /// The values that can be written.
    pub const fn range(&self, profile: Profile) -> core::ops::RangeInclusive<u32> {
        self.min[profile as usize]..=self.max[profile as usize]
    }

    /// Whether the kernel has it.
    pub fn exists_in(&self, profile: Profile) -> bool {
        self.only.is_none_or(|only| only == profile)
    }

    const fn shown(&self, kept: u32) -> u32 {
        match self.unit {
            Unit::Plain => kept,
            Unit::Seconds => kept / MILLIS,
        }
    }
}

impl Sysctl {
    /// Name, defaults, range and scope.
    pub const fn info(self) -> &'static SysctlInfo {
        &SYSCTLS[self as usize]
    }

    /// The setting of this name, with or without `net.netfilter.` before it, whichever kernel has
    /// it. `net.nf_conntrack_max` is another name of `nf_conntrack_max`.
    pub fn by_name(name: &str) -> Option<Sysctl> {
        if name == "net.nf_conntrack_max" {
            return Some(Sysctl::Max);
        }
        let name = name.strip_prefix("net.netfilter.").unwrap_or(name);
        SYSCTLS
            .iter()
            .find(|info| info.name == name)
            .map(|info| info.key)
    }
}

/// The values of one namespace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sysctls([u32; SYSCTLS.len()]);

impl Sysctls {
    /// The compiled-in values of a kernel, with which every namespace starts.
    pub fn new(profile: Profile) -> Sysctls {
        Sysctls(core::array::from_fn(|i| {
            SYSCTLS[i].default[profile as usize]
        }))
    }

    /// A setting of this namespace as it reads; time-outs in whole seconds.
    pub const fn value(&self, key: Sysctl) -> u32 {
        key.info().shown(self.0[key as usize])
    }

    /// A time-out of this namespace.
    pub fn timeout(&self, key: Sysctl, hz: Hz) -> Ticks {
        hz.ticks_of_millis(self.0[key as usize])
    }

    pub(super) fn set(&mut self, key: Sysctl, value: u32) {
        self.0[key as usize] = match key.info().unit {
            Unit::Plain => value,
            Unit::Seconds => value.saturating_mul(MILLIS),
        };
    }
}
