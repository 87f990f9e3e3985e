//! The rows of the hash table. Only those in sight are made; the height is that of all.

use super::chain::{self, Layout, Nulls};
use super::chip::{Chip, Ctx};
use super::grid::{CHIP_DY, CHIP_H, FOLD, ROW_EMPTY, SHELF, SHELF_PITCH};
use super::text::grouped;
use crate::engine::nulls::ListId;
use crate::engine::tuple::Dir;
use crate::view::lanes;
use crate::words::{stage as w, tell};
use std::ops::Range;
use std::rc::Rc;

/// Up to here every bucket has a row of its own; in larger tables empty ones are folded.
pub const ROWS_MAX: u32 = 256;
/// From this width on there is room for all about gc in the heading.
const GC_WIDE: i32 = 460;
/// Room for the heading; more where an hourglass of the first row may lie below its words.
const HEADING: i32 = 22;
const HEADING_NARROW: i32 = 28;

/// The table.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TableView {
    /// Top of the heading.
    pub y: i32,
    /// Height of everything, seen or not.
    pub height: i32,
    /// `8 buckets, 4 nodes`.
    pub summary: String,
    /// What gc looks at next, and when: right end, words.
    pub gc: (i32, String),
    /// Rows in sight, from top to bottom.
    pub rows: Vec<Rc<BucketRow>>,
    /// Lines that stand for buckets left out, in sight.
    pub folds: Vec<FoldRow>,
}

/// The row of a bucket, or in the narrow picture of neighbouring empty ones.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BucketRow {
    /// Its number.
    pub bucket: u32,
    /// Which painted row it is from step to step. In a large table, where all rows in sight change
    /// at once, a row that comes takes the place of one that goes.
    pub slot: u32,
    /// Only as much of the chain as fits; nothing moves in it.
    pub brief: bool,
    /// `5`, or `4–5`.
    pub label: String,
    /// Top.
    pub y: i32,
    /// Height.
    pub height: i32,
    /// Nodes in the chain.
    pub count: u32,
    /// It is searched or changed now.
    pub hot: bool,
    /// It is selected.
    pub selected: bool,
    /// The next one that gc visits: left and middle of the mark.
    pub gc: Option<(i32, i32)>,
    /// gc visited it in the run at hand.
    pub swept: bool,
    /// The next run of gc looks at it.
    pub window: bool,
    /// Drawn as a shelf: nothing has happened yet.
    pub shelf: bool,
    /// Middle of the index cell, from the top of the row.
    pub index_y: i32,
    /// Left and width of the index cell.
    pub index: (i32, i32),
    /// Chips, head first.
    pub chips: Vec<Chip>,
    /// Arrows.
    pub links: Vec<String>,
    /// The end marker.
    pub nulls: Nulls,
    /// Nodes left out: x, y, how many.
    pub more: Option<(i32, i32, u32)>,
    /// For a screen reader.
    pub name: String,
}

/// A line for buckets left out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FoldRow {
    /// The first of them.
    pub bucket: u32,
    /// Top.
    pub y: i32,
    /// `9 999 empty buckets`.
    pub text: String,
    /// gc visits one of them next.
    pub gc: Option<u32>,
}

/// A row that is to be made.
struct Plan {
    first: u32,
    last: u32,
    y: i32,
    height: i32,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The whole chain, as far as it is drawn.
    Nodes,
    /// As much of it as fits a height that is known beforehand.
    Brief,
    Empty,
    Fold,
}

/// Which rows to make.
pub(super) struct Wanted<'a> {
    /// In sight, with a margin.
    pub sight: Range<i32>,
    /// Wanted in any case.
    pub buckets: &'a [u32],
}

/// Goes down the table row by row and keeps those that are to be made.
struct Planner<'a> {
    wanted: &'a Wanted<'a>,
    plans: Vec<Plan>,
    y: i32,
}

impl Planner<'_> {
    /// Something within that many pixels from here may be in sight.
    fn near(&self, height: i32) -> bool {
        let sight = &self.wanted.sight;
        self.y < sight.end && self.y.saturating_add(height) >= sight.start
    }

    /// One of these buckets is wanted in any case.
    fn wanted(&self, buckets: &Range<u32>) -> bool {
        self.wanted
            .buckets
            .iter()
            .any(|bucket| buckets.contains(bucket))
    }

    fn add(&mut self, first: u32, last: u32, height: i32, kind: Kind) {
        let y = self.y;
        self.y += height;
        let sight = &self.wanted.sight;
        let seen = y + height >= sight.start && y < sight.end;
        if seen || self.wanted(&(first..last + 1)) {
            self.plans.push(Plan {
                first,
                last,
                y,
                height,
                kind,
            });
        }
    }
}

