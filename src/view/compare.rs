//! Two runs side by side: the same log on two kernels, or this log and a kept branch. What is equal
//! is said in one line; what differs has a row, and where the kernels decide it, the reason.

mod words;

use super::differs::{Differs, decided, words_of};
use super::lens::Looking;
use super::scene::Scene;
use super::stage::text::counted;
use super::stage::{StageModel, beside};
use super::texts::texts;
use super::{lanes, names};
use crate::engine::conn::Status;
use crate::engine::nulls::ListId;
use crate::engine::skb::Skb;
use crate::engine::tuple::{Dir, ipproto};
use crate::engine::{Conntrack, Difference, NfConn, Profile};
use crate::view::model::TextLine;
use std::rc::Rc;
use words::{buckets, hangs, odd_words};

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

/// Most connections and packets that have rows of their own.
const ROWS_MAX: usize = 12;
/// Most connections that are compared.
const CONNS_MAX: usize = 500;
/// Most steps of a command that are read for reasons.
const STEPS_MAX: usize = 2_000;

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
            false => format!("The same on both sides: {}.", same.join(", ")),
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

/// Collects what differs.
struct Rows<'a> {
    left: &'a Scene<'a>,
    right: &'a Scene<'a>,
    /// The sides run different kernels.
    kernels: bool,
    /// What decided the commands at hand, on either side.
    decided: Vec<Difference>,
    groups: Vec<Group>,
    same: Vec<String>,
    lit: Vec<u32>,
    /// Why the state, the status or the time of a connection differs.
    explained: Option<Difference>,
}

