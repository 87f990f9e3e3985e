//! Inert blocks of data in the page: text that is not compiled into the program.
//!
//! A block is `<script type="text/plain" id="lessons-en">` with the files of a folder, each below a
//! line `=== NAME`, its name without the ending. A folder that has no such file gives no block.

use std::fs;
use std::path::Path;

use super::html;
use crate::failure::{Doing, Failure, Result};

struct Block {
    id: &'static str,
    folder: &'static str,
    ending: &'static str,
}

/// English messages are in the program itself: it must have words before it has anything else.
const BLOCKS: [Block; 3] = [
    Block {
        id: "lessons-en",
        folder: "static/lessons/en",
        ending: "lesson",
    },
    Block {
        id: "lessons-de",
        folder: "static/lessons/de",
        ending: "lesson",
    },
    Block {
        id: "messages-de",
        folder: "static/messages/de",
        ending: "txt",
    },
];

/// What begins a line that names the next file.
const HEAD: &str = "=== ";

/// The markup of all blocks.
pub fn of_project(root: &Path) -> Result<String> {
    let mut markup = String::new();
    for block in &BLOCKS {
        let text = joined(&files(&root.join(block.folder), block.ending)?)?;
        if !text.is_empty() {
            markup.push_str(&format!(
                "<script type=\"text/plain\" id=\"{}\">\n{}</script>\n",
                block.id,
                html::escaped(&text)
            ));
        }
    }
    Ok(markup)
}

/// Names without the ending, and texts, in the order of names; none if there is no such folder.
fn files(folder: &Path, ending: &str) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    if !folder.is_dir() {
        return Ok(found);
    }
    let doing = || format!("read {}", folder.display());
    for entry in fs::read_dir(folder).doing(doing)? {
        let path = entry.doing(doing)?.path();
        if path.extension().is_none_or(|it| it != ending) {
            continue;
        }
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let text = fs::read_to_string(&path).doing(|| format!("read {}", path.display()))?;
        found.push((name.into_owned(), text));
    }
    found.sort();
    Ok(found)
}

fn joined(files: &[(String, String)]) -> Result<String> {
    let mut text = String::new();
    for (name, content) in files {
        if let Some(line) = content.lines().position(|line| line.starts_with(HEAD)) {
            return Err(Failure::new(format!(
                "line {} of {name} begins with {HEAD:?}, which begins a file in the page.",
                line + 1
            )));
        }
        text.push_str(&format!("{HEAD}{name}\n{}\n", content.trim_end()));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, text: &str) -> (String, String) {
        (name.to_owned(), text.to_owned())
    }

    #[test]
    fn files_are_joined_by_lines_that_name_them() {
        let files = [file("a", "title: A\n\n"), file("b", "title: B")];
        assert_eq!(
            joined(&files).unwrap(),
            "=== a\ntitle: A\n=== b\ntitle: B\n"
        );
        assert_eq!(joined(&[]).unwrap(), "");
    }

    #[test]
    fn a_file_cannot_pretend_to_be_two() {
        let sentence = joined(&[file("a", "x\n=== b\n")]).unwrap_err().to_string();
        assert!(sentence.starts_with("line 2 of a begins"), "{sentence}");
    }

    #[test]
    fn files_of_a_folder_come_by_name_and_a_missing_folder_has_none() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/finish");
        let found: Vec<_> = files(&here, "rs")
            .unwrap()
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert!(found.is_sorted() && found.contains(&"blocks".to_owned()));
        assert_eq!(files(&here, "lesson").unwrap(), []);
        assert_eq!(files(&here.join("none"), "rs").unwrap(), []);
    }
}
