//! A recording as the recorder lays it out: what is short stands on one line.

use super::{Recording, Step};
use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};
use serde_json::{Map, Value};
use std::io;

/// Columns of a line that holds a whole list or object.
const WIDTH: usize = 150;

/// Blanks behind commas and colons.
struct Spaced;

impl Formatter for Spaced {
    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        to: &mut W,
        first: bool,
    ) -> io::Result<()> {
        if first { Ok(()) } else { to.write_all(b", ") }
    }

    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        to: &mut W,
        first: bool,
    ) -> io::Result<()> {
        if first { Ok(()) } else { to.write_all(b", ") }
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, to: &mut W) -> io::Result<()> {
        to.write_all(b": ")
    }
}

/// A value on one line.
pub fn flat(value: &Value) -> String {
    let mut bytes = Vec::new();
    // Writing a value into memory cannot fail: its keys are strings.
    let _ = value.serialize(&mut Serializer::with_formatter(&mut bytes, Spaced));
    String::from_utf8(bytes).unwrap_or_default()
}

/// The text of a value, in the layout of the recordings, without a line break at the end.
pub fn layout(value: &Value) -> String {
    let mut out = String::new();
    lay_out(value, 0, &mut out);
    out
}

fn lay_out(value: &Value, indent: usize, out: &mut String) {
    let line = flat(value);
    let short = |keys: &Map<String, Value>| {
        ["orig", "hex", "tuple"]
            .iter()
            .any(|&key| keys.contains_key(key))
    };
    let pad = " ".repeat(indent + 1);
    match value {
        Value::Object(map) if line.chars().count() + indent > WIDTH && !short(map) => {
            out.push('{');
            for (nth, (key, value)) in map.iter().enumerate() {
                out.push_str(if nth == 0 { "\n" } else { ",\n" });
                out.push_str(&pad);
                out.push_str(&flat(&Value::from(key.as_str())));
                out.push_str(": ");
                lay_out(value, indent + 1, out);
            }
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            out.push('}');
        }
        Value::Array(list) if line.chars().count() + indent > WIDTH => {
            out.push('[');
            for (nth, value) in list.iter().enumerate() {
                out.push_str(if nth == 0 { "\n" } else { ",\n" });
                out.push_str(&pad);
                lay_out(value, indent + 1, out);
            }
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            out.push(']');
        }
        _ => out.push_str(&line),
    }
}

/// Adds a field, if there is something in it.
fn put<T: Serialize>(map: &mut Map<String, Value>, key: &str, value: &Option<T>) {
    // Numbers, texts, lists and objects with names as keys always have a JSON form.
    if let Some(value) = value.as_ref().and_then(|v| serde_json::to_value(v).ok()) {
        map.insert(key.to_owned(), value);
    }
}

impl Step {
    /// What it does, as JSON: a scenario's step.
    pub fn doing(&self) -> Map<String, Value> {
        let mut map = Map::new();
        put(&mut map, "note", &self.note);
        if let Some(inject) = &self.inject {
            let bytes = inject.bytes().unwrap_or_default();
            let mut packet = Map::new();
            put(&mut packet, "side", &Some(inject.side));
            let line = inject
                .packet
                .clone()
                .unwrap_or_else(|| super::describe(&bytes));
            put(&mut packet, "packet", &Some(line));
            put(&mut packet, "hex", &Some(hex(&bytes)));
            map.insert("inject".to_owned(), packet.into());
        }
        put(&mut map, "advance_ms", &self.advance_ms);
        if let Some(settings) = &self.sysctl {
            let settings: Map<_, _> = settings
                .iter()
                .map(|(name, value)| (name.clone(), Value::from(*value)))
                .collect();
            map.insert("sysctl".to_owned(), settings.into());
        }
        put(&mut map, "rules", &self.rules);
        if self.rules.is_none() {
            put(&mut map, "nft", &self.nft);
        }
        put(&mut map, "delete", &self.delete);
        put(&mut map, "update", &self.update);
        put(&mut map, "flush", &self.flush);
        put(&mut map, "fill", &self.fill);
        put(&mut map, "read_sysctl", &self.read_sysctl);
        map
    }

    /// What was seen after it, as JSON, without the kernel's own words and without the time.
    pub fn seen(&self) -> Map<String, Value> {
        let mut map = Map::new();
        if self.inject.is_some() {
            map.insert("state".to_owned(), self.state.clone().into());
            map.insert("dir".to_owned(), self.dir.clone().into());
        }
        put(&mut map, "ct_path", &self.ct_path);
        put(&mut map, "verdict", &self.verdict);
        put(&mut map, "out", &self.out);
        if self.rules.is_some() {
            put(&mut map, "nft", &self.nft);
        }
        put(&mut map, "rc", &self.rc);
        put(&mut map, "values", &self.values);
        put(&mut map, "entries", &self.entries);
        put(&mut map, "events", &self.events);
        put(&mut map, "expectations", &self.expectations);
        put(&mut map, "count", &self.count);
        put(&mut map, "stats", &self.stats);
        map
    }
}

impl Recording {
    /// The fields before the steps. `kernel` is the one whose doing is told.
    pub fn head(&self, kernel: &str) -> Map<String, Value> {
        let mut map = Map::new();
        put(&mut map, "name", &Some(&self.name));
        put(&mut map, "description", &Some(&self.description));
        put(&mut map, "record", &self.record);
        put(&mut map, "known_ports", &self.known_ports);
        put(&mut map, "kernel", &Some(kernel));
        put(&mut map, "late_ms", &Some(0));
        put(&mut map, "tolerance_s", &Some(self.tolerance_secs()));
        put(&mut map, "topology", &Some(&self.topology));
        map
    }
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |n: u8| char::from(b"0123456789abcdef"[usize::from(n & 15)]);
    bytes
        .iter()
        .flat_map(|b| [digit(b >> 4), digit(*b)])
        .collect()
}
