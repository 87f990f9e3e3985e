//! What is done to the page after Trunk has bundled it, in every build: data blocks, one style
//! sheet, the policy on what it may load, what keeps it without a network, and the page in one
//! file.

mod blocks;
mod html;
mod node;
mod offline;
mod policy;
mod single;
mod styles;

use std::fs;
use std::path::Path;

use crate::failure::{Doing, Result};
use crate::page::Profile;

/// The page in one file, beside the page in many.
pub const SINGLE: &str = "ctscope.html";

/// Finishes the page in `dist`, which Trunk has just written from the project at `root`.
pub fn page(root: &Path, dist: &Path, profile: Profile) -> Result<()> {
    let index = dist.join("index.html");
    let bundled = html::before_end_of(&read(&index)?, "</body>", &blocks::of_project(root)?)?;
    let bundled = styles::joined(dist, &bundled)?;

    let single = single::from_bundle(dist, &bundled)?;
    let single = policy::add(&single, policy::of_single(&single)?)?;

    let hosted = offline::announced(root, &bundled, profile)?;
    let hosted = policy::add(&hosted, policy::of_hosted(&hosted)?)?;
    write(&index, &hosted)?;
    // Lists the files of the page, among which the single one is not: it is a page of its own.
    offline::add_worker(root, dist, profile)?;
    write(&dist.join(SINGLE), &single)
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).doing(|| format!("write {}", path.display()))
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).doing(|| format!("read {}", path.display()))
}
