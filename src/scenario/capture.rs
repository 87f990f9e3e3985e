//! Capture files, classic pcap and pcapng, read as scenarios; and packets written as classic pcap.
//!
//! A packet becomes a [`Command::Inject`], the time between two packets a [`Command::Advance`].
//! Nothing here opens a file: bytes come in, and [`Import`] reads them in portions, so that a page
//! stays alive meanwhile; [`import`] reads all at once. What cannot be told from the file, or was
//! not as it should be, is a [`Warning`] with the number of its packet, counted from 1 as other
//! tools count.
//!
//! Each packet should be in the file once, in the order in which the machine saw it. Where a
//! capture on all interfaces has a packet when it came and again when it left, the second one is
//! left out.

mod container;
mod error;
mod import;
mod link_layer;
mod pieces;
mod repair;
mod sides;
mod tally;
mod twice;
mod write;

use super::Scenario;
use crate::engine::Config;
use crate::engine::router::Iface;
use crate::engine::rules::Prefix;
use core::net::IpAddr;

pub use error::{CaptureError, Warning};
pub use import::{Import, Progress};
pub use pieces::Pieces;
pub use sides::{set_own, two_sides};
pub use write::Writer;

/// Longest file, in bytes, and most bytes of packets that are made of one.
pub const FILE_BYTES_MAX: usize = 64 << 20;
/// Most packets that are read from a file.
pub const PACKETS_MAX: u32 = 200_000;

/// What a capture file cannot say.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Options {
    /// What the machine is built with; `None` is the default machine, with a table as large as
    /// the capture needs.
    pub config: Option<Config>,
    /// The interfaces of the machine, for [`two_sides`] see there. Where there are any, the
    /// scenario begins with them, and a packet comes in by the one that its source is behind:
    /// routing finds its way then. Where there are none, all packets are forwarded.
    pub ifaces: Vec<Iface>,
    /// More addresses of the machine itself: packets from here take the way of a packet that is
    /// sent and, where there are no interfaces, packets to here that of one that arrives.
    pub local: Vec<Prefix>,
}

/// What was read of a file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Capture {
    /// The packets, and the time between them.
    pub scenario: Scenario,
    /// What there is to say, in the order of the packets.
    pub warnings: Vec<Warning>,
    /// Packets in the file, as far as they were read.
    pub packets: u32,
    /// Those of them that are in the scenario.
    pub taken: u32,
    /// Flows that they belong to.
    pub flows: u32,
    /// The addresses that most of them came from or went to, and how many; groups are none.
    pub busiest: Vec<(IpAddr, u32)>,
}

/// The scenario that a capture file shows, and what there is to say about it in the order of the
/// packets. Fails where nothing at all can be read, or where the file is larger than
/// [`FILE_BYTES_MAX`].
pub fn import(bytes: &[u8], options: &Options) -> Result<(Scenario, Vec<Warning>), CaptureError> {
    let mut import = Import::new(bytes, options)?;
    while import.read(u32::MAX) != Progress::Done {}
    import.finish()
}
