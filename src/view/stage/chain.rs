//! How the nodes of a chain are laid out in a bucket's row.

use super::chip::{Chain, Chip, Ctx, Entry};
use super::grid::{CHIP_DY, CHIP_H, Grid, ROW, TAG};
use super::marks::Marks;
use super::shape;
use super::text::Form;
use crate::engine::nulls::{Link, ListId};
use crate::words::{stage as w, tell};
use std::fmt::Write;

/// Width and pitch of chips that are three to a line.
const SHORT_W: i32 = 200;
const SHORT_PITCH: i32 = 224;
/// Between the last chip and the end marker.
const END: i32 = 18;
/// Narrow: height of a node and of its tag, and room below the last one.
const NARROW_PITCH: i32 = 40;
const NARROW_TAG: i32 = 24;
const NARROW_END: i32 = 6;
/// Narrow: what nodes left out need below the others.
const NARROW_MORE: i32 = 24;

/// The end of a chain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Nulls {
    /// Where the bars are.
    pub x: i32,
    /// Their middle.
    pub y: i32,
    /// The chain runs down, so the bars lie.
    pub lying: bool,
    /// Half their length.
    pub size: i32,
    /// The end marker as it is stored, of a chain with nodes.
    pub raw: Option<u32>,
    /// `nulls 5`, if there is room.
    pub text: Option<String>,
}

/// A chain, laid out; everything from the top of its row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Layout {
    /// Its chips.
    pub chips: Vec<Chip>,
    /// Arrows between them.
    pub links: Vec<String>,
    /// Its end.
    pub nulls: Nulls,
    /// Where `+n` goes, if nodes are left out: x, y.
    pub more: Option<(i32, i32, u32)>,
    /// Middle of the index cell.
    pub index_y: i32,
    /// Height of the row.
    pub height: i32,
}

/// The height of the row that [`lay`] would make, without making it: rows out of sight need no
/// more.
pub(super) fn height(ctx: &Ctx, chain: &Chain) -> i32 {
    let entries = &chain.entries;
    let tagged = |entry: &Entry| entry.tagged(ctx);
    if ctx.grid.narrow {
        let tags = entries.iter().filter(|entry| tagged(entry)).count() as i32;
        let more = if chain.more > 0 { NARROW_MORE } else { 0 };
        return NARROW_PITCH * entries.len() as i32 + NARROW_TAG * tags + NARROW_END + more;
    }
    let (per_line, _) = lines(&ctx.grid, entries, false);
    let lines = entries
        .chunks(per_line)
        .map(|line| match line.iter().any(tagged) {
            true => ROW + TAG,
            false => ROW,
        });
    lines.sum()
}

/// Nodes on a line, and how much each says.
fn lines(grid: &Grid, entries: &[Entry], brief: bool) -> (usize, Form) {
    let fits = || entries.iter().all(|it| it.natural_width() <= grid.slot_w);
    match entries.len() {
        0..=2 if fits() => (2, Form::Full),
        0..=1 => (1, Form::Full),
        2 if !brief => (1, Form::Full),
        _ => (3, Form::Short),
    }
}

/// Lays a chain out.
pub(super) fn lay(ctx: &Ctx, chain: &Chain, bucket: u32) -> Layout {
    if ctx.grid.narrow {
        lay_narrow(ctx, chain, bucket)
    } else {
        lay_wide(ctx, chain, bucket, false)
    }
}

/// Most nodes of a row whose height must be known without a look at them.
const fn brief_max(grid: &Grid) -> usize {
    if grid.narrow { 1 } else { 3 }
}

/// The height of such a row, by how many nodes it has.
pub(super) const fn brief_height(grid: &Grid, nodes: u32) -> i32 {
    match (grid.narrow, nodes) {
        (false, _) => ROW,
        (true, 0 | 1) => NARROW_PITCH + NARROW_END,
        (true, _) => NARROW_PITCH + NARROW_END + NARROW_MORE,
    }
}

/// The most that [`brief_height`] gives.
pub(super) const fn brief_height_max(grid: &Grid) -> i32 {
    brief_height(grid, u32::MAX)
}

/// Lays out as much of a chain as [`brief_height`] has room for, and says how many nodes it has.
pub(super) fn lay_brief(ctx: &Ctx, bucket: u32) -> (Layout, u32) {
    let chain = ctx.chain_of(ListId::Bucket(bucket), brief_max(&ctx.grid));
    // A tag would need room above the chips.
    let marks = Marks::default();
    let ctx = Ctx {
        marks: &marks,
        ..*ctx
    };
    let layout = if ctx.grid.narrow {
        lay_narrow(&ctx, &chain, bucket)
    } else {
        lay_wide(&ctx, &chain, bucket, true)
    };
    (layout, chain.count)
}

