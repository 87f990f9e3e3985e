//! The packet bench: what is typed in its form, and the packets that could sensibly be next.

use super::flow::{FlowKey, Side, TcpButton, TcpFlow};
use super::packet::{Segment, l4};
use crate::engine::Fate;
use crate::engine::addr::{Addr, L3};
use crate::engine::conn::NfConn;
use crate::engine::hooks::Station;
use crate::engine::skb::SkbId;
use crate::engine::tuple::{Dir, Tuple};
use crate::engine::{Command, Conntrack};
use crate::scenario::{Context, parse_command};
use crate::timeline::Timeline;
use crate::view::model::{Bench, BenchField, BenchProto, PacketButton, SkbRow, Standing};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Longest text kept of what is typed in a field, in bytes: any packet fits in hexadecimal.
pub const FIELD_BYTES_MAX: usize = 140_000;
/// Bytes of payload in the packets of UDP and ICMP.
const PAYLOAD: u32 = 12;
/// Most connections offered to choose from.
const FLOWS_MAX: usize = 50;

/// What the person chose and typed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BenchState {
    proto: BenchProto,
    src: String,
    sport: String,
    dst: String,
    dport: String,
    id: String,
    line: String,
    fate: String,
}

impl Default for BenchState {
    fn default() -> BenchState {
        BenchState {
            proto: BenchProto::Tcp,
            src: "192.168.1.2".to_owned(),
            sport: "47562".to_owned(),
            dst: "10.0.0.2".to_owned(),
            dport: "80".to_owned(),
            id: "1".to_owned(),
            line: "tcp 192.168.1.2:47562 > 10.0.0.2:80 S seq=1000".to_owned(),
            fate: String::new(),
        }
    }
}

/// A text field read as what it should be, or a sentence.
type Read<T> = Result<T, String>;

fn read_addr(text: &str) -> Read<IpAddr> {
    text.trim().parse().map_err(|_| {
        if text.trim().is_empty() {
            "An address is missing here, such as 10.0.0.2.".to_owned()
        } else {
            "This is no address; expected one such as 10.0.0.2 or 2001:db8::2.".to_owned()
        }
    })
}

fn read_number(text: &str, what: &str) -> Read<u16> {
    text.trim()
        .parse()
        .map_err(|_| format!("This is no {what}; expected a number from 0 to 65535."))
}

impl BenchState {
    /// The chosen protocol.
    pub fn set_proto(&mut self, proto: BenchProto) {
        self.proto = proto;
    }

    /// Something was typed. `false` if there is no such field or nothing changed.
    pub fn set_field(&mut self, key: &str, value: String) -> bool {
        let field = match key {
            "src" => &mut self.src,
            "sport" => &mut self.sport,
            "dst" => &mut self.dst,
            "dport" => &mut self.dport,
            "id" => &mut self.id,
            "line" => &mut self.line,
            _ => return false,
        };
        if value.len() > FIELD_BYTES_MAX || *field == value {
            return false;
        }
        *field = value;
        true
    }

    /// Where the next packet is held or dropped. `false` if that is no such word.
    pub fn set_fate(&mut self, fate: &str) -> bool {
        let known = fate.is_empty()
            || fate.split_once('=').is_some_and(|(verb, station)| {
                matches!(verb, "hold" | "drop")
                    && Station::ALL
                        .iter()
                        .any(|s| s.name().eq_ignore_ascii_case(station))
            });
        if known {
            fate.clone_into(&mut self.fate);
        }
        known
    }

    /// The packet is sent: the next one has its fate still to be chosen.
    pub fn sent(&mut self) {
        self.fate.clear();
    }

    /// Fills the form in with a connection of the machine; 0 is a new flow from another port.
    /// `false` if there is no such connection.
    pub fn choose(&mut self, number: u32, state: &Conntrack) -> bool {
        if number == 0 {
            self.next_free(state);
            return true;
        }
        let Some(conn) = state.conns.by_number(number) else {
            return false;
        };
        let key = flow_of(conn);
        self.proto = match key.protonum {
            l4::TCP => BenchProto::Tcp,
            l4::UDP => BenchProto::Udp,
            n if l4::is_icmp(n) => BenchProto::Icmp,
            _ => BenchProto::Other,
        };
        self.src = key.addr[0].to_string();
        self.dst = key.addr[1].to_string();
        if self.proto == BenchProto::Icmp {
            self.id = key.port[0].to_string();
        } else {
            self.sport = key.port[0].to_string();
            self.dport = key.port[1].to_string();
        }
        true
    }

