//! A scenario being written.

use super::rng::Rng;
use serde_json::{Map, Value, json};
use std::fmt;
use std::net::IpAddr;

/// Where a packet comes in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// The side of the clients, as a rule.
    A,
    /// The side of the world.
    B,
}

impl Side {
    /// The opposite side.
    pub fn other(self) -> Side {
        match self {
            Side::A => Side::B,
            Side::B => Side::A,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Side::A => "a",
            Side::B => "b",
        }
    }
}

/// An address and a port.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct End {
    /// The address.
    pub addr: IpAddr,
    /// The port.
    pub port: u16,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.addr {
            IpAddr::V4(addr) => write!(f, "{addr}:{}", self.port),
            IpAddr::V6(addr) => write!(f, "[{addr}]:{}", self.port),
        }
    }
}

/// Hosts of a side and family.
pub fn hosts(side: Side, six: bool) -> &'static [&'static str] {
    match (side, six) {
        (Side::A, false) => &["10.0.0.10", "10.0.0.11"],
        (Side::B, false) => &["192.0.2.20", "192.0.2.21"],
        (Side::A, true) => &["2001:db8:a::10", "2001:db8:a::11"],
        (Side::B, true) => &["2001:db8:b::20", "2001:db8:b::21"],
    }
}

/// An address that is written correctly.
pub fn addr(text: &str) -> IpAddr {
    text.parse().expect("the addresses here are good")
}

/// The router's own address on a side.
pub fn router(side: Side, six: bool) -> IpAddr {
    addr(match (side, six) {
        (Side::A, false) => "10.0.0.1",
        (Side::B, false) => "192.0.2.1",
        (Side::A, true) => "2001:db8:a::1",
        (Side::B, true) => "2001:db8:b::1",
    })
}

/// Some host of a side.
pub fn host(rng: &mut Rng, side: Side, six: bool) -> IpAddr {
    addr(rng.pick(hosts(side, six)))
}

/// The steps so far.
#[derive(Debug, Default)]
pub struct Script {
    steps: Vec<Value>,
    known_ports: Option<Vec<u16>>,
    /// Every packet so far: where it came in, and its line.
    pub packets: Vec<(Side, String)>,
}

impl Script {
    /// A packet arrives.
    pub fn packet(&mut self, side: Side, line: String) {
        self.steps
            .push(json!({"inject": {"side": side.name(), "packet": line}}));
        self.packets.push((side, line));
    }

    /// A setting changes.
    pub fn sysctl(&mut self, name: &str, value: u32) {
        self.steps.push(json!({"sysctl": {name: value}}));
    }

    /// Time passes, in milliseconds.
    pub fn advance(&mut self, ms: u32) {
        self.steps.push(json!({"advance_ms": ms}));
    }

    /// The rules are these from now on.
    pub fn rules(&mut self, rules: Value) {
        self.steps.push(json!({"rules": rules}));
    }

    /// Entries are deleted as by `conntrack -D`.
    pub fn delete(&mut self, filter: Value) {
        self.steps.push(json!({"delete": filter}));
    }

    /// Every entry is deleted.
    pub fn flush(&mut self) {
        self.steps.push(json!({"flush": true}));
    }

    /// Only these ports are shown; NAT may draw any other.
    pub fn known_ports(&mut self, ports: &[u16]) {
        self.known_ports = Some(ports.to_vec());
    }

    /// The scenario, as the recorder reads it.
    pub fn scenario(self, name: &str, about: &str) -> Value {
        let mut out = Map::new();
        out.insert("name".into(), name.into());
        out.insert("description".into(), about.into());
        if let Some(ports) = self.known_ports {
            out.insert("known_ports".into(), ports.into());
        }
        out.insert("steps".into(), self.steps.into());
        Value::Object(out)
    }
}