/// Lays the table out below `y`.
pub(super) fn table(ctx: &Ctx, y: i32, wanted: &Wanted) -> TableView {
    let size = ctx.state.table.size();
    let summary = summary(ctx, size, ctx.state.table.nodes());
    let fresh = ctx.state.skbs_created == 0 && ctx.state.conns.created() == 0;
    let shelf = fresh && size <= 16 && !ctx.grid.every;
    let mut planner = Planner {
        wanted,
        plans: Vec::new(),
        y: y + match ctx.grid.narrow {
            true => HEADING_NARROW,
            false => HEADING,
        },
    };
    let right = match ctx.grid.narrow {
        true => ctx.grid.slot_x[0] + ctx.grid.slot_w,
        false => ctx.grid.width - 4,
    };
    let next = ctx.marks.gc_at.unwrap_or_else(|| gc_next(ctx, size));
    if size <= ROWS_MAX {
        plan_every(ctx, &mut planner, size, shelf);
    } else {
        plan_used(ctx, &mut planner, size);
    }
    let mut rows = Vec::new();
    let mut folds = Vec::new();
    let slots = slots(&planner.plans);
    for (plan, slot) in planner.plans.iter().zip(slots) {
        let gc = (plan.first..=plan.last).contains(&next).then_some(next);
        match plan.kind {
            Kind::Nodes | Kind::Brief => rows.push(Rc::new(row(ctx, plan, slot, gc.is_some()))),
            Kind::Empty => rows.push(Rc::new(empty(ctx, plan, gc.is_some(), shelf))),
            Kind::Fold => folds.push(fold(plan, gc)),
        }
    }
    TableView {
        y,
        height: planner.y - y,
        summary,
        gc: (right, gc_words(ctx, right)),
        rows,
        folds,
    }
}

/// What gc looks at next, and when.
fn gc_words(ctx: &Ctx, right: i32) -> String {
    let when = lanes::gc_when(ctx.state);
    if right < GC_WIDE {
        return tell!(w::GC_WHEN, when);
    }
    tell!(
        w::GC_NEXT_GC_WINDOW,
        gc_window_words = lanes::gc_window_words(ctx.state),
        when
    )
}

/// gc has visited one of these buckets in its run; its next run looks at one.
fn broom(ctx: &Ctx, plan: &Plan) -> (bool, bool) {
    let range = plan.first..=plan.last;
    let size = ctx.state.table.size();
    let (first, count) = lanes::gc_window(ctx.state);
    let ahead = |bucket: u32| {
        let far = if bucket >= first {
            bucket - first
        } else {
            bucket + size - first
        };
        far < count
    };
    let swept = ctx.marks.swept.iter().any(|bucket| range.contains(bucket));
    (swept, ahead(plan.first) || ahead(plan.last))
}

/// The rows of some buckets by themselves, and how high they are.
pub(super) fn some(ctx: &Ctx, buckets: Range<u32>) -> (Vec<Rc<BucketRow>>, i32) {
    let wanted = Wanted {
        sight: 0..i32::MAX,
        buckets: &[],
    };
    let mut planner = Planner {
        wanted: &wanted,
        plans: Vec::new(),
        y: 0,
    };
    for bucket in buckets {
        match ctx.state.table.length(bucket) {
            0 => planner.add(bucket, bucket, ROW_EMPTY, Kind::Empty),
            n => planner.add(
                bucket,
                bucket,
                chain::brief_height(&ctx.grid, n),
                Kind::Brief,
            ),
        }
    }
    let made = planner.plans.iter().map(|plan| {
        Rc::new(match plan.kind {
            Kind::Empty => empty(ctx, plan, false, false),
            _ => row(ctx, plan, plan.first, false),
        })
    });
    (made.collect(), planner.y)
}

fn summary(ctx: &Ctx, size: u32, nodes: u32) -> String {
    let buckets = tell!(w::N_BUCKETS, n = size);
    match (nodes, ctx.state.conns.created()) {
        (0, 0) => tell!(w::BUCKETS_ALL_EMPTY, buckets),
        _ => format!("{buckets}, {}", tell!(w::N_NODES, n = nodes)),
    }
}

/// The bucket that gc visits next.
fn gc_next(ctx: &Ctx, size: u32) -> u32 {
    let next = ctx.state.gc.last_bucket.wrapping_add(1);
    if next >= size { 0 } else { next }
}

/// Nodes that just left a bucket are drawn there once more.
fn departed(ctx: &Ctx, bucket: u32) -> bool {
    ctx.marks.departed(ListId::Bucket(bucket)).next().is_some()
}

