//! Every step of every ready-made scenario has its sentence, its line of source, and what it
//! changed; a step without a changed field is one of those named here.

use super::run::run;
use ctscope::scenario::PRESETS;
use ctscope::view::narrate::why;

/// Steps that may change no field that has a name: a packet comes or goes, somebody looks,
/// somebody is told. The sentence says all there is, and the page says that no field changes.
const NO_FIELD: &[&str] = &[
    "AlreadyTracked",
    "AnswerMade",
    "BucketsReady",
    "BucketsUnlocked",
    "ChainDone",
    "Compared",
    "Configured",
    "ConfirmSkipped",
    "ConnAllocated",
    "Dropped",
    "DyingChecked",
    "EventRetryRan",
    "EventSent",
    "ExpectCreated",
    "ExpectEventSent",
    "ExpectRemoved",
    "FragmentQueued",
    "Fragmented",
    "FragmentsFreed",
    "GcKilled",
    "Held",
    "HelperAttached",
    "HopCounted",
    "IcmpErrorChecked",
    "L4Found",
    "LookupHit",
    "LookupMiss",
    "NatPortsTried",
    "NatTupleTaken",
    "PacketEnters",
    "PacketLeaves",
    "PacketRewritten",
    "Reassembled",
    "Refused",
    "Released",
    "Routed",
    "RuleActed",
    "SkbFreed",
    "TupleBuilt",
    "WindowChecked",
];

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
    let unnamed: Vec<_> = silent
        .iter()
        .filter(|name| !NO_FIELD.contains(&name.as_str()))
        .collect();
    assert!(
        unnamed.is_empty(),
        "they change nothing that is shown: {unnamed:?}"
    );
}
