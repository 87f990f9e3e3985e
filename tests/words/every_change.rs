//! Every step of every ready-made scenario has its sentence, its line of source, and what it
//! changed.

use super::run::run;
use ctscope::engine::Conntrack;
use ctscope::scenario::PRESETS;
use ctscope::view::narrate::why;
use std::collections::BTreeSet;

/// Lines of the machine's print that are no field of it: what the engine keeps to draw numbers in
/// order, and to know that a node is between two lists.
const NO_FIELD: [&str; 1] = ["moving: "];

/// A machine, without what is no field of it.
fn fields(machine: &Conntrack) -> String {
    let print = format!("{machine:#?}");
    let lines = print.lines().filter(|line| {
        let line = line.trim_start();
        !NO_FIELD.iter().any(|none| line.starts_with(none))
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_change_has_a_sentence_a_line_of_source_and_what_changed() {
    let mut steps = 0;
    let mut silent = BTreeSet::new();
    for preset in PRESETS {
        for done in run(preset.text) {
            for at in 0..done.steps.len() {
                steps += 1;
                let step = &done.steps[at];
                let told = why(&done.scene(at, at + 1));
                assert!(told.what.len() > 8, "{step:?}: {}", told.what);
                let configures = matches!(format!("{step:?}").as_str(), "Configured" | "Refused");
                if !configures {
                    assert!(!told.calls.is_empty() && !told.file.is_empty(), "{step:?}");
                    let marked = told.code.iter().filter(|line| line.current).count();
                    assert_eq!(marked, 1, "{step:?}");
                }
                for change in &told.changed {
                    assert!(
                        !change.what.is_empty() && change.old != change.new,
                        "{step:?}"
                    );
                }
                // Printing a machine that was flooded takes as long as all the others together.
                if told.changed.is_empty() && done.states[at].count() < 100 {
                    let scene = done.scene(at, at + 1);
                    let (old, new) = (fields(scene.before), fields(scene.state));
                    if old != new {
                        let old: BTreeSet<&str> = old.lines().collect();
                        let new = new.lines().filter(|line| !old.contains(line));
                        silent.insert(format!("{step:?}: {:?}", new.collect::<Vec<_>>()));
                    }
                }
            }
        }
    }
    assert!(steps > 1000, "{steps}");
    assert!(silent.is_empty(), "no field is shown: {silent:#?}");
}
