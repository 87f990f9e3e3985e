//! The words of the command line, taken one by one.

use crate::failure::{Failure, Result};

/// What is left of the command line.
#[derive(Debug)]
pub struct Args {
    words: std::vec::IntoIter<String>,
}

impl Args {
    /// All the words after `cargo xtask`.
    pub fn new(words: Vec<String>) -> Self {
        Self {
            words: words.into_iter(),
        }
    }

    /// The next word. `--port=80` is given as `--port`, then `80`.
    pub fn next_word(&mut self) -> Option<String> {
        let word = self.words.next()?;
        match word.split_once('=') {
            Some((option, value)) if option.starts_with("--") => {
                let rest: Vec<String> = std::iter::once(value.to_owned())
                    .chain(self.words.by_ref())
                    .collect();
                self.words = rest.into_iter();
                Some(option.to_owned())
            }
            _ => Some(word),
        }
    }

    /// The value that must follow `option`.
    pub fn value_of(&mut self, option: &str) -> Result<String> {
        self.words
            .next()
            .ok_or_else(|| Failure::usage(format!("{option} needs a value after it.")))
    }
}

/// The answer to a word that `command` does not know.
pub fn unknown(command: &str, word: &str) -> Failure {
    Failure::usage(format!(
        "`cargo xtask {command}` does not know {word:?}. `cargo xtask help` shows what it takes."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(words: &[&str]) -> Args {
        Args::new(words.iter().map(|&word| word.to_owned()).collect())
    }

    #[test]
    fn an_option_takes_its_value_with_or_without_equals() {
        for words in [&["--port", "80", "x"][..], &["--port=80", "x"]] {
            let mut args = args(words);
            assert_eq!(args.next_word().as_deref(), Some("--port"));
            assert_eq!(args.value_of("--port").unwrap(), "80");
            assert_eq!(args.next_word().as_deref(), Some("x"));
            assert_eq!(args.next_word(), None);
        }
    }

    #[test]
    fn a_missing_value_is_a_sentence() {
        let failure = args(&[]).value_of("--port").unwrap_err();
        assert_eq!(failure.to_string(), "--port needs a value after it.");
    }
}
