//! The lanes of the log around the cursor: commands with a short label, what they did to
//! deadlines, where gc ran, and the branches that part from it.

use super::packet;
use crate::engine::time::Hz;
use crate::engine::{Command, Inject, Listen, Span};
use crate::timeline::{Branch, Cursor, Grain, Marked, Timeline};
use crate::view::model::{GhostLane, LaneItem, LaneMark, LaneSign, LaneTime, Lanes};
use crate::words::{app as w, tell};

/// Up to here the whole log is shown.
const WHOLE_MAX: u32 = 20;
/// Of a longer one so many commands.
const PAGE: u32 = 16;
/// The part that is shown moves on after so many.
const TURN: u32 = 8;
/// Room for the place before everything, in permille.
const LEAD: u32 = 8;

/// The commands that are shown, first and last.
pub type Window = (u32, u32);

/// The part of the log that the cursor is in.
pub fn window(timeline: &Timeline) -> Window {
    let len = timeline.len();
    if len <= WHOLE_MAX {
        return (1, len);
    }
    let turn = timeline.cursor().command.saturating_sub(1) / TURN * TURN;
    let first = (turn + 1).saturating_sub(TURN / 2).clamp(1, len - PAGE + 1);
    (first, first + PAGE - 1)
}

/// How wide a command wants to be: its label has to fit, and long ways want more room.
fn weight(timeline: &Timeline, n: u32, label: &str) -> u32 {
    20 + 8 * label.chars().count().min(14) as u32 + timeline.steps_of(n).min(96) / 2
}

/// The commands of a window, from left to right.
fn items(timeline: &Timeline, (first, last): Window) -> Vec<LaneItem> {
    let Cursor { command, step } = timeline.cursor();
    let hz = timeline.config().hz;
    let mut items = Vec::with_capacity(PAGE as usize);
    let mut weights = Vec::with_capacity(PAGE as usize);
    for n in first..=last {
        let Some(line) = timeline.line(n) else {
            continue;
        };
        let (when, done) = match n {
            n if n > command => (LaneTime::Future, 0),
            n if n < command => (LaneTime::Past, 1000),
            _ => {
                let steps = timeline.steps_of(n).max(1);
                let done = u64::from(step) * 1000 / u64::from(steps);
                (LaneTime::Now, done as u32)
            }
        };
        let label = label(&line.command, hz);
        weights.push(weight(timeline, n, &label));
        items.push(LaneItem {
            command: n - 1,
            label,
            kind: kind(timeline, n, &line.command),
            when,
            done,
            ..LaneItem::default()
        });
    }
    let lead = if first == 1 { LEAD } else { 0 };
    let total = weights.iter().sum::<u32>().max(1);
    let mut before = 0;
    for (item, weight) in items.iter_mut().zip(weights) {
        let x = |sum: u32| lead + (1000 - lead) * sum / total;
        item.x = x(before);
        before += weight;
        item.w = x(before) - item.x;
    }
    items
}

/// Where the cursor is, in permille of the lane.
fn head(items: &[LaneItem]) -> u32 {
    let now = items.iter().find(|item| item.when == LaneTime::Now);
    now.map_or(0, |item| item.x + item.w * item.done / 1000)
}

/// The lanes of a window.
pub fn lanes(timeline: &Timeline, window: Window) -> Lanes {
    let items = items(timeline, window);
    let mut marks = Vec::new();
    for item in &items {
        let n = item.command + 1;
        let steps = timeline.steps_of(n).max(1);
        let x = |step: u32| {
            let within = u64::from(item.w) * u64::from(step.min(steps)) / u64::from(steps);
            item.x + within as u32
        };
        for mark in timeline.marks_of(n) {
            let sign = match mark.what {
                Marked::Deadline(_) => LaneSign::Set,
                Marked::Expired(_) => LaneSign::Expired,
                Marked::Gc => LaneSign::Gc,
            };
            let (from, to) = match sign {
                LaneSign::Gc => (x(mark.first.saturating_sub(1)), x(mark.last)),
                _ => (x(mark.first), x(mark.first)),
            };
            let mark = LaneMark {
                x: from,
                w: to - from,
                sign,
            };
            if marks.last() != Some(&mark) {
                marks.push(mark);
            }
        }
    }
    let ghosts = (0..)
        .zip(&timeline.branches())
        .map(|(nth, branch)| ghost(nth, branch, &items, timeline.config().hz))
        .collect();
    Lanes {
        head: head(&items),
        left_out: (window.0.max(1) - 1, timeline.len() - window.1),
        marks,
        ghosts,
        items,
        ..Lanes::default()
    }
}

