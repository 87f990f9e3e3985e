//! Entries, expectations, counters and logged packets, as the recordings write them down.

use crate::Result;
use crate::netlink::{ACK, Attrs, DUMP, Message, Netlink, Request, attr};
use nix::errno::Errno;
use serde_json::{Map, Value, json};
use std::net::{Ipv4Addr, Ipv6Addr};

/// `NFNL_SUBSYS_CTNETLINK`.
pub const CTNETLINK: u8 = 1;
/// `NFNL_SUBSYS_CTNETLINK_EXP`.
pub const CTNETLINK_EXP: u8 = 2;
const ULOG: u8 = 4;
const CT_GET: u8 = 1;
const CT_DELETE: u8 = 2;
const CT_GET_STATS_CPU: u8 = 4;
/// An entry, expectation or event as a recording has it.
pub type Entry = Map<String, Value>;

/// The multicast groups of conntrack: new, update, destroy of entries and of expectations.
pub const GROUPS: u32 = 0x3f;

const STATUS: [&str; 16] = [
    "EXPECTED",
    "SEEN_REPLY",
    "ASSURED",
    "CONFIRMED",
    "SRC_NAT",
    "DST_NAT",
    "SEQ_ADJUST",
    "SRC_NAT_DONE",
    "DST_NAT_DONE",
    "DYING",
    "FIXED_TIMEOUT",
    "TEMPLATE",
    "NAT_CLASH",
    "HELPER",
    "OFFLOAD",
    "HW_OFFLOAD",
];

const TCP_STATES: [&str; 10] = [
    "NONE",
    "SYN_SENT",
    "SYN_RECV",
    "ESTABLISHED",
    "FIN_WAIT",
    "CLOSE_WAIT",
    "LAST_ACK",
    "TIME_WAIT",
    "CLOSE",
    "SYN_SENT2",
];

const SCTP_STATES: [&str; 9] = [
    "NONE",
    "CLOSED",
    "COOKIE_WAIT",
    "COOKIE_ECHOED",
    "ESTABLISHED",
    "SHUTDOWN_SENT",
    "SHUTDOWN_RECD",
    "SHUTDOWN_ACK_SENT",
    "HEARTBEAT_SENT",
];

/// Counters by attribute, in the order in which the kernel gives them.
const STATS: [(u16, &str); 10] = [
    (2, "found"),
    (4, "invalid"),
    (8, "insert"),
    (9, "insert_failed"),
    (10, "drop"),
    (11, "early_drop"),
    (12, "error"),
    (13, "search_restart"),
    (14, "clash_resolve"),
    (15, "chaintoolong"),
];

/// `conntrack -S` summed over all CPUs, in the order of the counters' names here.
pub type Stats = [(&'static str, u64); STATS.len()];

fn proto_name(number: u64) -> &'static str {
    match number {
        1 => "icmp",
        6 => "tcp",
        17 => "udp",
        33 => "dccp",
        47 => "gre",
        58 => "icmpv6",
        132 => "sctp",
        136 => "udplite",
        _ => "unknown",
    }
}

fn l3_name(family: u8) -> &'static str {
    if family == 2 { "ipv4" } else { "ipv6" }
}

fn address(bytes: &[u8]) -> Value {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Ipv4Addr::from(four).to_string().into();
    }
    match <[u8; 16]>::try_from(bytes) {
        Ok(sixteen) => Ipv6Addr::from(sixteen).to_string().into(),
        Err(_) => Value::Null,
    }
}

/// A tuple and its protocol number.
fn tuple_of(tuple: Attrs<'_>) -> (Value, u64) {
    let (ip, proto) = (tuple.nested(1), tuple.nested(2));
    let mut out = Map::new();
    for (key, four, six) in [("src", 1, 3), ("dst", 2, 4)] {
        if let Some(bytes) = ip.get(four).or(ip.get(six)) {
            out.insert(key.into(), address(bytes));
        }
    }
    for (key, kind) in [("sport", 2), ("dport", 3)] {
        if let Some(port) = proto.number(kind) {
            out.insert(key.into(), port.into());
        }
    }
    for base in [4, 7] {
        if let Some(id) = proto.number(base) {
            out.insert("type".into(), proto.number(base + 1).into());
            out.insert("code".into(), proto.number(base + 2).into());
            out.insert("id".into(), id.into());
        }
    }
    if let Some(zone) = tuple.number(3) {
        out.insert("zone".into(), zone.into());
    }
    (Value::Object(out), proto.number(1).unwrap_or(0))
}

