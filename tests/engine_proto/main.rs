//! Layer 4: from bytes to tuples, and what the trackers make of packets.

mod bench;
mod bytes;
mod icmp;
mod others;
mod sctp_tags;
mod tables;
mod tcp;
mod tcp_golden;
mod tcp_handshake;
mod tcp_reset;
mod tcp_script;
mod tcp_table;
mod tcp_timeout;
mod tcp_window;
mod udp;
