//! The window check of TCP as a picture: two lines of sequence numbers, what may lie on them, and
//! where the segment lies. Numbers go round in a circle of 2^32.

use super::table::Side;
use crate::engine::conn::{NfConn, ProtoState};
use crate::engine::proto::tcp::{Bound, TcpPrivate, TcpSide, Verdict, WindowCheck};
use crate::engine::tuple::Dir;
use crate::view::names;
use crate::words::{lens as w, tell};

/// Everything about the windows of a connection.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WindowModel {
    /// What is shown, in a sentence.
    pub about: String,
    /// The lines.
    pub lines: Vec<NumberLine>,
    /// The four conditions, in the order in which the first that fails decides.
    pub bounds: Vec<BoundRow>,
    /// What follows.
    pub verdict: &'static str,
    /// What is remembered of each side.
    pub sides: Vec<SideRow>,
}

/// A line of sequence numbers of one side. Distances are compressed, their order is not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NumberLine {
    /// Whose numbers.
    pub side: Side,
    /// What is compared on it.
    pub what: &'static str,
    /// Width.
    pub width: i32,
    /// Height.
    pub height: i32,
    /// Where the line itself is.
    pub y: i32,
    /// From where to where numbers are allowed.
    pub allowed: (i32, i32),
    /// From where to where the segment reaches.
    pub segment: Option<(i32, i32)>,
    /// The segment's side, for its colour.
    pub sender: Side,
    /// Its points.
    pub ticks: Vec<Tick>,
    /// Where the numbers begin again at 0, and the baseline of the words for it.
    pub seam: Option<(i32, i32)>,
    /// In words.
    pub name: String,
}

/// A number on the line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tick {
    /// Where it is.
    pub x: i32,
    /// It is a bound of this name: `I`.
    pub bound: Option<&'static str>,
    /// It belongs to the segment, and stands above the line.
    pub above: bool,
    /// What it says.
    pub text: String,
    /// Left edge of the text.
    pub text_x: i32,
    /// Its baseline.
    pub text_y: i32,
}

/// A condition with its numbers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BoundRow {
    /// `I`.
    pub name: &'static str,
    /// `seq ≤ td_maxend`.
    pub what: &'static str,
    /// `1 001 ≤ 65 241`.
    pub numbers: String,
    /// What the bound is made of.
    pub of: &'static str,
    /// It is met.
    pub met: bool,
    /// It is the first that is not, and decides.
    pub decides: bool,
}

/// A field of both sides.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SideRow {
    /// The kernel's name.
    pub name: &'static str,
    /// Its values, original first.
    pub now: [String; 2],
    /// Its values before the step, where they were others.
    pub old: [Option<String>; 2],
}

/// The Roman number of a condition.
pub const fn roman(bound: Bound) -> &'static str {
    match bound {
        Bound::DataAbove => "I",
        Bound::DataBelow => "II",
        Bound::AckAbove => "III",
        Bound::AckBelow => "IV",
    }
}

/// The private data of a TCP connection.
pub fn tcp(conn: &NfConn) -> Option<TcpPrivate> {
    match conn.proto {
        ProtoState::Tcp(tcp) => Some(tcp),
        _ => None,
    }
}

/// The picture. `checked` is what the engine compared for the packet at hand, if it did.
pub fn window(
    conn: &NfConn,
    old: Option<&NfConn>,
    checked: Option<(Dir, &WindowCheck)>,
    width: i32,
) -> Option<WindowModel> {
    let now = tcp(conn)?;
    let was = old.and_then(tcp);
    let mut model = WindowModel {
        sides: side_rows(&now, was.as_ref()),
        ..WindowModel::default()
    };
    match checked {
        Some((dir, checked)) => packet(&mut model, dir, checked, &now, was.as_ref(), width),
        None => resting(&mut model, &now, width),
    }
    Some(model)
}

