//! The clock, the gc worker, a full table, resizing, settings.

use super::told::{Told, Words, say};
use crate::engine::command::Listen;
use crate::engine::conn::Timeout;
use crate::engine::sysctl::{Scope, Sysctl};
use crate::engine::time::{Jiffies, Ticks};
use crate::engine::{Command, ConnId, Difference};
use crate::view::names;
use crate::words::{narrate as w, tell};

pub(super) fn clock_advanced(told: &Told, by: Ticks, now: Jiffies) -> Words {
    let state = told.scene.state;
    let expired: Vec<_> = state
        .conns
        .iter()
        .filter(|c| c.nf_ct_should_gc(now))
        .collect();
    let wrapped = now.0 < by.0;
    let why = match &expired[..] {
        [] if wrapped => w::THE_32_BIT_COUNTER.text().to_owned(),
        [] => w::NO_ENTRY_IN_THE.text().to_owned(),
        [one] => tell!(w::ID_IS_PAST_ITS, id = one.id),
        many => tell!(w::MANY_ARE_PAST_THEIR, many = many.len() as u64),
    };
    let what = if by.0 == 0 {
        tell!(w::THE_CLOCK_STANDS_AT, jiffies = names::jiffies(now))
    } else {
        tell!(
            w::TICKS_PASS_JIFFIES_IS,
            ticks = told.ticks(by),
            jiffies = names::jiffies(now)
        )
    };
    say(what, why)
}

pub(super) fn gc_started(told: &Told, after: u32, goal: u32) -> Words {
    let size = told.scene.state.table.size();
    say(
        tell!(w::GC_WORKER_STARTS_BEHIND, after, goal),
        if told.scene.state.gc_is_whole() {
            w::A_CYCLE_GOES_THROUGH.text().to_owned()
        } else {
            tell!(w::ONE_RUN_DOES_1, size)
        },
    )
}

pub(super) fn gc_bucket(bucket: u32, nodes: u32) -> Words {
    let why = match nodes {
        0 => "",
        _ => w::EACH_CONNECTION_IS_MET.text(),
    };
    say(tell!(w::GC_LOOKS_AT_BUCKET, bucket, nodes), why)
}

pub(super) fn gc_found(told: &Told, conn: ConnId) -> Words {
    let why = match told.living(conn).map(|conn| conn.timeout) {
        Some(Timeout::Absolute(at)) => {
            tell!(
                w::ITS_TIMEOUT_JIFFIES_LIES,
                jiffies = names::jiffies(at),
                ticks = told.ticks(told.now().since(at))
            )
        }
        _ => String::new(),
    };
    say(tell!(w::GC_FINDS_CONN_EXPIRED, conn), why)
}

pub(super) fn gc_ended(told: &Told, last: u32, scanned: u32, expired: u32, next: Ticks) -> Words {
    let ratio = (u64::from(expired) * 100)
        .checked_div(scanned.into())
        .unwrap_or(0);
    let state = told.scene.state;
    let why = if state.gc_is_whole() && last + 1 < state.table.size() {
        w::SO_MANY_WERE_EXPIRED.text().to_owned()
    } else if state.gc_is_whole() {
        tell!(
            w::WHAT_STAYS_HAS_TICKS,
            ticks = told.ticks(Ticks(state.gc.average.ticks))
        )
    } else if ratio > 50 {
        tell!(w::RATIO_OF_THE_NODES, ratio)
    } else {
        tell!(w::RATIO_OF_THE_NODES_WERE, ratio)
    };
    say(
        tell!(
            w::GC_STOPS_AT_BUCKET,
            last,
            scanned,
            expired,
            ticks = told.ticks(next)
        ),
        why,
    )
}

pub(super) fn gc_idle(runs: u32, buckets: u64, last: u32, until: Jiffies) -> Words {
    say(
        tell!(w::GC_RAN_RUNS_MEANWHILE, runs, buckets),
        tell!(w::THE_LAST_RUN_ENDED, last, jiffies = names::jiffies(until)),
    )
}

pub(super) fn table_full(count: u32, max: u32) -> Words {
    say(
        tell!(
            w::WITH_THE_NEW_ENTRY,
            names = names::grouped(count.into()),
            names2 = names::grouped(max.into())
        ),
        w::EARLY_DROP_LOOKS_FOR.text(),
    )
}

pub(super) fn early_drop_bucket(bucket: u32, dropped: u32) -> Words {
    match dropped {
        0 => say(
            tell!(w::EARLY_DROP_FINDS_NOBODY, bucket),
            w::ONLY_ENTRIES_OF_THIS.text(),
        ),
        n => say(
            tell!(w::EARLY_DROP_SACRIFICED_N, n, bucket),
            w::ALL_THAT_COULD_GO.text(),
        ),
    }
}

pub(super) fn flooded(told: &Told, packets: u32, dropped: u32, entries: u32) -> Words {
    let size = told.scene.state.table.size();
    let went = tell!(w::N_PACKETS_HAVE, n = packets);
    let lost = match dropped {
        0 => String::new(),
        n => tell!(w::NAMES_DROPPED, names = names::grouped(n.into())),
    };
    say(
        tell!(w::WENT_COME_SO_FAR, went, lost, entries, size),
        w::EACH_PACKET_WENT_ITS.text(),
    )
}

pub(super) fn resize_started(from: u32, to: u32) -> Words {
    if from == to {
        return say(
            tell!(w::THE_TABLE_HAS_FROM, from),
            w::THERE_IS_NOTHING_TO.text(),
        );
    }
    say(
        tell!(w::THE_TABLE_OF_N, n = from, to),
        w::ALL_BUCKET_LOCKS_ARE.text(),
    )
}

