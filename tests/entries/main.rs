//! Entries that no packet made: the `entry` command, and tables read from `conntrack -L` text.

#[path = "../common/mod.rs"]
mod common;

use common::{any_packet, command, scenario};
use ctscope::engine::conn::{Owner, Status};
use ctscope::engine::stats::Counter;
use ctscope::engine::tuple::Dir;
use ctscope::engine::{Config, Conntrack, NoProbe, Outcome, Probe, Profile, Refusal, Step};
use ctscope::scenario::recorder;
use ctscope::scenario::table::{Table, looks_like_table, read_table};
use ctscope::view::listing::table_lines;
use proptest::collection::vec;
use proptest::prelude::*;

const WEB: &str = "entry tcp 6 431999 ESTABLISHED src=10.0.0.10 dst=192.0.2.20 sport=40000 \
     dport=80 src=192.0.2.20 dst=10.0.0.10 sport=80 dport=40000 [ASSURED]";
const DNAT: &str = "entry udp 17 29 src=10.0.0.10 dst=10.96.0.10 sport=5000 dport=53 [UNREPLIED] \
     src=10.244.0.7 dst=10.0.0.10 sport=53 dport=5000 mark=7";

#[derive(Default)]
struct Checked(Vec<Step>);

impl Probe for Checked {
    #[track_caller]
    fn step(&mut self, at: &Conntrack, what: impl FnOnce() -> Step) {
        let step = what();
        assert_eq!(at.check_invariants(), [], "at {step:?}");
        self.0.push(step);
    }
}

fn on(profile: Profile) -> Conntrack {
    Conntrack::new(&Config {
        profile,
        ..Config::default()
    })
}

#[track_caller]
fn apply(ct: &mut Conntrack, line: &str) -> (Outcome, Vec<Step>) {
    let mut probe = Checked::default();
    let outcome = ct.apply(&command(line), &mut probe);
    (outcome, probe.0)
}

#[test]
fn an_entry_is_made_without_a_packet_and_the_next_packet_finds_it() {
    for profile in Profile::ALL {
        let mut ct = on(profile);
        let (outcome, steps) = apply(&mut ct, WEB);
        let id = outcome.conn.expect("an entry is made");
        let conn = &ct.conns[id];
        assert_eq!(
            (conn.use_count, conn.refs.of(Owner::Table)),
            (1, 1),
            "the request's reference is put"
        );
        assert!(matches!(steps[0], Step::EntryAsked { .. }));
        assert!(matches!(
            steps.last(),
            Some(Step::RefDropped { left: 1, .. })
        ));
        assert_eq!(ct.nets[0].pcpu[0].stats.value(Counter::Insert), 1);
        let line = table_lines(&ct).remove(0);
        let listed = WEB.strip_prefix("entry tcp").expect("so it begins");
        assert_eq!(line, format!("tcp     {listed} mark=0 use=1"));
        // The answer belongs to it, in the reply direction.
        let (packet, _) = apply(&mut ct, "tcp 192.0.2.20:80 > 10.0.0.10:40000 A seq=1 ack=1");
        assert_eq!(packet.conn, Some(id));
        assert!(packet.ctinfo.is_some_and(|ctinfo| ctinfo.is_reply()));
    }
}

#[test]
fn an_entry_whose_answers_come_from_elsewhere_is_translated() {
    let mut ct = on(Profile::V5_10);
    let id = apply(&mut ct, DNAT).0.conn.expect("an entry is made");
    let conn = &ct.conns[id];
    assert!(conn.status.contains(Status::DST_NAT | Status::DST_NAT_DONE));
    assert!(!conn.status.intersects(Status::SRC_NAT | Status::SEEN_REPLY));
    assert_eq!(conn.mark, 7);
    assert_eq!(conn.tuple(Dir::Reply).src.u, 53);
    assert_eq!(apply(&mut ct, "flush").0.deleted, 1);
    assert!(ct.conns.is_empty());
}

#[test]
fn an_event_tells_of_it() {
    let mut ct = on(Profile::V5_10);
    apply(&mut ct, WEB);
    let heard = ct.listener.heard.back().expect("an event was sent");
    assert_eq!(
        ctscope::view::texts::event_line(heard, ct.hz()),
        "    [NEW] tcp      6 431999 ESTABLISHED src=10.0.0.10 dst=192.0.2.20 sport=40000 dport=80 \
         src=192.0.2.20 dst=10.0.0.10 sport=80 dport=40000 [ASSURED] mark=0"
    );
}