fn state_name(names: &[&str], number: u64) -> Value {
    match names.get(number as usize) {
        Some(name) => (*name).into(),
        None => number.to_string().into(),
    }
}

fn protocol_state(info: Attrs<'_>, out: &mut Map<String, Value>) {
    if info.get(1).is_some() {
        let tcp = info.nested(1);
        let first = |kind| tcp.get(kind).and_then(|bytes| bytes.first().copied());
        out.insert(
            "state".into(),
            state_name(&TCP_STATES, tcp.number(1).unwrap_or(0)),
        );
        if let (Some(original), Some(reply)) = (first(2), first(3)) {
            out.insert("wscale".into(), json!([original, reply]));
        }
        if let (Some(original), Some(reply)) = (first(4), first(5)) {
            out.insert("tcp_flags".into(), json!([original, reply]));
        }
    }
    if info.get(3).is_some() {
        let sctp = info.nested(3);
        out.insert(
            "state".into(),
            state_name(&SCTP_STATES, sctp.number(1).unwrap_or(0)),
        );
        if let (Some(original), Some(reply)) = (sctp.number(2), sctp.number(3)) {
            out.insert("vtag".into(), json!([original, reply]));
        }
    }
}

/// An entry from a dump or an event; what is at its default is left out. The kernel's number of
/// the entry is under `id`.
pub fn entry_of(message: Message<'_>) -> Entry {
    let attrs = message.attrs;
    let (orig, proto) = tuple_of(attrs.nested(1));
    let mut out = Map::new();
    out.insert("l3".into(), l3_name(message.family).into());
    out.insert("proto".into(), proto_name(proto).into());
    out.insert("protonum".into(), proto.into());
    protocol_state(attrs.nested(4), &mut out);
    if let Some(timeout) = attrs.number(7) {
        out.insert("timeout".into(), timeout.into());
    }
    out.insert("orig".into(), orig);
    out.insert("reply".into(), tuple_of(attrs.nested(2)).0);
    if let Some(bits) = attrs.number(3) {
        let names = STATUS
            .iter()
            .enumerate()
            .filter(|(bit, _)| bits >> bit & 1 == 1);
        let names: Vec<&str> = names.map(|(_, name)| *name).collect();
        out.insert("status".into(), names.join("|").into());
    }
    for (key, kind) in [("mark", 8), ("zone", 18)] {
        if let Some(number) = attrs.number(kind).filter(|n| *n != 0) {
            out.insert(key.into(), number.into());
        }
    }
    if attrs.get(5).is_some() {
        out.insert("helper".into(), attrs.nested(5).text(1).into());
    }
    if attrs.get(14).is_some() {
        out.insert("master".into(), tuple_of(attrs.nested(14)).0);
    }
    for (key, kind) in [("acct_orig", 9), ("acct_reply", 10)] {
        if attrs.get(kind).is_some() {
            let counted = attrs.nested(kind);
            let value = json!({"packets": counted.number(1), "bytes": counted.number(2)});
            out.insert(key.into(), value);
        }
    }
    for (key, kind) in [("seqadj_orig", 15), ("seqadj_reply", 16)] {
        if attrs.get(kind).is_some() {
            let seqadj = attrs.nested(kind);
            let offset = |kind| seqadj.number(kind).map(|n| n as u32 as i32);
            out.insert(key.into(), json!([seqadj.number(1), offset(2), offset(3)]));
        }
    }
    for (key, kind) in [("use", 11), ("id", 12)] {
        if let Some(number) = attrs.number(kind) {
            out.insert(key.into(), number.into());
        }
    }
    out
}

/// An expectation from a dump or an event.
pub fn expectation_of(message: Message<'_>) -> Entry {
    let attrs = message.attrs;
    let (tuple, proto) = tuple_of(attrs.nested(2));
    let mut out = Map::new();
    out.insert("l3".into(), l3_name(message.family).into());
    out.insert("proto".into(), proto_name(proto).into());
    out.insert("tuple".into(), tuple);
    out.insert("mask".into(), tuple_of(attrs.nested(3)).0);
    out.insert("master".into(), tuple_of(attrs.nested(1)).0);
    if let Some(timeout) = attrs.number(4) {
        out.insert("timeout".into(), timeout.into());
    }
    if let Some(helper) = attrs.text(6) {
        out.insert("helper".into(), helper.into());
    }
    for (key, kind) in [("flags", 8), ("class", 9)] {
        if let Some(number) = attrs.number(kind) {
            out.insert(key.into(), number.into());
        }
    }
    out
}

