//! What is measured.

use crate::bound::Bound;
use crate::clock::Clock;
use crate::commands;
use crate::machine::{Counting, Machine};
use crate::packets::{Template, scattered, whole_tcp};
use core::fmt::Write;
use core::hint::black_box;
use ctscope::engine::{NoProbe, Profile};

/// What a row does to the machine, per operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Work {
    /// A packet of a known UDP flow, from bytes to release.
    UdpHit,
    /// A segment of an established TCP connection, window check included.
    TcpHit,
    /// The first packet of a flow, dropped before confirm: lookup in vain, allocation, release.
    Miss,
    /// The first packet of a flow, through confirm, while the table fills.
    New,
    /// One expired entry, found and freed by gc.
    Gc,
    /// A whole TCP connection of eight packets.
    FullTcp,
    /// One command of 10,000 that are replayed: packets of new and known flows, time that passes.
    Replay,
    /// A jump to another of the last 10,000 commands of a timeline, and the machine there.
    Seek,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// What is done.
    pub work: Work,
    /// Connections in the table (for [`Work::New`]: at the end).
    pub flows: u32,
    /// Buckets.
    pub buckets: u32,
    /// Every step is seen by a probe.
    pub traced: bool,
    /// Which kernel's rules.
    pub profile: Profile,
    /// At most so many nanoseconds, if there is a goal in them.
    pub goal_ns: Option<f64>,
    /// At most so many times the bound, if there is a goal in that.
    pub goal_ratio: Option<f64>,
}

const fn row(work: Work, flows: u32, buckets: u32, ns: f64, ratio: f64) -> Row {
    Row {
        work,
        flows,
        buckets,
        traced: false,
        profile: Profile::V5_10,
        goal_ns: if ns > 0.0 { Some(ns) } else { None },
        goal_ratio: if ratio > 0.0 { Some(ratio) } else { None },
    }
}

const fn traced(row: Row) -> Row {
    Row {
        traced: true,
        goal_ns: None,
        goal_ratio: None,
        ..row
    }
}

const fn newer(row: Row) -> Row {
    Row {
        profile: Profile::V6_18,
        goal_ns: None,
        goal_ratio: None,
        ..row
    }
}

/// Buckets of a 5.10 kernel with more than 4 GiB of memory.
const USUAL: u32 = 65_536;

/// Every row.
pub const ROWS: &[Row] = &[
    row(Work::UdpHit, 1, USUAL, 54.0, 5.0),
    newer(row(Work::UdpHit, 1, USUAL, 0.0, 0.0)),
    traced(row(Work::UdpHit, 1, USUAL, 0.0, 0.0)),
    traced(row(Work::UdpHit, 100_000, USUAL, 0.0, 0.0)),
    row(Work::UdpHit, 1_000, USUAL, 0.0, 0.0),
    row(Work::UdpHit, 100_000, USUAL, 0.0, 1.5),
    row(Work::UdpHit, 262_144, USUAL, 0.0, 1.25),
    row(Work::UdpHit, 1_000_000, 1 << 20, 0.0, 1.5),
    row(Work::TcpHit, 1, USUAL, 90.0, 0.0),
    row(Work::TcpHit, 1_000, USUAL, 0.0, 0.0),
    row(Work::TcpHit, 100_000, USUAL, 0.0, 0.0),
    row(Work::Miss, 1_000, USUAL, 0.0, 0.0),
    row(Work::Miss, 100_000, USUAL, 0.0, 0.0),
    row(Work::Miss, 1_000_000, 1 << 20, 0.0, 0.0),
    row(Work::New, 20_000, USUAL, 250.0, 0.0),
    row(Work::New, 100_000, USUAL, 400.0, 0.0),
    row(Work::New, 262_144, USUAL, 1_200.0, 0.0),
    row(Work::New, 1_000_000, 1 << 20, 0.0, 0.0),
    row(Work::Gc, 200_000, USUAL, 300.0, 0.0),
    row(Work::FullTcp, 1_000, USUAL, 0.0, 0.0),
    row(Work::FullTcp, 100_000, USUAL, 0.0, 0.0),
    row(Work::FullTcp, 1_000_000, 1 << 20, 0.0, 0.0),
    row(Work::Replay, 1_000, USUAL, 0.0, 0.0),
    row(Work::Replay, 100_000, USUAL, 0.0, 0.0),
    row(Work::Replay, 1_000_000, 1 << 20, 0.0, 0.0),
    traced(row(Work::Replay, 1_000, USUAL, 0.0, 0.0)),
    // A timeline takes 200,000 commands, so there is none of a million connections.
    row(Work::Seek, 1_000, USUAL, 0.0, 0.0),
    row(Work::Seek, 100_000, USUAL, 0.0, 0.0),
];