/// The segment that was compared, on the numbers of both sides.
fn packet(
    model: &mut WindowModel,
    dir: Dir,
    checked: &WindowCheck,
    now: &TcpPrivate,
    was: Option<&TcpPrivate>,
    width: i32,
) {
    let WindowCheck { seq, end, sack, .. } = *checked;
    let long = end.wrapping_sub(seq);
    let g = |n: u32| names::grouped(n.into());
    model.about = tell!(
        w::CAPITAL_SEGMENT_SEQ_G,
        capital = names::capital(names::dir(dir)),
        g = g(seq),
        g2 = g(end),
        g3 = g(long),
        g4 = g(sack)
    );
    model.verdict = verdict(checked.verdict);
    let side = &now.seen[dir.index()];
    let old_end = was.map(|was| was.seen[dir.index()].td_end);
    let mut points = vec![Point::above(seq, "seq"), Point::above(end, "end")];
    points.push(Point::bound(checked.seq_max, "I"));
    points.extend(checked.end_min.map(|min| Point::bound(min, "II")));
    if let Some(old) = old_end.filter(|old| *old != side.td_end && was_known(was, dir)) {
        points.push(Point::below(old, w::TD_END_WAS.text()));
    }
    let low = checked.end_min.unwrap_or(seq);
    let data = Drawn {
        side: dir,
        sender: dir,
        what: w::WHAT_IT_SENDS.text(),
        points,
        allowed: (low, checked.seq_max),
        segment: Some((seq, end)),
        origin: checked.seq_max,
    };
    let acks = Drawn {
        side: dir.other(),
        sender: dir,
        what: w::WHAT_IS_ACKNOWLEDGED.text(),
        points: vec![
            Point::above(sack, "ack"),
            Point::bound(checked.sack_max, "III"),
            Point::bound(checked.sack_min, "IV"),
        ],
        allowed: (checked.sack_min, checked.sack_max),
        segment: None,
        origin: checked.sack_max,
    };
    model.lines = vec![data.line(width), acks.line(width)];
    let failed = Bound::ASKED
        .into_iter()
        .find(|bound| !checked.met[*bound as usize]);
    // A SYN that crosses is compared with nothing.
    if checked.verdict != Verdict::Crossing {
        let row = |bound| bound_row(bound, checked, failed == Some(bound));
        model.bounds = Bound::ASKED.into_iter().map(row).collect();
    }
}

/// Something was known of that side before.
fn was_known(was: Option<&TcpPrivate>, dir: Dir) -> bool {
    was.is_some_and(|was| was.seen[dir.index()].td_maxwin != 0)
}

/// No segment at hand: what each side may send next.
fn resting(model: &mut WindowModel, now: &TcpPrivate, width: i32) {
    model.about = w::WHAT_EACH_SIDE_MAY.text().to_owned();
    for dir in Dir::BOTH {
        let Some(bounds) = now.bounds(dir) else {
            model.about = w::NOTHING_WAS_SEEN_OF.text().to_owned();
            continue;
        };
        let mut points = vec![
            Point::bound(bounds.seq_max, "I"),
            Point::below(bounds.seq, "td_end"),
        ];
        points.extend(bounds.end_min.map(|min| Point::bound(min, "II")));
        let drawn = Drawn {
            side: dir,
            sender: dir,
            what: w::WHAT_IT_MAY_SEND.text(),
            points,
            allowed: (bounds.end_min.unwrap_or(bounds.seq), bounds.seq_max),
            segment: None,
            origin: bounds.seq_max,
        };
        model.lines.push(drawn.line(width));
    }
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Inside => w::IN_THE_WINDOW_IT.text(),
        Verdict::Crossing => w::A_SYN_THAT_CROSSES.text(),
        Verdict::Liberal(_) => w::OUTSIDE_AND_ACCEPTED_ALL.text(),
        Verdict::Ignored(_) => w::A_LITTLE_OUTSIDE_IT.text(),
        Verdict::Invalid(_) => w::OUTSIDE_IT_IS_INVALID.text(),
    }
}

