//! The whole table at once: a cell for each bucket, how long chains are, and a closer look at the
//! few around one of them.

use crate::engine::Conntrack;
use crate::engine::conn::NfConn;
use crate::engine::nulls::ListId;
use crate::engine::tuple::Dir;
use crate::view::model::Selection;
use crate::view::names::grouped;
use crate::view::scene::Scene;
use crate::view::stage::{BucketRow, chains};
use crate::words::{lens as w, tell};
use std::rc::Rc;

/// Bars of the histogram; the last one stands for all longer chains too.
const BARS: usize = 12;
/// Buckets on each side of the one looked at.
const AROUND: u32 = 2;

/// What there is to paint.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct TableLens {
    /// How the cells lie: so many beside each other, so many lines.
    pub columns: u32,
    /// See [`TableLens::columns`].
    pub lines: u32,
    /// For each cell how dark it is, from the first line on; 0 is an empty bucket.
    pub cells: Rc<[u8]>,
    /// Buckets that have a name in the picture.
    pub marks: Vec<Mark>,
    /// Where gc goes on: permille from the top, and words.
    pub gc: (u32, String),
    /// The bucket looked at.
    pub bucket: u32,
    /// The last one.
    pub last: u32,
    /// `bucket 30 336, 4 nodes`.
    pub bucket_words: String,
    /// Its chain and those beside it, and how high they are together.
    pub rows: Vec<Rc<BucketRow>>,
    /// See [`TableLens::rows`].
    pub rows_height: i32,
    /// Width of the picture of the rows.
    pub rows_width: i32,
    /// How many buckets have chains of which length.
    pub bars: Vec<Bar>,
    /// Name and value.
    pub facts: Vec<(&'static str, String)>,
    /// All of it in a sentence or two.
    pub summary: String,
}

/// A bucket with a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mark {
    /// Which one.
    pub bucket: u32,
    /// Its middle in the picture, in permille from the left and from the top.
    pub at: (u32, u32),
    /// Of a node of a connection; `None` for the bucket looked at.
    pub dir: Option<Dir>,
    /// `c1 original`.
    pub label: String,
}

/// A bar of the histogram.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bar {
    /// `3`, or `11+`.
    pub label: String,
    /// Buckets.
    pub buckets: u32,
    /// Height in percent of the highest.
    pub height: u32,
}

/// The table of the moment.
pub fn whole(scene: &Scene, width: u32) -> TableLens {
    let ct = scene.state;
    let size = ct.table.size();
    let (columns, lines) = shape(size);
    let place = |bucket: u32| {
        let middle = |at: u32, of: u32| (2 * at + 1) * 500 / of;
        (
            middle(bucket % columns, columns),
            middle(bucket / columns, lines),
        )
    };
    let meant = meant(scene);
    let bucket = match scene.selection {
        Selection::Bucket(bucket) => bucket.min(size - 1),
        _ => meant
            .and_then(|conn| home(conn, Dir::Original))
            .unwrap_or(0),
    };
    let mut marks = vec![Mark {
        bucket,
        at: place(bucket),
        dir: None,
        label: tell!(w::BUCKET_BUCKET, bucket = grouped(bucket.into())),
    }];
    for (conn, dir) in meant
        .into_iter()
        .flat_map(|conn| Dir::BOTH.map(|dir| (conn, dir)))
    {
        if let Some(bucket) = home(conn, dir) {
            marks.push(Mark {
                bucket,
                at: place(bucket),
                dir: Some(dir),
                label: format!("{} {}", conn.id, crate::view::names::dir(dir)),
            });
        }
    }
    let found = Found::of(ct);
    let nodes = ct.table.length(bucket);
    let first = bucket.saturating_sub(AROUND);
    let around = first..(bucket + AROUND + 1).min(size);
    let (rows, rows_height, rows_width) = chains(scene, width, around);
    TableLens {
        columns,
        lines,
        cells: cells(ct, found.mean_up()),
        marks,
        gc: gc(ct, columns, lines),
        bucket,
        last: size - 1,
        bucket_words: tell!(
            w::BUCKET_BUCKET_NODES,
            bucket = grouped(bucket.into()),
            nodes
        ),
        rows,
        rows_height,
        rows_width,
        bars: found.bars(),
        facts: found.facts(ct),
        summary: found.summary(ct),
    }
}

/// Four times as wide as high, and lines of a power of two.
fn shape(size: u32) -> (u32, u32) {
    let columns = (4 * size).isqrt().max(1).next_power_of_two();
    let columns = if columns * columns > 16 * size {
        columns / 2
    } else {
        columns
    };
    (columns, size.div_ceil(columns))
}

