//! A run as JSON, step by step.
//!
//! | field | what it is |
//! |---|---|
//! | `format`, `version` | `ctscope.trace`, 1 |
//! | `kernel` | whose behaviour it is |
//! | `scenario` | the text that makes the same run again |
//! | `commands` | each with its line, note, clock, and what came of it |
//! | `steps` | each with its place, phase, figure, function, file, sentences and changed fields |
//! | `left_off` | steps behind these, which are not in the file |

use super::json::Lines;
use crate::engine::{Conntrack, Fate, NoProbe, Outcome};
use crate::scenario::{Scenario, ShownCommand};
use crate::timeline::{Cursor, Grain, Timeline};
use crate::view::functions;
use crate::view::model::Selection;
use crate::view::narrate::{drop_reason, why};
use crate::view::scene::Scene;
use serde_json::{Map, Value, json};

/// What the file says it is.
pub const TRACE_FORMAT: &str = "ctscope.trace";
const VERSION: u32 = 1;
/// Most steps in a file.
pub const TRACE_STEPS_MAX: u32 = 5_000;

/// The log of a timeline, told from its first command on. The cursor moves.
pub fn trace(timeline: &mut Timeline) -> String {
    let scenario = timeline.scenario();
    let mut lines = Lines::new(TRACE_FORMAT, VERSION);
    lines.field("kernel", scenario.config.profile.name());
    lines.field("scenario", scenario.to_string());
    lines.list("commands", commands(&scenario));
    let total = timeline.total();
    let told = total.min(TRACE_STEPS_MAX);
    lines.list("steps", (1..=told).map(|position| step(timeline, position)));
    lines.field("left_off", total - told);
    lines.finish()
}

fn commands(scenario: &Scenario) -> impl Iterator<Item = Value> {
    let mut ct = Conntrack::new(&scenario.config);
    (1_u32..).zip(&scenario.lines).map(move |(nth, line)| {
        let outcome = ct.apply(&line.command, &mut NoProbe);
        json!({
            "command": nth,
            "line": ShownCommand(&line.command).to_string(),
            "note": line.note,
            "jiffies": ct.now.0,
            "uptime_ms": ct.hz().millis_since(ct.uptime),
            "outcome": self::outcome(&outcome),
            "entries": ct.count(),
        })
    })
}

fn outcome(outcome: &Outcome) -> Value {
    let mut map = Map::new();
    if let Some(skb) = outcome.skb {
        map.insert("packet".into(), skb.to_string().into());
        map.insert("ctinfo".into(), outcome.ctinfo.map(|it| it.name()).into());
        map.insert("conn".into(), outcome.conn.map(|it| it.to_string()).into());
    }
    let fate = outcome.fate.map(|fate| match fate {
        Fate::Accepted => "accepted".to_owned(),
        Fate::Queued => "queued".to_owned(),
        Fate::Held(at) => format!("held at {}", at.name()),
        Fate::Dropped(at, why) => format!("dropped at {}: {}", at.name(), drop_reason(why)),
    });
    if let Some(fate) = fate {
        map.insert("fate".into(), fate.into());
    }
    if outcome.deleted > 0 {
        map.insert("deleted".into(), outcome.deleted.into());
    }
    if outcome.updated > 0 {
        map.insert("updated".into(), outcome.updated.into());
    }
    map.into()
}

fn step(timeline: &mut Timeline, position: u32) -> Value {
    timeline.seek(position);
    let Cursor { command, step } = timeline.cursor();
    let moment = timeline.moment(Grain::Change);
    let scene = Scene {
        state: &moment.state,
        before: &moment.before,
        steps: &moment.trace.steps,
        fresh: moment.fresh.clone(),
        line: moment.line.as_deref(),
        selection: Selection::Step,
    };
    let why = why(&scene);
    let profile = scene.state.profile();
    let meta = scene.step().map(|step| step.meta());
    let changed: Vec<Value> = why
        .changed
        .iter()
        .map(|it| json!({ "what": it.what, "old": it.old, "new": it.new, "note": it.note }))
        .collect();
    json!({
        "command": command,
        "step": step,
        "phase": meta.map(|meta| format!("{:?}", meta.phase).to_lowercase()),
        "figure": why.figure.map(|(figure, number)| format!("{figure}.{number}")),
        "function": named(meta.map_or("", |meta| functions::name(profile, meta.function))),
        "file": named(&why.file),
        "what": why.what,
        "because": why.because,
        "changed": changed,
    })
}

/// A name; what is no step of the kernel has none.
fn named(name: &str) -> Option<&str> {
    Some(name).filter(|name| !name.is_empty())
}
