//! Filling in.

use super::file::{CLOSE, FORM, OPEN, name, names};
use super::lang::{english, text};
use core::fmt::{Display, Write};

/// The blank between groups of digits: narrow, and no place to break a line.
const GROUP: char = '\u{202f}';

/// A message with its values, which are in the order of the English names. What has no value stays
/// empty.
pub fn fill(number: u16, values: &[&dyn Display]) -> String {
    filled(text(number), english(number.into()), values)
}

/// A text as it was read, with its values, which are in the order of the English one's names.
pub fn filled(text: &str, english: &str, values: &[&dyn Display]) -> String {
    let mut out = String::with_capacity(text.len() + 8 * values.len());
    // Nearly always the text is the English one, and each name stands there once.
    let own = core::ptr::eq(text, english) && marks(english) == values.len();
    let order = if own { Vec::new() } else { names(english) };
    let (head, mut left) = cut(text, OPEN);
    out.push_str(head);
    let mut nth = 0;
    while let Some(part) = left {
        let (part, others) = cut(part, OPEN);
        left = others;
        let (inner, rest) = cut(part, CLOSE);
        let rest = rest.unwrap_or_default();
        let at = match own {
            true => Some(nth),
            false => order.iter().position(|known| *known == name(inner)),
        };
        nth += 1;
        if let Some(value) = at.and_then(|at| values.get(at)) {
            match inner.split_once(FORM) {
                // Writing into a string cannot fail.
                None => drop(write!(out, "{value}")),
                Some((_, forms)) => count(&mut out, &value.to_string(), forms),
            }
        }
        out.push_str(rest);
    }
    out
}

/// What is before a mark of one byte, and what is behind it, if it is there. Many are looked for in
/// short texts: a loop over bytes is quicker than a search.
fn cut(text: &str, mark: char) -> (&str, Option<&str>) {
    match text
        .bytes()
        .position(|byte| u32::from(byte) == u32::from(mark))
    {
        Some(at) => (&text[..at], text.get(at + 1..)),
        None => (text, None),
    }
}

/// How many placeholders there are.
fn marks(text: &str) -> usize {
    let open = |byte: &u8| u32::from(*byte) == u32::from(OPEN);
    text.as_bytes().iter().filter(|byte| open(byte)).count()
}

/// One form of those for a number, `#` being the number.
fn count(out: &mut String, digits: &str, forms: &str) {
    let mut forms: Vec<&str> = forms.split(FORM).collect();
    let many = forms.pop().unwrap_or_default();
    let one = forms.pop().unwrap_or_default();
    let form = match (digits, forms.pop()) {
        ("0", Some(none)) => none,
        ("1", _) => one,
        _ => many,
    };
    let mut parts = form.split('#');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                out.push(GROUP);
            }
            out.push(digit);
        }
        out.push_str(part);
    }
}
