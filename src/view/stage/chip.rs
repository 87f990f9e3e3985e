//! A chip is a tuplehash: one of the two nodes of a connection, where it hangs.

use super::grid::{CHAIN_MAX, CROWD, CROWDED_CHAIN_MAX, Grid, OPENED_MAX, SEAL, mono};
use super::marks::{Arrival, Candidate, Marks};
use super::text::{self, Form, Span};
use crate::engine::Conntrack;
use crate::engine::conn::{NfConn, Status};
use crate::engine::nulls::ListId;
use crate::engine::step::{Compared, Walker};
use crate::engine::tuple::{Dir, TupleField};
use crate::view::names;
use crate::words::{stage as w, tell};

/// Where a connection stands in its life, as outlines and marks show it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Life {
    /// Dashed.
    Unconfirmed,
    /// Solid.
    Confirmed,
    /// Double.
    Assured,
    /// Grey with an hourglass: its time is over, it still hangs in the table.
    Expired,
    /// Dotted and hatched.
    Dying,
    /// Nothing but an outline.
    Freed,
}

impl Life {
    /// Read off a connection at this moment.
    pub fn of(conn: &NfConn, state: &Conntrack) -> Life {
        if conn.status.contains(Status::DYING) {
            Life::Dying
        } else if !conn.status.contains(Status::CONFIRMED) {
            Life::Unconfirmed
        } else if conn.nf_ct_is_expired(state.now) {
            Life::Expired
        } else if conn.status.contains(Status::ASSURED) {
            Life::Assured
        } else {
            Life::Confirmed
        }
    }

    /// The word beside the mark, also the suffix of the CSS class.
    pub const fn word(self) -> &'static str {
        match self {
            Life::Unconfirmed => "unconfirmed",
            Life::Confirmed => "confirmed",
            Life::Assured => "assured",
            Life::Expired => "expired",
            Life::Dying => "dying",
            Life::Freed => "freed",
        }
    }
}

/// A chip.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chip {
    /// Number of its connection.
    pub conn: u32,
    /// Which of the two nodes.
    pub dir: Dir,
    /// Left edge, from the left of the picture.
    pub x: i32,
    /// Upper edge, from the top of its row.
    pub y: i32,
    /// Width.
    pub w: i32,
    /// Outline.
    pub life: Life,
    /// Left edge of the seal.
    pub seal_x: i32,
    /// Where the tuple's text begins.
    pub text_x: i32,
    /// `10.0.0.2:80→192.168.1.2:47617`.
    pub text: Vec<Span>,
    /// It came here just now.
    pub ring: bool,
    /// It belongs to the connection that the walk found.
    pub hit: bool,
    /// It was here until the last step; it is not in this list any more.
    pub ghost: bool,
    /// Its connection is selected.
    pub selected: bool,
    /// The step is about its connection.
    pub meant: bool,
    /// Where it comes from, relative to where it is.
    pub from: Option<(i32, i32)>,
    /// What the walk, or the step, says of it.
    pub tag: Option<Tag>,
    /// For a screen reader.
    pub name: String,
}

/// A number and a few words above a chip.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tag {
    /// Order of the walk, or number in the article's figure.
    pub number: String,
    /// `≠ dst port`.
    pub text: String,
    /// Filled: the match, or what just happened.
    pub strong: bool,
}

/// Everything that the parts of the stage look at.
#[derive(Clone, Copy)]
pub(super) struct Ctx<'a> {
    pub state: &'a Conntrack,
    pub before: &'a Conntrack,
    pub marks: &'a Marks,
    pub grid: Grid,
    /// The selected connection.
    pub selected: Option<u32>,
    /// The selected bucket.
    pub bucket: Option<u32>,
}

/// A node to draw.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    pub conn: &'a NfConn,
    pub dir: Dir,
    pub ghost: bool,
}

/// Nodes of a list to draw, those that just left included, and how many more there are.
pub(super) struct Chain<'a> {
    pub entries: Vec<Entry<'a>>,
    /// Nodes in the list.
    pub count: u32,
    /// Nodes that are not drawn.
    pub more: u32,
}

