//! The command line as a person meets it: the program itself, with good and bad input.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A recording that agrees.
const GOOD: &str = "tcp_close_by_server";

fn ctscope(args: &[&str]) -> Output {
    ctscope_reads(args, b"")
}

/// The program with something to read on standard input.
fn ctscope_reads(args: &[&str], input: &[u8]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_ctscope"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut pipe = program.stdin.take().expect("a pipe was asked for");
    // A program that complains before it reads closes its end; that is no fault here.
    let _ = pipe.write_all(input);
    drop(pipe);
    program.wait_with_output().expect("the program ends")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("the program prints text")
}

fn golden(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/golden");
    let path = path.join(name).with_extension("json");
    path.to_str().expect("a path of text").to_owned()
}

/// A file for one test, below the folder that cargo gives for such.
fn file(name: &str, content: &[u8]) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, content).expect("the folder can be written");
    path.to_str().expect("a path of text").to_owned()
}

/// The program must end with this status, and say this on standard error.
fn complains(output: &Output, parts: &[&str]) {
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    for part in parts {
        assert!(said.contains(part), "{said:?} does not say {part:?}");
    }
}

fn prints(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    text(&output.stdout)
}

#[test]
fn check_agrees() {
    let said = prints(&ctscope(&["check", &golden(GOOD)]));
    assert!(said.contains(": same, "), "{said}");
}

#[test]
fn check_shows_step_field_and_both_values_where_something_differs() {
    let recorded = fs::read_to_string(golden(GOOD)).expect("a recording is text");
    let changed = recorded.replacen("\"state\": \"new\"", "\"state\": \"related\"", 1);
    let changed = file("changed.json", changed.as_bytes());
    let output = ctscope(&["check", &changed, &golden(GOOD)]);
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for part in [
        "step 0, a tcp",
        ": state",
        "kernel \"related\"",
        "here   \"new\"",
        ": same, ",
    ] {
        assert!(said.contains(part), "{said:?} does not say {part:?}");
    }
}

#[test]
fn check_takes_a_timeout_within_the_tolerance() {
    let recorded = fs::read_to_string(golden(GOOD)).expect("a recording is text");
    let near = recorded.replace("\"timeout\": 119", "\"timeout\": 118");
    assert_ne!(near, recorded);
    let near = file("near.json", near.as_bytes());
    assert_eq!(ctscope(&["check", &near]).status.code(), Some(0));
    let far = file(
        "far.json",
        recorded
            .replace("\"timeout\": 119", "\"timeout\": 110")
            .as_bytes(),
    );
    let output = ctscope(&["check", &far]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains("entries[0].timeout"));
}

#[test]
fn check_wants_a_recording() {
    let scenario = file(
        "scenario.json",
        br#"{"name": "x", "steps": [{"flush": true}]}"#,
    );
    complains(
        &ctscope(&["check", &scenario]),
        &["scenario.json", "not a recording"],
    );
    complains(&ctscope(&["check"]), &["check needs a recording"]);
}

#[test]
fn a_replayed_recording_can_be_checked() {
    let told = prints(&ctscope(&[
        "replay",
        &golden(GOOD),
        "--profile",
        "6.18",
        "--json",
    ]));
    let told = file("told.json", told.as_bytes());
    let said = prints(&ctscope(&["check", &told]));
    assert!(said.contains(": same, "), "{said}");
}

#[test]
fn a_scenario_without_times_goes_from_slot_to_slot() {
    let scenario = br#"{"name": "slots", "steps": [
        {"inject": {"side": "a", "packet": "udp 10.0.0.10:5000 > 192.0.2.20:53 len=4"}},
        {"advance_ms": 1000},
        {"delete": {"proto": "udp"}},
        {"sysctl": {"nf_conntrack_udp_timeout": 10}}]}"#;
    let told = prints(&ctscope_reads(&["replay", "-", "--json"], scenario));
    let told: serde_json::Value = serde_json::from_str(&told).expect("it prints JSON");
    let at: Vec<_> = told["steps"]
        .as_array()
        .expect("steps")
        .iter()
        .map(|step| &step["t_ms"])
        .collect();
    assert_eq!(at, [0, 20, 1040, 1120]);
    assert_eq!(told["steps"][0]["entries"][0]["id"], "c1");
    assert_eq!(told["steps"][2]["rc"], 0);
    assert_eq!(told["steps"][2]["events"][0]["event"], "DESTROY");
}

#[test]
fn replay_tells_a_run_in_lines() {
    let scenario = file(
        "lines.ct",
        b"udp 10.0.0.10:5000 > 192.0.2.20:53 len=4  # a question\ngc\n",
    );
    let said = prints(&ctscope(&["replay", &scenario]));
    for part in [
        "1. ",
        "# a question",
        "new, original, c1",
        "accepted",
        "[NEW] udp",
        "2. ",
        "  gc",
        "/proc/net/nf_conntrack\n      ipv4     2 udp      17 30 src=10.0.0.10",
        "/proc/net/stat/nf_conntrack\n      entries  clashres",
        "conntrack -S\n      cpu=0",
    ] {
        assert!(said.contains(part), "{said:?} does not say {part:?}");
    }
}

