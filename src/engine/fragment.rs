//! A packet that is too large for the device, or that came in fragments, leaves in fragments.

use super::defrag::{Fragmented, previous_next_header, set_ipv4_checksum};
use super::extract::{be16, first_fragment_option};

/// Protocol number of the IPv6 fragment header.
const FRAGMENT: u8 = 44;
/// Bytes of it.
const FRAGMENT_HEADER: usize = 8;
/// Identification of the fragments that this machine makes of an IPv6 packet.
/// Differs: a kernel draws it.
const IPV6_ID: u32 = 0;

/// The packets that leave in place of one: itself, if it fits and was never cut, else its
/// fragments. They are cut where they were cut before if that still fits a device that takes
/// packets of `mtu` bytes.
/// Kernel: `ip_do_fragment`, net/ipv4/ip_output.c, and `ip6_fragment`, net/ipv6/ip6_output.c,
/// v5.10.19.
pub(super) fn ip_fragment(packet: Vec<u8>, cut: Option<&Fragmented>, mtu: u32) -> Vec<Vec<u8>> {
    let fits = packet.len() as u64 <= u64::from(mtu);
    let header = match packet.first().map(|first| first >> 4) {
        _ if fits && cut.is_none() => return vec![packet],
        // A header that says to be shorter than one can be is nothing to cut by.
        Some(4) if packet[0] & 0xf >= 5 => usize::from(packet[0] & 0xf) * 4,
        Some(6) => first_fragment_option(&packet),
        _ => return vec![packet],
    };
    let v6 = packet[0] >> 4 == 6;
    let Some((head, payload)) = packet.split_at_checked(header) else {
        return vec![packet];
    };
    // A fragment is never larger than the largest that came.
    let limit = cut.map_or(mtu, |cut| cut.max_size.min(mtu)) as usize;
    let own = header + if v6 { FRAGMENT_HEADER } else { 0 };
    let room = limit.saturating_sub(own);
    let sizes: Vec<usize> = match cut {
        Some(cut) if still_fits(&cut.pieces, payload.len(), room) => {
            cut.pieces.iter().map(|&piece| piece.into()).collect()
        }
        _ => {
            let step = (room & !7).max(8);
            (0..payload.len())
                .step_by(step)
                .map(|at| step.min(payload.len() - at))
                .collect()
        }
    };
    let mut fragments = Vec::with_capacity(sizes.len());
    let mut offset = 0;
    for size in sizes {
        let part = &payload[offset..offset + size];
        let more = offset + size < payload.len();
        fragments.push(if v6 {
            ipv6_fragment(head, part, offset, more)
        } else {
            ipv4_fragment(head, part, offset, more)
        });
        offset += size;
    }
    fragments
}

/// The old cuts still make up the whole, and each of them fits.
fn still_fits(pieces: &[u16], len: usize, room: usize) -> bool {
    let whole: usize = pieces.iter().map(|&piece| usize::from(piece)).sum();
    whole == len && pieces.iter().all(|&piece| usize::from(piece) <= room)
}

fn ipv4_fragment(head: &[u8], part: &[u8], offset: usize, more: bool) -> Vec<u8> {
    let mut packet = head.to_vec();
    if offset > 0 {
        ip_options_fragment(&mut packet[20..]);
    }
    packet.extend_from_slice(part);
    let total = packet.len() as u16;
    packet[2..4].copy_from_slice(&total.to_be_bytes());
    let field = (offset / 8) as u16 | if more { 0x2000 } else { 0 };
    packet[6..8].copy_from_slice(&field.to_be_bytes());
    set_ipv4_checksum(&mut packet);
    packet
}

/// Options that are for the first fragment alone become padding in the others.
/// Kernel: `ip_options_fragment`, net/ipv4/ip_options.c, v5.10.19.
fn ip_options_fragment(mut options: &mut [u8]) {
    const END: u8 = 0;
    const NOP: u8 = 1;
    const COPIED: u8 = 0x80;
    while let Some(&kind) = options.first() {
        let len = match kind {
            END => return,
            NOP => 1,
            _ => usize::from(options.get(1).copied().unwrap_or(0)),
        };
        let Some((option, rest)) = options.split_at_mut_checked(len).filter(|_| len > 0) else {
            return;
        };
        if kind & COPIED == 0 {
            option.fill(NOP);
        }
        options = rest;
    }
}

fn ipv6_fragment(head: &[u8], part: &[u8], offset: usize, more: bool) -> Vec<u8> {
    let mut packet = head.to_vec();
    let before = previous_next_header(head, head.len());
    let next = core::mem::replace(&mut packet[before], FRAGMENT);
    packet.extend([next, 0]);
    packet.extend((offset as u16 | u16::from(more)).to_be_bytes());
    packet.extend(IPV6_ID.to_be_bytes());
    packet.extend_from_slice(part);
    let payload = (packet.len() - 40) as u16;
    packet[4..6].copy_from_slice(&payload.to_be_bytes());
    packet
}

/// The packet is not to be cut by a router, and too large for the next device.
/// Kernel: `ip_exceeds_mtu`, net/ipv4/ip_forward.c, and `ip6_pkt_too_big`,
/// net/ipv6/ip6_output.c, v5.10.19.
pub(super) fn exceeds_mtu(packet: &[u8], cut: Option<&Fragmented>, mtu: u16) -> bool {
    let uncut = match packet.first().map(|first| first >> 4) {
        Some(4) => be16(packet, 6).is_some_and(|field| field & 0x4000 != 0),
        Some(6) => true,
        _ => false,
    };
    let size = cut.map_or(packet.len() as u32, |cut| cut.max_size);
    uncut && size > u32::from(mtu)
}
