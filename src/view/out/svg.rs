//! SVG as text. Looks are written as `fill=$surface stroke-width=2`: a value that begins with `$`
//! is one of the light colours, or a face.

use core::fmt::{Display, Write};

/// The light colours of the style sheet, by their names there. A file has no style sheet, so each
/// element carries its own.
pub const LIGHT: [(&str, &str); 21] = [
    ("orig", "#2c6dc4"),
    ("orig-tint", "#e3eefb"),
    ("reply", "#c47214"),
    ("reply-tint", "#fdf0e0"),
    ("unconf", "#6e580e"),
    ("unconf-tint", "#f6efd6"),
    ("conf", "#0a4536"),
    ("conf-tint", "#dcf1ea"),
    ("dying", "#af2c69"),
    ("dying-tint", "#fbe3ee"),
    ("expired", "#5b6673"),
    ("expired-tint", "#e9edf2"),
    ("changed", "#ffe98a"),
    ("ink", "#17202a"),
    ("ink-2", "#4a5663"),
    ("on-ink", "#ffffff"),
    ("line", "#7a8693"),
    ("hair", "#dde3ea"),
    ("surface", "#ffffff"),
    ("surface-2", "#f5f7fa"),
    ("surface-3", "#eef1f5"),
];
/// Faces for words, those of the style sheet: every system has one of them.
pub const SANS: &str = "-apple-system, 'Segoe UI', Roboto, 'Noto Sans', Ubuntu, Cantarell, \
                        'Liberation Sans', 'DejaVu Sans Condensed', system-ui, sans-serif";
/// Faces for numbers and names.
pub const MONO: &str = "ui-monospace, 'SF Mono', 'Cascadia Mono', 'JetBrains Mono', Menlo, \
                        Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace";

/// What `$name` stands for.
fn resolved(value: &str) -> &str {
    let Some(name) = value.strip_prefix('$') else {
        return value;
    };
    match name {
        "mono" => MONO,
        "sans" => SANS,
        _ => {
            let found = LIGHT.iter().find(|(of, _)| *of == name);
            found.map_or("none", |(_, colour)| colour)
        }
    }
}

/// Text for an element or an attribute. What XML cannot hold is left out.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' => out.push(c),
            '\u{fffe}' | '\u{ffff}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// A picture that is being written.
#[derive(Debug, Default)]
pub(super) struct Svg {
    pub out: String,
}

impl Svg {
    /// A path.
    pub fn path(&mut self, d: &str, look: &str) {
        self.out.push_str("<path d=\"");
        self.out.push_str(d);
        self.out.push('"');
        self.attributes(look);
        self.out.push_str("/>");
    }

    /// A rectangle: left, top, width, height.
    pub fn rect(&mut self, (x, y, w, h): (i32, i32, i32, i32), look: &str) {
        // Writing into a string cannot fail, here and below.
        let _ = write!(
            self.out,
            r#"<rect x="{x}" y="{y}" width="{w}" height="{h}""#
        );
        self.attributes(look);
        self.out.push_str("/>");
    }

