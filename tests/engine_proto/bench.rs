//! Packets to try, and a machine that tells in one line what each did.

use ctscope::engine::addr::L3;
use ctscope::engine::checksum::l4_checksum;
use ctscope::engine::command::{Inject, Span};
use ctscope::engine::conn::Status;
use ctscope::engine::extract::{L4Header, get_l4proto};
use ctscope::engine::profile::Profile;
use ctscope::engine::proto::tcp::{TcpBits, Verdict};
use ctscope::engine::skb::Path;
use ctscope::engine::step::Step;
use ctscope::engine::{Command, Config, ConnId, Conntrack, NoProbe, Outcome, Probe};

/// Who sends: the side that opened the connection, or the other one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum From {
    /// 10.0.0.1, port 40000.
    Client,
    /// 10.0.0.2, port 80.
    Server,
}

pub const CLIENT: [u8; 4] = [10, 0, 0, 1];
pub const SERVER: [u8; 4] = [10, 0, 0, 2];
const PORTS: [u16; 2] = [40000, 80];

/// An IPv4 packet with a right layer 4 checksum, written at `checksum_at` bytes from the layer 4
/// header if it is given.
pub fn ipv4(
    src: [u8; 4],
    dst: [u8; 4],
    protonum: u8,
    l4: &[u8],
    checksum_at: Option<usize>,
) -> Vec<u8> {
    let total = (20 + l4.len()) as u16;
    let mut bytes = vec![0x45, 0];
    bytes.extend(total.to_be_bytes());
    bytes.extend([0, 0, 0, 0, 64, protonum, 0, 0]);
    bytes.extend(src);
    bytes.extend(dst);
    bytes.extend(l4);
    seal(bytes, checksum_at)
}

/// An IPv6 packet, likewise. `chain` holds whole extension headers, `next` is the number of what
/// follows the fixed header.
pub fn ipv6(
    src: [u8; 16],
    dst: [u8; 16],
    next: u8,
    chain: &[u8],
    l4: &[u8],
    checksum_at: Option<usize>,
) -> Vec<u8> {
    let mut bytes = vec![0x60, 0, 0, 0];
    bytes.extend(((chain.len() + l4.len()) as u16).to_be_bytes());
    bytes.extend([next, 64]);
    bytes.extend(src);
    bytes.extend(dst);
    bytes.extend(chain);
    bytes.extend(l4);
    seal(bytes, checksum_at)
}

/// `2001:db8::n`.
pub const fn v6(n: u8) -> [u8; 16] {
    [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, n]
}

fn seal(mut bytes: Vec<u8>, checksum_at: Option<usize>) -> Vec<u8> {
    if let Some(at) = checksum_at {
        let l4 = get_l4proto(&bytes).expect("the packet is built whole");
        let at = l4.offset + at;
        let checksum = l4_checksum(&bytes, &l4).to_be_bytes();
        bytes[at..at + 2].copy_from_slice(&checksum);
    }
    bytes
}

/// Bytes of a TCP segment without a checksum.
#[derive(Clone)]
pub struct Segment {
    pub bits: TcpBits,
    pub seq: u32,
    pub ack: u32,
    pub win: u16,
    pub len: usize,
    /// A multiple of four bytes.
    pub options: Vec<u8>,
}

/// A segment with these flags: `"SA"`, `"PA"`, one letter for each.
pub fn segment(flags: &str) -> Segment {
    let bits = flags.chars().map(|letter| match letter {
        'F' => TcpBits::FIN,
        'S' => TcpBits::SYN,
        'R' => TcpBits::RST,
        'P' => TcpBits::PSH,
        'A' => TcpBits::ACK,
        'U' => TcpBits::URG,
        'E' => TcpBits::ECE,
        'C' => TcpBits::CWR,
        other => panic!("no flag has the letter {other}"),
    });
    Segment {
        bits: bits.collect(),
        seq: 1000,
        ack: 0,
        win: 64240,
        len: 0,
        options: Vec::new(),
    }
}

impl Segment {
    pub fn seq(self, seq: u32) -> Segment {
        Segment { seq, ..self }
    }

    pub fn ack(self, ack: u32) -> Segment {
        Segment { ack, ..self }
    }

    pub fn len(self, len: usize) -> Segment {
        Segment { len, ..self }
    }

    /// Header and payload, the checksum still 0.
    pub fn bytes(self, sport: u16, dport: u16) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.extend(sport.to_be_bytes());
        bytes.extend(dport.to_be_bytes());
        bytes.extend(self.seq.to_be_bytes());
        bytes.extend(self.ack.to_be_bytes());
        let words = 5 + self.options.len() as u8 / 4;
        bytes.extend([words << 4, self.bits.bits()]);
        bytes.extend(self.win.to_be_bytes());
        bytes.extend([0; 4]);
        bytes.extend(self.options);
        bytes.extend(vec![b'x'; self.len]);
        bytes
    }

    /// The whole packet.
    pub fn packet(self, from: From) -> Vec<u8> {
        let [client, server] = PORTS;
        match from {
            From::Client => ipv4(CLIENT, SERVER, 6, &self.bytes(client, server), Some(16)),
            From::Server => ipv4(SERVER, CLIENT, 6, &self.bytes(server, client), Some(16)),
        }
    }
}

/// A UDP datagram between the two, port 5000 and 53.
pub fn udp(from: From, len: usize) -> Vec<u8> {
    let (src, dst, sport, dport) = match from {
        From::Client => (CLIENT, SERVER, 5000u16, 53u16),
        From::Server => (SERVER, CLIENT, 53, 5000),
    };
    let mut bytes = Vec::new();
    bytes.extend(sport.to_be_bytes());
    bytes.extend(dport.to_be_bytes());
    bytes.extend((8 + len as u16).to_be_bytes());
    bytes.extend([0, 0]);
    bytes.extend(vec![b'x'; len]);
    ipv4(src, dst, 17, &bytes, Some(6))
}

