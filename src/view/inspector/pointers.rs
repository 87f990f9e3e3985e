//! How the structures point to each other: list nodes, end markers, and the low bits of pointers.

use super::{Subject, field, group, plain, subject};
use crate::engine::Conntrack;
use crate::engine::conn::NfConn;
use crate::engine::nulls::{Link, ListId, Next, Node, NodeRef};
use crate::engine::skb::SkbId;
use crate::engine::tuple::Dir;
use crate::view::model::{Field, FieldGroup};
use crate::view::names;
use crate::view::scene::Scene;
use crate::words::{inspector as w, tell};

/// Pointers of what the inspector is about, nothing for an object without any.
pub fn pointers(scene: &Scene) -> Option<FieldGroup> {
    let fields = match subject(scene) {
        Subject::Conn(number) => {
            let conn = scene.state.conns.by_number(number)?;
            let old = scene.before.conns.by_number(number);
            let both = Dir::BOTH.map(|dir| {
                let mut fields = node_pointers(scene.state, conn, old, dir);
                for field in &mut fields {
                    field.name = format!("tuplehash[{}].{}", dir.index(), field.name);
                }
                fields
            });
            both.concat()
        }
        Subject::Skb(number) => {
            let skb = scene.state.skb(SkbId(number))?;
            let info = skb.ctinfo?;
            let value = match skb.nfct {
                Some(conn) => format!("&{conn} | {}", info as u8),
                None => format!("NULL | {info}", info = info as u8),
            };
            let note = w::OBJECTS_ARE_8_BYTE.text();
            vec![plain("_nfct", value, note)]
        }
        Subject::Bucket(bucket) if bucket < scene.state.table.size() => {
            let head = |at: &Conntrack| link(at, at.table.head(bucket));
            let old = (bucket < scene.before.table.size()).then(|| head(scene.before));
            let name = format!("nf_conntrack_hash[{bucket}].first");
            vec![field(name, head(scene.state), "", old)]
        }
        Subject::Bucket(_) | Subject::Gc | Subject::Nothing => return None,
    };
    Some(group(w::POINTERS.text(), fields))
}

/// `next` and `pprev` of one of a connection's nodes.
pub(in crate::view) fn node_pointers(
    at: &Conntrack,
    conn: &NfConn,
    old: Option<&NfConn>,
    dir: Dir,
) -> Vec<Field> {
    let node = |conn: &NfConn| conn.tuplehash[dir.index()].node;
    let was = old.map(node);
    let both = [
        ("next", next(at, node(conn)), was.map(|was| next(at, was))),
        (
            "pprev",
            pprev(at, node(conn)),
            was.map(|was| pprev(at, was)),
        ),
    ];
    let note = match node(conn) {
        Node::Stash(_) => w::THE_MEMORY_OF_PPREV.text(),
        Node::Fake => w::MADE_TO_LOOK_LINKED_SO.text(),
        Node::Detached => w::IN_NO_LIST.text(),
        Node::Linked { .. } => "",
    };
    both.map(|(name, value, old)| field(name, value, note, old))
        .into()
}

fn next(at: &Conntrack, node: Node) -> String {
    match node {
        Node::Linked { next, .. } => link(at, next),
        Node::Fake => w::NOT_FOLLOWED.text().to_owned(),
        Node::Detached | Node::Stash(_) => w::NONE.text().to_owned(),
    }
}

fn pprev(at: &Conntrack, node: Node) -> String {
    match node {
        Node::Stash(raw) => tell!(w::RAW_HASH_HEX32, hex32 = names::hex32(raw)),
        Node::Linked { list, prev, .. } => match prev.node() {
            Some(node) => format!("{}.next", address(at, node)),
            None => match list.list() {
                ListId::Bucket(bucket) => format!("&nf_conntrack_hash[{bucket}].first"),
                ListId::Unconfirmed { cpu, .. } => tell!(w::HEAD_OF_UNCONFIRMED_CPU, cpu),
                ListId::Dying { cpu, .. } => tell!(w::HEAD_OF_DYING_CPU, cpu),
                ListId::Undelivered { .. } => w::HEAD_OF_THE_LIST.text().to_owned(),
            },
        },
        Node::Fake => w::ITSELF.text().to_owned(),
        Node::Detached => w::NONE.text().to_owned(),
    }
}

/// A node, or the end marker as it is stored and what it says.
fn link(at: &Conntrack, link: Link) -> String {
    match link.next() {
        Next::Node(node) => address(at, node),
        Next::Nulls(value) => format!("{:#x} = {value} << 1 | 1", link.raw()),
    }
}

fn address(at: &Conntrack, node: NodeRef) -> String {
    let conn = at.conns.at(node.slot);
    let conn = conn.map_or_else(|| "?".to_owned(), |conn| conn.id.to_string());
    format!("&{conn}.tuplehash[{}].hnnode", node.dir.index())
}
