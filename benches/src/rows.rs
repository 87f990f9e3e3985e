//! What is measured.

use crate::bound::Bound;
use crate::clock::Clock;
use crate::machine::{Counting, Machine};
use crate::packets::{Template, scattered};
use core::fmt::Write;
use ctscope::engine::{Command, NoProbe, Profile};

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
];

/// What came out: nanoseconds per operation, sorted, and the ratio of each round.
pub struct Measured {
    row: Row,
    ours: Vec<f64>,
    bound: Vec<f64>,
    ratios: Vec<f64>,
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
            "{{\"work\":\"{work:?}\",\"flows\":{flows},\"buckets\":{buckets},\"traced\":{traced},\
             \"profile\":\"{}\",\"ns\":{:.1},\"p10\":{:.1},\"p90\":{:.1}",
            profile.name(),
            self.ours(),
            at(&self.ours, 0.1),
            at(&self.ours, 0.9),
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

/// Rounds of both contestants, each round so many operations of each.
fn rounds(
    row: &Row,
    rounds: u32,
    count: u32,
    mut ours: impl FnMut(u32) -> f64,
    mut bound: Option<impl FnMut(u32) -> f64>,
) -> Measured {
    let mut measured = Measured {
        row: *row,
        ours: Vec::new(),
        bound: Vec::new(),
        ratios: Vec::new(),
    };
    // One round of each before it counts: caches, branch predictors, first touches.
    for round in 0..=rounds {
        let from = round.wrapping_mul(count);
        let first_ours = round % 2 == 0;
        let mut mine = if first_ours { ours(from) } else { 0.0 };
        let least = bound.as_mut().map(|bound| bound(from));
        if !first_ours {
            mine = ours(from);
        }
        if round == 0 {
            continue;
        }
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
    let least = |from: u32| {
        let mut found = 0;
        let nanos = timed(|| {
            for n in from..from.wrapping_add(BATCH) {
                let tuple = flow.repeated.tuple(scattered(n) % flows);
                found += u32::from(bound.hit(&tuple, n));
            }
        });
        assert_eq!(found, BATCH, "the bound finds every flow");
        nanos
    };
    let before = machine.ct.conns.created();
    let measured = if row.traced {
        let mut probe = Counting::default();
        let ours =
            |from| timed(|| machine.send_many(&flow.repeated, flows, from, BATCH, &mut probe));
        rounds(row, ROUNDS, BATCH, ours, Some(least))
    } else {
        let ours =
            |from| timed(|| machine.send_many(&flow.repeated, flows, from, BATCH, &mut NoProbe));
        rounds(row, ROUNDS, BATCH, ours, Some(least))
    };
    assert_eq!(machine.ct.conns.created(), before, "every packet was a hit");
    measured
}

/// Operations of a round where one costs little.
const BATCH: u32 = 50_000;
/// Rounds.
const ROUNDS: u32 = 25;

fn misses(row: &Row) -> Measured {
    let Row { flows, buckets, .. } = *row;
    let mut machine = Machine::filled(buckets, flows);
    let new = Template::new("udp", "len=10", false);
    machine.choose(&new);
    machine.drop_before_confirm();
    let ours = |from: u32| {
        timed(|| {
            for n in from..from.wrapping_add(BATCH) {
                machine.send(&new, flows + scattered(n) % flows.max(1000), &mut NoProbe);
            }
        })
    };
    let measured = rounds(row, ROUNDS, BATCH, ours, None::<fn(u32) -> f64>);
    assert_eq!(machine.ct.count(), flows, "nothing was confirmed");
    measured
}

fn fills(row: &Row) -> Measured {
    let Row { flows, buckets, .. } = *row;
    let new = Template::new("udp", "len=10", false);
    let answer = Template::new("udp", "len=10", true);
    let ours = |_| {
        let mut machine = Machine::new(row.profile, buckets);
        machine.choose(&new);
        let nanos = timed(|| {
            for n in 0..flows {
                machine.send(&new, n, &mut NoProbe);
            }
        });
        assert_eq!(machine.ct.count(), flows);
        nanos
    };
    let bound = |_| {
        let mut bound = Bound::new(buckets, flows);
        let nanos = timed(|| {
            for n in 0..flows {
                bound.insert(&new.tuple(n), &answer.tuple(n));
            }
        });
        assert_eq!(bound.len(), flows as usize);
        nanos
    };
    let times = if flows > 300_000 { 3 } else { 7 };
    rounds(row, times, flows, ours, Some(bound))
}

fn gc(row: &Row) -> Measured {
    let Row { flows, buckets, .. } = *row;
    let ours = |_| {
        let mut machine = Machine::filled(buckets, flows);
        machine.advance(31_000);
        let nanos = timed(|| {
            machine.ct.apply(&Command::GcSweep, &mut NoProbe);
        });
        assert_eq!(machine.ct.count(), 0, "gc freed every entry");
        nanos
    };
    rounds(row, 7, flows, ours, None::<fn(u32) -> f64>)
}

fn whole_connections(row: &Row) -> Measured {
    let Row { flows, buckets, .. } = *row;
    let mut machine = Machine::filled(buckets, flows);
    let packets = [
        ("S seq=1000 win=64240", false),
        ("SA seq=5000 ack=1001 win=64240", true),
        ("A seq=1001 ack=5001 win=64240", false),
        ("PA seq=1001 ack=5001 win=64240 len=100", false),
        ("A seq=5001 ack=1101 win=64240", true),
        ("FA seq=1101 ack=5001 win=64240", false),
        ("FA seq=5001 ack=1102 win=64240", true),
        ("A seq=1102 ack=5002 win=64240", false),
    ]
    .map(|(rest, reply)| Template::new("tcp", rest, reply));
    const CONNECTIONS: u32 = 5_000;
    let ours = |_| {
        let nanos = timed(|| {
            for template in &packets {
                machine.choose(template);
                for n in 0..CONNECTIONS {
                    machine.send(template, n, &mut NoProbe);
                }
            }
        });
        assert_eq!(machine.ct.count(), flows + CONNECTIONS);
        machine.delete_tcp();
        nanos
    };
    rounds(row, 10, CONNECTIONS, ours, None::<fn(u32) -> f64>)
}
