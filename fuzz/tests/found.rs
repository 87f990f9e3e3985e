//! Inputs that broke something once, in `tests/data/fuzz`: they never do again.

use ctscope_fuzz::{TARGETS, corpus, replay};

#[test]
fn what_was_mended_stays_so() {
    let folder = corpus::root().join("tests/data/fuzz");
    let mut all = 0;
    let mut problems = Vec::new();
    for name in TARGETS {
        let (files, broken) = replay(name, &folder.join(name)).expect("the target is there");
        all += files;
        problems.extend(broken);
    }
    assert!(all >= 3, "{all} files: has the folder moved?");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
