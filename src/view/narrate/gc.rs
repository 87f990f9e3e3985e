//! The clock, the gc worker, a full table, resizing, settings.

use super::told::{Told, Words, say};
use crate::engine::command::Listen;
use crate::engine::conn::Timeout;
use crate::engine::sysctl::{Scope, Sysctl};
use crate::engine::time::{Jiffies, Ticks};
use crate::engine::{Command, ConnId, Difference};
use crate::view::names;

pub(super) fn clock_advanced(told: &Told, by: Ticks, now: Jiffies) -> Words {
    let state = told.scene.state;
    let expired: Vec<_> = state
        .conns
        .iter()
        .filter(|c| c.nf_ct_should_gc(now))
        .collect();
    let wrapped = now.0 < by.0;
    let why = match &expired[..] {
        [] if wrapped => {
            "The 32-bit counter went through 0. Times are compared by their signed difference, \
             which does not mind."
                .to_owned()
        }
        [] => "No entry in the table is past its time.".to_owned(),
        [one] => format!(
            "{} is past its time and still linked: no timer fires.",
            one.id
        ),
        many => format!(
            "{} are past their time and still linked: no timer fires.",
            names::counted(many.len() as u64, "entry", "entries")
        ),
    };
    let what = if by.0 == 0 {
        format!("The clock stands at {}.", names::jiffies(now))
    } else {
        format!(
            "{} pass: jiffies is {}.",
            told.ticks(by),
            names::jiffies(now)
        )
    };
    say(what, why)
}

pub(super) fn gc_started(told: &Told, after: u32, goal: u32) -> Words {
    let size = told.scene.state.table.size();
    say(
        format!(
            "gc_worker starts behind bucket {after}, to look at {}.",
            names::counted(goal.into(), "bucket", "buckets")
        ),
        if told.scene.state.gc_is_whole() {
            "A cycle goes through the whole table, from bucket 0 to its end.".to_owned()
        } else {
            format!(
                "One run does 1/128 of the {}, at least one.",
                names::counted(size.into(), "bucket", "buckets")
            )
        },
    )
}

pub(super) fn gc_bucket(bucket: u32, nodes: u32) -> Words {
    let why = match nodes {
        0 => "",
        _ => "Each connection is met twice in a full round: it has two nodes.",
    };
    say(
        format!(
            "gc looks at bucket {bucket}: {}.",
            names::counted(nodes.into(), "node", "nodes")
        ),
        why,
    )
}

pub(super) fn gc_found(told: &Told, conn: ConnId) -> Words {
    let why = match told.living(conn).map(|conn| conn.timeout) {
        Some(Timeout::Absolute(at)) => {
            format!(
                "Its timeout {} lies {} back.",
                names::jiffies(at),
                told.ticks(told.now().since(at))
            )
        }
        _ => String::new(),
    };
    say(format!("gc finds {conn} expired."), why)
}

pub(super) fn gc_ended(told: &Told, last: u32, scanned: u32, expired: u32, next: Ticks) -> Words {
    let ratio = (u64::from(expired) * 100)
        .checked_div(scanned.into())
        .unwrap_or(0);
    let state = told.scene.state;
    let why = if state.gc_is_whole() && last + 1 < state.table.size() {
        "So many were expired that it stops on the way and goes on there.".to_owned()
    } else if state.gc_is_whole() {
        format!(
            "What stays has {} left on average; the count began at 60 s. The pause is that, \
             between 1 and 60 s.",
            told.ticks(Ticks(state.gc.average.ticks))
        )
    } else if ratio > 50 {
        format!("{ratio} % of the nodes were expired, more than half: it comes back soon.")
    } else {
        format!("{ratio} % of the nodes were expired: the pause may grow, up to 1/8 s.")
    };
    say(
        format!(
            "gc stops at bucket {last}: {} scanned, {expired} expired. Next run in {}.",
            names::counted(scanned.into(), "node", "nodes"),
            told.ticks(next)
        ),
        why,
    )
}

pub(super) fn gc_idle(runs: u32, buckets: u64, last: u32, until: Jiffies) -> Words {
    say(
        format!(
            "gc ran {} meanwhile, looked at {} and found nothing expired.",
            names::counted(runs.into(), "time", "times"),
            names::counted(buckets, "bucket", "buckets")
        ),
        format!(
            "The last run ended at bucket {last}. The clock is at {}.",
            names::jiffies(until)
        ),
    )
}

pub(super) fn table_full(count: u32, max: u32) -> Words {
    say(
        format!(
            "With the new entry there are {}, above nf_conntrack_max {}.",
            names::grouped(count.into()),
            names::grouped(max.into())
        ),
        "early_drop looks for entries that are not ASSURED, in up to eight buckets.",
    )
}

pub(super) fn early_drop_bucket(bucket: u32, dropped: u32) -> Words {
    match dropped {
        0 => say(
            format!("early_drop finds nobody to sacrifice in bucket {bucket}."),
            "Only entries of this namespace that are neither ASSURED nor DYING can go.",
        ),
        n => say(
            format!(
                "early_drop sacrificed {} of bucket {bucket}.",
                names::counted(n.into(), "entry", "entries")
            ),
            "All that could go from one bucket went. It stops at the first such bucket.",
        ),
    }
}

pub(super) fn flooded(told: &Told, packets: u32, dropped: u32, entries: u32) -> Words {
    let size = told.scene.state.table.size();
    let went = names::counted(packets.into(), "packet has", "packets have");
    let lost = match dropped {
        0 => String::new(),
        n => format!(", {} dropped", names::grouped(n.into())),
    };
    say(
        format!(
            "{went} come so far{lost}; there are {} in {}.",
            names::counted(entries.into(), "entry", "entries"),
            names::counted(size.into(), "bucket", "buckets")
        ),
        "Each packet went its whole way by itself. The steps inside it are left out: send one \
         packet to see them.",
    )
}

