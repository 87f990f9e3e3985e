//! Which recordings are compared how.

/// Recordings that the machine does not repeat yet. The list only gets shorter: one that agrees
/// must go.
pub const NOT_YET: &[&str] = &[];

/// Recordings in which nothing happens that 5.10 does otherwise.
pub const AS_IN_5_10: &[&str] = &[
    "generic_protocol",
    "icmp_bad_packets",
    "icmp_echo",
    "icmp_error_echo",
    "icmp_error_tcp",
    "icmp_error_udp",
    "icmp_error_unknown",
    "icmp_other_types",
    "icmpv6_echo",
    "icmpv6_errors",
    "ipv6_udp",
    "sysctl_timeouts",
    "tcp_bad_checksum",
    "tcp_bad_flags",
    "tcp_bad_header",
    "tcp_close_by_server",
    "tcp_closed_traffic",
    "tcp_first_packet_kinds",
    "tcp_pickup_fin_and_reverse",
    "tcp_pickup_strict",
    "tcp_reopen_time_wait",
    "tcp_simultaneous_close",
    "tcp_syn_in_established",
    "tcp_syn_retransmit",
    "tcp_syn_rst",
    "tcp_syn_rst_wrong_ack",
    "tcp_syn_seen_then_data_reply",
    "tcp_three_packet_close",
    "tcp_time_wait_server_syn",
    "tcp_timeout_expire",
    "udp_errors",
    "udp_expire",
    "udp_one_way",
    "udp_stream_one_sided_reply",
    "udp_two_flows_one_pair",
];
