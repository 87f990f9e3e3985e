//! Time as the kernel counts it: jiffies, a 32-bit count of clock ticks that wraps.

use core::fmt;

/// A point in time: the low 32 bits of the kernel's tick counter. It wraps, so it has no order;
/// use [`Jiffies::is_after`].
/// Kernel: `nfct_time_stamp`, include/net/netfilter/nf_conntrack.h, v5.10.19.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Jiffies(pub u32);

/// A length of time in jiffies, 0 to 2^31 - 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Ticks(pub u32);

/// A length of time in seconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Secs(pub u32);

/// Ticks per second, a build constant of the kernel (`CONFIG_HZ`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hz {
    /// 10 ms a jiffy.
    Hz100,
    /// 4 ms a jiffy; Debian's choice and the article's example.
    Hz250,
    /// 3.33 ms a jiffy.
    Hz300,
    /// 1 ms a jiffy.
    Hz1000,
}

/// The longest jump the clock makes, and the longest timeout: half of the counter, in jiffies.
/// Beyond it a signed comparison of two instants turns round.
pub const TICKS_MAX: Ticks = Ticks(i32::MAX as u32);

impl Hz {
    /// Every choice, smallest first.
    pub const ALL: [Hz; 4] = [Hz::Hz100, Hz::Hz250, Hz::Hz300, Hz::Hz1000];

    /// Ticks per second.
    pub const fn per_second(self) -> u32 {
        match self {
            Hz::Hz100 => 100,
            Hz::Hz250 => 250,
            Hz::Hz300 => 300,
            Hz::Hz1000 => 1000,
        }
    }

    /// The choice with this many ticks per second, if the kernel offers it.
    pub fn from_per_second(n: u32) -> Option<Hz> {
        Hz::ALL.into_iter().find(|hz| hz.per_second() == n)
    }

    /// Seconds as jiffies, at most [`TICKS_MAX`].
    pub fn ticks(self, secs: Secs) -> Ticks {
        Ticks(secs.0.saturating_mul(self.per_second()).min(TICKS_MAX.0))
    }

    /// Milliseconds as jiffies, rounded up as `msecs_to_jiffies` does, at most [`TICKS_MAX`].
    pub fn ticks_of_millis(self, millis: u32) -> Ticks {
        let ticks = (u64::from(millis) * u64::from(self.per_second())).div_ceil(1000);
        Ticks(ticks.min(u64::from(TICKS_MAX.0)) as u32)
    }

    /// Whole seconds in a length of time, cut off as the tools print it.
    pub fn secs(self, ticks: Ticks) -> Secs {
        Secs(ticks.0 / self.per_second())
    }

    /// Whole milliseconds in a count of ticks that does not wrap.
    pub fn millis_since(self, ticks: u64) -> u64 {
        ticks.saturating_mul(1000) / u64::from(self.per_second())
    }

    /// Whole milliseconds in a length of time, cut off.
    pub fn millis(self, ticks: Ticks) -> u64 {
        u64::from(ticks.0) * 1000 / u64::from(self.per_second())
    }
}

impl Jiffies {
    /// The instant a kernel starts at: five minutes before the counter wraps.
    /// Kernel: `INITIAL_JIFFIES`, include/linux/jiffies.h.
    pub const fn at_boot(hz: Hz) -> Jiffies {
        Jiffies(0u32.wrapping_sub(300 * hz.per_second()))
    }

    /// `true` if this instant comes strictly after `other`, by signed difference (`time_after`).
    pub const fn is_after(self, other: Jiffies) -> bool {
        (self.0.wrapping_sub(other.0) as i32) > 0
    }

    /// The instant `ticks` later, wrapping.
    #[must_use]
    pub const fn plus(self, ticks: Ticks) -> Jiffies {
        Jiffies(self.0.wrapping_add(ticks.0))
    }

    /// The time from `earlier` to this instant, wrapping; meaningful up to [`TICKS_MAX`].
    pub const fn since(self, earlier: Jiffies) -> Ticks {
        Ticks(self.0.wrapping_sub(earlier.0))
    }

    /// The time left until this instant as seen at `now`, 0 once it is reached.
    pub const fn left(self, now: Jiffies) -> Ticks {
        let left = self.0.wrapping_sub(now.0) as i32;
        Ticks(if left > 0 { left as u32 } else { 0 })
    }
}

impl fmt::Display for Jiffies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Ticks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
