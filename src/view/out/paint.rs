//! A stage as shapes, as the page paints it on light.

use super::paint_card::card;
use super::svg::Svg;
use crate::engine::tuple::Dir;
use crate::view::stage::{
    BucketRow, CHIP_H, Chip, HashBox, HashText, HookBox, Life, ListHead, ListTray, PAD, PILL_H,
    PILL_W, Pill, PillKind, Ribbon, STRIP_H, StageModel, Tag, TextKind, Tick, WIRE_Y, shape,
};
use crate::words::out as w;

const ROUND: &str = " stroke-linecap=round stroke-linejoin=round";

/// Everything on the stage, from the left of its padding.
pub(super) fn stage(svg: &mut Svg, model: &StageModel) {
    if let Some(line) = &model.hash.line {
        svg.path(line, "fill=none stroke=$ink stroke-width=1.5");
    }
    shades(svg, model);
    hooks(svg, model);
    hash(svg, model);
    table(svg, model);
    lists(svg, model);
    for ribbon in &model.ribbons {
        self::ribbon(svg, ribbon);
    }
    for it in &model.cards.cards {
        card(svg, it);
    }
    if let Some((x, y, text)) = &model.cards.more {
        svg.text((*x, *y), "fill=$ink-2", text);
    }
}

fn shades(svg: &mut Svg, model: &StageModel) {
    let width = model.width - PAD;
    for row in model.table.rows.iter().filter(|row| row.hot || row.shelf) {
        let height = row.height - if row.shelf { 4 } else { 0 };
        if row.hot {
            svg.rect((0, row.y, width, height), "rx=6 fill=$surface-3");
            svg.rect((0, row.y, 3, height), "rx=1.5 fill=$ink");
        } else {
            svg.rect((4, row.y, width - 16, height), "rx=6 fill=$surface-2");
        }
    }
}

fn hooks(svg: &mut Svg, model: &StageModel) {
    let (strip, y) = (&model.hooks, WIRE_Y);
    strip.boxes.iter().for_each(|hook| station(svg, hook));
    let wire = format!("M0,{y}H{}m-7,-5l7,5l-7,5M0,{}v8", strip.width, y - 4);
    svg.path(
        &wire,
        &format!("fill=none stroke=$line stroke-width=2{ROUND}"),
    );
    if let Some((x, word)) = strip.route {
        let d = format!("M{x},{}l7,7l-7,7l-7,-7Z", y - 7);
        svg.path(&d, "fill=$surface stroke=$line stroke-width=1.5");
        if word {
            svg.text((x, 64), "fill=$ink-2 text-anchor=middle", w::ROUTE.text());
        }
    }
    if let Some((from, to)) = strip.ends {
        let start = if from.len() > 2 { -12 } else { 0 };
        svg.text((start, 64), "fill=$ink-2", from);
        svg.text((strip.width, 64), "fill=$ink-2 text-anchor=end", to);
    }
    strip.ticks.iter().for_each(|it| tick(svg, it));
    strip.pills.iter().for_each(|it| pill(svg, it));
}

fn station(svg: &mut Svg, hook: &HookBox) {
    let (look, word) = match hook.active {
        true => ("rx=8 fill=$surface-3 stroke=$line", "font-weight=700"),
        false => (
            "rx=8 fill=$surface-2 stroke=$hair",
            "font-weight=700 fill=$ink-2",
        ),
    };
    svg.rect((hook.x, 0, hook.w, STRIP_H), look);
    svg.text((hook.x + 12, 19), word, hook.name);
}

fn tick(svg: &mut Svg, tick: &Tick) {
    let (r, look, word) = match tick.active {
        true => (5, "fill=$ink stroke=$ink stroke-width=2", "font-weight=700"),
        false => (
            4,
            "fill=$surface stroke=$line stroke-width=2",
            "fill=$ink-2",
        ),
    };
    svg.circle((tick.x, WIRE_Y), r, look);
    if let Some(x) = tick.label_x {
        let text = format!("{} {}", tick.priority, tick.label);
        svg.text((x, 64), &format!("text-anchor=middle {word}"), &text);
    }
}