/// Moves the cursor to a place in the lane, on a stop of the grain.
pub fn scrub(timeline: &mut Timeline, window: Window, permille: u32, grain: Grain) {
    let items = items(timeline, window);
    let Some(item) = items.iter().rfind(|item| item.x <= permille) else {
        return timeline.seek_command(window.0.saturating_sub(1));
    };
    let within = (permille - item.x) * 1000 / item.w.max(1);
    timeline.seek_within(item.command + 1, within, grain);
}

fn ghost(nth: u32, branch: &Branch, items: &[LaneItem], hz: Hz) -> GhostLane {
    let parts = items.iter().rfind(|item| item.command < branch.after);
    let told = branch.lines.len() as u32;
    GhostLane {
        branch: nth,
        label: self::branch(branch, hz),
        x: parts.map_or(0, |item| item.x + item.w),
        commands: branch
            .lines
            .iter()
            .map(|line| label(&line.command, hz))
            .collect(),
        more: branch.commands.saturating_sub(told),
    }
}

fn kind(timeline: &Timeline, n: u32, command: &Command) -> &'static str {
    match command {
        Command::Inject(_) => {
            let ctinfo = timeline.outcome(n).and_then(|outcome| outcome.ctinfo);
            if ctinfo.is_some_and(|ctinfo| ctinfo.is_reply()) {
                "reply"
            } else {
                "original"
            }
        }
        Command::Advance(_) => "clock",
        Command::Gc | Command::GcSweep => "gc",
        _ => "other",
    }
}

/// A command in a word or two.
pub fn label(command: &Command, hz: Hz) -> String {
    match command {
        Command::Inject(Inject { bytes, .. }) => packet::label(bytes),
        Command::Flood(flood) => format!("flood {flood}", flood = flood.count),
        Command::Hold(Some(station)) => format!(
            "hold {to_lowercase}",
            to_lowercase = station.name().to_lowercase()
        ),
        Command::Hold(None) => "hold off".to_owned(),
        Command::Release(skb) => format!("release {skb}"),
        Command::Drop(skb) => format!("drop {skb}"),
        Command::Advance(span) => match *span {
            Span::Jiffies(ticks) if ticks.0 < hz.per_second() => format!("+{ticks} j"),
            Span::Jiffies(ticks) => format!("+{}", super::clock::span(hz.millis(ticks))),
            Span::Millis(millis) => format!("+{}", super::clock::span(u64::from(millis))),
            Span::NextDeadline => w::NEXT_DEADLINE.text().to_owned(),
        },
        Command::Gc => "gc".to_owned(),
        Command::GcSweep => "gc sweep".to_owned(),
        Command::GcAuto(auto) => format!("gc {auto}", auto = if *auto { "auto" } else { "manual" }),
        Command::Delete(number) => format!("delete c{number}"),
        Command::DeleteMatching(_) => "conntrack -D".to_owned(),
        Command::Update(..) => "conntrack -U".to_owned(),
        Command::Entry(_) => "conntrack -I".to_owned(),
        Command::Flush => "flush".to_owned(),
        Command::Resize(buckets) => format!("resize {buckets}"),
        Command::SetSysctl(..) => "sysctl".to_owned(),
        Command::Listen(mode) => match mode {
            Listen::Off => "events off".to_owned(),
            Listen::On => "events on".to_owned(),
            Listen::Slow => "events slow".to_owned(),
        },
        Command::Netns(name) => format!("netns {name}", name = name.as_str()),
        Command::Cpu(cpu) => format!("cpu {cpu}"),
        Command::Iface(iface) => format!("iface {iface}", iface = iface.name),
        Command::AddRule(_) => "rule".to_owned(),
        Command::FlushRules => w::NO_RULES.text().to_owned(),
    }
}

/// A kept branch: what it began with, how long it is, and where it parts from the log.
pub fn branch(branch: &Branch, hz: Hz) -> String {
    let Branch {
        after,
        begins,
        commands,
        ..
    } = branch;
    let begins = begins.as_ref().map(|line| label(&line.command, hz));
    match (begins, commands) {
        (None, _) => tell!(w::THE_LOG_UP_TO, after),
        (Some(begins), 1) => tell!(w::BEGINS_AFTER_COMMAND_AFTER, begins, after),
        (Some(begins), n) => tell!(w::BEGINS_AND_N_MORE, begins, n = n - 1, after),
    }
}
