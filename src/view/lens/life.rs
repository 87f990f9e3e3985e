//! Figure 6: the life of a connection, with every connection where it stands.

use super::figure::When;
use crate::engine::conn::{NfConn, Status};
use crate::engine::nulls::ListId;
use crate::engine::slab::ConnId;
use crate::engine::step::DeleteCause;
use crate::engine::tuple::Dir;
use crate::engine::{Difference, Profile, Step};
use crate::timeline::figures::{NUMBERS, figure_at};
use crate::view::functions;
use crate::view::model::Selection;
use crate::view::names;
use crate::view::scene::Scene;
use crate::view::stage::{Life, seconds};
use crate::words::{Plain, lens as w, tell};

/// Tokens that a place shows at most.
pub const TOKENS_MAX: usize = 12;
/// Of those, connections that the command is about.
const TOUCHED_MAX: usize = 40;

/// The figure.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LifeModel {
    /// Unconfirmed, confirmed, expired and still linked, dying, freed.
    pub places: [Place; 5],
    /// What leads from one to another, in the order of [`Place`]s.
    pub ways: [Way; 5],
    /// A stage that the log does not have, and what would have it.
    pub missing: Option<(u8, &'static str)>,
}

/// A stage of life.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// Outline and mark.
    pub life: Life,
    /// Its name.
    pub title: &'static str,
    /// What holds for who is there.
    pub about: &'static str,
    /// Number in the figure, and where the connection that is meant is relative to it.
    pub number: Option<(u8, When)>,
    /// How many are there.
    pub count: u32,
    /// Some of them, by number.
    pub tokens: Vec<Token>,
}

/// A connection where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Token {
    /// Its number.
    pub conn: u32,
    /// Outline: a confirmed one may be assured.
    pub life: Life,
    /// `use 2`, and the time left.
    pub words: String,
    /// It came here since the stop before.
    pub arrived: bool,
    /// The step is about it.
    pub current: bool,
    /// It is selected.
    pub selected: bool,
    /// For a screen reader.
    pub name: String,
}

/// What leads from a stage to the next one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Way {
    /// As in `data-way`.
    pub word: &'static str,
    /// The stage in the figure that it leads to.
    pub number: u8,
    /// What it is.
    pub title: &'static str,
    /// The kernel's function.
    pub function: &'static str,
    /// What makes it happen; more than one cause if there are several.
    pub causes: Vec<Cause>,
    /// Connections that went it since the stop before; they may still be on it.
    pub taken: Vec<String>,
}

/// What makes a connection go a way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cause {
    /// In words.
    pub words: &'static str,
    /// The function that notices, if it is another one.
    pub function: &'static str,
    /// It was this one, since the stop before.
    pub now: bool,
}

const BIRTH: usize = 0;
const CONFIRM: usize = 1;
const DROP: usize = 2;
const DELETE: usize = 3;
const FREE: usize = 4;

const PLACES: [(Life, Plain, Plain, Option<u8>); 5] = [
    (
        Life::Unconfirmed,
        w::UNCONFIRMED,
        w::NOT_IN_THE_TABLE,
        Some(1),
    ),
    (Life::Confirmed, w::CONFIRMED, w::IN_THE_TABLE_BY, Some(2)),
    (
        Life::Expired,
        w::EXPIRED_STILL_LINKED,
        w::ITS_TIME_IS_OVER,
        None,
    ),
    (Life::Dying, w::DYING, w::MARKED_DYING_ON_ITS, Some(3)),
    (Life::Freed, w::FREED, w::NOBODY_HOLDS_IT_ITS, Some(4)),
];

/// Ways: word, number, title, function.
const WAYS: [(&str, u8, Plain, &str); 5] = [
    ("birth", 1, w::A_PACKET_THAT_FITS, "init_conntrack"),
    (
        "confirm",
        2,
        w::THE_PACKET_GOT_PAST,
        "__nf_conntrack_confirm",
    ),
    ("drop", 4, w::DROPPED_BEFORE_CONFIRM, "destroy_conntrack"),
    ("delete", 3, w::DELETED, "nf_ct_delete"),
    ("free", 4, w::THE_LAST_REFERENCE_IS, "destroy_conntrack"),
];

