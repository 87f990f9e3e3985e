//! A strip of chosen steps: one picture below the other, or as Markdown.

use super::markdown::{code, escaped};
use super::picture::painted;
use super::svg::{Svg, document, wrapped};
use crate::scenario::ShownCommand;
use crate::timeline::{Cursor, Grain, Timeline};
use crate::view::model::{Change, Selection, Why};
use crate::view::narrate::why;
use crate::view::scene::Scene;
use crate::words::{out as w, tell};

/// Most steps of a strip.
pub const PANELS_MAX: u32 = 60;
/// Room around and between panels.
const GAP: i32 = 24;
/// Distance of two lines of words.
const LINE: i32 = 19;
/// Width of a panel's words.
const WORDS: i32 = 740;
/// Most changed fields that are written under a sentence in a picture; Markdown has all.
const CHANGES_SHOWN: usize = 6;

/// Which steps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Choice {
    /// The first command, from 1.
    pub from: u32,
    /// The last one.
    pub to: u32,
    /// A panel for each stop of this size.
    pub every: Grain,
}

impl Choice {
    /// The same with an order and inside the log.
    pub fn within(self, timeline: &Timeline) -> Choice {
        let len = timeline.len();
        let (from, to) = (self.from.min(self.to), self.from.max(self.to));
        Choice {
            from: from.clamp(1, len.max(1)),
            to: to.clamp(1, len.max(1)),
            every: self.every,
        }
    }

    /// How many panels it makes.
    pub fn count(self, timeline: &Timeline) -> u32 {
        let Choice { from, to, every } = self.within(timeline);
        if timeline.is_empty() {
            return 0;
        }
        timeline.stops_of(from..=to, every)
    }
}

/// The chosen steps, at most [`PANELS_MAX`]; `link` makes the address that opens a place.
pub fn panels(
    timeline: &mut Timeline,
    choice: Choice,
    mut link: impl FnMut(&Timeline) -> String,
) -> Vec<Panel> {
    let Choice { from, to, every } = choice.within(timeline);
    if timeline.is_empty() {
        return Vec::new();
    }
    let mut panels: Vec<Panel> = Vec::new();
    let mut told = 0;
    timeline.seek_cursor(Cursor {
        command: from - 1,
        step: u32::MAX,
    });
    while panels.len() < PANELS_MAX as usize
        && timeline.forward(every)
        && timeline.cursor().command <= to
    {
        let Cursor { command, step } = timeline.cursor();
        let steps = timeline.steps_of(command);
        let place = tell!(w::PLACE, command, step, steps);
        let link = link(timeline);
        let moment = timeline.moment(every);
        let line = moment.line.as_deref();
        let scene = Scene {
            state: &moment.state,
            before: &moment.before,
            steps: &moment.trace.steps,
            fresh: moment.fresh.clone(),
            line,
            selection: Selection::Step,
        };
        let mut panel = Panel::of(&scene, place, link);
        // The command and its remark stand at its first panel.
        if told != command {
            let line = line.map(|line| ShownCommand(&line.command).to_string());
            panel.line = line.unwrap_or_default();
        } else {
            panel.why.note = None;
        }
        told = command;
        panels.push(panel);
    }
    panels
}

/// A chosen step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Panel {
    /// What happened, and why.
    pub why: Why,
    /// Where in the run it is: `command 2, step 7`.
    pub place: String,
    /// The line that was run, as the scenario has it; empty behind the command's first panel.
    pub line: String,
    /// The address that opens it, whole or from `#` on; empty if none could be made.
    pub link: String,
    /// The stage as shapes.
    content: String,
    width: i32,
    height: i32,
}

impl Panel {
    /// The step of a scene.
    fn of(scene: &Scene, place: String, link: String) -> Panel {
        let (content, width, height) = painted(scene);
        Panel {
            why: why(scene),
            place,
            line: String::new(),
            link,
            content,
            width,
            height,
        }
    }
}

/// A field before and after, in words.
fn change(change: &Change) -> String {
    let Change { what, old, new, .. } = change;
    match old.is_empty() {
        true => format!("{what}: {new}"),
        false => format!("{what}: {old} → {new}"),
    }
}

