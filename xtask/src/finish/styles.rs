//! One style sheet in place of many. All are needed before anything is painted, and each would be a
//! request and an element of its own.

use std::fs;
use std::path::Path;

use super::{html, node};
use crate::failure::{Doing, Result};

const TAG: &str = "<link rel=\"stylesheet\"";

/// Joins the page's style sheets, in their order, and takes the single ones away.
pub fn joined(dist: &Path, page: &str) -> Result<String> {
    let at = page.find(TAG).ok_or_else(|| html::missing(TAG))?;
    let (mut page, tags) = html::without_tags(page, TAG);
    let mut all = String::new();
    for tag in &tags {
        let name = html::attribute(tag, "href").ok_or_else(|| html::missing("href"))?;
        let file = dist.join(name.trim_start_matches("./"));
        let style = fs::read_to_string(&file).doing(|| format!("read {}", file.display()))?;
        all.push_str(&style);
        all.push('\n');
        fs::remove_file(&file).doing(|| format!("remove {}", file.display()))?;
    }
    let digest = node::digests(&[&all])?.concat();
    let letters = digest.trim_start_matches("sha256-").chars();
    let mark: String = letters
        .filter(char::is_ascii_alphanumeric)
        .take(16)
        .collect();
    let name = format!("styles-{mark}.css");
    let file = dist.join(&name);
    fs::write(&file, all).doing(|| format!("write {}", file.display()))?;
    // In a frame with a sandbox the page is a stranger to its own host, and the digest of a style
    // sheet is compared only if it was asked for so.
    let link = format!("{TAG} crossorigin href=\"./{name}\" integrity=\"{digest}\"/>");
    page.insert_str(at, &link);
    Ok(page)
}