/// Causes of a deletion: words, who notices.
const CAUSES: [(Plain, &str); 5] = [
    (w::EXPIRED_AND_NOTICED, "nf_ct_gc_expired"),
    (w::CONNTRACK_D_F, ""),
    (w::THE_TABLE_IS_FULL, "early_drop"),
    (w::A_RESET_OR_A, "nf_ct_kill"),
    (w::NAT_PORT_NEEDED_OR, "nf_ct_kill"),
];

const fn cause(cause: DeleteCause) -> usize {
    match cause {
        DeleteCause::Expired => 0,
        DeleteCause::Asked | DeleteCause::Flush => 1,
        DeleteCause::EarlyDrop | DeleteCause::GcEarlyDrop => 2,
        DeleteCause::TcpReset | DeleteCause::TcpReopen | DeleteCause::DccpReset => 3,
        DeleteCause::NatOifChanged | DeleteCause::NatPort => 4,
    }
}

const fn place_of(life: Life) -> usize {
    match life {
        Life::Unconfirmed => 0,
        Life::Confirmed | Life::Assured => 1,
        Life::Expired => 2,
        Life::Dying => 3,
        Life::Freed => 4,
    }
}

/// The figure at a moment. `elsewhere`: which commands have its stages, by number.
pub fn life(scene: &Scene, elsewhere: &[Option<String>; NUMBERS]) -> LifeModel {
    let done = &scene.steps[..scene.fresh.end.min(scene.steps.len())];
    let meant = match scene.selection {
        Selection::Conn(number) => Some(number),
        _ => done.iter().rev().find_map(Step::conn).map(|id| id.number),
    };
    let mut places = PLACES.map(|(life, title, about, number)| Place {
        life,
        title: title.text(),
        about: about_in(scene.state.profile(), life, about.text()),
        number: number.map(|number| (number, When::Future)),
        count: 0,
        tokens: Vec::new(),
    });
    settle(scene, done, meant, &mut places);
    let missing = date(scene, meant, elsewhere, &mut places);
    LifeModel {
        places,
        ways: ways(scene),
        missing,
    }
}

