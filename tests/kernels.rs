//! Where 5.10 and 6.18 part: for every difference a scenario, played on both kernels, and the lines
//! in which what they make of it is not the same. UPDATE_EXPECT=1 writes the lines anew.

use ctscope::engine::conn::Place;
use ctscope::engine::nulls::ListId;
use ctscope::engine::stats::Counter;
use ctscope::engine::tuple::Dir;
use ctscope::engine::{Conntrack, Difference, Probe, Profile, Step};
use ctscope::scenario::Scenario;
use ctscope::view::trace;
use expect_test::expect_file;
use std::fmt::Write;

/// Lines of one command that are shown.
const SHOWN: usize = 4;

/// One difference of the file: its name, the steps to watch, the lines of its scenario.
struct Case<'a> {
    name: &'a str,
    watch: Vec<&'a str>,
    same: bool,
    lines: Vec<&'a str>,
}

/// The file: `[Name]`, perhaps `watch STEP…` or `watch lists`, then a scenario; what follows behind
/// `5.10` and `6.18` is what came out last time. `same` stands where both come to the same in other
/// ways. `times 40 LINE` is 40 lines that are not looked at, `#` in them is the number of the line;
/// `in 5.10 LINE` is for that kernel alone, likewise.
fn cases(text: &str) -> Vec<Case<'_>> {
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(name) = line.strip_prefix('[') {
            cases.push(Case {
                name: name.trim_end_matches(']'),
                watch: Vec::new(),
                same: false,
                lines: Vec::new(),
            });
            continue;
        }
        let Some(case) = cases.last_mut() else {
            continue;
        };
        if let Some(steps) = line.strip_prefix("watch ") {
            case.watch = steps.split_whitespace().collect();
        } else if line == "same" {
            case.same = true;
        } else if !["5.10 ", "6.18 ", "both "]
            .iter()
            .any(|told| line.starts_with(told))
        {
            case.lines.push(line);
        }
    }
    cases
}

/// Keeps the steps that are watched, and checks the machine at each.
struct Watch<'a> {
    names: &'a [&'a str],
    seen: Vec<String>,
}

impl Probe for Watch<'_> {
    fn step(&mut self, at: &Conntrack, what: impl FnOnce() -> Step) {
        let step = what();
        let violations = at.check_invariants();
        assert!(violations.is_empty(), "{violations:?} at {step:?}");
        let whole = format!("{step:?}");
        let name = whole.split([' ', '{']).next().unwrap_or_default();
        if self.names.contains(&name) {
            self.seen.push(match step {
                Step::HashComputed { key, .. } => format!("{name} with {key:x?}"),
                Step::GcEnded { .. } | Step::EventRetryRan { .. } => whole,
                _ => name.to_owned(),
            });
        }
    }
}

/// What a kernel makes of a scenario: some lines for each command, and some at the end.
fn play(case: &Case, profile: Profile) -> Vec<Vec<String>> {
    let (config, lines) = match case.lines.split_first() {
        Some((first, rest)) if first.starts_with("config") => (*first, rest),
        _ => ("config max=64", &case.lines[..]),
    };
    let mut text = format!("{config} profile={}\n", profile.name());
    let mut silent = Vec::new();
    for line in lines {
        let (kernel, line) = match line
            .strip_prefix("in ")
            .and_then(|rest| rest.split_once(' '))
        {
            Some((kernel, line)) => (Some(kernel), line),
            None => (None, *line),
        };
        if kernel.is_some_and(|kernel| kernel != profile.name()) {
            continue;
        }
        if kernel.is_some() {
            silent.push(true);
            writeln!(text, "{line}").expect("a string takes everything");
            continue;
        }
        let Some(rest) = line.strip_prefix("times ") else {
            silent.push(false);
            writeln!(text, "{line}").expect("a string takes everything");
            continue;
        };
        let (times, line) = rest.split_once(' ').expect("a number and a line");
        for nth in 1..=times.parse().expect("a number") {
            silent.push(true);
            let nth: u32 = nth;
            let line = line.replacen('#', &nth.to_string(), 1);
            writeln!(text, "{line}").expect("a string takes everything");
        }
    }
    let scenario = match Scenario::parse(&text) {
        Ok(scenario) => scenario,
        Err(error) => panic!("{}: {error}", case.name),
    };
    let mut ct = Conntrack::new(&scenario.config);
    let mut told = Vec::new();
    for (line, silent) in scenario.lines.iter().zip(silent) {
        let mut watch = Watch {
            names: &case.watch,
            seen: Vec::new(),
        };
        let heard = ct.listener.sent;
        let outcome = ct.apply(&line.command, &mut watch);
        if silent {
            continue;
        }
        let lines = trace::command(&ct, told.len() + 1, line, &outcome, heard);
        let mut lines: Vec<String> = lines.lines().skip(1).map(|l| l.trim().to_owned()).collect();
        if case.watch.contains(&"lists") {
            lines.extend(elsewhere(&ct));
        }
        lines.push(watch.seen.join(", "));
        told.push(lines);
    }
    told.push(at_the_end(&ct));
    told
}

