//! What a step does, for the engine.

use super::{
    Fill, FillKind, Injected, JsonError, Recording, Selected, Side, SideConfig, Step, Topology,
    rules,
};
use crate::engine::addr::{Addr, L3};
use crate::engine::command::{Inject, PACKET_BYTES_MAX, Span, TupleFilter};
use crate::engine::router::IfName;
use crate::engine::skb::Path;
use crate::engine::sysctl::Sysctl;
use crate::engine::{Command, Config, Profile};
use crate::scenario::filter::PROTOCOLS;
use crate::scenario::packet::assemble;
use crate::scenario::{COMMANDS_MAX, Context, Line, NOTE_CHARS_MAX, Scenario, parse_command};
use std::net::{IpAddr, Ipv4Addr};

/// Flows of [`Fill`] that share an address.
const FLOWS_PER_ADDR: u32 = 50_000;
/// Source port of the first of them.
const FIRST_PORT: u32 = 10_000;

impl Side {
    /// Its interface.
    pub fn iface(self) -> Option<IfName> {
        IfName::new(self.name())
    }
}

impl Topology {
    /// The interfaces of the router.
    pub fn commands(&self) -> Result<Vec<Command>, JsonError> {
        [(Side::A, &self.a), (Side::B, &self.b)]
            .into_iter()
            .map(|(side, config)| iface(side, config))
            .collect()
    }
}

fn iface(side: Side, config: &SideConfig) -> Result<Command, JsonError> {
    let mut line = format!("iface {}", side.name());
    for addr in &config.addrs {
        line = format!("{line} {addr}");
    }
    for route in &config.routes {
        let route = if route == "default" {
            "0.0.0.0/0"
        } else {
            route
        };
        line = format!("{line} route {route}");
    }
    if let Some(mtu) = config.mtu {
        line = format!("{line} mtu {mtu}");
    }
    let parsed = parse_command(&line, Context::default());
    parsed.map(|line| line.command).map_err(|error| JsonError {
        path: format!("topology.{}", side.name()),
        problem: format!("{}; expected {}", error.problem, error.expected),
    })
}

impl Step {
    /// What it does, as commands; a [`Fill`] is not among them, there are too many of them.
    /// `nth` is its number, from 0.
    pub fn commands(&self, nth: usize) -> Result<Vec<Command>, JsonError> {
        let wrong =
            |field: &'static str| move |problem: String| JsonError::in_step(nth, field, problem);
        let mut commands = Vec::new();
        if let Some(inject) = &self.inject {
            let bytes = inject.bytes().map_err(wrong("inject"))?;
            commands.push(arrival(inject.side, bytes));
        }
        if let Some(millis) = self.advance_ms {
            commands.push(Command::Advance(Span::Millis(millis)));
        }
        for (name, value) in self.sysctl.iter().flatten() {
            let key = setting(name, *value)
                .map_err(|problem| JsonError::in_step(nth, &format!("sysctl.{name}"), problem))?;
            commands.push(Command::SetSysctl(key, *value));
        }
        if let Some(rules) = &self.rules {
            commands.push(Command::FlushRules);
            let added = rules::commands(rules)
                .map_err(|error| JsonError::in_step(nth, &error.path, error.problem))?;
            commands.extend(added);
        } else if self.nft.is_some() {
            let problem = "nft's own words are not understood here; expected rules".to_owned();
            return Err(wrong("nft")(problem));
        }
        if let Some(selected) = &self.delete {
            let filter = selected.filter().map_err(wrong("delete"))?;
            commands.push(Command::DeleteMatching(filter));
        }
        if let Some(selected) = &self.update {
            let mut filter = selected.filter().map_err(wrong("update"))?;
            let mark = filter.mark.take().unwrap_or_default();
            commands.push(Command::Update(filter, mark));
        }
        if self.flush == Some(true) {
            commands.push(Command::Flush);
        }
        Ok(commands)
    }

    /// Its rules as the recorder loads them.
    pub fn loaded_rules(&self) -> Option<String> {
        rules::nft_text(self.rules.as_ref()?).ok()
    }
}

