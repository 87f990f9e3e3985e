//! `cargo bench -p ctscope-benches`: the engine's hot paths, replay and seek, by criterion.

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use ctscope::engine::{Command, NoProbe, Profile};
use ctscope::scenario::Scenario;
use ctscope::timeline::Timeline;
use ctscope_benches::machine::{Counting, Machine};
use ctscope_benches::packets::{Template, scattered};
use std::hint::black_box;

/// Connections in the table, and its buckets.
const SIZES: [(u32, u32); 3] = [(1_000, 65_536), (100_000, 65_536), (1_000_000, 1 << 20)];

fn lookups(c: &mut Criterion) {
    let packet = Template::new("udp", "len=10", false);
    for (flows, buckets) in SIZES {
        let mut machine = Machine::filled(buckets, flows);
        machine.choose(&packet);
        let mut n = 0_u32;
        let mut next = || {
            n = n.wrapping_add(1);
            scattered(n) % flows
        };
        let mut group = c.benchmark_group("packet");
        group.bench_function(BenchmarkId::new("hit", flows), |b| {
            b.iter(|| machine.send(&packet, next(), &mut NoProbe));
        });
        let mut probe = Counting::default();
        group.bench_function(BenchmarkId::new("hit, probe on", flows), |b| {
            b.iter(|| machine.send(&packet, next(), &mut probe));
        });
        machine.drop_before_confirm();
        group.bench_function(
            BenchmarkId::new("miss, dropped before confirm", flows),
            |b| {
                b.iter(|| machine.send(&packet, flows + next(), &mut NoProbe));
            },
        );
        group.finish();
    }
}

fn creation(c: &mut Criterion) {
    let packet = Template::new("udp", "len=10", false);
    let mut group = c.benchmark_group("table");
    group.sample_size(10);
    for (flows, buckets) in SIZES {
        group.bench_function(BenchmarkId::new("fill", flows), |b| {
            b.iter_batched(
                || Machine::new(Profile::V5_10, buckets),
                |mut machine| {
                    machine.choose(&packet);
                    (0..flows).for_each(|i| machine.send(&packet, i, &mut NoProbe));
                    machine
                },
                BatchSize::PerIteration,
            );
        });
        group.bench_function(BenchmarkId::new("gc, all expired", flows), |b| {
            b.iter_batched(
                || {
                    let mut machine = Machine::filled(buckets, flows);
                    machine.advance(31_000);
                    machine
                },
                |mut machine| {
                    machine.ct.apply(&Command::GcSweep, &mut NoProbe);
                    machine
                },
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

/// Ten thousand commands: flows that come, are answered and end, and time that passes.
fn long_scenario() -> Scenario {
    let mut text = String::from("config buckets=4096\n");
    for i in 0..2_500 {
        let port = 1024 + i;
        text.push_str(&format!(
            "udp 10.0.0.1:{port} > 192.0.2.53:53 len=10\n\
             udp 192.0.2.53:53 > 10.0.0.1:{port} len=10\n\
             tcp 10.0.0.2:{port} > 192.0.2.20:80 S seq=1000 win=64240\n\
             advance 20ms\n"
        ));
    }
    Scenario::parse(&text).expect("the scenario is good")
}

fn replays(c: &mut Criterion) {
    let scenario = long_scenario();
    let mut group = c.benchmark_group("timeline");
    group.sample_size(10);
    group.bench_function("replay 10,000 commands", |b| {
        b.iter(|| {
            let mut ct = ctscope::engine::Conntrack::new(&scenario.config);
            for line in &scenario.lines {
                black_box(ct.apply(&line.command, &mut NoProbe));
            }
            ct.count()
        });
    });
    let mut timeline = Timeline::new(scenario.config.clone(), "bench");
    timeline
        .load(scenario.clone(), "bench")
        .expect("the scenario fits");
    let mut n = 0_u32;
    group.bench_function("seek in 10,000 commands", |b| {
        b.iter(|| {
            n = n.wrapping_add(1);
            timeline.seek_command(scattered(n) % 10_000);
            timeline.state().count()
        });
    });
    group.finish();
}

criterion_group!(benches, lookups, creation, replays);
criterion_main!(benches);