impl<'a> Ctx<'a> {
    /// The nodes of a list.
    pub fn chain(&self, list: ListId) -> Chain<'a> {
        let opened = matches!(list, ListId::Bucket(bucket) if self.bucket == Some(bucket));
        let crowded = self.state.conns.len() > CROWD;
        let most = match (opened, crowded) {
            (true, _) => OPENED_MAX,
            (false, true) => CROWDED_CHAIN_MAX,
            (false, false) => CHAIN_MAX,
        };
        self.chain_of(list, most)
    }

    /// At most so many nodes of a list, and those that just left it.
    pub fn chain_of(&self, list: ListId, most: usize) -> Chain<'a> {
        let nodes = self.state.walk(list).take(most);
        let mut entries: Vec<Entry> = nodes
            .filter_map(|node| {
                Some(Entry {
                    conn: self.state.conns.at(node.slot)?,
                    dir: node.dir,
                    ghost: false,
                })
            })
            .collect();
        let count = match list {
            ListId::Bucket(bucket) => self.state.table.length(bucket),
            _ => self.state.walk(list).count() as u32,
        };
        let more = count - entries.len() as u32;
        for (id, dir) in self.marks.departed(list) {
            let living = self.state.conns.get(id);
            if living.is_some_and(|conn| conn.list(dir) == Some(list)) {
                continue;
            }
            let Some(conn) = living.or_else(|| self.before.conns.get(id)) else {
                continue;
            };
            let was = self
                .before
                .walk(list)
                .position(|n| n.slot == id.slot && n.dir == dir);
            let at = was.unwrap_or(0).min(entries.len());
            if entries.len() <= most {
                entries.insert(
                    at,
                    Entry {
                        conn,
                        dir,
                        ghost: true,
                    },
                );
            }
        }
        Chain {
            entries,
            count,
            more,
        }
    }
}

/// Pixels before and behind the tuple's text, by direction and number of the connection.
fn margins(dir: Dir, number: u32) -> (i32, i32, i32) {
    let (seal_x, tail) = match dir {
        Dir::Original => (9, 22),
        Dir::Reply => (22, 8),
    };
    let text_x = seal_x + SEAL + 5 + 8 * (2 + number.checked_ilog10().unwrap_or(0) as i32) + 7;
    (seal_x, text_x, tail)
}

impl Entry<'_> {
    /// Width of a chip that shows the whole tuple.
    pub fn natural_width(&self) -> i32 {
        let (_, text_x, tail) = margins(self.dir, self.conn.id.number);
        text_x + mono(text::tuple_len(self.conn.tuple(self.dir))) + tail
    }

    /// What the step and the walk say of it.
    fn told<'a>(&self, ctx: &Ctx<'a>) -> (Option<&'a Arrival>, Option<&'a Candidate>) {
        if self.ghost {
            return (None, None);
        }
        let (number, dir) = (self.conn.id.number, self.dir);
        (
            ctx.marks.arrival(number, dir),
            ctx.marks.candidate(number, dir),
        )
    }

    /// Something stands above its chip.
    pub fn tagged(&self, ctx: &Ctx) -> bool {
        !matches!(self.told(ctx), (None, None))
    }

    /// The chip at a place in its row.
    pub fn chip(&self, ctx: &Ctx, x: i32, y: i32, w: i32, form: Form) -> Chip {
        let (conn, dir) = (self.conn, self.dir);
        let number = conn.id.number;
        let (seal_x, text_x, tail) = margins(dir, number);
        let tuple = conn.tuple(dir);
        let (arrival, candidate) = self.told(ctx);
        let differs = candidate.and_then(|c| match c.compared {
            Compared::Differs(field) => Some(field),
            _ => None,
        });
        let hit = ctx.marks.is_hit(conn) && !self.ghost;
        let life = Life::of(conn, ctx.state);
        let tag = match (arrival, candidate) {
            (Some(arrival), _) => Some(Tag {
                number: arrival
                    .number
                    .map_or_else(|| "→".to_owned(), |n| n.to_string()),
                text: arrival_words(arrival).to_owned(),
                strong: true,
            }),
            (None, Some(c)) => Some(tag(c, self)),
            (None, None) => None,
        };
        let name = name(self, life, tag.as_ref(), hit);
        Chip {
            conn: number,
            dir,
            x,
            y,
            w,
            life,
            seal_x,
            text_x,
            text: text::tuple_spans(tuple, form, w - text_x - tail, differs),
            ring: arrival.is_some() || hit,
            hit,
            ghost: self.ghost,
            selected: ctx.selected == Some(number) && !self.ghost,
            meant: ctx.marks.conn == Some(conn.id),
            from: None,
            tag,
            name,
        }
    }
}

