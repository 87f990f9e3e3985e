//! Two runs side by side: the same log on two kernels, or this log and a kept branch. What is equal
//! is said in one line; what differs has a row, and where the kernels decide it, the reason.

mod rows;

use super::lens::Looking;
use super::scene::Scene;
use super::stage::{StageModel, beside};
use crate::words::{differs as w, tell};
use rows::Rows;
use std::rc::Rc;

/// Which two.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum CompareWith {
    /// The same log on 5.10 and on 6.18.
    #[default]
    Kernels,
    /// This log and the kept branch of that index.
    Branch(u32),
}

/// The other run, standing where it compares.
#[derive(Clone, Debug)]
pub struct Facing<'a> {
    /// Its moment.
    pub scene: Scene<'a>,
    /// It is on the left.
    pub left: bool,
    /// What the two sides are called, left first.
    pub names: [String; 2],
    /// Where they stand, left first.
    pub at: [String; 2],
}

/// All that a comparison needs beside the moment.
#[derive(Clone, Debug, Default)]
pub struct Against<'a> {
    /// The other run, if there is one.
    pub facing: Option<Facing<'a>>,
    /// What can be compared.
    pub choices: &'a [Choice],
    /// How the two are brought to the same place, or why there is nothing to see.
    pub note: &'a str,
}

/// What can be compared, and how it stands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Choice {
    /// Which two.
    pub with: CompareWith,
    /// On its button.
    pub label: String,
    /// It is this one.
    pub chosen: bool,
}

/// A side.
#[derive(Clone, PartialEq, Debug)]
pub struct Side {
    /// `Linux 5.10`, `this log`.
    pub name: String,
    /// Where it stands: `command 2 of 3, step 4 of 38`.
    pub at: String,
    /// It is the run that the page steps through.
    pub here: bool,
    /// Its picture.
    pub stage: Rc<StageModel>,
}

/// Something that is not the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// What it is about: `c1, reply node`.
    pub what: String,
    /// How it is on the left, and on the right.
    pub sides: [String; 2],
    /// It is what a tool prints.
    pub printed: bool,
}

/// Rows with the same reason.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    /// What the reason is about; empty if none is known.
    pub title: &'static str,
    /// What the left kernel does, and the right one.
    pub words: Option<[&'static str; 2]>,
    /// The rows.
    pub rows: Vec<Row>,
}

/// The lens.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct CompareModel {
    /// What can be compared.
    pub choices: Vec<Choice>,
    /// How the two are brought to the same place, or why there is nothing to see.
    pub note: String,
    /// Left and right; none if there is nothing to compare.
    pub sides: Vec<Side>,
    /// What differs.
    pub groups: Vec<Group>,
    /// What is the same.
    pub equal: String,
}

/// Room between the two pictures.
const GAP: u32 = 1;
/// Below this they are one above the other.
const PAIR_MIN: u32 = 720;

/// Both moments, side by side.
pub fn compare(looking: &Looking) -> CompareModel {
    let (here, width) = (looking.scene, looking.viewport.width);
    let Against {
        facing,
        choices,
        note,
    } = looking.against;
    let (choices, note) = (choices.to_vec(), (*note).to_owned());
    let Some(facing) = facing else {
        return CompareModel {
            choices,
            note,
            ..CompareModel::default()
        };
    };
    let (left, right) = if facing.left {
        (&facing.scene, here)
    } else {
        (here, &facing.scene)
    };
    let width = if width >= PAIR_MIN {
        (width - GAP) / 2
    } else {
        width
    };
    let mut rows = Rows::of(left, right);
    rows.connections();
    rows.packets();
    rows.tools();
    rows.machine();
    let Rows {
        groups, same, lit, ..
    } = rows;
    let mut stages = [beside(left, width), beside(right, width)];
    light(&mut stages, &lit);
    let mut at = facing.at.iter();
    let mut here = [!facing.left, facing.left].into_iter();
    let sides = facing.names.iter().zip(stages).map(|(name, stage)| Side {
        name: name.clone(),
        at: at.next().cloned().unwrap_or_default(),
        here: here.next().unwrap_or_default(),
        stage: Rc::new(stage),
    });
    CompareModel {
        choices,
        note,
        sides: sides.collect(),
        groups,
        equal: match same.is_empty() {
            true => String::new(),
            false => tell!(w::THE_SAME_ON_BOTH, same = same.join(", ")),
        },
    }
}

/// Marks the cards of connections that differ, and the handles that hang elsewhere.
fn light(stages: &mut [StageModel; 2], lit: &[u32]) {
    let tabs = |stage: &StageModel, conn: u32, at: usize| {
        let card = stage.cards.cards.iter().find(|card| card.conn == conn)?;
        Some(card.tabs[at].label.clone())
    };
    let labels: Vec<(u32, [bool; 2])> = stages[0]
        .cards
        .cards
        .iter()
        .map(|card| {
            let differs = |at| {
                tabs(&stages[1], card.conn, at).is_some_and(|other| other != card.tabs[at].label)
            };
            (card.conn, [differs(0), differs(1)])
        })
        .collect();
    for stage in stages {
        for card in &mut stage.cards.cards {
            let card = Rc::make_mut(card);
            card.differs = lit.contains(&card.conn);
            let differs = labels.iter().find(|(conn, _)| *conn == card.conn);
            for (at, tab) in card.tabs.iter_mut().enumerate() {
                tab.changed = differs.is_some_and(|(_, differs)| differs[at]);
            }
        }
    }
}