    /// Counts the source port, or the identifier, up to one that no connection has.
    fn next_free(&mut self, state: &Conntrack) {
        let Ok(mut key) = self.key() else { return };
        for _ in 0..u16::MAX {
            if conn_of(&key, state).is_none() {
                break;
            }
            key.port[0] = key.port[0].checked_add(1).unwrap_or(1024);
        }
        let field = if self.proto == BenchProto::Icmp {
            &mut self.id
        } else {
            &mut self.sport
        };
        *field = key.port[0].to_string();
    }

    /// The flow that the form describes.
    fn key(&self) -> Read<FlowKey> {
        let addr = [read_addr(&self.src)?, read_addr(&self.dst)?];
        if addr[0].is_ipv4() != addr[1].is_ipv4() {
            return Err("Both addresses must be of the same family.".to_owned());
        }
        let (protonum, port) = match self.proto {
            BenchProto::Icmp => {
                let id = read_number(&self.id, "identifier")?;
                (
                    if addr[0].is_ipv4() {
                        l4::ICMP
                    } else {
                        l4::ICMPV6
                    },
                    [id, 0],
                )
            }
            BenchProto::Udp => (l4::UDP, self.ports()?),
            BenchProto::Tcp | BenchProto::Other => (l4::TCP, self.ports()?),
        };
        Ok(FlowKey {
            protonum,
            addr,
            port,
        })
    }

    fn ports(&self) -> Read<[u16; 2]> {
        Ok([
            read_number(&self.sport, "port")?,
            read_number(&self.dport, "port")?,
        ])
    }

    fn fields(&self) -> Vec<BenchField> {
        if self.proto == BenchProto::Other {
            return vec![BenchField {
                key: "line",
                label: "Line",
                value: self.line.clone(),
                hint: "any line of the scenario language",
                problem: None,
            }];
        }
        let addr = |key, label, text: &String| BenchField {
            key,
            label,
            value: text.clone(),
            hint: "IPv4 or IPv6",
            problem: read_addr(text).err(),
        };
        let number = |key, label, text: &String, what| BenchField {
            key,
            label,
            value: text.clone(),
            hint: "0 to 65535",
            problem: read_number(text, what).err(),
        };
        let mut fields = vec![
            addr("src", "Host A", &self.src),
            addr("dst", "Host B", &self.dst),
        ];
        if self.proto == BenchProto::Icmp {
            fields.push(number("id", "Identifier", &self.id, "identifier"));
        } else {
            fields.insert(1, number("sport", "Port A", &self.sport, "port"));
            fields.push(number("dport", "Port B", &self.dport, "port"));
        }
        if fields.iter().all(|field| field.problem.is_none())
            && let Err(problem) = self.key()
            && let Some(dst) = fields.iter_mut().find(|field| field.key == "dst")
        {
            dst.problem = Some(problem);
        }
        fields
    }

    /// The bench as it is shown, for a command behind the one that the cursor is in; `end` is the
    /// machine there. The packets in flight are not in it.
    pub fn model(&self, timeline: &Timeline, end: &Conntrack) -> Bench {
        let fields = self.fields();
        let mut bench = Bench {
            proto: self.proto,
            flow: "a new flow".to_owned(),
            flows: end
                .conns
                .iter()
                .take(FLOWS_MAX)
                .map(|conn| (conn.id.number, name(conn)))
                .collect(),
            fate: self.fate.clone(),
            standing: standing(end),
            fields,
            ..Bench::default()
        };
        bench.flows.sort_unstable_by_key(|(number, _)| *number);
        match self.proto {
            BenchProto::Other => bench.line = self.with_fate(self.line.trim()),
            _ => match self.key() {
                Ok(key) => {
                    if let Some(conn) = conn_of(&key, end) {
                        bench.flow = name(conn);
                    }
                    bench.buttons = buttons(&key, timeline);
                    let next = bench.buttons.iter().find(|button| button.suggested);
                    bench.line = next.map_or_else(String::new, |next| self.with_fate(&next.line));
                }
                Err(problem) => bench.problem = Some(problem),
            },
        }
        if bench.problem.is_none() {
            bench.problem = parse_command(&bench.line, Context::from(timeline.config()))
                .err()
                .map(super::link::sentence);
        }
        bench
    }

