//! The stage: hook strip, hash bar, hash table, lists and connection cards of one moment, as
//! plain data with whole-pixel coordinates. Whoever paints it decides nothing.

mod cards;
mod chain;
mod chip;
mod grid;
mod hall;
mod hashbar;
mod hooks;
mod lists;
mod marks;
mod ribbon;
pub mod shape;
mod table;
pub mod text;

pub use cards::{Bar, Card, CardsView, Glyph, Pin, Tab, permille, pins, seconds};
pub use chain::Nulls;
pub use chip::{Chip, Life, Tag, chip_alone, dir_word};
pub use grid::{CARD_H, CHIP_H, Grid, PAD, SEAL, TAB_H, TAB_W};
pub use hashbar::{HashBar, HashBox, HashText, TextKind};
pub use hooks::{HookBox, HookStrip, PILL_H, PILL_W, Pill, PillKind, STRIP_H, Tick, WIRE_Y, hook};
pub use lists::{ListHead, ListTray, ListsView};
pub use ribbon::Ribbon;
pub use table::{BucketRow, FoldRow, ROWS_MAX, TableView};

use super::lens::figure::Badge;
use super::model::Selection;
use super::scene::Scene;
use crate::engine::Conntrack;
use crate::engine::nulls::ListId;
use crate::engine::slab::ConnId;
use crate::engine::tuple::Dir;
use cards::CARDS_MAX;
use chip::Ctx;
use grid::HASH_H;
use marks::Marks;
use std::rc::Rc;
use table::Wanted;

/// The box that the stage is seen through, in CSS pixels.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Viewport {
    /// Width of the box.
    pub width: u32,
    /// Its height.
    pub height: u32,
    /// How far it is scrolled down.
    pub scroll: u32,
}

impl Default for Viewport {
    /// A laptop's, before the page has measured itself.
    fn default() -> Viewport {
        Viewport {
            width: 800,
            height: 720,
            scroll: 0,
        }
    }
}

/// Everything on the stage.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct StageModel {
    /// One column of slots.
    pub narrow: bool,
    /// Width of the picture, padding included.
    pub width: i32,
    /// Height, likewise, of everything, in sight or not.
    pub height: i32,
    /// The hook strip, at the top.
    pub hooks: Rc<HookStrip>,
    /// From tuple to bucket.
    pub hash: Rc<HashBar>,
    /// The hash table.
    pub table: TableView,
    /// Unconfirmed and dying lists.
    pub lists: ListsView,
    /// Connections.
    pub cards: CardsView,
    /// Between the connection that is meant and its chips.
    pub ribbons: Vec<Ribbon>,
    /// What the step is about, top and bottom: to be scrolled into sight.
    pub focus: Option<(i32, i32)>,
    /// The gc worker is selected.
    pub gc_selected: bool,
    /// Without hook strip and hash bar: one of two pictures side by side.
    pub half: bool,
    /// For a hall: without hook strip, cards beside the table.
    pub hall: bool,
    /// What the rows of the table span, padding on one side included.
    pub table_width: i32,
    /// Left, top, width and height of what answers a question, inside the padding.
    pub marks: Vec<[i32; 4]>,
    /// How much larger it is shown than it is drawn, in permille; 0 is as it is drawn.
    pub scale: u32,
    /// Numbers of the article's figure that it is looked at as.
    pub badges: Vec<Badge>,
}

/// Buckets up to which the table is above lists and cards; a longer one is below them, so that
/// they stay in reach.
const TABLE_FIRST_MAX: u32 = 32;
/// Most cards above a long table, and above one of which most is out of sight.
const CARDS_ABOVE_MAX: usize = 8;
const CARDS_ABOVE_LARGE_MAX: usize = 4;
/// How much is made of one of two pictures side by side.
const HALF_SIGHT: u32 = 1_600;
/// Rows are made this far out of sight too: more than the page scrolls before it says
/// so.
const MARGIN: i32 = 52;

/// Which picture.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Plan {
    /// The whole stage.
    Stage,
    /// One of two pictures side by side.
    Half,
    /// For a hall.
    Hall,
}