/// What this program runs on.
pub const ON: &str = if cfg!(target_arch = "wasm32") {
    "wasm"
} else {
    "native"
};

/// What came out: nanoseconds per operation, sorted, and the ratio of each round.
pub struct Measured {
    row: Row,
    ours: Vec<f64>,
    bound: Vec<f64>,
    ratios: Vec<f64>,
    /// The shortest batch of either contestant, in nanoseconds: a coarse clock needs long ones.
    shortest: f64,
}

impl Measured {
    /// The median of the engine, in nanoseconds per operation.
    pub fn ours(&self) -> f64 {
        at(&self.ours, 0.5)
    }

    /// One line of JSON without blanks.
    pub fn to_json(&self) -> String {
        let Row {
            work,
            flows,
            buckets,
            traced,
            profile,
            goal_ns,
            goal_ratio,
        } = self.row;
        let mut line = format!(
            "{{\"on\":\"{ON}\",\"work\":\"{work:?}\",\
             \"flows\":{flows},\"buckets\":{buckets},\"traced\":{traced},\
             \"profile\":\"{}\",\"ns\":{:.1},\"p10\":{:.1},\"p90\":{:.1},\"shortest_ms\":{:.2}",
            profile.name(),
            self.ours(),
            at(&self.ours, 0.1),
            at(&self.ours, 0.9),
            self.shortest / 1e6,
        );
        // Writing to a string cannot fail.
        if !self.bound.is_empty() {
            let (bound, ratio) = (at(&self.bound, 0.5), at(&self.ratios, 0.5));
            let _ = write!(line, ",\"bound\":{bound:.1},\"ratio\":{ratio:.2}");
        }
        for (key, goal) in [("goal_ns", goal_ns), ("goal_ratio", goal_ratio)] {
            if let Some(goal) = goal {
                let _ = write!(line, ",\"{key}\":{goal}");
            }
        }
        line.push('}');
        line
    }
}

/// The value below which this part of a sorted list lies.
fn at(sorted: &[f64], part: f64) -> f64 {
    let last = sorted.len().saturating_sub(1) as f64;
    sorted
        .get((last * part).round() as usize)
        .copied()
        .unwrap_or(f64::NAN)
}

/// Measures a row.
pub fn run(row: &Row) -> Measured {
    match row.work {
        Work::UdpHit => hits(row, &udp_packets()),
        Work::TcpHit => hits(row, &tcp_packets()),
        Work::Miss => misses(row),
        Work::New => fills(row),
        Work::Gc => gc(row),
        Work::FullTcp => whole_connections(row),
        Work::Replay => replays(row),
        Work::Seek => seeks(row),
    }
}

/// The packets that open a flow, and the one that is then sent again and again.
struct Flow {
    opening: Vec<Template>,
    repeated: Template,
}

fn udp_packets() -> Flow {
    Flow {
        opening: vec![
            Template::new("udp", "len=10", false),
            Template::new("udp", "len=10", true),
        ],
        repeated: Template::new("udp", "len=10", false),
    }
}

fn tcp_packets() -> Flow {
    Flow {
        opening: vec![
            Template::new("tcp", "S seq=1000 win=64240", false),
            Template::new("tcp", "SA seq=5000 ack=1001 win=64240", true),
        ],
        repeated: Template::new("tcp", "A seq=1001 ack=5001 win=64240", false),
    }
}

/// Nanoseconds that a contestant takes for `count` operations, the first of them number `from`.
type Contestant<'a> = dyn FnMut(u32, u32) -> f64 + 'a;

