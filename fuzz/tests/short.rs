//! Every target for a few seconds, one after the other, so that each has the machine for itself.
//! `CTSCOPE_FUZZ_SECS` says how many all have together, `CTSCOPE_FUZZ_SEED` which inputs.

use ctscope_fuzz::harness::Plan;
use ctscope_fuzz::{TARGETS, corpus, fuzz};
use std::time::Duration;

const SECS: u64 = 60;
const SEED: u64 = 20_210_419;

fn number(name: &str, default: u64) -> u64 {
    let text = std::env::var(name).ok();
    text.map_or(default, |text| text.parse().expect("it is a number"))
}

#[test]
fn nothing_breaks_in_a_minute() {
    let seed = number("CTSCOPE_FUZZ_SEED", SEED);
    let plan = Plan {
        seed,
        time: Duration::from_secs(number("CTSCOPE_FUZZ_SECS", SECS)) / TARGETS.len() as u32,
        folder: corpus::root().join("target/fuzz"),
    };
    let mut problems = Vec::new();
    for name in TARGETS {
        let report = fuzz(name, &plan).expect("the target is there");
        println!("{name}: seed {seed}, {} runs", report.runs);
        assert!(report.runs > 20, "{name}: only {} runs", report.runs);
        for (what, file) in report.findings {
            problems.push(format!(
                "{name}, seed {seed}: {what}\n  Mend it, and keep the input:\n  \
                 cp {} tests/data/fuzz/{name}/",
                file.display()
            ));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
