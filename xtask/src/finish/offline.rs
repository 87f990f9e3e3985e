//! What keeps the page for times without a network: the manifest, by which a browser installs it,
//! and the worker, which keeps all files of one build.

use std::fs;
use std::path::Path;

use super::{html, node, read, write};
use crate::failure::{Doing, Failure, Result};
use crate::page::{self, Profile};

const WORKER: &str = "worker.js";
const ICONS: &str = "icons";

/// The page that says where its manifest is and asks for its worker. A page for trying things out
/// does neither: each change is to be seen at once.
pub fn announced(root: &Path, html: &str, profile: Profile) -> Result<String> {
    if profile == Profile::Dev {
        return Ok(html.to_owned());
    }
    let script = read(&root.join("static/worker/page.js"))?;
    let more = format!(
        "<link rel=\"manifest\" href=\"manifest.webmanifest\">\n<script>{script}</script>\n"
    );
    html::before_end_of(html, "</head>", &more)
}

/// Adds the manifest, its icons and the worker to the finished page.
pub fn add_worker(root: &Path, dist: &Path, profile: Profile) -> Result<()> {
    if profile == Profile::Dev {
        return copy(&root.join("static/worker/none.js"), &dist.join(WORKER));
    }
    let manifest = "manifest.webmanifest";
    copy(&root.join("static").join(manifest), &dist.join(manifest))?;
    let icons = dist.join(ICONS);
    fs::create_dir_all(&icons).doing(|| format!("make the folder {}", icons.display()))?;
    for name in page::names_in(&root.join("static").join(ICONS))? {
        copy(
            &root.join("static").join(ICONS).join(&name),
            &icons.join(&name),
        )?;
    }
    let worker = read(&root.join("static/worker/worker.js"))?;
    write(&dist.join(WORKER), &filled(&worker, &files_of(dist)?)?)
}

/// The paths of all files in the order of names; `index.html` is the folder itself, and ''.
fn files_of(dist: &Path) -> Result<Vec<(String, String)>> {
    let mut paths = page::names_in(dist)?;
    paths.retain(|name| name != ICONS && name != WORKER);
    let icons = page::names_in(&dist.join(ICONS))?;
    paths.extend(icons.iter().map(|name| format!("{ICONS}/{name}")));
    let files: Vec<_> = paths.iter().map(|path| dist.join(path)).collect();
    let digests = node::file_digests(&files)?;
    for path in paths.iter_mut().filter(|path| *path == "index.html") {
        path.clear();
    }
    Ok(paths.into_iter().zip(digests).collect())
}

/// The worker's script with the names of the build and of its files in it. The build is named by
/// the digest of all digests.
fn filled(script: &str, files: &[(String, String)]) -> Result<String> {
    let lines: Vec<_> = files
        .iter()
        .map(|(path, digest)| format!("  '{path}': '{digest}',\n"))
        .collect();
    let all = lines.concat();
    if all.contains('\\') || all.matches('\'').count() != 4 * files.len() {
        return Err(Failure::new(
            "a file of the page has a name that cannot stand in the worker.",
        ));
    }
    let build = node::digests(&[&all])?.concat();
    for place in ["{{build}}", "{{files}}"] {
        if script.matches(place).count() != 1 {
            return Err(Failure::new(format!("the worker needs {place} once.")));
        }
    }
    Ok(script
        .replace("{{build}}", &build)
        .replace("{{files}}", &format!("{{\n{all}}}")))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to)
        .map(drop)
        .doing(|| format!("copy {} to {}", from.display(), to.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, digest: &str) -> (String, String) {
        (path.to_owned(), digest.to_owned())
    }

    #[test]
    fn another_file_makes_another_build() {
        let script = "'{{build}}' {{files}}";
        let one = filled(script, &[file("", "sha256-a="), file("b.js", "sha256-b=")]).unwrap();
        let other = filled(script, &[file("", "sha256-a="), file("b.js", "sha256-c=")]).unwrap();
        assert!(one.ends_with("{\n  '': 'sha256-a=',\n  'b.js': 'sha256-b=',\n}"));
        assert!(one.starts_with("'sha256-"), "{one}");
        assert_ne!(one[..40], other[..40]);
    }

    #[test]
    fn a_worker_without_a_place_for_its_files_is_refused() {
        assert!(filled("{{build}}", &[]).is_err());
        assert!(filled("{{build}} {{files}}", &[file("it's", "x")]).is_err());
    }
}
