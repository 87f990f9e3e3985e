//! What stands before the IP header.

use etherparse::{EtherType, Ethernet2Slice, SingleVlanSlice, ether_type};

/// Ethernet.
const ETHERNET: u32 = 1;
/// Loopback of the BSDs: the address family in the byte order of the machine that captured.
const NULL: u32 = 0;
/// Loopback of OpenBSD: the address family in network byte order.
const LOOP: u32 = 108;
/// IP without anything before it, and the numbers that some systems write for it.
const RAW: [u32; 5] = [101, 12, 14, 228, 229];
/// Linux cooked, from a capture on all interfaces.
const LINUX_SLL: u32 = 113;
/// Linux cooked, version 2.
const LINUX_SLL2: u32 = 276;

/// Most VLAN tags before a packet.
const VLAN_TAGS_MAX: u32 = 4;
/// `sll_pkttype` of a packet that the capturing machine sends.
const OUTGOING: u16 = 4;

/// Whether a capture on all interfaces saw a packet coming or going.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Going {
    In,
    Out,
}

/// What is in a frame.
pub(super) enum Content<'a> {
    /// A packet from its IP header on, and on which way it was seen if the file says so.
    Ip(&'a [u8], Option<Going>),
    /// Something that is not IP.
    Other,
    /// Too little was captured to know.
    Short,
}

/// `true` if frames of this link type can be read.
pub(super) fn is_known(link: u32) -> bool {
    matches!(link, ETHERNET | NULL | LOOP | LINUX_SLL | LINUX_SLL2) || RAW.contains(&link)
}

/// What is in a frame of a link type that is known.
pub(super) fn content(link: u32, data: &[u8]) -> Content<'_> {
    match link {
        ETHERNET => match Ethernet2Slice::from_slice_without_fcs(data) {
            Ok(frame) => tagged(frame.ether_type(), frame.payload_slice(), None),
            Err(_) => Content::Short,
        },
        LINUX_SLL => cooked(data, 0, 14, 16),
        LINUX_SLL2 => cooked(data, 10, 0, 20),
        NULL | LOOP => match data.split_first_chunk() {
            // The number for IPv6 differs from system to system, the byte order from machine to
            // machine; read in the wrong order it is the larger one.
            Some((&family, rest)) => {
                let family = u32::from_be_bytes(family);
                match family.min(family.swap_bytes()) {
                    2 | 10 | 24 | 28 | 30 => ip(rest, None),
                    _ => Content::Other,
                }
            }
            None => Content::Short,
        },
        _ => ip(data, None),
    }
}

/// A cooked frame: packet type and protocol are at these places, the packet behind so many bytes.
fn cooked(data: &[u8], kind_at: usize, protocol_at: usize, header_len: usize) -> Content<'_> {
    let Some((header, rest)) = data.split_at_checked(header_len) else {
        return Content::Short;
    };
    let word = |at: usize| u16::from_be_bytes([header[at], header[at + 1]]);
    // Version 2 has room for one byte only.
    let kind = match kind_at {
        0 => word(0),
        at => u16::from(header[at]),
    };
    let going = if kind == OUTGOING {
        Going::Out
    } else {
        Going::In
    };
    tagged(EtherType(word(protocol_at)), rest, Some(going))
}

/// The packet behind any VLAN tags.
fn tagged(mut kind: EtherType, mut rest: &[u8], going: Option<Going>) -> Content<'_> {
    for _ in 0..VLAN_TAGS_MAX {
        let tag = [
            ether_type::VLAN_TAGGED_FRAME,
            ether_type::PROVIDER_BRIDGING,
            ether_type::VLAN_DOUBLE_TAGGED_FRAME,
        ];
        if !tag.contains(&kind) {
            break;
        }
        let Ok(vlan) = SingleVlanSlice::from_slice(rest) else {
            return Content::Short;
        };
        (kind, rest) = (vlan.ether_type(), vlan.payload_slice());
    }
    match kind {
        ether_type::IPV4 | ether_type::IPV6 => ip(rest, going),
        _ => Content::Other,
    }
}

fn ip(data: &[u8], going: Option<Going>) -> Content<'_> {
    match data.first().map(|first| first >> 4) {
        Some(4 | 6) => Content::Ip(data, going),
        Some(_) => Content::Other,
        None => Content::Short,
    }
}
