//! What is done to the page after Trunk has bundled it, in every build.

mod blocks;
mod html;

use std::fs;
use std::path::Path;

use crate::failure::{Doing, Result};

/// Finishes the page in `dist`, which Trunk has just written from the project at `root`.
pub fn page(root: &Path, dist: &Path) -> Result<()> {
    let index = dist.join("index.html");
    let html = fs::read_to_string(&index).doing(|| format!("read {}", index.display()))?;
    let html = html::before_end_of(&html, "</body>", &blocks::of_project(root)?)?;
    fs::write(&index, html).doing(|| format!("write {}", index.display()))
}
