//! The way from a tuple to a bucket: key, hash function and seed, raw hash, scaled result.

use super::grid::{Grid, HASH_H};
use super::text::{self, Form, Span, grouped};
use crate::engine::hash::HashKey;
use crate::engine::tuple::{Dir, Tuple};
use crate::engine::{Difference, Profile, Step};
use crate::view::scene::Scene;
use crate::words::{stage as w, tell};

/// The bar, as boxes, arrows and texts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct HashBar {
    /// Boxes; the last one of a row is the result.
    pub boxes: Vec<HashBox>,
    /// Arrows between them.
    pub arrows: Vec<String>,
    /// Texts in them.
    pub texts: Vec<HashText>,
    /// Where the key icon of the seed is.
    pub key: Option<(i32, i32)>,
    /// Marks of direction: x, middle, direction.
    pub dirs: Vec<(i32, i32, Dir)>,
    /// From the result to the bucket's row.
    pub line: Option<String>,
    /// For a screen reader: what is known so far.
    pub name: String,
}

/// A box.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HashBox {
    /// Left.
    pub x: i32,
    /// Top.
    pub y: i32,
    /// Width.
    pub w: i32,
    /// Height.
    pub h: i32,
    /// It holds the bucket.
    pub result: bool,
    /// Its content is not known yet.
    pub open: bool,
}

/// How a text looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TextKind {
    /// Grey words.
    Label,
    /// Grey words that end at their place.
    LabelEnd,
    /// Grey, ends at its place, struck through.
    Struck,
    /// Monospace.
    Mono,
    /// A number on the way from key to bucket.
    Number,
    /// Grey words about such a number.
    Detail,
    /// Monospace, bold.
    Result,
}

/// A text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HashText {
    /// Left, or right by its kind.
    pub x: i32,
    /// Base line.
    pub y: i32,
    /// How it looks.
    pub kind: TextKind,
    /// What it says.
    pub text: String,
}

/// What the command's steps have computed so far.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Computed {
    key: Option<Tuple>,
    raw: Option<(u32, HashKey)>,
    bucket: Option<u32>,
}

enum Shown {
    One(Computed),
    Both([(Tuple, u32, u32); 2]),
}

fn shown(scene: &Scene) -> Shown {
    let mut one = Computed::default();
    let mut both = None;
    for step in scene.steps.iter().take(scene.fresh.end) {
        match *step {
            Step::PacketEnters { .. } | Step::TrackAgain { .. } => one = Computed::default(),
            Step::TupleBuilt { tuple, .. } => {
                one = Computed {
                    key: Some(tuple),
                    ..Computed::default()
                };
                both = None;
            }
            Step::HashComputed { tuple, raw, key } => {
                one = Computed {
                    key: Some(tuple),
                    raw: Some((raw, key)),
                    bucket: None,
                };
            }
            Step::BucketChosen { bucket, .. } => one.bucket = Some(bucket),
            Step::BucketsReady {
                conn,
                original,
                reply,
            } => {
                let found = scene
                    .state
                    .conns
                    .get(conn)
                    .or_else(|| scene.before.conns.get(conn));
                both = found.map(|conn| {
                    let row =
                        |dir, bucket| (*conn.tuple(dir), scene.state.raw_of(conn, dir).0, bucket);
                    [row(Dir::Original, original), row(Dir::Reply, reply)]
                });
            }
            _ => {}
        }
    }
    both.map_or(Shown::One(one), Shown::Both)
}

/// What the hash function is called, and what it calls that which goes in beside the tuple.
fn function(profile: Profile) -> (&'static str, &'static str) {
    if profile.since(Difference::SipHash) {
        ("SipHash", w::KEY.text())
    } else {
        ("jhash2", w::SEED.text())
    }
}

/// What went in beside the tuple: short enough for its box, and in full.
fn beside(key: HashKey) -> (String, String) {
    match key {
        HashKey::Jhash { seed } => (hex(seed), tell!(w::SEED_HEX, hex = hex(seed))),
        HashKey::Sip {
            key: [k0, k1],
            zone,
        } => (
            format!("{:04x}…{:04x}", k0 >> 48, k1 & 0xffff),
            tell!(
                w::KEY_K0_K1_WITH,
                k0 = format_args!("{k0:016x}"),
                k1 = format_args!("{k1:016x}"),
                zone
            ),
        ),
    }
}

fn hex(n: u32) -> String {
    format!("{:04x} {:04x}", n >> 16, n & 0xffff)
}

