//! The table, the events and the counters as the recorder writes them down.

use super::{Player, fits_nothing};
use crate::engine::conn::{Counted, Place, ProtoState, Status, Zone};
use crate::engine::event::{Event, EventKind};
use crate::engine::expect::{ExpectTold, Expectation};
use crate::engine::nulls::ListId;
use crate::engine::stats::Counter;
use crate::engine::time::Ticks;
use crate::engine::tuple::{Dir, Tuple, ipproto};
use crate::engine::{Command, Conntrack, Difference, NfConn};
use crate::scenario::recorder::flat;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Names of connections in the order in which the recorder comes to know them, which is not the
/// order of creation: what was never confirmed has none.
#[derive(Debug, Default)]
pub(super) struct Names {
    known: BTreeMap<u32, String>,
    named: u32,
}

impl Names {
    fn fresh(&mut self, conn: u32) -> String {
        self.named += 1;
        let name = format!("c{}", self.named);
        self.known.insert(conn, name.clone());
        name
    }

    fn of(&mut self, conn: u32) -> String {
        match self.known.get(&conn) {
            Some(name) => name.clone(),
            None => self.fresh(conn),
        }
    }

    fn forget(&mut self, conn: u32) {
        self.known.remove(&conn);
    }
}

impl Player<'_> {
    /// Lists everything, as the recorder does after each step.
    pub(super) fn look(&mut self, seen: &mut Map<String, Value>) {
        if self.listed.entries {
            if self.kills_expired {
                self.apply(&Command::DeleteMatching(fits_nothing()));
            }
            let events = self.events();
            let entries = self.entries();
            seen.insert("entries".to_owned(), self.masked(entries));
            if self.listed.events {
                seen.insert("events".to_owned(), self.masked(events));
            }
            let expected = self.expectations();
            if !expected.is_empty() {
                seen.insert("expectations".to_owned(), self.masked(expected.into()));
            }
        }
        seen.insert("count".to_owned(), self.ct.count().into());
        seen.insert("stats".to_owned(), self.stats().into());
    }

    /// What is expected, sorted as text.
    fn expectations(&self) -> Vec<Value> {
        let ct = &self.ct;
        let mut list: Vec<Value> = ct
            .expects
            .iter()
            .filter(|expect| expect.net == ct.net)
            .filter_map(|expect| {
                let master = ct.conns.get(expect.master)?;
                let told = ExpectTold {
                    expect: *expect,
                    helper: master.ext.helper().map(|helper| helper.name),
                };
                let mut map = Map::new();
                let left = expect.expires.left(ct.now);
                expectation(ct, &told, left, master.tuple(Dir::Original), &mut map);
                Some(map.into())
            })
            .collect();
        list.sort_by_key(Value::to_string);
        list
    }

    fn entries(&mut self) -> Value {
        let ct = &self.ct;
        let in_table = (0..ct.table.size())
            .flat_map(|bucket| ct.walk(ListId::Bucket(bucket)))
            .filter(|node| node.dir == Dir::Original)
            .filter_map(|node| ct.conns.at(node.slot))
            .filter(|conn| conn.place() == Place::Table && conn.net == ct.net)
            .filter(|conn| !conn.status.contains(Status::DYING));
        let mut entries: Vec<((String, u64, String, u64), Value)> = in_table
            .map(|conn| {
                let name = self.names.of(conn.id.number);
                let entry = entry(ct, conn, &name);
                (sort_key(&entry), entry.into())
            })
            .collect();
        entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        entries.into_iter().map(|(_, entry)| entry).collect()
    }

    fn events(&mut self) -> Value {
        let heard = self.heard;
        let news: Vec<_> = self
            .ct
            .listener
            .heard
            .iter()
            .filter(|event| event.seq > heard)
            .cloned()
            .collect();
        self.heard = self.ct.listener.sent;
        let mut told: Vec<(Option<u32>, Value)> = Vec::new();
        for event in news {
            let number = event.conn.number;
            let name = match event.kind {
                EventKind::New => self.names.fresh(number),
                EventKind::Update | EventKind::Destroy => self.names.of(number),
                EventKind::ExpNew | EventKind::ExpDestroy => {
                    told.push((None, expect_message(&self.ct, &event)));
                    continue;
                }
            };
            let destroyed = event.kind == EventKind::Destroy;
            if destroyed {
                self.names.forget(number);
            }
            let nth = name[1..].parse().ok();
            told.push((
                nth.filter(|_| destroyed),
                message(&self.ct, &event, &name).into(),
            ));
        }
        // What goes together goes in the order of the hash; told in the order of the names.
        for run in told.chunk_by_mut(|(a, _), (b, _)| a.is_some() && b.is_some()) {
            run.sort_by_key(|(nth, _)| *nth);
        }
        told.into_iter().map(|(_, event)| event).collect()
    }

    fn stats(&mut self) -> Map<String, Value> {
        let net = &self.ct.nets[usize::from(self.ct.net)];
        let total = |counter| {
            net.pcpu
                .iter()
                .fold(0u32, |sum, cpu| sum.wrapping_add(cpu.stats.value(counter)))
        };
        let now = Counter::ALL.map(total);
        let before = core::mem::replace(&mut self.counted, now);
        let moved = Counter::ALL.iter().zip(now.iter().zip(before));
        moved
            .filter(|(_, (now, before))| *now != before)
            .map(|(counter, (now, before))| {
                (counter.name().to_owned(), now.wrapping_sub(before).into())
            })
            .collect()
    }

    /// Ports that NAT drew at random are shown as `*`.
    fn masked(&self, mut value: Value) -> Value {
        if let Some(known) = &self.recording.known_ports {
            mask(&mut value, known);
        }
        value
    }
}

