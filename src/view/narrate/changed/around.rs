//! What changed around the connections: packets, expectations, messages, settings. It is read off
//! the machine before and after, whatever the steps were.

use crate::engine::command::Listen;
use crate::engine::conn::{NfConn, ProtoState};
use crate::engine::extract::get_l4proto;
use crate::engine::proto::tcp::PacketKind;
use crate::engine::skb::{Path, Skb};
use crate::engine::state::Netns;
use crate::engine::tuple::Dir;
use crate::engine::{ConnId, Conntrack, Step};
use crate::view::lens::headers;
use crate::view::model::Change;
use crate::view::names;
use crate::view::scene::Scene;
use crate::words::{Message, Plain, fill, narrate as w, tell};
use core::fmt::Display;

/// Objects that are named; more are counted.
const NAMED_MAX: usize = 4;
/// What stands for nothing.
const NONE: Plain = w::NONE;

/// A row if they differ.
fn row(rows: &mut Vec<Change>, what: impl Into<String>, old: String, new: String) {
    if old != new {
        rows.push(Change {
            what: what.into(),
            old,
            new,
            note: String::new(),
        });
    }
}

/// Every field around the connections that is not as it was.
pub(super) fn around(scene: &Scene) -> Vec<Change> {
    let (old, new) = (scene.before, scene.state);
    let mut rows = Vec::new();
    let mut rows_of = |what: &str, of: &dyn Fn(&Conntrack) -> String| {
        row(&mut rows, what, of(old), of(new));
    };
    rows_of(w::PACKETS_IN_THE_MACHINE.text(), &|at| {
        let names = at.skbs.iter().map(|skb| skb.id.to_string());
        list(names, w::N_PACKETS)
    });
    rows_of(w::EXPECTATIONS.text(), &|at| {
        let names = at
            .expects
            .iter()
            .map(|expect| format!("e{}", expect.number));
        list(names, w::N_EXPECTATIONS)
    });
    rows_of("listener.sent", &|at| at.listener.sent.to_string());
    rows_of(w::LISTENER.text(), &|at| {
        listen(at.listener.mode).to_owned()
    });
    rows_of(w::NUMBERS_DRAWN_FOR_NAT.text(), &|at| {
        at.nat.drawn.to_string()
    });
    rows_of(w::LIMITS_DRAWN_FOR_CHAINS.text(), &|at| {
        at.confirms.to_string()
    });
    rows_of(w::PACKETS_ARE_HELD_AT.text(), &|at| {
        at.hold.map_or(NONE.text(), |hold| hold.name()).to_owned()
    });
    rows_of(w::CPU_AT_WORK.text(), &|at| at.cpu.to_string());
    rows_of(w::GC_RUNS.text(), &|at| {
        if at.gc.auto {
            w::BY_ITSELF.text()
        } else {
            w::BY_HAND.text()
        }
        .to_owned()
    });
    rows_of(w::NAMESPACES.text(), &|at| {
        let names = at.nets.iter().map(|net| net.name.as_str().to_owned());
        list(names, w::N_NAMESPACES)
    });
    rows_of(w::NAMESPACE_AT_WORK.text(), &|at| {
        let net = at.nets.get(usize::from(at.net));
        net.map_or_else(String::new, |net| net.name.as_str().to_owned())
    });
    for net in &new.nets {
        if let Some(old) = old.nets.iter().find(|old| old.name == net.name) {
            namespace(&mut rows, old, net);
        }
    }
    for skb in &new.skbs {
        if let Some(old) = old.skb(skb.id) {
            packet(&mut rows, old, skb);
        }
    }
    for id in conns(scene) {
        match (old.conns.get(id), new.conns.get(id)) {
            (Some(old), Some(new)) => conn(&mut rows, id, old, new),
            (was, is) => {
                let memory = |conn: Option<&NfConn>| {
                    let word = if conn.is_some() {
                        w::ALLOCATED.text()
                    } else {
                        NONE.text()
                    };
                    word.to_owned()
                };
                row(&mut rows, id.to_string(), memory(was), memory(is));
            }
        }
    }
    rows
}

fn listen(mode: Listen) -> &'static str {
    match mode {
        Listen::Off => w::OFF.text(),
        Listen::On => w::ON.text(),
        Listen::Slow => w::SLOW.text(),
    }
}

/// Names, or how many there are.
fn list(names: impl Iterator<Item = String>, counted: Message<1>) -> String {
    let names: Vec<String> = names.collect();
    match names.len() {
        0 => NONE.text().to_owned(),
        1..=NAMED_MAX => names.join(", "),
        more => fill(counted.number, &[&more]),
    }
}

fn or_none(value: Option<impl Display>) -> String {
    value.map_or_else(|| NONE.text().to_owned(), |value| value.to_string())
}

fn namespace(rows: &mut Vec<Change>, old: &Netns, new: &Netns) {
    let mut count = |what: &str, old: usize, new: usize| {
        row(rows, what, old.to_string(), new.to_string());
    };
    count(w::INTERFACES.text(), old.ifaces.len(), new.ifaces.len());
    count(w::RULES.text(), old.rules.len(), new.rules.len());
    count(w::GRE_KEYS.text(), old.gre_keys.len(), new.gre_keys.len());
    let pieces = |net: &Netns| net.frags.iter().map(|queue| queue.pieces()).sum();
    count(w::FRAGMENTS_WAITING.text(), pieces(old), pieces(new));
    let due = |net: &Netns| or_none(net.ecache_due.map(names::jiffies));
    row(rows, w::EVENT_WORKER_DUE.text(), due(old), due(new));
}

