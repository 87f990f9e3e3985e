//! The picture for a hall: hash bar on top, the table at the left with every bucket in a row of its
//! own, lists and the cards that matter beside it. Everything is as large as the screen allows.

use super::cards::{self, CardsView};
use super::chip::Ctx;
use super::grid::{CARD_H, CARD_PITCH, CHIP_H, HASH_H, PAD, ROW, ROW_EMPTY, TAG};
use super::lists;
use super::ribbon::Ribbon;
use super::shape;
use super::table::{self, Wanted};
use super::{Laid, StageModel};
use crate::engine::tuple::Dir;
use crate::view::scene::Scene;
use std::rc::Rc;

/// Below this width of the box, in CSS pixels, it is the phone's picture.
pub const WIDTH_MIN: u32 = 720;
/// Width of the picture.
pub const WIDTH: i32 = 824;
/// Width of the table in it.
pub const TABLE_W: i32 = 372;
/// Width of a card.
pub const CARD_W: i32 = 178;
/// Where lists and cards begin.
const BESIDE: i32 = 456;
/// Left of the lines that run between table and cards.
const GUTTER: i32 = 384;
/// The same between the lists and the names of their processors, so far left of the lists.
const LISTED: i32 = 6;
/// Buckets with nodes that there is room for without the picture getting smaller.
const USED_KEPT: i32 = 4;
/// The picture is never smaller than it is drawn.
const SCALE_MIN: u32 = 1_000;
/// Nor so large that a chip is all one sees.
const SCALE_MAX: u32 = 4_000;
/// The scale goes in steps, so that small changes of the picture do not change it.
const SCALE_STEP: u32 = 20;

/// How high the picture counts at least, so that it keeps its scale while it fills.
pub fn height_kept(buckets: u32) -> i32 {
    let rows = buckets.min(16) as i32 * ROW_EMPTY;
    HASH_H + 14 + 22 + rows + USED_KEPT * (ROW + 4 - ROW_EMPTY) + TAG + 2 * PAD
}

/// How much larger than drawn a picture of this size fits the box, in permille.
pub fn scale(box_width: u32, box_height: u32, width: i32, height: i32) -> u32 {
    let share = |room: u32, of: i32| u64::from(room) * 1000 / u64::from(of.max(1).unsigned_abs());
    let fit = share(box_width, width).min(share(box_height, height));
    let scale = fit.clamp(u64::from(SCALE_MIN), u64::from(SCALE_MAX)) as u32;
    // Never wider than the box: what is cut off at the side is lost.
    scale.min(share(box_width, width).min(u64::from(SCALE_MAX)) as u32) / SCALE_STEP * SCALE_STEP
}

/// The picture shown so much larger; what is to be scrolled to is where it is shown then.
pub fn scaled(model: StageModel, scale: u32) -> StageModel {
    let shown = |drawn: i32| (i64::from(drawn) * i64::from(scale) / 1000) as i32;
    let focus = model.focus.map(|(top, bottom)| (shown(top), shown(bottom)));
    StageModel {
        focus,
        scale,
        ..model
    }
}

/// Lays the picture out.
pub(super) fn lay(scene: &Scene, ctx: &Ctx) -> Laid {
    let top = HASH_H + 14;
    let wanted = Wanted {
        sight: 0..i32::MAX,
        buckets: &[],
    };
    let table = table::table(ctx, top, &wanted);
    let mut grid = ctx.grid;
    grid.index_x = BESIDE - 16 - grid.index_w;
    grid.slot_x = [BESIDE, BESIDE];
    let mut lists = lists::lists(&Ctx { grid, ..*ctx }, top);
    if lists.cpus.len() <= 2 && ctx.state.nets.iter().all(|net| net.pcpu.len() == 1) {
        // With one processor there is nothing to tell apart.
        lists.cpus.clear();
    }
    let cards_y = lists.bottom + 30;
    let rows = (table.y + table.height + 12 - cards_y) / CARD_PITCH;
    let most = 2 * rows.max(1) as usize;
    let mut cards = cards::cards(scene, ctx.marks, &grid, cards_y, most);
    for card in &mut cards.cards {
        Rc::make_mut(card).x += BESIDE;
    }
    if let Some((x, ..)) = &mut cards.more {
        *x += BESIDE;
    }
    let cards_bottom = if cards.cards.is_empty() {
        cards_y + CARD_H + 12
    } else {
        cards.bottom
    };
    let height = cards_bottom.max(table.y + table.height);
    Laid {
        table,
        lists,
        cards_y,
        cards,
        height,
    }
}

/// Both ribbons of a connection: out of a chip to the right, along the gutter, down into the card;
/// from a list out to the left, so that no word of the lists below is crossed. `channel` is the free
/// line above the cards.
pub(super) fn ribbons(
    cards: &CardsView,
    conn: u32,
    channel: i32,
    chip: impl Fn(u32, Dir) -> Option<(i32, i32, i32)>,
) -> Vec<Ribbon> {
    let mut out = Vec::new();
    for dir in Dir::BOTH {
        let ends = chip(conn, dir).zip(cards.tab_at(conn, dir));
        let Some(((x, y, w), (tab_x, tab_y))) = ends else {
            continue;
        };
        // Lines that run side by side do not cover each other.
        let beside = if dir == Dir::Reply { 7 } else { 0 };
        let channel = channel - beside;
        let listed = x >= BESIDE;
        let edge = if listed { x } else { x + w };
        let start = (edge, y + CHIP_H / 2);
        let gutter = if listed {
            BESIDE - LISTED
        } else {
            GUTTER + 2 * beside
        };
        let mut points = vec![start];
        points.extend([(gutter, start.1), (gutter, channel)]);
        points.extend([(tab_x, channel), (tab_x, tab_y + 2)]);
        points.dedup();
        out.push(Ribbon {
            dir,
            path: shape::rounded(&points),
            dot: start,
        });
    }
    out
}
