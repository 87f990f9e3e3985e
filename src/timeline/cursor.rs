//! Where in a run we are.

/// A place in a run. Command 0, step 0 is before everything; else the cursor stands inside
/// command `command`, counted from 1, right after its step `step`, also counted from 1. A command
/// has at least one step, and the last one is its end.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Cursor {
    /// Commands begun.
    pub command: u32,
    /// Steps of the last of them that are done.
    pub step: u32,
}

impl Cursor {
    /// Before everything.
    pub const START: Cursor = Cursor {
        command: 0,
        step: 0,
    };
}

/// How far one move goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Grain {
    /// One command: a packet, a jump of the clock, a run of gc.
    Event,
    /// One part of a packet's way: a run of steps of the same phase.
    Phase,
    /// One field, bit, link or reference.
    #[default]
    Change,
}