/// A packet that arrives at a side of the router.
pub fn arrival(side: Side, bytes: Vec<u8>) -> Command {
    Command::Inject(Inject {
        bytes,
        path: Path::default(),
        iif: side.iface(),
        hold_at: None,
        drop_at: None,
    })
}

fn setting(name: &str, value: u32) -> Result<Sysctl, String> {
    let key = Sysctl::by_name(name)
        .ok_or_else(|| format!("{name} is not a setting that is modelled here"))?;
    let ranges = crate::engine::Profile::ALL.map(|profile| key.info().range(profile));
    if ranges.iter().any(|range| range.contains(&value)) {
        return Ok(key);
    }
    let [range, _] = ranges;
    let (min, max) = (range.start(), range.end());
    Err(format!("{value} is out of range; expected {min} to {max}"))
}

impl Injected {
    /// The packet's bytes, or what is wrong with them.
    pub fn bytes(&self) -> Result<Vec<u8>, String> {
        match (&self.hex, &self.packet) {
            (Some(hex), _) => of_hex(hex),
            (None, Some(line)) => assemble(line).map_err(|error| {
                let (problem, expected) = (&error.problem, &error.expected);
                format!(
                    "in the packet line, column {}: {problem}; expected {expected}",
                    error.column
                )
            }),
            (None, None) => Err("there is no packet; expected packet or hex".to_owned()),
        }
    }
}

fn of_hex(hex: &str) -> Result<Vec<u8>, String> {
    let digits = hex.len();
    if !(2..=2 * PACKET_BYTES_MAX).contains(&digits) || digits % 2 == 1 {
        return Err(format!(
            "hex has {digits} digits; expected an even number, 2 to {}",
            2 * PACKET_BYTES_MAX
        ));
    }
    let digit = |at: usize| {
        let found = hex.as_bytes()[at];
        char::from(found)
            .to_digit(16)
            .map(|d| d as u8)
            .ok_or_else(|| format!("digit {} of hex is none; expected 0 to 9 or a to f", at + 1))
    };
    (0..digits / 2)
        .map(|at| Ok(digit(2 * at)? << 4 | digit(2 * at + 1)?))
        .collect()
}

impl Selected {
    /// The entries that are meant, by their original tuple; what it cannot say is not looked at.
    pub fn filter(&self) -> Result<TupleFilter, String> {
        let number = |name: &String| {
            let found = PROTOCOLS.iter().find(|(known, _)| known == name);
            found.map(|(_, number)| *number).ok_or_else(|| {
                let names: Vec<&str> = PROTOCOLS.iter().map(|(name, _)| *name).collect();
                format!("{name} is not a protocol; expected {}", names.join(", "))
            })
        };
        Ok(TupleFilter {
            protonum: self.proto.as_ref().map(number).transpose()?,
            src: self.src.as_deref().map(address).transpose()?,
            dst: self.dst.as_deref().map(address).transpose()?,
            sport: self.sport,
            dport: self.dport,
            zone: self.zone,
            mark: self.mark,
        })
    }
}

/// An address as the engine has it.
pub(super) fn address(text: &str) -> Result<(L3, Addr), String> {
    match text.parse() {
        Ok(IpAddr::V4(addr)) => Ok((L3::Ipv4, Addr::v4(addr.octets()))),
        Ok(IpAddr::V6(addr)) => Ok((L3::Ipv6, Addr(addr.octets()))),
        Err(_) => Err(format!(
            "{text} is not an address; expected one such as 10.0.0.10 or 2001:db8:a::10"
        )),
    }
}

