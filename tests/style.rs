//! The style sheets hold what the design promises: contrast of every pair of colours, roles that
//! stay apart for every kind of colour vision, no type that is too small, no colour of its own.

use std::collections::BTreeMap;
use std::fs;

type Tokens = BTreeMap<String, String>;

fn sheet(name: &str) -> String {
    let path = format!("{}/static/css/{name}", env!("CARGO_MANIFEST_DIR"));
    without_comments(&fs::read_to_string(path).expect("a style sheet"))
}

fn without_comments(css: &str) -> String {
    let mut out = String::new();
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        out += before;
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    out + rest
}

/// The rules of tokens.css: media query (or nothing), selector, and what it declares.
fn rules() -> Vec<(String, String, Tokens)> {
    let css = sheet("tokens.css");
    let (mut rules, mut media, mut rest) = (Vec::new(), String::new(), css.as_str());
    while let Some((head, after)) = rest.split_once('{') {
        let head = match head.trim().strip_prefix('}') {
            Some(next) => {
                media.clear();
                next.trim()
            }
            None => head.trim(),
        };
        if head.starts_with("@media") {
            media = head.to_owned();
            rest = after;
            continue;
        }
        let (body, after) = after.split_once('}').expect("a rule ends");
        let tokens = body.split(';').filter_map(|line| line.split_once(':'));
        let tokens = tokens.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()));
        rules.push((media.clone(), head.to_owned(), tokens.collect()));
        rest = after;
    }
    rules
}

fn rule(media: &str, selector: &str) -> Tokens {
    let all = rules();
    let found = all.iter().find(|(m, s, _)| m == media && s == selector);
    found
        .unwrap_or_else(|| panic!("no rule {media} {selector} among {all:?}"))
        .2
        .clone()
}

fn over(base: &Tokens, more: &Tokens) -> Tokens {
    let mut all = base.clone();
    all.extend(more.clone());
    all
}

const DARK: &str = "[data-theme=\"dark\"]";
const MORE: &str = "@media (prefers-contrast: more)";

/// Every set of colours that the page can have, with its name.
fn palettes() -> Vec<(&'static str, Tokens)> {
    let light = rule("", ":root");
    let dark = over(&light, &rule("", DARK));
    let projector = over(&light, &rule("", "[data-theme=\"projector\"]"));
    let light_more = over(&light, &rule(MORE, ":root:not([data-theme=\"dark\"])"));
    let dark_more = over(&dark, &rule(MORE, ":root[data-theme=\"dark\"]"));
    vec![
        ("light", light),
        ("dark", dark),
        ("projector", projector),
        ("light, more contrast", light_more),
        ("dark, more contrast", dark_more),
    ]
}

type Rgb = [f64; 3];

/// A colour as linear light.
fn colour(tokens: &Tokens, name: &str) -> Rgb {
    let value = &tokens[&format!("--{name}")];
    let digits = value.strip_prefix('#').expect("six digits");
    [0, 2, 4].map(|at| {
        let channel = f64::from(u8::from_str_radix(&digits[at..at + 2], 16).expect("hex")) / 255.0;
        if channel <= 0.04045 {
            channel / 12.92
        } else {
            ((channel + 0.055) / 1.055).powf(2.4)
        }
    })
}

