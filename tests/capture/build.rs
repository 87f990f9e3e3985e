//! Capture files made by hand, and results in short.

use ctscope::engine::Command;
use ctscope::engine::command::Span;
use ctscope::scenario::Scenario;
use ctscope::scenario::capture::{Options, Warning, import};
use ctscope::scenario::packet::assemble;
use ctscope::scenario::packet_print::disassemble;

pub const ETHERNET: u32 = 1;
pub const RAW: u32 = 101;
pub const SLL: u32 = 113;
pub const SLL2: u32 = 276;
pub const NANOS: u64 = 1_000_000_000;

/// The byte order of the machine that wrote a file.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Order {
    Little,
    Big,
}

pub const ORDERS: [Order; 2] = [Order::Little, Order::Big];

/// Numbers of a file, one behind the other.
pub struct Writer {
    pub order: Order,
    pub bytes: Vec<u8>,
}

impl Writer {
    pub fn new(order: Order) -> Writer {
        Writer {
            order,
            bytes: Vec::new(),
        }
    }

    pub fn u16(&mut self, n: u16) -> &mut Writer {
        self.bytes.extend(match self.order {
            Order::Little => n.to_le_bytes(),
            Order::Big => n.to_be_bytes(),
        });
        self
    }

    pub fn u32(&mut self, n: u32) -> &mut Writer {
        self.bytes.extend(match self.order {
            Order::Little => n.to_le_bytes(),
            Order::Big => n.to_be_bytes(),
        });
        self
    }

    pub fn u64(&mut self, n: u64) -> &mut Writer {
        self.bytes.extend(match self.order {
            Order::Little => n.to_le_bytes(),
            Order::Big => n.to_be_bytes(),
        });
        self
    }

    pub fn raw(&mut self, bytes: &[u8]) -> &mut Writer {
        self.bytes.extend(bytes);
        self
    }
}

/// A packet of a file to be made.
#[derive(Clone, Debug)]
pub struct Packet {
    /// When it was seen, in the file's own units.
    pub at: u64,
    /// Its length on the wire; `None` if all of it was captured.
    pub wire_len: Option<u32>,
    pub data: Vec<u8>,
}

/// A packet that was captured whole.
pub fn packet(at: u64, data: Vec<u8>) -> Packet {
    Packet {
        at,
        wire_len: None,
        data,
    }
}

impl Packet {
    fn wire_len(&self) -> u32 {
        self.wire_len.unwrap_or(self.data.len() as u32)
    }
}

/// A classic file with times in units of a millionth, or with `nanos` a billionth of a second.
pub fn classic(order: Order, nanos: bool, link: u32, packets: &[Packet]) -> Vec<u8> {
    let mut w = Writer::new(order);
    w.u32(if nanos { 0xa1b2_3c4d } else { 0xa1b2_c3d4 });
    w.u16(2).u16(4).u32(0).u32(0).u32(65_535).u32(link);
    let units = if nanos { NANOS } else { 1_000_000 };
    for packet in packets {
        w.u32((packet.at / units) as u32);
        w.u32((packet.at % units) as u32);
        w.u32(packet.data.len() as u32).u32(packet.wire_len());
        w.raw(&packet.data);
    }
    w.bytes
}

/// A block of a pcapng file.
pub fn block(order: Order, kind: u32, inside: &[u8]) -> Vec<u8> {
    let padding = inside.len().next_multiple_of(4) - inside.len();
    let length = (12 + inside.len() + padding) as u32;
    let mut w = Writer::new(order);
    w.u32(kind).u32(length).raw(inside);
    w.raw(&vec![0; padding]).u32(length);
    w.bytes
}

/// The beginning of a section.
pub fn section(order: Order) -> Vec<u8> {
    let mut w = Writer::new(order);
    w.u32(0x1a2b_3c4d).u16(1).u16(0).u64(u64::MAX);
    block(order, 0x0a0d_0d0a, &w.bytes)
}

/// An interface; `resolution` and `offset` are its options.
pub fn interface(order: Order, link: u32, resolution: Option<u8>, offset: Option<i64>) -> Vec<u8> {
    let mut w = Writer::new(order);
    w.u16(link as u16).u16(0).u32(0);
    if let Some(resolution) = resolution {
        w.u16(9).u16(1).raw(&[resolution, 0, 0, 0]);
    }
    if let Some(offset) = offset {
        w.u16(14).u16(8).u64(offset as u64);
    }
    if resolution.is_some() || offset.is_some() {
        w.u32(0);
    }
    block(order, 1, &w.bytes)
}

/// A packet of the interface with this number.
pub fn enhanced(order: Order, interface: u32, packet: &Packet) -> Vec<u8> {
    let mut w = Writer::new(order);
    w.u32(interface);
    w.u32((packet.at >> 32) as u32).u32(packet.at as u32);
    w.u32(packet.data.len() as u32).u32(packet.wire_len());
    w.raw(&packet.data);
    block(order, 6, &w.bytes)
}

/// A pcapng file with one interface.
pub fn ng(order: Order, link: u32, resolution: Option<u8>, packets: &[Packet]) -> Vec<u8> {
    let mut file = section(order);
    file.extend(interface(order, link, resolution, None));
    for packet in packets {
        file.extend(enhanced(order, 0, packet));
    }
    file
}

/// The packet of a packet line.
pub fn ip(line: &str) -> Vec<u8> {
    assemble(line).expect("a packet line")
}

/// An Ethernet frame.
pub fn ethernet(kind: u16, inside: &[u8]) -> Vec<u8> {
    let mut frame = vec![2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2];
    frame.extend(kind.to_be_bytes());
    frame.extend(inside);
    frame
}

/// A cooked frame, version 2, of this packet type.
pub fn sll2(kind: u8, inside: &[u8]) -> Vec<u8> {
    let mut frame = vec![8, 0, 0, 0, 0, 0, 0, 1, 0, 1, kind, 6];
    frame.extend([0; 8]);
    frame.extend(inside);
    frame
}

/// A scenario as lines: a packet in the notation of packet lines with its way, or a pause.
pub fn lines(scenario: &Scenario) -> Vec<String> {
    let line = |command: &Command| match command {
        Command::Inject(inject) => {
            let iif = inject.iif.map(|name| format!("in={name} "));
            let line = disassemble(&inject.bytes);
            format!("{}{:?} {line}", iif.unwrap_or_default(), inject.path)
        }
        Command::Advance(Span::Millis(millis)) => format!("{millis} ms"),
        other => format!("{other:?}"),
    };
    scenario.lines.iter().map(|l| line(&l.command)).collect()
}

/// What a file gives: lines, then warnings.
#[track_caller]
pub fn read_with(file: &[u8], options: &Options) -> (Vec<String>, Vec<String>) {
    let (scenario, warnings) = import(file, options).expect("a capture");
    let warnings = warnings.iter().map(Warning::to_string).collect();
    (lines(&scenario), warnings)
}

#[track_caller]
pub fn read(file: &[u8]) -> (Vec<String>, Vec<String>) {
    read_with(file, &Options::default())
}
