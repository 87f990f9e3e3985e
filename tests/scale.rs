//! Large tables: a flood is so many single packets, copies share memory, and what the page makes
//! of 100,000 connections is as much as it makes of ten.

mod common;

use common::{command, scenario};
use ctscope::app::{AppState, Msg};
use ctscope::engine::nulls::ListId;
use ctscope::engine::{Check, Command, Config, Conntrack, NoProbe};
use ctscope::timeline::{Grain, Recorder, Timeline};
use ctscope::view::lanes::{Counted, deadlines};
use ctscope::view::model::{Lens, LensModel, Selection};
use std::rc::Rc;

/// Connections of a large table.
const MANY: u32 = 100_000;
const BUCKETS: u32 = 65_536;

fn flooded(buckets: u32, count: u32) -> Conntrack {
    let mut machine = Conntrack::new(&Config {
        buckets,
        max: Some(1 << 20),
        ..Config::default()
    });
    let line = format!("flood {count} udp 10.0.0.1:1024 > 192.0.2.53:53 len=10");
    let outcome = machine.apply(&command(&line), &mut NoProbe);
    assert_eq!(outcome.refused, None);
    machine
}

#[test]
fn a_flood_is_so_many_single_packets() {
    for (line, ports) in [
        ("udp 10.0.0.1:65533 > 192.0.2.53:53 len=10", 65_533..65_536),
        (
            "tcp [2001:db8::1]:65534 > [2001:db8::2]:80 S",
            65_534..65_536,
        ),
        (
            "udp 10.0.0.255:65535 > 192.0.2.53:53 len=3 path=input",
            65_535..65_536,
        ),
    ] {
        let mut whole = Conntrack::new(&Config::default());
        let mut steps = Recorder::default();
        let outcome = whole.apply(&command(&format!("flood 7 {line}")), &mut steps);
        assert_eq!(outcome.refused, None);
        let mut single = Conntrack::new(&Config::default());
        for nth in 0..7 {
            let (from, rest) = line.split_once(" > ").unwrap();
            let (head, _) = from.rsplit_once(':').unwrap();
            let (port, addr) = (nth % ports.len(), nth / ports.len());
            let head = match head.strip_prefix("udp ") {
                Some("10.0.0.1") => format!("udp 10.0.0.{}", 1 + addr),
                Some(_) => format!("udp 10.0.{}.{}", addr.div_ceil(256), (255 + addr) % 256),
                None => format!("tcp [2001:db8::{}]", 1 + addr),
            };
            let line = format!("{head}:{} > {rest}", ports.start + port as u32);
            single.apply(&command(&line), &mut NoProbe);
        }
        assert_eq!(whole.count(), 7);
        assert_eq!(whole.digest(), single.digest(), "{line}");
        assert_eq!(steps.finish().steps.len(), 7);
    }
}

#[test]
fn deadlines_counted_from_what_was_counted_before_are_those_counted_anew() {
    let mut machine = flooded(1024, 500);
    let mut known = Counted::default();
    for line in [
        "udp 10.0.0.1:1030 > 192.0.2.53:53 len=10",
        "udp 192.0.2.53:53 > 10.0.0.1:1030 len=10",
        "tcp 10.9.0.1:1024 > 192.0.2.20:80 S seq=1000",
        "advance 10s",
        "delete c300",
        "udp 10.9.0.1:1024 > 192.0.2.20:80 len=10",
        "advance 25s",
        "gc",
        "flood 40 tcp 10.8.0.1:1024 > 192.0.2.20:80 S",
        "flush",
    ] {
        let outcome = machine.apply(&command(line), &mut NoProbe);
        assert_eq!(outcome.refused, None, "{line}");
        let now = Rc::new(machine.clone());
        let anew = deadlines(&now, &mut Counted::default());
        assert_eq!(deadlines(&now, &mut known), anew, "{line}");
        assert_eq!(anew.is_empty(), line == "flush", "{line}");
    }
}