    /// A packet line with what is to become of the packet.
    pub fn with_fate(&self, line: &str) -> String {
        if self.fate.is_empty() {
            line.to_owned()
        } else {
            format!("{line} {}", self.fate)
        }
    }
}

fn ip(addr: Addr, l3: L3) -> IpAddr {
    match l3 {
        L3::Ipv4 => {
            let [a, b, c, d, ..] = addr.0;
            Ipv4Addr::new(a, b, c, d).into()
        }
        L3::Ipv6 => Ipv6Addr::from(addr.0).into(),
    }
}

fn key_of(tuple: &Tuple) -> FlowKey {
    let l3 = tuple.src.l3num;
    let port = if tuple.has_ports() {
        [tuple.src.u, tuple.dst.u]
    } else if tuple.is_icmp() {
        [tuple.src.u, 0]
    } else {
        [0, 0]
    };
    FlowKey {
        protonum: tuple.dst.protonum,
        addr: [ip(tuple.src.u3, l3), ip(tuple.dst.u3, l3)],
        port,
    }
}

/// The flow of a connection, side A being its original source.
fn flow_of(conn: &NfConn) -> FlowKey {
    key_of(conn.tuple(Dir::Original))
}

/// The connection that the flow's packets of side A, or else of side B, belong to.
fn conn_of<'a>(key: &FlowKey, state: &'a Conntrack) -> Option<&'a NfConn> {
    let fits = |dir: Dir| {
        state
            .conns
            .iter()
            .find(|conn| conn.net == state.net && key_of(conn.tuple(dir)) == *key)
    };
    fits(Dir::Original).or_else(|| fits(Dir::Reply))
}

/// `c1 :47562 ⇄ :80`.
fn name(conn: &NfConn) -> String {
    let FlowKey {
        protonum,
        addr,
        port,
    } = flow_of(conn);
    let id = conn.id;
    match protonum {
        l4::TCP | l4::UDP => format!("{id} :{} ⇄ :{}", port[0], port[1]),
        n if l4::is_icmp(n) => format!("{id} echo id {}", port[0]),
        n => format!("{id} protocol {n} {} ⇄ {}", addr[0], addr[1]),
    }
}

/// What the machine does with packets to come that it does not do when it is new.
fn standing(state: &Conntrack) -> Vec<Standing> {
    let mut standing = Vec::new();
    let mut add = |text, end, line| standing.push(Standing { text, end, line });
    if let Some(at) = state.hold {
        let text = format!("hold at {}", at.name());
        add(text, "Hold packets no more", "hold off");
    }
    if state.net > 0
        && let Some(net) = state.nets.get(usize::from(state.net))
    {
        let text = format!("netns {}", net.name.as_str());
        add(text, "Back to namespace init", "netns init");
    }
    if state.cpu > 0 {
        add(format!("CPU {}", state.cpu), "Back to CPU 0", "cpu 0");
    }
    standing
}

/// A packet in the machine, as the bench lists it.
pub fn skb_row(skb: &crate::engine::skb::Skb) -> SkbRow {
    SkbRow {
        skb: skb.id.0,
        label: super::packet::label(&skb.bytes),
        at: skb.at.name(),
        held: skb.held,
    }
}

/// Calls `visit` for every packet of a flow that arrived at its other end, up to the end of the
/// command that the cursor is in: a packet that was dropped never arrives, one that was held
/// arrives when it is released.
fn arrivals(key: &FlowKey, timeline: &Timeline, mut visit: impl FnMut(Side, &Segment)) {
    let mut waiting: Vec<(SkbId, Side, Segment)> = Vec::new();
    let here = timeline.cursor().command;
    for (n, line) in (1..=here).zip(timeline.lines()) {
        let Some(outcome) = timeline.outcome(n) else {
            continue;
        };
        let Some(skb) = outcome.skb else { continue };
        if let Command::Inject(inject) = &line.command {
            let Some(segment) = Segment::read(&inject.bytes) else {
                continue;
            };
            let Some(side) = key.side_of(&segment) else {
                continue;
            };
            waiting.push((skb, side, segment));
        }
        let Some(at) = waiting.iter().position(|(id, ..)| *id == skb) else {
            continue;
        };
        match outcome.fate {
            Some(Fate::Held(_)) => {}
            Some(Fate::Accepted) => {
                let (_, side, segment) = waiting.remove(at);
                visit(side, &segment);
            }
            Some(Fate::Dropped(..) | Fate::Queued) | None => {
                waiting.remove(at);
            }
        }
    }
}