/// WCAG's contrast ratio.
fn contrast(a: Rgb, b: Rgb) -> f64 {
    let luminance = |[r, g, b]: Rgb| 0.2126 * r + 0.7152 * g + 0.0722 * b;
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

const SURFACES: [&str; 3] = ["surface", "surface-2", "surface-3"];
const ROLES: [&str; 6] = ["orig", "reply", "unconf", "conf", "dying", "expired"];

fn tints() -> Vec<String> {
    ROLES.iter().map(|role| format!("{role}-tint")).collect()
}

#[track_caller]
fn at_least(least: f64, palette: &str, tokens: &Tokens, front: &str, back: &str) {
    let ratio = contrast(colour(tokens, front), colour(tokens, back));
    assert!(ratio >= least, "{palette}: {front} on {back} is {ratio:.2}");
}

#[test]
fn marks_are_seen_on_every_surface_and_on_their_own_tint() {
    for (name, tokens) in palettes() {
        for surface in SURFACES {
            for mark in ROLES.iter().chain(&["line", "ink"]) {
                at_least(3.0, name, &tokens, mark, surface);
            }
        }
        for role in ROLES {
            at_least(3.0, name, &tokens, role, &format!("{role}-tint"));
        }
    }
}

#[test]
fn text_is_read_on_every_surface_tint_and_change() {
    for (name, tokens) in palettes() {
        let tints = tints();
        let backs = SURFACES.into_iter().chain(tints.iter().map(String::as_str));
        for back in backs.chain(["changed"]) {
            at_least(4.5, name, &tokens, "ink", back);
            at_least(4.5, name, &tokens, "ink-2", back);
        }
        at_least(4.5, name, &tokens, "on-ink", "ink");
    }
}

#[test]
fn more_contrast_is_more() {
    let all = palettes();
    for (less, more) in [(0, 3), (1, 4)] {
        for front in ["ink-2", "line"] {
            let ratio = |at: usize| {
                let tokens = &all[at].1;
                contrast(colour(tokens, front), colour(tokens, "surface"))
            };
            assert!(
                ratio(more) > 1.2 * ratio(less),
                "{front} in {}",
                all[more].0
            );
        }
    }
}

#[test]
fn a_chosen_dark_and_the_systems_dark_are_the_same() {
    let system = rule(
        "@media (prefers-color-scheme: dark)",
        ":root:not([data-theme=\"light\"], [data-theme=\"projector\"])",
    );
    assert_eq!(rule("", DARK), system);
}

/// The palettes were computed together: a ratio that is another one means that a colour was
/// changed alone.
#[test]
fn the_palettes_are_the_computed_ones() {
    let all = palettes();
    let ratios = |at: usize| {
        let tokens = &all[at].1;
        ROLES.map(|role| {
            let ratio = contrast(colour(tokens, role), colour(tokens, "surface"));
            (ratio * 10.0).round() / 10.0
        })
    };
    assert_eq!(ratios(0), [5.1, 3.6, 6.9, 11.0, 6.2, 5.8], "light");
    assert_eq!(ratios(1), [6.3, 7.7, 15.7, 12.8, 5.7, 6.9], "dark");
    assert_eq!(ratios(2)[..5], [6.8, 4.6, 8.7, 12.3, 7.6], "projector");
    let projector = &all[2].1;
    let named =
        ["orig", "reply", "unconf", "conf", "dying"].map(|role| &projector[&format!("--{role}")]);
    assert_eq!(
        named,
        ["#0a58b8", "#b45f00", "#5c4900", "#003d2e", "#a0185a"]
    );
    for name in ["orig", "reply", "unconf", "conf", "dying"] {
        let key = format!("--{name}");
        assert_eq!(
            all[3].1[&key], projector[&key],
            "more contrast has the projector's {name}"
        );
    }
}

#[test]
fn the_projectors_strokes_are_half_again_as_wide() {
    let all = palettes();
    let width = |at: usize, name: &str| -> f64 {
        all[at].1[name]
            .strip_suffix("px")
            .and_then(|it| it.parse().ok())
            .expect("a width")
    };
    for name in ["--w-mark", "--w-state", "--w-rail"] {
        assert_eq!(width(2, name), 1.5 * width(0, name), "{name}");
    }
}

/// Colour vision deficiencies, full strength, for linear light: Machado, Oliveira and Fernandes
/// 2009.
const VISION: [(&str, [[f64; 3]; 3]); 4] = [
    ("usual", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    (
        "protan",
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ],
    ),
    (
        "deutan",
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ],
    ),
    (
        "tritan",
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ],
    ),
];

