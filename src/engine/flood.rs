//! Many new flows by one command, to fill a table: each packet goes its whole way, one after the
//! other, as if it had come by itself.

use super::addr::L3;
use super::checksum::checksum_update;
use super::command::{Flood, Inject, SKBS_MAX};
use super::dispatch::{Fate, Outcome, Refusal};
use super::extract::{be16, get_l4proto};
use super::probe::Probe;
use super::state::Conntrack;
use super::step::Step;
use super::tuple::ipproto;

/// Most packets of a flood.
pub const FLOOD_MAX: u32 = 1 << 18;
/// Most nodes that the packets of a flood may have to look at, about: a second's work.
const FLOOD_NODES_MAX: u64 = 1 << 26;
/// Most steps in which a flood is told. Steps inside a packet would be millions.
pub const FLOOD_STEPS: u32 = 64;

impl Conntrack {
    /// Sends `flood.count` packets that differ by source port, and where ports end, by source
    /// address.
    pub(super) fn flood<P: Probe>(
        &mut self,
        flood: &Flood,
        probe: &mut P,
    ) -> Result<Outcome, Refusal> {
        let Flood { count, inject } = flood;
        if !(1..=FLOOD_MAX).contains(count) {
            return Err(Refusal::FloodCount(*count));
        }
        // Each of them would wait.
        if self.hold.is_some() || inject.hold_at.is_some() {
            return Err(Refusal::FloodHeld);
        }
        self.check_inject(inject)?;
        // A new flow walks a chain to find nobody, and both its chains before it goes in.
        let nodes = u64::from(self.table.nodes()) + u64::from(*count);
        let walked = 3 * u64::from(*count) * nodes / u64::from(self.table.size());
        if walked > FLOOD_NODES_MAX {
            return Err(Refusal::FloodChains(self.table.size()));
        }
        let places = Places::of(&inject.bytes).ok_or(Refusal::FloodPacket)?;
        let mut packet = Inject::clone(inject);
        let slice = count.div_ceil(FLOOD_STEPS);
        let (mut packets, mut dropped) = (0, 0);
        // A rule may keep packets back; then there is room for so many only.
        while packets < *count && self.skbs.len() < SKBS_MAX {
            places.write(&inject.bytes, &mut packet.bytes, packets);
            self.flooding = true;
            let one = self.packet_enters(&packet, probe);
            self.flooding = false;
            dropped += u32::from(matches!(one.fate, Some(Fate::Dropped(..))));
            packets += 1;
            if packets % slice == 0 && packets < *count {
                self.tell_flood(packets, dropped, probe);
            }
        }
        self.tell_flood(packets, dropped, probe);
        Ok(Outcome::default())
    }

    fn tell_flood<P: Probe>(&self, packets: u32, dropped: u32, probe: &mut P) {
        let entries = self.count();
        probe.step(self, || Step::Flooded {
            packets,
            dropped,
            entries,
        });
    }
}

impl Flood {
    /// Packet number `nth`, from 0; `None` behind the last one, and where no packets can be made
    /// of the first.
    pub fn packet(&self, nth: u32) -> Option<Vec<u8>> {
        let first = &self.inject.bytes;
        let places = Places::of(first).filter(|_| nth < self.count)?;
        let mut packet = first.clone();
        places.write(first, &mut packet, nth);
        Some(packet)
    }
}

/// Where the counted parts of a packet are.
struct Places {
    /// The last four bytes of the source address.
    addr: usize,
    /// The source port.
    port: usize,
    /// Checksum over both, if there is one.
    sum: Option<usize>,
    /// Checksum of an IPv4 header, which counts the address only.
    header_sum: Option<usize>,
}

impl Places {
    /// `None` for a packet without ports.
    fn of(bytes: &[u8]) -> Option<Places> {
        let l4 = get_l4proto(bytes).ok()?;
        let sum = match l4.protonum {
            ipproto::TCP => 16,
            ipproto::UDP => 6,
            _ => return None,
        };
        let sum = l4.offset + sum;
        let written = be16(bytes, sum)?;
        let (addr, header_sum) = match l4.l3 {
            L3::Ipv4 => (12, Some(10)),
            L3::Ipv6 => (20, None),
        };
        Some(Places {
            addr,
            port: l4.offset,
            // UDP without a checksum has 0 there.
            sum: (l4.protonum == ipproto::TCP || written != 0).then_some(sum),
            header_sum,
        })
    }

    /// Makes the packet with this number, from 0, of the first one. Ports count up to the last one
    /// and begin again with the first one's, at the next address.
    fn write(&self, first: &[u8], packet: &mut [u8], nth: u32) {
        let four = |at: usize| first.get(at..at + 4).and_then(|four| four.try_into().ok());
        let (Some(addr), Some(port)) = (four(self.addr), be16(first, self.port)) else {
            return;
        };
        let ports = 0x1_0000 - u32::from(port);
        let old = u32::from_be_bytes(addr);
        let new = old.wrapping_add(nth / ports).to_be_bytes();
        // Below 2^16, for it is at most the last port.
        let new_port = (u32::from(port) + nth % ports) as u16;
        let mut put = |at: usize, with: &[u8]| {
            if let Some(place) = packet.get_mut(at..at + with.len()) {
                place.copy_from_slice(with);
            }
        };
        put(self.addr, &new);
        put(self.port, &new_port.to_be_bytes());
        if let Some((at, sum)) = self.header_sum.and_then(|at| Some((at, be16(first, at)?))) {
            put(at, &checksum_update(sum, &addr, &new).to_be_bytes());
        }
        if let Some((at, sum)) = self.sum.and_then(|at| Some((at, be16(first, at)?))) {
            let sum = checksum_update(sum, &addr, &new);
            let sum = checksum_update(sum, &port.to_be_bytes(), &new_port.to_be_bytes());
            put(at, &sum.to_be_bytes());
        }
    }
}