pub(super) fn resize_started(from: u32, to: u32) -> Words {
    if from == to {
        return say(
            format!("The table has {from} buckets already."),
            "There is nothing to do, and no lock is taken.",
        );
    }
    say(
        format!(
            "The table of {} is to become one of {}.",
            names::counted(from.into(), "bucket", "buckets"),
            names::counted(to.into(), "bucket", "buckets")
        ),
        "All bucket locks are held meanwhile.",
    )
}

pub(super) fn resize_ended(size: u32, nodes: u32) -> Words {
    say(
        format!(
            "The table has {} now; {} moved.",
            names::counted(size.into(), "bucket", "buckets"),
            names::counted(nodes.into(), "node", "nodes")
        ),
        "Hashes are the same, only the scaling is new. Each node went to a head, so the order \
         in a chain turned round.",
    )
}

pub(super) fn sysctl_set(key: Sysctl, old: u32, new: u32) -> Words {
    let name = key.info().name;
    let why = match key {
        Sysctl::Max => "It is looked at when the next connection is allocated.",
        Sysctl::Checksum => "It is looked at with every packet in PREROUTING.",
        Sysctl::TcpLoose => "It is looked at when a TCP connection begins without a SYN.",
        Sysctl::Acct | Sysctl::Timestamp | Sysctl::Events | Sysctl::Helper => {
            "Only connections made from now on follow it."
        }
        Sysctl::GreTimeout | Sysctl::GreTimeoutStream => {
            "GRE connections keep the values that they began with. New ones follow it."
        }
        Sysctl::ExpectMax => "It is looked at when the next connection is expected.",
        Sysctl::TcpBeLiberal | Sysctl::TcpIgnoreInvalidRst | Sysctl::TcpMaxRetrans => {
            "It is looked at with every TCP packet of the connection."
        }
        Sysctl::DccpLoose => "The table of the tracker leaves it no choice: nothing follows it.",
        Sysctl::LogInvalid
        | Sysctl::FlowtableTcpTimeout
        | Sysctl::FlowtableUdpTimeout
        | Sysctl::Frag6LowThresh
        | Sysctl::Frag6HighThresh => "Nothing follows it here.",
        Sysctl::Frag6Timeout => "Datagrams that begin from now on wait that long.",
        _ => "Deadlines in force stay as they are. It counts from the next refresh on.",
    };
    let scope = match key.info().scope {
        Scope::Global => "",
        Scope::Netns => " in this namespace",
    };
    say(
        format!(
            "{name} goes from {} to {}{scope}.",
            names::grouped(old.into()),
            names::grouped(new.into())
        ),
        why,
    )
}

pub(super) fn configured(told: &Told) -> Words {
    let state = told.scene.state;
    match told.scene.line.map(|line| &line.command) {
        Some(Command::Hold(Some(at))) => say(
            format!(
                "Packets that come to {} wait there from now on.",
                names::station(*at)
            ),
            "A waiting packet keeps its reference, so its connection is not freed.",
        ),
        Some(Command::Hold(None)) => say(
            "Packets are not held any more.",
            "Those that wait go on waiting.",
        ),
        Some(Command::GcAuto(true)) => say(
            "gc_worker runs by itself as time passes.",
            "Its pause adapts to what it finds.",
        ),
        Some(Command::GcAuto(false)) => say(
            "gc_worker waits.",
            "Its timer is deferrable: on a CPU that sleeps it does not run.",
        ),
        Some(Command::Listen(Listen::On)) => say(
            "A listener reads every event.",
            "conntrack -E is such a listener.",
        ),
        Some(Command::Listen(Listen::Off)) => say(
            "Nobody listens for events.",
            "No event is cached and no message is built.",
        ),
        Some(Command::Listen(Listen::Slow)) => say(
            "The listener asks for reliable delivery and does not read.",
            "Its buffer is full. What is deleted waits in a list to be told of.",
        ),
        Some(Command::Netns(name)) => say(
            format!("Commands act in namespace {} from now on.", name.as_str()),
            "It has its own hash_mix, settings, lists and counters. The table is shared.",
        ),
        Some(Command::Cpu(cpu)) => say(
            format!("Packets come in on CPU {cpu} from now on."),
            if state.profile().since(Difference::NoPendingLists) {
                "Counters are per CPU."
            } else {
                "Unconfirmed list, dying list and counters are per CPU."
            },
        ),
        Some(Command::AddRule(rule)) => {
            let rules = state
                .nets
                .get(usize::from(state.net))
                .map_or(0, |net| net.rules.len());
            say(
                format!(
                    "A rule is added in {}; there are {rules} now.",
                    rule.hook.name()
                ),
                "The first rule that fits decides.",
            )
        }
        Some(Command::FlushRules) => say(
            "All rules of this namespace are gone.",
            "What no rule fits is accepted.",
        ),
        Some(Command::Flush) => say(
            "There was nothing to flush.",
            "Only confirmed entries of this namespace count.",
        ),
        Some(Command::Update(..)) => say(
            "No entry matched that has another mark: nothing changes.",
            "Original tuples are compared.",
        ),
        Some(Command::DeleteMatching(_)) => say(
            "No entry matched: nothing is deleted.",
            "Original tuples are compared.",
        ),
        _ => say("A setting of the bench changed.", ""),
    }
}

pub(super) fn refused() -> Words {
    say("The command could not be done; nothing changed.", "")
}