fn bound_row(bound: Bound, checked: &WindowCheck, decides: bool) -> BoundRow {
    let WindowCheck { seq, end, sack, .. } = *checked;
    let (what, of, at, limit, sign) = match bound {
        Bound::DataAbove => (
            "seq ≤ td_maxend",
            w::OF_THE_SENDER_WHAT.text(),
            seq,
            Some(checked.seq_max),
            "≤",
        ),
        Bound::DataBelow => (
            "end ≥ td_end − td_maxwin",
            w::THE_SENDERS_END_LESS.text(),
            end,
            checked.end_min,
            "≥",
        ),
        Bound::AckAbove => (
            "ack ≤ td_end",
            w::OF_THE_RECEIVER_NOTHING.text(),
            sack,
            Some(checked.sack_max),
            "≤",
        ),
        Bound::AckBelow => (
            "ack ≥ td_end − max(td_maxwin, 66 000)",
            w::THE_RECEIVERS_END_LESS.text(),
            sack,
            Some(checked.sack_min),
            "≥",
        ),
    };
    let numbers = match limit {
        Some(limit) => format!("{} {sign} {}", names::grouped(at.into()), near(at, limit)),
        None => w::NOTHING_SEEN_OF_THE.text().to_owned(),
    };
    BoundRow {
        name: roman(bound),
        what,
        numbers,
        of,
        met: checked.met[bound as usize],
        decides,
    }
}

/// A bound as it lies from a number: numbers go round in a circle, so one that is 10 below 3 is
/// −7, and one that is 10 above the last but three is beyond 2^32.
fn near(at: u32, bound: u32) -> String {
    let apart = bound.wrapping_sub(at) as i32;
    let value = i64::from(at) + i64::from(apart);
    if value < 0 {
        format!("−{}", names::grouped(value.unsigned_abs()))
    } else if value > i64::from(u32::MAX) {
        let over = value as u64 - (1 << 32);
        format!("2³² + {}", names::grouped(over))
    } else {
        names::grouped(value as u64)
    }
}

