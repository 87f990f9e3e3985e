//! The link to what is on the screen.

use super::guide;
use super::state::AppState;
use crate::scenario::Position;
use crate::scenario::link::{self, Looked};
use crate::timeline::Cursor;
use crate::view::model::{Grain, Lens, Selection, Tab};

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
    /// Beside which tab.
    pub tab: Option<Tab>,
    /// In steps of which size.
    pub grain: Option<Grain>,
    /// To a hall.
    pub present: bool,
}

/// The part of a link that begins to present.
const PRESENT: &str = "present";

const TABS: [(&str, Tab); 5] = [
    ("object", Tab::Object),
    ("list", Tab::List),
    ("events", Tab::Events),
    ("stats", Tab::Stats),
    ("checks", Tab::Checks),
];
const GRAINS: [(&str, Grain); 3] = [
    ("event", Grain::Event),
    ("phase", Grain::Phase),
    ("change", Grain::Change),
];

/// The fragment for what is on the screen, or a sentence. What is usual is not named.
pub fn encode(app: &AppState) -> Result<String, String> {
    let Cursor { command, step } = app.timeline.cursor();
    let at = (command > 0).then_some(Position {
        command,
        step: Some(step),
    });
    let selected = match app.selection {
        Selection::Step => None,
        Selection::Conn(number) => Some(format!("c{number}")),
        Selection::Skb(number) => Some(format!("s{number}")),
        Selection::Bucket(number) => Some(format!("b{number}")),
        Selection::Gc => Some("gc".to_owned()),
    };
    let looked = Looked {
        at,
        selected,
        view: view(app).map(str::to_owned),
        tab: unusual(&TABS, app.tab),
        grain: unusual(&GRAINS, app.settings.grain),
    };
    let mut fragment = link::encode_short(&app.timeline.scenario(), &looked).map_err(sentence)?;
    if app.hall.on {
        fragment.push('&');
        fragment.push_str(PRESENT);
    }
    Ok(fragment)
}

/// The word of the way to look, unless it is the usual one.
fn view(app: &AppState) -> Option<&'static str> {
    match app.lens {
        _ if app.tour.on => Some(guide::WORD),
        Lens::Machine => None,
        lens => Some(lens.word()),
    }
}

/// What a fragment leads to, or a sentence. A place without a step is the end of its command.
pub fn decode(fragment: &str) -> Result<Target, String> {
    let (fragment, present) = without_present(fragment);
    let link::Link { scenario, looked } = link::decode(&fragment).map_err(sentence)?;
    let cursor = looked.at.map(|Position { command, step }| Cursor {
        command,
        step: step.unwrap_or(u32::MAX),
    });
    let lens = looked.view.as_deref().and_then(Lens::from_word);
    let toured = looked.view.as_deref() == Some(guide::WORD);
    let selection = looked.selected.as_deref().and_then(selection);
    Ok(Target {
        scenario,
        cursor,
        selection: selection.unwrap_or_default(),
        lens: lens.unwrap_or_default(),
        toured,
        tab: by_word(&TABS, looked.tab),
        grain: by_word(&GRAINS, looked.grain),
        present,
    })
}

/// A fragment without that part, and whether it had it.
fn without_present(fragment: &str) -> (String, bool) {
    let parts = fragment.split('&');
    let kept: Vec<&str> = parts.filter(|part| *part != PRESENT).collect();
    let rest = kept.join("&");
    let had = rest.len() < fragment.len();
    (rest, had)
}

fn unusual<T: Copy + PartialEq + Default>(words: &[(&str, T)], value: T) -> Option<String> {
    let named = words.iter().find(|(_, of)| *of == value);
    named
        .filter(|_| value != T::default())
        .map(|(word, _)| (*word).to_owned())
}

fn by_word<T: Copy>(words: &[(&str, T)], word: Option<String>) -> Option<T> {
    let word = word?;
    let named = words.iter().find(|(of, _)| *of == word);
    named.map(|(_, value)| *value)
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