fn mask(value: &mut Value, known: &[u16]) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let port = matches!(key.as_str(), "sport" | "dport" | "id");
                match value.as_u64() {
                    Some(n) if port && !known.iter().any(|port| u64::from(*port) == n) => {
                        *value = "*".into();
                    }
                    _ => mask(value, known),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|value| mask(value, known)),
        _ => {}
    }
}

/// As the recorder sorts: protocols, then the text of the original tuple with its keys in order.
fn sort_key(entry: &Map<String, Value>) -> (String, u64, String, u64) {
    let number = |key: &str| entry.get(key).and_then(Value::as_u64).unwrap_or(0);
    let l3 = entry.get("l3").and_then(Value::as_str).unwrap_or_default();
    let mut orig = entry.get("orig").cloned().unwrap_or_default();
    orig.sort_all_objects();
    (
        l3.to_owned(),
        number("protonum"),
        flat(&orig),
        number("zone"),
    )
}

const fn proto_name(protonum: u8) -> &'static str {
    match protonum {
        ipproto::ICMP => "icmp",
        ipproto::TCP => "tcp",
        ipproto::UDP => "udp",
        ipproto::DCCP => "dccp",
        ipproto::GRE => "gre",
        ipproto::ICMPV6 => "icmpv6",
        ipproto::SCTP => "sctp",
        ipproto::UDPLITE => "udplite",
        _ => "unknown",
    }
}

/// A tuple with the parts that its protocol has.
fn tuple_of(ct: &Conntrack, tuple: &Tuple) -> Value {
    let l3 = tuple.src.l3num;
    let (src, dst) = (tuple.src.u3.show(l3), tuple.dst.u3.show(l3));
    let (src, dst) = (src.to_string(), dst.to_string());
    let ports = match tuple.dst.protonum {
        ipproto::DCCP => !ct.profile().since(Difference::DccpGeneric),
        ipproto::GRE => true,
        _ => tuple.has_ports(),
    };
    if ports {
        json!({"src": src, "dst": dst, "sport": tuple.src.u, "dport": tuple.dst.u})
    } else if tuple.is_icmp() {
        let (kind, code) = (tuple.icmp_type(), tuple.icmp_code());
        json!({"src": src, "dst": dst, "type": kind, "code": code, "id": tuple.src.u})
    } else {
        json!({"src": src, "dst": dst})
    }
}

