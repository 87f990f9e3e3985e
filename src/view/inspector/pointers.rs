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
                None => format!("NULL | {}", info as u8),
            };
            let note = "objects are 8-byte aligned, so the low three bits are free for ctinfo";
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
    Some(group("pointers", fields))
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
        Node::Stash(_) => "the memory of pprev keeps the raw original hash until confirm",
        Node::Fake => "made to look linked, so that a later unlink does no harm",
        Node::Detached => "in no list",
        Node::Linked { .. } => "",
    };
    both.map(|(name, value, old)| field(name, value, note, old))
        .into()
}

fn next(at: &Conntrack, node: Node) -> String {
    match node {
        Node::Linked { next, .. } => link(at, next),
        Node::Fake => "not followed".to_owned(),
        Node::Detached | Node::Stash(_) => "none".to_owned(),
    }
}

fn pprev(at: &Conntrack, node: Node) -> String {
    match node {
        Node::Stash(raw) => format!("raw hash {}", names::hex32(raw)),
        Node::Linked { list, prev, .. } => match prev.node() {
            Some(node) => format!("{}.next", address(at, node)),
            None => match list.list() {
                ListId::Bucket(bucket) => format!("&nf_conntrack_hash[{bucket}].first"),
                ListId::Unconfirmed { cpu, .. } => format!("head of unconfirmed, CPU {cpu}"),
                ListId::Dying { cpu, .. } => format!("head of dying, CPU {cpu}"),
                ListId::Undelivered { .. } => "head of the list of undelivered events".to_owned(),
            },
        },
        Node::Fake => "itself".to_owned(),
        Node::Detached => "none".to_owned(),
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
