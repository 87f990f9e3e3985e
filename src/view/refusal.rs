//! Why a command could not be done, as a sentence.

use crate::engine::Refusal;
use crate::engine::command::{NETS_MAX, PACKET_BYTES_MAX, RULES_MAX, SKBS_MAX};
use crate::engine::config::{BUCKETS_MAX, Profile};
use crate::engine::flood::FLOOD_MAX;
use crate::engine::router::IFACES_MAX;
use crate::engine::sysctl::SysctlInfo;
use crate::engine::time::TICKS_MAX;
use crate::words::{names as w, tell};

/// The sentence for a refusal: what was wrong, and what was expected.
pub fn refusal(refusal: &Refusal) -> String {
    match *refusal {
        Refusal::NoSuchSkb(skb) => {
            tell!(w::SKB_IS_NOT_WAITING, skb)
        }
        Refusal::NoSuchConn(number) => tell!(w::C_NUMBER_IS_NOT, number),
        Refusal::PacketLength(len) => {
            tell!(
                w::THE_PACKET_HAS_LEN,
                len,
                packet_bytes_max = PACKET_BYTES_MAX
            )
        }
        Refusal::NotOnPath(station, _) => {
            tell!(w::THE_PACKET_DOES_NOT, station = station.name())
        }
        Refusal::TooManySkbs => {
            tell!(w::SKBS_MAX_PACKETS_ARE, skbs_max = SKBS_MAX)
        }
        Refusal::FloodCount(n) => {
            tell!(w::A_FLOOD_CANNOT_HAVE, n, flood_max = FLOOD_MAX)
        }
        Refusal::FloodHeld => w::THE_PACKETS_OF_A.text().to_owned(),
        Refusal::FloodChains(size) => tell!(w::CHAINS_WOULD_GROW_TOO, size),
        Refusal::FloodPacket => w::THE_PACKETS_OF_A_FLOOD.text().to_owned(),
        Refusal::SpanTooLong(ticks) => {
            tell!(w::TICKS_JIFFIES_ARE_TOO, ticks, ticks_max = TICKS_MAX)
        }
        Refusal::NothingExpires => w::NO_ENTRY_IN_THE.text().to_owned(),
        Refusal::Buckets(n) => {
            tell!(w::A_TABLE_CANNOT_HAVE, n, buckets_max = BUCKETS_MAX)
        }
        Refusal::SysctlRange(key, value) => {
            let info = key.info();
            tell!(
                w::VALUE_IS_OUT_OF,
                value,
                info = info.name,
                range = range(info)
            )
        }
        Refusal::NoSuchSysctl(key) => {
            let info = key.info();
            let only = info.only.map_or(w::ANOTHER.text(), Profile::name);
            tell!(w::INFO_IS_A_SETTING, info = info.name, only)
        }
        Refusal::NoSuchCpu(cpu) => {
            tell!(w::THERE_IS_NO_CPU, cpu)
        }
        Refusal::TooManyNets => tell!(w::THERE_ARE_NETS_MAX, nets_max = NETS_MAX),
        Refusal::ActionAtHook(hook) => {
            tell!(w::THIS_RULE_DOES_SOMETHING, hook = hook.name())
        }
        Refusal::TooManyIfaces => tell!(w::THERE_ARE_IFACES_MAX, ifaces_max = IFACES_MAX),
        Refusal::NoSuchIface(name) => {
            tell!(w::THERE_IS_NO_INTERFACE, name)
        }
        Refusal::EntryExists(number) => tell!(w::ENTRY_EXISTS, number),
        Refusal::NotInvertible => w::ENTRY_NOT_INVERTIBLE.text().to_owned(),
        Refusal::NotAnAnswer => w::ENTRY_NO_ANSWER.text().to_owned(),
        Refusal::TooManyRules => tell!(w::THERE_ARE_RULES_MAX, rules_max = RULES_MAX),
    }
}

/// The values that a setting takes, in words; kernels that differ are named.
fn range(info: &SysctlInfo) -> String {
    let [old, new] = Profile::ALL.map(|profile| info.range(profile));
    let words = |range: &core::ops::RangeInclusive<u32>| {
        tell!(w::START_TO_END, start = range.start(), end = range.end())
    };
    if old == new {
        words(&old)
    } else {
        tell!(w::WORDS_IN_5_10, words = words(&old), words2 = words(&new))
    }
}
