//! Figures 3, 4 and 5: the stage with the article's numbers on it, and the steps in words above it.

use crate::engine::Step;
use crate::engine::nulls::ListId;
use crate::engine::profile::Difference;
use crate::engine::skb::SkbId;
use crate::engine::slab::ConnId;
use crate::engine::tuple::Dir;
use crate::timeline::figures::{NUMBERS, figure_at, pass_at};
use crate::view::names;
use crate::view::scene::Scene;
use crate::view::stage::{BucketRow, CHIP_H, Chip, PAD, PILL_W, StageModel, WIRE_Y};
use crate::words::{Plain, lens as w, tell};
use core::ops::Range;

/// A figure's steps.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FigureModel {
    /// 3, 4 or 5.
    pub figure: u8,
    /// What it shows here: `Looking up s2`.
    pub title: String,
    /// Its steps, in the article's order.
    pub steps: Vec<FigureStep>,
    /// Steps that the log does not have: the first one, and who would have it.
    pub missing: Option<(u8, String)>,
}

/// A step of a figure.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FigureStep {
    /// Number in the figure.
    pub number: u8,
    /// What happens.
    pub words: &'static str,
    /// With what: `bucket 3 of 8`; or which command has it. May be empty.
    pub value: String,
    /// Where the cursor is relative to it.
    pub when: When,
    /// It happened since the stop before.
    pub fresh: bool,
}

/// Where a step of a figure is, seen from the cursor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum When {
    /// Behind us.
    Done,
    /// Here.
    Now,
    /// Still to come for this packet.
    Future,
    /// Another command of the log has it.
    Elsewhere,
    /// No command of the log has it.
    Missing,
}

impl When {
    /// As in `data-when`.
    pub const fn word(self) -> &'static str {
        match self {
            When::Done => "done",
            When::Now => "now",
            When::Future => "future",
            When::Elsewhere => "elsewhere",
            When::Missing => "missing",
        }
    }
}

/// A number on the stage.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Badge {
    /// Figure and number.
    pub figure: (u8, u8),
    /// Its middle, from the left of the picture.
    pub x: i32,
    /// Its middle, from the top of it.
    pub y: i32,
    /// As in the row above the stage.
    pub when: When,
}

const WORDS: [&[Plain]; 3] = [
    &[
        w::TUPLE_OUT_OF_THE,
        w::ITS_HASH_WITHOUT_THE,
        w::THE_BUCKET_OF_THE,
        w::WALK_ALONG_THE_CHAIN,
        w::A_MATCH_OR_THE,
        w::THE_PACKET_GETS_ITS,
    ],
    &[
        w::THE_ORIGINAL_TUPLE,
        w::THE_REPLY_TUPLE_INVERTED,
        w::MEMORY_FOR_THE_CONNECTION,
        w::ON_THE_UNCONFIRMED_LIST,
        w::THE_PACKET_GETS_ITS,
    ],
    &[
        w::THE_BUCKETS_OF_BOTH,
        w::OFF_THE_UNCONFIRMED_LIST,
        w::CONFIRMED_IS_SET,
        w::BOTH_NODES_GO_IN,
    ],
];

/// The command at hand, read for a figure.
struct Pass<'a> {
    figure: u8,
    steps: &'a [Step],
    /// The steps of the figure's pass.
    range: Range<usize>,
    /// The steps since the stop before.
    fresh: Range<usize>,
}

