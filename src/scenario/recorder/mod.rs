//! The recorder's JSON: a scenario, or a recording, which is a scenario with what a kernel did at
//! each step.
//!
//! A step does one thing (`inject`, `advance_ms`, `sysctl`, `rules`, `delete`, `update`, `flush`,
//! `fill`, `read_sysctl`); in a recording it also has a time and what was seen after it. What was
//! seen stays JSON, so that a field that nobody here knows is a difference and not lost.

mod commands;
mod describe;
mod print;
mod read;
mod rules;

pub use commands::arrival;
pub use describe::describe;
pub use print::{flat, hex, layout};
pub use read::{JsonError, read};

use crate::engine::Profile;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Longest JSON text that is read, in bytes.
pub const JSON_BYTES_MAX: usize = 16 << 20;
/// Most steps of a recording.
pub const STEPS_MAX: usize = 100_000;
/// Most flows that one step lets through the router.
pub const FLOWS_MAX: u32 = 1 << 20;
/// Latest time at which a step may begin, in milliseconds: a hundred years.
pub const TIME_MS_MAX: u64 = 100 * 365 * 86_400_000;
/// Milliseconds that a step takes.
pub const SLOT_MS: u64 = 20;
/// The same for a step that has to run a command.
pub const SLOT_COMMAND_MS: u64 = 80;
/// Seconds by which a timeout may differ from the recorded one.
pub const TOLERANCE_SECS: u64 = 2;

/// A scenario or a recording.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recording {
    /// Its name; empty if it has none.
    #[serde(default)]
    pub name: String,
    /// What it is about.
    #[serde(default)]
    pub description: String,
    /// What is listed after each step.
    #[serde(default)]
    pub record: Option<Record>,
    /// NAT draws ports at random; one that is not listed here is shown as `*`.
    #[serde(default)]
    pub known_ports: Option<Vec<u16>>,
    /// Release of the kernel that was recorded; absent in a scenario.
    #[serde(default)]
    pub kernel: Option<String>,
    /// How late the latest step came.
    #[serde(default)]
    pub late_ms: Option<u64>,
    /// Seconds by which timeouts may differ.
    #[serde(default)]
    pub tolerance_s: Option<u64>,
    /// Devices, addresses and routes of the router; the sides that are missing are as in
    /// [`Topology::default`].
    #[serde(default)]
    pub topology: Topology,
    /// What is done, in order.
    #[serde(deserialize_with = "read::steps")]
    pub steps: Vec<Step>,
    /// The table at the end as the tools print it.
    #[serde(default, rename = "final")]
    pub last: Option<Final>,
}

/// What is listed after each step.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The table.
    #[serde(default = "yes")]
    pub entries: bool,
    /// The events.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub events: bool,
    /// The bytes of packets that came out.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub hex: bool,
}

const fn yes() -> bool {
    true
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde hands over a reference
const fn is_true(flag: &bool) -> bool {
    *flag
}

impl Default for Record {
    fn default() -> Record {
        Record {
            entries: true,
            events: true,
            hex: true,
        }
    }
}

/// The two sides of the router.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Topology {
    /// Where clients are.
    #[serde(default = "inside")]
    pub a: SideConfig,
    /// Where everything else is.
    #[serde(default = "outside")]
    pub b: SideConfig,
}

/// A device of the router.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SideConfig {
    /// Largest packet that leaves by it, in bytes; 1500 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mtu: Option<u32>,
    /// Its addresses, with the length of their prefix.
    pub addrs: Vec<String>,
    /// Networks behind it; `default` and `::/0` are everything.
    #[serde(default)]
    pub routes: Vec<String>,
}

fn inside() -> SideConfig {
    side_config(["10.0.0.1/24", "2001:db8:a::1/64"], &[])
}

fn outside() -> SideConfig {
    side_config(["192.0.2.1/24", "2001:db8:b::1/64"], &["default", "::/0"])
}

fn side_config(addrs: [&str; 2], routes: &[&str]) -> SideConfig {
    SideConfig {
        mtu: None,
        addrs: addrs.map(str::to_owned).to_vec(),
        routes: routes.iter().map(|&route| route.to_owned()).collect(),
    }
}

impl Default for Topology {
    fn default() -> Topology {
        Topology {
            a: inside(),
            b: outside(),
        }
    }
}

/// A device of the router, and the hosts behind it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Where clients are.
    A,
    /// Where everything else is.
    B,
}

impl Side {
    /// As JSON and nft name it.
    pub const fn name(self) -> &'static str {
        match self {
            Side::A => "a",
            Side::B => "b",
        }
    }

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Side {
        match self {
            Side::A => Side::B,
            Side::B => Side::A,
        }
    }
}

