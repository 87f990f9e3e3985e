//! A run as plain text, command by command: what came in, what conntrack made of it, and what the
//! tools would show then.

use super::narrate::drop_reason;
use super::{expects, listing, names, refusal, texts};
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

/// What files and tools show when the run is over, each under its name; what is empty is left out.
pub fn ending(ct: &Conntrack) -> String {
    let cpus = 0..ct.config.cpus;
    let told = [
        ("/proc/net/nf_conntrack", listing::proc_lines(ct)),
        ("/proc/net/nf_conntrack_expect", expects::proc_lines(ct)),
        ("conntrack -L expect", expects::list_lines(ct)),
        ("/proc/net/stat/nf_conntrack", listing::stat_lines(ct)),
        (
            "conntrack -S",
            cpus.map(|cpu| texts::stats_line(ct, ct.net, cpu)).collect(),
        ),
    ];
    let mut out = String::new();
    for (name, lines) in told.iter().filter(|(_, lines)| !lines.is_empty()) {
        // Writing into a string cannot fail, here and below.
        let _ = writeln!(out, "\n{name}");
        for line in lines.iter().take(SHOWN) {
            let _ = writeln!(out, "      {}", line.trim_end());
        }
        if lines.len() > SHOWN {
            let _ = writeln!(out, "      and {} more lines", lines.len() - SHOWN);
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
