//! The machine as a router: interfaces, their addresses, and the way a packet goes on.

use super::addr::{Addr, L3};
use super::rules::Prefix;
use super::state::{Conntrack, Netns};
use core::fmt;

/// Most interfaces of a namespace.
pub const IFACES_MAX: usize = 8;
/// Longest name of an interface, in bytes (`IFNAMSIZ` less its end).
pub const IFNAME_MAX: usize = 15;
/// Most addresses, and most routes, of an interface.
pub const IFACE_ADDRS_MAX: usize = 8;
/// Bytes of a packet that an interface takes at most, if nothing else was said.
pub const MTU_DEFAULT: u16 = 1500;

/// The name of an interface: 1 to [`IFNAME_MAX`] of `a-z`, `0-9`, `-`, `_` and `.`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IfName([u8; IFNAME_MAX]);

impl IfName {
    /// The name, if it is a good one.
    pub fn new(name: &str) -> Option<IfName> {
        let good = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || b"-_.".contains(&c);
        let fits = (1..=IFNAME_MAX).contains(&name.len()) && name.bytes().all(good);
        let mut bytes = [0; IFNAME_MAX];
        bytes
            .iter_mut()
            .zip(name.bytes())
            .for_each(|(to, from)| *to = from);
        fits.then_some(IfName(bytes))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        let len = self.0.iter().position(|&c| c == 0).unwrap_or(IFNAME_MAX);
        // Only ASCII goes in.
        core::str::from_utf8(&self.0[..len]).unwrap_or_default()
    }
}

impl fmt::Display for IfName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An interface, as `ip addr` and `ip route` would set it up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Iface {
    /// Its name.
    pub name: IfName,
    /// Its own addresses, each with the network around it, the first of a family its primary one.
    pub addrs: Vec<Prefix>,
    /// Networks behind it; length 0 is the default route.
    pub routes: Vec<Prefix>,
    /// Largest packet, in bytes.
    pub mtu: u16,
}

impl Iface {
    /// Bits of the longest network of this interface that an address is in.
    pub fn reaches(&self, l3: L3, addr: Addr) -> Option<u8> {
        self.addrs
            .iter()
            .chain(&self.routes)
            .filter(|net| net.contains(l3, addr))
            .map(|net| net.len)
            .max()
    }

    /// `true` if an address is the broadcast address of one of its networks.
    fn is_broadcast(&self, l3: L3, addr: Addr) -> bool {
        let nets = self
            .addrs
            .iter()
            .filter(|own| l3 == L3::Ipv4 && own.l3 == l3);
        nets.filter(|own| own.len < 31 && own.contains(l3, addr))
            .any(|own| {
                let bits = |addr: Addr| {
                    addr.0[..4]
                        .iter()
                        .fold(0, |all, &byte| all << 8 | u32::from(byte))
                };
                let host = u32::MAX.checked_shr(own.len.into()).unwrap_or(0);
                bits(addr) & host == host
            })
    }

    /// Its primary address of a family: what masquerading writes.
    pub fn primary(&self, l3: L3) -> Option<Addr> {
        self.addrs
            .iter()
            .find(|own| own.l3 == l3)
            .map(|own| own.addr)
    }
}

impl Netns {
    /// `true` if an address is one of this machine's own.
    pub fn is_local(&self, l3: L3, addr: Addr) -> bool {
        self.ifaces
            .iter()
            .flat_map(|iface| &iface.addrs)
            .any(|own| own.l3 == l3 && own.addr == addr)
    }

    /// `true` for an address that all hosts, or a group of them, listen to here.
    pub fn is_broadcast(&self, l3: L3, addr: Addr) -> bool {
        match l3 {
            L3::Ipv4 => {
                addr.0[..4] == [255; 4]
                    || self.ifaces.iter().any(|iface| iface.is_broadcast(l3, addr))
            }
            L3::Ipv6 => addr.0[0] == 0xff,
        }
    }

    /// The address that this machine's own packets to `addr` come from: of the interface that
    /// leads there, the one most like it, the primary one for IPv4.
    pub fn source_towards(&self, l3: L3, addr: Addr) -> Option<Addr> {
        let iface = self.route(l3, addr)?;
        match l3 {
            L3::Ipv4 => iface.primary(l3),
            L3::Ipv6 => {
                let own = iface.addrs.iter().filter(|own| own.l3 == l3);
                own.rev()
                    .max_by_key(|own| own.addr.common_bits(addr))
                    .map(|own| own.addr)
            }
        }
    }

    /// The interface with the longest network that an address is in.
    pub fn route(&self, l3: L3, addr: Addr) -> Option<&Iface> {
        let mut best: Option<(u8, &Iface)> = None;
        for iface in &self.ifaces {
            if let Some(len) = iface.reaches(l3, addr)
                && best.is_none_or(|(longest, _)| len > longest)
            {
                best = Some((len, iface));
            }
        }
        best.map(|(_, iface)| iface)
    }

    /// The interface of a name.
    pub fn iface(&self, name: IfName) -> Option<&Iface> {
        self.ifaces.iter().find(|iface| iface.name == name)
    }
}

impl Conntrack {
    /// Puts an interface in place, or another one in the place of one of the same name.
    pub(super) fn set_iface(&mut self, iface: &Iface) {
        let net = usize::from(self.net);
        let ifaces = &mut self.nets[net].ifaces;
        match ifaces.iter_mut().find(|other| other.name == iface.name) {
            Some(other) => *other = iface.clone(),
            None => ifaces.push(iface.clone()),
        }
    }
}