#[test]
fn replay_follows_the_kernel_that_is_asked_for() {
    let line = b"udp 10.0.0.10:5000 > 192.0.2.20:53 len=4\n";
    for profile in ["5.10", "6.18"] {
        let told = prints(&ctscope_reads(
            &["replay", "-", "--json", "--profile", profile],
            line,
        ));
        assert!(
            told.contains(&format!("\"kernel\": \"{profile}\"")),
            "{told}"
        );
    }
}

#[test]
fn a_link_goes_there_and_back() {
    let lines = "udp 10.0.0.10:5000 > 192.0.2.20:53 len=4  # a question\nadvance 30s\n";
    let scenario = file("linked.ct", lines.as_bytes());
    let link = prints(&ctscope(&["link", &scenario]));
    assert_eq!(prints(&ctscope(&["open", link.trim()])), lines);
    let address = format!("https://example.org/#{}", link.trim());
    assert_eq!(prints(&ctscope(&["open", &address])), lines);
    let (from_link, from_file) = (["replay", link.trim()], ["replay", &scenario]);
    assert_eq!(prints(&ctscope(&from_link)), prints(&ctscope(&from_file)));
}

#[test]
fn a_recording_can_be_a_link() {
    let link = prints(&ctscope(&["link", &golden("udp_one_way")]));
    let scenario = prints(&ctscope(&["open", link.trim()]));
    assert!(scenario.starts_with("config profile=6.18"), "{scenario}");
    assert!(scenario.contains("udp 10.0.0.10:"), "{scenario}");
}

#[test]
fn import_prints_a_scenario_that_replays() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/captures");
    let capture = fs::read_dir(folder)
        .expect("the captures are there")
        .map(|entry| entry.expect("a folder can be read").path())
        .find(|path| path.extension().is_some_and(|ending| ending == "pcap"))
        .expect("there is a capture");
    let scenario = prints(&ctscope(&[
        "import",
        capture.to_str().expect("a path of text"),
    ]));
    let said = prints(&ctscope_reads(&["replay", "-"], scenario.as_bytes()));
    assert!(said.contains("new, original, c1"), "{said}");
}

#[test]
fn what_cannot_be_used_is_said_with_its_place() {
    let cases: [(&[&str], &[u8], &[&str]); 19] = [
        (&[], b"", &["what to do is missing", "replay"]),
        (&["explode"], b"", &["explode is not a command"]),
        (&["replay"], b"", &["replay needs a file"]),
        (&["replay", "a", "b"], b"", &["b is too much"]),
        (
            &["replay", "-", "--profile", "4.4"],
            b"",
            &["4.4", "5.10 or 6.18"],
        ),
        (
            &["replay", "-", "--loud"],
            b"",
            &["--loud is not an option"],
        ),
        (&["check", "-", "--json"], b"", &["does not know --json"]),
        (&["replay", "/no/such/file"], b"", &["/no/such/file"]),
        (
            &["replay", "-"],
            b"udp 10.0.0.10:5000 > 192.0.2.20:53\nfly\n",
            &["line 2, column 1"],
        ),
        (&["replay", "-"], b"\xff\xfe", &["byte 0 is not UTF-8"]),
        (&["replay", "-"], b"{", &["not a scenario", "line 1"]),
        (&["replay", "-"], b"[]", &["not a scenario"]),
        (
            &["replay", "-"],
            br#"{"steps": 5}"#,
            &["steps: ", "a list of at most"],
        ),
        (
            &["replay", "-"],
            br#"{"steps": [{"inject": {"side": "c", "packet": "x"}}]}"#,
            &["steps[0].inject.side", "`a` or `b`"],
        ),
        (
            &["replay", "-"],
            br#"{"steps": [{"flush": true}, {"inject": {"side": "a", "hex": "450"}}]}"#,
            &["steps[1].inject", "3 digits", "even number"],
        ),
        (
            &["replay", "-"],
            br#"{"steps": [{"inject": {"side": "a", "packet": "udp nowhere"}}]}"#,
            &["steps[0].inject", "column", "expected"],
        ),
        (
            &["replay", "-"],
            br#"{"steps": [{"rules": [{"match": {"iif": "a"}, "action": "fly"}]}]}"#,
            &["steps[0].rules[0].action", "expected notrack"],
        ),
        (
            &["replay", "-"],
            br#"{"steps": [{"note": "nothing"}]}"#,
            &["steps[0]: it does nothing", "inject"],
        ),
        (&["open", "v1.%%"], b"", &["link"]),
    ];
    for (args, input, parts) in cases {
        complains(&ctscope_reads(args, input), parts);
    }
}

#[test]
fn import_says_what_is_no_capture() {
    let other = file("other.pcap", b"this is not a capture at all");
    complains(
        &ctscope(&["import", &other]),
        &["other.pcap", "no capture file"],
    );
}

#[test]
fn help_is_no_failure() {
    for args in [["help"].as_slice(), &["--help"], &["replay", "--help"]] {
        let said = prints(&ctscope(args));
        for command in ["replay", "check", "import", "link", "open"] {
            assert!(said.contains(command), "{said}");
        }
    }
}
