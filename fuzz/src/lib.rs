//! Random input for everything that ctscope reads: packets, captures, scenarios, links, JSON,
//! lessons, lists and events of conntrack, and what the browser and another window tell the page.
//!
//! Each [`harness::Target`] has good inputs from the project's tests, ways to change them, and
//! laws that hold for whatever comes out: no panic, no endless work, no unbounded memory, every
//! invariant of the machine, and what is printed can be read again. Inputs that make something
//! happen for the first time are kept and changed further.

pub mod capture;
pub mod change;
pub mod corpus;
pub mod events;
pub mod harness;
pub mod json;
pub mod lesson;
pub mod link;
pub mod packet;
pub mod page;
pub mod play;
pub mod rng;
pub mod seen;
pub mod table;
pub mod text;

use harness::{Plan, Report, Target, guarded};
use seen::Seen;
use std::path::Path;

/// Names of the targets.
pub const TARGETS: [&str; 9] = [
    packet::Packets::NAME,
    capture::Captures::NAME,
    text::Texts::NAME,
    link::Links::NAME,
    json::Recordings::NAME,
    lesson::Lessons::NAME,
    table::Tables::NAME,
    events::Heard::NAME,
    page::Pages::NAME,
];

/// What is to be done with a target.
trait Job {
    type Answer;
    fn with<T: Target>(self, target: &T) -> Self::Answer;
}

fn with_target<J: Job>(name: &str, job: J) -> Option<J::Answer> {
    Some(match name {
        packet::Packets::NAME => job.with(&packet::Packets::new()),
        capture::Captures::NAME => job.with(&capture::Captures),
        text::Texts::NAME => job.with(&text::Texts::new()),
        link::Links::NAME => job.with(&link::Links::new()),
        json::Recordings::NAME => job.with(&json::Recordings::new()),
        lesson::Lessons::NAME => job.with(&lesson::Lessons::new()),
        table::Tables::NAME => job.with(&table::Tables::new()),
        events::Heard::NAME => job.with(&events::Heard::new()),
        page::Pages::NAME => job.with(&page::Pages::new()),
        _ => return None,
    })
}

/// Tries inputs of a target; `None` if there is no target of this name.
pub fn fuzz(name: &str, plan: &Plan) -> Option<Report> {
    struct Fuzz<'p>(&'p Plan);
    impl Job for Fuzz<'_> {
        type Answer = Report;
        fn with<T: Target>(self, target: &T) -> Report {
            harness::fuzz(target, self.0)
        }
    }
    with_target(name, Fuzz(plan))
}

/// Runs every file of a folder once; what they break, and how many there are.
pub fn replay(name: &str, folder: &Path) -> Option<(usize, Vec<String>)> {
    struct Replay<'p>(&'p Path);
    impl Job for Replay<'_> {
        type Answer = (usize, Vec<String>);
        fn with<T: Target>(self, target: &T) -> Self::Answer {
            let files = corpus::files(self.0, T::ENDING);
            let mut broken = Vec::new();
            let mut seen = Seen::thorough();
            for (path, bytes) in &files {
                let done = match target.load(bytes) {
                    Some(input) => guarded(target, &input, &mut seen),
                    None => Err("this is no input".to_owned()),
                };
                if let Err(what) = done {
                    broken.push(format!("{}: {what}", path.display()));
                }
            }
            (files.len(), broken)
        }
    }
    with_target(name, Replay(folder))
}
