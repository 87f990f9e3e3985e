//! Which way a packet of a capture takes through the machine.

use super::Options;
use super::link_layer::Going;
use crate::engine::addr::{Addr, L3};
use crate::engine::command::Command;
use crate::engine::extract::{destination, source};
use crate::engine::router::{IFACE_ADDRS_MAX, IfName, Iface, MTU_DEFAULT};
use crate::engine::rules::Prefix;
use crate::engine::skb::Path;
use crate::scenario::Scenario;
use crate::scenario::filter::l3_addr;
use core::net::IpAddr;

/// A router with two interfaces: `a` towards these networks, `b` towards everything else. Of the
/// router's own addresses each is on the side that it belongs to. `None` if that are more than
/// an interface can have.
pub fn two_sides(side_a: &[Prefix], own: &[Prefix]) -> Option<Vec<Iface>> {
    let everything = [(L3::Ipv4, Addr::v4([0; 4])), (L3::Ipv6, Addr([0; 16]))];
    let everything = everything.map(|(l3, addr)| Prefix { l3, addr, len: 0 });
    let is_on_a = |own: &&Prefix| side_a.iter().any(|net| net.contains(own.l3, own.addr));
    let (on_a, on_b): (Vec<&Prefix>, Vec<&Prefix>) = own.iter().partition(is_on_a);
    if [side_a.len(), on_a.len(), on_b.len()]
        .iter()
        .any(|&count| count > IFACE_ADDRS_MAX)
    {
        return None;
    }
    let iface = |name: &str, addrs: Vec<&Prefix>, routes: &[Prefix]| {
        Some(Iface {
            name: IfName::new(name)?,
            addrs: addrs.into_iter().copied().collect(),
            routes: routes.to_vec(),
            mtu: MTU_DEFAULT,
        })
    };
    Some(vec![
        iface("a", on_a, side_a)?,
        iface("b", on_b, &everything)?,
    ])
}

/// Says of packets without an interface which addresses are the machine's own: what comes from one
/// of them is sent by it, what goes to one arrives at it, everything else is forwarded.
pub fn set_own(scenario: &mut Scenario, own: &[IpAddr]) {
    let own: Vec<(L3, Addr)> = own.iter().copied().map(l3_addr).collect();
    for line in &mut scenario.lines {
        if let Command::Inject(inject) = &mut line.command
            && inject.iif.is_none()
        {
            let is_own = |end: Option<(L3, Addr)>| end.is_some_and(|end| own.contains(&end));
            inject.path = if is_own(source(&inject.bytes)) {
                Path::Output
            } else if is_own(destination(&inject.bytes)) {
                Path::Input
            } else {
                Path::Forward
            };
        }
    }
}

/// The way of a packet, and the interface it comes in by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Way {
    pub path: Path,
    pub iif: Option<IfName>,
}

impl Way {
    /// The way of a packet between these addresses, seen coming or going if the file says so;
    /// `None` if it comes from where no interface is.
    pub fn of(options: &Options, ends: (IpAddr, IpAddr), going: Option<Going>) -> Option<Way> {
        let ((src_l3, src), (dst_l3, dst)) = (l3_addr(ends.0), l3_addr(ends.1));
        let is_own = |l3: L3, addr: Addr| {
            let on_iface = options.ifaces.iter().flat_map(|iface| &iface.addrs);
            on_iface
                .map(|own| Prefix::host(own.l3, own.addr))
                .chain(options.local.iter().copied())
                .any(|own| own.contains(l3, addr))
        };
        if is_own(src_l3, src) && going != Some(Going::In) {
            return Some(Way {
                path: Path::Output,
                iif: None,
            });
        }
        if options.ifaces.is_empty() {
            let path = match is_own(dst_l3, dst) {
                true => Path::Input,
                false => Path::Forward,
            };
            return Some(Way { path, iif: None });
        }
        let mut best: Option<(u8, IfName)> = None;
        for iface in &options.ifaces {
            if let Some(len) = iface.reaches(src_l3, src)
                && best.is_none_or(|(longest, _)| len > longest)
            {
                best = Some((len, iface.name));
            }
        }
        best.map(|(_, name)| Way {
            path: Path::Forward,
            iif: Some(name),
        })
    }
}