impl<'a> Pass<'a> {
    fn of(scene: &Scene<'a>, figure: u8) -> Option<Pass<'a>> {
        let at = scene.fresh.end.saturating_sub(1);
        Some(Pass {
            figure,
            steps: scene.steps,
            range: pass_at(scene.steps, figure, at)?,
            fresh: scene.fresh.clone(),
        })
    }

    /// Indices of the steps of a number.
    fn all(&self, number: u8) -> impl DoubleEndedIterator<Item = usize> {
        let numbered = move |at: &usize| figure_at(self.steps, *at) == Some((self.figure, number));
        self.range.clone().filter(numbered)
    }

    /// The number that the cursor stands at.
    fn now(&self) -> Option<u8> {
        let last = self.fresh.clone().rev();
        let mut numbers = last.filter_map(|at| figure_at(self.steps, at).map(|found| (at, found)));
        let (at, (figure, number)) = numbers.next()?;
        (figure == self.figure && self.range.contains(&at)).then_some(number)
    }

    fn when(&self, number: u8) -> Option<When> {
        let first = self.all(number).next()?;
        Some(if self.now() == Some(number) {
            When::Now
        } else if first < self.fresh.end {
            When::Done
        } else {
            When::Future
        })
    }

    fn is_fresh(&self, number: u8) -> bool {
        self.all(number).any(|at| self.fresh.contains(&at))
    }

    fn skb(&self) -> Option<SkbId> {
        let ours = self.steps.get(self.range.clone())?;
        let attached = |step: &Step| match step {
            Step::SkbAttached { skb, .. } | Step::TupleBuilt { skb, .. } => Some(*skb),
            _ => None,
        };
        let before = self.steps[..self.range.start].iter().rev();
        ours.iter()
            .find_map(attached)
            .or_else(|| before.filter_map(Step::skb).next())
    }

    fn conn(&self) -> Option<ConnId> {
        let ours = self.steps.get(self.range.clone())?;
        ours.iter().find_map(|step| match step {
            Step::ConnAllocated { conn, .. } | Step::BucketsReady { conn, .. } => Some(*conn),
            _ => None,
        })
    }

    /// With what a step happens, a few words: what is known of it at the cursor.
    fn value(&self, number: u8) -> String {
        let known = self.all(number).filter(|at| *at < self.fresh.end);
        let known: Vec<&Step> = known.map(|at| &self.steps[at]).collect();
        let Some(&&step) = known.last() else {
            return String::new();
        };
        match step {
            Step::TupleBuilt { tuple, .. } | Step::TupleReused { tuple } => {
                tell!(w::PROTO_DIR_0, proto = names::proto(tuple.dst.protonum))
            }
            Step::TupleInverted { .. } => "dir 1".to_owned(),
            Step::HashComputed { raw, .. } => names::hex32(raw),
            Step::BucketChosen { bucket, .. } => {
                tell!(w::BUCKET_NAMES, names = names::grouped(bucket.into()))
            }
            Step::NodeCompared { nth, .. } => tell!(w::N_NODES, n = nth),
            Step::Found { conn, dir, .. } => format!("{conn}, {}", names::dir(dir)),
            Step::NotFound { .. } => w::NO_MATCH.text().to_owned(),
            Step::SkbAttached { skb, conn, .. } => format!("{skb} → {conn}"),
            Step::ConnAllocated { conn, .. } | Step::StatusSet { conn, .. } => conn.to_string(),
            Step::ListAdded {
                list: ListId::Unconfirmed { cpu, .. },
                ..
            }
            | Step::ListRemoved {
                list: ListId::Unconfirmed { cpu, .. },
                ..
            } => format!("cpu {cpu}"),
            Step::BucketsReady {
                original, reply, ..
            } => both(original, reply),
            Step::HashInserted { bucket, .. } => match known[0] {
                Step::HashInserted { bucket: first, .. } if known.len() > 1 => both(*first, bucket),
                _ => tell!(w::BUCKET_NAMES, names = names::grouped(bucket.into())),
            },
            _ => String::new(),
        }
    }
}

fn both(a: u32, b: u32) -> String {
    let (a, b) = (names::grouped(a.into()), names::grouped(b.into()));
    tell!(w::BUCKETS_A_B, a, b)
}

/// The steps of a figure, 3 to 5. `elsewhere`: who else has them, by number.
pub fn figure(scene: &Scene, figure: u8, elsewhere: &[Option<String>; NUMBERS]) -> FigureModel {
    let pass = Pass::of(scene, figure);
    let words = WORDS[usize::from(figure - 3)];
    let mut steps = Vec::with_capacity(words.len());
    for ((number, words), other) in (1..).zip(words).zip(elsewhere) {
        let here = pass.as_ref().and_then(|pass| pass.when(number));
        let (when, value) = match (&pass, here, other) {
            (Some(pass), Some(when), _) => (when, pass.value(number)),
            (_, _, Some(label)) => (When::Elsewhere, tell!(w::IN_LABEL, label)),
            _ => (When::Missing, w::NOT_IN_THIS_LOG.text().to_owned()),
        };
        steps.push(FigureStep {
            number,
            words: words.text(),
            value,
            when,
            fresh: pass.as_ref().is_some_and(|pass| pass.is_fresh(number)),
        });
    }
    let missing = steps.iter().find(|step| step.when == When::Missing);
    let missing = missing.map(|step| (step.number, who_has(scene, (figure, step.number))));
    FigureModel {
        figure,
        title: title(figure, pass.as_ref()),
        steps,
        missing,
    }
}

fn title(figure: u8, pass: Option<&Pass>) -> String {
    let skb = pass.and_then(Pass::skb);
    let conn = pass.and_then(Pass::conn);
    match (figure, skb, conn) {
        (3, Some(skb), _) => tell!(w::LOOKING_UP_SKB, skb),
        (3, None, _) => w::LOOKING_A_TUPLE_UP.text().to_owned(),
        (4, Some(skb), _) => tell!(w::A_NEW_CONNECTION_FOR, skb),
        (4, None, _) => w::A_NEW_CONNECTION.text().to_owned(),
        (_, _, Some(conn)) => tell!(w::CONFIRMING_CONN, conn),
        _ => w::CONFIRMING_A_CONNECTION.text().to_owned(),
    }
}

/// What would have a step that the log does not have.
fn who_has(scene: &Scene, figure: (u8, u8)) -> String {
    let profile = scene.state.profile();
    match figure {
        (4, 4) | (5, 2) if profile.since(Difference::NoPendingLists) => {
            tell!(w::LINUX_PROFILE_HAS_NO, profile = profile.name())
        }
        (3, 4) => w::NO_BUCKET_THAT_IS.text().to_owned(),
        (3, 6) => w::NO_PACKET_FINDS_A.text().to_owned(),
        (3, _) => w::NO_PACKET_HAS_BEEN.text().to_owned(),
        (4, _) => w::NO_PACKET_HAS_MADE.text().to_owned(),
        _ => w::NO_CONNECTION_HAS_BEEN.text().to_owned(),
    }
}

/// The numbers of a figure, 3 to 5, at their places on the stage.
pub fn badges(scene: &Scene, figure: u8, stage: &StageModel) -> Vec<Badge> {
    let Some(pass) = Pass::of(scene, figure) else {
        return Vec::new();
    };
    let on = On {
        stage,
        skb: pass.skb().map_or(0, |skb| skb.0),
        conn: pass.conn().map_or(0, |conn| conn.number),
    };
    let mut badges = Vec::new();
    for number in 1..=NUMBERS as u8 {
        let Some(when) = pass.when(number) else {
            continue;
        };
        let places = on.places((figure, number));
        badges.extend(places.into_iter().flatten().map(|(x, y)| Badge {
            figure: (figure, number),
            x,
            y,
            when,
        }));
    }
    badges
}

type Place = Option<(i32, i32)>;

/// On the arrow that leads to a node.
fn arrow_to(row: &BucketRow, chip: &Chip) -> (i32, i32) {
    (chip.x - 8, row.y + chip.y + CHIP_H / 2)
}

/// Where things are on the stage.
struct On<'a> {
    stage: &'a StageModel,
    skb: u32,
    conn: u32,
}

