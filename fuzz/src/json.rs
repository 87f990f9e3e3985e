//! The recorder's JSON.

use crate::change;
use crate::corpus;
use crate::harness::Text;
use crate::rng::Rng;
use crate::seen::Seen;
use crate::text::check_print;
use ctscope::engine::Profile;
use ctscope::scenario::recorder::{Recording, layout, read};
use ctscope::timeline::replay::{Player, differences, replay};
use serde_json::{Map, Value};

/// The target.
#[derive(Clone, Debug)]
pub struct Recordings {
    seeds: Vec<String>,
    words: Vec<String>,
}

/// Longest text that is taken apart to be changed.
const PARSED_MAX: usize = 24 << 10;
/// Steps of a recording that a seed has.
const SEED_STEPS: usize = 4;

/// Steps of which few are in the recordings.
const MORE: &str = r#"{"name": "more", "kernel": "6.18.44", "tolerance_s": 3, "late_ms": 7,
"record": {"entries": true, "events": false, "hex": false}, "known_ports": [5000],
"topology": {"a": {"addrs": ["10.0.0.1/24"], "routes": ["10.9.0.0/16"], "mtu": 576},
             "b": {"addrs": ["192.0.2.1/24"], "routes": ["default"]}},
"steps": [
 {"note": "n", "inject": {"side": "a", "packet": "udp 10.0.0.10:1 > 192.0.2.20:2 len=3"}},
 {"inject": {"side": "b", "hex": "4500001c000100004011aeb20a00000ac00002140001000200083333"}},
 {"advance_ms": 1000},
 {"sysctl": {"nf_conntrack_udp_timeout": 5}},
 {"rules": [{"hook": "postrouting", "oif": "b", "snat": "192.0.2.1:5000-5001"}]},
 {"delete": {"proto": "udp", "src": "10.0.0.10", "dport": 2, "zone": 0, "mark": 0}},
 {"update": {"proto": "udp", "mark": 4, "state": "x", "timeout": 3, "reply_src": "192.0.2.20"}},
 {"flush": true},
 {"fill": {"kind": "tcp_assured", "n": 9, "first_src": "10.0.0.11", "dst": "192.0.2.20:80"}},
 {"read_sysctl": "nf_conntrack"}]}"#;

impl Recordings {
    /// With the first steps of every recording.
    #[allow(clippy::new_without_default)] // it reads files
    pub fn new() -> Recordings {
        let mut seeds: Vec<String> = vec![MORE.to_owned()];
        for text in corpus::recordings() {
            let Ok(mut value) = serde_json::from_str::<Value>(&text) else {
                continue;
            };
            if let Some(steps) = value["steps"].as_array_mut() {
                // Different parts of different recordings; never the thousands of a fill.
                steps.retain(|step| step["fill"].is_null());
                let first = text.len() % steps.len().max(1) / 2;
                steps.drain(..first.min(steps.len()));
                steps.truncate(SEED_STEPS);
            }
            let text = value.to_string();
            if text.len() <= PARSED_MAX {
                seeds.push(text);
            }
        }
        let words = seeds.iter().flat_map(|text| text.split(['"', ' ', ',']));
        Recordings {
            words: corpus::words(words),
            seeds,
        }
    }

    fn odd_value(&self, rng: &mut Rng) -> Value {
        match rng.below(12) {
            0 => Value::Null,
            1 => rng.percent(50).into(),
            2 => Value::Array(Vec::new()),
            3 => Map::new().into(),
            4 => rng.next_u64().into(),
            5 => (-1).into(),
            6 => 1.5.into(),
            7 => rng.number().to_string().into(),
            8 | 9 => rng.pick(&self.words).as_str().into(),
            _ => rng.number().into(),
        }
    }
}

/// Places in a value, and in what is in it.
fn size(value: &Value) -> usize {
    let inside: usize = match value {
        Value::Array(list) => list.iter().map(size).sum(),
        Value::Object(map) => map.values().map(size).sum(),
        _ => 0,
    };
    1 + inside
}

/// The value at a place, counted from the top.
fn at(value: &mut Value, mut place: usize) -> Option<&mut Value> {
    if place == 0 {
        return Some(value);
    }
    place -= 1;
    let inside: Vec<&mut Value> = match value {
        Value::Array(list) => list.iter_mut().collect(),
        Value::Object(map) => map.values_mut().collect(),
        _ => return None,
    };
    for value in inside {
        let size = size(value);
        if place < size {
            return at(value, place);
        }
        place -= size;
    }
    None
}

/// Without something that is in it: every such value.
fn lesser(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(list) => {
            let cuts = change::cuts(list.len()).into_iter();
            cuts.map(|cut| [&list[..cut.start], &list[cut.end..]].concat().into())
                .collect()
        }
        Value::Object(map) => map
            .keys()
            .map(|key| {
                let mut map = map.clone();
                map.shift_remove(key);
                map.into()
            })
            .collect(),
        Value::String(text) if text.len() > 1 => {
            let cuts = change::cuts(text.len()).into_iter().take(30);
            cuts.filter_map(|cut| Some([text.get(..cut.start)?, text.get(cut.end..)?].concat()))
                .map(Value::from)
                .collect()
        }
        _ => Vec::new(),
    }
}

