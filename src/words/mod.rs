//! All words that a person reads, by language. English is compiled in from
//! `static/messages/en`; other languages are read once from text. A message is a constant of its
//! area: a key that is missing or misspelt does not compile.

pub mod file;
mod fill;
mod lang;
#[cfg(test)]
mod tests;

pub use fill::{fill, filled};
pub use lang::{Lang, language, learn, speak};

use core::fmt;

/// A message with `N` names to fill in. [`tell`] does that.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Message<const N: usize> {
    /// Which it is, in the order of the English files.
    pub number: u16,
    /// The names, in the order in which they stand first in the English text.
    pub names: [&'static str; N],
}

/// A message without anything to fill in.
pub type Plain = Message<0>;

impl Plain {
    /// The text in the current language.
    pub fn text(self) -> &'static str {
        lang::text(self.number)
    }

    /// The English text, by which a title is known whatever is spoken.
    pub fn english(self) -> &'static str {
        lang::english(self.number.into())
    }
}

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.pad(self.text())
    }
}

/// `true` if the names given are those of a message, in their order.
pub const fn same_names(message: &[&str], given: &[&str]) -> bool {
    if message.len() != given.len() {
        return false;
    }
    let mut at = 0;
    while at < message.len() {
        let (a, b) = (message[at].as_bytes(), given[at].as_bytes());
        let mut letter = 0;
        if a.len() != b.len() {
            return false;
        }
        while letter < a.len() {
            if a[letter] != b[letter] {
                return false;
            }
            letter += 1;
        }
        at += 1;
    }
    true
}

/// A message in the current language, filled in: `tell!(w::NODE_LEAVES, conn, n = nodes)`. What is
/// given is named as in the message, in the order of its English text, and is anything that can be
/// displayed; for a placeholder with forms, a whole number.
macro_rules! tell {
    ($key:expr $(, $name:ident $(= $value:expr)?)+ $(,)?) => {{
        const {
            assert!(
                $crate::words::same_names(&$key.names, &[$(stringify!($name)),+]),
                "not the names of this message in the order of its English text"
            );
        }
        $crate::words::fill(
            $key.number,
            &[$($crate::words::tell!(@ $name $(= $value)?)),+],
        )
    }};
    (@ $name:ident) => { &$name };
    (@ $name:ident = $value:expr) => { &$value };
}
pub(crate) use tell;

include!(concat!(env!("OUT_DIR"), "/messages.rs"));
