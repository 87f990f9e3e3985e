//! The counters of `conntrack -S`.

use super::profile::{Difference, Profile};

/// A counter, per CPU and namespace.
/// Kernel: `struct ip_conntrack_stat`, include/linux/netfilter/nf_conntrack_common.h, v5.10.19.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Counter {
    /// NAT's test for a taken tuple was positive.
    Found,
    /// Packets that could not be tracked.
    Invalid,
    /// Entries made by netlink.
    Insert,
    /// Entries that failed at confirm.
    InsertFailed,
    /// Packets dropped by conntrack itself.
    Drop,
    /// Entries sacrificed for new ones.
    EarlyDrop,
    /// ICMP errors that fit nothing.
    Error,
    /// Lookups that ended in another list and began again.
    SearchRestart,
    /// Clashes at confirm that were resolved.
    ClashResolve,
    /// Chains that confirm would not search to their end; v6.18 only.
    ChainTooLong,
    /// Connections that were expected; not in `conntrack -S`, but in `/proc/net/stat`, like the
    /// next two.
    ExpectNew,
    /// Expectations that were made.
    ExpectCreate,
    /// Expectations that went.
    ExpectDelete,
}

impl Counter {
    /// `true` if this kernel has the counter.
    pub const fn exists(self, profile: Profile) -> bool {
        !matches!(self, Counter::ChainTooLong) || profile.since(Difference::ChainLimit)
    }

    /// How many there are.
    pub const COUNT: usize = 13;
    /// Every one; those of `conntrack -S` come first, in its order.
    pub const EVERY: [Counter; Counter::COUNT] = [
        Counter::Found,
        Counter::Invalid,
        Counter::Insert,
        Counter::InsertFailed,
        Counter::Drop,
        Counter::EarlyDrop,
        Counter::Error,
        Counter::SearchRestart,
        Counter::ClashResolve,
        Counter::ChainTooLong,
        Counter::ExpectNew,
        Counter::ExpectCreate,
        Counter::ExpectDelete,
    ];
    /// Those of `conntrack -S`, in its order.
    pub const ALL: [Counter; 10] = Counter::first();

    const fn first<const N: usize>() -> [Counter; N] {
        let mut first = [Counter::Found; N];
        let mut at = 0;
        while at < N {
            first[at] = Counter::EVERY[at];
            at += 1;
        }
        first
    }

    /// Its name in `conntrack -S`.
    pub const fn name(self) -> &'static str {
        match self {
            Counter::Found => "found",
            Counter::Invalid => "invalid",
            Counter::Insert => "insert",
            Counter::InsertFailed => "insert_failed",
            Counter::Drop => "drop",
            Counter::EarlyDrop => "early_drop",
            Counter::Error => "error",
            Counter::SearchRestart => "search_restart",
            Counter::ClashResolve => "clash_resolve",
            Counter::ChainTooLong => "chaintoolong",
            Counter::ExpectNew => "expect_new",
            Counter::ExpectCreate => "expect_create",
            Counter::ExpectDelete => "expect_delete",
        }
    }
}

/// The counters of one CPU in one namespace.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Stats([u32; Counter::COUNT]);

impl Stats {
    /// A counter's value.
    pub const fn value(&self, counter: Counter) -> u32 {
        self.0[counter as usize]
    }

    pub(super) fn add(&mut self, counter: Counter, by: u32) {
        let value = &mut self.0[counter as usize];
        *value = value.wrapping_add(by);
    }
}