/// The fields that every message begins with.
fn begin(tuple: &Tuple, name: &str, map: &mut Map<String, Value>) {
    let l3 = match tuple.src.l3num {
        crate::engine::addr::L3::Ipv4 => "ipv4",
        crate::engine::addr::L3::Ipv6 => "ipv6",
    };
    let protonum = tuple.dst.protonum;
    map.insert("id".to_owned(), name.into());
    map.insert("l3".to_owned(), l3.into());
    map.insert("proto".to_owned(), proto_name(protonum).into());
    map.insert("protonum".to_owned(), protonum.into());
}

/// What a tracker lets the tools see of its private data.
fn protoinfo(proto: &ProtoState, map: &mut Map<String, Value>) {
    if let Some(state) = proto.name() {
        map.insert("state".to_owned(), state.into());
    }
    if let ProtoState::Tcp(tcp) = proto {
        let scale: Vec<u8> = tcp.seen.iter().map(|side| side.td_scale).collect();
        map.insert("wscale".to_owned(), scale.into());
        let flags: Vec<u8> = tcp.seen.iter().map(|side| side.flags.bits()).collect();
        map.insert("tcp_flags".to_owned(), flags.into());
    }
    if let ProtoState::Sctp(sctp) = proto {
        map.insert("vtag".to_owned(), sctp.vtag.to_vec().into());
    }
}

/// Both tuples; a zone that counts for one direction alone stands in its tuple.
fn tuples(ct: &Conntrack, tuples: [&Tuple; 2], zone: Zone, map: &mut Map<String, Value>) {
    for ((key, dir), tuple) in ["orig", "reply"].into_iter().zip(Dir::BOTH).zip(tuples) {
        let mut told = tuple_of(ct, tuple);
        if zone.only_dir() == Some(dir) && zone.id != 0 {
            told["zone"] = zone.id.into();
        }
        map.insert(key.to_owned(), told);
    }
}

/// A zone that counts for both directions.
fn zone_of(zone: Zone, map: &mut Map<String, Value>) {
    if zone.only_dir().is_none() && zone.id != 0 {
        map.insert("zone".to_owned(), zone.id.into());
    }
}

fn status_names(status: Status) -> String {
    let names: Vec<&str> = status.iter_names().map(|(name, _)| name).collect();
    names.join("|")
}

fn mark_of(mark: u32, map: &mut Map<String, Value>) {
    if mark != 0 {
        map.insert("mark".to_owned(), mark.into());
    }
}

fn acct(counted: Option<[Counted; 2]>, map: &mut Map<String, Value>) {
    let keys = ["acct_orig", "acct_reply"];
    for (key, Counted { packets, bytes }) in keys.into_iter().zip(counted.iter().flatten()) {
        let counters = json!({"packets": packets, "bytes": bytes});
        map.insert(key.to_owned(), counters);
    }
}

/// An entry of the table.
fn entry(ct: &Conntrack, conn: &NfConn, name: &str) -> Map<String, Value> {
    let mut map = Map::new();
    begin(conn.tuple(Dir::Original), name, &mut map);
    protoinfo(&conn.proto, &mut map);
    let left = ct.hz().secs(conn.nf_ct_expires(ct.now)).0;
    map.insert("timeout".to_owned(), left.into());
    tuples(
        ct,
        Dir::BOTH.map(|dir| conn.tuple(dir)),
        conn.zone,
        &mut map,
    );
    map.insert("status".to_owned(), status_names(conn.status).into());
    mark_of(conn.mark, &mut map);
    zone_of(conn.zone, &mut map);
    if let Some(helper) = conn.ext.helper() {
        map.insert("helper".to_owned(), helper.name.name().into());
    }
    if conn.status.contains(Status::SEQ_ADJUST)
        && let Some(moved) = conn.ext.seqadj()
    {
        for (key, side) in ["seqadj_orig", "seqadj_reply"].into_iter().zip(moved) {
            let told = json!([side.correction_pos, side.offset_before, side.offset_after]);
            map.insert(key.to_owned(), told);
        }
    }
    if let Some(master) = conn.master.and_then(|master| ct.conns.get(master)) {
        let tuple = tuple_of(ct, master.tuple(Dir::Original));
        map.insert("master".to_owned(), tuple);
    }
    acct(conn.ext.acct(), &mut map);
    map.insert("use".to_owned(), conn.use_count.into());
    map
}

