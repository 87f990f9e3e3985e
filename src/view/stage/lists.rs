//! The unconfirmed and the dying lists: columns are lists, rows are CPUs, slots those of the table.
//! v6.18 has one list per namespace instead, of undelivered events: one column, a row each.

use super::chip::{Chip, Ctx};
use super::grid::{CHIP_DY, TRAY, TRAY_PITCH};
use super::text::Form;
use crate::engine::nulls::ListId;
use crate::engine::tuple::Dir;
use crate::engine::{Difference, Profile};
use crate::words::{stage as w, tell};
use std::rc::Rc;

/// Rows up to which empty lists keep their full height.
const TALL_ROWS: usize = 4;
/// Height of an empty list among many.
const SLIM: i32 = 24;
/// Chips side by side when a list holds several.
const PAIR_W: i32 = 150;
const PAIR_PITCH: i32 = 162;

/// All lists.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ListsView {
    /// Headings of the columns.
    pub heads: Vec<ListHead>,
    /// Names of namespaces: x, y, name; none if there is one only.
    pub nets: Vec<(i32, i32, String)>,
    /// Names of the rows: right edge, base line, name.
    pub cpus: Vec<(i32, i32, String)>,
    /// The lists.
    pub lists: Vec<Rc<ListTray>>,
    /// A list that this kernel does not have: x, y, width, words.
    pub absent: Option<(i32, i32, i32, String)>,
    /// Bottom.
    pub bottom: i32,
}

/// Heading of a column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListHead {
    /// Left.
    pub x: i32,
    /// Top.
    pub y: i32,
    /// The dying ones.
    pub dying: bool,
    /// What the list is called.
    pub name: &'static str,
}

/// A list of one CPU in one namespace, or of one namespace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListTray {
    /// `unconfirmed` or `dying`, as in `data-list`; undelivered events are dying ones.
    pub list: &'static str,
    /// Name of the namespace.
    pub netns: String,
    /// CPU.
    pub cpu: u8,
    /// Left edge of the tray.
    pub x: i32,
    /// Its top.
    pub y: i32,
    /// Its width.
    pub w: i32,
    /// Its height.
    pub height: i32,
    /// Its chips.
    pub chips: Vec<Chip>,
    /// Nodes left out: x, y, how many.
    pub more: Option<(i32, i32, u32)>,
    /// Nothing to draw in it.
    pub empty: bool,
    /// For a screen reader.
    pub name: String,
}

struct Cell {
    net: usize,
    cpu: u8,
    kind: Kind,
}

/// A column.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Unconfirmed,
    Dying,
    Undelivered,
}

impl Kind {
    /// The columns of a kernel.
    fn all(profile: Profile) -> &'static [Kind] {
        if profile.since(Difference::NoPendingLists) {
            &[Kind::Undelivered]
        } else {
            &[Kind::Unconfirmed, Kind::Dying]
        }
    }

    fn name(self) -> &'static str {
        match self {
            Kind::Unconfirmed => w::UNCONFIRMED_LIST.text(),
            Kind::Dying => w::DYING_LIST.text(),
            Kind::Undelivered => w::UNDELIVERED_EVENTS.text(),
        }
    }
}

/// Lays the lists out below `y`.
pub(super) fn lists(ctx: &Ctx, y: i32) -> ListsView {
    let mut view = ListsView::default();
    let kinds = Kind::all(ctx.state.profile());
    let per_cpu = kinds != [Kind::Undelivered];
    let rows_of = |cpus: usize| if per_cpu { cpus } else { 1 };
    let rows: usize = ctx
        .state
        .nets
        .iter()
        .map(|net| rows_of(net.pcpu.len()))
        .sum();
    let several = ctx.state.nets.len() > 1;
    let mut y = y;
    let side_by_side = if ctx.grid.narrow { 1 } else { 2 };
    for kinds in kinds.chunks(side_by_side) {
        for (column, &kind) in kinds.iter().enumerate() {
            view.heads.push(ListHead {
                x: ctx.grid.slot_x[column],
                y,
                dying: kind != Kind::Unconfirmed,
                name: kind.name(),
            });
        }
        y += 20;
        for (net, space) in ctx.state.nets.iter().enumerate() {
            if several {
                view.nets
                    .push((ctx.grid.slot_x[0], y + 13, space.name.as_str().to_owned()));
                y += 18;
            }
            for cpu in 0..rows_of(space.pcpu.len()) as u8 {
                let mut height = 0;
                let mut trays = Vec::new();
                for (column, &kind) in kinds.iter().enumerate() {
                    let x = ctx.grid.slot_x[column];
                    let tray = tray(
                        ctx,
                        &Cell { net, cpu, kind },
                        x,
                        y,
                        rows > TALL_ROWS || ctx.grid.dense,
                    );
                    height = height.max(tray.height);
                    trays.push(tray);
                }
                for mut tray in trays {
                    tray.height = height;
                    view.lists.push(Rc::new(tray));
                }
                let base = y + (height.min(TRAY) / 2) + 5;
                if per_cpu {
                    view.cpus
                        .push((ctx.grid.index_end(), base, format!("cpu {cpu}")));
                }
                y += height + TRAY_PITCH - TRAY;
            }
        }
        y += 6;
    }
    view.bottom = y - 6 - (TRAY_PITCH - TRAY);
    view
}

