//! The recorder's JSON with what nobody should write in it: an answer, never a crash.

use ctscope::engine::Profile;
use ctscope::scenario::Scenario;
use ctscope::scenario::packet::assemble;
use ctscope::scenario::recorder::{describe, read};
use ctscope::timeline::replay::differences;
use proptest::prelude::*;
use std::path::Path;

fn golden(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/golden");
    let path = path.join(name).with_extension("json");
    std::fs::read_to_string(path).expect("the recording is there")
}

fn packets() -> impl Iterator<Item = Vec<u8>> {
    include_str!("data/packets.txt")
        .lines()
        .filter_map(|line| line.rsplit_once(" | "))
        .map(|(line, _)| assemble(line).expect("a recorded line is good"))
}

#[test]
fn a_packet_that_is_cut_off_anywhere_has_a_summary() {
    for packet in packets() {
        for len in 0..packet.len().min(120) {
            assert!(!describe(&packet[..len]).is_empty());
        }
    }
}

#[test]
fn a_recording_becomes_a_scenario_that_its_own_text_gives_back() {
    let names = [
        "udp_stream",
        "snat",
        "zones",
        "timeout_policy",
        "ct_delete",
        "udp_expire",
    ];
    for name in names {
        let recording = read(&golden(name)).expect("a recording can be read");
        let scenario = recording
            .scenario(Profile::V6_18)
            .expect("it is a scenario");
        let again = Scenario::parse(&scenario.to_string()).expect("its text can be read");
        assert!(scenario == again, "{name}");
    }
}

#[test]
fn too_many_steps_are_refused_before_they_are_kept() {
    let steps = vec![r#"{"flush":true}"#; 100_001].join(",");
    let error = read(&format!(r#"{{"steps":[{steps}]}}"#)).expect_err("too many");
    assert_eq!(error.path, "steps");
    assert!(error.problem.contains("at most 100000 steps"), "{error}");
}

#[test]
fn the_clock_may_be_far_ahead_or_go_back() {
    let text = r#"{"kernel": "6.18.1", "steps": [
        {"inject": {"side": "a", "packet": "udp 10.0.0.10:5000 > 192.0.2.20:53"},
         "t_ms": 4000000000},
        {"advance_ms": 4294967295, "t_ms": 5}, {"flush": true, "t_ms": 0}]}"#;
    let recording = read(text).expect("odd, but a recording");
    assert!(!differences(&recording, Profile::V6_18).is_empty());
}

proptest! {
    #[test]
    fn bytes_of_any_kind_have_a_summary(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
        prop_assert!(!describe(&bytes).is_empty());
    }

    #[test]
    fn text_that_was_damaged_is_read_or_refused(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), 0u8..128), 1..4),
    ) {
        let mut bytes = golden("firewall_stateful").into_bytes();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let text = String::from_utf8_lossy(&bytes);
        match read(&text) {
            Ok(recording) => drop(differences(&recording, Profile::V6_18)),
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }
}

#[test]
fn a_time_that_never_comes_is_refused() {
    let texts = [
        (
            r#"{"steps":[{"flush":true,"t_ms":18446744073709551615}]}"#,
            0,
        ),
        (
            r#"{"steps":[{"flush":true},{"flush":true,"t_ms":3153600000001}]}"#,
            1,
        ),
        (
            r#"{"steps":[{"advance_ms":9,"t_ms":3153600000000},{"flush":true}]}"#,
            1,
        ),
    ];
    for (text, step) in texts {
        let error = read(text).expect_err(text);
        assert_eq!(error.path, format!("steps[{step}].t_ms"), "{text}");
    }
    let last = r#"{"steps":[{"flush":true,"t_ms":3153600000000}]}"#;
    assert!(read(last).is_ok(), "a hundred years are allowed");
}