/// Rounds of both contestants, each round so many operations of each.
fn rounds(
    row: &Row,
    rounds: u32,
    count: u32,
    ours: &mut Contestant<'_>,
    mut bound: Option<&mut Contestant<'_>>,
) -> Measured {
    let mut measured = Measured {
        row: *row,
        ours: Vec::new(),
        bound: Vec::new(),
        ratios: Vec::new(),
        shortest: f64::INFINITY,
    };
    // One round of each before it counts: caches, branch predictors, first touches.
    for round in 0..=rounds {
        let from = round.wrapping_mul(count);
        let first_ours = round % 2 == 0;
        let mut mine = if first_ours { ours(from, count) } else { 0.0 };
        let least = bound.as_mut().map(|bound| bound(from, count));
        if !first_ours {
            mine = ours(from, count);
        }
        if round == 0 {
            continue;
        }
        measured.shortest = measured.shortest.min(mine).min(least.unwrap_or(mine));
        measured.ours.push(mine / f64::from(count));
        if let Some(least) = least {
            measured.bound.push(least / f64::from(count));
            measured.ratios.push(mine / least);
        }
    }
    for list in [
        &mut measured.ours,
        &mut measured.bound,
        &mut measured.ratios,
    ] {
        list.sort_by(f64::total_cmp);
    }
    measured
}

/// Operations of a round that are enough for neither contestant to be done within
/// [`BATCH_NANOS_MIN`].
fn calibrated(ours: &mut Contestant<'_>, mut bound: Option<&mut Contestant<'_>>) -> u32 {
    let mut count = BATCH;
    let mut long_enough = 0;
    // The first runs are slower than the rest, in a browser by much: several must agree.
    while long_enough < 3 && count < BATCH_MAX {
        let mine = ours(0, count);
        let least = bound.as_mut().map_or(mine, |bound| bound(0, count));
        let shortest = mine.min(least).max(1.0);
        if shortest >= BATCH_NANOS_MIN {
            long_enough += 1;
        } else {
            long_enough = 0;
            let more = f64::from(count) * (BATCH_NANOS_MIN / shortest) * 1.2;
            count = (more as u32).min(BATCH_MAX);
        }
    }
    count
}

fn timed(work: impl FnOnce()) -> f64 {
    let clock = Clock::start();
    work();
    clock.nanos()
}

fn hits(row: &Row, flow: &Flow) -> Measured {
    let Row { flows, buckets, .. } = *row;
    let mut machine = Machine::new(row.profile, buckets);
    for template in &flow.opening {
        machine.choose(template);
        (0..flows).for_each(|i| machine.send(template, i, &mut NoProbe));
    }
    machine.choose(&flow.repeated);
    let mut bound = Bound::new(buckets, flows);
    for i in 0..flows {
        bound.insert(&flow.repeated.tuple(i), &flow.opening[1].tuple(i));
    }
    assert_eq!(machine.ct.count() as usize, bound.len());
    let mut least = |from: u32, count: u32| {
        let mut found = 0;
        let nanos = timed(|| {
            for n in from..from + count {
                let tuple = flow.repeated.tuple(scattered(n) % flows);
                found += u32::from(bound.hit(&tuple, n));
            }
        });
        assert_eq!(found, count, "the bound finds every flow");
        nanos
    };
    let before = machine.ct.conns.created();
    let mut probe = Counting::default();
    let mut ours = |from, count| {
        let packet = &flow.repeated;
        if row.traced {
            timed(|| machine.send_many(packet, flows, from, count, &mut probe))
        } else {
            timed(|| machine.send_many(packet, flows, from, count, &mut NoProbe))
        }
    };
    let count = calibrated(&mut ours, Some(&mut least));
    let measured = rounds(row, ROUNDS, count, &mut ours, Some(&mut least));
    assert_eq!(machine.ct.conns.created(), before, "every packet was a hit");
    measured
}

/// The fewest operations of a round where one costs little, and the most.
const BATCH: u32 = 50_000;
const BATCH_MAX: u32 = 4_000_000;
/// Chromium's clock counts in tenths of a millisecond: the shortest batch has fifty of them, with
/// room for batches that seemed long only because the machine was busy.
const BATCH_NANOS_MIN: f64 = if cfg!(target_arch = "wasm32") {
    15e6
} else {
    6e6
};
/// Rounds.
const ROUNDS: u32 = 25;