/// The connection that is selected, or that the step is about.
fn meant<'a>(scene: &Scene<'a>) -> Option<&'a NfConn> {
    let ct = scene.state;
    match scene.selection {
        Selection::Conn(number) => ct.conns.by_number(number),
        Selection::Skb(number) => {
            let skb = ct.skbs.iter().find(|skb| skb.id.0 == number)?;
            ct.conns.get(skb.nfct?)
        }
        _ => {
            let steps = scene.steps.get(..scene.fresh.end).unwrap_or_default();
            let of_step = steps.iter().rev().find_map(|step| step.conn());
            of_step.and_then(|id| ct.conns.get(id))
        }
    }
}

fn home(conn: &NfConn, dir: Dir) -> Option<u32> {
    match conn.list(dir) {
        Some(ListId::Bucket(bucket)) => Some(bucket),
        _ => None,
    }
}

/// Twice the mean and more is as dark as it gets; one node can be seen in any case.
fn cells(ct: &Conntrack, mean: u32) -> Rc<[u8]> {
    let full = (2 * mean).max(4);
    let shade = |nodes: u32| match nodes {
        0 => 0,
        n => (40 + 215 * n.min(full) / full) as u8,
    };
    ct.table.lengths().map(shade).collect()
}

fn gc(ct: &Conntrack, columns: u32, lines: u32) -> (u32, String) {
    let next = match ct.gc.last_bucket.wrapping_add(1) {
        next if next < ct.table.size() => next,
        _ => 0,
    };
    let goal = ct.gc_goal();
    let words = match goal {
        1 => tell!(w::GC_BUCKET_NEXT_NEXT, next = grouped(next.into())),
        n => tell!(w::GC_NEXT_N_BUCKETS, n = grouped(n.into())),
    };
    (next / columns * 1000 / lines, words)
}

/// What a pass over all lengths finds.
struct Found {
    size: u32,
    nodes: u32,
    longest: u32,
    /// The first bucket with that length.
    at: u32,
    by_length: [u32; BARS],
}

impl Found {
    fn of(ct: &Conntrack) -> Found {
        let mut found = Found {
            size: ct.table.size(),
            nodes: ct.table.nodes(),
            longest: 0,
            at: 0,
            by_length: [0; BARS],
        };
        for (bucket, nodes) in (0..).zip(ct.table.lengths()) {
            found.by_length[(nodes as usize).min(BARS - 1)] += 1;
            if nodes > found.longest {
                (found.longest, found.at) = (nodes, bucket);
            }
        }
        found
    }

    fn mean_up(&self) -> u32 {
        self.nodes.div_ceil(self.size)
    }

    fn bars(&self) -> Vec<Bar> {
        let most = self.by_length.iter().copied().max().unwrap_or(1).max(1);
        let shown = (self.longest as usize + 1).clamp(4, BARS);
        let bar = |(nodes, &buckets): (usize, &u32)| Bar {
            label: match nodes {
                n if n + 1 == BARS && self.longest as usize > n => format!("{n}+"),
                n => n.to_string(),
            },
            buckets,
            height: (u64::from(buckets) * 100).div_ceil(u64::from(most)) as u32,
        };
        self.by_length
            .iter()
            .enumerate()
            .take(shown)
            .map(bar)
            .collect()
    }

    fn facts(&self, ct: &Conntrack) -> Vec<(&'static str, String)> {
        let of = |n: u32| grouped(n.into());
        vec![
            (w::BUCKETS.text(), of(self.size)),
            (w::CONNECTIONS.text(), of(ct.conns.len() as u32)),
            (w::NODES.text(), of(self.nodes)),
            (w::MEAN_CHAIN.text(), hundredths(self.nodes, self.size)),
            (w::LONGEST_CHAIN.text(), of(self.longest)),
            (w::LOAD_FACTOR.text(), hundredths(self.nodes / 2, self.size)),
            ("nf_conntrack_max", of(ct.max)),
        ]
    }

    fn summary(&self, ct: &Conntrack) -> String {
        let buckets = tell!(w::N_BUCKETS, n = self.size);
        if self.nodes == 0 {
            return tell!(w::BUCKETS_ALL_EMPTY, buckets);
        }
        let of = tell!(
            w::NODES_OF_CONNS,
            nodes = self.nodes,
            conns = ct.conns.len() as u64
        );
        tell!(
            w::BUCKETS_HOLD_OF_THE,
            buckets,
            of,
            longest = self.longest,
            at = grouped(self.at.into()),
            by_length = self.by_length[0]
        )
    }
}

/// `2.99`.
fn hundredths(n: u32, of: u32) -> String {
    let n = u64::from(n) * 100 / u64::from(of.max(1));
    format!("{}.{:02}", grouped(n / 100), n % 100)
}
