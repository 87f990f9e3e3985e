//! The stage as a picture, and strips.

use super::common::scenario;
use super::xml::{Element, elements};
use ctscope::scenario::{PRESETS, Scenario};
use ctscope::timeline::{Cursor, Grain, Timeline};
use ctscope::view::model::Selection;
use ctscope::view::out::{
    Choice, LIGHT, MONO, PANELS_MAX, PICTURE_HEIGHT_MAX, SANS, markdown, panels, picture, strip,
};
use ctscope::view::scene::Scene;
use ctscope::view::stage::{Viewport, stage};

pub fn timeline(scenario: Scenario) -> Timeline {
    let mut timeline = Timeline::new(scenario.config.clone(), "A run");
    timeline.load(scenario, "A run").expect("it runs");
    timeline
}

/// What a test looks at in a moment.
pub fn at<T>(timeline: &mut Timeline, position: u32, look: impl FnOnce(&Scene) -> T) -> T {
    timeline.seek(position);
    let moment = timeline.moment(Grain::Change);
    look(&Scene {
        state: &moment.state,
        before: &moment.before,
        steps: &moment.trace.steps,
        fresh: moment.fresh.clone(),
        line: moment.line.as_deref(),
        selection: Selection::Step,
    })
}

/// Nothing that would have to be loaded, run, or styled from elsewhere.
#[track_caller]
pub fn stands_alone(text: &str) -> Vec<Element> {
    let all = elements(text);
    let known = [
        "svg", "title", "desc", "defs", "pattern", "rect", "path", "circle", "g", "text", "tspan",
    ];
    for it in &all {
        assert!(known.contains(&it.name.as_str()), "<{}>", it.name);
        for (key, value) in &it.attributes {
            let own = key == "xmlns" && value == "http://www.w3.org/2000/svg";
            assert!(own || !value.contains("//"), "{key}={value}");
            assert!(
                !key.starts_with("on") && !key.contains("href") && key != "style",
                "{key}"
            );
            if let Some(inside) = value.strip_prefix("url(") {
                assert!(inside.starts_with("#ctscope-"), "{value}");
            }
            if ["fill", "stroke"].contains(&key.as_str()) && value.starts_with('#') {
                let light = LIGHT.iter().any(|(_, colour)| colour == value);
                assert!(light, "{value} is no colour of the light theme");
            }
            if key == "font-family" {
                assert!(value == SANS || value == MONO, "{value}");
            }
        }
    }
    all
}

#[test]
fn the_colours_and_faces_are_those_of_the_style_sheet() {
    let css = include_str!("../../static/css/tokens.css");
    let light = css
        .split("[data-theme=\"dark\"]")
        .next()
        .expect("light comes first");
    let value = |name: &str| {
        let (_, rest) = light
            .split_once(&format!("--{name}:"))
            .unwrap_or_else(|| panic!("{name}"));
        let value = rest.split(';').next().expect("a value ends");
        value
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .replace('"', "'")
    };
    for (name, colour) in LIGHT {
        assert_eq!(value(name), colour, "{name}");
    }
    assert_eq!(value("sans"), SANS);
    assert_eq!(value("mono"), MONO);
}

#[test]
fn every_moment_of_every_scenario_is_a_picture_that_stands_alone() {
    for preset in PRESETS {
        let mut timeline = timeline(scenario(preset.text));
        let total = timeline.total();
        for position in (0..=total).step_by(1 + total as usize / 12) {
            let (svg, model, sentence) = at(&mut timeline, position, |scene| {
                let viewport = Viewport {
                    width: 792,
                    height: PICTURE_HEIGHT_MAX as u32,
                    scroll: 0,
                };
                let sentence = ctscope::view::narrate::why(scene).what;
                (picture(scene), stage(scene, viewport), sentence)
            });
            let all = stands_alone(&svg);
            assert_eq!(all[1].name, "title");
            assert_eq!(all[1].text, sentence, "{} at {position}", preset.name);
            assert_eq!(all[2].name, "desc");
            assert!(all[2].text.len() > 40, "{}", all[2].text);
            let texts: Vec<&str> = all
                .iter()
                .filter(|it| it.name == "text")
                .map(|it| it.text.as_str())
                .collect();
            let has = |word: &str| texts.contains(&word);
            for card in &model.cards.cards {
                assert!(has(&format!("c{}", card.conn)) && has(card.life.word()));
                assert!(has(&card.state), "{}", card.state);
            }
            for row in model
                .table
                .rows
                .iter()
                .filter(|row| row.y + row.height < 3_900)
            {
                assert!(has(&row.label), "{}", row.label);
            }
            let hooks = model.hooks.boxes.iter();
            assert!(has(&model.table.summary) && hooks.map(|it| it.name).all(has));
        }
    }
}