/// Where the parts go.
struct Laid {
    table: TableView,
    lists: ListsView,
    cards_y: i32,
    cards: CardsView,
    height: i32,
}

impl Laid {
    fn chip_at(&self, conn: u32, dir: Dir) -> Option<(i32, i32, i32)> {
        self.table
            .chip_at(conn, dir)
            .or_else(|| self.lists.chip_at(conn, dir))
    }
}

fn lay(scene: &Scene, ctx: &Ctx, viewport: Viewport, buckets: &[u32], plan: Plan) -> Laid {
    if plan == Plan::Hall {
        return hall::lay(scene, ctx);
    }
    let half = plan == Plan::Half;
    let scroll = viewport.scroll.min(i32::MAX as u32 / 2) as i32 - PAD;
    let height = viewport.height.min(10_000) as i32;
    let sight = scroll - MARGIN..scroll + height + MARGIN;
    let wanted = Wanted { sight, buckets };
    let lists_at = if half {
        lists::lists_told
    } else {
        lists::lists
    };
    let top = if half { 0 } else { STRIP_H + 10 + HASH_H + 14 };
    if ctx.state.table.size() <= TABLE_FIRST_MAX {
        let table = table::table(ctx, top, &wanted);
        let lists = match ctx.grid.lists_beside().filter(|_| half) {
            Some(grid) => lists_at(&Ctx { grid, ..*ctx }, top),
            None => lists_at(ctx, top + table.height + 12),
        };
        let bottom = lists.bottom.max(table.y + table.height);
        let cards_y = bottom + 28;
        let crowded = ctx.state.conns.len() > grid::CROWD;
        let most = if crowded { CARDS_ABOVE_MAX } else { CARDS_MAX };
        let cards = cards::cards(scene, ctx.marks, &ctx.grid, cards_y, most);
        let height = cards.bottom.max(bottom) + PAD;
        Laid {
            table,
            lists,
            cards_y,
            cards,
            height,
        }
    } else {
        let lists = lists_at(ctx, top);
        let cards_y = lists.bottom + 28;
        let most = if ctx.state.table.size() > ROWS_MAX {
            CARDS_ABOVE_LARGE_MAX
        } else {
            CARDS_ABOVE_MAX
        };
        let cards = cards::cards(scene, ctx.marks, &ctx.grid, cards_y, most);
        let table_y = if cards.cards.is_empty() {
            lists.bottom
        } else {
            cards.bottom
        } + 16;
        let table = table::table(ctx, table_y, &wanted);
        let height = table.y + table.height + PAD;
        Laid {
            table,
            lists,
            cards_y,
            cards,
            height,
        }
    }
}

/// The stage at a moment, seen through a box.
pub fn stage(scene: &Scene, viewport: Viewport) -> StageModel {
    build(scene, viewport, Grid::of(viewport.width), Plan::Stage)
}

/// The stage for a hall: as large as the box allows, without what is not looked at there.
pub fn hall(scene: &Scene, viewport: Viewport) -> StageModel {
    if viewport.width < hall::WIDTH_MIN {
        return stage(scene, viewport);
    }
    if scene.state.table.size() > TABLE_FIRST_MAX {
        // A long table is scrolled through; it is as wide as the box.
        let fit = stage(scene, viewport);
        let scale = hall::scale(viewport.width, u32::MAX, fit.width, fit.height);
        let drawn = |pixels: u32| (u64::from(pixels) * 1000 / u64::from(scale.max(1))) as u32;
        let viewport = Viewport {
            width: drawn(viewport.width).max(viewport.width.min(800)),
            height: drawn(viewport.height),
            scroll: drawn(viewport.scroll),
        };
        return hall::scaled(stage(scene, viewport), scale);
    }
    let model = build(scene, viewport, Grid::hall(), Plan::Hall);
    let height = model
        .height
        .max(hall::height_kept(scene.state.table.size()));
    let scale = hall::scale(viewport.width, viewport.height, model.width, height);
    hall::scaled(model, scale)
}