#[test]
fn a_flood_that_cannot_be_is_refused_and_changes_nothing() {
    let mut machine = Conntrack::new(&Config::default());
    machine.apply(&command("hold postrouting"), &mut NoProbe);
    let before = machine.digest();
    for line in [
        "flood 3 udp 10.0.0.1:1 > 10.0.0.2:2",
        "flood 3 ip 10.0.0.1 > 10.0.0.2 proto=99 len=20",
    ] {
        assert!(
            machine
                .apply(&command(line), &mut NoProbe)
                .refused
                .is_some()
        );
        machine.apply(&command("hold off"), &mut NoProbe);
        let at_rest = machine.digest();
        machine.apply(
            &command("flood 3 ip 10.0.0.1 > 10.0.0.2 proto=99 len=20"),
            &mut NoProbe,
        );
        assert_eq!(machine.digest(), at_rest);
        machine.apply(&command("hold postrouting"), &mut NoProbe);
        assert_eq!(machine.digest(), before);
    }
    let Command::Flood(mut flood) = command("flood 3 udp 10.0.0.1:1 > 10.0.0.2:2") else {
        panic!("a flood is a flood");
    };
    flood.count = 0;
    let none = machine.apply(&Command::Flood(flood), &mut NoProbe);
    assert!(none.refused.is_some());
    // Eight chains of so many nodes would take minutes.
    let endless = command("flood 100000 udp 10.0.0.1:1 > 10.0.0.2:2");
    machine.apply(&command("hold off"), &mut NoProbe);
    assert!(machine.apply(&endless, &mut NoProbe).refused.is_some());
}

#[test]
fn a_copy_of_a_large_machine_shares_its_memory() {
    let machine = flooded(BUCKETS, MANY);
    assert!(machine.bytes_beside(None) > MANY as usize * 200);
    let mut copy = machine.clone();
    assert!(copy.bytes_beside(Some(&machine)) < 64 << 10);
    let line = "udp 10.9.0.1:1024 > 192.0.2.53:53 len=10";
    copy.apply(&command(line), &mut NoProbe);
    assert_eq!((machine.count(), copy.count()), (MANY, MANY + 1));
    let own = copy.bytes_beside(Some(&machine));
    assert!(own < 1 << 20, "{own} bytes");
}

#[test]
fn a_look_around_finds_what_a_look_at_everything_does() {
    let mut machine = flooded(64, 200);
    assert_eq!(machine.check_invariants(), []);
    assert_eq!(machine.check_around(machine.conns.iter().map(|c| c.id)), []);
    machine.nets[0].count += 1;
    let found = machine.check_around([]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].check(), Check::Memory);
}

#[test]
fn snapshots_of_a_large_machine_stay_within_their_budget() {
    let mut text = format!("config buckets={BUCKETS} max=1000000\n");
    text.push_str("flood 100000 udp 10.0.0.1:1024 > 192.0.2.53:53 len=10\n");
    for port in 0..2_000 {
        text.push_str(&format!(
            "udp 10.9.0.1:{} > 192.0.2.53:53 len=10\n",
            1024 + port
        ));
    }
    let mut timeline = Timeline::new(Config::default(), "");
    timeline.load(scenario(&text), "").unwrap();
    let (kept, bytes) = timeline.cache_size();
    assert!(kept >= 3, "{kept} are kept");
    assert!(bytes <= 64 << 20, "{bytes} bytes");
    // The end of the flood is there, whatever its number.
    timeline.seek_command(2);
    let state = timeline.moment(Grain::Change).state;
    assert_eq!(state.conns.len() as u32, MANY);
}

/// The page with a scenario in it, behind its first command.
fn page(text: &str) -> AppState {
    let mut app = AppState::new();
    app.update(Msg::LoadText(text.to_owned()));
    app.update(Msg::NextEvent);
    app
}

/// The page after a flood of so many flows.
fn page_of(buckets: u32, flows: u32) -> AppState {
    page(&format!(
        "config buckets={buckets} max=1000000\n\
         flood {flows} udp 10.0.0.1:1024 > 192.0.2.53:53 len=10\n\
         tcp 10.9.0.1:1024 > 192.0.2.80:80 S\n"
    ))
}