fn misses(row: &Row) -> Measured {
    let Row { flows, buckets, .. } = *row;
    let mut machine = Machine::filled(buckets, flows);
    let new = Template::new("udp", "len=10", false);
    machine.choose(&new);
    machine.drop_before_confirm();
    let mut ours = |from: u32, count: u32| {
        timed(|| {
            for n in from..from + count {
                machine.send(&new, flows + scattered(n) % flows.max(1000), &mut NoProbe);
            }
        })
    };
    let count = calibrated(&mut ours, None);
    let measured = rounds(row, ROUNDS, count, &mut ours, None);
    assert_eq!(machine.ct.count(), flows, "nothing was confirmed");
    measured
}

fn fills(row: &Row) -> Measured {
    let Row { flows, buckets, .. } = *row;
    let new = Template::new("udp", "len=10", false);
    let answer = Template::new("udp", "len=10", true);
    // A small table is filled again and again.
    let tables = |count: u32| 0..count / flows;
    let mut ours = |_, count: u32| {
        let each = tables(count).map(|_| {
            let mut machine = Machine::new(row.profile, buckets);
            machine.choose(&new);
            let nanos = timed(|| {
                for n in 0..flows {
                    machine.send(&new, n, &mut NoProbe);
                }
            });
            assert_eq!(machine.ct.count(), flows);
            nanos
        });
        each.sum()
    };
    let mut bound = |_, count: u32| {
        let each = tables(count).map(|_| {
            let mut bound = Bound::new(buckets, flows);
            let nanos = timed(|| {
                for n in 0..flows {
                    bound.insert(&new.tuple(n), &answer.tuple(n));
                }
            });
            assert_eq!(bound.len(), flows as usize);
            nanos
        });
        each.sum()
    };
    let times = if flows > 300_000 { 3 } else { 7 };
    let count = flows * (150_000 / flows).max(1);
    rounds(row, times, count, &mut ours, Some(&mut bound))
}

fn gc(row: &Row) -> Measured {
    let Row { flows, buckets, .. } = *row;
    let mut ours = |_, _| {
        let mut machine = Machine::filled(buckets, flows);
        machine.advance(31_000);
        let nanos = timed(|| machine.sweep(&mut NoProbe));
        assert_eq!(machine.ct.count(), 0, "gc freed every entry");
        nanos
    };
    rounds(row, 7, flows, &mut ours, None)
}

fn whole_connections(row: &Row) -> Measured {
    let Row { flows, buckets, .. } = *row;
    let mut machine = Machine::filled(buckets, flows);
    let packets = whole_tcp();
    let mut ours = |_, count| {
        let nanos = timed(|| machine.whole_connections(&packets, count, &mut NoProbe));
        assert_eq!(machine.ct.count(), flows + count);
        machine.delete_tcp();
        nanos
    };
    rounds(row, 10, 5_000, &mut ours, None)
}

fn replays(row: &Row) -> Measured {
    let Row { flows, buckets, .. } = *row;
    let scenario = commands::scenario(0, buckets);
    let mut machine = Machine::filled(buckets, flows);
    let mut probe = Counting::default();
    let mut ours = |_, _| {
        let before = machine.ct.count();
        let nanos = if row.traced {
            timed(|| machine.replay(&scenario, &mut probe))
        } else {
            timed(|| machine.replay(&scenario, &mut NoProbe))
        };
        assert_eq!(machine.ct.count(), before + commands::NEW);
        machine.delete(commands::left_behind());
        nanos
    };
    // More rounds would outlive the flows: each lets two seconds pass.
    rounds(row, 9, commands::COMMANDS, &mut ours, None)
}

fn seeks(row: &Row) -> Measured {
    let Row { flows, buckets, .. } = *row;
    let mut timeline = commands::timeline(flows, buckets);
    let mut ours = |from, count| {
        timed(|| {
            for n in from..from + count {
                timeline.seek_command(flows + scattered(n) % commands::COMMANDS);
                black_box(timeline.state().count());
            }
        })
    };
    rounds(row, 10, 50, &mut ours, None)
}

/// So many packets of one hot UDP flow, for a tool that counts instructions.
pub fn one_hot_flow(count: u32) {
    let flow = udp_packets();
    let mut machine = Machine::new(Profile::V5_10, USUAL);
    for template in &flow.opening {
        machine.choose(template);
        machine.send(template, 0, &mut NoProbe);
    }
    machine.choose(&flow.repeated);
    machine.send_many(&flow.repeated, 1, 0, count, &mut NoProbe);
}
