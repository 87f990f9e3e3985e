//! From tuple to bucket: v5.10 hashes with Jenkins' jhash2, v6.18 with SipHash-2-4; both scale by
//! multiply-shift.

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

/// What goes into a hash beside the tuple.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HashKey {
    /// v5.10: the boot random number XOR the namespace's `hash_mix`.
    Jhash {
        /// The two together.
        seed: u32,
    },
    /// v6.18: 128 random bits of the boot, the first word XOR the zone that counts for the
    /// direction, the second XOR the namespace's `hash_mix`.
    Sip {
        /// The two words, the XORs done.
        key: [u64; 2],
        /// The zone that is in the first one.
        zone: u16,
    },
}

/// The raw hash of a tuple, its direction left out.
/// Kernel: `hash_conntrack_raw`, net/netfilter/nf_conntrack_core.c, v5.10.19 and v6.18.
pub fn hash_conntrack_raw(tuple: &Tuple, key: HashKey) -> RawHash {
    match key {
        HashKey::Jhash { seed } => RawHash(jhash2_of(tuple, seed)),
        // Everything up to the direction, which is the last byte.
        HashKey::Sip { key, .. } => {
            RawHash(siphash24(&tuple.bytes()[..Tuple::SIZE - 1], key) as u32)
        }
    }
}

fn jhash2_of(tuple: &Tuple, seed: u32) -> u32 {
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
    jhash2(&words, init)
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

/// SipHash with two rounds per word and four at the end, by Aumasson and Bernstein.
/// Kernel: `siphash`, lib/siphash.c, v6.18.
pub fn siphash24(bytes: &[u8], key: [u64; 2]) -> u64 {
    let [k0, k1] = key;
    let mut v = [
        k0 ^ 0x736f_6d65_7073_6575,
        k1 ^ 0x646f_7261_6e64_6f6d,
        k0 ^ 0x6c79_6765_6e65_7261,
        k1 ^ 0x7465_6462_7974_6573,
    ];
    let mut absorb = |word: u64| {
        v[3] ^= word;
        sip_rounds(&mut v, 2);
        v[0] ^= word;
    };
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        absorb(u64::from_le_bytes(*word));
    }
    // The last word ends in the length.
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    last[7] = bytes.len() as u8;
    absorb(u64::from_le_bytes(last));
    v[2] ^= 0xff;
    sip_rounds(&mut v, 4);
    v[0] ^ v[1] ^ v[2] ^ v[3]
}

fn sip_rounds(v: &mut [u64; 4], rounds: u32) {
    for _ in 0..rounds {
        v[0] = v[0].wrapping_add(v[1]);
        v[1] = v[1].rotate_left(13) ^ v[0];
        v[0] = v[0].rotate_left(32);
        v[2] = v[2].wrapping_add(v[3]);
        v[3] = v[3].rotate_left(16) ^ v[2];
        v[0] = v[0].wrapping_add(v[3]);
        v[3] = v[3].rotate_left(21) ^ v[0];
        v[2] = v[2].wrapping_add(v[1]);
        v[1] = v[1].rotate_left(17) ^ v[2];
        v[2] = v[2].rotate_left(32);
    }
}

/// The bucket of the expectation table that an expected tuple belongs to: by its destination and
/// protocol, for its source need not be known.
/// Kernel: `nf_ct_expect_dst_hash`, net/netfilter/nf_conntrack_expect.c, v5.10.19 and v6.18.
/// Differs: v6.18 has a key of its own here, and hashes `hash_mix` instead of keying with it.
pub fn expect_bucket(tuple: &Tuple, key: HashKey, buckets: u32) -> u32 {
    let dst = tuple.dst;
    let (l3num, protonum) = (tuple.src.l3num as u8, dst.protonum);
    let raw = match key {
        HashKey::Jhash { seed } => {
            let port = u32::from(dst.u.swap_bytes());
            let init = u32::from(protonum ^ l3num) << 16 | port;
            jhash2(&dst.u3.words(), init ^ seed)
        }
        HashKey::Sip { key, .. } => {
            let mut bytes = [0; 20];
            bytes[..16].copy_from_slice(&dst.u3.0);
            bytes[16..18].copy_from_slice(&dst.u.to_be_bytes());
            bytes[18..].copy_from_slice(&[l3num, protonum]);
            siphash24(&bytes, key) as u32
        }
    };
    RawHash(raw).scale(buckets)
}

/// The 128 random bits that v6.18 draws at boot, made from a machine's seed.
pub fn sip_boot_key(seed: u32) -> [u64; 2] {
    let word = |nth: u64| {
        let at = u64::from(seed) << 8 | nth;
        u64::from(splitmix32(at)) << 32 | u64::from(splitmix32(at + 1))
    };
    [word(0xf0), word(0xf2)]
}

/// The next number of a SplitMix sequence: where seeds that a kernel would draw come from.
pub const fn splitmix32(seed: u64) -> u32 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 32) as u32
}
