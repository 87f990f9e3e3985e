//! TCP: two ends that mostly behave, a network that loses and repeats, and the odd forger.

use super::rng::Rng;
use super::script::{End, Script, Side, host};
use serde_json::json;

/// One end of a connection.
#[derive(Clone, Copy, Debug)]
struct Peer {
    end: End,
    side: Side,
    /// The next byte that it sends.
    next: u32,
    /// The next byte that it expects.
    expects: u32,
    /// The first byte of the data that it sent last, and how much of it.
    sent: (u32, u32),
    window: u32,
    options: Options,
    /// It sent a FIN.
    closed: bool,
}

/// What an end offers in its SYN.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Options {
    mss: bool,
    wscale: Option<u32>,
    sack: bool,
    timestamps: bool,
}

/// How far a connection got.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Phase {
    Closed,
    SynSent,
    SynReceived,
    Open,
    Closing(u32),
}

struct Flow {
    /// Client, server.
    peers: [Peer; 2],
    phase: Phase,
    clock: u32,
}

/// Each timeout has a value of its own, so that the state which chose it shows.
const TIMEOUTS: [(&str, u32); 10] = [
    ("syn_sent", 120),
    ("syn_recv", 61),
    ("established", 5000),
    ("fin_wait", 141),
    ("close_wait", 68),
    ("last_ack", 34),
    ("time_wait", 151),
    ("close", 17),
    ("max_retrans", 300),
    ("unacknowledged", 280),
];

fn distinct_timeouts(script: &mut Script) {
    for (name, secs) in TIMEOUTS {
        script.sysctl(&format!("nf_conntrack_tcp_timeout_{name}"), secs);
    }
}

pub(super) fn flows(rng: &mut Rng, script: &mut Script) {
    if rng.percent(60) {
        distinct_timeouts(script);
    }
    settings(rng, script, 8);
    run(rng, script, false, 22);
}

pub(super) fn flows6(rng: &mut Rng, script: &mut Script) {
    settings(rng, script, 8);
    run(rng, script, true, 22);
}

pub(super) fn odd(rng: &mut Rng, script: &mut Script) {
    distinct_timeouts(script);
    settings(rng, script, 30);
    run(rng, script, false, 55);
}

fn settings(rng: &mut Rng, script: &mut Script, chance: u32) {
    for (name, value) in [
        ("nf_conntrack_tcp_be_liberal", 1),
        ("nf_conntrack_tcp_loose", 0),
        ("nf_conntrack_tcp_ignore_invalid_rst", 1),
        ("nf_conntrack_checksum", 0),
    ] {
        if rng.percent(chance) {
            script.sysctl(name, value);
        }
    }
    if rng.percent(chance) {
        script.sysctl("nf_conntrack_tcp_max_retrans", rng.below(4));
    }
}

/// Flows that take turns; `oddity` of a hundred packets are not what should come next.
fn run(rng: &mut Rng, script: &mut Script, six: bool, oddity: u32) {
    let mut flows = vec![Flow::new(rng, six)];
    if rng.percent(25) {
        flows.push(Flow::new(rng, six));
    }
    for _ in 0..rng.between(8, 32) {
        let nth = rng.below(flows.len() as u32) as usize;
        let flow = &mut flows[nth];
        if rng.percent(oddity) {
            flow.oddity(rng, script);
        } else {
            flow.natural(rng, script);
        }
        if rng.percent(1) {
            script.delete(json!({"proto": "tcp", "dport": 80}));
        }
    }
}

impl Peer {
    fn new(rng: &mut Rng, end: End, side: Side) -> Peer {
        let mut peer = Peer {
            end,
            side,
            next: 0,
            expects: 0,
            sent: (0, 0),
            window: 0,
            options: Options {
                mss: rng.percent(80),
                wscale: rng.percent(70).then(|| rng.pick(&[0, 2, 7, 14, 15])),
                sack: rng.percent(70),
                timestamps: rng.percent(40),
            },
            closed: false,
        };
        peer.restart(rng);
        peer
    }

    /// A new initial sequence number, sometimes right before the numbers wrap.
    fn restart(&mut self, rng: &mut Rng) {
        self.next = match rng.below(4) {
            0 => u32::MAX - rng.below(2000),
            1 => rng.below(3),
            _ => rng.next_u32(),
        };
        self.sent = (self.next, 0);
        self.window = rng.pick(&[1000, 5840, 29200, 64240, 65535]);
        self.closed = false;
    }
}

