//! Laws of the engine, over random commands: what must be true at every step.

mod common;

use common::{any_command, command};
use ctscope::engine::conn::Place;
use ctscope::engine::nulls::ListId;
use ctscope::engine::time::TICKS_MAX;
use ctscope::engine::tuple::Dir;
use ctscope::engine::{Command, Config, Conntrack, NoProbe, Probe, Profile, Span, Step};
use proptest::prelude::*;

/// Looks at the machine at each step.
#[derive(Default)]
struct Checker {
    steps: u64,
    broken: Option<String>,
}

impl Probe for Checker {
    fn step(&mut self, at: &Conntrack, what: impl FnOnce() -> Step) {
        self.steps += 1;
        let violations = at.check_invariants();
        if self.broken.is_none() && !violations.is_empty() {
            self.broken = Some(format!("step {}, {:?}: {violations:?}", self.steps, what()));
        }
    }
}

/// Between two commands every reference has an owner, and a connection in the table hangs there
/// by both tuplehashes. The one exception is what clash resolution leaves behind, by design.
fn settled(machine: &Conntrack) -> Result<(), String> {
    for conn in machine.conns.iter() {
        let id = conn.id;
        if conn.use_count != conn.refs.total() || conn.use_count == 0 {
            return Err(format!("{id}: use {} of {:?}", conn.use_count, conn.refs));
        }
        let hashed = Dir::BOTH.map(|dir| matches!(conn.list(dir), Some(ListId::Bucket(_))));
        let clash = conn
            .status
            .contains(ctscope::engine::conn::Status::NAT_CLASH);
        if hashed[0] != hashed[1] && !clash {
            return Err(format!("{id} hangs in the table by one node: {hashed:?}"));
        }
        if conn.place() == Place::Nowhere {
            return Err(format!("{id} is in no list"));
        }
    }
    Ok(())
}

fn configs() -> impl Strategy<Value = Config> {
    (
        1..20_u32,
        any::<u32>(),
        prop_oneof![Just(None), (1..12_u32).prop_map(Some)],
        prop_oneof![Just(Profile::V5_10), Just(Profile::V6_18)],
    )
        .prop_map(|(buckets, seed, max, profile)| Config {
            profile,
            buckets,
            seed,
            max,
            ..Config::default()
        })
}

fn check(config: &Config, commands: &[Command]) -> Result<u64, TestCaseError> {
    let mut machine = Conntrack::new(config);
    let mut steps = 0;
    for (n, command) in (1..).zip(commands) {
        let mut checker = Checker::default();
        let before = machine.digest();
        let outcome = machine.apply(command, &mut checker);
        steps += checker.steps;
        prop_assert!(checker.steps > 0, "command {n}, {command:?}: no step");
        prop_assert!(
            checker.broken.is_none(),
            "command {n}, {command:?}: {}",
            checker.broken.unwrap_or_default()
        );
        if outcome.refused.is_some() {
            prop_assert_eq!(machine.digest(), before, "command {} was refused", n);
        }
        let violations = machine.check_invariants();
        prop_assert!(
            violations.is_empty(),
            "after command {n}, {command:?}: {violations:?}"
        );
        if let Err(problem) = settled(&machine) {
            return Err(TestCaseError::fail(format!(
                "after command {n}, {command:?}: {problem}"
            )));
        }
    }
    let mut again = Conntrack::new(config);
    for command in commands {
        again.apply(command, &mut NoProbe);
    }
    prop_assert_eq!(
        again.digest(),
        machine.digest(),
        "a replay is another machine"
    );
    Ok(steps)
}

#[test]
fn the_longest_jump_ends_and_can_be_made_again() {
    let preludes = ["gc", "events slow", "udp 10.0.0.1:1 > 10.0.0.2:2 len=1"];
    for (prelude, profile) in preludes
        .into_iter()
        .flat_map(|prelude| Profile::ALL.map(|profile| (prelude, profile)))
    {
        let mut machine = Conntrack::new(&Config {
            profile,
            ..Config::default()
        });
        let longest = Command::Advance(Span::Jiffies(TICKS_MAX));
        for command in [command(prelude), longest.clone(), longest.clone(), longest] {
            assert_eq!(machine.apply(&command, &mut NoProbe).refused, None);
        }
        assert_eq!(machine.uptime, 3 * u64::from(TICKS_MAX.0));
        assert_eq!(machine.conns.len(), 0);
    }
}

/// Commands in a run, and runs: 100,000 commands for each kernel.
const LENGTH: usize = 250;
const RUNS: u32 = 800;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(RUNS))]

    #[test]
    fn what_must_be_true_is_true_at_every_step(
        config in configs(),
        commands in proptest::collection::vec(any_command(), LENGTH),
    ) {
        check(&config, &commands)?;
    }
}
