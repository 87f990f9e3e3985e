//! `cargo bench -p ctscope-benches`: the engine's hot paths, replay and seek, by criterion, in
//! tables of three sizes, with a probe that sees every step and with none.

use criterion::measurement::WallTime;
use criterion::{
    BatchSize, BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main,
};
use ctscope::engine::{NoProbe, Probe, Profile};
use ctscope_benches::commands;
use ctscope_benches::machine::{Counting, Machine};
use ctscope_benches::packets::{Template, scattered, whole_tcp};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Connections in the table, and its buckets.
const SIZES: [(u32, u32); 3] = [(1_000, 65_536), (100_000, 65_536), (1_000_000, 1 << 20)];

type Group<'a> = BenchmarkGroup<'a, WallTime>;

/// A probe with a name for the table.
trait Named: Probe + Default {
    const NAME: &str;
}

impl Named for NoProbe {
    const NAME: &str = "probe off";
}

impl Named for Counting {
    const NAME: &str = "probe on";
}

fn id<P: Named>(flows: u32) -> BenchmarkId {
    BenchmarkId::new(P::NAME, flows)
}

/// The first packet of a flow, or any later one.
fn udp() -> Template {
    Template::new("udp", "len=10", false)
}

/// Numbers below `flows` in no order, again and again.
fn any_of(flows: u32) -> impl FnMut() -> u32 {
    let mut n = 0_u32;
    move || {
        n = n.wrapping_add(1);
        scattered(n) % flows
    }
}

fn lookup_hit(c: &mut Criterion) {
    fn one<P: Named>(group: &mut Group<'_>, machine: &mut Machine, flows: u32) {
        let (packet, mut flow, mut probe) = (udp(), any_of(flows), P::default());
        machine.choose(&packet);
        group.bench_function(id::<P>(flows), |b| {
            b.iter(|| machine.send(&packet, flow(), &mut probe));
        });
    }
    let mut group = c.benchmark_group("lookup hit");
    for (flows, buckets) in SIZES {
        let mut machine = Machine::filled(buckets, flows);
        one::<NoProbe>(&mut group, &mut machine, flows);
        one::<Counting>(&mut group, &mut machine, flows);
    }
}

fn lookup_miss(c: &mut Criterion) {
    fn one<P: Named>(group: &mut Group<'_>, machine: &mut Machine, flows: u32) {
        let (packet, mut flow, mut probe) = (udp(), any_of(flows), P::default());
        machine.choose(&packet);
        machine.drop_before_confirm();
        group.bench_function(id::<P>(flows), |b| {
            b.iter(|| machine.send(&packet, flows + flow(), &mut probe));
        });
        assert_eq!(machine.ct.count(), flows, "nothing was confirmed");
    }
    let mut group = c.benchmark_group("lookup miss, dropped before confirm");
    for (flows, buckets) in SIZES {
        let mut machine = Machine::filled(buckets, flows);
        one::<NoProbe>(&mut group, &mut machine, flows);
        one::<Counting>(&mut group, &mut machine, flows);
    }
}

fn new_through_confirm(c: &mut Criterion) {
    fn one<P: Named>(group: &mut Group<'_>, flows: u32, buckets: u32) {
        let (packet, mut probe) = (udp(), P::default());
        group.throughput(Throughput::Elements(flows.into()));
        group.bench_function(id::<P>(flows), |b| {
            b.iter_batched(
                || Machine::new(Profile::V5_10, buckets),
                |mut machine| {
                    machine.choose(&packet);
                    (0..flows).for_each(|i| machine.send(&packet, i, &mut probe));
                    machine
                },
                BatchSize::PerIteration,
            );
        });
    }
    let mut group = c.benchmark_group("new connections through confirm, an empty table filled");
    group.sample_size(10);
    for (flows, buckets) in SIZES {
        one::<NoProbe>(&mut group, flows, buckets);
        one::<Counting>(&mut group, flows, buckets);
    }
}

