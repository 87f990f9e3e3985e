//! The numbers of the picture, in CSS pixels: one grid for everything that can hold a node, so
//! that a chip keeps its column when it moves.

/// Height of a chip.
pub const CHIP_H: i32 = 30;
/// How far the point of a chip reaches.
pub const POINT: i32 = 12;
/// Width of the chevron band beside the point.
pub const BAND: i32 = 8;
/// Side of a seal on a chip.
pub const SEAL: i32 = 14;
/// Height of a bucket's row without nodes.
pub const ROW_EMPTY: i32 = 23;
/// Height of a line of nodes.
pub const ROW: i32 = 42;
/// What a line grows by for the tags above its chips.
pub const TAG: i32 = 26;
/// From the top of a line to its chips.
pub const CHIP_DY: i32 = 6;
/// Row of the empty picture.
pub const SHELF: i32 = 42;
/// Distance of such rows.
pub const SHELF_PITCH: i32 = 46;
/// Line that stands for buckets left out.
pub const FOLD: i32 = 22;
/// Height of a list's line.
pub const TRAY: i32 = 36;
/// Distance of a list's lines.
pub const TRAY_PITCH: i32 = 39;
/// Height of the hash bar, with one row or two.
pub const HASH_H: i32 = 67;
/// Height of a card without its tabs and pins.
pub const CARD_H: i32 = 132;
/// Distance of two rows of cards.
pub const CARD_PITCH: i32 = CARD_H + 40;
/// Width of a handle.
pub const TAB_W: i32 = 81;
/// Height of a handle.
pub const TAB_H: i32 = 22;
/// Room around the picture.
pub const PAD: i32 = 12;
/// Most nodes of a chain that are drawn.
pub const CHAIN_MAX: usize = 12;
/// The same where there are more connections than this, so that the page stays small.
pub const CROWDED_CHAIN_MAX: usize = 5;
/// See [`CROWDED_CHAIN_MAX`].
pub const CROWD: usize = 200;
/// Most nodes of the chain of the selected bucket.
pub const OPENED_MAX: usize = 48;
/// Hundredths of a pixel that a letter of the 13 px monospace face is wide.
const MONO: i32 = 783;

/// Columns for a width.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Grid {
    /// One slot only; chains run down.
    pub narrow: bool,
    /// Width of the picture without its padding.
    pub width: i32,
    /// Left edge of the index cells.
    pub index_x: i32,
    /// Their width.
    pub index_w: i32,
    /// Left edges of the slots.
    pub slot_x: [i32; 2],
    /// Width of a slot.
    pub slot_w: i32,
    /// Where ribbons run down: left of each slot.
    pub gutter: [i32; 2],
    /// Cards side by side.
    pub card_columns: i32,
    /// Width of a card.
    pub card_w: i32,
    /// Between cards.
    pub card_gap: i32,
    /// Empty lists take less room.
    pub dense: bool,
    /// Every bucket has a row, also where it could share one.
    pub every: bool,
}

impl Grid {
    /// Columns that fit a box of this width.
    pub fn of(width: u32) -> Grid {
        if width >= 768 {
            return Grid {
                narrow: false,
                width: 768,
                index_x: 10,
                index_w: 34,
                slot_x: [60, 396],
                slot_w: 312,
                gutter: [51, 384],
                card_columns: 4,
                card_w: 180,
                card_gap: 16,
                dense: false,
                every: false,
            };
        }
        let width = (width as i32 - 2 * PAD).clamp(296, 560);
        let card_gap = 12;
        Grid {
            narrow: true,
            width,
            index_x: 8,
            index_w: 28,
            slot_x: [52, 52],
            slot_w: width - 56,
            gutter: [42, 42],
            card_columns: 2,
            card_w: (width - card_gap) / 2,
            card_gap,
            dense: false,
            every: false,
        }
    }

    /// Columns for one of two pictures side by side: a chip is no wider than it has to be, and
    /// there are as many cards in a row as fit.
    pub fn half(width: u32) -> Grid {
        let width = (width as i32 - 2 * PAD).clamp(296, 760);
        let card_gap = 12;
        let card_columns = ((width + card_gap) / (176 + card_gap)).max(2);
        let card_w = (width - (card_columns - 1) * card_gap) / card_columns;
        Grid {
            narrow: true,
            width,
            slot_w: (width - 56).min(312),
            card_columns,
            card_w: card_w.min(184),
            card_gap,
            dense: true,
            ..Grid::of(0)
        }
    }

    /// Columns for a hall: the table at the left, every bucket in a row of its own.
    pub fn hall() -> Grid {
        Grid {
            width: super::hall::WIDTH,
            slot_w: 312,
            card_columns: 2,
            card_w: super::hall::CARD_W,
            dense: true,
            every: true,
            ..Grid::of(0)
        }
    }

    /// Columns for the lists beside the table, if there is room for both.
    pub fn lists_beside(self) -> Option<Grid> {
        const X: i32 = 418;
        (self.width >= 680).then_some(Grid {
            index_x: X - 10 - self.index_w,
            slot_x: [X, X],
            slot_w: self.width - X - 6,
            ..self
        })
    }

    /// Right end of the index cells.
    pub fn index_end(&self) -> i32 {
        self.index_x + self.index_w
    }

    /// Left edge of a card in a column.
    pub fn card_x(&self, column: i32) -> i32 {
        column * (self.card_w + self.card_gap)
    }
}

/// Width of so many letters of the monospace face.
pub fn mono(chars: usize) -> i32 {
    (chars as i32 * MONO + 99) / 100
}

/// How many letters of the monospace face fit.
pub fn mono_fit(width: i32) -> usize {
    (width.max(0) * 100 / MONO) as usize
}
