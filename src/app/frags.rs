//! Fragments that wait for the rest of their datagram.

use crate::engine::Conntrack;
use crate::engine::defrag::FragQueue;
use crate::view::model::FragRow;
use crate::view::names;
use crate::words::{app as w, tell};

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
        .map(|(from, to)| {
            tell!(
                w::FROM_TO_SATURATING_SUB,
                from,
                saturating_sub = to.saturating_sub(1)
            )
        })
        .collect();
    let of = if queue.last_in {
        tell!(w::OF_QUEUE, queue = queue.len)
    } else {
        String::new()
    };
    let length = u64::from(queue.len.max(1));
    let permille = |at: u32| (u64::from(at) * 1000 / length).min(1000) as u32;
    FragRow {
        of: tell!(
            w::SHOW_SHOW2_ID_ID,
            show = key.src.show(key.l3),
            show2 = key.dst.show(key.l3),
            id = key.id
        ),
        there: tell!(w::BYTES_SPANS_OF, spans = spans.join(", "), of),
        due: tell!(
            w::IN_TICKS,
            ticks = names::ticks(queue.due.left(state.now), state.hz())
        ),
        runs: bytes
            .iter()
            .map(|(from, to)| (permille(*from), permille(*to)))
            .collect(),
        whole: queue.last_in,
    }
}
