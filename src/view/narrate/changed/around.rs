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
use core::fmt::Display;

/// Objects that are named; more are counted.
const NAMED_MAX: usize = 4;
/// What stands for nothing.
const NONE: &str = "none";

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
    rows_of("packets in the machine", &|at| {
        let names = at.skbs.iter().map(|skb| skb.id.to_string());
        list(names, "packet", "packets")
    });
    rows_of("expectations", &|at| {
        let names = at
            .expects
            .iter()
            .map(|expect| format!("e{}", expect.number));
        list(names, "expectation", "expectations")
    });
    rows_of("listener.sent", &|at| at.listener.sent.to_string());
    rows_of("listener", &|at| listen(at.listener.mode).to_owned());
    rows_of("numbers drawn for NAT", &|at| at.nat.drawn.to_string());
    rows_of("limits drawn for chains", &|at| at.confirms.to_string());
    rows_of("packets are held at", &|at| {
        at.hold.map_or(NONE, |hold| hold.name()).to_owned()
    });
    rows_of("CPU at work", &|at| at.cpu.to_string());
    rows_of("gc runs", &|at| {
        if at.gc.auto { "by itself" } else { "by hand" }.to_owned()
    });
    rows_of("namespaces", &|at| {
        let names = at.nets.iter().map(|net| net.name.as_str().to_owned());
        list(names, "namespace", "namespaces")
    });
    rows_of("namespace at work", &|at| {
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
                    let word = if conn.is_some() { "allocated" } else { NONE };
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
        Listen::Off => "off",
        Listen::On => "on",
        Listen::Slow => "slow",
    }
}

/// Names, or how many there are.
fn list(names: impl Iterator<Item = String>, one: &str, many: &str) -> String {
    let names: Vec<String> = names.collect();
    match names.len() {
        0 => NONE.to_owned(),
        1..=NAMED_MAX => names.join(", "),
        more => names::counted(more as u64, one, many),
    }
}

fn or_none(value: Option<impl Display>) -> String {
    value.map_or_else(|| NONE.to_owned(), |value| value.to_string())
}

fn namespace(rows: &mut Vec<Change>, old: &Netns, new: &Netns) {
    let mut count = |what: &str, old: usize, new: usize| {
        row(rows, what, old.to_string(), new.to_string());
    };
    count("interfaces", old.ifaces.len(), new.ifaces.len());
    count("rules", old.rules.len(), new.rules.len());
    count("GRE keys", old.gre_keys.len(), new.gre_keys.len());
    let pieces = |net: &Netns| net.frags.iter().map(|queue| queue.pieces()).sum();
    count("fragments waiting", pieces(old), pieces(new));
    let due = |net: &Netns| or_none(net.ecache_due.map(names::jiffies));
    row(rows, "event worker due", due(old), due(new));
}

/// A packet, its header fields included.
fn packet(rows: &mut Vec<Change>, old: &Skb, new: &Skb) {
    let mut field = |what: &str, was: String, is: String| {
        row(rows, format!("{}{what}", new.id), was, is);
    };
    let len = |skb: &Skb| names::counted(skb.bytes.len() as u64, "byte", "bytes");
    let held = |skb: &Skb| if skb.held { "waits" } else { "moves" }.to_owned();
    field("", held(old), held(new));
    field(" goes out by", or_none(old.oif), or_none(new.oif));
    let zone = |skb: &Skb| or_none(skb.tmpl.map(|tmpl| format!("zone {}", tmpl.zone.id)));
    field(" template", zone(old), zone(new));
    let way = |skb: &Skb| match skb.path {
        Path::Forward => "to another host".to_owned(),
        Path::Input => "to a socket here".to_owned(),
        Path::Output => "from a socket here".to_owned(),
    };
    field(" goes", way(old), way(new));
    let pieces = |skb: &Skb| or_none(skb.cut.as_ref().map(|cut| cut.pieces.len()));
    field(" fragments that it came in", pieces(old), pieces(new));
    if new.bytes.is_empty() && !old.bytes.is_empty() {
        field(" data", len(old), "handed on".to_owned());
    }
    if old.bytes == new.bytes || new.bytes.is_empty() || old.bytes.is_empty() {
        return;
    }
    field(" length", len(old), len(new));
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
        if linked { "linked" } else { "not linked" }.to_owned()
    };
    row(rows, format!("{id} by source"), source(old), source(new));
    let masq = |conn: &NfConn| conn.ext.masq_index().to_string();
    row(rows, format!("{id}.nat.masq_index"), masq(old), masq(new));
    let policy = |conn: &NfConn| {
        let rare = conn.ext.rare.as_ref();
        let own = rare.is_some_and(|rare| rare.timeout.is_some());
        if own { "its own" } else { "the namespace's" }.to_owned()
    };
    row(rows, format!("{id} timeouts are"), policy(old), policy(new));
    // Parts of the connection that only its protocol's next packet asks for are one row.
    let last = |conn: &NfConn| match conn.proto {
        ProtoState::Tcp(tcp) if tcp.last_kind != PacketKind::None => format!(
            "{} {}, seq {} to {}, ack {}, win {}",
            names::dir(tcp.last_dir),
            tcp.last_kind.name(),
            tcp.last_seq,
            tcp.last_end,
            tcp.last_ack,
            tcp.last_win
        ),
        _ => NONE.to_owned(),
    };
    row(rows, format!("{id}.proto.tcp.last"), last(old), last(new));
}
