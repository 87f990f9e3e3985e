//! What a machine is built with; the first line of a scenario.

use super::profile::Difference;
use super::time::Hz;

pub use super::profile::Profile;

/// Most buckets a table can have.
pub const BUCKETS_MAX: u32 = 1 << 20;
/// Buckets of the classroom table.
pub const BUCKETS_DEFAULT: u32 = 8;

/// A machine before its first packet. Two machines with the same config and the same commands are
/// the same in every bit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Config {
    /// Kernel version.
    pub profile: Profile,
    /// Ticks per second.
    pub hz: Hz,
    /// Buckets of the hash table, 1 to [`BUCKETS_MAX`].
    /// Differs: a kernel rounds the size up to a multiple of 512; here small tables are possible,
    /// so that a chain can be seen.
    pub buckets: u32,
    /// The random number that a kernel draws once per boot and mixes into every hash.
    /// Differs: given here instead of drawn, so that a run can be repeated.
    pub seed: u32,
    /// `hash_mix` of the first namespace, which a kernel draws when the namespace is made.
    /// Differs: given here, likewise; other namespaces draw theirs from `seed`.
    pub hash_mix: u32,
    /// CPUs, 1 to [`super::command::CPUS_MAX`].
    pub cpus: u8,
    /// `nf_conntrack_max`; `None` is the kernel's default: four entries per bucket in 5.10, one in
    /// 6.18.
    pub max: Option<u32>,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            profile: Profile::V5_10,
            hz: Hz::Hz250,
            buckets: BUCKETS_DEFAULT,
            seed: 0x1234_5678,
            hash_mix: 0,
            cpus: 2,
            max: None,
        }
    }
}

impl Config {
    /// `nf_conntrack_max` at the start: what was given, or what follows from the buckets.
    pub fn conntrack_max(&self) -> u32 {
        let per_bucket = if self.profile.since(Difference::MaxOnePerBucket) {
            1
        } else {
            4
        };
        self.max.unwrap_or(self.buckets.saturating_mul(per_bucket))
    }

    /// `nf_conntrack_expect_max` at the start: four expectations per bucket of their own table,
    /// which has one bucket per 256 of this one, at least one.
    /// Kernel: `nf_conntrack_expect_init`, net/netfilter/nf_conntrack_expect.c, v5.10.19.
    pub fn expect_max(&self) -> u32 {
        (self.buckets / 256).max(1) * 4
    }
}
