//! Scenarios and commands as text, in the normal form.

use super::entry::print_entry;
use super::filter::{print_filter, station_name};
use super::iface::print_iface;
use super::nft::print_rule;
use super::packet_print::disassemble;
use super::{Line, Scenario};
use crate::engine::command::{Command, Flood, Inject, Listen, Span};
use crate::engine::config::Config;
use crate::engine::skb::Path;
use core::fmt;

/// Prints a command as [`super::parse_command`] reads it.
#[derive(Clone, Copy, Debug)]
pub struct ShownCommand<'a>(pub &'a Command);

impl fmt::Display for ShownCommand<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Command::Inject(inject) => print_inject(inject, f),
            Command::Flood(Flood { count, inject }) => {
                write!(f, "flood {count} ")?;
                print_inject(inject, f)
            }
            Command::Hold(None) => f.write_str("hold off"),
            Command::Hold(Some(station)) => write!(f, "hold {}", station_name(*station)),
            Command::Release(skb) => write!(f, "release {skb}"),
            Command::Drop(skb) => write!(f, "drop {skb}"),
            Command::Advance(Span::NextDeadline) => f.write_str("advance next"),
            Command::Advance(Span::Jiffies(ticks)) => write!(f, "advance {ticks}j"),
            Command::Advance(Span::Millis(millis)) if millis % 1000 == 0 => {
                write!(f, "advance {}s", millis / 1000)
            }
            Command::Advance(Span::Millis(millis)) => write!(f, "advance {millis}ms"),
            Command::Gc => f.write_str("gc"),
            Command::GcSweep => f.write_str("gc sweep"),
            Command::GcAuto(true) => f.write_str("gc auto"),
            Command::GcAuto(false) => f.write_str("gc manual"),
            Command::Delete(conn) => write!(f, "delete c{conn}"),
            Command::DeleteMatching(filter) => {
                f.write_str("delete")?;
                print_filter(filter, f)
            }
            Command::Update(filter, mark) => {
                f.write_str("update")?;
                print_filter(filter, f)?;
                write!(f, " mark={mark}")
            }
            Command::Entry(entry) => print_entry(entry, f),
            Command::Flush => f.write_str("flush"),
            Command::Resize(buckets) => write!(f, "resize {buckets}"),
            Command::SetSysctl(key, value) => write!(f, "sysctl {}={value}", key.info().name),
            Command::Listen(Listen::Off) => f.write_str("events off"),
            Command::Listen(Listen::On) => f.write_str("events on"),
            Command::Listen(Listen::Slow) => f.write_str("events slow"),
            Command::Netns(name) => write!(f, "netns {}", name.as_str()),
            Command::Cpu(cpu) => write!(f, "cpu {cpu}"),
            Command::Iface(iface) => print_iface(iface, f),
            Command::AddRule(rule) => print_rule(rule, f),
            Command::FlushRules => f.write_str("nft flush"),
        }
    }
}

fn print_inject(inject: &Inject, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Inject {
        bytes,
        path,
        iif,
        hold_at,
        drop_at,
    } = inject;
    f.write_str(&disassemble(bytes))?;
    match path {
        Path::Forward => {}
        Path::Input => f.write_str(" path=input")?,
        Path::Output => f.write_str(" path=output")?,
    }
    if let Some(iif) = iif {
        write!(f, " in={iif}")?;
    }
    for (key, at) in [("hold", hold_at), ("drop", drop_at)] {
        if let Some(station) = at {
            write!(f, " {key}={}", station_name(*station))?;
        }
    }
    Ok(())
}

/// The command and, behind `#`, its note.
impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Line { command, note } = self;
        write!(f, "{}", ShownCommand(command))?;
        match note {
            Some(note) => write!(f, "  # {note}"),
            None => Ok(()),
        }
    }
}

/// The normal form: a config line if something is not as by default, then a line per command.
impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Scenario { config, lines } = self;
        if *config != Config::default() {
            print_config(config, f)?;
        }
        lines.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

fn print_config(config: &Config, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Config {
        profile,
        hz,
        buckets,
        seed,
        hash_mix,
        cpus,
        max,
    } = config;
    let default = Config::default();
    f.write_str("config")?;
    if *profile != default.profile {
        write!(f, " profile={}", profile.name())?;
    }
    if *hz != default.hz {
        write!(f, " hz={}", hz.per_second())?;
    }
    if *buckets != default.buckets {
        write!(f, " buckets={buckets}")?;
    }
    if *seed != default.seed {
        write!(f, " seed={seed:#010x}")?;
    }
    if *hash_mix != default.hash_mix {
        write!(f, " hash_mix={hash_mix:#010x}")?;
    }
    if *cpus != default.cpus {
        write!(f, " cpus={cpus}")?;
    }
    if let Some(max) = max {
        write!(f, " max={max}")?;
    }
    f.write_str("\n")
}