/// Table, lists and cards at a moment, this wide: one of two pictures side by side.
pub fn beside(scene: &Scene, width: u32) -> StageModel {
    let viewport = Viewport {
        width,
        height: HALF_SIGHT,
        scroll: 0,
    };
    build(scene, viewport, Grid::half(width), Plan::Half)
}

fn build(scene: &Scene, viewport: Viewport, grid: Grid, plan: Plan) -> StageModel {
    let half = plan == Plan::Half;
    let marks = Marks::of(scene);
    let ctx = looked_at(scene, &marks, grid);
    let Ctx {
        selected, bucket, ..
    } = ctx;
    let meant = selected.or(marks.conn.map(|id| id.number));
    let wanted = wanted_buckets(&ctx, meant);
    let mut laid = lay(scene, &ctx, viewport, &wanted, plan);
    if !marks.arrivals.is_empty() {
        let origin = origin(scene);
        let old = lay(&origin.scene, &origin.ctx(grid), viewport, &wanted, plan);
        travel(&mut laid, &marks, &old);
    }
    // Above a long table the cards are far from the chips; their handles name the buckets.
    let near = (laid.table.y < laid.cards_y || plan == Plan::Hall) && !half;
    let ribbons = meant.filter(|_| near).map_or_else(Vec::new, |conn| {
        let chip = |conn, dir| laid.chip_at(conn, dir);
        if plan == Plan::Hall {
            return hall::ribbons(&laid.cards, conn, laid.cards_y - 18, chip);
        }
        ribbon::ribbons(
            &grid,
            &laid.table,
            &laid.cards,
            conn,
            laid.cards_y - 18,
            chip,
        )
    });
    let hot = marks
        .hot
        .first()
        .and_then(|&bucket| laid.table.row_of(bucket));
    let line_to = |bucket| hot.and_then(|_| laid.table.row_of(bucket));
    let listed = |conn| {
        let chip = |dir| laid.lists.chip_at(conn, dir);
        let (_, y, _) = Dir::BOTH.into_iter().find_map(chip)?;
        Some((y, y + CHIP_H))
    };
    // In a table that one scrolls through, a bucket is picked in order to be seen.
    let long = scene.state.table.size() > TABLE_FIRST_MAX;
    let picked = bucket
        .filter(|_| long)
        .and_then(|bucket| laid.table.row_of(bucket));
    let came = marks.listed.and_then(|conn| listed(conn.number));
    let focus = picked.or(came).or(hot).or_else(|| listed(meant?));
    let (hooks, hash) = if half {
        Default::default()
    } else if plan == Plan::Hall {
        let hash = hashbar::bar(scene, &Grid::of(u32::MAX), 0, line_to);
        (Default::default(), hash)
    } else {
        let hash = hashbar::bar(scene, &grid, STRIP_H + 10, line_to);
        (hooks::strip(scene, &grid), hash)
    };
    StageModel {
        narrow: grid.narrow,
        width: grid.width + 2 * PAD,
        height: laid.height + 2 * PAD,
        hooks: Rc::new(hooks),
        hash: Rc::new(hash),
        focus: focus.map(|(top, bottom)| (top + PAD, bottom + PAD)),
        table: laid.table,
        lists: laid.lists,
        cards: laid.cards,
        ribbons,
        gc_selected: scene.selection == Selection::Gc,
        half,
        hall: plan == Plan::Hall,
        table_width: match plan {
            Plan::Hall => hall::TABLE_W + PAD,
            Plan::Stage | Plan::Half => grid.width + PAD,
        },
        marks: Vec::new(),
        scale: 0,
        badges: Vec::new(),
    }
}

/// The chains of a few buckets, one below the other: rows, height and width of the picture.
pub fn chains(
    scene: &Scene,
    width: u32,
    buckets: core::ops::Range<u32>,
) -> (Vec<Rc<BucketRow>>, i32, i32) {
    let grid = Grid::of(width);
    let marks = Marks::of(scene);
    let (rows, height) = table::some(&looked_at(scene, &marks, grid), buckets);
    (rows, height, grid.width + 2 * PAD)
}

