//! Packets as a classic capture file, the form that every tool opens.
//!
//! Source: draft-ietf-opsawg-pcap. The link type is raw IP: what is injected begins there.

use super::FILE_BYTES_MAX;

/// Magic number of a file with times in microseconds, in the byte order of the file.
const MAGIC: u32 = 0xa1b2_c3d4;
const VERSION: [u16; 2] = [2, 4];
/// What the file says of the longest packet in it.
const SNAP_LEN: u32 = 262_144;
/// Raw IP, of either family.
const LINKTYPE_RAW: u32 = 101;
const FILE_HEADER_BYTES: usize = 24;
const PACKET_HEADER_BYTES: usize = 16;

/// A capture file in the making.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Default for Writer {
    fn default() -> Writer {
        let mut bytes = Vec::with_capacity(FILE_HEADER_BYTES);
        bytes.extend(MAGIC.to_le_bytes());
        VERSION.iter().for_each(|n| bytes.extend(n.to_le_bytes()));
        // Time zone and accuracy, which nobody fills in.
        bytes.extend([0; 8]);
        bytes.extend(SNAP_LEN.to_le_bytes());
        bytes.extend(LINKTYPE_RAW.to_le_bytes());
        Writer { bytes }
    }
}

impl Writer {
    /// Adds a packet, from its IP header on, seen so many microseconds after the start of the
    /// clock. `false` if the file would be longer than [`FILE_BYTES_MAX`]: it stays as it was.
    pub fn add(&mut self, micros: u64, packet: &[u8]) -> bool {
        if self.bytes.len() + PACKET_HEADER_BYTES + packet.len() > FILE_BYTES_MAX {
            return false;
        }
        // Seconds are 32 bits wide in the file, and wrap.
        let (secs, rest) = (micros / 1_000_000, micros % 1_000_000);
        let length = packet.len() as u32;
        for word in [secs as u32, rest as u32, length, length] {
            self.bytes.extend(word.to_le_bytes());
        }
        self.bytes.extend(packet);
        true
    }

    /// The file.
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }
}
