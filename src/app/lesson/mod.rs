//! Lessons: which one is open, what was answered, and what is shown of it.

pub mod answer;
pub mod course;
pub mod goal;
mod place;

use crate::engine::Conntrack;
use crate::view::model::Selection;

/// The object is there on this machine.
fn is_there(selection: Selection, machine: &Conntrack) -> bool {
    match selection {
        Selection::Conn(number) => machine.conns.by_number(number).is_some(),
        Selection::Skb(number) => machine.skbs.iter().any(|skb| skb.id.0 == number),
        Selection::Bucket(bucket) => bucket < machine.table.size(),
        Selection::Step | Selection::Gc => true,
    }
}