impl On<'_> {
    /// Where the article has a number: at one place, or at two.
    fn places(&self, figure: (u8, u8)) -> [Place; 2] {
        let one = |place| [place, None];
        match figure {
            (3, 1) => one(self.key(0)),
            (3, 2) => one(self.hash_box(1, (40, 66))),
            (3, 3) => one(self.hash_box(3, (286, 66))),
            (3, 4) => one(self
                .hot_row()
                .filter(|row| !row.chips.is_empty())
                .map(|row| {
                    let (x, w) = row.index;
                    (x + w / 2, row.y + row.index_y - 25)
                })),
            (3, 5) => one(self.end_of_walk()),
            (3, 6) | (4, 5) => one(self.pill()),
            (4, 1) => one(self.handle(Dir::Original).or_else(|| self.key(0))),
            (4, 2) => one(self.handle(Dir::Reply).or_else(|| self.key(24))),
            (4, 3) | (5, 3) => one(self.card()),
            (4, 4) | (5, 2) => one(self.tray()),
            (5, 1) => self.results(),
            (5, 4) => Dir::BOTH.map(|dir| self.chip(dir)),
            _ => one(None),
        }
    }

    /// The hash bar shows one tuple, not both.
    fn one_tuple(&self) -> bool {
        self.stage.hash.boxes.len() == if self.stage.narrow { 1 } else { 4 }
    }

    fn key(&self, right: i32) -> Place {
        let cell = self.stage.hash.boxes.first().filter(|_| self.one_tuple())?;
        Some((cell.x + 14 + right, cell.y - 2))
    }

    /// On the upper edge of a box of the wide picture, or at a place in the box of the narrow one.
    fn hash_box(&self, nth: usize, narrow: (i32, i32)) -> Place {
        let boxes = &self.stage.hash.boxes;
        let first = boxes.first().filter(|_| self.one_tuple())?;
        if self.stage.narrow {
            return Some((first.x + narrow.0, first.y + narrow.1));
        }
        boxes.get(nth).map(|cell| (cell.x + 14, cell.y - 2))
    }

    /// The results of both tuples.
    fn results(&self) -> [Place; 2] {
        let mut results = self.stage.hash.boxes.iter().filter(|cell| cell.result);
        let mut next = || {
            let cell = results.next().filter(|_| !self.one_tuple())?;
            // In the narrow picture the box has room for its words only.
            let x = if self.stage.narrow {
                cell.w / 2
            } else {
                cell.w
            };
            Some((cell.x + x, cell.y))
        };
        [next(), next()]
    }

    fn hot_row(&self) -> Option<&BucketRow> {
        let row = self.stage.table.rows.iter().find(|row| row.hot)?;
        Some(row)
    }

    /// The node that matches, or the end marker of the chain.
    fn end_of_walk(&self) -> Place {
        let row = self.hot_row()?;
        let hit = row.chips.iter().find(|chip| chip.hit);
        if let Some(chip) = hit {
            return Some(arrow_to(row, chip));
        }
        // Below each other, the nodes leave room for it at the left of the end only.
        let x = match (&row.nulls.text, row.nulls.lying) {
            (_, true) => -24,
            (Some(text), false) => 24 + 8 * text.chars().count() as i32,
            (None, false) => 24,
        };
        Some((row.nulls.x + x, row.y + row.nulls.y))
    }

    /// On the wire, beside the packet.
    fn pill(&self) -> Place {
        let mut pills = self.stage.hooks.pills.iter();
        let pill = pills.find(|pill| pill.skb == self.skb)?;
        let digits = pill.skb.to_string().len() as i32;
        Some((pill.x + PILL_W / 2 + 8 * (digits - 1) + 12, WIRE_Y))
    }

    fn handle(&self, dir: Dir) -> Place {
        let (x, y) = self.stage.cards.tab_at(self.conn, dir)?;
        Some((x, y - 14))
    }

    fn card(&self) -> Place {
        let card = self
            .stage
            .cards
            .cards
            .iter()
            .find(|card| card.conn == self.conn)?;
        Some((card.x + card.w, card.y + 26))
    }

    /// The unconfirmed list that the node is on, or has just left, or else the first one.
    fn tray(&self) -> Place {
        let mut trays = self
            .stage
            .lists
            .lists
            .iter()
            .filter(|tray| tray.list == "unconfirmed");
        let has = |conn: u32| {
            let mut same = trays.clone();
            same.find(|tray| tray.chips.iter().any(|chip| chip.conn == conn))
        };
        let tray = has(self.conn).or_else(|| trays.next())?;
        Some((tray.x + tray.w - 8, tray.y))
    }

    /// A node in its bucket.
    fn chip(&self, dir: Dir) -> Place {
        self.stage.table.rows.iter().find_map(|row| {
            let ours = |chip: &&Chip| chip.conn == self.conn && chip.dir == dir && !chip.ghost;
            let chip = row.chips.iter().find(ours)?;
            Some(arrow_to(row, chip))
        })
    }
}

/// What of the stage is to be in sight: where the numbers are that the cursor stands at.
pub fn focus(stage: &StageModel) -> Option<(i32, i32)> {
    let now = stage.badges.iter().filter(|badge| badge.when == When::Now);
    let places = now.map(|badge| badge.y + PAD);
    let (top, bottom) = (places.clone().min()?, places.max()?);
    Some((top - 40, bottom + 56))
}
