//! The hook strip: the stations of a packet's way with their priorities, and the packets on it.

use super::grid::Grid;
use crate::engine::hooks::Station;
use crate::engine::skb::{Path, Skb, SkbId};
use crate::engine::step::{DropCause, Step};
use crate::view::model::Selection;
use crate::view::scene::Scene;
use crate::words::{stage as w, tell};

/// Height of the strip.
pub const STRIP_H: i32 = 70;
/// Where the wire runs.
pub const WIRE_Y: i32 = 40;
/// Width of a packet's pill.
pub const PILL_W: i32 = 42;
/// Height of it.
pub const PILL_H: i32 = 22;
/// Width of a letter of a label, about.
const LABEL_CHAR: i32 = 8;

/// The strip.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct HookStrip {
    /// Where the wire ends.
    pub width: i32,
    /// Stations with rules.
    pub boxes: Vec<HookBox>,
    /// What happens at them.
    pub ticks: Vec<Tick>,
    /// The routing decision: where it is, and whether there is room for the word.
    pub route: Option<(i32, bool)>,
    /// Words at both ends of the wire, if there is room.
    pub ends: Option<(&'static str, &'static str)>,
    /// Packets.
    pub pills: Vec<Pill>,
}

/// A station.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HookBox {
    /// Left.
    pub x: i32,
    /// Width.
    pub w: i32,
    /// `PREROUTING`.
    pub name: &'static str,
    /// The packet that is worked on is here.
    pub active: bool,
}

/// Something that is called at a station.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tick {
    /// Its middle.
    pub x: i32,
    /// `−200`.
    pub priority: &'static str,
    /// `conntrack`.
    pub label: &'static str,
    /// Middle of both words, inside the station's box; nothing if there is no room for them.
    pub label_x: Option<i32>,
    /// The packet that is worked on is here.
    pub active: bool,
}

/// How a packet is doing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PillKind {
    /// It is worked on: ●.
    Live,
    /// It waits: ‖.
    Held,
    /// It waits behind the last hook: ≡.
    Queued,
    /// It left, and is no more.
    Gone,
    /// It was dropped, and is no more.
    Dropped,
}

/// A packet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pill {
    /// Number of `s7`.
    pub skb: u32,
    /// Middle.
    pub x: i32,
    /// How it is doing.
    pub kind: PillKind,
    /// Station, as in `data-at`.
    pub at: &'static str,
    /// It is selected.
    pub selected: bool,
    /// For a screen reader.
    pub name: String,
}

/// A place on the wire.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Spot {
    In,
    At(Station, Work),
    Out,
}

/// What is done at a station.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Work {
    Conntrack,
    Rules,
    Confirm,
}

/// Where the packet is that the command is about, and what became of it.
struct Current {
    skb: SkbId,
    spot: Spot,
    end: End,
}

/// What became of a packet that is no more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum End {
    Gone,
    Dropped,
    /// A fragment, kept until its datagram is whole.
    Kept,
}

/// Lays the strip out.
pub(super) fn strip(scene: &Scene, grid: &Grid) -> HookStrip {
    let current = current(scene);
    let held = scene.state.skbs.iter().rev();
    let path = current
        .as_ref()
        .and_then(|c| path_of(scene, c.skb))
        .or_else(|| held.map(|skb| skb.path).next())
        .unwrap_or_default();
    let spot = current
        .as_ref()
        .filter(|c| alive(scene, c.skb))
        .map(|c| c.spot);
    let mut strip = stations(path, grid, spot);
    strip.pills = pills(scene, &strip, current.as_ref(), path);
    strip
}

/// Where the packet that is worked on stands: station, priority, what is called there.
pub fn hook(scene: &Scene) -> Option<[&'static str; 3]> {
    let current = current(scene).filter(|it| alive(scene, it.skb))?;
    let Spot::At(at, work) = current.spot else {
        return None;
    };
    let (priority, label) = called(work);
    Some([at.name(), priority, label])
}

/// Priority and name of what is done at a station.
const fn called(work: Work) -> (&'static str, &'static str) {
    match work {
        Work::Conntrack => ("−200", "conntrack"),
        Work::Rules => ("0", "filter"),
        Work::Confirm => ("MAX", "confirm"),
    }
}

fn alive(scene: &Scene, skb: SkbId) -> bool {
    scene.state.skb(skb).is_some()
}

fn path_of(scene: &Scene, skb: SkbId) -> Option<Path> {
    let living = scene.state.skb(skb).or_else(|| scene.before.skb(skb));
    living.map(|skb| skb.path).or_else(|| {
        scene
            .steps
            .iter()
            .take(scene.fresh.end)
            .rev()
            .find_map(|step| match *step {
                Step::PacketLeaves { skb: of, path } | Step::Routed { skb: of, path }
                    if of == skb =>
                {
                    Some(path)
                }
                Step::AnswerMade { skb: of, .. } if of == skb => Some(Path::Output),
                _ => None,
            })
    })
}

