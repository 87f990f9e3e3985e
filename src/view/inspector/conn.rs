//! A connection, in the order of `struct nf_conn`'s meaning: who, keys, status, references, time.

use super::{family, field, group, plain};
use crate::engine::addr::Addr;
use crate::engine::conn::{DestroyEvent, NfConn, Owner, ProtoState, Status, Timeout};
use crate::engine::nat::Manip;
use crate::engine::nulls::{ListId, Next, Node};
use crate::engine::proto::tcp::{TcpPrivate, TcpSide};
use crate::engine::seqadj::SeqAdj;
use crate::engine::tuple::Dir;
use crate::engine::{Conntrack, Difference};
use crate::view::model::{Field, FieldGroup, Inspector, LedgerRow};
use crate::view::names;
use crate::view::scene::Scene;

/// How many groups come before those of the protocol, of NAT, of the family and of the extensions.
pub(in crate::view) const DRAWN: usize = 5;

/// Every field of a connection; of one that is gone, what it was last.
pub(super) fn inspect(scene: &Scene, number: u32, ledger: &[LedgerRow]) -> Inspector {
    let title = format!("c{number}");
    let ledger = ledger.to_vec();
    let now = scene.state.conns.by_number(number);
    let before = scene.before.conns.by_number(number);
    let Some(conn) = now.or(before) else {
        let subtitle = if number > scene.state.conns.created() {
            "There is no such connection yet."
        } else {
            "freed: its slot is empty, or holds another connection"
        };
        let subtitle = subtitle.to_owned();
        return Inspector {
            title,
            subtitle,
            groups: Vec::new(),
            ledger,
        };
    };
    // Of a connection that is freed at this very step there is nothing newer to compare with.
    let (at, old) = if now.is_some() {
        (scene.state, before)
    } else {
        (scene.before, None)
    };
    let first: [FieldGroup; DRAWN] = [
        identity(at, conn, old),
        tuples(at, conn, old),
        status(conn, old),
        references(at, conn, old),
        timeout(at, conn, old),
    ];
    let mut groups = Vec::from(first);
    groups.extend(proto(at, conn, old));
    groups.extend(nat(at, conn, old));
    groups.extend(family::family(at, conn, old));
    groups.extend(family::policy(at, conn));
    groups.extend(extensions(at, conn, old));
    Inspector {
        title,
        subtitle: subtitle(scene, conn, now.is_some()),
        groups,
        ledger,
    }
}

/// `struct nf_conn, confirmed`.
fn subtitle(scene: &Scene, conn: &NfConn, lives: bool) -> String {
    let stage = if !lives {
        "freed at this step"
    } else if conn.status.contains(Status::DYING) {
        "dying"
    } else if !conn.status.contains(Status::CONFIRMED) {
        "unconfirmed"
    } else if conn.nf_ct_is_expired(scene.state.now) {
        "expired, still linked"
    } else if conn.status.contains(Status::ASSURED) {
        "confirmed, assured"
    } else {
        "confirmed"
    };
    let proto = names::proto(conn.tuple(Dir::Original).dst.protonum);
    format!("struct nf_conn, {proto}, {stage}")
}

fn identity(at: &Conntrack, conn: &NfConn, old: Option<&NfConn>) -> FieldGroup {
    let net = at
        .nets
        .get(usize::from(conn.net))
        .map_or("", |net| net.name.as_str());
    let place = |conn: &NfConn| names::place(conn.place()).to_owned();
    let mut fields = vec![
        field("place", place(conn), "", old.map(place)),
        plain(
            "slot",
            conn.id.slot.to_string(),
            "used again when it is freed",
        ),
        plain("ct_net", net, "checked in every comparison"),
        family::zone(conn),
        field(
            "cpu",
            conn.cpu.to_string(),
            "whose lists hold it",
            old.map(|c| c.cpu.to_string()),
        ),
        field(
            "mark",
            conn.mark.to_string(),
            "",
            old.map(|c| c.mark.to_string()),
        ),
    ];
    if at.profile().since(Difference::NoPendingLists) {
        // Without lists per CPU nothing need remember it.
        fields.retain(|field| field.name != "cpu");
    }
    fields.push(family::master(at, conn));
    group("identity", fields)
}

