//! The harness itself: what breaks is found, named, made simple and written down.

use ctscope_fuzz::change;
use ctscope_fuzz::harness::{MEMORY_MAX, Plan, Target, fuzz, guarded};
use ctscope_fuzz::rng::Rng;
use ctscope_fuzz::seen::Seen;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Breaks in a way of its own if the byte 7 is in its input.
struct Brittle(fn(&[u8]) -> Result<(), String>);

impl Target for Brittle {
    type Input = Vec<u8>;
    const NAME: &'static str = "brittle";
    const ENDING: &'static str = "bin";

    fn seeds(&self) -> Vec<Vec<u8>> {
        vec![b"a sound input".to_vec()]
    }

    fn load(&self, file: &[u8]) -> Option<Vec<u8>> {
        Some(file.to_vec())
    }

    fn save(&self, input: &Vec<u8>) -> Vec<u8> {
        input.clone()
    }

    fn change(&self, rng: &mut Rng, pool: &[Arc<Vec<u8>>], input: &mut Vec<u8>) {
        let other = rng.pick(pool).clone();
        change::bytes(rng, input, &other, &[]);
    }

    fn run(&self, input: &Vec<u8>, seen: &mut Seen) -> Result<(), String> {
        seen.note(input.len());
        match input.contains(&7) {
            true => self.0(input),
            false => Ok(()),
        }
    }

    fn simpler(&self, input: &Vec<u8>) -> Vec<Vec<u8>> {
        change::simpler_bytes(input)
    }
}

/// Memory is counted for the whole program, so one test runs at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn plan(name: &str, secs: u64) -> Plan {
    Plan {
        seed: 3,
        time: Duration::from_secs(secs),
        folder: PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name),
    }
}

#[test]
fn a_panic_is_found_and_its_input_made_simple() {
    let _alone = alone();
    let target = Brittle(|bytes| panic!("seven in {} bytes", bytes.len()));
    let report = fuzz(&target, &plan("panic", 2));
    let [(what, file)] = &report.findings[..] else {
        panic!("{report:?}");
    };
    assert!(what.contains("tests/harness.rs"), "{what}");
    assert!(what.ends_with("seven in 1 bytes"), "{what}");
    assert_eq!(fs::read(file).expect("it was written"), [7]);
}

#[test]
fn a_broken_law_is_found_once() {
    let _alone = alone();
    let target = Brittle(|bytes| Err(format!("law: {} bytes", bytes.len())));
    let report = fuzz(&target, &plan("law", 1));
    assert_eq!(report.findings.len(), 1, "{report:?}");
    assert_eq!(report.findings[0].0, "law: 1 bytes");
}

#[test]
fn memory_has_a_limit() {
    let _alone = alone();
    let target = Brittle(|_| {
        let bytes = vec![1_u8; MEMORY_MAX + 1];
        std::hint::black_box(&bytes);
        Ok(())
    });
    let done = guarded(&target, &vec![7], &mut Seen::default());
    assert!(done.is_err_and(|what| what.starts_with("memory: ")));
    let done = guarded(&target, &vec![8], &mut Seen::default());
    assert_eq!(done, Ok(()));
}

#[test]
fn time_has_a_limit() {
    let _alone = alone();
    let target = Brittle(|_| {
        // An optimised billion of steps is over sooner on no machine.
        for n in 0..4_000_000_000_u64 {
            std::hint::black_box(n);
        }
        Ok(())
    });
    let done = guarded(&target, &vec![7], &mut Seen::default());
    assert!(done.is_err_and(|what| what.starts_with("time: ")));
}

#[test]
fn a_seed_gives_the_same_inputs() {
    let inputs = || {
        let target = Brittle(|_| Ok(()));
        let mut rng = Rng::new(9);
        let pool: Vec<_> = target.seeds().into_iter().map(Arc::new).collect();
        let mut input = pool[0].to_vec();
        for _ in 0..50 {
            target.change(&mut rng, &pool, &mut input);
        }
        input
    };
    assert_eq!(inputs(), inputs());
}
