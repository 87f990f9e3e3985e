//! What is no lesson: where, and what was expected; and limits before memory is taken.

use ctscope::scenario::lesson::{
    BUNDLE_FILES_MAX, LESSON_BYTES_MAX, Lesson, STOPS_MAX, VALUE_CHARS_MAX, bundle,
};
use proptest::prelude::*;

const SAMPLE: &str = include_str!("../data/lessons/sample.lesson");
const HEAD: &str = "title: T\nabout: A.\n";

#[track_caller]
fn refused(text: &str, at: (u32, u32), problem: &str, expected: &str) {
    let error = Lesson::parse(text).expect_err("it is no lesson");
    assert_eq!((error.line, error.column), at, "{error}");
    assert!(error.problem.contains(problem), "{error}");
    assert!(error.expected.contains(expected), "{error}");
}

#[track_caller]
fn refused_in_stop(lines: &str, at: (u32, u32), problem: &str, expected: &str) {
    refused(&format!("{HEAD}== S\n{lines}"), at, problem, expected);
}

#[test]
fn the_shortest_lesson() {
    let lesson = Lesson::parse("title: T\nabout: A.\n== S\nsay: Look.\n").expect("it is one");
    assert_eq!(lesson.minutes, 5);
    assert_eq!(
        lesson.to_string(),
        "title: T\nminutes: 5\nabout: A.\n\n== S\nsay: Look.\n"
    );
}

#[test]
fn values_go_on_in_indented_lines_and_comments_are_left_out() {
    let text =
        "# for my course\ntitle: T\nabout: One\n# between\n  two\n\tthree.\n== S\nsay: Look.";
    let lesson = Lesson::parse(text).expect("it is one");
    assert_eq!(lesson.about, "One two three.");
}

#[test]
fn errors_say_where_and_what_was_expected() {
    refused("", (1, 1), "the title is missing", "title:");
    refused(
        "title: T\n== S\nsay: x\n",
        (1, 1),
        "what it is for is missing",
        "about:",
    );
    refused(HEAD, (2, 1), "the first stop is missing", "==");
    refused("tittle: T\n", (1, 1), "“tittle:” is not known", "title:");
    refused("title:  \n", (1, 9), "nothing stands here", "some words");
    refused("title: T\ntitle: T\n", (2, 1), "given twice", "once");
    refused(
        "title: T\nkind: quiz\n",
        (2, 7),
        "“quiz” is no kind",
        "lesson or lab",
    );
    refused(
        "title: T\nminutes: soon\n",
        (2, 10),
        "“soon” is not a number",
        "1 to 240",
    );
    refused(
        "title: T\nsay: x\n",
        (2, 1),
        "“say:” cannot stand here",
        "about:",
    );
    refused("  title: T\n", (1, 1), "indented", "without blanks");
    refused("title: T\nconfig hz=7\n", (2, 11), "“7”", "100, 250");
    refused("title: T\nudp 1.2.3.4 > 5.6.7.8:9\n", (2, 5), "", "");
    refused(
        "title: T\nflsh\n",
        (2, 1),
        "“flsh” is not a command",
        "scenario lines:",
    );
    refused(
        "title: T\ngc\nconfig hz=100\n",
        (3, 1),
        "first scenario line",
        "a command",
    );
    refused("title: T\n+ yes\n", (2, 1), "outside of a stop", "title:");
}

#[test]
fn errors_in_a_stop_say_where_too() {
    refused_in_stop("", (3, 1), "in the stop “S”, nothing is said", "say:");
    refused_in_stop("at: tupel\n", (4, 5), "“tupel” is not a place", "tuple");
    refused_in_stop(
        "at: figure 9.1\n",
        (4, 12),
        "“9.1” is not a figure's number",
        "3.4",
    );
    refused_in_stop(
        "at: end now\n",
        (4, 9),
        "“now” is not expected",
        "the end of the line",
    );
    refused_in_stop("at:\n", (4, 4), "the place is missing", "start");
    refused_in_stop(
        "ask: buckets b1\n",
        (4, 14),
        "“b1” is not a connection",
        "c1",
    );
    refused_in_stop("ask: bucket c1\n", (4, 6), "“bucket”", "buckets c1");
    refused_in_stop("ask: use\n", (4, 9), "the line ends here", "c1");
    refused_in_stop("goal: c1 went\n", (4, 10), "“went”", "gone");
    refused_in_stop(
        "goal: stat drops 1\n",
        (4, 12),
        "“drops” is not a counter",
        "drop",
    );
    refused_in_stop("goal: c1 status SURE\n", (4, 17), "“SURE”", "ASSURED");
    refused_in_stop("show: -L\n", (4, 7), "“-L” cannot be shown", "list");
    refused_in_stop(
        "ask: use c1\nbecause: B.\n",
        (4, 1),
        "the question is missing",
        "prompt:",
    );
    refused_in_stop(
        "ask: use c1\nprompt: P?\n",
        (4, 1),
        "the reason is missing",
        "because:",
    );
    refused_in_stop("turn: T\ntry: gc\n", (4, 1), "no condition", "goal:");
    refused_in_stop(
        "turn: T\ngoal: conns 1\n",
        (4, 1),
        "nothing is said to do it",
        "try:",
    );
    refused_in_stop(
        "turn: T\ntry: gcc\n",
        (5, 6),
        "“gcc” is not a command",
        "gc",
    );
    let choice = "ask: choice\nprompt: P?\nbecause: B.\n";
    refused_in_stop(
        &format!("{choice}+ A | a\n"),
        (4, 1),
        "little to choose",
        "two choices",
    );
    refused_in_stop(
        &format!("{choice}- A\n- B\n"),
        (4, 1),
        "one choice has to be",
        "behind +",
    );
    refused_in_stop("say: x\nbecause: B.\n", (3, 1), "stands alone", "ask:");
}