#[test]
fn what_cannot_be_is_refused_and_changes_nothing() {
    let mut ct = on(Profile::V6_18);
    apply(&mut ct, WEB);
    let before = ct.digest();
    let icmp = |kind: u32, answer: u32| {
        format!(
            "entry icmp 1 29 src=10.0.0.1 dst=10.0.0.2 type={kind} code=0 id=1 src=10.0.0.2 \
             dst=10.0.0.1 type={answer} code=0 id=1"
        )
    };
    let turned = "entry tcp 6 9 CLOSE src=192.0.2.20 dst=10.0.0.10 sport=80 dport=40000 \
                  src=10.0.0.10 dst=192.0.2.20 sport=40000 dport=80";
    for (line, why) in [
        (WEB.to_owned(), Refusal::EntryExists(1)),
        (turned.to_owned(), Refusal::EntryExists(1)),
        (icmp(3, 3), Refusal::NotInvertible),
        (icmp(8, 8), Refusal::NotAnAnswer),
    ] {
        assert_eq!(apply(&mut ct, &line).0.refused, Some(why), "{line}");
        assert_eq!(ct.digest(), before);
    }
}

#[test]
fn a_full_table_takes_no_entry_that_it_cannot_make_room_for() {
    let mut ct = Conntrack::new(&scenario("config buckets=4 max=1\n").config);
    apply(&mut ct, WEB);
    let (outcome, steps) = apply(&mut ct, DNAT);
    assert_eq!((outcome.refused, outcome.conn), (None, None));
    assert!(
        steps
            .iter()
            .any(|step| matches!(step, Step::TableFull { .. }))
    );
    assert_eq!(ct.count(), 1);
}

#[test]
fn every_step_of_a_request_has_words_and_a_way() {
    use ctscope::view::model::Selection;
    use ctscope::view::narrate::why;
    use ctscope::view::scene::Scene;
    for profile in Profile::ALL {
        let start = on(profile);
        let mut ct = start.clone();
        let (_, steps) = apply(&mut ct, DNAT);
        let line = common::line(DNAT);
        let scene = |at: usize| Scene {
            state: &ct,
            before: &start,
            steps: &steps,
            fresh: at..at + 1,
            line: Some(&line),
            selection: Selection::Step,
        };
        for (at, step) in steps.iter().enumerate() {
            let told = why(&scene(at));
            assert_eq!(told.calls[0], "ctnetlink_new_conntrack", "{step:?}");
            assert_eq!(told.code.iter().filter(|line| line.current).count(), 1);
            for word in [
                "acket made",
                "unconfirmed",
                "for confirm",
                "past every rule",
            ] {
                assert!(!told.because.contains(word), "{step:?}: {}", told.because);
            }
        }
        let whole = why(&Scene {
            fresh: 0..steps.len(),
            ..scene(0)
        });
        assert_eq!(whole.what, "c1 is in the table, as the request says.");
        assert!(whole.changed.iter().any(|row| row.what == "c1 status"));
    }
}

/// Runs what was read.
fn run(table: &Table) -> Conntrack {
    let mut ct = Conntrack::new(&table.scenario.config);
    for line in &table.scenario.lines {
        let outcome = ct.apply(&line.command, &mut NoProbe);
        assert_eq!(outcome.refused, None, "{line}");
    }
    assert_eq!(ct.check_invariants(), []);
    ct
}

/// Lines without `use`: nobody but the table holds an entry that was read.
fn without_use(lines: &[String]) -> Vec<String> {
    let cut = |line: &String| line.split(" use=").next().unwrap_or_default().to_owned();
    lines.iter().map(cut).collect()
}

#[test]
fn the_recorded_tables_are_read_and_listed_as_they_were() {
    let mut entries = 0;
    for file in std::fs::read_dir("tests/data/golden").expect("the recordings are there") {
        let path = file.expect("a folder can be read").path();
        let text = std::fs::read_to_string(&path).expect("a recording is text");
        let recording = recorder::read(&text).expect("a recording can be read");
        let Some(listed) = recording.last.and_then(|last| last.conntrack_l) else {
            continue;
        };
        let config = Config {
            profile: Profile::V6_18,
            ..Config::default()
        };
        let table = read_table(&listed.join("\n"), &config).expect("a list is short");
        assert_eq!(table.problems, [], "{path:?}");
        let mut here = without_use(&table_lines(&run(&table)));
        let mut there: Vec<String> = without_use(&listed);
        // Without `ipv4     2 `.
        there = there
            .iter()
            .map(|line| line[11..].trim_start().to_owned())
            .collect();
        there.sort();
        there.dedup();
        here.sort();
        assert_eq!(here, there, "{path:?}");
        entries += here.len();
    }
    assert!(entries > 250, "{entries}");
}