/// A node outside the stage, in at most so many pixels.
pub fn chip_alone(state: &Conntrack, conn: &NfConn, dir: Dir, room: i32) -> Chip {
    let entry = Entry {
        conn,
        dir,
        ghost: false,
    };
    let (seal_x, text_x, tail) = margins(dir, conn.id.number);
    let w = entry.natural_width().min(room);
    let life = Life::of(conn, state);
    Chip {
        conn: conn.id.number,
        dir,
        x: 0,
        y: 0,
        w,
        life,
        seal_x,
        text_x,
        text: text::tuple_spans(conn.tuple(dir), Form::Full, w - text_x - tail, None),
        ring: false,
        hit: false,
        ghost: false,
        selected: false,
        meant: false,
        from: None,
        tag: None,
        name: name(&entry, life, None, false),
    }
}

fn arrival_words(arrival: &Arrival) -> &'static str {
    match (arrival.moved, arrival.dir) {
        (true, _) => w::MOVED_TO_THIS_BUCKET.text(),
        (false, Dir::Original) => w::INSERTED_AT_THE_HEAD.text(),
        (false, Dir::Reply) => w::INSERTED_AT_THE_HEAD_FIRST.text(),
    }
}

fn tag(c: &Candidate, entry: &Entry) -> Tag {
    let tuple = entry.conn.tuple(entry.dir);
    let (text, strong) = match c.compared {
        Compared::Match if c.by == Walker::Confirm => (w::THE_SAME_TUPLE_A.text().into(), true),
        Compared::Match => (
            tell!(
                w::MATCH_DIRECTION_DIR_WORD,
                dir_word = names::dir(entry.dir)
            ),
            true,
        ),
        Compared::Differs(field) => (difference(tuple, field), false),
        Compared::OtherZone => ("= tuple, ≠ zone".into(), false),
        Compared::OtherNet => ("= tuple, ≠ namespace".into(), false),
        Compared::Unconfirmed => (w::TUPLE_NOT_CONFIRMED.text().into(), false),
        Compared::Expired => (w::EXPIRED_REMOVED_ON_THE.text().into(), c.fresh),
    };
    Tag {
        number: c.nth.to_string(),
        text,
        strong,
    }
}

fn difference(tuple: &crate::engine::tuple::Tuple, field: TupleField) -> String {
    format!("≠ {}", text::field_name(tuple, field))
}

/// `original` or `reply`.
pub const fn dir_word(dir: Dir) -> &'static str {
    match dir {
        Dir::Original => "original",
        Dir::Reply => "reply",
    }
}

fn name(entry: &Entry, life: Life, tag: Option<&Tag>, hit: bool) -> String {
    let (id, dir) = (entry.conn.id, names::dir(entry.dir));
    let tuple = text::tuple_words(entry.conn.tuple(entry.dir));
    let mut name = tell!(w::CONNECTION_ID_DIR, id, dir, tuple, word = life.word());
    if entry.ghost {
        name.push_str(w::WAS_HERE_BEFORE_THIS.text());
    }
    if let Some(tag) = tag {
        name.push_str(", ");
        name.push_str(&tag.text);
    } else if hit {
        name.push_str(w::NODE_OF_THE_CONNECTION.text());
    }
    name
}