/// An ICMP or ICMPv6 message: type, code 0, identifier, and what follows the header.
pub fn icmp(kind: u8, id: u16, rest: &[u8]) -> Vec<u8> {
    let [high, low] = id.to_be_bytes();
    [&[kind, 0, 0, 0, high, low, 0, 1], rest].concat()
}

/// The packet's layer 4 header, for tests that need no machine.
pub fn l4(l3: L3, protonum: u8, offset: usize, end: usize) -> L4Header {
    L4Header {
        l3,
        protonum,
        offset,
        end,
    }
}

/// A machine, the last message it sent, and lines about what happened.
pub struct Bench {
    pub ct: Conntrack,
    heard: u32,
    pub told: String,
}

/// Keeps the cell of the state table and the ending that a tracker chose.
#[derive(Default)]
struct Notes(Vec<String>);

impl Probe for Notes {
    fn step(&mut self, at: &Conntrack, what: impl FnOnce() -> Step) {
        let broken = at.check_invariants();
        assert!(broken.is_empty(), "{broken:?}");
        match what() {
            Step::TcpLookedUp { cell, .. } => self.0.push(cell.to_owned()),
            Step::WindowChecked { checked, .. } if checked.verdict != Verdict::Inside => {
                self.0.push(format!("{:?}", checked.verdict));
            }
            Step::TcpIgnored { .. } => self.0.push("ignored".to_owned()),
            Step::TrackerRefused { .. } => self.0.push("refused".to_owned()),
            Step::TrackAgain { .. } => self.0.push("again".to_owned()),
            Step::IcmpErrorChecked { inner, .. } => match inner {
                Some(inner) => self.0.push(format!("quotes {inner}")),
                None => self.0.push("quotes nothing".to_owned()),
            },
            _ => {}
        }
    }
}

impl Bench {
    pub fn new() -> Bench {
        Bench::of(Profile::V5_10)
    }

    /// A machine that follows this kernel.
    pub fn of(profile: Profile) -> Bench {
        let config = Config {
            profile,
            ..Config::default()
        };
        Bench {
            ct: Conntrack::new(&config),
            heard: 0,
            told: String::new(),
        }
    }

    pub fn apply(&mut self, command: &Command) -> Outcome {
        let outcome = self.ct.apply(command, &mut NoProbe);
        assert_eq!(outcome.refused, None);
        outcome
    }

    pub fn millis(&mut self, millis: u32) {
        self.apply(&Command::Advance(Span::Millis(millis)));
    }

    /// Sends a packet by this way and writes a line: label, table cell and ending, the packet's
    /// state or why it is invalid, the connection with its state, seconds left and status, then
    /// events.
    pub fn send_by(&mut self, path: Path, label: &str, bytes: Vec<u8>) -> Outcome {
        let inject = Inject {
            bytes,
            path,
            iif: None,
            hold_at: None,
            drop_at: None,
        };
        let mut notes = Notes::default();
        let outcome = self.ct.apply(&Command::Inject(inject), &mut notes);
        let broken = self.ct.check_invariants();
        assert!(broken.is_empty(), "{broken:?}");
        let state = match (outcome.ctinfo, outcome.invalid) {
            (Some(info), _) => info.name().to_owned(),
            (None, Some(reason)) => format!("{reason:?}"),
            (None, None) => "INVALID".to_owned(),
        };
        let conn = match outcome.conn {
            None => "-".to_owned(),
            Some(conn) => self.entry(conn),
        };
        let mut events = String::new();
        for event in &self.ct.listener.heard {
            if event.seq > self.heard {
                let bits: Vec<_> = event.bits.iter_names().map(|(name, _)| name).collect();
                events += &format!(" + {}", bits.join(" "));
            }
        }
        self.heard = self.ct.listener.sent;
        let notes = notes.0.join(", ");
        let notes = if notes.is_empty() { "-" } else { &notes };
        self.told += &format!("{label}: {notes}, {state}, {conn}{events}");
        self.told += "\n";
        outcome
    }

    /// A connection's name, state, seconds left and status bits.
    fn entry(&self, conn: ConnId) -> String {
        let Some(entry) = self.ct.conns.get(conn) else {
            return format!("{conn} gone");
        };
        let left = self.ct.hz().secs(entry.nf_ct_expires(self.ct.now)).0;
        let status = entry.status.difference(Status::CONFIRMED);
        let state = entry.proto.name().unwrap_or("-");
        let names = status.iter_names().map(|(name, _)| name);
        let mut text = format!("{conn} {state} {left}");
        names.for_each(|name| text += &format!(" {name}"));
        text
    }

    /// Sends a packet through the machine from outside.
    pub fn send(&mut self, label: &str, bytes: Vec<u8>) -> Outcome {
        self.send_by(Path::Forward, label, bytes)
    }

    /// Sends a TCP segment.
    pub fn tcp(&mut self, from: From, flags: &str, change: impl Fn(Segment) -> Segment) {
        let label = match from {
            From::Client => format!("O {flags}"),
            From::Server => format!("R {flags}"),
        };
        self.send(&label, change(segment(flags)).packet(from));
    }

    /// The three packets that open a connection: sequence numbers 1000 and 5000.
    pub fn handshake(&mut self) {
        self.tcp(From::Client, "S", |s| s);
        self.tcp(From::Server, "SA", |s| s.seq(5000).ack(1001));
        self.tcp(From::Client, "A", |s| s.seq(1001).ack(5001));
    }
}
