//! Many lessons in one text, parted by lines `=== NAME`.

use super::super::ParseError;
use super::super::words::{Fault, quoted};
use crate::words::{Plain, lesson_file as w, tell};

/// Longest text with lessons, in bytes.
pub const BUNDLE_BYTES_MAX: usize = 4 << 20;
/// Most lessons in it.
pub const BUNDLE_FILES_MAX: usize = 100;
/// Longest name, in bytes.
const NAME_BYTES_MAX: usize = 32;

/// A lesson's file in a bundle.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bundled<'a> {
    /// Its name, for links: letters, digits and dashes.
    pub name: &'a str,
    /// What is in it.
    pub text: &'a str,
}

/// The files of a bundle, in order. What stands before the first line `=== NAME` is left out.
pub fn bundle(text: &str) -> Result<Vec<Bundled<'_>>, ParseError> {
    const NAME: Plain = w::AND_A_NAME_OF;
    if text.len() > BUNDLE_BYTES_MAX {
        let problem = tell!(w::THE_LESSONS_HAVE_TEXT, text = text.len());
        let expected = tell!(w::AT_MOST_BUNDLE_BYTES, bundle_bytes_max = BUNDLE_BYTES_MAX);
        return Err(Fault::new(0, problem, expected).located(1, ""));
    }
    let mut found: Vec<Bundled<'_>> = Vec::new();
    let mut begun: Option<(&str, usize)> = None;
    let mut at = 0;
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        if let Some(name) = line.strip_prefix("=== ") {
            let name = name.trim();
            let good = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
            let fits = (1..=NAME_BYTES_MAX).contains(&name.len());
            let twice = begun.is_some_and(|(other, _)| other == name)
                || found.iter().any(|file| file.name == name);
            if !fits || !name.bytes().all(good) || twice {
                let problem = tell!(w::QUOTED_CANNOT_BE_A, quoted = quoted(name));
                return Err(Fault::new(4, problem, NAME.text()).located(number, line));
            }
            if found.len() + usize::from(begun.is_some()) == BUNDLE_FILES_MAX {
                let expected = tell!(w::AT_MOST_BUNDLE_FILES, bundle_files_max = BUNDLE_FILES_MAX);
                return Err(
                    Fault::new(0, w::TOO_MANY_LESSONS.text(), expected).located(number, line)
                );
            }
            if let Some((name, from)) = begun.replace((name, at + line.len())) {
                found.push(Bundled {
                    name,
                    text: &text[from..at],
                });
            }
        }
        at += line.len();
    }
    if let Some((name, from)) = begun {
        found.push(Bundled {
            name,
            text: &text[from..],
        });
    }
    Ok(found)
}
