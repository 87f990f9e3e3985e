//! The hash microscope: from the fields of a tuple over 32 bits to a bucket, for a tuple that is
//! typed, beside a connection of the table.

use super::bytes::{Key, Part, range, tuple_parts};
use super::{Looking, WIDTH_MAX};
use crate::engine::extract::nf_ct_invert_tuple;
use crate::engine::hash::{HashKey, RawHash, hash_conntrack_raw, sip_boot_key};
use crate::engine::tuple::{Dir, Tuple};
use crate::engine::{Conntrack, Difference};
use crate::view::model::BenchField;
use crate::view::names;
use crate::words::{lens as w, tell};

/// What is typed in the microscope, read.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Typed {
    /// The fields, with what is typed and what is wrong with it.
    pub fields: Vec<BenchField>,
    /// The tuple that they say, if they do.
    pub tuple: Option<Tuple>,
    /// Index of the namespace it is in.
    pub net: u8,
    /// The zones that count for its two directions.
    pub zones: [u16; 2],
    /// The connection beside it.
    pub beside: Option<u32>,
    /// Something was typed: the fields are not those of the connection.
    pub own: bool,
    /// The bucket to meet others in.
    pub target: Option<u32>,
    /// What came of the last search, or of the last packet.
    pub told: Option<String>,
}

/// What the lens shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HashView {
    /// What is typed.
    pub typed: Typed,
    /// `jhash2`, `SipHash-2-4`.
    pub function: &'static str,
    /// Buckets of the table.
    pub size: u32,
    /// Both directions, original first; one if there is no answer to it; none if it is not read.
    pub ways: Vec<Way>,
    /// Where the raw hashes lie among the buckets.
    pub line: NumberLine,
}

/// From a tuple to its bucket.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Way {
    /// Whose tuple.
    pub dir: Dir,
    /// The tuple in words.
    pub text: String,
    /// Its bytes.
    pub parts: Vec<Part>,
    /// The words that the function is fed with: hexadecimal, and whether there is anything in it.
    pub words: Vec<(String, bool)>,
    /// What goes in beside them: name, value; the last one is all of it together.
    pub beside: Vec<(&'static str, String)>,
    /// The result.
    pub raw: u32,
    /// How many of its upper bits are the bucket's number, if the size is a power of two.
    pub top: Option<u32>,
    /// `raw × size`, the upper and the lower 32 bits.
    pub product: (u32, u32),
    /// What a modulo would say.
    pub modulo: u32,
    /// The bucket of the same direction of the connection beside it.
    pub real: Option<u32>,
}

impl Way {
    /// The bucket.
    pub fn bucket(&self) -> u32 {
        self.product.0
    }
}

/// All 2³² raw hashes in a line, cut into buckets of equal length.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct NumberLine {
    /// Width and height of the drawing.
    pub size: (i32, i32),
    /// Where buckets begin that are marked.
    pub cuts: Vec<i32>,
    /// Numbers of buckets: middle, number.
    pub labels: Vec<(i32, u32)>,
    /// Buckets that are hit: left, width, number.
    pub hit: Vec<(i32, i32, u32)>,
    /// Raw hashes, each in a row of its own.
    pub marks: Vec<HashMark>,
    /// In words.
    pub words: String,
}

/// A raw hash on the line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HashMark {
    /// Where it is.
    pub x: i32,
    /// Middle of its row.
    pub y: i32,
    /// Its direction.
    pub dir: Dir,
    /// It is the typed tuple's; else the connection's.
    pub typed: bool,
    /// What it says.
    pub text: String,
    /// The text stands to the left of it.
    pub left: bool,
}

/// Where a typed tuple goes; nothing typed is as good as what `typed` holds.
pub fn hash(looking: &Looking) -> HashView {
    let state = looking.scene.state;
    let typed = looking.typed.cloned().unwrap_or_default();
    let size = state.table.size();
    let beside = typed
        .beside
        .and_then(|number| state.conns.by_number(number));
    let mut ways = Vec::new();
    if let Some(original) = typed.tuple {
        let both = [Some(original), nf_ct_invert_tuple(&original)];
        for (tuple, dir) in both.into_iter().zip(Dir::BOTH) {
            let real = beside.map(|conn| state.raw_of(conn, dir).scale(size));
            ways.extend(tuple.map(|tuple| way(state, &typed, &tuple, dir, real)));
        }
    }
    let mut marks: Vec<(u32, Dir, bool, String)> = Vec::new();
    for way in &ways {
        // As long as nothing is typed it is the connection's own.
        let who = match beside.filter(|_| !typed.own) {
            Some(conn) => conn.id.to_string(),
            None => w::TYPED.text().to_owned(),
        };
        let text = tell!(
            w::WHO_DIR_BUCKET_BUCKET,
            who,
            dir = names::dir(way.dir),
            bucket = way.bucket()
        );
        marks.push((way.raw, way.dir, true, text));
    }
    for dir in Dir::BOTH {
        let Some(conn) = beside.filter(|_| typed.own) else {
            continue;
        };
        let raw = state.raw_of(conn, dir);
        let text = tell!(
            w::ID_DIR_BUCKET_SCALE,
            id = conn.id,
            dir = names::dir(dir),
            scale = raw.scale(size)
        );
        marks.push((raw.0, dir, false, text));
    }
    HashView {
        function: if state.profile().since(Difference::SipHash) {
            "SipHash-2-4"
        } else {
            "jhash2"
        },
        size,
        ways,
        line: number_line(&marks, size, looking.width().min(WIDTH_MAX) as i32),
        typed,
    }
}

