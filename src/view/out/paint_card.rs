//! A connection's card as shapes.

use super::paint::{node, seal};
use super::svg::{Svg, escaped, width_of};
use crate::engine::tuple::Dir;
use crate::view::stage::{Bar, Card, Glyph, Life, TAB_H, TAB_W, Tab};
use crate::words::out as w;

/// Room between the border and the words.
const IN: i32 = 12;
/// Width of a letter of the 14 px monospace face.
const MONO_14: i32 = 9;

/// The card where it is.
pub(super) fn card(svg: &mut Svg, card: &Card) {
    svg.moved((card.x, card.y));
    svg.name(&card.name);
    border(svg, card);
    for tab in &card.tabs {
        let x = match tab.dir {
            Dir::Original => 4,
            Dir::Reply => card.w - TAB_W - 4,
        };
        handle(svg, tab, card.life, x);
    }
    title(svg, card);
    state(svg, card);
    note(svg, card);
    bar(svg, card);
    time(svg, card);
    pins(svg, card);
    svg.close();
}

fn border(svg: &mut Svg, card: &Card) {
    let (w, h) = (card.w, card.h);
    if card.selected {
        let ring = (-4, -4, w + 8, h + 8);
        svg.rect(ring, "rx=14 fill=none stroke=$ink stroke-width=2");
    }
    let edge = match card.life {
        Life::Unconfirmed => "stroke=$unconf stroke-width=2 stroke-dasharray=6,4",
        Life::Confirmed => "stroke=$conf stroke-width=2",
        Life::Assured => "stroke=$conf stroke-width=1.7",
        Life::Expired => "stroke=$expired stroke-width=2",
        Life::Dying => "stroke=$dying stroke-width=2.5 stroke-dasharray=.1,5 stroke-linecap=round",
        Life::Freed => "stroke=$line stroke-width=1.5 stroke-dasharray=.1,4 stroke-linecap=round",
    };
    svg.rect((1, 1, w - 2, h - 2), &format!("rx=9 fill=$surface {edge}"));
    if card.life == Life::Assured {
        let look = "rx=6 fill=none stroke=$conf stroke-width=1.7";
        svg.rect((4, 4, w - 8, h - 8), look);
    }
}

fn handle(svg: &mut Svg, tab: &Tab, life: Life, x: i32) {
    svg.moved((x, -11));
    svg.name(&tab.title);
    if tab.changed {
        let ring = crate::view::stage::shape::outline(tab.dir, TAB_W, TAB_H, -3);
        svg.path(&ring, "fill=none stroke=$ink stroke-width=2");
    }
    node(svg, tab.dir, (TAB_W, TAB_H), life, tab.off);
    let x = if tab.dir == Dir::Original { 9 } else { 24 };
    let look = if tab.off { "fill=$ink-2" } else { "fill=$ink" };
    svg.text((x, 16), look, &tab.label);
    svg.close();
}

/// Yellow in a ring of ink, under what changed.
fn lit(svg: &mut Svg, x: i32, base: i32, w: i32) {
    let place = (x - 4, base - 13, w + 8, 17);
    svg.rect(place, "rx=3 fill=$changed stroke=$ink stroke-width=2");
}

fn title(svg: &mut Svg, card: &Card) {
    let base = 34;
    seal(svg, card.conn, IN, base - 12);
    let id = format!("c{}", card.conn);
    svg.text((IN + 22, base), "font-size=14 font-weight=700", &id);
    let word = card.life.word();
    let (right, wide) = (card.w - IN, width_of(word));
    if card.life_changed {
        lit(svg, right - wide - 18, base, wide + 18);
    }
    svg.text((right, base), "text-anchor=end", word);
    life_mark(svg, card.life, right - wide - 17, base - 11);
}

fn life_mark(svg: &mut Svg, life: Life, x: i32, y: i32) {
    svg.moved((x, y));
    match life {
        Life::Unconfirmed => {
            let look = "fill=none stroke=$unconf stroke-width=2 stroke-dasharray=2.6,2.2";
            svg.circle((6, 6), 4.6, look);
        }
        Life::Confirmed => svg.circle((6, 6), 5, "fill=$conf"),
        Life::Assured => {
            svg.circle((6, 6), 5.1, "fill=none stroke=$conf stroke-width=1.5");
            svg.circle((6, 6), 2.7, "fill=$conf");
        }
        Life::Expired => {
            let look = "fill=none stroke=$expired stroke-width=1.6 stroke-linecap=round";
            svg.path("M2,1h8M2,11h8M3,1L9,11M9,1L3,11", look);
        }
        Life::Dying => {
            let look = "fill=none stroke=$dying stroke-width=2.4 stroke-linecap=round";
            svg.path("M2,2L10,10M10,2L2,10", look);
        }
        Life::Freed => {
            let look = "fill=none stroke=$line stroke-width=1.5 stroke-dasharray=1,2.5";
            svg.circle((6, 6), 4.6, look);
        }
    }
    svg.close();
}

fn state(svg: &mut Svg, card: &Card) {
    let base = 54;
    let mut x = IN;
    if !card.proto.is_empty() {
        svg.text((x, base), "font-size=14 fill=$ink-2", &card.proto);
        x += width_of(&card.proto) + 8;
    }
    if card.state_changed {
        let letters = card.state.chars().count() as i32;
        lit(svg, x, base, MONO_14 * letters);
    }
    let look = "font-family=$mono font-size=14 font-weight=600";
    svg.text((x, base), look, &card.state);
    if !card.netns.is_empty() {
        let at = (card.w - IN, base);
        svg.text(at, "fill=$ink-2 text-anchor=end", &card.netns);
    }
}