pub(super) fn resize_ended(size: u32, nodes: u32) -> Words {
    say(
        tell!(w::THE_TABLE_HAS_SIZE, size, nodes),
        w::HASHES_ARE_THE_SAME.text(),
    )
}

pub(super) fn sysctl_set(key: Sysctl, old: u32, new: u32) -> Words {
    let name = key.info().name;
    let why = match key {
        Sysctl::Max => w::IT_IS_LOOKED_AT.text(),
        Sysctl::Checksum => w::IT_IS_LOOKED_AT_WITH.text(),
        Sysctl::TcpLoose => w::IT_IS_LOOKED_AT_WHEN.text(),
        Sysctl::Acct | Sysctl::Timestamp | Sysctl::Events | Sysctl::Helper => {
            w::ONLY_CONNECTIONS_MADE_FROM.text()
        }
        Sysctl::GreTimeout | Sysctl::GreTimeoutStream => w::GRE_CONNECTIONS_KEEP_THE.text(),
        Sysctl::ExpectMax => w::IT_IS_LOOKED_AT_WHEN_THE.text(),
        Sysctl::TcpBeLiberal | Sysctl::TcpIgnoreInvalidRst | Sysctl::TcpMaxRetrans => {
            w::IT_IS_LOOKED_AT_WITH_EVERY.text()
        }
        Sysctl::DccpLoose => w::THE_TABLE_OF_THE.text(),
        Sysctl::LogInvalid
        | Sysctl::FlowtableTcpTimeout
        | Sysctl::FlowtableUdpTimeout
        | Sysctl::Frag6LowThresh
        | Sysctl::Frag6HighThresh => w::NOTHING_FOLLOWS_IT_HERE.text(),
        Sysctl::Frag6Timeout => w::DATAGRAMS_THAT_BEGIN_FROM.text(),
        _ => w::DEADLINES_IN_FORCE_STAY.text(),
    };
    let scope = match key.info().scope {
        Scope::Global => "",
        Scope::Netns => w::IN_THIS_NAMESPACE.text(),
    };
    say(
        tell!(
            w::NAME_GOES_FROM_NAMES,
            name,
            names = names::grouped(old.into()),
            names2 = names::grouped(new.into()),
            scope
        ),
        why,
    )
}

pub(super) fn configured(told: &Told) -> Words {
    let state = told.scene.state;
    match told.scene.line.map(|line| &line.command) {
        Some(Command::Hold(Some(at))) => say(
            tell!(w::PACKETS_THAT_COME_TO, station = names::station(*at)),
            w::A_WAITING_PACKET_KEEPS.text(),
        ),
        Some(Command::Hold(None)) => {
            say(w::PACKETS_ARE_NOT_HELD.text(), w::THOSE_THAT_WAIT_GO.text())
        }
        Some(Command::GcAuto(true)) => {
            say(w::GC_WORKER_RUNS_BY.text(), w::ITS_PAUSE_ADAPTS_TO.text())
        }
        Some(Command::GcAuto(false)) => {
            say(w::GC_WORKER_WAITS.text(), w::ITS_TIMER_IS_DEFERRABLE.text())
        }
        Some(Command::Listen(Listen::On)) => say(
            w::A_LISTENER_READS_EVERY.text(),
            w::CONNTRACK_E_IS_SUCH.text(),
        ),
        Some(Command::Listen(Listen::Off)) => say(
            w::NOBODY_LISTENS_FOR_EVENTS.text(),
            w::NO_EVENT_IS_CACHED.text(),
        ),
        Some(Command::Listen(Listen::Slow)) => say(
            w::THE_LISTENER_ASKS_FOR.text(),
            w::ITS_BUFFER_IS_FULL.text(),
        ),
        Some(Command::Netns(name)) => say(
            tell!(w::COMMANDS_ACT_IN_NAMESPACE, name = name.as_str()),
            w::IT_HAS_ITS_OWN.text(),
        ),
        Some(Command::Cpu(cpu)) => say(
            tell!(w::PACKETS_COME_IN_ON, cpu),
            if state.profile().since(Difference::NoPendingLists) {
                w::COUNTERS_ARE_PER_CPU.text()
            } else {
                w::UNCONFIRMED_LIST_DYING.text()
            },
        ),
        Some(Command::AddRule(rule)) => {
            let rules = state
                .nets
                .get(usize::from(state.net))
                .map_or(0, |net| net.rules.len());
            say(
                tell!(w::A_RULE_IS_ADDED, hook = rule.hook.name(), rules),
                w::THE_FIRST_RULE_THAT.text(),
            )
        }
        Some(Command::FlushRules) => say(w::ALL_RULES_OF_THIS.text(), w::WHAT_NO_RULE_FITS.text()),
        Some(Command::Flush) => say(
            w::THERE_WAS_NOTHING_TO.text(),
            w::ONLY_CONFIRMED_ENTRIES_OF.text(),
        ),
        Some(Command::Update(..)) => say(
            w::NO_ENTRY_MATCHED_THAT.text(),
            w::ORIGINAL_TUPLES_ARE.text(),
        ),
        Some(Command::DeleteMatching(_)) => say(
            w::NO_ENTRY_MATCHED_NOTHING.text(),
            w::ORIGINAL_TUPLES_ARE.text(),
        ),
        _ => say(w::A_SETTING_OF_THE.text(), ""),
    }
}

pub(super) fn refused() -> Words {
    say(w::THE_COMMAND_COULD_NOT.text(), "")
}