fn joined(spans: &[Span]) -> String {
    spans.iter().map(|span| span.text.as_str()).collect()
}

impl HashBar {
    fn text(&mut self, x: i32, y: i32, kind: TextKind, text: impl Into<String>) {
        self.texts.push(HashText {
            x,
            y,
            kind,
            text: text.into(),
        });
    }

    fn cell(&mut self, x: i32, y: i32, (w, h): (i32, i32), result: bool, open: bool) {
        self.boxes.push(HashBox {
            x,
            y,
            w,
            h,
            result,
            open,
        });
    }

    fn arrow(&mut self, x1: i32, x2: i32, y: i32) {
        self.arrows.push(super::shape::arrow(x1, x2, y));
    }
}

/// Lays the bar out at the top `y`. `row` finds the middle of a bucket's row.
pub(super) fn bar(
    scene: &Scene,
    grid: &Grid,
    y: i32,
    row: impl Fn(u32) -> Option<(i32, i32)>,
) -> HashBar {
    let size = scene.state.table.size();
    let by = function(scene.state.profile());
    let mut bar = HashBar::default();
    match shown(scene) {
        Shown::One(one) if grid.narrow => narrow(&mut bar, &one, grid, y, by),
        Shown::One(one) => {
            wide(&mut bar, &one, y, size, by);
            let reached = one
                .bucket
                .and_then(&row)
                .filter(|_| !scene.steps.is_empty());
            bar.line = reached.map(|(_, bottom)| line(y + 50, bottom));
        }
        Shown::Both(rows) => {
            for (nth, (tuple, raw, bucket)) in rows.into_iter().enumerate() {
                let dir = Dir::BOTH[nth];
                let top = y + 36 * nth as i32;
                if grid.narrow {
                    pair_narrow(&mut bar, grid, top, dir, (&tuple, bucket));
                } else {
                    pair(&mut bar, top, dir, (&tuple, raw, bucket), size, by.0);
                }
            }
            bar.name = tell!(
                w::BOTH_TUPLES_ARE_HASHED,
                rows = rows[0].2,
                rows2 = rows[1].2
            );
        }
    }
    bar
}

fn wide(bar: &mut HashBar, one: &Computed, y: i32, size: u32, by: (&str, &str)) {
    let known = [
        one.key.is_some(),
        one.raw.is_some(),
        one.raw.is_some(),
        one.bucket.is_some(),
    ];
    let cells = [(10, 318), (352, 134), (510, 110), (644, 124)];
    for (nth, (x, w)) in cells.into_iter().enumerate() {
        bar.cell(x, y, (w, 50), nth == 3, !known[nth]);
        if let Some(&(next, _)) = cells.get(nth + 1) {
            bar.arrow(x + w + 3, next - 3, y + 25);
        }
    }
    bar.text(22, y + 19, TextKind::Label, w::KEY_BUILT_FROM_THE.text());
    bar.text(364, y + 19, TextKind::Detail, format!("{}, {}", by.0, by.1));
    bar.text(522, y + 19, TextKind::Detail, w::RAW_HASH.text());
    bar.text(
        656,
        y + 19,
        TextKind::Detail,
        format!("× {} ≫ 32", grouped(size.into())),
    );
    let mut name = w::NO_HASH_COMPUTED_IN.text().to_owned();
    if let Some(tuple) = one.key {
        let proto = text::proto_name(tuple.dst.protonum);
        bar.text(290, y + 19, TextKind::LabelEnd, proto);
        bar.text(316, y + 19, TextKind::Struck, "dir");
        let spans = text::tuple_spans(&tuple, Form::Full, 296, None);
        bar.text(22, y + 39, TextKind::Mono, joined(&spans));
        name = tell!(
            w::KEY_TUPLE_WORDS_DIRECTION,
            tuple_words = text::tuple_words(&tuple)
        );
    }
    if let Some((raw, key)) = one.raw {
        let (short, full) = beside(key);
        bar.key = Some((364, y + 34));
        bar.text(386, y + 39, TextKind::Number, short);
        bar.text(522, y + 39, TextKind::Number, hex(raw));
        name.push_str(&tell!(w::FULL_RAW_HASH_HEX, full, hex = hex(raw)));
    }
    if let Some(bucket) = one.bucket {
        bar.text(
            656,
            y + 39,
            TextKind::Result,
            tell!(w::BUCKET_BUCKET, bucket),
        );
        name.push_str(&tell!(w::BUCKET_BUCKET_2, bucket));
    }
    bar.name = name;
}