fn dump(subsystem: u8, kind: u8) -> Request<'static> {
    Request {
        subsystem,
        kind,
        flags: DUMP,
        ..Request::default()
    }
}

/// The whole table. Listing it removes what is expired.
pub fn dump_entries(socket: &mut Netlink) -> Result<Vec<Entry>> {
    let mut out = Vec::new();
    socket.ask(dump(CTNETLINK, CT_GET), |message| {
        out.push(entry_of(message));
    })?;
    Ok(out)
}

/// How to ask for one entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Key {
    family: u8,
    attrs: Vec<u8>,
}

impl Key {
    /// Number and key of the entry that a message is about.
    pub fn of(message: Message<'_>) -> Option<(u64, Key)> {
        const NESTED: u16 = 0x8000;
        let mut attrs = attr(1 | NESTED, message.attrs.get(1)?);
        if let Some(zone) = message.attrs.get(18) {
            attrs.extend(attr(18, zone));
        }
        let family = message.family;
        Some((message.attrs.number(12)?, Key { family, attrs }))
    }
}

/// One entry, if it is still there. Looking for it removes it if it is expired.
pub fn entry(socket: &mut Netlink, key: &Key) -> Result<Option<Entry>> {
    let mut out = None;
    let request = Request {
        subsystem: CTNETLINK,
        kind: CT_GET,
        flags: ACK,
        family: key.family,
        attrs: &key.attrs,
        ..Request::default()
    };
    match socket.ask(request, |message| out = Some(entry_of(message))) {
        Err(error) if error.downcast_ref() == Some(&Errno::ENOENT) => Ok(None),
        Err(error) => Err(error),
        Ok(()) => Ok(out),
    }
}

/// All expectations.
pub fn dump_expectations(socket: &mut Netlink) -> Result<Vec<Value>> {
    let mut out = Vec::new();
    socket.ask(dump(CTNETLINK_EXP, CT_GET), |message| {
        out.push(Value::Object(expectation_of(message)));
    })?;
    Ok(out)
}

/// Deletes every entry, as `conntrack -F`.
pub fn flush(socket: &mut Netlink) -> Result<()> {
    let request = Request {
        subsystem: CTNETLINK,
        kind: CT_DELETE,
        flags: ACK,
        ..Request::default()
    };
    socket.ask(request, |_| {})
}

/// `conntrack -S`.
pub fn stats(socket: &mut Netlink) -> Result<Stats> {
    let mut total = STATS.map(|(_, name)| (name, 0));
    socket.ask(dump(CTNETLINK, CT_GET_STATS_CPU), |message| {
        for ((kind, _), (_, sum)) in STATS.iter().zip(&mut total) {
            *sum += message.attrs.number(*kind).unwrap_or(0);
        }
    })?;
    Ok(total)
}

/// Has the packets that rules log to a group sent here, each at once and without its bytes.
pub fn bind_log(socket: &mut Netlink, group: u16) -> Result<()> {
    let bind = attr(1, &[1]);
    let mut mode = attr(2, &[0, 0, 0, 0, 1, 0]);
    mode.extend(attr(5, &1_u32.to_be_bytes()));
    for attrs in [bind, mode] {
        let request = Request {
            subsystem: ULOG,
            kind: 1,
            flags: ACK,
            resource: group,
            attrs: &attrs,
            ..Request::default()
        };
        socket.ask(request, |_| {})?;
    }
    Ok(())
}

/// Hook number and prefix of each logged packet that has arrived.
pub fn logged(socket: &mut Netlink) -> Result<Vec<(Option<u8>, String)>> {
    let mut out = Vec::new();
    socket.drain(|message| {
        let hook = message
            .attrs
            .get(1)
            .and_then(|header| header.get(2).copied());
        out.push((hook, message.attrs.text(10).unwrap_or_default()));
    })?;
    Ok(out)
}
