//! A scenario played with its invariants watched, as far as it is worth it.

use crate::seen::{Seen, Watcher};
use ctscope::engine::command::{Inject, NetName, Span};
use ctscope::engine::{Command, Conntrack, Listen, NoProbe, Outcome};
use ctscope::scenario::Scenario;

/// Work at which playing stops, in buckets and connections looked at.
const WORK_MAX: u64 = 2_000_000;

/// Buckets and connections that a command looks at, about.
fn work(command: &Command, ct: &Conntrack) -> u64 {
    let (size, conns) = (u64::from(ct.table.size()), ct.conns.len() as u64);
    let command = match command {
        Command::Resize(buckets) => 8 * (size + u64::from(*buckets)),
        Command::Inject(Inject { bytes, .. }) => bytes.len() as u64,
        // Each of its packets takes some fifty steps, and every step may be checked.
        Command::Flood(flood) => 100 * u64::from(flood.count).pow(2),
        Command::Advance(_) | Command::Gc | Command::GcSweep | Command::Flush => size,
        Command::DeleteMatching(_) | Command::Update(..) => size,
        _ => 1,
    };
    // The checks look at the whole machine too.
    command + size + 8 * conns
}

/// Plays a scenario and checks the machine after every command; `strict` also at every step, and
/// that what is refused changes nothing. Gives the machine.
pub fn play(scenario: &Scenario, strict: bool, seen: &mut Seen) -> Result<Conntrack, String> {
    let mut ct = Conntrack::new(&scenario.config);
    let mut done = 0;
    for (nth, line) in (1..).zip(&scenario.lines) {
        done += work(&line.command, &ct);
        if done > WORK_MAX {
            break;
        }
        let before = strict.then(|| ct.digest());
        let mut watcher = Watcher::new(seen, strict);
        let outcome = ct.apply(&line.command, &mut watcher);
        if let Some(broken) = watcher.broken {
            return Err(format!("{broken}, in command {nth}"));
        }
        note(seen, &ct, &line.command, &outcome);
        let refused = outcome.refused.is_some();
        if refused && before.is_some_and(|before| before != ct.digest()) {
            let refusal = outcome.refused;
            return Err(format!(
                "refused, but changed: {refusal:?} of command {nth}"
            ));
        }
        let violations = ct.check_invariants();
        if !violations.is_empty() {
            return Err(format!("invariant: {violations:?} after command {nth}"));
        }
    }
    Ok(ct)
}

fn note(seen: &mut Seen, ct: &Conntrack, command: &Command, outcome: &Outcome) {
    let profile = ct.profile() as u8;
    seen.note((profile, core::mem::discriminant(command)));
    let Outcome {
        refused,
        fate,
        ctinfo,
        invalid,
        sent,
        ..
    } = outcome;
    if let Some(refused) = refused {
        seen.note(("refused", core::mem::discriminant(refused)));
    }
    let fate = fate.map(|fate| core::mem::discriminant(&fate));
    let info = ctinfo.map(|info| info as u8);
    let invalid = invalid.map(|reason| core::mem::discriminant(&reason));
    seen.note((profile, fate, info, invalid, sent.len().min(3)));
    if let Some(conn) = outcome.conn.and_then(|id| ct.conns.get(id)) {
        let proto = core::mem::discriminant(&conn.proto);
        seen.note((profile, proto, conn.status.bits(), info));
    }
}

/// Everything is taken out of the machine again: nothing may be left.
pub fn empty(ct: &mut Conntrack) -> Result<(), String> {
    let apply = |ct: &mut Conntrack, command: &Command| {
        ct.apply(command, &mut NoProbe);
        let violations = ct.check_invariants();
        match violations.is_empty() {
            true => Ok(()),
            false => Err(format!(
                "invariant at the end: {violations:?} of {command:?}"
            )),
        }
    };
    apply(ct, &Command::Hold(None))?;
    apply(ct, &Command::GcAuto(true))?;
    apply(ct, &Command::Listen(Listen::On))?;
    // Fragments wait for 30 or 60 seconds, and an event that was not heard is told again.
    apply(ct, &Command::Advance(Span::Millis(120_000)))?;
    let waiting: Vec<_> = ct.skbs.iter().map(|skb| skb.id).collect();
    for id in waiting {
        apply(ct, &Command::Drop(id))?;
    }
    let nets: Vec<NetName> = ct.nets.iter().map(|net| net.name.clone()).collect();
    for _ in 0..2 {
        for net in &nets {
            apply(ct, &Command::Netns(net.clone()))?;
            apply(ct, &Command::Flush)?;
        }
        apply(ct, &Command::Advance(Span::Millis(10_000)))?;
    }
    let left: Vec<String> = ct.conns.iter().map(|conn| format!("{conn:?}")).collect();
    if !left.is_empty() {
        return Err(format!("leak: connections are left: {left:?}"));
    }
    if !ct.expects.is_empty() {
        return Err(format!("leak of expectations: {:?}", ct.expects));
    }
    Ok(())
}
