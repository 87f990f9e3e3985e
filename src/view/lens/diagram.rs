//! A state diagram: every line is one that the engine's table has, and says which packets it is
//! for.

use super::layouts::{Anchor, Layout, NODE_H, layout};
use super::table::{Cell, Side, Which};
use crate::view::stage::shape;
use crate::words::{lens as w, tell};

/// A diagram with whole-pixel coordinates.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Diagram {
    /// The protocol, as the tools name it.
    pub proto: &'static str,
    /// Width.
    pub width: i32,
    /// Height.
    pub height: i32,
    /// The states.
    pub nodes: Vec<Node>,
    /// The lines between them.
    pub edges: Vec<Edge>,
}

/// A state.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Node {
    /// Its name.
    pub name: &'static str,
    /// How long a connection lives in it.
    pub time: String,
    /// Left edge.
    pub x: i32,
    /// Upper edge.
    pub y: i32,
    /// Width.
    pub w: i32,
    /// The connection is in it.
    pub now: bool,
    /// It has been in it.
    pub was: bool,
    /// It came into it in this step.
    pub fresh: bool,
    /// What became of the packet at hand, if it did not lead elsewhere: `ignored`.
    pub badge: Option<&'static str>,
}

/// How far the connection has to do with a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trod {
    /// Not.
    No,
    /// The table's answer for the packet at hand.
    Asked,
    /// It went along it, by a packet of this side if that is known.
    Walked(Option<Side>),
    /// It did so in this step.
    Fresh(Option<Side>),
}

/// A line from state to state.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edge {
    /// From where; several for a line that stands for many.
    pub from: Vec<&'static str>,
    /// To where.
    pub to: &'static str,
    /// The line.
    pub path: String,
    /// Its arrow head.
    pub head: String,
    /// Which packets, with whose, and where that is written.
    pub label: Label,
    /// How far the connection has to do with it.
    pub trod: Trod,
}

/// What is written at a line.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Label {
    /// Left edge.
    pub x: i32,
    /// Baseline.
    pub y: i32,
    /// Whose packets.
    pub sides: Vec<Side>,
    /// Which packets.
    pub text: String,
    /// What is added to it.
    pub more: String,
    /// Left edge and baseline of that.
    pub more_at: (i32, i32),
    /// All of them in words, one by one.
    pub all: String,
    /// Width of all that.
    pub w: i32,
}

/// Width of a side's mark with the gap behind it.
pub const MARK_W: i32 = 13;

/// Widths of text in the label's type, never too small.
fn text_w(text: &str) -> i32 {
    text.chars()
        .map(|c| if c.is_uppercase() { 8 } else { 7 })
        .sum()
}

/// A change of state that happened, and by whose packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Taken {
    /// From where.
    pub from: usize,
    /// To where.
    pub to: usize,
    /// Whose packet it was, if it was one.
    pub side: Option<Side>,
    /// The row of the table that it was, likewise.
    pub row: Option<usize>,
    /// It happened in this step.
    pub fresh: bool,
}

/// What is marked in the diagram.
#[derive(Clone, Debug, Default)]
pub struct Marked<'a> {
    /// Where the connection is.
    pub now: usize,
    /// The way it went.
    pub path: &'a [Taken],
    /// The table's answer that has not been followed yet: from, to, by which row.
    pub asked: Option<(usize, usize, usize)>,
    /// What became of a packet that led nowhere.
    pub badge: Option<&'static str>,
}

/// The diagram of a table. `times` are the timeouts of the states.
pub fn diagram(which: Which, narrow: bool, marked: &Marked, times: &[String]) -> Diagram {
    let layout = layout(which, narrow);
    let mut edges: Vec<Edge> = layout
        .routes
        .iter()
        .filter_map(|route| {
            if which.lacks(route.from) || which.lacks(route.to) {
                return None;
            }
            let mut ways = which.ways(route.from, route.to);
            if route.to == layout.bundle.to {
                ways.retain(|(row, _)| *row != layout.bundle.row);
            }
            let bundled = |row| route.to == layout.bundle.to && row == layout.bundle.row;
            let trod = trod(
                marked,
                |from| from == route.from,
                route.to,
                |row| !bundled(row),
            );
            let label = label(which, &ways, route.label, route.anchor)?;
            Some(edge(
                which,
                vec![route.from],
                route.to,
                route.points,
                label,
                trod,
            ))
        })
        .collect();
    edges.extend(bundle(which, layout, marked));
    let nodes = (0..which.states()).filter(|at| !which.lacks(*at));
    let node = |at: usize| {
        let (x, y) = layout.nodes[at];
        let now = at == marked.now;
        Node {
            name: which.state(at).0,
            time: times.get(at).cloned().unwrap_or_default(),
            x,
            y,
            w: layout.node_w,
            now,
            was: marked
                .path
                .iter()
                .any(|taken| taken.from == at || taken.to == at),
            fresh: now
                && marked
                    .path
                    .iter()
                    .any(|taken| taken.fresh && taken.to == at),
            badge: marked.badge.filter(|_| now),
        }
    };
    Diagram {
        proto: which.name(),
        width: layout.size.0,
        height: layout.size.1,
        nodes: nodes.map(node).collect(),
        edges,
    }
}