fn tuples(at: &Conntrack, conn: &NfConn, old: Option<&NfConn>) -> FieldGroup {
    let mut fields = Vec::new();
    for dir in Dir::BOTH {
        let side = dir.index();
        let tuple = names::tuple(conn.tuple(dir));
        let was = old.map(|conn| names::tuple(conn.tuple(dir)));
        fields.push(field(
            format!("tuplehash[{side}].tuple"),
            tuple,
            names::dir(dir),
            was,
        ));
        let raw = at.raw_of(conn, dir);
        let bucket = raw.scale(at.table.size());
        let note = format!("raw hash, bucket {bucket} of {}", at.table.size());
        fields.push(plain(
            format!("hash of [{side}]"),
            names::hex32(raw.0),
            note,
        ));
        let (value, note) = node(at, conn, dir);
        let was = old.map(|conn| node(at, conn, dir).0);
        fields.push(field(format!("tuplehash[{side}].hnnode"), value, note, was));
    }
    group("tuplehash[2]", fields)
}

/// Where a node hangs, and what follows it there.
pub(in crate::view) fn node(at: &Conntrack, conn: &NfConn, dir: Dir) -> (String, String) {
    match conn.tuplehash[dir.index()].node {
        Node::Detached => ("in no list".to_owned(), String::new()),
        Node::Fake => (
            "in no list".to_owned(),
            "made to look linked after a clash".to_owned(),
        ),
        Node::Stash(raw) => (
            format!("raw hash {}", names::hex32(raw)),
            "its memory keeps the original hash until confirm".to_owned(),
        ),
        Node::Linked { list, next, .. } => {
            let list = list.list();
            let follows = match next.next() {
                Next::Nulls(_) if matches!(list, ListId::Bucket(_)) => "next: nulls".to_owned(),
                Next::Nulls(_) => "next: the end".to_owned(),
                Next::Node(next) => at.conns.at(next.slot).map_or_else(String::new, |conn| {
                    format!("next: {} {}", conn.id, names::dir(next.dir))
                }),
            };
            (list.to_string(), follows)
        }
    }
}

fn status(conn: &NfConn, old: Option<&NfConn>) -> FieldGroup {
    let hex = |conn: &NfConn| format!("{:#x}", conn.status.bits());
    let mut fields = vec![field(
        "status",
        hex(conn),
        names::status(conn.status),
        old.map(hex),
    )];
    for (name, bit) in Status::all().iter_names() {
        let set = |conn: &NfConn| u8::from(conn.status.contains(bit)).to_string();
        if conn.status.contains(bit) || LIKELY.contains(bit) {
            let number = bit.bits().trailing_zeros();
            fields.push(field(
                name,
                set(conn),
                format!("bit {number}, {:#x}", bit.bits()),
                old.map(set),
            ));
        }
    }
    group("status", fields)
}

/// Bits that are shown even while they are clear.
const LIKELY: Status = Status::SEEN_REPLY
    .union(Status::ASSURED)
    .union(Status::CONFIRMED)
    .union(Status::DYING);

fn references(at: &Conntrack, conn: &NfConn, old: Option<&NfConn>) -> FieldGroup {
    let mut fields = vec![field(
        "ct_general.use",
        conn.use_count.to_string(),
        "0 destroys it",
        old.map(|conn| conn.use_count.to_string()),
    )];
    for owner in Owner::ALL {
        let held = |conn: &NfConn| conn.refs.of(owner);
        let was = old.map(held);
        if held(conn) == 0 && was.unwrap_or(0) == 0 {
            continue;
        }
        let note = if owner == Owner::Skb {
            let skbs = at.skbs.iter().filter(|skb| skb.nfct == Some(conn.id));
            skbs.map(|skb| skb.id.to_string())
                .collect::<Vec<_>>()
                .join(", ")
        } else {
            owner_note(owner).to_owned()
        };
        let value = held(conn).to_string();
        fields.push(field(
            format!("held by {owner}"),
            value,
            note,
            was.map(|n| n.to_string()),
        ));
    }
    group("references", fields)
}

const fn owner_note(owner: Owner) -> &'static str {
    match owner {
        Owner::Table => "one for both nodes",
        Owner::Lookup => "until the packet has it",
        Owner::Skb => "",
        Owner::Child => "by its master pointer",
        Owner::Gc => "while it is killed",
        Owner::EarlyDrop => "for one attempt",
        Owner::Flush => "while the flush stands here",
        Owner::Netlink => "until the request is answered",
        Owner::EventRetry => "until its DESTROY event is delivered",
    }
}

fn timeout(at: &Conntrack, conn: &NfConn, old: Option<&NfConn>) -> FieldGroup {
    let (now, hz) = (at.now, at.hz());
    let raw = |conn: &NfConn| names::grouped(conn.timeout.raw().into());
    let kind = match conn.timeout {
        Timeout::Relative(_) => "a length of time that has not begun",
        Timeout::Absolute(_) => "an instant: the jiffy of expiry",
    };
    let left = names::timeout(conn.timeout, now, hz);
    let note = match conn.timeout {
        Timeout::Absolute(at) if !at.is_after(now) && !conn.status.contains(Status::DYING) => {
            format!("since {}; still linked", names::ticks(now.since(at), hz))
        }
        _ => String::new(),
    };
    let fields = vec![
        field("timeout", raw(conn), kind, old.map(raw)),
        plain("seen at now", left, note),
        plain("jiffies", names::jiffies(now), "now"),
    ];
    group("timeout", fields)
}

