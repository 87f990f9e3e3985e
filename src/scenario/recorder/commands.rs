//! What a step does, for the engine.

use super::{Fill, FillKind, Injected, Selected, Side};
use crate::engine::addr::{Addr, L3};
use crate::engine::command::{PACKET_BYTES_MAX, TupleFilter};
use crate::scenario::filter::PROTOCOLS;
use crate::scenario::packet::assemble;
use std::net::{IpAddr, Ipv4Addr};

/// Flows of [`Fill`] that share an address.
const FLOWS_PER_ADDR: u32 = 50_000;
/// Source port of the first of them.
const FIRST_PORT: u32 = 10_000;

impl Injected {
    /// The packet's bytes, or what is wrong with them.
    pub fn bytes(&self) -> Result<Vec<u8>, String> {
        match (&self.hex, &self.packet) {
            (Some(hex), _) => of_hex(hex),
            (None, Some(line)) => assemble(line).map_err(|error| {
                let (problem, expected) = (&error.problem, &error.expected);
                format!(
                    "in the packet line, column {}: {problem}; expected {expected}",
                    error.column
                )
            }),
            (None, None) => Err("there is no packet; expected packet or hex".to_owned()),
        }
    }
}

fn of_hex(hex: &str) -> Result<Vec<u8>, String> {
    let digits = hex.len();
    if !(2..=2 * PACKET_BYTES_MAX).contains(&digits) || digits % 2 == 1 {
        return Err(format!(
            "hex has {digits} digits; expected an even number, 2 to {}",
            2 * PACKET_BYTES_MAX
        ));
    }
    let digit = |at: usize| {
        let found = hex.as_bytes()[at];
        char::from(found)
            .to_digit(16)
            .map(|d| d as u8)
            .ok_or_else(|| format!("digit {} of hex is none; expected 0 to 9 or a to f", at + 1))
    };
    (0..digits / 2)
        .map(|at| Ok(digit(2 * at)? << 4 | digit(2 * at + 1)?))
        .collect()
}

impl Selected {
    /// The entries that are meant, by their original tuple; what it cannot say is not looked at.
    pub fn filter(&self) -> Result<TupleFilter, String> {
        let number = |name: &String| {
            let found = PROTOCOLS.iter().find(|(known, _)| known == name);
            found.map(|(_, number)| *number).ok_or_else(|| {
                let names: Vec<&str> = PROTOCOLS.iter().map(|(name, _)| *name).collect();
                format!("{name} is not a protocol; expected {}", names.join(", "))
            })
        };
        Ok(TupleFilter {
            protonum: self.proto.as_ref().map(number).transpose()?,
            src: self.src.as_deref().map(address).transpose()?,
            dst: self.dst.as_deref().map(address).transpose()?,
            sport: self.sport,
            dport: self.dport,
        })
    }
}

/// An address as the engine has it.
pub(super) fn address(text: &str) -> Result<(L3, Addr), String> {
    match text.parse() {
        Ok(IpAddr::V4(addr)) => Ok((L3::Ipv4, Addr::v4(addr.octets()))),
        Ok(IpAddr::V6(addr)) => Ok((L3::Ipv6, Addr(addr.octets()))),
        Err(_) => Err(format!(
            "{text} is not an address; expected one such as 10.0.0.10 or 2001:db8:a::10"
        )),
    }
}

impl Fill {
    /// The packets of all flows, in order, each with the side where it arrives.
    pub fn packets(&self) -> impl Iterator<Item = (Side, String)> {
        let Fill {
            kind,
            n,
            first_src,
            dst,
            ..
        } = *self;
        (0..n).flat_map(move |flow| {
            let src = Ipv4Addr::from_bits(first_src.to_bits().wrapping_add(flow / FLOWS_PER_ADDR));
            let sport = FIRST_PORT + flow % FLOWS_PER_ADDR;
            match kind {
                FillKind::Udp => vec![(Side::A, format!("udp {src}:{sport} > {dst}"))],
                FillKind::TcpAssured => {
                    let go = format!("tcp {src}:{sport} > {dst} A seq=1 ack=1");
                    let back = format!("tcp {dst} > {src}:{sport} A seq=1 ack=1");
                    vec![(Side::A, go.clone()), (Side::B, back), (Side::A, go)]
                }
            }
        })
    }
}