fn pill(svg: &mut Svg, pill: &Pill) {
    let digits = pill.skb.to_string().len() as i32;
    let (x, y) = (-PILL_W / 2, -PILL_H / 2);
    let w = PILL_W + 8 * (digits - 1);
    svg.moved((pill.x, WIRE_Y));
    svg.name(&pill.name);
    if pill.selected {
        let ring = (x - 4, y - 4, w + 8, PILL_H + 8);
        svg.rect(ring, "rx=15 fill=none stroke=$ink stroke-width=2");
    }
    let (body, sign, word) = match pill.kind {
        PillKind::Live => ("fill=$ink", "fill=$on-ink", "fill=$on-ink"),
        PillKind::Held | PillKind::Queued => (
            "fill=$surface stroke=$ink stroke-width=1.5",
            "fill=none stroke=$ink stroke-width=1.75",
            "fill=$ink",
        ),
        PillKind::Gone | PillKind::Dropped => (
            "fill=$surface stroke=$line stroke-width=1.5 stroke-dasharray=2,3",
            "fill=none stroke=$ink-2 stroke-width=1.75",
            "fill=$ink-2",
        ),
    };
    svg.rect((x, y, w, PILL_H), &format!("rx=11 {body}"));
    let d = match pill.kind {
        PillKind::Live => {
            svg.circle((-11, 0), 3.2, sign);
            ""
        }
        PillKind::Held => "M-13,-4v8M-9.5,-4v8",
        PillKind::Queued => "M-15,-3h6M-15,0h6M-15,3h6",
        PillKind::Gone => "M-15,0h6m-3,-3l3,3l-3,3",
        PillKind::Dropped => "M-15,-3l6,6m0,-6l-6,6",
    };
    if !d.is_empty() {
        svg.path(d, sign);
    }
    let look = format!("font-family=$mono font-weight=600 {word}");
    svg.text((-5, 5), &look, &format!("s{}", pill.skb));
    svg.close();
}

fn hash(svg: &mut Svg, model: &StageModel) {
    let bar = &model.hash;
    svg.open("");
    svg.name(&bar.name);
    for cell in &bar.boxes {
        let HashBox { x, y, w, h, .. } = *cell;
        let look = match (cell.result, cell.open) {
            (false, false) => "fill=$surface-3",
            (true, false) => "fill=$surface stroke=$ink stroke-width=2",
            (false, true) => "fill=$surface stroke=$hair stroke-width=1.5",
            (true, true) => "fill=$surface stroke=$line stroke-width=2 stroke-dasharray=4,3",
        };
        svg.rect((x, y, w, h), &format!("rx=6 {look}"));
    }
    bar.arrows.iter().for_each(|d| link(svg, d, false));
    for &(x, y, dir) in &bar.dirs {
        direction(svg, x, y, dir);
    }
    if let Some((x, y)) = bar.key {
        let look = "fill=none stroke=$ink-2 stroke-width=1.6";
        svg.circle((x + 4, y), 3.2, look);
        svg.path(&format!("M{},{y}h7v3m-3,-3v3", x + 7), look);
    }
    for HashText { x, y, text, kind } in &bar.texts {
        let look = match kind {
            TextKind::Label | TextKind::Detail => "fill=$ink-2",
            TextKind::LabelEnd => "fill=$ink-2 text-anchor=end",
            TextKind::Struck => "fill=$ink-2 text-anchor=end text-decoration=line-through",
            TextKind::Mono | TextKind::Number => "font-family=$mono",
            TextKind::Result => "font-family=$mono font-weight=700",
        };
        svg.text((*x, *y), look, text);
    }
    svg.close();
}

fn direction(svg: &mut Svg, x: i32, y: i32, dir: Dir) {
    match dir {
        Dir::Original => {
            let d = format!("M{x},{}L{},{y}L{x},{}Z", y - 5, x + 9, y + 5);
            svg.path(&d, "fill=$orig");
        }
        Dir::Reply => {
            let d = format!("M{},{}L{x},{y}L{},{}Z", x + 9, y - 5, x + 9, y + 5);
            svg.path(&d, "fill=url(#ctscope-hatch) stroke=$reply");
        }
    }
}