fn plan_every(ctx: &Ctx, planner: &mut Planner, size: u32, shelf: bool) {
    let pitch = if shelf { SHELF_PITCH } else { ROW_EMPTY };
    let used = |bucket| ctx.state.table.length(bucket) > 0 || departed(ctx, bucket);
    let apart = |bucket| ctx.marks.hot.contains(&bucket) || ctx.bucket == Some(bucket);
    let mut bucket = 0;
    while bucket < size {
        let first = bucket;
        bucket += 1;
        if used(first) {
            let list = ctx.chain(ListId::Bucket(first));
            let height = chain::height(ctx, &list);
            planner.add(first, first, height, Kind::Nodes);
            continue;
        }
        // In the narrow picture neighbouring empty ones share a row.
        let share = ctx.grid.narrow && !ctx.grid.every;
        if share && !shelf && !apart(first) {
            while bucket < size && !used(bucket) && !apart(bucket) {
                bucket += 1;
            }
        }
        planner.add(first, bucket - 1, pitch, Kind::Empty);
    }
}

/// Buckets that have a row of their own, with room for all that is to be said there.
fn special(ctx: &Ctx, size: u32) -> Vec<u32> {
    let left = ctx.marks.departures.iter().map(|&(_, _, list)| Some(list));
    let came = ctx.marks.arrivals.iter().take(64).map(|arrival| {
        let conn = ctx.state.conns.get(arrival.conn)?;
        conn.list(arrival.dir)
    });
    let lists = left.chain(came).flatten();
    let moved = lists.filter_map(|list| match list {
        ListId::Bucket(bucket) => Some(bucket),
        _ => None,
    });
    let marked = ctx.marks.hot.iter().copied().chain(ctx.bucket);
    let mut all: Vec<u32> = marked.chain(moved).filter(|&b| b < size).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// One pass over the lengths of all chains; nodes are looked at in the special ones only.
fn plan_used(ctx: &Ctx, planner: &mut Planner, size: u32) {
    let special = special(ctx, size);
    let mut next = 0;
    let mut from = 0;
    for part in ctx.state.table.lengths_in_parts() {
        let first = from;
        let buckets = first..first + part.len() as u32;
        from = buckets.end;
        // Nearly all of a large table is out of sight: it is only counted.
        let near = planner.near(part.len() as i32 * (FOLD + chain::brief_height_max(&ctx.grid)))
            || special.iter().any(|bucket| buckets.contains(bucket))
            || planner.wanted(&buckets);
        for (bucket, &nodes) in buckets.zip(part) {
            let apart = near && special.contains(&bucket);
            if nodes == 0 && !apart {
                continue;
            }
            if bucket > next && (near || next < first) {
                planner.add(next, bucket - 1, FOLD, Kind::Fold);
            } else if bucket > next {
                planner.y += FOLD;
            }
            next = bucket + 1;
            if !near {
                planner.y += chain::brief_height(&ctx.grid, nodes);
            } else if !apart {
                let height = chain::brief_height(&ctx.grid, nodes);
                planner.add(bucket, bucket, height, Kind::Brief);
            } else if nodes > 0 || departed(ctx, bucket) {
                let list = ctx.chain(ListId::Bucket(bucket));
                let height = chain::height(ctx, &list);
                planner.add(bucket, bucket, height, Kind::Nodes);
            } else {
                planner.add(bucket, bucket, ROW_EMPTY, Kind::Empty);
            }
        }
    }
    if next < size {
        planner.add(next, size - 1, FOLD, Kind::Fold);
    }
}

/// Marks slots of rows that keep to their bucket.
const OWN: u32 = 1 << 31;
/// The number of shared slots is a multiple of this, so that it seldom changes.
const SLOTS: usize = 8;

/// The slot of every plan. Brief rows are mostly neighbours: their buckets, divided by how many
/// there are, leave different rests.
fn slots(plans: &[Plan]) -> Vec<u32> {
    let brief = |plan: &&Plan| plan.kind == Kind::Brief;
    let count = plans.iter().filter(brief).count().next_multiple_of(SLOTS);
    let mut taken = vec![false; count];
    let slot = |plan: &Plan| {
        if plan.kind != Kind::Brief {
            return plan.first | OWN;
        }
        let mut at = plan.first as usize % count;
        while taken[at] {
            at = (at + 1) % count;
        }
        taken[at] = true;
        at as u32
    };
    plans.iter().map(slot).collect()
}

fn row(ctx: &Ctx, plan: &Plan, slot: u32, gc: bool) -> BucketRow {
    let bucket = plan.first;
    let (layout, count) = if plan.kind == Kind::Brief {
        chain::lay_brief(ctx, bucket)
    } else {
        let list = ctx.chain(ListId::Bucket(bucket));
        (chain::lay(ctx, &list, bucket), list.count)
    };
    debug_assert_eq!(layout.height, plan.height);
    let Layout {
        chips,
        links,
        nulls,
        more,
        index_y,
        ..
    } = layout;
    let (swept, window) = broom(ctx, plan);
    BucketRow {
        swept,
        window,
        bucket,
        slot,
        brief: plan.kind == Kind::Brief,
        label: bucket.to_string(),
        y: plan.y,
        height: plan.height,
        count,
        hot: ctx.marks.hot.contains(&bucket),
        selected: ctx.bucket == Some(bucket),
        gc: gc.then_some((-11, index_y)),
        shelf: false,
        index_y,
        index: index(ctx, &bucket.to_string()),
        chips,
        links,
        nulls,
        more,
        name: tell!(w::BUCKET_BUCKET_COUNT, bucket, count),
    }
}

fn empty(ctx: &Ctx, plan: &Plan, gc: bool, shelf: bool) -> BucketRow {
    let grid = &ctx.grid;
    let middle = if shelf { SHELF / 2 } else { plan.height / 2 };
    let end = grid.slot_x[0] + if shelf { 6 } else { -2 };
    let label = if plan.first == plan.last {
        plan.first.to_string()
    } else {
        format!("{}–{}", plan.first, plan.last)
    };
    let lone = plan.first == plan.last;
    let name = tell!(
        w::LONE_LABEL_EMPTY,
        lone = if lone { "bucket" } else { "buckets" },
        label
    );
    // A range of indices leaves no room for the mark beside it.
    let worded = gc && grid.narrow && !lone;
    let text = (grid.narrow && !grid.every && !shelf).then(|| {
        if worded {
            let next = gc_next(ctx, ctx.state.table.size());
            tell!(w::EMPTY_GC_NEXT_AT, next)
        } else {
            w::EMPTY.text().to_owned()
        }
    });
    let nulls = Nulls {
        x: end,
        y: middle,
        lying: false,
        size: 5,
        raw: None,
        text,
    };
    let (swept, window) = broom(ctx, plan);
    BucketRow {
        swept,
        window,
        bucket: plan.first,
        slot: plan.first | OWN,
        brief: false,
        label: label.clone(),
        y: plan.y,
        height: plan.height,
        count: 0,
        hot: ctx.marks.hot.contains(&plan.first),
        selected: ctx.bucket == Some(plan.first),
        gc: (gc && !worded).then_some((-11, middle)),
        shelf,
        index_y: middle,
        index: index(ctx, &label),
        chips: Vec::new(),
        links: vec![format!("M{},{middle}H{}", grid.index_end(), end - 1)],
        nulls,
        more: None,
        name,
    }
}

/// Left and width of an index cell; long numbers make it grow to the left.
fn index(ctx: &Ctx, label: &str) -> (i32, i32) {
    let w = (8 * label.chars().count() as i32 + 8).max(ctx.grid.index_w);
    (ctx.grid.index_end() - w, w)
}

fn fold(plan: &Plan, gc: Option<u32>) -> FoldRow {
    let n = plan.last - plan.first + 1;
    let range = match n {
        1 => grouped(u64::from(plan.first)),
        _ => tell!(
            w::PLAN_TO_PLAN2,
            plan = grouped(plan.first.into()),
            plan2 = grouped(plan.last.into())
        ),
    };
    let mut text = format!("{}: {range}", tell!(w::N_EMPTY_BUCKETS, n = n));
    if let Some(next) = gc {
        text.push_str(&tell!(w::GC_NEXT_AT_NEXT, next = grouped(next.into())));
    }
    FoldRow {
        bucket: plan.first,
        y: plan.y,
        text,
        gc,
    }
}

impl TableView {
    /// Where a node's chip is, if its row was made: left, top, width, from the picture's corner.
    pub fn chip_at(&self, conn: u32, dir: Dir) -> Option<(i32, i32, i32)> {
        self.rows.iter().find_map(|row| {
            let chip = row
                .chips
                .iter()
                .find(|c| c.conn == conn && c.dir == dir && !c.ghost)?;
            Some((chip.x, row.y + chip.y, chip.w))
        })
    }

    /// Top and bottom of a bucket's row, if it was made.
    pub fn row_of(&self, bucket: u32) -> Option<(i32, i32)> {
        let row = self.rows.iter().find(|row| row.bucket == bucket)?;
        Some((row.y, row.y + row.height))
    }

    /// Something is drawn over the gutter between the slots, in these rows.
    pub fn gutter_taken(&self, x: i32, rows: Range<i32>) -> bool {
        self.rows
            .iter()
            .filter(|row| row.y + CHIP_DY >= rows.start && row.y < rows.end)
            .any(|row| {
                let over = |chip: &Chip| {
                    let y = row.y + chip.y;
                    chip.x < x && x < chip.x + chip.w && y + CHIP_H > rows.start
                };
                row.chips.iter().any(over)
            })
    }
}
