//! The words of packet lines, as data.

/// A protocol that packet lines have a word for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Proto {
    Icmp,
    Tcp,
    Udp,
    Dccp,
    Gre,
    Icmp6,
    Sctp,
    Udplite,
    /// Any other, by `proto=`.
    Ip,
}

/// Word, number and keys of a protocol, in the order of [`Proto`].
pub(super) struct ProtoInfo {
    pub proto: Proto,
    pub name: &'static str,
    /// The IP protocol number; 0 for [`Proto::Ip`].
    pub number: u8,
    /// The keys that only this protocol has.
    pub keys: &'static [&'static str],
    /// Bytes of its fixed header.
    pub header: usize,
}

const ICMP_KEYS: &[&str] = &[
    "type", "code", "id", "seq", "inner", "innerlen", "mtu", "gw", "target",
];

/// Every protocol.
#[rustfmt::skip]
pub(super) const PROTOS: [ProtoInfo; 9] = [
    ProtoInfo { proto: Proto::Icmp, name: "icmp", number: 1, header: 8, keys: ICMP_KEYS },
    ProtoInfo { proto: Proto::Tcp, name: "tcp", number: 6, header: 20, keys: &[
        "seq", "ack", "win", "urg", "mss", "sackok", "ts", "wscale", "sack", "rawopt", "doff",
    ] },
    ProtoInfo { proto: Proto::Udp, name: "udp", number: 17, header: 8, keys: &["ulen", "nocsum"] },
    ProtoInfo { proto: Proto::Dccp, name: "dccp", number: 33, header: 16, keys: &[
        "type", "seq", "ack", "service",
    ] },
    ProtoInfo { proto: Proto::Gre, name: "gre", number: 47, header: 4, keys: &[
        "ver", "callid", "seq", "key", "ptype",
    ] },
    ProtoInfo { proto: Proto::Icmp6, name: "icmp6", number: 58, header: 8, keys: ICMP_KEYS },
    ProtoInfo { proto: Proto::Sctp, name: "sctp", number: 132, header: 12, keys: &["vtag"] },
    ProtoInfo { proto: Proto::Udplite, name: "udplite", number: 136, header: 8, keys: &["cscov"] },
    ProtoInfo { proto: Proto::Ip, name: "ip", number: 0, header: 0, keys: &["proto"] },
];

const _: () = {
    let mut i = 0;
    while i < PROTOS.len() {
        assert!(
            PROTOS[i].proto as usize == i,
            "PROTOS is in the order of Proto"
        );
        i += 1;
    }
};

/// The keys that every packet has.
pub(super) const COMMON_KEYS: [&str; 14] = [
    "len", "data", "ttl", "tos", "flow", "ipid", "df", "badcsum", "csum", "trunc", "sumproto",
    "frag", "off", "mf",
];

/// The keys that stand alone.
pub(super) const BARE_KEYS: [&str; 5] = ["df", "badcsum", "mf", "sackok", "nocsum"];

impl Proto {
    pub fn info(self) -> &'static ProtoInfo {
        &PROTOS[self as usize]
    }

    pub fn by_name(name: &str) -> Option<Proto> {
        PROTOS
            .iter()
            .find(|info| info.name == name)
            .map(|info| info.proto)
    }

    /// The protocol of a number that has a word of its own.
    pub fn by_number(number: u8) -> Option<Proto> {
        PROTOS
            .iter()
            .find(|info| number != 0 && info.number == number)
            .map(|info| info.proto)
    }

    pub fn has_ports(self) -> bool {
        matches!(
            self,
            Proto::Tcp | Proto::Udp | Proto::Dccp | Proto::Sctp | Proto::Udplite
        )
    }

    /// The words for the kind of a message, with its number.
    pub fn kinds(self) -> &'static [(&'static str, u8)] {
        match self {
            Proto::Icmp => &ICMP,
            Proto::Icmp6 => &ICMP6,
            Proto::Sctp => &SCTP,
            _ => &[],
        }
    }
}

/// TCP flags by bit, lowest first.
pub(super) const TCP_FLAGS: &str = "FSRPAUEC";

/// ICMP types.
pub(super) const ICMP: [(&str, u8); 15] = [
    ("echo-reply", 0),
    ("unreach", 3),
    ("quench", 4),
    ("redirect", 5),
    ("echo-request", 8),
    ("router-advert", 9),
    ("router-solicit", 10),
    ("time-exceeded", 11),
    ("param-problem", 12),
    ("timestamp-request", 13),
    ("timestamp-reply", 14),
    ("info-request", 15),
    ("info-reply", 16),
    ("mask-request", 17),
    ("mask-reply", 18),
];

/// ICMPv6 types.
pub(super) const ICMP6: [(&str, u8); 15] = [
    ("unreach", 1),
    ("packet-too-big", 2),
    ("time-exceeded", 3),
    ("param-problem", 4),
    ("echo-request", 128),
    ("echo-reply", 129),
    ("mld-query", 130),
    ("mld-report", 131),
    ("mld-done", 132),
    ("rs", 133),
    ("ra", 134),
    ("ns", 135),
    ("na", 136),
    ("redirect", 137),
    ("mld2-report", 143),
];

/// SCTP chunks.
pub(super) const SCTP: [(&str, u8); 13] = [
    ("data", 0),
    ("init", 1),
    ("init-ack", 2),
    ("sack", 3),
    ("heartbeat", 4),
    ("heartbeat-ack", 5),
    ("abort", 6),
    ("shutdown", 7),
    ("shutdown-ack", 8),
    ("error", 9),
    ("cookie-echo", 10),
    ("cookie-ack", 11),
    ("shutdown-complete", 14),
];

/// DCCP packet types by number.
pub(super) const DCCP: [&str; 10] = [
    "request", "response", "data", "ack", "dataack", "closereq", "close", "reset", "sync",
    "syncack",
];

/// The number that a word stands for.
pub(super) fn number_of(names: &[(&str, u8)], word: &str) -> Option<u8> {
    names
        .iter()
        .find(|(name, _)| *name == word)
        .map(|(_, number)| *number)
}

/// The word for a number.
pub(super) fn name_of(names: &[(&'static str, u8)], number: u8) -> Option<&'static str> {
    names
        .iter()
        .find(|(_, n)| *n == number)
        .map(|(name, _)| *name)
}