#[test]
fn a_table_that_is_too_high_is_cut_and_says_so() {
    let mut timeline = timeline(scenario(
        "config buckets=1024\nflood 900 udp 10.0.0.1:1000 > 10.0.0.2:53\n",
    ));
    let end = timeline.total();
    let svg = at(&mut timeline, end, picture);
    let all = stands_alone(&svg);
    let height = all[0].attributes.iter().find(|(key, _)| key == "height");
    let height: i32 = height.expect("a height").1.parse().expect("a number");
    assert!(height <= PICTURE_HEIGHT_MAX, "{height}");
    assert!(
        all.iter()
            .any(|it| it.text.starts_with("The table goes on: "))
    );
}

fn handshake() -> Timeline {
    let preset = PRESETS.iter().find(|preset| preset.name == "handshake");
    timeline(scenario(preset.expect("there is one").text))
}

#[test]
fn a_strip_has_a_panel_for_each_stop_and_markdown_a_link_to_each() {
    for (every, from, to) in [
        (Grain::Event, 1, 4),
        (Grain::Phase, 2, 3),
        (Grain::Change, 2, 2),
    ] {
        let mut timeline = handshake();
        let choice = Choice { from, to, every };
        let stops: Vec<Cursor> = {
            let mut walk = timeline.clone();
            walk.seek_cursor(Cursor {
                command: from - 1,
                step: u32::MAX,
            });
            let mut stops = Vec::new();
            while walk.forward(every) && walk.cursor().command <= to {
                stops.push(walk.cursor());
            }
            stops
        };
        assert_eq!(choice.count(&timeline) as usize, stops.len(), "{every:?}");
        let mut linked = Vec::new();
        let panels = panels(&mut timeline, choice, |timeline| {
            linked.push(timeline.cursor());
            format!(
                "https://host.example/x/#handshake&at={}",
                timeline.position()
            )
        });
        assert_eq!(linked, stops);
        let title = "A run, in steps";
        let all = stands_alone(&strip(title, &panels).replace("https:", ""));
        assert_eq!(all[1].text, title);
        let numbers = all.iter().filter(|it| {
            let white = |(key, value): &(String, String)| key == "fill" && value == "#ffffff";
            it.name == "text" && it.attributes.iter().any(white) && it.text.parse::<u32>().is_ok()
        });
        assert!(numbers.count() >= stops.len());
        let text = markdown(title, &panels);
        assert_eq!(text.matches("\n## ").count(), stops.len());
        assert_eq!(
            text.matches("](<https://host.example/x/#handshake&at=")
                .count(),
            stops.len()
        );
        for panel in &panels {
            assert!(!panel.why.what.is_empty());
            for change in &panel.why.changed {
                assert!(text.contains(&change.what), "{}", change.what);
            }
        }
    }
}

#[test]
fn a_choice_is_put_in_order_and_kept_inside_the_log() {
    let mut timeline = handshake();
    let choice = Choice {
        from: 900,
        to: 0,
        every: Grain::Event,
    };
    let len = timeline.len();
    assert_eq!(choice.count(&timeline), len);
    assert_eq!(
        panels(&mut timeline, choice, |_| String::new()).len(),
        len as usize
    );
    let mut empty = Timeline::new(Default::default(), "nothing");
    assert_eq!(choice.count(&empty), 0);
    assert!(panels(&mut empty, choice, |_| String::new()).is_empty());
    let every = Choice {
        from: 1,
        to: len,
        every: Grain::Change,
    };
    assert!(every.count(&timeline) > PANELS_MAX);
    let made = panels(&mut timeline, every, |_| String::new());
    assert_eq!(made.len(), PANELS_MAX as usize);
}

#[test]
fn a_remark_stands_at_the_first_panel_of_its_command() {
    let mut timeline = timeline(scenario("gc  # look here\n"));
    let choice = Choice {
        from: 1,
        to: 1,
        every: Grain::Change,
    };
    let panels = panels(&mut timeline, choice, |_| String::new());
    assert!(panels.len() > 1, "gc has more than one step");
    let text = markdown("x", &panels);
    assert_eq!(text.matches("look here").count(), 1, "{text}");
}