fn narrow(bar: &mut HashBar, one: &Computed, grid: &Grid, y: i32, by: (&str, &str)) {
    bar.cell(0, y, (grid.width, HASH_H - 1), false, one.key.is_none());
    let label = w::KEY.text();
    bar.text(12, y + 20, TextKind::Label, label);
    bar.name = w::NO_HASH_COMPUTED_IN.text().to_owned();
    if let Some(tuple) = one.key {
        // The word for the key may be longer than the English one.
        let dir = 64.max(38 + 7 * label.chars().count() as i32);
        let spans = text::tuple_spans(&tuple, Form::Full, grid.width - 116, None);
        bar.text(dir, y + 20, TextKind::Struck, "dir");
        bar.text(dir + 8, y + 20, TextKind::Mono, joined(&spans));
        bar.name = tell!(
            w::KEY_TUPLE_WORDS_DIRECTION,
            tuple_words = text::tuple_words(&tuple)
        );
    }
    let Some((raw, key)) = one.raw else {
        bar.text(
            12,
            y + 50,
            TextKind::Label,
            tell!(w::BY_BY2_RAW_HASH, by = by.0, by2 = by.1),
        );
        return;
    };
    bar.key = Some((12, y + 45));
    bar.text(32, y + 50, TextKind::Number, beside(key).0);
    bar.arrow(108, 130, y + 45);
    bar.text(136, y + 50, TextKind::Number, hex(raw));
    bar.arrow(212, 234, y + 45);
    let bucket = one
        .bucket
        .map_or_else(String::new, |bucket| tell!(w::BUCKET_BUCKET, bucket));
    bar.text(242, y + 50, TextKind::Result, bucket);
}

fn pair(bar: &mut HashBar, y: i32, dir: Dir, row: (&Tuple, u32, u32), size: u32, function: &str) {
    let (tuple, raw, bucket) = row;
    bar.cell(10, y, (366, 31), false, false);
    bar.dirs.push((20, y + 16, dir));
    let label = if dir == Dir::Original {
        w::ORIG_TUPLE.text()
    } else {
        w::REPLY_TUPLE.text()
    };
    bar.text(38, y + 20, TextKind::Label, label);
    let spans = text::tuple_spans(tuple, Form::Full, 250, None);
    bar.text(122, y + 20, TextKind::Mono, joined(&spans));
    bar.arrow(380, 400, y + 15);
    bar.text(406, y + 20, TextKind::Label, function);
    bar.arrow(452, 470, y + 15);
    bar.cell(474, y, (104, 31), false, false);
    bar.text(486, y + 20, TextKind::Number, hex(raw));
    let w = 92.max(30 + 8 * (7 + bucket.to_string().len() as i32));
    let scale = format!("× {} ≫ 32", grouped(size.into()));
    // Short of room the arrow alone leads to the result.
    if 7 * scale.chars().count() as i32 + 612 < 768 - w {
        bar.arrow(582, 600, y + 15);
        bar.text(605, y + 20, TextKind::Label, scale);
    } else {
        bar.arrow(582, 768 - w - 4, y + 15);
    }
    bar.cell(768 - w, y, (w, 31), true, false);
    bar.text(
        768 - w + 12,
        y + 20,
        TextKind::Result,
        tell!(w::BUCKET_BUCKET, bucket),
    );
}

fn pair_narrow(bar: &mut HashBar, grid: &Grid, y: i32, dir: Dir, row: (&Tuple, u32)) {
    let (tuple, bucket) = row;
    let w = 36 + 8 * bucket.to_string().len() as i32;
    bar.cell(0, y, (grid.width - w - 24, 31), false, false);
    bar.dirs.push((8, y + 16, dir));
    let spans = text::tuple_spans(tuple, Form::Full, grid.width - w - 60, None);
    bar.text(26, y + 20, TextKind::Mono, joined(&spans));
    bar.arrow(grid.width - w - 22, grid.width - w - 2, y + 15);
    bar.cell(grid.width - w, y, (w, 31), true, false);
    bar.text(
        grid.width - w + 8,
        y + 20,
        TextKind::Result,
        format!("b {bucket}"),
    );
}

/// From the result's lower edge along a channel and down the rail to the bottom of a row.
fn line(from: i32, to: i32) -> String {
    let channel = from + 9;
    let to = to.max(channel + 8);
    format!(
        "M706,{from}V{}Q706,{channel} 700,{channel}H8Q2,{channel} 2,{}V{to}",
        channel - 6,
        channel + 6
    )
}
