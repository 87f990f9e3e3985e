//! The packet lane: the commands of the log around the cursor, each with a short label.

use super::packet;
use crate::engine::time::Hz;
use crate::engine::{Command, Inject, Listen, Span};
use crate::timeline::{Branch, Cursor, Timeline};
use crate::view::model::{LaneItem, LaneTime};

/// Commands shown before the cursor's.
const BEFORE: u32 = 30;
/// Commands shown behind it.
const BEHIND: u32 = 30;

/// The commands around the cursor.
pub fn lane(timeline: &Timeline) -> Vec<LaneItem> {
    let Cursor { command, step } = timeline.cursor();
    let first = command.saturating_sub(BEFORE).max(1);
    let last = command.saturating_add(BEHIND).min(timeline.len());
    let hz = timeline.config().hz;
    let mut lane = Vec::with_capacity((BEFORE + BEHIND + 1) as usize);
    for n in first..=last {
        let Some(line) = timeline.line(n) else {
            continue;
        };
        let steps = timeline.steps_of(n);
        let (when, done) = match n {
            n if n > command => (LaneTime::Future, 0),
            n if n < command => (LaneTime::Past, 1000),
            _ => (
                LaneTime::Now,
                (u64::from(step) * 1000 / u64::from(steps.max(1))) as u32,
            ),
        };
        lane.push(LaneItem {
            command: n - 1,
            label: label(&line.command, hz),
            kind: kind(timeline, n, &line.command),
            when,
            done,
        });
    }
    lane
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
        Command::Gc | Command::GcSweep | Command::GcAuto(_) => "gc",
        _ => "other",
    }
}

/// A command in a word or two.
pub fn label(command: &Command, hz: Hz) -> String {
    match command {
        Command::Inject(Inject { bytes, .. }) => packet::label(bytes),
        Command::Flood(flood) => format!("flood {}", flood.count),
        Command::Hold(Some(station)) => format!("hold {}", station.name().to_lowercase()),
        Command::Hold(None) => "hold off".to_owned(),
        Command::Release(skb) => format!("release {skb}"),
        Command::Drop(skb) => format!("drop {skb}"),
        Command::Advance(span) => match *span {
            Span::Jiffies(ticks) if ticks.0 < hz.per_second() => format!("+{ticks} j"),
            Span::Jiffies(ticks) => format!("+{}", super::clock::span(hz.millis(ticks))),
            Span::Millis(millis) => format!("+{}", super::clock::span(u64::from(millis))),
            Span::NextDeadline => "next deadline".to_owned(),
        },
        Command::Gc => "gc".to_owned(),
        Command::GcSweep => "gc sweep".to_owned(),
        Command::GcAuto(auto) => format!("gc {}", if *auto { "auto" } else { "manual" }),
        Command::Delete(number) => format!("delete c{number}"),
        Command::DeleteMatching(_) => "conntrack -D".to_owned(),
        Command::Update(..) => "conntrack -U".to_owned(),
        Command::Flush => "flush".to_owned(),
        Command::Resize(buckets) => format!("resize {buckets}"),
        Command::SetSysctl(..) => "sysctl".to_owned(),
        Command::Listen(mode) => match mode {
            Listen::Off => "events off".to_owned(),
            Listen::On => "events on".to_owned(),
            Listen::Slow => "events slow".to_owned(),
        },
        Command::Netns(name) => format!("netns {}", name.as_str()),
        Command::Cpu(cpu) => format!("cpu {cpu}"),
        Command::Iface(iface) => format!("iface {}", iface.name),
        Command::AddRule(_) => "rule".to_owned(),
        Command::FlushRules => "no rules".to_owned(),
    }
}

/// A kept branch: what it began with, how long it is, and where it parts from the log.
pub fn branch(branch: &Branch, hz: Hz) -> String {
    let Branch {
        after,
        begins,
        commands,
    } = branch;
    let begins = begins.as_ref().map(|line| label(&line.command, hz));
    match (begins, commands) {
        (None, _) => format!("the log up to command {after}"),
        (Some(begins), 1) => format!("{begins}, after command {after}"),
        (Some(begins), n) => format!("{begins} and {} more, after command {after}", n - 1),
    }
}
