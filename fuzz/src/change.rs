//! Changes of bytes and of text, and how to take parts away.

use crate::rng::Rng;

/// Longest input of bytes or text that changing makes.
pub const LEN_MAX: usize = 32 << 10;

/// Changes bytes in one place.
pub fn bytes(rng: &mut Rng, bytes: &mut Vec<u8>, other: &[u8], words: &[&[u8]]) {
    let len = bytes.len();
    let at = rng.below(len.max(1));
    match rng.below(11) {
        0 if len > 0 => bytes[at] ^= 1 << rng.below(8),
        1 if len > 0 => bytes[at] = rng.next_u64() as u8,
        2 if len > 0 => bytes[at] = bytes[at].wrapping_add(rng.below(9) as u8).wrapping_sub(4),
        3 | 4 if len > 0 => {
            let number = rng.number();
            let (wide, big) = (1 << rng.below(4), rng.percent(50));
            let (le, be) = (number.to_le_bytes(), number.to_be_bytes());
            let number = if big { &be[8 - wide..] } else { &le[..wide] };
            for (byte, new) in bytes[at..].iter_mut().zip(number) {
                *byte = *new;
            }
        }
        5 => drop(bytes.drain(rng.range(len))),
        6 => bytes.truncate(at),
        7 => {
            let part = bytes[rng.range(len)].to_vec();
            insert(bytes, at, &part);
        }
        8 if !other.is_empty() => {
            let part = other[rng.range(other.len())].to_vec();
            insert(bytes, at, &part);
        }
        9 if !words.is_empty() => {
            let word = *rng.pick(words);
            if rng.percent(50) && len >= at + word.len() {
                bytes[at..at + word.len()].copy_from_slice(word);
            } else {
                insert(bytes, at, word);
            }
        }
        _ => {
            let new: Vec<u8> = (0..rng.below(9)).map(|_| rng.next_u64() as u8).collect();
            insert(bytes, at, &new);
        }
    }
    bytes.truncate(LEN_MAX);
}

fn insert(bytes: &mut Vec<u8>, at: usize, part: &[u8]) {
    let at = at.min(bytes.len());
    bytes.splice(at..at, part.iter().copied());
}

/// Words and signs that a text may be changed by.
const ODD: [&str; 26] = [
    "\u{0}",
    "\u{feff}",
    "\u{202e}",
    "🦀",
    "é",
    "\t",
    "\r",
    "\r\n",
    " ",
    "  ",
    "#",
    " # ",
    "=",
    "\"",
    "{",
    "}",
    ">",
    ":",
    "/",
    "-",
    "-1",
    "0x",
    "[::]",
    "4294967296",
    "99999999999999999999",
    "\u{85}",
];

/// Changes a text in one place; `words` are those that its language knows.
pub fn text(rng: &mut Rng, text: &mut String, other: &str, words: &[String]) {
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    let at = rng.below(lines.len());
    match rng.below(12) {
        0 => drop(lines.drain(rng.range(lines.len()))),
        1 => {
            let line = lines[at].clone();
            lines.insert(rng.below(lines.len() + 1), line);
        }
        2 | 3 => {
            let other: Vec<&str> = other.split('\n').collect();
            let line = (*rng.pick(&other)).to_owned();
            lines.insert(at, line);
        }
        4 => {
            let to = rng.below(lines.len());
            lines.swap(at, to);
        }
        // A character, anywhere.
        5 => {
            let line = &mut lines[at];
            let places: Vec<usize> = line.char_indices().map(|(at, _)| at).collect();
            let place = places.get(rng.below(places.len() + 1)).copied();
            let place = place.unwrap_or(line.len());
            if rng.percent(40) && place < line.len() {
                line.remove(place);
            } else {
                line.insert_str(place, ODD[rng.below(ODD.len())]);
            }
        }
        _ => {
            let mut parts: Vec<String> = lines[at].split(' ').map(str::to_owned).collect();
            let place = rng.below(parts.len());
            match rng.below(7) {
                0 => drop(parts.remove(place)),
                1 => {
                    let word = parts[place].clone();
                    parts.insert(rng.below(parts.len() + 1), word);
                }
                2 | 3 if !words.is_empty() => {
                    let word = rng.pick(words).clone();
                    parts.insert(place, word);
                }
                4 if !words.is_empty() => parts[place] = rng.pick(words).clone(),
                5 => {
                    // Another value behind the same key.
                    let word = &parts[place];
                    let key = word.split_once('=').map_or("", |(key, _)| key);
                    let value = match rng.below(3) {
                        0 if !words.is_empty() => {
                            let word = rng.pick(words);
                            word.rsplit('=').next().unwrap_or_default().to_owned()
                        }
                        _ => rng.number().to_string(),
                    };
                    parts[place] = match key {
                        "" => value,
                        key => format!("{key}={value}"),
                    };
                }
                _ => parts[place] = number_in(rng, &parts[place]),
            }
            lines[at] = parts.join(" ");
        }
    }
    *text = lines.join("\n");
    let mut end = text.len().min(LEN_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
}

/// The word with one of its numbers changed.
fn number_in(rng: &mut Rng, word: &str) -> String {
    let starts: Vec<usize> = word
        .char_indices()
        .filter(|&(at, c)| {
            c.is_ascii_digit() && !word[..at].ends_with(|c: char| c.is_ascii_digit())
        })
        .map(|(at, _)| at)
        .collect();
    if starts.is_empty() {
        return word.to_owned();
    }
    let start = *rng.pick(&starts);
    let rest = word[start..].trim_start_matches(|c: char| c.is_ascii_digit());
    let old: u64 = word[start..word.len() - rest.len()].parse().unwrap_or(0);
    let new = match rng.below(3) {
        0 => old.wrapping_add(1),
        1 => old.wrapping_sub(1),
        _ => rng.number(),
    };
    format!("{}{new}{rest}", &word[..start])
}

/// Shorter ranges of something of this length, to be taken away; the longest first.
pub fn cuts(len: usize) -> Vec<core::ops::Range<usize>> {
    const CUTS_MAX: usize = 4_000;
    let mut cuts = Vec::new();
    let mut size = len.div_ceil(2);
    while size > 0 && cuts.len() < CUTS_MAX {
        let starts = (0..len).step_by(size);
        cuts.extend(starts.map(|start| start..(start + size).min(len)));
        size /= 2;
    }
    cuts
}

/// The bytes with parts taken away.
pub fn simpler_bytes(bytes: &[u8]) -> Vec<Vec<u8>> {
    let without = |cut: core::ops::Range<usize>| [&bytes[..cut.start], &bytes[cut.end..]].concat();
    let mut all: Vec<_> = cuts(bytes.len()).into_iter().map(without).collect();
    let changed = bytes.iter().enumerate().filter(|(_, byte)| **byte != 0);
    all.extend(changed.take(500).map(|(at, _)| {
        let mut bytes = bytes.to_vec();
        bytes[at] = 0;
        bytes
    }));
    all
}

/// The text with lines, then words, then characters taken away.
pub fn simpler_text(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    for by in ['\n', ' '] {
        let parts: Vec<&str> = text.split(by).collect();
        let by = by.to_string();
        all.extend(cuts(parts.len()).into_iter().map(|cut| {
            let left = [&parts[..cut.start], &parts[cut.end..]].concat();
            left.join(&by)
        }));
    }
    let chars: Vec<char> = text.chars().collect();
    if chars.len() < 2_000 {
        all.extend(
            cuts(chars.len())
                .into_iter()
                .map(|cut| chars[..cut.start].iter().chain(&chars[cut.end..]).collect()),
        );
    }
    all
}
