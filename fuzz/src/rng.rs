//! Random numbers that a seed repeats.

/// SplitMix64.
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
    /// Numbers of a seed.
    pub const fn new(seed: u64) -> Rng {
        Rng(seed)
    }

    /// The next number.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    /// A number below `n`; 0 if that is 0.
    pub fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next_u64()) * n as u128) >> 64) as usize
    }

    /// `true` in this many of a hundred cases.
    pub fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    /// One of the list, which is not empty.
    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    /// A range within `0..len`, mostly a short one.
    pub fn range(&mut self, len: usize) -> core::ops::Range<usize> {
        let start = self.below(len + 1);
        let most = match self.below(4) {
            0 => len,
            1 => 32,
            _ => 4,
        };
        let end = (start + 1 + self.below(most)).min(len);
        start..end.max(start)
    }

    /// A number that a careless reader stumbles over.
    pub fn number(&mut self) -> u64 {
        const EDGES: [u64; 22] = [
            0,
            1,
            2,
            7,
            8,
            15,
            16,
            20,
            40,
            64,
            127,
            128,
            255,
            256,
            1500,
            0x7fff,
            0x8000,
            0xffff,
            0x1_0000,
            0x7fff_ffff,
            0xffff_ffff,
            u64::MAX,
        ];
        match self.below(8) {
            0 => self.next_u64(),
            1 => self.next_u64() >> 32,
            2 | 3 => self.below(100) as u64,
            4 => self.pick(&EDGES).wrapping_sub(1),
            5 => self.pick(&EDGES).wrapping_add(1),
            _ => *self.pick(&EDGES),
        }
    }
}
