//! Ribbons: from the two chips of one connection to the handles of its card.

use super::cards::CardsView;
use super::grid::{CHIP_H, Grid};
use super::shape;
use super::table::TableView;
use crate::engine::tuple::Dir;

/// A ribbon.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ribbon {
    /// Its direction.
    pub dir: Dir,
    /// The line.
    pub path: String,
    /// Where it is pinned to the chip.
    pub dot: (i32, i32),
}

/// Both ribbons of a connection, as far as its chips and its card are drawn. `chip` finds a chip:
/// left, top, width. `channel` is the free line above the cards.
pub(super) fn ribbons(
    grid: &Grid,
    table: &TableView,
    cards: &CardsView,
    conn: u32,
    channel: i32,
    chip: impl Fn(u32, Dir) -> Option<(i32, i32, i32)>,
) -> Vec<Ribbon> {
    if grid.narrow {
        return Vec::new();
    }
    let mut out = Vec::new();
    let mut taken = None;
    for dir in Dir::BOTH {
        let Some((x, y, w)) = chip(conn, dir) else {
            continue;
        };
        let Some((tab_x, tab_y)) = cards.tab_at(conn, dir) else {
            continue;
        };
        // Lines that run side by side do not cover each other.
        let channel = channel - if dir == Dir::Reply { 5 } else { 0 };
        let below = y + CHIP_H + 8;
        let rows = below.min(channel)..below.max(channel);
        let first_slot = x < grid.gutter[1];
        let want_right = dir == Dir::Reply || !first_slot;
        let right_free = !table.gutter_taken(grid.gutter[1], rows);
        let mut gutter = grid.gutter[usize::from(want_right && right_free)];
        if taken == Some(gutter) {
            gutter += 5;
        }
        taken = Some(gutter);
        let start = match (dir, gutter < x) {
            (Dir::Original, _) => x + 16,
            (Dir::Reply, true) => x + 26,
            (Dir::Reply, false) => x + w - 30,
        };
        // A card below its chips is met from above; where the line is straight, points fall away.
        let mut points = vec![
            (start, y + CHIP_H),
            (start, below),
            (gutter, below),
            (gutter, channel),
            (tab_x, channel),
            (tab_x, tab_y + 2),
        ];
        points.dedup();
        out.push(Ribbon {
            dir,
            path: shape::rounded(&points),
            dot: (start, y + CHIP_H),
        });
    }
    out
}
