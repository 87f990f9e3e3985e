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
use crate::view::model::{Field, FieldGroup, Inspector, Kind, LedgerRow};
use crate::view::names;
use crate::view::scene::Scene;
use crate::words::{Plain, inspector as w, tell};

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
            w::THERE_IS_NO_SUCH_CONNECTION.text()
        } else {
            w::FREED_ITS_SLOT_IS.text()
        };
        let subtitle = subtitle.to_owned();
        return Inspector {
            kind: Kind::Conn,
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
        kind: Kind::Conn,
        title,
        subtitle: subtitle(scene, conn, now.is_some()),
        groups,
        ledger,
    }
}

/// `struct nf_conn, confirmed`.
fn subtitle(scene: &Scene, conn: &NfConn, lives: bool) -> String {
    let stage = if !lives {
        w::FREED_AT_THIS_STEP.text()
    } else if conn.status.contains(Status::DYING) {
        "dying"
    } else if !conn.status.contains(Status::CONFIRMED) {
        "unconfirmed"
    } else if conn.nf_ct_is_expired(scene.state.now) {
        w::EXPIRED_STILL_LINKED.text()
    } else if conn.status.contains(Status::ASSURED) {
        w::CONFIRMED_ASSURED.text()
    } else {
        "confirmed"
    };
    let proto = names::proto(conn.tuple(Dir::Original).dst.protonum);
    tell!(w::STRUCT_NF_CONN_PROTO, proto, stage)
}