impl Flow {
    fn new(rng: &mut Rng, six: bool) -> Flow {
        let a = End {
            addr: host(rng, Side::A, six),
            port: rng.pick(&[40000, 40001]),
        };
        let b = End {
            addr: host(rng, Side::B, six),
            port: 80,
        };
        let mut peers = [Peer::new(rng, a, Side::A), Peer::new(rng, b, Side::B)];
        if rng.percent(15) {
            peers.reverse();
        }
        let mut flow = Flow {
            peers,
            phase: Phase::Closed,
            clock: 1000,
        };
        if rng.percent(12) {
            // The router sees it only from the middle on.
            flow.phase = Phase::Open;
            let [client, server] = &mut flow.peers;
            client.expects = server.next;
            server.expects = client.next;
        }
        flow
    }

    /// A segment as the end `by` would send it now. The numbers are added to the right ones.
    fn segment(
        &mut self,
        rng: &mut Rng,
        script: &mut Script,
        by: usize,
        flags: &str,
        shape: Shape,
    ) {
        let (from, to) = (self.peers[by], self.peers[1 - by]);
        let seq = shape
            .seq
            .unwrap_or(from.next)
            .wrapping_add(shape.off as u32);
        let ack = if flags.contains('A') || shape.ack_off != 0 {
            from.expects.wrapping_add(shape.ack_off as u32)
        } else {
            0
        };
        let window = shape.window.unwrap_or(from.window);
        let mut line = format!(
            "tcp {} > {} {flags} seq={seq} ack={ack} win={window} len={}",
            from.end, to.end, shape.len
        );
        if flags.contains('S') {
            line += &self.syn_options(by, flags);
        } else if from.options.timestamps && to.options.timestamps && rng.percent(90) {
            self.clock += 1;
            line += &format!(" ts={}:{}", self.clock, self.clock - 1);
        }
        if let Some((low, high)) = shape.sack {
            line += &format!(" sack={low}-{high}");
        }
        line += shape.more;
        script.packet(from.side, line);
    }

    fn syn_options(&mut self, by: usize, flags: &str) -> String {
        let (own, other) = (self.peers[by].options, self.peers[1 - by].options);
        let answer = flags.contains('A');
        let mut out = String::new();
        if own.mss {
            out += " mss=1460";
        }
        if let Some(scale) = own.wscale.filter(|_| !answer || other.wscale.is_some()) {
            out += &format!(" wscale={scale}");
        }
        if own.sack && (!answer || other.sack) {
            out += " sackok";
        }
        if own.timestamps && (!answer || other.timestamps) {
            out += &format!(
                " ts={}:{}",
                self.clock,
                if answer { self.clock - 1 } else { 0 }
            );
        }
        out
    }

    /// What should come next.
    fn natural(&mut self, rng: &mut Rng, script: &mut Script) {
        match self.phase {
            Phase::Closed => {
                if rng.percent(70) {
                    self.peers[0].restart(rng);
                    self.peers[1].restart(rng);
                }
                self.segment(rng, script, 0, "S", Shape::default());
                self.peers[0].next = self.peers[0].next.wrapping_add(1);
                self.peers[1].expects = self.peers[0].next;
                self.phase = Phase::SynSent;
            }
            Phase::SynSent => {
                let flags = rng.weighted(&[(92, "SA"), (8, "RA")]);
                self.segment(rng, script, 1, flags, Shape::default());
                if flags == "RA" {
                    self.phase = Phase::Closed;
                    return;
                }
                self.peers[1].next = self.peers[1].next.wrapping_add(1);
                self.peers[0].expects = self.peers[1].next;
                self.phase = Phase::SynReceived;
            }
            Phase::SynReceived => {
                self.segment(rng, script, 0, "A", Shape::default());
                self.phase = Phase::Open;
            }
            Phase::Open => self.open(rng, script),
            Phase::Closing(steps) => self.closing(rng, script, steps),
        }
    }

    fn open(&mut self, rng: &mut Rng, script: &mut Script) {
        let by = rng.below(2) as usize;
        match rng.below(12) {
            0..5 => {
                let len = rng.pick(&[1, 10, 100, 1000, 1400]);
                self.segment(rng, script, by, "PA", Shape::of_len(len));
                self.deliver(by, len);
            }
            5..9 => self.segment(rng, script, by, "A", Shape::default()),
            9 => {
                // Lost behind the router: the other end does not get it.
                let len = rng.pick(&[100, 1000]);
                self.segment(rng, script, by, "A", Shape::of_len(len));
                let peer = &mut self.peers[by];
                peer.sent = (peer.next, len);
                peer.next = peer.next.wrapping_add(len);
            }
            10 => {
                self.fin(rng, script, by);
                self.phase = Phase::Closing(0);
            }
            _ => {
                self.segment(rng, script, by, "R", Shape::default());
                self.phase = Phase::Closed;
            }
        }
    }