/// Text with plain spaces between the digits.
fn plain(text: &str) -> String {
    text.replace('\u{202f}', " ")
}

#[test]
fn a_long_list_of_entries_is_shown_in_parts_without_gaps() {
    let mut app = page_of(64, 1_000);
    let mut seen = Vec::new();
    let mut back = Vec::new();
    loop {
        let texts = app.model().texts.clone();
        let part = texts.window.clone().expect("it is long");
        let text = plain(&part.text);
        assert!(text.starts_with("1 000 entries in the table; "), "{text}");
        assert!((1..=80).contains(&texts.list.len()), "{text}");
        seen.extend(texts.list.iter().filter_map(|line| line.conn));
        back.push(part.back);
        let Some(on) = part.on else { break };
        app.update(Msg::ListFrom(on));
    }
    assert!(back.len() > 10 && back[0].is_none() && back[1..].iter().all(Option::is_some));
    seen.sort_unstable();
    assert!(seen.into_iter().eq(1..=1_000));
    // The command line says that it is a part, too.
    app.update(Msg::Run("conntrack -L".to_owned()));
    let output = app.model().console.output.clone();
    let last = output.last().map(|line| plain(line)).unwrap_or_default();
    assert!(last.starts_with("(1 000 entries in the table; "), "{last}");
    assert!(page_of(64, 50).model().texts.window.is_none());
}

#[test]
fn the_lamps_say_what_was_checked_and_can_check_everything() {
    let mut app = page_of(8_192, 2_000);
    app.update(Msg::NextEvent);
    let texts = app.model().texts.clone();
    assert!(texts.checks.iter().all(|(_, holds)| *holds));
    let checked = plain(&texts.checked);
    assert!(
        checked.ends_with(" of 2 001 and their chains, all packets and counts."),
        "{checked}"
    );
    assert!(texts.check_all);
    app.update(Msg::CheckAll);
    let texts = app.model().texts.clone();
    assert_eq!(
        plain(&texts.checked),
        "Checked: everything, 2 001 connections and 8 192 buckets."
    );
    assert!(!texts.check_all && texts.checks.iter().all(|(_, holds)| *holds));
    app.update(Msg::StepBack);
    assert!(app.model().texts.check_all);
    assert!(!page_of(64, 50).model().texts.check_all);
}

#[test]
fn a_fold_opens_when_its_bucket_is_picked() {
    let mut app = page_of(512, 2_000);
    let row = |app: &mut AppState, bucket| {
        let stage = app.model().stage.clone();
        let found = stage.table.rows.iter().find(|row| row.bucket == bucket);
        Rc::clone(found.expect("the row is in sight"))
    };
    let folded = row(&mut app, 0);
    let (.., more) = folded.more.expect("the chain is long");
    let drawn = folded.chips.len() as u32;
    assert_eq!((drawn + more, drawn), (folded.count, 3));
    app.update(Msg::Select(Selection::Bucket(0)));
    let open = row(&mut app, 0);
    assert_eq!(open.chips.len() as u32, open.count);
    assert!(open.more.is_none() && open.height > folded.height);
    let next = row(&mut app, 1);
    assert_eq!(next.y, open.y + open.height);
    // Of a chain that no page could hold, much.
    app.update(Msg::Run("resize 1".to_owned()));
    app.update(Msg::Last);
    let all = row(&mut app, 0);
    assert_eq!((all.count, all.chips.len()), (4_000, 48));
}

#[test]
fn rows_of_a_large_table_follow_each_other_wherever_one_looks() {
    for width in [390, 800] {
        let mut app = page_of(4_096, 3_000);
        let mut ends: Vec<(u32, i32, i32)> = Vec::new();
        let height = app.model().stage.height as u32;
        for scroll in (0..2 * height).step_by(2_000) {
            app.update(Msg::Viewport {
                width,
                height: 2_000,
                scroll,
            });
            for row in &app.model().stage.table.rows {
                ends.push((row.bucket, row.y, row.y + row.height));
            }
        }
        ends.sort_unstable();
        ends.dedup();
        for pair in ends.windows(2) {
            assert!(pair[0].0 < pair[1].0, "a row has one place: {pair:?}");
            let beside = pair[0].0 + 1 == pair[1].0;
            let between = pair[1].1 - pair[0].2;
            assert_eq!(between, if beside { 0 } else { 22 }, "{pair:?}");
        }
        assert!(ends.len() > 2_000);
    }
}

