//! The packet bench: what is typed in its form, and the packets that could sensibly be next.

use super::flow::{Ends, FlowKey, Side};
use super::offer;
use super::packet::l4;
use crate::engine::Conntrack;
use crate::engine::addr::{Addr, L3};
use crate::engine::conn::NfConn;
use crate::engine::hash::hash_conntrack_raw;
use crate::engine::hooks::Station;
use crate::engine::nulls::ListId;
use crate::engine::tuple::{Dir, Dst, Man, Tuple};
use crate::scenario::{Context, parse_command};
use crate::timeline::Timeline;
use crate::view::model::{Bench, BenchField, BenchProto, SkbRow, Standing};
use crate::view::names;
use crate::words::{app as w, tell};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Longest text kept of what is typed in a field, in bytes: any packet fits in hexadecimal.
pub const FIELD_BYTES_MAX: usize = 140_000;
/// Most connections offered to choose from.
const FLOWS_MAX: usize = 24;
/// Connections up to which all are looked at.
const LOOKED_AT_MAX: usize = 1_000;

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
pub(super) type Read<T> = Result<T, String>;

pub(super) fn read_addr(text: &str) -> Read<IpAddr> {
    text.trim().parse().map_err(|_| {
        if text.trim().is_empty() {
            w::AN_ADDRESS_IS_MISSING.text().to_owned()
        } else {
            w::THIS_IS_NO_ADDRESS.text().to_owned()
        }
    })
}

