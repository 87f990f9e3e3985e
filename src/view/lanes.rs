//! The lanes under the step buttons: what was done, when entries expire, when gc runs. Left is the
//! log around the cursor, right is what is to come from the moment shown, on a log scale.

use super::names;
use super::stage::permille;
use crate::engine::conn::{Status, Timeout};
use crate::engine::time::{Hz, Secs, Ticks};
use crate::engine::{Conntrack, NfConn};
use crate::words::{names as w, tell};
use std::rc::Rc;

/// A command in the packet lane.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LaneItem {
    /// Its index in the log, 0 is the first.
    pub command: u32,
    /// `SYN`, `+30 s`, `gc`, ….
    pub label: String,
    /// Kind, as a CSS class suffix: `original`, `reply`, `clock`, `gc`, `other`.
    pub kind: &'static str,
    /// Where the cursor is relative to it.
    pub when: LaneTime,
    /// Permille of it that is behind the cursor, if the cursor is in it.
    pub done: u32,
    /// Left edge, in permille of the lane.
    pub x: u32,
    /// Width, likewise.
    pub w: u32,
}

/// Before, at or after the cursor.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum LaneTime {
    /// Done.
    #[default]
    Past,
    /// The cursor is in it.
    Now,
    /// Still to come.
    Future,
}

/// What a mark in the past says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LaneSign {
    /// A deadline was set.
    Set,
    /// An entry went because its time was over.
    Expired,
    /// gc ran.
    Gc,
}

/// A mark in the past.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LaneMark {
    /// Left edge, in permille of the lane.
    pub x: u32,
    /// Width, likewise; 0 is an instant.
    pub w: u32,
    /// What it says.
    pub sign: LaneSign,
}

/// Deadlines that are too near to each other to be told apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LaneDeadline {
    /// When the first one is, in permille of the future's width.
    pub x: u32,
    /// `c1`, `c1 +2`.
    pub label: String,
    /// The connection of the first one.
    pub conn: u32,
    /// In words.
    pub title: String,
    /// They are past, and the entries are still linked.
    pub expired: bool,
    /// How many there are.
    pub count: u32,
    /// Time left of the first one.
    pub left: Ticks,
}

/// A kept branch, as a lane that parts from the log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GhostLane {
    /// Its index.
    pub branch: u32,
    /// What it began with, how long it is, and where it parts from the log.
    pub label: String,
    /// Where it parts, in permille of the lane.
    pub x: u32,
    /// Its first commands: `SYN-ACK`, `ACK`.
    pub commands: Vec<String>,
    /// Commands that are left out.
    pub more: u32,
}

/// The lanes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Lanes {
    /// Commands of the log around the cursor.
    pub items: Vec<LaneItem>,
    /// Commands left out before them, and behind them.
    pub left_out: (u32, u32),
    /// The cursor, in permille of the lane.
    pub head: u32,
    /// Where we are, in words: `step 17 of 42, SYN, walk bucket 1`.
    pub spoken: String,
    /// Deadlines that were set or met, and runs of gc.
    pub marks: Vec<LaneMark>,
    /// Kept branches; the last one was left last.
    pub ghosts: Vec<GhostLane>,
    /// Deadlines to come.
    pub deadlines: Vec<LaneDeadline>,
    /// The next run of gc, in permille of the future's width, if it runs by itself.
    pub gc: Option<u32>,
}

/// The scale of what is to come: seconds and their label.
pub const SCALE: [(u32, &str); 5] = [
    (1, "1 s"),
    (10, "10 s"),
    (60, "1 min"),
    (3_600, "1 h"),
    (86_400, "1 d"),
];

/// Where a label of [`SCALE`] is, in permille.
pub fn scale_x(secs: u32) -> u32 {
    permille(Hz::Hz100.ticks(Secs(secs)), Hz::Hz100)
}

/// Deadlines nearer than this are one, in permille: room for `c1`, and for `c1 +2`.
const APART: (u32, u32) = (110, 190);

/// Deadlines of one doubling of the time left.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    count: u32,
    least: u32,
    conn: u32,
}

impl Cell {
    fn add(&mut self, left: u32, conn: u32) {
        if self.count == 0 || (left, conn) < (self.least, self.conn) {
            (self.least, self.conn) = (left, conn);
        }
        self.count += 1;
    }

    fn join(&mut self, other: &Cell) {
        if other.count > 0 {
            self.add(other.least, other.conn);
            self.count += other.count - 1;
        }
    }
}

/// The deadline of an entry that has one: ticks left, 0 if it is past.
fn left(conn: &NfConn, state: &Conntrack) -> Option<u32> {
    match conn.timeout {
        Timeout::Absolute(at)
            if conn.status.contains(Status::CONFIRMED) && !conn.status.contains(Status::DYING) =>
        {
            Some(at.left(state.now).0)
        }
        _ => None,
    }
}

/// Deadlines by the number of binary digits of the time left.
type Cells = [Cell; 33];

/// What was counted of one machine. Most of a large table is the same a step later, and is not
/// looked at again.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    of: Option<Rc<Conntrack>>,
    portions: Vec<Cells>,
    /// The sums of [`GROUP`] portions each.
    groups: Vec<Cells>,
}

/// Portions that are summed up together.
const GROUP: usize = 32;

