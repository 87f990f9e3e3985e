//! The events of a whole run, in portions: the machine keeps only the last ones.

use super::Timeline;
use crate::engine::event::Event;
use crate::engine::{Conntrack, NoProbe};

/// A run that is played for its events.
#[derive(Clone)]
pub struct Hearing {
    machine: Conntrack,
    /// The next command, from 1.
    next: u32,
    /// The event that was heard last.
    seq: u32,
    /// Messages of commands that sent more than the machine keeps.
    pub lost: u32,
}

impl Hearing {
    /// Commands that were played.
    pub fn done(&self) -> u32 {
        self.next - 1
    }
}

impl core::fmt::Debug for Hearing {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Hearing({} commands)", self.done())
    }
}

impl Timeline {
    /// Before the first command of the log.
    pub fn hearing(&self) -> Hearing {
        Hearing {
            machine: Conntrack::new(self.config()),
            next: 1,
            seq: 0,
            lost: 0,
        }
    }

    /// Plays so many commands at most, and tells each event with the number of its command; `true`
    /// at the end of the log.
    pub fn hear(
        &self,
        hearing: &mut Hearing,
        commands: u32,
        mut told: impl FnMut(u32, &Event),
    ) -> bool {
        for _ in 0..commands {
            let Some(line) = self.line(hearing.next) else {
                return true;
            };
            hearing.machine.apply(&line.command, &mut NoProbe);
            let heard = &hearing.machine.listener.heard;
            let new = heard.iter().rev().take_while(|it| it.seq > hearing.seq);
            let first = heard.len() - new.count();
            if let Some(event) = heard.get(first) {
                hearing.lost += event.seq - hearing.seq - 1;
            }
            for event in heard.range(first..) {
                hearing.seq = event.seq;
                told(hearing.next, event);
            }
            hearing.next += 1;
        }
        hearing.next > self.len()
    }
}