/// A packet, its header fields included.
fn packet(rows: &mut Vec<Change>, old: &Skb, new: &Skb) {
    let mut field = |what: &str, was: String, is: String| {
        row(rows, format!("{}{what}", new.id), was, is);
    };
    let len = |skb: &Skb| tell!(w::N_BYTES, n = skb.bytes.len() as u64);
    let held = |skb: &Skb| {
        if skb.held {
            w::WAITS.text()
        } else {
            w::MOVES.text()
        }
        .to_owned()
    };
    field("", held(old), held(new));
    field(w::GOES_OUT_BY.text(), or_none(old.oif), or_none(new.oif));
    let zone = |skb: &Skb| or_none(skb.tmpl.map(|tmpl| tell!(w::ZONE_ID, id = tmpl.zone.id)));
    field(w::TEMPLATE.text(), zone(old), zone(new));
    let way = |skb: &Skb| match skb.path {
        Path::Forward => w::TO_ANOTHER_HOST.text().to_owned(),
        Path::Input => w::TO_A_SOCKET_HERE.text().to_owned(),
        Path::Output => w::FROM_A_SOCKET_HERE.text().to_owned(),
    };
    field(w::GOES.text(), way(old), way(new));
    let pieces = |skb: &Skb| or_none(skb.cut.as_ref().map(|cut| cut.pieces.len()));
    field(w::FRAGMENTS_THAT_IT_CAME.text(), pieces(old), pieces(new));
    if new.bytes.is_empty() && !old.bytes.is_empty() {
        field(w::DATA.text(), len(old), w::HANDED_ON.text().to_owned());
    }
    if old.bytes == new.bytes || new.bytes.is_empty() || old.bytes.is_empty() {
        return;
    }
    field(w::LENGTH.text(), len(old), len(new));
    let fields = |skb: &Skb| headers::fields(&skb.bytes, get_l4proto(&skb.bytes).ok());
    for (was, is) in fields(old).into_iter().zip(fields(new)) {
        if (was.header, was.name) == (is.header, is.name) {
            field(&format!(" {} {}", is.header, is.name), was.value, is.value);
        }
    }
}

/// Connections that the steps speak of, and those of the packets in the machine.
fn conns(scene: &Scene) -> Vec<ConnId> {
    let mut ids: Vec<ConnId> = Vec::new();
    let spoken = scene.fresh_steps().iter().flat_map(|step| match *step {
        Step::NatTupleTaken { conn, other } => [Some(conn), Some(other)],
        _ => [step.conn(), None],
    });
    let spoken = spoken.flatten();
    for id in spoken.chain(scene.state.skbs.iter().filter_map(|skb| skb.nfct)) {
        if !ids.contains(&id) && ids.len() < NAMED_MAX {
            ids.push(id);
        }
    }
    ids
}

fn conn(rows: &mut Vec<Change>, id: ConnId, old: &NfConn, new: &NfConn) {
    let helper = |conn: &NfConn| or_none(conn.ext.helper().map(|helper| helper.name.name()));
    row(rows, format!("{id}.helper"), helper(old), helper(new));
    let lines = |conn: &NfConn| {
        let ftp = conn.ext.helper()?.ftp;
        let known = |dir: Dir| {
            let count = usize::from(ftp.known[dir.index()]);
            let seqs = ftp.after_line[dir.index()].iter().take(count);
            let seqs: Vec<String> = seqs.map(u32::to_string).collect();
            format!("{} {}", names::dir(dir), seqs.join(" "))
        };
        Some(Dir::BOTH.map(known).join(", "))
    };
    let what = format!("{id}.helper.seq_aft_nl");
    row(rows, what, or_none(lines(old)), or_none(lines(new)));
    let source = |conn: &NfConn| {
        let linked = conn.ext.bysource().linked();
        if linked {
            w::LINKED.text()
        } else {
            w::NOT_LINKED.text()
        }
        .to_owned()
    };
    row(rows, tell!(w::ID_BY_SOURCE, id), source(old), source(new));
    let masq = |conn: &NfConn| conn.ext.masq_index().to_string();
    row(rows, format!("{id}.nat.masq_index"), masq(old), masq(new));
    let policy = |conn: &NfConn| {
        let rare = conn.ext.rare.as_ref();
        let own = rare.is_some_and(|rare| rare.timeout.is_some());
        if own {
            w::ITS_OWN.text()
        } else {
            w::THE_NAMESPACES.text()
        }
        .to_owned()
    };
    row(
        rows,
        tell!(w::ID_TIMEOUTS_ARE, id),
        policy(old),
        policy(new),
    );
    // Parts of the connection that only its protocol's next packet asks for are one row.
    let last = |conn: &NfConn| match conn.proto {
        ProtoState::Tcp(tcp) if tcp.last_kind != PacketKind::None => tell!(
            w::DIR_LAST_KIND_SEQ,
            dir = names::dir(tcp.last_dir),
            last_kind = tcp.last_kind.name(),
            last_seq = tcp.last_seq,
            last_end = tcp.last_end,
            last_ack = tcp.last_ack,
            last_win = tcp.last_win
        ),
        _ => NONE.text().to_owned(),
    };
    row(rows, format!("{id}.proto.tcp.last"), last(old), last(new));
}
