//! Ready-made scenarios, from `static/scenarios`.

use super::Scenario;
use crate::engine::Profile;
use crate::words::{Plain, presets as w};

/// A ready-made scenario.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Preset {
    /// The name of its file, for links and tests.
    pub name: &'static str,
    /// What the button says.
    pub title: Plain,
    /// What there is to see, in a sentence.
    pub about: Plain,
    /// The scenario.
    pub text: &'static str,
}

macro_rules! preset {
    ($name:literal, $title:expr, $about:expr) => {
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
    preset!("first-packet", w::FIRST_PACKET, w::FIRST_PACKET_ABOUT),
    preset!("collision", w::COLLISION, w::COLLISION_ABOUT),
    preset!("held-packet", w::HELD_PACKET, w::HELD_PACKET_ABOUT),
    preset!(
        "drop-before-confirm",
        w::DROP_BEFORE_CONFIRM,
        w::DROP_BEFORE_CONFIRM_ABOUT
    ),
    preset!("handshake", w::HANDSHAKE, w::HANDSHAKE_ABOUT),
    preset!("tcp-windows", w::TCP_WINDOWS, w::TCP_WINDOWS_ABOUT),
    preset!("udp-stream", w::UDP_STREAM, w::UDP_STREAM_ABOUT),
    preset!("icmp-echo", w::ICMP_ECHO, w::ICMP_ECHO_ABOUT),
    preset!("icmp-error", w::ICMP_ERROR, w::ICMP_ERROR_ABOUT),
    preset!("expiry-and-gc", w::EXPIRY_AND_GC, w::EXPIRY_AND_GC_ABOUT),
    preset!("timeout-policy", w::TIMEOUT_POLICY, w::TIMEOUT_POLICY_ABOUT),
    preset!("slow-listener", w::SLOW_LISTENER, w::SLOW_LISTENER_ABOUT),
    preset!("table-full", w::TABLE_FULL, w::TABLE_FULL_ABOUT),
    preset!("two-namespaces", w::TWO_NAMESPACES, w::TWO_NAMESPACES_ABOUT),
    preset!("one-bucket", w::ONE_BUCKET, w::ONE_BUCKET_ABOUT),
    preset!("resize", w::RESIZE, w::RESIZE_ABOUT),
    preset!("flood", w::FLOOD, w::FLOOD_ABOUT),
    preset!("nat", w::NAT, w::NAT_ABOUT),
    preset!(
        "ftp-expectation",
        w::FTP_EXPECTATION,
        w::FTP_EXPECTATION_ABOUT
    ),
    preset!("fragments", w::FRAGMENTS, w::FRAGMENTS_ABOUT),
    preset!("zones", w::ZONES, w::ZONES_ABOUT),
    preset!("in-6-18", w::IN_6_18, w::IN_6_18_ABOUT),
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