#[test]
fn limits_hold() {
    refused(
        &" ".repeat(LESSON_BYTES_MAX + 1),
        (1, 1),
        "bytes",
        "at most",
    );
    let stops = "== S\nsay: x\n".repeat(STOPS_MAX + 1);
    let line = 3 + 2 * STOPS_MAX as u32;
    refused(
        &format!("{HEAD}{stops}"),
        (line, 1),
        "one stop too many",
        "at most",
    );
    let lines = "gc\n".repeat(501);
    refused(
        &format!("{HEAD}{lines}"),
        (503, 1),
        "too many",
        "at most 500",
    );
    let long = format!("title: T\nabout: {}\n", "x".repeat(VALUE_CHARS_MAX + 1));
    refused(&long, (2, 8), "2001 characters", "at most 2000");
    let terms: String = (0..9).map(|n| format!("term t{n}: x\n")).collect();
    refused(
        &format!("{HEAD}{terms}"),
        (11, 1),
        "one too many",
        "at most 8",
    );
}

#[test]
fn lines_that_would_keep_the_page_busy_are_refused_before_they_are_run() {
    let head = format!("{HEAD}== A\nsay: x\n== B\nsay: y\n");
    let resized = "resize 1048576\nresize 1\n".repeat(60);
    refused(
        &format!("{head}{resized}"),
        (5, 1),
        "too much work",
        "a smaller table",
    );
    // The same by what is done for the reader, and on fresh machines.
    let swept = "try: gc sweep\n".repeat(64);
    let turn = format!("== C\nconfig buckets=1048576\nturn: T\ngoal: conns 1\n{swept}");
    refused(
        &format!("{head}{}", turn.repeat(3)),
        (7 + 68, 1),
        "too much work",
        "a smaller table",
    );
    let flood = "flood 100001 udp 10.0.0.1:1024 > 10.0.0.2:53\n".repeat(3);
    refused(
        &format!("{head}{flood}"),
        (5, 1),
        "300\u{202f}003 packets",
        "at most 300000",
    );
    assert!(Lesson::parse(&format!("{head}{}", "resize 4096\ngc sweep\n".repeat(200))).is_ok());
}

#[test]
fn a_bundle_is_parted_by_its_names() {
    let text = "left out\n=== first\ntitle: A\n=== second\ntitle: B";
    let files = bundle(text).expect("it is one");
    let files: Vec<_> = files.iter().map(|file| (file.name, file.text)).collect();
    assert_eq!(files, [("first", "title: A\n"), ("second", "title: B")]);
    assert_eq!(bundle("").map(|files| files.len()), Ok(0));
    for text in ["=== A\n", "=== a\n=== a\n", "=== \n"] {
        let error = bundle(text).expect_err("no name");
        assert!(
            error.problem.contains("cannot be a lesson's name"),
            "{error}"
        );
    }
    let many: String = (0..=BUNDLE_FILES_MAX)
        .map(|n| format!("=== l{n}\n"))
        .collect();
    assert!(bundle(&many).is_err());
}

/// Lines of lessons, good and bad ones, in any order.
fn soup() -> impl Strategy<Value = String> {
    let lines: Vec<&str> = SAMPLE.lines().collect();
    let line = prop_oneof![
        8 => proptest::sample::select(lines),
        1 => Just("at: step 99999999999"),
        1 => Just("+ "),
        1 => Just("==="),
        1 => Just("wrong : x"),
    ];
    proptest::collection::vec(line, 0..40).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whatever_is_read_is_printed_and_read_again(body in soup(), any in ".{0,200}") {
        let _ = Lesson::parse(&any);
        for text in [body.clone(), format!("{HEAD}== S\nsay: x\n{body}")] {
            if let Ok(lesson) = Lesson::parse(&text) {
                let printed = lesson.to_string();
                prop_assert_eq!(Lesson::parse(&printed), Ok(lesson), "{}", printed);
            }
        }
    }

    #[test]
    fn a_lesson_with_any_sign_changed_is_read_or_refused(
        at in 0..SAMPLE.len(),
        c in any::<char>(),
    ) {
        let mut text: Vec<char> = SAMPLE.chars().collect();
        let at = at % text.len();
        text[at] = c;
        let text: String = text.into_iter().collect();
        if let Ok(lesson) = Lesson::parse(&text) {
            let printed = lesson.to_string();
            prop_assert_eq!(Lesson::parse(&printed), Ok(lesson), "{}", printed);
        }
    }
}
