//! Settings below `net.netfilter`, as data: name, default, range, scope.

/// A setting. Time-outs are in whole seconds and take effect at the next refresh.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Sysctl {
    /// Most entries per namespace; 0 is no limit.
    Max,
    /// Verify checksums at PREROUTING.
    Checksum,
    /// Count packets and bytes of new entries.
    Acct,
    /// Stamp new entries with start and stop.
    Timestamp,
    /// Give new entries an event cache.
    Events,
    /// Pick up TCP connections in the middle.
    TcpLoose,
    /// See [`SYSCTLS`] for this and every further time-out.
    GenericTimeout,
    /// ICMP.
    IcmpTimeout,
    /// ICMPv6.
    Icmpv6Timeout,
    /// UDP before an answer.
    UdpTimeout,
    /// UDP that became a stream.
    UdpTimeoutStream,
    /// TCP SYN_SENT.
    TcpTimeoutSynSent,
    /// TCP SYN_RECV.
    TcpTimeoutSynRecv,
    /// TCP ESTABLISHED.
    TcpTimeoutEstablished,
    /// TCP FIN_WAIT.
    TcpTimeoutFinWait,
    /// TCP CLOSE_WAIT.
    TcpTimeoutCloseWait,
    /// TCP LAST_ACK.
    TcpTimeoutLastAck,
    /// TCP TIME_WAIT.
    TcpTimeoutTimeWait,
    /// TCP CLOSE.
    TcpTimeoutClose,
    /// TCP after too many retransmissions.
    /// Differs: nothing follows it, for retransmissions are not counted yet.
    TcpTimeoutMaxRetrans,
    /// TCP with data that is not acknowledged; also a picked-up connection before its answer.
    TcpTimeoutUnacknowledged,
}

/// Who shares a setting.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// The whole machine.
    Global,
    /// One namespace.
    Netns,
}

/// What is known of a setting.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SysctlInfo {
    /// Which one.
    pub key: Sysctl,
    /// Its name below `net.netfilter.`.
    pub name: &'static str,
    /// Its value in a new namespace.
    pub default: u32,
    /// The largest value.
    pub max: u32,
    /// Who shares it.
    pub scope: Scope,
}

/// Longest time-out that can be set, in seconds: what fits in 2^31 - 1 jiffies at HZ 1000.
pub const TIMEOUT_SECS_MAX: u32 = 2_147_483;

const fn flag(key: Sysctl, name: &'static str, default: u32) -> SysctlInfo {
    SysctlInfo {
        key,
        name,
        default,
        max: 1,
        scope: Scope::Netns,
    }
}

const fn secs(key: Sysctl, name: &'static str, default: u32) -> SysctlInfo {
    SysctlInfo {
        key,
        name,
        default,
        max: TIMEOUT_SECS_MAX,
        scope: Scope::Netns,
    }
}

/// Every setting, in the order of [`Sysctl`]. Defaults: nf_conntrack_proto_*.c and
/// nf_conntrack_standalone.c, v5.10.19. The default of `nf_conntrack_max` is not used: it follows
/// from the table's size.
pub const SYSCTLS: [SysctlInfo; 21] = [
    SysctlInfo {
        key: Sysctl::Max,
        name: "nf_conntrack_max",
        default: 0,
        max: i32::MAX as u32,
        scope: Scope::Global,
    },
    flag(Sysctl::Checksum, "nf_conntrack_checksum", 1),
    flag(Sysctl::Acct, "nf_conntrack_acct", 0),
    flag(Sysctl::Timestamp, "nf_conntrack_timestamp", 0),
    flag(Sysctl::Events, "nf_conntrack_events", 1),
    flag(Sysctl::TcpLoose, "nf_conntrack_tcp_loose", 1),
    secs(Sysctl::GenericTimeout, "nf_conntrack_generic_timeout", 600),
    secs(Sysctl::IcmpTimeout, "nf_conntrack_icmp_timeout", 30),
    secs(Sysctl::Icmpv6Timeout, "nf_conntrack_icmpv6_timeout", 30),
    secs(Sysctl::UdpTimeout, "nf_conntrack_udp_timeout", 30),
    secs(
        Sysctl::UdpTimeoutStream,
        "nf_conntrack_udp_timeout_stream",
        120,
    ),
    secs(
        Sysctl::TcpTimeoutSynSent,
        "nf_conntrack_tcp_timeout_syn_sent",
        120,
    ),
    secs(
        Sysctl::TcpTimeoutSynRecv,
        "nf_conntrack_tcp_timeout_syn_recv",
        60,
    ),
    secs(
        Sysctl::TcpTimeoutEstablished,
        "nf_conntrack_tcp_timeout_established",
        432_000,
    ),
    secs(
        Sysctl::TcpTimeoutFinWait,
        "nf_conntrack_tcp_timeout_fin_wait",
        120,
    ),
    secs(
        Sysctl::TcpTimeoutCloseWait,
        "nf_conntrack_tcp_timeout_close_wait",
        60,
    ),
    secs(
        Sysctl::TcpTimeoutLastAck,
        "nf_conntrack_tcp_timeout_last_ack",
        30,
    ),
    secs(
        Sysctl::TcpTimeoutTimeWait,
        "nf_conntrack_tcp_timeout_time_wait",
        120,
    ),
    secs(
        Sysctl::TcpTimeoutClose,
        "nf_conntrack_tcp_timeout_close",
        10,
    ),
    secs(
        Sysctl::TcpTimeoutMaxRetrans,
        "nf_conntrack_tcp_timeout_max_retrans",
        300,
    ),
    secs(
        Sysctl::TcpTimeoutUnacknowledged,
        "nf_conntrack_tcp_timeout_unacknowledged",
        300,
    ),
];

const _: () = {
    let mut i = 0;
    while i < SYSCTLS.len() {
        assert!(
            SYSCTLS[i].key as usize == i,
            "SYSCTLS is in the order of Sysctl"
        );
        i += 1;
    }
};

impl Sysctl {
    /// Name, default, range and scope.
    pub const fn info(self) -> &'static SysctlInfo {
        &SYSCTLS[self as usize]
    }

    /// The setting of this name, with or without `net.netfilter.` before it.
    pub fn by_name(name: &str) -> Option<Sysctl> {
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

impl Default for Sysctls {
    fn default() -> Sysctls {
        Sysctls(SYSCTLS.map(|info| info.default))
    }
}

impl Sysctls {
    /// The value of a setting of this namespace.
    pub const fn value(&self, key: Sysctl) -> u32 {
        self.0[key as usize]
    }

    pub(super) fn set(&mut self, key: Sysctl, value: u32) {
        self.0[key as usize] = value;
    }
}