/// How far a line was gone along, which is for these states and these rows.
fn trod(
    marked: &Marked,
    from: impl Fn(usize) -> bool,
    to: usize,
    rows: impl Fn(usize) -> bool,
) -> Trod {
    let along = |taken: &&Taken| from(taken.from) && taken.to == to && taken.row.is_none_or(&rows);
    let ahead = |(a, b, row): (usize, usize, usize)| from(a) && b == to && a != b && rows(row);
    match marked.path.iter().rev().find(along) {
        Some(taken) if taken.fresh => Trod::Fresh(taken.side),
        _ if marked.asked.is_some_and(ahead) => Trod::Asked,
        Some(taken) => Trod::Walked(taken.side),
        None => Trod::No,
    }
}

fn edge(
    which: Which,
    from: Vec<usize>,
    to: usize,
    points: &[(i32, i32)],
    label: Label,
    trod: Trod,
) -> Edge {
    Edge {
        from: from.into_iter().map(|at| which.state(at).0).collect(),
        to: which.state(to).0,
        path: shape::rounded(points),
        head: head(points),
        label,
        trod,
    }
}

/// The arrow head at the end of a line.
fn head(points: &[(i32, i32)]) -> String {
    let [.., (ax, ay), (x, y)] = *points else {
        return String::new();
    };
    let (dx, dy) = ((x - ax).signum() * 7, (y - ay).signum() * 7);
    // Back along the line, and four to each side of it.
    let (sx, sy) = (dy.signum() * 4, dx.signum() * 4);
    let (bx, by) = (x - dx, y - dy);
    format!("M{},{}L{x},{y}L{},{}", bx + sx, by + sy, bx - sx, by - sy)
}

fn label(
    which: Which,
    ways: &[(usize, [bool; 2])],
    (x, y): (i32, i32),
    anchor: Anchor,
) -> Option<Label> {
    let (first, rest) = ways.split_first()?;
    let sides = sides(which, first.1);
    let mut text = which.row(first.0).to_owned();
    if !rest.is_empty() {
        text.push_str(&format!(" +{}", rest.len()));
    }
    let w = sides.len() as i32 * MARK_W + text_w(&text);
    let x = match anchor {
        Anchor::Start => x,
        Anchor::Middle => x - w / 2,
        Anchor::End => x - w,
    };
    Some(Label {
        x,
        y,
        sides,
        text,
        more: String::new(),
        more_at: (x, y),
        all: all(which, ways),
        w,
    })
}

fn sides(which: Which, have: [bool; 2]) -> Vec<Side> {
    let pairs = which.sides().into_iter().zip(have);
    pairs
        .filter(|(_, have)| *have)
        .map(|(side, _)| side)
        .collect()
}

fn all(which: Which, ways: &[(usize, [bool; 2])]) -> String {
    let one = |(row, have): &(usize, [bool; 2])| {
        let whose: Vec<_> = sides(which, *have).into_iter().map(Side::said).collect();
        format!("{} ({})", which.row(*row), whose.join(" or "))
    };
    ways.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// The line that stands for many, if the table has what it says.
fn bundle(which: Which, layout: &Layout, marked: &Marked) -> Option<Edge> {
    let bundle = &layout.bundle;
    let leads = |side, from| which.cell(side, bundle.row, from) == Cell::To(bundle.to);
    let states = (0..which.states()).filter(|at| !which.lacks(*at) && *at != bundle.to);
    let (from, not): (Vec<usize>, Vec<usize>) =
        states.partition(|from| leads(0, *from) || leads(1, *from));
    if from.is_empty() {
        return None;
    }
    let have = [0, 1].map(|side| from.iter().any(|from| leads(side, *from)));
    let names = |states: &[usize]| {
        let names: Vec<_> = states.iter().map(|at| which.state(*at).0).collect();
        names.join(" and ")
    };
    let more = if not.is_empty() {
        w::FROM_EVERY_STATE.text().to_owned()
    } else {
        tell!(w::FROM_EVERY_STATE_BUT, names = names(&not))
    };
    let sides = sides(which, have);
    let text = which.row(bundle.row).to_owned();
    // From each state by itself: not every one has it for both sides.
    let each = |from: &usize| {
        let have = [leads(0, *from), leads(1, *from)];
        let ways = [(bundle.row, have)];
        tell!(
            w::FROM_STATE_BY_ALL,
            state = which.state(*from).0,
            all = all(which, &ways)
        )
    };
    let (x, y) = bundle.label;
    let own = sides.len() as i32 * MARK_W + text_w(&text);
    let (more_at, w) = if bundle.one_line {
        ((x + own + 12, y), own + 12 + text_w(&more))
    } else {
        ((x, y + 17), own.max(text_w(&more)))
    };
    let label = Label {
        x,
        y,
        sides,
        text,
        more,
        more_at,
        all: from.iter().map(each).collect::<Vec<_>>().join(", "),
        w,
    };
    let trod = trod(
        marked,
        |at| from.contains(&at),
        bundle.to,
        |row| row == bundle.row,
    );
    Some(edge(which, from, bundle.to, bundle.points, label, trod))
}

/// Upper edge of a state's second line, and the box's height, for whoever paints it.
pub const BOX_H: i32 = NODE_H;
