//! Where a recording and this machine are not of one mind.

use super::Player;
use crate::engine::Profile;
use crate::scenario::recorder::{Recording, flat};
use core::fmt;
use serde_json::{Map, Value};

/// Not compared: what no machine need repeat, and what hangs on the hash's seed or on the size of
/// the recorded machine.
const IGNORED: [&str; 5] = [
    "use",
    "found",
    "early_drop",
    "nf_conntrack_max",
    "nf_conntrack_buckets",
];

/// A count above this is of a full table, and may differ by a fiftieth.
const MANY: u64 = 1000;

/// Characters of a value in a report.
const SHOWN_CHARS: usize = 200;

/// A field in which the two differ.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// Number of the step, from 0.
    pub step: usize,
    /// What it does, in short.
    pub doing: String,
    /// Which field, such as `entries[0].timeout`.
    pub field: String,
    /// The recorded value.
    pub kernel: String,
    /// The machine's.
    pub here: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Difference {
            step,
            doing,
            field,
            kernel,
            here,
        } = self;
        writeln!(f, "step {step}, {doing}: {field}")?;
        writeln!(f, "    kernel {kernel}")?;
        write!(f, "    here   {here}")
    }
}

/// Plays a recording on a machine of this kernel; every field in which they differ.
pub fn differences(recording: &Recording, profile: Profile) -> Vec<Difference> {
    let tolerance = recording.tolerance_secs();
    let mut found = Vec::new();
    let seen = Player::new(recording, profile);
    for (nth, (step, seen)) in recording.steps.iter().zip(seen).enumerate() {
        let mut fields = Fields {
            tolerance,
            found: Vec::new(),
        };
        fields.objects("", &step.seen(), &seen);
        let doing = || {
            let mut doing = step.doing();
            doing.shift_remove("note");
            match &step.inject {
                Some(inject) => match &inject.packet {
                    Some(line) => format!("{} {line}", inject.side.name()),
                    None => format!("{} {}", inject.side.name(), text(&doing.into())),
                },
                None => text(&doing.into()),
            }
        };
        found.extend(
            fields
                .found
                .into_iter()
                .map(|(field, kernel, here)| Difference {
                    step: nth,
                    doing: doing(),
                    field,
                    kernel,
                    here,
                }),
        );
    }
    found
}

/// A value in a report, cut where it gets long.
fn text(value: &Value) -> String {
    let line = flat(value);
    match line.char_indices().nth(SHOWN_CHARS) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

/// The items of a list that one side alone has are told by what they are, not by all that they
/// hold.
fn items(list: &[Value]) -> String {
    let short = |item: &Value| {
        let part = |key: &str| item.get(key).map(flat);
        let parts = [
            "event", "id", "proto", "state", "orig", "tuple", "side", "packet", "hook",
        ];
        let parts: Vec<String> = parts.iter().filter_map(|key| part(key)).collect();
        parts.join(" ").replace('"', "")
    };
    if list.is_empty() {
        return "none".to_owned();
    }
    let all: Vec<String> = list.iter().map(short).collect();
    format!("{}: {}", list.len(), all.join("; "))
}

struct Fields {
    tolerance: u64,
    /// Field, the kernel's value, the machine's.
    found: Vec<(String, String, String)>,
}

impl Fields {
    fn say(&mut self, field: &str, kernel: String, here: String) {
        self.found.push((field.to_owned(), kernel, here));
    }

    fn objects(&mut self, path: &str, kernel: &Map<String, Value>, here: &Map<String, Value>) {
        let more = here.keys().filter(|key| !kernel.contains_key(*key));
        for key in kernel.keys().chain(more) {
            if IGNORED.contains(&key.as_str()) {
                continue;
            }
            let dot = if path.is_empty() { "" } else { "." };
            let field = format!("{path}{dot}{key}");
            match (kernel.get(key), here.get(key)) {
                (Some(kernel), Some(here)) => self.values(&field, key, kernel, here),
                (kernel, here) => {
                    let shown = |value: Option<&Value>| value.map_or("-".to_owned(), text);
                    self.say(&field, shown(kernel), shown(here));
                }
            }
        }
    }

    fn values(&mut self, field: &str, key: &str, kernel: &Value, here: &Value) {
        match (kernel, here) {
            (Value::Object(kernel), Value::Object(here)) => self.objects(field, kernel, here),
            (Value::Array(kernel), Value::Array(here)) if kernel.len() != here.len() => {
                self.say(field, items(kernel), items(here));
            }
            (Value::Array(kernel), Value::Array(here)) => {
                for (nth, (kernel, here)) in kernel.iter().zip(here).enumerate() {
                    self.values(&format!("{field}[{nth}]"), "", kernel, here);
                }
            }
            (Value::Number(a), Value::Number(b)) if self.close(key, a.as_u64(), b.as_u64()) => {}
            _ if kernel == here => {}
            _ => self.say(field, text(kernel), text(here)),
        }
    }

    /// Numbers that may differ a little.
    fn close(&self, key: &str, kernel: Option<u64>, here: Option<u64>) -> bool {
        let (Some(kernel), Some(here)) = (kernel, here) else {
            return false;
        };
        let apart = kernel.abs_diff(here);
        match key {
            "timeout" => apart <= self.tolerance,
            "count" if kernel > MANY => apart <= kernel / 50,
            _ => apart == 0,
        }
    }
}
