//! Zones: equal tuples that are different connections.

use super::tuple::Dir;

/// A number that keeps equal tuples apart, and the directions in which it counts; 0 by default.
/// Kernel: `struct nf_conntrack_zone`, include/net/netfilter/nf_conntrack_zones.h, v5.10.19.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Zone {
    /// Its number; 0 is the default zone.
    pub id: u16,
    /// Bit 0: it counts for the original direction; bit 1: for the reply direction.
    pub dirs: u8,
}

impl Zone {
    /// It counts for both directions.
    pub const BOTH: u8 = 3;

    /// The only direction in which it counts, if it is not both.
    pub const fn only_dir(self) -> Option<Dir> {
        match self.dirs {
            1 => Some(Dir::Original),
            2 => Some(Dir::Reply),
            _ => None,
        }
    }

    /// The number that counts for a direction, 0 if the zone does not.
    /// Kernel: `nf_ct_zone_id`.
    pub const fn id_of(self, dir: Dir) -> u16 {
        if self.dirs & (1 << dir.index()) == 0 {
            0
        } else {
            self.id
        }
    }
}

impl Default for Zone {
    fn default() -> Zone {
        Zone {
            id: 0,
            dirs: Zone::BOTH,
        }
    }
}
