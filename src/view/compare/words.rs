//! Where something hangs, and in which words two lines differ.

use crate::engine::nulls::ListId;
use crate::engine::skb::Skb;
use crate::engine::tuple::Dir;
use crate::engine::{Conntrack, NfConn};
use crate::view::names;

/// Where the nodes of an entry in the table hang.
pub(super) fn buckets(conn: &NfConn) -> String {
    let [original, reply] = Dir::BOTH.map(|dir| match conn.list(dir) {
        Some(ListId::Bucket(bucket)) => names::grouped(bucket.into()),
        _ => "none".to_owned(),
    });
    format!("buckets {original} and {reply}")
}

/// Where a node hangs.
pub(super) fn hangs(state: &Conntrack, conn: &NfConn, dir: Dir) -> String {
    match conn.list(dir) {
        Some(list) => list.to_string(),
        None => {
            let holds = |skb: &&Skb| skb.nfct == Some(conn.id);
            match state.skbs.iter().find(holds) {
                Some(skb) if dir == Dir::Original => format!("no list; packet {} knows it", skb.id),
                _ => "no list".to_owned(),
            }
        }
    }
}

/// The words in which two lines differ, behind the first one.
pub(super) fn odd_words(a: &str, b: &str) -> (String, String) {
    let words = [a, b].map(|line| line.split_whitespace().collect::<Vec<_>>());
    let alike = words[0].len() == words[1].len();
    let [left, right] = [0, 1].map(|side| {
        let (mine, other) = (&words[side], &words[1 - side]);
        let mut text = mine.first().copied().unwrap_or_default().to_owned();
        let mut skipped = false;
        for (at, word) in mine.iter().enumerate().skip(1) {
            let same = match alike {
                true => other[at] == *word,
                false => other.contains(word),
            };
            if same {
                skipped = true;
                continue;
            }
            text.push_str(if core::mem::take(&mut skipped) {
                " … "
            } else {
                " "
            });
            text.push_str(word);
        }
        if skipped {
            text.push_str(" …");
        }
        text
    });
    (left, right)
}
