//! Why a command could not be done, as a sentence.

use crate::engine::Refusal;
use crate::engine::command::{NETS_MAX, PACKET_BYTES_MAX, RULES_MAX, SKBS_MAX};
use crate::engine::config::{BUCKETS_MAX, Profile};
use crate::engine::flood::FLOOD_MAX;
use crate::engine::router::IFACES_MAX;
use crate::engine::sysctl::SysctlInfo;
use crate::engine::time::TICKS_MAX;

/// The sentence for a refusal: what was wrong, and what was expected.
pub fn refusal(refusal: &Refusal) -> String {
    match *refusal {
        Refusal::NoSuchSkb(skb) => {
            format!("{skb} is not waiting here; expected the name of a held packet, such as s1.")
        }
        Refusal::NoSuchConn(number) => format!(
            "c{number} is not in the table; \
             expected the name of a confirmed connection, such as c1."
        ),
        Refusal::PacketLength(len) => {
            format!("The packet has {len} bytes; expected 1 to {PACKET_BYTES_MAX}.")
        }
        Refusal::NotOnPath(station, _) => {
            format!("The packet does not come through {}.", station.name())
        }
        Refusal::TooManySkbs => {
            format!("{SKBS_MAX} packets are waiting; release or drop one first.")
        }
        Refusal::FloodCount(n) => {
            format!("A flood cannot have {n} packets; expected 1 to {FLOOD_MAX}.")
        }
        Refusal::FloodHeld => "The packets of a flood would all wait; expected no hold.".to_owned(),
        Refusal::FloodChains(size) => format!(
            "Chains would grow too long in a table of {size}; expected fewer packets, or a larger \
             table (resize 65536)."
        ),
        Refusal::FloodPacket => {
            "The packets of a flood differ by their source port; expected UDP or TCP.".to_owned()
        }
        Refusal::SpanTooLong(ticks) => format!(
            "{ticks} jiffies are too many; expected at most {TICKS_MAX}, half of the counter."
        ),
        Refusal::NothingExpires => {
            "No entry in the table has a deadline ahead; send a packet first.".to_owned()
        }
        Refusal::Buckets(n) => {
            format!("A table cannot have {n} buckets; expected 1 to {BUCKETS_MAX}.")
        }
        Refusal::SysctlRange(key, value) => {
            let info = key.info();
            format!(
                "{value} is out of range for {}; expected {}.",
                info.name,
                range(info)
            )
        }
        Refusal::NoSuchSysctl(key) => {
            let info = key.info();
            let only = info.only.map_or("another", Profile::name);
            format!("{} is a setting of kernel {only} only.", info.name)
        }
        Refusal::NoSuchCpu(cpu) => {
            format!("There is no CPU {cpu}; the config line says how many there are.")
        }
        Refusal::TooManyNets => format!("There are {NETS_MAX} namespaces already."),
        Refusal::ActionAtHook(hook) => {
            format!(
                "This rule does something that cannot be done in {}.",
                hook.name()
            )
        }
        Refusal::TooManyIfaces => format!("There are {IFACES_MAX} interfaces already."),
        Refusal::NoSuchIface(name) => {
            format!("There is no interface {name}; an iface line makes one.")
        }
        Refusal::EntryExists(number) => format!(
            "c{number} has one of these tuples already; expected tuples that no entry has."
        ),
        Refusal::NotInvertible => {
            "Nothing can answer the original tuple; expected one that has an inverse.".to_owned()
        }
        Refusal::NotAnAnswer => "The second tuple is no answer to the first, with NAT either; \
                                 expected one of the same protocol and, for ICMP, the answer's type."
            .to_owned(),
        Refusal::TooManyRules => format!("There are {RULES_MAX} rules already; flush them first."),
    }
}

/// The values that a setting takes, in words; kernels that differ are named.
fn range(info: &SysctlInfo) -> String {
    let [old, new] = Profile::ALL.map(|profile| info.range(profile));
    let words =
        |range: &core::ops::RangeInclusive<u32>| format!("{} to {}", range.start(), range.end());
    if old == new {
        words(&old)
    } else {
        format!("{} in 5.10, {} in 6.18", words(&old), words(&new))
    }
}
