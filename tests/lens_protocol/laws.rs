//! What holds of every table and every picture.

use super::{app, preset, protocol, story};
use ctscope::app::Msg;
use ctscope::engine::conn::Timeout;
use ctscope::engine::{Conntrack, Probe, Profile, Step};
use ctscope::scenario::{PRESETS, Scenario};
use ctscope::view::lens::diagram::{Diagram, Marked, diagram};
use ctscope::view::lens::table::{Cell, Which};
use ctscope::view::model::{Grain, Lens};
use std::collections::BTreeSet;

const TABLES: [Which; 4] = [
    Which::Tcp,
    Which::Sctp(Profile::V5_10),
    Which::Sctp(Profile::V6_18),
    Which::Dccp,
];

fn drawn(which: Which, narrow: bool) -> Diagram {
    let times = vec![String::new(); which.states()];
    diagram(which, narrow, &Marked::default(), &times)
}

/// Every change of state that the table has, by names.
fn changes(which: Which) -> BTreeSet<(&'static str, &'static str)> {
    let mut all = BTreeSet::new();
    for from in 0..which.states() {
        for row in 0..which.rows() {
            for side in 0..2 {
                match which.cell(side, row, from) {
                    Cell::To(to) if to != from => {
                        all.insert((which.state(from).0, which.state(to).0));
                    }
                    _ => {}
                }
            }
        }
    }
    all
}

#[test]
fn every_line_is_in_the_table() {
    for which in TABLES {
        let changes = changes(which);
        for narrow in [false, true] {
            for edge in drawn(which, narrow).edges {
                for from in &edge.from {
                    assert!(
                        changes.contains(&(from, edge.to)),
                        "{which:?} {from} {}",
                        edge.to
                    );
                }
                assert!(!edge.label.sides.is_empty() && !edge.label.text.is_empty());
            }
        }
    }
}

#[test]
fn every_change_of_tcp_is_drawn_in_both_layouts() {
    for narrow in [false, true] {
        let edges = drawn(Which::Tcp, narrow).edges;
        let lines: BTreeSet<_> = edges
            .iter()
            .flat_map(|edge| edge.from.iter().map(|from| (*from, edge.to)))
            .collect();
        assert_eq!(lines, changes(Which::Tcp));
    }
}

#[test]
fn the_text_has_every_cell_of_the_table() {
    let text = "tcp 10.0.0.10:40000 > 192.0.2.20:80 S seq=1000";
    let cells = story(text)
        .pop()
        .and_then(|model| model.cells)
        .expect("TCP has a table");
    assert_eq!(cells.states.len(), 10);
    for (at, (side, kind, row)) in cells.rows.iter().enumerate() {
        assert_eq!(
            (*side, *kind),
            (Which::Tcp.sides()[at / 5], Which::Tcp.row(at % 5))
        );
        for (from, cell) in row.iter().enumerate() {
            let said = match Which::Tcp.cell(at / 5, at % 5, from) {
                Cell::To(to) => Which::Tcp.state(to).1,
                Cell::Ignore => "IG",
                Cell::Invalid => "IV",
            };
            assert_eq!(*cell, said);
        }
    }
}

#[test]
fn states_and_labels_are_in_the_picture_and_states_do_not_meet() {
    for which in TABLES {
        for narrow in [false, true] {
            let picture = drawn(which, narrow);
            let inside = |x: i32, y: i32| {
                (0..=picture.width).contains(&x) && (0..=picture.height).contains(&y)
            };
            for (at, node) in picture.nodes.iter().enumerate() {
                assert!(
                    inside(node.x, node.y) && inside(node.x + node.w, node.y + 44),
                    "{node:?}"
                );
                for other in &picture.nodes[..at] {
                    let apart = (node.x - other.x).abs() >= node.w || (node.y - other.y).abs() > 44;
                    assert!(apart, "{node:?} {other:?}");
                }
            }
            for edge in &picture.edges {
                let label = &edge.label;
                assert!(
                    inside(label.x, label.y - 13),
                    "{which:?} {narrow} {label:?}"
                );
                assert!(
                    label.x + label.w <= picture.width + 12,
                    "{which:?} {narrow} {label:?}"
                );
            }
        }
    }
}