fn identity(at: &Conntrack, conn: &NfConn, old: Option<&NfConn>) -> FieldGroup {
    let net = at
        .nets
        .get(usize::from(conn.net))
        .map_or("", |net| net.name.as_str());
    let place = |conn: &NfConn| names::place(conn.place()).to_owned();
    let mut fields = vec![
        field(w::PLACE.text(), place(conn), "", old.map(place)),
        plain(
            "slot",
            conn.id.slot.to_string(),
            w::USED_AGAIN_WHEN_IT.text(),
        ),
        plain("ct_net", net, w::CHECKED_IN_EVERY.text()),
        family::zone(conn),
        field(
            "cpu",
            conn.cpu.to_string(),
            w::WHOSE_LISTS_HOLD_IT.text(),
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
    group(w::IDENTITY.text(), fields)
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
        let note = tell!(w::RAW_HASH_BUCKET_BUCKET, bucket, size = at.table.size());
        fields.push(plain(
            tell!(w::HASH_OF_SIDE, side),
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
        Node::Detached => (w::IN_NO_LIST.text().to_owned(), String::new()),
        Node::Fake => (
            w::IN_NO_LIST.text().to_owned(),
            w::MADE_TO_LOOK_LINKED.text().to_owned(),
        ),
        Node::Stash(raw) => (
            tell!(w::RAW_HASH_HEX32, hex32 = names::hex32(raw)),
            w::ITS_MEMORY_KEEPS_THE.text().to_owned(),
        ),
        Node::Linked { list, next, .. } => {
            let list = list.list();
            let follows = match next.next() {
                Next::Nulls(_) if matches!(list, ListId::Bucket(_)) => {
                    w::NEXT_NULLS.text().to_owned()
                }
                Next::Nulls(_) => w::NEXT_THE_END.text().to_owned(),
                Next::Node(next) => at.conns.at(next.slot).map_or_else(String::new, |conn| {
                    tell!(w::NEXT_ID_DIR, id = conn.id, dir = names::dir(next.dir))
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
                tell!(
                    w::BIT_NUMBER_BITS,
                    number,
                    bits = format_args!("{:#x}", bit.bits())
                ),
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
        w::N_0_DESTROYS_IT.text(),
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
            tell!(w::HELD_BY_OWNER, owner),
            value,
            note,
            was.map(|n| n.to_string()),
        ));
    }
    group(w::REFERENCES.text(), fields)
}

fn owner_note(owner: Owner) -> &'static str {
    match owner {
        Owner::Table => w::ONE_FOR_BOTH_NODES_2.text(),
        Owner::Lookup => w::UNTIL_THE_PACKET_HAS.text(),
        Owner::Skb => "",
        Owner::Child => w::BY_ITS_MASTER_POINTER.text(),
        Owner::Gc => w::WHILE_IT_IS_KILLED.text(),
        Owner::EarlyDrop => w::FOR_ONE_ATTEMPT.text(),
        Owner::Flush => w::WHILE_THE_FLUSH_STANDS.text(),
        Owner::Netlink => w::UNTIL_THE_REQUEST_IS.text(),
        Owner::EventRetry => w::UNTIL_ITS_DESTROY_EVENT.text(),
    }
}

fn timeout(at: &Conntrack, conn: &NfConn, old: Option<&NfConn>) -> FieldGroup {
    let (now, hz) = (at.now, at.hz());
    let raw = |conn: &NfConn| names::grouped(conn.timeout.raw().into());
    let kind = match conn.timeout {
        Timeout::Relative(_) => w::A_LENGTH_OF_TIME.text(),
        Timeout::Absolute(_) => w::AN_INSTANT_THE_JIFFY.text(),
    };
    let left = names::timeout(conn.timeout, now, hz);
    let note = match conn.timeout {
        Timeout::Absolute(at) if !at.is_after(now) && !conn.status.contains(Status::DYING) => {
            tell!(
                w::SINCE_TICKS_STILL_LINKED,
                ticks = names::ticks(now.since(at), hz)
            )
        }
        _ => String::new(),
    };
    let fields = vec![
        field("timeout", raw(conn), kind, old.map(raw)),
        plain(w::SEEN_AT_NOW.text(), left, note),
        plain("jiffies", names::jiffies(now), w::NOW.text()),
    ];
    group("timeout", fields)
}

fn proto(at: &Conntrack, conn: &NfConn, old: Option<&NfConn>) -> Option<FieldGroup> {
    match conn.proto {
        ProtoState::None => None,
        ProtoState::Udp { stream_ts } => {
            let now = at.now;
            let note = if now.is_after(stream_ts) {
                w::PAST_A_REPLIED_FLOW.text().to_owned()
            } else {
                tell!(
                    w::IN_TICKS,
                    ticks = names::ticks(stream_ts.left(now), at.hz())
                )
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
type Number<T> = (&'static str, Plain, fn(&T) -> u32);

/// What is remembered of the last packet.
const NUMBERS: [Number<TcpPrivate>; 5] = [
    ("last_seq", w::OF_THE_LAST_ACK, |tcp| tcp.last_seq),
    ("last_ack", w::OF_THE_LAST_ACK_2, |tcp| tcp.last_ack),
    ("last_end", w::BEHIND_THAT_PACKET, |tcp| tcp.last_end),
    ("last_win", w::ITS_WINDOW_NOT_SCALED, |tcp| {
        tcp.last_win.into()
    }),
    ("last_wscale", w::OF_THE_LAST_IGNORED, |tcp| {
        tcp.last_wscale.into()
    }),
];

/// What is known of a side.
const SIDE: [Number<TcpSide>; 5] = [
    ("td_end", w::BEHIND_ALL_THAT_IT, |side| side.td_end),
    ("td_maxend", w::WHAT_IT_MAY_SEND, |side| side.td_maxend),
    ("td_maxwin", w::THE_LARGEST_WINDOW_THAT, |side| {
        side.td_maxwin
    }),
    ("td_maxack", w::THE_HIGHEST_NUMBER_THAT, |side| {
        side.td_maxack
    }),
    ("td_scale", w::ITS_WINDOWS_ARE_SHIFTED, |side| {
        side.td_scale.into()
    }),
];

fn tcp_fields(tcp: &TcpPrivate, old: Option<&TcpPrivate>) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut push = |name: &str, note: &str, value: &dyn Fn(&TcpPrivate) -> String| {
        fields.push(field(name, value(tcp), note, old.map(value)));
    };
    push("state", "", &|tcp| tcp.state.name().to_owned());
    push("last_dir", w::OF_THE_LAST_PACKET.text(), &|tcp| {
        names::dir(tcp.last_dir).to_owned()
    });
    push("last_index", w::KIND_OF_THE_LAST.text(), &|tcp| {
        tcp.last_kind.name().to_owned()
    });
    let flags = |bits: u8, names: Vec<&'static str>| match bits {
        0 => "0x0".to_owned(),
        _ => format!("{bits:#x} {}", names.join(" ")),
    };
    push("retrans", w::HOW_OFTEN_THE_LAST.text(), &|tcp| {
        tcp.retrans.to_string()
    });
    for (name, note, value) in NUMBERS {
        push(name, note.text(), &|tcp| value(tcp).to_string());
    }
    for dir in Dir::BOTH {
        let side = dir.index();
        for (name, note, value) in SIDE {
            push(&format!("seen[{side}].{name}"), note.text(), &|tcp| {
                value(&tcp.seen[side]).to_string()
            });
        }
        push(&format!("seen[{side}].flags"), names::dir(dir), &|tcp| {
            let set = tcp.seen[side].flags;
            flags(set.bits(), set.iter_names().map(|(name, _)| name).collect())
        });
    }
    push("last_flags", w::OF_THE_LAST_IGNORED_PACKET.text(), &|tcp| {
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
    for (name, manip) in [
        (w::SOURCE.text(), Manip::Src),
        (w::DESTINATION.text(), Manip::Dst),
    ] {
        let text = |conn: &NfConn| translation(conn, manip);
        fields.push(field(
            name,
            text(conn),
            w::IN_THE_ORIGINAL_DIRECTION.text(),
            old.map(text),
        ));
    }
    let linked = |conn: &NfConn| {
        let inside = conn.ext.bysource().linked();
        if inside {
            w::LINKED.text()
        } else {
            w::NOT_LINKED.text()
        }
        .to_owned()
    };
    let note = w::SO_THAT_ITS_SOURCE.text();
    fields.push(field("nat_bysource", linked(conn), note, old.map(linked)));
    let iface = usize::from(conn.ext.masq_index())
        .checked_sub(1)
        .and_then(|nth| at.nets.get(usize::from(conn.net))?.ifaces.get(nth));
    if let Some(iface) = iface {
        let note = w::WITH_ANOTHER_OUTGOING.text();
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
                tell!(
                    w::OFFSET_BEFORE_UP_TO,
                    offset_before = format_args!("{offset_before:+}"),
                    correction_pos,
                    offset_after = format_args!("{offset_after:+}")
                )
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
        return w::NOT_DECIDED.text().to_owned();
    }
    if !conn.status.contains(manip.bit()) {
        return w::STAYS_AS_IT_IS.text().to_owned();
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
    tell!(
        w::PART_BECOMES_PART2,
        part = part(from.0, from.1),
        part2 = part(to.0, to.1)
    )
}

fn extensions(at: &Conntrack, conn: &NfConn, old: Option<&NfConn>) -> Option<FieldGroup> {
    let mut fields = Vec::new();
    if let Some(ecache) = conn.ext.ecache {
        let was = old.and_then(|conn| conn.ext.ecache);
        fields.push(field(
            "ecache.cache",
            names::events(ecache.cache),
            w::SENT_AT_CONFIRM_AS.text(),
            was.map(|was| names::events(was.cache)),
        ));
        fields.push(field(
            "ecache.missed",
            names::events(ecache.missed),
            w::SENT_WITH_THE_NEXT.text(),
            was.map(|was| names::events(was.missed)),
        ));
        let fate = |fate: DestroyEvent| match fate {
            DestroyEvent::Unknown => w::NOT_TRIED.text(),
            DestroyEvent::Failed => w::FAILED_TO_BE_SENT.text(),
            DestroyEvent::Sent => w::SENT_BY_THE_WORKER.text(),
        };
        fields.push(field(
            "ecache.state",
            fate(ecache.destroy),
            w::OF_THE_DESTROY_EVENT.text(),
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
                || w::NOT_SET.text().to_owned(),
                |at| names::duration(at * 1000 / hz),
            )
        };
        fields.push(plain("tstamp.start", text(start), w::AFTER_BOOT.text()));
        fields.push(plain("tstamp.stop", text(stop), w::AFTER_BOOT.text()));
    }
    (!fields.is_empty()).then(|| group(w::EXTENSIONS.text(), fields))
}
