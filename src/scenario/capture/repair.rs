//! Packets as the machine got them, from what a capture has of them.
//!
//! Three things part the two: padding behind a short packet, a snap length that cut it off, and
//! checksums that the network card of the capturing machine was to fill in.

use crate::engine::checksum::internet_checksum;
use crate::engine::command::PACKET_BYTES_MAX;
use core::net::IpAddr;
use etherparse::{IpNumber, LaxIpSlice};

/// A packet that can be injected.
pub(super) struct Whole {
    pub bytes: Vec<u8>,
    pub src: IpAddr,
    pub dst: IpAddr,
    /// Layer 4 protocol and, if they were captured, its two ports.
    pub flow: (u8, [u8; 4]),
    pub done: Done,
}

/// What was done to a packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Done {
    /// Nothing but to leave out what stood behind it.
    Nothing,
    /// Its missing end was filled with zeros.
    Filled,
    /// It ends early, and what is there was not enough to fill it up.
    LeftShort,
    /// It ends before its own length says, and did so on the wire.
    Lying,
    /// Its checksum was written, which a network card was to do.
    Sealed,
    /// Its length and checksum were written, which a network card was to do for the parts of it.
    Measured,
}

/// Why there is no packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Unusable {
    /// Not even its IP header can be read.
    Header,
    /// It is longer than a packet can be.
    TooLong,
}

/// What every link takes whole, in bytes: a network card has to split only what is longer.
const UNSPLIT_BYTES_MAX: usize = 576;

/// The packet that begins with these bytes, of which `missing` more were on the wire.
pub(super) fn whole(captured: &[u8], missing: usize) -> Result<Whole, Unusable> {
    // The length by the IP header, and the one that it leaves where it has none yet.
    let (told, unset) = match *captured {
        [0x40..=0x4f, _, high, low, ..] => (usize::from(u16::from_be_bytes([high, low])), 0),
        [0x60..=0x6f, _, _, _, high, low, ..] => {
            (40 + usize::from(u16::from_be_bytes([high, low])), 40)
        }
        _ => return Err(Unusable::Header),
    };
    let (ip, _) = LaxIpSlice::from_slice(captured).map_err(|_| Unusable::Header)?;
    let ends = (ip.source_addr(), ip.destination_addr());
    let header_len = match &ip {
        LaxIpSlice::Ipv4(v4) => {
            v4.header().slice().len() + v4.extensions().to_header().header_len()
        }
        LaxIpSlice::Ipv6(v6) => 40 + v6.extensions().slice().len(),
    };
    let protonum = ip.payload_ip_number();
    let fragment = ip.is_fragmenting_payload();
    let mut flow = (protonum.0, [0; 4]);
    let has_ports = [IpNumber::TCP, IpNumber::UDP, IpNumber::SCTP].contains(&protonum);
    if let (true, false, Some(&ports)) = (has_ports, fragment, ip.payload().payload.first_chunk()) {
        flow.1 = ports;
    }
    let on_wire = captured.len().saturating_add(missing);
    let splits = [IpNumber::TCP, IpNumber::UDP].contains(&protonum);
    let measured = told == unset && splits && on_wire > UNSPLIT_BYTES_MAX;
    let length = match measured {
        true if on_wire > PACKET_BYTES_MAX => return Err(Unusable::TooLong),
        true => on_wire,
        // Shorter than its own header: as it is.
        false if told < 20 => captured.len(),
        false => told,
    };
    let end = length.min(captured.len()).min(PACKET_BYTES_MAX);
    let mut bytes = captured[..end].to_vec();
    let done = if captured.len() < length && missing > 0 {
        let can_seal = bytes.len() >= header_len + l4_header_len(protonum);
        match can_seal && !fragment {
            true => Done::Filled,
            false => Done::LeftShort,
        }
    } else if captured.len() < length {
        Done::Lying
    } else if measured {
        Done::Measured
    } else if !fragment && is_unsealed(&bytes, ends, header_len, protonum) {
        Done::Sealed
    } else {
        Done::Nothing
    };
    if done == Done::Filled {
        bytes.resize(length.min(PACKET_BYTES_MAX), 0);
    }
    if measured {
        measure(&mut bytes);
    }
    if matches!(done, Done::Filled | Done::Measured | Done::Sealed) {
        seal(&mut bytes, ends, header_len, protonum);
    }
    Ok(Whole {
        bytes,
        src: ends.0,
        dst: ends.1,
        flow,
        done,
    })
}