/// A message of `conntrack -E`.
fn message(ct: &Conntrack, event: &Event, name: &str) -> Map<String, Value> {
    let mut map = Map::new();
    let kind = match event.kind {
        EventKind::New => "NEW",
        EventKind::Update => "UPDATE",
        EventKind::Destroy => "DESTROY",
        EventKind::ExpNew => "EXP_NEW",
        EventKind::ExpDestroy => "EXP_DESTROY",
    };
    map.insert("event".to_owned(), kind.into());
    begin(&event.tuples[0], name, &mut map);
    match (&event.proto, event.kind, event.state) {
        // The end tells of the state alone.
        (_, EventKind::Destroy, Some(state)) => {
            map.insert("state".to_owned(), state.into());
        }
        (Some(proto), EventKind::New | EventKind::Update, _) => protoinfo(proto, &mut map),
        _ => {}
    }
    if let Some(left) = event.left {
        map.insert("timeout".to_owned(), ct.hz().secs(left).0.into());
    }
    tuples(
        ct,
        [&event.tuples[0], &event.tuples[1]],
        event.zone,
        &mut map,
    );
    map.insert("status".to_owned(), status_names(event.status).into());
    mark_of(event.mark.unwrap_or(0), &mut map);
    zone_of(event.zone, &mut map);
    if let Some(helper) = event.helper {
        map.insert("helper".to_owned(), helper.name().into());
    }
    if let Some(master) = &event.master {
        map.insert("master".to_owned(), tuple_of(ct, master));
    }
    acct(event.counted, &mut map);
    map
}

/// A message of `conntrack -E expect`.
fn expect_message(ct: &Conntrack, event: &Event) -> Value {
    let kind = if event.kind == EventKind::ExpNew {
        "EXP_NEW"
    } else {
        "EXP_DESTROY"
    };
    let mut map = Map::new();
    map.insert("event".to_owned(), kind.into());
    if let Some(told) = &event.expect {
        let left = event.left.unwrap_or_default();
        expectation(ct, told, left, &event.tuples[0], &mut map);
    }
    map.into()
}

/// What is told of an expectation.
fn expectation(
    ct: &Conntrack,
    told: &ExpectTold,
    left: Ticks,
    master: &Tuple,
    map: &mut Map<String, Value>,
) {
    let Expectation {
        tuple, mask, class, ..
    } = told.expect;
    let l3 = match tuple.src.l3num {
        crate::engine::addr::L3::Ipv4 => "ipv4",
        crate::engine::addr::L3::Ipv6 => "ipv6",
    };
    map.insert("l3".to_owned(), l3.into());
    map.insert("proto".to_owned(), proto_name(tuple.dst.protonum).into());
    map.insert("tuple".to_owned(), tuple_of(ct, &tuple));
    let mut masked = tuple;
    masked.src.u3 = mask.addr;
    masked.src.u = mask.port;
    masked.dst.u3 = crate::engine::addr::Addr([0xff; 16]);
    masked.dst.u = 0xffff;
    map.insert("mask".to_owned(), tuple_of(ct, &masked));
    map.insert("master".to_owned(), tuple_of(ct, master));
    map.insert("timeout".to_owned(), ct.hz().secs(left).0.into());
    if let Some(helper) = told.helper {
        map.insert("helper".to_owned(), helper.name().into());
    }
    map.insert("flags".to_owned(), 0.into());
    map.insert("class".to_owned(), class.into());
}