/// The lists below `y`, with a word about those that the kernel does not have.
pub(super) fn lists_told(ctx: &Ctx, y: i32) -> ListsView {
    let profile = ctx.state.profile();
    if !profile.since(Difference::NoPendingLists) {
        return lists(ctx, y);
    }
    let mut view = lists(ctx, y + 20 + TRAY + 12);
    let x = ctx.grid.slot_x[0];
    let head = ListHead {
        x,
        y,
        dying: false,
        name: Kind::Unconfirmed.name(),
    };
    view.heads.insert(0, head);
    let words = tell!(w::NO_SUCH_LIST_IN, profile = profile.name());
    view.absent = Some((x - 3, y + 20, ctx.grid.slot_w + 6, words));
    view
}

fn tray(ctx: &Ctx, cell: &Cell, x: i32, y: i32, slim: bool) -> ListTray {
    let (net, cpu) = (cell.net as u8, cell.cpu);
    let (list, id) = match cell.kind {
        Kind::Unconfirmed => ("unconfirmed", ListId::Unconfirmed { net, cpu }),
        Kind::Dying => ("dying", ListId::Dying { net, cpu }),
        Kind::Undelivered => ("dying", ListId::Undelivered { net }),
    };
    let chain = ctx.chain(id);
    let slot_w = ctx.grid.slot_w;
    let mut chips = Vec::new();
    let mut height = if slim && chain.entries.is_empty() {
        SLIM
    } else {
        TRAY
    };
    if let [entry] = &chain.entries[..] {
        chips.push(entry.chip(ctx, x, CHIP_DY / 2, slot_w, Form::Full));
    } else {
        let pair_w = if ctx.grid.narrow {
            (slot_w - 12) / 2
        } else {
            PAIR_W
        };
        let pitch = if ctx.grid.narrow {
            pair_w + 12
        } else {
            PAIR_PITCH
        };
        for (at, entry) in chain.entries.iter().enumerate() {
            let (line, column) = ((at / 2) as i32, (at % 2) as i32);
            let (cx, cy) = (x + column * pitch, CHIP_DY / 2 + line * TRAY);
            chips.push(entry.chip(ctx, cx, cy, pair_w, Form::Short));
            height = (line + 1) * TRAY;
        }
    }
    // There is no room for words above a chip in a list; the ring says that it is new.
    for chip in &mut chips {
        chip.tag = None;
    }
    let more = (chain.more > 0).then(|| {
        height += 22;
        (x + 4, height - 12, chain.more)
    });
    let netns = ctx.state.nets[cell.net].name.as_str().to_owned();
    let entries = tell!(w::N_ENTRIES, n = chain.count);
    let name = match cell.kind {
        Kind::Undelivered => tell!(
            w::KIND_NAMESPACE_NETNS,
            kind = cell.kind.name(),
            netns,
            entries
        ),
        _ => tell!(w::LIST_LIST_OF_CPU, list, cpu, netns, entries),
    };
    ListTray {
        list,
        netns,
        cpu,
        x: x - 3,
        y,
        w: slot_w + 6,
        height,
        empty: chips.is_empty(),
        chips,
        more,
        name,
    }
}

impl ListsView {
    /// Where a node's chip is: left, top, width, from the picture's corner.
    pub fn chip_at(&self, conn: u32, dir: Dir) -> Option<(i32, i32, i32)> {
        self.lists.iter().find_map(|tray| {
            let chip = tray
                .chips
                .iter()
                .find(|c| c.conn == conn && c.dir == dir && !c.ghost)?;
            Some((chip.x, tray.y + chip.y, chip.w))
        })
    }
}