impl<'a> Rows<'a> {
    fn of(left: &'a Scene, right: &'a Scene) -> Rows<'a> {
        let kernels = left.state.profile() != right.state.profile();
        let mut found = Vec::new();
        for scene in [left, right].into_iter().filter(|_| kernels) {
            for at in 0..scene.fresh.end.min(STEPS_MAX) {
                found.extend(decided(scene, at));
            }
        }
        Rows {
            left,
            right,
            kernels,
            decided: found,
            groups: Vec::new(),
            same: Vec::new(),
            lit: Vec::new(),
            explained: None,
        }
    }

    /// A row, if the sides are not the same.
    fn add(&mut self, why: Option<Difference>, what: String, sides: [String; 2]) -> bool {
        if sides[0] == sides[1] {
            return false;
        }
        let words = why.filter(|_| self.kernels).map(words_of);
        let title = words.map_or("", |Differs { title, .. }| title);
        let at = self.groups.iter().position(|group| group.title == title);
        let at = at.unwrap_or_else(|| {
            self.groups.push(Group {
                title,
                words: words.map(|words| self.in_order(words)),
                rows: Vec::new(),
            });
            self.groups.len() - 1
        });
        let printed = what.starts_with("conntrack -");
        self.groups[at].rows.push(Row {
            what,
            sides,
            printed,
        });
        true
    }

    fn in_order(&self, words: Differs) -> [&'static str; 2] {
        if self.left.state.profile() == Profile::V5_10 {
            [words.v5_10, words.v6_18]
        } else {
            [words.v6_18, words.v5_10]
        }
    }

    fn both<T>(&self, of: impl Fn(&Conntrack) -> T) -> [T; 2] {
        [of(self.left.state), of(self.right.state)]
    }

    /// The reason, if a step of the commands at hand tells it and it is one of these.
    fn told(&self, fits: fn(Difference) -> bool) -> Option<Difference> {
        self.decided.iter().copied().find(|&it| fits(it))
    }

    fn note_same(&mut self, differs: bool, what: &str) {
        if !differs {
            self.same.push(what.to_owned());
        }
    }

    /// The table, the worker, the limit.
    fn machine(&mut self) {
        if self.lit.is_empty() {
            let hash = self.both(|state| {
                let newer = state.profile().since(Difference::SipHash);
                if newer { "SipHash-2-4" } else { "jhash2" }.to_owned()
            });
            self.add(
                Some(Difference::SipHash),
                "hash of a tuple".to_owned(),
                hash,
            );
        }
        let gc = self.both(|state| {
            let window = lanes::gc_window_words(state);
            format!("{window}, {}", lanes::gc_when(state))
        });
        let differs = self.add(
            Some(Difference::GcWholeTable),
            "next run of gc".to_owned(),
            gc,
        );
        self.note_same(differs, "the next run of gc");
        let max = self.both(|state| format!("{} entries", names::grouped(state.max.into())));
        self.add(
            Some(Difference::MaxOnePerBucket),
            "nf_conntrack_max".to_owned(),
            max,
        );
        let clock = self.both(|state| names::jiffies(state.now));
        let differs = self.add(None, "jiffies".to_owned(), clock);
        self.note_same(differs, "the clock");
    }

    fn connections(&mut self) {
        let mut numbers: Vec<u32> = self
            .both(|state| {
                state
                    .conns
                    .iter()
                    .map(|conn| conn.id.number)
                    .collect::<Vec<_>>()
            })
            .concat();
        numbers.sort_unstable();
        numbers.dedup();
        let count = numbers.len();
        let mut compared = 0;
        for number in numbers.into_iter().take(CONNS_MAX) {
            if self.lit.len() >= ROWS_MAX {
                break;
            }
            compared += 1;
            if self.connection(number) {
                self.lit.push(number);
            }
        }
        let left_out = (count - compared) as u32;
        if left_out > 0 {
            let more = format!("and {}", counted(left_out, "connection", "connections"));
            let unseen = "not compared here".to_owned();
            let room = [unseen, String::new()];
            self.add(None, more, room);
        }
        let same = compared - self.lit.len();
        if same > 0 {
            self.same
                .push(counted(same as u32, "connection", "connections"));
        }
    }

    /// Rows of one connection; `false` if it is the same on both sides.
    fn connection(&mut self, number: u32) -> bool {
        let (left, right) = (self.left.state, self.right.state);
        let found = [left, right].map(|state| state.conns.by_number(number));
        let who = format!("c{number}");
        let [Some(a), Some(b)] = found else {
            let there = found.map(|conn| {
                conn.map_or("not there".to_owned(), |conn| {
                    names::place(conn.place()).to_owned()
                })
            });
            return self.add(None, who, there);
        };
        let mut differs = false;
        let tabled = |conn: &NfConn| {
            Dir::BOTH
                .map(|dir| conn.list(dir))
                .into_iter()
                .all(is_bucket)
        };
        if tabled(a) && tabled(b) {
            let sides = [a, b].map(buckets);
            differs |= self.add(
                Some(Difference::SipHash),
                format!("{who}, both nodes"),
                sides,
            );
        } else {
            for dir in Dir::BOTH {
                let word = names::dir(dir);
                let sides = [(left, a), (right, b)].map(|(state, conn)| hangs(state, conn, dir));
                let why = Some(Difference::NoPendingLists);
                differs |= self.add(why, format!("{who}, {word} node"), sides);
            }
        }
        let proto = a.tuple(Dir::Original).dst.protonum;
        let of_proto = match proto {
            ipproto::TCP => self.told(is_tcp),
            ipproto::SCTP => Some(Difference::SctpCells),
            ipproto::DCCP => Some(Difference::DccpGeneric),
            _ => None,
        };
        let state = [a, b].map(|conn| conn.proto.name().unwrap_or("no state").to_owned());
        differs |= self.explain(of_proto, format!("{who}, state"), state);
        let status = [a, b].map(|conn| names::status(conn.status));
        let odd = a.status.symmetric_difference(b.status);
        let why = match proto {
            _ if odd.contains(Status::CONFIRMED) => Some(Difference::ConfirmedAfterInsertion),
            ipproto::UDP | ipproto::UDPLITE if odd.contains(Status::ASSURED) => {
                Some(Difference::UdpAssuredAsStream)
            }
            ipproto::SCTP if odd.contains(Status::ASSURED) => Some(Difference::SctpAssuredAtOnce),
            _ => of_proto,
        };
        differs |= self.explain(why, format!("{who}, status"), status);
        let time =
            |state: &Conntrack, conn: &NfConn| names::timeout(conn.timeout, state.now, state.hz());
        let times = [time(left, a), time(right, b)];
        let why = match proto {
            ipproto::UDP | ipproto::UDPLITE if odd.contains(Status::ASSURED) => {
                Some(Difference::UdpAssuredAsStream)
            }
            _ => of_proto,
        };
        differs |= self.add(why, format!("{who}, time left"), times);
        let used = [a, b].map(|conn| match conn.use_count {
            1 => "1 reference".to_owned(),
            n => format!("{n} references"),
        });
        let why = Some(Difference::NoPendingLists).filter(|_| a.place() != b.place());
        differs |= self.add(why, format!("{who}, use"), used);
        differs
    }

    /// A row about a connection, the reason of which is that of what the tools print, too.
    fn explain(&mut self, why: Option<Difference>, what: String, sides: [String; 2]) -> bool {
        let differs = self.add(why, what, sides);
        if differs && self.explained.is_none() {
            self.explained = why;
        }
        differs
    }

    fn packets(&mut self) {
        let mut ids = self
            .both(|state| state.skbs.iter().map(|skb| skb.id.0).collect::<Vec<_>>())
            .concat();
        ids.sort_unstable();
        ids.dedup();
        let mut differs = false;
        for &id in ids.iter().take(ROWS_MAX) {
            let sides = self.both(|state| {
                let skb = state.skbs.iter().find(|skb| skb.id.0 == id);
                skb.map_or("gone".to_owned(), |skb: &Skb| {
                    let at = names::station(skb.at);
                    match skb.nfct {
                        Some(conn) => format!("{at}, of {conn}"),
                        None => format!("{at}, of no connection"),
                    }
                })
            });
            differs |= self.add(None, format!("packet s{id}"), sides);
        }
        if !ids.is_empty() {
            self.note_same(differs, "packets in flight");
        }
    }

    fn tools(&mut self) {
        // A listing of a large table is not read line by line.
        if self
            .both(|state| state.conns.len())
            .iter()
            .any(|&n| n > 200)
        {
            return;
        }
        let (left, right) = (texts(self.left), texts(self.right));
        let pending = Some(Difference::NoPendingLists);
        let destroyed = |lines: &[TextLine]| lines.iter().any(|it| it.text.contains("[DESTROY]"));
        let told = self.explained.or(self.told(is_tcp));
        let heard = match destroyed(&left.events) && destroyed(&right.events) {
            true => Some(Difference::DestroyTellsState),
            false => told,
        };
        for (name, why, a, b) in [
            ("conntrack -L", told, &left.list, &right.list),
            (
                "conntrack -L unconfirmed",
                pending,
                &left.unconfirmed,
                &right.unconfirmed,
            ),
            ("conntrack -L dying", pending, &left.dying, &right.dying),
            ("conntrack -E", heard, &left.events, &right.events),
            (
                "conntrack -S",
                Some(Difference::ChainLimit),
                &left.stats,
                &right.stats,
            ),
        ] {
            let differs = self.listing(name, why, a, b);
            if !a.is_empty() {
                self.note_same(differs, name);
            }
        }
    }

    /// What two listings print that the other does not, whatever the order.
    fn listing(
        &mut self,
        name: &str,
        why: Option<Difference>,
        a: &[TextLine],
        b: &[TextLine],
    ) -> bool {
        let only = |a: &[TextLine], b: &[TextLine]| -> Vec<String> {
            let words =
                |line: &TextLine| line.text.split_whitespace().collect::<Vec<_>>().join(" ");
            let there = |line: &&TextLine| !b.iter().any(|other| other.text == line.text);
            a.iter().filter(there).map(words).collect()
        };
        let (mut left, mut right) = (only(a, b), only(b, a));
        // As many lines: of each its words that are others.
        if left.len() == right.len() {
            for (a, b) in left.iter_mut().zip(&mut right) {
                (*a, *b) = odd_words(a, b);
            }
        }
        let side = |lines: &[String], all: &[TextLine]| match lines {
            [line] => line.clone(),
            [] if all.is_empty() => "prints nothing".to_owned(),
            [] => "prints no other line".to_owned(),
            [first, second] => format!("{first}; {second}"),
            lines => format!("{} other lines, such as {}", lines.len(), lines[0]),
        };
        let same = left.is_empty() && right.is_empty();
        !same && self.add(why, name.to_owned(), [side(&left, a), side(&right, b)])
    }
}

fn is_tcp(difference: Difference) -> bool {
    use Difference::*;
    matches!(
        difference,
        TcpWindowIgnores
            | TcpInvalidCloseShortens
            | TcpResetWhileClosing
            | TcpSynAgainWaits
            | TcpRejectCloses
            | NatTakesClosingPort
    )
}

fn is_bucket(list: Option<ListId>) -> bool {
    matches!(list, Some(ListId::Bucket(_)))
}