fn seen_by(matrix: &[[f64; 3]; 3], [r, g, b]: Rgb) -> Rgb {
    matrix.map(|[x, y, z]| (x * r + y * g + z * b).clamp(0.0, 1.0))
}

/// CIE L*a*b* for the white of D65.
fn lab([r, g, b]: Rgb) -> [f64; 3] {
    let x = (0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047;
    let y = 0.2126729 * r + 0.7151522 * g + 0.0721750 * b;
    let z = (0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883;
    let [x, y, z] = [x, y, z].map(|t| {
        if t > 216.0 / 24389.0 {
            t.cbrt()
        } else {
            (24389.0 / 27.0 * t + 16.0) / 116.0
        }
    });
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// CIEDE2000, after Sharma, Wu and Dalal 2005.
fn distance([l1, a1, b1]: [f64; 3], [l2, a2, b2]: [f64; 3]) -> f64 {
    let pow7 = |c: f64| (c.powi(7) / (c.powi(7) + 25_f64.powi(7))).sqrt();
    let g = 0.5 * (1.0 - pow7(f64::midpoint(a1.hypot(b1), a2.hypot(b2))));
    let (a1, a2) = ((1.0 + g) * a1, (1.0 + g) * a2);
    let (c1, c2) = (a1.hypot(b1), a2.hypot(b2));
    let hue = |a: f64, b: f64| b.atan2(a).to_degrees().rem_euclid(360.0);
    let (h1, h2) = (hue(a1, b1), hue(a2, b2));
    let grey = c1 * c2 == 0.0;
    let turn = match h2 - h1 {
        _ if grey => 0.0,
        turn if turn > 180.0 => turn - 360.0,
        turn if turn < -180.0 => turn + 360.0,
        turn => turn,
    };
    let (dl, dc) = (l2 - l1, c2 - c1);
    let dh = 2.0 * (c1 * c2).sqrt() * (turn / 2.0).to_radians().sin();
    let (l, c) = (f64::midpoint(l1, l2), f64::midpoint(c1, c2));
    let h = if grey {
        h1 + h2
    } else if (h1 - h2).abs() <= 180.0 {
        f64::midpoint(h1, h2)
    } else {
        (f64::midpoint(h1, h2) + 180.0).rem_euclid(360.0)
    };
    let cos = |degrees: f64| degrees.to_radians().cos();
    let t = 1.0 - 0.17 * cos(h - 30.0) + 0.24 * cos(2.0 * h) + 0.32 * cos(3.0 * h + 6.0)
        - 0.20 * cos(4.0 * h - 63.0);
    let sl = 1.0 + 0.015 * (l - 50.0).powi(2) / (20.0 + (l - 50.0).powi(2)).sqrt();
    let (sc, sh) = (1.0 + 0.045 * c, 1.0 + 0.015 * c * t);
    let rotation = 60.0 * (-((h - 275.0) / 25.0).powi(2)).exp();
    let rt = -2.0 * pow7(c) * rotation.to_radians().sin();
    let (l, c, h) = (dl / sl, dc / sc, dh / sh);
    (l * l + c * c + h * h + rt * c * h).sqrt()
}

#[test]
fn the_distance_of_colours_is_the_published_one() {
    let pairs = [
        ([50.0, 2.6772, -79.7751], [50.0, 0.0, -82.7485], 2.0425),
        ([50.0, 2.5, 0.0], [50.0, 0.0, -2.5], 4.3065),
        ([50.0, 2.5, 0.0], [73.0, 25.0, -18.0], 27.1492),
        (
            [60.2574, -34.0099, 36.2677],
            [60.4626, -34.1751, 39.4387],
            1.2644,
        ),
        (
            [22.7233, 20.0904, -46.6940],
            [23.0331, 14.9730, -42.5619],
            2.0373,
        ),
        (
            [2.0776, 0.0795, -1.1350],
            [0.9033, -0.0636, -0.5514],
            0.9082,
        ),
    ];
    for (a, b, expected) in pairs {
        let found = distance(a, b);
        assert!((found - expected).abs() < 0.0001, "{a:?} {b:?}: {found}");
    }
}

#[test]
fn roles_stay_apart_for_every_kind_of_colour_vision() {
    for (name, tokens) in palettes() {
        for (vision, matrix) in &VISION {
            let seen = |role: &str| lab(seen_by(matrix, colour(&tokens, role)));
            for (nth, a) in ROLES[..5].iter().enumerate() {
                for b in &ROLES[nth + 1..5] {
                    let apart = distance(seen(a), seen(b));
                    assert!(apart >= 12.0, "{name}, {vision}: {a} and {b}: {apart:.1}");
                }
            }
            let apart = distance(seen("orig"), seen("reply"));
            assert!(apart >= 40.0, "{name}, {vision}: directions: {apart:.1}");
        }
    }
}

fn sheets() -> Vec<(String, String)> {
    let folder = format!("{}/static/css", env!("CARGO_MANIFEST_DIR"));
    let mut names: Vec<_> = fs::read_dir(folder)
        .expect("the style sheets")
        .map(|entry| {
            entry
                .expect("a file")
                .file_name()
                .into_string()
                .expect("a name")
        })
        .collect();
    names.sort();
    let read = |name: String| {
        let css = sheet(&name);
        (name, css)
    };
    names.into_iter().map(read).collect()
}

/// Every `property: value` of a sheet, as written.
fn declarations(css: &str) -> impl Iterator<Item = (&str, &str)> {
    let inner = css.split([';', '{', '}']);
    inner
        .filter_map(|text| text.split_once(':'))
        .map(|(name, value)| (name.trim(), value.trim()))
}

#[test]
fn every_colour_is_a_token_and_text_is_ink() {
    let own = ["#", "rgb(", "rgba(", "hsl(", "oklch("];
    for (name, css) in sheets() {
        let elsewhere = name != "tokens.css";
        for (property, value) in declarations(&css) {
            let styled = property
                .bytes()
                .all(|c| c.is_ascii_lowercase() || c == b'-');
            if elsewhere && styled && !value.contains("url(") {
                let found = own.iter().find(|it| value.contains(**it));
                assert_eq!(found, None, "{name}: {property}: {value}");
            }
            if property == "color" {
                let role = ROLES.iter().find(|role| value.contains(**role));
                assert_eq!(role, None, "{name}: coloured words: {value}");
            }
        }
    }
}

#[test]
fn no_type_is_smaller_than_thirteen_pixels() {
    for (name, css) in sheets() {
        for (property, value) in declarations(&css) {
            if !property.starts_with("font") {
                continue;
            }
            let words = value.split([' ', '/']);
            let sizes = words.filter_map(|word| word.strip_suffix("px")?.parse::<f64>().ok());
            for size in sizes {
                assert!(size == 0.0 || size >= 13.0, "{name}: {property}: {value}");
            }
        }
    }
}

#[test]
fn the_page_asks_for_every_style_sheet() {
    let page =
        fs::read_to_string(format!("{}/index.html", env!("CARGO_MANIFEST_DIR"))).expect("it");
    for (name, _) in sheets() {
        assert!(page.contains(&format!("static/css/{name}")), "{name}");
    }
}

/// Whatever is put in or taken out below the subject of a `:has()` makes the browser match all that
/// such rules name below it anew, and a step puts in and takes out.
#[test]
fn nothing_is_chosen_by_what_comes_and_goes_in_it() {
    for (name, css) in sheets() {
        let cheap = css.replace(":focus-within:has(:focus-visible)", "");
        assert!(!cheap.contains(":has("), "{name}: say it by a class");
    }
}
