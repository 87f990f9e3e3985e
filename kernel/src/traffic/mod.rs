//! Random traffic that is plausible: mostly what real hosts send, and the mistakes they make.
//!
//! A family and a seed give a scenario in the recorder's own format, always the same one.

mod helper;
mod icmp;
mod misc;
mod nat;
pub mod rng;
mod rules;
pub mod script;
mod sctp;
mod tcp;
mod udp;

use rng::Rng;
use script::Script;
use serde_json::Value;

/// A kind of traffic.
#[derive(Clone, Copy, Debug)]
pub struct Family {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
    /// Leaves something in the router that a flush does not clear.
    pub fresh_router: bool,
    make: fn(&mut Rng, &mut Script),
}

const fn family(
    name: &'static str,
    about: &'static str,
    make: fn(&mut Rng, &mut Script),
) -> Family {
    Family {
        name,
        about,
        fresh_router: false,
        make,
    }
}

/// Every family.
pub const FAMILIES: [Family; 16] = [
    family(
        "tcp",
        "handshakes, data, losses, windows, closes, resets, reopenings",
        tcp::flows,
    ),
    family("tcp6", "the same over IPv6", tcp::flows6),
    family(
        "tcp-odd",
        "odd flags, broken headers, pickups, settings of TCP",
        tcp::odd,
    ),
    family(
        "udp",
        "datagrams both ways, broken lengths and checksums",
        udp::flows,
    ),
    family("udplite", "UDP-Lite both ways", udp::lite),
    family(
        "icmp",
        "echo and other queries, and errors that quote flows",
        icmp::four,
    ),
    family("icmp6", "the same over IPv6", icmp::six),
    family(
        "sctp",
        "associations, heartbeats, wrong tags, aborts, bundles",
        sctp::flows,
    ),
    family(
        "generic",
        "GRE, DCCP and protocols without ports",
        misc::generic,
    ),
    Family {
        fresh_router: true,
        ..family(
            "fragments",
            "datagrams in pieces, in any order, some lost",
            misc::fragments,
        )
    },
    family(
        "nat",
        "source and destination NAT under TCP, UDP and ICMP",
        nat::flows,
    ),
    family(
        "nat-clash",
        "flows to which source NAT gives ports at random",
        nat::clashes,
    ),
    family(
        "rules",
        "a firewall, notrack, zones, marks and timeouts of rules",
        rules::flows,
    ),
    family(
        "local",
        "packets for the router itself, and its answers",
        rules::local,
    ),
    family("helper", "FTP and TFTP with their helpers", helper::flows),
    family("mixed", "all of these at once", mixed),
];

impl Family {
    /// The family of a name.
    pub fn by_name(name: &str) -> Option<&'static Family> {
        FAMILIES.iter().find(|family| family.name == name)
    }

    /// The scenario of a seed.
    pub fn scenario(&self, seed: u64) -> Value {
        let mut rng = Rng::new(seed);
        let mut script = Script::default();
        if rng.percent(30) {
            script.sysctl("nf_conntrack_acct", 1);
        }
        (self.make)(&mut rng, &mut script);
        let name = format!("random_{}_{seed:x}", self.name.replace('-', "_"));
        script.scenario(&name, &format!("Random traffic: {}.", self.about))
    }
}

fn mixed(rng: &mut Rng, script: &mut Script) {
    let parts: [fn(&mut Rng, &mut Script); 6] = [
        tcp::flows,
        udp::flows,
        icmp::four,
        sctp::flows,
        misc::generic,
        icmp::six,
    ];
    for _ in 0..3 {
        rng.pick(&parts)(rng, script);
    }
}