#[test]
fn lines_begin_and_end_at_the_boxes_of_their_states() {
    let numbers = |path: &str| -> Vec<i32> {
        let split = path.split(|c: char| !c.is_ascii_digit() && c != '-');
        split.filter_map(|number| number.parse().ok()).collect()
    };
    for which in TABLES {
        for narrow in [false, true] {
            let picture = drawn(which, narrow);
            let at = |name: &str, (x, y): (i32, i32)| {
                let node = picture
                    .nodes
                    .iter()
                    .find(|node| node.name == name)
                    .expect("it is drawn");
                let on_x = x == node.x || x == node.x + node.w;
                let on_y = y == node.y || y == node.y + 44;
                let within_x = (node.x..=node.x + node.w).contains(&x);
                let within_y = (node.y..=node.y + 44).contains(&y);
                (on_x && within_y) || (on_y && within_x)
            };
            for edge in &picture.edges {
                let all = numbers(&edge.path);
                let (first, last) = ((all[0], all[1]), (all[all.len() - 2], all[all.len() - 1]));
                assert!(
                    at(edge.to, last),
                    "{which:?} {narrow}: {:?} to {}",
                    edge.from,
                    edge.to
                );
                if let [from] = edge.from[..] {
                    assert!(at(from, first), "{which:?} {narrow}: {from} to {}", edge.to);
                }
            }
        }
    }
}

/// The last timeout that a command set for TCP, in jiffies from now.
#[derive(Default)]
struct LastTimeout(Option<u32>);

impl Probe for LastTimeout {
    fn step(&mut self, at: &Conntrack, what: impl FnOnce() -> Step) {
        if let Step::TimeoutSet { new, .. } = what() {
            self.0 = Some(match new {
                Timeout::Relative(ticks) => ticks.0,
                Timeout::Absolute(until) => until.left(at.now).0,
            });
        }
    }
}

#[test]
fn the_rule_that_decides_names_the_timeout_that_was_set() {
    let mut compared = 0;
    for preset in PRESETS {
        let scenario = Scenario::parse(preset.text).expect("presets can be read");
        let mut machine = Conntrack::new(&scenario.config);
        let seen = story(preset.text);
        for (line, model) in scenario.lines.iter().zip(&seen) {
            let mut last = LastTimeout::default();
            machine.apply(&line.command, &mut last);
            let rule = model.timeouts.iter().rfind(|row| row.decides);
            if let (Some(rule), true, Some(ticks)) = (rule, model.window.is_some(), last.0) {
                let time = ctscope::engine::time::Ticks(ticks);
                let said = ctscope::view::names::ticks(time, machine.hz());
                assert_eq!(rule.says, said, "{}: {line}", preset.name);
                compared += 1;
            }
        }
    }
    assert!(compared > 30, "only {compared}");
}

#[test]
fn the_fourth_bound_of_a_window_is_where_the_others_are() {
    // Whatever the numbers: ticks stand in the order of the circle, and inside the picture.
    for model in story(preset("tcp-windows")) {
        for line in model.window.iter().flat_map(|window| &window.lines) {
            assert!(line.ticks.is_sorted_by_key(|tick| tick.x), "{line:?}");
            for tick in &line.ticks {
                assert!(
                    (0..=line.width).contains(&tick.x) && tick.text_x >= 0,
                    "{tick:?}"
                );
                assert!((10..=line.height).contains(&tick.text_y), "{tick:?}");
            }
            assert!(line.allowed.0 <= line.allowed.1, "{line:?}");
        }
    }
}

#[test]
fn both_lenses_look_at_every_change_of_every_preset() {
    for preset in PRESETS {
        for lens in [Lens::Protocol, Lens::Relations] {
            let mut app = app(preset.text, lens);
            app.update(Msg::SetGrain(Grain::Change));
            while !app.timeline().at_end() {
                app.update(Msg::StepForward);
                let _ = app.model();
            }
            if lens == Lens::Protocol {
                assert!(!protocol(&mut app).about.is_empty(), "{}", preset.name);
            }
        }
    }
}
