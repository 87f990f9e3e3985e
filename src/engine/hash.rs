//! From tuple to bucket. v5.10 hashes with Jenkins' jhash2 and scales by multiply-shift.

use super::tuple::{Dst, Man, Tuple};

/// A raw 32-bit hash, not yet scaled to the table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RawHash(pub u32);

impl RawHash {
    /// The bucket in a table of `size` buckets, 0 to `size - 1`. It takes the high bits and is no
    /// modulo.
    /// Kernel: `scale_hash`, that is `reciprocal_scale`, include/linux/kernel.h, v5.10.19.
    pub const fn scale(self, size: u32) -> u32 {
        ((self.0 as u64 * size as u64) >> 32) as u32
    }
}

/// The raw hash of a tuple. `seed` is the boot random number XOR the namespace's `hash_mix`. The
/// direction is left out, and in this kernel so is the zone.
/// Kernel: `hash_conntrack_raw`, net/netfilter/nf_conntrack_core.c, v5.10.19.
pub fn hash_conntrack_raw(tuple: &Tuple, seed: u32) -> RawHash {
    let Tuple {
        src: Man { u3, u, l3num },
        dst,
    } = *tuple;
    let Dst {
        u3: d3,
        u: du,
        protonum,
        dir: _,
    } = dst;
    let s = u3.words();
    let d = d3.words();
    // Ports lie in memory in network order and are read as the machine (little-endian) reads them.
    let ports_and_l3 = u32::from(u.swap_bytes()) | (l3num as u32) << 16;
    let words = [s[0], s[1], s[2], s[3], ports_and_l3, d[0], d[1], d[2], d[3]];
    let init = seed ^ (u32::from(du.swap_bytes()) << 16 | u32::from(protonum));
    RawHash(jhash2(&words, init))
}

/// Bob Jenkins' hash of 32-bit words, as lookup3 defines it.
/// Kernel: `jhash2`, include/linux/jhash.h, v5.10.19.
pub fn jhash2(words: &[u32], init: u32) -> u32 {
    let start = 0xdead_beef_u32
        .wrapping_add((words.len() as u32) << 2)
        .wrapping_add(init);
    let mut s = [start; 3];
    let mut rest = words;
    while rest.len() > 3 {
        for (state, word) in s.iter_mut().zip(rest) {
            *state = state.wrapping_add(*word);
        }
        mix(&mut s);
        rest = &rest[3..];
    }
    if rest.is_empty() {
        return s[2];
    }
    for (state, word) in s.iter_mut().zip(rest) {
        *state = state.wrapping_add(*word);
    }
    last(&mut s);
    s[2]
}

const A: usize = 0;
const B: usize = 1;
const C: usize = 2;

fn mix(s: &mut [u32; 3]) {
    for (x, y, rot, z) in [
        (A, C, 4, B),
        (B, A, 6, C),
        (C, B, 8, A),
        (A, C, 16, B),
        (B, A, 19, C),
        (C, B, 4, A),
    ] {
        s[x] = s[x].wrapping_sub(s[y]) ^ s[y].rotate_left(rot);
        s[y] = s[y].wrapping_add(s[z]);
    }
}

fn last(s: &mut [u32; 3]) {
    for (x, y, rot) in [
        (C, B, 14),
        (A, C, 11),
        (B, A, 25),
        (C, B, 16),
        (A, C, 4),
        (B, A, 14),
        (C, B, 24),
    ] {
        s[x] = (s[x] ^ s[y]).wrapping_sub(s[y].rotate_left(rot));
    }
}

/// The next number of a SplitMix sequence: where seeds that a kernel would draw come from.
pub const fn splitmix32(seed: u64) -> u32 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 32) as u32
}
