//! Packets that a capture on all interfaces has twice.

use super::link_layer::Going;

/// How many packets back the other copy is looked for.
const WINDOW: usize = 64;

/// The last packets, as far as is needed to know one again.
pub(super) struct Twice {
    seen: [Option<(u64, Going)>; WINDOW],
    next: usize,
}

impl Default for Twice {
    fn default() -> Twice {
        Twice {
            seen: [None; WINDOW],
            next: 0,
        }
    }
}

impl Twice {
    /// `true` if the packet was seen a short time ago on its other way, coming or going. Each copy
    /// counts once.
    pub fn is_second(&mut self, bytes: &[u8], going: Going) -> bool {
        let mark = mark(bytes);
        let other = self
            .seen
            .iter_mut()
            .find(|seen| seen.is_some_and(|(m, g)| m == mark && g != going));
        if let Some(other) = other {
            *other = None;
            return true;
        }
        self.seen[self.next] = Some((mark, going));
        self.next = (self.next + 1) % WINDOW;
        false
    }
}

/// A number that the two copies share: all bytes but those that forwarding changes, the hop limit
/// and IPv4's header checksum. By FNV-1a.
fn mark(bytes: &[u8]) -> u64 {
    let v4 = bytes.first().is_some_and(|first| first >> 4 == 4);
    let changes = |at: usize| match v4 {
        true => matches!(at, 8 | 10 | 11),
        false => at == 7,
    };
    let kept = bytes.iter().enumerate().filter(|&(at, _)| !changes(at));
    hash(kept.map(|(_, &byte)| byte))
}

/// FNV-1a, 64 bits.
pub(super) fn hash(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