    /// A circle: middle and radius.
    pub fn circle(&mut self, (x, y): (i32, i32), r: impl Display, look: &str) {
        let _ = write!(self.out, r#"<circle cx="{x}" cy="{y}" r="{r}""#);
        self.attributes(look);
        self.out.push_str("/>");
    }

    /// A line of text, from its base line.
    pub fn text(&mut self, (x, y): (i32, i32), look: &str, text: &str) {
        let _ = write!(self.out, r#"<text x="{x}" y="{y}""#);
        self.attributes(look);
        self.out.push('>');
        self.out.push_str(&escaped(text));
        self.out.push_str("</text>");
    }

    /// Opens a group.
    pub fn open(&mut self, look: impl Display) {
        self.start("g", &look.to_string());
        self.out.push('>');
    }

    /// Opens a group that is moved.
    pub fn moved(&mut self, (x, y): (i32, i32)) {
        let _ = write!(self.out, r#"<g transform="translate({x} {y})">"#);
    }

    /// What a group is called.
    pub fn name(&mut self, name: &str) {
        let _ = write!(self.out, "<title>{}</title>", escaped(name));
    }

    /// Closes a group.
    pub fn close(&mut self) {
        self.out.push_str("</g>");
    }

    fn start(&mut self, name: &str, look: &str) {
        self.out.push('<');
        self.out.push_str(name);
        self.attributes(look);
    }

    fn attributes(&mut self, look: &str) {
        for word in look.split(' ').filter(|word| !word.is_empty()) {
            if let Some((key, value)) = word.split_once('=') {
                let _ = write!(self.out, " {key}=\"{}\"", resolved(value));
            }
        }
    }
}

/// A whole file around what `content` holds: size, origin, title and description. `id` keeps the
/// patterns of two pictures in one document apart.
pub(super) fn document(
    (x, y, w, h): (i32, i32, i32, i32),
    title: &str,
    description: &str,
    content: &str,
) -> String {
    let (title, description) = (escaped(title), escaped(description));
    let mut frame = Svg::default();
    frame.rect((x, y, w, h), "fill=$surface");
    frame.open("font-size=13 fill=$ink");
    let (ground, faced) = frame.out.split_once("<g").unwrap_or_default();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{x} {y} {w} {h}\" width=\"{w}\" \
         height=\"{h}\" role=\"img\" aria-labelledby=\"ctscope-title ctscope-desc\">\n\
         <title id=\"ctscope-title\">{title}</title>\n\
         <desc id=\"ctscope-desc\">{description}</desc>\n{PATTERNS}\n{ground}\n\
         <g font-family=\"{SANS}\"{faced}\n{content}\n</g>\n</svg>\n"
    )
}

/// Reply hatching, and the cross-hatch of dying nodes.
const PATTERNS: &str = "<defs>\
<pattern id=\"ctscope-hatch\" width=\"4\" height=\"4\" patternUnits=\"userSpaceOnUse\" \
patternTransform=\"rotate(45)\"><rect width=\"4\" height=\"4\" fill=\"#fdf0e0\"/>\
<rect width=\"2.2\" height=\"4\" fill=\"#c47214\"/></pattern>\
<pattern id=\"ctscope-cross\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" \
patternTransform=\"rotate(45)\"><path d=\"M0,0H7M0,0V7\" fill=\"none\" stroke=\"#af2c69\" \
opacity=\".32\"/></pattern></defs>";

/// Width of some words of the 13 px face, about, in pixels.
pub(super) fn width_of(text: &str) -> i32 {
    text.chars()
        .map(|c| match c {
            'i' | 'l' | 'j' | '.' | ',' | ':' | ';' | '\'' | '|' | ' ' | '\u{202f}' => 4,
            'f' | 't' | 'r' | '(' | ')' | '-' => 5,
            'm' | 'w' | 'M' | 'W' | '→' => 11,
            c if c.is_ascii_uppercase() => 9,
            c if c.is_ascii() => 7,
            // A letter of a script that is wider.
            c if c > '\u{2e80}' => 13,
            _ => 8,
        })
        .sum()
}

/// The words in lines of at most so many pixels; a word that is longer is cut.
pub(super) fn wrapped(text: &str, width: i32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    let mut put = |piece: &str, blank: bool| {
        let wide = width_of(piece);
        let gap = if blank && !line.is_empty() { 4 } else { 0 };
        if !line.is_empty() && used + gap + wide > width {
            lines.push(core::mem::take(&mut line));
            used = 0;
        } else if gap > 0 {
            line.push(' ');
            used += gap;
        }
        line.push_str(piece);
        used += wide;
    };
    for word in text.split_whitespace() {
        if width_of(word) <= width {
            put(word, true);
            continue;
        }
        for (at, c) in word.chars().enumerate() {
            put(c.encode_utf8(&mut [0; 4]), at == 0);
        }
    }
    lines.extend((!line.is_empty()).then_some(line));
    lines
}