impl Fill {
    /// The packets of all flows, in order, each with the side where it arrives.
    pub fn packets(&self) -> impl Iterator<Item = (Side, String)> {
        let Fill {
            kind,
            n,
            first_src,
            dst,
            ..
        } = *self;
        (0..n).flat_map(move |flow| {
            let src = Ipv4Addr::from_bits(first_src.to_bits().wrapping_add(flow / FLOWS_PER_ADDR));
            let sport = FIRST_PORT + flow % FLOWS_PER_ADDR;
            match kind {
                FillKind::Udp => vec![(Side::A, format!("udp {src}:{sport} > {dst}"))],
                FillKind::TcpAssured => {
                    let go = format!("tcp {src}:{sport} > {dst} A seq=1 ack=1");
                    let back = format!("tcp {dst} > {src}:{sport} A seq=1 ack=1");
                    vec![(Side::A, go.clone()), (Side::B, back), (Side::A, go)]
                }
            }
        })
    }
}

/// Buckets of a table for a recording, unless a step needs more.
const BUCKETS: u32 = 1024;
/// `nf_conntrack_max` of a machine with enough memory.
const MAX: u32 = 262_144;
/// `nf_conntrack_expect_max` of such a machine.
const EXPECT_MAX: u32 = 4096;

impl Recording {
    /// The machine that it is played on.
    pub fn config(&self, profile: Profile) -> Config {
        let flows = self.steps.iter().filter_map(|step| step.fill.as_ref());
        let flows = flows.map(|fill| fill.n.min(MAX)).max().unwrap_or(0);
        Config {
            profile,
            buckets: BUCKETS.max(flows.next_power_of_two()),
            max: Some(MAX),
            ..Config::default()
        }
    }

    /// What the recorder does before the first step: the router, and settings of a machine with
    /// enough memory.
    pub fn setup(&self) -> Result<Vec<Command>, JsonError> {
        let mut commands = self.topology.commands()?;
        let settings = [
            (Sysctl::Events, 1),
            (Sysctl::LogInvalid, 255),
            (Sysctl::ExpectMax, EXPECT_MAX),
        ];
        commands.extend(settings.map(|(key, value)| Command::SetSysctl(key, value)));
        Ok(commands)
    }

    /// The same as a scenario: the router first, and between the steps the time that passes.
    pub fn scenario(&self, profile: Profile) -> Result<Scenario, JsonError> {
        let mut lines: Vec<Line> = Vec::new();
        lines.extend(self.setup()?.into_iter().map(Line::from));
        let config = self.config(profile);
        let hz = u64::from(config.hz.per_second());
        // Jiffies, so that what is cut off does not add up.
        let mut now = 0;
        for ((nth, step), at) in self.steps.iter().enumerate().zip(self.times_ms()) {
            let at = at.saturating_mul(hz) / 1000;
            if at > now {
                let millis = u32::try_from((at - now) * 1000 / hz).map_err(|_| {
                    JsonError::in_step(nth, "t_ms", "it is too far from the step before")
                })?;
                lines.push(Command::Advance(Span::Millis(millis)).into());
            }
            let passes = config.hz.ticks_of_millis(step.advance_ms.unwrap_or(0));
            now = now.max(at) + u64::from(passes.0);
            let first = lines.len();
            lines.extend(step.commands(nth)?.into_iter().map(Line::from));
            let fill = step.fill.iter().flat_map(Fill::packets);
            for (side, line) in fill.take(COMMANDS_MAX) {
                let bytes = assemble(&line)
                    .map_err(|error| JsonError::in_step(nth, "fill", error.problem))?;
                lines.push(arrival(side, bytes).into());
            }
            if lines.len() > COMMANDS_MAX {
                let problem = format!("a scenario has at most {COMMANDS_MAX} commands");
                return Err(JsonError {
                    path: format!("steps[{nth}]"),
                    problem,
                });
            }
            if let Some(line) = lines.get_mut(first) {
                line.note = step.note.as_deref().and_then(one_line);
            }
        }
        Ok(Scenario { config, lines })
    }
}

/// A remark as a scenario can hold it.
fn one_line(note: &str) -> Option<String> {
    let words: Vec<&str> = note.split_whitespace().collect();
    let line: String = words.join(" ").chars().take(NOTE_CHARS_MAX).collect();
    (!line.is_empty()).then_some(line)
}