fn current(scene: &Scene) -> Option<Current> {
    let mut current: Option<Current> = None;
    let mut station = Station::Prerouting;
    for step in scene.steps.iter().take(scene.fresh.end) {
        let Some(skb) = step.skb() else {
            continue;
        };
        let mine = current.as_ref().filter(|c| c.skb == skb);
        let mut end = mine.map_or(End::Gone, |c| c.end);
        let known = current.as_ref().filter(|c| c.skb == skb).map(|c| c.spot);
        if known.is_none()
            && let Some(living) = scene.state.skb(skb).or_else(|| scene.before.skb(skb))
        {
            station = living.at;
        }
        let spot = match *step {
            Step::PacketEnters { .. } => Spot::In,
            Step::HookEntered { hook, .. } => {
                station = hook;
                let work = if hook.tracks() {
                    Work::Conntrack
                } else {
                    Work::Rules
                };
                Spot::At(hook, work)
            }
            Step::RulesPassed { hook, .. } => Spot::At(hook, Work::Rules),
            Step::Held {
                at: Station::Queue, ..
            }
            | Step::Released {
                at: Station::Queue, ..
            } => Spot::Out,
            Step::Held { at, .. } | Step::Released { at, .. } => Spot::At(at, Work::Rules),
            Step::Dropped { at, cause, .. } => {
                end = End::Dropped;
                match cause {
                    _ if at == Station::Queue => Spot::Out,
                    DropCause::Asked
                    | DropCause::Rule(_)
                    | DropCause::Rejected(_)
                    | DropCause::NoRoute
                    | DropCause::Martian
                    | DropCause::HopLimit
                    | DropCause::TooBig
                    | DropCause::NatNoAddress
                    | DropCause::NatOifChanged
                    | DropCause::NatRedirect
                    | DropCause::NatUnreadable => Spot::At(at, Work::Rules),
                    DropCause::Fragment(_) => Spot::At(at, Work::Conntrack),
                    DropCause::TableFull | DropCause::Tracker => Spot::At(at, Work::Conntrack),
                    DropCause::Helper
                    | DropCause::ClashLost
                    | DropCause::DyingAtConfirm
                    | DropCause::ChainTooLong
                    | DropCause::SeqAdjust => Spot::At(at, Work::Confirm),
                }
            }
            Step::FragmentQueued { .. } => {
                end = End::Kept;
                known.unwrap_or(Spot::At(station, Work::Conntrack))
            }
            Step::ConfirmCalled { .. } | Step::ConfirmSkipped { .. } => {
                Spot::At(station, Work::Confirm)
            }
            Step::PacketLeaves { .. } => Spot::Out,
            Step::SkbFreed { .. } => known.unwrap_or(Spot::Out),
            _ => known.unwrap_or(Spot::At(station, Work::Conntrack)),
        };
        current = Some(Current { skb, spot, end });
    }
    current
}

fn stations(path: Path, grid: &Grid, spot: Option<Spot>) -> HookStrip {
    let narrow = grid.narrow;
    let all = Station::of(path).iter().copied();
    let shown: Vec<Station> = all
        .filter(|&at| at != Station::Queue)
        .filter(|&at| !(narrow && at == Station::Forward))
        .collect();
    let works = |at: Station| {
        let mut works = Vec::with_capacity(2);
        if at.tracks() {
            works.push(Work::Conntrack);
        }
        works.push(Work::Rules);
        if at.confirms() {
            works.push(Work::Confirm);
        }
        works
    };
    let count: i32 = shown.iter().map(|&at| works(at).len() as i32).sum();
    // The routing decision comes behind the first station, and has a word.
    let (route_gap, gap) = if narrow { (26, 26) } else { (52, 20) };
    let (start, end) = if narrow {
        (14, grid.width - 52)
    } else {
        (34, grid.width - 64)
    };
    let gaps = if shown.len() > 1 {
        route_gap + gap * (shown.len() as i32 - 2)
    } else {
        0
    };
    let unit = (end - start - gaps) / count.max(1);
    let mut strip = HookStrip {
        width: grid.width,
        ends: (!narrow).then_some(match path {
            Path::Forward => ("in", "out"),
            Path::Input => ("in", "socket"),
            Path::Output => ("socket", "out"),
        }),
        ..HookStrip::default()
    };
    let mut x = start;
    for (nth, &at) in shown.iter().enumerate() {
        let works = works(at);
        let w = unit * works.len() as i32;
        let active = spot.is_some_and(|spot| matches!(spot, Spot::At(here, _) if here == at));
        strip.boxes.push(HookBox {
            x,
            w,
            name: at.name(),
            active,
        });
        for (column, &work) in works.iter().enumerate() {
            let (priority, label) = called(work);
            let middle = x + unit * column as i32 + unit / 2;
            let chars = (priority.chars().count() + label.len() + 1) as i32;
            let half = (chars * LABEL_CHAR / 2).min(w / 2);
            strip.ticks.push(Tick {
                x: middle,
                priority,
                label,
                label_x: (!narrow || work != Work::Rules)
                    .then(|| middle.clamp(x + half, x + w - half)),
                active: spot == Some(Spot::At(at, work)),
            });
        }
        x += w;
        if nth == 0 && shown.len() > 1 {
            strip.route = Some((x + route_gap / 2, !narrow));
        }
        x += if nth == 0 { route_gap } else { gap };
    }
    strip
}