#[test]
fn bad_lines_say_where_and_what_was_expected_and_good_ones_are_read() {
    let good = WEB.trim_start_matches("entry ");
    let text = format!(
        "conntrack v1.4.7 (conntrack-tools): 3 flow entries have been shown.\n{good}\n\
         tcp 6 9 OPEN src=10.0.0.1\n\nudp 17 x src=1\nudp 17 3 src=10.0.0.1 dst=10.0.0.2 sport=1\n\
         {good} use=1\ntcp 6 5 CLOSE src=1.2.3.4 dst=1.2.3.5 sport=1 dport=2 src=1.2.3.5 \
         dst=1.2.3.4 sport=2 dport=1 [OFFLOAD]\n<script>alert(1)</script> src=1\n"
    );
    assert!(looks_like_table(&text));
    let table = read_table(&text, &Config::default()).expect("it is short");
    assert_eq!((table.entries, table.bad), (1, 5));
    let told: Vec<String> = table.problems.iter().map(ToString::to_string).collect();
    assert!(
        told[0]
            .starts_with("line 3, column 9: “OPEN” is not a state here; expected NONE, SYN_SENT"),
        "{}",
        told[0]
    );
    assert!(told[1].starts_with("line 5, column 8: “x” is not a number for seconds"));
    assert!(told[2].starts_with("line 6") && told[2].ends_with("sport= and dport=, twice"));
    assert!(told[3].contains("flow table"));
    assert!(told[4].starts_with("line 9, column 1: “<script>"));
    assert_eq!(table.notes, ["1 line is there twice and counts once."]);
    assert_eq!(table_lines(&run(&table)).len(), 1);
}

#[test]
fn a_tuple_is_taken_where_its_zone_is_the_same_in_its_direction() {
    let entry = |dst: &str, zone: &str| {
        format!(
            "udp 17 9 src=10.0.0.1 dst={dst} sport=1 dport=2 {zone} src=10.0.0.9 dst=10.0.0.1 \
             sport=2 dport=1\n"
        )
    };
    for (first, second, taken) in [
        ("zone-orig=4", "", true),
        ("zone-orig=4", "zone-orig=5", true),
        ("zone=4", "zone-reply=4", true),
        ("zone-reply=4", "", false),
        ("zone=4", "zone-orig=4", false),
    ] {
        let text = entry("10.0.0.8", first) + &entry("10.0.0.7", second);
        let table = read_table(&text, &Config::default()).expect("it is short");
        assert_eq!(table.bad, u32::from(taken), "{first}, {second}");
        assert_eq!(run(&table).count(), table.entries);
    }
}

#[test]
fn a_table_is_as_large_as_its_entries_need() {
    let lines: String = (0..5_000)
        .map(|n| {
            let (a, b) = (n / 250, n % 250);
            format!(
                "udp 17 29 src=10.1.{a}.{b} dst=10.2.0.1 sport=7 dport=53 [UNREPLIED] src=10.2.0.1 \
                 dst=10.1.{a}.{b} sport=53 dport=7 mark=0 use=1\n"
            )
        })
        .collect();
    let table = read_table(&lines, &scenario("config buckets=4 max=8\n").config).expect("short");
    assert_eq!(table.scenario.config.buckets, 8_192);
    assert_eq!(run(&table).count(), 5_000);
    assert_eq!(table_lines(&run(&table)).len(), 5_000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// What is listed is read as the table that was listed: the same lines in the same order.
    #[test]
    fn a_listed_table_is_read_as_it_was(
        packets in vec(any_packet(), 1..40),
        settings in 0..4_u32,
        newer in any::<bool>(),
        buckets in 1..40_u32,
    ) {
        let profile = if newer { Profile::V6_18 } else { Profile::V5_10 };
        let mut ct = Conntrack::new(&Config { profile, buckets, ..Config::default() });
        for line in ["iface a 10.0.0.254/24", "iface b 192.0.2.254/24 route 0.0.0.0/0",
            "nft srcnat oif=b masquerade", "nft conntrack dport=80 zone=3"] {
            if let Ok(line) = ctscope::scenario::parse_command(line, Default::default()) {
                ct.apply(&line.command, &mut NoProbe);
            }
        }
        for (bit, key) in [(1, "nf_conntrack_acct"), (2, "nf_conntrack_timestamp")] {
            let on = u32::from(settings & bit > 0);
            ct.apply(&command(&format!("sysctl {key}={on}")), &mut NoProbe);
        }
        for (nth, packet) in packets.iter().enumerate() {
            ct.apply(&command(packet), &mut NoProbe);
            ct.apply(&command(&format!("advance {}ms", nth * 700)), &mut NoProbe);
        }
        let listed = table_lines(&ct);
        let config = Config { buckets: ct.table.size(), ..ct.config.clone() };
        let table = read_table(&listed.join("\n"), &config).unwrap();
        prop_assert_eq!(&table.problems, &[]);
        let fits = table.scenario.config == config;
        let again = run(&table);
        let (mut here, mut there) = (without_use(&table_lines(&again)), without_use(&listed));
        if !fits {
            here.sort();
            there.sort();
        }
        prop_assert_eq!(here, there);
        // And as text.
        let text = table.scenario.to_string();
        prop_assert_eq!(ctscope::scenario::Scenario::parse(&text), Ok(table.scenario));
    }

    #[test]
    fn no_text_makes_the_reader_panic(
        text in "(tcp|udp|icmp|src=|dst=|[0-9 .:=\\[\\]]|use=|\n|\\PC){0,60}",
    ) {
        let _ = looks_like_table(&text);
        let _ = read_table(&text, &Config::default());
    }
}
