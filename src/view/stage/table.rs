//! The rows of the hash table. Only those in sight are made; the height is that of all.

use super::chain::{self, Layout, Nulls};
use super::chip::{Chip, Ctx};
use super::grid::{CHIP_DY, CHIP_H, FOLD, ROW, ROW_EMPTY, SHELF, SHELF_PITCH};
use super::text::{counted, grouped};
use crate::engine::nulls::ListId;
use crate::engine::tuple::Dir;
use crate::view::lanes;
use std::ops::Range;
use std::rc::Rc;

/// Up to here every bucket has a row of its own; in larger tables empty ones are folded.
pub const ROWS_MAX: u32 = 256;
/// From this width on there is room for all about gc in the heading.
const GC_WIDE: i32 = 460;
/// Room for the heading.
const HEADING: i32 = 22;

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

/// What is needed of a row before it is known whether it is in sight.
struct Plan {
    first: u32,
    last: u32,
    y: i32,
    height: i32,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Nodes,
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

/// Lays the table out below `y`.
pub(super) fn table(ctx: &Ctx, y: i32, wanted: &Wanted) -> TableView {
    let size = ctx.state.table.size();
    let nodes = ctx.state.conns.iter().map(|conn| {
        let hangs = |dir| matches!(conn.list(dir), Some(ListId::Bucket(_)));
        Dir::BOTH.into_iter().filter(|&dir| hangs(dir)).count() as u32
    });
    let summary = summary(ctx, size, nodes.sum());
    let top = y + HEADING;
    let shelf = ctx.state.skbs_created == 0 && ctx.state.conns.created() == 0 && size <= 16;
    let (plans, bottom) = if size <= ROWS_MAX {
        plan_every(ctx, top, size, shelf)
    } else {
        plan_used(ctx, top, size)
    };
    let right = match ctx.grid.narrow {
        true => ctx.grid.slot_x[0] + ctx.grid.slot_w,
        false => ctx.grid.width - 4,
    };
    let next = ctx.marks.gc_at.unwrap_or_else(|| gc_next(ctx, size));
    let mut rows = Vec::new();
    let mut folds = Vec::new();
    let first = plans.partition_point(|plan| plan.y + plan.height < wanted.sight.start);
    let seen = plans[first..]
        .iter()
        .take_while(|plan| plan.y < wanted.sight.end);
    let apart = wanted.buckets.iter().filter_map(|&bucket| {
        let at = plans.partition_point(|plan| plan.last < bucket);
        plans
            .get(at)
            .filter(|plan| plan.y + plan.height < wanted.sight.start || plan.y >= wanted.sight.end)
    });
    for plan in seen.chain(apart) {
        let gc = (plan.first..=plan.last).contains(&next).then_some(next);
        match plan.kind {
            Kind::Nodes => rows.push(Rc::new(row(ctx, plan, gc.is_some()))),
            Kind::Empty => rows.push(Rc::new(empty(ctx, plan, gc.is_some(), shelf))),
            Kind::Fold => folds.push(fold(plan, gc)),
        }
    }
    rows.sort_by_key(|row| row.bucket);
    rows.dedup_by_key(|row| row.bucket);
    folds.dedup_by_key(|fold| fold.bucket);
    TableView {
        y,
        height: bottom - y,
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
        return format!("gc {when}");
    }
    format!("gc next: {}, {when}", lanes::gc_window_words(ctx.state))
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

fn summary(ctx: &Ctx, size: u32, nodes: u32) -> String {
    let buckets = counted(size, "bucket", "buckets");
    match (nodes, ctx.state.conns.created()) {
        (0, 0) => format!("{buckets}, all empty"),
        _ => format!("{buckets}, {}", counted(nodes, "node", "nodes")),
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

fn plan_every(ctx: &Ctx, top: i32, size: u32, shelf: bool) -> (Vec<Plan>, i32) {
    let mut plans: Vec<Plan> = Vec::new();
    let mut y = top;
    let pitch = if shelf { SHELF_PITCH } else { ROW_EMPTY };
    for bucket in 0..size {
        let used = ctx.state.table.head(bucket).node().is_some() || departed(ctx, bucket);
        if used {
            let list = ctx.chain(ListId::Bucket(bucket));
            let height = chain::lay(ctx, &list, bucket).height;
            plans.push(Plan {
                first: bucket,
                last: bucket,
                y,
                height,
                kind: Kind::Nodes,
            });
            y += height;
            continue;
        }
        let apart = ctx.marks.hot.contains(&bucket) || ctx.bucket == Some(bucket);
        match plans.last_mut() {
            Some(plan)
                if ctx.grid.narrow
                    && !shelf
                    && !apart
                    && plan.kind == Kind::Empty
                    && !ctx.marks.hot.contains(&plan.first)
                    && ctx.bucket != Some(plan.first) =>
            {
                plan.last = bucket;
            }
            _ => {
                plans.push(Plan {
                    first: bucket,
                    last: bucket,
                    y,
                    height: pitch,
                    kind: Kind::Empty,
                });
                y += pitch;
            }
        }
    }
    (plans, y)
}

fn plan_used(ctx: &Ctx, top: i32, size: u32) -> (Vec<Plan>, i32) {
    let mut used = used_buckets(ctx, size);
    let marked = ctx
        .marks
        .hot
        .iter()
        .copied()
        .chain(ctx.bucket)
        .filter(|&b| b < size);
    let left = ctx
        .marks
        .departures
        .iter()
        .filter_map(|&(_, _, list)| match list {
            ListId::Bucket(bucket) if bucket < size => Some(bucket),
            _ => None,
        });
    let special: Vec<u32> = marked.chain(left).collect();
    used.extend(&special);
    used.sort_unstable();
    used.dedup();
    let mut plans = Vec::with_capacity(2 * used.len() + 1);
    let mut y = top;
    let mut next = 0;
    for bucket in used {
        if bucket > next {
            plans.push(Plan {
                first: next,
                last: bucket - 1,
                y,
                height: FOLD,
                kind: Kind::Fold,
            });
            y += FOLD;
        }
        // Long chains would need a look at every node; only marked rows and short tables get it.
        let list = || ctx.chain(ListId::Bucket(bucket));
        let has_nodes = ctx.state.table.head(bucket).node().is_some() || departed(ctx, bucket);
        let (kind, height) = match has_nodes {
            true if ctx.grid.narrow || tall(ctx, bucket) || special.contains(&bucket) => {
                (Kind::Nodes, chain::lay(ctx, &list(), bucket).height)
            }
            true => (Kind::Nodes, ROW),
            false => (Kind::Empty, ROW_EMPTY),
        };
        plans.push(Plan {
            first: bucket,
            last: bucket,
            y,
            height,
            kind,
        });
        y += height;
        next = bucket + 1;
    }
    if next < size {
        plans.push(Plan {
            first: next,
            last: size - 1,
            y,
            height: FOLD,
            kind: Kind::Fold,
        });
        y += FOLD;
    }
    (plans, y)
}

/// The row may need more room than one line: tags, more than one node, a long address.
fn tall(ctx: &Ctx, bucket: u32) -> bool {
    let mut walk = ctx.state.walk(ListId::Bucket(bucket));
    let Some(first) = walk.next() else {
        return false;
    };
    let Some(conn) = ctx.state.conns.at(first.slot) else {
        return false;
    };
    let (number, dir) = (conn.id.number, first.dir);
    let tagged = ctx.marks.arrival(number, dir).is_some();
    let long = super::text::tuple_len(conn.tuple(dir)) > 29;
    tagged || long || walk.next().is_some()
}

/// Buckets with nodes, in any order, with duplicates.
fn used_buckets(ctx: &Ctx, size: u32) -> Vec<u32> {
    let conns = &ctx.state.conns;
    if (conns.len() as u32).saturating_mul(8) < size {
        return conns
            .iter()
            .flat_map(|conn| Dir::BOTH.map(|dir| conn.list(dir)))
            .filter_map(|list| match list {
                Some(ListId::Bucket(bucket)) => Some(bucket),
                _ => None,
            })
            .collect();
    }
    (0..size)
        .filter(|&bucket| ctx.state.table.head(bucket).node().is_some())
        .collect()
}

fn row(ctx: &Ctx, plan: &Plan, gc: bool) -> BucketRow {
    let bucket = plan.first;
    let list = ctx.chain(ListId::Bucket(bucket));
    let Layout {
        chips,
        links,
        nulls,
        more,
        index_y,
        ..
    } = chain::lay(ctx, &list, bucket);
    let (swept, window) = broom(ctx, plan);
    BucketRow {
        swept,
        window,
        bucket,
        label: bucket.to_string(),
        y: plan.y,
        height: plan.height,
        count: list.count,
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
        name: format!(
            "bucket {bucket}, {}",
            counted(list.count, "entry", "entries")
        ),
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
    let name = format!("{} {label}, empty", if lone { "bucket" } else { "buckets" });
    // A range of indices leaves no room for the mark beside it.
    let worded = gc && grid.narrow && !lone;
    let text = (grid.narrow && !shelf).then(|| {
        if worded {
            let next = gc_next(ctx, ctx.state.table.size());
            format!("empty, gc next at {next}")
        } else {
            "empty".to_owned()
        }
    });
    let nulls = Nulls {
        x: end,
        y: middle,
        lying: false,
        size: 5,
        text,
    };
    let (swept, window) = broom(ctx, plan);
    BucketRow {
        swept,
        window,
        bucket: plan.first,
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
        _ => format!(
            "{} to {}",
            grouped(plan.first.into()),
            grouped(plan.last.into())
        ),
    };
    let mut text = format!("{}: {range}", counted(n, "empty bucket", "empty buckets"));
    if let Some(next) = gc {
        text.push_str(&format!(", gc next at {}", grouped(next.into())));
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
