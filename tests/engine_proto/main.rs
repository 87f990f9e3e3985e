//! Layer 4: from bytes to tuples, and what the trackers make of packets.

mod bench;
mod bytes;
mod icmp;
mod tcp;
mod tcp_table;
mod udp;
