//! What an input made happen that none before it did: a substitute for coverage.

use ctscope::engine::{Conntrack, Probe, Step};
use std::hash::{Hash, Hasher};

const BITS: u32 = 20;

/// A set of hashes of what happened; rare clashes do no harm.
#[derive(Debug)]
pub struct Seen {
    bits: Vec<u64>,
    /// Something happened for the first time since this was last taken back.
    pub news: bool,
    /// Every law is checked at every step, not only for a part of all inputs.
    thorough: bool,
}

impl Default for Seen {
    fn default() -> Seen {
        Seen {
            bits: vec![0; 1 << (BITS - 6)],
            news: false,
            thorough: false,
        }
    }
}

impl Seen {
    /// This happened.
    pub fn note(&mut self, what: impl Hash) {
        let mut hasher = Fnv::default();
        what.hash(&mut hasher);
        let at = hasher.finish().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - BITS);
        let (word, bit) = ((at >> 6) as usize, 1 << (at & 63));
        self.news |= self.bits[word] & bit == 0;
        self.bits[word] |= bit;
    }

    /// Nothing has happened yet, and every law is checked for every input.
    pub fn thorough() -> Seen {
        Seen {
            thorough: true,
            ..Seen::default()
        }
    }

    /// Whether the expensive laws are checked for an input of this size: for one in eight, and the
    /// same ones each time.
    pub const fn strict(&self, size: usize) -> bool {
        self.thorough || size.is_multiple_of(8)
    }

    /// A sentence was said; numbers and what stands in quotes count for nothing.
    pub fn sentence(&mut self, kind: &str, text: &str) {
        // What ends the quote that one is in.
        let mut end = None;
        let bare: String = text
            .chars()
            .filter(|&c| {
                match (end, c) {
                    (Some(last), _) if last == c => end = None,
                    (Some(_), _) => return false,
                    (None, '“') => end = Some('”'),
                    (None, '`' | '"') => end = Some(c),
                    _ => {}
                }
                !c.is_ascii_digit()
            })
            .take(80)
            .collect();
        self.note((kind, bare));
    }
}

/// FNV-1a, so that a seed gives the same run everywhere.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Fnv {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        }
    }
}

/// Notes which step follows which, and looks at the machine at every one if that is asked for.
#[derive(Debug)]
pub struct Watcher<'s> {
    seen: &'s mut Seen,
    strict: bool,
    last: [u64; 2],
    /// The first broken promise.
    pub broken: Option<String>,
}

impl<'s> Watcher<'s> {
    /// Sees a machine's steps; `strict` checks the invariants at each.
    pub fn new(seen: &'s mut Seen, strict: bool) -> Watcher<'s> {
        Watcher {
            seen,
            strict,
            last: [0; 2],
            broken: None,
        }
    }

    /// The next command begins.
    pub fn begins(&mut self) {
        self.last = [0; 2];
    }
}

impl Probe for Watcher<'_> {
    fn step(&mut self, at: &Conntrack, what: impl FnOnce() -> Step) {
        let step = what();
        let mut hasher = Fnv::default();
        core::mem::discriminant(&step).hash(&mut hasher);
        let this = hasher.finish();
        self.seen.note((at.profile() as u8, self.last, this));
        self.last = [self.last[1], this];
        if self.strict && self.broken.is_none() {
            let violations = at.check_invariants();
            if !violations.is_empty() {
                self.broken = Some(format!("invariant in a step: {violations:?} at {step:?}"));
            }
        }
    }
}