fn gc_sweep(c: &mut Criterion) {
    fn one<P: Named>(group: &mut Group<'_>, flows: u32, buckets: u32) {
        let mut probe = P::default();
        group.throughput(Throughput::Elements(flows.into()));
        group.bench_function(id::<P>(flows), |b| {
            b.iter_batched(
                || {
                    let mut machine = Machine::filled(buckets, flows);
                    machine.advance(31_000);
                    machine
                },
                |mut machine| {
                    machine.sweep(&mut probe);
                    machine
                },
                BatchSize::PerIteration,
            );
        });
    }
    let mut group = c.benchmark_group("gc sweep, every entry expired");
    group.sample_size(10);
    for (flows, buckets) in SIZES {
        one::<NoProbe>(&mut group, flows, buckets);
        one::<Counting>(&mut group, flows, buckets);
    }
}

fn full_tcp(c: &mut Criterion) {
    fn one<P: Named>(group: &mut Group<'_>, machine: &mut Machine, flows: u32) {
        let (packets, mut probe) = (whole_tcp(), P::default());
        group.bench_function(id::<P>(flows), |b| {
            b.iter_custom(|iterations| {
                let mut left = iterations;
                let mut spent = Duration::ZERO;
                while left > 0 {
                    // So many at a time that taking them out again, untimed, costs little.
                    let count = left.min(20_000);
                    let start = Instant::now();
                    machine.whole_connections(&packets, count as u32, &mut probe);
                    spent += start.elapsed();
                    machine.delete_tcp();
                    left -= count;
                }
                spent
            });
        });
        assert_eq!(machine.ct.count(), flows);
    }
    let mut group = c.benchmark_group("full TCP connection, eight packets");
    group.sample_size(10);
    for (flows, buckets) in SIZES {
        let mut machine = Machine::filled(buckets, flows);
        one::<NoProbe>(&mut group, &mut machine, flows);
        one::<Counting>(&mut group, &mut machine, flows);
    }
}

fn replay(c: &mut Criterion) {
    fn one<P: Named>(group: &mut Group<'_>, flows: u32, buckets: u32) {
        let (scenario, mut probe) = (commands::scenario(0, buckets), P::default());
        let filled = Machine::filled(buckets, flows);
        group.bench_function(id::<P>(flows), |b| {
            b.iter_batched(
                || filled.clone(),
                |mut machine| {
                    machine.replay(&scenario, &mut probe);
                    machine
                },
                BatchSize::PerIteration,
            );
        });
    }
    let mut group = c.benchmark_group("replay of 10,000 commands");
    group.sample_size(10);
    group.throughput(Throughput::Elements(commands::COMMANDS.into()));
    for (flows, buckets) in SIZES {
        one::<NoProbe>(&mut group, flows, buckets);
        one::<Counting>(&mut group, flows, buckets);
    }
}

/// Going there is with no probe, looking at the steps of where one is with one.
fn seek(c: &mut Criterion) {
    let mut group = c.benchmark_group("seek in a timeline");
    group.sample_size(10);
    // A timeline takes 200,000 commands, so there is none of a million connections.
    for (flows, buckets) in &SIZES[..2] {
        let mut timeline = commands::timeline(*flows, *buckets);
        let mut command = any_of(commands::COMMANDS);
        let mut go = |steps: bool| {
            let n = flows + 1 + command();
            timeline.seek_command(n);
            black_box(timeline.state().count());
            if steps {
                black_box(timeline.trace_of(n));
            }
        };
        group.bench_function(id::<NoProbe>(*flows), |b| b.iter(|| go(false)));
        group.bench_function(id::<Counting>(*flows), |b| b.iter(|| go(true)));
    }
}

criterion_group!(
    benches,
    lookup_hit,
    lookup_miss,
    new_through_confirm,
    gc_sweep,
    full_tcp,
    replay,
    seek
);
criterion_main!(benches);