/// One step; a recorded one has [`Step::t_ms`] and what follows it.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Step {
    /// A remark.
    pub note: Option<String>,
    /// A packet arrives.
    pub inject: Option<Injected>,
    /// Time passes, in milliseconds.
    pub advance_ms: Option<u32>,
    /// Settings below `net.netfilter`.
    #[serde(deserialize_with = "read::settings")]
    pub sysctl: Option<Vec<(String, u32)>>,
    /// These rules take the place of all others.
    pub rules: Option<Vec<Map<String, Value>>>,
    /// Rules in nft's words; in a recording, [`Step::rules`] as they were loaded.
    pub nft: Option<String>,
    /// `conntrack -D`.
    pub delete: Option<Selected>,
    /// `conntrack -U`.
    pub update: Option<Selected>,
    /// `conntrack -F`.
    pub flush: Option<bool>,
    /// Many flows at once.
    pub fill: Option<Fill>,
    /// All settings whose name begins so are noted.
    pub read_sysctl: Option<String>,

    /// When the step began, in milliseconds.
    pub t_ms: Option<u64>,
    /// `ct state` of the packet, right behind conntrack.
    pub state: Option<String>,
    /// Its direction.
    pub dir: Option<String>,
    /// The same at every hook, if there were several.
    pub ct_path: Option<Vec<Map<String, Value>>>,
    /// The kernel's own words on it.
    pub log_invalid: Option<Vec<String>>,
    /// `accept`, `drop` or `answered`.
    pub verdict: Option<String>,
    /// What came out.
    pub out: Option<Vec<Map<String, Value>>>,
    /// Exit status of `conntrack`.
    pub rc: Option<i32>,
    /// Settings by name.
    pub values: Option<Map<String, Value>>,
    /// The table.
    pub entries: Option<Vec<Map<String, Value>>>,
    /// What `conntrack -E` heard.
    pub events: Option<Vec<Map<String, Value>>>,
    /// Expected connections, if there are any.
    pub expectations: Option<Vec<Map<String, Value>>>,
    /// Entries, by the counter.
    pub count: Option<u64>,
    /// Counters that moved.
    pub stats: Option<Map<String, Value>>,
}

/// A packet that arrives.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Injected {
    /// Where.
    pub side: Side,
    /// As a packet line.
    #[serde(default)]
    pub packet: Option<String>,
    /// Its bytes, from the IP header on, in hexadecimal; these count if both are given.
    #[serde(default)]
    pub hex: Option<String>,
}

/// Entries that `conntrack -D` and `-U` are about: everything that is given must fit.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Selected {
    /// Layer 4 protocol, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proto: Option<String>,
    /// Source of the original tuple.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub src: Option<String>,
    /// Its destination.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dst: Option<String>,
    /// Its source port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sport: Option<u16>,
    /// Its destination port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dport: Option<u16>,
    /// Source of the reply tuple.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_src: Option<String>,
    /// Its destination.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_dst: Option<String>,
    /// Zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<u16>,
    /// The mark: to select by in a deletion, to set in an update.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark: Option<u32>,
    /// State of the protocol.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// A new timeout, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<u32>,
}

/// Flow *i* has the source `first_src + i / 50000` and the source port `10000 + i % 50000`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Fill {
    /// What a flow consists of.
    pub kind: FillKind,
    /// How many, at most [`FLOWS_MAX`].
    pub n: u32,
    /// Source of the first.
    pub first_src: std::net::Ipv4Addr,
    /// Destination of all, with its port.
    pub dst: std::net::SocketAddrV4,
}

/// What a flow of [`Fill`] consists of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FillKind {
    /// One packet.
    Udp,
    /// An ACK, one back, and an ACK.
    TcpAssured,
}

/// The table at the end of a recording, as text.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Final {
    /// `/proc/net/nf_conntrack`, sorted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proc_net_nf_conntrack: Option<Vec<String>>,
    /// `conntrack -L -o extended`, IPv4 and then IPv6, each sorted.
    #[serde(rename = "conntrack_L", skip_serializing_if = "Option::is_none")]
    pub conntrack_l: Option<Vec<String>>,
}

/// The profile that follows this kernel, by its release.
pub fn profile_of(release: &str) -> Option<Profile> {
    Profile::ALL.into_iter().find(|profile| {
        let rest = release.strip_prefix(profile.name());
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
    })
}

impl Step {
    /// Milliseconds until the next step of a scenario: a slot, and what it lets pass.
    pub fn takes_ms(&self) -> u64 {
        let quick = self.inject.is_some() || self.advance_ms.is_some() || self.sysctl.is_some();
        let slot = if quick { SLOT_MS } else { SLOT_COMMAND_MS };
        slot + u64::from(self.advance_ms.unwrap_or(0))
    }
}

impl Recording {
    /// When each step begins: as recorded, or from slot to slot.
    pub fn times_ms(&self) -> Vec<u64> {
        let mut due = 0;
        let begin = |step: &Step| {
            let at = step.t_ms.unwrap_or(due);
            due = at + step.takes_ms();
            at
        };
        self.steps.iter().map(begin).collect()
    }

    /// Seconds by which timeouts may differ.
    pub fn tolerance_secs(&self) -> u64 {
        self.tolerance_s.unwrap_or(TOLERANCE_SECS)
    }

    /// What is listed after each step.
    pub fn listed(&self) -> Record {
        self.record.unwrap_or_default()
    }
}
