//! A recorder's scenario played on the machine, step by step, in the recorder's own terms.

mod compare;
mod entry;

pub use compare::{Difference, differences};

use crate::engine::command::{Inject, Listen, Span, TupleFilter};
use crate::engine::hooks::Station;
use crate::engine::skb::{CtInfo, Path};
use crate::engine::step::DropCause;
use crate::engine::sysctl::{SYSCTLS, Sysctl};
use crate::engine::{Command, Config, Conntrack, Fate, NoProbe, Outcome, Profile};
use crate::scenario::packet::assemble;
use crate::scenario::recorder::{Injected, Record, Recording, Side, Step, describe, hex};
use entry::Names;
use serde_json::{Map, Value};

/// Buckets of the table, unless a step needs more.
const BUCKETS: u32 = 1024;
/// `nf_conntrack_max` of a machine with enough memory.
const MAX: u32 = 262_144;

/// A recording being played.
#[derive(Debug)]
pub struct Player<'r> {
    recording: &'r Recording,
    /// The machine.
    pub ct: Conntrack,
    listed: Record,
    times_ms: Vec<u64>,
    /// Milliseconds that have passed.
    now_ms: u64,
    next: usize,
    names: Names,
    /// Events told.
    heard: u32,
    /// Counters as they were told.
    counted: [u32; crate::engine::stats::Counter::COUNT],
}

/// What one packet met.
struct Passed {
    outcome: Outcome,
    /// What came out, and where.
    out: Vec<(Side, Vec<u8>)>,
}

impl<'r> Player<'r> {
    /// A fresh machine of this kernel, before the first step.
    pub fn new(recording: &'r Recording, profile: Profile) -> Player<'r> {
        let flows = recording.steps.iter().filter_map(|step| step.fill.as_ref());
        let flows = flows.map(|fill| fill.n.min(MAX)).max().unwrap_or(0);
        let mut ct = Conntrack::new(&Config {
            profile,
            buckets: BUCKETS.max(flows.next_power_of_two()),
            max: Some(MAX),
            ..Config::default()
        });
        ct.apply(&Command::Listen(Listen::On), &mut NoProbe);
        Player {
            recording,
            ct,
            listed: recording.listed(),
            times_ms: recording.times_ms(),
            now_ms: 0,
            next: 0,
            names: Names::default(),
            heard: 0,
            counted: Default::default(),
        }
    }

    fn advance_to(&mut self, at_ms: u64) {
        while self.now_ms < at_ms {
            let by = u32::try_from(at_ms - self.now_ms).unwrap_or(u32::MAX);
            // The clock's longest jump is about 24 days at this rate.
            let by = by.min(1 << 30);
            self.ct
                .apply(&Command::Advance(Span::Millis(by)), &mut NoProbe);
            self.now_ms += u64::from(by);
        }
    }

    fn apply(&mut self, command: &Command) -> Outcome {
        self.ct.apply(command, &mut NoProbe)
    }

    /// Does what the step says, and tells what can be seen then.
    fn step(&mut self, step: &Step, at_ms: u64) -> Map<String, Value> {
        self.advance_to(at_ms);
        let mut seen = Map::new();
        if let Some(inject) = &step.inject {
            self.inject(inject, &mut seen);
        }
        if let Some(millis) = step.advance_ms {
            self.advance_to(at_ms + u64::from(millis));
        }
        for (name, value) in step.sysctl.iter().flatten() {
            if let Some(key) = Sysctl::by_name(name) {
                self.apply(&Command::SetSysctl(key, *value));
            }
        }
        if let Some(Ok(filter)) = step.delete.as_ref().map(|selected| selected.filter()) {
            let outcome = self.apply(&Command::DeleteMatching(filter));
            let rc = i32::from(outcome.deleted == 0);
            seen.insert("rc".to_owned(), rc.into());
        }
        if step.flush == Some(true) {
            self.apply(&Command::Flush);
        }
        if let Some(fill) = &step.fill {
            for (side, line) in fill.packets() {
                if let Ok(bytes) = assemble(&line) {
                    self.pass(side, bytes);
                }
            }
        }
        if let Some(prefix) = &step.read_sysctl {
            seen.insert("values".to_owned(), self.values(prefix).into());
        }
        self.look(&mut seen);
        seen
    }

    fn inject(&mut self, inject: &Injected, seen: &mut Map<String, Value>) {
        let side = inject.side;
        // The bytes were checked when the recording was read.
        let Passed { outcome, out } = self.pass(side, inject.bytes().unwrap_or_default());
        let (state, dir) = seen_state(&outcome).unzip();
        seen.insert("state".to_owned(), state.into());
        seen.insert("dir".to_owned(), dir.flatten().into());
        let verdict = if out.iter().any(|(at, _)| *at != side) {
            "accept"
        } else if out.is_empty() {
            "drop"
        } else {
            "answered"
        };
        seen.insert("verdict".to_owned(), verdict.into());
        let masked = self.recording.known_ports.is_some();
        let told = |(at, bytes): (Side, Vec<u8>)| {
            let mut told = Map::new();
            told.insert("side".to_owned(), at.name().into());
            if !masked {
                told.insert("packet".to_owned(), describe(&bytes).into());
            }
            if !masked && self.listed.hex {
                let bytes = steady(bytes, at == side);
                told.insert("hex".to_owned(), hex(&bytes).into());
            }
            Value::from(told)
        };
        let out: Vec<Value> = out.into_iter().map(told).collect();
        seen.insert("out".to_owned(), out.into());
    }

    /// A packet goes its way through the router.
    fn pass(&mut self, side: Side, bytes: Vec<u8>) -> Passed {
        let local = self.is_local(&bytes);
        let leaves = forwarded(&bytes);
        let outcome = self.apply(&Command::Inject(Inject {
            bytes,
            path: if local { Path::Input } else { Path::Forward },
            hold_at: None,
            drop_at: None,
        }));
        let mut out = Vec::new();
        if let (false, Some(Fate::Accepted), Some(bytes)) = (local, outcome.fate, leaves) {
            out.push((side.other(), bytes));
        }
        Passed { outcome, out }
    }

    /// The packet is for the router itself.
    fn is_local(&self, bytes: &[u8]) -> bool {
        let dst = match bytes.first().map(|first| first >> 4) {
            Some(4) => bytes.get(16..20),
            Some(6) => bytes.get(24..40),
            _ => None,
        };
        let topology = &self.recording.topology;
        topology.a.addrs.iter().chain(&topology.b.addrs).any(|own| {
            let addr = own.split('/').next().unwrap_or_default();
            match addr.parse() {
                Ok(std::net::IpAddr::V4(addr)) => dst == Some(&addr.octets()),
                Ok(std::net::IpAddr::V6(addr)) => dst == Some(&addr.octets()),
                Err(_) => false,
            }
        })
    }

    fn values(&self, prefix: &str) -> Map<String, Value> {
        let ct = &self.ct;
        let settings = SYSCTLS
            .iter()
            .map(|info| (info.name, ct.sysctl(ct.net, info.key).to_string()));
        let own = [
            ("nf_conntrack_buckets", ct.table.size().to_string()),
            ("nf_conntrack_count", ct.count().to_string()),
        ];
        let mut values: Vec<_> = settings
            .chain(own)
            .filter(|(name, _)| name.starts_with(prefix))
            .collect();
        values.sort();
        values
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect()
    }
}

impl Iterator for Player<'_> {
    type Item = Map<String, Value>;