    fn deliver(&mut self, by: usize, len: u32) {
        let peer = &mut self.peers[by];
        peer.sent = (peer.next, len);
        peer.next = peer.next.wrapping_add(len);
        self.peers[1 - by].expects = self.peers[by].next;
    }

    fn fin(&mut self, rng: &mut Rng, script: &mut Script, by: usize) {
        self.segment(rng, script, by, "FA", Shape::default());
        self.deliver(by, 1);
        self.peers[by].sent.1 = 0;
        self.peers[by].closed = true;
    }

    fn closing(&mut self, rng: &mut Rng, script: &mut Script, steps: u32) {
        let open = self.peers.iter().position(|peer| !peer.closed);
        match (open, rng.below(4)) {
            (Some(by), 0 | 1) => self.fin(rng, script, by),
            (Some(by), 2) if rng.percent(50) => {
                let len = rng.pick(&[10, 500]);
                self.segment(rng, script, by, "PA", Shape::of_len(len));
                self.deliver(by, len);
            }
            _ => {
                let by = rng.below(2) as usize;
                self.segment(rng, script, by, "A", Shape::default());
            }
        }
        let done = open.is_none() && steps > 2;
        self.phase = if done {
            Phase::Closed
        } else {
            Phase::Closing(steps + 1)
        };
    }

