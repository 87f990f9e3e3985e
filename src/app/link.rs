//! The link to what is on the screen.

use super::guide;
use super::state::AppState;
use crate::scenario::Position;
use crate::scenario::link::{self, Looked};
use crate::timeline::Cursor;
use crate::view::model::{Depth, Grain, Lens, Selection, Tab};

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
    /// How much of the machine is shown.
    pub depth: Option<Depth>,
}

/// What could be read of a fragment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reading {
    /// What it leads to; a sentence that says why it leads nowhere.
    pub target: Result<Target, String>,
    /// What is wrong with a part of a link that leads somewhere.
    pub left_out: Option<String>,
    /// Lines of the scenario that could be read, where there is no target.
    pub lines: String,
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
const DEPTHS: [(&str, Depth); 3] = [
    ("idea", Depth::Idea),
    ("structs", Depth::Structs),
    ("pointers", Depth::Pointers),
];
const GRAINS: [(&str, Grain); 3] = [
    ("event", Grain::Event),
    ("phase", Grain::Phase),
    ("change", Grain::Change),
];

/// The fragment for what is on the screen, or a sentence. What is usual is not named.
pub fn encode(app: &AppState) -> Result<String, String> {
    let mut fragment = match app.route() {
        Some(route) => route?,
        None => {
            short_enough(app)?;
            link::encode_short(&app.timeline.scenario(), &looked(app)).map_err(sentence)?
        }
    };
    if app.hall.on {
        fragment.push('&');
        fragment.push_str(PRESENT);
    }
    Ok(fragment)
}

/// A log of a capture is not copied to find out that it is too long.
fn short_enough(app: &AppState) -> Result<(), String> {
    match app.timeline.len() as usize {
        commands if commands > link::LINK_COMMANDS_MAX => {
            Err(sentence(link::LinkError::TooManyCommands(commands)))
        }
        _ => Ok(()),
    }
}

/// The same, before the first command.
pub fn encode_start(app: &AppState) -> Result<String, String> {
    short_enough(app)?;
    let looked = Looked {
        at: None,
        ..looked(app)
    };
    link::encode_short(&app.timeline.scenario(), &looked).map_err(sentence)
}

/// The fragment for another place in the same run, in steps of a size.
pub fn encode_at(app: &AppState, cursor: Cursor, grain: Grain) -> Result<String, String> {
    short_enough(app)?;
    let looked = Looked {
        at: position(cursor),
        grain: unusual(&GRAINS, grain),
        ..Looked::default()
    };
    link::encode_short(&app.timeline.scenario(), &looked).map_err(sentence)
}

fn position(Cursor { command, step }: Cursor) -> Option<Position> {
    (command > 0).then_some(Position {
        command,
        step: Some(step),
    })
}

fn looked(app: &AppState) -> Looked {
    let selected = match app.selection {
        Selection::Step => None,
        Selection::Conn(number) => Some(format!("c{number}")),
        Selection::Skb(number) => Some(format!("s{number}")),
        Selection::Bucket(number) => Some(format!("b{number}")),
        Selection::Gc => Some("gc".to_owned()),
    };
    Looked {
        at: position(app.timeline.cursor()),
        selected,
        view: view(app).map(str::to_owned),
        tab: unusual(&TABS, app.tab),
        grain: unusual(&GRAINS, app.settings.grain),
        depth: unusual(&DEPTHS, app.settings.depth),
    }
}

/// The word of the way to look, unless it is the usual one.
fn view(app: &AppState) -> Option<&'static str> {
    match app.lens {
        _ if app.tour.on => Some(guide::WORD),
        Lens::Machine => None,
        lens => Some(lens.word()),
    }
}

/// What a fragment leads to. A place without a step is the end of its command; a name that is not
/// known here, perhaps of another version, is left out.
pub fn read(fragment: &str) -> Reading {
    let link::Reading {
        scenario,
        lines,
        looked,
        problems,
    } = link::read(fragment);
    let problem = problems.into_iter().next().map(sentence);
    let Some(scenario) = scenario else {
        return Reading {
            target: Err(problem.unwrap_or_default()),
            left_out: None,
            lines,
        };
    };
    let unknown = looked.clone();
    let cursor = looked.at.map(|Position { command, step }| Cursor {
        command,
        step: step.unwrap_or(u32::MAX),
    });
    let lens = looked.view.as_deref().and_then(Lens::from_word);
    let toured = looked.view.as_deref() == Some(guide::WORD);
    let target = Target {
        scenario,
        cursor,
        selection: looked
            .selected
            .as_deref()
            .and_then(selection)
            .unwrap_or_default(),
        lens: lens.unwrap_or_default(),
        toured,
        tab: by_word(&TABS, looked.tab),
        grain: by_word(&GRAINS, looked.grain),
        depth: by_word(&DEPTHS, looked.depth),
    };
    let not_known = [
        (
            "sel",
            unknown.selected.filter(|name| selection(name).is_none()),
        ),
        ("view", unknown.view.filter(|_| lens.is_none() && !toured)),
        ("tab", unknown.tab.filter(|_| target.tab.is_none())),
        ("grain", unknown.grain.filter(|_| target.grain.is_none())),
        ("depth", unknown.depth.filter(|_| target.depth.is_none())),
    ];
    let mut not_known = not_known.into_iter();
    let left_out = problem.or_else(|| {
        let (key, name) = not_known.find_map(|(key, name)| Some((key, name?)))?;
        Some(sentence(link::LinkError::Part(format!("{key}={name}"))))
    });
    Reading {
        target: Ok(target),
        left_out,
        lines,
    }
}

/// A fragment without the part that begins to present, and whether it had it.
pub fn without_present(fragment: &str) -> (String, bool) {
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

pub(super) fn selection(name: &str) -> Option<Selection> {
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