/// Connections that are not in the table, and the list that they are on.
fn elsewhere(ct: &Conntrack) -> impl Iterator<Item = String> {
    let outside = ct.conns.iter().filter(|conn| conn.place() != Place::Table);
    outside.map(|conn| {
        let list = match conn.list(Dir::Original) {
            Some(ListId::Unconfirmed { .. }) => "on the unconfirmed list",
            Some(ListId::Dying { .. }) => "on the dying list",
            Some(ListId::Undelivered { .. }) => "on the list of undelivered events",
            Some(ListId::Bucket(_)) => "in a bucket",
            None => "on no list",
        };
        format!("{} is {:?}, {list}", conn.id, conn.place())
    })
}

/// The limit, the entries, and the counters that are not 0.
fn at_the_end(ct: &Conntrack) -> Vec<String> {
    let mut lines = vec![
        format!("nf_conntrack_max is {}", ct.max),
        format!("nf_conntrack_count is {}", ct.count()),
    ];
    for counter in Counter::ALL {
        let cpus = ct.nets.iter().flat_map(|net| &net.pcpu);
        let sum: u32 = cpus.map(|cpu| cpu.stats.value(counter)).sum();
        if sum > 0 {
            lines.push(format!("{} is {sum}", counter.name()));
        }
    }
    lines
}

/// What is in `here` and not in `there`.
fn only(here: &[String], there: &[String]) -> Vec<String> {
    let mut rest = there.to_vec();
    let mut found = Vec::new();
    for line in here.iter().filter(|line| !line.is_empty()) {
        match rest.iter().position(|other| other == line) {
            Some(at) => drop(rest.remove(at)),
            None => found.push(line.clone()),
        }
    }
    found
}

#[test]
fn each_difference_has_a_scenario_that_parts_the_kernels() {
    let file = include_str!("data/differences.txt");
    let cases = cases(file);
    let names: Vec<&str> = cases.iter().map(|case| case.name).collect();
    let wanted: Vec<String> = Difference::ALL
        .iter()
        .map(|difference| format!("{difference:?}"))
        .collect();
    assert_eq!(names, wanted, "one for each, in their order");

    let head = file.lines().take_while(|line| !line.starts_with('['));
    let mut out: String = head.map(|line| format!("{line}\n")).collect();
    let mut wrong = Vec::new();
    for case in &cases {
        writeln!(out, "[{}]", case.name).expect("a string takes everything");
        if !case.watch.is_empty() {
            writeln!(out, "watch {}", case.watch.join(" ")).expect("a string takes everything");
        }
        for line in case.same.then_some("same").iter().chain(&case.lines) {
            writeln!(out, "{line}").expect("a string takes everything");
        }
        let [old, new] = Profile::ALL.map(|profile| play(case, profile));
        let mut parted = false;
        for (old, new) in old.iter().zip(&new) {
            for (profile, lines) in [("5.10", only(old, new)), ("6.18", only(new, old))] {
                parted |= !lines.is_empty();
                for line in lines.iter().take(SHOWN) {
                    writeln!(out, "{profile} {line}").expect("a string takes everything");
                }
                if lines.len() > SHOWN {
                    let more = lines.len() - SHOWN;
                    writeln!(out, "{profile} and {more} more lines").expect("it takes this, too");
                }
            }
        }
        if parted == case.same {
            wrong.push(case.name);
        }
        if case.same {
            let last = new.iter().rev().nth(1).into_iter().flatten();
            for line in last.filter(|line| !line.is_empty()) {
                writeln!(out, "both {line}").expect("a string takes everything");
            }
        }
        out.push('\n');
    }
    assert!(wrong.is_empty(), "do the kernels part? {wrong:?}");
    expect_file!["data/differences.txt"].assert_eq(&format!("{}\n", out.trim_end()));
}