    /// What should not come, or not so.
    fn oddity(&mut self, rng: &mut Rng, script: &mut Script) {
        let by = rng.below(2) as usize;
        let window = self.peers[1 - by].window as i32;
        let shape = |off: i32, ack_off: i32, len: u32| Shape {
            off,
            ack_off,
            len,
            ..Shape::default()
        };
        match rng.below(26) {
            // Sent again.
            0..3 => {
                if let Some((side, line)) = self.last_of(rng, script) {
                    script.packet(side, line);
                }
            }
            3 => {
                let (first, len) = self.peers[by].sent;
                let again = Shape {
                    seq: Some(first),
                    ..Shape::of_len(len)
                };
                self.segment(rng, script, by, "PA", again);
            }
            // Numbers that are wrong by little or much.
            4 => {
                let off = rng.pick(&[1, -1, 100, -100, 2000, -2000, 70_000, -70_000]);
                self.segment(rng, script, by, "PA", shape(off, 0, 10));
            }
            5 => {
                let off = window + rng.pick(&[-1, 0, 1, 1000]);
                self.segment(
                    rng,
                    script,
                    by,
                    "A",
                    shape(off, 0, rng.clone().pick(&[0, 1, 10])),
                );
            }
            6 => {
                let off = rng.pick(&[1, -1, 1000, -1000, -66_000, -67_000, 1 << 30, i32::MIN]);
                self.segment(rng, script, by, "A", shape(0, off, 0));
            }
            // Resets: exact, within the window, beyond it, to an ack.
            7 => self.segment(rng, script, by, "R", Shape::default()),
            8 => {
                let off = rng.pick(&[1, -1, 500, -500, window, window + 5000, -70_000]);
                let flags = rng.pick(&["R", "RA"]);
                self.segment(rng, script, by, flags, shape(off, 0, 0));
            }
            // Opened again, with new numbers or with old ones.
            9 | 10 => {
                let next = match rng.below(3) {
                    0 => self.peers[by].next,
                    1 => self.peers[by].next.wrapping_add(rng.next_u32() >> 8),
                    _ => rng.next_u32(),
                };
                let peer = &mut self.peers[by];
                (peer.next, peer.closed) = (next, false);
                self.segment(rng, script, by, "S", Shape::default());
                if rng.percent(70) {
                    self.peers.swap(0, by);
                    self.peers[0].next = next.wrapping_add(1);
                    self.peers[1].expects = self.peers[0].next;
                    self.phase = Phase::SynSent;
                }
            }
            11 => {
                let off = rng.pick(&[0, 1, -1, 5000]);
                self.segment(
                    rng,
                    script,
                    by,
                    "SA",
                    shape(off, rng.clone().pick(&[0, 1, -1]), 0),
                );
            }
            // Both ends open at once.
            12 => {
                self.segment(rng, script, 1 - by, "S", Shape::default());
                self.segment(rng, script, by, "S", Shape::default());
                for peer in &mut self.peers {
                    peer.next = peer.next.wrapping_add(1);
                }
                self.peers[0].expects = self.peers[1].next;
                self.peers[1].expects = self.peers[0].next;
                for by in [by, 1 - by] {
                    let flags = rng.pick(&["SA", "SA", "A"]);
                    let off = if flags == "SA" { -1 } else { 0 };
                    self.segment(rng, script, by, flags, shape(off, 0, 0));
                }
                self.phase = Phase::Open;
            }
            13 => self.fin(rng, script, by),
            // Windows.
            14 => {
                let closed = Shape {
                    window: Some(0),
                    ..Shape::default()
                };
                self.segment(rng, script, by, "A", closed);
            }
            15 => {
                let keepalive = shape(-1, 0, rng.below(2));
                self.segment(rng, script, by, "A", keepalive);
            }
            16 => {
                let open = Shape {
                    window: Some(rng.pick(&[1, 500, 65_535])),
                    ..Shape::default()
                };
                self.segment(rng, script, by, "A", open);
            }
            // Selective acknowledgements, right and wrong.
            17 | 18 => {
                let low = self.peers[by].expects.wrapping_add(rng.pick(&[10, 100, 0]));
                let high = low.wrapping_add(rng.pick(&[100, 1000, 100_000]));
                let sack = Shape {
                    sack: Some((low, high)),
                    ..shape(0, rng.pick(&[0, 0, -100]), 0)
                };
                self.segment(rng, script, by, "A", sack);
            }
            // Flags that do not go together, or that are not often seen.
            19 | 20 => {
                let flags = rng.pick(&[
                    "-", "F", "SF", "SR", "SFA", "FRA", "P", "U", "UA", "FPU", "FPUA", "SP", "SAP",
                    "SAU", "FSRPAU", "SEC", "SAE", "RPA", "AE", "PUA", "RU",
                ]);
                self.segment(rng, script, by, flags, Shape::default());
            }
            // Broken on the way.
            21 | 22 => {
                let more = rng.pick(&[
                    " badcsum",
                    " trunc=19",
                    " trunc=12",
                    " trunc=0",
                    " doff=4",
                    " doff=15",
                    " doff=6",
                    " trunc=20",
                ]);
                let flags = rng.pick(&["A", "PA", "S"]);
                let broken = Shape {
                    more,
                    ..Shape::of_len(rng.pick(&[0, 10]))
                };
                self.segment(rng, script, by, flags, broken);
            }
            23 => {
                let ack = Shape {
                    window: Some(self.peers[by].window),
                    ..shape(0, rng.pick(&[0, 1]), rng.clone().pick(&[0, 200]))
                };
                self.segment(rng, script, by, "A", ack);
            }
            24 => self.segment(rng, script, by, "S", shape(-1, 0, 0)),
            _ => {
                let more = rng.pick(&[
                    " rawopt=0303",
                    " rawopt=05",
                    " rawopt=0500",
                    " rawopt=0002",
                    " rawopt=fd00",
                ]);
                let flags = rng.pick(&["A", "S", "SA"]);
                self.segment(
                    rng,
                    script,
                    by,
                    flags,
                    Shape {
                        more,
                        ..Shape::default()
                    },
                );
            }
        }
    }

    /// One of the last packets of this connection.
    fn last_of(&self, rng: &mut Rng, script: &Script) -> Option<(Side, String)> {
        let ends = self.peers.map(|peer| peer.end.to_string());
        let ours = script.packets.iter().rev().take(12).filter(|(_, line)| {
            line.starts_with("tcp") && ends.iter().all(|end| line.contains(end.as_str()))
        });
        let ours: Vec<_> = ours.take(4).collect();
        if ours.is_empty() {
            return None;
        }
        Some(ours[rng.below(ours.len() as u32) as usize].clone())
    }
}

/// How a segment departs from the next one of its end.
#[derive(Clone, Copy, Debug, Default)]
struct Shape {
    /// Start here, not at the next byte.
    seq: Option<u32>,
    off: i32,
    ack_off: i32,
    len: u32,
    window: Option<u32>,
    sack: Option<(u32, u32)>,
    more: &'static str,
}

impl Shape {
    fn of_len(len: u32) -> Shape {
        Shape {
            len,
            ..Shape::default()
        }
    }
}
