//! Every step of every ready-made scenario has its sentence, its line of source, and what it
//! changed.

use super::run::run;
use ctscope::scenario::PRESETS;
use ctscope::view::narrate::why;

/// Steps that always change a field with a name. Others may change none, because somebody only
/// looks or is told; the page says so.
const ALWAYS: [&str; 4] = ["HashInserted", "HashRemoved", "RefDropped", "RefTaken"];

#[test]
fn every_change_has_a_sentence_a_line_of_source_and_what_changed() {
    let mut steps = 0;
    let mut silent = std::collections::BTreeSet::new();
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
                if told.changed.is_empty() {
                    let name = format!("{step:?}");
                    silent.insert(name.split([' ', '(']).next().unwrap_or_default().to_owned());
                }
            }
        }
    }
    assert!(steps > 1000, "{steps}");
    for name in ALWAYS {
        assert!(
            !silent.contains(name),
            "{name} changes nothing that is shown"
        );
    }
}
