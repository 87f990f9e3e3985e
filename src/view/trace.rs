//! A run as plain text, command by command: what came in, what conntrack made of it, and what the
//! tools would show then.

use super::narrate::drop_reason;
use super::{names, refusal, texts};
use crate::engine::skb::CtInfo;
use crate::engine::{Command, Conntrack, Fate, Outcome, Seen};
use crate::scenario::packet_print::disassemble;
use crate::scenario::{Line, ShownCommand};
use core::fmt::Write;

/// Entries and events of one command that are shown.
const SHOWN: usize = 20;

/// What a command did: `ct` is the machine after it, `heard` the events told before it, `nth` its
/// number from 1.
pub fn command(ct: &Conntrack, nth: usize, line: &Line, outcome: &Outcome, heard: u32) -> String {
    let millis = ct.uptime * 1000 / u64::from(ct.hz().per_second());
    let mut out = format!("{nth}. {}", names::duration(millis));
    // Writing into a string cannot fail, here and below.
    let _ = match &line.command {
        Command::Inject(inject) => {
            let side = inject
                .iif
                .map(|name| format!("{name} "))
                .unwrap_or_default();
            write!(out, "  {side}{}", disassemble(&inject.bytes))
        }
        other => write!(out, "  {}", ShownCommand(other)),
    };
    if let Some(note) = &line.note {
        let _ = write!(out, "   # {note}");
    }
    out.push('\n');
    let mut tell = |text: &str| {
        let _ = writeln!(out, "      {text}");
    };
    if let Some(refused) = &outcome.refused {
        tell(&refusal::refusal(refused));
        return out;
    }
    for (nth, seen) in outcome.seen.iter().enumerate() {
        let conn = match (nth, outcome.conn) {
            (0, Some(conn)) => format!(", {conn}"),
            _ => String::new(),
        };
        tell(&format!("{}: {}{conn}", seen.hook.name(), state(seen)));
    }
    if let Some(fate) = outcome.fate {
        tell(&fate_text(fate));
    }
    for sent in &outcome.sent {
        tell(&format!("out {} {}", sent.oif, disassemble(&sent.bytes)));
    }
    let entries: Vec<String> = texts::in_table(ct)
        .map(|conn| {
            format!(
                "{}  {}",
                conn.id,
                texts::conntrack_line(conn, ct.now, ct.hz())
            )
        })
        .collect();
    let events = ct.listener.heard.iter().filter(|event| event.seq > heard);
    let events: Vec<String> = events
        .map(|event| texts::event_line(event, ct.hz()))
        .collect();
    for (lines, what) in [(entries, "entries"), (events, "events")] {
        lines.iter().take(SHOWN).for_each(|line| tell(line));
        if lines.len() > SHOWN {
            tell(&format!("and {} more {what}", lines.len() - SHOWN));
        }
    }
    out
}

fn state(seen: &Seen) -> &'static str {
    match seen.ctinfo {
        None => "invalid",
        Some(CtInfo::Untracked) => "untracked",
        Some(CtInfo::New) => "new, original",
        Some(CtInfo::Established) => "established, original",
        Some(CtInfo::EstablishedReply) => "established, reply",
        Some(CtInfo::Related) => "related, original",
        Some(CtInfo::RelatedReply) => "related, reply",
    }
}

fn fate_text(fate: Fate) -> String {
    match fate {
        Fate::Accepted => "accepted".to_owned(),
        Fate::Held(at) => format!("waits at {}", at.name()),
        Fate::Queued => "waits for the other fragments".to_owned(),
        Fate::Dropped(at, cause) => format!("dropped at {}: {}", at.name(), drop_reason(cause)),
    }
}