fn way(state: &Conntrack, typed: &Typed, tuple: &Tuple, dir: Dir, real: Option<u32>) -> Way {
    let size = state.table.size();
    let zone = typed.zones[dir.index()];
    let key = state.hash_key(typed.net, zone);
    let RawHash(raw) = hash_conntrack_raw(tuple, key);
    let product = u64::from(raw) * u64::from(size);
    let (words, beside) = fed(state, typed.net, tuple, key);
    Way {
        dir,
        text: names::tuple(tuple),
        parts: tuple_parts(tuple, None),
        words,
        beside,
        raw,
        top: size.is_power_of_two().then(|| size.trailing_zeros()),
        product: ((product >> 32) as u32, product as u32),
        modulo: raw % size,
        real,
    }
}

type Fed = (Vec<(String, bool)>, Vec<(&'static str, String)>);

/// What the function is fed with, and what goes in beside it.
fn fed(state: &Conntrack, net: u8, tuple: &Tuple, key: HashKey) -> Fed {
    let bytes = tuple.bytes();
    let mix = state
        .nets
        .get(usize::from(net))
        .map_or(0, |net| net.hash_mix);
    match key {
        HashKey::Jhash { seed } => {
            let read = |word: &[u8; 4]| u32::from_le_bytes(*word);
            let (words, _) = bytes[..range(Key::DstAddr).end].as_chunks::<4>();
            let words = words.iter().map(read);
            // Two bytes of port, one of protocol: what is left of the tuple, as a number.
            let [port, port_low] = [bytes[36], bytes[37]];
            let rest = u32::from_le_bytes([bytes[38], 0, port, port_low]);
            let words = words.map(|word| (names::hex32(word), word != 0)).collect();
            let beside = vec![
                ("nf_conntrack_hash_rnd", names::hex32(state.config.seed)),
                (w::HASH_MIX_OF_THE.text(), names::hex32(mix)),
                ("^ dst.u << 16 | protonum", names::hex32(rest)),
                ("= initval", names::hex32(seed ^ rest)),
            ];
            (words, beside)
        }
        HashKey::Sip {
            key: [k0, k1],
            zone,
        } => {
            let hex = |word: u64| {
                let (high, low) = ((word >> 32) as u32, word as u32);
                format!("{}\u{202f}{}", names::hex32(high), names::hex32(low))
            };
            let fed = &bytes[..range(Key::Dir).start];
            let (words, rest) = fed.as_chunks::<8>();
            let mut words: Vec<u64> = words.iter().map(|word| u64::from_le_bytes(*word)).collect();
            // The last word ends in the length.
            let mut last = [0; 8];
            last[..rest.len()].copy_from_slice(rest);
            last[7] = fed.len() as u8;
            words.push(u64::from_le_bytes(last));
            let words = words.into_iter().map(|word| (hex(word), word != 0));
            let [r0, r1] = sip_boot_key(state.config.seed);
            let beside = vec![
                (w::RANDOM_OF_THE_BOOT.text(), hex(r0)),
                ("^ zone", zone.to_string()),
                ("= key[0]", hex(k0)),
                (w::RANDOM_OF_THE_BOOT_SECOND.text(), hex(r1)),
                (w::HASH_MIX_OF_THE.text(), names::hex32(mix)),
                ("= key[1]", hex(k1)),
            ];
            (words.collect(), beside)
        }
    }
}

/// Most buckets that are cut out one by one: each is to be seen.
fn cuts_max(width: i32) -> u32 {
    (width / 12).max(1) as u32
}

const BAR: i32 = 26;
const ROW: i32 = 24;

fn number_line(marks: &[(u32, Dir, bool, String)], size: u32, width: i32) -> NumberLine {
    // From one edge to the other, so that the end of the last bucket is in it.
    let at = |raw: u64| ((raw * (width as u64 - 2)) >> 32) as i32 + 1;
    let begin = |bucket: u32| at((u64::from(bucket) << 32).div_ceil(size.into()));
    let each = size <= cuts_max(width);
    let cuts: Vec<i32> = if each {
        (0..=size).map(begin).collect()
    } else {
        vec![begin(0), begin(size)]
    };
    let labelled = if size <= cuts_max(width) / 2 {
        size
    } else {
        8.min(size)
    };
    let middle = |bucket: u32| (begin(bucket) + begin(bucket + 1)) / 2;
    let labels = (0..labelled)
        .map(|nth| (u64::from(nth) * u64::from(size) / u64::from(labelled)) as u32)
        .map(|bucket| (middle(bucket), bucket));
    let mut hit: Vec<(i32, i32, u32)> = Vec::new();
    for (raw, ..) in marks.iter().filter(|(_, _, typed, _)| *typed) {
        let bucket = RawHash(*raw).scale(size);
        let (left, right) = (begin(bucket), begin(bucket + 1));
        hit.push((left, (right - left).max(2), bucket));
    }
    let rows = (0..).zip(marks).map(|(nth, (raw, dir, typed, text))| {
        let x = at((*raw).into());
        HashMark {
            x,
            y: BAR + 16 + nth * ROW,
            dir: *dir,
            typed: *typed,
            text: text.clone(),
            left: x > width / 2,
        }
    });
    let texts: Vec<&str> = marks.iter().map(|(.., text)| text.as_str()).collect();
    NumberLine {
        size: (width, BAR + 6 + ROW * marks.len() as i32),
        cuts,
        labels: labels.collect(),
        hit,
        marks: rows.collect(),
        words: texts.join("; "),
    }
}