impl Counted {
    /// Counts the deadlines of a machine, as far as another was not looked at already.
    fn count(&mut self, state: &Rc<Conntrack>) -> Cells {
        let same_time = |old: &Rc<Conntrack>| old.now == state.now;
        let old = self.of.take().filter(same_time);
        let mut stale = vec![false; self.groups.len()];
        let mut known = 0;
        for (at, (shared, conns)) in state
            .conns
            .shared_with(old.as_deref().map(|old| &old.conns))
            .enumerate()
        {
            known = at + 1;
            if shared && at < self.portions.len() {
                continue;
            }
            let mut cells = [Cell::default(); 33];
            for conn in conns {
                if let Some(left) = left(conn, state) {
                    cells[32 - left.leading_zeros() as usize].add(left, conn.id.number);
                }
            }
            self.portions.resize(known.max(self.portions.len()), cells);
            self.portions[at] = cells;
            stale.resize(self.portions.len().div_ceil(GROUP), true);
            stale[at / GROUP] = true;
        }
        if known < self.portions.len() {
            self.portions.truncate(known);
            stale.resize(known.div_ceil(GROUP), true);
            if let Some(last) = stale.last_mut() {
                *last = true;
            }
        }
        self.groups.resize(stale.len(), [Cell::default(); 33]);
        let groups = self.groups.iter_mut().zip(self.portions.chunks(GROUP));
        for ((sums, portions), _) in groups.zip(&stale).filter(|(_, stale)| **stale) {
            *sums = joined(portions);
        }
        self.of = Some(state.clone());
        joined(&self.groups)
    }
}

fn joined(all: &[Cells]) -> Cells {
    let mut sums = [Cell::default(); 33];
    for cells in all {
        for (sum, cell) in sums.iter_mut().zip(cells) {
            sum.join(cell);
        }
    }
    sums
}

/// Deadlines to come, and those that are past with the entry still linked: near ones together, so
/// that there are few, whatever the size of the table.
pub fn deadlines(state: &Rc<Conntrack>, counted: &mut Counted) -> Vec<LaneDeadline> {
    let hz = state.hz();
    let mut cells = if state.conns.len() > 30 {
        let cells = counted.count(state);
        cells.into_iter().filter(|cell| cell.count > 0).collect()
    } else {
        let one = |conn: &NfConn| {
            let mut cell = Cell::default();
            cell.add(left(conn, state)?, conn.id.number);
            Some(cell)
        };
        state.conns.iter().filter_map(one).collect::<Vec<Cell>>()
    };
    cells.sort_unstable_by_key(|cell| (cell.least, cell.conn));
    let mut found: Vec<(u32, Cell)> = Vec::new();
    for cell in cells {
        let x = permille(Ticks(cell.least), hz);
        let near = found.last_mut().filter(|(at, near)| {
            let apart = if near.count == 1 { APART.0 } else { APART.1 };
            // What is past stays by itself.
            (near.least == 0) == (cell.least == 0) && x - *at < apart
        });
        match near {
            Some((_, near)) => near.count += cell.count,
            None => found.push((x, cell)),
        }
    }
    let say = |(x, cell): (u32, Cell)| {
        let Cell { count, least, conn } = cell;
        let time = names::ticks(Ticks(least), hz);
        let (label, who) = match count {
            1 => (format!("c{conn}"), format!("c{conn}")),
            n => (
                format!("c{conn} +{}", n - 1),
                tell!(w::C_CONN_AND_N, conn, n = n - 1),
            ),
        };
        let title = match (least, count) {
            (0, _) => tell!(w::WHO_EXPIRED_STILL_LINKED, who),
            (_, 1) => tell!(
                w::WHO_EXPIRES_IN_TIME,
                who,
                time,
                jiffies = names::jiffies(state.now.plus(Ticks(least)))
            ),
            _ => tell!(w::WHO_THE_FIRST_EXPIRES, who, time),
        };
        LaneDeadline {
            x,
            label,
            conn,
            title,
            expired: least == 0,
            count,
            left: Ticks(least),
        }
    };
    found.into_iter().map(say).collect()
}

/// The next run of gc, in permille of the future's width.
pub fn gc_next(state: &Conntrack) -> Option<u32> {
    let left = state.gc.due.left(state.now);
    state.gc.auto.then(|| permille(left, state.hz()))
}

/// The buckets that the next run of gc looks at: the first one and how many, round the end of the
/// table.
pub fn gc_window(state: &Conntrack) -> (u32, u32) {
    let size = state.table.size();
    let next = state.gc.last_bucket.saturating_add(1);
    let first = if next < size { next } else { 0 };
    (first, state.gc_goal().min(size))
}

/// The same in words: `bucket 5`, `buckets 512 to 1 023`, `all 8 buckets`.
pub fn gc_window_words(state: &Conntrack) -> String {
    let size = state.table.size();
    let (first, count) = gc_window(state);
    let number = |n: u32| names::grouped(u64::from(n));
    match count {
        1 => tell!(w::BUCKET_NUMBER, number = number(first)),
        n if n == size => tell!(w::ALL_NUMBER_BUCKETS, number = number(size)),
        n => {
            let last = (u64::from(first) + u64::from(n) - 1) % u64::from(size);
            tell!(
                w::BUCKETS_NUMBER_TO_NAMES,
                number = number(first),
                names = names::grouped(last)
            )
        }
    }
}

/// When gc runs next: `in 0.1 s`, `now`, or when it is told to.
pub fn gc_when(state: &Conntrack) -> String {
    match state.gc.due.left(state.now) {
        _ if !state.gc.auto => w::WHEN_YOU_SAY_SO.text().to_owned(),
        Ticks(0) => w::WITH_THE_NEXT_TICK.text().to_owned(),
        left => tell!(w::IN_TICKS, ticks = names::ticks(left, state.hz())),
    }
}