fn link(svg: &mut Svg, d: &str, faint: bool) {
    let faint = if faint { " opacity=.6" } else { "" };
    svg.path(
        d,
        &format!("fill=none stroke=$line stroke-width=1.5{ROUND}{faint}"),
    );
}

fn table(svg: &mut Svg, model: &StageModel) {
    let table = &model.table;
    let base = table.y + 13;
    svg.text((10, base), "font-weight=700", w::HASH_TABLE.text());
    svg.text((98, base), "fill=$ink-2", &table.summary);
    svg.text(
        (table.gc.0, base),
        "fill=$ink-2 text-anchor=end",
        &table.gc.1,
    );
    table.rows.iter().for_each(|row| bucket(svg, row));
    for fold in &table.folds {
        svg.text((60, fold.y + 15), "fill=$ink-2", &fold.text);
    }
}

fn bucket(svg: &mut Svg, row: &BucketRow) {
    let empty = row.chips.is_empty();
    svg.moved((0, row.y));
    svg.name(&row.name);
    if !row.links.is_empty() {
        link(svg, &row.links.concat(), empty);
    }
    let (y, (x, w)) = (row.index_y, row.index);
    if !empty || row.hot || row.shelf || row.selected {
        let half = if empty && !row.shelf { 11 } else { 13 };
        let edge = match (row.selected, row.hot) {
            (true, _) => "stroke=$ink stroke-width=3",
            (_, true) => "stroke=$ink stroke-width=2",
            _ => "stroke=$line stroke-width=1.5",
        };
        svg.rect(
            (x, y - half, w, 2 * half),
            &format!("rx=4 fill=$surface {edge}"),
        );
    }
    let weight = match empty && !row.shelf {
        true => "fill=$ink-2",
        false => "font-weight=700",
    };
    let look = format!("font-family=$mono text-anchor=middle {weight}");
    svg.text((x + w / 2, y + 5), &look, &row.label);
    row.chips.iter().for_each(|it| chip(svg, it));
    end_marker(svg, row, empty);
    if row.window && row.gc.is_none() {
        let d = format!("M-9,1V{}", row.height - 1);
        svg.path(
            &d,
            "fill=none stroke=$line stroke-width=3 stroke-dasharray=1.5,2.5",
        );
    }
    if row.swept && row.gc.is_none() {
        let d = format!("M-5,{y}l3.5,4l6,-8");
        svg.path(&d, &format!("fill=none stroke=$ink stroke-width=2{ROUND}"));
    }
    if let Some(at) = row.more {
        more(svg, at);
    }
    if let Some((x, y)) = row.gc {
        svg.text((x + 14, y + 5), "font-weight=700 text-anchor=end", "gc");
        svg.path(&format!("M{},{}l5,4.5l-5,4.5Z", x + 15, y - 4), "fill=$ink");
    }
    svg.close();
}

fn end_marker(svg: &mut Svg, row: &BucketRow, empty: bool) {
    let end = &row.nulls;
    let (x, y, r) = (end.x, end.y, end.size);
    let d = if end.lying {
        format!("M{},{y}h{}M{},{}h{r}", x - r, 2 * r, x - r / 2, y + 4)
    } else {
        format!("M{x},{}v{}M{},{}v{r}", y - r, 2 * r, x + 4, y - r / 2)
    };
    let faint = if empty { " opacity=.6" } else { "" };
    let look = format!("fill=none stroke=$line stroke-width=1.75 stroke-linecap=round{faint}");
    svg.path(&d, &look);
    if let Some(text) = &end.text {
        svg.text((x + 9, y + 5), "fill=$ink-2", text);
    }
}

fn more(svg: &mut Svg, (x, y, n): (i32, i32, u32)) {
    svg.text((x, y + 5), "font-weight=700", &format!("+{n}"));
}

