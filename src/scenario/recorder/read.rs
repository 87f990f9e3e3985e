//! JSON text to a [`Recording`], or the path in it that is wrong.

use super::{FLOWS_MAX, JSON_BYTES_MAX, Recording, STEPS_MAX, Step, TIME_MS_MAX};
use core::fmt;
use serde::de::{Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

/// JSON that is no scenario: where, what is wrong, and what could stand there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JsonError {
    /// The place, such as `steps[3].inject.hex`; empty for the whole text.
    pub path: String,
    /// What is wrong there, and what was expected.
    pub problem: String,
}

impl JsonError {
    /// A fault in a field of a step, counted from 0.
    pub(super) fn in_step(step: usize, field: &str, problem: impl fmt::Display) -> JsonError {
        JsonError {
            path: format!("steps[{step}].{field}"),
            problem: problem.to_string(),
        }
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => write!(f, "this is not a scenario: {}", self.problem),
            path => write!(f, "{path}: {}", self.problem),
        }
    }
}

impl core::error::Error for JsonError {}

/// The scenario or recording that the text holds. Everything that can be checked without playing
/// it is checked.
pub fn read(text: &str) -> Result<Recording, JsonError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.len() > JSON_BYTES_MAX {
        return Err(JsonError {
            path: String::new(),
            problem: format!(
                "the text has {} bytes; expected at most {JSON_BYTES_MAX}",
                text.len()
            ),
        });
    }
    let mut json = serde_json::Deserializer::from_str(text);
    let recording: Recording = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        // How serde names the whole, and a place that it cannot name.
        let path = path.trim_end_matches(['.', '?']);
        JsonError {
            path: path.to_owned(),
            problem: error.inner().to_string(),
        }
    })?;
    json.end().map_err(|error| JsonError {
        path: String::new(),
        problem: format!("something follows it: {error}"),
    })?;
    recording.topology.commands()?;
    for (at, step) in recording.steps.iter().enumerate() {
        check(at, step)?;
    }
    // Each step adds what fits into 33 bits.
    let late = recording.times_ms().iter().position(|&at| at > TIME_MS_MAX);
    match late {
        Some(step) => Err(too_late(step)),
        None => Ok(recording),
    }
}

fn too_late(step: usize) -> JsonError {
    let problem = format!("so much time passes before; expected at most {TIME_MS_MAX} ms");
    JsonError::in_step(step, "t_ms", problem)
}

/// What types alone cannot say.
fn check(at: usize, step: &Step) -> Result<(), JsonError> {
    let does = [
        ("inject", step.inject.is_some()),
        ("advance_ms", step.advance_ms.is_some()),
        ("sysctl", step.sysctl.is_some()),
        ("rules", step.rules.is_some()),
        ("nft", step.nft.is_some() && step.rules.is_none()),
        ("delete", step.delete.is_some()),
        ("update", step.update.is_some()),
        ("flush", step.flush.is_some()),
        ("fill", step.fill.is_some()),
        ("read_sysctl", step.read_sysctl.is_some()),
    ];
    let mut done = does
        .iter()
        .filter(|(_, there)| *there)
        .map(|(name, _)| *name);
    match (done.next(), done.next()) {
        (None, _) => {
            let all: Vec<&str> = does.iter().map(|(name, _)| *name).collect();
            return Err(JsonError {
                path: format!("steps[{at}]"),
                problem: format!("it does nothing; expected one of {}", all.join(", ")),
            });
        }
        (Some(_), Some(second)) => {
            let problem = "the step does something else already; expected one thing per step";
            return Err(JsonError::in_step(at, second, problem));
        }
        (Some(_), None) => {}
    }
    step.commands(at)?;
    if step.t_ms.is_some_and(|at_ms| at_ms > TIME_MS_MAX) {
        return Err(too_late(at));
    }
    if let Some(fill) = &step.fill
        && fill.n > FLOWS_MAX
    {
        let problem = format!("{} flows; expected at most {FLOWS_MAX}", fill.n);
        return Err(JsonError::in_step(at, "fill.n", problem));
    }
    Ok(())
}

/// The steps, no more than [`STEPS_MAX`] of them, before there is memory for more.
pub(super) fn steps<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Step>, D::Error> {
    struct Steps;
    impl<'de> Visitor<'de> for Steps {
        type Value = Vec<Step>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a list of at most {STEPS_MAX} steps")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<Step>, A::Error> {
            let mut steps = Vec::new();
            while let Some(step) = list.next_element()? {
                if steps.len() == STEPS_MAX {
                    return Err(A::Error::invalid_length(STEPS_MAX + 1, &self));
                }
                steps.push(step);
            }
            Ok(steps)
        }
    }
    from.deserialize_seq(Steps)
}

/// Names and numbers, in the order in which they stand.
pub(super) fn settings<'de, D>(from: D) -> Result<Option<Vec<(String, u32)>>, D::Error>
where
    D: Deserializer<'de>,
{
    struct Settings;
    impl<'de> Visitor<'de> for Settings {
        type Value = Option<Vec<(String, u32)>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object of settings and their values")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut settings = Vec::new();
            while let Some(setting) = map.next_entry()? {
                settings.push(setting);
            }
            Ok(Some(settings))
        }
    }
    from.deserialize_map(Settings)
}
