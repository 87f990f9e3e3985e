//! Fewer steps that show the same difference.

use crate::Result;
use serde_json::Value;
use std::time::{Duration, Instant};

/// Longer than this nobody wants to wait for a smaller scenario.
const PATIENCE: Duration = Duration::from_secs(20);

/// Leaves out steps as long as `shows` says that what is left still shows it.
pub fn shrink(
    steps: &[Value],
    mut shows: impl FnMut(&[Value]) -> Result<bool>,
) -> Result<Vec<Value>> {
    let start = Instant::now();
    let mut steps = steps.to_vec();
    let mut size = steps.len() / 2;
    while size > 0 {
        let mut at = 0;
        let mut smaller = false;
        while at < steps.len() {
            if start.elapsed() > PATIENCE {
                return Ok(steps);
            }
            let end = (at + size).min(steps.len());
            let rest = [&steps[..at], &steps[end..]].concat();
            if !rest.is_empty() && shows(&rest)? {
                steps = rest;
                smaller = true;
            } else {
                at = end;
            }
        }
        if !smaller || size > steps.len() {
            size /= 2;
        }
    }
    Ok(steps)
}