fn lists(svg: &mut Svg, model: &StageModel) {
    let lists = &model.lists;
    lists.heads.iter().for_each(|head| list_head(svg, head));
    for (x, y, name) in &lists.nets {
        svg.text((*x, *y), "font-weight=700", name);
    }
    if let Some((x, y, w, text)) = &lists.absent {
        let look = "rx=7 fill=none stroke=$line stroke-width=1.5 stroke-dasharray=1.5,3.5";
        svg.rect((*x, *y, *w, 36), look);
        svg.text((x + 13, y + 23), "fill=$ink-2", text);
    }
    for (x, y, name) in &lists.cpus {
        svg.text((*x, *y), "fill=$ink-2 text-anchor=end", name);
    }
    lists.lists.iter().for_each(|tray| self::tray(svg, tray));
}

fn list_head(svg: &mut Svg, head: &ListHead) {
    let (x, y) = (head.x, head.y);
    if head.dying {
        let d = format!("M{},{}l8,8m0,-8l-8,8", x + 2, y + 4);
        svg.path(
            &d,
            "fill=none stroke=$dying stroke-width=2 stroke-linecap=round",
        );
    } else {
        let look = "fill=none stroke=$unconf stroke-width=2 stroke-dasharray=3,2.3";
        svg.circle((x + 6, y + 8), 5, look);
    }
    svg.text((x + 18, y + 13), "font-weight=700", head.name);
}

fn tray(svg: &mut Svg, tray: &ListTray) {
    svg.moved((0, tray.y));
    svg.name(&tray.name);
    svg.rect((tray.x, 0, tray.w, tray.height), "rx=7 fill=$surface-3");
    if tray.empty {
        let at = (tray.x + 13, tray.height / 2 + 5);
        svg.text(at, "fill=$ink-2", w::EMPTY.text());
    }
    tray.chips.iter().for_each(|it| chip(svg, it));
    if let Some(at) = tray.more {
        more(svg, at);
    }
    svg.close();
}

fn ribbon(svg: &mut Svg, ribbon: &Ribbon) {
    let colour = colour(ribbon.dir);
    svg.path(&ribbon.path, "fill=none stroke=$surface stroke-width=6");
    let line = format!("fill=none stroke={colour} stroke-width=2.5");
    svg.path(&ribbon.path, &line);
    svg.circle(ribbon.dot, 3.5, &format!("fill={colour}"));
}

const fn colour(dir: Dir) -> &'static str {
    match dir {
        Dir::Original => "$orig",
        Dir::Reply => "$reply",
    }
}

/// Outline, cross-hatch and band of a node: `off` hangs in no list.
pub(super) fn node(svg: &mut Svg, dir: Dir, (w, h): (i32, i32), life: Life, off: bool) {
    let edge = colour(dir);
    let body = match (off, life) {
        (true, _) => "fill=$surface stroke=$line stroke-width=1.25 stroke-dasharray=1.5,3".into(),
        (_, Life::Expired) => "fill=$expired-tint stroke=$expired stroke-width=1.5".into(),
        (_, life) => {
            let dash = match life {
                Life::Unconfirmed => "stroke-width=1.5 stroke-dasharray=5,3.5",
                Life::Dying => "stroke-width=2.2 stroke-dasharray=.1,4 stroke-linecap=round",
                _ => "stroke-width=1.5",
            };
            format!("fill={edge}-tint stroke={edge} {dash}")
        }
    };
    let outline = shape::outline(dir, w, h, 0);
    svg.path(&outline, &format!("stroke-linejoin=round {body}"));
    if off {
        return;
    }
    if life == Life::Dying {
        svg.path(&outline, "fill=url(#ctscope-cross)");
    }
    let band = match dir {
        Dir::Original => "fill=$orig",
        Dir::Reply => "fill=url(#ctscope-hatch) stroke=$reply",
    };
    svg.path(&shape::band(dir, w, h), band);
}