/// The moment, with what is selected in it.
fn looked_at<'a>(scene: &'a Scene, marks: &'a Marks, grid: Grid) -> Ctx<'a> {
    let (selected, bucket) = selection(scene);
    Ctx {
        state: scene.state,
        before: scene.before,
        marks,
        grid,
        selected,
        bucket,
    }
}

/// The selected connection (that of a selected packet, too) and the selected bucket.
fn selection(scene: &Scene) -> (Option<u32>, Option<u32>) {
    match scene.selection {
        Selection::Step | Selection::Gc => (None, None),
        Selection::Conn(number) => (Some(number), None),
        Selection::Skb(number) => {
            let skb = scene.state.skbs.iter().find(|skb| skb.id.0 == number);
            (skb.and_then(|skb| skb.nfct).map(|id| id.number), None)
        }
        Selection::Bucket(bucket) => (None, Some(bucket)),
    }
}

/// Buckets whose rows are made even out of sight: ribbons start there, and chips that travel.
fn wanted_buckets(ctx: &Ctx, meant: Option<u32>) -> Vec<u32> {
    let mut wanted = ctx.marks.hot.clone();
    wanted.extend(ctx.bucket);
    let moved = ctx.marks.arrivals.iter().take(64);
    let mut ids: Vec<ConnId> = moved.map(|arrival| arrival.conn).collect();
    // One that is gone is not looked for in two machines.
    let of = |state: &Conntrack| Some(state.conns.by_number(meant?)?.id);
    ids.extend(
        ctx.marks
            .conn
            .filter(|id| Some(id.number) == meant)
            .or_else(|| of(ctx.state)),
    );
    for id in ids {
        for conn in [ctx.state, ctx.before]
            .into_iter()
            .filter_map(|ct| ct.conns.get(id))
        {
            wanted.extend(
                Dir::BOTH
                    .into_iter()
                    .filter_map(|dir| match conn.list(dir) {
                        Some(ListId::Bucket(bucket)) => Some(bucket),
                        _ => None,
                    }),
            );
        }
    }
    wanted.retain(|&bucket| bucket < ctx.state.table.size().min(ctx.before.table.size()));
    wanted.sort_unstable();
    wanted.dedup();
    wanted
}

/// The stop before, to see where things came from.
struct Origin<'a> {
    scene: Scene<'a>,
    marks: Marks,
}

impl Origin<'_> {
    fn ctx(&self, grid: Grid) -> Ctx<'_> {
        let state: &Conntrack = self.scene.state;
        Ctx {
            state,
            before: state,
            marks: &self.marks,
            grid,
            selected: None,
            bucket: None,
        }
    }
}

fn origin<'a>(scene: &Scene<'a>) -> Origin<'a> {
    let marks = Marks::before(scene);
    let fresh = scene.fresh.start..scene.fresh.start;
    let scene = Scene {
        state: scene.before,
        fresh,
        ..scene.clone()
    };
    Origin { scene, marks }
}

/// Gives every chip that just arrived the way it came: from its former place, or from the handle
/// of its card if it hung nowhere.
fn travel(laid: &mut Laid, marks: &Marks, old: &Laid) {
    let cards = laid.cards.clone();
    let from = |conn: u32, dir: Dir| {
        let tab = || {
            let at = old
                .cards
                .tab_at(conn, dir)
                .or_else(|| cards.tab_at(conn, dir));
            at.map(|(x, y)| (x - TAB_W / 2, y))
        };
        old.chip_at(conn, dir).map(|(x, y, _)| (x, y)).or_else(tab)
    };
    let send = |chip: &mut Chip, top: i32| {
        if chip.ghost || marks.arrival(chip.conn, chip.dir).is_none() {
            return;
        }
        chip.from = from(chip.conn, chip.dir).map(|(x, y)| (x - chip.x, y - top - chip.y));
    };
    for row in &mut laid.table.rows {
        let row = Rc::make_mut(row);
        row.chips.iter_mut().for_each(|chip| send(chip, row.y));
    }
    for tray in &mut laid.lists.lists {
        let tray = Rc::make_mut(tray);
        tray.chips.iter_mut().for_each(|chip| send(chip, tray.y));
    }
}