pub(super) fn read_number(text: &str, what: &str) -> Read<u16> {
    text.trim()
        .parse()
        .map_err(|_| tell!(w::THIS_IS_NO_WHAT, what))
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
        let Ends { addr, port } = key.ends(Side::A);
        self.proto = proto_of(key.protonum);
        [self.src, self.dst] = addr.map(|addr| addr.to_string());
        match self.proto {
            BenchProto::Icmp => self.id = port[0].to_string(),
            BenchProto::Gre => {}
            // Every protocol without a form is known by its number.
            BenchProto::Other => {
                let [src, dst] = addr;
                self.line = format!("ip {src} > {dst} proto={} len=20", key.protonum);
            }
            _ if conn.tuple(Dir::Original).has_ports() => {
                [self.sport, self.dport] = port.map(|port| port.to_string());
            }
            _ => {}
        }
        true
    }

    /// Fills the form in with a tuple; `false` if it has no form for it.
    pub fn fill(&mut self, tuple: &Tuple) -> bool {
        let Ends { addr, port } = ends_of(tuple);
        self.proto = proto_of(tuple.dst.protonum);
        [self.src, self.dst] = addr.map(|addr| addr.to_string());
        match self.proto {
            BenchProto::Icmp => self.id = port[0].to_string(),
            BenchProto::Other | BenchProto::Gre => return false,
            _ => [self.sport, self.dport] = port.map(|port| port.to_string()),
        }
        true
    }

    /// Counts the source port, or the identifier, up to one that no connection has.
    fn next_free(&mut self, state: &Conntrack) {
        let Ok(FlowKey { protonum, sent, .. }) = self.key() else {
            return;
        };
        let [mut ends, _] = sent;
        for _ in 0..u16::MAX {
            if conn_of(&FlowKey::new(protonum, ends), state).is_none() {
                break;
            }
            ends.port[0] = ends.port[0].checked_add(1).unwrap_or(1024);
        }
        let field = match self.proto {
            BenchProto::Icmp => &mut self.id,
            BenchProto::Gre | BenchProto::Other => return,
            _ => &mut self.sport,
        };
        *field = ends.port[0].to_string();
    }

    /// The flow that the form describes.
    fn key(&self) -> Read<FlowKey> {
        let addr = [read_addr(&self.src)?, read_addr(&self.dst)?];
        if addr[0].is_ipv4() != addr[1].is_ipv4() {
            return Err(w::BOTH_ADDRESSES_MUST_BE.text().to_owned());
        }
        let icmp = if addr[0].is_ipv4() {
            l4::ICMP
        } else {
            l4::ICMPV6
        };
        let (protonum, port) = match self.proto {
            BenchProto::Icmp => (icmp, [read_number(&self.id, w::IDENTIFIER.text())?, 0]),
            BenchProto::Udp => (l4::UDP, self.ports()?),
            BenchProto::Sctp => (l4::SCTP, self.ports()?),
            BenchProto::Udplite => (l4::UDPLITE, self.ports()?),
            BenchProto::Dccp => (l4::DCCP, self.ports()?),
            BenchProto::Gre => (l4::GRE, [0, 0]),
            BenchProto::Tcp | BenchProto::Other => (l4::TCP, self.ports()?),
        };
        Ok(FlowKey::new(protonum, Ends { addr, port }))
    }

    fn ports(&self) -> Read<[u16; 2]> {
        Ok([
            read_number(&self.sport, w::PORT.text())?,
            read_number(&self.dport, w::PORT.text())?,
        ])
    }

    fn fields(&self) -> Vec<BenchField> {
        if self.proto == BenchProto::Other {
            return vec![BenchField {
                key: "line",
                label: w::LINE.text(),
                value: self.line.clone(),
                hint: w::ANY_LINE_OF_THE.text(),
                problem: None,
            }];
        }
        let addr = |key, label, text: &String| BenchField {
            key,
            label,
            value: text.clone(),
            hint: w::IPV4_OR_IPV6.text(),
            problem: read_addr(text).err(),
        };
        let number = |key, label, text: &String, what| BenchField {
            key,
            label,
            value: text.clone(),
            hint: w::N_0_TO_65535.text(),
            problem: read_number(text, what).err(),
        };
        let mut fields = vec![
            addr("src", w::HOST_A.text(), &self.src),
            addr("dst", w::HOST_B.text(), &self.dst),
        ];
        match self.proto {
            BenchProto::Icmp => {
                fields.push(number(
                    "id",
                    w::IDENTIFIER_2.text(),
                    &self.id,
                    w::IDENTIFIER.text(),
                ));
            }
            BenchProto::Gre => {}
            _ => {
                fields.insert(
                    1,
                    number("sport", w::PORT_A.text(), &self.sport, w::PORT.text()),
                );
                fields.push(number(
                    "dport",
                    w::PORT_B.text(),
                    &self.dport,
                    w::PORT.text(),
                ));
            }
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
            flow: w::A_NEW_FLOW.text().to_owned(),
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
                Ok(mut key) => {
                    if let Some((conn, dir)) = conn_of(&key, end) {
                        bench.flow = name(conn);
                        // Those of the other side answer what NAT made of them.
                        let back = conn.tuple(dir.other());
                        key.sent[1].addr = ends_of(back).addr;
                        if back.has_ports() || back.is_icmp() {
                            key.sent[1].port = ends_of(back).port;
                        }
                        key.shift = [dir, dir.other()].map(|dir| shift_of(conn, dir));
                        key.conn = Some(conn.id.number);
                    }
                    bench.buttons = offer::buttons(&key, timeline);
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

fn ends_of(tuple: &Tuple) -> Ends {
    let l3 = tuple.src.l3num;
    let port = if tuple.has_ports() {
        [tuple.src.u, tuple.dst.u]
    } else if tuple.is_icmp() {
        [tuple.src.u, 0]
    } else {
        [0, 0]
    };
    Ends {
        addr: [ip(tuple.src.u3, l3), ip(tuple.dst.u3, l3)],
        port,
    }
}

/// By how much NAT moves the newest numbers of a direction.
fn shift_of(conn: &NfConn, dir: Dir) -> i32 {
    let adjusted = conn.ext.seqadj();
    adjusted.map_or(0, |both| both[dir.index()].offset_after)
}

/// The flow of a connection, side A being its original source.
fn flow_of(conn: &NfConn) -> FlowKey {
    FlowKey {
        protonum: conn.tuple(Dir::Original).dst.protonum,
        sent: Dir::BOTH.map(|dir| ends_of(conn.tuple(dir))),
        shift: Dir::BOTH.map(|dir| shift_of(conn, dir)),
        conn: Some(conn.id.number),
    }
}

const fn proto_of(protonum: u8) -> BenchProto {
    match protonum {
        l4::TCP => BenchProto::Tcp,
        l4::UDP => BenchProto::Udp,
        l4::ICMP | l4::ICMPV6 => BenchProto::Icmp,
        l4::SCTP => BenchProto::Sctp,
        l4::UDPLITE => BenchProto::Udplite,
        l4::DCCP => BenchProto::Dccp,
        l4::GRE => BenchProto::Gre,
        _ => BenchProto::Other,
    }
}

/// The connection that the packets of the flow's side A belong to, and their direction in it. Ports
/// that its tuples do not have do not count.
fn conn_of<'a>(key: &FlowKey, state: &'a Conntrack) -> Option<(&'a NfConn, Dir)> {
    let wanted = key.ends(Side::A);
    let fits = |conn: &NfConn, dir: Dir| {
        let tuple = conn.tuple(dir);
        let ends = ends_of(tuple);
        let no_ports = !tuple.has_ports() && !tuple.is_icmp();
        tuple.dst.protonum == key.protonum
            && ends.addr == wanted.addr
            && (no_ports || ends.port == wanted.port)
    };
    let of = |conns: &mut dyn Iterator<Item = &'a NfConn>| {
        let mut reply = None;
        for conn in conns.filter(|conn| conn.net == state.net) {
            if fits(conn, Dir::Original) {
                return Some((conn, Dir::Original));
            }
            if reply.is_none() && fits(conn, Dir::Reply) {
                reply = Some((conn, Dir::Reply));
            }
        }
        reply
    };
    let ports = [l4::TCP, l4::UDP].contains(&key.protonum);
    if !ports || state.conns.len() <= LOOKED_AT_MAX {
        return of(&mut state.conns.iter());
    }
    // Not all of many are looked at: those of the tuple's bucket, and those that packets hold.
    let tuple = tuple_of(key.protonum, &wanted);
    let raw = hash_conntrack_raw(&tuple, state.hash_key(state.net, 0));
    let bucket = ListId::Bucket(raw.scale(state.table.size()));
    let hashed = state.walk(bucket);
    let hashed = hashed.filter_map(|node| state.conns.at(node.slot));
    let held = state.skbs.iter().filter_map(|skb| skb.nfct);
    let held = held.filter_map(|id| state.conns.get(id));
    of(&mut hashed.chain(held))
}

/// The tuple of a protocol with ports.
fn tuple_of(protonum: u8, ends: &Ends) -> Tuple {
    let l3 = if ends.addr[0].is_ipv4() {
        L3::Ipv4
    } else {
        L3::Ipv6
    };
    let [src, dst] = ends.addr.map(|addr| match addr {
        IpAddr::V4(addr) => Addr::v4(addr.octets()),
        IpAddr::V6(addr) => Addr(addr.octets()),
    });
    Tuple {
        src: Man {
            u3: src,
            u: ends.port[0],
            l3num: l3,
        },
        dst: Dst {
            u3: dst,
            u: ends.port[1],
            protonum,
            dir: Dir::Original,
        },
    }
}

/// `c1 :47562 ⇄ :80`.
fn name(conn: &NfConn) -> String {
    let key = flow_of(conn);
    let Ends { addr, port } = key.ends(Side::A);
    let id = conn.id;
    match key.protonum {
        l4::TCP | l4::UDP => format!("{id} :{} ⇄ :{}", port[0], port[1]),
        n if l4::is_icmp(n) => tell!(w::ID_ECHO_ID_PORT, id, port = port[0]),
        n if conn.tuple(Dir::Original).has_ports() => {
            format!("{id} {} :{} ⇄ :{}", names::proto(n), port[0], port[1])
        }
        n => format!("{id} {} {} ⇄ {}", names::proto(n), addr[0], addr[1]),
    }
}

/// What the machine does with packets to come that it does not do when it is new.
fn standing(state: &Conntrack) -> Vec<Standing> {
    let mut standing = Vec::new();
    let mut add = |text, end, line| standing.push(Standing { text, end, line });
    if let Some(at) = state.hold {
        let text = format!("hold at {at}", at = at.name());
        add(text, w::HOLD_PACKETS_NO_MORE.text(), "hold off");
    }
    if state.net > 0
        && let Some(net) = state.nets.get(usize::from(state.net))
    {
        let text = format!("netns {net}", net = net.name.as_str());
        add(text, w::BACK_TO_NAMESPACE_INIT.text(), "netns init");
    }
    if state.cpu > 0 {
        add(
            format!("CPU {cpu}", cpu = state.cpu),
            w::BACK_TO_CPU_0.text(),
            "cpu 0",
        );
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