fn chip(svg: &mut Svg, chip: &Chip) {
    let (dir, w, h) = (chip.dir, chip.w, CHIP_H);
    svg.moved((chip.x, chip.y));
    svg.name(&chip.name);
    if chip.ring || chip.selected {
        let ring = shape::outline(dir, w, h, -4);
        svg.path(&ring, "fill=none stroke=$ink stroke-width=2");
    }
    if chip.ghost {
        let look = format!(
            "fill=none stroke={} stroke-width=1.5 stroke-dasharray=2,4 opacity=.8",
            colour(dir)
        );
        svg.path(&shape::outline(dir, w, h, 0), &look);
        svg.open("opacity=.55");
    } else {
        node(svg, dir, (w, h), chip.life, false);
        if chip.life == Life::Assured {
            let look = format!("fill=none stroke={} stroke-width=1", colour(dir));
            svg.path(&shape::outline(dir, w, h, 3), &look);
        }
        svg.open("");
    }
    seal(svg, chip.conn, chip.seal_x, h / 2 - 7);
    let id = format!("c{}", chip.conn);
    svg.text((chip.seal_x + 19, 20), "font-weight=700", &id);
    tuple(svg, chip);
    svg.close();
    if let Some(tag) = &chip.tag {
        above(svg, tag, dir);
    }
    if chip.hit {
        let x = if dir == Dir::Original { w - 30 } else { w - 8 };
        svg.circle((x, 0), 9, "fill=$ink stroke=$surface stroke-width=2");
        let d = format!("M{},-3.2l6.4,6.4m0,-6.4l-6.4,6.4", f64::from(x) - 3.2);
        svg.path(
            &d,
            "fill=none stroke=$on-ink stroke-width=2 stroke-linecap=round",
        );
    }
    if chip.life == Life::Expired && !chip.ghost {
        let x = if dir == Dir::Original { w - 52 } else { w - 30 };
        svg.circle(
            (x, 0),
            9,
            "fill=$expired-tint stroke=$expired stroke-width=1.5",
        );
        let d = format!("M{},-5h8m-8,10h8M{},-5l6,10m0,-10l-6,10", x - 4, x - 3);
        svg.path(
            &d,
            "fill=none stroke=$ink stroke-width=1.4 stroke-linejoin=round",
        );
    }
    svg.close();
}

/// The tuple, its parts that differ from what is looked for underlined.
fn tuple(svg: &mut Svg, chip: &Chip) {
    use super::svg::{MONO, escaped};
    let text: String = chip
        .text
        .iter()
        .map(|span| match span.differs {
            true => format!(
                "<tspan font-weight=\"700\" text-decoration=\"underline\">{}</tspan>",
                escaped(&span.text)
            ),
            false => escaped(&span.text),
        })
        .collect();
    svg.out += &format!(
        "<text x=\"{}\" y=\"20\" font-family=\"{MONO}\" xml:space=\"preserve\">{text}</text>",
        chip.text_x
    );
}

/// The nine pixels of a connection.
pub(super) fn seal(svg: &mut Svg, conn: u32, x: i32, y: i32) {
    let bits = shape::seal(conn);
    let side = 14.0 / 3.0;
    let mut d = String::new();
    for at in (0..9).filter(|at| bits & (256 >> at) != 0) {
        let (column, row) = (f64::from(at % 3), f64::from(at / 3));
        let (left, top) = (
            f64::from(x) + column * side + 0.4,
            f64::from(y) + row * side + 0.4,
        );
        let a = side - 0.8;
        d += &format!("M{left:.1},{top:.1}h{a:.1}v{a:.1}h-{a:.1}Z");
    }
    svg.path(&d, "fill=$ink");
}

fn above(svg: &mut Svg, tag: &Tag, dir: Dir) {
    let x = if dir == Dir::Original { 10 } else { 22 };
    let (ring, number, words) = match tag.strong {
        true => ("fill=$ink stroke=$ink", "fill=$on-ink", "font-weight=700"),
        false => ("fill=$surface stroke=$line", "fill=$ink", "fill=$ink"),
    };
    svg.circle((x, -15), 9, &format!("{ring} stroke-width=1.5"));
    let look = format!("font-family=$mono font-weight=700 text-anchor=middle {number}");
    svg.text((x, -10), &look, &tag.number);
    svg.text((x + 16, -10), words, &tag.text);
}