fn note(svg: &mut Svg, card: &Card) {
    let base = 74;
    if !card.state_old.is_empty() && !card.note_changed {
        struck(svg, (IN, base), w::WAS.text(), &card.state_old, "");
        return;
    }
    let room = card.w - 2 * IN;
    let mut words = card.note.clone();
    if width_of(&words) > room {
        while !words.is_empty() && width_of(&words) + 8 > room {
            words.pop();
        }
        words.push('…');
    }
    if card.note_changed {
        lit(svg, IN, base, width_of(&words));
    }
    let look = match card.note_changed {
        true => "font-weight=600",
        false => "fill=$ink-2",
    };
    svg.text((IN, base), look, &words);
}

/// Words, then some that are struck through, then some more.
fn struck(svg: &mut Svg, (x, y): (i32, i32), before: &str, old: &str, behind: &str) {
    let [before, old, behind] = [before, old, behind].map(escaped);
    svg.out += &format!(
        "<text x=\"{x}\" y=\"{y}\" xml:space=\"preserve\">{before}\
         <tspan text-decoration=\"line-through\">{old}</tspan>{behind}</text>"
    );
}

fn bar(svg: &mut Svg, card: &Card) {
    let room = card.w - 2 * IN;
    let (permille, look) = match card.bar {
        Bar::Off => {
            let look = "rx=4 fill=none stroke=$line stroke-dasharray=3,3";
            return svg.rect((IN, 83, room, 8), look);
        }
        Bar::Relative(permille) => (permille, "rx=4 fill=$unconf opacity=.55"),
        Bar::Absolute(permille) => (permille, "rx=4 fill=$ink-2"),
    };
    svg.rect((IN, 83, room, 8), "rx=4 fill=$surface-3");
    let wide = room * permille.min(1000) as i32 / 1000;
    svg.rect((IN, 83, wide, 8), look);
}

fn time(svg: &mut Svg, card: &Card) {
    let base = 107;
    if card.left_old.is_empty() {
        if card.timeout_changed {
            lit(svg, IN, base, width_of(&card.left));
        }
        svg.text((IN, base), "", &card.left);
        let at = (card.w - IN, base);
        let look = "font-family=$mono text-anchor=end letter-spacing=-.6 fill=$ink-2";
        svg.text(at, look, &card.raw);
        return;
    }
    let behind = format!(" → {}", card.left);
    if card.timeout_changed {
        let wide = width_of(&card.left_old) + width_of(&behind);
        lit(svg, IN, base, wide);
    }
    struck(svg, (IN, base), "", &card.left_old, &behind);
}

fn pins(svg: &mut Svg, card: &Card) {
    let (top, base) = (card.h - 12, card.h + 3);
    let mut x = 9;
    let now = card.use_count.to_string();
    let old = card.use_old.map(|old| old.to_string());
    let count = match &old {
        Some(old) => width_of(old) + 11 + width_of(&now),
        None => 8 * now.len() as i32,
    };
    svg.rect((x, top, count + 34, 22), "fill=$surface");
    svg.text((x + 3, base), "fill=$ink-2", w::HELD.text());
    let at = (x + 29, base);
    match &old {
        Some(old) => {
            lit(svg, at.0, base, count);
            struck(svg, at, "", old, &format!("→{now}"));
        }
        None => svg.text(at, "font-family=$mono font-weight=700", &now),
    }
    x += count + 38;
    for pin in &card.pins {
        let wide = match pin.bare {
            true => 23,
            false => width_of(&pin.label) + 29,
        };
        let fill = match pin.fresh {
            true => "fill=$changed stroke=$ink stroke-width=2",
            false => "fill=$surface stroke=$ink stroke-width=1.5",
        };
        svg.rect((x, top, wide, 22), &format!("rx=11 {fill}"));
        glyph(svg, pin.glyph, x + 6, top + 5);
        if !pin.bare {
            let look = if pin.fresh { "font-weight=700" } else { "" };
            svg.text((x + 21, base), look, &pin.label);
        }
        x += wide + 2;
    }
    if let Some((n, whose)) = &card.more_pins {
        let text = format!("+{n}");
        svg.moved((x, top));
        svg.name(whose);
        let look = "rx=11 fill=$surface stroke=$ink stroke-width=1.5";
        svg.rect((0, 0, 14 + 8 * text.len() as i32, 22), look);
        svg.text((7, 15), "", &text);
        svg.close();
    }
}

fn glyph(svg: &mut Svg, glyph: Glyph, x: i32, y: i32) {
    let (d, look) = match glyph {
        Glyph::Table => (
            "M0,0H11V11H0ZM2,2V9H9V2ZM3.6,3.6H7.4V7.4H3.6Z",
            "fill=$ink fill-rule=evenodd",
        ),
        Glyph::Skb => ("M.5,5.5a5,5 0 1 1 10,0a5,5 0 1 1 -10,0Z", "fill=$ink"),
        Glyph::Gc => ("M5.5,0L11,5.5L5.5,11L0,5.5Z", "fill=$ink"),
        Glyph::Child => (
            "M3,.7h5L10.6,5.5L8,10.3H3L.4,5.5Z",
            "fill=none stroke=$ink stroke-width=1.6",
        ),
        Glyph::Other => ("M5.5,.5L11,10.5H0Z", "fill=$ink"),
    };
    svg.moved((x, y));
    svg.path(d, look);
    svg.close();
}
