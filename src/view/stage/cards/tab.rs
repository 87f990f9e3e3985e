//! The two tabs of a card: where each node hangs.

use crate::engine::conn::NfConn;
use crate::engine::nulls::{ListId, Node};
use crate::engine::tuple::Dir;
use crate::view::names;
use crate::words::{stage as w, tell};

/// A handle: where one of the two nodes hangs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tab {
    /// Which node.
    pub dir: Dir,
    /// `bucket 3`.
    pub label: String,
    /// In no list.
    pub off: bool,
    /// It hangs elsewhere since the last step.
    pub changed: bool,
    /// In full.
    pub title: String,
}

/// The tab of a node, as it was if there is an older connection.
pub(super) fn tab(conn: &NfConn, old: Option<&NfConn>, dir: Dir) -> Tab {
    let list = conn.list(dir);
    let label = match list {
        Some(ListId::Bucket(bucket)) if bucket < 100 => tell!(w::BUCKET_BUCKET, bucket),
        Some(ListId::Bucket(bucket)) if bucket < 100_000 => format!("b {bucket}"),
        Some(ListId::Bucket(bucket)) => bucket.to_string(),
        Some(ListId::Unconfirmed { cpu, .. }) => tell!(w::UNCONF_CPU, cpu),
        Some(ListId::Dying { cpu, .. }) => tell!(w::DYING_CPU, cpu),
        Some(ListId::Undelivered { .. }) => w::EVENTS.text().to_owned(),
        None => w::NOWHERE.text().to_owned(),
    };
    let word = names::dir(dir);
    let title = match (list, conn.tuplehash[dir.index()].node) {
        (Some(list), _) => tell!(w::WORD_NODE_IN_LIST, word, list = names::list(list)),
        (None, Node::Stash(_)) => {
            tell!(w::WORD_NODE_IN_NO, word)
        }
        (None, Node::Fake) => tell!(w::WORD_NODE_IN_NO_LIST, word),
        (None, _) => tell!(w::WORD_NODE_IN_NO_LIST_2, word),
    };
    let changed = old.is_some_and(|old| old.list(dir) != list);
    Tab {
        dir,
        label,
        off: list.is_none(),
        changed,
        title,
    }
}
