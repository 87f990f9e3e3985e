//! Flat JSON: one object on each line, whose values are numbers, words or truth values.

use crate::failure::{Failure, Result};

/// One object, its members in the order in which they stand.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    /// As it was read.
    text: String,
    members: Vec<(String, Value)>,
}

#[derive(Clone, PartialEq, Debug)]
enum Value {
    Number(f64),
    Word(String),
    Truth(bool),
}

impl Line {
    /// Reads one object and nothing else.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        members(text)
            .map(|members| Self {
                text: text.to_owned(),
                members,
            })
            .ok_or_else(|| Failure::new(format!("this is no line of a bench: {text:?}.")))
    }

    /// Every line that is not empty.
    pub fn parse_all(text: &str) -> Result<Vec<Self>> {
        text.lines()
            .filter(|line| !line.trim().is_empty())
            .map(Self::parse)
            .collect()
    }

    /// The object as it was read.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A number, if there is one of that name.
    pub fn number(&self, name: &str) -> Option<f64> {
        match self.get(name)? {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// A word, or nothing.
    pub fn word(&self, name: &str) -> &str {
        match self.get(name) {
            Some(Value::Word(word)) => word,
            _ => "",
        }
    }

    /// `true` if there is a truth value of that name, and it is.
    pub fn is(&self, name: &str) -> bool {
        self.get(name) == Some(&Value::Truth(true))
    }

    fn get(&self, name: &str) -> Option<&Value> {
        let found = self.members.iter().find(|(it, _)| it == name);
        found.map(|(_, value)| value)
    }
}

fn members(text: &str) -> Option<Vec<(String, Value)>> {
    let mut rest = text.strip_prefix('{')?.trim_start();
    let mut members = Vec::new();
    if let Some(end) = rest.strip_prefix('}') {
        return end.is_empty().then_some(members);
    }
    loop {
        let (name, after) = quoted(rest)?;
        let after = after.trim_start().strip_prefix(':')?.trim_start();
        let (value, after) = value(after)?;
        members.push((name.to_owned(), value));
        rest = after.trim_start();
        if let Some(end) = rest.strip_prefix('}') {
            return end.is_empty().then_some(members);
        }
        rest = rest.strip_prefix(',')?.trim_start();
    }
}

fn value(text: &str) -> Option<(Value, &str)> {
    if text.starts_with('"') {
        return quoted(text).map(|(word, rest)| (Value::Word(word.to_owned()), rest));
    }
    let end = text.find([',', '}']).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let value = match word.trim_end() {
        "true" => Value::Truth(true),
        "false" => Value::Truth(false),
        // Rust also reads words such as `inf`, JSON has none.
        number if number.starts_with(|c: char| c == '-' || c.is_ascii_digit()) => Value::Number(
            number
                .parse()
                .ok()
                .filter(|number: &f64| number.is_finite())?,
        ),
        _ => return None,
    };
    Some((value, rest))
}

/// A word in quotes; the benches' words need no escapes, so there are none.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let (word, rest) = text.strip_prefix('"')?.split_once('"')?;
    (!word.contains('\\')).then_some((word, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_read_by_name_and_kind() {
        let text =
            r#" {"work":"UdpHit", "flows" : 1,"ns":54.5e0,"low":-1,"traced":true,"off":false} "#;
        let line = Line::parse(text).unwrap();
        assert_eq!(line.word("work"), "UdpHit");
        assert_eq!(line.number("flows"), Some(1.0));
        assert_eq!(line.number("ns"), Some(54.5));
        assert_eq!(line.number("low"), Some(-1.0));
        assert!(line.is("traced"));
        assert!(!line.is("off"));
        assert_eq!(line.text(), text.trim());
    }

    #[test]
    fn what_is_missing_or_of_another_kind_is_not_there() {
        let line = Line::parse(r#"{"a":"1","b":2}"#).unwrap();
        assert_eq!(line.number("a"), None);
        assert_eq!(line.word("b"), "");
        assert_eq!(line.number("c"), None);
        assert!(!line.is("a"));
    }

    #[test]
    fn what_is_no_flat_object_is_refused() {
        for wrong in [
            "",
            "{",
            "[1]",
            r#"{"a"}"#,
            r#"{"a":}"#,
            r#"{"a":1,}"#,
            r#"{"a":1 2}"#,
            r#"{"a":1}x"#,
            r#"{"a":{}}"#,
            r#"{"a":null}"#,
            r#"{"a":inf}"#,
            r#"{"a":NaN}"#,
            r#"{"a":"\n"}"#,
            r#"{"a":"b}"#,
        ] {
            assert!(Line::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_empty_object_and_empty_lines_are_fine() {
        assert_eq!(Line::parse_all("{}\n\n{\"a\":1}\n").unwrap().len(), 2);
        assert!(Line::parse_all("{}\nx\n").is_err());
    }
}