/// Flows that all its steps make.
fn flows(recording: &Recording) -> u64 {
    let fills = recording.steps.iter().filter_map(|step| step.fill.as_ref());
    fills.map(|fill| u64::from(fill.n)).sum()
}

const FLOWS_PLAYED: u64 = 300;
const STEPS_PLAYED: usize = 100;

impl Text for Recordings {
    const NAME: &'static str = "json";
    const ENDING: &'static str = "json";

    fn seeds(&self) -> Vec<String> {
        self.seeds.clone()
    }

    fn change(&self, rng: &mut Rng, other: &str, input: &mut String) {
        let parsed = (input.len() <= PARSED_MAX && rng.percent(85))
            .then(|| serde_json::from_str::<Value>(input).ok())
            .flatten();
        let Some(mut value) = parsed else {
            for _ in 0..=rng.below(3) {
                change::text(rng, input, other, &self.words);
            }
            return;
        };
        for _ in 0..=rng.below(4) {
            let place = rng.below(size(&value));
            let Some(here) = at(&mut value, place) else {
                continue;
            };
            match rng.below(8) {
                0 => *here = self.odd_value(rng),
                1 | 2 => {
                    if let Ok(mut other) = serde_json::from_str::<Value>(other) {
                        let place = rng.below(size(&other));
                        let part = at(&mut other, place).map(|part| part.take());
                        *here = part.unwrap_or_default();
                    }
                }
                3 => match here {
                    Value::Array(list) if !list.is_empty() => {
                        let part = rng.pick(list).clone();
                        list.push(part);
                    }
                    Value::Object(map) => {
                        let key = rng.pick(&self.words).clone();
                        let value = self.odd_value(rng);
                        map.insert(key, value);
                    }
                    _ => {}
                },
                4 => {
                    let lesser = lesser(here);
                    if !lesser.is_empty() {
                        *here = rng.pick(&lesser).clone();
                    }
                }
                _ => match here {
                    Value::Number(number) => {
                        *here = match (rng.below(3), number.as_u64()) {
                            (0, Some(n)) => n.wrapping_add(1).into(),
                            (1, Some(n)) => n.wrapping_sub(1).into(),
                            _ => rng.number().into(),
                        }
                    }
                    Value::String(text) => change::text(rng, text, other, &self.words),
                    Value::Bool(flag) => *flag = !*flag,
                    Value::Array(list) if !list.is_empty() => {
                        let (from, to) = (rng.below(list.len()), rng.below(list.len()));
                        list.swap(from, to);
                    }
                    _ => {}
                },
            }
        }
        *input = value.to_string();
        if input.len() > change::LEN_MAX {
            input.clone_from(&self.seeds[0]);
        }
    }

    fn run(&self, input: &str, seen: &mut Seen) -> Result<(), String> {
        let recording = match read(input) {
            Ok(recording) => recording,
            Err(error) => {
                // Before it often stands a word of the input.
                let expected = error.problem.rsplit("expected").next();
                seen.sentence("json", expected.unwrap_or_default());
                return match error.problem.is_empty() {
                    true => Err("sentence: it says nothing".to_owned()),
                    false => Ok(()),
                };
            }
        };
        if recording.steps.len() > STEPS_PLAYED || flows(&recording) > FLOWS_PLAYED {
            return Ok(());
        }
        let profile = Profile::ALL[input.len() % 2];
        let mut player = Player::new(&recording, profile);
        let mut step = 0;
        while let Some(told) = player.next() {
            step += 1;
            for key in ["state", "verdict", "rc"] {
                if let Some(value) = told.get(key) {
                    seen.note((key, value.to_string()));
                }
            }
            seen.note((told.get("count").map(Value::to_string), told.len()));
            let violations = player.ct.check_invariants();
            if !violations.is_empty() {
                return Err(format!("invariant: {violations:?} after step {step}"));
            }
        }
        differences(&recording, profile);
        if let Ok(scenario) = recording.scenario(profile) {
            check_print(&scenario)?;
        }
        // What was told is a recording, with which this machine agrees.
        let (told, _) = replay(&recording, profile);
        let told = layout(&told.into());
        let again = read(&told).map_err(|error| format!("told: {error} in {told}"))?;
        match differences(&again, profile).first() {
            None => Ok(()),
            Some(difference) => Err(format!("agrees with itself: {difference}")),
        }
    }

    fn simpler(&self, input: &str) -> Vec<String> {
        let Ok(value) = serde_json::from_str::<Value>(input) else {
            return change::simpler_text(input);
        };
        let mut all = Vec::new();
        for place in 0..size(&value).min(2_000) {
            let mut copy = value.clone();
            let Some(here) = at(&mut copy, place) else {
                continue;
            };
            for lesser in lesser(&here.clone()).into_iter().take(40) {
                let mut copy = value.clone();
                if let Some(here) = at(&mut copy, place) {
                    *here = lesser;
                }
                all.push(copy.to_string());
            }
        }
        all
    }
}