/// The panels as one picture, two side by side where there are more than two.
pub fn strip(title: &str, panels: &[Panel]) -> String {
    let columns = if panels.len() > 2 { 2 } else { 1 };
    let wide = panels.iter().map(|panel| panel.width).max().unwrap_or(0);
    let pitch = wide + GAP;
    let mut svg = Svg::default();
    let mut top = GAP + 30;
    svg.text((GAP, GAP + 8), "font-size=20 font-weight=700", title);
    for (row, pair) in panels.chunks(columns).enumerate() {
        let mut tallest = 0;
        for (column, panel) in pair.iter().enumerate() {
            let number = row * columns + column + 1;
            svg.moved((GAP + column as i32 * pitch, top));
            tallest = tallest.max(self::panel(&mut svg, panel, number));
            svg.close();
        }
        top += tallest + GAP;
    }
    let width = GAP + columns as i32 * pitch;
    let description: Vec<String> = (1..)
        .zip(panels)
        .map(|(number, panel)| format!("{number}. {} {}", panel.why.what, panel.why.because))
        .collect();
    document((0, 0, width, top), title, &description.join(" "), &svg.out)
}

/// Number, sentence, reason, changed fields, picture; returns how high it is.
fn panel(svg: &mut Svg, panel: &Panel, number: usize) -> i32 {
    svg.circle((13, 13), 13, "fill=$ink");
    let look = "font-weight=700 fill=$on-ink text-anchor=middle";
    svg.text((13, 18), look, &number.to_string());
    let mut y = 18;
    let mut put = |look: &str, text: &str, width: i32, pitch: i32| {
        for line in wrapped(text, width) {
            svg.text((36, y), look, &line);
            y += pitch;
        }
    };
    put(
        "font-size=16 font-weight=700",
        &panel.why.what,
        WORDS * 7 / 10,
        21,
    );
    put("", &panel.why.because, WORDS, LINE);
    if let Some(note) = &panel.why.note {
        put("font-style=italic", note, WORDS, LINE);
    }
    let changed = &panel.why.changed;
    for it in changed.iter().take(CHANGES_SHOWN) {
        put(
            "font-family=$mono fill=$ink-2",
            &change(it),
            WORDS * 8 / 10,
            LINE,
        );
    }
    if changed.len() > CHANGES_SHOWN {
        let n = changed.len() - CHANGES_SHOWN;
        let more = tell!(w::MORE_FIELDS, n);
        put("fill=$ink-2", &more, WORDS, LINE);
    }
    let place = match panel.line.is_empty() {
        true => panel.place.clone(),
        false => format!("{} · {}", panel.place, panel.line),
    };
    put("fill=$ink-2", &place, WORDS, LINE);
    y += 4;
    let frame = (0, y, panel.width, panel.height);
    svg.rect(frame, "rx=8 fill=none stroke=$hair");
    svg.moved((12, y + 12));
    svg.out.push_str(&panel.content);
    svg.close();
    y + panel.height
}

/// The panels as Markdown: a heading, then for each step its sentence with a link that opens it,
/// the reason, and the fields that changed.
pub fn markdown(title: &str, panels: &[Panel]) -> String {
    let mut out = format!("# {}\n", escaped(title));
    for (number, panel) in (1..).zip(panels) {
        let Panel {
            why, place, line, ..
        } = panel;
        out += &format!("\n## {number}. {}\n\n", escaped(&why.what));
        if !why.because.is_empty() {
            out += &format!("{}\n\n", escaped(&why.because));
        }
        if let Some(note) = &why.note {
            out += &format!("> {}\n\n", escaped(note));
        }
        for it in &why.changed {
            let note = match it.note.is_empty() {
                true => String::new(),
                false => format!(" ({})", escaped(&it.note)),
            };
            out += &format!("- {}{note}\n", code(&change(it)));
        }
        if !why.changed.is_empty() {
            out.push('\n');
        }
        if !line.is_empty() {
            out += &format!("{}\n\n", code(line));
        }
        if panel.link.is_empty() {
            out += &format!("{}\n", escaped(place));
        } else {
            let open = escaped(&tell!(w::OPEN_AT, place));
            out += &format!("[{open}](<{}>)\n", target(&panel.link));
        }
    }
    out
}

/// An address as a link's target: what would end it there is written in another way.
fn target(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    for c in address.chars() {
        match c {
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            '\\' => out.push_str("%5C"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}
