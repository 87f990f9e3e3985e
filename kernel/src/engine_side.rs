//! The engine's side: it is given what the kernel was given, and asked what it sees.
//!
//! All that this crate knows of the engine's ways is in this file.

use crate::Result;
use ctscope::engine::Profile;
use ctscope::scenario::recorder::{Recording, read};
use ctscope::timeline::replay::{Player, differences};
use serde_json::Value;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The first step at which engine and kernel part.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// Number of the step, from 0.
    pub step: usize,
    /// The fields that differ, without the numbers of list items; told apart by them.
    pub kind: Vec<String>,
    /// What differs, for people.
    pub text: String,
}

/// Has the engine play what a kernel of 6.x was recorded doing, and compares after every step.
pub fn judge(recording: &Value) -> Result<Option<Finding>> {
    let recording = read(&recording.to_string())?;
    let played = catch_unwind(AssertUnwindSafe(|| {
        let broken = broken_invariant(&recording);
        (broken, differences(&recording, Profile::V6_18))
    }));
    let Ok((broken, differences)) = played else {
        return Ok(Some(Finding {
            step: recording.steps.len().saturating_sub(1),
            kind: vec!["panic".into()],
            text: "the engine panicked; its words are above".into(),
        }));
    };
    let differing = differences.first().map(|difference| difference.step);
    if let Some(broken) = broken
        && differing.is_none_or(|step| broken.step <= step)
    {
        return Ok(Some(broken));
    }
    Ok(differing.map(|step| {
        let here = differences.iter().filter(|it| it.step == step);
        let mut kind: Vec<String> = here.clone().map(|it| without_numbers(&it.field)).collect();
        kind.sort();
        kind.dedup();
        let lines: Vec<String> = here.map(|difference| difference.to_string()).collect();
        Finding {
            step,
            kind,
            text: lines.join("\n"),
        }
    }))
}

fn broken_invariant(recording: &Recording) -> Option<Finding> {
    let mut player = Player::new(recording, Profile::V6_18);
    let mut step = 0;
    while player.next().is_some() {
        let violations = player.ct.check_invariants();
        if !violations.is_empty() {
            return Some(Finding {
                step,
                kind: vec!["invariants".into()],
                text: format!("step {step}: an invariant is broken: {violations:?}"),
            });
        }
        step += 1;
    }
    None
}

fn without_numbers(field: &str) -> String {
    field.chars().filter(|c| !c.is_ascii_digit()).collect()
}