    /// What was seen after the next step, in the order of a recording, without its time.
    fn next(&mut self) -> Option<Map<String, Value>> {
        let recording = self.recording;
        let step = recording.steps.get(self.next)?;
        let at_ms = self.times_ms[self.next];
        self.next += 1;
        Some(self.step(step, at_ms))
    }
}

/// The whole recording as JSON, as this machine would have been recorded; the machine as it is at
/// the end.
pub fn replay(recording: &Recording, profile: Profile) -> (Map<String, Value>, Conntrack) {
    let mut player = Player::new(recording, profile);
    let seen: Vec<_> = player.by_ref().collect();
    let steps = recording.steps.iter().zip(player.times_ms).zip(seen);
    let steps: Vec<Value> = steps
        .map(|((step, at_ms), seen)| {
            let mut told = step.doing();
            told.insert("t_ms".to_owned(), at_ms.into());
            told.extend(seen);
            told.into()
        })
        .collect();
    let mut told = recording.head(profile.name());
    told.insert("steps".to_owned(), steps.into());
    (told, player.ct)
}

/// `ct state` right behind conntrack, and the direction; `None` if it never came there.
fn seen_state(outcome: &Outcome) -> Option<(&'static str, Option<&'static str>)> {
    if let Some(Fate::Dropped(Station::Prerouting, DropCause::TableFull | DropCause::Tracker)) =
        outcome.fate
    {
        return None;
    }
    Some(match outcome.ctinfo {
        None => ("invalid", None),
        Some(CtInfo::Untracked) => ("untracked", None),
        Some(CtInfo::New) => ("new", Some("original")),
        Some(CtInfo::Established) => ("established", Some("original")),
        Some(CtInfo::EstablishedReply) => ("established", Some("reply")),
        Some(CtInfo::Related) => ("related", Some("original")),
        Some(CtInfo::RelatedReply) => ("related", Some("reply")),
    })
}

/// A packet behind the router: one hop less to live.
fn forwarded(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = bytes.to_vec();
    match bytes.first()? >> 4 {
        4 => {
            *out.get_mut(8)? = bytes.get(8)?.checked_sub(1)?;
            // RFC 1624: the checksum of a header in which one word became less by 0x0100.
            let sum = u32::from(u16::from_be_bytes([*bytes.get(10)?, *bytes.get(11)?])) + 0x0100;
            let sum = (sum + (sum >> 16)) as u16;
            out[10..12].copy_from_slice(&sum.to_be_bytes());
        }
        _ => *out.get_mut(7)? = bytes.get(7)?.checked_sub(1)?,
    }
    Some(out)
}

/// What a router draws at random is blanked: fragment ids of IPv6; id, and with it the checksum,
/// of an IPv4 packet that goes back.
fn steady(mut bytes: Vec<u8>, answer: bool) -> Vec<u8> {
    match bytes.first().map(|first| first >> 4) {
        Some(6) if bytes.len() >= 48 && bytes[6] == 44 => bytes[44..48].fill(0),
        Some(4) if answer && bytes.len() >= 12 => {
            bytes[4..6].fill(0);
            bytes[10..12].fill(0);
        }
        _ => {}
    }
    bytes
}

/// A filter that no entry fits: protocol 255 has no ports.
pub(super) fn fits_nothing() -> TupleFilter {
    TupleFilter {
        protonum: Some(255),
        sport: Some(0),
        ..TupleFilter::default()
    }
}
