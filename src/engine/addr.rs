//! Layer 3 addresses, as both halves of a tuple hold them.

use core::fmt;
use std::net::Ipv6Addr;

/// The layer 3 protocol of a tuple (`src.l3num`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[repr(u8)]
pub enum L3 {
    /// `NFPROTO_IPV4`.
    #[default]
    Ipv4 = 2,
    /// `NFPROTO_IPV6`.
    Ipv6 = 10,
}

/// 16 address bytes in network order. An IPv4 address uses the first four, the others are 0.
/// Kernel: `union nf_inet_addr`, include/uapi/linux/netfilter.h.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Addr(pub [u8; 16]);

impl Addr {
    /// An IPv4 address, padded with zeroes.
    pub const fn v4(octets: [u8; 4]) -> Addr {
        let [a, b, c, d] = octets;
        Addr([a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    }

    /// Leading bits that two addresses have in common.
    pub fn common_bits(self, other: Addr) -> u32 {
        let differ = u128::from_be_bytes(self.0) ^ u128::from_be_bytes(other.0);
        differ.leading_zeros()
    }

    /// The four 32-bit words as they lie in memory, read in little-endian order.
    pub fn words(&self) -> [u32; 4] {
        core::array::from_fn(|i| {
            u32::from_le_bytes([
                self.0[4 * i],
                self.0[4 * i + 1],
                self.0[4 * i + 2],
                self.0[4 * i + 3],
            ])
        })
    }

    /// The address with the notation that its layer 3 protocol uses (`10.0.0.1`, `2001:db8::1`).
    pub fn show(self, l3: L3) -> ShownAddr {
        ShownAddr { addr: self, l3 }
    }
}

/// Prints an [`Addr`] in the usual notation; made by [`Addr::show`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ShownAddr {
    addr: Addr,
    l3: L3,
}

impl fmt::Display for ShownAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.l3 {
            L3::Ipv4 => {
                // As `Ipv4Addr` prints it, without a formatter for each byte: the page prints
                // hundreds at every step.
                let mut text = [0; "255.255.255.255".len()];
                let mut end = 0;
                for (at, &byte) in self.addr.0.iter().take(4).enumerate() {
                    let digits = [byte / 100, byte / 10 % 10, byte % 10];
                    let first = if byte > 99 {
                        0
                    } else {
                        2 - usize::from(byte > 9)
                    };
                    let dot = (at > 0).then_some(b'.');
                    let digits = digits[first..].iter().map(|digit| b'0' + digit);
                    for (place, letter) in text[end..].iter_mut().zip(dot.into_iter().chain(digits))
                    {
                        *place = letter;
                        end += 1;
                    }
                }
                f.pad(core::str::from_utf8(&text[..end]).unwrap_or_default())
            }
            L3::Ipv6 => Ipv6Addr::from(self.addr.0).fmt(f),
        }
    }
}
