//! Fragments that wait for the rest of their datagram.

use crate::engine::Conntrack;
use crate::engine::defrag::FragQueue;
use crate::view::model::FragRow;
use crate::view::names;

/// The datagrams of the current namespace that are not complete.
pub fn rows(state: &Conntrack) -> Vec<FragRow> {
    let net = state.nets.get(usize::from(state.net));
    let queues = net.map_or(&[][..], |net| &net.frags);
    queues.iter().map(|queue| row(queue, state)).collect()
}

fn row(queue: &FragQueue, state: &Conntrack) -> FragRow {
    let key = &queue.key;
    let mut bytes: Vec<(u32, u32)> = Vec::new();
    for piece in queue.runs.iter().flatten() {
        let (from, to) = (piece.offset, piece.offset + piece.len);
        match bytes.last_mut() {
            Some((_, end)) if *end == from => *end = to,
            _ => bytes.push((from, to)),
        }
    }
    let spans: Vec<String> = bytes
        .iter()
        .map(|(from, to)| format!("{from} to {}", to.saturating_sub(1)))
        .collect();
    let of = if queue.last_in {
        format!(" of {}", queue.len)
    } else {
        String::new()
    };
    let length = u64::from(queue.len.max(1));
    let permille = |at: u32| (u64::from(at) * 1000 / length).min(1000) as u32;
    FragRow {
        of: format!(
            "{} > {}, id {}",
            key.src.show(key.l3),
            key.dst.show(key.l3),
            key.id
        ),
        there: format!("bytes {}{of}", spans.join(", ")),
        due: format!("in {}", names::ticks(queue.due.left(state.now), state.hz())),
        runs: bytes
            .iter()
            .map(|(from, to)| (permille(*from), permille(*to)))
            .collect(),
        whole: queue.last_in,
    }
}