fn about_in(profile: Profile, life: Life, about: &'static str) -> &'static str {
    match life {
        Life::Unconfirmed if profile.since(Difference::NoPendingLists) => w::IN_NO_LIST_NO.text(),
        _ => about,
    }
}

/// Puts every connection in its place.
fn settle(scene: &Scene, done: &[Step], meant: Option<u32>, places: &mut [Place; 5]) {
    let mut touched: Vec<u32> = Vec::new();
    let mut freed: Vec<(ConnId, bool)> = Vec::new();
    for (at, step) in done.iter().enumerate() {
        if let Some(id) = step.conn()
            && touched.len() < TOUCHED_MAX
            && !touched.contains(&id.number)
        {
            touched.push(id.number);
        }
        if let Step::Freed { conn, .. } = step {
            freed.push((*conn, scene.fresh.contains(&at)));
        }
    }
    let mut others: [Vec<&NfConn>; 5] = Default::default();
    for conn in scene.state.conns.iter() {
        let at = place_of(Life::of(conn, scene.state));
        let place = &mut places[at];
        place.count += 1;
        let number = conn.id.number;
        if touched.contains(&number) || meant == Some(number) {
            if place.tokens.len() < TOKENS_MAX {
                place.tokens.push(token(scene, conn, meant));
            }
        } else if others[at].len() < TOKENS_MAX {
            others[at].push(conn);
        }
    }
    for (place, others) in places.iter_mut().zip(others) {
        let room = TOKENS_MAX - place.tokens.len();
        let more = others.into_iter().take(room);
        place
            .tokens
            .extend(more.map(|conn| token(scene, conn, meant)));
        place.tokens.sort_unstable_by_key(|token| token.conn);
    }
    let ghosts = &mut places[place_of(Life::Freed)];
    ghosts.count = freed.len() as u32;
    for (id, fresh) in freed.into_iter().rev().take(TOKENS_MAX).rev() {
        ghosts.tokens.push(Token {
            conn: id.number,
            life: Life::Freed,
            words: tell!(w::SLOT_SLOT, slot = id.slot),
            arrived: fresh,
            current: meant == Some(id.number),
            selected: false,
            name: tell!(w::CONNECTION_ID_FREED_BY, id, slot = id.slot),
        });
    }
}

fn token(scene: &Scene, conn: &NfConn, meant: Option<u32>) -> Token {
    let life = Life::of(conn, scene.state);
    let old = scene.before.conns.get(conn.id);
    let was = old.map(|old| place_of(Life::of(old, scene.before)));
    let number = conn.id.number;
    let left = match life {
        Life::Confirmed | Life::Assured => {
            let left = conn.nf_ct_expires(scene.state.now);
            format!(", {}", seconds(left, scene.state))
        }
        Life::Dying if conn.list(Dir::Reply).is_some() => w::LINKED_2.text().to_owned(),
        Life::Dying if matches!(conn.list(Dir::Original), Some(ListId::Undelivered { .. })) => {
            w::EVENT_WAITS.text().to_owned()
        }
        _ => String::new(),
    };
    let words = tell!(w::USE_USE_COUNT_LEFT, use_count = conn.use_count, left);
    Token {
        conn: number,
        life,
        arrived: !scene.fresh.is_empty() && was != Some(place_of(life)),
        current: meant == Some(number),
        selected: scene.selection == Selection::Conn(number),
        name: tell!(
            w::CONNECTION_ID_WORD_TUPLE,
            id = conn.id,
            word = life.word(),
            tuple = names::tuple(conn.tuple(Dir::Original)),
            words
        ),
        words,
    }
}

/// Says of each numbered stage where it is, seen from the connection that is meant. The first one
/// that the log does not have is given back.
fn date(
    scene: &Scene,
    meant: Option<u32>,
    elsewhere: &[Option<String>; NUMBERS],
    places: &mut [Place; 5],
) -> Option<(u8, &'static str)> {
    let stands = meant.and_then(|number| {
        let alive = scene.state.conns.by_number(number);
        let ghost = || places[4].tokens.iter().any(|token| token.conn == number);
        let life = alive.map(|conn| Life::of(conn, scene.state));
        life.or_else(|| ghost().then_some(Life::Freed))
    });
    let now = match stands {
        None => 0,
        Some(Life::Unconfirmed) => 1,
        Some(Life::Confirmed | Life::Assured | Life::Expired) => 2,
        Some(Life::Dying) => 3,
        Some(Life::Freed) => 4,
    };
    let never = now == 4 && meant.is_some_and(|number| dropped_young(scene, number));
    let here = |number: u8| {
        (0..scene.steps.len()).any(|at| figure_at(scene.steps, at) == Some((6, number)))
    };
    let mut missing = None;
    for place in places {
        let Some((number, when)) = &mut place.number else {
            continue;
        };
        let other = elsewhere[usize::from(*number) - 1].is_some();
        *when = match *number {
            n if n == now => When::Now,
            2 | 3 if never => When::Elsewhere,
            n if n < now => When::Done,
            n if other || here(n) => When::Future,
            _ => When::Missing,
        };
        if *when == When::Missing && missing.is_none() {
            let who = match *number {
                1 | 2 => w::NO_PACKET_HAS_MADE.text(),
                _ => w::NO_CONNECTION_HAS_BEEN_DELETED.text(),
            };
            missing = Some((*number, who));
        }
    }
    missing
}

/// A connection that this command freed before it was ever confirmed.
fn dropped_young(scene: &Scene, number: u32) -> bool {
    scene.steps.iter().all(|step| match step {
        Step::StatusSet { conn, bit, .. } => {
            conn.number != number || !bit.intersects(Status::CONFIRMED | Status::DYING)
        }
        Step::HashRemoved { conn, .. } => conn.number != number,
        _ => true,
    }) && scene
        .before
        .conns
        .by_number(number)
        .is_none_or(|conn| !conn.status.contains(Status::CONFIRMED))
}

/// What happened since the stop before, on the ways.
fn ways(scene: &Scene) -> [Way; 5] {
    let profile = scene.state.profile();
    let mut taken: [Vec<ConnId>; 5] = Default::default();
    let mut causes = [false; CAUSES.len()];
    // Locks are nobody's; they are told of for the connection mentioned before.
    let before = scene.steps[..scene.fresh.start.min(scene.steps.len())].iter();
    let mut last = before.rev().find_map(Step::conn);
    for step in scene.fresh_steps() {
        if let Step::DeleteCalled { cause: by, .. } = step {
            causes[cause(*by)] = true;
        }
        last = step.conn().or(last);
        if let (Some(way), Some(conn)) = (way_of(scene, step), last)
            && taken[way].len() <= TOKENS_MAX
            && !taken[way].contains(&conn)
        {
            taken[way].push(conn);
        }
    }
    if causes == [false; CAUSES.len()] && !taken[DELETE].is_empty() {
        // Called some steps ago, and still on the way.
        let called = scene.steps[..scene.fresh.end].iter().rev();
        let by = called.filter_map(|step| match step {
            Step::DeleteCalled { conn, cause } if taken[DELETE].contains(conn) => Some(*cause),
            _ => None,
        });
        by.take(1).for_each(|by| causes[cause(by)] = true);
    }
    let mut taken = taken.into_iter();
    let mut nth = 0;
    WAYS.map(|(word, number, title, function)| {
        let conns = taken.next().unwrap_or_default();
        let all: &[(Plain, &'static str)] = if nth == DELETE { &CAUSES } else { &[] };
        let causes = all
            .iter()
            .zip(causes)
            .map(|(&(words, function), now)| Cause {
                words: words.text(),
                function: functions::name(profile, function),
                now,
            });
        nth += 1;
        Way {
            word,
            number,
            title: title.text(),
            function: functions::name(profile, function),
            causes: causes.collect(),
            taken: conns.iter().map(ConnId::to_string).collect(),
        }
    })
}

/// The way that a step is part of.
fn way_of(scene: &Scene, step: &Step) -> Option<usize> {
    match step {
        Step::ConnAllocated { .. }
        | Step::ListAdded {
            list: ListId::Unconfirmed { .. },
            ..
        } => Some(BIRTH),
        Step::RefTaken { .. } if step.meta().figure == Some((6, 1)) => Some(BIRTH),
        Step::StatusSet { bit, .. } if bit.contains(Status::CONFIRMED) => Some(CONFIRM),
        Step::ListRemoved {
            destroyed: false, ..
        }
        | Step::HashInserted { .. }
        | Step::BucketsUnlocked { .. } => Some(CONFIRM),
        Step::StatusSet { bit, .. } if bit.contains(Status::DYING) => Some(DELETE),
        Step::DeleteCalled { .. } | Step::HashRemoved { .. } | Step::ListAdded { .. } => {
            Some(DELETE)
        }
        Step::Destroyed { conn } | Step::Freed { conn, .. } => {
            let old = scene.before.conns.get(*conn);
            let left = Status::CONFIRMED | Status::DYING;
            Some(match old {
                Some(old) if old.status.intersects(left) => FREE,
                _ if dropped_young(scene, conn.number) => DROP,
                _ => FREE,
            })
        }
        _ => None,
    }
}
