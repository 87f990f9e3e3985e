//! What a step changes in the machine stands beside its sentence, and a step that changes nothing
//! says so.

use super::run::{Done, run};
use ctscope::engine::Conntrack;
use ctscope::scenario::PRESETS;
use ctscope::view::narrate::why;

fn digest(machine: &Conntrack) -> u64 {
    // The packet's own CPU is in charge during its command; that is told when it enters.
    let mut machine = machine.clone();
    machine.cpu = 0;
    machine.digest()
}

fn changes(done: &Done, at: usize) -> bool {
    let before = match at.checked_sub(1) {
        Some(last) => &done.states[last],
        None => &done.start,
    };
    digest(before) != digest(&done.states[at])
}

#[test]
fn a_step_that_changes_the_machine_says_what_and_one_that_does_not_says_nothing() {
    let mut wrong = std::collections::BTreeMap::new();
    let mut steps = 0;
    for preset in PRESETS {
        for done in run(preset.text) {
            for at in 0..done.steps.len() {
                steps += 1;
                let told = why(&done.scene(at, at + 1));
                let name = format!("{:?}", done.steps[at]);
                let name = name.split([' ', '(']).next().unwrap_or_default().to_owned();
                if changes(&done, at) == told.changed.is_empty() {
                    let entry = wrong
                        .entry((name, told.changed.is_empty()))
                        .or_insert((0, String::new()));
                    entry.0 += 1;
                    entry.1 = format!("{} {:?}", told.what, told.changed);
                }
            }
        }
    }
    assert!(steps > 1000, "{steps}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}
