//! A second run beside the one at hand: the same log on the other kernel, or a kept branch. It is
//! kept while the log stays the same.

use super::lane;
use super::link::sentence;
use super::state::AppState;
use crate::engine::step::Step;
use crate::engine::{Config, Profile};
use crate::scenario::Line;
use crate::timeline::{Cursor, EditError, Moment, Timeline};
use crate::view::compare::{Choice, CompareWith};
use crate::view::refusal::refusal;
use crate::words::{app as w, tell};
use std::rc::Rc;

/// Most commands of a log that is run a second time.
const COMMANDS_MAX: u32 = 2_000;
/// Kept branches that can be chosen; the newest ones.
const BRANCHES_MAX: usize = 3;
/// How many steps back an equal one is looked for.
const BACK_MAX: usize = 24;

/// The second run, and what it was made from.
#[derive(Debug)]
pub(super) struct Twin {
    with: CompareWith,
    config: Config,
    lines: Vec<Rc<Line>>,
    run: Result<Timeline, String>,
    /// Where it ends before the log does, and why.
    stopped: String,
}

/// The other moment, and where both stand.
#[derive(Clone, Debug)]
pub(super) struct Beside {
    pub moment: Option<Moment>,
    pub left: bool,
    pub names: [String; 2],
    pub at: [String; 2],
    pub note: String,
    pub choices: Vec<Choice>,
}

impl Beside {
    /// The same is seen of both. Notes and names follow from the rest.
    pub fn same(&self, other: &Beside) -> bool {
        let moments = match (&self.moment, &other.moment) {
            (None, None) => true,
            (Some(a), Some(b)) => {
                Rc::ptr_eq(&a.state, &b.state)
                    && Rc::ptr_eq(&a.before, &b.before)
                    && a.fresh == b.fresh
            }
            _ => false,
        };
        moments && self.choices == other.choices && self.note == other.note && self.at == other.at
    }
}

/// The second run and the place in it that compares with the cursor.
pub(super) fn beside(app: &mut AppState) -> Beside {
    let with = match app.compare {
        CompareWith::Branch(nth) if nth as usize >= app.timeline.branches().len() => {
            CompareWith::Kernels
        }
        with => with,
    };
    let mut twin = match app.twin.take() {
        Some(twin) if twin.of(with, &app.timeline) => twin,
        _ => Twin::new(with, &app.timeline),
    };
    let beside = stand(app, &mut twin);
    app.twin = Some(twin);
    beside
}

impl Twin {
    fn of(&self, with: CompareWith, timeline: &Timeline) -> bool {
        self.with == with
            && self.lines.len() == timeline.len() as usize
            && self.config == *timeline.config()
            && self
                .lines
                .iter()
                .zip(timeline.lines())
                .all(|(a, b)| Rc::ptr_eq(a, b))
    }

    fn new(with: CompareWith, timeline: &Timeline) -> Twin {
        let mut stopped = String::new();
        let run = if timeline.len() > COMMANDS_MAX {
            Err(tell!(
                w::A_LOG_IS_RUN,
                commands_max = COMMANDS_MAX,
                timeline = timeline.len()
            ))
        } else {
            match with {
                CompareWith::Kernels => on_the_other(timeline, &mut stopped),
                CompareWith::Branch(nth) => {
                    let mut branch = timeline.clone();
                    branch.switch_branch(nth);
                    Ok(branch)
                }
            }
        };
        Twin {
            with,
            config: timeline.config().clone(),
            lines: timeline.lines().cloned().collect(),
            run,
            stopped,
        }
    }
}

const fn other(profile: Profile) -> Profile {
    match profile {
        Profile::V5_10 => Profile::V6_18,
        Profile::V6_18 => Profile::V5_10,
    }
}

/// The log on the other kernel, up to a command that this one refuses.
fn on_the_other(timeline: &Timeline, stopped: &mut String) -> Result<Timeline, String> {
    let mut scenario = timeline.scenario();
    scenario.config.profile = other(scenario.config.profile);
    let kernel = scenario.config.profile.name();
    let mut twin = Timeline::new(scenario.config.clone(), timeline.title());
    let mut shorter = scenario.clone();
    match twin.load(scenario, timeline.title()) {
        Ok(()) => return Ok(twin),
        Err(EditError::Refused(n, why)) => {
            *stopped = tell!(
                w::LINUX_KERNEL_CANNOT_DO,
                kernel,
                n,
                refusal = refusal(&why)
            );
            shorter.lines.truncate(n.saturating_sub(1) as usize);
        }
        Err(error) => return Err(sentence(error)),
    }
    twin.load(shorter, timeline.title()).map_err(sentence)?;
    Ok(twin)
}

/// Brings the second run to where the cursor is.
fn stand(app: &mut AppState, twin: &mut Twin) -> Beside {
    let grain = app.grain();
    let profile = app.timeline.config().profile;
    let mut beside = Beside {
        moment: None,
        left: twin.with == CompareWith::Kernels && profile == Profile::V6_18,
        names: match twin.with {
            CompareWith::Kernels => Profile::ALL.map(|it| format!("Linux {it}", it = it.name())),
            CompareWith::Branch(_) => [
                w::THIS_LOG.text().to_owned(),
                w::THE_KEPT_BRANCH.text().to_owned(),
            ],
        },
        at: Default::default(),
        note: String::new(),
        choices: choices(app, twin.with),
    };
    let run = match &mut twin.run {
        Err(problem) => {
            beside.note.clone_from(problem);
            return beside;
        }
        Ok(run) => run,
    };
    let here = app.timeline.cursor();
    let (there, remark) = place(&mut app.timeline, run, twin.with, &twin.stopped);
    run.seek_cursor(there);
    beside.note = remark;
    let (mine, others) = (at(&app.timeline, here), at(run, run.cursor()));
    beside.at = if beside.left {
        [others, mine]
    } else {
        [mine, others]
    };
    beside.moment = Some(run.moment(grain));
    beside
}