fn proto(at: &Conntrack, conn: &NfConn, old: Option<&NfConn>) -> Option<FieldGroup> {
    match conn.proto {
        ProtoState::None => None,
        ProtoState::Udp { stream_ts } => {
            let now = at.now;
            let note = if now.is_after(stream_ts) {
                "past: a replied flow is a stream".to_owned()
            } else {
                format!("in {}", names::ticks(stream_ts.left(now), at.hz()))
            };
            let fields = vec![plain("stream_ts", names::jiffies(stream_ts), note)];
            Some(group("proto.udp", fields))
        }
        ProtoState::Tcp(tcp) => {
            let was = old.and_then(|conn| match conn.proto {
                ProtoState::Tcp(tcp) => Some(tcp),
                _ => None,
            });
            Some(group("proto.tcp", tcp_fields(&tcp, was.as_ref())))
        }
        ProtoState::Sctp(_) | ProtoState::Dccp(_) | ProtoState::Gre { .. } => {
            super::proto::proto(at, conn, old)
        }
    }
}

/// A number of TCP's private data: name, note, value.
type Number<T> = (&'static str, &'static str, fn(&T) -> u32);

/// What is remembered of the last packet.
const NUMBERS: [Number<TcpPrivate>; 5] = [
    ("last_seq", "of the last ACK, or ignored packet", |tcp| {
        tcp.last_seq
    }),
    ("last_ack", "of the last ACK", |tcp| tcp.last_ack),
    ("last_end", "behind that packet", |tcp| tcp.last_end),
    ("last_win", "its window, not scaled", |tcp| {
        tcp.last_win.into()
    }),
    ("last_wscale", "of the last ignored SYN", |tcp| {
        tcp.last_wscale.into()
    }),
];

/// What is known of a side.
const SIDE: [Number<TcpSide>; 5] = [
    ("td_end", "behind all that it sent", |side| side.td_end),
    ("td_maxend", "what it may send up to", |side| side.td_maxend),
    ("td_maxwin", "the largest window that it offered", |side| {
        side.td_maxwin
    }),
    (
        "td_maxack",
        "the highest number that it acknowledged",
        |side| side.td_maxack,
    ),
    (
        "td_scale",
        "its windows are shifted by so many bits",
        |side| side.td_scale.into(),
    ),
];

fn tcp_fields(tcp: &TcpPrivate, old: Option<&TcpPrivate>) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut push = |name: &str, note: &str, value: &dyn Fn(&TcpPrivate) -> String| {
        fields.push(field(name, value(tcp), note, old.map(value)));
    };
    push("state", "", &|tcp| tcp.state.name().to_owned());
    push("last_dir", "of the last packet", &|tcp| {
        names::dir(tcp.last_dir).to_owned()
    });
    push("last_index", "kind of the last packet", &|tcp| {
        tcp.last_kind.name().to_owned()
    });
    let flags = |bits: u8, names: Vec<&'static str>| match bits {
        0 => "0x0".to_owned(),
        _ => format!("{bits:#x} {}", names.join(" ")),
    };
    push("retrans", "how often the last ACK came again", &|tcp| {
        tcp.retrans.to_string()
    });
    for (name, note, value) in NUMBERS {
        push(name, note, &|tcp| value(tcp).to_string());
    }
    for dir in Dir::BOTH {
        let side = dir.index();
        for (name, note, value) in SIDE {
            push(&format!("seen[{side}].{name}"), note, &|tcp| {
                value(&tcp.seen[side]).to_string()
            });
        }
        push(&format!("seen[{side}].flags"), names::dir(dir), &|tcp| {
            let set = tcp.seen[side].flags;
            flags(set.bits(), set.iter_names().map(|(name, _)| name).collect())
        });
    }
    push("last_flags", "of the last ignored packet", &|tcp| {
        flags(
            tcp.last_flags.bits(),
            tcp.last_flags.iter_names().map(|(name, _)| name).collect(),
        )
    });
    fields
}