#[test]
fn the_whole_table_is_told_in_numbers() {
    let mut app = page_of(256, 600);
    app.update(Msg::NextEvent);
    app.update(Msg::SetLens(Lens::Table));
    let look = |app: &mut AppState| match app.model().lens.clone() {
        LensModel::Table(table) => table,
        other => panic!("the lens shows {other:?}"),
    };
    let table = look(&mut app);
    assert_eq!(
        (table.columns, table.lines, table.cells.len()),
        (32, 8, 256)
    );
    let marks: Vec<_> = table.marks.iter().map(|mark| &*mark.label).collect();
    assert_eq!(marks[1..], ["c601 original", "c601 reply"]);
    assert_eq!(table.marks[1].bucket, table.bucket);
    assert_eq!(table.rows.len(), 5);
    let bars: Vec<_> = table
        .bars
        .iter()
        .map(|bar| format!("{}:{}", bar.label, bar.buckets))
        .collect();
    let total: u32 = table.bars.iter().map(|bar| bar.buckets).sum();
    assert_eq!(total, 256, "{bars:?}");
    // The same, counted by hand.
    let mut machine = flooded(256, 600);
    machine.apply(
        &command("tcp 10.9.0.1:1024 > 192.0.2.80:80 S"),
        &mut NoProbe,
    );
    let lengths: Vec<usize> = (0..256)
        .map(|bucket| machine.walk(ListId::Bucket(bucket)).count())
        .collect();
    let longest = lengths.iter().copied().max().unwrap_or_default();
    let of = |length: usize| lengths.iter().filter(|&&it| it == length).count();
    for (length, bar) in table.bars.iter().enumerate().take(table.bars.len() - 1) {
        assert_eq!(bar.buckets as usize, of(length), "{bars:?}");
    }
    let facts: Vec<_> = table
        .facts
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    let counted = [
        "buckets: 256",
        "connections: 601",
        "nodes: 1 202",
        "mean chain: 4.69",
        &format!("longest chain: {longest}"),
        "load factor: 2.34",
        "nf_conntrack_max: 1 048 576",
    ];
    let facts = plain(&facts.join("\n"));
    assert_eq!(facts.replace("1 000 000", "1 048 576"), counted.join("\n"));
    let sum = plain(&table.summary);
    assert!(
        sum.starts_with("256 buckets hold 1 202 nodes of 601 connections. "),
        "{sum}"
    );
    assert!(sum.contains(&format!(
        "The longest chain has {longest} nodes, in bucket "
    )));
    assert_eq!(plain(&table.gc.1), "gc: next 2 buckets");
    // It is where one looks, and every size has a shape.
    app.update(Msg::Select(Selection::Bucket(255)));
    let table = look(&mut app);
    assert_eq!((table.bucket, table.rows.len()), (255, 3));
    for buckets in [1, 2, 8, 1_000, 65_536] {
        app.update(Msg::Run(format!("resize {buckets}")));
        app.update(Msg::Last);
        let table = look(&mut app);
        let (columns, lines) = (table.columns, table.lines);
        assert!(columns * lines >= buckets && columns * (lines - 1) < buckets);
    }
}

#[test]
fn a_step_among_many_makes_no_more_than_one_among_few() {
    let mut app = page_of(BUCKETS, MANY);
    app.update(Msg::NextEvent);
    for _ in 0..20 {
        app.update(Msg::StepBack);
        let model = app.model();
        assert!(model.stage.table.rows.len() < 60);
        assert!(model.stage.cards.cards.len() <= 8);
        assert!(model.texts.list.len() <= 80);
        assert!(model.bench.flows.len() <= 100);
    }
}
