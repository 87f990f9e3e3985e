//! Outlines as SVG path data, whole pixels only.

use super::grid::{BAND, POINT};
use crate::engine::tuple::Dir;
use std::fmt::Write;

const RADIUS: i32 = 5;

/// The outline of a chip: the original direction points right, the reply direction left. `inset`
/// shrinks it, or grows it if negative.
pub fn outline(dir: Dir, w: i32, h: i32, inset: i32) -> String {
    let (i, r, mid) = (inset, RADIUS, h / 2);
    let tip = i * 4 / 3;
    match dir {
        Dir::Original => {
            let (shoulder, tip, bottom) = (w - POINT - i / 3, w - tip, h - i);
            format!(
                "M{a},{i}H{shoulder}L{tip},{mid}L{shoulder},{bottom}H{a}Q{i},{bottom} {i},{b}\
                 V{a}Q{i},{i} {a},{i}Z",
                a = r + i,
                b = h - r - i,
            )
        }
        Dir::Reply => {
            let (shoulder, right, bottom) = (POINT + i / 3, w - i, h - i);
            format!(
                "M{shoulder},{i}H{a}Q{right},{i} {right},{b}V{c}Q{right},{bottom} {a},{bottom}\
                 H{shoulder}L{tip},{mid}Z",
                a = w - r - i,
                b = r + i,
                c = h - r - i,
            )
        }
    }
}

/// The chevron beside the point.
pub fn band(dir: Dir, w: i32, h: i32) -> String {
    let (mid, wide) = (h / 2, POINT + BAND);
    match dir {
        Dir::Original => format!(
            "M{a},0H{b}L{w},{mid}L{b},{h}H{a}L{c},{mid}Z",
            a = w - wide,
            b = w - POINT,
            c = w - BAND,
        ),
        Dir::Reply => {
            format!("M{wide},0H{POINT}L0,{mid}L{POINT},{h}H{wide}L{BAND},{mid}Z")
        }
    }
}

/// A line with an arrow head, from left to right.
pub fn arrow(x1: i32, x2: i32, y: i32) -> String {
    format!("M{x1},{y}H{}m-5,-4l5,4l-5,4", x2 - 1)
}

/// A line through corner points, its corners rounded.
pub fn rounded(points: &[(i32, i32)]) -> String {
    const R: i32 = 7;
    let mut path = String::new();
    let Some((&(x, y), rest)) = points.split_first() else {
        return path;
    };
    let _ = write!(path, "M{x},{y}");
    for (at, &(x, y)) in rest.iter().enumerate() {
        let Some(&after) = rest.get(at + 1) else {
            let _ = write!(path, "L{x},{y}");
            break;
        };
        let before = points[at];
        let a = towards((x, y), before, R);
        let b = towards((x, y), after, R);
        let _ = write!(path, "L{},{}Q{x},{y} {},{}", a.0, a.1, b.0, b.1);
    }
    path
}

/// At most `r` pixels from one point towards another on the same row or column, at most half-way.
fn towards(from: (i32, i32), to: (i32, i32), r: i32) -> (i32, i32) {
    let step = |a: i32, b: i32| {
        let half = (b - a).abs() / 2;
        a + (b - a).signum() * r.min(half)
    };
    (step(from.0, to.0), step(from.1, to.1))
}

/// The seal of a connection: nine pixels, row by row from the highest of nine bits.
pub fn seal(conn: u32) -> u16 {
    const FIRST: [u16; 10] = [
        0b110_110_000,
        0b010_111_010,
        0b101_010_101,
        0b111_010_010,
        0b111_101_111,
        0b101_111_101,
        0b111_000_111,
        0b101_101_010,
        0b010_101_111,
        0b100_111_100,
    ];
    if let Some(&bits) = FIRST.get(conn as usize) {
        return bits;
    }
    let mut mixed = conn;
    loop {
        mixed = mixed.wrapping_mul(0x9e37_79b1).wrapping_add(conn);
        let bits = (mixed >> 23) as u16;
        if (4..=6).contains(&bits.count_ones()) {
            return bits;
        }
    }
}