fn lay_wide(ctx: &Ctx, chain: &Chain, bucket: u32, brief: bool) -> Layout {
    let grid = &ctx.grid;
    let entries = &chain.entries;
    let (per_line, form) = lines(grid, entries, brief);
    let mut out = Layout {
        chips: Vec::with_capacity(entries.len()),
        links: Vec::new(),
        nulls: Nulls {
            x: 0,
            y: 0,
            lying: false,
            size: 8,
            raw: Some(Link::nulls(bucket).raw()),
            text: None,
        },
        more: None,
        index_y: 0,
        height: 0,
    };
    let mut from = grid.index_end();
    let mut middle_before = 0;
    for (line, nodes) in entries.chunks(per_line).enumerate() {
        let top = out.height;
        let first = out.chips.len();
        for (column, entry) in nodes.iter().enumerate() {
            let (x, w) = match per_line {
                1 => (
                    grid.slot_x[0],
                    entry.natural_width().clamp(grid.slot_w, grid.width - 120),
                ),
                2 => (grid.slot_x[column], grid.slot_w),
                _ => (grid.slot_x[0] + column as i32 * SHORT_PITCH, SHORT_W),
            };
            out.chips.push(entry.chip(ctx, x, 0, w, form));
        }
        let tagged = out.chips[first..].iter().any(|chip| chip.tag.is_some());
        let chip_y = top + CHIP_DY + if tagged { TAG } else { 0 };
        let middle = chip_y + CHIP_H / 2;
        for (column, chip) in out.chips[first..].iter_mut().enumerate() {
            chip.y = chip_y;
            let to = chip.x - if chip.ring { 5 } else { 0 };
            if line > 0 && column == 0 {
                let between = chip_y - CHIP_DY;
                out.links.push(format!(
                    "M{from},{middle_before}h9V{between}H{}V{middle}H{}m-5,-4l5,4l-5,4",
                    grid.index_end() + 7,
                    to - 1
                ));
            } else {
                out.links.push(shape::arrow(from, to, middle));
            }
            from = chip.x + chip.w;
        }
        if line == 0 {
            out.index_y = middle;
        }
        middle_before = middle;
        out.height = top + ROW + if tagged { TAG } else { 0 };
    }
    finish(&mut out, grid, from, chain.more, bucket);
    out
}

fn finish(out: &mut Layout, grid: &Grid, from: i32, more: u32, bucket: u32) {
    let y = out.height - CHIP_DY - CHIP_H / 2;
    let mut from = from;
    if more > 0 {
        out.more = Some((from + 6, y, more));
        from += 12 + 9 + 8 * more.to_string().len() as i32;
    }
    let x = from + if from < grid.gutter[1] { 24 } else { END };
    let text = tell!(w::NULLS_BUCKET, bucket);
    let fits = x + 9 + 7 * text.len() as i32 <= grid.width + super::grid::PAD + 4;
    out.links.push(format!("M{from},{y}H{}", x - 1));
    out.nulls = Nulls {
        x,
        y,
        lying: false,
        size: 8,
        raw: Some(Link::nulls(bucket).raw()),
        text: fits.then_some(text),
    };
}

fn lay_narrow(ctx: &Ctx, chain: &Chain, bucket: u32) -> Layout {
    let grid = &ctx.grid;
    let (spine, x) = (grid.gutter[0], grid.slot_x[0]);
    let mut y = 0;
    let mut middles = Vec::new();
    let mut chips = Vec::new();
    let mut links = Vec::new();
    for entry in &chain.entries {
        let mut chip = entry.chip(ctx, x, 0, grid.slot_w, Form::Full);
        if chip.tag.is_some() {
            y += NARROW_TAG;
        }
        chip.y = y + CHIP_DY;
        let middle = chip.y + CHIP_H / 2;
        links.push(format!(
            "M{spine},{middle}H{}",
            x - if chip.ring { 5 } else { 1 }
        ));
        middles.push(middle);
        chips.push(chip);
        y += NARROW_PITCH;
    }
    let mut height = y + NARROW_END;
    let first = middles.first().copied().unwrap_or(CHIP_DY + CHIP_H / 2);
    let last = middles.last().copied().unwrap_or(first);
    let mut more = None;
    let mut end = (last + 15).min(height - 5);
    if chain.more > 0 {
        more = Some((x, height + 6, chain.more));
        height += NARROW_MORE;
        end = height - 8;
    }
    let mut spine_path = String::new();
    let _ = write!(spine_path, "M{},{first}H{spine}V{end}", grid.index_end());
    links.insert(0, spine_path);
    let text = (chain.more > 0).then(|| tell!(w::NULLS_BUCKET, bucket));
    Layout {
        chips,
        links,
        nulls: Nulls {
            x: spine,
            y: end,
            lying: true,
            size: 6,
            raw: Some(Link::nulls(bucket).raw()),
            text,
        },
        more,
        index_y: first,
        height,
    }
}