/// `command 2 of 3, SYN-ACK, step 4 of 38`.
fn at(timeline: &Timeline, Cursor { command, step }: Cursor) -> String {
    let Some(line) = timeline.line(command) else {
        return tell!(w::BEFORE_THE_FIRST_OF, timeline = timeline.len());
    };
    tell!(
        w::COMMAND_COMMAND_OF,
        command,
        timeline = timeline.len(),
        label = lane::label(&line.command, timeline.config().hz),
        step,
        steps_of = timeline.steps_of(command)
    )
}

/// Where in the other run the cursor's place is, and how that was found.
fn place(
    timeline: &mut Timeline,
    run: &mut Timeline,
    with: CompareWith,
    stopped: &str,
) -> (Cursor, String) {
    let Cursor { command, step } = timeline.cursor();
    let end = |command: u32, run: &Timeline| Cursor {
        command,
        step: run.steps_of(command),
    };
    if command > run.len() {
        let why = match with {
            CompareWith::Kernels => stopped.to_owned(),
            CompareWith::Branch(_) => {
                tell!(w::THE_KEPT_BRANCH_HAS, run = run.len())
            }
        };
        return (end(run.len(), run), why);
    }
    if let CompareWith::Branch(nth) = with {
        let after = timeline
            .branches()
            .get(nth as usize)
            .map_or(0, |branch| branch.after);
        if command <= after {
            let why = tell!(w::BOTH_ARE_ONE_LOG, after);
            return (timeline.cursor(), why);
        }
    }
    if command == 0 {
        return (Cursor::START, w::BOTH_ARE_AT_THE.text().to_owned());
    }
    if step == timeline.steps_of(command) {
        let why = match with {
            CompareWith::Kernels => w::BOTH_HAVE_DONE_THE.text(),
            CompareWith::Branch(_) => w::BOTH_HAVE_DONE_AS.text(),
        };
        return (end(command, run), why.to_owned());
    }
    let (mine, others) = (timeline.trace_of(command), run.trace_of(command));
    match nearest(&mine.steps, step as usize, &others.steps) {
        Some((found, true)) => {
            let why = w::INSIDE_A_COMMAND_BOTH.text();
            (
                Cursor {
                    command,
                    step: found as u32,
                },
                why.to_owned(),
            )
        }
        Some((found, false)) => {
            let why = w::THE_OTHER_RUN_HAS.text();
            (
                Cursor {
                    command,
                    step: found as u32,
                },
                why.to_owned(),
            )
        }
        None => {
            let why = w::THE_OTHER_RUN_HAS_NONE.text();
            (end(command - 1, run), why.to_owned())
        }
    }
}

/// The steps are of one kind: the same in both runs, whatever the numbers in them.
fn alike(a: &Step, b: &Step) -> bool {
    if core::mem::discriminant(a) != core::mem::discriminant(b) {
        return false;
    }
    match (a, b) {
        (Step::StatusSet { bit: a, .. }, Step::StatusSet { bit: b, .. }) => a == b,
        (Step::HookEntered { hook: a, .. }, Step::HookEntered { hook: b, .. })
        | (Step::RulesPassed { hook: a, .. }, Step::RulesPassed { hook: b, .. }) => a == b,
        (Step::RefTaken { by: a, .. }, Step::RefTaken { by: b, .. })
        | (Step::RefDropped { by: a, .. }, Step::RefDropped { by: b, .. }) => a == b,
        (Step::HashInserted { dir: a, .. }, Step::HashInserted { dir: b, .. })
        | (Step::HashRemoved { dir: a, .. }, Step::HashRemoved { dir: b, .. }) => a == b,
        _ => true,
    }
}

/// How many steps of `there` lead to the like of the last of `step` steps of `here`, the same one
/// of its kind; and whether it was that last one, or one before it.
fn nearest(here: &[Step], step: usize, there: &[Step]) -> Option<(usize, bool)> {
    let done = here.get(..step)?;
    for (back, sought) in done.iter().rev().enumerate().take(BACK_MAX) {
        let upto = &done[..done.len() - back];
        let nth = upto.iter().filter(|it| alike(it, sought)).count();
        let mut alikes = (1..).zip(there).filter(|(_, it)| alike(it, sought));
        if let Some((found, _)) = alikes.nth(nth - 1) {
            return Some((found, back == 0));
        }
    }
    None
}

fn choices(app: &AppState, with: CompareWith) -> Vec<Choice> {
    let hz = app.timeline.config().hz;
    let kernels = Choice {
        with: CompareWith::Kernels,
        label: w::LINUX_5_10_AND.text().to_owned(),
        chosen: with == CompareWith::Kernels,
    };
    let branches = app.timeline.branches();
    let kept = (0..branches.len() as u32)
        .zip(&branches)
        .rev()
        .take(BRANCHES_MAX)
        .map(|(nth, branch)| Choice {
            with: CompareWith::Branch(nth),
            label: tell!(w::THIS_LOG_AND_BRANCH, branch = lane::branch(branch, hz)),
            chosen: with == CompareWith::Branch(nth),
        });
    core::iter::once(kernels).chain(kept).collect()
}
