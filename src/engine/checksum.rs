//! The internet checksum, for checking packets and for building them.

use super::addr::L3;
use super::extract::L4Header;
use super::tuple::ipproto;

/// The checksum of some bytes, in host byte order. The parts count as one run of bytes, also
/// where one of them has an odd length. Over bytes that hold their own checksum it is 0 if that
/// is right; with 0 in the checksum's place it is the value to be written there.
/// Source: RFC 1071.
pub fn internet_checksum(parts: &[&[u8]]) -> u16 {
    let mut total = 0u64;
    let mut odd = false;
    for part in parts {
        let sum = folded(sum_of(part));
        // A part that begins in the middle of a word has its bytes the other way round.
        total += u64::from(if odd { sum.swap_bytes() } else { sum });
        odd ^= part.len() % 2 == 1;
    }
    !folded(total)
}

/// The words of some bytes added up, eight bytes at a time: carries out of a word are counted in
/// the next, and folding brings them back.
fn sum_of(bytes: &[u8]) -> u64 {
    let (eights, rest) = bytes.as_chunks::<8>();
    let mut sum = 0u64;
    for eight in eights {
        let word = u64::from_be_bytes(*eight);
        sum += (word >> 32) + (word & 0xffff_ffff);
    }
    let (pairs, last) = rest.as_chunks::<2>();
    for pair in pairs {
        sum += u64::from(u16::from_be_bytes(*pair));
    }
    sum + last.first().map_or(0, |byte| u64::from(*byte) << 8)
}

/// A sum in sixteen bits, the carries added in.
const fn folded(mut sum: u64) -> u16 {
    while sum > 0xffff {
        sum = (sum >> 16) + (sum & 0xffff);
    }
    sum as u16
}

/// The checksum of a packet's layer 4 part, from its header to the packet's end: 0 if the one in
/// the packet is right. `bytes` starts with the IP header. TCP, UDP and ICMPv6 count the pseudo
/// header too, ICMP does not; whoever sends UDP writes 0xffff where the result is 0.
/// The length in the pseudo header is the one that the IP header leaves, also for UDP.
/// Kernel: `nf_checksum`, net/netfilter/utils.c, v5.10.19.
pub fn l4_checksum(bytes: &[u8], l4: &L4Header) -> u16 {
    l4_checksum_of(bytes, l4, l4.protonum, usize::MAX)
}

/// The same over the first `cover` bytes of the layer 4 part, with this protocol's number in the
/// pseudo header. The length there stays that of the whole part.
/// Kernel: `nf_checksum_partial`, net/netfilter/utils.c, v5.10.19.
pub fn l4_checksum_of(bytes: &[u8], l4: &L4Header, protonum: u8, cover: usize) -> u16 {
    let segment = bytes.get(l4.offset..l4.end).unwrap_or_default();
    let length = (segment.len() as u32).to_be_bytes();
    let covered = &segment[..cover.min(segment.len())];
    let pseudo = [0, 0, 0, protonum];
    let addresses = match (l4.l3, protonum) {
        (L3::Ipv4, ipproto::ICMP) => return internet_checksum(&[covered]),
        (L3::Ipv4, _) => bytes.get(12..20),
        (L3::Ipv6, _) => bytes.get(8..40),
    };
    internet_checksum(&[addresses.unwrap_or_default(), &length, &pseudo, covered])
}

/// CRC32c, the checksum of SCTP, over parts that count as one run of bytes. It stands in the
/// packet with its lowest byte first.
/// Source: RFC 9260, appendix A.
pub fn crc32c(parts: &[&[u8]]) -> u32 {
    let bytes = parts.iter().copied().flatten();
    !bytes.fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |c, _| {
            (c >> 1) ^ (0x82f6_3b78 & (c & 1).wrapping_neg())
        })
    })
}

/// A checksum after some of the bytes under it changed from `from` to `to`, which are equally long
/// and begin at an even place. A wrong one stays wrong.
/// Source: RFC 1624. Kernel: `csum_replace4`, include/net/checksum.h, v5.10.19.
pub fn checksum_update(sum: u16, from: &[u8], to: &[u8]) -> u16 {
    // A checksum is the complement of a sum, and subtracting is adding the complement.
    let parts = [!sum, internet_checksum(&[from]), !internet_checksum(&[to])];
    !folded(parts.into_iter().map(u64::from).sum())
}