fn side_rows(now: &TcpPrivate, was: Option<&TcpPrivate>) -> Vec<SideRow> {
    type Read = fn(&TcpSide) -> String;
    let fields: [(&'static str, Read); 6] = [
        ("td_end", |side| names::grouped(side.td_end.into())),
        ("td_maxend", |side| names::grouped(side.td_maxend.into())),
        ("td_maxwin", |side| names::grouped(side.td_maxwin.into())),
        ("td_maxack", |side| names::grouped(side.td_maxack.into())),
        ("td_scale", |side| side.td_scale.to_string()),
        ("flags", |side| {
            let names: Vec<_> = side.flags.iter_names().map(|(name, _)| name).collect();
            if names.is_empty() {
                w::NONE.text().to_owned()
            } else {
                names.join(" ")
            }
        }),
    ];
    let row = |(name, read): (&'static str, Read)| {
        let now = [0, 1].map(|side| read(&now.seen[side]));
        let old = [0, 1].map(|side| {
            was.map(|was| read(&was.seen[side]))
                .filter(|old| *old != now[side])
        });
        SideRow { name, now, old }
    };
    fields.map(row).into()
}

/// A number to be placed.
struct Point {
    at: u32,
    bound: Option<&'static str>,
    above: bool,
    text: &'static str,
}

impl Point {
    const fn above(at: u32, text: &'static str) -> Point {
        Point {
            at,
            bound: None,
            above: true,
            text,
        }
    }
    const fn below(at: u32, text: &'static str) -> Point {
        Point {
            at,
            bound: None,
            above: false,
            text,
        }
    }
    const fn bound(at: u32, name: &'static str) -> Point {
        Point {
            at,
            bound: Some(name),
            above: false,
            text: name,
        }
    }
}

struct Drawn {
    side: Dir,
    sender: Dir,
    what: &'static str,
    points: Vec<Point>,
    allowed: (u32, u32),
    segment: Option<(u32, u32)>,
    /// The number that the others are measured from.
    origin: u32,
}

/// Left and right of the outermost points.
const END: i32 = 26;
/// Height of a line of text.
const TEXT: i32 = 17;

impl Drawn {
    /// Places the points: in order, the distance of two growing with the number of digits of what
    /// lies between them.
    fn line(self, width: i32) -> NumberLine {
        let far = |at: u32| i64::from(at.wrapping_sub(self.origin) as i32);
        let mut stops: Vec<u32> = self.points.iter().map(|point| point.at).collect();
        stops.sort_by_key(|at| far(*at));
        stops.dedup();
        let weight = |pair: &[u32]| 2 + (pair[1].wrapping_sub(pair[0])).ilog2() as i32;
        let total: i32 = stops.windows(2).map(weight).sum();
        let room = width - 2 * END;
        let mut xs = vec![if total == 0 { width / 2 } else { END }];
        let mut sum = 0;
        for pair in stops.windows(2) {
            sum += weight(pair);
            xs.push(END + room * sum / total.max(1));
        }
        let x = |at: u32| {
            let nth = stops.iter().position(|stop| *stop == at);
            nth.map_or(END, |nth| xs[nth])
        };
        let seam = stops.windows(2).zip(xs.windows(2));
        let seam = seam
            .filter(|(pair, _)| pair[1] < pair[0])
            .map(|(_, xs)| (xs[0] + xs[1]) / 2)
            .next();
        let (mut ticks, seam_y) = self.ticks(&stops, &xs, width, seam);
        ticks.sort_by_key(|tick| tick.x);
        let heights = ticks.iter().map(|tick| tick.text_y);
        let (top, bottom) = heights.fold((seam_y, 30), |(a, b), y| (a.min(y), b.max(y)));
        let y = 14 - top;
        ticks.iter_mut().for_each(|tick| tick.text_y += y);
        let said: Vec<_> = ticks.iter().map(|tick| tick.text.as_str()).collect();
        NumberLine {
            name: tell!(
                w::DIR_NUMBERS_FROM_LOW,
                dir = names::dir(self.side),
                said = said.join("; ")
            ),
            side: Side::of(self.side),
            sender: Side::of(self.sender),
            what: self.what,
            width,
            height: y + bottom + 6,
            y,
            allowed: (x(self.allowed.0), x(self.allowed.1)),
            segment: self.segment.map(|(from, to)| (x(from), x(to))),
            ticks,
            seam: seam.map(|x| (x, seam_y + y)),
        }
    }

    /// A tick for each number and side of the line, its text as seen from the line; labels that
    /// would meet go a line further. And where the words for the seam go.
    fn ticks(&self, stops: &[u32], xs: &[i32], width: i32, seam: Option<i32>) -> (Vec<Tick>, i32) {
        let mut ticks = Vec::new();
        let mut taken = Taken::default();
        for (&stop, &x) in stops.iter().zip(xs) {
            for above in [true, false] {
                let here = |point: &&Point| point.at == stop && point.above == above;
                let texts: Vec<_> = self.points.iter().filter(here).collect();
                if texts.is_empty() {
                    continue;
                }
                let names: Vec<_> = texts.iter().map(|point| point.text).collect();
                let text = format!("{} {}", names.join(" = "), names::grouped(stop.into()));
                // A bold letter is eight wide, a narrow blank hardly two.
                let narrow = text.chars().filter(|c| *c == names::GROUP).count() as i32;
                let w = text.chars().count() as i32 * 8 - narrow * 5;
                let text_x = (x - w / 2).clamp(0, (width - w).max(0));
                let text_y = taken.place(above, text_x, w);
                ticks.push(Tick {
                    x,
                    bound: texts.iter().find_map(|point| point.bound),
                    above,
                    text,
                    text_x,
                    text_y,
                });
            }
        }
        let seam_y = seam.map_or(-24, |x| taken.place(true, x - 30, 60));
        (ticks, seam_y)
    }
}

/// Where there are labels: above or not, in which line, from where to where.
#[derive(Default)]
struct Taken(Vec<(bool, i32, i32, i32)>);

impl Taken {
    /// The baseline, as seen from the line, at which a label meets no other.
    fn place(&mut self, above: bool, from: i32, w: i32) -> i32 {
        let to = from + w + 6;
        let meets = |line: i32| {
            let other = |it: &(bool, i32, i32, i32)| {
                (it.0, it.1) == (above, line) && it.2 < to && from < it.3
            };
            self.0.iter().any(other)
        };
        let line = (0..4).find(|line| !meets(*line)).unwrap_or(4);
        self.0.push((above, line, from, to));
        if above {
            -24 - line * TEXT
        } else {
            30 + line * TEXT
        }
    }
}