/// The one-click packets of a flow.
fn buttons(key: &FlowKey, timeline: &Timeline) -> Vec<PacketButton> {
    match key.protonum {
        l4::TCP => tcp_buttons(key, timeline),
        l4::UDP => udp_buttons(key, timeline),
        _ => icmp_buttons(key, timeline),
    }
}

fn end(addr: IpAddr, port: u16) -> String {
    match addr {
        IpAddr::V4(addr) => format!("{addr}:{port}"),
        IpAddr::V6(addr) => format!("[{addr}]:{port}"),
    }
}

/// `A > B` with ports, as the side sends it.
fn ends(key: &FlowKey, side: Side) -> String {
    let [a, b] = [end(key.addr[0], key.port[0]), end(key.addr[1], key.port[1])];
    match side {
        Side::A => format!("{a} > {b}"),
        Side::B => format!("{b} > {a}"),
    }
}

fn button(label: &str, line: String, side: Side, suggested: bool) -> PacketButton {
    PacketButton {
        label: label.to_owned(),
        line,
        reply: side == Side::B,
        suggested,
    }
}

fn tcp_buttons(key: &FlowKey, timeline: &Timeline) -> Vec<PacketButton> {
    let mut flow = TcpFlow::default();
    arrivals(key, timeline, |side, segment| flow.arrived(side, segment));
    let suggested = flow.suggested();
    let one = |&kind: &TcpButton| {
        let line = format!("tcp {} {}", ends(key, kind.side()), flow.words(kind));
        button(kind.label(), line, kind.side(), kind == suggested)
    };
    TcpButton::ALL.iter().map(one).collect()
}

/// How many requests and replies of a flow have arrived.
fn exchanged(key: &FlowKey, timeline: &Timeline) -> [u32; 2] {
    let mut count = [0; 2];
    arrivals(key, timeline, |side, _| count[side as usize] += 1);
    count
}

fn udp_buttons(key: &FlowKey, timeline: &Timeline) -> Vec<PacketButton> {
    let [asked, answered] = exchanged(key, timeline);
    let reply = asked > answered;
    let line = |side| format!("udp {} len={PAYLOAD}", ends(key, side));
    let quoted = line(Side::A);
    let word = if key.addr[0].is_ipv4() {
        "icmp"
    } else {
        "icmp6"
    };
    let code = if key.addr[0].is_ipv4() { 3 } else { 4 };
    let [a, b] = key.addr;
    let error = format!("{word} {b} > {a} unreach code={code} inner={{{quoted}}}");
    vec![
        button("request", line(Side::A), Side::A, !reply),
        button("reply", line(Side::B), Side::B, reply),
        button("unreachable", error, Side::B, false),
    ]
}

fn icmp_buttons(key: &FlowKey, timeline: &Timeline) -> Vec<PacketButton> {
    let [asked, answered] = exchanged(key, timeline);
    let reply = asked > answered;
    let word = if key.protonum == l4::ICMP {
        "icmp"
    } else {
        "icmp6"
    };
    let id = key.port[0];
    let line = |side, kind: &str, seq: u32| {
        let [a, b] = key.addr;
        let (from, to) = if side == Side::A { (a, b) } else { (b, a) };
        format!(
            "{word} {from} > {to} {kind} id={id} seq={} len={PAYLOAD}",
            seq & 0xffff
        )
    };
    vec![
        button(
            "echo request",
            line(Side::A, "echo-request", asked + 1),
            Side::A,
            !reply,
        ),
        button(
            "echo reply",
            line(Side::B, "echo-reply", answered + 1),
            Side::B,
            reply,
        ),
    ]
}
