//! Watching the engine without touching it.

use super::state::Conntrack;
use super::step::Step;

/// Sees every step. It reads and never steers: nothing it does can change what the engine does.
pub trait Probe {
    /// A step happened; `at` is the machine right after it, whole enough to draw.
    fn step(&mut self, at: &Conntrack, what: impl FnOnce() -> Step);
}

/// Sees nothing and costs nothing: the step is not even made.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProbe;

impl Probe for NoProbe {
    #[inline(always)]
    fn step(&mut self, _: &Conntrack, _: impl FnOnce() -> Step) {}
}
