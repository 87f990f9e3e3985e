//! The packets of a run as a capture file.

use crate::engine::{Command, Conntrack, NoProbe};
use crate::scenario::Scenario;
use crate::scenario::capture::{PACKETS_MAX, Writer};

/// A capture file, and what is in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Packets {
    /// The file.
    pub file: Vec<u8>,
    /// Packets in it.
    pub count: u32,
    /// Packets for which there was no room: a file holds [`PACKETS_MAX`] of them and 64 MB.
    pub left_out: u32,
}

/// Every packet that commands `..commands` of a scenario inject, in order, with the time at which
/// each came in, counted from the start of the machine. The bytes are those that were injected:
/// a checksum that was wrong is wrong in the file.
pub fn packets(scenario: &Scenario, commands: usize) -> Packets {
    let mut ct = Conntrack::new(&scenario.config);
    let mut writer = Writer::default();
    let (mut count, mut left_out) = (0, 0);
    for line in scenario.lines.iter().take(commands) {
        let micros = ct.hz().millis_since(ct.uptime).saturating_mul(1_000);
        let mut put = |bytes: &[u8]| {
            if count < PACKETS_MAX && left_out == 0 && writer.add(micros, bytes) {
                count += 1;
            } else {
                left_out += 1;
            }
        };
        let command = &line.command;
        match command {
            Command::Inject(inject) => put(&inject.bytes),
            Command::Flood(flood) => (0..flood.count)
                .filter_map(|nth| flood.packet(nth))
                .for_each(|bytes| put(&bytes)),
            _ => {}
        }
        ct.apply(command, &mut NoProbe);
    }
    Packets {
        file: writer.finish(),
        count,
        left_out,
    }
}

/// The file alone, of the whole scenario.
pub fn pcap(scenario: &Scenario) -> Vec<u8> {
    packets(scenario, scenario.lines.len()).file
}