impl HookStrip {
    fn x_of(&self, spot: Spot, path: Path) -> i32 {
        let Spot::At(at, work) = spot else {
            return if spot == Spot::In {
                10
            } else {
                self.width - 34
            };
        };
        let Some(nth) = self.boxes.iter().position(|b| b.name == at.name()) else {
            return match at {
                Station::Queue => self.width - 34,
                Station::Output if path != Path::Output => 10,
                _ => self.route.map_or(self.width / 2, |(x, _)| x),
            };
        };
        let hook = &self.boxes[nth];
        let label = match work {
            Work::Conntrack => "conntrack",
            Work::Rules => "filter",
            Work::Confirm => "confirm",
        };
        let inside = |tick: &&Tick| (hook.x..hook.x + hook.w).contains(&tick.x);
        let here = self
            .ticks
            .iter()
            .filter(inside)
            .find(|tick| tick.label == label);
        here.map_or(hook.x + hook.w / 2, |tick| tick.x)
    }
}

fn pills(scene: &Scene, strip: &HookStrip, current: Option<&Current>, path: Path) -> Vec<Pill> {
    let mut pills: Vec<Pill> = Vec::new();
    for skb in &scene.state.skbs {
        let mine = current.filter(|c| c.skb == skb.id);
        let spot = mine.map_or_else(|| resting(skb), |c| c.spot);
        let kind = match (skb.held, skb.at) {
            (false, _) if mine.is_none() => PillKind::Held,
            (false, _) => PillKind::Live,
            (true, Station::Queue) => PillKind::Queued,
            (true, _) => PillKind::Held,
        };
        let doing = match kind {
            PillKind::Live => w::BEING_WORKED_ON.text(),
            _ if !skb.held => w::WAITING_FOR_THE_MACHINES.text(),
            _ => w::HELD.text(),
        };
        pills.push(Pill {
            skb: skb.id.0,
            x: strip.x_of(spot, path),
            kind,
            at: skb.at.name(),
            selected: scene.selection == Selection::Skb(skb.id.0),
            name: tell!(
                w::PACKET_ID_DOING_AT,
                id = skb.id,
                doing,
                at = skb.at.name()
            ),
        });
    }
    if let Some(c) = current.filter(|c| !alive(scene, c.skb)) {
        let (kind, word) = match c.end {
            End::Dropped => (PillKind::Dropped, w::DROPPED.text()),
            End::Gone => (PillKind::Gone, w::GONE_ON_ITS_WAY.text()),
            End::Kept => (PillKind::Queued, w::KEPT_UNTIL_ITS_DATAGRAM.text()),
        };
        pills.push(Pill {
            skb: c.skb.0,
            x: strip.x_of(c.spot, path),
            kind,
            at: "",
            selected: false,
            name: tell!(w::PACKET_SKB_WORD, skb = c.skb, word),
        });
    }
    spread(&mut pills, strip.width);
    // The one worked on is painted last, on top.
    pills.sort_by_key(|pill| (pill.kind == PillKind::Live, pill.skb));
    pills
}

fn resting(skb: &Skb) -> Spot {
    match skb.at {
        Station::Queue => Spot::Out,
        at => Spot::At(at, Work::Rules),
    }
}

/// Packets at the same place stand side by side, the more of them the closer.
fn spread(pills: &mut [Pill], width: i32) {
    let places: Vec<i32> = pills.iter().map(|pill| pill.x).collect();
    for at in 0..pills.len() {
        let x = places[at];
        let together = places.iter().filter(|&&other| other == x).count() as i32;
        let nth = places[..at].iter().filter(|&&other| other == x).count() as i32;
        let pitch = (PILL_W + 4).min(130 / together.max(1)).max(1);
        let wide = pitch * (together - 1);
        let left = (x - wide / 2).clamp(PILL_W / 2 - 10, (width - PILL_W / 2 + 8 - wide).max(0));
        pills[at].x = left + pitch * nth;
    }
}
