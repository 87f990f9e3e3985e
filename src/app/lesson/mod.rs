//! Lessons: which one is open, what was answered, and what is shown of it.

mod act;
pub mod answer;
mod class;
pub mod course;
pub mod goal;
mod place;
pub(super) mod show;

pub use act::{Beat, LESSON_ROUTES};
pub use class::{ClassMsg, OWN, PROGRESS};
pub(super) use class::{Classroom, Open};

use super::link;
use crate::engine::Conntrack;
use crate::timeline::EditError;
use crate::view::model::Selection;
use crate::view::refusal::refusal;

/// The object is there on this machine.
fn is_there(selection: Selection, machine: &Conntrack) -> bool {
    match selection {
        Selection::Conn(number) => machine.conns.by_number(number).is_some(),
        Selection::Skb(number) => machine.skbs.iter().any(|skb| skb.id.0 == number),
        Selection::Bucket(bucket) => bucket < machine.table.size(),
        Selection::Step | Selection::Gc => true,
    }
}

/// Why a log cannot be had, as a sentence.
fn sentence(error: &EditError) -> String {
    match error {
        EditError::Refused(_, why) => link::sentence(refusal(why)),
        other => other.to_string(),
    }
}

/// A file is a lesson, by its name or by how it begins.
pub(super) fn looks_like_lesson(name: &str, text: &str) -> bool {
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let first = lines.find(|line| !line.trim().is_empty() && !line.starts_with('#'));
    name.ends_with(".lesson") || first.is_some_and(|line| line.starts_with("title:"))
}
