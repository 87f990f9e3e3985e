//! The link to what is on the screen.

use crate::scenario::Position;
use crate::scenario::link::{self, Looked};
use crate::timeline::{Cursor, Timeline};
use crate::view::model::{Lens, Selection};

use super::guide;

/// What a link leads to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    /// The log.
    pub scenario: crate::scenario::Scenario,
    /// Where in it.
    pub cursor: Option<Cursor>,
    /// What is looked at.
    pub selection: Selection,
    /// Through which lens.
    pub lens: Lens,
    /// Somebody is shown round.
    pub toured: bool,
}

/// The fragment for a log, the cursor in it, what is looked at, and how (a word, or nothing); or
/// a sentence.
pub fn encode(timeline: &Timeline, selection: Selection, view: &str) -> Result<String, String> {
    let Cursor { command, step } = timeline.cursor();
    let at = (command > 0).then_some(Position {
        command,
        step: Some(step),
    });
    let selected = match selection {
        Selection::Step => None,
        Selection::Conn(number) => Some(format!("c{number}")),
        Selection::Skb(number) => Some(format!("s{number}")),
        Selection::Bucket(number) => Some(format!("b{number}")),
        Selection::Gc => Some("gc".to_owned()),
    };
    let looked = Looked {
        at,
        selected,
        view: (!view.is_empty()).then(|| view.to_owned()),
    };
    link::encode(&timeline.scenario(), &looked).map_err(sentence)
}

/// What a fragment leads to, or a sentence. A place without a step is the end of its command.
pub fn decode(fragment: &str) -> Result<Target, String> {
    let link = link::decode(fragment).map_err(sentence)?;
    let cursor = link.looked.at.map(|Position { command, step }| Cursor {
        command,
        step: step.unwrap_or(u32::MAX),
    });
    let view = link.looked.view.as_deref();
    let lens = view.and_then(Lens::from_word);
    let toured = view == Some(guide::WORD);
    let selection = link
        .looked
        .selected
        .as_deref()
        .and_then(selection)
        .unwrap_or_default();
    Ok(Target {
        scenario: link.scenario,
        cursor,
        selection,
        lens: lens.unwrap_or_default(),
        toured,
    })
}

fn selection(name: &str) -> Option<Selection> {
    if name == "gc" {
        return Some(Selection::Gc);
    }
    let number = name.get(1..)?.parse().ok()?;
    match name.as_bytes().first()? {
        b'c' => Some(Selection::Conn(number)),
        b's' => Some(Selection::Skb(number)),
        b'b' => Some(Selection::Bucket(number)),
        _ => None,
    }
}

/// An error as a sentence of its own.
pub fn sentence(error: impl core::fmt::Display) -> String {
    let text = error.to_string();
    let mut chars = text.chars();
    let mut sentence: String = chars
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    sentence.push_str(chars.as_str());
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}
