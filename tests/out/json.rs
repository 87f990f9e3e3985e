//! State and trace as JSON, and the table as text.

use super::common::scenario;
use super::pictures::{at, timeline};
use ctscope::engine::{Conntrack, NoProbe};
use ctscope::scenario::{PRESETS, Scenario};
use ctscope::view::out::{STATE_FORMAT, TRACE_FORMAT, TRACE_STEPS_MAX, state, table, trace};
use serde_json::Value;

fn end(scenario: &Scenario) -> Conntrack {
    let mut ct = Conntrack::new(&scenario.config);
    for line in &scenario.lines {
        ct.apply(&line.command, &mut NoProbe);
    }
    ct
}

#[track_caller]
fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

#[test]
fn a_state_parses_and_says_what_the_machine_is() {
    for preset in PRESETS {
        let run = scenario(preset.text);
        let ct = end(&run);
        let text = state(&ct);
        assert_eq!(
            text,
            state(&end(&run)),
            "{}: the same run, other bytes",
            preset.name
        );
        let value = parsed(&text);
        assert_eq!(value["format"], STATE_FORMAT);
        assert_eq!(value["version"], 1);
        assert_eq!(value["jiffies"], ct.now.0);
        let conns = value["connections"].as_array().expect("a list");
        assert_eq!(conns.len(), ct.conns.len(), "{}", preset.name);
        for told in conns {
            let held = told["held_by"].as_object().expect("an object");
            let sum: u64 = held.values().filter_map(Value::as_u64).sum();
            assert_eq!(told["use"], sum, "{told}");
        }
        let chains = value["table"].as_array().expect("a list");
        let nodes: usize = chains
            .iter()
            .map(|it| it["chain"].as_array().unwrap().len())
            .sum();
        assert_eq!(nodes as u32, ct.table.nodes(), "{}", preset.name);
        let checks = value["checks"].as_array().expect("a list");
        assert!(!checks.is_empty() && checks.iter().all(|it| it["holds"] == true));
    }
}

#[test]
fn a_state_in_the_middle_of_a_packet_names_who_holds_what() {
    let preset = PRESETS.iter().find(|it| it.name == "first-packet").unwrap();
    let mut timeline = timeline(scenario(preset.text));
    let value = at(&mut timeline, 20, |scene| parsed(&state(scene.state)));
    assert_eq!(value["packets"][0]["packet"], "s1");
    assert_eq!(value["packets"][0]["conn"], "c1");
    assert_eq!(value["connections"][0]["place"], "unconfirmed");
    assert_eq!(value["connections"][0]["timeout"]["kind"], "relative");
    assert_eq!(value["lists"][0]["list"], "unconfirmed");
}

#[test]
fn a_trace_parses_is_the_same_each_time_and_has_every_step() {
    for preset in PRESETS {
        let mut run = timeline(scenario(preset.text));
        let text = trace(&mut run);
        let total = run.total();
        run.drop_cache();
        assert_eq!(text, trace(&mut run), "{}", preset.name);
        let value = parsed(&text);
        assert_eq!(value["format"], TRACE_FORMAT);
        assert_eq!(value["left_off"], total.saturating_sub(TRACE_STEPS_MAX));
        let again = scenario(value["scenario"].as_str().expect("text"));
        assert_eq!(again, run.scenario(), "{}", preset.name);
        let steps = value["steps"].as_array().expect("a list");
        assert_eq!(
            steps.len() as u32,
            total.min(TRACE_STEPS_MAX),
            "{}",
            preset.name
        );
        for step in steps {
            let what = step["what"].as_str().expect("a sentence");
            assert!(!what.is_empty(), "{step}");
            assert_ne!(step["function"], "", "{step}");
            assert_eq!(step["function"].is_null(), step["file"].is_null(), "{step}");
        }
        let commands = value["commands"].as_array().expect("a list");
        assert_eq!(commands.len() as u32, run.len());
    }
}

#[test]
fn the_table_is_what_conntrack_prints() {
    let preset = PRESETS.iter().find(|it| it.name == "handshake").unwrap();
    let ct = end(&scenario(preset.text));
    let text = table(&ct);
    assert_eq!(text.lines().count() as u32, ct.count());
    for line in text.lines() {
        assert!(line.starts_with("tcp ") && line.contains(" src=") && line.ends_with("use=1"));
    }
    assert!(text.ends_with('\n'));
    assert_eq!(table(&Conntrack::new(&Default::default())), "");
}
