//! Places of a lesson found in a run.

use crate::scenario::lesson::Place;
use crate::timeline::figures::figure_at;
use crate::timeline::{Cursor, Timeline, Trace};

/// Where a place is in command `n`, from 1, counted in steps of it, 0 before the first; of what
/// comes later than `behind`.
fn step_of(trace: &Trace, place: Place, behind: Option<u32>) -> Option<u32> {
    let last = trace.phase_ends.last().copied().unwrap_or(1);
    let later = |step: &u32| behind.is_none_or(|behind| *step > behind);
    let runs = || {
        let starts = core::iter::once(0).chain(trace.phase_ends.iter().copied());
        starts.zip(trace.phase_ends.iter().copied())
    };
    let phase = |end: u32| {
        let step = trace.steps.get((end as usize).checked_sub(1)?)?;
        Some(step.meta().phase)
    };
    let nth = |nth: u32| (nth as usize).saturating_sub(1);
    match place {
        Place::Start => Some(0),
        Place::End => Some(last),
        Place::Step(step) => (step <= last).then_some(step),
        Place::Figure(figure, number, which) => {
            let all = (0..trace.steps.len())
                .filter(|at| figure_at(&trace.steps, *at) == Some((figure, number)));
            all.map(|at| at as u32 + 1).filter(later).nth(nth(which))
        }
        Place::After(of, which) => {
            let ends = runs().filter(|(_, end)| phase(*end) == Some(of));
            ends.map(|(_, end)| end).filter(later).nth(nth(which))
        }
        Place::Before(of, which) => {
            let starts = runs().filter(|(_, end)| phase(*end) == Some(of));
            starts.map(|(start, _)| start).filter(later).nth(nth(which))
        }
    }
}

/// The cursor at a place of the last of `n` commands; of what comes later in it than `behind`.
/// `None` if there is no such place.
pub(super) fn find(
    timeline: &mut Timeline,
    n: u32,
    place: Place,
    behind: Option<Cursor>,
) -> Option<Cursor> {
    let end_of = |timeline: &Timeline, n: u32| Cursor {
        command: n,
        step: timeline.steps_of(n),
    };
    if n > timeline.len() {
        // Somebody undid what the lesson did.
        return None;
    }
    if n == 0 {
        return matches!(place, Place::Start | Place::End).then_some(Cursor::START);
    }
    let behind = behind.map(|cursor| if cursor.command < n { 0 } else { cursor.step });
    let step = match place {
        // A long command's steps are not all kept; its end is.
        Place::End => timeline.steps_of(n),
        _ => step_of(&timeline.trace_of(n), place, behind)?,
    };
    Some(match step {
        0 => end_of(timeline, n - 1),
        step => Cursor { command: n, step },
    })
}