/// What NAT made of it; nothing as long as nothing is decided.
fn nat(at: &Conntrack, conn: &NfConn, old: Option<&NfConn>) -> Option<FieldGroup> {
    if !conn
        .status
        .intersects(Status::SRC_NAT_DONE | Status::DST_NAT_DONE)
    {
        return None;
    }
    let mut fields = Vec::new();
    for (name, manip) in [("source", Manip::Src), ("destination", Manip::Dst)] {
        let text = |conn: &NfConn| translation(conn, manip);
        fields.push(field(
            name,
            text(conn),
            "in the original direction",
            old.map(text),
        ));
    }
    let linked = |conn: &NfConn| {
        let inside = conn.ext.bysource().linked();
        if inside { "linked" } else { "not linked" }.to_owned()
    };
    let note = "so that its source gets the same mapping again";
    fields.push(field("nat_bysource", linked(conn), note, old.map(linked)));
    let iface = usize::from(conn.ext.masq_index())
        .checked_sub(1)
        .and_then(|nth| at.nets.get(usize::from(conn.net))?.ifaces.get(nth));
    if let Some(iface) = iface {
        let note = "with another outgoing interface it is deleted";
        fields.push(plain("masq_index", iface.name.as_str(), note));
    }
    if let Some(both) = conn.ext.seqadj() {
        let was = old.and_then(|conn| conn.ext.seqadj());
        for dir in Dir::BOTH {
            let text = |both: [SeqAdj; 2]| {
                let SeqAdj {
                    correction_pos,
                    offset_before,
                    offset_after,
                } = both[dir.index()];
                format!("{offset_before:+} up to {correction_pos}, then {offset_after:+}")
            };
            let name = format!("seqadj[{}]", dir.index());
            fields.push(field(name, text(both), names::dir(dir), was.map(text)));
        }
    }
    Some(group("NAT", fields))
}

/// What becomes of one half of a packet in the original direction.
fn translation(conn: &NfConn, manip: Manip) -> String {
    if !conn.status.contains(manip.done()) {
        return "not decided".to_owned();
    }
    if !conn.status.contains(manip.bit()) {
        return "stays as it is".to_owned();
    }
    let (original, reply) = (conn.tuple(Dir::Original), conn.tuple(Dir::Reply));
    let l3 = original.src.l3num;
    let part = |addr: Addr, port: u16| {
        if original.has_ports() || (original.is_icmp() && manip == Manip::Src) {
            format!("{}, {port}", addr.show(l3))
        } else {
            addr.show(l3).to_string()
        }
    };
    // An ICMP identifier is in the source of both.
    let after = match manip {
        Manip::Src if original.is_icmp() => (reply.dst.u3, reply.src.u),
        Manip::Src => (reply.dst.u3, reply.dst.u),
        Manip::Dst => (reply.src.u3, reply.src.u),
    };
    let (from, to) = match manip {
        Manip::Src => ((original.src.u3, original.src.u), after),
        Manip::Dst => ((original.dst.u3, original.dst.u), after),
    };
    format!("{} becomes {}", part(from.0, from.1), part(to.0, to.1))
}

fn extensions(at: &Conntrack, conn: &NfConn, old: Option<&NfConn>) -> Option<FieldGroup> {
    let mut fields = Vec::new();
    if let Some(ecache) = conn.ext.ecache {
        let was = old.and_then(|conn| conn.ext.ecache);
        fields.push(field(
            "ecache.cache",
            names::events(ecache.cache),
            "sent at confirm, as one message",
            was.map(|was| names::events(was.cache)),
        ));
        fields.push(field(
            "ecache.missed",
            names::events(ecache.missed),
            "sent with the next event",
            was.map(|was| names::events(was.missed)),
        ));
        let fate = |fate: DestroyEvent| match fate {
            DestroyEvent::Unknown => "not tried",
            DestroyEvent::Failed => "failed, to be sent again",
            DestroyEvent::Sent => "sent by the worker",
        };
        fields.push(field(
            "ecache.state",
            fate(ecache.destroy),
            "of the DESTROY event",
            was.map(|was| fate(was.destroy).to_owned()),
        ));
    }
    if let Some(acct) = conn.ext.acct() {
        for dir in Dir::BOTH {
            let side = dir.index();
            let text = |acct: [crate::engine::conn::Counted; 2]| {
                names::traffic(acct[side].packets, acct[side].bytes)
            };
            let was = old.and_then(|conn| conn.ext.acct()).map(text);
            fields.push(field(
                format!("acct[{side}]"),
                text(acct),
                names::dir(dir),
                was,
            ));
        }
    }
    if let Some((start, stop)) = conn.ext.tstamp() {
        let hz = u64::from(at.hz().per_second());
        let text = |at: Option<u64>| {
            at.map_or_else(
                || "not set".to_owned(),
                |at| names::duration(at * 1000 / hz),
            )
        };
        fields.push(plain("tstamp.start", text(start), "after boot"));
        fields.push(plain("tstamp.stop", text(stop), "after boot"));
    }
    (!fields.is_empty()).then(|| group("extensions", fields))
}
