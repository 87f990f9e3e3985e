//! Ready-made scenarios, from `static/scenarios`.

use super::Scenario;
use crate::engine::Profile;

/// A ready-made scenario.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Preset {
    /// The name of its file, for links and tests.
    pub name: &'static str,
    /// What the button says.
    pub title: &'static str,
    /// What there is to see, in a sentence.
    pub about: &'static str,
    /// The scenario.
    pub text: &'static str,
}

macro_rules! preset {
    ($name:literal, $title:literal, $about:literal) => {
        Preset {
            name: $name,
            title: $title,
            about: $about,
            text: include_str!(concat!("../../static/scenarios/", $name, ".ct")),
        }
    };
}

/// Every ready-made scenario, in the order in which the article tells things.
pub const PRESETS: [Preset; 22] = [
    preset!(
        "first-packet",
        "First packet",
        "The article's packet: its tuple, its new connection, and the answer that finds it."
    ),
    preset!(
        "collision",
        "Collision",
        "Different tuples hang in the same bucket, and a lookup walks the chain."
    ),
    preset!(
        "held-packet",
        "Held packet",
        "A packet waits before it is confirmed, and its connection on the unconfirmed list."
    ),
    preset!(
        "drop-before-confirm",
        "Dropped before confirm",
        "A new connection dies with its packet and never comes into the table."
    ),
    preset!(
        "handshake",
        "TCP from open to close",
        "Every state from SYN_SENT to TIME_WAIT."
    ),
    preset!(
        "tcp-windows",
        "TCP windows",
        "Four bounds for each segment, a window that closes, and numbers that begin again at 0."
    ),
    preset!(
        "udp-stream",
        "UDP stream",
        "Unreplied, replied to, assured, and the longer timeout of a stream."
    ),
    preset!(
        "icmp-echo",
        "Ping",
        "Type, code and identifier stand where others have ports."
    ),
    preset!(
        "icmp-error",
        "ICMP error",
        "An error is related to the connection that it quotes."
    ),
    preset!(
        "expiry-and-gc",
        "Expiry and gc",
        "An entry outlives its time until gc, or a lookup, comes by."
    ),
    preset!(
        "timeout-policy",
        "Timeout policy",
        "A rule gives some connections other timeouts than the settings of their namespace."
    ),
    preset!(
        "slow-listener",
        "Slow listener",
        "The last event cannot be delivered, so the entry waits on the dying list."
    ),
    preset!(
        "table-full",
        "Table full",
        "A newcomer pushes out an entry that is not assured, or is dropped."
    ),
    preset!(
        "two-namespaces",
        "Two namespaces",
        "The same tuple twice, in one table, for two namespaces."
    ),
    preset!(
        "one-bucket",
        "Equal tuples, one bucket",
        "A lookup passes an equal tuple by that is another namespace's."
    ),
    preset!(
        "resize",
        "Resize",
        "Every tuplehash moves when the number of buckets changes."
    ),
    preset!(
        "flood",
        "Flood",
        "Thousands of flows at once, and how evenly they hang in the table."
    ),
    preset!(
        "nat",
        "NAT and the reply tuple",
        "Many hosts behind one address: NAT changes the reply tuple, and packets follow it."
    ),
    preset!(
        "ftp-expectation",
        "FTP expectation",
        "A helper reads of a connection before it comes, and it is RELATED when it does."
    ),
    preset!(
        "fragments",
        "Fragments",
        "Pieces of a datagram wait in front of conntrack until all of it is there."
    ),
    preset!(
        "zones",
        "Zones",
        "The same tuple from two customers, kept apart by zones."
    ),
    preset!(
        "in-6-18",
        "In Linux 6.18",
        "No unconfirmed list, another hash, another gc: the life of an entry in a newer kernel."
    ),
];

impl Preset {
    /// The preset of this name.
    pub fn by_name(name: &str) -> Option<&'static Preset> {
        PRESETS.iter().find(|preset| preset.name == name)
    }

    /// The preset that this scenario is, to the last note, on its kernel or on another.
    pub fn on_any_kernel(scenario: &Scenario) -> Option<&'static Preset> {
        let own = scenario.config.profile;
        let others = Profile::ALL.into_iter().filter(|other| *other != own);
        [own].into_iter().chain(others).find_map(|profile| {
            let mut alike = scenario.clone();
            alike.config.profile = profile;
            Preset::of(&alike)
        })
    }

    /// The preset that this scenario is, to the last note.
    pub fn of(scenario: &Scenario) -> Option<&'static Preset> {
        let commands = |preset: &Preset| {
            let lines = preset.text.lines();
            let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
            lines.filter(|line| !line.starts_with("config")).count()
        };
        let alike = |preset: &&Preset| commands(preset) == scenario.lines.len();
        let is = |preset: &&Preset| Scenario::parse(preset.text).as_ref() == Ok(scenario);
        PRESETS.iter().filter(alike).find(is)
    }
}