/// Writes a packet's length, and with it IPv4's checksum of its header.
fn measure(bytes: &mut [u8]) {
    let length = bytes.len();
    let write = |field: Option<&mut [u8]>, n: usize| {
        if let Some(field) = field {
            // A packet is no longer than PACKET_BYTES_MAX.
            field.copy_from_slice(&(n as u16).to_be_bytes());
        }
    };
    if bytes[0] >> 4 == 6 {
        return write(bytes.get_mut(4..6), length.saturating_sub(40));
    }
    write(bytes.get_mut(2..4), length);
    write(bytes.get_mut(10..12), 0);
    let header_len = usize::from(bytes[0] & 15) * 4;
    let sum = internet_checksum(&[&bytes[..header_len.min(length)]]);
    write(bytes.get_mut(10..12), sum.into());
}

/// Shortest header of a protocol, in bytes.
fn l4_header_len(protonum: IpNumber) -> usize {
    match protonum {
        IpNumber::TCP => 20,
        IpNumber::SCTP | IpNumber::DCCP => 12,
        _ => 8,
    }
}

/// Where a protocol has its internet checksum, and whether addresses count in it.
fn checksum_place(protonum: IpNumber, v4: bool) -> Option<(usize, bool)> {
    match (protonum, v4) {
        (IpNumber::TCP, _) => Some((16, true)),
        (IpNumber::UDP, _) => Some((6, true)),
        (IpNumber::ICMP, true) => Some((2, false)),
        (IpNumber::IPV6_ICMP, false) => Some((2, true)),
        _ => None,
    }
}

/// The pseudo header of TCP, UDP and ICMPv6.
fn pseudo_header(addresses: (IpAddr, IpAddr), protonum: IpNumber, length: usize) -> Vec<u8> {
    let mut pseudo = Vec::with_capacity(40);
    for address in [addresses.0, addresses.1] {
        match address {
            IpAddr::V4(v4) => pseudo.extend(v4.octets()),
            IpAddr::V6(v6) => pseudo.extend(v6.octets()),
        }
    }
    pseudo.extend((length as u32).to_be_bytes());
    pseudo.extend([0, 0, 0, protonum.0]);
    pseudo
}

/// `true` if the checksum is the sum of the pseudo header alone: what Linux writes for the network
/// card to go on from.
/// Kernel: `CHECKSUM_PARTIAL`, include/linux/skbuff.h.
fn is_unsealed(
    bytes: &[u8],
    addresses: (IpAddr, IpAddr),
    header_len: usize,
    protonum: IpNumber,
) -> bool {
    let Some((at, true)) = checksum_place(protonum, addresses.0.is_ipv4()) else {
        return false;
    };
    let Some(segment) = bytes.get(header_len..) else {
        return false;
    };
    let field = segment.get(at..).and_then(|field| field.first_chunk());
    let pseudo = pseudo_header(addresses, protonum, segment.len());
    let partial = !internet_checksum(&[&pseudo]);
    field.is_some_and(|&field| u16::from_be_bytes(field) == partial)
        && internet_checksum(&[&pseudo, segment]) != 0
}

/// Writes the checksum of layer 4, if the protocol has one and the packet uses it.
fn seal(bytes: &mut [u8], addresses: (IpAddr, IpAddr), header_len: usize, protonum: IpNumber) {
    let v4 = addresses.0.is_ipv4();
    let Some((at, with_addresses)) = checksum_place(protonum, v4) else {
        return;
    };
    let Some(segment) = bytes.get_mut(header_len..) else {
        return;
    };
    let pseudo = match with_addresses {
        true => pseudo_header(addresses, protonum, segment.len()),
        false => Vec::new(),
    };
    let Some(field) = segment.get_mut(at..at + 2) else {
        return;
    };
    // UDP over IPv4 may go without.
    if protonum == IpNumber::UDP && v4 && *field == [0, 0] {
        return;
    }
    field.fill(0);
    let sum = match internet_checksum(&[&pseudo, segment]) {
        0 if protonum == IpNumber::UDP => 0xffff,
        sum => sum,
    };
    segment[at..at + 2].copy_from_slice(&sum.to_be_bytes());
}
